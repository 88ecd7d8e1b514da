"""Real hierarchies for all tests: the bundled WordNet and NLTK's reader over the real corpus."""

from __future__ import annotations

import inspect
import os
import re
import runpy
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import partialmethod
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import networkx as nx
import pytest
from click.testing import CliRunner
from hypothesis import settings
from optional_packages import needed

from nx_poincare.extractors.wordnet.graph import wordnet_graph

if "mix_stderr" in inspect.signature(CliRunner).parameters:  # click 8.1 has both streams in one unless told
    CliRunner.__init__ = partialmethod(CliRunner.__init__, mix_stderr=False)  # type: ignore[assignment]

# The first example of a test may wait for compilation.
settings.register_profile("nx_poincare", deadline=None)
settings.load_profile("nx_poincare")

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # a shell starts what runs in the background that way
    signal.signal(signal.SIGINT, signal.default_int_handler)

REPOSITORY = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--figures", type=Path, help="Markdown file to write the figures of tests in that measure some")


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str, str], None]:
    """Takes what a test has measured, in words, and the figure: `make soak` writes them in a table."""
    return lambda what, value: record_property("figure", (what, value))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if (path := config.getoption("--figures")) is not None:
        path.write_text(soak_table(terminalreporter, config.getoption("keyword")), encoding="utf-8")


def soak_table(terminalreporter: Any, keyword: str) -> str:
    """What the documentation says of a run: each test with its outcome, and all that was measured."""
    ran = [
        (kind, report)
        for kind in ("passed", "failed", "error", "skipped")
        for report in terminalreporter.stats.get(kind, [])
    ]
    chosen = terminalreporter._session.testscollected
    part = f"with `SOAK='-k \"{keyword}\"'`, so a part of it" if keyword else "all of it"
    head = f"What `make soak` printed on {date.today():%Y-%m-%d}, {part}; {len(ran)} of {chosen} chosen cases ended:"
    cases = [f"| `{report.nodeid.removeprefix('tests/')}` | {kind} |" for kind, report in ran]
    figures = [
        f"| {value[0]} | {value[1]}{'' if kind == 'passed' else ', ' + kind} |"
        for kind, report in ran
        for name, value in report.user_properties
        if name == "figure"
    ]
    return "\n".join([head, "", "| case, and what it measured | |", "|---|---|", *cases, *figures, ""])


@pytest.fixture(scope="session", name="needed")
def _needed() -> Callable[[str], Any]:
    return needed


@pytest.fixture(scope="session")
def nouns() -> nx.DiGraph:
    """All nouns of the bundled WordNet. Shared: do not change it."""
    return nx.freeze(wordnet_graph(source="bundled"))


@pytest.fixture(scope="session")
def mammals() -> nx.DiGraph:
    """The mammals of the bundled WordNet. Shared: do not change it."""
    return nx.freeze(wordnet_graph("mammal.n.01", source="bundled"))


@pytest.fixture(scope="session")
def nltk_root() -> Path:
    """A data folder of NLTK that holds WordNet as a folder; see .ci/lay_out_wordnet.py."""
    listed = [Path(entry) for entry in os.environ.get("NLTK_DATA", "").split(os.pathsep) if entry]
    for root in (*listed, REPOSITORY / ".wordnet"):
        if (root / "corpora" / "wordnet" / "data.noun").is_file():
            return root.resolve()
    reason = "no WordNet corpus: install wordnet-base and run python .ci/lay_out_wordnet.py"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def nltk_corpus(nltk_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """NLTK with the real corpus in its data folders, for one test."""
    import nltk

    monkeypatch.setattr(nltk.data, "path", [str(nltk_root), *nltk.data.path])
    return nltk_root


@pytest.fixture
def no_nltk_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """NLTK without any corpus, for one test; returns its only data folder."""
    import nltk

    monkeypatch.setattr(nltk.data, "path", [str(tmp_path)])
    return tmp_path


@pytest.fixture
def words_in_languages(nltk_corpus: Path, no_nltk_corpus: Path) -> Callable[..., Path]:
    """NLTK with the real corpus, and beside it words of some languages in the format of the Open Multilingual Wordnet.

    They are given as language -> offset of a noun -> words; returns the folder.
    """
    import nltk

    def written(words: dict[str, dict[int, list[str]]], corpus: str = "omw-1.4") -> Path:
        nltk.data.path.append(str(nltk_corpus))
        for language, by_offset in words.items():
            folder = no_nltk_corpus / "corpora" / corpus / language
            folder.mkdir(parents=True)
            lines = [f"# Words\t{language}\thttp://example.org\tCC0"]
            lines += [
                f"{offset:08d}-n\t{language}:lemma\t{word}" for offset, some in by_offset.items() for word in some
            ]
            lines += [f"{min(by_offset):08d}-n\t{language}:def\twhat it is"]
            (folder / f"wn-data-{language}.tab").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return no_nltk_corpus / "corpora" / corpus

    return written


@pytest.fixture(scope="session")
def wordnet_reader(nltk_root: Path) -> Iterator[Any]:
    """NLTK's own WordNetCorpusReader over the real corpus."""
    import nltk
    from nltk.corpus import LazyCorpusLoader
    from nltk.corpus.reader import CorpusReader, WordNetCorpusReader

    nltk.data.path.insert(0, str(nltk_root))
    omw = LazyCorpusLoader("omw-2.0", CorpusReader, r".*/wn-data-.*\.tab", encoding="utf8")
    reader = LazyCorpusLoader("wordnet", WordNetCorpusReader, omw)
    reader.ensure_loaded()
    yield reader
    nltk.data.path.remove(str(nltk_root))


@pytest.fixture
def run_python_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], int]:
    """Runs each Python block of a Markdown file by itself, in an empty folder of its own; returns their number."""

    def run(document: Path) -> int:
        text = document.read_text(encoding="utf-8")
        blocks = [*re.finditer(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]
        with mpl.rc_context({"backend": "Agg"}):
            for number, block in enumerate(blocks):
                (folder := tmp_path / str(number)).mkdir()
                monkeypatch.chdir(folder)
                above = "\n" * text.count("\n", 0, block.start(1))  # so that errors name the document's line
                exec(compile(above + block[1], document.name, "exec"), {})
                plt.close("all")
        return len(blocks)

    return run


@pytest.fixture(scope="session")
def missing_targets() -> Callable[[Path], list[str]]:
    """Finds the links of a Markdown file to files and headings that do not exist."""

    def find(document: Path) -> list[str]:
        text = document.read_text(encoding="utf-8")
        targets = re.findall(r"\]\((?!https?:|api/)([^)\s]+)\)", text)
        return [target for target in targets if not exists(document, target)]

    def exists(document: Path, target: str) -> bool:
        name, _, anchor = target.partition("#")
        path = document.parent / name if name else document
        if "_generated" in path.parts:  # drawn when the site is built
            return True
        return path.exists() and (not anchor or anchor in anchors_of(path))

    def anchors_of(path: Path) -> set[str]:
        headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}

    return find


@pytest.fixture
def run_pipeline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Runs a script of pipelines/ in an empty folder of its own, without a process of its own; what it printed."""

    def run(script: str, *arguments: str) -> str:
        path = REPOSITORY / "pipelines" / script
        monkeypatch.chdir(tmp_path)
        monkeypatch.syspath_prepend(path.parent)
        monkeypatch.setattr(sys, "argv", [str(path), *arguments])
        runpy.run_path(str(path), run_name="__main__")
        return capsys.readouterr().out

    return run
