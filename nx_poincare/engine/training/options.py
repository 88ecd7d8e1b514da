"""The options of training: what a caller says, and what one run does."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Hashable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.training.schedule import Schedule
from nx_poincare.utils.arrays import FloatArray, IntArray, widened
from nx_poincare.utils.checks import check_between, check_count, check_positive
from nx_poincare.utils.names_of_options import with_hints

__all__ = ["Task", "Training", "identity_of", "task_of", "training_of"]

_LARGE_GRAPH = 20_000  # nodes
_NODES_PER_THREAD = 10_000  # fewer, and threads that write without locks meet too often
_RATE, _REFINING_RATE = 0.3, 0.01
_FASTEST_BURN_IN = 0.03  # at 0.1 the points of a large graph stay in the wrong basin for ever
_GIVEN_BURN_IN = 100  # before a given number of epochs
_PATIENCE = 5  # scorings without a better one, of 20 in a descent
_MOST_EMPHASIS = 2.0
_TEMPERATURES = 0.2, 5.0  # colder, and exp(-d / T) leaves float64 at radius 60


class _SizeDefaults(NamedTuple):
    """Defaults by the size of the graph: time an epoch costs against what it teaches."""

    negatives: int
    burn_in: int
    epochs: int
    leaf_turns: int


_SMALL = _SizeDefaults(negatives=50, burn_in=100, epochs=900, leaf_turns=1)
_LARGE = _SizeDefaults(negatives=10, burn_in=500, epochs=2000, leaf_turns=3)


class _DimensionDefaults(NamedTuple):
    """Defaults by the number of dimensions: with much room the hard pairs are worth the trouble, with little not."""

    emphasis: float
    temperature: float
    relatives: float


_PLANE = _DimensionDefaults(emphasis=0.0, temperature=1.5, relatives=0.0)
_SPACE = _DimensionDefaults(emphasis=0.0, temperature=0.5, relatives=0.0)
_ROOMY = _DimensionDefaults(emphasis=0.35, temperature=0.5, relatives=0.3)


_NAMES_ELSEWHERE = {
    "negative": "negatives",
    "alpha": "learning_rate",
    "lr": "learning_rate",
    "iter": "epochs",
    **{name: f"{ours} of embed" for name, ours in (("size", "dim"), ("dim", "dim"), ("workers", "n_jobs"))},
    **{name: f"{name} of embed" for name in ("seed", "n_jobs", "checkpoint", "callbacks")},
}


@with_hints(_NAMES_ELSEWHERE)
@dataclass(frozen=True)
class Training:
    """How `embed` trains points by epochs: stochastic gradient descent after Nickel & Kiela 2017.

    Every epoch visits every node, and draws its ancestors nearer than some unrelated nodes
    (`nx_poincare.engine.training.sgd`). None stands for a default that depends on the start, on the size of
    the graph or on the dimension.

    Parameters
    ----------
    epochs : int, optional
        How often every node is visited, after the burn-in; at least 1. Default: 900 times (in graphs of more
        than 20,000 nodes 2,000 times, a third of the leaves in turn), times the ``effort`` of `embed`, at a
        rate that falls to zero by the square of the fraction left. Training then ends sooner where sampled nodes
        have perfect scores, or in the second half no better ones five times on end; they are scored 20 times.
    negatives : int, optional
        Unrelated nodes drawn for each visit, shared by the ancestors of the node. Default: 50, and
        10 for graphs of more than 20,000 nodes.
    negative_power : float, default 0.5
        Negatives are drawn by degree (number of descendants, plus one) to this power, from 0 to 10; 0 draws
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
        Default: 0.3 for ``init="random"``, 0.01 from any other start.
    decay : {"linear", "constant"}, default "linear"
        How the rate develops over a given number of epochs.
    burn_in : int, optional
        First epochs at a tenth of the rate, and at most 0.03, with negatives drawn by degree to the
        power 0.75 and the paper's loss. Default: 0, and for ``init="random"`` 100; without ``epochs`` in graphs of
        more than 20,000 nodes 500, and either number times the ``effort`` of `embed`.
    weight : str, optional
        Edge attribute that multiplies the loss of an edge's two nodes: positive, 1 where an edge has none.
    fixed : collection of nodes, optional
        Nodes that do not move, not in the last bit of their given points.
    buckets : int, optional
        Into how many parts the graph is cut, by subtree; two of them are then trained at a time, with negatives among
        them. Pairs without a common part are trained at once, on threads (``n_jobs`` of `embed`) or on the workers of
        a cluster (``client``), with the same bytes. Default: one, the whole graph. See "On several machines" in the
        documentation.

    Raises
    ------
    ValueError
        If an option is out of range; the message names it.

    Examples
    --------
    >>> import networkx as nx, nx_poincare as nxp
    >>> G = nx.balanced_tree(2, 3, create_using=nx.DiGraph)
    >>> emb = nxp.embed(G, init="random", training=nxp.Training(epochs=20, burn_in=5, negatives=4), seed=0)
    >>> len(emb.history)
    25
    >>> nxp.Training(epochs=0)
    Traceback (most recent call last):
        ...
    ValueError: epochs must be an integer of at least 1, got 0
    """

    epochs: int | None = None
    negatives: int | None = None
    negative_power: float = 0.5
    relatives: float | None = None
    emphasis: float | None = None
    temperature: float | None = None
    outer_leaves: bool = True
    learning_rate: float | None = None
    decay: Literal["linear", "constant"] = "linear"
    burn_in: int | None = None
    weight: str | None = None
    fixed: Collection[Hashable] = ()
    buckets: int | None = None

    def __post_init__(self) -> None:
        if self.epochs is not None:
            check_count("epochs", self.epochs, 1)
        if self.burn_in is not None:
            check_count("burn_in", self.burn_in, 0)
        if self.negatives is not None:
            check_count("negatives", self.negatives, 1)
        if self.buckets is not None:
            check_count("buckets", self.buckets, 1)
        check_between("negative_power", self.negative_power, 0, 10)
        if self.emphasis is not None:
            check_between("emphasis", self.emphasis, 0, _MOST_EMPHASIS)
        if self.temperature is not None:
            check_between("temperature", self.temperature, *_TEMPERATURES)
        if self.relatives is not None:
            check_between("relatives", self.relatives, 0, 1)
        if not isinstance(self.outer_leaves, (bool, np.bool_)):
            raise ValueError(f"outer_leaves must be True or False, got {self.outer_leaves!r}")
        if self.learning_rate is not None:
            check_positive("learning_rate", self.learning_rate)
        if self.decay not in ("linear", "constant"):
            raise ValueError(f"decay must be 'linear' or 'constant', not {self.decay!r}")
        if self.epochs is None and self.decay == "constant":
            raise ValueError("decay='constant' needs a number of epochs")
        if self.weight is not None and not isinstance(self.weight, str):
            raise ValueError(f"weight must be the name of an edge attribute, got {self.weight!r}")
        if isinstance(self.fixed, str):
            raise ValueError(f"fixed must be a collection of nodes, not the string {self.fixed!r}")
        object.__setattr__(self, "fixed", tuple(self.fixed))

    @classmethod
    def paper(cls) -> Training:
        """The training of Nickel & Kiela 2017 as published, for ``init="random"``.

        Ten negatives, drawn uniformly; the paper's loss; ten epochs of burn-in at a tenth of the rate (sections 3
        and 4). The paper gives neither the rate nor the number of epochs: 0.3, constant, and 300 in all are those
        of the command for the mammals that its authors published with their code.

        Notes
        -----
        What differs still: a step takes one node and all of its ancestors, which share the negatives, where the
        authors take batches of pairs; the burn-in draws negatives by degree to the power 0.75, as their code does
        and the paper does not say; directions and radii are updated by exact exponentials where the paper
        approximates them and clips to the ball; and the best points of 20 scorings are returned, not the last.

        Examples
        --------
        >>> import nx_poincare as nxp
        >>> paper = nxp.Training.paper()
        >>> paper.negatives, paper.burn_in + paper.epochs
        (10, 300)
        >>> emb = nxp.embed(G, 5, init="random", training=paper, seed=0)  # doctest: +SKIP
        """
        return cls(
            epochs=290, negatives=10, negative_power=0.0, relatives=0.0, emphasis=0.0, temperature=1.0,
            outer_leaves=False, learning_rate=0.3, decay="constant", burn_in=10,
        )  # fmt: skip


def training_of(training: Any, *, from_scratch: bool, effort: float) -> Training | None:
    """What `embed` trains by: a number stands for so many epochs, and random points are trained by default.

    None: nothing trains. So it is with random points and no effort, too.
    """
    if training is None:
        return Training() if from_scratch and effort > 0 else None
    if isinstance(training, (int, np.integer)) and not isinstance(training, bool):
        training = Training(epochs=int(training))
    if not isinstance(training, Training):
        raise ValueError(f"training must be a number of epochs or a Training, got {training!r}")
    if training.epochs is None and effort == 0:
        raise ValueError("effort=0 leaves nothing to train: pass Training(epochs=...)")
    return training


def task_of(
    training: Training,
    *,
    n: int,
    dim: int,
    from_scratch: bool,
    effort: float,
    max_radius: float,
    seed: int,
    n_jobs: int,
    weights: FloatArray | None,
    fixed: IntArray,
) -> Task:
    """The task for `nx_poincare.engine.training.sgd.train`, for a graph of n nodes in so many dimensions."""
    size, by_dimension = _defaults_by_size(n), _defaults_by_dimension(dim)
    negatives = int(training.negatives or size.negatives)
    emphasis = by_dimension.emphasis if training.emphasis is None else training.emphasis
    temperature = by_dimension.temperature if training.temperature is None else training.temperature
    relatives = by_dimension.relatives if training.relatives is None else training.relatives
    return Task(
        schedule=_schedule(training, size, from_scratch, effort),
        negatives=negatives,
        negative_power=float(training.negative_power),
        outer_leaves=bool(training.outer_leaves),
        leaf_turns=size.leaf_turns if training.epochs is None else 1,
        emphasis=float(emphasis),
        temperature=float(temperature),
        relatives=round(relatives * negatives),
        max_radius=max_radius,
        seed=seed,
        n_jobs=max(1, min(n_jobs, n // _NODES_PER_THREAD)),
        keep_start=not from_scratch,
        weights=weights,
        fixed=fixed,
        buckets=max(1, min(int(training.buckets or 1), n)),
    )


def _schedule(training: Training, size: _SizeDefaults, from_scratch: bool, effort: float) -> Schedule:
    rate = float(training.learning_rate or (_RATE if from_scratch else _REFINING_RATE))
    own_end, burn_in = training.epochs is None, training.burn_in
    if burn_in is None:
        burn_in = 0 if not from_scratch else round(size.burn_in * effort) if own_end else _GIVEN_BURN_IN
    return Schedule(
        epochs=max(1, round(size.epochs * effort)) if training.epochs is None else int(training.epochs),
        rate=rate,
        decay="quadratic" if own_end else training.decay,
        burn_in=int(burn_in),
        burn_in_rate=min(_FASTEST_BURN_IN, rate / 10),
        patience=_PATIENCE if own_end else None,
    )


def _defaults_by_size(n: int) -> _SizeDefaults:
    return _SMALL if n <= _LARGE_GRAPH else _LARGE


def _defaults_by_dimension(dim: int) -> _DimensionDefaults:
    return _PLANE if dim == 2 else _SPACE if dim == 3 else _ROOMY


@dataclass(frozen=True)
class Task:
    """What to train, apart from the start.

    Attributes
    ----------
    schedule : Schedule
    negatives : int
        Negatives drawn for each node, shared by its ancestors.
    negative_power : float
        After the burn-in negatives are drawn by degree to this power; 0 draws all nodes uniformly.
    outer_leaves : bool
        After the burn-in leaves are negatives only where there are too few others, and before points
        are scored and returned leaves move outward (see `nx_poincare.engine.training.outer_leaves`).
    leaf_turns : int
        After the burn-in an epoch visits one leaf in so many, another one each time.
    emphasis : float
        After the burn-in, the weight of pairs that are far off (see `train_rows`).
    temperature : float
        After the burn-in, what distances are divided by in the softmax (see `train_rows`).
    relatives : int
        After the burn-in, how many of the negatives are drawn among relatives (see `train_rows`).
    max_radius : float
    seed : int
    n_jobs : int
        Threads. One is deterministic; more update shared points without locks.
    keep_start : bool
        Return the start if no later points are at least as good by both scores.
    buckets : int
        Parts that are trained two by two; 1 trains the whole graph.
    """

    schedule: Schedule
    negatives: int
    negative_power: float
    max_radius: float
    seed: int
    outer_leaves: bool = True
    leaf_turns: int = 1
    emphasis: float = 0.0
    temperature: float = 1.0
    relatives: int = 0
    n_jobs: int = 1
    keep_start: bool = False
    weights: FloatArray | None = field(default=None, repr=False)
    fixed: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64), repr=False)
    buckets: int = 1


def identity_of(dag: Dag, directions: FloatArray, radii: FloatArray, task: Task) -> dict[str, Any]:
    """What two runs must share so that one may continue the other."""
    digest = hashlib.sha256()
    for array in (dag.parent_starts, dag.parent_list, directions, radii, task.fixed):
        digest.update(np.ascontiguousarray(widened(array) if array.dtype == np.int32 else array).tobytes())
    digest.update(b"" if task.weights is None else task.weights.tobytes())
    return {
        "graph and start": digest.hexdigest()[:16],
        "seed": task.seed,
        "negatives": task.negatives,
        "negative_power": task.negative_power,
        "outer_leaves": task.outer_leaves,
        "leaf_turns": task.leaf_turns,
        "emphasis": task.emphasis,
        "temperature": task.temperature,
        "relatives": task.relatives,
        "max_radius": task.max_radius,
        "keep_start": task.keep_start,
        **asdict(task.schedule),
        **({"buckets": task.buckets} if task.buckets > 1 else {}),
    }
