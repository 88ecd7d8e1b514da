"""Graded entailment: the paper's score to full precision, words to senses, files with faults."""

import mpmath
import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

import nx_poincare as nxp
from nx_poincare.evaluation.entailment import is_a_score, norm_difference
from nx_poincare.evaluation.word_pairs import WordPairFileError

HEADER = "WORD1 WORD2 POS TYPE AVG_SCORE AVG_SCORE_0_10 STD SCORE_1 SCORE_2\n"


@pytest.fixture
def pairs_file(tmp_path):
    def written(rows, header=HEADER):
        path = tmp_path / "pairs.txt"
        lines = [f"{first} {second} {pos} hyp-1 {rating} 0 0.5 1 2\n" for first, second, pos, rating in rows]
        path.write_text(header + "".join(lines), encoding="utf-8")
        return path

    return written


@pytest.fixture(scope="module")
def points(mammals):
    return nxp.embed(mammals, 2, store_as=None, store_pos_as=None, level_as=None)


@given(st.floats(0, 60), st.floats(0, 60))
def test_norm_difference_to_full_precision(ru, rv):
    with mpmath.workdps(60):
        exact = mpmath.tanh(mpmath.mpf(rv) / 2) - mpmath.tanh(mpmath.mpf(ru) / 2)
        assert abs(norm_difference(ru, rv) - exact) <= max(4e-15 * abs(exact), 5e-324)


def test_norm_difference_beyond_the_range_of_exp():
    assert norm_difference(0.0, 5000.0) == 1
    assert norm_difference(5000.0, 0.0) == -1
    assert norm_difference(5000.0, 4000.0) == 0


@given(st.floats(0.1, 8), st.floats(0.1, 8), st.floats(0, np.pi), st.floats(0, 2000))
def test_score_by_the_equation(ru, rv, turn, alpha):
    u, v = np.array([1.0, 0.0]), np.array([np.cos(turn), np.sin(turn)])
    x, y = np.tanh(ru / 2) * u, np.tanh(rv / 2) * v
    away = np.arccosh(1 + 2 * (x - y) @ (x - y) / ((1 - x @ x) * (1 - y @ y)))
    by_paper = -(1 + alpha * (np.linalg.norm(y) - np.linalg.norm(x))) * away
    assert is_a_score(u, ru, v, rv, alpha) == pytest.approx(by_paper, rel=1e-5, abs=1e-5)


def test_rho_by_hand(points, pairs_file):
    rows = [("dog", "carnivore", "N", 5.5), ("carnivore", "dog", "N", 1.5), ("dog", "cat", "N", 0.7)]
    rows += [("cat", "feline", "N", 5.9), ("bear", "horse", "N", 0.1)]
    senses = {}
    for name in points:
        senses.setdefault(name.rsplit(".", 2)[0], []).append(name)

    def paper(u, v):
        return -(1 + 1000 * (points.norm(v) - points.norm(u))) * points.distance(u, v)

    by_hand = [max(paper(u, v) for u in senses[first] for v in senses[second]) for first, second, _, _ in rows]
    found = nxp.evaluate_entailment(points, pairs_file(rows), senses="names")
    assert found.rho_paper == pytest.approx(spearmanr(by_hand, [row[3] for row in rows]).statistic)
    assert found[2:] == (5, 0, ())


def test_half_spaces_tell_kinds_from_others(points, pairs_file, mammals):
    rng = np.random.default_rng(0)
    nodes = [name for name in mammals if name.endswith(".n.01") and mammals.in_degree(name)]
    rows = []
    for u in rng.choice(nodes, 100, replace=False).tolist():
        a, other = rng.choice(sorted(nx.ancestors(mammals, u))), rng.choice(nodes)
        related = other in nx.ancestors(mammals, u)
        rows += [(u.split(".")[0], a.split(".")[0], "N", 6), (u.split(".")[0], other.split(".")[0], "N", 6 * related)]
    assert nxp.evaluate_entailment(points, pairs_file(rows), senses="names").rho_half_space > 0.75


def test_the_origin_holds_all(pairs_file):
    emb = nxp.embed(nx.DiGraph([("top.n.01", "a.n.01"), ("top.n.01", "b.n.01")]))
    rows = [("a", "top", "N", 6), ("b", "top", "N", 6), ("a", "b", "N", 1), ("top", "a", "N", 1)]
    assert nxp.evaluate_entailment(emb, pairs_file(rows), senses="names").rho_half_space > 0.8


