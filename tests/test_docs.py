"""The documentation: its Python and its commands run, what it names exists, and its lists of names are complete."""

import re
import shlex
import tomllib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

import nx_poincare as nxp
from nx_poincare.cli.running import main

REPOSITORY = Path(__file__).resolve().parent.parent
DOCS = REPOSITORY / "docs"
INCLUDED = {
    f"reliability_{name}.md" for name in ("soak", "fuzz", "scale", "formats", "readers", "rdf", "training")
}  # in the page of reliability
PAGES = sorted(path.name for path in DOCS.glob("*.md") if path.name not in INCLUDED)
FENCE = re.compile(r"^(`{3,}|:{3,})(\S*)", re.MULTILINE)


def blocks_of(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_there_are_pages() -> None:
    assert {"index.md", "get_started.md", "idea.md", "limits.md", "api.md"} <= set(PAGES)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks_of(page, "python")])
def test_python_blocks(page: str, run_python_blocks: Callable[[Path], int]) -> None:
    assert run_python_blocks(DOCS / page) == len(blocks_of(page, "python"))


DOCUMENTS = [*(f"docs/{page}" for page in PAGES), "README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
FOLDERS = r"nx_poincare|engine|io|layout|evaluation|extractors|cli|tests|docs|pipelines|benchmarks|data|scripts|\.ci"
PATHS = re.compile(rf"(?<![\w/.])(?:{FOLDERS})/[\w/.*-]*")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_paths_that_it_names(name: str) -> None:
    missing = []
    for path in PATHS.findall((REPOSITORY / name).read_text(encoding="utf-8")):
        file = path.rstrip(".")
        built = file.startswith(("docs/_build", "docs/_generated"))
        if not (built or (REPOSITORY / file).exists() or (REPOSITORY / "nx_poincare" / file).exists()):
            missing.append(file)
    assert missing == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links(name: str, missing_targets: Callable[[Path], list[str]]) -> None:
    assert missing_targets(REPOSITORY / name) == []


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

    def test_every_page_is_in_the_table_of_contents(self) -> None:
        trees = re.findall(r"^```{toctree}\n(?::[^\n]*\n)*\n(.*?)^```$", self.index(), re.MULTILINE | re.DOTALL)
        listed = [f"{name}.md" for tree in trees for name in tree.split()]
        assert sorted([*listed, "index.md"]) == PAGES

    def test_readme_leads_to_every_page(self) -> None:
        readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
        for page in set(PAGES) - {"index.md", "api.md", "inside.md", "changes.md"}:
            assert f"](docs/{page}" in readme, page

    @staticmethod
    def index() -> str:
        return (DOCS / "index.md").read_text(encoding="utf-8")


class TestContributing:
    TEXT = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")

    def test_markers_of_the_page_inside(self) -> None:
        assert self.TEXT.index("\n## The flow\n") < self.TEXT.index("\n## Habits\n")

    def test_tree_has_all_folders(self) -> None:
        package = REPOSITORY / "nx_poincare"
        folders = {file.parent for file in package.rglob("*.*") if "__pycache__" not in file.parts} - {package}
        listed = [name for name in self.tree() if not name.endswith(".py")]
        assert sorted(listed) == sorted(path.relative_to(package).as_posix() for path in folders)

    def test_tree_stands_in_the_order_of_the_import_rule(self) -> None:
        contracts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
        modules = [f"nx_poincare.{name.removesuffix('.py').replace('/', '.')}" for name in self.tree()]
        for contract in contracts["contracts"]:
            layers = [[name for name in layer.split(" | ") if name in modules] for layer in contract["layers"]]
            floors = [[modules.index(name) for name in layer] for layer in layers if layer]
            assert all(max(above) < min(below) for above, below in pairwise(floors)), contract["name"]

    def test_pre_commit_checks_what_make_lint_does(self) -> None:
        lint = re.search(
            r"^lint:.*\n((?:\t.*\n)+)", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
        )
        assert lint is not None
        hooks = (REPOSITORY / ".pre-commit-config.yaml").read_text(encoding="utf-8")
        assert re.findall(r"entry: (.*)", hooks) == re.findall(r"\$\(BIN\)/(.*)", lint[1])

    def tree(self) -> list[str]:
        """Folders and modules in the tree of the page, by its indentation."""
        tree = self.TEXT.partition("    nx_poincare/\n")[2].partition("\n\n")[0]
        above: list[str] = []
        found = []
        for line in tree.splitlines():
            name = line.split()[0]
            del above[(len(line) - len(line.lstrip())) // 4 - 2 :]
            above.append(name.rstrip("/"))
            found.append("/".join(above))
        return found
