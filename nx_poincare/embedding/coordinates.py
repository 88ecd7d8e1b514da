"""The points of an embedding in the coordinates of other models of hyperbolic space, and of other curvatures."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Literal, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from nx_poincare.embedding.metric import polar_distance
from nx_poincare.embedding.points import NamedPoints
from nx_poincare.engine.geometry.coordinates import (
    from_klein,
    from_lorentz,
    off_the_sheet,
    scale_of_curvature,
    to_klein,
    to_lorentz,
)
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.checks import as_rows

__all__ = ["Coordinates", "Model"]

Model: TypeAlias = Literal["ball", "lorentz", "klein"]

_OFF_THE_SHEET = 1e-6  # relative: eight times the rounding of float32


class Coordinates(NamedPoints):
    """What other libraries call the points of an `nx_poincare.Embedding`."""

    @property
    def lorentz(self) -> FloatArray:
        """Lorentz coordinates on the hyperboloid of curvature -1, shape (n, dim + 1), that of time first; a new array.

        That is (cosh r, sinh r * direction), computed from directions and radii. In float64 it holds both at any
        radius, and `from_lorentz` reads them back. But arcosh(-<x, y>), as other programs compute distances,
        is from a difference of numbers as large as exp(2 r): between neighbours it is right to 0.02 up to radius 15,
        and wrong by more than 1 from radius 20 on; in float32 from radius 10 on.

        In float32 it holds the radius, and the direction to seven digits, which is what moves points: by 0.02 at
        most up to radius 13, by 0.15 up to radius 15. The order of distances mostly survives much larger
        radii, if distances are computed from what `from_lorentz` reads. Ball vectors in float32 keep the same places as
        well, but leave the ball from radius 17 on, and lose the order.

        Examples
        --------
        >>> import numpy as np, nx_poincare as nxp
        >>> nxp.Embedding(["a"], [[0.6, 0.8]], [np.arcsinh(5)]).lorentz.round(6)
        array([[5.09902, 3.     , 4.     ]])
        """
        return to_lorentz(self.directions, self.radii)

    @property
    def klein(self) -> FloatArray:
        """Coordinates in the model of Klein and Beltrami, shape (n, dim), of norm tanh r; a new array.

        Geodesics are straight there. Norms crowd against 1 twice as fast as those of ball vectors: float64 holds
        them faithfully up to radius 18.

        Examples
        --------
        >>> import numpy as np, nx_poincare as nxp
        >>> nxp.Embedding(["a"], [[0.6, 0.8]], [np.arctanh(0.5)]).klein
        array([[0.3, 0.4]])
        """
        return to_klein(self.directions, self.radii)

    @property
    def polar(self) -> FloatArray:
        """Radii and unit directions in one table, shape (n, 1 + dim): the rows that `metric` takes; a new array.

        Examples
        --------
        >>> import nx_poincare as nxp
        >>> nxp.Embedding("ab", [[1.0, 0.0], [0.6, 0.8]], [0.0, 2.5]).polar
        array([[0. , 1. , 0. ],
               [2.5, 0.6, 0.8]])
        """
        return np.column_stack([self.radii, self.directions])

    metric = staticmethod(polar_distance)

    def coordinates(self, model: Model = "ball", *, curvature: float = -1.0) -> FloatArray:
        """The same points in a space of another curvature, for libraries that use one.

        All coordinates and distances are those of curvature -1 times 1 / sqrt(-curvature), so no order of
        distances changes. That is also the radius of the ball.

        Parameters
        ----------
        model : {"ball", "lorentz", "klein"}, default "ball"
            As `vectors`, `lorentz` or `klein`.
        curvature : float, default -1.0
            Negative. Libraries that name c = -curvature, as geoopt does, have a ball of radius 1 / sqrt(c).

        Returns
        -------
        ndarray of float64, shape (n, dim), or (n, dim + 1) for ``"lorentz"``
            A new array.

        Raises
        ------
        ValueError
            If the model is unknown, or the curvature is not negative.

        Examples
        --------
        >>> import nx_poincare as nxp
        >>> emb = nxp.Embedding.from_vectors(["a"], [[0.3, 0.4]])
        >>> emb.coordinates(curvature=-0.25)
        array([[0.6, 0.8]])
        >>> nxp.Embedding.from_vectors(["a"], [[0.6, 0.8]], curvature=-0.25) == emb
        True
        """
        scale = scale_of_curvature(curvature)
        if model not in ("ball", "lorentz", "klein"):
            raise ValueError(f'model must be "ball", "lorentz" or "klein", got {model!r}')
        points = self.vectors if model == "ball" else self.lorentz if model == "lorentz" else self.klein
        return points * scale

    @classmethod
    def from_lorentz(
        cls,
        nodes: Sequence[Hashable],
        points: ArrayLike,
        *,
        curvature: float = -1.0,
        levels: ArrayLike | None = None,
        layout: ArrayLike | None = None,
        horizons: ArrayLike | None = None,
    ) -> Self:
        """Points of the hyperboloid as an embedding, at the exact directions and radii that their coordinates have.

        Parameters
        ----------
        nodes : sequence of hashable, length n
        points : array_like of float, shape (n, dim + 1)
            The coordinate of time first, positive.
        curvature : float, default -1.0
            Of the space that they are from. The embedding has curvature -1, see `coordinates`.
        levels : array_like of int, shape (n,), optional
        layout : array_like of float, shape (n, 2), optional
        horizons : array_like of float, shape (n,), optional
            As in `Embedding`.

        Raises
        ------
        ValueError
            If a point is not on the upper sheet of the hyperboloid, to six digits of its coordinate of time; the
            message names the node.

        Examples
        --------
        >>> import nx_poincare as nxp
        >>> nxp.Embedding.from_lorentz(["a", "b"], [[1.0, 0.0, 0.0], [26**0.5, 3.0, 4.0]]).radius("b")
        2.312...
        """
        names = tuple(nodes)
        given = as_rows(points, "points", names, 2)
        if given.shape[1] < 2:
            raise ValueError(f"points has shape {given.shape}, expected ({len(names)}, dim + 1)")
        rows = given / scale_of_curvature(curvature)
        if len(rows) and rows[:, 0].min() <= 0:
            row = int(rows[:, 0].argmin())
            raise ValueError(
                f"the first coordinate of node {names[row]!r} is {given[row, 0]}: points of the upper sheet of the "
                "hyperboloid have a positive one, of time"
            )
        off = off_the_sheet(rows)
        if np.any(off > _OFF_THE_SHEET):
            row = int(off.argmax())
            raise ValueError(
                f"the point of node {names[row]!r} is not on the hyperboloid of curvature {curvature:g}: its first "
                f"coordinate, of time, is {given[row, 0]}, which is off by {off[row]:.2g} of what the others ask for"
            )
        return cls(names, *from_lorentz(rows), levels=levels, layout=layout, horizons=horizons)

    @classmethod
    def from_klein(
        cls,
        nodes: Sequence[Hashable],
        points: ArrayLike,
        *,
        curvature: float = -1.0,
        levels: ArrayLike | None = None,
        layout: ArrayLike | None = None,
        horizons: ArrayLike | None = None,
    ) -> Self:
        """Points in the model of Klein and Beltrami as an embedding.

        Parameters
        ----------
        nodes : sequence of hashable, length n
        points : array_like of float, shape (n, dim)
            Of the open ball of radius 1 / sqrt(-curvature).
        curvature : float, default -1.0
            Of the space that they are from. The embedding has curvature -1, see `coordinates`.
        levels : array_like of int, shape (n,), optional
        layout : array_like of float, shape (n, 2), optional
        horizons : array_like of float, shape (n,), optional
            As in `Embedding`.

        Raises
        ------
        ValueError
            If a point is not in the open ball; the message names the node.

        Examples
        --------
        >>> import numpy as np, nx_poincare as nxp
        >>> np.tanh(nxp.Embedding.from_klein(["a", "b"], [[0.0, 0.0], [0.3, 0.4]]).radius("b"))
        np.float64(0.5)
        """
        names = tuple(nodes)
        rows = as_rows(points, "points", names, 2) / scale_of_curvature(curvature)
        norms = np.linalg.norm(rows, axis=1)
        if not np.all(norms < 1):
            worst = int(norms.argmax())
            raise ValueError(
                f"the point of node {names[worst]!r} has norm {norms[worst]} of the radius of the ball, outside of it"
            )
        return cls(names, *from_klein(rows), levels=levels, layout=layout, horizons=horizons)
