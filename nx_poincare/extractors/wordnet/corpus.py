"""NLTK's WordNet -> names and edges, by two routes that give the same table.

The short route parses the text of ``data.noun`` and ``index.noun`` (format: wndb(5WN)), the
other asks the reader for one synset object after the other. The second is slower by an order of
magnitude; it serves readers that keep their synsets elsewhere, and the tests as an oracle.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterable, Sequence
from typing import Any, Protocol
from zipfile import BadZipFile

import numpy as np

from nx_poincare.extractors.wordnet.snapshot import SynsetTable

__all__ = [
    "FILE_SUFFIX_OF",
    "MULTILINGUAL",
    "installed_reader",
    "open_installed_corpus",
    "open_multilingual_corpus",
    "read_corpus",
    "read_database",
    "read_glosses",
    "read_lemmas",
    "read_synsets",
    "text_of",
]

_logger = logging.getLogger(__name__)

_OFFSET = re.compile(r"(?<= )[0-9]{8}(?= |$)", re.MULTILINE)
FILE_SUFFIX_OF = {"n": "noun", "v": "verb"}
_MISSING_CORPUS = (
    "NLTK finds no WordNet corpus {name!r} in its data folders; fetch it once with\n\n"
    "    python -m nltk.downloader {name}\n\n"
    "or pass source='bundled' to read the snapshot of WordNet 3.0 that comes with nx_poincare"
)
_DAMAGED_CORPUS = (
    "{folder}{problem}: the WordNet corpus is damaged; fetch it again with\n\n"
    "    python -m nltk.downloader --force {name}\n\n"
    "or pass source='bundled' to read the snapshot of WordNet 3.0 that comes with nx_poincare"
)
MULTILINGUAL = ("omw-1.4", "omw-2.0", "omw")  # names of the Open Multilingual Wordnet in NLTK


class CorpusFiles(Protocol):
    """Whatever opens the files of a WordNet database by name, as NLTK's readers do."""

    def open(self, file: str) -> Any:
        """Open a file for reading as text; the result is a context manager."""


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


def read_database(files: CorpusFiles, pos: str) -> SynsetTable:
    """Parse the database files of a part of speech.

    Parameters
    ----------
    files : object with ``open(name)``
        An NLTK corpus reader, or anything that opens ``data.noun`` and ``index.noun``
        (``data.verb`` and ``index.verb``).
    pos : {"n", "v"}
        Nouns or verbs.

    Returns
    -------
    SynsetTable
        In the order of the data file.

    Raises
    ------
    OSError
        If a file is missing.
    ValueError
        If a line is not in the format; the message gives its number. If a file is cut off or holds a NUL byte.
    """
    suffix = FILE_SUFFIX_OF[pos]
    index = text_of(files, f"index.{suffix}")
    senses = _index_lines(index)
    offsets: list[str] = []
    names: list[str] = []
    parents: list[str] = []
    children: list[str] = []
    is_instance: list[bool] = []
    for number, line in enumerate(text_of(files, f"data.{suffix}").split("\n"), start=1):
        if not line or line[0] == " ":  # the licence stands above, each line indented
            continue
        try:
            offset, name, hyponyms = _entry(line, pos, senses)
        except KeyError as error:
            raise ValueError(f"data.{suffix}, line {number}: index.{suffix} has no lemma {error}") from error
        except (ValueError, IndexError) as error:
            raise ValueError(f"data.{suffix}, line {number}: not as in WordNet's files ({error})") from error
        offsets.append(offset)
        names.append(name)
        for target, instance in hyponyms:
            parents.append(offset)
            children.append(target)
            is_instance.append(instance)
    if not names:
        raise ValueError(f"data.{suffix} holds no synset")
    missing = sorted(set(_OFFSET.findall(index)).difference(offsets))
    if missing:
        raise ValueError(f"data.{suffix} lacks {len(missing):,} synsets that index.{suffix} lists, {missing[0]} first")
    return SynsetTable.from_pairs(names, offsets, parents, children, is_instance)


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
            lines = text_of(files, f"data.{FILE_SUFFIX_OF[pos]}").split("\n")
        except (OSError, ValueError) as error:
            _logger.info("reading glosses synset by synset: %s", error)
        else:
            glosses = (line.partition("| ")[2].strip() for line in lines if line and line[0] != " ")
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


def text_of(files: CorpusFiles, name: str) -> str:
    """The whole text of a database file."""
    try:
        with files.open(name) as file:
            content = file.read()
        text: str = content if isinstance(content, str) else content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{name} is not UTF-8: {error}") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ValueError(f"{name}, line {line}: holds a NUL byte")
    return text


def _entry(line: str, pos: str, senses: dict[str, str]) -> tuple[str, str, Sequence[tuple[str, bool]]]:
    """Offset, name and hyponyms (offset, whether an instance) from a line of a data file."""
    head = line[: line.index("|")]
    fields = head.split()
    offset, lemma = fields[0], fields[4].lower()
    listed = senses[lemma].split()
    name = f"{lemma}.{pos}.{listed[-int(listed[1]) :].index(offset) + 1:02d}"
    if " ~" not in head:
        return offset, name, ()
    # lemmas and their ids come in pairs, pointers in fours after their count
    pointers = fields[5 + 2 * int(fields[3], 16) :]
    return (
        offset,
        name,
        [
            (target, symbol == "~i")
            for symbol, target, target_pos, words in zip(*[iter(pointers)] * 4, strict=False)
            if symbol in ("~", "~i") and target_pos == pos and words == "0000"
        ],
    )


def _index_lines(text: str) -> dict[str, str]:
    """What an index file says of each lemma: part of speech, count, ..., that many offsets."""
    senses: dict[str, str] = {}
    for line in text.split("\n"):
        lemma, _, rest = line.partition(" ")
        senses[lemma] = rest
    return senses
