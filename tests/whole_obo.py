"""OBO that obonet reads in one piece: what the reader of some stanzas at a time is held to."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

import networkx as nx
from optional_packages import needed

obonet = needed("obonet")


class LaidOut(io.TextIOBase):
    """The same stanzas with a blank line before each and none inside, and with a name."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        head = takewhile(lambda line: not line.startswith("["), self.lines)
        if not any(line.startswith(("ontology:", "name:")) for line in head):
            yield "ontology: unnamed\n"
        for line in self.lines:
            if line.strip():
                yield from ("\n", f"{line}\n") if line.startswith("[") else (f"{line}\n",)


def graph_of(text: str, relations: list[str]) -> nx.MultiDiGraph:
    """The hierarchy of all relations: terms in use, then those that others name, and edges in the file's order."""
    found: Any = obonet.read_obo(LaidOut(text), ignore_obsolete=False)
    namespace = "".join(found.graph.get("default-namespace", []))
    own = {"namespace": namespace} if namespace else {}
    described = [term for term, row in found.nodes(data=True) if row or found.out_degree(term)]
    obsolete = {term for term in described if found.nodes[term].get("is_obsolete") == "true"}
    current = [term for term in described if term not in obsolete]
    alternatives = {other: term for term in reversed(current) for other in found.nodes[term].get("alt_id", [])}
    version = found.graph.get("data-version")
    graph: Any = nx.MultiDiGraph(**({} if version is None else {"data-version": version}))
    for term in current:
        row = {key: value for key, value in found.nodes[term].items() if key not in ("is_a", "relationship")}
        graph.add_nodes_from([(term, {"name": term} | own | row)])
    edges: dict[tuple[str, str, str], None] = {}
    for u, v, key in found.edges(keys=True):
        ends = [end if end in current else alternatives.get(end, end) for end in (u, v)]
        if u not in obsolete and ends[1] not in obsolete and ends[0] != ends[1]:
            edges[ends[0], ends[1], key] = None
    for u, v, key in edges:
        if key in relations:
            graph.add_edges_from([(u, v, key) if key == "has_part" else (v, u, key)])
    graph.graph["counts"] = Counter(key for _, _, key in edges)
    return graph
