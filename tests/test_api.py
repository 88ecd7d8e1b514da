"""embed on real, hard and wrong input."""

import copy
import subprocess
import sys
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nx_poincare as nxp

HARD_GRAPHS = {
    "empty": nx.DiGraph(),
    "one node": nx.empty_graph(1, create_using=nx.DiGraph),
    "two roots": nx.empty_graph(2, create_using=nx.DiGraph),
    "isolated nodes": nx.empty_graph(50),
    "forest": nx.disjoint_union_all([nx.balanced_tree(2, 3, create_using=nx.DiGraph) for _ in range(5)]),
    "two-cycle": nx.DiGraph([(0, 1), (1, 0)]),
    "two-cycle on top": nx.DiGraph([(0, 1), (1, 0), (1, 2), (2, 3)]),
    "two-cycle in the middle": nx.DiGraph([(0, 1), (1, 2), (2, 1), (2, 3), (0, 4)]),
    "ring": nx.cycle_graph(100, create_using=nx.DiGraph),
    "multigraph": nx.MultiDiGraph([(0, 1), (0, 1), (1, 2), (1, 1)]),
    "undirected multigraph": nx.MultiGraph([(0, 1), (0, 1), (1, 2), (1, 1)]),
    "self-loops": nx.DiGraph([(0, 0), (0, 1), (1, 1)]),
    "odd names": nx.DiGraph([((1, 2), frozenset("ab")), (frozenset("ab"), 3.5), ((1, 2), "")]),
    "undirected tree": nx.balanced_tree(3, 3),
    "undirected graph": nx.petersen_graph(),
    "dense DAG": nx.DiGraph([(i, j) for i in range(40) for j in range(i + 1, 40)]),
    "complete bipartite": nx.DiGraph([(i, 20 + j) for i in range(20) for j in range(20)]),
    "long chain": nx.path_graph(500, create_using=nx.DiGraph),
    "wide star": nx.DiGraph([(0, i) for i in range(1, 2000)]),
}


@pytest.fixture(params=HARD_GRAPHS.values(), ids=HARD_GRAPHS.keys())
def hard_graph(request):
    return request.param.copy()


@pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")
@pytest.mark.parametrize("dim", [2, 3, 7])
def test_every_node_gets_a_point_of_the_open_ball(hard_graph, dim):
    emb = nxp.embed(hard_graph, dim, seed=1)
    assert list(emb) == list(hard_graph)
    assert emb.vectors.shape == (len(hard_graph), dim)
    assert np.isfinite(emb.vectors).all()
    assert (np.linalg.norm(emb.vectors, axis=1) < 1).all()
    assert emb.radii.max(initial=0) <= 36
    for v, data in hard_graph.nodes(data=True):
        assert np.array_equal(data["poincare"], emb[v])
        assert data["pos"].shape == (2,)
        assert np.hypot(*data["pos"]) < 1
        assert type(data["level"]) is int


def test_nodes_are_drawn_at_different_places(hard_graph):
    places = {tuple(p) for p in nxp.poincare_layout(hard_graph).values()}
    assert len(places) == len(hard_graph)


@pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")  # nodes of a cycle count as errors
def test_known_answers():
    assert nxp.embed(HARD_GRAPHS["two-cycle"].copy()).levels.tolist() == [0, 0]
    middle = nxp.embed(HARD_GRAPHS["two-cycle in the middle"].copy())
    assert middle.levels.tolist() == [0, 1, 1, 2, 1]
    assert set(middle.ancestors(3)) == {0, 1, 2}
    assert middle.distance(1, 2) > 0
    one = nxp.embed(HARD_GRAPHS["one node"].copy())
    assert one[0].tolist() == [0, 0]
    assert nxp.evaluate_reconstruction(nxp.embed(HARD_GRAPHS["forest"].copy()), HARD_GRAPHS["forest"])[:2] == (1, 1)


@pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")
@pytest.mark.parametrize(
    "G", [nx.path_graph(100_000, create_using=nx.DiGraph), nx.star_graph(300_000)], ids=["chain", "star"]
)
def test_extreme_sizes(G):
    emb = nxp.embed(G)
    assert np.isfinite(emb.vectors).all()
    assert (np.linalg.norm(emb.vectors, axis=1) < 1).all()
    if G.is_directed():
        assert all(emb.radii[i] < emb.radii[j] for i, j in pairwise(range(100_000)))
    else:
        assert emb.radii[0] == 0
        assert len(np.unique(emb.vectors, axis=0)) == 300_001


def test_nouns_reach_the_bar(nouns):
    G = nouns.copy()
    emb = nxp.embed(G)
    scores = nxp.evaluate_reconstruction(emb, G, n_jobs=-1)
    assert (scores.nodes, scores.pairs) == (82_114, 743_241)
    assert scores.mean_rank <= 9
    assert scores.map_score >= 0.98
    assert emb.radii.max() <= 36


def test_mammals_in_plain_ball_coordinates(mammals):
    """A script that knows nothing but the node attribute finds the same scores."""
    G = mammals.copy()
    emb = nxp.embed(G)
    exact = nxp.evaluate_reconstruction(emb, G)
    plain = nxp.evaluate_reconstruction(nx.get_node_attributes(G, "poincare"), G)
    assert exact.map_score >= 0.998
    assert plain == pytest.approx(exact, rel=1e-3)


@given(st.integers(2, 200), st.integers(0, 2**32 - 1), st.sampled_from([2, 3, 5, 10]))
def test_trees_are_reconstructed_perfectly(n, seed, dim):
    rng = np.random.default_rng(seed)
    G = nx.DiGraph((int(rng.integers(v)), v) for v in range(1, n))
    if nx.dag_longest_path_length(G) > 12:
        return
    assert nxp.evaluate_reconstruction(nxp.embed(G, dim, seed=0), G)[:2] == (1, 1)


def test_the_closure_is_not_built_to_embed_or_to_draw(mammals, monkeypatch):
    def refused(self, max_pairs):
        raise AssertionError("the closure was built")

    monkeypatch.setattr("nx_poincare.engine.dag.dag.Dag.closure", refused)
    G = mammals.copy()
    for dim in (2, 4):
        nxp.embed(G, dim, seed=0)
    nxp.embed(G, init="random", training=nxp.Training(epochs=1, burn_in=1), seed=0)
    nxp.poincare_layout(G)
    nxp.evaluate_reconstruction(nxp.embed(G), G)


def test_direction_and_reversal_agree(mammals):
    down = nxp.embed(mammals.copy())
    up = nxp.embed(nx.DiGraph(mammals).reverse(), direction="child_to_parent")
    assert down == up


def test_no_limit_on_the_radius_is_better_on_deep_graphs(nouns):
    G = nouns.copy()
    near = nxp.evaluate_reconstruction(nxp.embed(G), G, sample=4000, seed=0, n_jobs=-1)
    emb = nxp.embed(G, max_radius=None)
    far = nxp.evaluate_reconstruction(emb, G, sample=4000, seed=0, n_jobs=-1)
    assert far.mean_rank < near.mean_rank
    assert 36 < emb.radii.max() <= 60
    assert np.linalg.norm(emb.vectors, axis=1).max() < 1


# -- same seed, same bytes ---------------------------------------------------------------------

SCRIPT = """
import networkx as nx, nx_poincare as nxp, sys, hashlib
G = nxp.wordnet_graph("carnivore.n.01", source="bundled")
emb = nxp.embed(G, {dim}, seed=5)
print(hashlib.sha256(emb.vectors.tobytes() + emb.layout.tobytes() + repr(emb.nodes).encode()).hexdigest())
"""


@pytest.mark.parametrize("dim", [2, 5])
def test_same_bytes_whatever_the_hash_seed(dim):
    digests = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT.format(dim=dim)], env={"PYTHONHASHSEED": seed, "PATH": ""},
            check=True, capture_output=True, text=True,
        ).stdout
        for seed in ("0", "1", "77")
    }  # fmt: skip
    assert len(digests) == 1


