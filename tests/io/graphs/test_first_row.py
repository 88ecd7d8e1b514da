"""Headers that name their columns, and tables that only the whole explains: nothing is misread in silence."""

from __future__ import annotations

import io
import warnings
from typing import Any, NamedTuple

import networkx as nx
import pytest

import nx_poincare as nxp
from nx_poincare.io.streams import GraphFileError


class Read(NamedTuple):
    edges: list[tuple[str, str]]
    said: list[str]


def read(text: str, **options: Any) -> Read:
    """Edges of a text, by both ways of reading, and what was said of it."""
    options = {"format": "csv", **options}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        G = nxp.read_graph(io.StringIO(text, newline=""), **options)
    said = [str(warning.message) for warning in caught]
    assert all(warning.filename == __file__ for warning in caught)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        hierarchy = nxp.Hierarchy.from_file(io.StringIO(text, newline=""), **options)
    assert set(said) <= {str(warning.message) for warning in caught}
    down = nxp.Hierarchy.from_digraph(G, direction=options.get("direction") or "parent_to_child")
    assert (hierarchy.nodes, hierarchy.edges.tolist()) == (down.nodes, down.edges.tolist())
    return Read(list(G.edges), said)


@pytest.mark.parametrize("between", [",", "\t", ";"])
@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize(
    "columns",
    [
        "child,parent", "hyponym,hypernym", "id1,id2,weight", "employee,manager", "child_id,parent_id",
        "Child Name,Parent Name", "id,parentId", "Name,label,weight,Reports To", "NARROWER,type,BROADER",
    ],
)  # fmt: skip
def test_words_set_direction_and_columns(columns: str, quote: str, between: str) -> None:
    names = columns.split(",")
    found = {"weight": ["1", "2"], "label": ["x", "y"], "type": ["is", "is"]}
    ends = [name for name in names if name not in found]
    found |= {ends[0]: ["cat", "dog"], ends[1]: ["mammal", "mammal"]}
    rows = [names, *zip(*(found[name] for name in names), strict=True)]
    text = "".join(between.join(quote + cell + quote for cell in row) + "\n" for row in rows)
    edges, said = read(text, delimiter=between)
    assert edges == [("mammal", "cat"), ("mammal", "dog")]
    assert len(said) == 1
    assert f"edges lead from {ends[1]!r} to {ends[0]!r}" in said[0]
    if "label" in names or "type" in names:
        assert "not read" in said[0]
    assert nxp.embed(nx.DiGraph(edges)).ancestors("cat") == ["mammal"]


def test_weights_between_other_columns() -> None:
    with pytest.warns(nxp.HierarchyWarning, match="'label' is not read"):
        G = nxp.read_graph(io.StringIO("weight,child,label,parent\n2,cat,x,mammal\n"), format="csv")
    assert list(G.edges(data=True)) == [("mammal", "cat", {"weight": 2.0})]


def test_what_overrules_the_words() -> None:
    text = "child,parent\ncat,mammal\n"
    assert read(text, header=False) == Read([("child", "parent"), ("cat", "mammal")], [])
    assert read(text, source="parent", target="child") == Read([("mammal", "cat")], [])
    assert read(text, direction="child_to_parent") == Read([("cat", "mammal")], [])
    edges, said = read(text, direction="parent_to_child")
    assert edges == [("cat", "mammal")]
    assert "says the opposite and is followed" in said[0]
    edges, said = read("a,b\ncat,mammal\n", header=True)
    assert (edges, said) == ([("cat", "mammal")], [])


def test_columns_that_are_named_without_a_direction() -> None:
    text = "employee,manager\ncat,mammal\n"
    assert list(nxp.read_graph(io.StringIO(text), format="csv", source="employee", target="manager").edges) == [
        ("cat", "mammal")
    ]
    with pytest.warns(nxp.HierarchyWarning, match="though by its name 'manager' is above"):
        nxp.Hierarchy.from_file(io.StringIO(text), format="csv", source="employee", target="manager")
    with pytest.warns(nxp.HierarchyWarning, match="edges lead from 'manager' to 'employee'"):
        one = nxp.read_graph(io.StringIO("employee,manager,x\na,b,c\n"), format="csv", source="manager")
    assert list(one.edges) == [("b", "a")]
    one = nxp.read_graph(io.StringIO("id,boss,parent\na,b,c\n"), format="csv", source="boss", target="id")
    assert list(one.edges) == [("b", "a")]


def test_a_column_that_comes_twice_is_refused() -> None:
    with pytest.raises(GraphFileError, match="line 1: has 2 columns 'parent'; rename all but one"):
        nxp.read_graph(io.StringIO("parent,child,parent\na,b,c\n"), format="csv", source="parent", target="child")


@pytest.mark.parametrize("text", ["0,1\nmammal,cat\nmammal,dog\n", ",0,1\n0,mammal,cat\n1,mammal,dog\n"])
def test_numbers_that_pandas_writes_for_names(text: str) -> None:
    edges, said = read(text)
    assert edges == [("mammal", "cat"), ("mammal", "dog")]
    assert len(said) == 1


