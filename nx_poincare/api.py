"""The call most users need: `embed`."""

from __future__ import annotations

import logging
import os
from collections.abc import Hashable, Iterable
from typing import Any, Literal

import networkx as nx

from nx_poincare.attributes.attributes import check_attribute_names
from nx_poincare.cluster.workers import workers_of
from nx_poincare.embedding.condensed import (
    UserCallback,
    as_held_by_float32,
    callbacks_of,
    callbacks_on_arrays,
    embedding_of,
    joint_callback,
)
from nx_poincare.embedding.direction import warn_of_better_direction
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.embedding.graph_attributes import write_beside_those_of_others
from nx_poincare.embedding.horizons import with_horizons_and_quality
from nx_poincare.embedding.initial_points import start_points, with_given_points
from nx_poincare.embedding.quality import QualityWarning, hint_for_poor_ranks, is_poor
from nx_poincare.embedding.shown_graph import ShownGraph
from nx_poincare.embedding.trained_points import trained_points, training_arrays
from nx_poincare.engine.cones.skeleton.refine import Refinement
from nx_poincare.engine.training.options import Training, training_of
from nx_poincare.extractors.digraph import Direction, as_graph, stated_roots
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.hierarchy.left_out import say_where_trees_start
from nx_poincare.hierarchy.members_apart import map_lost_to_cycles, with_members_apart
from nx_poincare.hierarchy.reading import as_hierarchy
from nx_poincare.io.checkpoint import Checkpoint, checkpoint_of
from nx_poincare.layout.positions import LAYOUT_RADIUS, arcs_and_positions
from nx_poincare.utils.checks import check_between, check_count, largest_radius_of, threads_of
from nx_poincare.utils.interrupts import takes_one_interrupt
from nx_poincare.utils.limits import FAITHFUL_RADIUS
from nx_poincare.utils.names_of_options import with_hints
from nx_poincare.utils.progress import logged_time, with_signs_of_life
from nx_poincare.utils.random_state import generator_of
from nx_poincare.utils.warn import warn_caller

__all__ = ["embed"]

_logger = logging.getLogger(__name__)
_MOST_EFFORT = 1000
_NAMES_ELSEWHERE = {
    **dict.fromkeys(("size", "vector_size", "n_components", "dimension", "dimensions", "dims", "ndim"), "dim"),
    **dict.fromkeys(("epochs", "iter", "n_iter"), "training, a number of epochs"),
    **dict.fromkeys(("negative", "negatives", "n_negatives"), "training=Training(negatives=...)"),
    **dict.fromkeys(("alpha", "lr", "learning_rate"), "training=Training(learning_rate=...)"),
    "burn_in": "training=Training(burn_in=...)",
    "weight": "training=Training(weight=...)",
    "train_data": "the graph, which comes first",
    "workers": "n_jobs, or client for a cluster",
    "random_state": "seed",
}


