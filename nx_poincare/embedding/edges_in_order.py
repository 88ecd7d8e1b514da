"""Whether points have the order of a graph that they were read from: a look at its edges."""

from __future__ import annotations

import numpy as np

from nx_poincare.embedding.points import NamedPoints
from nx_poincare.embedding.quality import EdgesOutOfOrder
from nx_poincare.engine.geometry.half_spaces import is_above
from nx_poincare.utils.arrays import IntArray, blocks_of_rows

__all__ = ["edges_out_of_order"]


def edges_out_of_order(points: NamedPoints, ends: IntArray) -> EdgesOutOfOrder:
    """How many edges the plain rule does not know, that ancestors are nearer than the origin.

    Parents are hard to keep where room is short, and the first to be lost: where a tenth of the edges are, the F1 of
    ancestors is about .9.

    Parameters
    ----------
    points : NamedPoints
    ends : ndarray of int64, shape (m, 2)
        Rows of the ends of edges. The one at the lower level is above, and where levels are not known the one at the
        smaller radius. Edges between nodes that are alike in this do not count.
    """
    known = len(points._levels) > 0 and points._levels.min() >= 0
    heights = points._levels if known else points.radii
    ends = ends[heights[ends[:, 0]] != heights[ends[:, 1]]]
    is_upside_down = heights[ends[:, 0]] > heights[ends[:, 1]]
    parents, children = np.where(is_upside_down[:, None], ends[:, ::-1], ends).T
    s, r, kept = points.directions, points.radii, 0
    for block in blocks_of_rows(len(ends)):
        above, below = parents[block], children[block]
        kept += int(np.count_nonzero(is_above(s[above], r[above], s[below], r[below])))
    return EdgesOutOfOrder(len(ends) - kept, len(ends))
