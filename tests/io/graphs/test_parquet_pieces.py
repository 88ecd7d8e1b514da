"""Parquet read by several workers: the bytes of one reader, and its errors, with the name of the file."""

from __future__ import annotations

import os

import numpy as np
import pytest
from optional_packages import needed

import nx_poincare as nxp
from nx_poincare.io.graphs import parquet_pieces, parquet_rows
from nx_poincare.io.graphs.parquet_edges import read_parquet_edges
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils import names
from nx_poincare.utils.workers import Threads

arrow = needed("pyarrow")
parquet = needed("pyarrow.parquet")


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_rows, "_ROWS", 3)
    monkeypatch.setattr(parquet_pieces, "_ROWS", 10)
    monkeypatch.setattr(names, "LEAST_IN_ARRAYS", 4)


def columns_of(kind: str, rows: int = 90):
    """Edges of which each name comes in several parts, and rows of roots."""
    rng = np.random.default_rng(0)
    ids = rng.permutation(500)[:60].tolist()
    pairs = np.sort(rng.integers(0, 60, (rows, 2)), axis=1)
    called = {"integers": int, "far integers": lambda i: i * 10**15 - 2**62, "text": "ä{} ".format}[kind]
    parents = [None if u == v else called(ids[u]) for u, v in pairs.tolist()]
    return parents, [called(ids[v]) for v in pairs[:, 1].tolist()]


def in_parts(folder, kind: str, parts: int = 4) -> str:
    folder.mkdir()
    parents, children = columns_of(kind)
    for part in range(parts):
        own = slice(len(parents) * part // parts, len(parents) * (part + 1) // parts)
        table = arrow.table({"parent": parents[own], "child": children[own]})
        parquet.write_table(table, folder / f"part.{part}.parquet", row_group_size=7)
    return str(folder)


def bytes_of(found) -> list[bytes]:
    nodes, edges = found
    return [*(getattr(nodes, array).tobytes() for array in nodes._arrays), edges.tobytes()]


@pytest.mark.parametrize("kind", ["integers", "far integers", "text"])
@pytest.mark.parametrize("n_jobs", [2, 3])
def test_threads_give_the_bytes_of_one_reader(tmp_path, kind, n_jobs) -> None:
    folder = in_parts(tmp_path / "edges", kind)
    alone, together = read_parquet_edges(folder), read_parquet_edges(folder, workers=Threads(n_jobs))
    assert bytes_of(alone) == bytes_of(together)
    parents, children = columns_of(kind)
    strip = str.strip if kind == "text" else int
    expected = dict.fromkeys(strip(n) for row in zip(parents, children, strict=True) for n in row if n is not None)
    assert list(together[0]) == list(expected)
    here, there = nxp.Hierarchy.from_file(folder), nxp.Hierarchy.from_file(folder, n_jobs=n_jobs)
    assert here.nodes == there.nodes
    assert here.edges.tobytes() == there.edges.tobytes()


def test_row_groups_of_one_file_are_pieces(tmp_path) -> None:
    folder = in_parts(tmp_path / "edges", "integers", parts=1)
    path = os.path.join(folder, "part.0.parquet")
    with parquet_rows.opened(path) as file:
        pieces = parquet_pieces.pieces_of(path, file)
    assert [(piece.first_row, piece.rows) for piece in pieces] == [(at, min(14, 90 - at)) for at in range(0, 90, 14)]
    assert bytes_of(read_parquet_edges(path)) == bytes_of(read_parquet_edges(path, workers=Threads(2)))


def test_a_missing_name_has_the_row_in_its_file(tmp_path) -> None:
    folder = in_parts(tmp_path / "edges", "integers")
    rows = list(range(40))
    lacking = arrow.table({"parent": rows, "child": [None if row in (33, 38) else row + 100 for row in rows]})
    parquet.write_table(lacking, os.path.join(folder, "part.2.parquet"), row_group_size=7)
    for n_jobs in (1, 2):
        with pytest.raises(GraphFileError, match=r"part\.2\.parquet: row 33: a name of a node is missing"):
            nxp.Hierarchy.from_file(folder, n_jobs=n_jobs)


def damage(path: str) -> None:
    """Other bytes in the place of rows; the description at the end stays as it is."""
    with open(path, "r+b") as file:
        file.seek(4)
        file.write(b"\xff" * 40)


def test_a_damaged_part_is_named(tmp_path, monkeypatch) -> None:
    in_parts(tmp_path / "edges", "integers")
    damage(str(tmp_path / "edges" / "part.1.parquet"))
    monkeypatch.chdir(tmp_path)
    messages = []
    for n_jobs in (1, 2):
        with pytest.raises(GraphFileError, match=r"part\.1\.parquet: is not a Parquet file") as raised:
            nxp.Hierarchy.from_file("edges", n_jobs=n_jobs)
        assert raised.value.path == os.path.join("edges", "part.1.parquet")  # as the caller has it
        messages.append(str(raised.value))
    assert messages[0] == messages[1]


class _Elsewhere(Threads):
    """Workers to whom something happens before they work, and is undone after it."""

    def __init__(self, before, after) -> None:
        super().__init__(2)
        self._before, self._after = before, after

    def results(self, function, calls):
        calls = list(calls)
        self._before()
        try:
            yield from super().results(function, calls)
        finally:
            self._after()


def test_what_workers_do_not_see_is_said(tmp_path) -> None:
    folder = in_parts(tmp_path / "edges", "integers")
    other = str(tmp_path / "elsewhere")
    workers = _Elsewhere(lambda: os.rename(folder, other), lambda: os.rename(other, folder))
    with pytest.raises(FileNotFoundError, match="on a worker; every machine must have the files") as raised:
        read_parquet_edges(folder, workers=workers)
    assert raised.value.filename == os.path.join(folder, "part.0.parquet")
    assert bytes_of(read_parquet_edges(folder))  # still there


def test_what_is_removed_meanwhile_is_missing_as_at_home(tmp_path) -> None:
    folder = in_parts(tmp_path / "edges", "integers")
    last = os.path.join(folder, "part.3.parquet")
    with pytest.raises(FileNotFoundError) as raised:
        read_parquet_edges(folder, workers=_Elsewhere(lambda: os.remove(last), lambda: None))
    assert raised.value.filename == last
    assert "worker" not in str(raised.value)


def test_another_file_at_the_same_path_is_refused(tmp_path) -> None:
    folder = in_parts(tmp_path / "edges", "integers")
    part = os.path.join(folder, "part.1.parquet")

    def replace() -> None:
        parquet.write_table(arrow.table({"parent": [1], "child": [2]}), part)

    with pytest.raises(GraphFileError, match=r"part\.1\.parquet: has .* bytes where it is read, and"):
        read_parquet_edges(folder, workers=_Elsewhere(replace, lambda: None))


def test_another_file_of_the_same_size_is_refused(tmp_path) -> None:
    folder = in_parts(tmp_path / "edges", "integers")
    part, sizes = os.path.join(folder, "part.1.parquet"), []

    def write(first: int) -> None:
        columns = {"parent": [first, 2], "child": [2, 3]}
        parquet.write_table(arrow.table(columns), part)
        sizes.append(os.path.getsize(part))

    write(0)
    with pytest.raises(
        GraphFileError, match=r"part\.1\.parquet: has another footer where it is read, and as many bytes"
    ):
        read_parquet_edges(folder, workers=_Elsewhere(lambda: write(1), lambda: None))
    assert sizes[0] == sizes[1]
