"""Training in buckets: parts of a graph two by two, the same bytes wherever that is."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nx_poincare as nxp
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.training.bucket_steps import Bucket, Epoch, Points, Seen, Visit, joined_tops, rows_of_bucket
from nx_poincare.engine.training.buckets import Buckets
from nx_poincare.engine.training.parts import NodeTables, Part, TooFewSubtreesError, pairs_by_round, parted
from nx_poincare.utils.workers import Threads

VISIT = Visit(1, True, 5, 0.1, float(np.exp(12.0)), 0, 0.0, 1.0)


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


def rows_by_bucket(graph, epoch, pairs):
    """Nodes that each bucket of an epoch visits."""
    found = []
    for at, own in enumerate(pairs):
        for parts in own:
            bucket = Bucket(parts, at, len(found), 1.0)
            rows = rows_of_bucket(epoch, bucket, graph.parts[0], *(graph.parts[i] if i else None for i in parts))
            found.append(np.concatenate([graph.nodes[i] for i in (0, *filter(None, parts))])[rows])
    return found


@pytest.mark.parametrize("count", [2, 5, 8])
@pytest.mark.parametrize("turns", [1, 3])
def test_an_epoch_visits_every_row_that_is_due_once(count, turns):
    G = nx.balanced_tree(3, 5, create_using=nx.DiGraph)
    graph, pairs = parted(dag_of(G), count, tables(len(G)), None), pairs_by_round(np.arange(1, count + 1))
    visits = Counter()
    for number in range(turns):
        epoch = Epoch(number, 0, len(pairs), sum(map(len, pairs)), len(G), VISIT._replace(leaf_turns=turns))
        rows = rows_by_bucket(graph, epoch, pairs)
        assert all(map(len, rows))
        visits.update(np.concatenate(rows).tolist())
    assert visits == {v: turns if G.out_degree(v) else 1 for v in G if v != 0}


@pytest.mark.parametrize("count", [2, 5, 8])
def test_an_epoch_moves_points_by_all_pairs_and_brings_them_once(count):
    G = nx.balanced_tree(3, 5, create_using=nx.DiGraph)
    graph = parted(dag_of(G), count, tables(len(G)), None)
    points = Points(np.random.default_rng(0).normal(size=(len(G), 3)), np.full(len(G), 1.001))
    points.directions[:] /= np.linalg.norm(points.directions, axis=1, keepdims=True)
    before = points.directions.copy()
    buckets = Buckets(graph, Threads(1), 0)
    seen = buckets.epoch(points, 0, VISIT)
    assert seen.pairs == sum(len(nx.ancestors(G, row)) for row in G)
    assert seen.is_finite
    assert (points.directions == before).all()
    buckets.bring(points)
    np.testing.assert_allclose(np.linalg.norm(points.directions, axis=1), 1, atol=1e-12)
    assert (points.directions != before).any(axis=1)[1:].mean() > 0.9


class Watched(Threads):
    """Threads that count the points that are sent to them and brought back."""

    def __init__(self) -> None:
        super().__init__(1)
        self.sent = self.fetched = 0

    def keep(self, value, *, briefly=False):
        self.sent += len(value.exponentials) if isinstance(value, Points) else 0
        return super().keep(value, briefly=briefly)

    def brought(self, kept):
        found = super().brought(kept)
        self.fetched += sum(len(value.exponentials) for value in found if isinstance(value, Points))
        return found


def test_points_come_home_every_ten_epochs_or_when_they_are_asked_for():
    G = nx.balanced_tree(2, 4, create_using=nx.DiGraph)
    workers, n = Watched(), len(G)
    buckets = Buckets(parted(dag_of(G), 4, tables(n), None), workers, 0)
    points = Points(np.eye(3)[np.arange(n) % 3], np.full(n, 1.001))
    travelled = []
    for number in range(21):
        buckets.epoch(points, number, VISIT)
        if number in (4, 5):
            buckets.bring(points)
            buckets.bring(points)
        travelled.append((workers.sent // n, workers.fetched // n))
    assert travelled == [(1, 0)] * 4 + [(1, 1)] + [(1, 2)] * 5 + [(2, 3)] * 10 + [(3, 4)]
    assert buckets.brought_after == 20


def test_the_top_goes_to_the_middle_of_what_buckets_make_of_it():
    top = Part(
        *[np.zeros(3, int)] * 2, np.empty(0), np.zeros(3, bool), tables(3)._replace(fixed=np.array([0, 0, 1]) > 0)
    )
    before = Points(np.eye(3), np.full(3, 2.0))
    one, other = (
        Points(directions, np.full(3, E)) for directions, E in ((np.eye(3), 2.0), (-np.eye(3)[[1, 1, 1]], 8.0))
    )
    moved, seen = joined_tops(
        top, before, (one, Seen(1.0, 2, True)), (other, Seen(3.0, 4, False)), (other, Seen(0.0, 0, True))
    )
    np.testing.assert_allclose(moved.directions, [[0.5**0.5, -(0.5**0.5), 0], [0, 1, 0], [0, 0, 1]])
    np.testing.assert_allclose(moved.exponentials, [4, 4, 2])
    assert seen == (4.0, 6, False)


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
