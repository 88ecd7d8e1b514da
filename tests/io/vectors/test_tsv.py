"""Text files of vectors: what is written comes back bit for bit, and bad lines are named."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hard_values import AWKWARD, HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from nx_poincare.io.streams import GraphFileError
from nx_poincare.io.vectors.tsv import read_vectors, write_vectors


def bits(array: Any) -> bytes:
    return np.asarray(array, dtype=np.float64).tobytes()


@pytest.mark.parametrize("suffix", ["tsv", "tsv.gz"])
def test_round_trip(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"v.{suffix}"
    names = ["", *HOSTILE]
    vectors = np.array([*AWKWARD, *np.random.default_rng(1).normal(size=3 * len(names) - len(AWKWARD))]).reshape(-1, 3)
    write_vectors(path, names, vectors)
    read_names, read = read_vectors(path)
    assert read_names == names
    assert bits(read) == bits(vectors)


@settings(deadline=None)
@given(st.data())
def test_round_trip_of_anything(tmp_path_factory: Any, data: st.DataObject) -> None:
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    names = data.draw(st.lists(st.text(characters, max_size=5), max_size=6, unique=True))
    shape = (len(names), data.draw(st.integers(1, 4)))
    vectors = data.draw(npst.arrays(np.float64, shape, elements=st.floats(allow_nan=False, allow_infinity=False)))
    path = tmp_path_factory.mktemp("any") / "v.tsv"
    write_vectors(path, names, vectors)
    read_names, read = read_vectors(path)
    assert read_names == names
    assert bits(read) == bits(vectors)


def test_plain_names_are_plain_lines(tmp_path: Path) -> None:
    write_vectors(tmp_path / "v.tsv", ["dog.n.01", 7], np.array([[0.1, -0.5], [1e-17, 2]]))
    assert (tmp_path / "v.tsv").read_bytes() == b"dog.n.01\t0.1\t-0.5\n7\t1e-17\t2.0\n"


def test_none(tmp_path: Path) -> None:
    write_vectors(tmp_path / "v.tsv", [], np.zeros((0, 2)))
    names, vectors = read_vectors(tmp_path / "v.tsv")
    assert names == []
    assert vectors.shape == (0, 0)


@pytest.mark.parametrize(
    ("names", "vectors", "problem"),
    [
        (["a"], [[math.nan, 0.0]], "'a' is not finite"),
        (["a"], [[1.0], [2.0]], r"must have shape \(1, dim\)"),
        (["a"], [1.0], "must have shape"),
        (["a"], [[]], "at least 1"),
        ([1, "1"], [[1.0], [2.0]], "nodes 1 and '1'"),
        (["a\ud800"], [[1.0]], "Unicode"),
        (["a\0"], [[1.0]], "NUL"),
    ],
)
def test_bad_input_writes_nothing(tmp_path: Path, names: list[Any], vectors: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        write_vectors(tmp_path / "v.tsv", names, vectors)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (b"a\t1\t2\nb\t1\n", 2, "2 finite coordinates"),
        (b'"a\nb"\t1\nc\tx\n', 3, "'x'"),
        (b"a\t1\nb\tnan\n", 2, "finite"),
        (b"a\t1\n\na\t1\n", 3, "already"),
        (b"a\n", 1, "1 finite"),
        (b"a\t1\n\xff\t1\n", 2, "not a vector"),
        (b'a\t1\n"b\t1\n', 2, "quoted"),
    ],
)
def test_bad_line_is_named(text: bytes, line: int, problem: str) -> None:
    with pytest.raises(GraphFileError, match=problem) as caught:
        read_vectors(io.BytesIO(text))
    assert caught.value.line == line
