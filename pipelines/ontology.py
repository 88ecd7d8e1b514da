"""An ontology in the Poincaré ball: the Gene Ontology, the Disease Ontology, any file in the OBO format.

    pip install "nx-poincare[recipes]"
    python pipelines/ontology.py go-basic.obo --out go --dim 10
    python pipelines/ontology.py go-basic.obo --relation part_of --namespace cellular_component
    python pipelines/ontology.py uberon.obo --relations part_of --below UBERON:0000955

https://obofoundry.org lists ontologies with their files. Obsolete terms are left out, and edges to an alternative
identifier lead to its term; standard error says how many.
"""

import logging
from collections import Counter
from collections.abc import Collection, Container
from difflib import get_close_matches

import networkx as nx
from recipe import chosen, embed_and_write, labels_of_largest, options

from nx_poincare.utils.optional import import_extra

obonet = import_extra("obonet", extra="recipes")

UPWARD = {"direction": "child_to_parent"}  # the edges of obonet lead from a term to a broader one

Edge = tuple[str, str, str]  # term, broader term, relation


def ontology_graph(
    file: str, relations: Collection[str] = ("is_a",), namespace: str | None = None, below: str | None = None
) -> nx.MultiDiGraph:
    """Edges from term to broader term, of the chosen relations; nodes are identifiers, with names as attributes.

    Raises `ValueError` where the file has no terms, or none of what is asked for.
    """
    ontology = all_terms(file)
    obsolete = {term for term, value in ontology.nodes(data="is_obsolete") if value == "true"}
    term_of = alternatives(ontology, obsolete)
    edges = current_edges(ontology, obsolete, term_of)
    for relation in relations:
        check_choice("relation", relation, Counter(kind for _, _, kind in edges), file)

    G = nx.MultiDiGraph(**{"data-version": ontology.graph.get("data-version", "")})
    own = {"namespace": "".join(ontology.graph.get("default-namespace", []))}
    G.add_nodes_from((term, own | ontology.nodes[term]) for term in described(ontology) if term not in obsolete)
    terms = len(G)
    G.add_edges_from(edge for edge in edges if edge[2] in relations)
    say("obsolete terms left out", len(obsolete))
    say("terms that others name, but the file does not describe", len(G) - terms)
    for term, name in G.nodes(data="name"):
        G.nodes[term]["name"] = name or term
    if namespace is not None:
        G = part_of_namespace(G, namespace, file)
    return G if below is None else part_below(G, term_of.get(below, below), file)


def all_terms(file: str) -> nx.MultiDiGraph:
    """What obonet reads, obsolete terms included."""
    try:
        ontology = obonet.read_obo(file, ignore_obsolete=False)
    except (ValueError, EOFError) as error:
        raise ValueError(f"{file} cannot be read as an ontology in the OBO format: {error}") from error
    if len(ontology) == 0:
        raise ValueError(f"{file} has no terms; is it in the OBO format, with a line [Term] before each term?")
    return ontology


def described(ontology: nx.MultiDiGraph) -> list[str]:
    """The terms of the file; obonet adds those that are only named by others."""
    return [term for term, found in ontology.nodes(data=True) if found or ontology.out_degree(term)]


def alternatives(ontology: nx.MultiDiGraph, obsolete: Container[str]) -> dict[str, str]:
    """The term that stands for each alternative identifier; a current term stands for itself."""
    current = [term for term in described(ontology) if term not in obsolete]
    term_of = {other: term for term in reversed(current) for other in ontology.nodes[term].get("alt_id", [])}
    return term_of | {term: term for term in current}


def current_edges(ontology: nx.MultiDiGraph, obsolete: Container[str], term_of: dict[str, str]) -> list[Edge]:
    """The edges between terms that are not obsolete, each once."""
    edges: dict[Edge, None] = {}
    moved = lost = 0
    for term, broader, relation in ontology.edges(keys=True):
        if term in obsolete:
            continue
        target = term_of.get(broader, broader)
        if target in obsolete:
            lost += 1
        elif target != term:
            edges[term, target, relation] = None
            moved += target != broader
    say("edges to an alternative identifier, which lead to its term now", moved)
    say("edges to obsolete terms left out", lost)
    return list(edges)


def part_of_namespace(G: nx.MultiDiGraph, namespace: str, file: str) -> nx.MultiDiGraph:
    """The terms of a namespace and the edges between them."""
    counts = Counter(found for _, found in G.nodes(data="namespace") if found)
    check_choice("namespace", namespace, counts, file)
    part = G.subgraph([term for term, found in G.nodes(data="namespace") if found == namespace]).copy()
    say("edges to other namespaces left out", len(G.edges(part)) - part.number_of_edges())
    return part


def part_below(G: nx.MultiDiGraph, top: str, file: str) -> nx.MultiDiGraph:
    """A term and all that is below it."""
    if top not in G:
        raise ValueError(f"there is no term {top!r} among those taken from {file}")
    below = nx.ancestors(G, top)
    if not below:
        raise ValueError(f"nothing is below the term {top!r} of {file}")
    return G.subgraph(below | {top}).copy()


def check_choice(kind: str, name: str, counts: Counter[str], file: str) -> None:
    """Refuse what a file does not have, with what it has."""
    if name in counts:
        return
    close = get_close_matches(name, counts, n=1)
    hint = f" (did you mean {close[0]!r}?)" if close else ""
    there = ", ".join(f"{found} ({count:,})" for found, count in counts.most_common()) or "none"
    raise ValueError(f"{file} has no {kind} {name!r}{hint}; it has: {there}")


def say(what: str, count: int) -> None:
    if count:
        logging.warning("%s: %s", what, f"{count:,}")


def main() -> None:
    parser = options(__doc__, "ontology_output")
    parser.add_argument("file", help="OBO file, compressed or not")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--relation", action="append", default=[], metavar="NAME", help="a relation to follow beside is_a; repeatable"
    )
    which.add_argument("--relations", nargs="+", metavar="NAME", help="all relations to follow, instead of is_a alone")
    parser.add_argument("--namespace", help="take only the terms of this namespace")
    parser.add_argument("--below", metavar="TERM", help="identifier of a term: take only what is below it")
    found = chosen(parser)
    try:
        G = ontology_graph(found.file, found.relations or ["is_a", *found.relation], found.namespace, found.below)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    labels = labels_of_largest(G, dict(G.nodes(data="name")), **UPWARD)
    embed_and_write(G, found.out, "ontology", dim=found.dim, labels=labels, **UPWARD)


if __name__ == "__main__":
    main()
