"""Trees of NEXUS come as the tokens of their file: the graph is that of the trees that commonnexus writes in Newick."""

from __future__ import annotations

import io
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optional_packages import needed

import nx_poincare as nxp
from nx_poincare.io.streams import GraphFileError

commonnexus = needed("commonnexus")

SPACE = st.sampled_from(["", "", "", " ", "\n\t", "\r\n"])
COMMENT = st.sampled_from(["", "", "", "[&R]", "[&rate=0.1,x={1,2}]", "[a [b] c]", "[]", "[it's]"])
LABEL = st.sampled_from([
    "1", "2", "3", "4", "dog", "big_dog", "big dog", "'big dog'", "'it''s'", "'2'", "'a[b]'", "x-y", "a/b", "'p,(q)'",
    "é", "*", "", "", "'", "'a''''b'", "\"q\"", "a=b", "'back\\slash'",
])  # fmt: skip
LENGTH = st.sampled_from(["", "", ":0.5", ":1e-3", ": 2", ":[c]1", ":-1.5E+2", ":'3'", ":0", ":x", ":"])


@st.composite
def trees(draw: Any, levels: int = 3) -> str:
    inner = draw(st.lists(trees(levels - 1), min_size=2, max_size=3)) if levels and draw(st.integers(0, 3)) else []
    text = f"({','.join(inner)})" if inner else ""
    return text + "".join(
        draw(part) for part in (SPACE, COMMENT, LABEL, SPACE, COMMENT, LENGTH, COMMENT, COMMENT, SPACE)
    )


TABLE = st.sampled_from([
    "", "", "translate 1 cat, 2 'big dog', 3 O_x, x-y 'it''s';", "TRANSLATE\n\t1 dog,\n\tdog 'p (q)',\n\t'it''s' 1\n;",
    "translate 4 four, big_dog 'a,b' ;",
])  # fmt: skip
TAXA = st.sampled_from(["", "", "begin taxa; dimensions ntax=3; taxlabels cat 'big dog' eel; end;\n"])


@st.composite
def files(draw: Any) -> str:
    found = "#NEXUS\n[all [of] it]\n" + draw(TAXA)
    for _ in range(draw(st.integers(1, 2))):
        found += f"Begin trees;\n{draw(TABLE)}\n"
        for number in range(draw(st.integers(1, 2))):
            found += (
                f"tree{draw(COMMENT)} t{number}{draw(SPACE)} = {draw(COMMENT)} ({draw(trees())},{draw(trees())})r;\n"
            )
        found += "end;\n"
    return found


def written(text: str) -> str:
    """The trees in Newick, with other names for labels in the table."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        blocks = commonnexus.Nexus(text).blocks["TREES"]
        return "".join(f"{block.translate(tree).newick};" for block in blocks for tree in block.trees)


def all_of(text: str, format: Any) -> str | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", nxp.HierarchyWarning)
        try:
            G = nxp.read_graph(io.StringIO(text), format=format)
        except GraphFileError:
            return None
    return repr((list(G.nodes(data=True)), list(G.edges(data=True))))


@settings(max_examples=100, deadline=None)
@given(text=files())
def test_the_graph_is_that_of_trees_in_newick(text: str) -> None:
    try:
        expected = all_of(written(text), "newick")
    except (AssertionError, ValueError):
        expected = None
    assert all_of(text, "nexus") == expected


def test_names_in_the_table_may_hold_brackets() -> None:
    """They were cut off as comments."""
    text = "#NEXUS begin trees; translate 1 'a[b]', 2 [first] c; tree one = (1,2,self); end;"
    G = nxp.read_graph(io.StringIO(text), format="nexus")
    assert list(G) == ["node 0", "a[b]", "c", "self"]


@pytest.mark.filterwarnings("ignore:.*labels of others")
def test_each_block_has_a_table_of_its_own() -> None:
    tables = ["translate 1 dog, 2 pup;", "translate 1 cat;", ""]
    blocks = "".join(f"begin trees; {table} tree t = (1,2)r{place}; end;" for place, table in enumerate(tables))
    G = nxp.read_graph(io.StringIO(f"#NEXUS {blocks}"), format="nexus")
    names = {root: [G.nodes[node].get("name", node) for node in G[root]] for root in ("r0", "r1", "r2")}
    assert names == {"r0": ["dog", "pup"], "r1": ["cat", "2"], "r2": ["1", "2"]}
