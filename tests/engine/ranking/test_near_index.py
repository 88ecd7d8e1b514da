"""The index finds what a loop over all nodes finds, to the last bit."""

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nx_poincare as nxp
from nx_poincare.engine.cones.arcs.nested_arcs import nested_arcs
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.ranking import near_ranks
from nx_poincare.engine.ranking.exact import rank_rows, ranked_blocks
from nx_poincare.engine.ranking.horizons import best_gaps, horizon_blocks
from nx_poincare.engine.ranking.keys import candidates, keys_of_part, one_minus_tanh
from nx_poincare.engine.ranking.near_counts import count_near
from nx_poincare.engine.ranking.near_horizons import best_gaps_by_index, gaps_by_index
from nx_poincare.engine.ranking.near_index import LEAF, list_near, near_index
from nx_poincare.engine.ranking.near_ranks import rank_by_index, rank_rows_by_index, search_for_ranks
from nx_poincare.utils.workers import ONE_THREAD, Threads

SIZES = st.integers(1, 6 * LEAF)


@st.composite
def points(draw):
    """Points at all radii, at few of them or at one, some alike, some opposite, some at the origin."""
    n, dim = draw(SIZES), draw(st.integers(2, 10))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    directions = rng.normal(size=(n, dim))
    spread = draw(st.sampled_from([1.0, 1e-3, 1e-9, 1e-15, 0.0]))
    directions = directions[rng.integers(0, n, n)] + spread * rng.normal(size=(n, dim))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    radii = draw(st.sampled_from([rng.uniform(0, 36, n), rng.integers(0, 4, n) * 9.0, np.full(n, 0.5)]))
    radii[rng.random(n) < draw(st.sampled_from([0.0, 0.1]))] = 0.0
    alike = rng.random(n) < draw(st.sampled_from([0.0, 0.3]))
    first = rng.integers(0, n, n)
    directions[alike], radii[alike] = directions[first[alike]], radii[first[alike]]
    return candidates(directions, radii)


def keys_of(nodes, u):
    keys = np.empty(len(nodes.radii))
    keys_of_part(nodes, u, 0, 0.0, keys)
    return keys


def some_ancestors(n, seed):
    """For each node some others, none for a few."""
    rng = np.random.default_rng(seed)
    own = [np.setdiff1d(rng.choice(n, rng.integers(0, min(n, 40) + 1), replace=False), [u]) for u in range(n)]
    return np.cumsum([0, *map(len, own)]), np.concatenate([*own, np.zeros(0, dtype=np.int64)])


@given(points())
@settings(deadline=None, max_examples=50)
def test_tree(nodes):
    index = near_index(nodes)
    n = len(nodes.radii)
    assert sorted(index.nodes.tolist()) == list(range(n))
    assert (index.nodes[index.places] == np.arange(n)).all()
    own = np.concatenate([nodes.directions, np.stack(nodes[1:4])])[:, index.nodes]
    box = 0
    for i, (first, end, skip) in enumerate(zip(index.firsts, index.ends, index.skips, strict=True)):
        assert (index.bounds[i] == [*own[:, first:end].min(axis=1), *own[:, first:end].max(axis=1)]).all()
        assert (end - first <= LEAF) == (index.leaves[i] >= 0) == (skip == i + 1)
        if index.leaves[i] >= 0:
            assert first == box
            box = end
    assert box == n


@given(points(), st.data())
@settings(deadline=None, max_examples=50)
def test_nodes_are_counted_by_their_keys(nodes, data):
    """For some rows together, of which some have no limits; the limits are keys themselves, or next to them."""
    index, n = near_index(nodes), len(nodes.radii)
    rows = np.array(data.draw(st.lists(st.integers(0, n - 1), max_size=40)), dtype=np.int64)
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    starts, limits, expected = [0], np.zeros(0), np.zeros(0, dtype=np.int64)
    for row in rows:
        keys = keys_of(nodes, row)
        chosen = keys[rng.integers(0, n, rng.integers(0, rng.choice([2, 30])))]
        own = np.sort(np.nextafter(chosen, chosen * rng.choice([0.5, 1.0, 2.0])))
        starts.append(starts[-1] + len(own))
        slots = np.searchsorted(own, keys)
        limits = np.append(limits, own)
        expected = np.append(expected, np.bincount(slots[slots < len(own)], minlength=len(own)))
    counts = np.zeros(len(limits), dtype=np.int64)
    count_near(index, nodes, rows, np.array(starts), limits, counts)
    assert counts.tolist() == expected.tolist()


