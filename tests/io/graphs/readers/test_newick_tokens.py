"""Nodes of Newick are made of the library's tokens: those that it makes itself, at the square of the time."""

from __future__ import annotations

import math
import random
import re
from typing import Any

import pytest

from nx_poincare.io.graphs.readers.newick_tokens import TreeText, add_nodes

newick = pytest.importorskip("newick")

TOKENS = [
    "(", "(", "(", ")", ")", ")", ",", ",", ",", ":1.5", ":-2e3", "a", "b", "'c d'", "'it''s'", "''", "[x]", "[]",
    "[&&NHX:S=a[b]]", " ", "\n", ";", "x_y", "'p,(q)'", "'\\'", "é", "'3'", "]", "[", "'",
]  # fmt: skip


def by_library(text: str) -> Any:
    """Parent, label, comments and length of each node, parents first; None for what is no Newick."""
    try:
        trees = newick.loads(text)
    except ValueError:
        return None
    rows: list[Any] = []
    waiting = [(-1, tree) for tree in reversed(trees)]
    while waiting:
        parent, node = waiting.pop()
        rows.append((parent, node.unquoted_name or None, " ".join(node.comments), node._length))
        waiting += [(len(rows) - 1, child) for child in reversed(node.descendants)]
        if parent < 0 and not node.descendants and node.name is node._length is None:
            rows.pop()  # nothing, or a comment, in front of a semicolon or behind the last one
    return rows


def by_tokens(text: str) -> Any:
    nodes: list[Any] = []
    try:
        add_nodes(nodes, TreeText(text, {}, False))
    except ValueError as error:
        return str(error)
    return [
        (node.parent, node.label, node.attributes.get("comment", ""), (node.attributes | node.edge).get("length"))
        for node in nodes
    ]


def tree(rng: random.Random, levels: int) -> str:
    inner = [tree(rng, levels - 1) for _ in range(rng.randrange(1, 4))] if levels and rng.random() < 0.7 else []
    own = "".join(rng.choices(["", "a", "'b c'", ":1", ":[x]2", "[y]", " ", "[z]:3[w]"], k=rng.randrange(3)))
    return (f"({','.join(inner)})" if inner else "") + own


@pytest.mark.parametrize("seed", range(4))
def test_the_same_as_the_library(seed: int) -> None:
    rng = random.Random(seed)
    trees = 0
    for _ in range(800):
        if rng.random() < 0.5:
            text = "".join(rng.choices(TOKENS, k=rng.randrange(1, 12)))
        else:
            text = "".join(tree(rng, 3) + rng.choice([";", ";\n", ";;", ""]) for _ in range(rng.randrange(1, 3)))
        if re.search(r"\)[^,();]*\(|\(\)", text):  # joined where nothing parts them, and a name of its own
            continue
        expected, found = by_library(text), by_tokens(text)
        if isinstance(found, str):
            is_number = expected is not None and all(is_finite(length) for *_, length in expected)
            assert not is_number or "outside of all" in found, (text, found)
        else:
            assert expected is not None, text
            rows = [(*row, None if length is None else float(length)) for *row, length in expected]
            assert found == rows, text
            trees += len(rows) > 2
    assert trees > 100


def is_finite(length: str | None) -> bool:
    try:
        return length is None or math.isfinite(float(length))
    except ValueError:
        return False
