"""The data on a viewer's page: what is shown, as JSON with packed arrays."""

from __future__ import annotations

import base64
import json
import zlib

import numpy as np

from nx_poincare.engine.dag.tree_sums import subtree_sums
from nx_poincare.layout.fan import LEAF_WEIGHT, WEIGHT_OF_LOGARITHM, fan_layout
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.viewer.columns import Column
from nx_poincare.viewer.content import Content, PolarPoints
from nx_poincare.viewer.opening import Opening

__all__ = ["encode"]

_MOST_DOUBLES = 450_000  # coordinates: five megabytes
_MANY_ROWS = 225_000  # from which on the page works out what it can
_STEP_UNITS = 4096  # per hyperbolic unit of a layout
_WEDGE_UNITS = 20_000  # per radian


def encode(content: Content, title: str, opening: Opening) -> str:
    """The content as JSON that may stand in an HTML script element.

    Arrays are little-endian and in base64, as ``{"type": ..., "data": ...}`` with the name of
    JavaScript's typed array. Attributes are deflated: text shrinks to a third.
    """
    counts = np.bincount(content.parents[1:], minlength=len(content.names)).astype(np.int64)
    folded = np.flatnonzero(content.folded)
    page = {
        "title": title,
        "total": content.total,
        "ownRoot": content.has_own_root,
        "names": content.shown_names,
        "counts": _array(counts),
        "levels": _array(content.levels),
        "descendants": _descendants(content),
        "exact": content.exact,
        "folded": {"rows": _array(folded), "sizes": _array(content.folded[folded])},
        "places": _fan(content.parents, counts),
        "others": _array(content.others.ravel()),
        "loose": _array(content.loose),
        "attributeNames": list(content.columns),
        "attributes": _deflate(list(content.columns.values())),
        "icons": _icons(content),
        "opening": _opening(opening, content),
        "points": None if content.points is None else _points(content.points, content.parents),
    }
    text = json.dumps(page, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _descendants(content: Content) -> dict[str, object]:
    """Numbers of descendants of the nodes that have others than those of the tree."""
    is_node = content.folded == 0
    in_tree = subtree_sums(np.arange(len(is_node)), content.parents, is_node.astype(np.int64)) - is_node
    rows = np.flatnonzero(is_node & (in_tree != content.descendants))
    return {"rows": _array(rows), "counts": _array(content.descendants[rows])}


def _fan(parents: IntArray, counts: IntArray) -> dict[str, object]:
    """With the wedges of rows that have children: from rounded steps they would be off, and more at every level.

    Of very many rows the page works the turns out, as `fan_layout` does, from wedges and weights.
    """
    fan = fan_layout(parents)
    steps = np.minimum(np.rint(fan.steps * _STEP_UNITS), 65535).astype(np.int64)
    halves = np.rint(fan.wedges[counts > 0] * _WEDGE_UNITS).astype(np.int64)
    if len(parents) > _MANY_ROWS:
        turns: dict[str, object] = {"weights": [LEAF_WEIGHT, WEIGHT_OF_LOGARITHM]}
    else:
        turns = {"turns": _floats(fan.turns, 4)}
    return {
        "steps": _array(steps), "unit": _STEP_UNITS, **turns, "wedges": _array(halves), "wedgeUnit": _WEDGE_UNITS
    }  # fmt: skip


def _opening(opening: Opening, content: Content) -> dict[str, object]:
    return {
        "colour": opening.colour_by, "size": opening.size_by, "tour": opening.rows_of_tour(content.names),
        "map": opening.radii, "beside": opening.beside or "",
    }  # fmt: skip


def _icons(content: Content) -> dict[str, object]:
    """Each different one once, and which of them a row has."""
    rows = [row for row, name in enumerate(content.names) if content.folded[row] == 0 and name in content.icons]
    found = [content.icons[content.names[row]] for row in rows]
    place = {icon: i for i, icon in enumerate(dict.fromkeys(found))}
    which = np.array([place[icon] for icon in found], dtype=np.int64)
    return {"rows": _array(np.array(rows, dtype=np.int64)), "which": _array(which), "different": list(place)}


def _points(points: PolarPoints, parents: IntArray) -> dict[str, object]:
    """Directions as differences from the tree parent's.

    They are in double precision, or in single precision where there are many. That keeps seven digits
    of the differences; of the directions it would not keep siblings far from the origin apart. Of very many
    directions in the plane the angles from the parent's are half as much.
    """
    differences = points.directions.copy()
    differences[1:] -= points.directions[parents[1:]]
    size = 8 if differences.size <= _MOST_DOUBLES else 4
    if points.dim == 2 and len(points.radii) > _MANY_ROWS:
        return {
            "dim": points.dim,
            "radii": _floats(points.radii, 4),
            "angles": _floats(_angles_from_parents(points.directions, differences, parents), 4),
        }
    return {
        "dim": points.dim,
        "radii": _floats(points.radii, 4),
        "differences": _floats(differences.ravel(), size),
    }


def _angles_from_parents(directions: FloatArray, differences: FloatArray, parents: IntArray) -> FloatArray:
    """By how much each direction is turned against the parent's, that of the root against the first axis."""
    above = directions[parents]
    above[0] = 1.0, 0.0
    (x, y), (dx, dy) = above.T, differences.T
    dy, dx = dy.copy(), dx.copy()
    dx[0] -= 1.0
    return np.arctan2(x * dy - y * dx, 1 + x * dx + y * dy)


def _array(values: IntArray) -> dict[str, str]:
    """Whole numbers that are not negative, in the narrowest type that holds them."""
    largest = int(values.max(initial=0))
    bits = 8 if largest < 2**8 else 16 if largest < 2**16 else 32
    return {"type": f"Uint{bits}Array", "data": _base64(values.astype(f"<u{bits // 8}").tobytes())}


def _floats(values: FloatArray, size: int) -> dict[str, str]:
    """In numbers of 4 or 8 bytes."""
    return {"type": f"Float{8 * size}Array", "data": _base64(values.astype(f"<f{size}").tobytes())}


def _deflate(columns: list[Column]) -> str:
    """The columns as JSON, deflated, in base64; nothing for none."""
    if not columns:
        return ""
    text = json.dumps(columns, ensure_ascii=True, separators=(",", ":"))
    return _base64(zlib.compress(text.encode("ascii"), 9))


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