def test_seeds_of_every_kind(mammals):
    G = mammals.copy()
    first = nxp.embed(G, 4, seed=3)
    assert nxp.embed(G, 4, seed=3) == first
    assert nxp.embed(G, 4, seed=4) != first
    assert nxp.embed(G, 4, seed=np.random.default_rng(3)) == first
    assert nxp.embed(G, 4, seed=np.random.RandomState(3)) == nxp.embed(G, 4, seed=np.random.RandomState(3))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"dim": 1}, ValueError, "dim must be"),
        ({"dim": 2.5}, ValueError, "dim must be"),
        ({"dim": True}, ValueError, "dim must be"),
        ({"direction": "up"}, ValueError, "direction must be"),
        ({"root": 0}, ValueError, "undirected"),
        ({"init": "magic"}, ValueError, "init must be"),
        ({"training": -1}, ValueError, "epochs"),
        ({"effort": -0.1}, ValueError, "effort must be between 0 and 1000, got -0.1"),
        ({"effort": 1001}, ValueError, "effort"),
        ({"effort": float("nan")}, ValueError, "effort"),
        ({"effort": True}, ValueError, "effort"),
        ({"effort": "much"}, ValueError, "effort"),
        ({"checkpoint": 3}, ValueError, "checkpoint must be a path or a Checkpoint, got 3"),
        ({"max_radius": 0.5}, ValueError, "max_radius"),
        ({"max_radius": 1000}, ValueError, "max_radius"),
        ({"max_radius": float("nan")}, ValueError, "max_radius"),
        ({"max_radius": "big"}, ValueError, "max_radius must be a number, None or one of 'float32', 'clip'"),
        ({"on_cycle": "ignore"}, ValueError, "on_cycle must be"),
        ({"on_cycle": "raise"}, nx.NetworkXUnfeasible, "1 -> 2 -> 1"),
        ({"seed": "x"}, ValueError, "seed|random"),
        ({"seed": -1}, ValueError, "seed"),
        ({"seed": 1.5}, ValueError, "seed"),
        ({"store_as": "pos"}, ValueError, "must differ"),
    ],
)
def test_wrong_options_name_themselves_and_change_nothing(options, error, message):
    G = nx.DiGraph([(1, 2), (2, 1), (2, 3)])
    nx.set_node_attributes(G, {v: {"poincare": "mine", "level": -5} for v in G})
    before = copy.deepcopy(dict(G.nodes(data=True)))
    with pytest.raises(error, match=message):
        nxp.embed(G, **options)
    assert dict(G.nodes(data=True)) == before


class TestHierarchies:
    """embed on what has been read already."""

    @pytest.mark.parametrize("dim", [2, 3])
    def test_same_bytes_as_the_graph(self, dim: int) -> None:
        G = nx.DiGraph([(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (4, 3)])
        emb = nxp.embed(nxp.Hierarchy.from_digraph(G), dim, seed=1)
        expected = nxp.embed(G, dim, seed=1)
        assert emb == expected
        assert np.array_equal(emb.layout, expected.layout)
        assert np.array_equal(emb.levels, expected.levels)

    @pytest.mark.parametrize("option", [{"direction": "child_to_parent"}, {"on_cycle": "raise"}, {"root": "a"}])
    def test_options_of_reading_are_refused(self, option: dict[str, str]) -> None:
        hierarchy = nxp.Hierarchy.from_edges("ab", [(0, 1)])
        with pytest.raises(ValueError, match="a Hierarchy has been read already"):
            nxp.embed(hierarchy, **option)

    def test_no_weights(self) -> None:
        with pytest.raises(ValueError, match="a Hierarchy has none"):
            nxp.embed(nxp.Hierarchy.from_edges("ab", [(0, 1)]), training=nxp.Training(weight="weight", epochs=1))
