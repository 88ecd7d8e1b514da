"""The options of training, as a caller gives them."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from nx_poincare.utils.checks import check_between, check_count, check_positive
from nx_poincare.utils.names_of_options import with_hints

__all__ = ["Training", "training_of"]

_MOST_EMPHASIS = 2.0
_TEMPERATURES = 0.2, 5.0  # colder, and exp(-d / T) leaves float64 at radius 60

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
