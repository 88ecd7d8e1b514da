"""An ontology in the Poincaré ball: the Gene Ontology, the Disease Ontology, any file in OBO, OWL or SKOS.

    pip install "nx-poincare[ontologies]"
    python pipelines/ontology.py go-basic.obo --out go --dim 10
    python pipelines/ontology.py go-basic.obo --relation part_of --namespace cellular_component
    python pipelines/ontology.py uberon.obo --relations part_of --below UBERON:0000955

https://obofoundry.org lists ontologies with their files. Obsolete terms are left out, and edges to an alternative
identifier lead to its term; standard error says how many.
"""

from collections import Counter
from collections.abc import Collection

import networkx as nx
from recipe import chosen, embed_and_write, labels_of_largest, options

import nx_poincare as nxp


def ontology_graph(
    file: str, relations: Collection[str] = ("is_a",), namespace: str | None = None, below: str | None = None
) -> nx.MultiDiGraph:
    """Edges from term to narrower term, of the chosen relations, perhaps of one namespace or below one term."""
    G = nxp.read_graph(file, relations=relations)
    if namespace is not None:
        counts = Counter(found for _, found in G.nodes(data="namespace") if found)
        if namespace not in counts:
            there = ", ".join(f"{found} ({count:,})" for found, count in counts.most_common()) or "none"
            raise ValueError(f"{file} has no namespace {namespace!r}; it has: {there}")
        G = G.subgraph([term for term, found in G.nodes(data="namespace") if found == namespace]).copy()
    if below is not None:
        top = next((term for term, others in G.nodes(data="alt_id", default=()) if below in others), below)
        if top not in G or not G[top]:
            raise ValueError(f"there is no term {top!r} with others below it among those taken from {file}")
        G = G.subgraph({top, *nx.descendants(G, top)}).copy()
    return G


def main() -> None:
    parser = options(__doc__, "ontology_output")
    parser.add_argument("file", help="ontology or thesaurus, compressed or not")
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
    except (OSError, ValueError, ImportError) as error:
        parser.error(str(error))
    embed_and_write(G, found.out, "ontology", dim=found.dim, labels=labels_of_largest(G, dict(G.nodes(data="name"))))


if __name__ == "__main__":
    main()
