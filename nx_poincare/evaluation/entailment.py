r"""Graded lexical entailment: to what degree is one word a kind of another, as people see it?

People rated pairs of words for HyperLex (Vulić et al. 2017). For points u and v of the ball,
Nickel & Kiela 2017 (equation 7, section 4.3) rate "u is a v" by

.. math:: \operatorname{score}(u, v) = -\bigl(1 + \alpha (\lVert v \rVert - \lVert u \rVert)\bigr)\, d(u, v),

near points and a more general v being better. At large radii all norms are close to 1; their
difference is computed from the radii, with nothing that cancels:

.. math:: \lVert v \rVert - \lVert u \rVert = \tanh\tfrac{r_v}{2} - \tanh\tfrac{r_u}{2}
    = \frac{2\,(e^{-r_u} - e^{-r_v})}{(1 + e^{-r_u})(1 + e^{-r_v})} .

The second measure is how far u lies inside the half-space of v, the test of this package.
"""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike

from nx_poincare.embedding.embedding import Embedding
from nx_poincare.engine.geometry.ball import distance, half_space_margin
from nx_poincare.evaluation.distortion import rank_correlation
from nx_poincare.evaluation.points import as_embedding
from nx_poincare.evaluation.word_pairs import rated_pairs
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["Entailment", "evaluate_entailment", "is_a_score", "norm_difference"]

_logger = logging.getLogger(__name__)

Senses = Literal["auto", "nltk", "names"]
_Lookup = Callable[[str], list[Hashable]]


class Entailment(NamedTuple):
    """Spearman's rho with the ratings of people, over ``pairs`` pairs; ``skipped`` pairs have an unknown word."""

    rho_paper: float
    rho_half_space: float
    pairs: int
    skipped: int
    unknown_words: tuple[str, ...]


def evaluate_entailment(
    embedding: Embedding | Mapping[Hashable, ArrayLike] | Any,
    path: str | os.PathLike[str],
    *,
    pos: Literal["N", "V"] = "N",
    alpha: float = 1000.0,
    senses: Senses = "auto",
) -> Entailment:
    """Rank correlation of an embedding's is-a scores with ratings in a file such as HyperLex.

    A pair of words has the highest score of all pairs of their senses, as far as these are in
    the embedding. Pairs with a word of no such sense are skipped and counted.

    Parameters
    ----------
    embedding : Embedding, mapping from node to ball vector, or gensim's KeyedVectors
        Of WordNet, with nodes called as NLTK calls synsets: ``"dog.n.01"``.
    path : path
        Text in UTF-8, columns between white space. The first line names them; those called
        WORD1, WORD2, POS and AVG_SCORE (or else AVG_SCORE_0_10) are used. Blank lines are
        skipped. HyperLex itself does not come with this package.
    pos : {"N", "V"}, default "N"
        Which lines to look at: nouns, or verbs.
    alpha : float, default 1000
        The weight of the norms in the paper's score, not negative.
    senses : {"auto", "nltk", "names"}, default "auto"
        How a word finds its synsets. ``"nltk"`` asks the WordNet that is installed for NLTK
        for every synset with that word, ``"names"`` takes the nodes named by it (``word.n.01``,
        ``word.n.02`` and so on), which misses synsets named by another of their words, and
        ``"auto"`` takes the first if the corpus is there. Words are compared in lower case,
        with underscores for hyphens.

    Returns
    -------
    Entailment
        ``rho_paper`` by the paper's score, ``rho_half_space`` by minus
        `nx_poincare.engine.geometry.ball.half_space_margin`; ``nan`` for fewer than two pairs or where
        all scores are equal. ``unknown_words`` are those of the skipped pairs, sorted.

    Raises
    ------
    WordPairFileError
        If the file is not in that form; a ValueError that names the file and the line.
    ValueError
        If an option is out of range.
    LookupError
        If ``senses="nltk"`` and the corpus is missing; the message has the command that installs it.

    Examples
    --------
    >>> import pathlib, tempfile, nx_poincare as nxp
    >>> emb = nxp.embed(nxp.wordnet_graph("mammal.n.01", source="bundled"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "pairs.txt")
    ...     _ = file.write_text(
    ...         "WORD1 WORD2 POS TYPE AVG_SCORE\\n"
    ...         "dog canine N hyp-1 5.8\\n"
    ...         "dog cat N cohyp 0.9\\n"
    ...         "dog unicorn N no-rel 0.2\\n"
    ...     )
    ...     found = nxp.evaluate_entailment(emb, file, senses="names")
    >>> round(found.rho_half_space, 3), found.pairs, found.skipped, found.unknown_words
    (1.0, 2, 1, ('unicorn',))
    """
    if pos not in ("N", "V"):
        raise ValueError(f"pos must be 'N' (nouns) or 'V' (verbs), not {pos!r}")
    if not 0 <= alpha < math.inf:
        raise ValueError(f"alpha must be a finite number, not negative, got {alpha!r}")
    if senses not in get_args(Senses):
        raise ValueError(f"senses must be 'auto', 'nltk' or 'names', not {senses!r}")
    points = as_embedding(embedding)
    rated = list(rated_pairs(os.fspath(path), pos))
    rows = _rows_of_words({word for pair in rated for word in pair[:2]}, points, _lookup(senses, points, pos.lower()))
    known = [pair for pair in rated if len(rows[pair.first]) and len(rows[pair.second])]
    unknown = sorted(word for word, found in rows.items() if not len(found))
    ratings = [pair.rating for pair in known]
    scores = [_highest_scores(points, rows[pair.first], rows[pair.second], alpha) for pair in known]
    by_paper, by_half_space = np.array(scores, dtype=np.float64).reshape(-1, 2).T
    return Entailment(
        rank_correlation(ratings, by_paper),
        rank_correlation(ratings, by_half_space),
        len(known),
        len(rated) - len(known),
        tuple(unknown),
    )


