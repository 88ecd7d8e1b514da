"""Coordinates of an embedding as tensors of PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np

from nx_poincare.embedding.coordinates import Coordinates, Model
from nx_poincare.embedding.precision import warn_of_moves
from nx_poincare.engine.geometry.ball import from_ball
from nx_poincare.engine.geometry.coordinates import from_klein, from_lorentz, scale_of_curvature
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.optional import import_extra

__all__ = ["tensor_of"]

_READ = {"ball": from_ball, "lorentz": from_lorentz, "klein": from_klein}
_ROUNDINGS = 4  # by which points stay inside the ball: a norm is of several rounded coordinates


def tensor_of(points: Coordinates, model: Model, dtype: Any, device: Any, curvature: float) -> Any:
    """The coordinates of all points; see `nx_poincare.Embedding.to_torch`."""
    torch = import_extra("torch", extra="torch")
    kind = torch.float64 if dtype is None else dtype
    if not isinstance(kind, torch.dtype) or not kind.is_floating_point:
        raise ValueError(f"dtype must be a floating type of torch, such as torch.float32, got {dtype!r}")
    table = points.coordinates(model, curvature=curvature)
    if kind == torch.float64:
        return torch.tensor(table, dtype=kind, device=device)
    scale = scale_of_curvature(curvature)
    if model != "lorentz":
        table = _inside(table, scale * (1 - _ROUNDINGS * torch.finfo(kind).eps))
    tensor = torch.tensor(table, dtype=kind)
    rounded = tensor.double().numpy()
    _check_finite(points, rounded, f"{model} coordinates in {kind}")
    warn_of_moves(points, *_READ[model](rounded / scale), f"{model} coordinates in {kind}")
    return tensor.to(device)


def _inside(table: FloatArray, largest: float) -> FloatArray:
    """Rows whose norms are at most the largest: rounding lifts those of more out of the ball."""
    norms = np.linalg.norm(table, axis=1, keepdims=True)
    return table * np.minimum(1.0, largest / np.maximum(norms, largest / 2))


def _check_finite(points: Coordinates, table: FloatArray, what: str) -> None:
    is_finite = np.isfinite(table).all(axis=1)
    if not is_finite.all():
        row = int(is_finite.argmin())
        raise ValueError(
            f"node {points.nodes[row]!r} has radius {points.radii[row]:g}, too large for {what}: "
            "take torch.float32 or torch.float64"
        )
