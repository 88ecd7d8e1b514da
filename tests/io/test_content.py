"""What is in a file is read from it each time that it is asked for, and from streams once."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import random
import threading
import tracemalloc
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

import nx_poincare as nxp
from nx_poincare.io import content, streams
from nx_poincare.io.content import parts_of
from nx_poincare.io.graphs.readers import gml_parts, xml_records
from nx_poincare.io.streams import GraphFileError

IN_PARTS = ["graphml", "gexf", "gml", "json", "dot"]


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((content, "_PART"), (streams, "_CHUNK"), (xml_records, "_STEP"), (gml_parts, "_STEP")):
        monkeypatch.setattr(module, name, 2**12)


@pytest.mark.parametrize("packed", ["", ".gz"])
@pytest.mark.parametrize("kind", IN_PARTS)
@pytest.mark.usefixtures("small_parts")
def test_reading_takes_little_memory_beyond_the_graph(
    tmp_path: Path, many_nodes: nx.DiGraph, kind: str, packed: str
) -> None:
    """A tree of the file, and copies of it and of the graph, took 2 to 9 kilobytes a node; of JSON 1."""
    nxp.export_graph(many_nodes, tmp_path / f"g.{kind}{packed}")
    nxp.export_graph(nx.DiGraph([("a", "b")]), tmp_path / f"small.{kind}{packed}")
    nxp.read_graph(tmp_path / f"small.{kind}{packed}")  # imports
    tracemalloc.start()
    try:
        found = nxp.read_graph(tmp_path / f"g.{kind}{packed}")
        stays, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(found) == len(many_nodes)
    assert (most - stays) / len(many_nodes) < 250


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
@pytest.mark.usefixtures("small_parts")
def test_a_file_is_never_whole_in_memory(tmp_path: Path, pack: Any) -> None:
    whole = random.Random(0).randbytes(2**19)
    (tmp_path / "g").write_bytes(pack(whole))
    tracemalloc.start()
    try:
        parts = parts_of(tmp_path / "g")
        found = [hashlib.sha256(), hashlib.sha256(), hashlib.sha256()]
        for digest, again in zip(found, (parts, parts, parts.taken()), strict=True):
            for part in again:
                digest.update(part)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert {digest.hexdigest() for digest in found} == {hashlib.sha256(whole).hexdigest()}
    assert most < 2**17


def test_a_stream_is_let_go_as_it_is_taken() -> None:
    parts = parts_of(io.BytesIO(b"a graph"))
    assert [list(parts), list(parts), list(parts.taken()), list(parts)] == [[b"a graph"]] * 3 + [[]]


@pytest.mark.parametrize("format", ["graphml", "gexf", "gml", "dot"])
@pytest.mark.parametrize("change", ["longer", "shorter", "another"])
@pytest.mark.usefixtures("small_parts")
def test_a_file_that_changes_after_it_was_checked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, format: str, change: str
) -> None:
    """What was checked is not what would be read."""
    path = tmp_path / f"g.{format}"
    nxp.export_graph(nx.path_graph(200, create_using=nx.DiGraph), path)
    text = path.read_bytes()

    def checked_then_changed(*arguments: Any, **options: Any) -> Any:
        kept = checked(*arguments, **options)
        if change == "another":
            (tmp_path / "new").write_bytes(text)
            os.replace(tmp_path / "new", path)
        else:
            path.write_bytes(text + b"\n" if change == "longer" else text[:-50])
        return kept

    checked = content._checked
    monkeypatch.setattr(content, "_checked", checked_then_changed)
    with pytest.raises(GraphFileError, match=rf"^\S*g\.{format}: was changed while it was read; read it again$"):
        nxp.read_graph(path)


@pytest.mark.parametrize("format", IN_PARTS)
def test_pipes_links_and_streams_are_read_once(tmp_path: Path, format: str) -> None:
    G = nx.DiGraph([("animal", "dog"), ("animal", "cat")])
    nxp.export_graph(G, tmp_path / f"g.{format}")
    text = (tmp_path / f"g.{format}").read_bytes()
    (tmp_path / f"link.{format}").symlink_to(tmp_path / f"g.{format}")
    os.mkfifo(tmp_path / f"pipe.{format}")
    writer = threading.Thread(target=(tmp_path / f"pipe.{format}").write_bytes, args=(text,))
    writer.start()
    sources = [io.BytesIO(text), io.StringIO(text.decode()), tmp_path / f"link.{format}", tmp_path / f"pipe.{format}"]
    assert all(set(nxp.read_graph(source, format=format).edges) == set(G.edges) for source in sources)
    writer.join()
