"""Two dimensions: small graphs get caps that need not nest, where these are better than arcs."""

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.engine.cones.arcs.refine import refined_arcs
from nx_poincare.engine.cones.comparison import ranks_and_orders_no_worse, scores_of
from nx_poincare.engine.cones.cones import cones
from nx_poincare.engine.cones.skeleton.refine import Refinement
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.utils.workers import ONE_THREAD


def random_graph(n: int, roots: int, seed: int) -> nx.DiGraph:
    """Every node but the roots has one or two of the earlier ones for parents."""
    rng = np.random.default_rng(seed)
    G = nx.DiGraph()
    G.add_nodes_from(range(n))
    G.add_edges_from((int(parent), child) for child in range(roots, n) for parent in rng.integers(child, size=2))
    return G


@pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning", "ignore::nx_poincare.HierarchyWarning")
def test_most_small_graphs_are_exact():
    """Those that are not may have no exact place in the plane; arcs alone are exact for a third of them."""
    found = [nxp.embed(random_graph(7 + seed, roots, seed)).quality for roots in (2, 3, 5) for seed in range(5)]
    assert np.mean([quality is None or quality[:3] == (1, 1, 1) for quality in found]) > 0.9


def test_two_pairs_of_parents_that_share_no_root():
    G = nx.DiGraph([("a", "c"), ("b", "c"), ("b", "d"), ("x", "d")])
    emb = nxp.embed(G)
    assert {u: set(emb.ancestors(u)) for u in G} == {u: nx.ancestors(G, u) for u in G}


@pytest.mark.parametrize(("n", "roots"), [(18, 2), (60, 3), (150, 8)])
def test_never_worse_than_arcs(n, roots):
    G = random_graph(n, roots, 1)
    dag = Dag.from_edges(*np.array(G.edges).T, n)
    rows = np.flatnonzero(np.diff(dag.parent_starts))
    placed = cones(dag, 2, max_radius=36.0, rng=np.random.default_rng(0), refinement=Refinement(progress=False))
    arcs = refined_arcs(dag, max_radius=36.0)
    found, others = (
        scores_of(dag, *placed, rows, ONE_THREAD),
        scores_of(dag, arcs.directions, arcs.radii, rows, ONE_THREAD),
    )
    assert ranks_and_orders_no_worse(found, others)


@pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")
def test_nothing_is_random():
    one, other = (nxp.embed(random_graph(60, 3, 1), seed=seed) for seed in (1, 2))
    assert one.directions.tobytes() == other.directions.tobytes()


def test_pure_trees_on_a_small_skeleton_stay_exact():
    """Their intervals lie side by side on the line that a cap is, seen from its direction."""
    G = nx.DiGraph([("a", "c"), ("b", "c"), ("b", "d"), ("x", "d")])
    G.add_edges_from(("c", f"c{i}") for i in range(4))
    G.add_edges_from(("c1", f"c1{i}") for i in range(3))
    emb = nxp.embed(G)
    assert emb.quality[:3] == (1, 1, 1)
    assert set(emb.ancestors("c12")) == {"a", "b", "c", "c1"}
