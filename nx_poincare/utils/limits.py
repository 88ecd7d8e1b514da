"""How far float64 goes: the limits that all code shares. No array library is loaded for them."""

from __future__ import annotations

__all__ = ["FAITHFUL_RADIUS", "LARGEST_NORM", "LARGEST_RADIUS", "LAST_RADIUS", "NAMED_RADII", "UNIT_TOLERANCE"]

FAITHFUL_RADIUS = 36.0  # up to here ball coordinates keep what direction and radius say
LARGEST_RADIUS = 60.0  # half-angle 2e-13: narrower cones than directions can tell apart
LAST_RADIUS = 350.0  # exp(2 r) is near the end of float64: beyond, distances cannot be told apart by their keys
LARGEST_NORM = 1 - 2.0**-51  # of ball coordinates; just above tanh(18), the norm at radius 36
NAMED_RADII = {
    "float32": 16.0,  # what ball vectors in float32 hold: beyond, the last digit is a tenth of 1 - |x|
    "clip": 12.18,  # the norm stays below 1 - 1e-5, to which other programs clip, through the rounding of float32
}
UNIT_TOLERANCE = 1e-12  # by how much the length of a direction may differ from 1
