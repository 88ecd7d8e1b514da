"""The pictures of docs/method.md.

python benchmarks/records.py --only trees | tee trees.txt
python benchmarks/pictures.py --trees trees.txt
"""

import argparse
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Wedge

import nx_poincare as nxp
from nx_poincare.engine.cones.skeleton.split import split

DOCS = Path(__file__).resolve().parent.parent / "docs"
TREE = nx.DiGraph(
    [("root", "a"), ("root", "b"), ("root", "c"), ("a", "d"), ("a", "e"), ("d", "u"), ("b", "f"), ("b", "g")]
)
SHOWN = {"a": "tab:blue", "d": "tab:green", "b": "tab:orange"}
ROW = re.compile(r"^\| random tree, (\d+)% second parents, (\d+)-D +\| ([0-9.]+) +\| ([0-9.]+)")


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the pictures of docs/method.md.")
    parser.add_argument("--trees", type=Path, help="what records.py --only trees printed; without: no curves")
    options = parser.parse_args()
    mpl.use("agg")
    save(half_planes, "method_arcs.png", (5.6, 5.6))
    save(skeleton, "method_skeleton.png", (7.6, 4.2))
    if options.trees:
        save(lambda ax: curves(ax, options.trees.read_text()), "method_dimensions.png", (6.4, 4.2))


def save(draw: Callable[[Axes], None], name: str, size: tuple[float, float]) -> None:
    figure, ax = plt.subplots(figsize=size, layout="constrained")
    draw(ax)
    figure.savefig(DOCS / name, dpi=110)
    plt.close(figure)


def half_planes(ax: Axes) -> None:
    """The arcs of a small tree: points nearer to a node than to the origin lie beyond a geodesic over its arc."""
    emb = nxp.embed(TREE.copy())
    ax.add_patch(Circle((0, 0), 1, fill=False, color="0.5"))
    for node, colour in SHOWN.items():
        angle = np.arctan2(*emb.directions[emb.index[node]][::-1])
        half = 2 * np.arctan(np.exp(-emb.radii[emb.index[node]] / 2))
        beyond = geodesic(angle, half)
        around = angle + np.linspace(half, -half, 100)
        outline = np.vstack([beyond, np.column_stack([np.cos(around), np.sin(around)])])
        ax.fill(*outline.T, color=colour, alpha=0.15, lw=0)
        ax.plot(*beyond.T, color=colour, lw=1)
        start, end = np.degrees([angle - half, angle + half])
        ax.add_patch(Wedge((0, 0), 1.03 + 0.02 * (node != "d"), start, end, width=0.02, color=colour))
    points = emb.vectors
    for parent, child in TREE.edges:
        ax.plot(*points[[emb.index[parent], emb.index[child]]].T, color="0.8", lw=0.8, zorder=0)
    ax.scatter(*points.T, s=18, color=[SHOWN.get(node, "0.2") for node in emb.nodes], zorder=3)
    for node, (x, y) in emb.items():
        ax.annotate(node, (x, y), textcoords="offset points", xytext=(5, 5))
    ax.set_aspect("equal")
    ax.axis("off")


def geodesic(angle: float, half: float) -> np.ndarray:
    """Points of the geodesic over an arc of the unit circle."""
    centre, radius = 1 / np.cos(half), np.tan(half)
    turn = np.linspace(-(np.pi / 2 - half), np.pi / 2 - half, 100)
    x, y = centre - radius * np.cos(turn), radius * np.sin(turn)
    return np.column_stack([x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)])


def skeleton(ax: Axes) -> None:
    """A small graph: caps, the nodes with several parents, and pure trees."""
    rng = np.random.default_rng(5)
    edges = [(int(rng.integers(v)), v) for v in range(1, 46)] + [(4, 31), (7, 38)]
    G = nx.DiGraph(edges)
    G = nx.transitive_reduction(G)
    hierarchy = nxp.Hierarchy.from_digraph(G)
    caps = {hierarchy.nodes[v] for v in split(hierarchy.dag).caps.tolist()}
    several = {v for v, count in G.in_degree() if count > 1}
    pos = nxp.poincare_layout(G)
    colours = ["tab:red" if v in several else "tab:blue" if v in caps else "0.7" for v in G]
    kept = [(u, v) for u, v in G.edges if u in caps and (v in caps or v in several)]
    nx.draw_networkx_edges(G, pos, ax=ax, edge_color="0.8", arrows=False)
    nx.draw_networkx_edges(G, pos, kept, ax=ax, edge_color="tab:blue", arrows=False, width=1.6)
    nx.draw_networkx_nodes(G, pos, ax=ax, node_size=36, node_color=colours)
    for label, colour in (("caps", "tab:blue"), ("several parents", "tab:red"), ("pure trees", "0.7")):
        ax.scatter([], [], s=36, color=colour, label=label)
    ax.add_patch(Circle((0, 0), 1, fill=False, color="0.5"))
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    ax.set_aspect("equal")
    ax.axis("off")


def curves(ax: Axes, table: str) -> None:
    """Mean rank above the best possible, by dimension, for each share of second parents."""
    found: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for line in table.splitlines():
        if row := ROW.match(line):
            found[int(row[1])].append((int(row[2]), float(row[3]) - 1))
    for share, points in sorted(found.items()):
        ax.plot(*zip(*points, strict=True), marker="o", label=f"{share} %")
    ax.set(xscale="log", yscale="log", xlabel="dimension", ylabel="mean rank above 1")
    ax.set_xticks([2, 3, 5, 10], ["2", "3", "5", "10"])
    ax.minorticks_off()
    ax.grid(alpha=0.3)
    ax.legend(title="second parents", frameon=False)


if __name__ == "__main__":
    main()
