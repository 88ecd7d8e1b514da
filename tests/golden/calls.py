"""Every call of `embed` in the record: where its options change, they change here alone."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import Any

import networkx as nx

import nx_poincare as nxp

SEED = 7


def embed(G: Any, *arguments: Any, **options: Any) -> nxp.Embedding:
    """A call as it is written, without a bar."""
    return nxp.embed(G, *arguments, progress=False, **options)


def cones(G: nx.Graph, dim: int = 2, **options: Any) -> nxp.Embedding:
    """The default: the closed form, refined where nodes have several parents."""
    return embed(G, dim, seed=SEED, **options)


def closed_form(G: nx.Graph, dim: int = 2, **options: Any) -> nxp.Embedding:
    """The closed form alone."""
    return embed(G, dim, effort=0, seed=SEED, **options)


def trained(G: nx.Graph, dim: int = 2, **options: Any) -> nxp.Embedding:
    """A few epochs from random points, on one thread."""
    training = nxp.Training(epochs=3, burn_in=1, weight=options.pop("weight", None))
    return embed(G, dim, init="random", training=training, seed=SEED, n_jobs=1, **options)


def trained_plainly(G: nx.Graph, dim: int = 2, **options: Any) -> nxp.Embedding:
    """As `trained`, with every option of the training other than its default."""
    training = nxp.Training(
        epochs=3, burn_in=2, negatives=5, negative_power=0.0, relatives=0.2, emphasis=0.5, temperature=1.0,
        outer_leaves=False, learning_rate=0.2, decay="constant",
    )  # fmt: skip
    return embed(G, dim, init="random", training=training, seed=SEED, **options)


def given(G: nx.Graph, dim: int, init: Any, **options: Any) -> nxp.Embedding:
    """Given points, which stay; nodes that have none are placed."""
    return embed(G, dim, init=init, seed=SEED + 1, **options)


def trained_on(G: nx.Graph, dim: int, init: Any, fixed: Iterable[Hashable] = ()) -> nxp.Embedding:
    """Two epochs from given points, some of which stay."""
    return embed(G, dim, init=init, training=nxp.Training(epochs=2, fixed=fixed), seed=SEED)


def saved_training(
    G: nx.Graph, checkpoint: Path, callbacks: Iterable[Callable[..., Any]] = (), dim: int = 2
) -> nxp.Embedding:
    """Six epochs from random points, saved after every epoch."""
    saved = nxp.Checkpoint(checkpoint, every=1)
    training = nxp.Training(epochs=6, burn_in=1)
    return embed(G, dim, init="random", training=training, seed=SEED, checkpoint=saved, callbacks=callbacks)


def saved_cones(
    G: nx.Graph, checkpoint: Path, callbacks: Iterable[Callable[..., Any]] = (), dim: int = 5
) -> nxp.Embedding:
    """The refinement of cones, saved after every 5 steps."""
    return embed(G, dim, seed=SEED, checkpoint=nxp.Checkpoint(checkpoint, every=5), callbacks=callbacks)
