"""Arguments and options that several commands share, and what the shell completes them with."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, TypeVar

import click
import networkx as nx

import nx_poincare as nxp
from nx_poincare.cli.running import FileToWrite, max_bytes, wants_progress
from nx_poincare.cluster.workers import connected, workers_of
from nx_poincare.io.parquet_parts import is_parquet_folder
from nx_poincare.io.suffixes import PARQUET, READ_GRAPHS, TABLE_SUFFIXES, WRITTEN_GRAPHS, has_suffix, suffix_of
from nx_poincare.io.targets import check_replaceable, check_writable
from nx_poincare.utils.limits import FAITHFUL_RADIUS, LARGEST_RADIUS, NAMED_RADII

__all__ = [
    "RESULT_SUFFIXES",
    "Output",
    "as_json",
    "connecting",
    "embedding_argument",
    "embedding_options",
    "graph_in",
    "is_graph_file",
    "node_called",
    "on_cycle",
    "reading",
    "scheduler",
    "starting_with",
]

RESULT_SUFFIXES = (
    ".npz", *PARQUET, ".tsv", ".tsv.gz", ".csv", ".csv.gz", ".vec", ".vec.gz",
    *WRITTEN_GRAPHS, *(f"{suffix}.gz" for suffix in WRITTEN_GRAPHS),
)  # fmt: skip
_MOST_COMPLETIONS = 200  # of a word


class _RadiusOrName(click.FloatRange):
    """A radius, as a number or by its name."""

    def __init__(self) -> None:
        super().__init__(1, int(LARGEST_RADIUS))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if value in NAMED_RADII else super().convert(value, param, ctx)


_Function = TypeVar("_Function", bound=Callable[..., Any])

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
scheduler = click.option(
    "--scheduler", default=None, metavar="ADDRESS", show_default="threads of this machine",
    help="Scheduler of a Dask cluster that works in the place of threads, such as tcp://192.168.0.1:8786.",
)  # fmt: skip


def connecting(command: _Function) -> _Function:
    """Connect to the scheduler before anything is read, and pass `client` in its place."""

    @functools.wraps(command)
    def wrapped(scheduler: str | None, **options: Any) -> Any:
        with connected(scheduler) as client:
            workers_of(1, client)  # refuses workers that cannot do the work
            return command(client=client, **options)

    return wrapped  # type: ignore[return-value]


on_cycle = click.option(
    "--on-cycle", type=click.Choice(["condense", "raise"]), default="condense",
    help="Let the nodes of a cycle stand beside each other, or refuse.",
)  # fmt: skip


class Output(FileToWrite):
    """A file to write, checked before the work and not after it; one that is read again is no device."""

    def __init__(self, suffixes: Sequence[str] = ("",), *, is_read_again: bool = False) -> None:
        self.suffixes = suffixes
        self._is_read_again = is_read_again

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        name = os.path.basename(value)  # nothing before the suffix is a hidden file without one
        if not name.lower().endswith(tuple(self.suffixes)) or not (self.suffixes == ("",) or suffix_of(name)):
            self.fail(f"{value}: the suffix must be one of {', '.join(self.suffixes)}", param, ctx)
        try:
            (check_replaceable if self._is_read_again else check_writable)(value)
        except OSError as error:
            self.fail(f"{value}: {error.strerror}", param, ctx)
        return os.fspath(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        return [click.shell_completion.CompletionItem(incomplete, type="file")]


def reading(command: _Function) -> _Function:
    """The argument FILE and the options that say how it is read, gathered into `graph` and `reading`."""

    @click.argument("graph_file", metavar="FILE", type=click.Path(allow_dash=True, readable=False))
    @click.option("--format", type=click.Choice(list(dict.fromkeys(READ_GRAPHS.values()))), default=None,
                  help="Format of FILE; by its suffix if not given. FILE '-' is standard input.")  # fmt: skip
    @click.option("--source", default=None, show_default="by the words of the header",
                  help="Column of a table with a header where edges start.")  # fmt: skip
    @click.option("--target", default=None, show_default="by the words of the header", help="Column where they end.")
    @click.option("--level", "levels", multiple=True, metavar="NAME", show_default="by the words of the header",
                  help="Column that is a level, from above: each row is a path down; to be repeated.")  # fmt: skip
    @click.option("--delimiter", default=None, help="Column delimiter of an edge list, one character.")
    @click.option("--header/--no-header", default=None, show_default="decided by its words",
                  help="Whether the first row of an edge list names the columns.")  # fmt: skip
    @click.option("--quoting/--no-quoting", default=True,
                  help="Whether names in an edge list may be in quotes, or quotes are part of names.")  # fmt: skip
    @click.option("--relation", "relations", multiple=True, metavar="NAME", show_default="is_a, or broader",
                  help="Ontologies: a relation to a broader term that is followed; may be repeated.")  # fmt: skip
    @click.option("--table", default=None, show_default="the first, or the only one",
                  help="Sheet of a workbook, or table of a database.")  # fmt: skip
    @click.option("--direction", type=click.Choice(["parent_to_child", "child_to_parent"]), default=None,
                  show_default="by the words of the header, else parent_to_child",
                  help="What an edge means, in a table from the first of the two columns to the second.")  # fmt: skip
    @click.option("--root", default=None, show_default="a centre",
                  help="Undirected graphs: the node where the tree starts.")  # fmt: skip
    @functools.wraps(command)
    def wrapped(
        graph_file: str, format: Any, source: str | None, target: str | None, delimiter: str | None,
        header: bool | None, quoting: bool, relations: tuple[str, ...], levels: tuple[str, ...], table: str | None,
        direction: Any, root: str | None, **options: Any,
    ) -> Any:  # fmt: skip
        columns: dict[str, Any] = {"source": source, "target": target, "delimiter": delimiter, "header": header}
        others: dict[str, Any] = {"relations": list(relations) or None, "table": table}
        others |= {"levels": list(levels)} if levels else {}
        others |= {} if quoting else {"quoting": False}
        table_format = _table_format(graph_file, format)
        weight = options.get("weight")
        if weight and (source or target or (table_format and weight != "weight" and _trains(options))):
            columns["weight"], options["weight"] = weight, "weight"
        is_plain = (
            root is None
            and not graph_file.lower().endswith(".npz")
            and not any(value is not None for value in others.values())
        )
        if is_plain and _needs_no_graph(source, target, options, is_parquet=table_format == "parquet"):
            hierarchy = nxp.Hierarchy.from_file(
                graph_file, format=format, direction=direction, on_cycle=options["on_cycle"],
                progress=wants_progress(), max_bytes=max_bytes(), client=options.get("client"), **columns,
            )  # fmt: skip
            _refuse_nothing(hierarchy, graph_file)
            return command(graph=hierarchy, reading={}, **options | {"on_cycle": "condense"})
        if table_format is not None:
            from nx_poincare.io.graphs.read_edges import warn_if_upside_down  # loads what --help does not need

            columns["direction"] = direction
            warn_if_upside_down(source, target, direction)
        graph = graph_in(graph_file, format=format, **columns, **others)
        _refuse_nothing(graph, graph_file)
        read = {"direction": direction or "parent_to_child", "root": None if root is None else node_called(root, graph)}
        return command(graph=graph, reading=read, **options)

    return wrapped  # type: ignore[return-value]


def _table_format(path: str, format: str | None) -> str | None:
    """The format of a file with a row for each edge; None of other files."""
    if format is None:
        return "parquet" if is_parquet_folder(path) else TABLE_SUFFIXES.get(suffix_of(path))
    return format if format in TABLE_SUFFIXES.values() else None


def _refuse_nothing(graph: nx.Graph | nxp.Hierarchy, path: str) -> None:
    if not len(graph):
        raise nx.NetworkXError(f"there is no node in {path}")


def graph_in(path: str, **options: Any) -> nx.Graph:
    """The graph in a file, or the hierarchy that an embedding in a file is of."""
    if not path.lower().endswith(".npz") or options.get("format"):
        return nxp.read_graph(path, max_bytes=max_bytes(), progress=wants_progress(), **options)
    if any(value is not None for value in options.values()):
        raise click.UsageError(f"{path} is an embedding; options of tables do not apply")
    return nxp.Embedding.load(path, max_bytes=max_bytes()).to_networkx()


def is_graph_file(path: str) -> bool:
    """Whether the suffix is that of a graph with attributes."""
    return has_suffix(path, WRITTEN_GRAPHS)


def _needs_no_graph(source: str | None, target: str | None, options: dict[str, Any], *, is_parquet: bool) -> bool:
    """Whether nothing is written on a graph or looked up in it: building it would take most of the memory."""
    outputs = options.get("outputs")
    looks_up = (
        ((source or target) and not is_parquet)
        or options.get("weight")
        or options.get("fixed")
        or options.get("as_json")
    )
    if outputs is None or looks_up or options["init"] not in ("cones", "random"):
        return False
    return not any(map(is_graph_file, outputs))


def embedding_options(command: _Function) -> _Function:
    """Options of `embed`, gathered into the argument `options`, and where the result goes."""

    @click.option("--dim", type=click.IntRange(min=2), default=None, show_default="2, or that of --init FILE",
                  help="Dimension of the ball.")  # fmt: skip
    @click.option("--max-radius", type=_RadiusOrName(), default=FAITHFUL_RADIUS, metavar="NUMBER|float32|clip",
                  help="Largest hyperbolic radius: a number from 1 to 60, or what float32 holds, or programs that clip "
                  "vectors to a norm of 1 - 1e-5.")  # fmt: skip
    @click.option("--init", default="cones", metavar="cones|random|FILE", type=click.Path(),
                  help="Where to start: the closed form, random points, or an embedding in a file, which keeps "
                  "the nodes that it has.")  # fmt: skip
    @click.option("--effort", type=click.FloatRange(0, 1000), default=1.0,
                  help="Bound of the work, in units of the default one; 0 for the closed form as it is.")  # fmt: skip
    @click.option("--epochs", type=click.IntRange(min=0), default=None, show_default="none, unless --init is random",
                  help="Epochs of training; 0 trains nothing and is short for --effort 0.")  # fmt: skip
    @click.option("--burn-in", type=click.IntRange(min=0), default=None, show_default="as it suits --init",
                  help="First epochs of training, at a low rate.")  # fmt: skip
    @click.option("--learning-rate", type=click.FloatRange(min=0, min_open=True), default=None,
                  show_default="as it suits --init", help="Rate of training.")  # fmt: skip
    @click.option("--negatives", type=click.IntRange(min=1), default=None, show_default="50, in large graphs 10",
                  help="Unrelated nodes drawn for each node in training.")  # fmt: skip
    @click.option("--buckets", type=click.IntRange(min=1), default=None, show_default="the whole graph at once",
                  help="Parts of the graph to train two by two, on --jobs or --scheduler.")  # fmt: skip
    @click.option("--fixed", multiple=True, metavar="NODE", show_default="none",
                  help="A node that training does not move; may be repeated.")  # fmt: skip
    @click.option("--checkpoint", type=Output(is_read_again=True), default=None,
                  help="File to save the training in; it goes on from there when run again.")  # fmt: skip
    @click.option("--checkpoint-every", type=click.IntRange(min=1), default=50, metavar="EPOCHS",
                  help="How often it is saved.")  # fmt: skip
    @click.option("--seed", type=click.IntRange(min=0), default=0,
                  help="Seed of training, and of directions in three and more dimensions.")  # fmt: skip
    @click.option("--jobs", type=click.IntRange(min=1), default=1, help="Threads.")
    @scheduler
    @click.option("-o", "--out", "outputs", multiple=True, type=Output(RESULT_SUFFIXES),
                  help="Where to write; may be repeated. By suffix: .npz or .parquet (embedding), .tsv or .vec "
                  "(vectors, plain or as word2vec has them), .csv (a table for other programs), .graphml, .gexf, "
                  ".gml, .json or .dot (graph with attributes); .gz may follow.",
                  show_default="vectors to standard output")  # fmt: skip
    @click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON; needs --out.")
    @functools.wraps(command)
    def wrapped(
        dim: int | None, max_radius: float | str, init: str, effort: float, seed: int, jobs: int, epochs: int | None,
        burn_in: int | None, learning_rate: float | None, negatives: int | None, buckets: int | None,
        fixed: tuple[str, ...], checkpoint: str | None, checkpoint_every: int, **rest: Any,
    ) -> Any:  # fmt: skip
        options = {
            "dim": dim, "max_radius": max_radius, "init": init, "effort": 0.0 if epochs == 0 else effort, "seed": seed,
            "n_jobs": jobs, "checkpoint": None if checkpoint is None else nxp.Checkpoint(checkpoint, checkpoint_every),
        }  # fmt: skip
        trained_by = {
            "epochs": epochs or None, "burn_in": burn_in, "learning_rate": learning_rate, "negatives": negatives,
            "buckets": buckets, "weight": rest.pop("weight", None), "fixed": fixed,
        }  # fmt: skip
        _check_used(options, trained_by)
        return command(options=options, trained_by=trained_by, **rest)

    return wrapped  # type: ignore[return-value]


def _trains(options: dict[str, Any]) -> bool:
    return bool(options.get("epochs")) or (options["init"] == "random" and options["effort"] > 0)


def _check_used(options: dict[str, Any], trained_by: dict[str, Any]) -> None:
    """Refuse options of the training where nothing trains."""
    if _trains(trained_by | options):
        return
    given = [name for name, value in trained_by.items() if value not in (None, ())]
    if options["checkpoint"] and not (options["init"] == "cones" and options["effort"] > 0):
        given.append("checkpoint")
    if given:
        raise click.UsageError(
            f"--{given[0].replace('_', '-')} is an option of the training, and nothing trains: pass --epochs as well, "
            "or --init random"
        )


def embedding_argument(command: _Function) -> _Function:
    """The argument EMBEDDING, a file."""
    return click.argument("embedding_file", metavar="EMBEDDING", type=click.Path(allow_dash=True, readable=False))(
        command
    )


def node_called(text: str, nodes: Iterable[Hashable]) -> Hashable:
    """The node of a name typed in the shell: the text itself, or what prints as it."""
    known = nodes if isinstance(nodes, nx.Graph | nxp.Embedding) else list(nodes)
    return text if text in known else next((node for node in known if str(node) == text), text)


def starting_with(incomplete: str, names: Iterable[Hashable]) -> list[str]:
    """Names that the shell may complete a word to."""
    return sorted(name for name in map(str, names) if name.startswith(incomplete))[:_MOST_COMPLETIONS]
