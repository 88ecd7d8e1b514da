"""Hierarchy: names, levels, closure; cycles condensed."""

import copy
import inspect
import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nx_poincare as nxp
from nx_poincare.engine.dag.dag import ClosureTooLargeError
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.io.graphs.read_edges import EdgeFile


@st.composite
def digraphs(draw, most=14):
    n = draw(st.integers(0, most))
    G = nx.DiGraph()
    G.add_nodes_from(draw(st.permutations([f"node {i}" for i in range(n)])))
    nodes = list(G)
    if n:
        G.add_edges_from(
            (nodes[a], nodes[b])
            for a, b in draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=2 * n))
        )
    return G


def strict_pairs(G):
    """(descendant, ancestor) where a path leads down and none back."""
    return {(u, a) for a in G for u in nx.descendants(G, a) if not nx.has_path(G, u, a)}


@given(digraphs())
def test_closure_of_any_digraph(G):
    h = Hierarchy.from_digraph(G)
    entries = h.closure.tocoo()
    found = {(h.nodes[r], h.nodes[c]) for r, c in zip(entries.row, entries.col, strict=True)}
    assert found == strict_pairs(G)
    streamed = list(nxp.closure_edges(G))
    assert len(streamed) == len(found)
    assert {(u, a) for u, a, _, _ in streamed} == found
    level = dict(zip(h.nodes, h.levels.tolist(), strict=True))
    assert all(level[u] == below and level[a] == above and below > above for u, a, below, above in streamed)
    for v in G:
        assert set(h.ancestors(v)) == {a for u, a in found if u == v}
    assert h.ancestor_counts.tolist() == [sum(u == v for u, _ in found) for v in G]
    assert h.descendant_counts.tolist() == [sum(a == v for _, a in found) for v in G]
    assert [counts.tolist() for counts in h.closure_counts()] == [
        h.ancestor_counts.tolist(), h.descendant_counts.tolist()
    ]  # fmt: skip


@given(digraphs())
def test_levels_of_any_digraph_are_longest_paths_between_cycles(G):
    h = Hierarchy.from_digraph(G)
    C = nx.condensation(G)
    longest = {}
    for c in nx.topological_sort(C):
        longest[c] = max((longest[p] + 1 for p in C.predecessors(c)), default=0)
    assert dict(zip(h.nodes, h.levels.tolist(), strict=True)) == {v: longest[C.graph["mapping"][v]] for v in G}


@given(digraphs())
def test_cycles_can_be_refused_and_are_named(G):
    has_cycle = any(len(c) > 1 for c in nx.strongly_connected_components(G))
    if not has_cycle:
        Hierarchy.from_digraph(G, on_cycle="raise")
        return
    with pytest.raises(nx.NetworkXUnfeasible) as caught:
        Hierarchy.from_digraph(G, on_cycle="raise")
    cycle = [part.strip("'") for part in str(caught.value).split(": ")[1].split(";")[0].split(" -> ")]
    if not any(part.startswith("...") for part in cycle):
        assert cycle[0] == cycle[-1]
        assert nx.is_path(G, cycle)


def test_direct_edges_and_parents():
    G = nx.MultiDiGraph([("a", "b"), ("a", "b"), ("b", "b"), ("b", "c"), ("a", "c")])
    h = Hierarchy.from_digraph(G)
    assert h.edges.tolist() == [[0, 1], [0, 2], [1, 2]]
    assert h.parents.toarray().tolist() == [[0, 0, 0], [1, 0, 0], [1, 1, 0]]


def test_wordnet_nouns(nouns):
    h = Hierarchy.from_digraph(nouns)
    assert (len(h), len(h.edges), h.closure.nnz, h.levels.max()) == (82_115, 84_427, 743_241, 19)
    assert h.closure.has_sorted_indices
    assert [h.nodes[i] for i in h.dag.roots] == ["entity.n.01"]
    assert np.array_equal(h.levels, [nouns.nodes[v]["level"] for v in h.nodes])


def test_mammals_against_networkx(mammals):
    h = Hierarchy.from_digraph(mammals)
    oracle = nx.transitive_closure_dag(nx.DiGraph(mammals))
    found = {(h.nodes[c], h.nodes[r]) for r, c in zip(*h.closure.nonzero(), strict=True)}
    assert found == set(oracle.edges)


def test_closure_limit_counts_pairs_of_nodes_not_of_cycles():
    ring = nx.cycle_graph(50, create_using=nx.DiGraph)
    ring.add_edges_from((49, 100 + i) for i in range(10))
    assert Hierarchy.from_digraph(ring, max_pairs=500).closure.nnz == 500
    with pytest.raises(ClosureTooLargeError, match="499"):
        _ = Hierarchy.from_digraph(ring, max_pairs=499).closure


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"edges": [(0, 5)]}, ValueError, "edge number 0"),
        ({"edges": [], "on_cycle": "ignore"}, ValueError, "on_cycle"),
    ],
)
def test_wrong_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        Hierarchy.from_edges("abc", **arguments)


def test_unknown_node():
    with pytest.raises(nx.NodeNotFound, match="'z'"):
        Hierarchy.from_edges("ab", [(0, 1)]).ancestors("z")


