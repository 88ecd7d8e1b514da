"""Commands that ask: how good an embedding is, and what it says of a node."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click
import networkx as nx

import nx_poincare as nxp
from nx_poincare.cli.options import (
    as_json,
    connecting,
    embedding_argument,
    node_called,
    on_cycle,
    reading,
    scheduler,
    starting_with,
)
from nx_poincare.cli.results import named_as_in, read_embedding, refuse_closed_output
from nx_poincare.cli.running import main, print_warnings, printable

if TYPE_CHECKING:
    from nx_poincare.embedding.embedding import Embedding

__all__ = ["evaluate", "query"]

_DEFAULT_NEAREST = 10
_ONE_OF = {"ancestors": "ancestor", "descendants": "descendant", "parents": "parent", "children": "child"}


@main.command()
@connecting
@embedding_argument
@reading
@on_cycle
@click.option("--sample", type=click.IntRange(min=1), default=None, show_default="all nodes",
              help="Look at that many nodes only.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=0, help="Seed of the sample.")
@click.option("--jobs", type=click.IntRange(min=1), default=None, show_default="one per processor",
              help="Threads.")  # fmt: skip
@scheduler
@as_json
def evaluate(
    embedding_file: str, graph: nx.Graph, reading: dict[str, Any], on_cycle: Any,
    sample: int | None, seed: int, jobs: int | None, client: Any, as_json: bool,
) -> None:  # fmt: skip
    """Say how well EMBEDDING keeps the hierarchy in FILE.

    Prints mean rank, MAP and F1 of ancestors; with --sample the limits between which
    those of all nodes are, too.

    F1 is that of the ancestors that EMBEDDING names, over all pairs: by the horizons
    that an .npz holds, and by the plain rule, that ancestors are the nodes nearer than
    the origin.

    EMBEDDING is an .npz, .tsv, .vec or .bin, or a graph with the attributes.

    Example: nx-poincare evaluate vectors.tsv edges.tsv
    """
    refuse_closed_output()
    points = named_as_in(graph, read_embedding(embedding_file))
    options: dict[str, Any] = {"on_cycle": on_cycle, **reading, "sample": sample, "seed": seed, "n_jobs": jobs or -1}
    scores = nxp.evaluate_reconstruction(points, graph, client=client, **options)
    order = nxp.evaluate_order(points, graph, client=client, **options)
    if as_json:
        row = {**scores._asdict(), **order._asdict(), **scores._asdict()}  # nodes and pairs are those of the ranks
        shown: dict[str, Any] = {name: _number(value) for name, value in row.items()}
        limits = [*_limits(scores, ["mean_rank", "map"]), *_limits(order, order._fields[:-2])]
        click.echo(json.dumps(shown | dict(limits)))
        return
    click.echo(f"mean rank\t{scores.mean_rank:.4f}")
    click.echo(f"MAP\t{scores.map_score:.6f}")
    if scores.is_sample:
        click.echo("mean rank of all nodes, 95 % confidence\t{:.4f} to {:.4f}".format(*scores.mean_rank_limits))
        click.echo("MAP of all nodes, 95 % confidence\t{:.6f} to {:.6f}".format(*scores.map_limits))
    click.echo(f"F1 of ancestors\t{order.f1:.6f}")
    click.echo(f"F1 by the plain rule\t{order.plain_f1:.6f}")
    if order.is_sample:
        click.echo("F1 of ancestors of all nodes, 95 % confidence\t{:.6f} to {:.6f}".format(*order.f1_limits))
        click.echo(
            "F1 by the plain rule of all nodes, 95 % confidence\t{:.6f} to {:.6f}".format(*order.plain_f1_limits)
        )
    click.echo(f"nodes\t{scores.nodes}")
    click.echo(f"pairs\t{scores.pairs}")


def _limits(scores: Any, names: Sequence[str]) -> Iterator[tuple[str, list[float | None]]]:
    """Those of scores that a sample estimates, under their names in JSON."""
    for name in names if scores.is_sample else ():
        yield f"{name}_limits", list(map(_number, getattr(scores, f"{name}_limits")))


def _number(value: float) -> float | None:
    """As JSON has it, which has no nan."""
    return None if math.isnan(value) else value


def _nodes(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    try:
        return starting_with(incomplete, read_embedding(ctx.params["embedding_file"]))
    except (KeyError, OSError, ValueError):  # no file yet, or a wrong one: nothing to offer
        return []


@main.command()
@embedding_argument
@click.argument("name", metavar="NODE", shell_complete=_nodes)
@click.option("--nearest", type=click.IntRange(min=0), default=None, metavar="COUNT",
              show_default=f"{_DEFAULT_NEAREST}, if nothing else is asked", help="Nearest nodes.")  # fmt: skip
@click.option("--ancestors", is_flag=True, help="Nodes above it, the highest first.")
@click.option("--descendants", is_flag=True, help="Nodes below it, the highest first.")
@click.option("--parents", is_flag=True, help="Ancestors without another below them.")
@click.option("--children", is_flag=True, help="Descendants without another above them.")
@click.option("--to", "others", multiple=True, metavar="NODE", show_default="none",
              help="Distance to that node; may be repeated.")  # fmt: skip
@as_json
def query(
    embedding_file: str, name: str, nearest: int | None, others: tuple[str, ...], as_json: bool, **asked: bool
) -> None:
    """Print what EMBEDDING says of NODE.

    Each line has relation, node and hyperbolic distance. Without options: its nearest nodes, ancestors and children.

    Example: nx-poincare query mammals.npz dog.n.01 --ancestors
    """
    refuse_closed_output()
    embedding = read_embedding(embedding_file)
    node = _find_node(embedding, name)
    if nearest is None and not others and not any(asked.values()):
        nearest, asked = _DEFAULT_NEAREST, asked | {"ancestors": True, "children": True}
    found: dict[str, list[Any]] = {}
    if others:
        found["distance"] = [_find_node(embedding, other) for other in others]
    if nearest is not None:
        found["nearest"] = [other for other, _ in embedding.nearest(node, nearest)]
    with print_warnings():
        found |= {_ONE_OF[relation]: getattr(embedding, relation)(node) for relation in _ONE_OF if asked[relation]}
    rows = [
        (relation, other, away)
        for relation, nodes in found.items()
        for other, away in zip(nodes, embedding.distances(node, nodes).tolist(), strict=True)
    ]
    if as_json:
        click.echo(json.dumps(_answer(embedding, node, list(found), rows)))
        return
    for relation, other, away in rows:
        click.echo(f"{relation}\t{_on_one_line(other)}\t{away:.6f}")


def _answer(
    embedding: Embedding, node: Any, relations: list[str], rows: list[tuple[str, Any, float]]
) -> dict[str, Any]:
    level = int(embedding._levels[embedding.index[node]])
    answer: dict[str, Any] = {
        "node": str(node),
        "radius": embedding.radius(node),
        "level": None if level < 0 else level,
    }
    answer |= {relation: [] for relation in relations}
    for relation, other, away in rows:
        answer[relation].append({"node": str(other), "distance": away})
    return answer


def _find_node(embedding: Embedding, name: str) -> Any:
    """The node of a name, or an error that has the closest names."""
    node = node_called(name, embedding)
    if node in embedding:
        return node
    begins_alike = [other for other in map(str, embedding) if other[:1].lower() == name[:1].lower()]
    likeliest = [other for other in begins_alike if other[:2].lower() == name[:2].lower()]
    close = get_close_matches(name, likeliest, 5) or get_close_matches(name, begins_alike, 5)
    meant = f"; closest: {', '.join(map(_on_one_line, close))}" if close else ""
    raise nx.NodeNotFound(f"node {name!r} is not in the embedding{meant}")


def _on_one_line(node: Any) -> str:
    """A name as a terminal may show it. As a backslash is doubled, two texts never become the same."""
    return printable(str(node).replace("\\", "\\\\"))