def test_parts_of_speech_and_unknown_words(points, pairs_file):
    rows = [("dog", "carnivore", "N", 5), ("cat", "dog", "n", 1), ("run", "move", "V", 5), ("dog", "unicorn", "N", 1)]
    found = nxp.evaluate_entailment(points, pairs_file(rows), senses="names")
    assert (found.pairs, found.skipped, found.unknown_words) == (2, 1, ("unicorn",))
    verbs = nxp.evaluate_entailment(points, pairs_file(rows), pos="V", senses="names")
    assert (verbs.pairs, verbs.skipped, verbs.unknown_words) == (0, 1, ("move", "run"))
    assert np.isnan(verbs.rho_paper)


def test_words_as_people_write_them(pairs_file):
    emb = nxp.embed(nx.DiGraph([("self-interest.n.01", "ice_cream.n.02"), ("self-interest.n.01", "o.k..n.01")]))
    rows = [("Ice-Cream", "self_interest", "N", 1), ("o.k.", "SELF-INTEREST", "N", 2)]
    assert nxp.evaluate_entailment(emb, pairs_file(rows), senses="names").pairs == 2


def test_nodes_that_are_no_synsets_do_no_harm(pairs_file):
    emb = nxp.embed(nx.DiGraph([(("dog", 1), 7), (7, "dog"), ("dog", "dog.v.01")]))
    assert nxp.evaluate_entailment(emb, pairs_file([("dog", "dog", "N", 1)]), senses="names").pairs == 0


@pytest.mark.usefixtures("nltk_corpus")
def test_nltk_knows_every_synset_of_a_word(points, pairs_file):
    rows = [("domestic_dog", "canid", "N", 5.0), ("cat", "dog", "N", 1.0), ("hound", "cat", "N", 0.5)]
    assert nxp.evaluate_entailment(points, pairs_file(rows), senses="names").skipped == 1
    for senses in ("nltk", "auto"):
        found = nxp.evaluate_entailment(points, pairs_file(rows), senses=senses)
        assert (found.pairs, found.skipped) == (3, 0)
        assert found.rho_half_space > 0.8


@pytest.mark.usefixtures("no_nltk_corpus")
def test_without_the_corpus(points, pairs_file):
    path = pairs_file([("dog", "carnivore", "N", 5), ("dog", "cat", "N", 1)])
    assert nxp.evaluate_entailment(points, path) == nxp.evaluate_entailment(points, path, senses="names")
    with pytest.raises(LookupError, match=r"nltk\.downloader"):
        nxp.evaluate_entailment(points, path, senses="nltk")


def test_columns_go_by_their_names(points, tmp_path):
    path = tmp_path / "other.tsv"
    text = "﻿pos\tword2\tword1\tavg_score_0_10\n\nN\tcarnivore\tdog\t9.1\r\nN\tcat\tdog\t0.1\nN\tbear\tdog\t0.2\n"
    path.write_text(text, encoding="utf-8")
    assert nxp.evaluate_entailment(points, path, senses="names").pairs == 3


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", 1, "empty"),
        ("WORD1 WORD2 TYPE AVG_SCORE\n", 1, "no column is called POS"),
        ("WORD1 WORD2 POS TYPE\n", 1, "no column is called AVG_SCORE"),
        (HEADER + "dog cat N hyp-1 5 0 0 1 1\ndog cat N\n", 3, "has 3 columns"),
        (HEADER + "\n\ndog cat N hyp-1 five 0 0\n", 4, "'five' is not a finite number"),
        (HEADER + "dog cat N hyp-1 nan 0 0\n", 2, "'nan' is not a finite number"),
        (HEADER + "d\udcffg cat N hyp-1 5 0 0\n", 2, "UTF-8"),
    ],
)
def test_bad_lines_are_named(tmp_path, text, line, problem):
    path = tmp_path / "bad.txt"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(WordPairFileError, match=rf"bad\.txt, line {line}: .*{problem}"):
        nxp.evaluate_entailment({}, path, senses="names")


@pytest.mark.parametrize("options", [{"pos": "A"}, {"alpha": -1}, {"alpha": float("nan")}, {"senses": "x"}])
def test_wrong_options(points, pairs_file, options):
    with pytest.raises(ValueError, match=next(iter(options))):
        nxp.evaluate_entailment(points, pairs_file([]), **options)


def test_a_missing_file(points, tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        nxp.evaluate_entailment(points, tmp_path / "nowhere.txt")
