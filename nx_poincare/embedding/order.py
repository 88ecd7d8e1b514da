"""Questions about the order that points give: ancestors, descendants and the ways between nodes.

The ancestors of a node are the nodes within its horizon. All answers agree with each other, as all come from
`nx_poincare.engine.ranking.order`, whether all nodes were compared or those near.
"""

from __future__ import annotations

import warnings
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, Literal, Self

import networkx as nx
import numpy as np
from scipy.sparse import csr_array

from nx_poincare.embedding.quality import (
    QualityWarning,
    is_poor_order,
    warning_of_lost_edges,
    warning_of_poor_order,
)
from nx_poincare.embedding.queries import PointQueries
from nx_poincare.engine.ranking.order import (
    highest_rows,
    is_ancestor,
    lowest_row,
    lowest_rows,
    order_of_points,
)
from nx_poincare.extractors.digraph import Direction
from nx_poincare.utils.arrays import IntArray

if TYPE_CHECKING:
    from nx_poincare.hierarchy.hierarchy import Hierarchy
    from nx_poincare.utils.arrays import FloatArray

__all__ = ["OrderQueries"]


class OrderQueries(PointQueries):
    """What the points of an `nx_poincare.Embedding` say of ancestors, from directions, radii and horizons."""

    _has_warned = False

    def ancestors(self, u: Hashable) -> list[Hashable]:
        """Nodes that stand within the horizon of a node, the widest cone first.

        Those are the nodes v with d(u, v) < horizon of u. By the plain rule, where the horizon is the distance to the
        origin, u lies in the half-space of v, or v at the origin; on trees that fit, those are exactly the ancestors,
        see `nx_poincare.engine.cones.arcs.nested_arcs`. Elsewhere horizons are fitted to the hierarchy, see
        `fit_horizons`, and `nx_poincare.evaluate_order` counts what is found and what is missed. Where the `quality`
        of the embedding has an F1 below .9, the first question about its order gives an `nx_poincare.QualityWarning`.

        Examples
        --------
        >>> import networkx as nx, nx_poincare as nxp
        >>> emb = nxp.embed(nx.DiGraph([("animal", "dog"), ("animal", "cat"), ("dog", "puppy")]))
        >>> emb.ancestors("puppy"), emb.descendants("dog"), emb.is_ancestor("cat", "puppy")
        (['animal', 'dog'], ['puppy'], False)
        """
        self._warn_of_poor_order()
        return self._names(self._row_queries.ancestors(self._index_of(u)))

    def descendants(self, u: Hashable) -> list[Hashable]:
        """Nodes that have a node within their horizon, those of the widest cones first; see `ancestors`."""
        self._warn_of_poor_order()
        return self._names(self._row_queries.descendants(self._index_of(u)))

    def parents(self, u: Hashable) -> list[Hashable]:
        """Ancestors of a node that are ancestors of none of its other ancestors, the narrowest cone first.

        At a root, none.

        Examples
        --------
        >>> import networkx as nx, nx_poincare as nxp
        >>> emb = nxp.embed(nx.DiGraph([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]), dim=5, seed=0)
        >>> sorted(emb.parents("d")), sorted(emb.children("a"))
        (['b', 'c'], ['b', 'c'])
        """
        self._warn_of_poor_order()
        return self._names(lowest_rows(self._ordered, self._row_queries.ancestors(self._index_of(u))))

    def children(self, u: Hashable) -> list[Hashable]:
        """Descendants of a node that have no other descendant of it for an ancestor, the widest cone first."""
        self._warn_of_poor_order()
        return self._names(highest_rows(self._ordered, self._row_queries.descendants(self._index_of(u))))

    def is_ancestor(self, a: Hashable, u: Hashable) -> bool:
        """Whether ``a`` stands within the horizon of ``u``; see `ancestors`."""
        self._warn_of_poor_order()
        return self._is_ancestor(self._index_of(a), self._index_of(u))

    def subtree(self, u: Hashable) -> list[Hashable]:
        """A node and its descendants, those of the widest cones first; see `ancestors`.

        Examples
        --------
        >>> import networkx as nx, nx_poincare as nxp
        >>> nxp.embed(nx.DiGraph([("animal", "dog"), ("animal", "cat"), ("dog", "puppy")])).subtree("dog")
        ['dog', 'puppy']
        """
        self._warn_of_poor_order()
        return [u, *self._names(self._row_queries.descendants(self._index_of(u)))]

    def lowest_common_ancestor(self, u: Hashable, v: Hashable) -> Hashable | None:
        """The lowest node that is an ancestor of both nodes, or the node itself where one is above the other.

        Of several, the one with the narrowest cone. None: there is no common ancestor.

        Examples
        --------
        >>> import networkx as nx, nx_poincare as nxp
        >>> emb = nxp.embed(nx.DiGraph([("animal", "dog"), ("animal", "cat"), ("dog", "puppy"), ("dog", "pug")]))
        >>> emb.lowest_common_ancestor("puppy", "pug"), emb.lowest_common_ancestor("puppy", "dog")
        ('dog', 'dog')
        >>> emb.lowest_common_ancestor("puppy", "cat")
        'animal'
        """
        self._warn_of_poor_order()
        found = self._lowest_common_row(self._index_of(u), self._index_of(v))
        return None if found is None else self.nodes[found]

    def path(self, u: Hashable, v: Hashable) -> list[Hashable]:
        """Nodes from u up to the lowest common ancestor of u and v, and from there down to v.

        Every step leads to a parent or to a child in the order that the points say; where a node has several
        parents, to the one with the narrowest cone that stands below the common ancestor. If u is an ancestor of v
        the path only leads down, from u to v.

        Raises
        ------
        networkx.NetworkXNoPath
            If the nodes have no common ancestor.

        Examples
        --------
        >>> import networkx as nx, nx_poincare as nxp
        >>> emb = nxp.embed(nx.DiGraph([("animal", "dog"), ("animal", "cat"), ("dog", "puppy")]))
        >>> emb.path("puppy", "cat"), emb.path("animal", "puppy")
        (['puppy', 'dog', 'animal', 'cat'], ['animal', 'dog', 'puppy'])
        """
        self._warn_of_poor_order()
        i, j = self._index_of(u), self._index_of(v)
        top = self._lowest_common_row(i, j)
        if top is None:
            raise nx.NetworkXNoPath(f"nodes {u!r} and {v!r} have no common ancestor")
        up, down = self._rows_up(i, top), self._rows_up(j, top)
        return [self.nodes[row] for row in [*up, *down[-2::-1]]]

    def order(self) -> csr_array:
        """All ancestors at once: a boolean CSR array of shape (n, n), row descendant, column ancestor.

        Rows and columns are in the order of `nodes`. It agrees with `is_ancestor` on every pair. All pairs are
        compared, in a few seconds for 82,000 nodes.

        Examples
        --------
        >>> import networkx as nx, nx_poincare as nxp
        >>> emb = nxp.embed(nx.DiGraph([("animal", "dog"), ("dog", "puppy")]))
        >>> emb.order().toarray().astype(int)
        array([[0, 0, 0],
               [1, 0, 0],
               [1, 1, 0]])
        """
        self._warn_of_poor_order()
        return order_of_points(self._ordered)

    def fit_horizons(
        self,
        G: nx.Graph | Hierarchy,
        *,
        direction: Direction = "parent_to_child",
        on_cycle: Literal["condense", "raise"] = "condense",
        root: Hashable | None = None,
        n_jobs: int = 1,
        client: Any = None,
        progress: bool | None = None,
    ) -> Self:
        """The same points with horizons that part the ancestors in a hierarchy best from all other nodes.

        The horizon of a node is put where the fewest ancestors stand beyond it and the fewest other nodes within,
        half-way between the last node within and the next. It stays the distance to the origin where that is as good,
        and at nodes that the graph lacks. `embed` does this for its own result; call it for vectors of other origin, or
        for another hierarchy. The work is that of `nx_poincare.evaluate_reconstruction`.

        Parameters
        ----------
        G : networkx graph, Hierarchy, or what `nx_poincare.embed` takes for a graph
            It may lack nodes of the embedding.
        direction, on_cycle, root
            How to read a graph, as in `nx_poincare.embed`. An embedding that knows its edges has the last word: a graph
            that is read the other way is turned, with a warning.
        n_jobs : int, default 1
            Threads; -1 for one per processor. The result does not depend on it.
        client : dask.distributed.Client, optional
            Of a cluster whose workers look at the nodes, in the place of threads. The result does not depend on it.
        progress : bool, optional
            Show a progress bar on standard error; default: if that is a terminal.

        Returns
        -------
        Embedding
            Its `quality` is that of the graph, over all nodes.

        Raises
        ------
        networkx.NodeNotFound
            If a node of the graph is not in the embedding.

        Examples
        --------
        >>> import networkx as nx, nx_poincare as nxp
        >>> G = nx.DiGraph([("a", "b"), ("b", "c")])
        >>> emb = nxp.Embedding.from_vectors("abc", [[0.5, 0.0], [0.5, 0.2], [0.5, 0.55]])
        >>> emb.ancestors("b"), emb.fit_horizons(G).ancestors("b")
        (['a', 'c'], ['a'])
        """
        from nx_poincare.cluster.workers import workers_of
        from nx_poincare.embedding.direction import hierarchy_as_embedded  # these load what no other question needs
        from nx_poincare.embedding.horizons import fitted_horizons

        workers = workers_of(n_jobs, client)
        hierarchy = hierarchy_as_embedded(self, G, direction, on_cycle, root)
        horizons, quality = fitted_horizons(self, hierarchy, workers=workers, progress=progress)
        return self.with_horizons(horizons)._with_quality(quality)

    def _warn_of_poor_order(self) -> None:
        """Say once, for the caller of the caller, that answers are known to be poor."""
        if self._has_warned:
            return
        message = warning_of_lost_edges(self._lost_edges)
        if self._quality is not None and is_poor_order(self._quality):
            message = warning_of_poor_order(self._quality, has_horizons=self.has_horizons)
        if message is not None:
            self._has_warned = True
            warnings.warn(message, QualityWarning, stacklevel=3)

    # -- by rows -----------------------------------------------------------------------------

    def _is_ancestor(self, above: int, below: int) -> bool:
        horizon: Any = None if self._horizons is None else self._horizons[below]
        s: FloatArray = self.directions
        r = self.radii
        return above != below and bool(is_ancestor(s[above], r[above], s[below], r[below], horizon))

    def _with_ancestors(self, row: int) -> IntArray:
        return np.append(row, self._row_queries.ancestors(row))

    def _lowest_common_row(self, i: int, j: int) -> int | None:
        common = np.intersect1d(self._with_ancestors(i), self._with_ancestors(j))
        return lowest_row(self._ordered, common) if len(common) else None

    def _rows_up(self, row: int, top: int) -> list[int]:
        """Rows from one up to another, which is the same or an ancestor."""
        rows, seen = [row], {row}
        below_top = {top, *self._row_queries.descendants(top).tolist()}
        while rows[-1] != top:
            above = self._row_queries.ancestors(rows[-1])
            between = [a for a in above.tolist() if a in below_top and a not in seen]
            rows.append(lowest_row(self._ordered, np.array(between, dtype=np.int64)))
            seen.add(rows[-1])
        return rows