def is_a_score(
    directions_u: ArrayLike, radii_u: ArrayLike, directions_v: ArrayLike, radii_v: ArrayLike, alpha: float = 1000.0
) -> FloatArray:
    """The paper's score of "u is a v", from unit directions (..., dim) and hyperbolic radii (...).

    Examples
    --------
    >>> dog, animal = ([1.0, 0.0], 8.0), ([1.0, 0.0], 2.0)
    >>> bool(is_a_score(*dog, *animal) > is_a_score(*animal, *dog))
    True
    """
    away = distance(directions_u, radii_u, directions_v, radii_v)
    return np.asarray(-(1 + alpha * norm_difference(radii_u, radii_v)) * away, dtype=np.float64)


def norm_difference(radii_u: ArrayLike, radii_v: ArrayLike) -> FloatArray:
    """Norm of v minus norm of u in the ball, from hyperbolic radii, to full relative precision.

    Examples
    --------
    >>> round(float(norm_difference(0.0, 2 * np.arctanh(0.5))), 15)
    0.5
    >>> float(np.tanh(25) - np.tanh(20)), float(norm_difference(40.0, 50.0))
    (0.0, 8.49...e-18)
    """
    ru, rv = np.asarray(radii_u, dtype=np.float64), np.asarray(radii_v, dtype=np.float64)
    size = 2 * np.exp(-np.minimum(ru, rv)) * -np.expm1(-np.abs(rv - ru))
    return np.asarray(np.sign(rv - ru) * size / ((1 + np.exp(-ru)) * (1 + np.exp(-rv))), dtype=np.float64)


def _half_space_score(
    directions_u: ArrayLike, radii_u: ArrayLike, directions_v: ArrayLike, radii_v: ArrayLike
) -> FloatArray:
    """How far u lies inside the half-space of v. The origin holds all, and as wide as a cone can be."""
    margin = half_space_margin(directions_u, radii_u, directions_v, radii_v)
    ru, rv = np.asarray(radii_u, dtype=np.float64), np.asarray(radii_v, dtype=np.float64)
    return np.asarray(np.where(rv == 0, np.tanh(ru), -margin), dtype=np.float64)


def _highest_scores(points: Embedding, first: IntArray, second: IntArray, alpha: float) -> tuple[float, float]:
    """The best pair of senses by either score; first and second are rows of the senses of two words."""
    senses = (
        points.directions[first][:, None], points.radii[first][:, None],
        points.directions[second][None, :], points.radii[second][None, :],
    )  # fmt: skip
    return float(is_a_score(*senses, alpha).max()), float(_half_space_score(*senses).max())


def _as_lemma(word: str) -> str:
    return word.lower().replace(" ", "_").replace("-", "_")


def _rows_of_words(words: set[str], points: Embedding, lookup: _Lookup) -> dict[str, IntArray]:
    """Rows of each word's senses that are in the embedding."""
    index = points.index
    return {
        word: np.array([index[sense] for sense in lookup(word) if sense in index], dtype=np.int64) for word in words
    }


def _lookup(senses: Senses, points: Embedding, pos: str) -> _Lookup:
    """What gives the names of a word's synsets: NLTK, or the names of the nodes."""
    if senses != "names":
        try:
            return _senses_by_nltk(pos)
        except (ImportError, LookupError, OSError) as error:
            if senses == "nltk":
                raise
            _logger.info("senses by the names of the nodes, no WordNet from NLTK: %s", str(error).partition(";")[0])
    return _senses_by_name(points, pos)


def _senses_by_nltk(pos: str) -> _Lookup:
    from nx_poincare.extractors.wordnet.installed import open_installed_corpus

    open_installed_corpus()  # raises what says how to mend a missing corpus
    from nltk.corpus import wordnet

    def synsets(word: str) -> list[Hashable]:
        spellings = dict.fromkeys((word.lower().replace(" ", "_"), _as_lemma(word)))
        return list(dict.fromkeys(found.name() for one in spellings for found in wordnet.synsets(one, pos=pos)))

    return synsets


def _senses_by_name(points: Embedding, pos: str) -> _Lookup:
    named: dict[str, list[Hashable]] = {}
    for node in points.nodes:
        parts = node.rsplit(".", 2) if isinstance(node, str) else []
        if len(parts) == 3 and parts[1] == pos and parts[2].isdigit():
            named.setdefault(_as_lemma(parts[0]), []).append(node)
    return lambda word: named.get(_as_lemma(word), [])
