"""Texts from attributes in the place of names, in pictures, films, pages and on the command line."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import networkx as nx
import pytest
from click.testing import CliRunner
from matplotlib.figure import Figure

import nx_poincare as nxp
from nx_poincare.cli import main


@pytest.fixture
def cells() -> nx.DiGraph:
    """Terms with identifiers; two of them without a usable name."""
    G = nx.DiGraph([("X:1", "X:2"), ("X:1", "X:3"), ("X:3", "X:4")])
    nx.set_node_attributes(G, {"X:1": "cell", "X:2": "nerve cell", "X:3": math.nan, "X:4": ""}, "name")
    return G


def written(G: object, **options: object) -> set[str]:
    figure = Figure(figsize=(6, 6))
    ax = nxp.draw_poincare(G, ax=figure.add_subplot(), **options)
    return {text.get_text() for text in ax.texts}


def page(path: Path) -> dict[str, object]:
    found = re.search(r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', path.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_pictures_take_texts_from_an_attribute(cells: nx.DiGraph) -> None:
    assert written(cells, labels="name") == {"cell", "nerve cell", "X:3", "X:4"}
    assert {"cell", "nerve cell"} <= written(cells, labels="name", colour_by="branch")
    assert written(cells) == set(cells)


def test_many_nodes_get_as_many_labels_as_without_the_attribute() -> None:
    G = nx.balanced_tree(2, 7, create_using=nx.DiGraph)
    nx.set_node_attributes(G, {v: f"n{v}" for v in G}, "title")
    named, plain = written(G, labels="title", max_nodes=200), written(G, max_nodes=200)
    assert len(named) == len(plain)
    assert "n0" in named


def test_pages_take_texts_from_an_attribute_or_a_mapping(cells: nx.DiGraph, tmp_path: Path) -> None:
    nxp.write_html(cells, tmp_path / "a.html", labels="name")
    shown = page(tmp_path / "a.html")
    assert set(shown["names"]) == {"cell", "nerve cell", "X:3", "X:4"}
    assert shown["attributeNames"] == ["id"]
    assert shown["title"] == "cell"
    for G in (cells, nxp.embed(cells)):
        nxp.write_html(G, tmp_path / "b.html", labels={"X:4": "axon"})
        assert set(page(tmp_path / "b.html")["names"]) == {"X:1", "X:2", "X:3", "axon"}
    nxp.write_html(cells, tmp_path / "c.html")
    assert set(page(tmp_path / "c.html")["names"]) == set(cells)
    cells.nodes["X:1"]["id"] = "mine"
    nxp.write_html(cells, tmp_path / "d.html", labels="name", attributes=["id", "name"])
    assert page(tmp_path / "d.html")["attributeNames"] == ["id", "name"]


def test_films_take_texts_from_an_attribute(cells: nx.DiGraph, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import nx_poincare.drawing.film as film

    drawn = []
    monkeypatch.setattr(film, "draw_frame", lambda _, options, **__: drawn.append(options.labels))
    with nxp.draw_training(cells, tmp_path / "a.gif", labels="name", size=1, dpi=50) as recording:
        nxp.embed(cells, training=2, callbacks=[recording], seed=0, progress=False)
    assert set(drawn) == {"name"}


def test_the_command_line_takes_an_attribute(
    cells: nx.DiGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    nx.set_node_attributes(cells, {"X:3": "part", "X:4": "axon"}, "name")
    nx.write_graphml(cells, "cells.graphml")
    for arguments in (["draw", "cells.graphml", "-o", "a.svg"], ["html", "cells.graphml", "-o", "a.html"]):
        result = CliRunner().invoke(main, [*arguments, "--labels", "name"])
        assert result.exit_code == 0, result.output
        assert ">nerve cell<" in Path("a.svg").read_text("utf-8")
        wrong = CliRunner().invoke(main, [*arguments, "--labels", "nmae"])
        assert wrong.exit_code != 0
        assert "no node has such an attribute; attributes of nodes are: name" in wrong.stderr
    assert set(page(tmp_path / "a.html")["names"]) == {"cell", "nerve cell", "part", "axon"}
    assert CliRunner().invoke(main, ["draw", "cells.graphml", "-o", "a.svg", "--labels", "-1"]).exit_code == 2


def test_what_is_refused(cells: nx.DiGraph, tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match="labels='label': no node has such an attribute; attributes of nodes are: name"
    ):
        written(cells, labels="label")
    with pytest.raises(ValueError, match="names a node attribute, which only a graph has"):
        written(nxp.embed(cells), labels="name")
    with pytest.raises(ValueError, match="attributes of nodes are: none"):
        nxp.write_html(nx.path_graph(3), tmp_path / "a.html", labels="name")
    assert not (tmp_path / "a.html").exists()
    assert written(nx.DiGraph(), labels="name") == set()
