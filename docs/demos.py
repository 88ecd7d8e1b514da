"""Viewer pages that the documentation links to, written when the site is built."""

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import networkx as nx
from example_graphs import all_nouns

import nx_poincare as nxp

sys.path.append(str(Path(__file__).resolve().parent.parent / "benchmarks"))
from hierarchies import GO_DATABASE, SOURCES

__all__ = ["write_demos"]

_TOUR = ("entity.n.01", "living_thing.n.01", "dog.n.01", "artifact.n.01", "car.n.01", "emotion.n.01", "city.n.01")


def write_demos(folder: Path) -> str:
    """Write every page whose data is at hand; gives a list of links, with the reason where there is no page."""
    folder.mkdir(parents=True, exist_ok=True)
    demos = {"nouns": ("All nouns of WordNet", nouns), "gene_ontology": ("The Gene Ontology", gene_ontology)}
    return "\n".join(f"- {_written(folder, name, title, write)}" for name, (title, write) in demos.items()) + "\n"


def _written(folder: Path, name: str, title: str, write: Callable[[Path], int]) -> str:
    try:
        nodes = write(folder / f"{name}.html")
    except (ImportError, OSError) as reason:
        return f"{title}: no page here. {reason}."
    return f'<a href="{name}.html">{title}</a>, {nodes:,} nodes'


def nouns(path: Path) -> int:
    """All nouns, with branches in colour and a short tour."""
    G = all_nouns()
    nxp.write_html(G, path, title="WordNet's nouns", colour_by="branch", tour=_TOUR)
    return len(G)


def gene_ontology(path: Path) -> int:
    """The Gene Ontology, its terms by their names, with identifiers and definitions."""
    G = named_terms(SOURCES["go"].read(), GO_DATABASE)
    nxp.write_html(G, path, title="Gene Ontology", colour_by="part")
    return len(G)


def named_terms(G: nx.DiGraph, database: Path) -> nx.DiGraph:
    """Terms under their names, which are all different, in place of the database's numbers."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT _id, go_id, term, ontology, definition FROM go_term").fetchall()
    about = {number: {"id": term, "definition": text, "part": part} for number, term, _, part, text in rows}
    nx.set_node_attributes(G, about)
    return nx.relabel_nodes(G, {number: name for number, _, name, *_ in rows if number in G})
