"""Very many nodes are kept in narrow arrays: the same results, and int64 for who asks."""

from __future__ import annotations

import pickle
import warnings

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.embedding import horizons as horizons_of_embeddings
from nx_poincare.engine.cones.arcs import sibling_order
from nx_poincare.engine.dag import dag as dags
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.ranking import sampled_gaps
from nx_poincare.engine.ranking.horizons import gaps_of_rows
from nx_poincare.engine.ranking.keys import candidates
from nx_poincare.hierarchy import cycles
from nx_poincare.layout import disk
from nx_poincare.utils import arrays


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """All hierarchies are kept as those of more than half a million nodes."""
    for module in (arrays, cycles, dags, disk, horizons_of_embeddings, sibling_order):
        monkeypatch.setattr(module, "NARROW_FROM", 1)


def random_edges(n: int, *, more: float, seed: int = 0) -> list[tuple[int, int]]:
    rng = np.random.default_rng(seed)
    children = np.append(np.arange(1, n), rng.integers(1, n, int(more * n)))
    return [(int(rng.integers(child)), int(child)) for child in children]


GRAPHS = {
    "tree": random_edges(300, more=0),
    "several parents": random_edges(300, more=0.3),
    "dense": random_edges(60, more=5),
    "forest and repetitions": [*random_edges(80, more=0.1), *random_edges(80, more=0.1), ("a", "b"), ("b", "c")],
    "cycles": [*random_edges(100, more=0.1), (7, 3), (3, 7), (98, 97), (97, 98), (5, 5)],
    "chain": [(i, i + 1) for i in range(120)],
    "one edge": [(0, 1)],
}


def of(edges, *, dim: int, effort: float) -> nxp.Embedding:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return nxp.embed(nx.DiGraph(edges), dim, effort=effort, seed=0)


@pytest.mark.parametrize("kind", GRAPHS)
@pytest.mark.parametrize(("dim", "effort"), [(2, 0), (2, 1), (3, 0.1)])
def test_embeddings_are_the_same(kind, dim, effort, request, tmp_path) -> None:
    expected = of(GRAPHS[kind], dim=dim, effort=effort)
    request.getfixturevalue("narrow")
    found = of(GRAPHS[kind], dim=dim, effort=effort)
    assert found == expected
    assert found._levels.dtype == found._edges.dtype == np.int32
    for name in ("levels", "edges", "layout"):
        own, its = getattr(found, name), getattr(expected, name)
        assert own.dtype == its.dtype
        assert np.array_equal(own, its)
        assert not own.flags.writeable
    assert found.quality == pytest.approx(expected.quality, rel=1e-12)
    for emb, name in ((found, "found"), (expected, "expected")):
        emb.save(tmp_path / f"{name}.npz")
    assert (tmp_path / "found.npz").read_bytes() == (tmp_path / "expected.npz").read_bytes()
    assert pickle.loads(pickle.dumps(found)) == expected
    assert found.relabel(list(found)) == expected


@pytest.mark.parametrize("kind", GRAPHS)
def test_hierarchies_are_the_same(kind, request) -> None:
    G = nx.DiGraph(GRAPHS[kind])
    edges = np.array([[list(G).index(u), list(G).index(v)] for u, v in GRAPHS[kind]])
    expected = nxp.Hierarchy.from_edges(list(G), edges)
    request.getfixturevalue("narrow")
    found = nxp.Hierarchy.from_edges(list(G), edges)
    assert found.dag.parent_list.dtype == found._edges.dtype == np.int32
    for name in ("edges", "levels", "component", "ancestor_counts", "descendant_counts"):
        own, its = getattr(found, name), getattr(expected, name)
        assert own.dtype == np.int64
        assert np.array_equal(own, its)
    assert not found.edges.flags.writeable
    assert not found.component.flags.writeable
    assert [found.ancestors(node) for node in G] == [expected.ancestors(node) for node in G]
    assert list(found.closure_pairs()) == list(expected.closure_pairs())
    again = pickle.loads(pickle.dumps(found))
    assert np.array_equal(again.edges, expected.edges)
    assert not again._edges.flags.writeable


def test_edges_of_a_caller_are_copied(narrow) -> None:
    edges = np.array([[0, 1], [1, 2]], dtype=np.int32)
    hierarchy = nxp.Hierarchy.from_edges("abc", edges)
    edges[:] = 7
    assert hierarchy.edges.tolist() == [[0, 1], [1, 2]]
    with pytest.raises(ValueError, match="edge number 0"):
        nxp.Hierarchy.from_edges("abc", edges)


def test_checkpoints_of_wide_indices_go_on(tmp_path, request) -> None:
    G, path = nx.DiGraph(GRAPHS["several parents"]), tmp_path / "run.npz"
    options = {"init": "random", "training": nxp.Training(epochs=4, burn_in=0), "seed": 0}
    nxp.embed(G, 3, **options, checkpoint=path, callbacks=[lambda epoch, *_: epoch == 2])
    request.getfixturevalue("narrow")
    expected = nxp.embed(G, 3, **options)
    assert nxp.embed(G, 3, **options, checkpoint=path) == expected


class TestKernels:
    """Those that only many nodes need, against operations on whole arrays."""

    rng = np.random.default_rng(0)

    @pytest.mark.parametrize("kind", [np.int32, np.int64])
    @pytest.mark.parametrize("n", [1, 40, 3000])
    def test_siblings_by_key(self, n, kind) -> None:
        parents = (self.rng.random(n) * np.minimum(np.arange(n), 60)).astype(kind)  # large families
        parents[self.rng.random(n) < 0.02] = parents[0] = -1
        keys, numbers = self.rng.integers(0, 9, n).astype(float), self.rng.permutation(n).astype(kind)
        keys[keys == 0] *= -1  # -0.0 and 0.0 are equal
        expected = sibling_order._children_by_lexsort(parents, keys, numbers)
        found = sibling_order._children_by_key.compiled(parents, keys, numbers)
        for own, its in zip(found, expected, strict=True):
            assert own.dtype == its.dtype == kind
            assert np.array_equal(own, its)
        siblings, widths = found[1], self.rng.random(n)
        expected = disk._widths_by_arrays(parents, siblings, widths)
        assert np.array_equal(disk._widths_before.compiled(parents, siblings, widths), expected)

    def test_children(self) -> None:
        dag = Dag.from_edges(*np.array(random_edges(500, more=1)).T, 500)
        arguments = dag.parent_starts, dag.parent_list, dag.child_starts
        assert np.array_equal(dags._children_by_parent.compiled(*arguments), dag.child_list)
        assert all(sorted(set(own)) == list(own) for own in np.split(dag.child_list, dag.child_starts[1:-1]))


@pytest.mark.parametrize("size", [64, 1000, 2**16])
def test_gaps_of_a_sample_are_those_of_all_nodes(monkeypatch, size) -> None:
    monkeypatch.setattr(sampled_gaps, "_NODES", size)
    hierarchy = nxp.Hierarchy.from_edges(range(3000), random_edges(3000, more=0.1))
    emb = nxp.embed(hierarchy, effort=0)
    rows = np.arange(0, 3000, 71)
    starts, ancestors = hierarchy.ancestor_rows(rows)
    expected = gaps_of_rows(candidates(emb.directions, emb.radii), rows, starts, ancestors)
    found = sampled_gaps.gaps_of_sample(emb.directions, emb.radii, rows, starts, ancestors)
    for own, its in zip(found, expected, strict=True):
        assert np.array_equal(own, its)
