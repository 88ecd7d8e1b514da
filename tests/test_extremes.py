"""Graphs at the ends of what there is: as deep, as wide, as many roots and as large cycles as they come.

The sizes that run always are a tenth of those of `make soak`.
"""

from __future__ import annotations

import io
import resource
from collections.abc import Callable, Iterator
from itertools import islice

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.engine.dag.dag import ClosureTooLargeError
from nx_poincare.hierarchy.hierarchy import Hierarchy

pytestmark = pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")  # 100,000 levels are poor

SIZES = [100_000, pytest.param(1_000_000, marks=pytest.mark.soak)]
SMALLER_SIZES = [10_000, pytest.param(100_000, marks=pytest.mark.soak)]
BYTES_PER_NODE = 3000  # of the whole process, beside what it takes to load everything
MEGABYTES_AT_LEAST = 700


@pytest.fixture
def bounded_memory(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test of n nodes may take a few kilobytes for each, and so nothing that grows as n times n."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    allowed = max(before, MEGABYTES_AT_LEAST) + request.node.callspec.params["n"] * BYTES_PER_NODE / 2**20
    assert most < allowed, f"{most:.0f} MB, more than {allowed:.0f}"


def chain(n: int) -> Hierarchy:
    return Hierarchy.from_edges(range(n), np.column_stack([np.arange(n - 1), np.arange(1, n)]))


def star(n: int) -> Hierarchy:
    return Hierarchy.from_edges(range(n + 1), np.column_stack([np.zeros(n, dtype=int), np.arange(1, n + 1)]))


def many_roots(n: int) -> Hierarchy:
    """Half of them alone, half with a child."""
    return Hierarchy.from_edges(range(n + n // 2), np.column_stack([np.arange(n // 2), np.arange(n, n + n // 2)]))


def many_parents(n: int) -> Hierarchy:
    return Hierarchy.from_edges(range(n + 1), np.column_stack([np.arange(n), np.full(n, n)]))


def ring(n: int, *more: tuple[int, int]) -> Hierarchy:
    """A cycle of n nodes, and edges to or from further ones."""
    around = np.column_stack([np.arange(n), np.roll(np.arange(n), -1)])
    return Hierarchy.from_edges(range(n + len(more)), np.vstack([around, *more]))


def ring_below_and_above(n: int) -> Hierarchy:
    return ring(n, (n, 0), (1, n + 1))


def check(emb: nxp.Embedding, n: int) -> None:
    assert len(emb) >= n
    assert np.isfinite(emb.directions).all()
    assert np.isfinite(emb.vectors).all()
    assert (np.linalg.norm(emb.vectors, axis=1) < 1).all()
    assert emb.radii.max() <= 36
    assert emb.layout is not None
    assert (np.linalg.norm(emb.layout, axis=1) < 1).all()


@pytest.mark.usefixtures("bounded_memory")
@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("build", [chain, star, many_roots])
@pytest.mark.parametrize("n", SIZES)
def test_every_shape_is_embedded(build: Callable[[int], Hierarchy], n: int, dim: int) -> None:
    hierarchy = build(n)
    emb = nxp.embed(hierarchy, dim, seed=0)
    check(emb, n)
    parents, children = hierarchy.edges[: n // 2].T
    assert (emb.radii[parents] < emb.radii[children]).all()


@pytest.mark.filterwarnings("ignore:read in the other direction")
@pytest.mark.usefixtures("bounded_memory")
@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("n", SIZES)
def test_one_node_with_many_parents(n: int, dim: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="nx_poincare")
    emb = nxp.embed(many_parents(n), dim, seed=0, effort=0.1)  # ranks are exact at the start
    check(emb, n)
    if dim > 2:  # the one row that has ranks is scored, however few are drawn
        assert "mean rank 1.0000, MAP 1.00000" in caplog.text
    assert emb.levels.tolist() == [0] * n + [1]
    assert emb.radii[n] > emb.radii[:n].max()


@pytest.mark.usefixtures("bounded_memory")
@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("build", [ring, ring_below_and_above])
@pytest.mark.parametrize("n", SMALLER_SIZES)
def test_one_cycle_of_nearly_everything(build: Callable[[int], Hierarchy], n: int, dim: int) -> None:
    hierarchy = build(n)
    emb = nxp.embed(hierarchy, dim, seed=0)
    check(emb, n)
    assert len(np.unique(emb.directions[:n], axis=0)) == n
    assert len(set(hierarchy.levels[:n])) == 1
    if build is ring_below_and_above:
        assert hierarchy.levels[[0, n, n + 1]].tolist() == [1, 0, 2]
        assert len(hierarchy.ancestors(n + 1)) == n + 1


@pytest.mark.usefixtures("bounded_memory")
@pytest.mark.parametrize("n", SMALLER_SIZES)
def test_a_cycle_is_named_in_few_words(n: int) -> None:
    edges = np.column_stack([np.arange(n), np.roll(np.arange(n), -1)])
    with pytest.raises(nx.NetworkXUnfeasible, match=rf"0 -> 1 -> .*\.\.\. {n - 7:} more .*-> 0") as caught:
        Hierarchy.from_edges(range(n), edges, on_cycle="raise")
    assert len(str(caught.value)) < 300


@pytest.mark.usefixtures("bounded_memory")
@pytest.mark.parametrize("n", SIZES)
def test_a_chain_from_file_to_positions(n: int) -> None:
    text = io.BytesIO(b"".join(b"%d\t%d\n" % (v, v + 1) for v in range(n - 1)))
    hierarchy = Hierarchy.from_file(text, format="tsv")
    assert hierarchy.levels.tolist() == list(range(n))
    assert len(hierarchy.ancestors(str(n - 1))) == n - 1
    emb = nxp.embed(hierarchy)
    check(emb, n)
    assert (np.diff(emb.radii) > 0).all()
    assert (np.diff(np.linalg.norm(emb.layout, axis=1)) > 0).all()  # type: ignore[arg-type]
    assert emb.distance("0", str(n - 1)) <= 36


@pytest.mark.usefixtures("bounded_memory")
@pytest.mark.parametrize("n", SIZES)
def test_a_graph_of_networkx(n: int) -> None:
    G = nx.path_graph(n, create_using=nx.DiGraph)
    G.add_edges_from((0, -v) for v in range(1, n // 10))
    emb = nxp.embed(G)
    check(emb, n)
    assert np.array_equal(G.nodes[n - 1]["poincare"], emb[n - 1])
    positions = nxp.poincare_layout(G)
    assert np.array_equal(positions[n - 1], G.nodes[n - 1]["pos"])
    assert list(islice(nxp.closure_edges(G), 3)) == [(1, 0, 1, 0), (2, 0, 2, 0), (2, 1, 2, 1)]


@pytest.mark.usefixtures("bounded_memory")
@pytest.mark.parametrize("n", SIZES)
def test_the_closure_of_a_chain_is_refused_and_counted(n: int) -> None:
    hierarchy = chain(n)
    emb = nxp.embed(hierarchy)
    with pytest.raises(ClosureTooLargeError, match="more than 200,000,000 ancestor pairs"):
        _ = hierarchy.closure
    with pytest.raises(ValueError, match=f"at least {n * (n - 1) // 2:,} ancestors.*pass sample="):
        nxp.evaluate_reconstruction(emb, hierarchy)
    scores = nxp.evaluate_reconstruction(emb, hierarchy, sample=5, seed=0)
    assert scores.nodes == 5
    assert 1 <= scores.mean_rank < n


@pytest.mark.usefixtures("bounded_memory")
@pytest.mark.parametrize("build", [star, many_roots])
@pytest.mark.parametrize("n", SIZES)
def test_training_of_wide_graphs(build: Callable[[int], Hierarchy], n: int) -> None:
    check(nxp.embed(build(n), init="random", training=nxp.Training(epochs=1, burn_in=1), seed=0), n)


@pytest.mark.usefixtures("bounded_memory")
@pytest.mark.parametrize("n", SMALLER_SIZES)
def test_training_of_a_chain(n: int) -> None:
    check(nxp.embed(chain(n), init="random", training=nxp.Training(epochs=1, burn_in=0), seed=0), n)
