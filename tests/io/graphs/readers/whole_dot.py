"""DOT that pydot reads in one piece: what the reader of a few statements at a time is held to."""

from __future__ import annotations

from typing import Any

import networkx as nx

from nx_poincare.io.graphs.readers.dot_grammar import graphs_in
from nx_poincare.io.graphs.readers.dot_words import key_of, node_of, place_of, text_of


def graph_of(text: str) -> nx.Graph:
    """The first graph in a text: all its edges first, those between the same nodes taken together at the end."""
    top = graphs_in(text)[0]
    graph: Any = nx.MultiDiGraph() if top["type"] == "digraph" else nx.MultiGraph()
    fill(graph, top, {}, {}, graph.graph)
    graph.graph.update((key_of(key), text_of(value)) for key, value in top["attributes"].items())
    for _, row in graph.nodes(data=True):
        if (place := place_of(row.get("pos", ""))) is not None:
            row["pos"] = place
    if not top["strict"] and graph.number_of_edges() > len({edge[:2] for edge in graph.edges()}):
        return graph
    return nx.DiGraph(graph) if graph.is_directed() else nx.Graph(graph)


def fill(graph: Any, found: Any, above_nodes: Any, above_edges: Any, about: Any) -> list[str]:
    defaults = {"node": dict(above_nodes), "edge": dict(above_edges), "graph": about}
    members: list[str] = []

    def add(name: str) -> str:
        if (node := node_of(name)) not in graph:
            graph.add_node(node)
            graph.nodes[node].update(defaults["node"])
        members.append(node)
        return node

    def inside(part: Any) -> list[str]:
        found = list(dict.fromkeys(fill(graph, part, defaults["node"], defaults["edge"], {})))
        members.extend(found)
        return found

    kinds = ("nodes", "subgraphs", "edges")
    statements = [(kind, name, item) for kind in kinds for name, same in found[kind].items() for item in same]
    for kind, name, item in sorted(statements, key=lambda statement: statement[2]["sequence"]):
        row = {key_of(key): text_of(value) for key, value in item["attributes"].items()}
        if kind == "nodes" and name in defaults:
            defaults[name].update(row)
        elif kind == "nodes":
            graph.nodes[add(name)].update(row)
        elif kind == "subgraphs":
            inside(item)
        else:
            tails, heads = ([add(end)] if isinstance(end, str) else inside(end) for end in item["points"])
            row = {**defaults["edge"], **row}
            key = row.pop("key", None)
            graph.add_edges_from((tail, head, key, row) for tail in tails for head in heads)
    return members
