"""Which columns hold edges, by their names."""

from __future__ import annotations

import time

import pytest

from nx_poincare.extractors.column_words import column_above, columns_by_their_words, role_of, weight_column


def ends(header: str) -> tuple[str, str] | None:
    """The names of the columns from which and to which edges lead."""
    names = header.split(",")
    found = columns_by_their_words(names)
    return None if found is None else (names[found.source], names[found.target])


@pytest.mark.parametrize(
    "words",
    [
        "parent child", "hypernym hyponym", "manager employee", "boss worker", "supervisor report", "broader narrower",
        "superclass subclass", "ancestor descendant", "mother daughter", "whole part", "container component",
        "head employee", "leader person", "base derived", "category subcategory", "supertopic topic", "from to",
        "source target", "src dst", "origin destination", "predecessor successor", "subject object", "node1 node2",
        "id2 id1", "parent id", "parent name", "boss key", "parent node", "reportsTo name", "managed_by employee",
        "is_a term", "subclass_of class", "partOf item", "broader concept", "Eltern Kind",
        "p\u00e8re enfant", "\u7236 \u5b50",
    ],
)  # fmt: skip
def test_both_orders_capitals_and_columns_between(words: str) -> None:
    above, below = words.split()
    for first, second in ((above, below), (below, above)):
        for spelling in (str, str.upper, str.capitalize) if first.isascii() and first.islower() else (str,):
            assert ends(f"{spelling(first)},{spelling(second)}") == (spelling(above), spelling(below))
        assert ends(f"weight,{first},colour,{second}") == (above, below)


@pytest.mark.parametrize(
    "header",
    [
        "parent_id,child_id", "child_id,parent_id", "Parent Name,Child Name", "child name,parent name",
        "parentId,childId",
        "ChildID,ParentID", "PARENT-CODE,CHILD-CODE", "child.key,parent.key", "parentid,childid", "idParent,idChild",
    ],
)  # fmt: skip
def test_spellings_of_what_a_name_is(header: str) -> None:
    source, target = ends(header) or ("", "")
    assert source.lower().replace("-", "_").find("parent") >= 0
    assert target.lower().replace("-", "_").find("child") >= 0


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("tax_id,parent tax_id,rank", ("parent tax_id", "tax_id")),
        ("EmployeeID,LastName,FirstName,ReportsTo", ("ReportsTo", "EmployeeID")),
        ("employee_id,employee_name,manager_id,manager_name", ("manager_id", "employee_id")),
        ("taxonID,parentNameUsageID,scientificName", ("parentNameUsageID", "taxonID")),
        ("node_id,type,parent_node_id", ("parent_node_id", "node_id")),
        ("child,children_count,parent", ("parent", "child")),
        ("parent company,company", ("parent company", "company")),
        ("head,relation,tail", ("head", "tail")),
        ("tail,head", ("tail", "head")),  # either may be meant
        ("rdfs:subClassOf,class", ("rdfs:subClassOf", "class")),
        ("skos:broader,skos:Concept", ("skos:broader", "skos:Concept")),
        ("Words,Hypernyms", ("Hypernyms", "Words")),
        ("department,employee", ("department", "employee")),
        ("name,child", ("name", "child")),
        ("employee,manager,number of reports", ("manager", "employee")),
    ],
)
def test_tables_of_others(header: str, expected: tuple[str, str]) -> None:
    assert ends(header) == expected


@pytest.mark.parametrize(
    "header",
    [
        "u,v",
        "parent,dog",
        "source,parent",
        "cat,mammal",
        "king,queen",
        "parent.n.01,child.n.01",
        "key,value",
        "",
        "parent",
        "child,children",
        "name,child,age",
    ],
)
def test_what_says_nothing(header: str) -> None:
    assert ends(header) is None


def test_roles_and_weights() -> None:
    assert [role_of(name) for name in ("Boss", "child_of", "parentOf", "employee age")] == [
        "above",
        "above",
        "below",
        None,
    ]
    assert column_above("employee", "manager") == column_above("x", "boss") == 1
    assert column_above("parent", "x") == 0
    assert column_above("a", "b") is None
    assert weight_column(["child", "weight", "parent"]) == 1
    assert weight_column(["parent", "child", "score"]) == 2
    assert weight_column(["parent", "score", "child"]) is None


@pytest.mark.parametrize(
    "names",
    [
        ["parent id", "child"] * 4000,
        ["x " * 30_000, "y"],
        ["a " * 90] * 500,
        ["parent", *(f"child {number}" for number in range(8000))],
    ],
)
def test_names_of_columns_take_little_time(names: list[str]) -> None:
    """All pairs of columns, and all phrases in a name, took 10 s and 600 MB for a file of 60 KB."""
    begin = time.process_time()
    columns_by_their_words(names)
    assert time.process_time() - begin < 3
