"""Arrays of a DAG against networkx."""

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nx_poincare.engine.dag import closure_counts as counts_module
from nx_poincare.engine.dag import walks
from nx_poincare.engine.dag.dag import ClosureTooLargeError, Dag


@st.composite
def dags(draw, most=20):
    n = draw(st.integers(0, most))
    if n == 0:
        return 0, []
    pairs = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=3 * n))
    names = draw(st.permutations(range(n)))
    return n, [(names[min(a, b)], names[max(a, b)]) for a, b in pairs if a != b]


def built(n, edges):
    array = np.array(edges, dtype=np.int64).reshape(-1, 2)
    G = nx.DiGraph()
    G.add_nodes_from(range(n))
    G.add_edges_from(edges)
    return Dag.from_edges(array[:, 0], array[:, 1], n), G


@given(dags())
def test_against_networkx(case):
    dag, G = built(*case)
    position = {v: i for i, v in enumerate(dag.order.tolist())}
    assert sorted(position) == list(G)
    assert all(position[u] < position[v] for u, v in G.edges)
    longest = {}
    for v in nx.topological_sort(G):
        longest[v] = max((longest[p] + 1 for p in G.predecessors(v)), default=0)
    assert dag.levels.tolist() == [longest[v] for v in G]
    assert dag.roots.tolist() == [v for v in G if G.in_degree(v) == 0]
    for v in G:
        assert dag.parents_of(v).tolist() == sorted(G.predecessors(v))
        assert dag.child_list[dag.child_starts[v] : dag.child_starts[v + 1]].tolist() == sorted(G.successors(v))
    closure = dag.closure(10_000)
    assert closure.has_sorted_indices
    oracle = nx.to_numpy_array(nx.transitive_closure_dag(G), nodelist=range(dag.n), dtype=bool).T
    assert np.array_equal(closure.toarray(), oracle.reshape(dag.n, dag.n))


@given(dags(), st.integers(1, 30))
def test_blocks_cover_every_row_once_whatever_their_size(case, pairs_per_block):
    dag, G = built(*case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nx_poincare.engine.dag.dag._PAIRS_PER_BLOCK", pairs_per_block)
        found = {}
        for block, starts, ancestors in dag.ancestor_blocks():
            assert len(ancestors) <= pairs_per_block or len(block) == 1
            for i, v in enumerate(block.tolist()):
                assert v not in found
                found[v] = ancestors[starts[i] : starts[i + 1]].tolist()
    assert {v: set(a) for v, a in found.items()} == {v: nx.ancestors(G, v) for v in G}
    assert all(len(set(a)) == len(a) for a in found.values())


def test_repeated_rows_get_the_same_ancestors():
    dag, _ = built(3, [(0, 1), (1, 2)])
    starts, ancestors = dag.ancestors_of(np.array([2, 2, 1]))
    assert [sorted(ancestors[a:b].tolist()) for a, b in itertools.pairwise(starts)] == [
        [0, 1],
        [0, 1],
        [0],
    ]


def test_a_closure_past_the_limit_is_refused_before_it_is_built():
    n = 100_000
    dag = Dag.from_edges(np.arange(n - 1), np.arange(1, n), n)
    with pytest.raises(ClosureTooLargeError, match="more than 1,000,000 ancestor pairs"):
        dag.closure(1_000_000)
    assert Dag.from_edges(np.arange(2), np.arange(1, 3), 3).closure(3).nnz == 3
    with pytest.raises(ClosureTooLargeError):
        Dag.from_edges(np.arange(2), np.arange(1, 3), 3).closure(2)


def test_ancestors_of_many_nodes_take_many_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """One call for a million nodes let no signal through for seconds."""
    rng = np.random.default_rng(0)
    children = np.arange(1, 300).repeat(3)
    edges = np.unique(np.column_stack([(rng.random(len(children)) * children).astype(int), children]), axis=0)
    whole = Dag.from_edges(edges[:, 0], edges[:, 1], 300)
    expected = [sorted(nx.ancestors(nx.DiGraph(edges.tolist()), node)) for node in range(300)]
    descendants = np.bincount(list(itertools.chain(*expected)), minlength=300).tolist()
    kernels = (walks, "ancestor_rows"), (walks, "ancestor_counts"), (counts_module, "_count_some")
    for module, name in kernels:
        calls = []
        kernel = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *args, kernel=kernel, calls=calls: calls.append(1) or kernel(*args))
        monkeypatch.setattr(walks, "STEPS_AT_ONCE", 2_000)
        monkeypatch.setattr(counts_module, "_MOST_PARTS", 2)
        rows = rng.permutation(300)
        starts, ancestors = whole.ancestors_of(rows)
        found = [sorted(ancestors[starts[i] : starts[i + 1]].tolist()) for i in range(300)]
        assert found == [expected[row] for row in rows]
        assert whole.count_ancestors(10**6).tolist() == list(map(len, expected))
        assert whole.closure(10**6).indices.tolist() == list(itertools.chain(*expected))
        counts = counts_module.closure_counts(whole)
        assert [own.tolist() for own in counts] == [list(map(len, expected)), descendants]
        assert len(calls) > 10
    starts, ancestors = whole.ancestors_of(np.empty(0, dtype=np.int64))
    assert (starts.tolist(), len(ancestors)) == ([0], 0)
    with pytest.raises(ClosureTooLargeError):
        whole.count_ancestors(1_000)
