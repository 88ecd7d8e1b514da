"""word2vec's formats: bit for bit, with any name, and read by gensim."""

from __future__ import annotations

import gzip
import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from said import Said

import nx_poincare as nxp
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.io.graphs.format_rules import GraphExportError
from nx_poincare.io.streams import GraphFileError
from nx_poincare.io.vectors.word2vec import read_word2vec, write_word2vec

HOSTILE = [
    'say "hi"', "it's", "tab\there", "two\nlines", "cr\rlf\r\n", "<b>&amp;</b>", "\U0001f415", "\u202eright to left",
    "שלום", " spaces ", "\u00a0", "\u2028", "\u3000", "\x85", "#hash", "100%", "%20", "a\\b", "\ufeffx", "nul\0",
]  # fmt: skip


def written(names: Any, vectors: Any, *, binary: bool) -> bytes:
    stream = io.BytesIO()
    write_word2vec(stream, names, np.asarray(vectors, dtype=float), binary=binary)
    return stream.getvalue()


def test_text_keeps_every_bit_and_every_name() -> None:
    vectors = np.random.default_rng(3).uniform(-0.5, 0.5, (len(HOSTILE), 3))
    vectors[0] = [0.1, -0.0, 5e-324]
    content = written(HOSTILE, vectors, binary=False)
    assert len(content.splitlines()) == len(HOSTILE) + 1
    names, back = read_word2vec(io.BytesIO(content), binary=False)
    assert names == HOSTILE
    assert back.tobytes() == vectors.tobytes()


@pytest.mark.filterwarnings("ignore:.*names that hold %20")
@pytest.mark.parametrize("binary", [False, True])
def test_gensim_reads_what_we_write(tmp_path: Path, needed: Callable[[str], Any], binary: bool) -> None:
    models = needed("gensim.models")
    names = [name for name in HOSTILE if name != "nul\0"]
    vectors = np.random.default_rng(3).uniform(-0.5, 0.5, (len(names), 3))
    (tmp_path / "v").write_bytes(written(names, vectors, binary=binary))
    kv = models.KeyedVectors.load_word2vec_format(str(tmp_path / "v"), binary=binary, datatype=np.float64)
    expected = vectors.astype(np.float32).astype(float) if binary else vectors
    assert np.array_equal(kv.vectors, expected)
    assert kv.index_to_key[0] == 'say%20"hi"'
    kv.save_word2vec_format(str(tmp_path / "w"), binary=binary)
    back_names, back = read_word2vec(tmp_path / "w", binary=binary)
    assert back_names == kv.index_to_key  # as it wrote them
    assert back == pytest.approx(expected, rel=1e-6)


def test_binary_of_word2vec_itself_has_ends_of_lines_and_gensims_has_none() -> None:
    row = np.array([0.5, 0.25], dtype="<f4").tobytes()
    for between in (b"\n", b""):
        names, vectors = read_word2vec(io.BytesIO(b"2 2\na " + row + between + b"b " + row), binary=True)
        assert names == ["a", "b"]
        assert vectors.tolist() == [[0.5, 0.25]] * 2


def test_binary_stays_inside_the_ball() -> None:
    direction = np.array([0.6, 0.8])
    _, back = read_word2vec(io.BytesIO(written(["a"], [direction * (1 - 1e-15)], binary=True)), binary=True)
    assert np.linalg.norm(back[0]) < 1
    assert back[0] == pytest.approx(direction, abs=1e-6)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=6, unique=True), st.booleans())
def test_any_names(names: list[str], binary: bool) -> None:
    content = written(names, np.zeros((len(names), 2)), binary=binary)
    assert read_word2vec(io.BytesIO(content), binary=binary)[0] == names


def test_gensims_text_with_spaces_in_names(needed: Callable[[str], Any], tmp_path: Path) -> None:
    """gensim writes them as they are, and refuses to read its own file then."""
    keyed = needed("gensim.models.poincare").PoincareKeyedVectors(2, 0, dtype=np.float64)
    names = ["dog", "New York cat", "Boeing 747", "a  b"]
    vectors = np.random.default_rng(5).uniform(-0.5, 0.5, (4, 2))
    keyed.add_vectors(names, vectors)
    keyed.save_word2vec_format(str(tmp_path / "v.vec"))
    back = Embedding.load(tmp_path / "v.vec")
    assert list(back) == names
    assert back.vectors == pytest.approx(vectors, rel=1e-6)


