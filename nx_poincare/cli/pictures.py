"""Commands that draw."""

from __future__ import annotations

import io
import os
from typing import Any

import click
import networkx as nx

import nx_poincare as nxp
from nx_poincare.cli.options import Output, node_called, reading
from nx_poincare.cli.running import main, say
from nx_poincare.utils.progress import with_signs_of_life

__all__ = ["draw", "html"]

_AGGREGATES = ("sum", "mean", "count")
_PICTURE_SUFFIXES = (".png", ".svg", ".pdf")
_DATES = {".svg": ("Date",), ".pdf": ("CreationDate",)}


class _Labels(click.ParamType):
    """A number, or the name of an attribute."""

    name = "number|attribute"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        try:
            count = int(value)
        except ValueError:
            return str(value)
        if count < 0:
            self.fail(f"{count} is not in the range x>=0.", param, ctx)
        return count


@main.command()
@reading
@click.option("-o", "--out", "output", required=True, type=Output(_PICTURE_SUFFIXES),
              help="Picture: .png, .svg or .pdf.")  # fmt: skip
@click.option("--labels", type=_Labels(), default=None, show_default="30, or all of up to 90 nodes",
              help="How many nodes to label at most, or the attribute with the texts.")  # fmt: skip
@click.option("--focus", default=None, metavar="NODE", help="Node at the centre of the disk.")
@click.option("--highlight", multiple=True, metavar="NODE",
              help="Node that stands out with its ancestors and descendants; may be repeated.")  # fmt: skip
@click.option("--max-nodes", type=click.IntRange(min=1), default=None, show_default="all",
              help="Draw at most so many nodes, those with the largest subtrees.")  # fmt: skip
@click.option("--size-by", default=None, metavar="ATTRIBUTE", show_default="subtrees",
              help="Node attribute that sizes show.")  # fmt: skip
@click.option("--size-aggregate", type=click.Choice(_AGGREGATES), default=None,
              help="Sizes show the sum, mean or number of the values of a node and its descendants.")  # fmt: skip
@click.option("--colour-by", default="level", metavar="ATTRIBUTE",
              help="What colours show: level, branch or a node attribute.")  # fmt: skip
@click.option("--colour-aggregate", type=click.Choice(_AGGREGATES), default=None,
              help="Colours show the sum, mean or number of the values of a node and its descendants.")  # fmt: skip
@click.option("--cmap", default=None, show_default="for all eyes", help="A colour map of matplotlib.")
@click.option("--dark", is_flag=True, help="Light on dark.")
@click.option("--title", default=None, help="Title of the picture.")
@click.option("--size", type=click.FloatRange(1, 100), default=10.0, help="Width and height in inches.")
@click.option("--dpi", type=click.IntRange(10, 1200), default=150, help="Dots per inch.")
def draw(
    graph: nx.Graph, reading: dict[str, Any], output: str, focus: str | None, highlight: tuple[str, ...],
    size: float, dpi: int, **options: Any,
) -> None:  # fmt: skip
    """Draw the hierarchy in FILE in the Poincaré disk.

    Example: nx-poincare draw edges.tsv -o picture.png
    """
    # What the file says of positions and levels may be of another kind: both are computed.
    nxp.embed(graph, **reading, store_as=None, store_pos_as=None, level_as=None).write_to(graph, store_as=None)
    options["focus"] = None if focus is None else node_called(focus, graph)
    options["highlight"] = [node_called(name, graph) for name in highlight] or None
    _save_picture(graph, output, size, dpi, reading | options)
    say(f"wrote {output}")


@main.command()
@reading
@click.option("-o", "--out", "output", required=True, type=Output((".html",)), help="Page: .html.")
@click.option("--title", default=None, show_default="from the graph", help="Title of the page.")
@click.option("--max-nodes", type=click.IntRange(min=1), default=None, show_default="all",
              help="Show at most so many nodes, those with the largest subtrees.")  # fmt: skip
@click.option("--labels", default=None, metavar="ATTRIBUTE", show_default="names of nodes",
              help="The attribute that nodes are called by.")  # fmt: skip
@click.option("--icons", default=None, metavar="ATTRIBUTE", show_default="none",
              help="The attribute with a text such as an emoji, or the path of an image.")  # fmt: skip
@click.option("--colour-by", default="level", metavar="NAME", help="What colours show: level, branch or an attribute.")
@click.option("--colour-aggregate", type=click.Choice(_AGGREGATES), default=None,
              help="Colours show the sum, mean or number of the values of a node and its descendants.")  # fmt: skip
@click.option("--size-by", default=None, metavar="NAME", show_default="descendants",
              help="What sizes show: an attribute of numbers.")  # fmt: skip
@click.option("--size-aggregate", type=click.Choice(_AGGREGATES), default=None,
              help="Sizes show the sum, mean or number of the values of a node and its descendants.")  # fmt: skip
@click.option("--radii", type=click.Choice(["layout", "embedding", "eye"]), default="layout",
              help="Where nodes stand: made for walking, or at points of an embedding that FILE has.")  # fmt: skip
@click.option("--beside", type=click.Choice(["layout", "embedding", "eye"]), default=None, show_default="none",
              help="A second map beside the first.")  # fmt: skip
def html(graph: nx.Graph, reading: dict[str, Any], output: str, **options: Any) -> None:
    """Write the hierarchy in FILE as a page for browsers.

    One file to walk through, which asks no network.

    Example: nx-poincare html edges.tsv -o page.html
    """
    nxp.write_html(graph, output, **options, **reading)
    say(f"wrote {output}")


@with_signs_of_life("drawing")
def _save_picture(graph: nx.Graph, path: str, size: float, dpi: int, options: dict[str, Any]) -> None:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    from nx_poincare.io.atomic import write_aside

    picture = io.BytesIO()  # matplotlib's own files end in errors of zlib where the disk is full
    figure = Figure(figsize=(size, size), layout="constrained")
    nxp.draw_poincare(graph, ax=figure.add_subplot(), **options)
    format = os.path.splitext(path)[1].lower()
    # Text stays text. Without the date, and with names that do not depend on chance, the bytes are the same each time.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "nx-poincare"}):
        figure.savefig(picture, dpi=dpi, format=format[1:], metadata=dict.fromkeys(_DATES.get(format, ())))
    with write_aside(path) as aside:
        aside.write_bytes(picture.getbuffer())
