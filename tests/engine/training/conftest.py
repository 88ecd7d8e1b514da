"""A graph that trains in a moment, and the two orders in which rows are visited."""

from __future__ import annotations

import networkx as nx
import pytest

import nx_poincare as nxp
from nx_poincare.engine.training import visiting_order


@pytest.fixture(scope="module")
def carnivores() -> nx.DiGraph:
    return nxp.wordnet_graph("carnivore.n.01", source="bundled")


@pytest.fixture(params=["order of nodes", "order of a walk"])
def order(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Training of small graphs and, on small graphs too, that of large ones."""
    if request.param == "order of a walk":
        monkeypatch.setattr(visiting_order, "_FITS_CACHE", 0)
    return str(request.param)
