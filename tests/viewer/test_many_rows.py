"""Pages of very many nodes hold less and work out the rest: the same places and points, to what can be seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.viewer import encoding

WHAT_IS_THERE = """
const { tree, neighbours } = viewer;
const sectors = Array.from(tree.wedges, (_, v) => Array.from(tree.sectors(v), ([, half]) => half)).flat();
return [tree.turns, sectors, neighbours.directions, neighbours.differences].map((values) => Array.from(values));
"""


@pytest.fixture
def graph() -> nx.DiGraph:
    rng = np.random.default_rng(0)
    G = nx.DiGraph((int(rng.integers(child)), child) for child in range(1, 3_000))
    G.add_edges_from((0, child) for child in range(3_000, 3_100))  # more than are shown at once
    nxp.embed(G, max_radius=None)
    return G


def test_turns_and_points_are_the_same(
    graph: nx.DiGraph, open_page: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    found, sizes = [], []
    for many in (encoding._MANY_ROWS, 100):
        monkeypatch.setattr(encoding, "_MANY_ROWS", many)
        monkeypatch.setattr(encoding, "_MOST_DOUBLES", many)
        page = open_page(graph)
        sizes.append(page.path.stat().st_size)
        found.append([np.array(values) for values in page.run(WHAT_IS_THERE)])
    (turns, sectors, directions, differences), few = found
    assert np.abs(few[0] - turns).max() < 2e-4  # wedges are rounded to a twenty-thousandth
    assert np.abs(few[1] - sectors).max() < 2e-3
    assert np.abs(few[2] - directions).max() < 1e-6
    lengths = np.hypot(*differences.reshape(-1, 2).T)
    gaps = np.hypot(*(few[3] - differences).reshape(-1, 2).T)
    seen = lengths > 1e-9
    assert (gaps[seen] / lengths[seen]).max() < 1e-5
    assert sizes[1] < sizes[0]
