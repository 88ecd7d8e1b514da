"""The documentation: its Python runs, its commands run, and its lists of names are complete."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

import nx_poincare as nxp
from nx_poincare.cli.running import main

REPOSITORY = Path(__file__).resolve().parent.parent
DOCS = REPOSITORY / "docs"
PAGES = sorted(path.name for path in DOCS.glob("*.md"))
FENCE = re.compile(r"^(`{3,}|:{3,})(\S*)", re.MULTILINE)


def blocks_of(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_there_are_pages() -> None:
    assert {"index.md", "get_started.md", "idea.md", "limits.md", "api.md"} <= set(PAGES)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks_of(page, "python")])
def test_python_blocks(page: str, run_python_blocks: Callable[[Path], int]) -> None:
    assert run_python_blocks(DOCS / page) == len(blocks_of(page, "python"))


@pytest.mark.parametrize("page", PAGES)
def test_every_block_is_of_a_kind_that_is_tested(page: str) -> None:
    opened = [language for _, language in FENCE.findall((DOCS / page).read_text(encoding="utf-8"))[::2]]
    assert {language for language in opened if not language.startswith("{")} <= {"python", "sh", "text"}


@pytest.mark.parametrize("page", [page for page in PAGES if blocks_of(page, "sh")])
def test_commands(page: str, run_pipeline: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a" / "b").mkdir(parents=True)
    for line in "".join(blocks_of(page, "sh")).splitlines():
        program, *arguments = shlex.split(line, comments=True)
        if program == "nx-poincare":
            done = CliRunner().invoke(main, arguments)
            assert done.exit_code == 0, done.output
        elif program == "python":
            assert "results in" in run_pipeline(arguments[0].removeprefix("pipelines/"), *arguments[1:])
        else:
            assert [program, arguments[0]] == ["pip", "install"]
            extras = re.findall(r"\[(\w+)\]", line)
            setup = (REPOSITORY / "setup.cfg").read_text(encoding="utf-8")
            assert all(f"\n{extra} =\n" in setup for extra in extras), line


class TestReference:
    def test_api_has_all_public_names(self) -> None:
        text = (DOCS / "api.md").read_text(encoding="utf-8")
        assert sorted(re.findall(r"^   (\w+)$", text, re.MULTILINE)) == list(nxp.__all__)

    def test_inside_has_all_modules(self) -> None:
        text = (DOCS / "inside.md").read_text(encoding="utf-8")
        package = REPOSITORY / "nx_poincare"
        modules = [path.stem for path in package.glob("[a-z]*.py")]
        folders = [path.parent.name for path in package.glob("*/__init__.py")]
        listed = re.findall(r"^   nx_poincare\.(\w+)$", text, re.MULTILINE)
        assert sorted(listed) == sorted(modules + folders)
