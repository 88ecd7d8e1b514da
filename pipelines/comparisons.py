"""Pictures that compare: radius rules on four kinds of graphs, and layouts on one graph. See gallery.py."""

import shutil
from collections.abc import Callable

import networkx as nx
import numpy as np
from example_graphs import all_nouns, debian_packages, recursive_tree
from matplotlib.figure import Figure

import nx_poincare as nxp
from nx_poincare.engine.cones.arcs.nested_arcs import nested_arcs
from nx_poincare.engine.geometry.ball import to_ball
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.layout.disk import disk_layout, even_angles, eye_radii

Rule = Callable[[np.ndarray, np.ndarray], np.ndarray]


class MissingProgramError(RuntimeError):
    """A picture needs a program that is not installed."""


# -- radius rules: norms in the disk from the level of a node and the half-width of its subtree's range ------------


def even_rings(levels: np.ndarray, ranges: np.ndarray) -> np.ndarray:
    """Rings with even spaces between them, as in a plain radial tree."""
    return 0.97 * levels / max(levels.max(), 1)


def hyperbolic_rings(levels: np.ndarray, ranges: np.ndarray) -> np.ndarray:
    """Rings at equal hyperbolic distances."""
    return np.tanh(eye_radii(levels) / 2)


def subtree_ranges(levels: np.ndarray, ranges: np.ndarray) -> np.ndarray:
    """The embedding's own rule: the narrower a subtree, the farther out."""
    return np.tanh(eye_radii(np.where(levels > 0, np.log(np.pi / ranges), 0.0)) / 2)


RULES: dict[str, Rule | None] = {
    "level, even in the picture": even_rings,
    "level, even in the disk": hyperbolic_rings,
    "range of the subtree": subtree_ranges,
    "both, large fans in rows: poincare_layout": None,
}


def positions_by(rule: Rule | None, hierarchy: Hierarchy) -> dict:
    """Positions with the angles of `poincare_layout` and the radii of a rule, or as they are."""
    dag = hierarchy.dag
    arcs = nested_arcs(dag, max_radius=36)
    points = disk_layout(dag, arcs)
    if rule is not None:
        siblings = np.lexsort((arcs.angles, arcs.tree.parents))
        middles, ranges = even_angles(arcs.tree, siblings)
        single = np.count_nonzero(arcs.tree.parents < 0) == 1
        norms = np.minimum(rule(dag.levels + (0.0 if single else 1.0), ranges), 1 - 1e-9)
        points = to_ball(np.column_stack([np.cos(middles), np.sin(middles)]), 2 * np.arctanh(norms))
    return dict(zip(hierarchy.nodes, points[hierarchy.component], strict=True))


def radius_rules() -> Figure:
    """The same order of subtrees with four rules for the radii. Rings waste the middle and pile up at the rim, ranges
    send every leaf there. poincare_layout uses levels and ranges together, and puts the leaves of large fans in rows.
    """
    graphs = {
        "60 nodes": recursive_tree(60, 0, np.random.default_rng(1)),
        "1,182 mammals": nxp.wordnet_graph("mammal.n.01", source="bundled"),
        "4,508 packages of Debian": debian_packages(),
        "82,115 nouns": all_nouns(),
    }
    figure = Figure(figsize=(12, 12.5))
    grid = figure.subplots(len(graphs), len(RULES), gridspec_kw={
        "left": 0.025, "right": 1, "bottom": 0, "top": 0.97, "wspace": 0.01, "hspace": 0.01,
    })  # fmt: skip
    for row, (name, G) in zip(grid, graphs.items(), strict=True):
        hierarchy = Hierarchy.from_digraph(G)
        row[0].text(-0.06, 0.5, name, rotation=90, ha="center", va="center", transform=row[0].transAxes, fontsize=11)
        for ax, rule in zip(row, RULES.values(), strict=True):
            nxp.draw_poincare(G, ax=ax, pos=positions_by(rule, hierarchy), labels=0)
            for legend in ax.child_axes:
                legend.remove()
    for ax, title in zip(grid[0], RULES, strict=True):
        ax.set_title(title, fontsize=10)
    return figure


# -- layouts -----------------------------------------------------------------------------------------------------


def twopi_layout(G: nx.DiGraph) -> dict:
    """Graphviz's radial layout."""
    if shutil.which("twopi") is None:
        raise MissingProgramError("the comparison of layouts needs Graphviz's program twopi: install graphviz")
    numbered = nx.convert_node_labels_to_integers(G, label_attribute="name")
    plain = nx.DiGraph(numbered.edges)
    found = nx.nx_pydot.pydot_layout(plain, prog="twopi", root=0)
    return {numbered.nodes[i]["name"]: place for i, place in found.items()}


def layouts() -> Figure:
    """The carnivores of WordNet, 366 synsets, by nx.spring_layout, by Graphviz's twopi and by draw_poincare."""
    G = nxp.wordnet_graph("carnivore.n.01", source="bundled")
    levels = [level for _, level in G.nodes(data="level")]
    figure = Figure(figsize=(12, 4.3))
    axes = figure.subplots(1, 3, gridspec_kw={"left": 0, "right": 1, "bottom": 0, "top": 0.92, "wspace": 0.02})
    others = {"nx.spring_layout": nx.spring_layout(G, seed=0, iterations=500), "twopi": twopi_layout(G)}
    for ax, (name, pos) in zip(axes, others.items(), strict=False):
        nx.draw_networkx_edges(G, pos, ax=ax, arrows=False, width=0.4, edge_color="0.6")
        nx.draw_networkx_nodes(G, pos, ax=ax, node_size=5, node_color=levels, cmap="viridis")
        ax.set(title=name, aspect="equal")
        ax.axis("off")
    nxp.draw_poincare(G, ax=axes[2], labels=14)
    axes[2].set_title("nxp.draw_poincare")
    return figure
