"""Files are written aside and renamed: whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from nx_poincare.files import written_aside


def test_the_file_appears_when_the_block_ends(tmp_path: Path) -> None:
    target = tmp_path / "graph.tsv.gz"
    with written_aside(target) as aside:
        assert aside.parent == tmp_path
        assert aside.name.endswith(".tsv.gz")
        aside.write_text("new")
        assert not target.exists()
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failure_leaves_the_old_file_alone(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")

    def fail() -> None:
        with written_aside(target) as aside:
            aside.write_text("half")
            raise error

    with pytest.raises(error):
        fail()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_permissions_are_those_of_a_plain_file_or_of_the_old_one(tmp_path: Path) -> None:
    plain, target = tmp_path / "plain", tmp_path / "target"
    plain.write_text("")
    with written_aside(target) as aside:
        aside.write_text("1")
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    target.chmod(0o600)
    with written_aside(target) as aside:
        aside.write_text("2")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(FileNotFoundError, match=f"there is no folder {tmp_path / 'nowhere'}"),
        written_aside(tmp_path / "nowhere" / "a.txt"),
    ):
        pass


def test_a_name_in_the_current_folder_and_a_long_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.txt", "n" * 240 + ".txt"):
        with written_aside(name) as aside:
            aside.write_text(name)
        assert Path(name).read_text() == name
    assert len(os.listdir(tmp_path)) == 2
