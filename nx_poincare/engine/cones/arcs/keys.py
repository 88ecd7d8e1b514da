"""Nodes in the disk, and the keys by which a row's nodes are in order (see `nx_poincare.engine.cones.arcs.costs`)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["Descendants", "DiskPoints", "Rows"]


class DiskPoints(NamedTuple):
    """Nodes in the disk: unit vector, e to the minus radius, and sigma of the module."""

    x: FloatArray
    y: FloatArray
    exp_minus_radius: FloatArray
    sigma: FloatArray

    @classmethod
    def of(cls, angles: FloatArray, radii: FloatArray) -> DiskPoints:
        """From angles and hyperbolic radii, both of shape (n,)."""
        return cls(np.cos(angles), np.sin(angles), np.exp(-radii), 2 / (1 + np.exp(2 * radii)))

    @property
    def angles(self) -> FloatArray:
        """Angles in [0, 2 pi)."""
        return np.mod(np.arctan2(self.y, self.x), 2 * np.pi)


class Rows(NamedTuple):
    """Ancestors of node u, nearest first, at ``starts[u]:starts[u + 1]``: keys, and intruders before each."""

    starts: IntArray
    ancestors: IntArray
    keys: FloatArray
    before: FloatArray


class Descendants(NamedTuple):
    """Descendants of node v: ``nodes[starts[v]:starts[v + 1]]``."""

    starts: IntArray
    nodes: IntArray


@kernel()
def angular_term(points, u, x, y):  # type: ignore[no-untyped-def]
    """A of the module, of node u and any unit vector."""
    along, aside = points.x[u] - x, points.y[u] - y
    gap = along * along + aside * aside
    return points.sigma[u] / 2 + (1 - points.sigma[u]) * gap / 4


@kernel()
def angular_term_of(points, u, v):  # type: ignore[no-untyped-def]
    """A of the module, of two nodes."""
    return angular_term(points, u, points.x[v], points.y[v])


@kernel()
def key_of(angular, exp_minus_radius):  # type: ignore[no-untyped-def]
    """K of the module; a node at the origin has the origin's exactly."""
    return 1.0 if exp_minus_radius == 1.0 else angular / exp_minus_radius + (1 - angular) * exp_minus_radius
