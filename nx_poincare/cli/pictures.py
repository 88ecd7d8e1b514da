"""Commands that draw."""

from __future__ import annotations

from typing import Any

import click
import networkx as nx

import nx_poincare as nxp
from nx_poincare.cli.options import Output, reading
from nx_poincare.cli.running import main, say

__all__ = ["draw", "html"]

_PICTURE_SUFFIXES = (".png", ".svg", ".pdf")


@main.command()
@reading
@click.option("-o", "--out", "output", required=True, type=Output(_PICTURE_SUFFIXES),
              help="Picture: .png, .svg or .pdf.")  # fmt: skip
@click.option("--labels", type=click.IntRange(min=0), default=20, help="How many nodes to label at most.")
@click.option("--size", type=click.FloatRange(1, 100), default=10.0, help="Width and height in inches.")
@click.option("--dpi", type=click.IntRange(10, 1200), default=150, help="Dots per inch.")
def draw(graph: nx.Graph, reading: dict[str, Any], output: str, labels: int, size: float, dpi: int) -> None:
    """Draw the hierarchy in FILE in the Poincaré disk.

    Example: nx-poincare draw edges.tsv -o picture.png
    """
    # What the file says of positions and levels may be of another kind: both are computed.
    nxp.embed(graph, **reading, store_as=None)
    _save_picture(graph, output, reading, labels=labels, size=size, dpi=dpi)
    say(f"wrote {output}")


@main.command()
@reading
@click.option("-o", "--out", "output", required=True, type=Output((".html",)), help="Page: .html.")
@click.option("--title", default=None, show_default="told by the graph", help="Title of the page.")
@click.option("--max-nodes", type=click.IntRange(min=1), default=None, show_default="all",
              help="Show at most so many nodes, those with the largest subtrees.")  # fmt: skip
def html(graph: nx.Graph, reading: dict[str, Any], output: str, title: str | None, max_nodes: int | None) -> None:
    """Write the hierarchy in FILE as a page for browsers.

    One file to walk through, which asks no network.

    Example: nx-poincare html edges.tsv -o page.html
    """
    nxp.write_html(graph, output, title=title, max_nodes=max_nodes, **reading)
    say(f"wrote {output}")


def _save_picture(graph: nx.Graph, path: str, reading: dict[str, Any], *, labels: int, size: float, dpi: int) -> None:
    from matplotlib.figure import Figure

    from nx_poincare.files import written_aside

    figure = Figure(figsize=(size, size), layout="constrained")
    nxp.draw_poincare(graph, ax=figure.add_subplot(), labels=labels, **reading)
    with written_aside(path) as aside:
        figure.savefig(aside, dpi=dpi)
