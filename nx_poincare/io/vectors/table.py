"""Embeddings as tables for other programs: a header, and a row for each node."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from nx_poincare.attributes.fields import EmbeddingFields
from nx_poincare.io.atomic import destination
from nx_poincare.io.graphs.format_rules import GraphExportError, text_names, utf8
from nx_poincare.utils.progress import progress_bar

__all__ = ["write_table"]

_SPECIAL = re.compile(r"[,;|\t\"\r\n]")  # programs in other languages take other characters for the one between columns
_FORMULA = re.compile(r"(?![-+]?[0-9]+(\.[0-9]+)?\Z)\s*[=+\-@＝＋－＠\t\r]")
_ROWS = 2**14  # written at a time


def write_table(path: str | os.PathLike[str], fields: EmbeddingFields, *, progress: bool | None = None) -> None:
    """Write an embedding as values between commas: for spreadsheets, R and pandas.

    The columns are those of `nx_poincare.Embedding.to_pandas`, the name of the node as ``"node"`` first. Numbers have
    the digits that give back the same float64; names are quoted where they must be. A name that a spreadsheet would
    run as a formula, as it starts with ``=``, ``+``, ``-`` or ``@``, with spaces before or not, and is no number, gets
    an apostrophe in front.
    ``.gz`` as the suffix compresses.

    Raises
    ------
    GraphExportError
        If two names are the same text, or one is not valid Unicode or holds a NUL character.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "table.csv"
    >>> own = EmbeddingFields(["dog, a"], np.eye(1, 2), np.ones(1), np.array([[0.5, 0.0]]), np.array([3]))
    >>> write_table(path, own)
    >>> print(path.read_text(), end="")
    node,poincare_0,poincare_1,radius,level,horizon
    "dog, a",0.5,0.0,1.0,3,1.0
    """
    names = text_names([f"'{name}" if _FORMULA.match(name) else name for name in text_names(fields.nodes)])
    for name in names:
        utf8(name)
        if "\0" in name:
            raise GraphExportError(f"the name {name!r} holds a NUL character, which text files cannot; rename the node")
    header, columns = _columns(fields)
    with destination(path) as stream, progress_bar(len(names), "writing", "node", progress) as bar:
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
        text.write(",".join(header) + "\n")
        for first in range(0, len(names), _ROWS):
            rows = slice(first, first + _ROWS)
            block = zip(names[rows], *(column[rows] for column in columns), strict=True)
            text.write("".join(f"{_quoted(name)},{','.join(map(repr, numbers))}\n" for name, *numbers in block))
            bar.update(len(names[rows]))
        text.detach()


def _quoted(name: str) -> str:
    """A name as it stands between commas; Python's own writer leaves a lone carriage return without quotes."""
    return '"' + name.replace('"', '""') + '"' if _SPECIAL.search(name) or not name else name


def _columns(fields: EmbeddingFields) -> tuple[list[str], Sequence[list[Any]]]:
    """Names of all columns, and the values of all but the first."""
    vectors, radii = np.asarray(fields.vectors), np.asarray(fields.radii)
    levels = np.full(len(radii), -1) if fields.levels is None else fields.levels
    horizons = radii if fields.horizons is None else fields.horizons
    header = ["node", *(f"poincare_{axis}" for axis in range(vectors.shape[1])), "radius", "level", "horizon"]
    return header, [column.tolist() for column in (*vectors.T, radii, levels, horizons)]