@with_hints(_NAMES_ELSEWHERE)
@with_signs_of_life("embedding")
@takes_one_interrupt
def embed(
    G: Any,
    dim: int = 2,
    *,
    direction: Direction = "parent_to_child",
    root: Hashable | None = None,
    on_cycle: Literal["condense", "raise"] = "condense",
    init: Any = "cones",
    effort: float = 1.0,
    training: Training | int | None = None,
    max_radius: float | Literal["float32", "clip"] | None = FAITHFUL_RADIUS,
    seed: Any = None,
    n_jobs: int = 1,
    client: Any = None,
    callbacks: Iterable[UserCallback] = (),
    progress: bool | None = None,
    checkpoint: str | os.PathLike[str] | Checkpoint | None = None,
    store_as: str | None = "poincare",
    store_pos_as: str | None = "pos",
    level_as: str | None = "level",
) -> Embedding:
    """Embed a hierarchy in the Poincaré ball and write the result on its nodes.

    Every node gets a cone; an ancestor is nearer to its descendants than the origin is, and
    (exactly so on trees within the precision of float64) other nodes are not. Where nodes have several parents, each
    node gets a horizon of its own in the place of the distance to the origin, see `Embedding.fit_horizons`. In two
    dimensions the cones are nested arcs (`nx_poincare.engine.cones.arcs.refine`), in more dimensions
    nested caps (`nx_poincare.engine.cones.caps.nested_caps`). Nodes with several parents are placed by
    optimisation, in a minute for 82,000 nodes. All can be refined, or replaced, by the training
    of Nickel & Kiela 2017 (`Training`).

    Parameters
    ----------
    G : networkx graph, Hierarchy, or what `networkx.to_networkx_graph` takes
        Directed graphs are hierarchies as they are: several parents, several roots, cycles,
        parallel edges and self-loops are allowed. Undirected graphs are hung up by
        breadth-first trees. Edges, dicts of lists or of dicts, and square matrices become a directed graph of their
        own, and nothing is written on it. A `Hierarchy` has been read already: ``direction``, ``on_cycle``,
        ``root`` and weights do not apply, and nothing is written on nodes.
    dim : int, default 2
        Dimension of the ball, at least 2. More dimensions hold more second parents.
    direction : {"parent_to_child", "child_to_parent"}, default "parent_to_child"
        What an edge ``(u, v)`` of a directed graph means.
    root : node, optional
        Undirected graphs only: where the tree starts. Default: what the graph says,
        ``G.graph["root"]``, else a centre of the tree, or the node of highest degree of a graph that has cycles.
    on_cycle : {"condense", "raise"}, default "condense"
        Nodes of a cycle stand beside each other on one level, or are refused.
    init : {"cones", "random"}, Embedding, mapping, KeyedVectors or array, default "cones"
        Where to start: the cones, points within 0.001 of the origin, or given points
        (ball vectors; the rows of an array in the order of the nodes; ``model.kv`` of gensim). An embedding or a
        mapping may lack nodes, and have others: new nodes are placed by their parents, in free space where
        they leave the others alone. Given points stay exactly as they are unless ``training`` is given.
    effort : float, default 1.0
        What bounds the work, from 0 to 1000, in units of the default bounds: 10 allows ten times as much, 0.1 a tenth
        of it, and 0 leaves the closed form of the cones as it is. It counts where nodes have several
        parents, which cones are refined for, and as the number of epochs of a training that has none of its own.
        What is perfect already, trees for instance, and given points do not change with it.
    training : Training or int, optional
        How to train by epochs from ``init``; 50 is short for ``Training(epochs=50)``. Default: not at all, but for
        ``init="random"``, which implies ``Training()``; with ``effort=0`` random points stay as they are.
    max_radius : float, {"float32", "clip"} or None, default 36
        Largest hyperbolic radius, at most 60. Up to 36 the ball vectors are faithful in float64.
        None means 60: better for deep hierarchies, but then only directions and radii (and
        all methods of the result) are exact, not the vectors. "float32", radius 16, and "clip", radius 12.18, are for
        programs that keep vectors in float32, and that clip them to a norm of 1 - 1e-5: vectors are rounded to float32,
        and `Embedding.quality` and horizons are those of what is left. Below 20, cones are trained in more than two
        dimensions also where nodes have one parent each (`nx_poincare.engine.cones.scarce_radius`).
    seed : int, numpy.random.Generator, RandomState or None
        Of training, and of the random directions that nodes with several parents get in three
        and more dimensions. The closed form in two dimensions needs no randomness.
    n_jobs : int, default 1
        Threads; -1 for one per processor. Cones do not depend on it. In training by epochs, one
        thread gives the same bytes for the same seed. More update shared points without locks, and
        every thread gets 10,000 nodes at least: runs differ a little in refinement, and from random
        points, where steps are long, more threads are faster and give worse points. With ``Training(buckets=...)``
        the bytes are the same on any number of threads.
    client : dask.distributed.Client, optional
        Of a cluster whose workers train cones in three and more dimensions, and fit horizons, in the place of threads;
        the bytes are the same. They train by epochs, too, in the parts of ``Training(buckets=...)``. Where the
        scheduler is lost, the points so far are used, with a warning, and the rest is done here. Cones in two
        dimensions, and other training by epochs, are always done here.
    callbacks : collection of callables
        Each is called after every epoch, or step of the refinement of cones in three and more
        dimensions, with its number, the mean loss and an `Embedding` of the points then. A true
        answer ends the training. Edges are read before it: a callback may change them, but not
        the nodes of the graph.
    progress : bool, optional
        Show progress bars of long work on standard error; default: if that is a terminal.
    checkpoint : path or Checkpoint, optional
        File to save the training in every 50 epochs, or steps of the refinement
        of cones in three and more dimensions, and at its end; ``Checkpoint(path, every=10)`` saves every 10. If it is
        there, training goes on from it and gives the same bytes as if it had never stopped; that needs the
        same ``seed``. Cones in two dimensions, and those of trees, take seconds: nothing is saved for them.
    store_as, store_pos_as, level_as : str or None
        Node attributes for the ball vector (array of shape (dim,)), the position to draw at
        (array of shape (2,), see `nx_poincare.poincare_layout`; after training in two dimensions the ball
        vector) and the level (int, longest path from a root). None: do not write it. They replace those of an earlier
        embedding, and levels that are numbers growing downward; other positions and levels that nodes have from
        elsewhere stay, with a warning. The writers of networkx
        take no arrays: pass them ``nx_poincare.flatten_attributes(G)``, or use `nx_poincare.export_graph`.

    Returns
    -------
    Embedding
        A mapping from node to ball vector, with exact distances and queries. After a
        keyboard interrupt of training or refinement, with a warning, the best points so far. Training
        that starts from ``init="cones"`` or given points never returns points worse than those by either
        score. Its `Embedding.quality` says how much of the hierarchy is kept.

    Warns
    -----
    HierarchyWarning
        With numbers, of edges of an undirected graph that are off the tree and of nodes on cycles; of an undirected
        graph whose root is guessed, and not its first node, or is that of ``G.graph``; where the other
        ``direction`` would be the better tree by far; and of attributes of nodes that stay.
    QualityWarning
        If ``init="cones"`` was refined and the result is poor, a MAP below .95, with what would keep more; or if new
        nodes have no room of their own among given points, with their number.

    Raises
    ------
    TypeError
        If ``G`` is not a graph and nothing that networkx makes a graph of.
    networkx.NetworkXUnfeasible
        If there is a cycle and ``on_cycle="raise"``.
    networkx.NodeNotFound
        If ``root`` or a fixed node is not in the graph, or given points have none of its nodes.
    networkx.NetworkXError
        If an edge weight is not a positive finite number.
    ValueError
        If an option is out of range, a checkpoint is given where nothing trains or is refined,
        or it belongs to another run.
    FloatingPointError
        If a point is not finite any more; the message names the node and the epoch.
    OSError
        If the checkpoint cannot be read, or cannot be written before there is anything to lose;
        later, with a full disk for instance, that is a warning.

    In every case the graph is as it was before the call.

    Notes
    -----
    Names, the order of edges and ``PYTHONHASHSEED`` change no byte of the result. The order of the
    nodes decides between equals: on trees it moves siblings and changes no answer, elsewhere points
    and scores may differ. See "What you can rely on" in the documentation.

    Examples
    --------
    >>> import networkx as nx, nx_poincare as nxp
    >>> G = nx.DiGraph([("mammal", "cat"), ("mammal", "dog"), ("dog", "puppy")])
    >>> emb = nxp.embed(G)
    >>> emb.ancestors("puppy")
    ['mammal', 'dog']
    >>> G.nodes["puppy"]["level"], G.nodes["mammal"]["poincare"]
    (2, array([0., 0.]))
    >>> nxp.evaluate_reconstruction(emb, G)
    Scores(mean_rank=1.0, map_score=1.0, nodes=3, pairs=4)
    >>> nxp.embed([("mammal", "cat"), ("mammal", "dog")], init="random", training=5, seed=0)
    <Embedding of 3 nodes in 2 dimensions, largest radius ...>
    """
    graph = G if isinstance(G, Hierarchy) else as_graph(G)
    check_count("dim", dim, 2)
    check_between("effort", effort, 0, _MOST_EFFORT)
    radius, threads, rng = largest_radius_of(max_radius), threads_of(n_jobs), generator_of(seed)
    workers = workers_of(n_jobs, client)
    check_attribute_names(store_as, store_pos_as, level_as)  # before the work, not after it
    callbacks = callbacks_of(callbacks)
    from_scratch, is_given = isinstance(init, str) and init == "random", not isinstance(init, str)
    training = training_of(training, from_scratch=from_scratch, effort=effort)
    if training is None and checkpoint is not None and (effort == 0 or is_given):
        raise ValueError("checkpoint is for what trains or is refined, which nothing does here: pass training=...")
    saved = checkpoint_of(checkpoint)

    read = _hierarchy_of(graph, direction, on_cycle, root)
    has_cones = not is_given and not from_scratch and effort > 0
    has_weights = training is not None and training.weight is not None  # of edges between condensed cycles
    are_apart = dim > 2 and (has_cones or is_given) and not has_weights
    hierarchy = with_members_apart(read) if are_apart else read
    arrays = training_arrays(training, graph, hierarchy, direction)
    views = callbacks_on_arrays(callbacks, hierarchy)
    refinement = Refinement(effort=effort, workers=workers, progress=progress) if effort > 0 else None
    if refinement is not None and training is None:  # else callbacks and checkpoint are those of the training
        refinement = refinement._replace(callback=joint_callback(views), checkpoint=saved)
    has_own_positions = training is not None and dim == 2
    keeps_counts = refinement is not None
    arcs, positions = (None, None) if has_own_positions else arcs_and_positions(read, keeps_counts, progress)
    if radius != LAYOUT_RADIUS or dim > 2:
        arcs = None  # whose memory cones of many nodes need
    with logged_time(_logger, "start points" if is_given or from_scratch else "cones"):
        directions, radii = start_points(
            init, hierarchy, dim, max_radius=radius, rng=rng, refinement=refinement, trains=training is not None,
            arcs=arcs,
        )  # fmt: skip
    del arcs
    history: list[dict[str, Any]] = []
    if training is not None:
        directions, radii, history = trained_points(
            hierarchy, (directions, radii), training, arrays=arrays, max_radius=radius, from_scratch=from_scratch,
            effort=effort, seed=int(rng.integers(2**63)), n_jobs=threads, workers=workers,
            callbacks=views, checkpoint=saved, progress=progress,
        )  # fmt: skip
    for array in (directions, radii, positions):
        if array is not None:
            array.flags.writeable = False  # so that they are kept and not copied
    embedding = embedding_of(hierarchy, directions, radii, history, positions)
    del directions, radii, positions
    if is_given and (training is None or training.fixed):
        embedding = with_given_points(embedding, init, hierarchy, None if training is None else training.fixed)
    elif isinstance(max_radius, str):
        embedding = as_held_by_float32(embedding)
    embedding = with_horizons_and_quality(embedding, read, workers=workers, progress=progress)
    if has_cones:  # else who calls has chosen the points
        _warn_of_poor_ranks(embedding, hierarchy, radius)
    if isinstance(G, nx.Graph):
        write_beside_those_of_others(embedding, G, store_as, store_pos_as, level_as)
    embedding._shown_graph = ShownGraph(G if isinstance(G, nx.Graph) else None)
    return embedding


