"""What the tests of files share."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import networkx as nx
import pytest
from said import Said


@pytest.fixture
def said() -> Iterator[Said]:
    """Every `HierarchyWarning`, in place of an error for each."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield Said(caught)


@pytest.fixture(scope="session")
def many_nodes() -> nx.DiGraph:
    """A tree with attributes as `embed` writes them, large enough to see what a node takes; tests leave it as it is."""
    n = 4_000
    G = nx.DiGraph()
    for node in range(n):
        x = node / n
        G.add_node(f"node{node}", poincare=(x, 0.1), pos=(x, 0.1), level=node.bit_length())
    G.add_edges_from((f"node{(node - 1) // 2}", f"node{node}") for node in range(1, n))
    return G
