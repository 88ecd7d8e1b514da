"""The outline of a text in a figure; figures do not outlast the test that made them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.path import Path as Outline
from matplotlib.text import Text


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    """Later tests, which draw on the current figure, begin with an empty one."""
    yield
    plt.close("all")


@pytest.fixture
def outline() -> Callable[[Text], Outline]:
    """The turned rectangle that a text fills, in pixels, by matplotlib's own extent of the level text."""

    def outlined(text: Text) -> Outline:
        turn = text.get_rotation()
        text.set_rotation(0)
        box = text.get_window_extent()
        text.set_rotation(turn)
        middle = (box.min + box.max) / 2
        cosine, sine = np.cos(np.radians(turn)), np.sin(np.radians(turn))
        corners = (box.corners()[[0, 1, 3, 2, 0]] - middle) @ [[cosine, sine], [-sine, cosine]] + middle
        return Outline(corners, closed=True)

    return outlined
