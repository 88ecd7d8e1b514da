"""Embedding -> pandas."""

from __future__ import annotations

from typing import Any

from nx_poincare.embedding import Embedding
from nx_poincare.optional import imported

__all__ = ["data_frame"]


def data_frame(embedding: Embedding) -> Any:
    """An embedding as a `pandas.DataFrame`: one row per node, named as `flatten_attributes` names columns.

    Returns
    -------
    pandas.DataFrame
        Its index, called ``"node"``, holds the nodes. Columns ``"poincare_0"``, ``"poincare_1"``, ...
        are the ball vectors, ``"radius"`` the hyperbolic radii, both float64; ``"level"`` is an int,
        -1 where it is unknown.

    Raises
    ------
    ImportError
        If pandas is not installed.

    Examples
    --------
    >>> emb = Embedding.from_vectors(["animal", "dog"], [[0.0, 0.0], [0.6, 0.0]], levels=[0, 1])
    >>> emb.to_pandas().loc["dog", "poincare_0"]  # doctest: +SKIP
    np.float64(0.6)
    """
    pandas = imported("pandas", extra="pandas")
    columns: dict[str, Any] = {f"poincare_{axis}": column for axis, column in enumerate(embedding.vectors.T)}
    columns |= {"radius": embedding.radii, "level": embedding.levels}
    # Tuples as names are no MultiIndex.
    index = pandas.Index(list(embedding.nodes), name="node", tupleize_cols=False)
    return pandas.DataFrame(columns, index=index)
