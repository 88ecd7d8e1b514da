"""A handful of pictures against small references, without text, which differs with versions of FreeType.

python tests/drawing/test_pictures.py     # writes the references anew: look at them
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import networkx as nx
import pytest
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.offsetbox import AnchoredText
from matplotlib.testing.compare import compare_images

from nx_poincare.api import embed
from nx_poincare.drawing.disk import draw_poincare
from nx_poincare.extractors.wordnet.graph import wordnet_graph

REFERENCES = Path(__file__).with_name("reference")
TOLERANCE = 4.0  # root of the mean squared difference, of 255


def felines(**options: object) -> Callable[[], Figure]:
    def draw() -> Figure:
        return drawn(wordnet_graph("feline.n.01", source="bundled"), **options)

    return draw


def second_parents() -> Figure:
    G = nx.balanced_tree(3, 3, create_using=nx.DiGraph)
    G.add_edges_from([(5, 13), (8, 30), (2, 39)])
    return drawn(G)


def true_points() -> Figure:
    G = nx.balanced_tree(2, 4, create_using=nx.DiGraph)
    emb = embed(G)
    return drawn(G, pos=emb, focus=4)


PICTURES: dict[str, Callable[[], Figure]] = {
    "levels": felines(),
    "branches_dark": felines(colour_by="branch", dark=True),
    "focus": felines(focus="wildcat.n.03"),
    "highlight": felines(highlight="cat.n.01"),
    "second_parents": second_parents,
    "true_points": true_points,
}


def drawn(G: nx.DiGraph, **options: object) -> Figure:
    with mpl.rc_context(mpl.rcParamsDefault | {"backend": "agg"}):
        figure = Figure(figsize=(3, 3), dpi=100)
        ax = figure.add_axes((0, 0, 1, 1))
        draw_poincare(G, ax=ax, labels=0, **options)
        for text in list(ax.texts):
            text.remove()
        for legend in [
            *ax.child_axes,
            *(child for child in ax.get_children() if isinstance(child, Legend | AnchoredText)),
        ]:
            legend.remove()
    return figure


@pytest.mark.parametrize("name", PICTURES)
def test_picture(name: str, tmp_path: Path) -> None:
    PICTURES[name]().savefig(tmp_path / f"{name}.png")
    assert compare_images(str(REFERENCES / f"{name}.png"), str(tmp_path / f"{name}.png"), TOLERANCE) is None


def test_the_tolerance_tells_pictures_apart(tmp_path: Path) -> None:
    for name in PICTURES:
        (tmp_path / f"{name}.png").write_bytes((REFERENCES / f"{name}.png").read_bytes())
    names = list(PICTURES)
    for name, other in zip(names, [*names[1:], names[0]], strict=True):
        found = compare_images(str(tmp_path / f"{name}.png"), str(tmp_path / f"{other}.png"), 0, in_decorator=True)
        assert found is not None
        assert found["rms"] > 2 * TOLERANCE


if __name__ == "__main__":
    REFERENCES.mkdir(exist_ok=True)
    for picture, make in PICTURES.items():
        make().savefig(REFERENCES / f"{picture}.png")
