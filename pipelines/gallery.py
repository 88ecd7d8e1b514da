"""Every picture of the README and of the gallery.

    python pipelines/gallery.py                         # into docs/gallery, some minutes
    python pipelines/gallery.py --out pictures --only mammals,training

The comparison of layouts needs Graphviz (twopi) and pydot.
"""

import argparse
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import networkx as nx
from class_tree import class_graph
from comparisons import MissingProgramError, layouts, radius_rules
from example_graphs import all_nouns, debian_packages
from matplotlib.figure import Figure
from PIL import Image

import nx_poincare as nxp
from nx_poincare.io.atomic import write_aside

GALLERY = Path(__file__).resolve().parent.parent / "docs" / "gallery"
COLOURS = 256
STAFF = {
    "Ada, chief executive": ["Bo, research", "Chen, operations", "Dina, sales", "Emre, finance"],
    "Bo, research": ["Farah, data", "Goran, models", "Hiro, systems"],
    "Chen, operations": ["Ines, plants", "Jonas, purchasing"],
    "Dina, sales": ["Kofi, north", "Lena, south", "Mateo, service"],
    "Emre, finance": ["Nour, accounts", "Olga, payroll"],
    "Farah, data": ["Pia", "Quinn", "Ravi"],
    "Goran, models": ["Sara", "Tomas", "Uma", "Viktor"],
    "Hiro, systems": ["Wanda", "Xavier", "Yara"],
    "Ines, plants": ["Zeno, shift 1", "Alma, shift 2"],
    "Zeno, shift 1": ["Bruno", "Cleo", "Dario", "Elif"],
    "Alma, shift 2": ["Finn", "Greta", "Hugo", "Iris"],
    "Jonas, purchasing": ["Jana", "Karim"],
    "Kofi, north": ["Lars", "Mona", "Nils"],
    "Lena, south": ["Oskar", "Paula"],
    "Mateo, service": ["Rosa", "Samir", "Tara", "Ugo", "Vera"],
    "Nour, accounts": ["Willem", "Xenia"],
    "Olga, payroll": ["Yusuf"],
}


def mammals() -> Figure:
    """All 1,182 mammals of WordNet: `draw_poincare(G)`."""
    return drawn(nxp.wordnet_graph("mammal.n.01", source="bundled"), labels=40)


def nouns() -> Figure:
    """All 82,115 nouns, in dark: `draw_poincare(G, dark=True)`."""
    return drawn(all_nouns(), labels=40, dark=True)


def branches() -> Figure:
    """The nouns again, a colour for each main branch: `draw_poincare(G, colour_by="branch")`."""
    return drawn(all_nouns(), labels=40, colour_by="branch")


def focus() -> Figure:
    """The same nouns from the dog's point of view: `draw_poincare(G, focus="dog.n.01")`."""
    return drawn(all_nouns(), labels=45, focus="dog.n.01")


def highlight() -> Figure:
    """Two mammals with all their ancestors and descendants:
    `draw_poincare(G, highlight=["dog.n.01", "whale.n.02"], dark=True)`.
    """
    G = nxp.wordnet_graph("mammal.n.01", source="bundled")
    return drawn(G, highlight=["dog.n.01", "whale.n.02"], dark=True)


def pruned() -> Figure:
    """The most important of all nouns: `draw_poincare(G, max_nodes=85)`."""
    return drawn(all_nouns(), max_nodes=85)


def dependencies() -> Figure:
    """Debian's Python packages, 16,465 dependencies of 4,508 packages; below numpy stands what needs it. Second parents
    are thin: `draw_poincare(G, colour_by="branch")`.
    """
    return drawn(debian_packages(), colour_by="branch")


def values() -> Figure:
    """The same packages by attributes: how many need each directly, by size, and how many in all, by colour:
    `draw_poincare(G, size_by="needed by", colour_by="package", colour_aggregate="count")`.
    """
    G = nx.DiGraph(debian_packages())
    nx.set_node_attributes(G, dict(G.out_degree), "needed by")
    nx.set_node_attributes(G, 1, "package")
    return drawn(G, size_by="needed by", colour_by="package", colour_aggregate="count", dark=True)


