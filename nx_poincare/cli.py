"""The command line: data to standard output or files, progress and messages to standard error."""

from __future__ import annotations

import functools
import json
import logging
import math
import os
import re
import sys
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import networkx as nx

import nx_poincare as nxp

if TYPE_CHECKING:
    from nx_poincare.embedding import Embedding

__all__ = ["main"]

_GRAPH_SUFFIXES = (".graphml", ".gexf", ".gml", ".json")
_RESULT_SUFFIXES = (".npz", ".tsv", ".tsv.gz", *_GRAPH_SUFFIXES, *(f"{s}.gz" for s in _GRAPH_SUFFIXES))
_PICTURE_SUFFIXES = (".png", ".svg", ".pdf")
_FAITHFUL_RADIUS = 36.0
_INTERRUPTED = 130

_Function = TypeVar("_Function", bound=Callable[..., Any])


class _Command(click.Command):
    """Turns what the library raises into one line on standard error and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            super().invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()  # here, where a failure can still be told
        except BrokenPipeError:
            # The reader has left; closing standard output again at exit must not complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(1)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            ctx.exit(_INTERRUPTED)
        except (nx.NetworkXException, ValueError, LookupError, ImportError, OSError) as error:
            raise click.ClickException(self._in_words(error)) from error

    def _in_words(self, error: Exception) -> str:
        """The message on one line, with options spelt as the shell has them."""
        if isinstance(error, OSError) and error.filename and error.strerror:
            return f"{os.fsdecode(error.filename)}: {error.strerror}"
        options = {parameter.name for parameter in self.params if isinstance(parameter, click.Option)}

        def spelt(match: re.Match[str]) -> str:
            return f"--{match[1].replace('_', '-')} {match[2]}" if match[1] in options else match[0]

        return " ".join(re.sub(r"\b(\w+)='(\w+)'", spelt, str(error)).split()) or repr(error)


class _Commands(click.Group):
    command_class = _Command


class _Output(click.ParamType):
    """A file to write, checked before the work and not after it."""

    name = "file"

    def __init__(self, suffixes: Sequence[str]) -> None:
        self.suffixes = suffixes

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        path = Path(value)
        folder = path.absolute().parent
        if not path.name.lower().endswith(tuple(self.suffixes)):
            self.fail(f"{value}: the suffix must be one of {', '.join(self.suffixes)}", param, ctx)
        if path.is_dir():
            self.fail(f"{value} is a folder", param, ctx)
        if not folder.is_dir():
            self.fail(f"{value}: there is no folder {path.parent}", param, ctx)
        if not os.access(folder, os.W_OK):
            self.fail(f"{value}: the folder {path.parent} cannot be written", param, ctx)
        return os.fspath(value)


@click.group(
    cls=_Commands, context_settings={"show_default": True, "help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 all done; 1 bad data, a failed write, or the reader of a pipe has left; "
    "2 a wrong call; 130 interrupted.",
)  # fmt: skip
@click.version_option(nxp.__version__, prog_name="nx-poincare")
@click.option("-v", "--verbose", count=True, show_default=False, help="Say what is done; twice for details.")
def main(verbose: int) -> None:
    """Hyperbolic embeddings of hierarchies: graphs and WordNet to points of the Poincaré ball."""
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    logging.basicConfig(stream=sys.stderr, format="%(name)s: %(message)s")
    logging.getLogger("nx_poincare").setLevel(level)


def _reading(command: _Function) -> _Function:
    """The argument FILE and the options that say how it is read, gathered into `graph` and `reading`."""

    @click.argument("graph_file", metavar="FILE")
    @click.option("--format", type=click.Choice(["tsv", "csv", "edges", "graphml", "gexf", "json"]), default=None,
                  help="Format of FILE; by its suffix if not given. FILE '-' is standard input.")  # fmt: skip
    @click.option("--delimiter", default=None, help="Column delimiter of an edge list, one character.")
    @click.option("--header/--no-header", default=None, show_default="told by its words",
                  help="Whether the first row of an edge list names the columns.")  # fmt: skip
    @click.option("--direction", type=click.Choice(["parent_to_child", "child_to_parent"]),
                  default="parent_to_child", help="What an edge means.")  # fmt: skip
    @click.option("--root", default=None, show_default="a centre",
                  help="Undirected graphs: the node where the tree starts.")  # fmt: skip
    @functools.wraps(command)
    def wrapped(
        graph_file: str, format: Any, delimiter: str | None, header: bool | None,
        direction: str, root: str | None, **options: Any,
    ) -> Any:  # fmt: skip
        source: dict[str, Any] = {"path": graph_file, "format": format, "delimiter": delimiter, "header": header}
        if root is None and _is_vectors_alone(options.get("outputs")):
            # Nothing is written on a graph, so that none is built: it would take most of the memory.
            hierarchy = nxp.Hierarchy.from_file(**source, direction=direction, on_cycle=options["on_cycle"])
            return command(graph=hierarchy, reading={}, **options | {"on_cycle": "condense"})
        graph = nxp.read_graph(**source)
        reading = {"direction": direction, "root": _node_called(root, graph)}
        return command(graph=graph, reading=reading, **options)

    return wrapped  # type: ignore[return-value]


def _is_vectors_alone(outputs: tuple[str, ...] | None) -> bool:
    """Whether the command writes an embedding, and none of its files is a graph."""
    return outputs is not None and not any(
        path.lower().removesuffix(".gz").endswith(_GRAPH_SUFFIXES) for path in outputs
    )


_on_cycle = click.option(
    "--on-cycle", type=click.Choice(["condense", "raise"]), default="condense",
    help="Let the nodes of a cycle stand beside each other, or refuse.",
)  # fmt: skip


def _embedding_options(command: _Function) -> _Function:
    """Options of `embed`, gathered into the argument `options`, and where the result goes."""

    @click.option("--dim", type=click.IntRange(min=2), default=2, help="Dimension of the ball.")
    @click.option("--max-radius", type=click.FloatRange(1, 60), default=_FAITHFUL_RADIUS,
                  help="Largest hyperbolic radius.")  # fmt: skip
    @click.option("--seed", type=click.IntRange(min=0), default=0, help="Seed, for three and more dimensions.")
    @click.option("-o", "--out", "outputs", multiple=True, type=_Output(_RESULT_SUFFIXES),
                  help="Where to write; may be repeated. By suffix: .npz (embedding), .tsv (vectors), .graphml, "
                  ".gexf, .gml or .json (graph with attributes); .gz may follow.",
                  show_default="vectors to standard output")  # fmt: skip
    @functools.wraps(command)
    def wrapped(dim: int, max_radius: float, seed: int, **options: Any) -> Any:
        return command(options={"dim": dim, "max_radius": max_radius, "seed": seed}, **options)

    return wrapped  # type: ignore[return-value]


@main.command()
@_reading
@_on_cycle
@_embedding_options
def embed(
    graph: nx.Graph | nxp.Hierarchy,
    reading: dict[str, Any],
    on_cycle: Any,
    options: dict[str, Any],
    outputs: tuple[str, ...],
) -> None:
    """Embed the hierarchy in FILE: an edge list, GraphML, GEXF or node-link JSON.

    Example: nx-poincare embed edges.tsv -o vectors.tsv -o graph.graphml
    """
    _write(nxp.embed(graph, on_cycle=on_cycle, **reading, **options), graph, outputs)


@main.command()
@click.argument("roots", nargs=-1, metavar="[SYNSET]...")
@click.option("--pos", type=click.Choice(["n", "v"]), default="n", help="Nouns or verbs.")
@click.option("--max-depth", type=click.IntRange(min=0), default=None, show_default="no limit",
              help="Deepest level kept.")  # fmt: skip
@click.option("--instances/--no-instances", default=True, help="Keep instances, such as cities and people.")
@click.option("--source", type=click.Choice(["auto", "nltk", "bundled"]), default="auto",
              help="NLTK's corpus or the snapshot that comes with the package; auto: the first there is.")  # fmt: skip
@_embedding_options
def wordnet(roots: tuple[str, ...], options: dict[str, Any], outputs: tuple[str, ...], **selection: Any) -> None:
    """Embed WordNet's hierarchy, or what is below the named synsets.

    Example: nx-poincare wordnet mammal.n.01 -o mammals.npz
    """
    graph = nxp.wordnet_graph(roots or None, **selection)
    _write(nxp.embed(graph, **options), graph, outputs)


@main.command()
@click.argument("embedding_file", metavar="EMBEDDING")
@_reading
@_on_cycle
@click.option("--sample", type=click.IntRange(min=1), default=None, show_default="all nodes",
              help="Look at that many nodes only.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=0, help="Seed of the sample.")
@click.option("--jobs", type=click.IntRange(min=1), default=None, show_default="one per processor",
              help="Threads.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate(
    embedding_file: str, graph: nx.Graph, reading: dict[str, Any], on_cycle: Any,
    sample: int | None, seed: int, jobs: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Mean rank and MAP of EMBEDDING (.npz, or .tsv of vectors) on the hierarchy in FILE.

    Example: nx-poincare evaluate vectors.tsv edges.tsv
    """
    points = _read_embedding(embedding_file, graph)
    scores = nxp.evaluate_reconstruction(
        points, graph, on_cycle=on_cycle, **reading, sample=sample, seed=seed, n_jobs=jobs or -1
    )
    if as_json:
        row = {name: None if math.isnan(value) else value for name, value in scores._asdict().items()}
        click.echo(json.dumps(row))
        return
    click.echo(f"mean rank\t{scores.mean_rank:.4f}")
    click.echo(f"MAP\t{scores.map_score:.6f}")
    click.echo(f"nodes\t{scores.nodes}")
    click.echo(f"pairs\t{scores.pairs}")


