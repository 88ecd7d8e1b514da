"""embed and poincare_layout on real, hard and wrong input."""

import copy
import logging
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

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


# -- cones of graphs with several parents ------------------------------------------------------


@pytest.fixture(scope="module")
def mixed(mammals):
    """The mammals, some of them with a second parent. Shared: copy it."""
    G = nx.DiGraph(mammals)
    rng = np.random.default_rng(0)
    nodes = list(nx.topological_sort(G))
    for place in rng.integers(len(nodes) // 3, len(nodes), 60):
        G.add_edge(nodes[int(rng.integers(place))], nodes[place])
    assert nx.is_directed_acyclic_graph(G)
    return nx.freeze(G)


def combined(emb, G):
    scores = nxp.evaluate_reconstruction(emb, G)
    return (scores.mean_rank - 1) + 10 * (1 - scores.map_score)


@pytest.mark.parametrize("dim", [2, 3, 5])
def test_cones_are_refined_unless_no_effort_is_asked_for(mixed, dim):
    refined, plain = (nxp.embed(mixed.copy(), dim, effort=effort, seed=0) for effort in (1, 0))
    assert refined != plain
    assert combined(refined, mixed) < 0.9 * combined(plain, mixed)
    assert not refined.history


@pytest.mark.parametrize("dim", [3, 5])
def test_callbacks_see_every_step_of_the_refinement(mixed, dim):
    G = mixed.copy()
    seen, others = [], []

    def callback(step, loss, emb):
        assert isinstance(emb, nxp.Embedding)
        assert list(emb) == list(G)
        assert emb.vectors.shape == (len(G), dim)
        assert np.isfinite(emb.vectors).all()
        assert loss > 0
        seen.append((step, combined(emb, G)))
        return step == 12

    nxp.embed(G, dim, seed=0, callbacks=[callback, lambda step, *_: others.append(step)])
    assert [step for step, _ in seen] == others == list(range(1, 13))
    if dim == 5:
        assert seen[-1][1] < seen[0][1]


@pytest.mark.parametrize("dim", [3, 5])
def test_callbacks_see_points_as_embed_returns_them(mixed, dim):
    """Within the largest radius, and growing along every edge."""
    seen = []

    def callback(step, loss, emb):
        grows = all(emb.radii[emb.index[u]] < emb.radii[emb.index[v]] for u, v in mixed.edges)
        seen.append((bool(emb.radii.max() <= 36), grows))
        return step == 40

    nxp.embed(mixed.copy(), dim, seed=0, callbacks=[callback])
    assert seen == [(True, True)] * 40


def test_callbacks_are_not_called_where_nothing_is_refined(mixed):
    def refused(*_):
        raise AssertionError("a callback was called")

    nxp.embed(mixed.copy(), 5, effort=0, seed=0, callbacks=[refused])
    nxp.embed(nx.balanced_tree(2, 3, create_using=nx.DiGraph), 5, seed=0, callbacks=[refused])


def test_an_interrupt_of_the_refinement_leaves_the_best_so_far(mixed):
    def interrupt(step, loss, emb):
        if step == 30:
            raise KeyboardInterrupt

    G = mixed.copy()
    with pytest.warns(UserWarning, match="interrupted after 30 steps"):
        emb = nxp.embed(G, 5, seed=0, callbacks=[interrupt])
    assert combined(emb, G) < combined(nxp.embed(mixed.copy(), 5, effort=0, seed=0), G)
    assert np.array_equal(G.nodes["mammal.n.01"]["poincare"], emb["mammal.n.01"])


@pytest.mark.parametrize("dim", [2, 3, 5])
def test_cones_do_not_depend_on_the_number_of_threads(mixed, dim):
    one, two = (nxp.embed(mixed.copy(), dim, init="cones", seed=7, n_jobs=n_jobs) for n_jobs in (1, 2))
    assert one.vectors.tobytes() == two.vectors.tobytes()
    assert one.directions.tobytes() == two.directions.tobytes()
    assert one.radii.tobytes() == two.radii.tobytes()
    assert one.layout.tobytes() == two.layout.tobytes()


@pytest.mark.parametrize("dim", [2, 3, 5])
def test_more_effort_is_not_worse(mixed, dim):
    costs = [combined(nxp.embed(mixed.copy(), dim, effort=effort, seed=0), mixed) for effort in (0, 0.1, 1, 4)]
    assert all(more <= less + 0.01 for less, more in pairwise(costs))  # the order counts a little, too
    assert costs[0] > costs[2]


@pytest.mark.parametrize(("effort", "steps"), [(0.1, 100), (0.001, 1)])
def test_effort_counts_the_steps_of_the_refinement(mixed, effort, steps):
    seen = []
    nxp.embed(mixed.copy(), 5, effort=effort, seed=0, callbacks=[lambda step, *_: seen.append(step)])
    assert seen == list(range(1, steps + 1))


@pytest.mark.parametrize(
    ("dim", "stages"),
    [
        (2, ["refinement of the arcs", "horizons"]),
        (5, ["start of the skeleton", "training of the skeleton", "points on the skeleton", "horizons"]),
    ],
)
def test_the_log_says_how_long_each_stage_took(mixed, caplog, dim, stages):
    with caplog.at_level(logging.INFO, logger="nx_poincare"):
        nxp.embed(mixed.copy(), dim, seed=0)
    timed = re.findall(r"^(.*): \d+\.\d s$", "\n".join(caplog.messages), flags=re.MULTILINE)
    assert [stage for stage in timed if stage in stages] == stages


@pytest.mark.parametrize("dim", [2, 3])
def test_effort_changes_nothing_where_nothing_can_be_better(dim):
    tree = nx.balanced_tree(3, 3, create_using=nx.DiGraph)
    one, many, none = (nxp.embed(tree.copy(), dim, effort=effort, seed=0) for effort in (1, 10, 0))
    assert one == many == none
    halves = {node: vector / 2 for node, vector in one.items()}
    assert nxp.embed(tree, dim, init=halves, effort=10) == nxp.embed(tree, dim, init=halves)


def test_no_effort_and_random_points_are_the_start():
    G = nx.DiGraph([(0, 1), (0, 2)])
    start = nxp.embed(G, 3, init="random", effort=0, seed=0)
    assert (np.abs(start.vectors) <= 0.001).all()
    assert not start.history
    assert len(nxp.embed(G, 3, init="random", effort=0, training=2, seed=0).history) == 102


@pytest.mark.parametrize("dim", [2, 5])
@pytest.mark.parametrize("rest", [{"effort": 0}, {"init": "random", "effort": 0}, {"init": "given"}], ids=str)
def test_a_checkpoint_is_refused_where_nothing_trains(mixed, tmp_path, dim, rest):
    G = mixed.copy()
    if rest.get("init") == "given":
        rest = {"init": dict.fromkeys(G, np.zeros(dim))}
    with pytest.raises(ValueError, match="checkpoint is for what trains or is refined"):
        nxp.embed(G, dim, **rest, checkpoint=tmp_path / "run.npz")
    assert dict(G.nodes(data=True)) == dict(mixed.nodes(data=True))
    assert list(tmp_path.iterdir()) == []


def test_a_number_is_short_for_a_training(mixed):
    short, long = (nxp.embed(mixed.copy(), 3, training=t, seed=0) for t in (2, nxp.Training(epochs=2)))
    assert short == long
    assert len(short.history) == 2


def test_random_points_imply_a_training():
    G = nx.balanced_tree(2, 2, create_using=nx.DiGraph)
    implied, said = (nxp.embed(G, init="random", training=t, seed=0) for t in (None, nxp.Training()))
    assert implied == said
    assert implied.history


def test_a_training_of_its_own_length_from_the_cones(mixed):
    """It ends by itself, and is no worse than the cones."""
    start = nxp.embed(mixed.copy(), 3, seed=0, effort=0.02)
    emb = nxp.embed(mixed.copy(), 3, training=nxp.Training(), effort=0.02, seed=0)
    assert len(emb.history) <= 18
    assert combined(emb, mixed) <= combined(start, mixed)


def test_options_of_epochs_are_taken_with_them(mixed, tmp_path):
    G = mixed.copy()
    nx.set_edge_attributes(G, 1.0, "w")
    path = tmp_path / "run.npz"
    emb = nxp.embed(G, 5, training=nxp.Training(epochs=1, fixed=["mammal.n.01"], weight="w"), checkpoint=path, seed=0)
    assert path.exists()
    assert len(emb.history) == 1


# -- a failed call leaves the graph alone ------------------------------------------------------


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


# -- what networkx makes a graph of ------------------------------------------------------------

EDGES = [("a", "b"), ("a", "c"), ("b", ("d", 1)), ("c", ("d", 1))]
ROWS = [[0, 1, 1, 0], [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 0]]
LIKE_GRAPHS = {
    "pairs": lambda: EDGES,
    "lists": lambda: [list(edge) for edge in EDGES],
    "tuple": lambda: tuple(EDGES),
    "generator": lambda: (edge for edge in EDGES),
    "edges of a graph": lambda: nx.DiGraph(EDGES).edges,
    "edges and data": lambda: nx.DiGraph(EDGES).edges(data=True),
    "weights": lambda: [(*edge, 2.5) for edge in EDGES],
    "dict of lists": lambda: {"a": ["b", "c"], "b": [("d", 1)], "c": [("d", 1)]},
    "dict of dicts": lambda: nx.to_dict_of_dicts(nx.DiGraph(EDGES)),
    "matrix": lambda: np.array(ROWS),
    "sparse matrix": lambda: csr_array(np.array(ROWS)),
    "matrix of NumPy": lambda: np.array(ROWS, dtype=bool),
}


@pytest.mark.parametrize("like", LIKE_GRAPHS.values(), ids=LIKE_GRAPHS.keys())
def test_what_networkx_makes_a_graph_of(like):
    expected = nxp.embed(nx.DiGraph(EDGES))
    emb = nxp.embed(like())
    assert np.array_equal(emb.vectors, expected.vectors)
    assert list(emb) in (list(expected), [0, 1, 2, 3])
    assert nxp.evaluate_reconstruction(emb, like()) == nxp.evaluate_reconstruction(expected, nx.DiGraph(EDGES))
    assert nxp.evaluate_distortion(emb, like()) == nxp.evaluate_distortion(expected, nx.DiGraph(EDGES))
    assert list(nxp.poincare_layout(like())) == list(emb)
    assert EDGES == [("a", "b"), ("a", "c"), ("b", ("d", 1)), ("c", ("d", 1))]


def test_data_frames_of_adjacency(needed):
    pandas = needed("pandas")
    names = ["a", "b", "c", "d"]
    assert list(nxp.embed(pandas.DataFrame(ROWS, index=names, columns=names))) == names
    for frame in (
        pandas.DataFrame({"parent": ["a", "a"], "child": ["b", "c"]}),
        pandas.DataFrame({"source": ["a", "a", "b"], "target": ["b", "c", "d"]}),
    ):
        with pytest.raises(TypeError, match=r"got DataFrame; nx_poincare\.read_graph reads .* data frames"):
            nxp.embed(frame)


@pytest.mark.parametrize("nothing", [[], {}, iter(())], ids=lambda value: type(value).__name__)
def test_no_edges_are_an_empty_graph(nothing):
    assert len(nxp.embed(nothing)) == 0


def test_edges_have_a_direction_and_weights():
    edges = [("b", "a", 3.0), ("c", "a", {"weight": 1.0})]
    emb = nxp.embed(edges, direction="child_to_parent", training=nxp.Training(epochs=1, weight="weight"), seed=0)
    assert emb.ancestors("b") == ["a"]
    with pytest.raises(ValueError, match="root is for undirected graphs"):
        nxp.embed(edges, root="a")


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        ("edges.tsv", "read_graph reads files"),
        (Path("edges.tsv"), "read_graph reads files"),
        (None, "expected a NetworkX graph, edges, .* got NoneType"),
        (3, "got int"),
        (np.zeros((3, 2)), "got ndarray.*read_graph reads .* arrays of edges"),
        (np.zeros(3), "got ndarray"),
        ([0, 1], "edge number 0 is 0, expected"),
        (["ab", "cd"], "edge number 0 is 'ab', expected"),
        ([("a", "b"), ("a",)], r"edge number 1 is \('a',\), expected"),
        ([("a", "b", "c")], "edge number 0 has three names, .*'a', 'b', 'c'"),
        ([("a", ["b"])], "edge number 0, .*unhashable"),
        ([("a", None)], "edge number 0, .*None cannot be a node"),
        ({"dog": "canine"}, "got dict"),
        (nxp.Embedding.from_vectors(["ab"], [[0.0, 0.0]]), "got Embedding"),
    ],
    ids=str,
)
@pytest.mark.parametrize("call", [nxp.embed, nxp.poincare_layout, nxp.Hierarchy.from_digraph])
def test_what_is_no_graph(thing, message, call):
    with pytest.raises(TypeError, match=message):
        call(thing)