def rings() -> Figure:
    """All carnivores, leaves on rings around the disk, for a poster: `draw_poincare(G, labels=True)`."""
    G = nxp.wordnet_graph("carnivore.n.01", source="bundled")
    return drawn(G, inches=13, labels=True, colour_by="branch")


def classes() -> Figure:
    """Python's built-in exceptions, all labelled: `draw_poincare(G)`."""
    return drawn(class_graph("builtins", BaseException), labels=True)


def staff() -> Figure:
    """An org chart, coloured by division: `draw_poincare(G, colour_by="branch")`."""
    return drawn(nx.DiGraph([(above, below) for above, those in STAFF.items() for below in those]), colour_by="branch")


def light_and_dark() -> Figure:
    """Felines in the style that matplotlib is set to; `plt.style.context("dark_background")` is enough."""
    G = nxp.wordnet_graph("feline.n.01", source="bundled")
    figure = Figure(figsize=(12, 6))
    for i, dark in enumerate((False, True)):
        nxp.draw_poincare(G, ax=figure.add_axes((i / 2, 0, 0.5, 1)), dark=dark)
    return figure


def training(path: Path) -> None:
    """Carnivores finding their places from random points: `draw_training(G, "training.gif")`."""
    G = nxp.wordnet_graph("carnivore.n.01", source="bundled")
    with nxp.draw_training(G, path, every=10, size=4, dpi=90, dark=True, colour_by="branch", labels=8) as film:
        nxp.embed(G, init="random", training=nxp.Training(burn_in=50, epochs=250), seed=0, callbacks=[film])


PICTURES: tuple[Callable[[], Figure], ...] = (
    mammals, nouns, branches, focus, highlight, pruned, rings, dependencies, values, classes, staff, light_and_dark,
    layouts, radius_rules,
)  # fmt: skip


def drawn(G: nx.Graph, inches: float = 8, **options: object) -> Figure:
    figure = Figure(figsize=(inches, inches))
    nxp.draw_poincare(G, ax=figure.add_axes((0.005, 0.005, 0.99, 0.99)), **options)
    return figure


def save(figure: Figure, path: Path) -> None:
    """A PNG of 256 colours, a quarter as large; colours of small things, as in a legend, are kept."""
    with write_aside(path) as aside:
        figure.savefig(aside, dpi=110)
        with Image.open(aside) as picture:
            few = picture.convert("RGB").quantize(
                COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE
            )
        few.save(aside, optimize=True)


def page(folder: Path) -> str:
    """Markdown for the pictures in a folder, each below its caption; relative to the folder above."""
    parts = []
    for draw, suffix in [(mammals, "png"), (training, "gif"), *((draw, "png") for draw in PICTURES[1:])]:
        title = draw.__name__.replace("_", " ").capitalize()
        caption = " ".join((draw.__doc__ or "").split())
        parts.append(f"## {title}\n\n{caption}\n\n![{title}]({folder.name}/{draw.__name__}.{suffix})\n")
    return "\n".join(parts)


def main() -> int:
    names = [draw.__name__ for draw in (*PICTURES, training)]
    parser = argparse.ArgumentParser(
        description="Draw every picture of the README and of the gallery.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--out", type=Path, default=GALLERY, help="folder for the pictures")
    parser.add_argument("--only", default=",".join(names), help="which pictures, by name")
    found = parser.parse_args()
    wanted = found.only.split(",")
    if unknown := set(wanted) - set(names):
        parser.error(f"no picture {min(unknown)!r}; there are {', '.join(names)}")
    logging.basicConfig(level=logging.WARNING)
    found.out.mkdir(parents=True, exist_ok=True)
    missing = 0
    for draw in PICTURES:
        if draw.__name__ in wanted:
            try:
                save(draw(), found.out / f"{draw.__name__}.png")
                print(found.out / f"{draw.__name__}.png", flush=True)
            except MissingProgramError as error:
                print(f"left out {draw.__name__}: {error}", file=sys.stderr)
                missing = 1
    if training.__name__ in wanted:
        training(found.out / "training.gif")
        print(found.out / "training.gif")
    return missing


if __name__ == "__main__":
    if main():
        sys.exit(1)
