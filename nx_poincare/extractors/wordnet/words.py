"""What WordNet says of synsets in words: definitions and examples, and lemmas in many languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nx_poincare.extractors.wordnet.database import named_lines
from nx_poincare.extractors.wordnet.installed import (
    installed_reader,
    open_installed_corpus,
    open_multilingual_corpus,
    read_by_either_route,
)

__all__ = ["read_glosses", "read_lemmas"]


def read_glosses(pos: str, reader: Any = None, corpus: str = "wordnet") -> dict[str, str]:
    """What WordNet says of each synset, definition and example sentences, by name; options as of `read_corpus`.

    Raises
    ------
    LookupError
        If the corpus is not installed.
    """
    return read_by_either_route(
        lambda files: _glosses_in_database(files, pos),
        lambda objects: _glosses_of_objects(objects, pos),
        reader,
        corpus,
    )


def _glosses_in_database(files: Any, pos: str) -> dict[str, str]:
    return {name: line.partition("| ")[2].strip() for name, line in named_lines(files, pos)}


def _glosses_of_objects(reader: Any, pos: str) -> dict[str, str]:
    return {synset.name(): "; ".join([synset.definition(), *map('"{}"'.format, synset.examples())])
            for synset in reader.all_synsets(pos)}  # fmt: skip


def read_lemmas(
    names: Iterable[str], languages: Iterable[str], reader: Any = None, corpus: str = "wordnet"
) -> dict[str, dict[str, list[str]]]:
    """Words for each synset by language and name, from the Open Multilingual Wordnet; options as of `read_corpus`.

    Raises
    ------
    LookupError
        If a corpus is not installed.
    ValueError
        If a language is not there; the message has those that are.
    """
    from nltk.corpus.reader.wordnet import WordNetError

    wanted = list(languages)
    if reader is None:
        open_installed_corpus(corpus)
        reader = installed_reader(corpus, open_multilingual_corpus() if set(wanted) - {"eng"} else None)
    synsets = {name: reader.synset(name) for name in names}
    found = {}
    for language in wanted:
        try:
            found[language] = {
                name: [lemma.replace("_", " ") for lemma in synset.lemma_names(language)]
                for name, synset in synsets.items()
            }
        except WordNetError as error:
            known = ", ".join(sorted(reader.langs()))
            raise ValueError(f"language {language!r} is not among those of the corpus: {known}") from error
    return found
