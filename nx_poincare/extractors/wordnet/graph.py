"""WordNet -> DiGraph: nouns or verbs, whole or below chosen synsets."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from itertools import compress
from operator import index
from typing import Any, Literal

import networkx as nx
import numpy as np

from nx_poincare.extractors.wordnet.corpus import read_corpus
from nx_poincare.extractors.wordnet.levels import longest_path_levels
from nx_poincare.extractors.wordnet.relations import read_relations
from nx_poincare.extractors.wordnet.snapshot import SNAPSHOT_OF, SynsetTable, load_wordnet_snapshot
from nx_poincare.extractors.wordnet.words import read_glosses, read_lemmas
from nx_poincare.utils.arrays import BoolArray, IntArray

__all__ = ["wordnet_graph"]

_logger = logging.getLogger(__name__)

_SOURCES = ("auto", "nltk", "bundled")
_MOST_CLOSEST = 5  # names that a misspelt one may stand for
_WORD_FOR = {"n": "nouns", "v": "verbs", "a": "adjectives", "s": "adjectives", "r": "adverbs"}


def wordnet_graph(
    root: str | Collection[str] | None = None,
    *,
    pos: Literal["n", "v"] = "n",
    max_depth: int | None = None,
    instances: bool = True,
    glosses: bool = False,
    language: str | Sequence[str] | None = None,
    relations: bool = False,
    source: str = "auto",
    reader: Any = None,
) -> nx.DiGraph:
    """Build the hypernym hierarchy of WordNet.

    Parameters
    ----------
    root : str or collection of str, optional
        One synset or several by the name that NLTK prints, such as ``"mammal.n.01"``. The
        graph holds them and all their hyponyms, direct and indirect, with all edges among
        these. Default: every synset.
    pos : {"n", "v"}, default "n"
        Nouns or verbs.
    max_depth : int, optional
        Keep the nodes whose level is at most this; 0 keeps only the roots. A node stays
        with all its hypernyms in the graph or not at all, so levels are the same with and
        without it. Default: no limit.
    instances : bool, default True
        Whether particular cities, rivers or persons (instance hyponyms) belong to the
        hierarchy as the kinds do. If False, no edge leads to an instance, and instances that
        no other edge touches are left out. Eleven with hyponyms of their own, such as
        ``"west_indies.n.01"``, then remain as further roots; pass ``root="entity.n.01"``
        for a single one.
    glosses : bool, default False
        Give each node the attribute ``"gloss"`` (str): definition and example sentences. Needs a
        corpus of NLTK; the bundled snapshot has none.
    language : str or sequence of str, optional
        Give each node the attribute ``"lemmas"`` (list of str): the words
        of its synset in a language of the Open Multilingual Wordnet, by its code in ISO 639-3, such
        as ``"fra"``, or ``"eng"``. The list is empty where there is none. A list of languages gives an attribute for
        each, ``"lemmas_fra"`` and ``"lemmas_jpn"``. Needs a corpus of NLTK, and ``omw-1.4`` (or ``omw-2.0``) beside it.
    relations : bool, default False
        Give each node the attributes ``"antonyms"``, ``"part_meronyms"`` and ``"part_holonyms"`` (lists of str): the
        synsets whose words are the opposite of its own, its parts, and what it is part of, by name, also those that are
        not in the graph. The pages of `nx_poincare.write_html` show them as links. Needs a corpus of NLTK.
    source : {"auto", "nltk", "bundled"} or name of a corpus, default "auto"
        ``"nltk"`` reads the corpus installed for NLTK, ``"bundled"`` the snapshot of
        WordNet 3.0 in this package, and ``"auto"`` the first if there is one, otherwise the
        second. Another WordNet in NLTK's data folders goes by its name there, which has
        "wordnet" in it: ``"wordnet31"``, ``"wordnet2022"``, ``"english_wordnet"``. Which one it
        was is logged at level INFO. Nothing is ever downloaded.
    reader : nltk.corpus.reader.WordNetCorpusReader, optional
        Read from this in place of the installed corpus: another version, or another folder.

    Returns
    -------
    networkx.DiGraph
        Edges lead from hypernym to hyponym. Nodes are synset names, in the order of WordNet's
        data file; the edges follow that order, whatever ``PYTHONHASHSEED`` is. The node
        attribute ``"level"`` (int) is the number of edges of the longest path from a root of
        this graph; synsets on a cycle share theirs.

    Raises
    ------
    networkx.NodeNotFound
        If there is no synset of the name ``root``; the message has the closest names.
    LookupError
        If a corpus is missing and ``source``, ``glosses``, ``language`` or ``relations`` asks for it; the message has
        the command that installs it.
    OSError
        If the corpus is damaged and ``source`` asks for it.
    ValueError
        If an option is out of range, the language is not there, or ``reader``, ``glosses``,
        ``language`` or ``relations`` comes with ``source="bundled"``.
    TypeError
        If ``root``, ``language`` or ``reader`` is of another type.

    Notes
    -----
    A name is the first lemma of the synset in lower case, its part of speech, and its number
    among the senses of that lemma; other lemmas of the synset are not names here
    (``language="eng"`` lists them).

    WordNet 3.0 has 82,115 noun synsets, 84,427 direct edges and 743,241 pairs of ancestor and
    descendant (74,401 synsets and 663,508 pairs without instances) and 13,767 verb synsets
    with 559 roots. Some copies have a cycle, ``restrain.v.01`` and ``inhibit.v.04``.

    Examples
    --------
    >>> G = wordnet_graph("mammal.n.01", source="bundled")
    >>> G.number_of_nodes(), G.number_of_edges(), G.nodes["dog.n.01"]["level"]
    (1182, 1182, 4)
    >>> list(wordnet_graph(["lion.n.01", "tiger.n.02"], source="bundled").edges)[:2]
    [('lion.n.01', 'lion_cub.n.01'), ('lion.n.01', 'lioness.n.01')]
    """
    wanted = _checked_roots(root)
    depth = _checked_options(pos, max_depth, source, reader)
    lemmas_in = _checked_languages(language)
    for name, is_wanted in (("glosses", glosses), ("language", bool(lemmas_in)), ("relations", relations)):
        if is_wanted and source == "bundled":
            raise ValueError(f"the bundled snapshot has only hypernyms; pass source='nltk', or leave out {name}")
        if is_wanted and source == "auto":
            source = "nltk"
    corpus = "wordnet" if source in _SOURCES else source
    table = _table(pos, source, reader)
    _check_known(wanted, table.names, pos)
    if not instances:
        table = _without_instances(table, spared=wanted)
    if wanted:
        table = _below(table, wanted)
    levels = longest_path_levels(table.edges, len(table.names))
    if depth is not None:
        table, levels = _part(table, levels <= depth), levels[levels <= depth]
    G = _graph(table, levels)
    if glosses:
        glosses_of = read_glosses(pos, reader, corpus)
        nx.set_node_attributes(G, {name: glosses_of[name] for name in table.names}, "gloss")
    if lemmas_in:
        words = read_lemmas(table.names, lemmas_in.values(), reader, corpus)
        for key, code in lemmas_in.items():
            nx.set_node_attributes(G, words[code], key)
    if relations:
        for relation, others in read_relations(pos, reader, corpus).items():
            nx.set_node_attributes(G, {name: others.get(name, []) for name in table.names}, relation)
    return G


def _checked_roots(root: str | Collection[str] | None) -> tuple[str, ...]:
    """Names of the chosen synsets; none stands for all of them."""
    if root is None:
        return ()
    names = (root,) if isinstance(root, str) else root
    if not isinstance(names, Collection) or not all(isinstance(name, str) for name in names):
        raise TypeError(
            f"root must be a synset name such as 'mammal.n.01', or several, not {root!r}; "
            "of an NLTK Synset pass its name()"
        )
    if not names:
        raise ValueError("root names no synset; pass None for all of WordNet")
    return tuple(names)


def _checked_languages(language: str | Sequence[str] | None) -> dict[str, str]:
    """Codes of languages by the attributes for their words."""
    if language is None:
        return {}
    if isinstance(language, str):
        return {"lemmas": language}
    if not isinstance(language, Collection) or not all(isinstance(code, str) for code in language):
        raise TypeError(f"language must be a code such as 'fra', or a list of several, not {language!r}")
    return {f"lemmas_{code}": code for code in language}


def _checked_options(pos: str, max_depth: int | None, source: str, reader: Any) -> int | None:
    """``max_depth`` as an int, once all options are known to be in range."""
    if pos not in SNAPSHOT_OF:
        raise ValueError(f"pos must be 'n' (nouns) or 'v' (verbs), not {pos!r}")
    if source not in _SOURCES and not (isinstance(source, str) and "wordnet" in source):
        raise ValueError(
            f"source must be 'auto', 'nltk', 'bundled' or the name of a WordNet corpus such as 'wordnet31', "
            f"not {source!r}"
        )
    if reader is not None and source not in ("auto", "nltk"):
        raise ValueError(f"source={source!r} reads no reader; leave out one of the two")
    if max_depth is None:
        return None
    try:
        depth = index(max_depth)
    except TypeError:
        raise ValueError(f"max_depth must be None or a whole number >= 0, not {max_depth!r}") from None
    if depth < 0:
        raise ValueError(f"max_depth must be None or a whole number >= 0, not {max_depth!r}")
    return depth


def _table(pos: str, source: str, reader: Any) -> SynsetTable:
    """Synsets and edges from the source that was asked for, or the first there is."""
    if source != "bundled":
        corpus = "wordnet" if source in _SOURCES else source
        try:
            table = read_corpus(pos, reader, corpus)
        except (ImportError, LookupError, OSError) as error:
            if source != "auto" or reader is not None:
                raise
            level = logging.INFO if isinstance(error, (ImportError, LookupError)) else logging.WARNING
            _logger.log(level, "no WordNet from NLTK: %s", str(error).partition(";")[0])
        else:
            installed = "the installed NLTK corpus" + ("" if corpus == "wordnet" else f" {corpus}")
            where = installed if reader is None else "the reader that was passed"
            _logger.info("WordNet %s: %s, %d synsets", _WORD_FOR[pos], where, len(table.names))
            return table
    table = load_wordnet_snapshot(pos)
    _logger.info("WordNet %s: the bundled snapshot of 3.0, %d synsets", _WORD_FOR[pos], len(table.names))
    return table


def _check_known(wanted: tuple[str, ...], names: tuple[str, ...], pos: str) -> None:
    """Refuse a name that no synset has, with those it may have been meant for."""
    missing = set(wanted).difference(names) if wanted else ()
    if not missing:
        return
    unknown = next(name for name in wanted if name in missing)
    hint = ""
    parts = unknown.rsplit(".", 2)
    if len(parts) == 3 and parts[1] != pos and parts[1] in _WORD_FOR:
        other = f"; for {_WORD_FOR[parts[1]]} pass pos={parts[1]!r}" if parts[1] in SNAPSHOT_OF else ""
        hint = f" (.{parts[1]}. stands for {_WORD_FOR[parts[1]]}, this graph is of {_WORD_FOR[pos]}{other})"
    close = _closest(unknown, names, pos)
    meant = f"; closest: {', '.join(close)}" if close else ""
    raise nx.NodeNotFound(f"WordNet has no synset {unknown!r} among its {_WORD_FOR[pos]}{hint}{meant}")


def _closest(name: str, names: tuple[str, ...], pos: str) -> list[str]:
    """Names a misspelt one may stand for, the likeliest first.

    The senses of the very lemma come before all, then the same letters in another order. As
    difflib is slow, names that begin alike are compared before all of similar length.
    """
    typed = name.lower().strip().replace(" ", "_")
    lemma = typed.rsplit(".", 2)[0] if typed.count(".") >= 2 else typed
    senses = sorted(known for known in names if known.rsplit(".", 2)[0] == lemma)
    if senses:
        return senses[:_MOST_CLOSEST]
    full = f"{lemma}.{pos}.01"
    letters = sorted(full)
    similar = [known for known in names if abs(len(known) - len(full)) <= 2]
    swapped = [known for known in similar if sorted(known) == letters]
    alike = [known for known in similar if known[:2] == full[:2]]
    matches = get_close_matches(full, alike, _MOST_CLOSEST, 0.7) or get_close_matches(full, similar, _MOST_CLOSEST, 0.7)
    return list(dict.fromkeys(swapped + matches))[:_MOST_CLOSEST]


def _without_instances(table: SynsetTable, spared: tuple[str, ...]) -> SynsetTable:
    """Drop the edges to instances, and instances that are left without an edge; keep ``spared``."""
    count = len(table.names)
    edges = table.edges[~table.is_instance]
    kept = ~_occurs(table.edges[table.is_instance, 1], count) | _occurs(edges, count)
    kept |= _has_one_of(table, spared)
    return _part(SynsetTable(table.names, edges, table.is_instance[~table.is_instance]), kept)


def _below(table: SynsetTable, wanted: tuple[str, ...]) -> SynsetTable:
    """The chosen synsets and all that edges lead to from them."""
    reached = _has_one_of(table, wanted)
    parents, children = table.edges.T
    size = 0
    while size != (size := int(reached.sum())):
        reached[children[reached[parents]]] = True
    return _part(table, reached)


def _part(table: SynsetTable, kept: BoolArray) -> SynsetTable:
    """The chosen synsets with the edges among them, in the same order."""
    position = np.cumsum(kept) - 1
    inside = kept[table.edges].all(axis=1)
    names = tuple(compress(table.names, kept.tolist()))
    return SynsetTable(names, position[table.edges[inside]], table.is_instance[inside])


def _has_one_of(table: SynsetTable, wanted: tuple[str, ...]) -> BoolArray:
    """Which synsets have one of the names."""
    chosen = frozenset(wanted)
    return np.fromiter((name in chosen for name in table.names), dtype=np.bool_, count=len(table.names))


def _occurs(positions: IntArray, count: int) -> BoolArray:
    """Which of ``count`` positions occur."""
    marks = np.zeros(count, dtype=np.bool_)
    marks[positions.ravel()] = True
    return marks


def _graph(table: SynsetTable, levels: IntArray) -> nx.DiGraph:
    """DiGraph with the attribute ``"level"``."""
    names = table.names
    G: nx.DiGraph = nx.DiGraph()
    G.add_nodes_from((name, {"level": level}) for name, level in zip(names, levels.tolist(), strict=True))
    G.add_edges_from((names[parent], names[child]) for parent, child in table.edges.tolist())
    return G
