"""A graph that has grown or shrunk: what was placed stays, what is new finds its place."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.engine.cones.new_nodes import place_new_nodes
from nx_poincare.engine.dag.dag import Dag


def grown(G: nx.DiGraph, count: int, seed: int) -> nx.DiGraph:
    """The graph with random further nodes, some below others of them."""
    rng = np.random.default_rng(seed)
    nodes, H = list(G), nx.DiGraph(G)
    for number in range(count):
        H.add_edge(nodes[int(rng.integers(len(nodes)))], f"new {number}")
        nodes.append(f"new {number}")
    return H


def stays(emb: nxp.Embedding, old: nxp.Embedding) -> bool:
    """Whether every node of both is at the same point, bit for bit."""
    both = [v for v in emb if v in old]
    rows, rows_before = [emb.index[v] for v in both], [old.index[v] for v in both]
    return all(
        getattr(emb, name)[rows].tobytes() == getattr(old, name)[rows_before].tobytes()
        for name in ("directions", "radii", "vectors")
    )


@pytest.mark.parametrize("dim", [2, 3, 5])
@pytest.mark.parametrize("count", [1, 20, 200])
def test_known_nodes_stay_and_new_ones_fit(mammals: nx.DiGraph, dim: int, count: int) -> None:
    old = nxp.embed(nx.DiGraph(mammals), dim, seed=0)
    H = grown(mammals, count, seed=count)
    emb = nxp.embed(H, dim, init=old, seed=0)
    assert list(emb) == list(H)
    assert stays(emb, old)
    scores, anew = nxp.evaluate_reconstruction(emb, H), nxp.evaluate_reconstruction(nxp.embed(H, dim, seed=0), H)
    assert scores.map_score >= anew.map_score - 1e-3
    if dim == 2 or count < 200:
        assert scores.map_score == 1
    assert all(emb.radius(u) <= emb.radius(v) for u, v in H.edges)
    assert emb == nxp.embed(H, dim, init=old, seed=0)


@pytest.mark.parametrize("dim", [2, 4])
def test_every_leaf_of_a_tree_can_get_a_child(dim: int) -> None:
    G = nx.balanced_tree(3, 3, create_using=nx.DiGraph)
    old = nxp.embed(G, dim, seed=0)
    for parent in G:
        H = nx.DiGraph(G)
        H.add_edge(parent, "new")
        emb = nxp.embed(H, dim, init=old, seed=0)
        assert emb.parents("new") == [parent]
        assert nxp.evaluate_reconstruction(emb, H) == (1, 1, len(H) - 1, nx.transitive_closure(H).number_of_edges())


@pytest.mark.parametrize("dim", [2, 3])
def test_whole_subtrees_and_one_after_the_other(dim: int) -> None:
    G = nx.DiGraph([("animal", "dog"), ("animal", "cat")])
    emb = nxp.embed(G, dim, seed=0)
    subtree = nx.relabel_nodes(nx.balanced_tree(3, 2, create_using=nx.DiGraph), lambda v: f"bird {v}")
    G.update(subtree)
    G.add_edge("animal", "bird 0")
    before, emb = emb, nxp.embed(G, dim, init=emb, seed=0)
    assert stays(emb, before)
    for number in range(10):
        G.add_edge("dog", f"dog {number}")
        before, emb = emb, nxp.embed(G, dim, init=emb, seed=0)
        assert stays(emb, before)
    assert nxp.evaluate_reconstruction(emb, G).map_score == 1


@pytest.mark.parametrize("dim", [2, 3])
def test_new_roots(dim: int) -> None:
    G = nx.balanced_tree(2, 3, create_using=nx.DiGraph)
    old = nxp.embed(G, dim, seed=0)
    G.add_edges_from([("a", "b"), ("a", "c")])
    G.add_node("alone")
    emb = nxp.embed(G, dim, init=old, seed=0)
    assert stays(emb, old)
    assert nxp.evaluate_reconstruction(emb, G).map_score == 1
    assert emb.is_ancestor("a", "b")
    assert emb.radius("alone") > 2
    forest = nx.DiGraph([("a", "b"), ("c", "d")])
    two = nxp.embed(forest, dim, seed=0)
    forest.add_edge("e", "f")
    three = nxp.embed(forest, dim, init=two, seed=0)
    assert stays(three, two)
    assert [three.ancestors(v) for v in "bdf"] == [["a"], ["c"], ["e"]]


@pytest.mark.parametrize("dim", [2, 5])
def test_several_parents_one_of_them_new(dim: int, mammals: nx.DiGraph) -> None:
    old = nxp.embed(nx.DiGraph(mammals), dim, seed=0)
    H = nx.DiGraph(mammals)
    H.add_edges_from([("carnivore.n.01", "chimera"), ("lion.n.01", "chimera"), ("new", "chimera")])
    emb = nxp.embed(H, dim, init=old, seed=0)
    assert stays(emb, old)
    # It hangs on the parent that is below most of its other ancestors, and shares what that one is below.
    assert emb.parents("chimera")[0] == "lion.n.01"
    assert set(old.ancestors("lion.n.01")) <= set(emb.ancestors("chimera"))


def test_removing_nodes_leaves_the_rest_alone(mammals: nx.DiGraph) -> None:
    old = nxp.embed(nx.DiGraph(mammals), seed=0)
    H = nx.DiGraph(mammals)
    H.remove_nodes_from([*nx.descendants(mammals, "dog.n.01"), "dog.n.01"])
    emb = nxp.embed(H, init=old)
    assert stays(emb, old)
    assert set(emb) == set(H)


@pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")  # nodes of a cycle count as errors
def test_a_cycle_that_gets_a_node() -> None:
    G = nx.DiGraph([("r", "a"), ("a", "b"), ("b", "a"), ("a", "c")])
    old = nxp.embed(G)
    G.add_edges_from([("b", "d"), ("d", "a"), ("c", "e")])
    emb = nxp.embed(G, init=old)
    assert stays(emb, old)
    assert emb.is_ancestor("c", "e")
    assert not np.array_equal(emb.directions[emb.index["d"]], emb.directions[emb.index["a"]])


@pytest.mark.parametrize("dim", [2, 3])
def test_points_of_any_kind_and_beyond_the_largest_radius(dim: int) -> None:
    G = nx.balanced_tree(2, 4, create_using=nx.DiGraph)
    old = nxp.embed(G, dim, seed=0)
    vectors = nx.get_node_attributes(G, "poincare")
    G.add_edge(5, "new")
    emb = nxp.embed(G, dim, init=vectors, seed=0)
    assert all(emb[v].tobytes() == vectors[v].tobytes() for v in vectors)
    assert emb.parents("new") == [5]
    with pytest.warns(nxp.QualityWarning, match="within radius 5 .* to 1 of 1 new nodes, 'new' among them"):
        assert stays(nxp.embed(G, dim, init=old, max_radius=5, seed=0), old)


def test_training_moves_new_nodes_and_not_fixed_ones(mammals: nx.DiGraph) -> None:
    old = nxp.embed(nx.DiGraph(mammals), 3, seed=0)
    H = grown(mammals, 30, seed=1)
    placed = nxp.embed(H, 3, init=old, seed=0)
    emb = nxp.embed(H, 3, init=old, training=nxp.Training(epochs=5, fixed=list(mammals)), seed=0, progress=False)
    assert stays(emb, old)
    start, end = (nxp.evaluate_reconstruction(e, H) for e in (placed, emb))
    assert end.mean_rank <= start.mean_rank
    assert end.map_score >= start.map_score
    assert len(emb.history) == 5


@pytest.mark.parametrize("dim", [2, 5])
def test_fixed_nodes_keep_every_bit_where_others_are_better(mammals: nx.DiGraph, dim: int) -> None:
    """The start is bad, so that what was trained is returned, and not the start."""
    G = nx.DiGraph(mammals.subgraph([*nx.descendants(mammals, "feline.n.01"), "feline.n.01"]))
    rng = np.random.default_rng(2)
    vectors = dict(zip(G, rng.uniform(-0.4, 0.4, (len(G), dim)), strict=True))
    start = nxp.Embedding.from_vectors(list(vectors), list(vectors.values()))
    fixed = list(G)[::3]
    for init in (vectors, start):
        emb = nxp.embed(
            G, dim, init=init, training=nxp.Training(epochs=20, learning_rate=0.3, fixed=fixed), seed=0, progress=False
        )
        assert all(emb[v].tobytes() == vectors[v].tobytes() for v in fixed)
        assert all(emb.radius(v) == start.radius(v) for v in fixed)
        assert sum((emb[v] != vectors[v]).any() for v in G) == len(G) - len(fixed)


def test_the_hierarchy_is_known_from_any_start(mammals: nx.DiGraph) -> None:
    old = nxp.embed(nx.DiGraph(mammals), seed=0)
    H = grown(mammals, 5, seed=1)
    assert set(nxp.embed(H, init=old).to_networkx().edges) == set(H.edges)


@pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")  # 60 levels
def test_no_room_is_no_failure() -> None:
    G = nx.path_graph(60, create_using=nx.DiGraph)
    old = nxp.embed(G)
    H = nx.DiGraph(G)
    H.add_edges_from((59, f"new {number}") for number in range(50))
    for dim, start in ((2, old), (3, nxp.embed(G, 3, seed=0))):
        emb = nxp.embed(H, dim, init=start, seed=0)
        assert stays(emb, start)
        assert np.isfinite(emb.vectors).all()
        assert np.linalg.norm(emb.vectors, axis=1).max() < 1


def star(top: object, count: int) -> list[tuple[object, object]]:
    return [(top, f"{top} {number}") for number in range(count)]


def chain(top: object, count: int) -> list[tuple[object, object]]:
    nodes = [top, *(f"link {number}" for number in range(count))]
    return list(pairwise(nodes))


def random_tree(top: object, count: int) -> list[tuple[object, object]]:
    rng = np.random.default_rng(1)
    nodes, edges = [top], []
    for number in range(count):
        edges.append((nodes[int(rng.integers(len(nodes)))], f"twig {number}"))
        nodes.append(f"twig {number}")
    return edges


def wrong_by_plain_rule(emb: nxp.Embedding, H: nx.DiGraph) -> int:
    """Pairs that are named though they should not be, or missed."""
    plain = emb.with_horizons(None)
    return sum(len(set(plain.ancestors(v)) ^ nx.ancestors(H, v)) for v in H)


LEAF, INNER = 80, 5  # of the balanced tree below


@pytest.mark.filterwarnings("error::nx_poincare.QualityWarning")
@pytest.mark.parametrize("dim", [2, 3, 5, 10])
@pytest.mark.parametrize(
    "new_edges",
    [
        star(LEAF, 300),
        chain(LEAF, 12),
        random_tree(LEAF, 300),
        [edge for leaf in range(LEAF - 5, LEAF) for edge in star(leaf, 50)],
        star(INNER, 300),
        random_tree(INNER, 300),
        [*star(LEAF, 200), *star(INNER, 1), *chain(1, 8)],
    ],
)
def test_many_new_nodes_are_exact(dim: int, new_edges: list[tuple[object, object]]) -> None:
    G = nx.balanced_tree(3, 4, create_using=nx.DiGraph)
    old = nxp.embed(G, dim, seed=0)
    H = nx.DiGraph(G)
    H.add_edges_from(new_edges)
    emb = nxp.embed(H, dim, init=old, seed=0)
    assert stays(emb, old)
    assert emb.radii.max() <= 36
    assert wrong_by_plain_rule(emb, H) == 0
    assert nxp.evaluate_reconstruction(emb, H).map_score == 1


@pytest.mark.parametrize("dim", [2, 3, 5, 10])
def test_too_long_a_chain_is_said_and_keeps_most(dim: int) -> None:
    """Thirty links need a radius that is larger by 41.6 than that of the leaf they hang on."""
    G = nx.balanced_tree(3, 4, create_using=nx.DiGraph)
    old = nxp.embed(G, dim, seed=0)
    H = nx.DiGraph(G)
    H.add_edges_from([*chain(LEAF, 30), *star(LEAF, 5)])
    with pytest.warns(
        nxp.QualityWarning, match=r"36 .* to \d+ of 35 new nodes, 'link 0' among them: .*; a larger max_radius, up"
    ):
        emb = nxp.embed(H, dim, init=old, seed=0)
    assert stays(emb, old)
    assert wrong_by_plain_rule(emb, H) < 65  # of 1,071 pairs
    assert nxp.evaluate_reconstruction(emb, H).map_score > 0.98
    with pytest.warns(nxp.QualityWarning, match="within radius 60 .* wrong; without init all nodes are placed anew"):
        nxp.embed(nx.compose(G, nx.DiGraph(chain(LEAF, 60))), dim, init=old, max_radius=None, seed=0)


def several_roots() -> nx.DiGraph:
    """Five roots above shared children, of which the last ones have several parents."""
    rng = np.random.default_rng(3)
    G = nx.DiGraph()
    for v in range(5, 40):
        G.add_edges_from((int(rng.integers(min(v, 5 + v % 12))), v) for _ in range(int(rng.integers(1, 3))))
    return G


@pytest.mark.parametrize("dim", [3, 4, 5, 10])
@pytest.mark.parametrize("seed", range(5))
def test_the_seed_of_the_earlier_points(dim: int, seed: int) -> None:
    """The first numbers drawn are then those that gave a root of several its direction."""
    G = several_roots()
    old = nxp.embed(G.subgraph([*G][:-4]).copy(), dim, effort=0, seed=seed)
    emb = nxp.embed(G, dim, init=old, seed=seed)
    assert stays(emb, old)
    assert np.isfinite(emb.vectors).all()


class Drawn(np.random.Generator):
    """Draws the rows it is given, again and again, as normal numbers."""

    def __init__(self, rows: np.ndarray) -> None:
        super().__init__(np.random.PCG64(0))
        self.rows = rows

    def standard_normal(self, size: tuple[int, int]) -> np.ndarray:  # type: ignore[override]
        return np.resize(self.rows, size)


@pytest.mark.parametrize("dim", [3, 5, 10])
@pytest.mark.parametrize("scale", [1.0, -2.5, 1e-160, 0.0])
@pytest.mark.parametrize("noise", [0.0, 1e-16, 1e-9, 1e-7])
def test_whatever_is_drawn_is_a_direction(dim: int, scale: float, noise: float) -> None:
    """The parent's own direction, its opposite, next to it, and nothing at all."""
    rng = np.random.default_rng(dim)
    dag = Dag.from_edges(np.array([0, 0]), np.array([1, 2]), 4)
    for own in [*np.eye(dim), np.full(dim, dim**-0.5), *rng.standard_normal((5, dim))]:
        own = own / np.linalg.norm(own)
        known = np.array([True, False, False, False])
        directions, radii = np.tile(own, (4, 1)), np.array([1.0, 0.0, 0.0, 0.0])
        drawn = Drawn(scale * (own + noise * rng.standard_normal((3, dim))))
        directions, radii, _ = place_new_nodes(dag, directions, radii, known, max_radius=36.0, rng=drawn)
        np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1, rtol=1e-12)
        assert np.isfinite(radii).all()
        assert (radii[1:3] > 1).all()
        assert (directions[1:3] @ own < 1 - 1e-6).all()  # beside the parent, not behind it


def test_what_is_refused() -> None:
    G = nx.DiGraph([("a", "b")])
    emb = nxp.embed(G)
    with pytest.raises(nx.NodeNotFound, match="init has no point for any node of the graph, 'x'"):
        nxp.embed(nx.DiGraph([("x", "y")]), init=emb)
    with pytest.raises(ValueError, match="init has 2 dimensions, but dim=3"):
        nxp.embed(nx.DiGraph([("a", "b"), ("b", "c")]), 3, init=emb)
    with pytest.raises(ValueError, match="one vector for each of 3 nodes"):
        nxp.embed(nx.DiGraph([("a", "b"), ("b", "c")]), init=emb.vectors)
