"""Edges in Parquet: the same hierarchy as through pandas and NetworkX, and embeddings that come back bit for bit."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from optional_packages import needed

import nx_poincare as nxp
from nx_poincare.io.graphs import parquet_pieces, parquet_rows
from nx_poincare.io.graphs.format_rules import GraphExportError
from nx_poincare.io.graphs.read_edges import EdgeFile, read_edges
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils import names

arrow = needed("pyarrow")
parquet = needed("pyarrow.parquet")


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_rows, "_ROWS", 3)
    monkeypatch.setattr(parquet_pieces, "_ROWS", 5)
    monkeypatch.setattr(names, "LEAST_IN_ARRAYS", 4)


def written(folder, **columns) -> str:
    path = str(folder / "edges.parquet")
    parquet.write_table(arrow.table(columns), path, row_group_size=4)
    return path


INTEGERS = ([9, 9, 4, 4, 9, 7, 9], [4, 7, 3, 3, 3, 5, 4])
TEXT = [["höst", " a", "a", "b\x1f", "a", "höst", "a"], ["a", "b", "c", "d", "e ", "c", "b"]]


@pytest.mark.parametrize(
    ("columns", "options", "is_fast"),
    [
        (dict(zip(("source", "target"), INTEGERS, strict=True)), {}, True),
        (dict(zip(("parent", "child"), INTEGERS, strict=True)), {}, True),
        (dict(zip(("child", "parent"), INTEGERS, strict=True)), {}, True),
        (dict(zip(("child", "parent"), INTEGERS, strict=True)), {"direction": "child_to_parent"}, True),
        (dict(zip(("source", "target"), INTEGERS, strict=True)), {"direction": "child_to_parent"}, True),
        (dict(zip(("x", "y"), INTEGERS, strict=True)), {"source": "y", "target": "x"}, True),
        (dict(zip(("parent", "child"), TEXT, strict=True)), {}, True),
        ({"parent": [None, 1, 1, None, 2], "id": [1, 2, 3, 6, 5]}, {}, True),
        ({"parent": [None, "a", "", "b", "a"], "id": ["a", "b", "e", "c", "f"]}, {}, True),
        ({"parent": arrow.array(TEXT[0]).dictionary_encode(), "child": TEXT[1]}, {}, True),
        ({"parent": arrow.array(TEXT[0], arrow.large_string()), "child": TEXT[1]}, {}, True),
        ({"parent": arrow.array([1, 2, 1], arrow.int8()), "child": arrow.array([2, 3, 4], arrow.uint32())}, {}, True),
        ({"parent": [1.0, 1.0, None], "id": [2.0, 3.0, 1.0]}, {}, False),
        ({"parent": [1, 1, 2, 3], "child": ["2", "3", "4", "5"]}, {}, False),
        ({"kingdom": ["a", "a"], "phylum": ["b", "c"]}, {}, False),
    ],
)  # fmt: skip
def test_hierarchies_are_those_of_the_graph(tmp_path, columns, options, is_fast) -> None:
    path = written(tmp_path, **columns)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", nxp.HierarchyWarning)
        G = nxp.read_graph(path, **options)
        expected = nxp.Hierarchy.from_digraph(G, direction=options.get("direction", "parent_to_child"))
        found = nxp.Hierarchy.from_file(path, **options)
        nodes, _ = read_edges(EdgeFile(path, **options))
    assert found.nodes == expected.nodes
    assert list(map(type, found.nodes)) == list(map(type, expected.nodes))
    assert np.array_equal(found.edges, expected.edges)
    assert isinstance(nodes, names.Names) == is_fast


@pytest.mark.parametrize(
    ("columns", "options", "problem"),
    [
        ({"a": [1], "b": [2]}, {"source": "a", "target": "c"}, "no column 'c', but 'a', 'b'"),
        ({"parent": [1, None], "child": [2, None]}, {}, "row 1: a name of a node is missing"),
        ({"source": [1, None], "target": [2, 3]}, {}, "row 1: .* direction says where"),
        ({"parent": [0.5, 1.0], "child": [1.0, 2.0]}, {}, "column 'parent' holds 0.5; names of nodes are"),
        ({"parent": [[1], [2]], "child": [1, 2]}, {}, "column 'parent' holds list<"),
        ({"parent": [b"a"], "child": [b"b"]}, {}, "column 'parent' holds binary"),
    ],
)  # fmt: skip
def test_what_is_no_hierarchy_is_refused(tmp_path, columns, options, problem) -> None:
    path = written(tmp_path, **columns)
    for read in (nxp.read_graph, nxp.Hierarchy.from_file):
        with pytest.raises(GraphFileError, match=problem):
            read(path, **options)


def test_other_files_and_sizes_are_refused(tmp_path) -> None:
    other = tmp_path / "other.parquet"
    other.write_bytes(b"PAR1 is how it starts")
    with pytest.raises(GraphFileError, match=r"other\.parquet"):
        nxp.Hierarchy.from_file(other)
    with pytest.raises(FileNotFoundError):
        nxp.Hierarchy.from_file(tmp_path / "none.parquet")
    with pytest.raises(GraphFileError, match="raise max_bytes"):
        nxp.Hierarchy.from_file(written(tmp_path, parent=[1, 1], child=[2, 3]), max_bytes=20)


@pytest.mark.parametrize("kind", ["integers", "decimals", "text"])
def test_text_parquet_and_graphs_give_the_same_bytes(tmp_path, kind) -> None:
    rng = np.random.default_rng(0)
    children = np.append(np.arange(1, 300), [200, 250])
    ids = rng.permutation(5000)[:300]
    edges = ids[np.column_stack([(rng.random(len(children)) * children).astype(np.int64), children])].tolist()
    if kind != "integers":
        edges = [[f"{'ä' if kind == 'text' else ''}{name}" for name in edge] for edge in edges]
    path = written(tmp_path, source=[u for u, _ in edges], target=[v for _, v in edges])
    expected = nxp.embed(edges, 2, seed=0)
    found = nxp.embed(nxp.Hierarchy.from_file(path), 2, seed=0)
    assert found == expected
    assert isinstance(found.nodes, names.Names)
    for emb, name in ((found, "found"), (expected, "expected")):
        emb.save(tmp_path / f"{name}.parquet")
        emb.save(tmp_path / f"{name}.npz")
    for suffix in ("parquet", "npz"):
        assert (tmp_path / f"found.{suffix}").read_bytes() == (tmp_path / f"expected.{suffix}").read_bytes()
    loaded = nxp.Embedding.load(tmp_path / "found.parquet")
    assert loaded == expected
    assert loaded.quality == expected.quality
    assert np.array_equal(loaded.levels, expected.levels)
    assert np.array_equal(loaded.layout, expected.layout)
    assert parquet.read_table(tmp_path / "found.parquet").column_names == [
        "node", "level", "horizon", "radius", "direction_0", "direction_1", "pos_0", "pos_1",
    ]  # fmt: skip


def test_embeddings_that_parquet_cannot_hold(tmp_path) -> None:
    emb = nxp.embed([("a", 1), ("a", ("b", 2))])
    with pytest.raises(GraphExportError, match="relabel the nodes"):
        emb.save(tmp_path / "a.parquet")
    assert not (tmp_path / "a.parquet").exists()
    with pytest.raises(ValueError, match="no column 'node'"):
        nxp.Embedding.load(written(tmp_path, source=[1], target=[2]))
    with pytest.raises(ValueError, match="compressed already"):
        emb.save(tmp_path / "a.parquet.gz")


def parted(folder, parts: list[dict], names_of_parts: list[str]) -> str:
    """A folder of parts, with the marks and summaries that other programs leave there."""
    (folder / "inner").mkdir(parents=True)
    for name, columns in zip(names_of_parts, parts, strict=True):
        parquet.write_table(arrow.table(columns), folder / name)
    (folder / "_SUCCESS").write_bytes(b"")
    (folder / ".part-0.parquet.crc").write_bytes(b"crc")
    (folder / "_metadata.parquet").write_bytes(b"no table")
    return str(folder)


PARTS = [f"part.{i}.parquet" for i in range(12)]


@pytest.mark.parametrize("kind", ["integers", "text", "fractions"])
@pytest.mark.parametrize("name", ["tree.parquet", "tree"])
def test_a_folder_is_one_table_in_the_order_of_its_parts(tmp_path, kind, name) -> None:
    as_names = {"integers": int, "text": "n{}".format, "fractions": float}[kind]
    rows = [(0, i + 1) for i in range(12)] + [(i + 1, i + 20) for i in range(12)]
    columns = [{"parent": [as_names(u)], "child": [as_names(v)]} for u, v in rows]
    files = [*PARTS, *(f"inner/part-{i:05}.snappy.parquet" for i in range(12))]
    folder = parted(tmp_path / name, [*columns[12:], *columns[:12]], [*files[12:], *files[:12]])
    order = [*columns[12:], *columns[:12]]  # "inner" comes before "part"
    together = {key: [one[key][0] for one in order] for key in ("parent", "child")}
    expected, found = nxp.Hierarchy.from_file(written(tmp_path, **together)), nxp.Hierarchy.from_file(folder)
    assert found.nodes == expected.nodes
    assert np.array_equal(found.edges, expected.edges)
    assert list(nxp.read_graph(folder).edges) == list(nxp.read_graph(written(tmp_path, **together)).edges)


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        ({"parent": [1, None], "child": [2, None]}, r"part\.1\.parquet: row 1: a name of a node is missing"),
        ({"parent": [1.5], "child": [2.0]}, r"part\.1\.parquet: column 'parent' holds 1.5"),
        ({"parent": ["a"], "child": ["b"]}, r"part\.1\.parquet: holds text as names, and part\.0\.parquet integers"),
        ({"above": [1], "below": [2]}, r"part\.1\.parquet: .*'parent'"),
        (b"no table", r"part\.1\.parquet: .* not a parquet file"),
    ],
)  # fmt: skip
def test_errors_name_the_part(tmp_path, second, problem) -> None:
    first = {"parent": [7], "child": [8]}
    folder = tmp_path / "edges.parquet"
    parted(folder, [first, first], PARTS[:2])
    if isinstance(second, bytes):
        (folder / PARTS[1]).write_bytes(second)
    else:
        parquet.write_table(arrow.table(second), folder / PARTS[1])
    with pytest.raises(GraphFileError, match=problem):
        nxp.Hierarchy.from_file(folder)


def test_folders_without_parts_and_those_too_large_are_refused(tmp_path) -> None:
    columns = {"parent": [1], "child": [2]}
    folder = parted(tmp_path / "edges", [columns] * 3, PARTS[:3])
    with pytest.raises(GraphFileError, match="holds 48 bytes of edges"):
        nxp.Hierarchy.from_file(folder, max_bytes=40)
    (tmp_path / "empty.parquet").mkdir()
    for read in (nxp.read_graph, nxp.Hierarchy.from_file):
        with pytest.raises((GraphFileError, OSError), match=r"empty\.parquet"):
            read(tmp_path / "empty.parquet")