def arrays_of(H: Hierarchy) -> dict[str, np.ndarray]:
    """All arrays that a hierarchy shows."""
    dag = ("parent_starts", "parent_list", "child_starts", "child_list", "order", "levels", "roots", "first_parents")
    return {
        **{f"dag.{name}": getattr(H.dag, name) for name in dag},
        **{name: getattr(H, name) for name in ("edges", "component", "levels", "ancestor_counts", "descendant_counts")},
        **{f"closure.{name}": getattr(H.closure, name) for name in ("data", "indices", "indptr")},
        **{f"parents.{name}": getattr(H.parents, name) for name in ("data", "indices", "indptr")},
    }


@pytest.mark.parametrize("way", [lambda H: H, copy.deepcopy, lambda H: pickle.loads(pickle.dumps(H))])
def test_nothing_that_compiled_loops_trust_can_be_written(way: Callable[[Hierarchy], Hierarchy]) -> None:
    """`H.dag.parent_list[:] = 10**7` ended the process."""
    H = Hierarchy.from_edges("abcd", [(0, 1), (1, 2), (0, 3), (3, 2)])
    assert len(arrays_of(H)) > len(H.index)  # all are there now
    for name, array in arrays_of(way(H)).items():
        with pytest.raises(ValueError, match="read-only"):
            array[:] = 10**7
        assert array.max() < 10, name
    with pytest.raises(TypeError):
        way(H).index["a"] = 10**7  # type: ignore[index]
    assert way(H).index["d"] == 3


@pytest.mark.parametrize(
    ("edges", "problem"),
    [
        (np.array([[0, 2**64 - 1]], dtype=np.uint64), "edges must be whole numbers, and 18446744073709551615"),
        ([[0, 1.5]], r"edges must be whole numbers, and 1\.5"),
        (np.ma.masked_array([[0, 1]], mask=[[False, True]]), "edges: some values are masked"),
        ([[0, 1, 1], [1, 0, 1]], r"edges has shape \(2, 3\), expected \(m, 2\)"),  # with weights: they were other edges
        ([0, 1], r"edges has shape \(2,\)"),
        (0, r"edges has shape \(\)"),
    ],
)
def test_edges_that_are_no_indices(edges: Any, problem: str) -> None:
    """They were taken for the rows -1, 1 and 1."""
    with pytest.raises(ValueError, match=problem):
        Hierarchy.from_edges("ab", edges)


def with_dag(**arrays: Any) -> Callable[[Hierarchy], Hierarchy]:
    return lambda H: replace(H, dag=replace(H.dag, **arrays))


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (with_dag(parent_list=np.full(4, 10**9)), "parent_list of dag"),
        (with_dag(parent_list=np.full(4, -1)), "parent_list of dag"),
        (with_dag(parent_list=np.zeros(4)), "parent_list of dag"),
        (with_dag(parent_starts=np.array([0, 0, 10**9, 2, 4])), "parent_starts of dag"),
        (with_dag(parent_starts=np.array([0, 4, 0, 0, 4])), "parent_starts of dag"),
        (with_dag(parent_starts=np.array([], dtype=np.int64)), "parent_starts of dag"),
        (with_dag(parent_starts=np.array([0, 1, 2, 3, 4]), parent_list=np.array([1, 2, 3, 0])), "dag has a cycle"),
        (lambda H: replace(H, dag=None), "dag must be a Dag"),
        (lambda H: replace(H, component=np.full(4, 10**9)), "component must be 4 integers"),
        (lambda H: replace(H, component=H.component[:2]), "component must be 4 integers"),
        (lambda H: replace(H, component=np.zeros(4, dtype=np.int64)), "component leaves out"),
        (lambda H: replace(H, edges=H.edges - 10**9), "edges must be an array of integers"),
        (lambda H: replace(H, nodes=("a",)), "edges must be an array of integers"),
        (lambda H: replace(H, max_pairs=float("nan")), "max_pairs must be between"),
    ],
)
def test_a_hierarchy_of_arrays_that_do_not_fit(changed: Callable[[Hierarchy], Hierarchy], problem: str) -> None:
    """Compiled loops left the arrays with them; `dataclasses.replace` and the class itself take any."""
    H = Hierarchy.from_edges("abcd", [(0, 1), (1, 2), (0, 3), (3, 2)])
    with pytest.raises(ValueError, match=problem):
        changed(H)
    assert replace(H, max_pairs=1).closure_counts().ancestors.sum() == 5


def test_files_are_read_with_the_options_of_read_graph():
    """They stand in two signatures, where help and editors find them, and are the same in both."""
    ours = inspect.signature(Hierarchy.from_file).parameters
    theirs = inspect.signature(nxp.read_graph).parameters
    shared = [name for name in theirs if name in ours]
    assert set(shared) == set(EdgeFile._fields)
    for name in shared:
        assert ours[name].default == theirs[name].default
        assert ours[name].annotation == theirs[name].annotation or name == "path"  # a table in memory is no file
        assert EdgeFile._field_defaults.get(name, inspect.Parameter.empty) == ours[name].default
