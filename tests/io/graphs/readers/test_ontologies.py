"""Ontologies in OBO, OWL and JSON, and thesauri in SKOS: what is taken, what is left out and said, what is refused."""

from __future__ import annotations

import gzip
import importlib
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from said import Said

import nx_poincare as nxp
from nx_poincare.io.streams import GraphFileError

pytestmark = pytest.mark.filterwarnings("ignore::nx_poincare.HierarchyWarning")  # what is left out

PIPELINES = Path(__file__).resolve().parents[4] / "pipelines"

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
IS_A = {("C:1", "C:2"), ("C:2", "C:3"), ("C:2", "C:4"), ("C:1", "C:6")}
PART_OF = {("A:1", "C:3"), ("A:2", "C:4"), ("A:3", "A:2"), ("B:1", "A:3")}

Read = Callable[..., nx.MultiDiGraph]


def obo(terms: dict[str, list[str]], header: str = HEADER) -> str:
    return header + "".join("\n[Term]\n" + "\n".join([f"id: {term}", *rest]) + "\n" for term, rest in terms.items())


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Reads the small ontology, or another text."""
    monkeypatch.chdir(tmp_path)

    def graph(relations: Any = None, text: str = obo(TERMS), name: str = "small.obo") -> nx.MultiDiGraph:
        Path(name).write_text(text, encoding="utf-8")
        found: nx.MultiDiGraph = nxp.read_graph(name, relations=relations)
        return found

    return graph


class TestObo:
    def test_current_terms_with_names_and_edges_through_alternative_identifiers(self, read: Read) -> None:
        G = read()
        assert set(G) == {"C:1", "C:2", "C:3", "C:4", "C:6", "A:1", "A:2", "A:3"}
        assert set(G.edges()) == IS_A
        assert G.number_of_edges() == len(IS_A)  # C:3 names C:2 twice
        assert (G.nodes["C:2"]["name"], G.nodes["C:2"]["namespace"]) == ("neuron", "cells")
        assert G.graph["data-version"] == "2026-01-01"
        assert nxp.embed(G).levels.tolist() == [
            {"C:1": 0, "C:2": 1, "C:6": 1}.get(n, 0 if n[0] == "A" else 2) for n in G
        ]

    def test_further_relations_and_terms_that_are_not_described(self, read: Read) -> None:
        G = read(["is_a", "part_of"])
        assert set(G.edges(keys=True)) == {(*e, "is_a") for e in IS_A} | {(*e, "part_of") for e in PART_OF}
        assert "B:1" in G
        assert set(read("part_of").edges()) == PART_OF

    def test_what_is_left_out_is_said(self, read: Read, said: Said) -> None:
        read(["is_a", "part_of"])
        assert said.messages == [
            "small.obo: edges to an alternative identifier, which lead to its term now: 2; "
            "edges to obsolete terms left out: 1; obsolete terms left out: 2; "
            "terms that others name, but the file does not describe: 1"
        ]
        said.clear()
        read()
        assert "pass relations=[...] to follow them: part_of (4), develops_from (1)" in said.messages[0]
        said.clear()
        read(text=obo({"C:1": ["name: a"], "C:2": ["is_a: C:1"]}))
        assert said.messages == []

    def test_a_current_term_is_not_an_alternative_of_another(self, read: Read) -> None:
        G = read(text=obo({"C:1": ["name: a"], "C:2": ["name: b", "alt_id: C:1"], "C:3": ["is_a: C:1"]}))
        assert set(G.edges()) == {("C:1", "C:3")}

    def test_what_has_parts_is_above_them(self, read: Read) -> None:
        G = read("has_part", obo({"C:1": ["relationship: has_part C:2"], "C:2": ["name: b"]}))
        assert set(G.edges()) == {("C:1", "C:2")}

    def test_blank_lines_do_not_matter(self, read: Read) -> None:
        """Files by hand have them inside stanzas, or none between."""
        text = obo(TERMS)
        tight = "\n".join(line for line in text.splitlines() if line)
        loose = text.replace("\n", "\n\n\n")
        for changed in (
            tight,
            loose,
            text.replace("\n", "\r\n"),
            text.removeprefix("format-version: 1.2\nontology: small\n"),
        ):
            G = read(text=changed)
            assert set(G.edges()) == IS_A
            assert G.nodes["C:3"]["name"] == "motor neuron"

    @pytest.mark.parametrize("relation", ["partof", "part of", "PART_OF", "has_part"])
    def test_misspelt_relations_are_refused_with_those_that_are_there(self, read: Read, relation: str) -> None:
        expected = rf"no relation '{relation}'.*; it has: is_a \(4\), part_of \(4\), develops_from \(1\)"
        with pytest.raises(GraphFileError, match=expected):
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
    def test_other_files_are_refused(self, read: Read, text: str, message: str) -> None:
        with pytest.raises(GraphFileError, match=f"small.obo: .*{message}"):
            read(text=text)

    def test_relations_that_are_no_names(self, read: Read) -> None:
        with pytest.raises(TypeError, match="relations must be names"):
            read([3])
        with pytest.raises(ValueError, match="names no relation"):
            read([])
        with pytest.raises(ValueError, match="relations is for json, obo, rdf, not for csv"):
            nxp.read_graph(io.StringIO("a,b\n"), format="csv", relations=["is_a"])

    def test_compressed_files(self, read: Read) -> None:
        read()
        whole = gzip.compress(Path("small.obo").read_bytes())
        Path("small.obo.gz").write_bytes(whole)
        assert set(nxp.read_graph("small.obo.gz").edges()) == IS_A
        Path("cut.obo.gz").write_bytes(whole[: len(whole) // 2])
        with pytest.raises(GraphFileError, match=r"cut\.obo\.gz: the compressed data are damaged"):
            nxp.read_graph("cut.obo.gz")

    def test_pronto_has_the_same_hierarchy(self, read: Read, needed: Callable[[str], Any]) -> None:
        pronto = needed("pronto")
        terms = {term: rest for term, rest in TERMS.items() if term not in ("C:5", "C:6", "C:20")}
        terms |= {
            "B:1": ["name: head"],
            "C:9": ["name: stem"],
            "C:3": [line for line in TERMS["C:3"] if "C:20" not in line],
        }
        terms["C:4"] = [line.replace("C:21", "C:2") for line in TERMS["C:4"]]
        G = read(text=obo(terms))
        ontology = pronto.Ontology("small.obo")
        expected = {(above.id, term.id) for term in ontology.terms() for above in term.superclasses(1, with_self=False)}
        assert set(G.edges()) == expected
        assert {term.id: term.name for term in ontology.terms()} == dict(G.nodes(data="name"))


class TestRecipe:
    @pytest.fixture
    def ontology_graph(self, read: Read, monkeypatch: pytest.MonkeyPatch) -> Read:
        monkeypatch.syspath_prepend(PIPELINES)
        read()
        found: Read = importlib.import_module("ontology").ontology_graph
        return lambda *args, **options: found("small.obo", *args, **options)

    def test_namespaces(self, ontology_graph: Read) -> None:
        assert set(ontology_graph(["part_of"], namespace="anatomy").edges()) == {("A:3", "A:2")}
        assert set(ontology_graph(namespace="cells")) == {"C:1", "C:2", "C:3", "C:4", "C:6"}  # the default of the file
        with pytest.raises(ValueError, match=r"no namespace 'anatomi'; it has: cells \(5\), anatomy \(3\)"):
            ontology_graph(namespace="anatomi")

    @pytest.mark.parametrize("top", ["C:2", "C:20"])
    def test_below_a_term_or_an_alternative_of_it(self, ontology_graph: Read, top: str) -> None:
        assert set(ontology_graph(below=top)) == {"C:2", "C:3", "C:4"}

    @pytest.mark.parametrize("top", ["C:3", "C:5", "C:99"])
    def test_below_a_term_without_anything_below(self, ontology_graph: Read, top: str) -> None:
        with pytest.raises(ValueError, match=top):
            ontology_graph(below=top)


PREFIXES = """@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix obo: <http://purl.obolibrary.org/obo/> . @prefix oio: <http://www.geneontology.org/formats/oboInOwl#> .
@prefix xl: <http://www.w3.org/2008/05/skos-xl#> . @prefix ex: <http://example.org/animals#> .
"""
OWL = (
    PREFIXES
    + """
