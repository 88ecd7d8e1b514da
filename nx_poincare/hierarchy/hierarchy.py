"""Hierarchy: the one place where node names become indices.

What comes before it (extractors) speaks of graphs and names, what comes after it
(cones, training) only of arrays.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import networkx as nx
import numpy as np
from scipy.sparse import coo_array, csr_array

from nx_poincare.cluster.workers import workers_of
from nx_poincare.engine.dag.dag import ClosureTooLargeError, Dag
from nx_poincare.extractors.digraph import Direction, as_graph, edges_of_graph
from nx_poincare.extractors.tables import is_frame
from nx_poincare.hierarchy.ancestor_queries import AncestorQueries
from nx_poincare.hierarchy.cycles import (
    condense,
    cycle_in_words,
    distinct_edges,
    edges_without_loops,
    own_components,
    strong_components,
)
from nx_poincare.hierarchy.kept_arrays import with_kept_arrays
from nx_poincare.hierarchy.left_out import say_what_is_condensed, say_what_is_off_the_tree
from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.graphs.read import Format, read_graph
from nx_poincare.io.graphs.read_edges import EdgeFile, read_edges, warn_if_upside_down
from nx_poincare.io.streams import Source
from nx_poincare.utils.arrays import IntArray, NumbersOfRows, Widened, widened, with_attributes
from nx_poincare.utils.cached import cached_property
from nx_poincare.utils.names import as_names
from nx_poincare.utils.progress import with_signs_of_life

__all__ = ["DEFAULT_MAX_PAIRS", "ClosureTooLargeError", "Hierarchy"]

DEFAULT_MAX_PAIRS = 200_000_000


@with_attributes(edges=Widened(), component=NumbersOfRows())
@dataclass(frozen=True, eq=False, repr=False)
class Hierarchy(AncestorQueries):
    """Nodes, direct edges, levels and transitive closure of a hierarchy.

    Build it with `from_digraph` or `from_edges`. A node ``a`` is an *ancestor* of ``u``
    when a path of edges leads from ``a`` down to ``u`` and none leads back. Nodes on a
    common cycle are therefore no ancestors of each other: they are condensed, which means
    that they share their level, their ancestors and their descendants, and stand beside
    each other.

    Attributes
    ----------
    nodes : tuple of hashable
        Node names, in the order of the graph; the position of a name is its index. Hundreds of thousands of integers or
        texts that were read from a file are in arrays (`nx_poincare.utils.names.Names`), which read as a tuple.
    edges : ndarray of int64, shape (number of edges, 2)
        Direct edges as (parent, child) indices, self-loops and repetitions removed;
        edges along cycles included.
    component : ndarray of int64, shape (n,)
        The condensed node that each node belongs to: one number for all nodes on a common
        cycle, but numbers of their own for nodes that nothing hangs below.
    dag : Dag
        The acyclic graph over the condensed nodes.

    All arrays are read-only. Those of more than half a million nodes are kept in half of the memory, and made anew each
    time that they are asked for.

    Examples
    --------
    >>> h = Hierarchy.from_edges("abcd", [(0, 1), (1, 2), (0, 3), (3, 2)])
    >>> h.levels
    array([0, 1, 2, 1])
    >>> h.ancestors("c")
    ['a', 'b', 'd']
    """

    nodes: Sequence[Hashable]
    edges: IntArray
    component: IntArray
    dag: Dag
    max_pairs: int = field(default=DEFAULT_MAX_PAIRS, repr=False)

    @classmethod
    def from_digraph(
        cls,
        G: nx.Graph,
        *,
        direction: Direction = "parent_to_child",
        on_cycle: Literal["condense", "raise"] = "condense",
        root: Hashable | None = None,
        max_pairs: int = DEFAULT_MAX_PAIRS,
    ) -> Hierarchy:
        """Read the hierarchy that a graph describes; the graph is not changed.

        Parameters
        ----------
        G : networkx.Graph, DiGraph, MultiGraph or MultiDiGraph, or what `nx_poincare.embed` takes for a graph
            Parallel edges count once, self-loops are ignored. In an undirected graph the
            hierarchy is the breadth-first tree of each connected component.
        direction : {"parent_to_child", "child_to_parent"}, default "parent_to_child"
            What an edge ``(u, v)`` of a directed graph means. Undirected graphs have no
            direction and ignore it.
        on_cycle : {"condense", "raise"}, default "condense"
            ``"condense"`` lets the nodes of a cycle share a level and stand beside each other,
            ``"raise"`` refuses the graph and names a cycle.
        root : node, optional
            Undirected graphs only: where the breadth-first tree of its component starts.
            Default for each component: the node that ``G.graph["root"]`` or one that ``G.graph["roots"]`` names, as
            NetworkX's generators write them; else a centre if it is a tree, otherwise the node of highest
            degree; the first in node order where several qualify.
        max_pairs : int, default 200,000,000
            Limit of the transitive closure, should it be asked for.

        Warns
        -----
        HierarchyWarning
            With the number of edges of an undirected graph that are off the tree, or of nodes that are on cycles.

        Raises
        ------
        TypeError
            If ``G`` is not a graph.
        networkx.NetworkXUnfeasible
            If there is a cycle and ``on_cycle="raise"``.
        networkx.NodeNotFound
            If ``root`` is not in the graph.
        ValueError
            If an option is unknown, or ``root`` is given for a directed graph.

        Examples
        --------
        >>> import networkx as nx
        >>> h = Hierarchy.from_digraph(nx.DiGraph([("animal", "dog"), ("animal", "cat")]))
        >>> h.nodes, h.levels
        (('animal', 'dog', 'cat'), array([0, 1, 1]))
        >>> Hierarchy.from_digraph(nx.path_graph(5)).levels
        array([2, 1, 0, 1, 2])
        """
        G = as_graph(G)
        named_edges = edges_of_graph(G, direction=direction, root=root)
        hierarchy = cls.from_edges(*named_edges, on_cycle=on_cycle, max_pairs=max_pairs)
        if not G.is_directed():
            say_what_is_off_the_tree(G, len(hierarchy._edges))
        if hierarchy._component is not None:  # else there are no cycles
            say_what_is_condensed(hierarchy.nodes, hierarchy.edges, hierarchy.levels)
        return hierarchy

    @classmethod
    @with_signs_of_life("reading")
    def from_file(
        cls,
        path: Source,
        *,
        format: Format | None = None,
        delimiter: str | None = None,
        header: bool | None = None,
        source: Any = None,
        target: Any = None,
        levels: Sequence[Any] | None = None,
        direction: Direction | None = None,
        on_cycle: Literal["condense", "raise"] = "condense",
        root: Hashable | None = None,
        max_bytes: int = DEFAULT_MAX_BYTES,
        progress: bool | None = None,
        n_jobs: int = 1,
        client: Any = None,
    ) -> Hierarchy:
        """Read the hierarchy in a file; of an edge list without a NetworkX graph, the way for millions of nodes.

        The result is that of `nx_poincare.read_graph` and `from_digraph`, to the order of nodes and edges.

        Parameters
        ----------
        path, format, delimiter, header, source, target, levels, max_bytes
            As in `nx_poincare.read_graph`.
        direction : {"parent_to_child", "child_to_parent"}, optional
            What an edge from the first of the two columns to the second means. Default: what the header says, see
            `nx_poincare.read_graph`, and from parent to child where it says nothing.
        on_cycle, root
            As in `from_digraph`.
        progress : bool, optional
            Show a progress bar of long edge lists on standard error; default: if that is a terminal.
        n_jobs : int, default 1
            Threads that read Parquet; -1 for one per processor. The result is the same.
        client : dask.distributed.Client, optional
            Of a cluster whose workers read Parquet, in the place of threads: the files must be at the same absolute
            path on all machines. Other formats are read here.

        Raises
        ------
        GraphFileError, ValueError, FileNotFoundError
            As in `nx_poincare.read_graph`; also where a worker does not see a file.
        ClusterError
            If the cluster has no workers, or workers of another version; `SchedulerLostError` if it goes away.
        networkx.NetworkXUnfeasible
            If there is a cycle and ``on_cycle="raise"``.

        Examples
        --------
        >>> import io
        >>> Hierarchy.from_file(io.StringIO("animal,dog\\nanimal,cat\\n"), format="csv").levels
        array([0, 1, 1])
        """
        file = EdgeFile(path, format, delimiter, header, source, target, levels, direction, max_bytes, progress)
        nodes, edges = read_edges(file, root=root, workers=workers_of(n_jobs, client))
        hierarchy = cls.from_edges(nodes, edges, on_cycle=on_cycle)
        if hierarchy._component is not None:  # else there are no cycles
            say_what_is_condensed(hierarchy.nodes, hierarchy.edges, hierarchy.levels)
        return hierarchy

    @classmethod
    def from_pandas(
        cls,
        frame: Any,
        *,
        source: Any = None,
        target: Any = None,
        levels: Sequence[Any] | None = None,
        direction: Direction | None = None,
        on_cycle: Literal["condense", "raise"] = "condense",
        max_pairs: int = DEFAULT_MAX_PAIRS,
    ) -> Hierarchy:
        """Read the hierarchy in two columns of a data frame, a row for each edge.

        Parameters
        ----------
        frame : pandas.DataFrame
        source, target, levels, direction
            As in `from_file`. A row without a name in the column of parents is a root.
        on_cycle, max_pairs
            As in `from_digraph`.

        Raises
        ------
        ValueError, networkx.NetworkXError
            As in `nx_poincare.read_graph`.
        networkx.NetworkXUnfeasible
            If there is a cycle and ``on_cycle="raise"``.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"id": [1, 2, 3], "parent": [None, 1, 1]})
        >>> Hierarchy.from_pandas(frame, source="parent", target="id").levels
        array([0, 1, 1])
        """
        if not is_frame(frame):
            raise TypeError(f"expected a data frame, got {type(frame).__name__}")
        warn_if_upside_down(source, target, direction)
        G = read_graph(frame, source=source, target=target, levels=levels, direction=direction)
        return cls.from_digraph(G, direction=direction or "parent_to_child", on_cycle=on_cycle, max_pairs=max_pairs)

    @classmethod
    def from_edges(
        cls,
        nodes: Sequence[Hashable],
        edges: Any,
        *,
        on_cycle: Literal["condense", "raise"] = "condense",
        max_pairs: int = DEFAULT_MAX_PAIRS,
    ) -> Hierarchy:
        """Build from names and an array of (parent index, child index).

        Parameters
        ----------
        nodes : sequence of hashable
            Node names, all different.
        edges : array_like of int, shape (number of edges, 2)
            Direct edges. Self-loops are ignored, repetitions count once.
        on_cycle : {"condense", "raise"}, default "condense"
            What to do where edges form a cycle.
        max_pairs : int
            Limit of `closure`, in pairs.

        Raises
        ------
        networkx.NetworkXUnfeasible
            If there is a cycle and ``on_cycle="raise"``; the message names one.
        ValueError
            If an option or an index is out of range, an index is no whole number, or edges are no pairs.

        Examples
        --------
        >>> Hierarchy.from_edges(["animal", "dog", "cat"], [(0, 1), (0, 2)]).parents.toarray()
        array([[False, False, False],
               [ True, False, False],
               [ True, False, False]])
        """
        if on_cycle not in ("condense", "raise"):
            raise ValueError(f"on_cycle must be 'condense' or 'raise', not {on_cycle!r}")
        names = as_names(nodes)
        n = len(names)
        direct = edges_without_loops(edges, n)
        dag = Dag.from_edges(direct[:, 0], direct[:, 1], n)
        if len(dag.parent_list) < len(direct):
            direct = distinct_edges(direct, n)
        direct.flags.writeable = False
        if dag.is_acyclic:
            return cls(names, direct, own_components(n), dag, max_pairs)  # type: ignore[arg-type]
        component = strong_components(direct, n)
        if on_cycle == "raise" and component.max(initial=-1) + 1 < n:
            raise nx.NetworkXUnfeasible(
                f"the graph has a cycle: {cycle_in_words(names, direct, component)}; "
                "pass on_cycle='condense' to let its nodes stand beside each other"
            )
        component, dag = condense(direct, component)
        return cls(names, direct, component, dag, max_pairs)

    @property
    def levels(self) -> IntArray:
        """Number of edges of the longest path from a root, shape (n,); 0 for roots."""
        return widened(self._levels)

    @cached_property
    def parents(self) -> csr_array:
        """Direct edges as a boolean CSR array: row child, column parent."""
        entries = (np.ones(len(self.edges), dtype=np.bool_), (self.edges[:, 1], self.edges[:, 0]))
        return with_kept_arrays(csr_array(coo_array(entries, shape=(len(self), len(self)))))
