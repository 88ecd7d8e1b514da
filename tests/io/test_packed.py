"""Files packed by bzip2, xz and others: unpacked within the limits of gzip, or refused with what unpacks them."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest

import nx_poincare as nxp
from nx_poincare.io.streams import GraphFileError, open_source

Packer = Callable[[bytes], bytes]
PACKERS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
EACH_PACKER = pytest.mark.parametrize(("suffix", "pack"), PACKERS.items(), ids=list(PACKERS))
EDGES = b"animal\tdog\nanimal\tcat\n"


def unpacked(content: bytes, **options: int) -> bytes:
    with open_source(io.BytesIO(content), **options) as stream:
        return stream.read()


@EACH_PACKER
class TestPacked:
    def test_a_file_of_edges(self, suffix: str, pack: Packer, tmp_path: Path) -> None:
        path = tmp_path / f"edges.tsv{suffix}"
        path.write_bytes(pack(EDGES))
        assert list(nxp.read_graph(path).edges) == [("animal", "dog"), ("animal", "cat")]
        assert nxp.Hierarchy.from_file(path).nodes == ("animal", "dog", "cat")

    def test_vectors_and_graphs(self, suffix: str, pack: Packer, tmp_path: Path) -> None:
        G = nx.DiGraph([("animal", "dog"), ("animal", "cat")])
        emb = nxp.embed(G)
        emb.save(tmp_path / "v.tsv")
        nxp.export_graph(G, tmp_path / "g.graphml")
        for name in ("v.tsv", "g.graphml"):
            (tmp_path / f"{name}{suffix}").write_bytes(pack((tmp_path / name).read_bytes()))
            assert (nxp.Embedding.load(tmp_path / f"{name}{suffix}").vectors == emb.vectors).all()

    def test_several_streams_and_any_size_of_reads(self, suffix: str, pack: Packer) -> None:
        parts = [b"", EDGES, bytes(range(256)) * 1000, b"", b"end"]
        whole = b"".join(map(pack, parts))
        assert unpacked(whole) == b"".join(parts)
        with open_source(io.BytesIO(whole)) as stream:
            assert b"".join(iter(lambda: stream.raw.read(7), b""))[:100] == b"".join(parts)[:100]

    @pytest.mark.parametrize("cut", [slice(None, -9), slice(None, 20), slice(None, 12)])
    def test_cut_off(self, suffix: str, pack: Packer, cut: slice) -> None:
        whole = pack("".join(f"{i}\t{i * i}\n" for i in range(500)).encode())
        with pytest.raises(GraphFileError, match="the compressed data are damaged: "):
            unpacked(whole[cut])

    def test_damaged_and_followed_by_something(self, suffix: str, pack: Packer) -> None:
        whole = bytearray(pack("".join(f"{i}\t{i * i}\n" for i in range(500)).encode()))
        with pytest.raises(GraphFileError, match="the compressed data are damaged: "):
            unpacked(bytes(whole) + b"something else")
        whole[len(whole) // 2] ^= 255
        with pytest.raises(GraphFileError, match="the compressed data are damaged: "):
            unpacked(bytes(whole))

    def test_limits(self, suffix: str, pack: Packer) -> None:
        bomb = pack(b"#" + b" " * 40_000_000)
        with pytest.raises(GraphFileError, match="unpacks to more than 100 times its size"):
            unpacked(bomb)
        with pytest.raises(GraphFileError, match="holds more than 1,000 bytes"):
            unpacked(bomb, max_bytes=1000)

    def test_not_twice(self, suffix: str, pack: Packer, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match=rf"compressed already; leave out the \{suffix}"):
            nxp.Embedding.load(tmp_path / f"v.npz{suffix}")


def test_zeros_between_streams_of_xz_are_padding() -> None:
    assert unpacked(lzma.compress(b"a\t") + bytes(8) + lzma.compress(b"b\n") + bytes(4)) == b"a\tb\n"


def test_a_decoder_that_wants_much_memory_is_refused() -> None:
    greedy = lzma.compress(EDGES, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 2**28}])
    with pytest.raises(GraphFileError, match="more than 134,217,728 bytes of memory"):
        unpacked(greedy)
    assert unpacked(lzma.compress(EDGES, preset=9)) == EDGES


def test_names_that_begin_as_a_packed_file_does() -> None:
    assert list(nxp.read_graph(io.BytesIO(b"BZh1,dog\n"), format="csv")) == ["BZh1", "dog"]


@pytest.mark.parametrize(
    ("name", "command"),
    [("e.tsv.zst", "zstd -d"), ("e.csv.zip", "unzip"), ("e.tar.gz", "tar -xf"), ("e.TGZ", "tar -xf"), ("e.7z", "7z x")],
)
def test_what_is_not_unpacked_is_refused_with_what_does(name: str, command: str) -> None:
    for read in (nxp.read_graph, nxp.Hierarchy.from_file, nxp.Embedding.load):
        with pytest.raises(ValueError, match=f"'{name}' is packed; unpack it first: {command} {name}"):
            read(name)


def test_what_is_packed_by_another_program_under_another_name(tmp_path: Path) -> None:
    path = tmp_path / "edges.tsv"
    path.write_bytes(b"\x28\xb5\x2f\xfd\x04\x58\x51\x00\x00")
    with pytest.raises(GraphFileError, match=r"is packed by zstd; unpack it first: zstd -d .*edges\.tsv"):
        nxp.read_graph(path)


@pytest.mark.parametrize("suffix", [".bz2", ".xz"])
def test_these_are_only_read(suffix: str, tmp_path: Path) -> None:
    G = nx.DiGraph([("animal", "dog")])
    emb = nxp.embed(G)
    for write, name in ((lambda path: nxp.export_graph(G, path), "g.gml"), (emb.save, "v.tsv")):
        with pytest.raises(ValueError, match=r"\.bz2 and \.xz are only read; write \.gz"):
            write(tmp_path / f"{name}{suffix}")
    assert not list(tmp_path.iterdir())
