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


_STATED = frozenset(  # parent first, or without a word for what is above
    tuple(pair.split())
    for pair in (
        "source target",
        "parent child",
        "ancestor descendant",
        "hypernym hyponym",
        "superclass subclass",
        "predecessor successor",
        "from to",
        "src dst",
        "head tail",
        "node1 node2",
    )
)
_ABOVE = frozenset((
    "parent", "parents", "mother", "father", "ancestor", "ancestors", "hypernym", "hypernyms", "hyperonym",
    "superclass", "superclasses", "supertype", "supercategory", "superset", "superordinate", "superior", "superregion",
    "superproperty", "supertopic", "supergroup", "superconcept", "super", "broader", "broad", "upper", "higher",
    "above", "boss", "manager", "mgr", "supervisor", "head", "chief", "leader", "lead", "container", "containing",
    "whole", "holonym", "base", "baseclass", "uplink", "upline", "sponsor", "predecessor", "eltern", "elternteil",
    "elter", "mutter", "vater", "oberbegriff", "oberklasse", "vorgesetzter", "vorgesetzte", "chef", "leiter", "pere",
    "mere", "ancetre", "superieur", "padre", "madre", "jefe", "genitore", "capo", "pai", "mae", "chefe", "ouder",
    "baas", "родитель", "предок", "начальник", "父", "父节点", "上级", "親", "親ノード", "上司",
))  # fmt: skip
_BELOW = frozenset((
    "child", "children", "kid", "son", "daughter", "descendant", "descendants", "descendent", "hyponym", "hyponyms",
    "subclass", "subclasses", "subtype", "subcategory", "subset", "subordinate", "subregion", "subproperty", "subtopic",
    "subgroup", "subconcept", "sub", "narrower", "narrow", "lower", "below", "employee", "emp", "subordinates",
    "report", "reportee", "staff", "worker", "contained", "part", "component", "meronym", "derived", "derivedclass",
    "offspring", "subsidiary", "successor", "kind", "kinder", "unterbegriff", "unterklasse", "mitarbeiter",
    "mitarbeiterin", "untergebener", "enfant", "enfants", "fils", "subordonne", "employe", "hijo", "hija", "empleado",
    "subordinado", "figlio", "dipendente", "filho", "funcionario", "medewerker", "потомок", "ребенок", "подчиненный",
    "сотрудник", "子", "子节点", "下级", "子ノード", "部下",
))  # fmt: skip
_ABOVE_PHRASES = (
    "reports to", "reporting to", "managed by", "supervised by", "led by", "belongs to", "is a", "part of",
    "child of", "son of", "daughter of", "subclass of", "subtype of", "subset of", "subordinate of", "member of",
    "kind of", "type of", "instance of", "hyponym of", "meronym of", "descendant of", "narrower than",
    "narrower of", "derived from", "inherits from", "inherits", "extends", "contained in", "located in",
    "has parent", "has broader", "broader term", "superior to",
)  # fmt: skip
_BELOW_PHRASES = (
    "parent of", "ancestor of", "hypernym of", "superclass of", "manager of", "boss of", "head of", "supervisor of",
    "manages", "leads", "contains", "has part", "has child", "has subclass", "has narrower", "broader than",
    "broader of", "narrower term", "includes", "direct report",
)  # fmt: skip
_ROLE_OF_PHRASE: dict[str, Role] = {
    **{phrase.replace(" ", ""): "above" for phrase in _ABOVE_PHRASES},
    **{phrase.replace(" ", ""): "below" for phrase in _BELOW_PHRASES},
}
_PAIRS = (  # without a word for what is above: edges lead from the first to the second
    "source target", "src dst", "src tgt", "src dest", "src target", "source dest", "source destination", "source sink",
    "origin destination", "from to", "start end", "begin end", "subject object", "entity1 entity2", "node1 node2",
    "node 1 node 2", "vertex1 vertex2", "term1 term2", "name1 name2", "nodea nodeb", "node a node b",
)  # fmt: skip
_IN_ANY_ORDER = ("head tail",)  # an arc leads from its tail to its head, a triple from head to tail
_CHILD_FIRST = ("id1 id2", "id 1 id 2")  # the closures that come with the papers
_IDENTITY = (
    "id", "ids", "identifier", "key", "pk", "fk", "ref", "code", "no", "nr", "num", "number", "uid", "uuid", "guid",
    "oid", "uri", "iri", "curie", "name", "node", "term", "label", "title", "concept", "class", "category", "taxon",
    "tax", "taxid", "taxonid", "usage", "synset", "word", "entity", "item", "element", "object", "person", "member",
    "self", "type", "topic", "tag", "unit", "org", "department", "team", "company", "folder", "file", "page",
    "path", "region", "place", "location", "account", "group", "species", "gene", "product", "full", "first",
    "last", "nombre", "nom", "nome", "naam", "bezeichnung", "nummer",
)  # fmt: skip
_FAR_ENDS = frozenset({"weight", "count", "date", "email", "age", "score", "value", "size", "level", "depth", "rank"})
_WEIGHTS = ("weight", "weights")
_THIRD_WEIGHTS = frozenset({"weight", "value", "score", "count"})
_SENSE = re.compile(r"\.[nvasr]\.\d\d")
_GLUED = re.compile(r"(.+?)(identifier|id|ids|name|code|key|uri|iri|no|nr|class|node|term|label)")


