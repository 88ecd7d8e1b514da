"""Ontologies in the OBO format, such as the Gene Ontology. obonet reads it.

The format: https://owlcollab.github.io/oboformat/doc/GO.format.obo-1_4.html.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from itertools import takewhile
from typing import Any

import networkx as nx

from nx_poincare.io.graphs.readers.ontology import Ontology, ontology_graph, relations_of
from nx_poincare.io.graphs.readers.text import decode, lines_of
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.optional import import_extra

__all__ = ["read_obo"]

_DEFAULT = ("is_a",)


def read_obo(content: bytes, path: str, *, relations: str | Collection[str] | None = None) -> nx.MultiDiGraph:
    """The hierarchy of an ontology, edges from a term to narrower ones; nodes are identifiers, with names.

    Parameters
    ----------
    content, path
    relations : str or collection of str, optional
        Relations to follow; default ``"is_a"``.
    """
    wanted = relations_of(relations)
    obonet = import_extra("obonet", extra="ontologies")
    try:
        found = obonet.read_obo(_LaidOut(decode(content, path)), ignore_obsolete=False)
    except (ValueError, EOFError, KeyError, IndexError, TypeError) as error:
        raise GraphFileError(path, None, f"cannot be read as an ontology in the OBO format: {error}") from error
    if len(found) == 0:
        raise GraphFileError(path, None, "has no terms; is it in the OBO format, with a line [Term] before each term?")
    ontology = _ontology(found)
    found.clear()  # what is kept of it stands in the ontology
    return ontology_graph(ontology, path, wanted, _DEFAULT)


class _LaidOut(io.TextIOBase):
    """The same stanzas with a blank line before each and none inside, as obonet tells them apart, and with a name."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        head = takewhile(lambda line: not line.startswith("["), lines_of(self._text))
        if not any(line.startswith(("ontology:", "name:")) for line in head):
            yield "ontology: unnamed\n"
        for line in lines_of(self._text):
            if line.strip():
                yield from ("\n", f"{line}\n") if line.startswith("[") else (f"{line}\n",)


def _ontology(found: nx.MultiDiGraph) -> Ontology:
    """What obonet has read, in which edges lead from a term to a broader one."""
    namespace = "".join(found.graph.get("default-namespace", []))
    own = {"namespace": namespace} if namespace else {}
    # obonet adds those that are only named by others
    described = [term for term, row in found.nodes(data=True) if row or found.out_degree(term)]
    obsolete = {term for term in described if found.nodes[term].get("is_obsolete") == "true"}
    current = [term for term in described if term not in obsolete]
    alternatives = {other: term for term in reversed(current) for other in found.nodes[term].get("alt_id", [])}
    version: Any = found.graph.get("data-version")
    return Ontology(
        terms={term: {"name": term} | own | _attributes(found.nodes[term]) for term in described},
        obsolete=obsolete,
        alternatives=alternatives,
        edges=list(found.edges(keys=True)),
        about={} if version is None else {"data-version": version},
    )


def _attributes(row: dict[str, Any]) -> dict[str, Any]:
    """What is known of a term, without what its edges say."""
    return {key: value for key, value in row.items() if key not in ("is_a", "relationship")}