@given(points(), st.data())
@settings(deadline=None, max_examples=50)
def test_near_nodes_are_listed(nodes, data):
    index, n = near_index(nodes), len(nodes.radii)
    u, other = (data.draw(st.integers(0, n - 1)) for _ in range(2))
    keys = keys_of(nodes, u)
    limit = np.nextafter(keys[other], keys[other] * data.draw(st.sampled_from([0.5, 1.0, 2.0])))
    at, short = nodes.directions[:, u].copy(), one_minus_tanh(nodes.radii[u])
    found, count = list_near(index, at, short, limit, np.full(3, -7), 2)
    assert found[:2].tolist() == [-7, -7]
    assert sorted(found[2:count].tolist()) == np.flatnonzero(keys <= limit).tolist()


@given(points(), st.integers(0, 100))
@settings(deadline=None, max_examples=50)
def test_ranks_of_a_loop_over_all(nodes, seed):
    n = len(nodes.radii)
    starts, ancestors = some_ancestors(n, seed)
    rows = np.arange(n)
    expected = rank_rows.compiled(nodes, rows, starts, ancestors)
    found = rank_rows_by_index(nodes, near_index(nodes), rows, starts, ancestors)
    for ours, theirs in zip(found[:2], expected, strict=True):
        assert ours.tobytes() == theirs.tobytes()


@given(points(), st.integers(0, 100))
@settings(deadline=None, max_examples=50)
def test_horizons_of_a_loop_over_all(nodes, seed):
    n = len(nodes.radii)
    starts, ancestors = some_ancestors(n, seed)
    rows = np.arange(n)
    expected = best_gaps.compiled(nodes, rows, starts, ancestors)
    found = best_gaps_by_index(nodes, near_index(nodes), rows, starts, ancestors)
    for ours, theirs in zip(found[:-2], expected, strict=True):
        assert ours.tobytes() == theirs.tobytes()