class _Named(NamedTuple):
    place: int
    rest: tuple[str, ...]


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
    if found is None and len(names) == 3 and " ".join(words[2]) in _THIRD_WEIGHTS:
        return EdgeColumns(0, 1, is_plain=True)
    if found is None:
        return None
    plain = (" ".join(words[found.source]), " ".join(words[found.target])) in _STATED
    has_others = len(names) - (1 if weight_column(names) is None else 2) > 1
    return found._replace(is_plain=plain and (found.source, found.target) == (0, 1) and not has_others)


def weight_column(names: Sequence[str]) -> int | None:
    """The column of weights by its name: one called so, or the third of three that is a value, score or count."""
    words = [" ".join(_words(name)) for name in names]
    for place, name in enumerate(words):
        if name in _WEIGHTS:
            return place
    return 2 if len(words) == 3 and words[2] in _THIRD_WEIGHTS else None


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
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    if _SENSE.search(plain):
        return ()  # a sense of WordNet, as parent.n.01
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain)
    words = re.findall(r"[^\W_]+", spaced.lower())
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in ("sub", "super"):
            joined[-1] += word
        else:
            joined.append(word)
    return tuple(part for word in joined for part in _unglued(word))


def _unglued(word: str) -> tuple[str, ...]:
    """``parentid`` as two words."""
    match = None if word in _ABOVE or word in _BELOW else _GLUED.fullmatch(word)
    return (match[1], match[2]) if match and (match[1] in _ABOVE or match[1] in _BELOW) else (word,)


def _role_and_rest(words: tuple[str, ...]) -> tuple[Role, tuple[str, ...]] | None:
    for length in range(len(words), 0, -1):
        role = _ROLE_OF_PHRASE.get("".join(words[:length]))
        if role is not None:
            return role, words[length:]
    above = [word for word in words if word in _ABOVE]
    below = [word for word in words if word in _BELOW]
    if len(above) + len(below) != 1:
        return None
    (word,) = above or below
    rest = tuple(other for other in words if other != word)
    return None if _FAR_ENDS.intersection(rest) else ("above" if above else "below", rest)


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
            (above if found[0] == "above" else below).append(_Named(place, found[1]))
    pairs = [(a, b) for a in above for b in below if a.rest == b.rest or _is_identity(a.rest + b.rest)]
    if pairs:
        best = min(pairs, key=lambda pair: (pair[0].rest != pair[1].rest, *map(_rank, pair), pair[0].place))
        return EdgeColumns(best[0].place, best[1].place, "source")
    named = [column for column in neither if _is_identity(column.rest) and column.rest]
    if above and not below:
        for parent in sorted(above, key=_rank):
            same = [column.place for column in neither if parent.rest and column.rest == parent.rest]
            if same or named:
                places = same[:1] or [column.place for column in sorted(named, key=_rank)]
                return EdgeColumns(parent.place, places[0], "source", others=tuple(places[1:]))

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
    for pairs, above in ((_PAIRS, None), (_IN_ANY_ORDER, None), (_CHILD_FIRST, "source")):
        for pair in pairs:
            parts = tuple(pair.split())
            first, second = parts[: len(parts) // 2], parts[len(parts) // 2 :]
            rests = {own[len(first) :]: place for place, own in enumerate(words) if own[: len(first)] == first}
            for place, own in enumerate(words):
                rest = own[len(second) :]
                if own[: len(second)] == second and rest in rests and _is_identity(rest):
                    ends = rests[rest], place
                    if pairs is _IN_ANY_ORDER:
                        ends = min(ends), max(ends)
                    if pairs is _CHILD_FIRST:
                        ends = ends[1], ends[0]
                    return EdgeColumns(*ends, above)  # type: ignore[arg-type]
    return None


def _is_identity(words: tuple[str, ...]) -> bool:
    return all(word in _IDENTITY or word.isdigit() for word in words)


def _rank(column: _Named) -> int:
    """How good a kind of name is to join tables by: the lower the better."""
    return sum(1 + (_IDENTITY.index(word) if word in _IDENTITY else len(_IDENTITY)) for word in column.rest)
