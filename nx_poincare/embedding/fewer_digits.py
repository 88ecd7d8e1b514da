"""What an embedding is saved as in float32 or float16, and what is lost by it."""

from __future__ import annotations

import logging
import os
import warnings
from typing import TypeVar

import numpy as np
from numpy.typing import DTypeLike

from nx_poincare.attributes.fields import EmbeddingFields
from nx_poincare.embedding.offsets import Offsets, offsets_of, points_of
from nx_poincare.embedding.points import NamedPoints
from nx_poincare.embedding.precision import PrecisionWarning
from nx_poincare.embedding.quality import Quality
from nx_poincare.io.vectors.formats import WrittenFormat, format_of
from nx_poincare.utils.warn import HierarchyWarning, warn_caller

__all__ = ["check_format_of_dtype", "in_fewer_digits", "with_points"]

_logger = logging.getLogger(__name__)

_Points = TypeVar("_Points", bound=NamedPoints)

_FEWER_DIGITS = ("float32", "float16")
_STATED_LOSS = 0.01  # of MAP and F1, past which a warning is given


def check_format_of_dtype(path: str | os.PathLike[str], format: WrittenFormat | None, dtype: DTypeLike) -> None:
    """Refuse other types than float32 and float16, and other formats than that which holds them."""
    try:
        name = np.dtype(dtype).name
    except TypeError:
        name = ""
    if name not in _FEWER_DIGITS:
        raise ValueError(f"dtype must be one of {', '.join(_FEWER_DIGITS)}, got {dtype!r}")
    if (chosen := format_of(path, format, written=True)) != "npz":
        raise ValueError(f"dtype applies only to the format npz, not to {chosen}")


def in_fewer_digits(embedding: NamedPoints, dtype: DTypeLike, progress: bool | None = None) -> EmbeddingFields:
    """The fields of an embedding with its points as offsets of a type; says what is lost.

    Raises
    ------
    ValueError
        If the embedding has no edges.

    Warns
    -----
    PrecisionWarning
        If MAP or F1 are lower by more than .01.
    """
    if embedding.edges is None:
        raise ValueError(
            "fewer digits hold offsets from parents, and this embedding has no edges; leave out dtype, or embed a graph"
        )
    offsets = offsets_of(embedding.directions, embedding.radii, embedding.edges, np.dtype(dtype))
    excess = embedding.horizons - embedding.radii
    rounded = type(embedding)(embedding.nodes, *points_of(offsets, embedding.edges), edges=embedding.edges)
    if embedding.quality is not None:
        rounded = _fitted(rounded, progress)
        excess = rounded.horizons - rounded.radii
        _say_what_is_lost(embedding.quality, rounded.quality, np.dtype(dtype).name)
    is_default_layout = embedding.layout is None or embedding.layout is embedding.vectors
    return EmbeddingFields(
        embedding.nodes,
        levels=embedding.levels,
        layout=None if is_default_layout else embedding.layout,
        history=embedding.history,
        edges=embedding.edges,
        horizon_excess=excess if excess.any() else None,
        quality=None if rounded.quality is None else rounded.quality._as_mapping(),
        offsets=offsets._asdict(),
    )


def with_points(fields: EmbeddingFields) -> EmbeddingFields:
    """Fields that hold offsets, with the directions and radii that these mean.

    Raises
    ------
    ValueError
        If the offsets do not fit the edges, or there are none.
    """
    if fields.offsets is None or fields.edges is None:
        raise ValueError("offsets without edges")
    directions, radii = points_of(Offsets(**fields.offsets), fields.edges.reshape(-1, 2))
    return fields._replace(directions=directions, radii=radii, offsets=None)


def _fitted(rounded: _Points, progress: bool | None) -> _Points:
    from nx_poincare.embedding.horizons import with_horizons_and_quality  # loads what saving as it is does not need
    from nx_poincare.hierarchy.hierarchy import Hierarchy

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HierarchyWarning)  # of cycles, which was given when the graph was embedded
        hierarchy = Hierarchy.from_edges(rounded.nodes, rounded.edges)
    return with_horizons_and_quality(rounded, hierarchy, progress=progress)


def _say_what_is_lost(before: Quality, after: Quality | None, dtype: str) -> None:
    if after is None:
        return
    text = (
        f"in {dtype} mean rank is {after.mean_rank:.4g} (was {before.mean_rank:.4g}), MAP {after.map_score:.4f} "
        f"({before.map_score:.4f}), F1 of ancestors {after.f1:.4f} ({before.f1:.4f})"
    )
    _logger.info("%s", text)
    if max(before.map_score - after.map_score, before.f1 - after.f1) > _STATED_LOSS:
        more = "float32 has more digits" if dtype == "float16" else "leave out dtype to keep all"
        warn_caller(f"{text}: {more}", PrecisionWarning)
