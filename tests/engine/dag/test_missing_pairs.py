"""Critical pairs against their definition, and that completed orders stay orders."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nx_poincare.engine.dag import missing_pairs, walks
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.missing_pairs import critical_pairs, draw_held_out, likely_missing


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 14))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    parents, children = np.nonzero(np.triu(rng.random((n, n)) < draw(st.floats(0.0, 0.5)), 1))
    names = rng.permutation(n)
    G = nx.DiGraph(zip(names[parents].tolist(), names[children].tolist(), strict=True))
    G.add_nodes_from(range(n))
    return G


def dag_of(G):
    parents, children = np.array(list(G.edges), dtype=np.int64).reshape(-1, 2).T
    return Dag.from_edges(parents, children, len(G))


def evidence_by_definition(G):
    """Class of each critical pair (u, a), straight from the definition."""
    below = {v: nx.descendants(G, v) for v in G}
    above = {v: nx.ancestors(G, v) for v in G}
    children = nx.transitive_reduction(G).adj
    return {
        (u, a): 2 * (min(len(children[u]), 3) - 1) + (above[a] < above[u])
        for u in G
        for a in G
        if u != a and a not in above[u] | below[u] and below[u] and below[u] <= below[a] and above[a] <= above[u]
        if (below[u], above[u]) != (below[a], above[a])
    }


@given(graphs())
def test_critical_pairs_by_definition(G):
    found = critical_pairs(dag_of(G))
    pairs = [tuple(pair) for pair in found.pairs.tolist()]
    assert len(set(pairs)) == len(pairs)
    assert dict(zip(pairs, found.evidence.tolist(), strict=True)) == evidence_by_definition(G)


@given(graphs())
def test_all_critical_pairs_together_are_acyclic_and_each_alone_implies_no_other(G):
    closure = set(nx.transitive_closure_dag(G).edges)
    pairs = critical_pairs(dag_of(G)).pairs.tolist()
    for u, a in pairs:
        alone = G.copy()
        alone.add_edge(a, u)
        assert set(nx.transitive_closure_dag(alone).edges) == closure | {(a, u)}
    G.add_edges_from((a, u) for u, a in pairs)
    assert nx.is_directed_acyclic_graph(G)


def test_long_work_is_done_in_parts_between_which_signals_get_through(monkeypatch: pytest.MonkeyPatch) -> None:
    parents, children = np.nonzero(np.triu(np.random.default_rng(0).random((120, 120)) < 0.1, 1))
    dag = Dag.from_edges(parents, children, 120)
    whole, calls, kernel = critical_pairs(dag), [], missing_pairs._critical_pairs
    assert len(whole.pairs)
    monkeypatch.setattr(missing_pairs, "_critical_pairs", lambda *arguments: calls.append(1) or kernel(*arguments))
    monkeypatch.setattr(walks, "STEPS_AT_ONCE", 100)
    parts = critical_pairs(dag)
    assert len(calls) > 10
    assert [each.tobytes() for each in parts] == [each.tobytes() for each in whole]


@given(st.integers(0, 2**32 - 1), st.floats(0, 0.1), st.floats(0.01, 0.5))
def test_what_is_found_is_new_and_closes_no_cycle(seed, second_parents, share):
    rng = np.random.default_rng(seed)
    n = 150
    edges = [(int(rng.integers(v)), v) for v in range(1, n)]
    edges += [(int(rng.integers(v)), v) for v in range(1, n) if rng.random() < second_parents]
    closure = nx.transitive_closure_dag(nx.DiGraph(edges))
    above, below = np.array(list(closure.edges)).T
    drawn = draw_held_out(below, above, n, share, rng)
    known = nx.DiGraph(zip(above[~drawn].tolist(), below[~drawn].tolist(), strict=True))
    found = likely_missing(dag_of(known), share, np.random.default_rng(seed))
    pairs = [(a, u) for u, a in found.tolist()]
    assert len(set(pairs)) == len(pairs)
    assert not set(pairs) & set(nx.transitive_closure_dag(known).edges)
    known.add_edges_from(pairs)
    assert nx.is_directed_acyclic_graph(known)


def test_held_out_pairs_have_an_inner_node_below_and_no_root_above(mammals):
    index = {node: i for i, node in enumerate(mammals)}
    closure = nx.transitive_closure_dag(nx.DiGraph(mammals))
    above, below = np.array([(index[a], index[u]) for a, u in closure.edges]).T
    drawn = draw_held_out(below, above, len(index), 0.3, np.random.default_rng(0))
    nodes = list(mammals)
    assert all(mammals.out_degree(nodes[u]) for u in below[drawn])
    assert all(mammals.in_degree(nodes[a]) for a in above[drawn])
    eligible = sum(mammals.out_degree(u) > 0 < mammals.in_degree(a) for a, u in closure.edges)
    assert drawn.sum() == round(0.3 * eligible)
    star = np.array([1, 2, 3]), np.zeros(3, dtype=np.int64)
    assert not draw_held_out(*star, 4, 0.5, np.random.default_rng(0)).any()
