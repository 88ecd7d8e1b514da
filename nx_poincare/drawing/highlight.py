"""Nodes that stand out, with their relatives, and the colours of these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.colors import to_rgba
from numpy.typing import NDArray

from nx_poincare.drawing.colours import Theme, blend
from nx_poincare.drawing.scene import Scene
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["Highlight", "highlight_of"]

_ON_WHITE, _ON_BLACK = ("#D55E00", "#0072B2", "#009E73", "#CC79A7"), ("#E69F00", "#56B4E9", "#2FD6A5", "#E59CC4")


@dataclass(frozen=True)
class Highlight:
    """Nodes that stand out, with their relatives.

    Attributes
    ----------
    chosen : ndarray of int64
        Rows of the highlighted nodes.
    on_path, below : ndarray of bool, shape (n,)
        Chosen nodes and their ancestors; chosen nodes and their descendants.
    colours : ndarray of float64, shape (n, 4)
        Of chosen nodes and their relatives; ink for ancestors of several.
    """

    chosen: IntArray
    on_path: NDArray[np.bool_]
    below: NDArray[np.bool_]
    colours: FloatArray

    @property
    def stands_out(self) -> NDArray[np.bool_]:
        return self.on_path | self.below


def highlight_of(scene: Scene, chosen: IntArray, theme: Theme) -> Highlight:
    """Highlighted nodes, each in a colour of its own, with all their ancestors and descendants."""
    n, component, dag = len(scene.nodes), scene.hierarchy.component, scene.hierarchy.dag
    colours = np.zeros((n, 4))
    on_path, below = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    palette = _ON_BLACK if theme.is_dark else _ON_WHITE
    for i, row in enumerate(chosen.tolist()):
        colour = to_rgba(palette[i % len(palette)])
        _, found = dag.ancestors_of(component[[row]])
        above = np.isin(component, found)
        under = np.isin(component, _descendants(scene, int(component[row])))
        colours[above] = np.where(on_path[above, None], (*theme.ink, 1.0), colour)
        colours[under & ~on_path] = (*blend(np.array(colour[:3]), theme.paper, 0.12), 1.0)
        colours[row] = colour
        on_path |= above
        below |= under
        on_path[row] = below[row] = True
    for i, row in enumerate(chosen.tolist()):
        colours[row] = to_rgba(palette[i % len(palette)])
    return Highlight(chosen, on_path, below, colours)


def _descendants(scene: Scene, top: int) -> list[int]:
    """Condensed nodes below one, by all paths."""
    dag = scene.hierarchy.dag
    found: set[int] = set()
    waiting = [top]
    while waiting:
        v = waiting.pop()
        new = set(dag.child_list[dag.child_starts[v] : dag.child_starts[v + 1]].tolist()) - found
        found |= new
        waiting += new
    return sorted(found)
