"""The bundled snapshot: complete, licensed, and what its script builds from the real corpus."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nx_poincare.extractors.wordnet import snapshot as datasets
from nx_poincare.extractors.wordnet.snapshot import SNAPSHOT_OF, SynsetTable, data_file, load_wordnet_snapshot

REPOSITORY = Path(__file__).resolve().parents[3]
SCRIPT = REPOSITORY / "scripts" / "build_snapshot.py"


def build(*options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *map(str, options)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY)


@pytest.mark.parametrize(
    ("pos", "synsets", "edges", "instances", "roots"),
    [("n", 82_115, 84_427, 8_577, 1), ("v", 13_767, 13_239, 0, 559)],
)
def test_sizes(pos: str, synsets: int, edges: int, instances: int, roots: int) -> None:
    table = load_wordnet_snapshot(pos)
    assert len(table.names) == len(set(table.names)) == synsets
    assert table.edges.shape == (edges, 2)
    assert table.edges.dtype == np.int64
    assert table.is_instance.sum() == instances
    assert synsets - len(np.unique(table.edges[:, 1])) == roots
    assert table.edges.tolist() == sorted(table.edges.tolist())


def test_kinds_and_instances_are_told_apart() -> None:
    table = load_wordnet_snapshot()
    position = {name: place for place, name in enumerate(table.names)}
    flag = dict(zip(map(tuple, table.edges.tolist()), table.is_instance.tolist(), strict=True))
    assert flag[position["national_capital.n.01"], position["paris.n.01"]] is True
    assert flag[position["canine.n.02"], position["dog.n.01"]] is False


def test_small_with_its_licence() -> None:
    sizes = [len(data_file(name).read_bytes()) for name in SNAPSHOT_OF.values()]
    assert sum(sizes) < 1_000_000
    notice = data_file("LICENSE-WordNet.txt").read_text(encoding="utf-8")
    assert "WordNet 3.0 Copyright 2006 by Princeton University." in notice
    assert "appear on ALL copies of the software" in notice


def test_packed_without_time_and_name() -> None:
    for name in SNAPSHOT_OF.values():
        head = data_file(name).read_bytes()[:10]
        assert head[3] == 0  # no file name, no comment
        assert head[4:8] == bytes(4)  # no time


@pytest.mark.parametrize("pos", ["a", "N", "", None])
def test_unknown_part_of_speech(pos: str) -> None:
    with pytest.raises(ValueError, match="pos must be 'n'"):
        load_wordnet_snapshot(pos)


def test_missing_file_says_what_to_do() -> None:
    with pytest.raises(FileNotFoundError, match=r"'absent\.gz'; install it again"):
        data_file("absent.gz")


def test_packaged_data_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "README.md").write_text("packaged", encoding="utf-8")
    monkeypatch.setattr(datasets.resources, "files", lambda package: tmp_path)
    assert data_file("README.md").read_text(encoding="utf-8") == "packaged"
    assert data_file("LICENSE-WordNet.txt").is_file()  # from the checkout


def test_checkout_serves_without_packaged_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.resources, "files", lambda package: tmp_path)
    assert len(load_wordnet_snapshot("v").names) == 13_767


def test_table_is_sorted_and_kind_wins_over_instance() -> None:
    table = SynsetTable.from_pairs(
        ["a", "b", "c"], [10, 20, 30], [20, 10, 10, 10], [30, 30, 20, 30], [False, True, True, False]
    )
    assert table.edges.tolist() == [[0, 1], [0, 2], [1, 2]]
    assert table.is_instance.tolist() == [True, False, False]


def test_table_without_edges() -> None:
    table = SynsetTable.from_pairs(["a"], [1], [], [], [])
    assert table.edges.shape == (0, 2)
    assert table.is_instance.shape == (0,)


def test_table_refuses_an_edge_to_nowhere() -> None:
    with pytest.raises(ValueError, match="'d', which is not among the synsets"):
        SynsetTable.from_pairs(["a"], ["a"], ["a"], ["d"], [False])


def test_script_rebuilds_the_snapshot(nltk_root: Path, tmp_path: Path) -> None:
    corpus = nltk_root / "corpora" / "wordnet"
    built = build("--output", tmp_path, corpus)
    assert built.returncode == 0, built.stderr
    for name in SNAPSHOT_OF.values():
        fresh, bundled = (tmp_path / name).read_bytes(), (REPOSITORY / "data" / name).read_bytes()
        assert gzip.decompress(fresh) == gzip.decompress(bundled)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(SNAPSHOT_OF.values())

    (tmp_path / SNAPSHOT_OF["v"]).write_bytes(gzip.compress(b"# old\n"))
    checked = build("--check", "--output", tmp_path, corpus)
    assert checked.returncode == 1
    assert checked.stdout.splitlines() == [f"{SNAPSHOT_OF['n']}: same", f"{SNAPSHOT_OF['v']}: differs"]


def test_script_says_when_there_is_no_corpus(tmp_path: Path) -> None:
    built = build("--output", tmp_path, tmp_path / "nowhere")
    assert built.returncode == 2
    assert "nowhere" in built.stderr
    assert list(tmp_path.iterdir()) == []
