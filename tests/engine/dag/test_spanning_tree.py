"""The spanning tree against brute force."""

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nx_poincare.engine.dag import spanning_tree as module
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.spanning_tree import spanning_tree


@st.composite
def random_dags(draw, most=25):
    n = draw(st.integers(1, most))
    edges = draw(st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=3 * n))
    forward = sorted((min(a, b), max(a, b)) for a, b in edges if a != b)
    relabel = draw(st.permutations(range(n)))
    return np.array([(relabel[a], relabel[b]) for a, b in forward], dtype=np.int64).reshape(-1, 2), n


def missed_by_definition(dag, tree):
    G = nx.DiGraph(
        zip(
            dag.parent_list.tolist(),
            np.repeat(np.arange(dag.n), np.diff(dag.parent_starts)).tolist(),
            strict=True,
        )
    )
    G.add_nodes_from(range(dag.n))
    T = nx.DiGraph((int(p), v) for v, p in enumerate(tree.parents) if p >= 0)
    T.add_nodes_from(range(dag.n))
    return [len(nx.descendants(G, v)) - len(nx.descendants(T, v)) for v in range(dag.n)], T


@given(random_dags())
def test_parents_sizes_and_missed_descendants_are_what_they_say(edges_and_n):
    edges, n = edges_and_n
    dag = Dag.from_edges(edges[:, 0], edges[:, 1], n)
    tree = spanning_tree(dag)
    for v in range(n):
        own = dag.parents_of(v).tolist()
        assert tree.parents[v] in own if own else tree.parents[v] == -1
    missed, T = missed_by_definition(dag, tree)
    assert tree.missed.tolist() == missed
    assert tree.sizes.tolist() == [1 + len(nx.descendants(T, v)) for v in range(n)]


@given(random_dags())
def test_local_search_never_makes_it_worse(edges_and_n):
    edges, n = edges_and_n
    dag = Dag.from_edges(edges[:, 0], edges[:, 1], n)
    several = np.flatnonzero(np.diff(dag.parent_starts) > 1)
    start = module._highest_parent(dag.parent_starts, dag.parent_list, module._parent_ranks(dag, several))
    before = module._missed_descendants(dag, several, start)
    assert (spanning_tree(dag).missed ** 0.3).sum() <= (before**0.3).sum() + 1e-6


def test_missed_descendants_are_estimated_when_counting_would_take_too_long(monkeypatch):
    rng = np.random.default_rng(0)
    n = 3000
    edges = np.array([(rng.integers(v), v) for v in range(1, n) for _ in range(2)])
    dag = Dag.from_edges(edges[:, 0], edges[:, 1], n)
    exact = spanning_tree(dag).missed.sum()
    monkeypatch.setattr("nx_poincare.engine.dag.dag._PAIRS_PER_BLOCK", 5000)
    monkeypatch.setattr(module, "_MOST_PAIRS", 20_000)
    estimated = spanning_tree(dag).missed.sum()
    assert 0.5 < estimated / exact < 2


def test_a_deep_graph_does_not_take_quadratic_time():
    n = 200_000
    chain = np.column_stack([np.arange(n - 1), np.arange(1, n)])
    dag = Dag.from_edges(*np.vstack([chain, chain[:-1] + np.array([0, 1])]).T, n)  # every node also skips one
    tree = spanning_tree(dag)
    assert tree.sizes[0] == n
