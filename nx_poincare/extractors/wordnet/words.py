"""What WordNet says of synsets in words: definitions and examples, and lemmas in many languages."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from nx_poincare.extractors.wordnet.database import read_database, synset_lines
from nx_poincare.extractors.wordnet.installed import (
    installed_reader,
    open_installed_corpus,
    open_multilingual_corpus,
)

__all__ = ["read_glosses", "read_lemmas"]

_logger = logging.getLogger(__name__)


def read_glosses(pos: str, reader: Any = None, corpus: str = "wordnet") -> dict[str, str]:
    """What WordNet says of each synset, definition and example sentences, by name; options as of `read_corpus`.

    Raises
    ------
    LookupError
        If the corpus is not installed.
    """
    files = open_installed_corpus(corpus) if reader is None else reader
    if callable(getattr(files, "open", None)):
        try:
            names = read_database(files, pos).names
            lines = list(synset_lines(files, pos))
        except (OSError, ValueError) as error:
            _logger.info("reading glosses synset by synset: %s", error)
        else:
            glosses = (line.partition("| ")[2].strip() for _, line in lines)
            return dict(zip(names, glosses, strict=True))
    objects = installed_reader(corpus) if reader is None else reader
    return {synset.name(): "; ".join([synset.definition(), *map('"{}"'.format, synset.examples())])
            for synset in objects.all_synsets(pos)}  # fmt: skip


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
