"""The two calls most users need: `embed` and `poincare_layout`."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike

from nx_poincare.attributes.attributes import check_attribute_names, write_attributes
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.embedding.initial_points import fixed_indices, start_points, with_given_points
from nx_poincare.engine.cones.cycles import beside_each_other
from nx_poincare.engine.cones.skeleton.refine import Refinement
from nx_poincare.engine.geometry.ball import half_angle
from nx_poincare.engine.training.options import TrainingOptions, refuse_unused
from nx_poincare.engine.training.sgd import Callback, NotFinitePointError, train
from nx_poincare.extractors.digraph import Direction, check_graph
from nx_poincare.hierarchy.edge_weights import edge_weights
from nx_poincare.hierarchy.hierarchy import Hierarchy, as_hierarchy
from nx_poincare.io.atomic import check_writable
from nx_poincare.io.checkpoint import Checkpoint
from nx_poincare.layout.positions import LAYOUT_RADIUS, layout_arcs, layout_positions
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.checks import check_count, check_positive
from nx_poincare.utils.limits import FAITHFUL_RADIUS, LARGEST_RADIUS
from nx_poincare.utils.progress import progress_bar
from nx_poincare.utils.random_state import generator_of

__all__ = ["embed", "poincare_layout"]


def embed(
    G: nx.Graph | Hierarchy,
    dim: int = 2,
    *,
    direction: Direction = "parent_to_child",
    root: Hashable | None = None,
    init: Any = "cones",
    epochs: int | None = None,
    negatives: int | None = None,
    negative_power: float = 0.5,
    relatives: float | None = None,
    emphasis: float | None = None,
    temperature: float | None = None,
    outer_leaves: bool = True,
    learning_rate: float | None = None,
    decay: Literal["linear", "constant"] = "linear",
    burn_in: int | None = None,
    max_radius: float | None = FAITHFUL_RADIUS,
    weight: str | None = None,
    on_cycle: Literal["condense", "raise"] = "condense",
    fixed: Iterable[Hashable] = (),
    seed: Any = None,
    n_jobs: int = 1,
    callbacks: Iterable[Callable[[int, float, Embedding], Any]] = (),
    progress: bool | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    checkpoint_every: int = 50,
    store_as: str | None = "poincare",
    store_pos_as: str | None = "pos",
    level_as: str | None = "level",
) -> Embedding:
    """Embed a hierarchy in the Poincaré ball and write the result on its nodes.

    Every node gets a cone; an ancestor is nearer to its descendants than the origin is, and
    (exactly so on trees within the precision of float64) other nodes are not. In two
    dimensions the cones are nested arcs (`nx_poincare.engine.cones.arcs.refine`), in more dimensions
    nested caps (`nx_poincare.engine.cones.caps.nested_caps`). Nodes with several parents are placed by
    optimisation, in a minute for 82,000 nodes. All can be refined, or replaced, by the training
    of Nickel & Kiela 2017 (`nx_poincare.engine.training.sgd`).

    Parameters
    ----------
    G : networkx graph or Hierarchy
        Directed graphs are hierarchies as they are: several parents, several roots, cycles,
        parallel edges and self-loops are allowed. Undirected graphs are hung up by
        breadth-first trees. A `Hierarchy` has been read already: ``direction``, ``on_cycle``,
        ``root`` and ``weight`` do not apply, and nothing is written on nodes.
    dim : int, default 2
        Dimension of the ball, at least 2. More dimensions hold more second parents.
    direction : {"parent_to_child", "child_to_parent"}, default "parent_to_child"
        What an edge ``(u, v)`` of a directed graph means.
    root : node, optional
        Undirected graphs only: where the tree starts. Default: a centre of the tree, or the
        node of highest degree of a graph that is no tree.
    init : {"cones", "random"}, Embedding, mapping or array, default "cones"
        Where to start: the cones, points within 0.001 of the origin, or given points
        (ball vectors; the rows of an array in the order of the nodes). An embedding or a mapping
        may lack nodes, and have others: new nodes are placed by their parents, in free room where
        they leave the others alone.
    epochs : int, optional
        How often training visits every node, after the burn-in. None: not at all for given points,
        which stay exactly as they are, and for ``init="cones"``, whose closed form is refined on
        its true cost where nodes have several parents (0: the closed form alone). For
        ``init="random"`` 900 times (in graphs of more than 20,000 nodes 2,000 times, a third of the
        leaves in turn), at a rate that falls to zero by the square of the fraction left. It ends
        sooner where sampled nodes have perfect scores, or in the second half no better ones five
        times on end; they are scored 20 times.
    negatives : int, optional
        Unrelated nodes drawn for each visit, shared by the ancestors of the node. Default: 50, and
        10 for graphs of more than 20,000 nodes.
    negative_power : float, default 0.5
        Negatives are drawn by degree (number of descendants, plus one) to this power; 0 draws
        them uniformly, as in the paper.
    relatives : float, optional
        Share of the negatives, between 0 and 1, that are drawn among relatives instead: siblings,
        nephews and further descendants of the node's ancestors. Default: 0.3 in four and more
        dimensions; 0 in two and three, where it hurts. More is better for MAP and worse for the
        mean rank.
    emphasis : float, optional
        How much more pairs count that many negatives separate, between 0 (the paper's loss) and 2:
        the loss l of a pair becomes (exp(b l) - 1) / b, where b is the emphasis. Default: 0.35 in
        four and more dimensions; 0 in two and three, where it hurts. It lowers the mean rank.
    temperature : float, optional
        What distances are divided by in the softmax, between 0.2 and 5; the paper's is 1. Default:
        1.5 in two dimensions, 0.5 in more. Colder training looks more at the nearest negatives,
        which needs room to be of use.
    outer_leaves : bool, default True
        Leaves are nobody's ancestors, and a leaf that is nearer than an ancestor is one that is not
        far enough out. After the burn-in they are therefore negatives only where there are too few
        other nodes, and whenever points are scored, shown to a callback or returned, the radii of all
        leaves are larger by one step: the least of 0, 1, 2, 4 and so on with which the scores of
        sampled nodes are best. False: leaves as any other node, as in the paper.
    learning_rate : float, optional
        Default: 0.01 for refinement, 0.3 for ``init="random"``.
    decay : {"linear", "constant"}, default "linear"
        How the rate develops over a given number of epochs.
    burn_in : int, optional
        First epochs at a tenth of the rate, and at most 0.03, with negatives drawn by degree to the
        power 0.75 and the paper's loss. Default: 0, and for ``init="random"`` 100, or 500 if
        ``epochs`` is None and the graph has more than 20,000 nodes.
    max_radius : float or None, default 36
        Largest hyperbolic radius, at most 60. Up to 36 the ball vectors are faithful in float64.
        None means 60: better for deep hierarchies, but then only directions and radii (and
        all methods of the result) are exact, not the vectors.
    weight : str, optional
        Edge attribute that multiplies the loss of an edge's two nodes in training.
    on_cycle : {"condense", "raise"}, default "condense"
        Nodes of a cycle stand beside each other on one level, or are refused.
    fixed : collection of nodes, optional
        Nodes that training does not move, not in the last bit of their given points.
    seed : int, numpy.random.Generator, RandomState or None
        Of training, and of the random directions that nodes with several parents get in three
        and more dimensions. The closed form in two dimensions needs no randomness.
    n_jobs : int, default 1
        Threads; -1 for one per processor. Cones do not depend on it. In training by epochs, one
        thread gives the same bytes for the same seed. More update shared points without locks, and
        every thread gets 10,000 nodes at least: runs differ a little in refinement, and from random
        points, where steps are long, more threads are faster and give worse points.
    callbacks : collection of callables
        Each is called after every epoch, or step of the refinement of cones in three and more
        dimensions, with its number, the mean loss and an `Embedding` of the points then. A true
        answer ends the training. Edges are read before it: a callback may change them, but not
        the nodes of the graph.
    progress : bool, optional
        Show progress bars of long work on standard error; default: if that is a terminal.
    checkpoint : path, optional
        File to save the training in every ``checkpoint_every`` epochs, or steps of the refinement
        of cones in three and more dimensions, and at its end. If it is there, training goes on
        from it and gives the same bytes as if it had never stopped; that needs the same ``seed``.
        Cones in two dimensions, and those of trees, take seconds: nothing is saved for them.
    checkpoint_every : int, default 50
    store_as, store_pos_as, level_as : str or None
        Node attributes for the ball vector (array of shape (dim,)), the position to draw at
        (array of shape (2,), see `poincare_layout`; after training in two dimensions the ball
        vector) and the level (int, longest path from a root). None: do not write it. They
        replace attributes of the same name.

    Returns
    -------
    Embedding
        A mapping from node to ball vector, with exact distances and queries. After a
        keyboard interrupt of training or refinement, with a warning, the best points so far. Training
        that starts from ``init="cones"`` or given points never returns points worse than those by either
        score.

    Raises
    ------
    TypeError
        If ``G`` is no NetworkX graph and no Hierarchy.
    networkx.NetworkXUnfeasible
        If there is a cycle and ``on_cycle="raise"``.
    networkx.NodeNotFound
        If ``root`` or a fixed node is not in the graph, or given points have none of its nodes.
    networkx.NetworkXError
        If an edge weight is no positive finite number.
    ValueError
        If an option is out of range, fixed nodes, a weight or a checkpoint are given where nothing trains,
        or a checkpoint belongs to another run.
    FloatingPointError
        If a point is not finite any more; the message names the node and the epoch.
    OSError
        If ``checkpoint`` cannot be read, or cannot be written before there is anything to lose;
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
    """
    if isinstance(G, Hierarchy):
        _check_no_weight(weight)
    else:
        check_graph(G)
    check_count("dim", dim, 2)
    radius = _checked_radius(max_radius)
    check_attribute_names(store_as, store_pos_as, level_as)  # before the work, not after it
    fixed = fixed if isinstance(fixed, str) else list(fixed)
    callbacks = _checked_callbacks(callbacks)
    rng = generator_of(seed)
    options = TrainingOptions.checked(
        init, epochs, negatives, negative_power, emphasis, temperature, relatives, outer_leaves, learning_rate, decay,
        burn_in, n_jobs, checkpoint_every,
    )  # fmt: skip
    if not options.trains:
        refines = isinstance(init, str) and epochs is None
        refuse_unused(weight=weight is not None, fixed=bool(fixed), checkpoint=checkpoint is not None and not refines)
    if checkpoint is not None:
        check_writable(checkpoint)
    hierarchy = as_hierarchy(G, direction, on_cycle, root)
    views = tuple(_with_names(callback, hierarchy) for callback in callbacks)
    history: list[dict[str, Any]] = []
    saved = None if checkpoint is None else Checkpoint(checkpoint, checkpoint_every)
    refinement = None if epochs == 0 else Refinement(options.n_jobs, progress=progress)
    if refinement is not None and not options.trains:  # else callbacks and checkpoint are those of the training
        refinement = refinement._replace(callback=_each_of(views), checkpoint=saved)
    own_positions = options.trains and dim == 2
    arcs = None if own_positions else layout_arcs(hierarchy.dag, progress)
    directions, radii = start_points(
        init, hierarchy, dim, max_radius=radius, rng=rng, refinement=refinement, trains=options.trains,
        arcs=arcs if radius == LAYOUT_RADIUS else None,
    )  # fmt: skip
    if options.trains:
        weights = None if weight is None or isinstance(G, Hierarchy) else edge_weights(G, hierarchy, weight, direction)
        stay = fixed_indices(fixed, hierarchy)
        task = options.task(hierarchy.dag.n, dim, radius, int(rng.integers(2**63)), weights, stay)
        with _named_errors(hierarchy):
            directions, radii, history = train(
                hierarchy.dag, directions, radii, task, callbacks=views, progress=progress,
                checkpoint=checkpoint, checkpoint_every=checkpoint_every,
            )  # fmt: skip
    with progress_bar(2, "positions", "step", progress) as bar:
        positions = None if arcs is None else layout_positions(hierarchy, arcs=arcs)
        bar.update()
        embedding = _embedding(hierarchy, directions, radii, history, positions)
        bar.update()
    if not isinstance(init, str) and (fixed or not options.trains):
        embedding = with_given_points(embedding, init, hierarchy, fixed if options.trains else None)
    if not isinstance(G, Hierarchy):
        embedding.write_to(G, store_as=store_as, store_pos_as=store_pos_as, level_as=level_as)
    return embedding


def poincare_layout(
    G: nx.Graph,
    *,
    direction: Direction = "parent_to_child",
    root: Hashable | None = None,
    scale: float = 1,
    center: ArrayLike | None = None,
    dim: int = 2,
    seed: Any = None,
    store_pos_as: str | None = None,
) -> dict[Hashable, FloatArray]:
    """Position nodes in the Poincaré disk for drawing, wherever a NetworkX layout is expected.

    Subtrees stand around the circle in the order of the nested arcs that `embed` uses; the
    spacing and the radii are made for the eye (`nx_poincare.layout.disk`): inner levels get
    room and the rim is not crowded. The root stays at the center (several roots surround it),
    so positions are not centred on their mean.

    Parameters
    ----------
    G : networkx graph
        Any graph, as in `embed`.
    direction, root
        As in `embed`.
    scale : float, default 1
        Radius of the disk.
    center : array_like of shape (dim,), optional
        Where the origin of the disk goes; default: zeros.
    dim : int, default 2
        Dimension, at least 2.
    seed : int, numpy.random.Generator, RandomState or None
        As in `embed`: used in three and more dimensions.
    store_pos_as : str, optional
        Also write the positions on the nodes under this name.

    Returns
    -------
    dict
        Node to array of shape (dim,).

    Raises
    ------
    TypeError
        If ``G`` is no NetworkX graph.
    ValueError
        If an option is out of range or ``center`` does not fit ``dim``.

    Examples
    --------
    >>> import networkx as nx, nx_poincare as nxp
    >>> G = nx.balanced_tree(3, 3, create_using=nx.DiGraph)
    >>> pos = nxp.poincare_layout(G, center=[5, 5])
    >>> pos[0]
    array([5., 5.])
    >>> nx.draw_networkx_nodes(G, nxp.poincare_layout(G))  # doctest: +SKIP
    """
    check_graph(G)
    check_count("dim", dim, 2)
    check_positive("scale", scale)
    origin = np.zeros(dim) if center is None else np.asarray(center, dtype=np.float64)
    if origin.shape != (dim,):
        raise ValueError(f"center must have {dim} coordinates, got shape {origin.shape}")
    rng = generator_of(seed)
    hierarchy = Hierarchy.from_digraph(G, direction=direction, root=root)
    positions = scale * layout_positions(hierarchy, dim, rng) + origin
    if store_pos_as is not None:
        write_attributes(G, hierarchy.nodes, {store_pos_as: positions})
    return dict(zip(hierarchy.nodes, positions, strict=True))


def _embedding(
    hierarchy: Hierarchy,
    directions: FloatArray,
    radii: FloatArray,
    history: list[dict[str, Any]],
    layout: FloatArray | None,
) -> Embedding:
    """Points of the condensed nodes as an Embedding of all nodes."""
    # Within half of the narrowest cone, every cone that holds one node of a cycle holds all of them.
    narrow = float(half_angle(radii.max(initial=0.0))) / 2
    return Embedding(
        hierarchy.nodes,
        beside_each_other(directions, hierarchy.component, narrow),
        radii[hierarchy.component],
        levels=hierarchy.levels,
        layout=layout,
        history=history,
        edges=hierarchy.edges,
    )


def _with_names(callback: Callable[[int, float, Embedding], Any], hierarchy: Hierarchy) -> Callback:
    """A callback on arrays that hands a user's callback an Embedding."""

    def called(epoch: int, loss: float, directions: FloatArray, radii: FloatArray) -> Any:
        return callback(epoch, loss, _embedding(hierarchy, directions, radii, [], None))

    return called


@contextmanager
def _named_errors(hierarchy: Hierarchy) -> Iterator[None]:
    """Names the node of an error that knows its index alone."""
    try:
        yield
    except NotFinitePointError as error:
        name = hierarchy.nodes[int(np.flatnonzero(hierarchy.component == error.node)[0])]
        raise FloatingPointError(
            f"the point of node {name!r} is not finite after epoch {error.epoch}; lower the learning rate"
        ) from error


def _each_of(views: tuple[Callback, ...]) -> Callback | None:
    """Several callbacks as one."""
    if not views:
        return None

    def called(*state: Any) -> bool:
        answers = [view(*state) for view in views]  # each is called, whatever the others answer
        return any(map(bool, answers))

    return called


def _check_no_weight(weight: str | None) -> None:
    if weight is not None:
        raise ValueError("weight names an edge attribute of a graph; a Hierarchy has none")


def _checked_callbacks(callbacks: Any) -> tuple[Callable[[int, float, Embedding], Any], ...]:
    if callable(callbacks):
        raise ValueError("callbacks must be a collection of functions: put the one in a list")
    found = tuple(callbacks)
    for callback in found:
        if not callable(callback):
            raise ValueError(f"callbacks must be functions, not {callback!r}")
    return found


def _checked_radius(max_radius: Any) -> float:
    if max_radius is None:
        return LARGEST_RADIUS
    if isinstance(max_radius, bool) or not isinstance(max_radius, (int, float, np.number)):
        raise ValueError(f"max_radius must be a number or None, got {max_radius!r}")
    if not 1 <= max_radius <= LARGEST_RADIUS:
        raise ValueError(
            f"max_radius must be between 1 and {LARGEST_RADIUS:g}, or None for the latter, got {max_radius!r}"
        )
    return float(max_radius)