def _hierarchy_of(graph: nx.Graph | Hierarchy, direction: Direction, on_cycle: Any, root: Hashable | None) -> Hierarchy:
    """The hierarchy of a graph, after saying what was guessed of it or looks wrong."""
    with logged_time(_logger, "hierarchy"):
        hierarchy = as_hierarchy(graph, direction, on_cycle, root)
    if isinstance(graph, Hierarchy) or graph.is_directed():
        warn_of_better_direction(hierarchy, None if isinstance(graph, Hierarchy) else direction)
    elif root is None:
        say_where_trees_start(hierarchy.nodes, hierarchy._edges, hierarchy._levels, stated_roots(graph))
    return hierarchy


def _warn_of_poor_ranks(embedding: Embedding, hierarchy: Hierarchy, max_radius: float) -> None:
    """Say for the caller of `embed` what would keep more of the hierarchy, where little is kept."""
    if embedding.quality is None or not is_poor(embedding.quality):
        return
    hint = hint_for_poor_ranks(
        embedding.quality, embedding.dim, levels=int(embedding._levels.max(initial=-1)) + 1, max_radius=max_radius,
        lost_to_cycles=map_lost_to_cycles(hierarchy),
    )  # fmt: skip
    if hint is not None:
        warn_caller(hint, QualityWarning)
