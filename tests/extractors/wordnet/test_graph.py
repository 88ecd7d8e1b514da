"""wordnet_graph: the known figures of WordNet 3.0, choice of source, clear errors."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from matplotlib.figure import Figure

import nx_poincare as nxp
from nx_poincare.extractors.wordnet.graph import wordnet_graph
from nx_poincare.hierarchy.hierarchy import Hierarchy

LOGGER = "nx_poincare.extractors.wordnet.graph"


def longest_paths(G: nx.DiGraph) -> dict[str, int]:
    """Level of each node by networkx's topological order."""
    level: dict[str, int] = {}
    for node in nx.topological_sort(G):
        level[node] = max((level[parent] + 1 for parent in G.predecessors(node)), default=0)
    return level


def test_nouns(nouns: nx.DiGraph) -> None:
    assert (nouns.number_of_nodes(), nouns.number_of_edges()) == (82_115, 84_427)
    assert [node for node, degree in nouns.in_degree() if degree == 0] == ["entity.n.01"]
    levels = nx.get_node_attributes(nouns, "level")
    assert levels == longest_paths(nouns)
    assert max(levels.values()) == 19
    assert {type(level) for level in levels.values()} == {int}
    assert Hierarchy.from_digraph(nouns).closure.nnz == 743_241


def test_mammals(mammals: nx.DiGraph, nouns: nx.DiGraph) -> None:
    assert (mammals.number_of_nodes(), mammals.number_of_edges()) == (1_182, 1_182)
    assert Hierarchy.from_digraph(mammals).closure.nnz == 6_542
    assert set(mammals) == nx.descendants(nouns, "mammal.n.01") | {"mammal.n.01"}
    assert set(mammals.edges) == set(nouns.subgraph(mammals).edges)
    assert nx.get_node_attributes(mammals, "level") == longest_paths(mammals)
    assert mammals.nodes["mammal.n.01"]["level"] == 0


def test_verbs() -> None:
    verbs = wordnet_graph(pos="v", source="bundled")
    assert (verbs.number_of_nodes(), verbs.number_of_edges()) == (13_767, 13_239)
    assert sum(degree == 0 for _, degree in verbs.in_degree()) == 559
    assert nx.get_node_attributes(verbs, "level") == longest_paths(verbs)
    kinds = wordnet_graph(pos="v", instances=False, source="bundled")
    assert list(kinds.edges) == list(verbs.edges)
    assert list(kinds) == list(verbs)  # verbs without any edge stay


def test_hypernyms_alone(nouns: nx.DiGraph) -> None:
    kinds = wordnet_graph(instances=False, source="bundled")
    assert kinds.number_of_nodes() == 74_401
    assert Hierarchy.from_digraph(kinds).closure.nnz == 663_508
    assert set(kinds.edges) < set(nouns.edges)
    assert "paris.n.01" not in kinds
    assert nx.number_of_isolates(kinds) == 0
    assert sum(degree == 0 for _, degree in kinds.in_degree()) == 12
    assert nx.get_node_attributes(kinds, "level") == longest_paths(kinds)


def test_one_root_without_instances() -> None:
    cities = wordnet_graph("national_capital.n.01", source="bundled")
    assert ("national_capital.n.01", "paris.n.01") in cities.edges
    assert list(wordnet_graph("national_capital.n.01", instances=False, source="bundled")) == ["national_capital.n.01"]
    kinds = wordnet_graph("entity.n.01", instances=False, source="bundled")
    assert [node for node, degree in kinds.in_degree() if degree == 0] == ["entity.n.01"]
    assert kinds.number_of_nodes() == 74_374


def test_an_instance_that_is_asked_for_stays() -> None:
    assert list(wordnet_graph("paris.n.01", instances=False, source="bundled")) == ["paris.n.01"]


def test_names_with_extra_dots(nouns: nx.DiGraph) -> None:
    dotted = [name for name in nouns if name.count(".") > 2]
    assert {"o.k..n.01", "ph.d..n.01", "st._andrew's_cross.n.01"} < set(dotted)
    assert list(wordnet_graph("o.k..n.01", source="bundled")) == ["o.k..n.01"]


def test_several_roots(nouns: nx.DiGraph) -> None:
    roots = ["cat.n.01", "dog.n.01", "puppy.n.01"]
    G = wordnet_graph(roots, source="bundled")
    assert set(G) == set(roots).union(*(nx.descendants(nouns, root) for root in roots))
    assert set(G.edges) == set(nouns.subgraph(G).edges)
    assert [G.nodes[root]["level"] for root in roots] == [0, 0, 1]
    turned = wordnet_graph(set(roots), source="bundled")
    assert list(turned.nodes.data()) == list(G.nodes.data())
    assert list(turned.edges) == list(G.edges)


