"""Writing results and reading embeddings."""

from __future__ import annotations

import sys
from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal

import click
import networkx as nx

import nx_poincare as nxp
from nx_poincare.cli.options import is_graph_file
from nx_poincare.cli.running import max_bytes, report, say, wants_progress
from nx_poincare.io.suffixes import PARQUET
from nx_poincare.utils.limits import FAITHFUL_RADIUS

if TYPE_CHECKING:
    from nx_poincare.embedding.embedding import Embedding

__all__ = ["named_as_in", "read_embedding", "refuse_closed_output", "write_result"]


def write_result(
    embedding: Embedding,
    graph: nx.Graph | None,
    paths: Sequence[str],
    *,
    float32: bool = False,
    dtype: Literal["float32", "float16"] | None = None,
) -> None:
    """Write an embedding to every path, or its vectors to standard output."""
    from nx_poincare.io.vectors.tsv import write_vectors

    refuse_closed_output(paths)
    _warn_of_collapse(embedding, paths)
    if not paths:
        write_vectors(sys.stdout.buffer, embedding.nodes, embedding.vectors, progress=wants_progress())
    failed: list[Exception] = []
    for path in paths:
        try:
            if is_graph_file(path):
                _write_graph(embedding, graph, path)
            else:
                embedding.save(path, float32=float32, dtype=dtype, progress=wants_progress())
        except (OSError, ValueError, nx.NetworkXException) as error:  # the other files may work
            failed.append(error)
        else:
            say(f"wrote {path}")
    for earlier in failed[:-1]:
        report(f"Error: {earlier}")
    if failed:
        raise failed[-1]


def _write_graph(embedding: Embedding, graph: nx.Graph | None, path: str) -> None:
    """Write the graph, or that of the embedding, with horizons where there are any: a file that is asked needs them."""
    if graph is None:
        if embedding.edges is None:
            raise click.UsageError(f"{path} is a graph, and these vectors have no edges: pass --graph FILE")
        graph = embedding.to_networkx()
    elif embedding.has_horizons:
        embedding.write_to(graph, store_as=None, store_pos_as=None, level_as=None, horizon_as="horizon_excess")
    nxp.export_graph(graph, path)


def refuse_closed_output(paths: Sequence[str] = ()) -> None:
    """Refuse to start when standard output is closed and the result would go there."""
    if not paths and sys.stdout is None:
        raise click.UsageError("standard output is closed")


def read_embedding(path: str) -> Embedding:
    """An embedding from any file that holds one; ``-`` is vectors on standard input."""
    return nxp.Embedding.load(path, format="tsv" if path == "-" else None, max_bytes=max_bytes())


def named_as_in(graph: nx.Graph, embedding: Embedding) -> Embedding:
    """An embedding with nodes as the graph has them: a file of vectors holds text where JSON may hold numbers."""
    called = {str(node): node for node in graph}
    names: Iterable[Hashable] = (name if name in graph else called.get(str(name), name) for name in embedding)
    return embedding.relabel(list(names))


def _warn_of_collapse(embedding: Embedding, paths: Sequence[str]) -> None:
    if embedding.radii.max(initial=0.0) > FAITHFUL_RADIUS and not all(
        path.lower().endswith((".npz", *PARQUET)) for path in paths or ("-",)
    ):
        report(
            f"warning: beyond radius {FAITHFUL_RADIUS:g} ball coordinates are not exact in float64; "
            "an .npz or .parquet file keeps directions and radii"
        )