<http://example.org/animals> a owl:Ontology ; owl:imports <http://example.org/other> .
obo:BFO_0000050 a owl:ObjectProperty ; rdfs:label "part of" .
ex:near a owl:ObjectProperty ; rdfs:label "is near"@en .
obo:X_1 a owl:Class ; rdfs:label "Tier"@de , "animal"@en ; rdfs:subClassOf owl:Thing .
obo:X_2 a owl:Class ; rdfs:label "dog" ; oio:hasOBONamespace "pets" ; oio:hasAlternativeId "X:20" ;
    rdfs:subClassOf obo:X_1 , [ a owl:Restriction ; owl:onProperty obo:BFO_0000050 ; owl:someValuesFrom obo:X_3 ] ,
    [ a owl:Restriction ; owl:onProperty ex:near ; owl:someValuesFrom obo:X_1 ] ,
    [ a owl:Restriction ; owl:onProperty obo:BFO_0000050 ; owl:allValuesFrom obo:X_1 ] .
obo:X_3 a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( obo:X_1
    [ a owl:Restriction ; owl:onProperty obo:BFO_0000050 ; owl:someValuesFrom obo:X_4 ] ) ] .
obo:X_4 a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:unionOf ( obo:X_5 obo:X_6 ) ] .
obo:X_5 a owl:Class . obo:X_6 a owl:Class ; owl:disjointWith obo:X_5 ; rdfs:subClassOf obo:X_7 .
obo:X_7 a owl:Class ; owl:deprecated true .
"""
)
SKOS = (
    PREFIXES
    + """