def test_the_same_interpreted():
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(150, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    nodes = candidates(directions, rng.uniform(0, 5, 150))
    arguments = nodes, near_index(nodes), np.arange(150), *some_ancestors(150, 0)
    for kernel in (rank_rows_by_index, best_gaps_by_index):
        for ours, theirs in zip(kernel._interpret(arguments), kernel.compiled(*arguments), strict=True):
            assert np.asarray(ours).tobytes() == np.asarray(theirs).tobytes()
    limits, at = np.geomspace(1e-2, 1e2, 5), nodes.directions[:, 7].copy()
    for kernel in (list_near._interpret, lambda all_of_them: list_near(*all_of_them)):
        found, count = kernel((arguments[1], at, 0.3, limits[2], np.zeros(1, dtype=np.int64), 0))
        assert 0 < count < 150
        assert len(np.unique(found[:count])) == count


@pytest.fixture(scope="module")
def tree():
    """12,000 nodes, some of them with a second parent, and their arcs."""
    n, rng = 12_000, np.random.default_rng(0)
    children = np.concatenate([np.arange(5, n), rng.integers(5, n, n // 50)])
    dag = Dag.from_edges((rng.random(len(children)) * children).astype(np.int64), children, n)
    return dag, nested_arcs(dag, max_radius=36.0)


@pytest.fixture
def always_tried(monkeypatch):
    monkeypatch.setattr(near_ranks, "_LEAST_COMPARISONS", 0)


@pytest.mark.usefixtures("always_tried")
def test_used_where_it_is_quicker(tree):
    dag, arcs = tree
    rng = np.random.default_rng(0)
    rows = np.arange(dag.n)
    assert search_for_ranks(candidates(arcs.directions, arcs.radii), rows, dag.ancestors_of).index is not None
    directions = rng.normal(size=(dag.n, 10))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    assert search_for_ranks(candidates(directions, rng.uniform(0, 10, dag.n)), rows, dag.ancestors_of).index is None


@pytest.mark.usefixtures("always_tried")
def test_blocks_are_those_of_the_loop(tree, monkeypatch):
    dag, arcs = tree
    nodes, rows = candidates(arcs.directions, arcs.radii), np.random.default_rng(1).permutation(dag.n)[:10_000]
    by_index = [list(ranked_blocks(nodes, rows, dag.ancestors_of, Threads(n_jobs))) for n_jobs in (1, 2)]
    monkeypatch.setattr(near_ranks, "_LEAST_COMPARISONS", np.inf)
    assert by_index[0] == by_index[1] == list(ranked_blocks(nodes, rows, dag.ancestors_of, ONE_THREAD))


@pytest.mark.usefixtures("always_tried")
def test_horizon_blocks_are_those_of_the_loop(tree, monkeypatch):
    dag, arcs = tree
    nodes, rows = candidates(arcs.directions, arcs.radii), np.random.default_rng(1).permutation(dag.n)[:10_000]
    by_index = [list(horizon_blocks(nodes, rows, dag.ancestors_of, Threads(n_jobs))) for n_jobs in (1, 2)]
    monkeypatch.setattr(near_ranks, "_LEAST_COMPARISONS", np.inf)
    by_loop = list(horizon_blocks(nodes, rows, dag.ancestors_of, ONE_THREAD))
    for blocks in by_index:
        for (own, fitted, tally), (expected_rows, expected, expected_tally) in zip(blocks, by_loop, strict=True):
            assert own.tobytes() == expected_rows.tobytes()
            assert fitted.tobytes() == expected.tobytes()
            assert tally == expected_tally


@pytest.mark.usefixtures("always_tried")
def test_pairs_are_those_of_the_loop(tree, monkeypatch):
    """Of both rules, of half-spaces and of horizons; in the whole order, and counted."""
    dag, arcs = tree
    children = np.repeat(np.arange(dag.n), np.diff(dag.parent_starts))
    hierarchy = nxp.Hierarchy.from_edges(range(dag.n), np.column_stack([dag.parent_list, children]))
    plain = nxp.Embedding(range(dag.n), arcs.directions, arcs.radii)
    horizons = arcs.radii * np.random.default_rng(0).choice([0.98, 1.0, 1.01], dag.n)
    for emb in (plain, plain.with_horizons(horizons)):
        with monkeypatch.context() as patch:
            order = emb.order()
            scores = [nxp.evaluate_order(emb, hierarchy, n_jobs=n_jobs) for n_jobs in (1, 2)]
            patch.setattr(near_ranks, "_LEAST_COMPARISONS", np.inf)
            assert scores == [nxp.evaluate_order(emb, hierarchy)] * 2
            assert (order != emb.order()).nnz == 0


def test_rows_of_many_ancestors_are_listed_apart(tree, monkeypatch):
    dag, arcs = tree
    nodes, rows = candidates(arcs.directions, arcs.radii), np.arange(0, dag.n, 7)
    index = near_index(nodes)
    expected = rank_by_index(nodes, index, rows, dag.ancestors_of)
    monkeypatch.setattr(near_ranks, "_MANY_PAIRS", 1)
    for ours, theirs in zip(rank_by_index(nodes, index, rows, dag.ancestors_of), expected, strict=True):
        assert ours.tobytes() == theirs.tobytes()


@pytest.mark.parametrize(
    ("kernel", "search"), [("rank_rows_by_index", rank_by_index), ("best_gaps_by_index", gaps_by_index)]
)
def test_rows_that_look_at_much_are_looked_up_a_few_at_a_time(tree, monkeypatch, kernel, search):
    """Points that are far from in order are near all others: a signal waits for the end of a call."""
    dag, arcs = tree
    nodes, rows = candidates(arcs.directions, arcs.radii), np.arange(0, dag.n, 7)
    index = near_index(nodes)
    module = sys.modules[search.__module__]
    calls, compiled = [], getattr(module, kernel)

    def counted(nodes, index, rows, *others):
        calls.append(len(rows))
        return compiled(nodes, index, rows, *others)

    expected = flat(search(nodes, index, rows, dag.ancestors_of))
    monkeypatch.setattr(module, kernel, counted)
    monkeypatch.setattr(near_ranks, "_MANY_COMPARISONS", 1)
    found = flat(search(nodes, index, rows, dag.ancestors_of))
    assert calls[-1] == 1
    assert sum(calls) == len(rows)
    assert [each.tobytes() for each in found] == [each.tobytes() for each in expected]


def flat(arrays):
    """Arrays in tuples of arrays, one after the other."""
    return [one for each in arrays for one in (each if isinstance(each, tuple) else (each,))]
