"""Where the nodes of a picture stand: given positions, the layout for the eye, or the view from one node."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import networkx as nx
import numpy as np

from nx_poincare.embedding.embedding import Embedding
from nx_poincare.engine.geometry.ball import from_ball, recentre, to_ball
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.layout.disk import MOST_OF_THE_NODES, THEIR_RADIUS
from nx_poincare.layout.fan import fan_layout, fan_positions
from nx_poincare.layout.positions import layout_positions
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.viewer.content import content_of

__all__ = [
    "LAYOUT",
    "GivenPositions",
    "Radii",
    "check_radii",
    "given_positions",
    "is_layout_of",
    "view_from",
    "with_radii_for_the_eye",
]

Radii = Literal["eye", "embedding"]
LAYOUT, _POINTS, _SCALED = "layout for the eye", "points of the embedding", "embedding, radii for the eye"

_ON_THE_RIM = 1 + 1e-9  # norms up to here are taken for rounded points of the disk
_LARGEST_NORM = 1 - 2.0**-53
_SAME_LAYOUT = 1e-6  # exporters round


@dataclass(frozen=True)
class GivenPositions:
    """Points of the disk that the caller chose, with the polar form where it is known better than the points.

    Attributes
    ----------
    points : ndarray of float64, shape (n, 2)
        Points of the closed unit disk.
    directions, radii : ndarray of float64, shapes (n, 2) and (n,), or None
    origin : str
        What they are, in words, where that is known.
    """

    points: FloatArray
    directions: FloatArray | None = None
    radii: FloatArray | None = None
    origin: str = ""

    def part(self, rows: IntArray) -> GivenPositions:
        """Those of some nodes."""
        if self.directions is None or self.radii is None:
            return GivenPositions(self.points[rows], origin=self.origin)
        return GivenPositions(self.points[rows], self.directions[rows], self.radii[rows], self.origin)

    def around(self, row: int) -> FloatArray:
        """All points after the Möbius translation that takes one of them to the origin."""
        directions, radii = self.directions, self.radii
        if directions is None or radii is None:
            norms = np.linalg.norm(self.points, axis=1, keepdims=True)
            directions, radii = from_ball(self.points * np.minimum(_LARGEST_NORM / np.maximum(norms, 0.5), 1))
        return to_ball(*recentre(directions, radii, directions[row], radii[row]))


def check_radii(radii: object) -> None:
    """Refuse what is not an option."""
    if radii not in get_args(Radii):
        raise ValueError(f"radii must be 'eye' or 'embedding', not {radii!r}")


def given_positions(
    G: nx.Graph | Embedding,
    nodes: Sequence[Hashable],
    pos: Mapping[Hashable, Any] | None,
    pos_as: str,
    radii: Radii | None = None,
    store_as: str = "poincare",
) -> GivenPositions | None:
    """Positions from a mapping, from a node attribute or from an embedding, checked; None if there are none.

    ``radii`` None stands for "embedding" where ``pos`` is an embedding, otherwise for "eye".
    """
    if isinstance(pos, Embedding):
        _checked_points(nodes, pos, "pos")
        return _of_embedding(pos, nodes, radii or "embedding")
    if radii == "embedding":
        if pos is not None:
            raise ValueError("radii='embedding' shows the points of an embedding: pass it as pos, or no pos")
        return _of_embedding(_embedding_of(G, store_as), nodes, "embedding")
    if pos is not None:
        return GivenPositions(_checked_points(nodes, pos, "pos"))
    if isinstance(G, Embedding):
        return None if G.layout is None else GivenPositions(G.layout)
    stored = {node: place for node, place in G.nodes(data=pos_as) if place is not None}
    return GivenPositions(_checked_points(nodes, stored, f"the node attribute {pos_as!r}")) if stored else None


def _embedding_of(G: nx.Graph | Embedding, store_as: str) -> Embedding:
    """The embedding itself, or the one that a graph bears, in two dimensions."""
    if not isinstance(G, Embedding):
        if not any(store_as in data or f"{store_as}_0" in data for _, data in G.nodes(data=True)):
            raise ValueError("radii='embedding' needs an embedding, or a graph whose nodes bear one: embed it first")
        G = Embedding.from_graph(G, store_as=store_as, store_pos_as=None, level_as=None)
    if G.dim != 2:
        raise ValueError(f"radii='embedding' needs points in 2 dimensions, not in {G.dim}")
    return G


def _of_embedding(embedding: Embedding, nodes: Sequence[Hashable], radii: Radii) -> GivenPositions:
    shown = with_radii_for_the_eye(embedding) if radii == "eye" else embedding
    rows = np.array([shown.index[node] for node in nodes], dtype=np.int64)
    directions, far = shown.directions[rows], shown.radii[rows]
    return GivenPositions(shown.vectors[rows], directions, far, _POINTS if shown is embedding else _SCALED)


def with_radii_for_the_eye(points: Embedding) -> Embedding:
    """The same directions with radii that the eye resolves: nine nodes in ten within 0.9 of the disk."""
    far = float(np.quantile(points.radii, MOST_OF_THE_NODES)) if len(points) else 0.0
    if far <= THEIR_RADIUS:
        return points
    return Embedding(points.nodes, points.directions, points.radii * (THEIR_RADIUS / far))


def _checked_points(nodes: Sequence[Hashable], pos: Mapping[Hashable, Any], source: str) -> FloatArray:
    places = []
    for node in nodes:
        if node not in pos:
            raise nx.NetworkXError(f"node {node!r} has no position in {source}; give one to every node or to none")
        try:
            x, y = pos[node]
            places.append((float(x), float(y)))
        except (TypeError, ValueError):
            raise nx.NetworkXError(
                f"the position of node {node!r} in {source} is not a pair of numbers: {pos[node]!r}"
            ) from None
    points = np.array(places, dtype=np.float64).reshape(-1, 2)
    outside = np.flatnonzero(~(np.hypot(*points.T) <= _ON_THE_RIM))  # also catches nan
    if len(outside):
        raise nx.NetworkXError(
            f"the position {places[outside[0]]} of node {nodes[outside[0]]!r} in {source} is not in the unit disk; "
            "poincare_layout gives positions that are"
        )
    return points


def is_layout_of(given: GivenPositions, hierarchy: Hierarchy) -> bool:
    """Whether positions are those that `nx_poincare.poincare_layout` gives."""
    return bool(np.allclose(given.points, layout_positions(hierarchy), rtol=0, atol=_SAME_LAYOUT))


def view_from(hierarchy: Hierarchy, row: int) -> FloatArray:
    """All nodes in a layout of true hyperbolic distances, one of them at the origin and its parent above it."""
    content = content_of(hierarchy, hierarchy.edges, {})
    rows = np.array([hierarchy.index.get(name, -1) for name in content.names], dtype=np.int64)  # -1: above all roots
    points = fan_positions(content.parents, fan_layout(content.parents), int(np.flatnonzero(rows == row)[0]))
    positions = np.empty((len(hierarchy), 2))
    positions[rows[rows >= 0]] = points[rows >= 0]
    return positions
