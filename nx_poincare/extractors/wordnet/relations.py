"""What WordNet knows of synsets beside their hypernyms: antonyms, parts, and wholes that they are parts of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nx_poincare.extractors.wordnet.database import named_lines, pointers_of
from nx_poincare.extractors.wordnet.installed import read_by_either_route

__all__ = ["RELATIONS", "read_relations"]

RELATIONS = {"!": "antonyms", "%p": "part_meronyms", "#p": "part_holonyms"}  # by the symbols of wninput(5WN)


def read_relations(pos: str, reader: Any = None, corpus: str = "wordnet") -> dict[str, dict[str, list[str]]]:
    """Of each relation the synsets that each synset has it with, all by name, sorted; options as of `read_corpus`.

    Antonyms are of words in WordNet; here the synsets of these words. Synsets of other parts of speech are left out.

    Raises
    ------
    LookupError
        If the corpus is not installed.
    """
    return read_by_either_route(
        lambda files: _by_name(_in_database(files, pos)),
        lambda objects: _by_name(_of_objects(objects, pos)),
        reader,
        corpus,
    )


def _by_name(found: Iterator[tuple[str, str, str]]) -> dict[str, dict[str, list[str]]]:
    """From triples of relation, synset and the synset that it has it with."""
    related: dict[str, dict[str, set[str]]] = {relation: {} for relation in RELATIONS.values()}
    for relation, name, other in found:
        related[relation].setdefault(name, set()).add(other)
    return {
        relation: {name: sorted(others) for name, others in by_name.items()} for relation, by_name in related.items()
    }


def _in_database(files: Any, pos: str) -> Iterator[tuple[str, str, str]]:
    lines = named_lines(files, pos)
    names = {line[:8]: name for name, line in lines}
    for name, line in lines:
        fields = line[: line.index("|")].split()
        for symbol, target, target_pos, _ in pointers_of(fields):
            if symbol in RELATIONS and target_pos == pos and target in names:
                yield RELATIONS[symbol], name, names[target]


def _of_objects(reader: Any, pos: str) -> Iterator[tuple[str, str, str]]:
    for synset in reader.all_synsets(pos):
        opposites = [opposite.synset() for lemma in synset.lemmas() for opposite in lemma.antonyms()]
        found = {
            "antonyms": opposites,
            "part_meronyms": synset.part_meronyms(),
            "part_holonyms": synset.part_holonyms(),
        }
        for relation, others in found.items():
            yield from ((relation, synset.name(), other.name()) for other in others if other.pos() == pos)
