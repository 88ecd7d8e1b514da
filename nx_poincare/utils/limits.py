"""How far float64 goes: the limits that all code shares. No array library is loaded for them."""

from __future__ import annotations

__all__ = ["FAITHFUL_RADIUS", "LARGEST_NORM", "LARGEST_RADIUS", "UNIT_TOLERANCE"]

FAITHFUL_RADIUS = 36.0  # up to here ball coordinates keep what direction and radius say
LARGEST_RADIUS = 60.0  # half-angle 2e-13: narrower cones than directions can tell apart
LARGEST_NORM = 1 - 2.0**-51  # of ball coordinates; just above tanh(18), the norm at radius 36
UNIT_TOLERANCE = 1e-12  # by how much the length of a direction may differ from 1
