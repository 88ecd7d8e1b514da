"""Training in buckets: parts of a graph two by two, the same bytes wherever that is."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nx_poincare as nxp
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.training.buckets import Buckets, Points, Visit
from nx_poincare.engine.training.parts import NodeTables, TooFewSubtreesError, pairs_by_round, parted
from nx_poincare.utils.workers import Threads

VISIT = Visit(True, 5, 0.1, float(np.exp(12.0)), 0, 0.0, 1.0)


def tables(n: int) -> NodeTables:
    return NodeTables(np.ones(n), np.ones(n), np.ones(n), np.zeros(n, dtype=np.bool_))


@st.composite
def graphs(draw, most=40):
    """Trees below a few roots, some of whose nodes have a second parent."""
    n, seed = draw(st.integers(6, most)), draw(st.integers(0, 10**6))
    rng = np.random.default_rng(seed)
    few = draw(st.integers(1, 3))
    G = nx.DiGraph((int(rng.integers(0, v)), v) for v in range(few, n))
    G.add_nodes_from(range(n))
    G.add_edges_from((int(rng.integers(0, v)), v) for v in range(few, n) if rng.random() < 0.1)
    return G


def dag_of(G: nx.DiGraph) -> Dag:
    edges = np.array(list(G.edges), dtype=np.int64).reshape(-1, 2)
    return Dag.from_edges(edges[:, 0], edges[:, 1], len(G))


@given(graphs(), st.integers(2, 6))
def test_ancestors_are_in_the_same_part_or_in_the_top(G, count):
    try:
        graph = parted(dag_of(G), count, tables(len(G)), None)
    except TooFewSubtreesError:
        return
    assert sorted(np.concatenate(graph.nodes).tolist()) == list(range(len(G)))
    for part, nodes in enumerate(graph.nodes):
        assert graph.owner[nodes].tolist() == [part] * len(nodes)
        assert graph.places[nodes].tolist() == list(range(len(nodes)))
        parents = iter(np.split(graph.parts[part].parent_list, np.cumsum(graph.parts[part].parent_counts))[:-1])
        numbered = np.concatenate([graph.nodes[0], nodes]) if part else nodes
        for node, own in zip(nodes.tolist(), parents, strict=True):
            assert sorted(numbered[own].tolist()) == sorted(G.predecessors(node))
            assert {int(graph.owner[a]) for a in nx.ancestors(G, node)} <= {0, part}


@pytest.mark.parametrize("count", [2, 3, 7, 8])
def test_each_pair_of_parts_meets_once_and_rounds_share_none(count):
    rounds = pairs_by_round(np.arange(1, count + 1))
    met = [frozenset(pair) for pairs in rounds for pair in pairs if 0 not in pair]
    assert len(met) == len(set(met)) == count * (count - 1) // 2
    for pairs in rounds:
        present = [part for pair in pairs for part in pair]
        assert sorted(set(present) - {0}) == list(range(1, count + 1))
        assert len(present) == len(set(present))


class Watched(Threads):
    """Threads that note the rows of each call."""

    def __init__(self) -> None:
        super().__init__(1)
        self.rows: list[np.ndarray] = []

    def results(self, function, calls):
        calls = list(calls)
        self.rows += [call[5] for call in calls]
        return super().results(function, calls)


@pytest.mark.parametrize("count", [2, 5, 8])
def test_an_epoch_visits_every_row_once_with_all_its_ancestors(count):
    G = nx.balanced_tree(3, 5, create_using=nx.DiGraph)
    graph = parted(dag_of(G), count, tables(len(G)), None)
    workers, rows = Watched(), np.arange(1, len(G))
    points = Points(np.random.default_rng(0).normal(size=(len(G), 3)), np.full(len(G), 1.001))
    points.directions[:] /= np.linalg.norm(points.directions, axis=1, keepdims=True)
    before = points.directions.copy()
    _, pairs = Buckets(graph, workers, 0).epoch(points, rows, 0, VISIT)
    assert sum(map(len, workers.rows)) == len(rows)
    assert count * (count - 1) // 2 <= len(workers.rows) <= count * (count + 1) // 2
    assert pairs == sum(len(nx.ancestors(G, row)) for row in G)
    np.testing.assert_allclose(np.linalg.norm(points.directions, axis=1), 1, atol=1e-12)
    assert (points.directions != before).any(axis=1)[1:].mean() > 0.9


@pytest.fixture(scope="module")
def carnivores():
    return nxp.wordnet_graph("carnivore.n.01", source="bundled")


def trained(G, epochs=30, **options):
    training = nxp.Training(epochs=epochs, burn_in=10, **options.pop("training", {}))
    return nxp.embed(G, 5, init="random", training=training, seed=0, progress=False, **options)


def test_the_same_bytes_on_any_number_of_threads(carnivores):
    one, three = (trained(carnivores, training={"buckets": 6}, n_jobs=n_jobs) for n_jobs in (1, 3))
    assert one.directions.tobytes() == three.directions.tobytes()
    assert one.radii.tobytes() == three.radii.tobytes()
    whole = trained(carnivores)
    assert one.directions.tobytes() != whole.directions.tobytes()


def test_buckets_are_nearly_as_good_as_the_whole(carnivores):
    whole, in_parts = (trained(carnivores, 150, training={"buckets": buckets}).quality for buckets in (1, 4))
    assert in_parts.mean_rank < whole.mean_rank + 0.5
    assert in_parts.map_score > whole.map_score - 0.05


def test_going_on_from_a_checkpoint(carnivores, tmp_path):
    path = tmp_path / "training.npz"
    trained(
        carnivores, training={"buckets": 3}, checkpoint=nxp.Checkpoint(path, every=10),
        callbacks=[lambda epoch, *_: epoch == 20],
    )  # fmt: skip
    found, straight = (trained(carnivores, training={"buckets": 3}, checkpoint=c) for c in (path, None))
    assert found.directions.tobytes() == straight.directions.tobytes()
    with pytest.raises(ValueError, match="buckets"):
        trained(carnivores, training={"buckets": 4}, checkpoint=path)


def test_fixed_nodes_stay_to_the_last_bit_and_weights_count(carnivores):
    vectors = np.random.default_rng(0).normal(size=(len(carnivores), 5)) / 10
    start = nxp.Embedding.from_vectors(carnivores, vectors)
    fixed = list(carnivores)[:40]
    G = carnivores.copy()
    nx.set_edge_attributes(G, 1.0, "w")
    runs = []
    for weight in (1.0, 5.0):
        for _, _, data in list(G.edges(data=True))[:100]:
            data["w"] = weight
        training = nxp.Training(epochs=3, fixed=fixed, weight="w", buckets=4)
        runs.append(nxp.embed(G, 5, init=start, training=training, seed=0, progress=False))
    for node in fixed:
        assert runs[0][node].tobytes() == start[node].tobytes()
    assert not np.allclose(runs[0].radii, start.radii)
    assert runs[0].history[0]["loss"] != runs[1].history[0]["loss"]


def test_a_graph_without_subtrees_apart_is_refused():
    layers = [range(first, first + 10) for first in range(0, 60, 10)]
    G = nx.DiGraph((a, b) for above, below in pairwise(layers) for a in above for b in below)
    with pytest.raises(ValueError, match=r"buckets=4: 49 of 60 nodes have descendants in several .* fewer buckets"):
        trained(G, 2, training={"buckets": 4})
