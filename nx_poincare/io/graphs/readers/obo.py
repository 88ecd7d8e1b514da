"""Ontologies in the OBO format, such as the Gene Ontology. obonet reads it, some stanzas at a time.

The format: https://owlcollab.github.io/oboformat/doc/GO.format.obo-1_4.html.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import networkx as nx

from nx_poincare.io.content import Parts
from nx_poincare.io.graphs.readers.ontology import Edge, Ontology, ontology_graph, relations_of
from nx_poincare.io.graphs.readers.text import lines_in, texts_of
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.optional import import_extra

__all__ = ["read_obo"]

_STEP = 2**16  # characters that obonet reads at once
_DEFAULT = ("is_a",)
_UNNAMED = "ontology: unnamed"  # without which obonet logs a warning
_END = "\0"  # an identifier that is in no text: terms behind it are only named by others
_OF_EDGES = ("is_a", "relationship")


def read_obo(parts: Parts, path: str, *, relations: str | Collection[str] | None = None) -> nx.MultiDiGraph:
    """The hierarchy of an ontology, edges from a term to narrower ones; nodes are identifiers, with names.

    Parameters
    ----------
    parts, path
    relations : str or collection of str, optional
        Relations to follow; default ``"is_a"``.

    Examples
    --------
    >>> text = b"[Term]\\nid: C:1\\nname: cell\\n[Term]\\nid: C:2\\nis_a: C:1 ! cell\\n"
    >>> read_obo(Parts([text]), "cells.obo").edges
    OutMultiEdgeView([('C:1', 'C:2', 'is_a')])
    """
    wanted = relations_of(relations)
    obonet = import_extra("obonet", extra="ontologies")
    growing = _Growing()
    for piece in _pieces(lines_in(texts_of(parts, path))):
        growing.add(_parsed(obonet, piece, path))
    return ontology_graph(growing.finished(path), path, wanted, _DEFAULT)


def _pieces(lines: Iterable[str]) -> Iterator[list[str]]:
    """The header, with a name if it has none, and then stanzas, as many as obonet reads at once.

    A blank line stands before each stanza and none inside, as obonet tells them apart.
    """
    piece: list[str] = []
    size, is_head = 0, True
    for line in lines:
        if line.startswith("[") and (is_head or size > _STEP):
            yield piece if is_head and _is_named(piece) else [_UNNAMED, *piece]
            piece, size, is_head = [], 0, False
        if line.startswith("["):
            piece.append("")
        if line.strip():
            piece.append(line)
            size += len(line)
    yield piece if is_head and _is_named(piece) else [_UNNAMED, *piece]


def _is_named(head: Iterable[str]) -> bool:
    return any(line.startswith(("ontology:", "name:")) for line in head)


def _parsed(obonet: Any, piece: list[str], path: str) -> nx.MultiDiGraph:
    """What obonet makes of a piece, a term that is none behind those that are described."""
    file = _File([*piece, "", "[Term]", f"id: {_END}"])
    try:
        found: nx.MultiDiGraph = obonet.read_obo(file, ignore_obsolete=False)
    except (ValueError, EOFError, KeyError, IndexError, TypeError) as error:
        raise GraphFileError(path, None, f"cannot be read as an ontology in the OBO format: {error}") from error
    return found


class _File(io.TextIOBase):
    """Lines as obonet takes those of a file."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        return (f"{line}\n" for line in self._lines)


class _Growing:
    """What pieces have said so far; in obonet's graphs edges lead from a term to a broader one."""

    def __init__(self) -> None:
        self._about: dict[str, Any] | None = None
        self._own: dict[str, str] = {}  # that terms have unless they say otherwise
        self._terms: dict[str, dict[str, Any]] = {}
        self._edges: list[Edge] = []
        self._names: dict[str, str] = {}  # one object for each
        self._is_repeated = False  # whether a term is described in two pieces

    def add(self, found: nx.MultiDiGraph) -> None:
        """Add what obonet has read, of which the first is the header."""
        if self._about is None:
            version: Any = found.graph.get("data-version")
            self._about = {} if version is None else {"data-version": version}
            namespace = "".join(found.graph.get("default-namespace", []))
            self._own = {"namespace": namespace} if namespace else {}
        one = self._names.setdefault
        for name, row in found.nodes(data=True):
            if name == _END:
                break
            term = one(name, name)
            self._is_repeated |= term in self._terms
            known = self._terms.setdefault(term, {})
            if row and not known:
                known |= {"name": term} | self._own
            known |= {one(key, key): value for key, value in row.items() if key not in _OF_EDGES}
        self._edges += [(one(u, u), one(v, v), one(key, key)) for u, v, key in found.edges(keys=True)]
        found.clear()

    def finished(self, path: str) -> Ontology:
        """All of it, of which nothing stays here.

        Raises
        ------
        GraphFileError
            If there is no term.
        """
        terms, edges = self._terms, self._edges
        if not terms:
            raise GraphFileError(
                path, None, "has no terms; is it in the OBO format, with a line [Term] before each term?"
            )
        self._names = {}
        if self._is_repeated:  # its edges stand together
            whole: Any = nx.MultiDiGraph()
            whole.add_nodes_from(terms)
            whole.add_edges_from(edges)
            edges = list(whole.edges(keys=True))
        for term in [term for term, row in terms.items() if not row]:
            del terms[term]
        obsolete = {term for term, row in terms.items() if row.get("is_obsolete") == "true"}
        current = (term for term in reversed(terms) if term not in obsolete)
        return Ontology(
            terms=terms,
            obsolete=obsolete,
            alternatives={other: term for term in current for other in terms[term].get("alt_id", [])},
            edges=edges,
            about=self._about or {},
        )
