"""What other programs read in our files of vectors, whatever nodes are called and numbers are."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from optional_packages import needed

import nx_poincare as nxp

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
NAMES = st.lists(
    st.one_of(
        TEXT,
        st.sampled_from([
            "NA", "nan", "NaN", "null", "None", "inf", "1", "1.0", "001", "1e5", "TRUE", "=1+1", "#hash", '"', "'",
            "a,b", "a;b", "a\tb", "two\nlines", "cr\rlf\r\n", "\u202eright to left", "שלום", " spaces ",
            "\x07\x1b\x7f", "\ufeffx", "\u2028", "%20", "\U0001f415", "x" * 20_000,
        ]),
    ),
    min_size=1, max_size=6, unique=True,
)  # fmt: skip


def embedding(names: list[str], seed: int) -> nxp.Embedding:
    rng = np.random.default_rng(seed)
    directions = rng.standard_normal((len(names), 3))
    radii = rng.choice([0.0, 5e-324, 1e-300, 0.1, 7.5, 35.9], len(names))
    return nxp.Embedding(names, directions / np.linalg.norm(directions, axis=1, keepdims=True), radii)


def is_formula(name: str) -> bool:
    """Whether a spreadsheet would run a name; it then gets an apostrophe."""
    return name[:1] in {"=", "+", "-", "@", "\t", "\r"} and not re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", name)


class TestEveryName:
    @settings(max_examples=60, deadline=None)
    @given(names=NAMES, seed=st.integers(0, 9))
    def test_tables_in_python_and_pandas(self, tmp_path_factory: Any, names: list[str], seed: int) -> None:
        written = [f"'{name}" if is_formula(name) else name for name in names]
        assume(len(set(written)) == len(names))
        emb, path = embedding(names, seed), tmp_path_factory.mktemp("any") / "v.csv"
        emb.save(path)
        with open(path, encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file, strict=True)
        assert header[0] == "node"
        assert [row[0] for row in rows] == written
        assert np.array([row[1:4] for row in rows], dtype=float).tobytes() == emb.vectors.tobytes()
        pandas = needed("pandas")
        # The C parser takes a lone carriage return for the end of a line unless it is told what ends one.
        frame = pandas.read_csv(path, dtype=str, keep_default_na=False, lineterminator="\n", encoding="utf-8")
        assert frame["node"].tolist() == written
        vectors = frame[["poincare_0", "poincare_1", "poincare_2"]].to_numpy(dtype=float)
        assert vectors.tobytes() == emb.vectors.tobytes()
        assert frame["radius"].to_numpy(dtype=float).tobytes() == emb.radii.tobytes()

    @settings(max_examples=40, deadline=None)
    @given(names=NAMES, seed=st.integers(0, 9))
    def test_gensim_reads_every_digit(
        self, tmp_path_factory: Any, needed: Callable[[str], Any], names: list[str], seed: int
    ) -> None:
        names = [name or "empty" for name in names if name != "empty"]  # word2vec has no empty names
        emb, path = embedding(names, seed), tmp_path_factory.mktemp("any") / "v.vec"
        emb.save(path)
        models = needed("gensim.models")
        found = models.KeyedVectors.load_word2vec_format(str(path), binary=False, datatype=np.float64)
        assert len(found.index_to_key) == len(names)
        assert found.vectors.tobytes() == emb.vectors.tobytes()
        again = nxp.Embedding.load(path)
        assert list(again) == names
        assert again.vectors.tobytes() == emb.vectors.tobytes()

    @settings(max_examples=40, deadline=None)
    @given(names=NAMES, seed=st.integers(0, 9))
    def test_our_own_files_come_back(self, tmp_path_factory: Any, names: list[str], seed: int) -> None:
        emb, folder = embedding(names, seed), tmp_path_factory.mktemp("any")
        for name in ("v.tsv", "v.tsv.gz", "v.npz"):
            emb.save(folder / name)
            again = nxp.Embedding.load(folder / name)
            assert list(again) == names
            assert again.vectors.tobytes() == emb.vectors.tobytes()
        with np.load(folder / "v.npz", allow_pickle=False) as arrays:  # numpy itself
            assert any(arrays[key].tobytes() == emb.radii.tobytes() for key in arrays.files)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_file_for_numbers_that_are_none(value: float, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"finite|outside"):
        nxp.Embedding.from_vectors(["a"], [[value, 0.0]]).save(tmp_path / "v.csv")
    with pytest.raises(ValueError, match=r"finite|radius|radii"):
        nxp.Embedding(["a"], [[1.0, 0.0]], [value])
    assert list(tmp_path.iterdir()) == []
