"""Graphs -> files, and vectors to files and back."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import os
from collections.abc import Hashable, Iterator, Sequence
from typing import IO, Any, NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike, NDArray

from nx_poincare.attributes import flatten_attributes
from nx_poincare.collector import collector_paused
from nx_poincare.export_rules import GraphExportError, fitted, text_names, utf8
from nx_poincare.extractors.streams import DEFAULT_MAX_BYTES, GraphFileError, Source, name_of, opened
from nx_poincare.files import written_aside
from nx_poincare.progress import progress_bar

__all__ = ["GraphExportError", "destination", "export_graph", "read_vectors", "write_vectors"]

_SUFFIXES = (".graphml", ".gexf", ".gml", ".json", ".dot")
_COLORMAP = "viridis"
_ROWS = 2**14  # written at a time
_QUOTED = frozenset('"\t\r\n')


def export_graph(
    G: nx.Graph,
    path: str | os.PathLike[str],
    *,
    store_as: str | None = "poincare",
    store_pos_as: str | None = "pos",
    level_as: str | None = "level",
) -> None:
    """Write a graph with all its attributes to a file that other programs read.

    The suffix tells the format: ``.graphml``, ``.gexf``, ``.gml``, ``.json`` (node-link) or
    ``.dot`` (Graphviz), each also with ``.gz``. Attributes are flattened as `flatten_attributes` does it; floats
    keep all their digits. The file appears when it is complete, and an older one stays when
    something fails.

    Parameters
    ----------
    G : networkx graph
        Not changed.
    path : path
    store_as, store_pos_as, level_as : str or None
        Node attributes that hold ball vectors, positions and levels, as in `embed`.

    Raises
    ------
    GraphExportError
        If the format cannot hold a name or a text, or would give two nodes one name; a
        `networkx.NetworkXError` and a `ValueError`.
    ValueError
        If the suffix is unknown.

    Notes
    -----
    An attribute with a name that the format uses itself gets an underscore behind it:
    ``"id"`` becomes ``"id_"``. What else the formats change, as NetworkX reads them back:

    * All but JSON: names of nodes become text. JSON keeps numbers and tuples.
    * GraphML: ends of lines inside text are plain line feeds.
    * GEXF: nodes carry their place (``viz:position``), a colour by level and a size that
      shrinks with the level; of the graph's own attributes only ``"name"`` is kept; columns
      of mixed types become float or text; edge weights float; labels text.
    * GML: booleans are 1 and 0, integers beyond 32 bits text.
    * DOT: nodes carry their place for ``neato -n`` (``pos``, in points), a colour and a size; all
      other attributes are text, floats with all their digits. Keys of parallel edges are the
      attribute ``"key"``.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> G = nx.DiGraph([("animal", "dog")])
    >>> nx.set_node_attributes(G, {"animal": (0.0, 0.0), "dog": (0.5, 0.1)}, "pos")
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "animals.graphml"
    >>> export_graph(G, path)
    >>> nx.read_graphml(path).nodes["dog"]
    {'x': 0.5, 'y': 0.1}
    """
    format = _format_of(path)
    graph = fitted(flatten_attributes(G, store_as=store_as, store_pos_as=store_pos_as), format)
    if format in ("gexf", "dot"):
        look = _look(G, store_pos_as, level_as)
    if format == "gexf":
        _add_viz(graph, look)
    with destination(path) as stream:
        if format == "dot":
            stream.write(_dot_of(graph, look).encode("utf-8"))
        else:
            _write(graph, stream, format)


def write_vectors(
    path: str | os.PathLike[str] | IO[bytes],
    names: Sequence[Hashable],
    vectors: ArrayLike,
    *,
    progress: bool | None = None,
) -> None:
    """Write one node per line: its name and its coordinates, with tabs between.

    Coordinates are written with the digits that give back the same float64. Names are text;
    one with a tab, a quote or an end of line is quoted as spreadsheets do it. ``.gz`` as the
    suffix compresses. A file appears when it is complete, and an older one stays when
    something fails.

    Parameters
    ----------
    path : path, or writable stream of bytes
        A stream is left open.
    names : sequence of hashable, length n
    vectors : array_like, shape (n, dim), dim at least 1
    progress : bool, optional
        Show a progress bar on standard error; default: if that is a terminal.

    Raises
    ------
    GraphExportError
        If two names are the same text, or a name is no valid Unicode.
    ValueError
        If the shapes do not agree or a coordinate is not finite.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "vectors.tsv"
    >>> write_vectors(path, ["dog", "cat"], [[0.1, 0.2], [0.3, 0.4]])
    >>> print(path.read_text(), end="")
    dog 0.1 0.2
    cat 0.3 0.4
    """
    table = np.asarray(vectors, dtype=np.float64)
    if table.ndim != 2 or len(table) != len(names) or (table.shape[1] == 0 and len(names)):
        raise ValueError(f"vectors must have shape ({len(names)}, dim) with dim at least 1, not {table.shape}")
    if not np.isfinite(table).all():
        row = int(np.flatnonzero(~np.isfinite(table).all(axis=1))[0])
        raise ValueError(f"the vector of {names[row]!r} is not finite")
    fields = _fields(text_names(names))
    with (
        destination(path) as stream,
        progress_bar(len(fields), "writing", "node", progress) as bar,
        collector_paused(),
    ):
        for first in range(0, len(fields), _ROWS):
            rows = table[first : first + _ROWS].tolist()
            lines = [
                "\t".join([field, *map(repr, row)])
                for field, row in zip(fields[first : first + _ROWS], rows, strict=True)
            ]
            stream.write("\n".join([*lines, ""]).encode())
            bar.update(len(lines))


def read_vectors(path: Source, *, max_bytes: int = DEFAULT_MAX_BYTES) -> tuple[list[str], NDArray[np.float64]]:
    """Read what `write_vectors` wrote.

    Returns
    -------
    names : list of str, length n
    vectors : ndarray of float64, shape (n, dim)

    Raises
    ------
    GraphFileError
        Naming the line that has no name, another number of columns than the first or a
        value that is no finite number, or whose name came before.

    Examples
    --------
    >>> read_vectors(io.StringIO("dog\\t0.1\\t0.2\\n"))
    (['dog'], array([[0.1, 0.2]]))
    """
    vectors: dict[str, list[float]] = {}
    width = 0
    with opened(path, max_bytes=max_bytes) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
        for line, row in _rows(text, name_of(path)):
            name, coordinates = row[0], row[1:]
            width = width or len(coordinates)
            try:
                name.encode("utf-8")
                vectors_of = [float(number) for number in coordinates]
            except ValueError as error:
                raise GraphFileError(name_of(path), line, f"is no vector: {error}") from error
            if name in vectors:
                raise GraphFileError(name_of(path), line, f"{name!r} has a vector already")
            if len(vectors_of) != width or width == 0 or not np.isfinite(vectors_of).all():
                raise GraphFileError(
                    name_of(path), line, f"{name!r} has not {max(width, 1)} finite coordinates as it should"
                )
            vectors[name] = vectors_of
        text.detach()
    return list(vectors), np.array(list(vectors.values()), dtype=np.float64).reshape(len(vectors), width)


def _format_of(path: str | os.PathLike[str]) -> str:
    suffix = os.path.splitext(os.fspath(path).lower().removesuffix(".gz"))[1]
    if suffix not in _SUFFIXES:
        raise ValueError(
            f"cannot tell the format of {os.fspath(path)!r} by its suffix; "
            f"use one of {', '.join(_SUFFIXES)} (or that with .gz)"
        )
    return suffix.removeprefix(".")


@contextlib.contextmanager
def destination(path: str | os.PathLike[str] | IO[bytes]) -> Iterator[IO[bytes]]:
    """The stream that was passed, or one to a file that appears when all is written.

    Compressed without name and time, so that the same content is the same bytes.
    """
    if not isinstance(path, str | os.PathLike):
        yield path
        return
    with written_aside(path) as aside, open(aside, "wb") as raw:
        if not os.fspath(path).lower().endswith(".gz"):
            yield raw
            return
        with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0) as stream:
            yield stream  # type: ignore[misc]


def _write(graph: nx.Graph, stream: IO[bytes], format: str) -> None:
    if format == "graphml":
        nx.write_graphml_xml(graph, stream)  # not lxml's writer: the same bytes wherever it is installed
    elif format == "gexf":
        nx.write_gexf(graph, stream)
    elif format == "gml":
        nx.write_gml(graph, stream)
    else:
        stream.write(json.dumps(nx.node_link_data(graph, edges="edges")).encode("ascii"))


class _Look(NamedTuple):
    """Where nodes stand and what they look like, None where a node does not say."""

    places: list[list[float] | None]
    colors: list[tuple[int, int, int, int] | None]
    sizes: list[float]


def _look(G: nx.Graph, store_pos_as: str | None, level_as: str | None) -> _Look:
    """Positions as they are, colours by level, sizes that shrink with the level, in the unit of the positions."""
    rows: list[dict[Any, Any]] = [data for _, data in G.nodes(data=True)]
    places = [_position(row.get(store_pos_as)) for row in rows]
    levels = [_level(row.get(level_as)) for row in rows]
    extent = max((max(map(abs, place)) for place in places if place), default=0.0) or 1.0
    colors = _colors({level for level in levels if level is not None})
    sizes = [extent * max(0.03 * 0.8 ** (level or 0), 0.003) for level in levels]
    return _Look(places, [None if level is None else colors[level] for level in levels], sizes)


def _add_viz(graph: nx.Graph, look: _Look) -> None:
    """Give each node of a graph for GEXF its place, colour and size, and the graph a text as its name."""
    if "name" in graph.graph:
        graph.graph["name"] = str(graph.graph["name"])
    for node, place, color, size in zip(graph, *look, strict=True):
        viz: dict[str, Any] = {}
        if place is not None:
            viz["position"] = dict(zip("xyz", [*place, 0.0], strict=False))
        if color is not None:
            viz["color"] = dict(zip("rgb", color, strict=False))
            viz["size"] = size
        if viz:
            graph.nodes[node]["viz"] = viz


def _dot_of(graph: nx.Graph, look: _Look) -> str:
    from nx_poincare.dot import dot_text

    colors = [None if color is None else "#{:02x}{:02x}{:02x}".format(*color) for color in look.colors]
    return dot_text(graph, look.places, colors, look.sizes)


def _position(value: Any) -> list[float] | None:
    if not isinstance(value, np.ndarray | list | tuple) or len(value) not in (2, 3):
        return None
    try:
        place = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    return place.tolist() if place.ndim == 1 and np.isfinite(place).all() else None


def _level(value: Any) -> int | None:
    return int(value) if isinstance(value, int | np.integer) and value >= 0 else None


def _colors(levels: set[int]) -> dict[int, tuple[int, int, int, int]]:
    """Colour of each level (red, green, blue, opacity; up to 255), the root's end of the colormap first."""
    if not levels:
        return {}
    import matplotlib

    ordered = sorted(levels)
    table = matplotlib.colormaps[_COLORMAP](np.array(ordered) / max(ordered[-1], 1), bytes=True)
    return dict(zip(ordered, map(tuple, np.asarray(table).tolist()), strict=True))


def _fields(names: list[str]) -> list[str]:
    """Names as the fields of a row, looked at one by one only if something may be special about one."""
    text = "".join(names)
    is_plain = text.isascii() and not any(mark in text for mark in ("\0", *_QUOTED))
    return names if is_plain else [_field(name) for name in names]


def _field(name: str) -> str:
    utf8(name)
    if "\0" in name:
        raise GraphExportError(f"the name {name!r} holds a NUL character, which text files cannot; rename the node")
    # A byte order mark at the start of a file is no part of it, hence quoted.
    if _QUOTED.isdisjoint(name) and not name.startswith("\ufeff"):
        return name
    return '"' + name.replace('"', '""') + '"'


def _rows(text: io.TextIOWrapper, path: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of the line they start on; blank lines are skipped."""
    reader = csv.reader(text, delimiter="\t", strict=True)
    line = 1
    try:
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise GraphFileError(path, line, f"is not valid quoted text: {error}") from error
