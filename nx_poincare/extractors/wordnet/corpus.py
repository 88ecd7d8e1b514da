"""NLTK's WordNet -> names and edges, by two routes that give the same table.

The short route parses the text of the database, the other asks the reader for one synset object after the other. The
second is slower by an order of magnitude; it serves readers that keep their synsets elsewhere, and the tests as an
oracle.
"""

from __future__ import annotations

import logging
from typing import Any

import numpy as np

from nx_poincare.extractors.wordnet.database import read_database
from nx_poincare.extractors.wordnet.installed import open_installed_corpus
from nx_poincare.extractors.wordnet.snapshot import SynsetTable

__all__ = ["read_corpus", "read_synsets"]

_logger = logging.getLogger(__name__)

_DAMAGED_CORPUS = (
    "{folder}{problem}: the WordNet corpus is damaged; fetch it again with\n\n"
    "    python -m nltk.downloader --force {name}\n\n"
    "or pass source='bundled' to read the snapshot of WordNet 3.0 that comes with nx_poincare"
)


def read_corpus(pos: str, reader: Any = None, corpus: str = "wordnet") -> SynsetTable:
    """Read the synsets of a part of speech from NLTK, by the short route where it applies.

    Parameters
    ----------
    pos : {"n", "v"}
        Nouns or verbs.
    reader : nltk.corpus.reader.WordNetCorpusReader, optional
        Default: the corpus that NLTK finds in its data folders.
    corpus : str, default "wordnet"
        What that corpus is called there.

    Raises
    ------
    LookupError
        If the corpus is not installed.
    OSError
        If a file of it is missing or damaged; the message names the file.
    TypeError
        If ``reader`` offers neither route.
    """
    files = open_installed_corpus(corpus) if reader is None else reader
    has_objects = reader is None or callable(getattr(reader, "all_synsets", None))
    if not callable(getattr(files, "open", None)):
        reason = "it opens no files"
    else:
        try:
            return read_database(files, pos)
        except OSError as error:
            if reader is None:
                raise
            reason = str(error)
        except ValueError as error:
            if has_objects:
                raise OSError(_DAMAGED_CORPUS.format(folder=_folder_of(files), problem=error, name=corpus)) from error
            reason = str(error)
    if not has_objects:
        raise TypeError(
            f"reader must be an NLTK WordNetCorpusReader, not {type(reader).__name__}: {reason}, "
            "and it has no all_synsets()"
        )
    _logger.info("reading synset by synset, which takes longer: %s", reason)
    return read_synsets(reader, pos)


def _folder_of(files: Any) -> str:
    """Where the files of a corpus lie, as the start of a path."""
    root = getattr(files, "root", None)
    return "" if root is None else f"{str(root).rstrip('/')}/"


def read_synsets(reader: Any, pos: str) -> SynsetTable:
    """Ask an NLTK reader for every synset, its hyponyms and its instance hyponyms.

    Parameters
    ----------
    reader : nltk.corpus.reader.WordNetCorpusReader
        Needs ``all_synsets(pos)`` and synsets with ``name``, ``pos``, ``offset``,
        ``hyponyms`` and ``instance_hyponyms``.
    pos : {"n", "v"}
        Nouns or verbs.

    Returns
    -------
    SynsetTable
        Sorted by offset: NLTK's own order of hyponyms changes with ``PYTHONHASHSEED``.
    """
    synsets = sorted(reader.all_synsets(pos), key=lambda synset: (synset.offset(), synset.name()))
    names = [synset.name() for synset in synsets]
    pairs = [
        (parent, child.name(), instance)
        for parent, synset in zip(names, synsets, strict=True)
        for instance, found in ((False, synset.hyponyms()), (True, synset.instance_hyponyms()))
        for child in found
        if child.pos() == pos
    ]
    parents, children, is_instance = zip(*pairs, strict=True) if pairs else ((), (), ())
    return SynsetTable.from_pairs(names, names, parents, children, np.array(is_instance, dtype=np.bool_))