@main.command()
@_reading
@click.option("-o", "--out", "output", required=True, type=_Output(_PICTURE_SUFFIXES),
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
    click.echo(f"wrote {output}", err=True)


def _save_picture(graph: nx.Graph, path: str, reading: dict[str, Any], *, labels: int, size: float, dpi: int) -> None:
    from matplotlib.figure import Figure

    from nx_poincare.files import written_aside

    figure = Figure(figsize=(size, size), layout="constrained")
    nxp.draw_poincare(graph, ax=figure.add_subplot(), labels=labels, **reading)
    with written_aside(path) as aside:
        figure.savefig(aside, dpi=dpi)


def _write(embedding: Embedding, graph: Any, paths: tuple[str, ...]) -> None:
    """Write the result to every path, or its vectors to standard output."""
    from nx_poincare.io import write_vectors

    _warn_of_collapse(embedding, paths)
    if not paths:
        if sys.stdout is None:
            raise click.UsageError("standard output is closed; name a file with --out")
        write_vectors(sys.stdout.buffer, embedding.nodes, embedding.vectors)
    for path in paths:
        if path.lower().endswith(".npz"):
            embedding.save(path)
        elif path.lower().removesuffix(".gz").endswith(".tsv"):
            write_vectors(path, embedding.nodes, embedding.vectors)
        else:
            nxp.export_graph(graph, path)
        click.echo(f"wrote {path}", err=True)


def _warn_of_collapse(embedding: Embedding, paths: tuple[str, ...]) -> None:
    if embedding.radii.max(initial=0.0) > _FAITHFUL_RADIUS and not all(
        path.lower().endswith(".npz") for path in paths or ("-",)
    ):
        click.echo(
            f"warning: beyond radius {_FAITHFUL_RADIUS:g} ball coordinates are not exact in float64; "
            "an .npz file keeps directions and radii",
            err=True,
        )


def _read_embedding(path: str, graph: nx.Graph) -> Embedding:
    """An embedding with its nodes named as in the graph."""
    import numpy as np

    from nx_poincare.engine.geometry import from_ball
    from nx_poincare.io import read_vectors

    if path.lower().endswith(".npz"):
        loaded = nxp.Embedding.load(path)
        return nxp.Embedding(_named_as_in(graph, loaded.nodes), loaded.directions, loaded.radii)
    names, vectors = read_vectors(path)
    outside = np.flatnonzero(np.linalg.norm(vectors, axis=1) >= 1)
    if len(outside):
        raise ValueError(
            f"{path}: the vector of {names[outside[0]]!r} is not in the Poincaré ball, its norm is not below 1"
        )
    return nxp.Embedding(_named_as_in(graph, names), *from_ball(vectors.reshape(len(names), -1 if names else 2)))


def _named_as_in(graph: nx.Graph, names: Sequence[Hashable]) -> list[Hashable]:
    """Names as the graph has them: a file of vectors holds text where JSON may hold numbers."""
    called = {str(node): node for node in graph}
    return [name if name in graph else called.get(str(name), name) for name in names]


def _node_called(text: str | None, graph: nx.Graph) -> Hashable | None:
    """The node of a name typed in the shell: the text itself, or what prints as it."""
    if text is None or text in graph:
        return text
    return next((node for node in graph if str(node) == text), text)


if __name__ == "__main__":
    main()
