"""Millions of names in an .npz are arrays, and come back as they were; damaged ones are refused."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.io.arrays import read_arrays, write_arrays
from nx_poincare.io.vectors import name_arrays
from nx_poincare.utils import names


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_arrays, "LEAST_IN_FILES", 4)
    monkeypatch.setattr(names, "LEAST_IN_ARRAYS", 4)


def embedded(called) -> nxp.Embedding:
    return nxp.embed(nx.relabel_nodes(nx.balanced_tree(2, 2, create_using=nx.DiGraph), dict(enumerate(called))))


INTEGERS = [5, -3, 2**62, 0, 7, 1, 2]
KINDS = {
    "integers": (INTEGERS, names.IntegerNames(INTEGERS), "name_numbers"),
    "decimals": (list(map(str, range(7))), names.DecimalNames(range(7)), "name_numbers"),
    "text": (["höst", "a", "", "007", "b c", '"', "\n"],) * 2 + ("name_lengths",),
}


@pytest.mark.parametrize("kind", KINDS)
def test_names_come_back_and_any_sequence_of_them_gives_the_same_bytes(tmp_path, kind) -> None:
    plain, in_arrays, member = KINDS[kind]
    emb = embedded(plain)
    if kind == "text":
        in_arrays = names.TextNames.of(plain)
    emb.save(tmp_path / "plain.npz")
    emb.relabel(in_arrays).save(tmp_path / "arrays.npz")
    assert (tmp_path / "plain.npz").read_bytes() == (tmp_path / "arrays.npz").read_bytes()
    assert member in read_arrays(tmp_path / "plain.npz")
    found = nxp.Embedding.load(tmp_path / "plain.npz")
    assert found == emb
    assert found.nodes == tuple(plain)
    assert list(map(type, found.nodes)) == list(map(type, plain))
    assert np.array_equal(found.edges, emb.edges)
    assert found.quality == emb.quality


def test_offsets_have_such_names_too(tmp_path) -> None:
    emb = embedded(INTEGERS)
    emb.save(tmp_path / "half.npz", dtype="float16")
    found = nxp.Embedding.load(tmp_path / "half.npz")
    assert found.nodes == emb.nodes
    assert found.quality is not None


@pytest.mark.parametrize("called", [[1, "a", 2, 3, 4, 5, 6], [1, 2.5, 3, 4, 5, 6, 7], [2**70, *range(6)]])
def test_names_of_several_kinds_stay_in_json(tmp_path, called) -> None:
    emb = embedded(called)
    emb.save(tmp_path / "mixed.npz")
    assert not [name for name in read_arrays(tmp_path / "mixed.npz") if name.startswith("name_")]
    assert nxp.Embedding.load(tmp_path / "mixed.npz") == emb


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name_lengths": np.full(7, 9, dtype=np.int32)}, "do not add up"),
        ({"name_lengths": np.ones(7, dtype=np.int64)}, "not of uint8 and int32"),
        ({"name_text": np.frombuffer(b"\xff123456", np.uint8), "name_lengths": np.ones(7, np.int32)}, "utf-8"),
        ({"name_text": np.frombuffer(b"\xc3\xb612345", np.uint8), "name_lengths": np.ones(7, np.int32)}, "within a"),
        ({"name_text": np.frombuffer(b"aabcdef", np.uint8), "name_lengths": np.ones(7, np.int32)}, "is repeated"),
    ],
)  # fmt: skip
def test_damaged_names_are_refused(tmp_path, change, problem) -> None:
    path = tmp_path / "names.npz"
    embedded(KINDS["text"][0]).save(path)
    write_arrays(path, read_arrays(path) | change)
    with pytest.raises(ValueError, match=problem):
        nxp.Embedding.load(path)


def test_half_a_character_is_held_by_many_names_as_by_few(tmp_path) -> None:
    called = ["a", "b", "\ud83d", "d", "e", "f", "g"]
    emb = embedded(called)
    emb.save(tmp_path / "e.npz")
    assert set(read_arrays(tmp_path / "e.npz")).isdisjoint(("name_text", "name_lengths"))
    assert list(nxp.Embedding.load(tmp_path / "e.npz")) == called
    with pytest.raises(TypeError, match="two halves of a character"):
        embedded([*called[:-1], "\ud83d\udc15"]).save(tmp_path / "e.npz")