def test_names_of_other_programs_stay_as_they_are(said: Said) -> None:
    row = np.array([0.5, 0.25], dtype="<f4").tobytes()
    for content in (b"1 2\nNew%20York 0.5 0.25\n", b"1 2\nNew%20York " + row):
        said.clear()
        assert read_word2vec(io.BytesIO(content))[0] == ["New%20York"]
        assert "names that hold %20 or the like, kept as they stand: 1" in said.text
    said.clear()
    assert read_word2vec(io.BytesIO(written(["New York", "a%20b"], np.zeros((2, 2)), binary=True)))[0] == [
        "New York", "a%20b",
    ]  # fmt: skip
    assert said.text == ""


@pytest.mark.parametrize("dim", [2, 3, 50])
def test_gensims_binary_with_spaces_in_names(needed: Callable[[str], Any], tmp_path: Path, dim: int) -> None:
    keyed = needed("gensim.models").KeyedVectors(dim)
    names = ["dog", "New York", "Boeing 747 1234", "x 2024 0000 y", "Zürich HB", "new year's day 1999", "two  spaces"]
    names += [f"Route {number} 66" for number in range(60)]
    vectors = np.random.default_rng(7).uniform(-0.7, 0.7, (len(names), dim)).astype(np.float32) / np.sqrt(dim / 2)
    keyed.add_vectors(names, vectors)
    keyed.save_word2vec_format(str(tmp_path / "v.bin"), binary=True)
    back = Embedding.load(tmp_path / "v.bin")
    assert list(back) == names
    assert np.array_equal(back.vectors, keyed.vectors.astype(float))


@pytest.mark.parametrize("binary", [False, True])
def test_the_content_decides_and_not_the_suffix(tmp_path: Path, binary: bool) -> None:
    names = ["New York", "a b c", "dog", "\u202eשלום"]
    vectors = np.random.default_rng(1).uniform(-0.5, 0.5, (4, 3))
    for suffix in (".vec", ".bin", ".vec.gz", ".bin.gz"):
        content = written(names, vectors, binary=binary)
        (tmp_path / f"v{suffix}").write_bytes(gzip.compress(content) if suffix.endswith("gz") else content)
        back = Embedding.load(tmp_path / f"v{suffix}")
        assert list(back) == names
        assert back.vectors == pytest.approx(vectors, abs=1e-7)


@pytest.mark.parametrize("binary", [False, True])
def test_bytes_after_the_last_vector_are_refused(binary: bool) -> None:
    whole = written(["a", "b"], np.full((2, 2), 0.25), binary=binary)
    assert read_word2vec(io.BytesIO(whole + b"\n"), binary=binary)[0] == ["a", "b"] if binary else True
    for tail in (b"x", b"c 0.1 0.2\n", b"\0\0\0\0"):
        with pytest.raises(
            GraphFileError, match=r"holds more than the 2 vectors|comes after the 2 vectors|not a vector"
        ):
            read_word2vec(io.BytesIO(whole + tail), binary=binary)
        with pytest.raises(GraphFileError):
            read_word2vec(io.BytesIO(whole + tail), binary=not binary)


def test_vectors_outside_the_ball_keep_their_names() -> None:
    """Those of gensim's Word2Vec, for instance; to be refused by name later."""
    vectors = np.random.default_rng(2).normal(size=(50, 4)).astype(np.float32)
    content = b"50 4\n" + b"".join(b"w%d " % i + row.tobytes() + b"\n" for i, row in enumerate(vectors))
    names, back = read_word2vec(io.BytesIO(content), binary=True)
    assert names == [f"w{i}" for i in range(50)]
    assert np.array_equal(back, vectors.astype(float))


