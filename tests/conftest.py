"""Real hierarchies for all tests: the bundled WordNet and NLTK's reader over the real corpus."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import settings

from nx_poincare.extractors.wordnet import wordnet_graph

# The first example of a test may wait for compilation.
settings.register_profile("nx_poincare", deadline=None)
settings.load_profile("nx_poincare")

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def needed() -> Callable[[str], Any]:
    """Import an optional package, or leave the test out; where everything must be tested, fail."""

    def imported(module: str) -> Any:
        if os.environ.get("CI"):
            return import_module(module)
        return pytest.importorskip(module)

    return imported


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
