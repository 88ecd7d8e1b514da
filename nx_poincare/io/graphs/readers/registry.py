"""The table of the formats that graphs are read from: their suffixes, what reads them, and what that needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final, NamedTuple

__all__ = ["GRAPH_FORMATS", "GraphFormat", "installation_hints"]


class GraphFormat(NamedTuple):
    """A format that graphs are read from.

    Attributes
    ----------
    suffixes : tuple of str
    reader : str
        Module of `nx_poincare.io.graphs.readers` and function, as ``"module:function"``. Empty for edge lists, which
        `nx_poincare.io.graphs.edge_list` reads.
    extra : str, optional
        Of this package: what installs the library that the reader needs.
    options : tuple of str
        Options of `nx_poincare.read_graph` that are handed to the reader.
    marks : dict of str to int
        Characters that bound how many objects a file becomes in memory, whatever its size, and for how many bytes of
        ``max_bytes`` it may have one of them: half a kilobyte to two are an object in memory.
    in_parts : bool
        Whether the reader takes `nx_poincare.io.content.Parts`, of which a file's are not in memory.
    """

    suffixes: tuple[str, ...]
    reader: str = ""
    extra: str | None = None
    options: tuple[str, ...] = ()
    marks: Mapping[str, int] = MappingProxyType({})
    in_parts: bool = False

    @property
    def is_table(self) -> bool:
        """Whether it is a table with a row for each edge."""
        return not self.reader or "source" in self.options

    def load(self) -> Callable[..., Any]:
        """The function that reads it, from the bytes and the name of a file."""
        module, _, function = self.reader.partition(":")
        found: Callable[..., Any] = getattr(import_module(f"nx_poincare.io.graphs.readers.{module}"), function)
        return found


_COLUMNS = ("source", "target", "weight", "direction", "levels")

GRAPH_FORMATS: Final[Mapping[str, GraphFormat]] = {
    "tsv": GraphFormat((".tsv",)),
    "csv": GraphFormat((".csv",)),
    "edges": GraphFormat((".txt", ".edges", ".edgelist")),
    "graphml": GraphFormat((".graphml",), "graphml:read_graphml", marks={"<": 64}, in_parts=True),
    "gexf": GraphFormat((".gexf",), "gexf:read_gexf", marks={"<": 64}, in_parts=True),
    "gml": GraphFormat((".gml",), "gml:read_gml", marks={"[": 64}, in_parts=True),
    "json": GraphFormat(
        (".json", ".cyjs"),
        "json_graph:read_json",
        None,
        ("relations", "max_bytes"),
        marks={"{[": 256, ",": 64},
        in_parts=True,
    ),
    "dot": GraphFormat((".dot", ".gv"), "dot:read_dot", "dot", ("max_bytes",), in_parts=True),
    "obo": GraphFormat((".obo",), "obo:read_obo", "ontologies", ("relations",), marks={"\n": 64}, in_parts=True),
    "rdf": GraphFormat(
        (".owl", ".rdf", ".ttl", ".nt", ".n3", ".skos", ".jsonld", ".owx", ".ofn"),
        "rdf:read_rdf",
        "ontologies",
        ("relations", "max_bytes"),
        marks={"<": 128},
    ),
    "newick": GraphFormat(
        (".nwk", ".newick", ".tree", ".tre", ".treefile", ".nhx"),
        "newick:read_newick",
        "newick",
        marks={"(,;": 256},
    ),
    "nexus": GraphFormat((".nex", ".nexus", ".trees"), "newick:read_nexus", "newick", marks={"(,;": 256}),
    "linkage": GraphFormat((".npy",), "linkage:read_npy"),
    "adjlist": GraphFormat((".adjlist",), "adjacency:read_adjacency_list", marks={" \n": 64}),
    "pajek": GraphFormat((".net", ".paj"), "pajek:read_pajek", marks={"\n": 256}),
    "dmp": GraphFormat((".dmp",), "taxonomy:read_dmp", marks={"\n": 64}),
    "keg": GraphFormat((".keg",), "htext:read_htext", marks={"\n": 128}),
    "outline": GraphFormat((".opml", ".mm"), "outlines:read_outline", marks={"<": 128}),
    "paths": GraphFormat((".paths",), "paths:read_paths", None, ("delimiter", "max_bytes"), marks={"\n": 128}),
    "fam": GraphFormat((".fam", ".ped"), "fam:read_fam", marks={"\n": 256}),
    "parquet": GraphFormat((".parquet", ".pq"), "tables:read_parquet", "tables", _COLUMNS),
    "excel": GraphFormat((".xlsx", ".xlsm"), "tables:read_excel", "tables", (*_COLUMNS, "table")),
    "sqlite": GraphFormat((".sqlite", ".sqlite3", ".db"), "tables:read_sqlite", "tables", (*_COLUMNS, "table")),
}


def installation_hints() -> str:
    """What is to be installed for formats that need a library, as the end of a message.

    Examples
    --------
    >>> installation_hints()
    'dot needs pip install "nx-poincare[dot]"; obo, rdf ...'
    """
    formats_of: dict[str, list[str]] = {}
    for name, row in GRAPH_FORMATS.items():
        if row.extra is not None:
            formats_of.setdefault(row.extra, []).append(name)
    return "; ".join(
        f'{", ".join(names)} {"needs" if len(names) == 1 else "need"} pip install "nx-poincare[{extra}]"'
        for extra, names in formats_of.items()
    )
