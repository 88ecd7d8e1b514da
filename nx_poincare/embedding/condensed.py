"""From points of condensed nodes, by index, to an Embedding of all nodes, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nx_poincare.embedding.embedding import Embedding
from nx_poincare.engine.cones.cycles import beside_each_other
from nx_poincare.engine.geometry.ball import from_ball, half_angle, rounded_to_float32
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.utils.arrays import FloatArray

__all__ = [
    "UserCallback",
    "as_held_by_float32",
    "callbacks_of",
    "callbacks_on_arrays",
    "embedding_of",
    "joint_callback",
]

UserCallback = Callable[[int, float, Embedding], Any]
_ArrayCallback = Callable[[int, float, FloatArray, FloatArray], Any]


def embedding_of(
    hierarchy: Hierarchy,
    directions: FloatArray,
    radii: FloatArray,
    history: Sequence[dict[str, Any]] = (),
    layout: FloatArray | None = None,
) -> Embedding:
    """Points of the condensed nodes as an Embedding of all nodes; those of a cycle stand beside each other."""
    # Within half of the narrowest cone, every cone that holds one node of a cycle holds all of them.
    narrow = float(half_angle(radii.max(initial=0.0))) / 2
    if hierarchy.dag.n < len(hierarchy):
        directions = beside_each_other(directions, hierarchy.component, narrow)
        radii = radii[hierarchy.component]
    return Embedding(
        hierarchy.nodes,
        directions,
        radii,
        levels=hierarchy._levels,
        layout=layout,
        history=history,
        edges=hierarchy._edges,
    )


def as_held_by_float32(embedding: Embedding) -> Embedding:
    """The points that are left of an embedding when its ball vectors are rounded to float32."""
    vectors = rounded_to_float32(embedding.vectors)
    directions, radii = from_ball(vectors)
    return embedding._with(directions=directions, radii=radii, vectors=vectors)


def callbacks_of(callbacks: Any) -> tuple[UserCallback, ...]:
    """What a user passes as ``callbacks``, checked.

    Raises
    ------
    ValueError
        If it is not a collection of functions.
    """
    if callable(callbacks):
        raise ValueError("callbacks must be a collection of functions: put the one in a list")
    found = tuple(callbacks)
    for callback in found:
        if not callable(callback):
            raise ValueError(f"callbacks must be functions, not {callback!r}")
    return found


def callbacks_on_arrays(callbacks: Sequence[UserCallback], hierarchy: Hierarchy) -> tuple[_ArrayCallback, ...]:
    """Callbacks on directions and radii that hand the user's own an Embedding."""

    def on_arrays(callback: UserCallback) -> _ArrayCallback:
        return lambda step, loss, *points: callback(step, loss, embedding_of(hierarchy, *points))

    return tuple(on_arrays(callback) for callback in callbacks)


def joint_callback(callbacks: Sequence[_ArrayCallback]) -> Callable[..., bool] | None:
    """Several callbacks as one, or None without any; a true answer of one is its answer."""
    if not callbacks:
        return None

    def call_all(*state: Any) -> bool:
        answers = [callback(*state) for callback in callbacks]  # each is called, whatever the others answer
        return any(map(bool, answers))

    return call_all
