"""Link prediction against the definition, spelled out, and what a split may hold out."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nx_poincare as nxp
from nx_poincare.embedding.embedding import Embedding


def random_dag(n, rng):
    G = nx.DiGraph()
    G.add_nodes_from(range(n))
    G.add_edges_from((int(rng.integers(v)), v) for v in range(1, n) for _ in range(2))
    return G


def random_points(nodes, dim, largest, rng):
    directions = rng.normal(size=(len(nodes), dim))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return Embedding(list(nodes), directions, rng.uniform(0, largest, len(nodes)))


def ranks_by_definition(pairs, G, away):
    """Rank of each pair, with every ancestor left out of the candidates besides the one ranked."""
    ranks = []
    for u, a in pairs:
        others = set(G) - nx.ancestors(G, u) - {u}
        ranks.append(1 + sum(away(u, v) <= away(u, a) for v in others))
    return ranks


def scores_by_definition(pairs, ranks):
    precisions = []
    for u in dict.fromkeys(u for u, _ in pairs):
        own = sorted(rank for (v, _), rank in zip(pairs, ranks, strict=True) if v == u)
        precisions.append(np.mean([(i + 1) / (i + rank) for i, rank in enumerate(own)]))
    return np.mean(ranks), np.mean(precisions), len(precisions), len(pairs)


@given(st.integers(6, 40), st.integers(0, 2**32 - 1), st.integers(2, 5), st.floats(0.1, 40), st.floats(0.05, 0.9))
def test_against_the_definition(n, seed, dim, largest, share):
    rng = np.random.default_rng(seed)
    G = random_dag(n, rng)
    emb = random_points(G, dim, largest, rng)
    split = nxp.split_closure(G, test_share=share, seed=seed)
    if not split.test_pairs:
        return
    found = nxp.evaluate_link_prediction(G, lambda train: emb, test_share=share, baselines=False, seed=seed)
    ranks = ranks_by_definition(split.test_pairs, G, emb.distance)
    assert found.scores == pytest.approx(scores_by_definition(split.test_pairs, ranks), rel=1e-12)
    follows = [nx.has_path(split.train, a, u) for u, a in split.test_pairs]
    assert found.closure_share == pytest.approx(np.mean(follows))
    rest = [(pair, rank) for pair, rank, known in zip(split.test_pairs, ranks, follows, strict=True) if not known]
    if rest:
        assert found.beyond_closure == pytest.approx(scores_by_definition(*zip(*rest, strict=True)), rel=1e-12)
    else:
        assert found.beyond_closure.pairs == 0


def test_closure_baseline_by_definition(mammals):
    split = nxp.split_closure(mammals, test_share=0.5, seed=3)
    found = nxp.evaluate_link_prediction(mammals, dim=2, test_share=0.5, seed=3, baseline_epochs=1)
    ranks = [
        1 if nx.has_path(split.train, a, u) else 1 + (len(mammals) - 1 - len(nx.ancestors(mammals, u))) / 2
        for u, a in split.test_pairs
    ]
    assert found.closure_baseline == pytest.approx(scores_by_definition(split.test_pairs, ranks))
    assert found.random_baseline.pairs == len(split.test_pairs)
    assert found.completed_baseline.pairs == len(split.test_pairs)
    assert found.completed_baseline.map_score > found.closure_baseline.map_score


def test_ties_count_against_us():
    G = nx.path_graph(5, create_using=nx.DiGraph)
    G.add_nodes_from("xy")
    found = nxp.evaluate_link_prediction(G, lambda train: dict.fromkeys(train, (0.0, 0.0)), baselines=False, seed=0)
    (pair,) = nxp.split_closure(G, seed=0).test_pairs
    assert found.scores.mean_rank == 1 + len(G) - 1 - len(nx.ancestors(G, pair[0]))


class TestSplit:
    def test_holds_out_no_root_and_no_leaf_and_loses_no_node(self, mammals):
        split = nxp.split_closure(mammals, seed=0)
        closure = {(u, a) for u, a, _, _ in nxp.closure_edges(mammals)}
        held_out, kept = set(split.test_pairs), {(u, a) for a, u in split.train.edges}
        assert held_out | kept == closure
        assert not held_out & kept
        assert all(mammals.in_degree(a) and mammals.out_degree(u) for u, a in held_out)
        eligible = sum(1 for u, a in closure if mammals.in_degree(a) and mammals.out_degree(u))
        assert len(held_out) == round(0.1 * eligible)
        assert list(split.train) == list(mammals)
        assert all(split.train.in_degree(v) for v in mammals if mammals.in_degree(v))

    def test_same_seed_same_pairs_from_graph_and_hierarchy(self, mammals):
        first = nxp.split_closure(mammals, seed=7)
        assert nxp.split_closure(nxp.Hierarchy.from_digraph(mammals), seed=7).test_pairs == first.test_pairs
        assert nxp.split_closure(mammals.reverse(), direction="child_to_parent", seed=7).test_pairs == first.test_pairs
        assert nxp.split_closure(mammals, seed=8).test_pairs != first.test_pairs

    def test_cycles_stand_beside_each_other(self):
        G = nx.DiGraph([("top", "a"), ("a", "b"), ("b", "a"), ("b", "c"), ("c", "leaf")])
        split = nxp.split_closure(G, test_share=0.5, seed=0)
        assert split.test_pairs in ([("c", "a")], [("c", "b")])
        assert not split.train.has_edge("a", "b")

    @pytest.mark.parametrize("share", [0, 1, -0.1, 1.5, float("nan")])
    def test_wrong_share(self, share):
        with pytest.raises(ValueError, match="test_share"):
            nxp.split_closure(nx.DiGraph([(0, 1)]), test_share=share)


def test_the_closed_form_predicts_far_better_than_chance(mammals):
    found = [nxp.evaluate_link_prediction(mammals, dim=5, seed=seed, baselines=False) for seed in range(6)]
    assert found[0].closure_baseline is None
    assert found[0].random_baseline is None
    assert np.mean([each.scores.mean_rank for each in found]) < 1.1
    assert np.mean([each.scores.map_score for each in found]) > 0.98
    assert np.mean([each.beyond_closure.map_score for each in found]) > 0.95


def test_completing_the_training_pairs_is_what_predicts_those_beyond_the_closure(mammals):
    def plain(train):
        return nxp.embed(train, 5, seed=0)

    alone = nxp.evaluate_link_prediction(mammals, plain, seed=0, baselines=False)
    found = nxp.evaluate_link_prediction(mammals, dim=5, seed=0, baselines=False)
    assert alone.closure_share == found.closure_share
    assert alone.beyond_closure.map_score < found.beyond_closure.map_score - 0.015


def test_threads_and_seeds_give_the_same(mammals):
    found = nxp.evaluate_link_prediction(mammals, dim=5, test_share=0.9, seed=0, baselines=False)
    assert found == nxp.evaluate_link_prediction(mammals, dim=5, test_share=0.9, seed=0, baselines=False, n_jobs=2)
    hierarchy = nxp.Hierarchy.from_digraph(mammals)
    assert found == nxp.evaluate_link_prediction(hierarchy, dim=5, test_share=0.9, seed=0, baselines=False)


def test_the_graph_is_untouched_and_the_function_sees_the_training_graph(mammals):
    G = mammals.copy()
    seen = []

    def embed(train):
        seen.append(train)
        return nxp.embed(train, seed=0)

    nxp.evaluate_link_prediction(G, embed, seed=4, baselines=False)
    assert nx.utils.graphs_equal(G, mammals)
    assert set(seen[0].edges) == set(nxp.split_closure(G, seed=4).train.edges)


def test_what_the_function_does_to_the_training_graph_stays_there():
    G = nx.balanced_tree(2, 5, create_using=nx.DiGraph)

    def careless(train):
        train.remove_edges_from(list(train.edges))
        return nxp.embed(train, seed=0)

    options = {"dim": 2, "seed": 0, "baseline_epochs": 20}
    baseline = nxp.evaluate_link_prediction(G, **options).random_baseline
    assert nxp.evaluate_link_prediction(G, careless, **options).random_baseline == baseline


@pytest.mark.parametrize("G", [nx.DiGraph(), nx.empty_graph(3, create_using=nx.DiGraph), nx.DiGraph([(0, 1), (1, 2)])])
def test_nothing_to_hold_out(G):
    pairs = len(list(nxp.closure_edges(G)))
    with pytest.warns(nxp.HierarchyWarning, match=f"none of the {pairs} pairs .* can be held out"):
        found = nxp.evaluate_link_prediction(G, lambda train: pytest.fail("embedded"), dim=2, seed=0, baseline_epochs=1)
    for scores in (found.scores, found.beyond_closure, found.closure_baseline, found.random_baseline):
        assert scores.pairs == 0
        assert np.isnan(scores.mean_rank)
    assert np.isnan(found.closure_share)


class TestOwnPairs:
    def test_those_of_a_split_give_its_scores(self, mammals):
        def embed(train):
            return nxp.embed(train, 5, seed=0)

        drawn = nxp.evaluate_link_prediction(mammals, embed, seed=4)
        split = nxp.split_closure(mammals, seed=4)
        own = nxp.evaluate_link_prediction(split.train, embed, test_pairs=reversed(split.test_pairs), seed=4)
        for name in ("scores", "beyond_closure", "closure_share", "closure_baseline"):
            assert getattr(own, name) == getattr(drawn, name), name

    def test_training_edges_need_be_no_closure(self):
        G = nx.path_graph(5, create_using=nx.DiGraph)
        train = nx.DiGraph([(0, 1), (1, 2), (3, 4)])
        found = nxp.evaluate_link_prediction(train, dim=2, test_pairs=[(3, 2), (4, 0)], seed=0)
        assert found.scores.pairs == 2
        assert found.closure_share == 0
        by_truth = nxp.evaluate_link_prediction(train, lambda _: nxp.embed(G), dim=2, test_pairs=[(3, 2), (4, 0)])
        assert by_truth.scores.mean_rank == 1

    @pytest.mark.parametrize(
        ("pair", "error", "problem"),
        [
            ((2, 1), ValueError, r"the test pair \(2, 1\) is one to train on"),
            ((0, 3), ValueError, r"the test pair \(0, 3\) contradicts the others: pairs are \(descendant, ancestor\)"),
            ((2, 2), ValueError, "contradicts"),
            ((2, 9), nx.NodeNotFound, r"node 9 of the test pair \(2, 9\)"),
            ((2,), ValueError, r"must be \(descendant, ancestor\), not \(2,\)"),
        ],
    )
    def test_wrong_pairs(self, pair, error, problem):
        with pytest.raises(error, match=problem):
            nxp.evaluate_link_prediction(nx.path_graph(4, create_using=nx.DiGraph), test_pairs=[pair])


def test_progress_goes_to_standard_error(capsys, mammals):
    nxp.evaluate_link_prediction(mammals, dim=2, seed=0, baselines=False, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "ranking" in err


class TestWrongCalls:
    G = nx.path_graph(6, create_using=nx.DiGraph)

    @pytest.mark.parametrize("options", [{"n_jobs": 0}, {"baseline_epochs": 0}, {"test_share": 2}, {"direction": "x"}])
    def test_wrong_options(self, options):
        with pytest.raises(ValueError, match=next(iter(options))):
            nxp.evaluate_link_prediction(self.G, **options)

    def test_functions_that_return_something_else(self):
        with pytest.raises(TypeError, match="embed must be a function"):
            nxp.evaluate_link_prediction(self.G, "cones")
        with pytest.raises(TypeError, match="not ndarray"):
            nxp.evaluate_link_prediction(self.G, lambda train: np.zeros((6, 2)))
        with pytest.raises(nx.NodeNotFound, match="node 1"):
            nxp.evaluate_link_prediction(self.G, lambda train: {0: [0.0, 0.0]})
