"""What the recipe for ontologies takes from an OBO file, what it leaves out and says, and what it refuses."""

import gzip
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

PIPELINES = Path(__file__).resolve().parent.parent / "pipelines"

HEADER = "format-version: 1.2\nontology: small\ndata-version: 2026-01-01\ndefault-namespace: cells\n"
TERMS = {
    "C:1": ["name: cell"],
    "C:2": ["name: neuron", "alt_id: C:20", "alt_id: C:21", "is_a: C:1 ! cell"],
    "C:3": [
        "name: motor neuron",
        'is_a: C:20 {source="old"} ! a merged term',
        "is_a: C:2",
        "relationship: part_of A:1",
    ],
    "C:4": ["name: retinal neuron", "is_a: C:21", "relationship: part_of A:2", "relationship: develops_from C:9"],
    "C:5": ["name: gone", "is_obsolete: true", "is_a: C:1"],
    "C:6": ["name: loop", "is_a: C:5", "is_a: C:1", "alt_id: C:60", "is_a: C:60"],
    "C:20": ["name: merged", "is_obsolete: true", "replaced_by: C:2"],
    "A:1": ["name: spinal cord", "namespace: anatomy"],
    "A:2": ["name: retina", "namespace: anatomy", "relationship: part_of A:3"],
    "A:3": ["name: eye", "namespace: anatomy", "relationship: part_of B:1 ! described elsewhere"],
}
IS_A = {("C:2", "C:1"), ("C:3", "C:2"), ("C:4", "C:2"), ("C:6", "C:1")}
PART_OF = {("C:3", "A:1"), ("C:4", "A:2"), ("A:2", "A:3"), ("A:3", "B:1")}

Read = Callable[..., nx.MultiDiGraph]


def obo(terms: dict[str, list[str]], header: str = HEADER) -> str:
    return header + "".join("\n[Term]\n" + "\n".join([f"id: {term}", *rest]) + "\n" for term, rest in terms.items())


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Reads the small ontology, or another text, by the recipe."""
    monkeypatch.syspath_prepend(PIPELINES)
    monkeypatch.chdir(tmp_path)
    ontology_graph = importlib.import_module("ontology").ontology_graph

    def graph(*args: Any, text: str = obo(TERMS), **options: Any) -> nx.MultiDiGraph:
        Path("small.obo").write_text(text, encoding="utf-8")
        return ontology_graph("small.obo", *args, **options)

    return graph


def test_current_terms_with_names_and_edges_through_alternative_identifiers(read: Read) -> None:
    G = read()
    assert set(G) == {"C:1", "C:2", "C:3", "C:4", "C:6", "A:1", "A:2", "A:3"}
    assert set(G.edges()) == IS_A
    assert G.number_of_edges() == len(IS_A)  # C:3 names C:2 twice
    assert G.nodes["C:2"]["name"] == "neuron"
    assert G.graph["data-version"] == "2026-01-01"


def test_further_relations_and_terms_that_are_not_described(read: Read) -> None:
    G = read(["is_a", "part_of"])
    assert set(G.edges(keys=True)) == {(*e, "is_a") for e in IS_A} | {(*e, "part_of") for e in PART_OF}
    assert G.nodes["B:1"]["name"] == "B:1"
    assert set(read(["part_of"]).edges()) == PART_OF


def test_what_is_left_out_is_said(read: Read, caplog: pytest.LogCaptureFixture) -> None:
    read(namespace="cells", relations=["is_a", "part_of"])
    assert caplog.messages == [
        "edges to an alternative identifier, which lead to its term now: 2",
        "edges to obsolete terms left out: 1",
        "obsolete terms left out: 2",
        "terms that others name, but the file does not describe: 1",
        "edges to other namespaces left out: 2",
    ]
    caplog.clear()
    read(text=obo({"C:1": ["name: a"], "C:2": ["is_a: C:1"]}))
    assert caplog.messages == []


def test_a_current_term_is_not_an_alternative_of_another(read: Read) -> None:
    G = read(text=obo({"C:1": ["name: a"], "C:2": ["name: b", "alt_id: C:1"], "C:3": ["is_a: C:1"]}))
    assert set(G.edges()) == {("C:3", "C:1")}


def test_namespaces(read: Read) -> None:
    assert set(read(namespace="anatomy", relations=["part_of"]).edges()) == {("A:2", "A:3")}
    assert set(read(namespace="cells")) == {"C:1", "C:2", "C:3", "C:4", "C:6"}  # the default of the file
    with pytest.raises(
        ValueError, match=r"no namespace 'anatomi' \(did you mean 'anatomy'\?\); .*: cells \(5\), anatomy \(3\)"
    ):
        read(namespace="anatomi")


@pytest.mark.parametrize("top", ["C:2", "C:20"])
def test_below_a_term_or_an_alternative_of_it(read: Read, top: str) -> None:
    assert set(read(below=top)) == {"C:2", "C:3", "C:4"}


@pytest.mark.parametrize("top", ["C:3", "C:5", "C:99"])
def test_below_a_term_without_anything_below(read: Read, top: str) -> None:
    with pytest.raises(ValueError, match=top):
        read(below=top)


@pytest.mark.parametrize("relation", ["partof", "part of", "PART_OF", "has_part"])
def test_misspelt_relations_are_refused_with_those_that_are_there(read: Read, relation: str) -> None:
    expected = rf"no relation '{relation}'.*; it has: is_a \(4\), part_of \(4\), develops_from \(1\)"
    with pytest.raises(ValueError, match=expected):
        read(["is_a", relation])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no terms"),
        (HEADER, "has no terms"),
        ("parent\tchild\na\tb\n", "cannot be read as an ontology in the OBO format"),
        (obo({"C:1": ["is_a"]}), "cannot be read as an ontology in the OBO format"),
        (obo({"C:1": ["name: alone"]}), r"no relation 'is_a'; it has: none"),
    ],
)
def test_other_files_are_refused(read: Read, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"small.obo.* {message}"):
        read(text=text)


def test_compressed_files(read: Read) -> None:
    read()
    whole = gzip.compress(Path("small.obo").read_bytes())
    Path("small.obo.gz").write_bytes(whole)
    ontology_graph = importlib.import_module("ontology").ontology_graph
    assert set(ontology_graph("small.obo.gz").edges()) == IS_A
    Path("cut.obo.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=r"cut\.obo\.gz cannot be read"):
        ontology_graph("cut.obo.gz")
