"""Commands that make embeddings and carry them from one format to another."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import click
import networkx as nx

import nx_poincare as nxp
from nx_poincare.cli.options import (
    RESULT_SUFFIXES,
    Output,
    connecting,
    embedding_options,
    is_graph_file,
    node_called,
    on_cycle,
    reading,
    starting_with,
)
from nx_poincare.cli.results import named_as_in, read_embedding, refuse_closed_output, write_result
from nx_poincare.cli.running import main, max_bytes, overwritten, print_warnings, say, wants_progress
from nx_poincare.embedding.quality import quality_in_words
from nx_poincare.io.suffixes import PARQUET, VECTORS, has_suffix
from nx_poincare.io.vectors.parquet import is_parquet_embedding
from nx_poincare.io.vectors.projector import PROJECTOR_FILES
from nx_poincare.utils.interrupts import INTERRUPTED

__all__ = ["convert", "embed", "wordnet"]

_CONVERTED_SUFFIXES = (*RESULT_SUFFIXES, ".bin", ".bin.gz")


@main.command()
@connecting
@reading
@click.option("--weight", default=None, metavar="NAME",
              help="Edge attribute, or column, that weighs edges in training.")  # fmt: skip
@on_cycle
@embedding_options
def embed(
    graph: nx.Graph | nxp.Hierarchy, reading: dict[str, Any], on_cycle: Any, options: dict[str, Any],
    trained_by: dict[str, Any], client: Any, outputs: tuple[str, ...], as_json: bool,
) -> None:  # fmt: skip
    """Embed the hierarchy in FILE.

    FILE is an edge list (.tsv, .csv, .txt), a graph (GraphML, GEXF, GML, JSON, DOT), an ontology (OBO, OWL, SKOS),
    a tree (Newick, JSON) or a table (Parquet, Excel, SQLite).

    Example: nx-poincare embed edges.tsv -o vectors.tsv -o graph.graphml
    """
    _embed(graph, {"on_cycle": on_cycle, **reading, **options}, trained_by, client, outputs, as_json)


def _synsets(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    from nx_poincare.extractors.wordnet.snapshot import load_wordnet_snapshot

    return starting_with(incomplete, load_wordnet_snapshot(ctx.params.get("pos") or "n").names)


@main.command()
@connecting
@click.argument("roots", nargs=-1, metavar="[SYNSET]...", shell_complete=_synsets)
@click.option("--pos", type=click.Choice(["n", "v"]), default="n", help="Nouns or verbs.")
@click.option("--max-depth", type=click.IntRange(min=0), default=None, show_default="no limit",
              help="Deepest level kept.")  # fmt: skip
@click.option("--instances/--no-instances", default=True, help="Keep instances, such as cities and people.")
@click.option("--source", default="auto", metavar="auto|nltk|bundled|NAME",
              help="NLTK's corpus or the snapshot that comes with the package; auto: the first there is; or another "
              "WordNet by its name in NLTK, such as wordnet31.")  # fmt: skip
@click.option("--glosses", is_flag=True, help="Give each node of a graph its definition; needs NLTK's corpus.")
@click.option("--language", multiple=True, metavar="CODE",
              help="Give each node of a graph its words in a language, such as fra; needs NLTK's corpus and its "
              "omw-1.4; may be repeated.")  # fmt: skip
@click.option("--relations", is_flag=True,
              help="Give each node of a graph its antonyms, parts and wholes; needs NLTK's corpus.")  # fmt: skip
@click.option("--download", is_flag=True, help="Fetch the corpora for NLTK first, if they are not there.")
@embedding_options
def wordnet(
    roots: tuple[str, ...], options: dict[str, Any], trained_by: dict[str, Any], outputs: tuple[str, ...],
    client: Any, as_json: bool, download: bool, source: str, language: tuple[str, ...],
    **selection: Any,
) -> None:  # fmt: skip
    """Embed WordNet, or what is below the named synsets.

    Example: nx-poincare wordnet mammal.n.01 -o mammals.npz
    """
    if download:
        source = _downloaded(source, bool(set(language) - {"eng"}))
    languages = language[0] if len(language) == 1 else language or None
    graph = nxp.wordnet_graph(roots or None, source=source, language=languages, **selection)
    _embed(graph, options, trained_by, client, outputs, as_json)


@main.command()
@click.argument("given", metavar="IN", type=click.Path(exists=True))
@click.argument("wanted", metavar="OUT", type=click.Path())
@click.option("--graph", "graph_file", type=click.Path(exists=True, dir_okay=False), default=None,
              help="Graph with the edges, if OUT is a graph and IN is vectors; an .npz has them.")  # fmt: skip
@click.option("--float32", is_flag=True, help="Accept that .bin holds seven digits of each number.")
@click.option("--dtype", type=click.Choice(["float32", "float16"]), default=None, show_default="float64, all digits",
              help="Write .npz with points as offsets from their parents in so few digits.")  # fmt: skip
def convert(
    given: str, wanted: str, graph_file: str | None, float32: bool, dtype: Literal["float32", "float16"] | None
) -> None:
    """Write IN in the format of OUT, each chosen by its suffix.

    Embeddings: .npz, .tsv (vectors), .vec and .bin (word2vec); to read, .pth (poincare-embeddings) and .model and .kv
    (gensim). Graphs: .graphml, .gexf, .gml, .json, and to write
    .dot; edge lists (.csv, .txt, .edges) to read. A graph gives its embedding if it has the attributes.
    OUT may be a folder: it gets the two files of TensorFlow's Embedding Projector.

    Example: nx-poincare convert graph.graphml vectors.vec
    """
    is_folder = wanted.endswith("/") or os.path.isdir(wanted)
    written = [os.path.join(wanted, name) for name in PROJECTOR_FILES] if is_folder else [wanted]
    for read in filter(None, (given, graph_file)):
        for twice in filter(None, (overwritten(one, read) for one in written)):
            raise click.UsageError(f"{twice} is read, and would be overwritten")
    if not is_folder:
        wanted = Output(_CONVERTED_SUFFIXES).convert(wanted, None, click.get_current_context())
    if has_suffix(given, VECTORS) and not (has_suffix(given, PARQUET) and not is_parquet_embedding(given)):
        embedding, graph = read_embedding(given), None
        if graph_file is not None:
            graph = nxp.read_graph(graph_file, max_bytes=max_bytes(), progress=wants_progress())
            embedding = named_as_in(graph, embedding)
            embedding.write_to(graph, store_pos_as=None if embedding.layout is None else "pos")
    elif graph_file is not None:
        raise click.UsageError(f"--graph gives edges to an embedding, and {given} is a graph itself")
    else:
        graph = nxp.read_graph(given, max_bytes=max_bytes(), progress=wants_progress())
        if not is_folder and is_graph_file(wanted):
            nxp.export_graph(graph, wanted)
            say(f"wrote {wanted}")
            return
        embedding = nxp.Embedding.from_graph(graph)
    if is_folder:
        nxp.export_projector(embedding, wanted)
        say(f"wrote {wanted}")
    else:
        write_result(embedding, graph, [wanted], float32=float32, dtype=dtype)


def _embed(
    graph: Any, options: dict[str, Any], trained_by: dict[str, Any], client: Any, outputs: tuple[str, ...],
    as_json: bool,
) -> None:  # fmt: skip
    """Embed a graph and write the result; the best points after an interrupt, with exit code 130, or the loss of a
    cluster, with exit code 1."""
    if as_json and not outputs:
        raise click.UsageError("--json says what was written: name a file with --out")
    refuse_closed_output(outputs)
    dim = 2
    if options["init"] not in ("cones", "random"):
        options["init"] = named_as_in(graph, read_embedding(options["init"]))
        dim = options["init"].dim
    options["dim"] = options["dim"] or dim
    if any(value not in (None, ()) for value in trained_by.values()):
        fixed = [node_called(name, graph) for name in trained_by["fixed"]]
        options["training"] = nxp.Training(**trained_by | {"fixed": fixed})
    start = time.perf_counter()
    with print_warnings() as warned:
        embedding = nxp.embed(graph, progress=wants_progress(), client=client, **options)
    seconds = time.perf_counter() - start
    if embedding.quality is not None:
        say(quality_in_words(embedding.quality, len(embedding)))
    write_result(embedding, graph, outputs)
    if as_json:
        done = {
            "nodes": len(embedding), "edges": graph.number_of_edges(), "dim": embedding.dim,
            "largest_radius": float(embedding.radii.max(initial=0.0)), "epochs": len(embedding.history),
            "seconds": round(seconds, 3), "files": outputs,
            "quality": None if embedding.quality is None else embedding.quality._asdict(),
        }  # fmt: skip
        click.echo(json.dumps(done))
    if any("interrupted" in message for message in warned):
        raise click.exceptions.Exit(INTERRUPTED)
    if any("best points so far" in message for message in warned):
        raise click.exceptions.Exit(1)


def _downloaded(source: str, is_multilingual: bool) -> str:
    """The corpus to read, fetched for NLTK if it is not there, and the words of other languages too."""
    from nx_poincare.extractors.wordnet.installed import MULTILINGUAL, open_installed_corpus, open_multilingual_corpus

    if source == "bundled":
        raise click.UsageError("--download fetches a corpus for NLTK; the bundled snapshot is here already")
    corpus = "wordnet" if source in ("auto", "nltk") else source
    _fetch_if_missing(corpus, partial(open_installed_corpus, corpus))
    if is_multilingual:
        _fetch_if_missing(MULTILINGUAL[0], open_multilingual_corpus)
    return "nltk" if corpus == "wordnet" else corpus


def _fetch_if_missing(corpus: str, opened: Callable[[], Any]) -> None:
    import nltk

    try:
        opened()
    except LookupError:
        say(f"fetching {corpus} for NLTK")
        nltk.download(corpus, quiet=True, raise_on_error=True)
