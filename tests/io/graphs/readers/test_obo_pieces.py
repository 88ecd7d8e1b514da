"""OBO comes some stanzas at a time: the graph is the one that obonet's reading in one piece gives."""

from __future__ import annotations

import random
import re
import tracemalloc
import warnings
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whole_obo import graph_of

import nx_poincare as nxp
from nx_poincare.io.content import Parts
from nx_poincare.io.graphs.readers import obo
from nx_poincare.io.streams import GraphFileError

RELATIONS = ["is_a", "part_of", "has_part"]
TERM = st.sampled_from([f"C:{number}" for number in range(8)])
BEHIND = st.sampled_from(["", "", " ! a cell", ' {source="x"}', ' {a="b", c="d"} ! both', "  ", "\t", " ! [Term]"])
TEXT = st.sampled_from(["cell", "a: b", "\\{x\\}", "é \U0001f415", '"quoted" EXACT [PMID:1]', "x ! y", "[Term]", ""])


@st.composite
def tags(draw: Any) -> str:
    kind = draw(
        st.sampled_from(["is_a", "is_a", "relationship", "alt_id", "is_obsolete", "name", "other", "comment", "blank"])
    )
    if kind in ("is_a", "alt_id"):
        return f"{kind}: {draw(TERM)}{draw(BEHIND)}"
    if kind == "relationship":
        return f"relationship: {draw(st.sampled_from(RELATIONS))} {draw(TERM)}{draw(BEHIND)}"
    if kind == "is_obsolete":
        return f"is_obsolete: {draw(st.sampled_from(['true', 'false']))}"
    if kind in ("comment", "blank"):
        return "" if kind == "blank" else f"! {draw(TEXT)}"
    tag = draw(st.sampled_from(["name", "namespace", "def", "xref", "synonym", "created_by", "own"]))
    return f"{tag}: {draw(TEXT)}{draw(BEHIND)}"


@st.composite
def stanzas(draw: Any) -> list[str]:
    kind = draw(st.sampled_from(["Term", "Term", "Term", "Term", "Typedef", "Instance"]))
    rows = draw(st.lists(tags(), max_size=5))
    rows.insert(draw(st.integers(0, len(rows))), f"id: {draw(TERM)}{draw(BEHIND)}")
    return [f"[{kind}]{draw(st.sampled_from(['', '', ' ', ' ! x']))}", *rows, *[""] * draw(st.integers(0, 2))]


@st.composite
def files(draw: Any) -> str:
    header = st.sampled_from([
        "format-version: 1.2", "ontology: small", "name: small", "data-version: 2026", "default-namespace: cells",
        'subsetdef: s "x"', "remark: [Term]", "! comment", "", "default-namespace: more",
    ])  # fmt: skip
    lines = draw(st.lists(header, max_size=4)) + [
        line for found in draw(st.lists(stanzas(), min_size=1)) for line in found
    ]
    end = draw(st.sampled_from(["\n", "\n", "\r\n", "\r", "\n\n"]))
    return end.join(lines) + draw(st.sampled_from(["", end]))


def all_of(G: nx.MultiDiGraph) -> str:
    around = [list(side[node]) for node in G for side in (G.succ, G.pred)]
    return repr((G.graph, list(G.nodes(data=True)), list(G.edges(keys=True, data=True)), around))


def in_pieces(text: str, step: int, size: int) -> str:
    content = text.encode()
    parts = Parts([content[at : at + size] for at in range(0, len(content), size)])
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore", nxp.HierarchyWarning)
        patch.setattr(obo, "_STEP", step)
        try:
            return all_of(obo.read_obo(parts, "a.obo", relations=RELATIONS))
        except GraphFileError as error:
            return str(error)


@settings(max_examples=60, deadline=None)
@given(text=files())
def test_the_graph_is_that_of_the_whole(text: str) -> None:
    whole = graph_of(text, RELATIONS)
    counts = whole.graph.pop("counts")
    missing = next((name for name in RELATIONS if name not in counts), None)
    for step, size in ((0, 3), (60, 1), (2**16, 2**20)):
        found = in_pieces(text, step, size)
        if "has no terms" in found:
            assert "[Term]" not in re.split("[\r\n]", text)
        elif missing is not None:
            listed = ", ".join(f"{name} ({count})" for name, count in counts.most_common()) or "none"
            assert re.match(rf"a\.obo: has no relation '{missing}'.*; it has: {re.escape(listed)}$", found)
        else:
            assert found == all_of(whole)


def ontology(seed: int, terms: int) -> str:
    """One with merged and obsolete terms, terms described twice, and some that others name alone."""
    rng = random.Random(seed)
    lines = ["format-version: 1.4", "data-version: 7", "default-namespace: cells", "remark: all of it", ""]
    for number in range(terms):
        term = rng.randrange(number + 1) if rng.random() < 0.1 else number
        lines += ["[Term]", f"id: C:{term}", f"name: n {number}"]
        kinds = ["is_a:", "is_a:", "relationship: part_of", "relationship: has_part", "alt_id:"]
        lines += [f"{kind} C:{rng.randrange(terms + 5)} ! n" for kind in rng.choices(kinds, k=rng.randrange(4))]
        lines += ["is_obsolete: true"] * (rng.random() < 0.1) + [""]
        lines += ["[Typedef]", f"id: r{number}", "name: r", "is_transitive: true", ""] * (rng.random() < 0.1)
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(3))
def test_a_larger_one(seed: int) -> None:
    text = ontology(seed, 400)
    whole = graph_of(text, RELATIONS)
    del whole.graph["counts"]
    expected = all_of(whole)
    assert len(whole) > 300
    for step, size in ((0, 2**20), (1_000, 7), (10_000, 300), (2**16, 2**20)):
        assert in_pieces(text, step, size) == expected


def test_obonet_has_some_stanzas_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import obonet

    read, given = obonet.read_obo, []

    def read_obo(file: Any, **options: Any) -> Any:
        lines = list(file)
        given.append(sum(map(len, lines)))
        return read(obo._File(line.rstrip("\n") for line in lines), **options)

    monkeypatch.setattr(obonet, "read_obo", read_obo)
    monkeypatch.setattr(obo, "_STEP", 1_000)
    assert in_pieces(ontology(0, 400), 1_000, 500).startswith("(")
    assert max(given) < 1_500
    assert len(given) > 10


def test_reading_takes_little_memory_beyond_the_graph(tmp_path: Path) -> None:
    """It took 600 bytes a node and more."""
    stanzas = (f"\n[Term]\nid: X:{child}\nname: {child}\nis_a: X:{child // 3}\n" for child in range(1, 20_000))
    (tmp_path / "g.obo").write_text("[Term]\nid: X:0\nname: 0\n" + "".join(stanzas))
    (tmp_path / "small.obo").write_text("[Term]\nid: a\nname: a\n[Term]\nid: b\nis_a: a\n")
    nxp.read_graph(tmp_path / "small.obo")  # imports
    tracemalloc.start()
    try:
        found = nxp.read_graph(tmp_path / "g.obo")
        stays, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(found) == 20_000
    assert (most - stays) / len(found) < 350
