"""pandas: every value bit for bit, whatever the nodes are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.embedding.embedding import Embedding


@pytest.fixture
def pandas(needed: Callable[[str], Any]) -> Any:
    return needed("pandas")


def test_one_row_per_node(pandas: Any, mammals: nx.DiGraph) -> None:
    emb = nxp.embed(nx.DiGraph(mammals), 3, seed=0)
    frame = emb.to_pandas()
    assert frame.columns.tolist() == ["poincare_0", "poincare_1", "poincare_2", "radius", "level", "horizon"]
    assert frame.index.name == "node"
    assert frame.index.tolist() == list(emb.nodes)
    assert frame.iloc[:, :3].to_numpy().tobytes() == emb.vectors.tobytes()
    assert np.array_equal(frame["radius"], emb.radii)
    assert np.array_equal(frame["level"], emb.levels)
    assert frame.loc["dog.n.01", "level"] == 4


def test_any_nodes(pandas: Any) -> None:
    nodes = [(1, 2), (3, "x"), frozenset("a"), 3.5, None, "\U0001f415"]
    frame = Embedding.from_vectors(nodes, np.zeros((6, 2))).to_pandas()
    assert frame.index.nlevels == 1
    assert frame.index.tolist()[:3] == nodes[:3]
    assert len(Embedding([], np.zeros((0, 4)), []).to_pandas().columns) == 7


def test_the_frame_is_the_callers_own(pandas: Any) -> None:
    emb = nxp.embed(nx.DiGraph([("a", "b")]))
    frame = emb.to_pandas()
    frame.loc["b", "radius"] = 100.0
    assert emb.radius("b") < 100


def test_rows_are_attributes_of_a_graph(pandas: Any) -> None:
    G = nx.DiGraph([("a", "b"), ("b", "c")])
    emb = nxp.embed(G, 4, store_as=None, store_pos_as=None, level_as=None)
    nx.set_node_attributes(G, emb.to_pandas().to_dict("index"))
    back = Embedding.from_graph(G)
    assert np.array_equal(back.vectors, emb.vectors)
    assert np.array_equal(back.levels, emb.levels)
