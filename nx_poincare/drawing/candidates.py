"""Places that a label may take beside its node, or further away at the end of a leader line."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nx_poincare.drawing.boxes import boxes_of
from nx_poincare.utils.arrays import FloatArray

__all__ = ["Places", "leader_boxes", "places_away", "places_beside"]

_RADIAL_FROM = 0.62  # norm from which on a label may stand along its radius
_ACROSS_FROM = 0.02  # norm from which on there is a direction to stand across
_RANK_COST = 0.25  # hidden points that one place down in the order of preference is worth
_RADIAL_COST = 2.0  # hidden points that reading at an angle is worth
_ACROSS_COST = 7.0  # of a label across the radius
_REACHES = (1.2, 2.2, 3.5)  # lengths of leader lines, in heights of a label
_LENGTH_COST = 2.0  # hidden points that a length of one height is worth
_WAYS = 12  # directions of leader lines

# Where the label's centre may lie, in half-widths and half-heights of label and marker.
_SIDES = np.array([(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)], dtype=np.float64)
_UNIT_SIDES = _SIDES / np.linalg.norm(_SIDES, axis=1, keepdims=True)


class Places(NamedTuple):
    """Boxes that a label may fill, and how much each is disliked, in hidden points."""

    boxes: FloatArray
    dislike: FloatArray


def places_beside(
    pixel: FloatArray, position: FloatArray, half: FloatArray, clear: float, *, goes_out: bool, is_level: bool
) -> Places:
    """Around a node: level, and where the disk is fine along the radius or across it.

    ``half`` has half the label's width and height, ``clear`` is the distance from the node's
    centre, all in pixels. A label that goes out has one place only, along the radius.
    """
    norm = float(np.linalg.norm(position))
    away = position / norm if norm > 0 else np.array([1.0, 0.0])
    # Never upside down; straight down reads like straight up.
    angle = np.arctan2(*away[::-1]) + (np.pi if away[0] < -1e-9 else 0.0)
    ways = np.array([1.0, -1.0])[:, None]
    radial = boxes_of(pixel + ways * away * (half[0] + clear), half, angle)
    if goes_out and not is_level:
        return Places(radial[:1], np.zeros(1))
    order = np.argsort(-(_UNIT_SIDES @ position), kind="stable")
    level = boxes_of(pixel + (_SIDES * half + _UNIT_SIDES * clear)[order], half, 0.0)
    boxes, dislike = [level], [np.arange(len(level), dtype=np.float64) * _RANK_COST]
    if norm >= _RADIAL_FROM and not is_level:
        boxes.append(radial)
        dislike.append(np.array([_RADIAL_COST, 3 * _RADIAL_COST]))
    if norm >= _ACROSS_FROM and not is_level:
        boxes.append(_across(pixel, away, half, clear))
        dislike.append(np.array([_ACROSS_COST, _ACROSS_COST + _RANK_COST]))
    return Places(np.concatenate(boxes), np.concatenate(dislike))


def _across(pixel: FloatArray, away: FloatArray, half: FloatArray, clear: float) -> FloatArray:
    """On both sides of the radius and at right angles to it, as names stand along a chain."""
    across = np.array([-away[1], away[0]])
    across = -across if across[0] < -1e-9 else across
    ways = np.array([1.0, -1.0])[:, None]
    return boxes_of(pixel + ways * across * (half[0] + clear), half, np.arctan2(*across[::-1]))


def places_away(pixel: FloatArray, half: FloatArray, clear: float) -> Places:
    """Level and some way off in all directions, for a label with a leader line."""
    angles = np.arange(_WAYS) * (2 * np.pi / _WAYS)
    ways = np.column_stack([np.cos(angles), np.sin(angles)])
    boxes, dislike = [], []
    for reach in _REACHES:
        centres = pixel + ways * (clear + reach * 2 * half[1]) + half * np.clip(1.6 * ways, -1, 1)
        boxes.append(boxes_of(centres, half, 0.0))
        dislike.append(np.full(_WAYS, reach * _LENGTH_COST))
    return Places(np.concatenate(boxes), np.concatenate(dislike))


def leader_boxes(pixel: FloatArray, boxes: FloatArray, width: float) -> FloatArray:
    """The leader lines from a node to boxes, as thin boxes."""
    ends = np.clip(pixel, boxes[:, :2] - boxes[:, 2:4], boxes[:, :2] + boxes[:, 2:4])
    gaps = (ends - pixel) * 0.98
    lengths = np.linalg.norm(gaps, axis=1)
    halves = np.column_stack([lengths / 2, np.full(len(boxes), width / 2)])
    return boxes_of(pixel + gaps / 2, halves, np.arctan2(gaps[:, 1], gaps[:, 0]))
