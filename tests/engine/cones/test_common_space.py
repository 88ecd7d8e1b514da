"""New nodes below cycles and several parents, whose caps overlap and are not nested."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.engine.cones.common_space import Caps, common_places
from nx_poincare.engine.cones.new_nodes import place_new_nodes
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.geometry.ball import radius_of_half_angle
from nx_poincare.engine.geometry.half_spaces import is_above


def around(centre: np.ndarray, half_angle: float, count: int, rng: np.random.Generator) -> np.ndarray:
    """Directions at three quarters of a half-angle from a centre, so that all caps of that half-angle hold it."""
    tangents = rng.standard_normal((count, len(centre)))
    tangents -= (tangents @ centre)[:, None] * centre
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    return np.cos(0.75 * half_angle) * centre + np.sin(0.75 * half_angle) * tangents


@pytest.mark.parametrize("dim", [3, 5, 10])
@pytest.mark.parametrize("seed", range(12))
def test_what_is_new_below_cycles_is_below_all_their_nodes_and_below_no_others(dim: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    wide, narrow = 0.5, 0.01
    counts = rng.integers(2, 6, size=3)  # a cycle, one below it, and others beside that, in the wide caps
    centre = np.eye(dim)[0]
    lower_centre = around(centre, 0.15, 1, rng)[0]
    directions = np.vstack([
        around(centre, wide, counts[0], rng),
        around(lower_centre, narrow, counts[1], rng),
        around(lower_centre, 2 * narrow, counts[2], rng),
    ])  # fmt: skip
    half_angles = np.repeat([wide, narrow, 0.8 * narrow], counts)
    known = len(directions)
    upper, lower = range(counts[0]), range(counts[0], counts[0] + counts[1])
    edges = [(a, b) for a in upper for b in lower] + [(a, c) for a in upper for c in range(lower.stop, known)]
    edges += [(b, known + i) for b in lower for i in range(4)] + [(known, known + 4)]
    dag = Dag.from_edges(*np.array(edges).T, known + 5)
    points = np.vstack([directions, np.zeros((5, dim))])
    radii = np.concatenate([radius_of_half_angle(half_angles), np.zeros(5)])
    placed = place_new_nodes(dag, points, radii, np.arange(dag.n) < known, max_radius=36, rng=rng)
    s, r = placed.directions, placed.radii
    for new in range(known, dag.n):
        named = np.flatnonzero(is_above(s, r, s[new], r[new]))
        wanted = {*upper, *lower, *([known] if new == known + 4 else [])}
        assert set(named.tolist()) - {new} == wanted
    assert not placed.are_crowded.any()


def test_places_do_not_meet_what_is_taken() -> None:
    rng = np.random.default_rng(0)
    caps = Caps(around(np.eye(4)[0], 0.3, 3, rng), np.full(3, 0.3))
    none = caps.rows(np.zeros(0, dtype=np.int64))
    first = common_places(caps, np.arange(3), none, none, 5, rng)
    assert first is not None
    second = common_places(caps, np.arange(3), none, Caps(first.directions, first.half_angles), 5, rng)
    assert second is not None
    angles = np.arccos(np.clip(first.directions @ second.directions.T, -1, 1))
    assert (angles >= first.half_angles[:, None] + second.half_angles - 1e-7).all()


def test_without_a_clear_direction_there_is_no_place() -> None:
    rng = np.random.default_rng(0)
    caps = Caps(np.eye(3)[:1], np.array([0.1]))
    assert common_places(caps, np.arange(1), caps.rows(np.zeros(0, dtype=np.int64)), caps, 1, rng) is None


def test_an_embedding_grows_below_its_cycles() -> None:
    rng = np.random.default_rng(0)
    G = nx.DiGraph((int(rng.integers(max(0, v - 9), v)), v) for v in range(1, 30))
    for v in range(5, 30, 7):
        G.add_edge(v, int(rng.choice(sorted(nx.ancestors(G, v)))))
    emb = nxp.embed(G, 5, seed=0, effort=0.2)
    in_cycles = sorted(v for members in nx.strongly_connected_components(G) if len(members) > 1 for v in members)
    G.add_edges_from((v, f"new {v}") for v in in_cycles)
    grown = nxp.embed(G, 5, init=emb, seed=0)
    component = {v: members for members in map(frozenset, nx.strongly_connected_components(G)) for v in members}
    for v in in_cycles:
        wanted = {a for a in nx.ancestors(G, f"new {v}") if a not in component[f"new {v}"]}
        assert wanted <= set(grown.ancestors(f"new {v}"))
