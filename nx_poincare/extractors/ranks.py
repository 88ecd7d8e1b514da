"""Columns that are the ranks of a hierarchy, such as kingdom, phylum and class: each row is a path down."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nx_poincare.extractors.column_words import columns_by_their_words

__all__ = ["rank_columns"]

_RANKS = (  # of biology, from above
    "domain", "realm", "superkingdom", "kingdom", "subkingdom", "infrakingdom", "superphylum", "phylum", "division",
    "subphylum", "infraphylum", "superclass", "class", "subclass", "infraclass", "superorder", "order", "suborder",
    "infraorder", "parvorder", "superfamily", "family", "subfamily", "tribe", "subtribe", "genus", "subgenus",
    "section", "species", "subspecies", "variety", "form", "strain",
)  # fmt: skip
_PLACES = {name: place for place, name in enumerate(_RANKS)}
_OF_BIOLOGY_ALONE = re.compile(r".*(kingdom|phylum|genus|species)")  # products have families and classes too
_NUMBERED = re.compile(r"(level|lvl|tier|layer|rank|depth|hierarchy|category|l)[ _.-]?(\d{1,2})")
_FEWEST = 2


def rank_columns(names: Sequence[str]) -> list[int] | None:
    """Places of the columns that are ranks, from above; None unless there are two at least.

    Ranks are those of biology, or the same word with different numbers. They may stand in any order, but words that
    others use too, such as family and class, only in that of biology.

    Examples
    --------
    >>> rank_columns(["Phylum", "Class", "Kingdom", "count"]), rank_columns(["level 1", "level 2"])
    ([2, 0, 1], [0, 1])
    >>> rank_columns(["parent", "child"]), rank_columns(["superclass", "subclass"])
    (None, None)
    >>> rank_columns(["Segment", "Family", "Class", "Commodity"])
    """
    words = [str(name).strip().lower() for name in names]
    places = {place: _PLACES[word] for place, word in enumerate(words) if word in _PLACES}
    if not places:
        found = {place: match for place, word in enumerate(words) if (match := _NUMBERED.fullmatch(word))}
        if len({match[1] for match in found.values()}) == 1:
            places = {place: int(match[2]) for place, match in found.items()}
    if len(places) < _FEWEST or len(set(places.values())) < len(places):
        return None
    if len(places) == _FEWEST and columns_by_their_words(words) is not None:  # an edge, as class and superclass
        return None
    ordered = sorted(places, key=places.__getitem__)
    is_of_others = not any(_OF_BIOLOGY_ALONE.match(words[place]) or words[place] not in _PLACES for place in places)
    return None if is_of_others and ordered != sorted(places) else ordered
