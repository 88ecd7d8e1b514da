"""Sums, means and numbers of values up the hierarchy, as pictures have them, in a page and its menus."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp

COLUMN = """
const { columns, tree } = viewer, values = columns.values[columns.indexOf(arguments[0])];
return Object.fromEntries(tree.names.map((name, row) => [name, values[row]]));
"""


@pytest.fixture
def staff() -> nx.DiGraph:
    """Two paths lead to the data team, which counts once."""
    G = nx.DiGraph([("all", "research"), ("all", "sales"), ("research", "data"), ("sales", "data"), ("sales", "shops")])
    nx.set_node_attributes(G, {"research": 25, "sales": 15, "data": 9, "shops": 1}, "people")
    nx.set_node_attributes(G, {"data": "Oslo", "shops": "Berlin", "sales": "Oslo"}, "town")
    return G


def test_the_page_and_its_menus_have_them(open_page: Callable[..., Any], staff: nx.DiGraph) -> None:
    page = open_page(staff, size_by="people", size_aggregate="sum", colour_by="people", colour_aggregate="mean")
    assert page.texts("#sized option") == ["descendants", "people", "people, mean", "people, sum"]
    assert page.texts("#colour option") == ["level", "branch", "people", "town", "people, mean", "people, sum"]
    assert page.run("return [viewer.colouring.by, viewer.colouring.sizedBy]") == ["people, mean", "people, sum"]
    assert page.run(COLUMN, "people, sum") == {"all": 50, "research": 34, "sales": 25, "data": 9, "shops": 1}
    assert page.run(COLUMN, "people, mean")["sales"] == pytest.approx(25 / 3, rel=1e-5)
    assert page.find("#legend").text.split("\n") == ["people, mean", "1", "17"]
    assert "people, sum\n50" in page.find("#node").text
    page.pick("#sized", "people").pick("#colour", "people, sum")
    assert page.browser.current_url.endswith("#colour=people%2C%20sum&size=people")


def test_numbers_are_those_of_pictures(open_page: Callable[..., Any], mammals: nx.DiGraph) -> None:
    """Also where most nodes are left out, and some have no value."""
    from matplotlib.figure import Figure

    G = nx.DiGraph(mammals)
    rng = np.random.default_rng(3)
    nx.set_node_attributes(G, {v: float(rng.integers(1, 100)) for v in G if rng.random() < 0.7}, "mass")
    values = nx.get_node_attributes(G, "mass")
    for aggregate, function in (("sum", sum), ("mean", np.mean), ("count", len)):
        page = open_page(G, max_nodes=40, colour_by="mass", colour_aggregate=aggregate)
        shown = page.run(COLUMN, f"mass, {aggregate}")
        assert len(shown) == 40
        for node in shown:
            below = [values[v] for v in (node, *nx.descendants(G, node)) if v in values]
            assert shown[node] == pytest.approx(function(below), rel=1e-5)
    ax = nxp.draw_poincare(G, ax=Figure().add_subplot(), colour_by="mass", colour_aggregate="mean")
    drawn = np.ma.compressed(np.ma.masked_invalid(ax.collections[-1].get_array()))
    means = open_page(G, colour_by="mass", colour_aggregate="mean").run(COLUMN, "mass, mean").values()
    assert sorted(mean for mean in means if mean is not None) == pytest.approx(sorted(drawn), rel=1e-5)


def test_categories_are_counted(open_page: Callable[..., Any], staff: nx.DiGraph) -> None:
    page = open_page(staff, colour_by="town", colour_aggregate="count")
    assert page.run(COLUMN, "town, count") == {"all": 3, "research": 1, "sales": 3, "data": 1, "shops": 1}


def test_wrong(staff: nx.DiGraph, tmp_path: Path) -> None:
    for options, message in (
        ({"size_aggregate": "sum"}, "size_aggregate is for values: give size_by"),
        ({"colour_aggregate": "sum"}, "colour_aggregate is for values: colour_by='level' has none"),
        (
            {"size_by": "mass", "size_aggregate": "sum"},
            r"size_by must be an attribute \('people', 'town'\), not 'mass'",
        ),
        ({"size_by": "town", "size_aggregate": "sum"}, "'sum' needs numbers"),
        ({"size_by": "people", "size_aggregate": "median"}, "'sum', 'mean' or 'count', not 'median'"),
        ({"attributes": ["town"], "size_by": "people", "size_aggregate": "sum"}, "size_by must be an attribute"),
    ):
        with pytest.raises(ValueError, match=message):
            nxp.write_html(staff, tmp_path / "page.html", **options)
    with pytest.raises(ValueError, match="for attributes of a graph: an embedding has none"):
        nxp.write_html(nxp.embed(staff), tmp_path / "page.html", size_by="radius", size_aggregate="sum")
    assert not (tmp_path / "page.html").exists()
