"""Very many marks as pixels: blended into an image at the resolution of the canvas, which matplotlib then draws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import Collection

from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.compiled import kernel

__all__ = ["MANY", "blend_pixel", "draw_blended", "has_pixels"]

MANY = 200_000  # marks from which on they are drawn like this
_PIXELS_AT_ONCE = 4_000_000  # of 16 bytes
_OPAQUE = 255


def has_pixels(renderer: RendererBase, artist: Collection) -> bool:
    """Whether marks can be blended: on a canvas of pixels, without effects that want shapes."""
    return hasattr(renderer, "buffer_rgba") and not artist.get_path_effects() and artist.get_sketch_params() is None


def draw_blended(artist: Collection, renderer: RendererBase, blend: Callable[[FloatArray, FloatArray], object]) -> None:
    """Draw the pixels of an artist, within its clip box.

    Parameters
    ----------
    artist : matplotlib.collections.Collection
    renderer : matplotlib.backend_bases.RendererBase
    blend : callable
        Takes the lower left corner of a part of the canvas and its image, shape (rows, columns, 4), the lowest row
        first, and adds the marks to it, by `blend_pixel`.
    """
    renderer.open_group(type(artist).__name__, artist.get_gid())
    context = renderer.new_gc()  # type: ignore[no-untyped-call]
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
    context.restore()  # type: ignore[no-untyped-call]
    renderer.close_group(type(artist).__name__)
    artist.stale = False


@kernel(inline="always")
def blend_pixel(pixel, colour, coverage):  # type: ignore[no-untyped-def]
    """Put a colour over a pixel, whose own are multiplied by their opacity."""
    opacity = coverage * colour[3]
    for c in range(3):
        pixel[c] += opacity * (colour[c] - pixel[c])
    pixel[3] += opacity * (1 - pixel[3])