ex:scheme a skos:ConceptScheme ; skos:hasTopConcept ex:animal .
ex:animal a skos:Concept ; skos:prefLabel "animal"@en-GB , "Tier"@de ; skos:narrower ex:dog , ex:cat .
ex:animal skos:inScheme ex:scheme .
ex:dog a skos:Concept ; skos:prefLabel "dog" ; skos:broader ex:animal ; skos:related ex:cat .
ex:cat a skos:Concept ; xl:prefLabel [ a xl:Label ; xl:literalForm "cat"@en ] .
ex:pug a skos:Concept ; skos:broader ex:dog ; skos:broaderTransitive ex:dog , ex:animal . ex:lone a skos:Concept .
"""
)
EX = "http://example.org/animals#"


def notations(turtle: str, needed: Callable[[str], Any]) -> dict[str, str]:
    """The same triples in every notation that is read, by suffix."""
    graph = needed("rdflib").Graph().parse(data=turtle, format="turtle")
    return {
        ".ttl": graph.serialize(format="turtle"),
        ".owl": graph.serialize(format="xml"),
        ".rdf": graph.serialize(format="xml"),
        ".nt": graph.serialize(format="nt"),
        ".n3": graph.serialize(format="n3"),
        ".skos": graph.serialize(format="turtle"),
        ".jsonld": graph.serialize(format="json-ld"),
        ".json": graph.serialize(format="json-ld"),
    }


def notations_of_owl(turtle: str, needed: Callable[[str], Any]) -> dict[str, str]:
    """The same ontology in the notations that only OWL has."""
    text = notations(turtle, needed)[".owl"]
    ontology = needed("pyhornedowl").open_ontology_from_string(text, serialization="rdf")
    written = {suffix: ontology.save_to_string(suffix[1:]) for suffix in (".owx", ".ofn")}
    return {**written, ".owl": written[".owx"], ".rdf": written[".ofn"]}


class TestRdf:
    def test_classes_in_every_notation(self, read: Read, needed: Callable[[str], Any]) -> None:
        for suffix, text in [*notations(OWL, needed).items(), *notations_of_owl(OWL, needed).items()]:
            G = read(["is_a", "part_of"], text, f"animals{suffix}")
            assert set(G.edges(keys=True)) == {
                ("X:1", "X:2", "is_a"), ("X:3", "X:2", "part_of"), ("X:1", "X:3", "is_a"), ("X:4", "X:3", "part_of"),
                ("X:4", "X:5", "is_a"), ("X:4", "X:6", "is_a"),
            }, suffix  # fmt: skip
            assert list(G) == ["X:1", "X:2", "X:3", "X:4", "X:5", "X:6"]
            assert G.nodes["X:2"] == {"name": "dog", "namespace": "pets"}
            assert (G.nodes["X:1"]["name"], G.nodes["X:5"]["name"]) == ("animal", "X_5")

    def test_relations_by_name_label_and_iri(self, read: Read, said: Said) -> None:
        part_of = {("X:3", "X:2"), ("X:4", "X:3")}
        for name in ("part_of", "part of", "http://purl.obolibrary.org/obo/BFO_0000050"):
            assert set(read(name, OWL, "a.ttl").edges()) == part_of
        for name in ("is_a", "subClassOf", "rdfs:subClassOf", "http://www.w3.org/2000/01/rdf-schema#subClassOf"):
            assert ("X:1", "X:2") in read(name, OWL, "a.ttl").edges()
        assert set(read("is_near", OWL, "a.ttl").edges()) == {("X:1", "X:2")}
        said.clear()
        read(None, OWL, "a.ttl")
        assert "obsolete terms left out: 1" in said.messages[0]
        assert "pass relations=[...] to follow them: part_of (2), is_near (1)" in said.messages[0]
        with pytest.raises(
            GraphFileError, match=r"no relation 'partof' \(did you mean 'part_of'\?\); it has: is_a \(4\)"
        ):
            read("partof", OWL, "a.ttl")

    def test_concepts_with_broader_and_narrower_both_ways(self, read: Read, needed: Callable[[str], Any]) -> None:
        for suffix, text in notations(SKOS, needed).items():
            G = read(None, text, f"animals{suffix}")
            assert set(G.edges(keys=True)) == {
                (EX + "animal", EX + "dog", "broader"), (EX + "animal", EX + "cat", "broader"),
                (EX + "dog", EX + "pug", "broader"),
            }, suffix  # fmt: skip
            assert dict(G.nodes(data="name")) == {
                EX + name: name for name in ("animal", "cat", "dog", "lone", "pug")
            }  # fmt: skip
            assert nxp.embed(G).levels.max() == 2

    def test_the_same_as_sparql_says(self, read: Read, needed: Callable[[str], Any]) -> None:
        graph = needed("rdflib").Graph().parse(data=SKOS, format="turtle")
        question = "SELECT ?a ?b { { ?b skos:broader ?a } UNION { ?a skos:narrower ?b } }"
        assert {(str(a), str(b)) for a, b in graph.query(question)} == set(read(None, SKOS, "a.ttl").edges())

    @pytest.mark.filterwarnings("ignore")  # pronto says what it does not know
    def test_pronto_has_the_same_subclasses(self, read: Read, needed: Callable[[str], Any]) -> None:
        """Of what is said outright: it takes nothing from equivalent classes."""
        pronto = needed("pronto")
        said = OWL.replace("owl:equivalentClass", "rdfs:seeAlso")
        pretty = needed("rdflib").Graph().parse(data=said, format="turtle").serialize(format="pretty-xml")
        G = read(None, pretty, "animals.owl")
        ontology = pronto.Ontology("animals.owl", import_depth=0)
        expected = {
            (above.id, term.id)
            for term in ontology.terms()
            for above in term.superclasses(1, with_self=False)
            if not above.obsolete
        }
        assert set(G.edges()) == expected

    def test_any_property_may_be_followed(self, read: Read) -> None:
        text = PREFIXES + "ex:dog ex:parent ex:animal . ex:cat ex:parent ex:animal ."
        with pytest.raises(
            GraphFileError, match=r"no relation 'is_a' or 'broader'; it has: parent \(2\); pass relations"
        ):
            read(None, text, "a.ttl")
        assert set(read("parent", text, "a.ttl").edges()) == {(EX + "animal", EX + "dog"), (EX + "animal", EX + "cat")}

    def test_alternative_identifiers(self, read: Read, said: Said) -> None:
        G = read(["is_a"], OWL + "obo:X_9 a owl:Class ; rdfs:subClassOf obo:X_20 .", "a.ttl")
        assert ("X:2", "X:9") in G.edges()
        assert "edges to an alternative identifier, which lead to its term now: 1" in said.messages[-1]

    def test_entities_of_protege_but_no_others(self, read: Read, needed: Callable[[str], Any]) -> None:
        text = notations(OWL, needed)[".rdf"]
        start = text.index("<rdf:RDF")
        shorter = text[start:].replace("http://purl.obolibrary.org/obo/X_", "&x;")
        declared = '<!DOCTYPE rdf:RDF [ <!ENTITY x "http://purl.obolibrary.org/obo/X_"> ]>'
        assert ("X:1", "X:2") in read(None, text[:start] + declared + shorter, "a.owl").edges()
        for entity in ('SYSTEM "file:///etc/passwd"', '"&y;&y;"', f'"{"a" * 5000}"'):
            changed = declared.replace('"http://purl.obolibrary.org/obo/X_"', entity)
            with pytest.raises(GraphFileError, match="declares the entity 'x', which is not short text"):
                read(None, text[:start] + changed + shorter, "a.owl")

    @pytest.mark.parametrize(
        ("name", "text", "message"),
        [
            ("a.ttl", "", "no relation 'is_a' or 'broader'; it has: none"),
            ("a.ttl", PREFIXES + "\nex:a ex:b", "a.ttl.*is not RDF in the notation turtle"),
            ("a.nt", "a b c", "is not RDF in the notation nt"),
            ("a.owl", "<rdf:RDF xmlns:rdf='x'>\n</rdf:rdf>", "line 2: is not well-formed XML: mismatched tag"),
            (
                "a.owl",
                "<?xml version='1.0'?><Ontology xmlns='http://www.w3.org/2002/07/owl#'><Declaration/></Ontology>",
                "is not an ontology in OWL/XML",
            ),
            ("a.ofn", "Ontology(<http://x>", "is not an ontology in OWL's functional syntax"),
            (
                "a.jsonld",
                '{"@graph": [{"@context": ["http://example.org/context"], "@id": "http://x/a"}]}',
                "has its context at 'http://example.org/context', which is not fetched",
            ),
            ("a.jsonld", '{"@context": {"@import": "http://x/c"}}', "has its context at 'http://x/c'"),
            (
                "a.jsonld",
                '{"@graph": [}',
                "line 1: is not valid JSON",
            ),
        ],
    )
    def test_other_files_are_refused(self, read: Read, name: str, text: str, message: str) -> None:
        with pytest.raises(GraphFileError, match=message):
            read(None, text, name)

    def test_lists_that_do_not_end(self, read: Read) -> None:
        text = PREFIXES + "ex:a owl:equivalentClass [ owl:intersectionOf _:l ] . _:l rdf:first ex:b ; rdf:rest _:l ."
        assert set(read(None, text, "a.ttl").edges()) == {(EX + "b", EX + "a")}


def test_obo_graphs(read: Read) -> None:
    """As ROBOT converts OBO to JSON."""
    iri = "http://purl.obolibrary.org/obo/"
    meta = {
        "basicPropertyValues": [{"pred": "http://www.geneontology.org/formats/oboInOwl#hasOBONamespace", "val": "pets"}]
    }
    nodes = [
        {"id": f"{iri}X_1", "lbl": "animal", "type": "CLASS"},
        {"id": f"{iri}X_2", "lbl": "dog", "type": "CLASS", "meta": meta},
        {"id": f"{iri}X_3", "type": "CLASS", "meta": {"deprecated": True}},
        {"id": f"{iri}BFO_0000050", "lbl": "part of", "type": "PROPERTY"},
    ]
    edges = [
        {"sub": f"{iri}X_2", "pred": "is_a", "obj": f"{iri}X_1"},
        {"sub": f"{iri}X_2", "pred": f"{iri}BFO_0000050", "obj": f"{iri}X_1"},
        {"sub": f"{iri}X_2", "pred": "is_a", "obj": f"{iri}X_3"},
    ]
    text = json.dumps({"graphs": [{"id": f"{iri}x.owl", "nodes": nodes, "edges": edges}]})
    G = read(None, text, "x.json")
    assert dict(G.nodes(data="name")) == {"X:1": "animal", "X:2": "dog"}
    assert G.nodes["X:2"]["namespace"] == "pets"
    assert set(read(["is_a", "part_of"], text, "x.json").edges(keys=True)) == {
        ("X:1", "X:2", "is_a"), ("X:1", "X:2", "part_of"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "module", "extra"),
    [
        ("a.obo", "obonet", "ontologies"), ("a.ttl", "rdflib", "ontologies"), ("a.nwk", "newick", "newick"),
        ("a.dot", "pydot", "dot"), ("a.parquet", "pyarrow", "tables"), ("a.xlsx", "openpyxl", "tables"),
        ("a.sqlite", "pandas", "tables"),
    ],
)  # fmt: skip
def test_what_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, module: str, extra: str
) -> None:
    (tmp_path / name).write_text("x")
    for loaded in [found for found in sys.modules if found.partition(".")[0] == module]:
        monkeypatch.setitem(sys.modules, loaded, None)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=rf'needs {module}; .*pip install "nx-poincare\[{extra}\]"'):
        nxp.read_graph(tmp_path / name)


@pytest.mark.parametrize("rest", [b"-", b"\n-", b"\n" + 30 * b"# more\n" + b"-"])
def test_comments_are_passed_over_once(rest: bytes) -> None:
    """Not in every way in which a row of number signs can be parted: that took for ever."""
    with pytest.raises(GraphFileError):
        nxp.read_graph(io.BytesIO(200 * b"#" + rest), format="rdf")
