"""The corpora of WordNet and its words in other languages that NLTK finds in its data folders."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from typing import Any, TypeVar
from zipfile import BadZipFile

from nx_poincare.extractors.wordnet.database import FILE_SUFFIX_OF

__all__ = [
    "MULTILINGUAL",
    "installed_reader",
    "open_installed_corpus",
    "open_multilingual_corpus",
    "read_by_either_route",
]

_logger = logging.getLogger(__name__)
_Read = TypeVar("_Read")

MULTILINGUAL = ("omw-1.4", "omw-2.0", "omw")  # names of the Open Multilingual Wordnet in NLTK
_MISSING_CORPUS = (
    "NLTK finds no WordNet corpus {name!r} in its data folders; fetch it once with\n\n"
    "    python -m nltk.downloader {name}\n\n"
    "or pass source='bundled' to read the snapshot of WordNet 3.0 that comes with nx_poincare"
)


def open_installed_corpus(corpus: str = "wordnet") -> Any:
    """Give access to the files of the WordNet corpus in NLTK's data folders, or in a zip there.

    `nltk.corpus.wordnet` would first index all four parts of speech, which takes longer than
    all that is read here.

    Raises
    ------
    LookupError
        If it is not installed; the message says how to mend that.
    OSError
        If it is damaged.
    """
    from nltk.corpus import LazyCorpusLoader
    from nltk.corpus.reader import CorpusReader

    names = [f"{kind}.{suffix}" for kind in ("data", "index") for suffix in FILE_SUFFIX_OF.values()]
    files = LazyCorpusLoader(corpus, CorpusReader, names, encoding="utf8")
    try:
        files.ensure_loaded()
    except LookupError as error:
        raise LookupError(_MISSING_CORPUS.format(name=corpus)) from error
    except BadZipFile as error:
        raise OSError(
            f"the zip of NLTK's corpus {corpus!r} is damaged; fetch it again with\n\n"
            f"    python -m nltk.downloader --force {corpus}"
        ) from error
    return files


def open_multilingual_corpus() -> Any:
    """Give access to the files of the Open Multilingual Wordnet in NLTK's data folders, or in a zip there.

    Raises
    ------
    LookupError
        If it is not installed; the message says how to mend that.
    """
    from nltk.corpus import LazyCorpusLoader
    from nltk.corpus.reader import CorpusReader

    for name in MULTILINGUAL:
        files = LazyCorpusLoader(name, CorpusReader, r".*/wn-data-.*\.tab", encoding="utf8")
        try:
            files.ensure_loaded()
        except LookupError:
            continue
        return files
    raise LookupError(
        "NLTK finds no words of other languages in its data folders; fetch the Open Multilingual Wordnet once with\n\n"
        f"    python -m nltk.downloader {MULTILINGUAL[0]}"
    )


def installed_reader(corpus: str, multilingual: Any = None) -> Any:
    """NLTK's own reader of an installed corpus."""
    from nltk.corpus import LazyCorpusLoader
    from nltk.corpus.reader import WordNetCorpusReader

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The multilingual functions are not available")
        loader = LazyCorpusLoader(corpus, WordNetCorpusReader, multilingual)
        loader.ensure_loaded()
    return loader


def read_by_either_route(
    from_files: Callable[[Any], _Read], from_objects: Callable[[Any], _Read], reader: Any, corpus: str
) -> _Read:
    """What a function reads in the files of a database, or where that fails another in NLTK's objects, which is slower.

    Parameters
    ----------
    from_files, from_objects : callable
        Take what opens files, and an NLTK reader.
    reader, corpus
        As of `nx_poincare.extractors.wordnet.corpus.read_corpus`.
    """
    files = open_installed_corpus(corpus) if reader is None else reader
    if callable(getattr(files, "open", None)):
        try:
            return from_files(files)
        except (OSError, ValueError) as error:
            _logger.info("reading synset by synset: %s", error)
    return from_objects(installed_reader(corpus) if reader is None else reader)
