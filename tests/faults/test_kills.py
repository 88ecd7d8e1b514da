"""Killed at any moment: files are the old ones or the new ones, and a run goes on to the bytes of one never killed."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="fork and SIGKILL are of POSIX")
SCRIPT = Path(__file__).with_name("kill_runs.py")
LEFT = ("with a checkpoint", "with an unfinished file")


def killed(folder: Path, how: str, kills: int) -> dict[str, int]:
    """What was seen in so many kills of each kind of run."""
    command = [sys.executable, str(SCRIPT), str(folder), how, str(kills)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=1500)
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["wrong"] == []
    return told["seen"]


def test_a_few_kills_while_files_are_written(tmp_path: Path) -> None:
    seen = killed(tmp_path, "line", 4)
    assert seen["killed"] == 8
    assert seen["with a checkpoint"] > 0
    assert seen["with an unfinished file"] > 0


def test_a_few_kills_over_the_whole_run(tmp_path: Path) -> None:
    assert killed(tmp_path, "time", 4)["killed"] > 0


@pytest.mark.soak
@pytest.mark.parametrize("how", ["line", "time"])
def test_many_kills(tmp_path: Path, how: str, figure: Callable[[str, str], None]) -> None:
    seen = killed(tmp_path, how, 150)
    figure(f"killed at a {how} of the run", ", ".join(f"{what} {count}" for what, count in seen.items()))
    assert seen["killed"] >= 200
    assert all(seen[what] > 0 for what in ("all old", "some new", "with a checkpoint", "with an unfinished file"))


def test_a_few_interrupts_over_the_whole_run(tmp_path: Path) -> None:
    """Exit code 130 or, too late, 0; what is written is whole, and nothing unfinished stays."""
    seen = killed(tmp_path, "interrupt", 3)
    assert set(seen) <= {"interrupted", "came to its end", "all old", "some new", "all new", *LEFT}
    assert seen["interrupted"] > 0


@pytest.mark.soak
def test_many_interrupts(tmp_path: Path, figure: Callable[[str, str], None]) -> None:
    seen = killed(tmp_path, "interrupt", 100)
    figure("interrupted at a moment of the run", ", ".join(f"{what} {count}" for what, count in seen.items()))
    assert seen["interrupted"] >= 100
    assert seen["with an unfinished file"] == 0