@pytest.mark.parametrize("depth", [0, 1, 3, 8, np.int64(2), 50])
def test_max_depth_cuts_by_level(mammals: nx.DiGraph, depth: int) -> None:
    G = wordnet_graph("mammal.n.01", max_depth=depth, source="bundled")
    kept = {node: level for node, level in mammals.nodes.data("level") if level <= depth}
    assert nx.get_node_attributes(G, "level") == kept == longest_paths(G)
    assert list(G.edges) == [(parent, child) for parent, child in mammals.edges if child in kept]


def test_nodes_and_edges_follow_the_data_file(nouns: nx.DiGraph, mammals: nx.DiGraph) -> None:
    position = {node: place for place, node in enumerate(nouns)}
    assert [position[node] for node in mammals] == sorted(position[node] for node in mammals)
    edges = [(position[parent], position[child]) for parent, child in mammals.edges]
    assert edges == sorted(edges)


def test_installed_corpus(nltk_corpus: Path, mammals: nx.DiGraph, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger=LOGGER)
    for source in ("auto", "nltk"):
        G = wordnet_graph("mammal.n.01", source=source)  # type: ignore[arg-type]
        assert list(G.nodes.data()) == list(mammals.nodes.data())
        assert list(G.edges) == list(mammals.edges)
    assert caplog.text.count("WordNet nouns: the installed NLTK corpus, 82115 synsets") == 2


def test_reader_is_read_in_place_of_the_installed_corpus(
    wordnet_reader: Any, no_nltk_corpus: Path, caplog: pytest.LogCaptureFixture
) -> None:
    import nltk

    nltk.data.path.append(str(wordnet_reader.root))
    caplog.set_level(logging.INFO, logger=LOGGER)
    G = wordnet_graph("dog.n.01", reader=wordnet_reader)
    assert list(G) == list(wordnet_graph("dog.n.01", source="bundled"))
    assert "the reader that was passed" in caplog.text


def test_auto_without_corpus_takes_the_snapshot(no_nltk_corpus: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger=LOGGER)
    assert "puppy.n.01" in wordnet_graph("dog.n.01")
    assert "NLTK finds no WordNet corpus" in caplog.text
    assert "the bundled snapshot of 3.0, 82115 synsets" in caplog.text


def test_missing_corpus_says_what_mends_it(no_nltk_corpus: Path) -> None:
    with pytest.raises(LookupError, match=r"python -m nltk\.downloader wordnet\n") as caught:
        wordnet_graph(source="nltk")
    assert "source='bundled'" in str(caught.value)


