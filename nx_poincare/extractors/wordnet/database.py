"""The files of a WordNet database, ``data.noun`` and ``index.noun`` for instance -> names and edges (wndb(5WN))."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from nx_poincare.extractors.wordnet.snapshot import SynsetTable

__all__ = ["FILE_SUFFIX_OF", "CorpusFiles", "named_lines", "pointers_of", "read_database"]

_OFFSET = re.compile(r"(?<= )[0-9]{8}(?= |$)", re.MULTILINE)
FILE_SUFFIX_OF = {"n": "noun", "v": "verb"}


class CorpusFiles(Protocol):
    """Whatever opens the files of a WordNet database by name, as NLTK's readers do."""

    def open(self, file: str) -> Any:
        """Open a file for reading as text; the result is a context manager."""


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
    index = _text_of(files, f"index.{FILE_SUFFIX_OF[pos]}")
    return _table_of(pos, index, _synset_lines(files, pos))


def named_lines(files: CorpusFiles, pos: str) -> list[tuple[str, str]]:
    """The name of each synset, and its line in the data file; raises as `read_database` does."""
    index = _text_of(files, f"index.{FILE_SUFFIX_OF[pos]}")
    lines = list(_synset_lines(files, pos))
    return list(zip(_table_of(pos, index, lines).names, (line for _, line in lines), strict=True))


def _table_of(pos: str, index: str, numbered_lines: Iterable[tuple[int, str]]) -> SynsetTable:
    """The table of the lines of a data file, with their numbers, and the text of the index file."""
    suffix, senses = FILE_SUFFIX_OF[pos], _index_lines(index)
    offsets: list[str] = []
    names: list[str] = []
    parents: list[str] = []
    children: list[str] = []
    is_instance: list[bool] = []
    lines: list[int] = []
    for number, line in numbered_lines:
        try:
            offset, name, hyponyms = _entry(line, pos, senses)
        except KeyError as error:
            raise ValueError(f"data.{suffix}, line {number}: index.{suffix} has no lemma {error!s:.80}") from error
        except (ValueError, IndexError) as error:
            raise ValueError(f"data.{suffix}, line {number}: not as in WordNet's files ({error!s:.200})") from error
        offsets.append(offset)
        names.append(name)
        for target, instance in hyponyms:
            parents.append(offset)
            children.append(target)
            is_instance.append(instance)
            lines.append(number)
    if not names:
        raise ValueError(f"data.{suffix} holds no synset")
    missing = sorted(set(_OFFSET.findall(index)).difference(offsets))
    if missing:
        raise ValueError(
            f"data.{suffix} lacks {len(missing):,} synsets that index.{suffix} lists, {missing[0]:.80} first"
        )
    known = set(offsets)
    for number, target in zip(lines, children, strict=True):
        if target not in known:
            problem = f"an edge leads to {target!r:.80}, which is not among the synsets; is the file cut off?"
            raise ValueError(f"data.{suffix}, line {number}: {problem}")
    return SynsetTable.from_pairs(names, offsets, parents, children, is_instance)


def pointers_of(fields: Sequence[str]) -> Iterator[tuple[str, str, str, str]]:
    """Symbol, target, its part of speech, and words of each pointer, of the words of a line before its gloss."""
    # Lemmas and their ids come in pairs, pointers in fours after their count.
    pointers = iter(fields[5 + 2 * int(fields[3], 16) :])
    return zip(pointers, pointers, pointers, pointers, strict=False)


def _synset_lines(files: CorpusFiles, pos: str) -> Iterator[tuple[int, str]]:
    """Each line of the data file that holds a synset, with its number, which counts from 1."""
    for number, line in enumerate(_text_of(files, f"data.{FILE_SUFFIX_OF[pos]}").split("\n"), start=1):
        if line and line[0] != " ":  # the licence stands above, each line indented
            yield number, line


def _text_of(files: CorpusFiles, name: str) -> str:
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
    return (
        offset,
        name,
        [
            (target, symbol == "~i")
            for symbol, target, target_pos, words in pointers_of(fields)
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