def test_a_numeric_first_row_is_an_edge_among_numbers() -> None:
    assert read("0,1\n0,2\n1,3\n") == Read([("0", "1"), ("0", "2"), ("1", "3")], [])
    assert read("10,20\n20,30\n").said == []


def test_a_first_row_of_text_among_numbers() -> None:
    edges, said = read("id_a,id_b\n1,2\n1,3\n")
    assert edges == [("1", "2"), ("1", "3")]
    assert "as all other names are numbers" in said[0]
    assert read("root,1\n1,2\n1,3\n") == Read([("root", "1"), ("1", "2"), ("1", "3")], [])


def test_a_first_row_that_stands_by_itself_is_named() -> None:
    edges, said = read("xx,yy\na,b\na,c\nb,d\n")
    assert edges[0] == ("xx", "yy")
    assert "header=True leaves it out" in said[0]
    assert read("a,b\nc,d\ne,f\n").said == []  # all do
    with pytest.raises(GraphFileError, match="line 1: weight 'dist' is not a number; pass header=True"):
        read("u,v,dist\na,b,2\n")


def test_words_of_a_header_that_are_nodes_too() -> None:
    edges, said = read("person,leader\nperson,worker\nleader,king\n")
    assert edges == [("person", "leader"), ("person", "worker"), ("leader", "king")]
    assert "is read as an edge, as other rows name these too" in said[0]
    assert read("whole,part\nwhole thing,part\n", format="tsv", delimiter=",").edges[0] == ("whole", "part")
    assert read("whole,part\nwhole thing,parts\n").edges == [("whole thing", "parts")]
    text = "person,leader\n" + "".join(f"x{i},y{i}\n" for i in range(100_000)) + "a,leader\n"  # too far to look ahead
    with pytest.warns(nxp.HierarchyWarning) as caught:
        nxp.read_graph(io.StringIO(text), format="csv")
    assert "'leader' is the name of a node as well" in str(caught[1].message)
    assert read("parent,child\nparent,x\n").edges == [("parent", "x")]  # by the stated rule


def test_names_or_numbers_whichever_the_parents_are() -> None:
    assert read("id,name,parent\n1,Animal,\n2,Dog,Animal\n3,Pug,Dog\n").edges == [("Animal", "Dog"), ("Dog", "Pug")]
    assert read("id,name,parent\n1,Animal,\n2,Dog,1\n3,Pug,2\n").edges == [("1", "2"), ("2", "3")]
    edges, said = read("name,person_id,reports_to_id\nann,1,\nbob,2,1\n")
    assert edges == [("1", "2")]
    assert "edges lead from 'reports_to_id' to 'person_id'; 'name' is not read" in said[0]
    with pytest.raises(GraphFileError, match="line 3: has 2 columns, but 3 are named"):
        read("id,name,parent\n1,Animal,\n2,Dog\n")


@pytest.mark.parametrize("rows", ["2,1\n3,1\n", "2,1.0\n3,1.0\n", "2,1\n3,1.0\n", "2.0,1\n3.0,1\n"])
@pytest.mark.parametrize("root", ["1,", "1,NaN", "1,NULL", "1.0,"])
def test_roots_and_whole_numbers_as_floats(rows: str, root: str) -> None:
    edges, _ = read(f"id,parent\n{root}\n{rows}")
    assert sorted(edges) == [("1", "2"), ("1", "3")]


def test_versions_are_not_numbers_as_floats() -> None:
    assert read("1.0,2.0\n1.0,3.0\n") == Read([("1.0", "2.0"), ("1.0", "3.0")], [])
    assert read("1,1.0\n1,1.1\n1.0,a\n") == Read([("1", "1.0"), ("1", "1.1"), ("1.0", "a")], [])


def test_roots_by_direction() -> None:
    assert read("1,\n2,1\n3,1\n", direction="child_to_parent").edges == [("2", "1"), ("3", "1")]
    assert read(",a\na,b\n", direction="parent_to_child").edges == [("a", "b")]
    with pytest.raises(GraphFileError, match="line 1: the name in column 2 is empty"):
        read("1,\n2,1\n")
    G = nxp.read_graph(io.StringIO("parent,child\n,lonely\na,b\n,,\n"), format="csv")
    assert (list(G), list(G.edges)) == (["lonely", "a", "b"], [("a", "b")])


def test_missing_is_a_name_where_it_is_a_child_too() -> None:
    assert read("id,parent\nWindhoek,NA\nNA,Africa\n").edges == [("NA", "Windhoek"), ("Africa", "NA")]


def test_another_delimiter_is_guessed_from_the_first_row() -> None:
    edges, said = read("child;parent\nbig cat;mammal\n")
    assert edges == [("mammal", "big cat")]
    assert "those between ';'" in said[0]
    assert read("mammal,cat\nmammal,dog\n", format="edges").edges == [("mammal", "cat"), ("mammal", "dog")]
    with pytest.raises(GraphFileError, match="has 1 column"):
        read("mammal|a;cat\n")
    assert read('"mammal;\nall","cat"\n') == Read([("mammal;\nall", "cat")], [])
