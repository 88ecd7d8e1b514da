"""The README is short, each block of its Python runs by itself, and the files that it links to exist."""

from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_fits_on_two_screens() -> None:
    assert len(README.splitlines()) <= 150


def test_both_commands_are_on_the_first_screen() -> None:
    first_screen = "\n".join(README.splitlines()[:30])
    assert all(command in first_screen for command in ("pip install .", "make demo", "make test"))


def test_python_blocks(run_python_blocks: Callable[[Path], int]) -> None:
    assert run_python_blocks(REPOSITORY / "README.md") >= 2


def test_links(missing_targets: Callable[[Path], list[str]]) -> None:
    assert missing_targets(REPOSITORY / "README.md") == []