# -- layout ------------------------------------------------------------------------------------


def test_layout_scale_center_and_store(mammals):
    G = mammals.copy()
    unit = nxp.poincare_layout(G)
    moved = nxp.poincare_layout(G, scale=10, center=(3, -4), store_pos_as="place")
    assert unit["mammal.n.01"].tolist() == [0, 0]
    for v in G:
        assert moved[v] == pytest.approx(10 * unit[v] + [3, -4])
        assert np.array_equal(G.nodes[v]["place"], moved[v])
    assert max(np.hypot(*p) for p in unit.values()) < 1
    assert np.array_equal(nxp.embed(G).layout, [unit[v] for v in G])


def test_layout_in_three_dimensions(mammals):
    pos = nxp.poincare_layout(mammals, dim=3, seed=0)
    flat = nxp.poincare_layout(mammals)
    assert {p.shape for p in pos.values()} == {(3,)}
    assert [np.linalg.norm(p) for p in pos.values()] == pytest.approx([np.linalg.norm(p) for p in flat.values()])
    assert nx.get_node_attributes(mammals, "pos") == {}


@pytest.mark.parametrize(
    "options", [{"scale": 0}, {"scale": float("nan")}, {"scale": "large"}, {"center": [1, 2, 3]}, {"dim": 1}]
)
def test_wrong_layout_options(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        nxp.poincare_layout(nx.path_graph(3), **options)


def test_networkx_draws_with_it(mammals):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    G = nx.DiGraph(mammals.subgraph(list(mammals)[:30]))
    figure, ax = plt.subplots()
    nx.display(G, canvas=ax, node_pos=nxp.poincare_layout)
    pos = nxp.poincare_layout(G)
    drawn = ax.collections[0].get_offsets()
    assert np.allclose(np.sort(drawn, axis=0), np.sort(list(pos.values()), axis=0))
    ax.clear()
    nxp.embed(G)
    nx.display(G, canvas=ax)
    nx.draw_networkx(G, nx.get_node_attributes(G, "pos"), ax=ax)
    plt.close(figure)


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
