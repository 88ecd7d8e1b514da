"""Ancestors that a hierarchy does not name but that its other pairs suggest."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Literal

import networkx as nx

from nx_poincare.engine.dag.missing_pairs import likely_missing
from nx_poincare.extractors.digraph import Direction
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.hierarchy.reading import as_hierarchy
from nx_poincare.utils.checks import check_share
from nx_poincare.utils.progress import with_signs_of_life
from nx_poincare.utils.random_state import generator_of

__all__ = ["likely_missing_pairs"]


@with_signs_of_life("missing pairs")
def likely_missing_pairs(
    G: nx.Graph | Hierarchy,
    *,
    missing_share: float = 0.1,
    direction: Direction = "parent_to_child",
    on_cycle: Literal["condense", "raise"] = "condense",
    root: Hashable | None = None,
    seed: Any = None,
) -> list[tuple[Hashable, Hashable]]:
    """Find pairs (descendant, ancestor) that are likely missing from a list of such pairs with gaps.

    If all that is known to be a kind of dog is known to be an animal, and all that is above animals is known to be
    above dogs, then a dog likely is an animal. Pairs are looked for beyond the transitive closure of ``G``.

    Parameters
    ----------
    G : networkx graph, Hierarchy, or what `nx_poincare.embed` takes for a graph
        Edges may be those of a closure: a pair of a node and any of its ancestors. A graph of direct edges only
        leaves no trace of an edge that it lacks.
    missing_share : float, default 0.1
        Share of the pairs, between 0 and 1, that is thought to be missing. It decides what is believed: with a
        smaller one, fewer pairs are found, and more of them are right.
    direction, on_cycle, root
        How to read a graph, as in `embed`.
    seed : int, numpy.random.Generator, RandomState or None
        Of known pairs that are held out to measure what to believe.

    Returns
    -------
    list of tuple
        No pair follows from the edges of ``G``; as further edges they close no cycle. Empty where the graph gives
        nothing to believe, as those of dependencies do. For nodes of a cycle, one stands for all.

    Raises
    ------
    ValueError
        If an option is out of range.
    ClosureTooLargeError
        If the closure has more pairs than the hierarchy allows.

    See Also
    --------
    nx_poincare.engine.dag.missing_pairs : how it is done.

    Examples
    --------
    >>> import networkx as nx, nx_poincare as nxp
    >>> G = nx.transitive_closure_dag(nx.balanced_tree(2, 6, create_using=nx.DiGraph))
    >>> G.remove_edge(4, 9)
    >>> nxp.likely_missing_pairs(G, seed=0)
    [(9, 4)]
    """
    hierarchy = as_hierarchy(G, direction, on_cycle, root)
    check_share("missing_share", missing_share)
    hierarchy.dag.count_ancestors(hierarchy.max_pairs)
    first: dict[int, Hashable] = {}
    for node, condensed in zip(hierarchy.nodes, hierarchy.component.tolist(), strict=True):
        first.setdefault(condensed, node)
    pairs = likely_missing(hierarchy.dag, missing_share, generator_of(seed))
    return [(first[descendant], first[ancestor]) for descendant, ancestor in pairs.tolist()]
