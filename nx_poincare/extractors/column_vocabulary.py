"""Words for what is above and below, and for kinds of names, in the names of columns: lower case, no accents."""

from __future__ import annotations

__all__ = [
    "ABOVE",
    "ABOVE_PHRASES",
    "BELOW",
    "BELOW_PHRASES",
    "CHILD_FIRST",
    "FAR_ENDS",
    "IDENTITY",
    "IN_ANY_ORDER",
    "MAIL",
    "PAIRS",
    "PARENT_FIRST",
    "STATED",
    "THIRD_WEIGHTS",
    "WEAK",
    "WEIGHTS",
]

STATED = frozenset(  # parent first, or without a word for what is above
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
ABOVE = frozenset((
    "parent", "parents", "mother", "father", "sire", "dad", "mom", "mum",
    "ancestor", "ancestors", "hypernym", "hypernyms", "hyperonym",
    "superclass", "superclasses", "supertype", "supercategory", "superset", "superordinate", "superior",
    "superregion", "superproperty", "supertopic", "supergroup", "superconcept", "super", "broader", "broad",
    "upper", "higher", "above", "boss", "manager", "mgr", "supervisor", "head", "chief", "leader", "lead",
    "container", "containing", "whole", "holonym", "base", "baseclass", "employer", "advisor", "adviser",
    "mentor", "teacher", "uplink", "upline", "sponsor", "predecessor", "eltern", "elternteil", "elter",
    "mutter", "vater", "oberbegriff", "oberklasse", "vorgesetzter", "vorgesetzte", "chef", "leiter", "pere",
    "mere", "ancetre", "superieur", "padre", "madre", "jefe", "genitore", "capo", "pai", "mae", "chefe",
    "ouder", "baas", "родитель", "предок", "начальник", "父", "父节点", "上级", "親", "親ノード", "上司",
))  # fmt: skip
BELOW = frozenset((
    "child", "children", "kid", "son", "daughter", "descendant", "descendants", "descendent", "hyponym",
    "hyponyms", "subclass", "subclasses", "subtype", "subcategory", "subset", "subordinate", "subregion",
    "subproperty", "subtopic", "subgroup", "subconcept", "sub", "narrower", "narrow", "lower", "below",
    "employee", "emp", "subordinates", "report", "reportee", "staff", "worker", "contained", "part",
    "component", "meronym", "derived", "derivedclass", "offspring", "subsidiary", "student", "pupil",
    "mentee", "advisee", "successor", "kinder", "unterbegriff", "unterklasse", "mitarbeiter",
    "mitarbeiterin", "untergebener", "enfant", "enfants", "fils", "subordonne", "employe", "hijo", "hija",
    "empleado", "subordinado", "figlio", "dipendente", "filho", "funcionario", "medewerker", "потомок",
    "ребенок", "подчиненный", "сотрудник", "子", "子节点", "下级", "子ノード", "部下",
))  # fmt: skip
WEAK = frozenset((  # may be meant otherwise beside a better word
    "head", "chief", "leader", "lead", "base", "upper", "higher", "above", "container", "whole", "sponsor", "teacher",
    "mentor", "super", "broad", "chef", "part", "component", "contained", "report", "staff", "worker", "derived",
    "lower", "below", "narrow", "sub", "son", "fils", "student", "pupil", "emp",
))  # fmt: skip
ABOVE_PHRASES = (
    "reports to", "reporting to", "managed by", "supervised by", "led by", "belongs to", "is a", "part of",
    "child of", "son of", "daughter of", "subclass of", "subtype of", "subset of", "subordinate of", "member of",
    "kind of", "type of", "instance of", "hyponym of", "meronym of", "descendant of", "narrower than",
    "narrower of", "derived from", "inherits from", "inherits", "extends", "contained in", "located in",
    "has parent", "has broader", "broader term", "superior to",
)  # fmt: skip
BELOW_PHRASES = (
    "parent of", "ancestor of", "hypernym of", "superclass of", "manager of", "boss of", "head of", "supervisor of",
    "manages", "leads", "contains", "has part", "has child", "has subclass", "has narrower", "broader than",
    "broader of", "narrower term", "includes", "direct report",
)  # fmt: skip
PAIRS = (  # without a word for what is above: edges lead from the first to the second
    "source target", "src dst", "src tgt", "src dest", "src target", "source dest", "source destination", "source sink",
    "origin destination", "from to", "start end", "begin end", "subject object", "entity1 entity2", "node1 node2",
    "node 1 node 2", "vertex1 vertex2", "term1 term2", "name1 name2", "nodea nodeb", "node a node b",
)  # fmt: skip
PARENT_FIRST = (
    "eltern kind",
    "elternteil kind",
    "mutter kind",
    "vater kind",
    "ouder kind",
)  # "kind" is a word for type too
IN_ANY_ORDER = ("head tail",)  # an arc leads from its tail to its head, a triple from head to tail
CHILD_FIRST = ("id1 id2", "id 1 id 2")  # the closures that come with the papers
IDENTITY = (
    "id", "ids", "identifier", "key", "pk", "fk", "ref", "code", "no", "nr", "num", "number", "uid", "uuid", "guid",
    "oid", "uri", "iri", "curie", "name", "node", "term", "label", "title", "concept", "class", "category", "taxon",
    "tax", "taxid", "taxonid", "usage", "synset", "word", "entity", "item", "element", "object", "person", "member",
    "self", "type", "topic", "tag", "unit", "org", "department", "team", "company", "folder", "file", "page",
    "path", "region", "place", "location", "account", "group", "species", "gene", "product", "full", "first",
    "last", "nombre", "nom", "nome", "naam", "bezeichnung", "nummer",
)  # fmt: skip
MAIL = frozenset({"email", "mail", "upn", "login", "username"})  # a name that only a column of its like joins
FAR_ENDS = frozenset({"weight", "count", "date", "age", "score", "value", "size", "level", "depth", "rank"})
WEIGHTS = ("weight", "weights")
THIRD_WEIGHTS = frozenset({"weight", "value", "score", "count"})
