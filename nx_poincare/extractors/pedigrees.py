"""Columns of a table that name both parents of a node: father and mother, sire and dam, parent 1 and parent 2."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple

from nx_poincare.extractors.column_vocabulary import IDENTITY
from nx_poincare.extractors.column_words import role_of

__all__ = ["PedigreeColumns", "pedigree_columns"]

_PAIRS = (
    "father mother", "dad mom", "dad mum", "sire dam", "pat mat", "paternal maternal", "vater mutter", "pere mere",
    "padre madre", "pai mae", "parentone parenttwo", "firstparent secondparent", "parenta parentb",
)  # fmt: skip
_NUMBERED = re.compile("parent([1-9])")
_KIND = "(?:id|ids|identifier|key|name|code|no|nr|number|uid|uuid|iri|uri)"
_INDIVIDUALS = ("individual", "animal", "iid", "ego", "indiv", "ind", "progeny", "accession")
_NO_CHILD = re.compile("fid|fam|famid|family|familyid|pedigree|pedid|ped|pedno|sex|gender|birth.*|born|death.*|year.*")
_UNKNOWN = 4


class PedigreeColumns(NamedTuple):
    """Places of the columns of a pedigree.

    Attributes
    ----------
    parents : tuple of int
        Two or more.
    children : tuple of int
        Columns that may name the child, the likeliest first: those that are called so, else all others.
    """

    parents: tuple[int, ...]
    children: tuple[int, ...]


def pedigree_columns(names: Sequence[Any]) -> PedigreeColumns | None:
    """The columns of a pedigree by their names; None unless two name parents, and there is another.

    Examples
    --------
    >>> pedigree_columns(["id", "sex", "father_id", "mother_id"])
    PedigreeColumns(parents=(2, 3), children=(0,))
    >>> pedigree_columns(["id", "parent"]) is None
    True
    """
    words = [_squeezed(str(name)) for name in names]
    found = _parents(words)
    if found is None:
        return None
    parents, kind = found
    others = [place for place, word in enumerate(words) if place not in parents and word]
    ranks = {place: _rank(str(names[place]), words[place], kind) for place in others}
    named = [place for place in others if ranks[place] < _UNKNOWN] or [
        place for place in others if ranks[place] == _UNKNOWN
    ]
    children = sorted(named, key=lambda place: (ranks[place], place))
    return PedigreeColumns(parents, tuple(children)) if children else None


def _rank(name: str, word: str, kind: str) -> int:
    """How likely a column names the child: 0 is likely, and more than `_UNKNOWN` is impossible."""
    if kind and word == kind:
        return 0
    if role_of(name) == "below" or word in _INDIVIDUALS:
        return 1
    if re.fullmatch(f"(?:{'|'.join(_INDIVIDUALS)}|child){_KIND}", word):
        return 1
    if word in IDENTITY:
        return 2
    if _NO_CHILD.fullmatch(word) or role_of(name) == "above":
        return _UNKNOWN + 1
    return _UNKNOWN


def _parents(words: Sequence[str]) -> tuple[tuple[int, ...], str] | None:
    """Places of columns of parents, and what kind of name they hold as the columns say it, such as id."""
    for kind in dict.fromkeys(_kind_of(word) for word in words):
        stems = {_stem_of(word, kind): place for place, word in enumerate(words) if _kind_of(word) == kind}
        for pair in _PAIRS:
            first, second = pair.split()
            if first in stems and second in stems:
                return (stems[first], stems[second]), kind
        numbered = {int(found[1]): place for stem, place in stems.items() if (found := _NUMBERED.fullmatch(stem))}
        if len(numbered) > 1 and set(numbered) == set(range(1, len(numbered) + 1)):
            return tuple(numbered[number] for number in sorted(numbered)), kind
    return None


def _kind_of(word: str) -> str:
    found = re.fullmatch(f".+?({_KIND})", word) or re.fullmatch(f"({_KIND}).+", word)
    return found[1] if found else ""


def _stem_of(word: str, kind: str) -> str:
    return word.removesuffix(kind) if word.endswith(kind) else word.removeprefix(kind)


def _squeezed(name: str) -> str:
    """Letters and digits alone, in lower case, without accents."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "", plain.lower())
