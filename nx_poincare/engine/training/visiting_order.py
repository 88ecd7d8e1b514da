"""How memory is met in training, and in which order an epoch visits its rows.

Training looks at a node, its ancestors and some others, wherever they are in memory. In graphs that outgrow the
processor's cache nodes are therefore numbered as a walk meets them, so that relatives lie beside each other, and rows
are visited in short runs of relatives, which share their ancestors; the runs come in random order.
"""

from __future__ import annotations

import numpy as np

from nx_poincare.utils.arrays import IntArray

__all__ = ["rows_due", "trains_in_walk_order", "visiting_order"]

_FITS_CACHE = 200_000  # nodes
_RUN = 4  # rows; longer runs are hardly faster and cost quality: the same ancestors are pulled again and again


def trains_in_walk_order(n: int) -> bool:
    """Whether a graph of so many nodes is trained in the order of a walk."""
    return n > _FITS_CACHE


def rows_due(inner_rows: IntArray, leaf_rows: IntArray, epoch: int, turns: int) -> IntArray:
    """The rows that an epoch visits: all inner ones, and of the leaves those whose turn it is.

    Examples
    --------
    >>> rows_due(np.array([0, 1]), np.array([2, 3, 4]), 1, 2)
    array([0, 1, 3])
    """
    return np.concatenate((inner_rows, leaf_rows[epoch % turns :: turns]))


def visiting_order(rows: IntArray, n: int, rng: np.random.Generator) -> IntArray:
    """Rows of one epoch, each once: at random, or runs of neighbours at random in a graph of many nodes n.

    Parameters
    ----------
    rows : ndarray of int64
        In the order of the walk, if the graph is trained in that.
    n : int
    rng : numpy.random.Generator

    Where runs begin changes from call to call.
    """
    if not trains_in_walk_order(n):
        return rng.permutation(rows)
    turned = np.roll(rows, rng.integers(_RUN))
    runs = len(rows) // _RUN
    order = turned[: runs * _RUN].reshape(runs, _RUN)[rng.permutation(runs)].ravel()
    return np.concatenate([order, turned[runs * _RUN :]])
