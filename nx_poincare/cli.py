"""The command line: data to standard output or files, progress and messages to standard error.

Exit codes: 0 all done, 1 bad data or a failed write, 2 a wrong call, 130 interrupted.
"""

from __future__ import annotations

import functools
import json
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import networkx as nx

import nx_poincare as nxp

if TYPE_CHECKING:
    from nx_poincare.embedding import Embedding

__all__ = ["main"]

_GRAPH_SUFFIXES = (".graphml", ".gexf", ".gml", ".json")
_OUTPUT_HELP = (
    "Where to write; may be repeated. By suffix: .npz (embedding), .tsv (vectors), "
    ".graphml, .gexf, .gml or .json (graph with attributes). Default: vectors to standard output."
)

_Command = TypeVar("_Command", bound=Callable[..., Any])


class _Commands(click.Group):
    """Turns the typed errors of the library into one line and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader has left; closing standard output again at exit must not complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(1)
        except (nx.NetworkXException, ValueError, LookupError, ImportError, OSError) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands, context_settings={"show_default": True, "help_option_names": ["-h", "--help"]})
@click.version_option(nxp.__version__, prog_name="nx-poincare")
@click.option("-v", "--verbose", count=True, help="Say what is done; twice for details.")
def main(verbose: int) -> None:
    """Hyperbolic embeddings of hierarchies: graphs and WordNet to points of the Poincaré ball."""
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    logging.basicConfig(stream=sys.stderr, format="%(name)s: %(message)s")
    logging.getLogger("nx_poincare").setLevel(level)


def _reading(command: _Command) -> _Command:
    """Options that say how a graph file is read, gathered into the arguments `graph` and `reading`."""

    @click.argument("graph_file", metavar="FILE")
    @click.option("--format", type=click.Choice(["tsv", "csv", "edges", "graphml", "gexf", "json"]), default=None,
                  help="Format of FILE; by its suffix if not given. FILE '-' is standard input.")  # fmt: skip
    @click.option("--delimiter", default=None, help="Column delimiter of an edge list, one character.")
    @click.option("--header/--no-header", default=None, help="Whether the first row names the columns.")
    @_hierarchy_options
    @functools.wraps(command)
    def wrapped(
        graph_file: str, format: Any, delimiter: str | None, header: bool | None, **options: Any
    ) -> Any:
        graph = nxp.read_graph(graph_file, format=format, delimiter=delimiter, header=header)
        return command(graph=graph, **options)

    return wrapped  # type: ignore[return-value]


def _hierarchy_options(command: _Command) -> _Command:
    """Options that say how a graph is a hierarchy, gathered into the argument `reading`."""

    @click.option("--direction", type=click.Choice(["parent_to_child", "child_to_parent"]), default="parent_to_child",
                  help="What an edge means.")  # fmt: skip
    @click.option("--root", default=None, help="Undirected graphs: the node where the tree starts.")
    @click.option("--on-cycle", type=click.Choice(["condense", "raise"]), default="condense",
                  help="Let the nodes of a cycle stand beside each other, or refuse.")  # fmt: skip
    @functools.wraps(command)
    def wrapped(direction: str, root: str | None, on_cycle: str, **options: Any) -> Any:
        return command(reading={"direction": direction, "root": root, "on_cycle": on_cycle}, **options)

    return wrapped  # type: ignore[return-value]


def _embedding_options(command: _Command) -> _Command:
    """Options of `embed`, gathered into the argument `options`, and where the result goes."""

    @click.option("--dim", type=click.IntRange(min=2), default=2, help="Dimension of the ball.")
    @click.option("--max-radius", type=float, default=36.0, help="Largest hyperbolic radius, up to 60.")
    @click.option(
        "--seed", type=click.IntRange(min=0), default=0, help="Seed, for three and more dimensions."
    )
    @click.option("-o", "--out", multiple=True, type=click.Path(dir_okay=False), help=_OUTPUT_HELP)
    @functools.wraps(command)
    def wrapped(dim: int, max_radius: float, seed: int, **options: Any) -> Any:
        return command(options={"dim": dim, "max_radius": max_radius, "seed": seed}, **options)

    return wrapped  # type: ignore[return-value]


@main.command()
@_reading
@_embedding_options
def embed(graph: nx.Graph, reading: dict[str, Any], options: dict[str, Any], out: tuple[str, ...]) -> None:
    """Embed the hierarchy in FILE (edge list, GraphML, GEXF or node-link JSON).

    Example: nx-poincare embed edges.tsv -o vectors.tsv -o graph.graphml
    """
    _check_outputs(out)
    _write(nxp.embed(graph, **reading, **options), graph, out)


@main.command()
@click.argument("roots", nargs=-1, metavar="[SYNSET]...")
@click.option("--pos", type=click.Choice(["n", "v"]), default="n", help="Nouns or verbs.")
@click.option("--max-depth", type=click.IntRange(min=0), default=None, help="Deepest level kept.")
@click.option("--instances/--no-instances", default=True, help="Keep instances, such as cities and people.")
@click.option("--source", type=click.Choice(["auto", "nltk", "bundled"]), default="auto",
              help="NLTK's corpus or the snapshot that comes with the package.")  # fmt: skip
@_embedding_options
def wordnet(roots: tuple[str, ...], options: dict[str, Any], out: tuple[str, ...], **selection: Any) -> None:
    """Embed WordNet's hierarchy, or what is below the named synsets.

    Example: nx-poincare wordnet mammal.n.01 -o mammals.npz
    """
    _check_outputs(out)
    graph = nxp.wordnet_graph(roots or None, **selection)
    _write(nxp.embed(graph, **options), graph, out)


@main.command()
@click.argument("embedding_file", metavar="EMBEDDING")
@_reading
@click.option("--sample", type=click.IntRange(min=1), default=None, help="Look at that many nodes only.")
@click.option("--seed", type=click.IntRange(min=0), default=0, help="Seed of the sample.")
@click.option("--jobs", type=int, default=-1, help="Threads; -1: one per processor.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate(
    embedding_file: str,
    graph: nx.Graph,
    reading: dict[str, Any],
    sample: int | None,
    seed: int,
    jobs: int,
    as_json: bool,
) -> None:
    """Mean rank and MAP of EMBEDDING (.npz or a .tsv of vectors) on the hierarchy in FILE."""
    points = _read_embedding(embedding_file)
    scores = nxp.evaluate_reconstruction(points, graph, **reading, sample=sample, seed=seed, n_jobs=jobs)
    if as_json:
        click.echo(json.dumps(scores._asdict()))
        return
    click.echo(f"mean rank\t{scores.mean_rank:.4f}")
    click.echo(f"MAP\t{scores.map_score:.6f}")
    click.echo(f"nodes\t{scores.nodes}")
    click.echo(f"pairs\t{scores.pairs}")


@main.command()
@_reading
@click.option(
    "-o", "--out", required=True, type=click.Path(dir_okay=False), help="Picture: .png, .svg or .pdf."
)
@click.option("--labels", type=click.IntRange(min=0), default=20, help="How many nodes to label at most.")
@click.option("--size", type=click.FloatRange(min=1), default=10.0, help="Width and height in inches.")
@click.option("--dpi", type=click.IntRange(min=10), default=150, help="Dots per inch.")
def draw(graph: nx.Graph, reading: dict[str, Any], out: str, labels: int, size: float, dpi: int) -> None:
    """Draw the hierarchy in FILE in the Poincaré disk."""
    nxp.poincare_layout(graph, direction=reading["direction"], root=reading["root"], store_pos_as="pos")
    save_picture(graph, out, labels=labels, size=size, dpi=dpi)


def save_picture(
    graph: nx.Graph, path: str | os.PathLike[str], *, labels: int, size: float, dpi: int
) -> None:
    """Draw a graph that has positions and write the picture, aside first."""
    from matplotlib.figure import Figure

    from nx_poincare.files import written_aside

    figure = Figure(figsize=(size, size), layout="constrained")
    nxp.draw_poincare(graph, ax=figure.add_subplot(), labels=labels)
    with written_aside(path) as aside:
        figure.savefig(aside, dpi=dpi)


def _check_outputs(paths: tuple[str, ...]) -> None:
    """Refuse a wrong suffix or folder before the work, not after it."""
    for path in paths:
        suffixes = (".npz", ".tsv", ".tsv.gz", *_GRAPH_SUFFIXES, *(f"{s}.gz" for s in _GRAPH_SUFFIXES))
        if not path.lower().endswith(suffixes):
            raise click.BadParameter(
                f"{path}: the suffix must be one of {', '.join(suffixes)}", param_hint="--out"
            )
        if not Path(path).absolute().parent.is_dir():
            raise click.BadParameter(f"{path}: there is no such folder", param_hint="--out")


def _write(embedding: Embedding, graph: nx.Graph, paths: tuple[str, ...]) -> None:
    from nx_poincare.io import write_vectors

    if not paths:
        write_vectors(sys.stdout.buffer, embedding.nodes, embedding.vectors)
    for path in paths:
        if path.lower().endswith(".npz"):
            embedding.save(path)
        elif path.lower().removesuffix(".gz").endswith(".tsv"):
            write_vectors(path, embedding.nodes, embedding.vectors)
        else:
            nxp.export_graph(graph, path)
        click.echo(f"wrote {path}", err=True)


def _read_embedding(path: str) -> Any:
    from nx_poincare.io import read_vectors

    if path.lower().endswith(".npz"):
        return nxp.Embedding.load(path)
    names, vectors = read_vectors(path)
    return dict(zip(names, vectors, strict=True))


if __name__ == "__main__":
    main()
