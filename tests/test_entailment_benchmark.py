"""Ganea's split of a closure, and the F1 that is printed for it."""

import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.fixture(scope="module")
def modules() -> Iterator[dict[str, ModuleType]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield {name: importlib.import_module(name) for name in ("closure_split", "entailment")}


@pytest.fixture(scope="module")
def splitting(modules: dict[str, ModuleType]) -> ModuleType:
    return modules["closure_split"]


@pytest.fixture(scope="module")
def nouns_split(splitting: ModuleType, nouns: nx.DiGraph) -> Any:
    return splitting.split_of_closure(splitting.without_root(nouns, "entity.n.01"), 0)


@pytest.fixture(scope="module")
def mammals_graph(splitting: ModuleType, mammals: nx.DiGraph) -> nx.DiGraph:
    rest: nx.DiGraph = splitting.without_root(mammals, "mammal.n.01")
    return rest


def named(split: Any, pairs: np.ndarray) -> list[tuple[str, str]]:
    """Pairs (ancestor, descendant) of names."""
    nodes = split.hierarchy.nodes
    return [(nodes[ancestor], nodes[descendant]) for descendant, ancestor in pairs.tolist()]


def test_counts_of_the_nouns(nouns_split: Any) -> None:
    closure = nouns_split.hierarchy.closure
    assert (closure.shape[0], closure.nnz, len(nouns_split.basic)) == (82_114, 661_127, 84_363)
    assert nouns_split.non_basic_count == 661_127 - 84_363
    for held_out in (nouns_split.validation, nouns_split.test):
        assert held_out.is_positive.sum() == 28_838
        assert len(held_out.pairs) == 11 * 28_838


def test_positives_are_non_basic_pairs_and_each_is_there_once(nouns_split: Any) -> None:
    size = len(nouns_split.hierarchy)
    held_out = [one.pairs[one.is_positive] for one in (nouns_split.validation, nouns_split.test)]
    parts = np.concatenate([nouns_split.basic, *held_out, nouns_split.others])
    rows, columns = nouns_split.hierarchy.closure.nonzero()
    assert np.array_equal(np.sort(parts[:, 0] * size + parts[:, 1]), rows * size + columns)


def test_basic_pairs_are_the_transitive_reduction(splitting: ModuleType, mammals_graph: nx.DiGraph) -> None:
    split = splitting.split_of_closure(nx.transitive_closure_dag(mammals_graph), 0)
    assert set(named(split, split.basic)) == set(nx.transitive_reduction(mammals_graph).edges)


def test_negatives_are_never_in_the_closure(nouns_split: Any) -> None:
    closure = nouns_split.hierarchy.closure
    for held_out in (nouns_split.validation, nouns_split.test):
        positives, negatives = held_out.pairs[held_out.is_positive], held_out.pairs[~held_out.is_positive]
        assert not closure[negatives[:, 0], negatives[:, 1]].any()
        assert (negatives[:, 0] != negatives[:, 1]).all()
        other_ancestors, other_descendants = np.split(negatives, 2)
        assert np.array_equal(other_ancestors[:, 0], np.repeat(positives[:, 0], 5))
        assert np.array_equal(other_descendants[:, 1], np.repeat(positives[:, 1], 5))


def test_drawn_ancestors_are_uniform(nouns_split: Any) -> None:
    other_ancestors, _ = np.split(nouns_split.test.pairs[~nouns_split.test.is_positive], 2)
    counts = np.histogram(other_ancestors[:, 1], bins=10, range=(0, len(nouns_split.hierarchy)))[0]
    assert np.abs(counts / len(other_ancestors) - 0.1).max() < 0.004  # five standard deviations


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.5, 0.9])
def test_training_holds_no_held_out_pair(splitting: ModuleType, mammals_graph: nx.DiGraph, share: float) -> None:
    split = splitting.split_of_closure(mammals_graph, 3)
    train = set(map(tuple, splitting.train_hierarchy(split, share).edges[:, ::-1].tolist()))
    basic = set(map(tuple, split.basic.tolist()))
    assert basic <= train
    assert len(train - basic) == int(share * split.non_basic_count)
    for held_out in (split.validation, split.test):
        assert not train & set(map(tuple, held_out.pairs.tolist()))


def test_training_on_basic_pairs_has_the_whole_closure(splitting: ModuleType, nouns_split: Any) -> None:
    train = splitting.train_hierarchy(nouns_split, 0.0)
    assert train.nodes == nouns_split.hierarchy.nodes
    assert (train.closure != nouns_split.hierarchy.closure).nnz == 0


def test_same_seed_same_split(splitting: ModuleType, mammals_graph: nx.DiGraph) -> None:
    def arrays(seed: int) -> list[np.ndarray]:
        split = splitting.split_of_closure(mammals_graph, seed)
        return [split.basic, split.others, *split.validation, *split.test]

    first, again, other = arrays(1), arrays(1), arrays(2)
    assert all(map(np.array_equal, first, again))
    assert not np.array_equal(first[1], other[1])


def test_root_leaves_no_negatives(splitting: ModuleType, mammals: nx.DiGraph) -> None:
    with pytest.raises(ValueError, match="a node is related to all others"):
        splitting.split_of_closure(mammals, 0)


def test_threshold_has_the_best_f1(modules: dict[str, ModuleType]) -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        is_positive = rng.random(40) < 0.3
        is_positive[0] = True
        scores = rng.integers(0, 12, 40) - 2.0 * is_positive  # with ties
        best = max(f1_by_counting(scores <= limit, is_positive) for limit in scores)
        found = modules["entailment"].best_threshold(scores, is_positive)
        assert (
            f1_by_counting(scores <= found, is_positive)
            == best
            == modules["entailment"].f1(scores <= found, is_positive)
        )


def f1_by_counting(found: np.ndarray, is_positive: np.ndarray) -> float:
    both = int((found & is_positive).sum())
    return 2 * both / (int(found.sum()) + int(is_positive.sum()))


def test_answers_are_those_of_the_embedding(
    modules: dict[str, ModuleType], splitting: ModuleType, mammals_graph: nx.DiGraph
) -> None:
    split = splitting.split_of_closure(mammals_graph, 0)
    emb = nxp.embed(splitting.train_hierarchy(split, 0.25), 3, seed=0)
    pairs = split.test.pairs[:: len(split.test.pairs) // 200]
    answers = [emb.is_ancestor(ancestor, descendant) for ancestor, descendant in named(split, pairs)]
    assert np.array_equal(modules["entailment"].named_ancestors(emb, pairs), answers)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(BENCHMARKS / "entailment.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def test_printed_figures_of_mammals() -> None:
    done = run("--only", "mammals", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    assert "a look-up in their closure has 100" in done.stdout
    lines = [[cell.strip() for cell in row.strip("|").split("|")] for row in done.stdout.splitlines() if row[:1] == "|"]
    ours = [row for row in lines if row[0].startswith(("by ", "is_ancestor"))]
    assert len(ours) == 9
    assert all(float(cell) > 99 for row in ours for cell in row[1:])
    assert next(row[1:] for row in lines if row[0].startswith("best")) == ["57.7", "74.1", "77.4", "80.3", "79.0"]


def test_unknown_graph() -> None:
    done = run("--only", "birds")
    assert done.returncode == 2
    assert re.search("no graph 'birds'; there are nouns, mammals", done.stderr)
