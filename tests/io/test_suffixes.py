"""The tables of suffixes: what is written is read, and everything that goes by suffix goes by them."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import networkx as nx
import pytest

import nx_poincare as nxp
from nx_poincare.io.graphs.read import Format
from nx_poincare.io.suffixes import (
    ATTRIBUTED_GRAPHS,
    PARQUET,
    READ_GRAPHS,
    VECTORS,
    WRITTEN_GRAPHS,
    WRITTEN_VECTORS,
    format_by_suffix,
    has_suffix,
    is_gzipped,
    suffix_of,
)
from nx_poincare.io.vectors.formats import VectorFormat


@pytest.mark.parametrize(
    ("path", "suffix", "gzipped"),
    [
        ("a.tsv", ".tsv", False),
        ("A.TSV.GZ", ".tsv", True),
        (Path("folder.csv/a.gz"), "", True),
        ("a.tar.gz.json", ".json", False),
        (".tsv", "", False),
        ("", "", False),
        ("a.", ".", False),
    ],
)
def test_suffixes_of_names(path: str | Path, suffix: str, gzipped: bool) -> None:
    assert suffix_of(path) == suffix
    assert is_gzipped(path) == gzipped


def test_types_of_arguments_name_the_same_formats() -> None:
    assert set(READ_GRAPHS.values()) == set(get_args(Format))
    assert set(VECTORS.values()) == set(get_args(VectorFormat))


@pytest.mark.parametrize("end", ["", ".gz", ".GZ"])
@pytest.mark.parametrize("suffix", WRITTEN_GRAPHS)
def test_graphs_that_are_written_are_read(suffix: str, end: str, tmp_path: Path) -> None:
    G = nx.DiGraph([("animal", "dog"), ("animal", "cat")])
    emb = nxp.embed(G)
    path = tmp_path / f"tree{suffix}{end}"
    nxp.export_graph(G, path)
    assert (path.read_bytes()[:2] == b"\x1f\x8b") == bool(end)
    if suffix in ATTRIBUTED_GRAPHS:
        assert nxp.Embedding.load(path).vectors.tobytes() == emb.vectors.tobytes()
    assert set(nxp.read_graph(path).edges) == set(G.edges)


@pytest.mark.parametrize("end", ["", ".gz"])
@pytest.mark.parametrize("suffix", [suffix for suffix in VECTORS if suffix in WRITTEN_VECTORS])
def test_vectors_that_are_written_are_read(suffix: str, end: str, tmp_path: Path) -> None:
    emb = nxp.Embedding.from_vectors(["a", "b"], [[0.0, 0.0], [0.5, 0.25]])
    path = tmp_path / f"points{suffix}{end}"
    if end and suffix in (".npz", *PARQUET):  # it would be neither such a file nor one of gzip
        with pytest.raises(ValueError, match=r"an \.\w+ file is compressed already; leave out the \.gz"):
            emb.save(path)
        with pytest.raises(ValueError, match=r"leave out the \.gz"):
            nxp.Embedding.load(path)
        assert not path.exists()
        return
    emb.save(path, float32=suffix == ".bin")
    assert (path.read_bytes()[:2] == b"\x1f\x8b") == bool(end)
    assert nxp.Embedding.load(path) == emb


def test_what_no_table_has() -> None:
    assert not has_suffix("a.xyz", READ_GRAPHS)
    with pytest.raises(ValueError, match=r"cannot see the format of 'a\.xyz' by its suffix; use one of \.npz, .*!"):
        format_by_suffix("a.xyz", VECTORS, "!")
