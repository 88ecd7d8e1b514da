"""RDF in its usual notations: classes of OWL and RDFS, and concepts of SKOS. rdflib reads it.

The notation is that of the suffix (Turtle, N-Triples, N3), or RDF/XML where a file starts as XML does. What of its
triples makes a hierarchy is the matter of `nx_poincare.io.graphs.readers.triples`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection
from typing import Any, Final

import networkx as nx

from nx_poincare.io.graphs.readers.ontology import ontology_graph, relations_of
from nx_poincare.io.graphs.readers.triples import DEFAULT_RELATIONS, Triples, ontology_of
from nx_poincare.io.graphs.readers.xml import root_without_entities
from nx_poincare.io.streams import GraphFileError
from nx_poincare.io.suffixes import suffix_of
from nx_poincare.utils.optional import import_extra

__all__ = ["read_rdf"]

_NOTATION_OF: Final = {".nt": "nt", ".n3": "n3"}
_XML = re.compile(rb"<(\?xml\b|!--|!DOCTYPE\b|([\w.-]+:)?RDF[\s>])")
_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe \t\r\n"  # byte order marks and spaces
_BASE = "file:///"  # of IRIs without a beginning


def read_rdf(content: bytes, path: str, *, relations: str | Collection[str] | None = None) -> nx.MultiDiGraph:
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
    """
    wanted = relations_of(relations)
    rdflib = import_extra("rdflib", extra="ontologies")
    triples = Triples(_parsed(rdflib, content, path))
    if wanted is not None:
        wanted = [triples.relation_called(name) for name in wanted]
    return ontology_graph(ontology_of(triples, wanted), path, wanted, DEFAULT_RELATIONS)


def _parsed(rdflib: Any, content: bytes, path: str) -> Any:
    """The graph of a file, as rdflib has it."""
    is_xml = _XML.match(content[:4096].replace(b"\0", b"").lstrip(_BEFORE_XML))
    notation = "xml" if is_xml else _NOTATION_OF.get(suffix_of(path), "turtle")
    if is_xml and root_without_entities(content, path) == "Ontology":
        raise GraphFileError(path, None, "is in the notation OWL/XML, which is not read; save it as RDF/XML or Turtle")
    graph = rdflib.Graph()
    try:
        with warnings.catch_warnings():
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
