"""Which triples of RDF make a hierarchy: subclasses, restrictions, and concepts that are broader or narrower.

The triples of OWL: https://www.w3.org/TR/owl2-mapping-to-rdf/; of SKOS: https://www.w3.org/TR/skos-reference/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final, TypeAlias

from nx_poincare.io.graphs.readers.ontology import Ontology

__all__ = ["DEFAULT_RELATIONS", "Triples", "ontology_of"]

Node: TypeAlias = Any  # of rdflib: an IRI, a blank node or a literal
Edge: TypeAlias = tuple[str, str, str]  # term, broader term, relation

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_SKOS_XL = "http://www.w3.org/2008/05/skos-xl#"
_OBO = "http://purl.obolibrary.org/obo/"
_IN_OWL = "http://www.geneontology.org/formats/oboInOwl#"

DEFAULT_RELATIONS = ("is_a", "broader")
_RELATION_OF: Final = {
    _RDFS + "subClassOf": "is_a",
    _SKOS + "broader": "broader",
    _SKOS + "narrower": "broader",
    _SKOS + "broaderTransitive": "broaderTransitive",
    _SKOS + "narrowerTransitive": "broaderTransitive",
    _OBO + "BFO_0000050": "part_of",
    _OBO + "BFO_0000051": "has_part",
}
_TURNED: Final = {_SKOS + "narrower", _SKOS + "narrowerTransitive"}
_SYNONYM_OF: Final = {"subClassOf": "is_a", "subclass_of": "is_a", "narrower": "broader"}
_NOT_BROADER: Final = {  # what relates terms, and does not say that one is above the other
    *(_RDF + name for name in ("type", "first", "rest")),
    *(_RDFS + name for name in ("seeAlso", "isDefinedBy", "domain", "range", "subPropertyOf")),
    *(_OWL + name for name in ("disjointWith", "equivalentClass", "sameAs", "differentFrom", "imports", "inverseOf",
                               "versionIRI", "annotatedProperty", "annotatedSource", "annotatedTarget")),
    *(_SKOS + name for name in ("related", "exactMatch", "closeMatch", "relatedMatch", "inScheme", "topConceptOf",
                                "hasTopConcept")),
    _IN_OWL + "inSubset",
}  # fmt: skip
_TERM_TYPES: Final = (_OWL + "Class", _RDFS + "Class", _SKOS + "Concept")
_TOPS: Final = {_OWL + "Thing", _RDFS + "Resource"}  # which every class is below
_OBO_NAME = re.compile(re.escape(_OBO) + r"([A-Za-z][A-Za-z0-9-]*)_([A-Za-z0-9]+)")


class Triples:
    """A graph of rdflib, asked by IRIs as text."""

    def __init__(self, graph: Any) -> None:
        from rdflib import RDF, BNode, Literal, URIRef

        self._graph, self._iri, self._blank, self._literal, self._nil = graph, URIRef, BNode, Literal, RDF.nil

    def __iter__(self) -> Iterator[tuple[Node, Node, Node]]:
        return iter(self._graph)

    def is_named(self, node: Node) -> bool:
        """Whether it is an IRI, and no list's end."""
        return isinstance(node, self._iri) and node != self._nil

    def is_blank(self, node: Node) -> bool:
        """Whether it stands for something without a name, such as a restriction."""
        return isinstance(node, self._blank)

    def subjects(self, predicate: str, value: str) -> Iterator[Node]:
        """What has a value of a property."""
        return self._graph.subjects(self._iri(predicate), self._iri(value))

    def objects(self, node: Node, predicate: str) -> list[Node]:
        """The values of a property, in an order that does not depend on hashes."""
        return sorted(self._graph.objects(node, self._iri(predicate)))

    def members(self, head: Node) -> Iterator[Node]:
        """The members of a list, if it ends."""
        seen = set()
        while head not in seen and head != self._nil:
            seen.add(head)
            yield from self.objects(head, _RDF + "first")[:1]
            head = next(iter(self.objects(head, _RDF + "rest")), self._nil)

    def text(self, node: Node, *properties: str) -> str | None:
        """A text about a node: of the first property that has one, in English if there is a choice."""
        for predicate in properties:
            texts = [value for value in self.objects(node, predicate) if isinstance(value, self._literal)]
            if texts:
                return str(min(texts, key=lambda text: _language_rank(text.language)))
        return None

    def is_true(self, node: Node, predicate: str) -> bool:
        """Whether a property says true."""
        return any(str(value).lower() in ("true", "1") for value in self.objects(node, predicate))

    @cached_property
    def _names(self) -> dict[str, str]:
        return {}

    def relation_name(self, predicate: Node) -> str:
        """What a property is called: as OBO calls it, else by its label, else the end of its IRI."""
        iri = str(predicate)
        if iri not in self._names:
            known = _RELATION_OF.get(iri) or self.text(predicate, _IN_OWL + "shorthand", _RDFS + "label")
            self._names[iri] = (known or local_name(iri)).strip().replace(" ", "_")
        return self._names[iri]

    def relation_called(self, name: str) -> str:
        """The name of a relation that a user may have called by its IRI, or with a prefix or spaces."""
        if "://" in name:
            return self.relation_name(self._iri(name))
        short = name.strip().rpartition(":")[2].replace(" ", "_")
        return _SYNONYM_OF.get(short, short)


