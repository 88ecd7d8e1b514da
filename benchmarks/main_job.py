"""The main job, timed beside its peers in one run: WordNet's nouns from the database to scores.

    python benchmarks/main_job.py            # or: make bench

Work in a fresh process is measured once; the rest is the best of a few runs. Ratios compare times of the same run on
the same machine, so they hold elsewhere, too; seconds do not.
"""

from __future__ import annotations

import json
import os
import pickle
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import networkx as nx

import nx_poincare as nxp

REPOSITORY = Path(__file__).resolve().parent.parent
GIBIBYTE = 2**30


class Row(NamedTuple):
    """One line of the table."""

    what: str
    ours: str
    peer: str = ""
    ratio: str = ""
    bar: str = ""


def main() -> None:
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors\n", flush=True)
    G = nxp.wordnet_graph(source="bundled")
    rows: list[Row] = []
    for measured in (closure(G), corpus(), fresh_processes(G), scores(G), mammals()):
        for row in measured:
            print(".", end="", file=sys.stderr, flush=True)
            rows.append(row)
    print(file=sys.stderr)
    print(table(rows))


def closure(G: nx.DiGraph) -> Iterator[Row]:
    """Nodes, levels and all pairs from the graph object, with compiled kernels; networkx does not find levels."""

    def ours() -> int:
        hierarchy = nxp.Hierarchy.from_digraph(G)
        return len(hierarchy.levels) and hierarchy.closure.nnz

    pairs = ours()
    seconds = best(ours, 5)
    theirs, closed = timed(lambda: nx.transitive_closure_dag(G))
    assert closed.number_of_edges() == pairs
    yield Row(
        f"closure with levels, {pairs:,} pairs, kernels compiled",
        f"{seconds:.2f} s", f"transitive_closure_dag {theirs:.2f} s", f"{theirs / seconds:.1f} x", ">= 8 x",
    )  # fmt: skip


def corpus() -> Iterator[Row]:
    """All nouns through NLTK's reader, made and loaded before the clock starts: its files, its synset objects."""
    import nltk

    from nx_poincare.extractors.wordnet.corpus import read_synsets
    from nx_poincare.extractors.wordnet.database import read_database

    nltk.data.path.append(str(REPOSITORY / ".wordnet"))
    try:
        short, objects = fresh_reader(), fresh_reader()
    except LookupError:
        yield Row("nouns from NLTK", "skipped: no corpus; see .ci/lay_out_wordnet.py")
        return
    theirs, oracle = timed(lambda: read_synsets(objects, "n"))
    seconds, table = timed(lambda: read_database(short, "n"))
    assert table.names == oracle.names
    assert (table.edges == oracle.edges).all()
    yield Row(
        f"nouns from NLTK, {len(table.edges):,} edges, same edges",
        f"{seconds:.2f} s", f"synset objects {theirs:.2f} s", f"{theirs / seconds:.1f} x", ">= 8 x",
    )  # fmt: skip


def fresh_reader() -> Any:
    """NLTK's reader of the installed corpus, loaded, with no synset read yet."""
    from nltk.corpus import LazyCorpusLoader
    from nltk.corpus.reader import CorpusReader, WordNetCorpusReader

    omw = LazyCorpusLoader("omw-1.4", CorpusReader, r".*/wn-data-.*\.tab", encoding="utf8")
    reader = LazyCorpusLoader("wordnet", WordNetCorpusReader, omw)
    reader.ensure_loaded()
    return reader


def fresh_processes(G: nx.DiGraph) -> Iterator[Row]:
    """`embed` with its imports in new interpreters, first without compiled code, then with it."""
    with tempfile.TemporaryDirectory() as folder:
        graph = Path(folder, "graph.pickle")
        graph.write_bytes(pickle.dumps(G))
        for effort, call, bar in (("0", "embed(G, effort=0)", "<= 10 s"), ("1", "embed(G)", "")):
            for compiled in ("compiling", "compiled code cached"):
                done = in_process(str(graph), effort, cache=Path(folder, effort))
                what = f"{call} of all nouns, 2-D, {compiled}"
                yield Row(what, f"{done['seconds']:.2f} s", bar=bar if compiled == "compiling" else "")
        loading = in_process("", "1", cache=Path(folder, "1"))
    peak = loading["peak"] / GIBIBYTE
    yield Row("peak memory, load to write-back", f"{peak:.2f} GiB", bar="<= 1.5 GiB")


def in_process(graph: str, effort: str, *, cache: Path) -> dict[str, float]:
    """What `child` measures, with compiled code in a folder of our own."""
    command = [sys.executable, __file__, "--child", graph, effort]
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout))


def child(graph: str, effort: float) -> None:
    """Embed a pickled graph, or the nouns if there is none; print seconds and peak memory in bytes."""
    G = pickle.loads(Path(graph).read_bytes()) if graph else nxp.wordnet_graph(source="bundled")
    seconds, _ = timed(lambda: nxp.embed(G, effort=effort))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "peak": peak if sys.platform == "darwin" else 1024 * peak}))


def scores(G: nx.DiGraph) -> Iterator[Row]:
    """Exact scores over all nodes."""
    hierarchy = nxp.Hierarchy.from_digraph(G)
    emb = nxp.embed(G.copy())
    nxp.evaluate_reconstruction(emb, hierarchy, sample=100, seed=0)  # compiles
    seconds, exact = timed(lambda: nxp.evaluate_reconstruction(emb, hierarchy, n_jobs=2))
    yield Row(f"exact evaluation, {exact.nodes:,} rows, 2 threads", f"{seconds:.1f} s", bar="<= 60 s")
    yield from score_rows("nouns, 2-D", exact, ("22.8", "0.305"), ("<= 12", ">= 0.98"))
    deep = nxp.embed(G.copy(), max_radius=None)
    yield from score_rows(
        "nouns, 2-D, max_radius=None", nxp.evaluate_reconstruction(deep, hierarchy, n_jobs=2), ("22.8", "0.305")
    )


def mammals() -> Iterator[Row]:
    G = nxp.wordnet_graph("mammal.n.01", source="bundled")
    seconds = best(lambda: nxp.embed(G), 5)
    yield Row(f"embed(G) of {len(G):,} mammals, 2-D, compiled", f"{1000 * seconds:.0f} ms")
    yield from score_rows("mammals, 2-D", nxp.evaluate_reconstruction(nxp.embed(G), G))


def score_rows(
    what: str, ours: nxp.Scores, published: tuple[str, str] | None = None, bars: tuple[str, str] = ("", "")
) -> Iterator[Row]:
    """Mean rank and MAP beside what is published."""
    peers = [f"published {figure}" for figure in published] if published else ["", ""]
    ratios = [f"{float(published[0]) / ours.mean_rank:.1f} x", f"{ours.map_score / float(published[1]):.1f} x"] \
        if published else ["", ""]  # fmt: skip
    yield Row(f"mean rank, {what}", f"{ours.mean_rank:.3f}", peers[0], ratios[0], bars[0])
    yield Row(f"MAP, {what}", f"{ours.map_score:.4f}", peers[1], ratios[1], bars[1])


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and the result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def best(work: Callable[[], Any], runs: int) -> float:
    return min(timed(work)[0] for _ in range(runs))


def table(rows: list[Row]) -> str:
    """A Markdown table with even columns."""
    lines = [Row("row", "ours", "peer or published", "ratio", "bar"), *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(Row._fields))]
    text = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([text[0], rule, *text[1:]])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], float(sys.argv[3]))
    else:
        main()
