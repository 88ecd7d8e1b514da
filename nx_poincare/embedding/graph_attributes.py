"""What `embed` writes on a graph that has positions and levels of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import networkx as nx

from nx_poincare.attributes.attributes import are_levels, attributes_of_others
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.utils.warn import warn_caller

__all__ = ["write_beside_those_of_others"]


def write_beside_those_of_others(
    embedding: Embedding, G: nx.Graph, store_as: str | None, store_pos_as: str | None, level_as: str | None
) -> None:
    """Write node attributes as `Embedding.write_to` does, but for positions and levels that nodes have from elsewhere.

    Those stay. Levels that are whole numbers growing along the edges, as those of `nx_poincare.wordnet_graph`, and what
    an embedding wrote before are replaced.

    Warns
    -----
    HierarchyWarning
        Of what stays, and of levels that are replaced though they did not start at 0.
    """
    columns: Mapping[str | None, Any] = {store_pos_as: embedding.layout, level_as: embedding.levels.tolist()}
    kept = attributes_of_others(G, embedding.nodes, columns, store_as)
    if level_as in kept and embedding.edges is not None:
        old: list[Any] = [G.nodes[node].get(level_as) if node in G else None for node in embedding.nodes]
        if are_levels(old, embedding.edges):
            kept.remove(level_as)
            if min(old) != 0:
                warn_caller(f"the levels of nodes are replaced, {min(old)} to {max(old)} under {level_as!r} until now")
    if kept:
        warn_caller(
            f"nodes have {' and '.join(map(repr, kept))} of their own, which stay as they are: store_pos_as and "
            "level_as give other names to what embed writes, Embedding.write_to replaces them; the writers of "
            "networkx take no arrays: pass them flatten_attributes(G)"
        )
    own_pos = None if store_pos_as in kept else store_pos_as
    own_level = None if level_as in kept else level_as
    embedding.write_to(G, store_as=store_as, store_pos_as=own_pos, level_as=own_level)
