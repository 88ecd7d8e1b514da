"""The pictures of the documentation, drawn by the package when the site is built."""

from pathlib import Path

import networkx as nx
import numpy as np
from directory_tree import directory_graph
from gallery import page
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Arc, Circle

import nx_poincare as nxp
from nx_poincare.drawing.geodesics import geodesic_points
from nx_poincare.engine.geometry.ball import half_angle

_INK, _GREEN, _RED, _BLUE = "#333333", "#2a788e", "#c0392b", "#414487"


def draw_all(folder: Path, docs: Path) -> None:
    """Draw everything into a folder and list the gallery's pictures in it."""
    folder.mkdir(exist_ok=True)
    for draw in (half_space, nested_caps, two_sets_of_points, second_parent, folders):
        figure = draw()
        figure.savefig(folder / f"{draw.__name__}.png", dpi=130, bbox_inches="tight")
    (folder / "gallery_pictures.md").write_text(page(docs / "gallery"), encoding="utf-8")


# -- the idea ------------------------------------------------------------------------------------


def half_space() -> Figure:
    """A point, its half-space and its cap, with a point inside and one outside."""
    figure, (ax,) = disks(1)
    angle, width = np.radians(40), np.radians(38)
    v = np.cos(width) * np.array([np.cos(angle), np.sin(angle)])
    shade_half_space(ax, angle, width, _GREEN)
    ax.add_patch(
        Arc((0, 0), 2, 2, theta1=np.degrees(angle - width), theta2=np.degrees(angle + width), color=_GREEN, lw=4)
    )
    inside, outside = np.array([0.86, 0.37]), np.array([-0.42, 0.62])
    for point, nearest, other in ((inside, _GREEN, _RED), (outside, _RED, _GREEN)):
        ends = {_GREEN: v, _RED: np.zeros(2)}
        geodesic(ax, point, ends[nearest], color=nearest, lw=2)
        geodesic(ax, point, ends[other], color=other, lw=1, ls=":")
    mark(ax, inside, "u", _INK, (-0.06, -0.09))
    mark(ax, outside, "t", _INK)
    mark(ax, v, "v", _GREEN, (-0.07, 0.03))
    mark(ax, np.zeros(2), "origin", _RED, (-0.06, -0.13))
    return figure


def nested_caps() -> Figure:
    """A small hierarchy as `embed` places it, every node with its half-space."""
    G = nx.DiGraph([("mammal", "carnivore"), ("mammal", "whale"), ("carnivore", "dog"), ("carnivore", "cat")])
    G.add_edges_from([("dog", "puppy"), ("dog", "pug"), ("cat", "kitten"), ("whale", "narwhal"), ("whale", "beluga")])
    emb = nxp.embed(G)
    figure, (ax,) = disks(1)
    for node in emb.nodes:
        row = emb.index[node]
        if emb.radii[row] > 0:
            shade_half_space(ax, np.arctan2(*emb.directions[row, ::-1]), float(half_angle(emb.radii[row])), _BLUE)
    for parent, child in G.edges:
        geodesic(ax, emb[parent], emb[child], color=_INK, lw=0.8)
    for node in emb.nodes:
        above = 0.02 if emb.norm(node) else -0.09
        if emb[node][0] >= 0:
            mark(ax, emb[node], node, _INK, (0.05, above))
        else:
            mark(ax, emb[node], node, _INK, (-0.05, above), "right")
    return figure


def two_sets_of_points() -> Figure:
    """The same tree by its ball vectors and by the positions that are made for the eye."""
    G = nx.balanced_tree(3, 4, create_using=nx.DiGraph)
    nxp.embed(G)
    figure, axes = disks(2)
    for ax, attribute in zip(axes, ("poincare", "pos"), strict=True):
        nxp.draw_poincare(G, ax=ax, pos_as=attribute, labels=0, title=f'G.nodes[v]["{attribute}"]')
    return figure


def second_parent() -> Figure:
    """A node below two parents: half-planes of both can hold it, if they may overlap."""
    figure, axes = disks(2)
    titles = ("two separate arcs: whose child is c?", "arcs that overlap")
    for ax, title, (right, left), width, height in zip(
        axes, titles, ((0, 180), (55, 125)), (60, 75), (0.8, 0.93), strict=True
    ):
        ax.set_title(title, fontsize=11)
        for name, angle in (("a", np.radians(right)), ("b", np.radians(left))):
            shade_half_space(ax, angle, np.radians(width), _BLUE)
            point = np.cos(np.radians(width)) * np.array([np.cos(angle), np.sin(angle)])
            mark(ax, point, name, _BLUE, (-0.03, -0.14))
        mark(ax, np.array([0.0, height]), "c", _INK, (0.03, -0.11))
    return figure


# -- the recipes ---------------------------------------------------------------------------------


def folders() -> Figure:
    """The folders and files of this package."""
    G = directory_graph(Path(nxp.__file__).parent)
    return drawn(G, labels={node: name for node, name in G.nodes(data="name") if G.out_degree(node)})


def drawn(G: nx.DiGraph, **options: object) -> Figure:
    figure, (ax,) = disks(1, size=8)
    nxp.draw_poincare(G, ax=ax, **options)
    return figure


# -- strokes -------------------------------------------------------------------------------------


def disks(count: int, size: float = 5) -> tuple[Figure, list[Axes]]:
    """A figure with so many unit disks in a row."""
    figure = Figure(figsize=(count * size, size), layout="constrained")
    axes = [figure.add_subplot(1, count, i + 1, aspect="equal") for i in range(count)]
    for ax in axes:
        ax.set(xlim=(-1.04, 1.04), ylim=(-1.04, 1.04))
        ax.axis("off")
        ax.add_patch(Circle((0, 0), 1, facecolor="none", edgecolor="#999999", lw=1))
    return figure, axes


def geodesic(ax: Axes, start: np.ndarray, end: np.ndarray, **style: object) -> None:
    ax.plot(*geodesic_points(start, end).reshape(-1, 2).T, **style)


def shade_half_space(ax: Axes, angle: float, width: float, colour: str) -> None:
    """The half-plane over an arc: a disk orthogonal to the unit circle, cut by it."""
    centre = np.array([np.cos(angle), np.sin(angle)]) / np.cos(width)
    patch = Circle(tuple(centre), np.tan(width), facecolor=(*to_rgb(colour), 0.14), edgecolor=colour, lw=1)
    ax.add_patch(patch)
    patch.set_clip_path(Circle((0, 0), 1, transform=ax.transData))


def mark(
    ax: Axes, point: np.ndarray, text: str, colour: str, shift: tuple[float, float] = (0.05, 0.05), side: str = "left"
) -> None:
    ax.plot(*point, "o", color=colour, ms=6)
    ax.text(*(point + shift), text, color=colour, fontsize=11, ha=side)
