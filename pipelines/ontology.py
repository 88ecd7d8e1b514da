"""An ontology in the Poincaré ball: the Gene Ontology, the Disease Ontology, any file in the OBO format.

    pip install "nx-poincare[recipes]"
    python pipelines/ontology.py go-basic.obo --out go
    python pipelines/ontology.py go-basic.obo --relations is_a part_of --below GO:0005575

https://obofoundry.org lists ontologies with their files. Obsolete terms are left out.
"""

import networkx as nx
from recipe import chosen, embed_and_write, labels_of_largest, options

from nx_poincare.utils.optional import import_extra

obonet = import_extra("obonet", extra="recipes")

UPWARD = {"direction": "child_to_parent"}  # the edges of obonet lead from a term to a broader one


def ontology_graph(file: str, relations: list[str], below: str | None = None) -> nx.MultiDiGraph:
    """Edges from term to broader term, of the chosen relations; nodes are identifiers, with names as attributes."""
    G = obonet.read_obo(file)
    for term, name in G.nodes(data="name"):
        if name is None:  # named by another term, but not described in the file
            G.nodes[term]["name"] = term
    G.remove_edges_from([edge for edge in G.edges if edge[2] not in relations])
    return G if below is None else G.subgraph(nx.ancestors(G, below) | {below}).copy()


def main() -> None:
    parser = options(__doc__, "ontology_output")
    parser.add_argument("file", help="OBO file, compressed or not")
    parser.add_argument("--relations", nargs="+", default=["is_a"], help="relations that make a hierarchy")
    parser.add_argument("--below", help="identifier of a term: take only what is below it")
    found = chosen(parser)
    G = ontology_graph(found.file, found.relations, found.below)
    labels = labels_of_largest(G, dict(G.nodes(data="name")), **UPWARD)
    embed_and_write(G, found.out, "ontology", dim=found.dim, labels=labels, **UPWARD)


if __name__ == "__main__":
    main()
