"""What is evaluated: from embeddings and ball vectors by node name to rows of arrays."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Literal

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike

from nx_poincare.embedding.direction import hierarchy_as_embedded
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.embedding.gensim_vectors import is_of_gensim
from nx_poincare.extractors.digraph import Direction, as_graph
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.name_positions import rows_of_names

__all__ = ["NOTHING_TO_MEASURE", "as_embedding", "embedding_and_hierarchy", "rows_of"]

NOTHING_TO_MEASURE = "no node has an ancestor: there is nothing to measure, and scores are nan"


def embedding_and_hierarchy(
    points: Embedding | Mapping[Hashable, ArrayLike] | Any,
    G: nx.Graph | Hierarchy,
    direction: Direction,
    on_cycle: Literal["condense", "raise"],
    root: Hashable | None,
) -> tuple[Embedding, Hierarchy]:
    """What is evaluated and against what, read in the direction of the embedding if that knows its edges.

    Raises
    ------
    TypeError, ValueError, networkx.NetworkXException
        As `as_embedding` and `nx_poincare.Hierarchy.from_digraph` do.
    """
    graph = G if isinstance(G, Hierarchy) else as_graph(G)  # first: the error of swapped arguments is about the graph
    embedding = as_embedding(points)
    return embedding, hierarchy_as_embedded(embedding, graph, direction, on_cycle, root)


def as_embedding(points: Embedding | Mapping[Hashable, ArrayLike] | Any) -> Embedding:
    """An embedding as it is, or one of the ball vectors that a mapping, or gensim's KeyedVectors, give for each node.

    Raises
    ------
    TypeError
        If it is none of these.
    ValueError
        If a vector is not in the open unit ball, or not as long as others; the message names the node.

    Examples
    --------
    >>> as_embedding({"a": [0.0, 0.0], "b": [0.5, 0.0]})
    <Embedding of 2 nodes in 2 dimensions, largest radius 1.10>
    """
    if isinstance(points, Embedding):
        return points
    if is_of_gensim(points):
        return Embedding.from_keyed_vectors(points)
    if not isinstance(points, Mapping):
        raise TypeError(
            f"expected an Embedding, or a mapping from node to ball vector, got {type(points).__name__}; "
            "the embedding comes first, the graph after it"
        )
    if not points:
        return Embedding([], np.zeros((0, 2)), [])
    vectors: Any = list(points.values())
    return Embedding.from_vectors(list(points), vectors)


def rows_of(nodes: Iterable[Hashable], embedding: Embedding) -> IntArray:
    """Row in the embedding of each node.

    Raises
    ------
    networkx.NodeNotFound
        If a node is not in the embedding.
    """
    if nodes is embedding.nodes:
        return np.arange(len(embedding))
    names = nodes if isinstance(nodes, Sequence) else list(nodes)
    rows = rows_of_names(embedding.index, names)
    if rows.min(initial=0) < 0:
        unknown = names[int(np.flatnonzero(rows < 0)[0])]
        raise nx.NodeNotFound(f"node {unknown!r} of the graph is not in the embedding")
    return rows
