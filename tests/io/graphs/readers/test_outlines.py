"""Outlines in OPML, and mind maps."""

from __future__ import annotations

import io
from pathlib import Path

import networkx as nx
import pytest
from said import Said

import nx_poincare as nxp
from nx_poincare.io.streams import GraphFileError

OPML = (
    '<?xml version="1.0"?><opml version="2.0"><head><title>Feeds</title></head><body>'
    '<outline text="News"><outline text="BBC" type="rss" xmlUrl="http://b"/></outline>'
    '<outline title="Blogs"><outline text=" a \n b "/></outline></body></opml>'
)
MAP = (
    '<map version="1.0.1"><attribute_registry/><node TEXT="Animals" ID="ID_1"><font BOLD="true"/><node TEXT="Dogs" '
    'LINK="dogs.html"><node TEXT="Pug"><arrowlink DESTINATION="ID_1"/></node></node><node TEXT="Cats"/></node></map>'
)


def read(text: str) -> nx.DiGraph:
    return nxp.read_graph(io.StringIO(text), format="outline")


def test_opml(said: Said, tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text(OPML, encoding="utf-8")
    G = nxp.read_graph(tmp_path / "feeds.opml")
    assert set(G.edges) == {("News", "BBC"), ("Blogs", "a b")}
    assert G.nodes["BBC"] == {"type": "rss", "xmlUrl": "http://b"}
    assert said.messages == []


def test_a_mind_map(said: Said, tmp_path: Path) -> None:
    (tmp_path / "animals.mm").write_text(MAP, encoding="utf-8")
    G = nxp.read_graph(tmp_path / "animals.mm")
    assert set(G.edges) == {("Animals", "Dogs"), ("Dogs", "Pug"), ("Animals", "Cats")}
    assert G.nodes["Dogs"] == {"link": "dogs.html"}
    assert said.messages == [f"{tmp_path / 'animals.mm'}: arrows between nodes, 1, are left out"]
    assert nxp.Hierarchy.from_file(tmp_path / "animals.mm").ancestors("Pug") == ["Animals", "Dogs"]


def test_repeated_and_missing_texts(said: Said) -> None:
    below = '<node TEXT="b"><node TEXT="c"/></node><node TEXT="d"><node TEXT="c"/><node/></node>'
    G = read(f'<map><node TEXT="a">{below}</node></map>')
    assert {("b", "a/b/c"), ("d", "a/d/c"), ("d", "node 5")} <= set(G.edges)
    assert "nodes with labels of others" in said.text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<urlset/>", "is neither OPML nor a mind map: its root element is <urlset>"),
        ("<opml><body>", "line 1: is not well-formed XML"),
        ('<map>' + '<node TEXT="a">' * 9000, "is nested deeper than 8,000 elements"),
        ('<!DOCTYPE map [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><map/>', "declares the entity 'c', which is not short"),
    ],
)  # fmt: skip
def test_what_is_refused(text: str, problem: str) -> None:
    with pytest.raises(GraphFileError, match=problem):
        read(text)