@pytest.mark.parametrize("names", [[""], [1, "1"], ["\ud800"]])
def test_names_that_cannot_be_written(names: list[Any]) -> None:
    with pytest.raises(GraphExportError):
        written(names, np.zeros((len(names), 2)), binary=False)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "line 1"),
        (b"dog 0.1 0.2\n", "line 1: is not 'number of vectors, dimension'"),
        (b"1 2\ndog 0.1\n", "line 2: is not a name and 2 finite"),
        (b"1 2\ndog 0.1 nan\n", "line 2"),
        (b"1 2\ndog 0.1 0.2 0.3\n", "line 2: is not a name and 2 finite"),
        (b"1 2\ndog 0.1 x\n", "line 2: is not a vector"),
        (b"2 1\ndog 0.1\n", "line 2: is the last"),
        (b"1 1\ndog 0.1\ncat 0.2\n", "line 3: comes after"),
        (b"2 1\ndog 0.1\ndog 0.2\n", "line 3: 'dog' has a vector already, on line 2"),
        (b"1 1\n\xff 0.1\n", "line 2: the name"),
    ],
)
def test_the_line_at_fault_is_named(content: bytes, problem: str) -> None:
    with pytest.raises(GraphFileError, match=problem):
        read_word2vec(io.BytesIO(content), binary=False)


@pytest.mark.parametrize("content", [b"1 2\ndog \0\0\0\0", b"1 1\n", b"1 1\ndog", b"1 1\n \0\0\0\0"])
def test_binary_cut_off(content: bytes) -> None:
    with pytest.raises(GraphFileError, match="vector 1 of 1 is cut off"):
        read_word2vec(io.BytesIO(content), binary=True)


@pytest.mark.parametrize("dim", [10**7, 10**30])
def test_a_dimension_that_no_file_has_takes_no_memory(dim: int) -> None:
    with pytest.raises(GraphFileError, match=r"line 1: announces 1[0,]+ dimensions, more than 1,048,576"):
        read_word2vec(io.BytesIO(b"1 %d\ndog " % dim), binary=True)


class TestSave:
    def embedded(self) -> Embedding:
        return nxp.embed(nx.DiGraph([("mammal", "New York cat"), ("mammal", "dog"), ("dog", "puppy")]))

    @pytest.mark.parametrize("name", ["v.vec", "v.vec.gz", "v.tsv", "v.npz"])
    def test_round_trip(self, tmp_path: Path, name: str) -> None:
        emb = self.embedded()
        emb.save(tmp_path / name)
        back = Embedding.load(tmp_path / name)
        assert back.nodes == emb.nodes
        assert back.vectors.tobytes() == emb.vectors.tobytes()
        assert [file.name for file in tmp_path.iterdir()] == [name]

    def test_float32_must_be_asked_for(self, tmp_path: Path) -> None:
        emb = self.embedded()
        with pytest.raises(ValueError, match="float32=True"):
            emb.save(tmp_path / "v.bin")
        with pytest.raises(ValueError, match="word2vec-binary"):
            emb.save(tmp_path / "v.vec", float32=True)
        assert list(tmp_path.iterdir()) == []
        emb.save(tmp_path / "v.bin", float32=True)
        back = Embedding.load(tmp_path / "v.bin")
        assert back.vectors == pytest.approx(emb.vectors, abs=1e-6)

    def test_formats(self, tmp_path: Path) -> None:
        emb = self.embedded()
        emb.save(tmp_path / "v.txt", format="word2vec")
        assert Embedding.load(tmp_path / "v.txt", format="word2vec").nodes == emb.nodes
        with pytest.raises(ValueError, match=r"cannot see the format of '.*v.txt'"):
            emb.save(tmp_path / "v.txt")
        with pytest.raises(ValueError, match="format must be one of"):
            Embedding.load(tmp_path / "v.txt", format="glove")  # type: ignore[arg-type]

    def test_vectors_outside_the_ball_are_named(self, tmp_path: Path) -> None:
        (tmp_path / "v.vec").write_text("2 2\ndog 0.1 0.1\ncat 1.5 0\n")
        with pytest.raises(ValueError, match=r"v.vec: the vector of node 'cat' has norm 1.5"):
            Embedding.load(tmp_path / "v.vec")


def test_many_words_in_a_name_take_no_longer_than_few() -> None:
    """Two kilobytes packed took a minute: each word was taken from the front of a list."""
    text = b"1 1\n" + b"a " * 1_000_000 + b"0.5\n"
    began = time.perf_counter()
    names, vectors = read_word2vec(io.BytesIO(text))
    assert time.perf_counter() - began < 10
    assert (names, vectors.tolist()) == ([("a " * 1_000_000).rstrip()], [[0.5]])
