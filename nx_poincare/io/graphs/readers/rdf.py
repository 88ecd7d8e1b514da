"""RDF in its usual notations: classes of OWL and RDFS, and concepts of SKOS. rdflib reads it.

The notation is that of the suffix (Turtle, N-Triples, N3, JSON-LD), or RDF/XML where a file starts as XML does. OWL/XML
and OWL's functional syntax are made RDF/XML first. What of its triples makes a hierarchy is the matter of
`nx_poincare.io.graphs.readers.triples`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection
from typing import Any, Final

import networkx as nx

from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.graphs.readers.ontology import ontology_graph, relations_of
from nx_poincare.io.graphs.readers.rdf_literals import literals_as_text
from nx_poincare.io.graphs.readers.rdf_units import check_units
from nx_poincare.io.graphs.readers.text import decode, json_of
from nx_poincare.io.graphs.readers.triples import DEFAULT_RELATIONS, Triples, ontology_of
from nx_poincare.io.graphs.readers.xml import root_without_entities
from nx_poincare.io.streams import GraphFileError
from nx_poincare.io.suffixes import suffix_of
from nx_poincare.utils.optional import import_extra

__all__ = ["read_json_ld", "read_rdf"]

_NOTATION_OF: Final = {".nt": "nt", ".n3": "n3", ".jsonld": "json-ld"}
_XML = re.compile(rb"<(\?xml\b|!--|!DOCTYPE\b|([\w.-]+:)?RDF[\s>])")
_FUNCTIONAL = re.compile(rb"(#[^\n]*\n\s*)*(Prefix|Ontology)\s*\(")
_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe \t\r\n"  # byte order marks and spaces
_BASE = "file:///"  # of IRIs without a beginning


def read_rdf(
    content: bytes,
    path: str,
    *,
    relations: str | Collection[str] | None = None,
    max_bytes: int = DEFAULT_MAX_BYTES,
) -> nx.MultiDiGraph:
    """The hierarchy of classes or concepts, edges from a term to narrower ones.

    Nodes are IRIs; those of OBO's ontologies are short, as in its own format: ``"GO:0008150"``. Labels, English ones
    first, are the attribute ``"name"``.

    Parameters
    ----------
    content, path
    relations : str or collection of str, optional
        Relations to follow; default: ``"is_a"`` (``rdfs:subClassOf``) and ``"broader"`` (SKOS, with ``narrower``
        turned). Other properties go by their short name, label or IRI, between terms or in restrictions of OWL:
        ``"part_of"``.
    max_bytes : int
        Bounds the memory that rdflib takes (`nx_poincare.io.graphs.readers.rdf_units`).
    """
    wanted = relations_of(relations)
    rdflib = import_extra("rdflib", extra="ontologies")
    return _hierarchy(_parsed(rdflib, content, path, max_bytes), path, wanted)


def read_json_ld(content: bytes, path: str, relations: list[str] | None, max_bytes: int) -> nx.MultiDiGraph:
    """The same from JSON-LD, whatever the file is called."""
    check_units(content, path, "json-ld", max_bytes)
    return _hierarchy(_parsed_as("json-ld", import_extra("rdflib", extra="ontologies"), content, path), path, relations)


def _hierarchy(graph: Any, path: str, wanted: list[str] | None) -> nx.MultiDiGraph:
    triples = Triples(graph)
    if wanted is not None:
        wanted = [triples.relation_called(name) for name in wanted]
    return ontology_graph(ontology_of(triples, wanted), path, wanted, DEFAULT_RELATIONS)


def _parsed(rdflib: Any, content: bytes, path: str, max_bytes: int) -> Any:
    """The graph of a file, as rdflib has it."""
    is_xml = _XML.match(content[:4096].replace(b"\0", b"").lstrip(_BEFORE_XML))
    notation = "xml" if is_xml else _NOTATION_OF.get(suffix_of(path), "turtle")
    if is_xml and root_without_entities(content, path) == "Ontology":
        content = _in_rdf_xml(content, path, "owx")
    elif _FUNCTIONAL.match(content[:4096].lstrip(_BEFORE_XML)):
        check_units(content, path, notation, max_bytes)
        content, notation = _in_rdf_xml(content, path, "ofn"), "xml"
    check_units(content, path, notation, max_bytes)
    return _parsed_as(notation, rdflib, content, path)


def _parsed_as(notation: str, rdflib: Any, content: bytes, path: str) -> Any:
    if notation == "json-ld":
        _check_contexts(json_of(decode(content, path), path), path)
    graph = rdflib.Graph()
    try:
        with literals_as_text(), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of what its own parsers call
            graph.parse(data=content, format=notation, publicID=_BASE)
    except MemoryError:
        raise
    except Exception as error:  # its parsers pass on what they come upon
        line = error.getLineNumber() if hasattr(error, "getLineNumber") else getattr(error, "lines", None)
        problem = " ".join(str(error).split())[:300] or type(error).__name__
        number = line if isinstance(line, int) else None
        raise GraphFileError(path, number, f"is not RDF in the notation {notation}: {problem}") from error
    return graph


def _in_rdf_xml(content: bytes, path: str, notation: str) -> bytes:
    """What OWL/XML or OWL's functional syntax says, in RDF/XML; Horned-OWL reads it."""
    pyhornedowl = import_extra("pyhornedowl", extra="ontologies")
    try:
        ontology = pyhornedowl.open_ontology_from_string(decode(content, path), serialization=notation)
        return str(ontology.save_to_string("rdf")).encode()
    except ValueError as error:
        name = {"owx": "OWL/XML", "ofn": "OWL's functional syntax"}[notation]
        problem = " ".join(str(error).split())[:300]
        raise GraphFileError(path, None, f"is not an ontology in {name}: {problem}") from error


def _check_contexts(data: Any, path: str) -> None:
    """Refuse contexts that rdflib would fetch from the network."""
    waiting = [data]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            contexts = part.get("@context", [])
            for context in contexts if isinstance(contexts, list) else [contexts]:
                address = context.get("@import") if isinstance(context, dict) else context
                if isinstance(address, str):
                    raise GraphFileError(
                        path, None, f"has its context at {address!r}, which is not fetched; save it as Turtle"
                    )
        waiting += part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
