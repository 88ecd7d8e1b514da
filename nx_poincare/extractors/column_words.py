"""Words that name the columns of a table of edges: which of them is above, which below.

A name is split into words at capitals, spaces and signs: ``parentId``, ``PARENT_ID`` and ``Parent id`` are the same.
One of the words says the role of the column (parent, manager, broader, ...), what is left of them what kind of name it
holds (``id``, ``name``); that must agree on both sides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

from nx_poincare.extractors.column_vocabulary import (
    ABOVE,
    ABOVE_PHRASES,
    BELOW,
    BELOW_PHRASES,
    CHILD_FIRST,
    FAR_ENDS,
    IDENTITY,
    IN_ANY_ORDER,
    MAIL,
    PAIRS,
    PARENT_FIRST,
    STATED,
    THIRD_WEIGHTS,
    WEAK,
    WEIGHTS,
)

__all__ = ["EdgeColumns", "Role", "column_above", "columns_by_their_words", "role_of", "weight_column"]

Role: TypeAlias = Literal["above", "below"]


class EdgeColumns(NamedTuple):
    """Places of the columns of a table that hold edges.

    Attributes
    ----------
    source, target : int
        Edges lead from the one to the other: from what is above to what is below, where the words say which.
    above : {"source", "target"} or None
        Which of them is known to hold what is above.
    is_plain : bool
        Whether a stated rule names these words, and they stand in the order of the rule.
    others : tuple of int
        Columns that name the same nodes as well as the one of ``below`` that was taken.
    """

    source: int
    target: int
    above: Literal["source", "target"] | None = None
    is_plain: bool = False
    others: tuple[int, ...] = ()


_SENSE = re.compile(r"\.[nvasr]\.\d\d")
_VOCABULARIES = frozenset({"rdf", "rdfs", "owl", "skos", "obo"})  # before a colon
_LONGEST_NAME = 200  # of a column, in letters
_MOST_OF_A_ROLE = 100  # columns that are looked at in pairs
_ENDS = frozenset({"source", "target", "weight"})
_GLUED = re.compile(r"(.+?)(identifier|id|ids|name|code|key|uri|iri|no|nr|class|node|term|label)")


class _Named(NamedTuple):
    """A column by its place, the words of its name beside the one for its role, and whether that is one of the weak."""

    place: int
    rest: tuple[str, ...]
    is_weak: bool = False


def columns_by_their_words(names: Sequence[str]) -> EdgeColumns | None:
    """The columns of edges in a table, by the names of its columns; None where these do not say it.

    Examples
    --------
    >>> columns_by_their_words(["Child Name", "weight", "Parent Name"])
    EdgeColumns(source=2, target=0, above='source', is_plain=False, others=())
    >>> columns_by_their_words(["id", "parentId"])
    EdgeColumns(source=1, target=0, above='source', is_plain=False, others=())
    >>> columns_by_their_words(["dog", "parent"]) is None
    True
    """
    words = [_words(name) for name in names]
    found = _by_role(words) or _by_prefix(words) or _by_pair(words)
    if found is None and len(names) == 3 and " ".join(words[2]) in THIRD_WEIGHTS:
        return EdgeColumns(0, 1, is_plain=True)
    if found is None:
        return None
    plain = (" ".join(words[found.source]), " ".join(words[found.target])) in STATED
    has_others = len(names) - (1 if weight_column(names) is None else 2) > 1
    return found._replace(is_plain=plain and (found.source, found.target) == (0, 1) and not has_others)


def weight_column(names: Sequence[str]) -> int | None:
    """The column of weights by its name: one called so, or the third of three that is a value, score or count."""
    words = [" ".join(_words(name)) for name in names]
    for place, name in enumerate(words):
        if name in WEIGHTS:
            return place
    return 2 if len(words) == 3 and words[2] in THIRD_WEIGHTS else None


def role_of(name: str) -> Role | None:
    """What the name of a column says of its nodes: they are above, or below those of another column.

    Examples
    --------
    >>> role_of("reportsTo"), role_of("Employee ID"), role_of("weight")
    ('above', 'below', None)
    """
    found = _role_and_rest(_words(name))
    return None if found is None else found[0]


def column_above(first: str, second: str) -> int | None:
    """Which of two columns, 0 or 1, is called what is above; None if their names do not say it.

    Examples
    --------
    >>> column_above("employee", "manager"), column_above("id", "boss"), column_above("a", "b")
    (1, 1, None)
    """
    roles = [role_of(first), role_of(second)]
    if "above" in roles:
        return roles.index("above") if roles.count("above") == 1 else None
    return 1 - roles.index("below") if roles.count("below") == 1 else None


def _words(name: str) -> tuple[str, ...]:
    """Words of a name in lower case, without accents; "sub" and "super" are one word with what follows."""
    if len(name) > _LONGEST_NAME:
        return ()  # a text
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    if _SENSE.search(plain):
        return ()  # a sense of WordNet, as parent.n.01
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain)
    words = re.findall(r"[^\W_]+", spaced.lower())
    joined: list[str] = []
    for word in words:
        if joined and (joined[-1] in ("sub", "super") or (joined[-1], word) == ("e", "mail")):
            joined[-1] += word
        else:
            joined.append(word)
    parts = (_singular(part) for word in joined if word not in _VOCABULARIES for part in _unglued(word))
    return tuple(parts)


def _singular(word: str) -> str:
    """A plural of a word that is known, without its s."""
    one = word[:-1]
    is_known = one in ABOVE or one in BELOW or one in IDENTITY or one in _ENDS
    return one if word.endswith("s") and is_known else word


def _unglued(word: str) -> tuple[str, ...]:
    """``parentid`` as two words."""
    match = None if word in ABOVE or word in BELOW else _GLUED.fullmatch(word)
    return (match[1], match[2]) if match and (match[1] in ABOVE or match[1] in BELOW) else (word,)


def _role_and_rest(words: tuple[str, ...]) -> tuple[Role, tuple[str, ...]] | None:
    for length in range(min(len(words), _LONGEST_PHRASE), 0, -1):
        for first in range(len(words) - length + 1):
            last = first + length
            role = _ROLE_OF_PHRASE.get("".join(words[first:last]))
            if role is not None:
                return role, (*words[:first], *words[last:])
    above = [word for word in words if word in ABOVE]
    below = [word for word in words if word in BELOW]
    if len(above) + len(below) != 1:
        return None
    (word,) = above or below
    rest = tuple(other for other in words if other != word)
    return None if FAR_ENDS.intersection(rest) else ("above" if above else "below", rest)


def _squeezed(phrases: Sequence[str], role: Role) -> dict[str, Role]:
    """The role of each phrase as one word, also with words that have lost their s."""
    return {"".join(form(word) for word in phrase.split()): role for phrase in phrases for form in (str, _singular)}


_ROLE_OF_PHRASE = _squeezed(ABOVE_PHRASES, "above") | _squeezed(BELOW_PHRASES, "below")
_LONGEST_PHRASE = max(map(len, _ROLE_OF_PHRASE))  # letters, hence words


def _by_role(words: Sequence[tuple[str, ...]]) -> EdgeColumns | None:
    """Columns of which at least one says what is above."""
    above: list[_Named] = []
    below: list[_Named] = []
    neither: list[_Named] = []
    for place, own in enumerate(words):
        found = _role_and_rest(own)
        if found is None:
            neither.append(_Named(place, own))
        else:
            is_weak = not WEAK.isdisjoint(own)
            (above if found[0] == "above" else below).append(_Named(place, found[1], is_weak))
    named = sorted((column for column in neither if _is_identity(column.rest) and column.rest), key=_rank)
    above, below = above[:_MOST_OF_A_ROLE], below[:_MOST_OF_A_ROLE]
    pairs = [(a, b) for a in above for b in below if a.rest == b.rest or _is_identity(a.rest + b.rest)]
    if pairs:
        parent, child = min(pairs, key=lambda pair: (pair[0].rest != pair[1].rest, *map(_rank, pair), pair[0].place))
        others = tuple(column.place for column in named) if child.is_weak else ()
        return EdgeColumns(parent.place, child.place, "source", others=others)
    for parent in sorted(above, key=_rank):
        same = [column.place for column in neither if parent.rest and column.rest == parent.rest]
        mails = [column for column in neither if not MAIL.isdisjoint(column.rest)]
        if not MAIL.isdisjoint(parent.rest):
            same = same or [column.place for column in mails if not MAIL.isdisjoint(parent.rest + column.rest)]
            usable: list[_Named] = []
        else:
            usable = named if parent.rest else [*named, *mails]
        if same or usable:
            # ids by ids, names by names
            alike = sorted(usable, key=lambda column: column.rest[-1:] != parent.rest[-1:])
            places = same[:1] or [column.place for column in alike]
            return EdgeColumns(parent.place, places[0], "source", others=tuple(places[1:]))
    if below and not above and len(below) == len(named) == 1 and len(neither) == 1:
        return EdgeColumns(named[0].place, below[0].place, "source")
    return None


def _by_prefix(words: Sequence[tuple[str, ...]]) -> EdgeColumns | None:
    """Columns of which one is called as the other is, with "sub" or "super" before it."""
    places = {"".join(own): place for place, own in enumerate(words)}
    for name, place in places.items():
        if name.startswith("sub") and name[3:] in places:
            return EdgeColumns(places[name[3:]], place, "source")
        if name.startswith("super") and name[5:] in places:
            return EdgeColumns(place, places[name[5:]], "source")
    return None


def _by_pair(words: Sequence[tuple[str, ...]]) -> EdgeColumns | None:
    """Columns that are called the two ends of an edge, perhaps with the same words behind."""
    for pairs, above in ((PAIRS, None), (IN_ANY_ORDER, None), (PARENT_FIRST, "source"), (CHILD_FIRST, "source")):
        for pair in pairs:
            parts = tuple(pair.split())
            first, second = parts[: len(parts) // 2], parts[len(parts) // 2 :]
            rests = {own[len(first) :]: place for place, own in enumerate(words) if own[: len(first)] == first}
            for place, own in enumerate(words):
                rest = own[len(second) :]
                if own[: len(second)] == second and rest in rests and _is_identity(rest):
                    ends = rests[rest], place
                    if pairs is IN_ANY_ORDER:
                        ends = min(ends), max(ends)
                    if pairs is CHILD_FIRST:
                        ends = ends[1], ends[0]
                    return EdgeColumns(*ends, above)  # type: ignore[arg-type]
    return None


def _is_identity(words: tuple[str, ...]) -> bool:
    return all(word in IDENTITY or word.isdigit() for word in words)


def _rank(column: _Named) -> tuple[bool, int]:
    """How good a column is to join tables by, for the words of its name: the lower the better."""
    return column.is_weak, sum(
        1 + (IDENTITY.index(word) if word in IDENTITY else len(IDENTITY)) for word in column.rest
    )
