"""Reading NLTK's WordNet: two routes and the snapshot give one table; cycles, bad lines, zips."""

from __future__ import annotations

import io
import logging
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import networkx as nx
import numpy as np
import pytest

from nx_poincare.extractors.wordnet.corpus import read_corpus, read_synsets
from nx_poincare.extractors.wordnet.database import read_database
from nx_poincare.extractors.wordnet.graph import wordnet_graph
from nx_poincare.extractors.wordnet.relations import read_relations
from nx_poincare.extractors.wordnet.snapshot import SynsetTable, load_wordnet_snapshot
from nx_poincare.extractors.wordnet.words import read_glosses

LOGGER = "nx_poincare.extractors.wordnet.corpus"


class Files:
    """A database in memory: nouns of which `text` gives the data file."""

    def __init__(self, **text: str) -> None:
        self.text = {name.replace("_", "."): content for name, content in text.items()}
        self.opened: list[str] = []

    def open(self, file: str) -> io.StringIO:
        self.opened.append(file)
        if file not in self.text:
            raise FileNotFoundError(file)
        return io.StringIO(self.text[file])


def synset(name: str, offset: int, hyponyms: tuple[Any, ...] = (), pos: str = "v") -> SimpleNamespace:
    return SimpleNamespace(
        name=lambda: name,
        offset=lambda: offset,
        pos=lambda: pos,
        hyponyms=lambda: list(hyponyms),
        instance_hyponyms=list,
    )


def cyclic_reader() -> SimpleNamespace:
    """A reader without files whose two verbs are each other's hyponyms, as in some copies of 3.0."""
    below: list[Any] = []
    restrain = synset("restrain.v.01", 20)
    inhibit = synset("inhibit.v.04", 30, (restrain,))
    restrain.hyponyms = lambda: [inhibit, *below]
    below.append(synset("bridle.v.02", 10))
    suppress = synset("suppress.v.04", 5, (inhibit,))
    return SimpleNamespace(all_synsets=lambda pos: iter([inhibit, restrain, suppress, *below]))


def same(first: SynsetTable, second: SynsetTable) -> bool:
    return (
        first.names == second.names
        and np.array_equal(first.edges, second.edges)
        and np.array_equal(first.is_instance, second.is_instance)
    )


@pytest.mark.parametrize("pos", ["n", "v"])
def test_three_sources_agree(wordnet_reader: Any, pos: str) -> None:
    bundled = load_wordnet_snapshot(pos)
    assert same(read_database(wordnet_reader, pos), bundled)
    assert same(read_synsets(wordnet_reader, pos), bundled)


def test_glosses_are_those_of_nltk(wordnet_reader: Any) -> None:
    G = wordnet_graph("feline.n.01", glosses=True, reader=wordnet_reader)
    told = nx.get_node_attributes(G, "gloss")
    assert told["lion.n.01"].startswith("large gregarious predatory feline of Africa and India")
    for name, gloss in told.items():
        synset = wordnet_reader.synset(name)
        assert gloss.startswith(synset.definition())
        assert all(example in gloss for example in synset.examples())
    by_object = SimpleNamespace(all_synsets=wordnet_reader.all_synsets)
    slowly = wordnet_graph("feline.n.01", glosses=True, reader=by_object)
    assert nx.get_node_attributes(slowly, "gloss").keys() == told.keys()
    assert all(told[name].startswith(gloss.partition(";")[0]) for name, gloss in slowly.nodes("gloss"))


def test_glosses_need_a_corpus(no_nltk_corpus: Path) -> None:
    with pytest.raises(LookupError, match=r"nltk\.downloader"):
        wordnet_graph("lion.n.01", glosses=True)
    with pytest.raises(ValueError, match="leave out glosses"):
        wordnet_graph("lion.n.01", glosses=True, source="bundled")


def test_zipped_corpus(nltk_root: Path, no_nltk_corpus: Path) -> None:
    """nltk.downloader leaves the corpus as a zip."""
    parts = no_nltk_corpus / "staged" / "wordnet"
    parts.mkdir(parents=True)
    for name in ("data.verb", "index.verb"):
        shutil.copy(nltk_root / "corpora" / "wordnet" / name, parts / name)
    archive = no_nltk_corpus / "corpora" / "wordnet"
    shutil.make_archive(str(archive), "zip", parts.parent, "wordnet")
    assert same(read_corpus("v"), load_wordnet_snapshot("v"))


def test_object_route_serves_readers_without_files(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger=LOGGER)
    G = wordnet_graph(pos="v", reader=cyclic_reader())
    assert list(G) == ["suppress.v.04", "bridle.v.02", "restrain.v.01", "inhibit.v.04"]
    assert "reading synset by synset, which takes longer: it opens no files" in caplog.text


