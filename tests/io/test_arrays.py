"""Packed files: the same content is the same bytes; what is damaged or unpacks too far is refused; no code is run."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import signal
import struct
import subprocess
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.io import content
from nx_poincare.io.arrays import FREE_BYTES, ArrayFileError, read_arrays, write_arrays
from nx_poincare.io.streams import GraphFileError
from nx_poincare.io.vectors.npz import EmbeddingFileError


@pytest.fixture
def little_memory() -> Iterator[None]:
    """Refuses a test that needs more than three times what may be unpacked."""
    tracemalloc.start()
    yield
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 3 * FREE_BYTES


def npy(array: np.ndarray[Any, Any]) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array)
    return stream.getvalue()


def zipped(path: Path, packing: int = zipfile.ZIP_STORED, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return path


def zip_bomb(path: Path, size: int) -> Path:
    """So many zeros."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x.npy", "w") as stream:
        for first in range(0, size, 2**20):
            stream.write(bytes(min(2**20, size - first)))
    return path


def gzip_bomb(line: bytes, size: int) -> io.BytesIO:
    """So many bytes of one line."""
    packed = io.BytesIO()
    with gzip.open(packed, "wb") as stream:
        for _ in range(size // len(line)):
            stream.write(line)
    return io.BytesIO(packed.getvalue())


def embedding_file(path: Path, header: Any = None, **arrays: np.ndarray[Any, Any]) -> Path:
    """What `Embedding.save` would write for one node, but for what is given."""
    plain = {"format": "nx-poincare embedding 1", "nodes": ["a"], "history": []}
    text = json.dumps(plain) if header is None else header
    whole = {"directions": np.array([[1.0, 0.0]]), "radii": np.array([0.5]), "levels": np.array([0]), **arrays}
    np.savez(path, header=np.frombuffer(text.encode(), dtype=np.uint8), **whole)
    return path


class TestArrays:
    def test_as_numpy_reads_them(self, tmp_path: Path) -> None:
        arrays = {
            "a": np.arange(6.0).reshape(2, 3),
            "b": np.asfortranarray(np.eye(3)),
            "c": np.zeros((0, 2), dtype=int),
        }
        arrays["d"] = np.array(7)
        for save in (np.savez, np.savez_compressed):
            save(tmp_path / "all.npz", **arrays)
            found = read_arrays(tmp_path / "all.npz")
            assert list(found) == list(arrays)
            for name, array in arrays.items():
                assert found[name].dtype == array.dtype
                assert np.array_equal(found[name], array)

    @pytest.mark.usefixtures("little_memory")
    def test_a_bomb_is_refused_before_it_is_unpacked(self, tmp_path: Path) -> None:
        path = zip_bomb(tmp_path / "bomb.npz", 2 * FREE_BYTES)
        assert path.stat().st_size < 2 * FREE_BYTES / 500
        with pytest.raises(ArrayFileError, match="more than 100 times its own size"):
            read_arrays(path)
        with pytest.raises(EmbeddingFileError, match=r"bomb\.npz.*more than 100 times"):
            nxp.Embedding.load(path)

    @pytest.mark.usefixtures("little_memory")
    def test_a_member_that_holds_more_than_it_says(self, tmp_path: Path) -> None:
        path = zip_bomb(tmp_path / "lies.npz", 4 * FREE_BYTES + 12_345_678)
        content = path.read_bytes()
        size = struct.pack("<I", 4 * FREE_BYTES + 12_345_678)
        assert content.count(size) == 2
        path.write_bytes(content.replace(size, struct.pack("<I", 1000)))
        with pytest.raises(ArrayFileError, match="damaged"):
            read_arrays(path)

    @pytest.mark.usefixtures("little_memory")
    def test_a_shape_that_promises_more_than_there_is(self, tmp_path: Path) -> None:
        content = npy(np.zeros(10)).replace(b"(10,), }           ", b"(10000000000000,), }")
        assert b"(10000000000000,)" in content
        with pytest.raises(ArrayFileError, match="damaged"):
            read_arrays(zipped(tmp_path / "lies.npz", x=content))

    def test_the_limit_can_be_moved(self, tmp_path: Path) -> None:
        path = embedding_file(tmp_path / "e.npz")
        assert len(nxp.Embedding.load(path, max_bytes=2000)) == 1
        with pytest.raises(EmbeddingFileError, match="more than 500; raise max_bytes"):
            nxp.Embedding.load(path, max_bytes=500)

    def test_no_code_runs(self, tmp_path: Path) -> None:
        class Harmful:
            def __reduce__(self) -> tuple[Any, ...]:
                return Path.touch, (tmp_path / "ran",)

        head = io.BytesIO()
        np.lib.format.write_array_header_1_0(head, {"descr": "|O", "fortran_order": False, "shape": (1,)})
        path = zipped(tmp_path / "harmful.npz", header=head.getvalue() + pickle.dumps([Harmful()]))
        for read in (read_arrays, nxp.Embedding.load):
            with pytest.raises(ValueError, match="holds objects, which are not read"):
                read(path)
        assert not (tmp_path / "ran").exists()

    @pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_other_packings(self, tmp_path: Path, packing: int) -> None:
        with pytest.raises(ArrayFileError, match="not"):
            read_arrays(zipped(tmp_path / "x.npz", packing, x=npy(np.zeros(3))))

    def test_an_index_that_points_before_the_file(self, tmp_path: Path) -> None:
        """Found by fuzzing: the zip module seeks there, and the system's error came through."""
        path = zipped(tmp_path / "x.npz", x=npy(np.zeros(3)))
        content = bytearray(path.read_bytes())
        place = content.rindex(b"PK\5\6") + 16  # the offset of the central directory
        content[place : place + 4] = struct.pack("<I", struct.unpack("<I", content[place : place + 4])[0] + 500)
        path.write_bytes(bytes(content))
        with pytest.raises(ArrayFileError, match="damaged"):
            read_arrays(path)
        with pytest.raises(EmbeddingFileError, match=r"x\.npz"):
            nxp.Embedding.load(path)

    def test_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            read_arrays(tmp_path / "no.npz")


class TestWriting:
    ARRAYS: ClassVar[dict[str, np.ndarray[Any, Any]]] = {
        "numbers": np.linspace(0, 1, 1000).reshape(10, 100),
        "zeros": np.zeros(1000, dtype=np.int64),
        "none": np.zeros((0, 2)),
        "by columns": np.asfortranarray(np.arange(6).reshape(2, 3)),
        "one": np.array(2.5),
    }

    @pytest.mark.parametrize("compressed", [(), ("zeros", "by columns", "none"), tuple(ARRAYS)])
    def test_is_read_back(self, tmp_path: Path, compressed: tuple[str, ...]) -> None:
        write_arrays(tmp_path / "a.npz", self.ARRAYS, compressed=compressed)
        with np.load(tmp_path / "a.npz") as by_numpy:
            for found in (read_arrays(tmp_path / "a.npz"), dict(by_numpy)):
                assert list(found) == list(self.ARRAYS)
                for name, array in self.ARRAYS.items():
                    assert found[name].dtype == array.dtype
                    np.testing.assert_array_equal(found[name], array)
        with zipfile.ZipFile(tmp_path / "a.npz") as archive:
            packings = {member.filename.removesuffix(".npy"): member.compress_type for member in archive.infolist()}
        assert {name for name, packing in packings.items() if packing == zipfile.ZIP_DEFLATED} == set(compressed)

    def test_the_same_bytes_at_any_time(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, now in (("a.npz", 1e9), ("b.npz", 1.5e9)):
            monkeypatch.setattr(time, "time", lambda now=now: now)
            write_arrays(tmp_path / name, self.ARRAYS, compressed=["zeros"])
        assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()

    def test_objects_are_refused_and_an_older_file_stays(self, tmp_path: Path) -> None:
        (tmp_path / "a.npz").write_bytes(b"old")
        for compressed in ((), ("x",)):
            with pytest.raises(ValueError, match="Object arrays cannot be saved"):
                write_arrays(tmp_path / "a.npz", {"x": np.array([print])}, compressed=compressed)
        assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]

    @pytest.mark.parametrize("compressed", [(), ("a", "b")])
    def test_other_types_are_written_block_by_block(self, tmp_path: Path, compressed: tuple[str, ...]) -> None:
        rows = np.arange(2**21, dtype=np.int32)
        arrays = {"a": rows, "b": rows.reshape(-1, 2), "c": rows[:5]}
        expected = {name: array.astype(np.int64) for name, array in arrays.items()}
        write_arrays(tmp_path / "expected.npz", expected, compressed=compressed)
        tracemalloc.start()
        try:
            write_arrays(tmp_path / "a.npz", arrays, compressed=compressed, types=dict.fromkeys("ab", np.int64))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < rows.nbytes  # half of what one of them takes
        found = read_arrays(tmp_path / "a.npz")
        assert found.pop("c").dtype == np.int32
        for name, array in found.items():
            assert array.dtype == np.int64
            np.testing.assert_array_equal(array, arrays[name])
        with zipfile.ZipFile(tmp_path / "a.npz") as archive, zipfile.ZipFile(tmp_path / "expected.npz") as by_copies:
            for name in ("a.npy", "b.npy"):
                assert archive.read(name) == by_copies.read(name)
                assert archive.getinfo(name).compress_size == by_copies.getinfo(name).compress_size

    def test_no_copy_of_a_large_array_is_packed(self, tmp_path: Path) -> None:
        array = np.arange(2**22)
        tracemalloc.start()
        try:
            write_arrays(tmp_path / "a.npz", {"a": array}, compressed=["a"])
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < array.nbytes  # numpy writes half of it at a time

    def test_progress(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write_arrays(tmp_path / "a.npz", self.ARRAYS)
        assert capsys.readouterr().err == ""
        write_arrays(tmp_path / "a.npz", self.ARRAYS, progress=True)
        assert "writing: 100%" in capsys.readouterr().err


class TestEmbeddings:
    @pytest.mark.parametrize(
        ("changed", "problem"),
        [
            ({"header": "[" * 100_000}, "recursion"),
            ({"header": "[]"}, "indices"),
            ({"header": '{"format": "nx-poincare embedding 1", "nodes": [["a"]], "history": []}'}, "is a list"),
            ({"levels": np.array([np.nan])}, "'levels' is of float64, not int64"),
            ({"edges": np.array([["0", "0"]])}, "'edges' is of <U1"),
            ({"radii": np.array([0.5j])}, "'radii' is of complex128"),
            ({"radii": np.array([np.inf])}, "not finite"),
            ({"layout": np.zeros((2, 2))}, "layout has shape"),
            ({"edges": np.array([[0, 5]])}, "outside 0 .. 0"),
        ],
    )
    def test_wrong_content(self, tmp_path: Path, changed: dict[str, Any], problem: str) -> None:
        path = embedding_file(tmp_path / "wrong.npz", **changed)
        with pytest.raises(EmbeddingFileError, match=rf"(?s)wrong\.npz.*{problem}"):
            nxp.Embedding.load(path)


class TestGzip:
    @pytest.mark.usefixtures("little_memory")
    @pytest.mark.parametrize("format", ["tsv", "graphml", "json"])
    def test_a_bomb_is_refused_on_the_way(self, format: str) -> None:
        bomb = gzip_bomb(b"#" + b" " * 1_000_000 + b"\n", 2 * FREE_BYTES)
        with pytest.raises(GraphFileError, match="unpacks to more than 100 times its size"):
            nxp.read_graph(bomb, format=format)  # type: ignore[arg-type]

    def test_what_it_refuses_can_be_read_unpacked(self) -> None:
        text = (b"#" + b" " * 1_000_000 + b"\n") * 40 + b"a\tb\n"
        with pytest.raises(GraphFileError, match="unpack it first"):
            nxp.read_graph(io.BytesIO(gzip.compress(text, 9)), format="tsv")
        assert list(nxp.read_graph(io.BytesIO(text), format="tsv").edges) == [("a", "b")]

    def test_vectors(self, tmp_path: Path) -> None:
        path = tmp_path / "bomb.vec.gz"
        path.write_bytes(gzip_bomb(b"1 2" + b" " * 1_000_000, 2 * FREE_BYTES).getvalue())
        with pytest.raises(GraphFileError, match=r"bomb\.vec\.gz.*100 times"):
            nxp.Embedding.load(path)


ZEROS = pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device")


@ZEROS
@pytest.mark.usefixtures("little_memory")
def test_devices_are_read_up_to_the_limit() -> None:
    """They have no size, and no end."""
    emb = nxp.Embedding.from_vectors(["dog.n.01", "animal.n.01"], [[0.5, 0.0], [0.0, 0.0]])
    reads: dict[str, Any] = {
        "npz": lambda: nxp.Embedding.load("/dev/zero", format="npz", max_bytes=1000),
        "tsv": lambda: nxp.Embedding.load("/dev/zero", format="tsv", max_bytes=1000),
        "pairs": lambda: nxp.evaluate_entailment(emb, "/dev/zero", senses="names"),
        "graph": lambda: nxp.read_graph("/dev/zero", format="gml", max_bytes=1000),
        "edges": lambda: nxp.Hierarchy.from_file("/dev/zero", format="tsv", max_bytes=10**9),
    }
    for read in reads.values():
        with pytest.raises(ValueError, match=r"/dev/zero.*(1,000 bytes|line.*bytes)"):
            read()


def test_an_embedding_from_a_pipe(tmp_path: Path) -> None:
    emb = nxp.Embedding.from_vectors(["a", "b"], [[0.5, 0.0], [0.0, 0.0]])
    emb.save(tmp_path / "e.npz")
    with subprocess.Popen(["cat", tmp_path / "e.npz"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert nxp.Embedding.load(f"/dev/fd/{process.stdout.fileno()}", format="npz") == emb


SMALL_BOMBS = {
    "n.json.gz": b'{"nodes": [' + b"{}," * 11_000_000 + b'{}], "links": []}',
    "g.graphml.gz": b'<graphml xmlns="http://graphml.graphdrawing.org/xmlns">' + b"<graph>" * 4_000_000,
    "g.gml.gz": b"graph [ " + b"a 1 " * 8_000_000 + b"]",
}


@pytest.mark.usefixtures("little_memory")
@pytest.mark.parametrize("name", SMALL_BOMBS)
def test_a_small_file_makes_few_objects(tmp_path: Path, name: str) -> None:
    """32 KB became 4.4 GB of empty nodes, and two minutes of empty attributes."""
    with gzip.open(tmp_path / name, "wb") as stream:
        stream.write(SMALL_BOMBS[name][: FREE_BYTES - 1])
    assert (tmp_path / name).stat().st_size < 200_000
    began = time.perf_counter()
    with pytest.raises(GraphFileError, match=rf"{name}.*holds .* words, more than 20 for each of its"):
        nxp.read_graph(tmp_path / name)
    assert time.perf_counter() - began < 10


def test_an_honest_packed_graph_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that number nodes: as much as packing ever gains."""
    monkeypatch.setattr(content, "_FREE_WORDS", 1000)
    G = nx.path_graph(5_000, create_using=nx.DiGraph)
    for suffix in (".json.gz", ".graphml.gz", ".gexf.gz", ".gml.gz"):
        nxp.export_graph(G, tmp_path / f"g{suffix}")
        assert len(nxp.read_graph(tmp_path / f"g{suffix}")) == len(G)


@pytest.mark.parametrize("more", [[], [(3, 50), (7, 41)]], ids=["tree", "two parents"])
def test_the_order_of_edges_is_in_one_array_of_a_file(tmp_path: Path, more: list[tuple[int, int]]) -> None:
    """`to_networkx` gives them back in the order in which they were read; all other arrays are the same."""
    edges = [*((child // 2, child) for child in range(1, 60)), *more]
    for name, ordered in (("a", edges), ("b", edges[::-1])):
        G = nx.DiGraph()
        G.add_nodes_from(range(60))
        G.add_edges_from(ordered)
        nxp.embed(G, seed=0).save(tmp_path / f"{name}.npz")
    first, other = (zipfile.ZipFile(tmp_path / f"{name}.npz") for name in "ab")
    with first, other:
        assert first.namelist() == other.namelist()
        assert [name for name in first.namelist() if first.read(name) != other.read(name)] == ["edges.npy"]


@pytest.mark.parametrize("suffix", ["npz", "parquet", "tsv", "vec"])
def test_given_vectors_come_back_to_their_last_digits(tmp_path: Path, suffix: str) -> None:
    given = np.random.default_rng(0).uniform(-0.5, 0.5, (1000, 3))
    nxp.Embedding.from_vectors(range(1000), given).save(tmp_path / f"e.{suffix}")
    back = nxp.Embedding.load(tmp_path / f"e.{suffix}").vectors
    if suffix in ("tsv", "vec"):
        assert back.tobytes() == given.tobytes()
    else:
        np.testing.assert_allclose(back, given, rtol=0, atol=4 * np.spacing(0.5))


class TestInterruptsWithinAMember:
    """The archive said that it cannot be closed: exit code 1 and a traceback; what was left of it was finished when
    it was collected, in a file that had been removed, or on a full disk with a warning."""

    def test_as_it_opens(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        opened, archives = zipfile.ZipFile.open, []

        def interrupted(archive: zipfile.ZipFile, *arguments: Any, **options: Any) -> Any:
            archives.append(archive)
            stream = opened(archive, *arguments, **options)
            signal.raise_signal(signal.SIGINT)
            return stream

        monkeypatch.setattr(zipfile.ZipFile, "open", interrupted)
        with pytest.raises(KeyboardInterrupt):
            nxp.embed(nx.path_graph(5, create_using=nx.DiGraph)).save(tmp_path / "points.npz")
        assert list(tmp_path.iterdir()) == []
        assert [archive.fp for archive in archives] == [None]

    def test_does_not_wait_for_its_end(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        opened, written = zipfile.ZipFile.open, []

        def open_to_interrupt(*arguments: Any, **options: Any) -> Any:
            stream = opened(*arguments, **options)
            write = stream.write

            def interrupted(part: Any) -> int:
                written.append(memoryview(part).nbytes)
                signal.raise_signal(signal.SIGINT)
                return write(part)

            stream.write = interrupted
            return stream

        monkeypatch.setattr(zipfile.ZipFile, "open", open_to_interrupt)
        with pytest.raises(KeyboardInterrupt):
            write_arrays(tmp_path / "one.npz", {"a": np.zeros((10_000_000, 2))}, compressed=["a"])
        assert sum(written) < 3e6
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "array",
    [
        np.array(3.5),
        np.empty((0, 2), dtype=np.int32),
        np.asfortranarray(np.arange(200_000.0).reshape(-1, 2)),
        np.arange(20)[::3],
        np.array(["a", "Zürich"]),
        np.array([True, False]),
    ],
    ids=["scalar", "empty", "columns", "strided", "text", "bool"],
)
def test_members_have_the_bytes_of_numpy(tmp_path: Path, array: np.ndarray[Any, Any]) -> None:
    write_arrays(tmp_path / "ours.npz", {"a": array})
    np.save(expected := io.BytesIO(), array)
    with zipfile.ZipFile(tmp_path / "ours.npz") as archive:
        assert archive.read("a.npy") == expected.getvalue()
