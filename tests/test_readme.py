"""The README's Python runs, block after block, and the files that it names are there."""

import re
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_python_blocks(run_python_blocks: Callable[[Path], int]) -> None:
    assert run_python_blocks(REPOSITORY / "README.md") > 5


def test_files_that_it_names() -> None:
    folders = r"(?:docs|pipelines|nx_poincare|data)/[\w./]*"
    named = {*re.findall(folders, README), *re.findall(r"(?<![\w/])\w+\.md", README)}
    assert {"docs/gallery/mammals.png", "CHANGELOG.md"} <= named
    for name in named:
        assert (REPOSITORY / name.rstrip(".")).exists(), name


def test_files_that_the_method_names() -> None:
    method = (REPOSITORY / "docs" / "method.md").read_text(encoding="utf-8")
    pictures = re.findall(r"\]\((\w+\.png)\)", method)
    modules = re.findall(r"`engine/([\w/]+\.py)`", method)
    assert pictures
    assert modules
    for name in [*(f"docs/{one}" for one in pictures), *(f"nx_poincare/engine/{one}" for one in modules)]:
        assert (REPOSITORY / name).exists(), name
