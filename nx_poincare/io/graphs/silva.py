"""SILVA's taxonomy, ``tax_slv_ssu_138.1.txt``: on each line the path to a taxon, its number, its rank and remarks.

The format: the README among the exports of each release at https://www.arb-silva.de. Columns stand between tabs, names
of a path before semicolons; there is no header.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import networkx as nx

from nx_poincare.io.graphs.lineages import check_number
from nx_poincare.io.graphs.lines import Lines
from nx_poincare.io.graphs.readers.trees import TreeNode, tree_graph
from nx_poincare.io.streams import GraphFileError, most_objects
from nx_poincare.utils.warn import warn_caller

__all__ = ["is_silva", "read_silva"]

_ROW = re.compile(r"((?:[^\t;]+;)+)\t([0-9]+)\t([A-Za-z][^\t]*)(?:\t[^\t]*){0,2}")
_ROWS_LOOKED_AT = 20
_TAXON_BYTES = 128  # of max_bytes: a taxon takes a kilobyte


def is_silva(stream: io.BufferedReader) -> bool:
    """Whether the first rows of a stream, which stay in it, are those of SILVA's taxonomy.

    Examples
    --------
    >>> is_silva(io.BufferedReader(io.BytesIO(b"Bacteria;\\t3\\tdomain\\t\\t\\n")))
    True
    """
    lines = stream.peek(1).decode("utf-8", "replace").removeprefix("\ufeff").split("\n")
    kept = [line.rstrip("\r") for line in lines[:_ROWS_LOOKED_AT] if line.strip() and not line.startswith("#")]
    whole = kept[:-1] if len(kept) > 1 and len(lines) <= _ROWS_LOOKED_AT else kept  # the last one may be cut
    return bool(kept) and all(map(_ROW.fullmatch, whole))


def read_silva(stream: io.BufferedReader, path: str, *, max_bytes: int) -> nx.DiGraph:
    """The tree of taxa, which know their ``"rank"`` and, where they have a line, their number, ``"taxid"``.

    Raises
    ------
    GraphFileError
        If a line is another one, or a taxon has two.

    Examples
    --------
    >>> import warnings
    >>> text = b"Bacteria;\\t3\\tdomain\\t\\t\\nBacteria;Bacillota;\\t1672\\tphylum\\t\\t138\\n"
    >>> with warnings.catch_warnings(action="ignore"):
    ...     G = read_silva(io.BufferedReader(io.BytesIO(text)), "silva.txt", max_bytes=2**20)
    >>> list(G.nodes(data=True))
    [('Bacteria', {'rank': 'domain', 'taxid': '3'}), ('Bacillota', {'rank': 'phylum', 'taxid': '1672'})]
    """
    warn_caller(f"{path}: each row is read as a path down, as SILVA's taxonomy has it; header=False overrules this")
    nodes: list[TreeNode] = []
    place_of: dict[tuple[int, str], int] = {}
    most = most_objects(max_bytes, _TAXON_BYTES)
    for line, names, taxid, rank in _rows(stream, path):
        above = -1
        for name in names:
            node = place_of.setdefault((above, name), len(nodes))
            if node == len(nodes):
                check_number(node, most, path)
                nodes.append(TreeNode(above, name, {}, {}))
            above = node
        if "rank" in nodes[above].attributes:
            raise GraphFileError(path, line, f"taxon {';'.join(names)!r} has a line already")
        nodes[above].attributes.update(rank=rank, taxid=taxid)
    return tree_graph(nodes, path)


def _rows(stream: io.BufferedReader, path: str) -> Iterator[tuple[int, list[str], str, str]]:
    """The number of each line, and the names, the number and the rank on it."""
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="surrogateescape", newline="")
    lines = Lines(text, path)
    try:
        for line in lines:
            lines.fresh = True
            if not line.strip():
                continue
            found = _ROW.fullmatch(line.rstrip("\r\n"))
            if found is None:
                raise lines.error("is not 'path; | number | rank | remark | release', as lines of SILVA's taxonomy are")
            names = [name.strip() for name in found[1].split(";")[:-1]]
            if not all(names):
                raise lines.error("has a name of spaces in its path")
            yield lines.number, names, found[2], found[3].strip()
    finally:
        text.detach()
