"""What the readers of ontologies share: which edges belong to the hierarchy, and what is left out and said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, MutableMapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeAlias

import networkx as nx

from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.warn import warn_caller

__all__ = ["Edge", "Ontology", "ontology_graph", "relations_of"]

Edge: TypeAlias = tuple[str, str, str]  # term, broader term, relation

_NOTHING: dict[str, Any] = {}
_MOST_LISTED = 20
_FROM_WHOLE = {"has_part", "has_member", "has_component"}  # relations whose subject is the broader term


class Ontology(NamedTuple):
    """The terms of an ontology, and what relates them.

    Attributes
    ----------
    terms : dict of str to dict
        Identifier and attributes of each term that the file describes.
    obsolete : set of str
        Those of them that are not in use any more.
    alternatives : dict of str to str
        Alternative identifiers, such as those of merged terms, and the term that each means.
    edges : sequence of (str, str, str)
        Term, broader term, relation; each once.
    about : dict
        Attributes of the whole.
    """

    terms: MutableMapping[str, dict[str, Any]]
    obsolete: Collection[str]
    alternatives: Mapping[str, str]
    edges: Sequence[Edge]
    about: Mapping[str, Any]


def relations_of(relations: str | Collection[str] | None) -> list[str] | None:
    """The relations that were asked for, one or several.

    Raises
    ------
    TypeError, ValueError
        If they are not text, or there are none.
    """
    if relations is None:
        return None
    names = [relations] if isinstance(relations, str) else list(relations)
    if not all(isinstance(name, str) for name in names):
        raise TypeError(f"relations must be names such as 'is_a' and 'part_of', not {relations!r}")
    if not names:
        raise ValueError("relations names no relation; leave it out for the default ones")
    return names


def ontology_graph(
    ontology: Ontology, path: str, relations: Sequence[str] | None, default: Collection[str]
) -> nx.MultiDiGraph:
    """The hierarchy of an ontology, edges from a term to narrower ones, with the relation as their key.

    What is known of terms is taken from the ontology as the graph grows. Obsolete terms and their edges are left out;
    an edge to an alternative identifier leads to its term. Terms that are named but not described are kept. A warning
    says how many of each, and which relations are left out unless ``relations`` chose them.

    Raises
    ------
    GraphFileError
        If there are no terms, or a relation is not there; the message has those that are, with their counts.
    """
    moved, said = _moved_edges(ontology)
    counts = Counter(relation for _, _, relation in _current_edges(ontology, moved))
    chosen = _chosen(relations, default, counts, path)

    G: Any = nx.MultiDiGraph(**ontology.about)
    G.add_nodes_from(_taken_terms(ontology))
    described = len(G)
    G.add_edges_from(
        (term, broader, relation) if relation in _FROM_WHOLE else (broader, term, relation)
        for term, broader, relation in _current_edges(ontology, moved)
        if relation in chosen
    )
    said["obsolete terms left out"] = len(ontology.terms) - described
    said["terms that others name, but the file does not describe"] = len(G) - described
    messages = [f"{what}: {count:,}" for what, count in said.items() if count]
    others = {relation: count for relation, count in counts.items() if relation not in chosen}
    if others and relations is None:
        listed = ", ".join(f"{relation} ({count:,})" for relation, count in Counter(others).most_common(_MOST_LISTED))
        messages.append(f"edges of other relations left out, pass relations=[...] to follow them: {listed}")
    if messages:
        warn_caller(f"{path}: {'; '.join(messages)}")
    return G


def _taken_terms(ontology: Ontology) -> Iterator[tuple[str, dict[str, Any]]]:
    """The terms in use and their attributes, which the ontology has no more."""
    for term, row in ontology.terms.items():
        if term not in ontology.obsolete:
            yield term, row
            ontology.terms[term] = _NOTHING


def _moved_edges(ontology: Ontology) -> tuple[set[Edge], dict[str, int]]:
    """What edges with an alternative identifier have become, and how many were moved or left out."""
    moved: set[Edge] = set()
    to_alternatives = lost = 0
    for edge in ontology.edges:
        if edge[0] in ontology.obsolete:
            continue
        current = _current_edge(edge, ontology)
        if current is None:
            lost += _current(edge[1], ontology) in ontology.obsolete
        elif current != edge:
            moved.add(current)
            to_alternatives += current[1] != edge[1]
    return moved, {
        "edges to an alternative identifier, which lead to its term now": to_alternatives,
        "edges to obsolete terms left out": lost,
    }


def _current_edges(ontology: Ontology, moved: Collection[Edge]) -> Iterator[Edge]:
    """Edges between terms in use, each once: only those that were moved may be there already."""
    seen: set[Edge] = set()
    for edge in ontology.edges:
        current = _current_edge(edge, ontology)
        if current is not None and current not in seen:
            if current in moved:
                seen.add(current)
            yield current


def _current_edge(edge: Edge, ontology: Ontology) -> Edge | None:
    """The edge between the terms that its ends mean; None if one is obsolete, or both are the same."""
    term, broader, relation = edge
    if term in ontology.obsolete:
        return None
    source, target = _current(term, ontology), _current(broader, ontology)
    return None if target in ontology.obsolete or source == target else (source, target, relation)


def _current(term: str, ontology: Ontology) -> str:
    """The term itself if it is in use, or the one that its identifier is an alternative of."""
    if term in ontology.terms and term not in ontology.obsolete:
        return term
    return ontology.alternatives.get(term, term)


def _chosen(
    relations: Sequence[str] | None, default: Collection[str], counts: Counter[str], path: str
) -> Collection[str]:
    listed = [f"{found} ({count:,})" for found, count in counts.most_common(_MOST_LISTED)]
    there = ", ".join(listed + ["..."] * (len(counts) > _MOST_LISTED)) or "none"
    if relations is None:
        if any(relation in counts for relation in default):
            return default
        names = " or ".join(map(repr, default))
        hint = "; pass relations=[...] to follow others" if counts else ""
        raise GraphFileError(path, None, f"has no relation {names}; it has: {there}{hint}")
    for name in relations:
        if name not in counts:
            close = get_close_matches(name, counts, n=1)
            hint = f" (did you mean {close[0]!r}?)" if close else ""
            raise GraphFileError(path, None, f"has no relation {name!r}{hint}; it has: {there}")
    return relations
