"""Missing pairs of real hierarchies: how many are found, how many of those found are right, and where nothing is."""

import random

import networkx as nx
import pytest

import nx_poincare as nxp


def found_and_missing(G, seed, share=0.1):
    """Likely missing pairs of a training graph, and those that are missing and do not follow."""
    split = nxp.split_closure(G, test_share=share, seed=seed)
    found = set(nxp.likely_missing_pairs(split.train, missing_share=share, seed=seed))
    known = nx.transitive_closure_dag(split.train).edges
    missing = {(u, a) for u, a in split.test_pairs if (a, u) not in known}
    return found, missing


@pytest.mark.parametrize("seed", [1, 2])
def test_most_of_what_is_missing_is_found_and_most_of_what_is_found_was_missing(mammals, seed):
    found, missing = found_and_missing(mammals, seed)
    assert len(missing) > 20
    assert len(found & missing) > 0.9 * len(missing)
    assert len(found & missing) > 0.9 * len(found)


def test_verbs():
    found, missing = found_and_missing(nxp.wordnet_graph(pos="v", source="bundled"), 1)
    assert len(missing) > 150
    assert len(found & missing) > 0.75 * len(missing)
    assert len(found & missing) > 0.9 * len(found)


def test_dependencies_give_nothing_to_believe():
    rng = random.Random(0)
    G = nx.DiGraph()
    for v in range(1, 1000):
        G.add_edges_from((rng.randrange(v), v) for _ in range(3))
    found, missing = found_and_missing(G, 0)
    assert len(missing) > 100
    assert len(found) < 0.1 * len(missing)


def test_seed_direction_and_hierarchy(mammals):
    train = nxp.split_closure(mammals, seed=5).train
    found = nxp.likely_missing_pairs(train, seed=3)
    assert found
    assert nxp.likely_missing_pairs(nxp.Hierarchy.from_digraph(train), seed=3) == found
    assert nxp.likely_missing_pairs(train.reverse(), direction="child_to_parent", seed=3) == found


def test_a_cycle_is_named_by_its_first_node():
    G = nx.transitive_closure_dag(nx.balanced_tree(2, 6, create_using=nx.DiGraph))
    G.remove_edge(4, 9)
    G.add_edges_from([(9, "twin"), ("twin", 9)])
    assert nxp.likely_missing_pairs(G, seed=0) == [(9, 4)]


@pytest.mark.parametrize("G", [nx.DiGraph(), nx.empty_graph(3, create_using=nx.DiGraph), nx.DiGraph([(0, 1), (1, 2)])])
def test_nothing_to_find(G):
    assert nxp.likely_missing_pairs(G, seed=0) == []


@pytest.mark.parametrize("share", [0, 1, -0.1, float("nan")])
def test_wrong_share(share):
    with pytest.raises(ValueError, match="missing_share"):
        nxp.likely_missing_pairs(nx.DiGraph([(0, 1)]), missing_share=share)


def test_too_many_pairs():
    hierarchy = nxp.Hierarchy.from_digraph(nx.path_graph(100, create_using=nx.DiGraph), max_pairs=1000)
    with pytest.raises(ValueError, match="1,000"):
        nxp.likely_missing_pairs(hierarchy)
