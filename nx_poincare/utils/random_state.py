"""Seeds as NetworkX users give them."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np

__all__ = ["generator_of"]


def generator_of(seed: Any) -> np.random.Generator:
    """A numpy Generator from anything that NetworkX takes as a seed.

    Parameters
    ----------
    seed : int, numpy.random.Generator, numpy.random.RandomState, the module numpy.random or None
        None and the module mean NumPy's global state, as in NetworkX. A RandomState is used
        as the source of the seed and moves on by that.

    Raises
    ------
    ValueError
        If the seed is of another kind.

    Examples
    --------
    >>> int(generator_of(7).integers(1000)) == int(generator_of(7).integers(1000))
    True
    """
    if isinstance(seed, (bool, float, str)):
        raise ValueError(f"seed must be an int, a numpy Generator or RandomState, or None, not {seed!r}")
    if isinstance(seed, (int, np.integer)):
        if seed < 0:
            raise ValueError(f"seed must not be negative, got {seed}")
        return np.random.default_rng(int(seed))
    state = nx.utils.create_random_state(seed)
    if isinstance(state, np.random.Generator):
        return state
    return np.random.default_rng(state.randint(0, 2**31, size=4))