def test_synsets_on_a_cycle_share_their_level() -> None:
    G = wordnet_graph(pos="v", reader=cyclic_reader())
    assert nx.get_node_attributes(G, "level") == {
        "suppress.v.04": 0,
        "restrain.v.01": 1,
        "inhibit.v.04": 1,
        "bridle.v.02": 2,
    }
    assert {("restrain.v.01", "inhibit.v.04"), ("inhibit.v.04", "restrain.v.01")} < set(G.edges)
    below = wordnet_graph("inhibit.v.04", pos="v", max_depth=0, reader=cyclic_reader())
    assert list(below) == ["restrain.v.01", "inhibit.v.04"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("00000001 03 n 01 thing 0 000 no gloss", "data.noun, line 2: .*substring not found"),
        ("00000001 03 n 01 other 0 000 | gloss", "data.noun, line 2: .*'other'"),
        ("00000002 03 n 01 thing 0 000 | gloss", "data.noun, line 2: .*'00000002'"),
        (
            "00000001 03 n 01 thing 0 001 ~ 00000009 n 0000 | gloss",
            "data.noun, line 2: .*'00000009', which is not among",
        ),
        ("", "holds no synset"),
    ],
)
def test_bad_lines_are_named(data: str, message: str) -> None:
    files = Files(data_noun=f"  1 notice\n{data}\n", index_noun="thing n 1 0 1 0 00000001  \n")
    with pytest.raises(ValueError, match=message):
        read_database(files, "n")
    with pytest.raises(TypeError, match="must be an NLTK WordNetCorpusReader, not Files"):
        wordnet_graph(reader=files)


THINGS = """\
  1 notice
00000001 03 n 02 Thing 0 object 1 003 ~ 00000002 n 0000 ~i 00000003 n 0000 ~ 00000002 v 0000 | a|b
00000002 03 n 01 ~ 0 002 @ 00000001 n 0000 #p 00000003 n 0000 | ~ 00000001 n 0000
00000003 03 n 01 Thing 0 001 @i 00000001 n 0000 | gloss"""
INDEX_OF_THINGS = "thing n 2 1 ~ 2 0 00000003 00000001  \n~ n 1 0 1 0 00000002  \n"


def test_database_in_memory() -> None:
    table = read_database(Files(data_noun=THINGS, index_noun=INDEX_OF_THINGS), "n")
    assert table.names == ("thing.n.02", "~.n.01", "thing.n.01")
    assert table.edges.tolist() == [[0, 1], [0, 2]]
    assert table.is_instance.tolist() == [False, True]


def test_glosses_and_relations_read_each_file_once() -> None:
    files = Files(data_noun=THINGS, index_noun=INDEX_OF_THINGS)
    assert read_glosses("n", files) == {"thing.n.02": "a|b", "~.n.01": "~ 00000001 n 0000", "thing.n.01": "gloss"}
    assert sorted(files.opened) == ["data.noun", "index.noun"]
    files.opened.clear()
    assert read_relations("n", files)["part_holonyms"] == {"~.n.01": ["thing.n.01"]}
    assert sorted(files.opened) == ["data.noun", "index.noun"]


class TestDamaged:
    """A folder of a corpus after a full disk, an interrupted copy or a bad sector."""

    @pytest.fixture
    def folder(self, nltk_root: Path, no_nltk_corpus: Path) -> Path:
        folder = no_nltk_corpus / "corpora" / "wordnet"
        folder.mkdir(parents=True)
        for name in ("data.verb", "index.verb"):
            shutil.copy(nltk_root / "corpora" / "wordnet" / name, folder / name)
        return folder

    @pytest.mark.parametrize("name", ["data.verb", "index.verb"])
    @pytest.mark.parametrize(
        "damage", ["middle of a line", "end of a line", "NUL", "NULs to the end", "empty", "bytes"]
    )
    def test_is_named_and_auto_takes_the_snapshot(
        self, folder: Path, name: str, damage: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        whole = (folder / name).read_bytes()
        line = whole.index(b"\n", len(whole) // 2) + 1
        damaged = {
            "middle of a line": whole[: line + 20],
            "end of a line": whole[:line],
            "NUL": whole[: line + 20] + b"\0" + whole[line + 21 :],
            "NULs to the end": whole[:line] + bytes(len(whole) - line),
            "empty": b"",
            "bytes": whole[: line + 20] + b"\xff" + whole[line + 21 :],
        }
        (folder / name).write_bytes(damaged[damage])
        with pytest.raises(OSError, match=rf"corpora/wordnet/.*(?s:{name}.*downloader --force wordnet)"):
            wordnet_graph(pos="v", source="nltk")
        caplog.clear()
        assert len(wordnet_graph(pos="v")) == 13767
        assert [record.levelname for record in caplog.records] == ["WARNING"]

    def test_only_the_last_line_is_missing(self, folder: Path) -> None:
        lines = (folder / "data.verb").read_bytes().splitlines(keepends=True)
        (folder / "data.verb").write_bytes(b"".join(lines[:-1]))
        with pytest.raises(OSError, match=r"data\.verb lacks 1 synsets that index\.verb lists"):
            wordnet_graph(pos="v", source="nltk")

    def test_a_file_is_missing(self, folder: Path) -> None:
        (folder / "index.verb").unlink()
        with pytest.raises(OSError, match=r"index\.verb"):
            wordnet_graph(pos="v", source="nltk")

    def test_by_a_reader(self, folder: Path) -> None:
        files = Files(data_noun="", index_noun="")
        files.all_synsets = lambda pos: iter(())  # type: ignore[attr-defined]
        with pytest.raises(OSError, match=r"data\.noun holds no synset"):
            wordnet_graph(reader=files)
