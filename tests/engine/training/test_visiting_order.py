"""The order in which an epoch visits its rows."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.depth_first import Walk
from nx_poincare.engine.training import visiting_order as visits


@pytest.fixture
def dag() -> Dag:
    rng = np.random.default_rng(0)
    children = np.arange(2, 500)
    second = rng.choice(children, 50)
    parents = (rng.random(548) * np.concatenate([children, second])).astype(np.int64)
    return Dag.from_edges(parents, np.concatenate([children, second]), 500)


def test_small_graphs_are_visited_wholly_at_random(dag: Dag) -> None:
    rows = np.arange(2, 500)
    assert not visits.trains_in_walk_order(dag.n)
    order = visits.visiting_order(rows, dag.n, np.random.default_rng(3))
    assert order.tolist() == np.random.default_rng(3).permutation(rows).tolist()


def test_large_graphs_are_visited_in_runs_of_relatives(dag: Dag, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "_FITS_CACHE", 100)
    walk = Walk.over(dag)
    below: dict[int, set[int]] = {v: {v} for v in range(500)}  # in the tree of first parents
    for v in dag.order[::-1].tolist():
        if len(dag.parents_of(v)):
            below[int(dag.parents_of(v)[0])] |= below[v]
    for v in range(500):
        assert sorted(walk.places[list(below[v])]) == list(range(walk.places[v], walk.places[v] + len(below[v])))
    rows = np.flatnonzero(np.diff(walk.dag.parent_starts) > 0)
    first, second = (visits.visiting_order(rows, dag.n, np.random.default_rng(seed)) for seed in (1, 2))
    assert sorted(first.tolist()) == sorted(second.tolist()) == rows.tolist()
    assert first.tolist() != second.tolist()
    together = sum(int(b) - int(a) == 1 for a, b in pairwise(first))
    assert 0.7 * len(first) < together < 0.9 * len(first)


def test_the_graph_of_a_walk_is_the_graph(dag: Dag) -> None:
    walk = Walk.over(dag)
    assert walk.places[walk.nodes].tolist() == list(range(500))
    for place in range(500):
        assert set(walk.nodes[walk.dag.parents_of(place)]) == set(dag.parents_of(int(walk.nodes[place])))
    assert walk.nodes[walk.dag.parent_list].tolist() == dag.parent_list[walk.edges].tolist()