def test_damaged_zip(no_nltk_corpus: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An interrupted download leaves a zip without its end."""
    (no_nltk_corpus / "corpora").mkdir()
    (no_nltk_corpus / "corpora" / "wordnet.zip").write_bytes(b"PK\3\4 and no more")
    with pytest.raises(OSError, match=r"nltk\.downloader --force wordnet"):
        wordnet_graph(source="nltk")
    assert "puppy.n.01" in wordnet_graph("dog.n.01")
    assert [record.levelname for record in caplog.records if record.name == LOGGER] == ["WARNING"]


@pytest.mark.parametrize(
    ("root", "closest"),
    [
        ("dgo.n.01", "dog.n.01"),
        ("mamal.n.01", "mammal.n.01"),
        ("dog", "dog.n.01, dog.n.03"),
        ("Dog.n.01", "dog.n.01"),
        ("dog.n.99", "dog.n.01"),
        (["dog.n.01", "domestic animall.n.01"], "domestic_animal.n.01"),
    ],
)
def test_unknown_synset_names_the_closest(root: str | list[str], closest: str) -> None:
    with pytest.raises(nx.NodeNotFound, match=rf"has no synset .* among its nouns; closest: .*\b{closest}"):
        wordnet_graph(root, source="bundled")


def test_unknown_synset_like_no_other() -> None:
    with pytest.raises(nx.NodeNotFound, match=r"no synset 'qqxxzzqq\.n\.01' among its nouns$"):
        wordnet_graph("qqxxzzqq.n.01", source="bundled")


def test_synset_of_another_part_of_speech() -> None:
    with pytest.raises(nx.NodeNotFound, match=r"for verbs pass pos='v'.*; closest: run\.n\.01"):
        wordnet_graph("run.v.01", source="bundled")
    with pytest.raises(nx.NodeNotFound, match="stands for adjectives, this graph is of nouns"):
        wordnet_graph("quick.a.01", source="bundled")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"pos": "a"}, ValueError, "pos must be"),
        ({"source": "web"}, ValueError, "source must be"),
        ({"source": "bundled", "reader": object()}, ValueError, "leave out one of the two"),
        ({"max_depth": -1}, ValueError, "max_depth must be"),
        ({"max_depth": 1.5}, ValueError, "max_depth must be"),
        ({"root": []}, ValueError, "names no synset"),
        ({"root": 7}, TypeError, "must be a synset name"),
        ({"root": ["dog.n.01", 7]}, TypeError, "must be a synset name"),
        ({"reader": object()}, TypeError, "must be an NLTK WordNetCorpusReader"),
    ],
)
def test_bad_options(options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        wordnet_graph(**options)


def test_same_graph_whatever_the_hash_seed(nltk_root: Path) -> None:
    program = (
        "from nltk.corpus import wordnet\n"
        "from nx_poincare.extractors.wordnet.graph import wordnet_graph\n"
        "from nx_poincare.extractors.wordnet.corpus import read_synsets\n"
        "G = wordnet_graph(['dog.n.01', 'cat.n.01', 'horse.n.01'], source='nltk')\n"
        "table = read_synsets(wordnet, 'v')\n"
        "print(list(G.nodes.data()), list(G.edges), table.names[:500], table.edges[:500].tolist())\n"
    )
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "NLTK_DATA": str(nltk_root)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    first, second = (run.communicate()[0] for run in runs)
    assert "horse.n.01" in first
    assert first == second


def test_importing_needs_no_nltk() -> None:
    program = (
        "import sys, nx_poincare.extractors.wordnet.graph as w\n"
        "w.wordnet_graph('dog.n.01', source='bundled')\n"
        "sys.exit('nltk' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_public_name() -> None:
    assert nxp.wordnet_graph is wordnet_graph


class TestOtherCorpora:
    """WordNets that NLTK keeps under other names: the real one, laid out as if it were another."""

    @pytest.fixture
    def other(self, nltk_root: Path, no_nltk_corpus: Path) -> str:
        folder = no_nltk_corpus / "corpora" / "wordnet31"
        folder.mkdir(parents=True)
        for name in ("data.verb", "index.verb", "data.noun", "index.noun"):
            shutil.copyfile(nltk_root / "corpora" / "wordnet" / name, folder / name)
        return "wordnet31"

    def test_by_name(self, other: str, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.INFO, logger=LOGGER):
            verbs = wordnet_graph(pos="v", source=other)
        assert list(verbs.edges) == list(wordnet_graph(pos="v", source="bundled").edges)
        assert "the installed NLTK corpus wordnet31, 13767 synsets" in caplog.text
        with pytest.raises(LookupError, match=r"nltk.downloader wordnet\n"):
            wordnet_graph(pos="v", source="nltk")

    def test_one_that_is_not_there(self, no_nltk_corpus: Path) -> None:
        with pytest.raises(LookupError, match=r"python -m nltk.downloader wordnet2022\n"):
            wordnet_graph(source="wordnet2022")

    def test_names_that_are_none(self, other: str) -> None:
        for source in ("bundeld", "NLTK", 31, None):
            with pytest.raises(ValueError, match="the name of a WordNet corpus such as 'wordnet31'"):
                wordnet_graph(source=source)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="reads no reader"):
            wordnet_graph(source=other, reader=object())


class TestLanguages:
    """Words of other languages: a small table in the format of the Open Multilingual Wordnet, read by NLTK."""

    @pytest.fixture(params=["omw-1.4", "omw-2.0"])
    def french(self, request: pytest.FixtureRequest, words_in_languages: Callable[..., Path]) -> Path:
        words = {2084071: ["chien", "canis familiaris"], 1322604: ["chiot"]}
        return words_in_languages({"fra": words}, corpus=request.param)

    def test_lemmas(self, french: Path, wordnet_reader: Any) -> None:
        G = wordnet_graph("dog.n.01", language="fra")
        lemmas = dict(G.nodes("lemmas"))
        assert lemmas["dog.n.01"] == ["chien", "canis familiaris"]
        assert lemmas["puppy.n.01"] == ["chiot"]
        assert lemmas["corgi.n.01"] == []
        assert list(G.edges) == list(wordnet_graph("dog.n.01", source="bundled").edges)
        labels = {v: G.nodes[v]["lemmas"][0] for v in ("dog.n.01", "puppy.n.01")}
        ax = nxp.draw_poincare(G, labels=labels, ax=Figure().add_subplot())
        assert {text.get_text() for text in ax.texts} >= {"chien", "chiot"}
        english = wordnet_graph("dog.n.01", language="eng")
        assert english.nodes["dog.n.01"]["lemmas"] == ["dog", "domestic dog", "Canis familiaris"]
        for name, words in english.nodes("lemmas"):
            assert [word.replace(" ", "_") for word in words] == wordnet_reader.synset(name).lemma_names()
        with pytest.raises(ValueError, match="language 'fr' is not among those of the corpus: eng, fra"):
            wordnet_graph("dog.n.01", language="fr")

    def test_several_languages(self, words_in_languages: Callable[..., Path]) -> None:
        words_in_languages({"fra": {2084071: ["chien"]}, "jpn": {2084071: ["犬", "イヌ"], 1322604: ["子犬"]}})
        G = wordnet_graph("dog.n.01", language=["fra", "jpn", "eng"])
        assert G.nodes["dog.n.01"]["lemmas_fra"] == ["chien"]
        assert G.nodes["dog.n.01"]["lemmas_jpn"] == ["犬", "イヌ"]
        assert G.nodes["puppy.n.01"]["lemmas_jpn"] == ["子犬"]
        assert G.nodes["puppy.n.01"]["lemmas_fra"] == []
        assert all("lemmas" not in data for _, data in G.nodes(data=True))
        one = wordnet_graph("dog.n.01", language=["jpn"])
        assert dict(one.nodes("lemmas_jpn")) == dict(G.nodes("lemmas_jpn"))
        assert dict(G.nodes("lemmas_eng")) == dict(wordnet_graph("dog.n.01", language="eng").nodes("lemmas"))
        with pytest.raises(ValueError, match="language 'ja' is not among those of the corpus: eng, fra, jpn"):
            wordnet_graph("dog.n.01", language=["fra", "ja"])
        for wrong in (7, [7]):
            with pytest.raises(TypeError, match=r"language must be a code such as 'fra', or a list of several, not"):
                wordnet_graph("dog.n.01", language=wrong)

    def test_what_is_missing_is_told_with_the_command(self, no_nltk_corpus: Path, nltk_root: Path) -> None:
        import nltk

        with pytest.raises(LookupError, match=r"python -m nltk\.downloader wordnet\n"):
            wordnet_graph("dog.n.01", language="fra")
        nltk.data.path.append(str(nltk_root))
        with pytest.raises(LookupError, match=r"python -m nltk\.downloader omw-1\.4$"):
            wordnet_graph("dog.n.01", language="fra")
        with pytest.raises(ValueError, match="leave out language"):
            wordnet_graph("dog.n.01", language="fra", source="bundled")


class TestRelations:
    """Antonyms, parts and wholes, as NLTK's own objects have them."""

    def test_all_nouns_and_verbs(self, nltk_corpus: Path, wordnet_reader: Any) -> None:
        for pos in ("n", "v"):
            G = wordnet_graph(pos=pos, relations=True)
            some = [name for name, data in G.nodes(data=True) if data["antonyms"] or data["part_meronyms"]][::17]
            assert len(some) > 50
            some += list(G)[:: len(G) // 100]
            for name in some:
                synset, data = wordnet_reader.synset(name), G.nodes[name]
                opposites = {opposite.synset().name() for lemma in synset.lemmas() for opposite in lemma.antonyms()}
                assert data["antonyms"] == sorted(opposites)
                assert data["part_meronyms"] == sorted(part.name() for part in synset.part_meronyms())
                assert data["part_holonyms"] == sorted(whole.name() for whole in synset.part_holonyms())

    def test_synset_by_synset_it_is_the_same(self, nltk_corpus: Path, wordnet_reader: Any) -> None:
        class Objects:
            """A reader without files."""

            all_synsets = staticmethod(wordnet_reader.all_synsets)

        def found(**options: Any) -> dict[str, Any]:
            return dict(wordnet_graph(pos="v", relations=True, **options).nodes(data=True))

        assert found(reader=Objects()) == found()

    def test_those_that_are_not_in_the_graph_are_named_too(self, nltk_corpus: Path) -> None:
        G = wordnet_graph("man.n.01", relations=True)
        assert G.nodes["man.n.01"]["antonyms"] == ["woman.n.01"]
        assert "woman.n.01" not in G
        assert "face.n.01" in wordnet_graph("head.n.01", relations=True).nodes["head.n.01"]["part_meronyms"]
        assert "antonyms" not in wordnet_graph("man.n.01").nodes["man.n.01"]
        with pytest.raises(ValueError, match="leave out relations"):
            wordnet_graph("dog.n.01", relations=True, source="bundled")
