"""OBO Graphs: ontologies in JSON, as ROBOT and the Gene Ontology write them.

The format: https://github.com/geneontology/obographs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import networkx as nx

from nx_poincare.io.graphs.readers.ontology import Ontology, ontology_graph
from nx_poincare.io.graphs.readers.triples import local_name, short_name
from nx_poincare.io.streams import GraphFileError

__all__ = ["obo_graph"]

_RELATION_OF = {"BFO_0000050": "part_of", "BFO_0000051": "has_part", "subClassOf": "is_a"}


def obo_graph(data: dict[str, Any], path: str, relations: Sequence[str] | None) -> nx.MultiDiGraph:
    """The hierarchy of an ontology, as `nx_poincare.io.graphs.readers.obo.read_obo` has it."""
    graphs = data["graphs"]
    if not isinstance(graphs, list) or not all(isinstance(found, dict) for found in graphs):
        raise GraphFileError(path, None, "is not an ontology in JSON: 'graphs' is not a list of objects")
    nodes = [node for found in graphs for node in found.get("nodes", [])]
    labels = {node["id"]: node.get("lbl") for node in nodes}
    classes = [node for node in nodes if node.get("type", "CLASS") == "CLASS"]
    about = {short_name(node["id"]): node.get("meta") or {} for node in classes}
    properties = {term: _properties(meta) for term, meta in about.items()}
    terms = {
        short_name(node["id"]): {"name": node.get("lbl") or local_name(node["id"])} | _namespace(node.get("meta") or {})
        for node in classes
    }
    obsolete = {term for term, meta in about.items() if meta.get("deprecated")}
    return ontology_graph(
        Ontology(
            terms=terms,
            obsolete=obsolete,
            alternatives={
                other: term
                for term, pairs in reversed(properties.items())
                for name, other in pairs
                if name == "hasAlternativeId" and term not in obsolete
            },
            edges=list(
                dict.fromkeys(
                    (short_name(edge["sub"]), short_name(edge["obj"]), _relation(edge["pred"], labels))
                    for found in graphs
                    for edge in found.get("edges", [])
                )
            ),
            about={},
        ),
        path,
        relations,
        ("is_a",),
    )


def _properties(meta: dict[str, Any]) -> list[tuple[str, str]]:
    return [(local_name(row["pred"]), row["val"]) for row in meta.get("basicPropertyValues", [])]


def _namespace(meta: dict[str, Any]) -> dict[str, str]:
    found = [value for name, value in _properties(meta) if name == "hasOBONamespace"]
    return {"namespace": found[0]} if found else {}


def _relation(predicate: str, labels: dict[str, str | None]) -> str:
    name = local_name(predicate)
    return _RELATION_OF.get(name) or (labels.get(predicate) or name).replace(" ", "_")
