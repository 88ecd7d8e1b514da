"""Very many marks as pixels: blended into an image at the resolution of the canvas, which matplotlib then draws."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import Collection

from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.compiled import kernel

__all__ = ["MANY", "blend_disks", "blend_lines", "draw_blended", "has_pixels", "pixels_of_point"]

MANY = 200_000  # marks from which on they are drawn like this
_PIXELS_AT_ONCE = 4_000_000  # of 16 bytes
_OPAQUE = 255
_LARGE = 3.0  # pixels of a radius
_HALF_DIAGONAL = math.sqrt(0.5)
_POINTS = 6  # of a pixel, across


def has_pixels(renderer: RendererBase, artist: Collection) -> bool:
    """Whether marks can be blended: on a canvas of pixels, without effects that want shapes."""
    return hasattr(renderer, "buffer_rgba") and not artist.get_path_effects() and artist.get_sketch_params() is None


def pixels_of_point(renderer: RendererBase) -> float:
    """How long a point is on a canvas."""
    return float(np.asarray(renderer.points_to_pixels(1.0)))


def draw_blended(artist: Collection, renderer: RendererBase, blend: Callable[[FloatArray, Any], object]) -> None:
    """Draw the pixels of an artist, within its clip box.

    Parameters
    ----------
    artist : matplotlib.collections.Collection
    renderer : matplotlib.backend_bases.RendererBase
    blend : callable
        Takes the lower left corner of a part of the canvas and its image, shape (rows, columns, 4), the lowest row
        first, and adds the marks to it, by `blend_lines` or `blend_disks`.
    """
    renderer.open_group(type(artist).__name__, artist.get_gid())
    context = renderer.new_gc()
    artist._set_gc_clip(context)  # type: ignore[attr-defined]
    width, height = (int(size) for size in renderer.get_canvas_width_height())
    clip = context.get_clip_rectangle()
    low, high = ((0, 0), (width, height)) if clip is None else (clip.min, clip.max)
    left, bottom = (max(int(np.floor(value)), 0) for value in low)
    right, top = (min(int(np.ceil(value)), most) for value, most in zip(high, (width, height), strict=True))
    rows = max(_PIXELS_AT_ONCE // max(right - left, 1), 1)
    for first in range(bottom, top if left < right else bottom, rows):
        image = np.zeros((min(rows, top - first), right - left, 4), dtype=np.float32)
        blend(np.array([left, first], dtype=np.float64), image)
        image[..., :3] /= np.maximum(image[..., 3:], np.float32(1e-6))
        renderer.draw_image(context, left, first, np.rint(np.clip(image, 0, 1) * _OPAQUE).astype(np.uint8))
    context.restore()
    renderer.close_group(type(artist).__name__)
    artist.stale = False


@kernel(nogil=True)
def blend_lines(points, starts, widths, colours, blended):  # type: ignore[no-untyped-def]
    """Add lines to an image, one after the other; its colours are multiplied by their opacity.

    Parameters
    ----------
    points : ndarray of float64, shape (m, 2)
        Of all lines, in pixels.
    starts : ndarray of int64, shape (n + 1,)
        Line i has the points from ``starts[i]`` to ``starts[i + 1]``.
    widths : ndarray of float64, shape (n,)
        In pixels.
    colours : ndarray of float64, shape (n, 4)
    blended : ndarray of float32, shape (rows, columns, 4)
        The lowest row first.
    """
    height, width = blended.shape[:2]
    covered = np.zeros(height * width, np.float32)
    touched = np.empty(height * width, np.int64)
    for i in range(len(widths)):
        count = 0
        for j in range(starts[i], starts[i + 1] - 1):
            count = _cover(points, j, widths[i], height, width, covered, touched, count)
        for k in range(count):
            pixel = touched[k]
            _blend_pixel(blended[pixel // width, pixel % width], colours[i], covered[pixel])
            covered[pixel] = 0


@kernel()
def _cover(points, j, thickness, height, width, covered, touched, count):  # type: ignore[no-untyped-def]
    """Note what pixels a straight piece covers, those that this line has not touched on a list."""
    ax, ay, bx, by = points[j, 0], points[j, 1], points[j + 1, 0], points[j + 1, 1]
    dx, dy = bx - ax, by - ay
    squared = dx * dx + dy * dy
    reach, most = thickness / 2 + 0.5, min(thickness, 1.0)
    first, last = max(int(min(ay, by) - reach), 0), min(int(max(ay, by) + reach), height - 1)
    for row in range(first, last + 1):
        y = row + 0.5 - ay
        left, right = min(ax, bx) - reach, max(ax, bx) + reach
        if dy * dy > 1e-6 * squared:
            middle, half = ax + dx * y / dy, reach * np.sqrt(squared) / abs(dy)
            left, right = max(left, middle - half), min(right, middle + half)
        if right < 0 or left >= width:
            continue
        for column in range(max(int(left), 0), min(int(right), width - 1) + 1):
            x = column + 0.5 - ax
            share = 0.0 if squared == 0 else min(max((x * dx + y * dy) / squared, 0.0), 1.0)
            offx, offy = x - share * dx, y - share * dy
            cover = min(reach - np.sqrt(offx * offx + offy * offy), most)
            if cover <= 0:
                continue
            pixel = row * width + column
            if covered[pixel] == 0:
                touched[count] = pixel
                count += 1
            covered[pixel] = max(covered[pixel], np.float32(cover))
    return count


@kernel(nogil=True)
def blend_disks(centres, radii, colours, blended):  # type: ignore[no-untyped-def]
    """Add disks to an image as `blend_lines` adds lines; centres and radii are in pixels."""
    height, width = blended.shape[:2]
    for i in range(len(radii)):
        x, y = centres[i]
        reach = radii[i] + 0.5
        for row in range(max(int(y - reach), 0), min(int(y + reach), height - 1) + 1):
            for column in range(max(int(x - reach), 0), min(int(x + reach), width - 1) + 1):
                coverage = _share_within(column - x, row - y, radii[i])
                if coverage > 0:
                    _blend_pixel(blended[row, column], colours[i], coverage)


@kernel()
def _share_within(left, low, radius):  # type: ignore[no-untyped-def]
    """What share of a pixel lies within a disk around the origin: by its distance, or, of a small disk, by points."""
    gap = math.sqrt((left + 0.5) * (left + 0.5) + (low + 0.5) * (low + 0.5))
    if radius > _LARGE or gap >= radius + _HALF_DIAGONAL:
        return min(radius + 0.5 - gap, 1.0)
    within = 0
    for i in range(_POINTS):
        for j in range(_POINTS):
            x, y = left + (i + 0.5) / _POINTS, low + (j + 0.5) / _POINTS
            within += x * x + y * y <= radius * radius
    return within / (_POINTS * _POINTS)


@kernel(inline="always")
def _blend_pixel(pixel, colour, coverage):  # type: ignore[no-untyped-def]
    """Put a colour over a pixel, whose own are multiplied by their opacity."""
    opacity = coverage * colour[3]
    for c in range(3):
        pixel[c] += opacity * (colour[c] - pixel[c])
    pixel[3] += opacity * (1 - pixel[3])