def _language_rank(language: str | None) -> int:
    """English before text without a language, and that before others."""
    return 1 if language is None else 0 if language.lower().partition("-")[0] == "en" else 2


def ontology_of(triples: Triples, chosen: Sequence[str] | None) -> Ontology:
    """Terms and edges among the triples; those at the ends of chosen relations are terms, too."""
    edges = sorted(set(_edges(triples)))
    followed = set(DEFAULT_RELATIONS if chosen is None else chosen)
    found = {node for kind in _TERM_TYPES for node in triples.subjects(_RDF + "type", kind) if triples.is_named(node)}
    names = {str(node): node for node in found}
    alternatives = {
        str(other): short_name(iri)
        for iri, node in sorted(names.items(), reverse=True)
        for other in triples.objects(node, _IN_OWL + "hasAlternativeId")
        if not triples.is_true(node, _OWL + "deprecated")
    }
    for term, broader, relation in edges:
        if relation in followed:
            names |= {str(end): end for end in (term, broader) if short_name(end) not in alternatives}
    tops = {short_name(top) for top in _TOPS}
    terms = {short_name(iri): node for iri, node in sorted(names.items()) if iri not in _TOPS}
    return Ontology(
        terms={term: _described(triples, node) for term, node in terms.items()},
        obsolete={term for term, node in terms.items() if triples.is_true(node, _OWL + "deprecated")},
        alternatives=alternatives,
        edges=list(
            dict.fromkeys(
                (short_name(term), short_name(broader), relation)
                for term, broader, relation in edges
                if not tops & {short_name(term), short_name(broader)}
            )
        ),
        about={},
    )


def _described(triples: Triples, node: Node) -> dict[str, Any]:
    """Name and namespace of a term."""
    name = triples.text(node, _SKOS + "prefLabel", _RDFS + "label")
    for label in [] if name else triples.objects(node, _SKOS_XL + "prefLabel"):
        name = name or triples.text(label, _SKOS_XL + "literalForm")
    namespace = triples.text(node, _IN_OWL + "hasOBONamespace")
    return {"name": name or local_name(str(node))} | ({} if namespace is None else {"namespace": namespace})


def _edges(triples: Triples) -> Iterator[tuple[Node, Node, str]]:
    """Term, broader term and relation of all triples that may say that one is above the other."""
    for subject, predicate, value in triples:
        iri = str(predicate)
        if not triples.is_named(subject):
            continue
        if triples.is_blank(value) or iri in (_OWL + "intersectionOf", _OWL + "unionOf"):
            yield from _edges_of_expression(triples, subject, iri, value)
        elif triples.is_named(value) and iri not in _NOT_BROADER:
            ends = (value, subject) if iri in _TURNED else (subject, value)
            yield *ends, triples.relation_name(predicate)


def _edges_of_expression(triples: Triples, term: Node, iri: str, value: Node) -> Iterator[tuple[Node, Node, str]]:
    """What follows for a class from one without a name that it is below, or equal to."""
    is_equal = iri == _OWL + "equivalentClass"
    if iri in (_OWL + "intersectionOf", _OWL + "unionOf"):  # the class itself is one
        waiting = list(triples.members(value)) if iri == _OWL + "intersectionOf" else []
        parts = list(triples.members(value)) if iri == _OWL + "unionOf" else []
    elif is_equal or iri == _RDFS + "subClassOf":
        waiting = [value]
        parts = [part for union in triples.objects(value, _OWL + "unionOf") for part in triples.members(union)]
        parts = parts if is_equal else []
    else:
        return
    yield from ((part, term, "is_a") for part in parts if triples.is_named(part))
    seen: set[Node] = set()
    while waiting:
        expression = waiting.pop()
        if triples.is_named(expression):
            yield term, expression, "is_a"
        elif expression not in seen:
            seen.add(expression)
            for members in triples.objects(expression, _OWL + "intersectionOf"):
                waiting += triples.members(members)
            yield from _edges_of_restriction(triples, term, expression)


def _edges_of_restriction(triples: Triples, term: Node, restriction: Node) -> Iterator[tuple[Node, Node, str]]:
    """Of a class whose members all have a relation to some member of another."""
    for predicate in triples.objects(restriction, _OWL + "onProperty"):
        for filler in triples.objects(restriction, _OWL + "someValuesFrom"):
            fillers = [filler]
            for members in triples.objects(filler, _OWL + "intersectionOf"):
                fillers += triples.members(members)
            for found in fillers:
                if triples.is_named(found) and triples.is_named(predicate):
                    yield term, found, triples.relation_name(predicate)


def short_name(iri: str) -> str:
    """An IRI as a name; of OBO's ontologies as in its own format.

    Examples
    --------
    >>> short_name("http://purl.obolibrary.org/obo/GO_0008150"), short_name("http://example.org/dog")
    ('GO:0008150', 'http://example.org/dog')
    """
    found = _OBO_NAME.fullmatch(iri)
    return f"{found[1]}:{found[2]}" if found else str(iri)


def local_name(iri: str) -> str:
    """The end of an IRI, or all of it if it has none.

    Examples
    --------
    >>> local_name("http://example.org/animals#dog")
    'dog'
    """
    return re.split(r"[#/:]", iri.rstrip("#/:"))[-1] or iri
