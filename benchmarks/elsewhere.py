"""What the vectors keep in other programs: scores of each form of coordinates and of each file, and their bytes.

    python benchmarks/elsewhere.py            # mammals and all nouns, in 2, 5 and 10 dimensions; some minutes
    python benchmarks/elsewhere.py --quick    # the mammals

Embeddings are the defaults, `embed(G, dim, seed=0)`. Distances are computed in float64 from the coordinates as they
are in that type; horizons are fitted again to them, and F1 is that of ancestors by these. "after geoopt" are the
coordinates that geoopt's ``projx`` leaves: it moves norms of ball vectors to at most 1 - 1e-5 in float64 and 1 - 4e-3
in float32. Bytes of coordinates are those of the table, of files those of the file. Needs the extras torch and test.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import torch
from graphs import all_nouns

import nx_poincare as nxp

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import geoopt

WIDTHS = (49, 9, 7, 6, 10)
FILES = ((".tsv", None), (".vec", None), (".npz", None), (".npz", "float32"), (".npz", "float16"))


def main() -> None:
    options = arguments()
    warnings.simplefilter("ignore", nxp.PrecisionWarning)  # which is what the table shows
    print(line("", "mean rank", "MAP", "F1", "bytes"))
    print(line(*("-" * width for width in WIDTHS)))
    graphs = {"mammals": nxp.wordnet_graph("mammal.n.01", source="bundled")}
    if not options.quick:
        graphs["nouns"] = all_nouns()
    for name, G in graphs.items():
        for dim in options.dims:
            emb = nxp.embed(G, dim, seed=0, n_jobs=-1, progress=False)
            for what, points, size in [*coordinates(emb), *files(emb)]:
                print(scored(f"{name}, {dim}-D, {what}", points, G, size), flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="only the mammals")
    parser.add_argument("--dims", type=int, nargs="+", default=[2, 5, 10])
    return parser.parse_args()


def coordinates(emb: nxp.Embedding) -> Iterator[tuple[str, nxp.Embedding, int]]:
    """What each form keeps in each type, and its bytes."""
    yield "directions and radii", emb, emb.directions.nbytes + emb.radii.nbytes
    for dtype in (torch.float64, torch.float32):
        kind = str(dtype).removeprefix("torch.")
        ball, lorentz = emb.to_torch("ball", dtype=dtype), emb.to_torch("lorentz", dtype=dtype)
        projected = geoopt.PoincareBall().to(dtype).projx(ball)
        yield f"ball, {kind}", nxp.Embedding.from_vectors(emb.nodes, ball), ball.nbytes
        yield f"ball, {kind}, after geoopt", nxp.Embedding.from_vectors(emb.nodes, projected), ball.nbytes
        projected = geoopt.Lorentz().to(dtype).projx(lorentz)
        yield f"Lorentz, {kind}, and after geoopt", nxp.Embedding.from_lorentz(emb.nodes, projected), lorentz.nbytes


def files(emb: nxp.Embedding) -> Iterator[tuple[str, nxp.Embedding, int]]:
    """What each file keeps, and its bytes."""
    with tempfile.TemporaryDirectory() as folder:
        for suffix, dtype in FILES:
            path = Path(folder) / f"points{suffix}"
            emb.save(path, dtype=dtype, progress=False)
            what = suffix if dtype is None else f'{suffix}, dtype="{dtype}"'
            yield what, nxp.Embedding.load(path), os.path.getsize(path)


def scored(what: str, emb: nxp.Embedding, G: nx.DiGraph, size: int) -> str:
    """A line of the table, from scores over all nodes."""
    quality: Any = emb.fit_horizons(G, n_jobs=-1, progress=False).quality
    return line(what, f"{quality.mean_rank:.3f}", f"{quality.map_score:.4f}", f"{quality.f1:.4f}", f"{size:,}")


def line(*cells: str) -> str:
    return "| " + " | ".join(map(str.ljust, cells, WIDTHS)) + " |"


if __name__ == "__main__":
    main()
