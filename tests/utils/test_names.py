"""Names in arrays: they read as the tuple they stand for, and are looked up as a dictionary would."""

from __future__ import annotations

import pickle
from fractions import Fraction

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nx_poincare as nxp
from nx_poincare.io.graphs.numbering import IntegerNumbering, TextNumbering
from nx_poincare.utils import names as names_in_arrays
from nx_poincare.utils.name_positions import rows_of_names
from nx_poincare.utils.names import DecimalNames, IntegerNames, Names, TextNames, as_names

INTEGERS = st.lists(st.one_of(st.integers(-5, 50), st.integers(-(2**63), 2**63 - 1)), max_size=12)
TEXTS = st.lists(st.text(st.characters(codec="utf-8"), max_size=4), max_size=12)
CASES = st.one_of(
    INTEGERS.map(lambda values: (IntegerNames(values), tuple(values))),
    INTEGERS.map(lambda values: (DecimalNames(values), tuple(map(str, values)))),
    TEXTS.map(lambda texts: (TextNames.of(texts), tuple(texts))),
)


@settings(max_examples=100, deadline=None)
@given(CASES, st.slices(12), st.one_of(st.integers(-5, 50), st.text(max_size=2)))
def test_names_are_the_tuple(case: tuple[Names, tuple], part: slice, other: object) -> None:
    names, expected = case
    assert names == expected
    assert expected == names
    assert (list(names), list(reversed(names)), len(names)) == (list(expected), list(reversed(expected)), len(expected))
    assert list(map(type, names)) == list(map(type, expected))
    assert names[part] == expected[part]
    assert (hash(names), repr(names)) == (hash(expected), repr(expected))
    assert (names + (1,), (1,) + names) == (expected + (1,), (1,) + expected)  # noqa: RUF005
    assert names != (*expected, other)
    assert pickle.loads(pickle.dumps(names)) == expected
    assert names.are_distinct == (len(set(expected)) == len(expected))
    assert (other in names, names.count(other)) == (other in expected, expected.count(other))
    if len(expected):
        assert names.index(expected[-1]) == expected.index(expected[-1])
    with pytest.raises(IndexError):
        names[len(names)]


@settings(max_examples=100, deadline=None)
@given(CASES, CASES)
def test_positions_are_those_of_a_dictionary(case: tuple[Names, tuple], others: tuple[Names, tuple]) -> None:
    names, expected = case
    places = {}
    for place, name in enumerate(expected):
        places.setdefault(name, place)
    assert len(names.positions) == len(places)
    assert list(names.positions) == list(places)
    for name in (*expected, *others[1]):
        assert (name in names.positions) == (name in places)
    wanted = [places.get(name, -1) for name in others[1]]
    assert rows_of_names(names.positions, others[0]).tolist() == wanted
    assert rows_of_names(names.positions, others[1]).tolist() == wanted


def test_keys_are_equal_as_keys_of_a_dictionary_are() -> None:
    positions = IntegerNames([5, 1, 0]).positions
    assert [positions[key] for key in (1, 1.0, True, np.int64(5), Fraction(5), 0j + 0)] == [1, 1, 1, 0, 0, 2]
    for strange in ("1", 0.5, float("nan"), float("inf"), None, (1,), 2**70):
        assert strange not in positions
    for names in (IntegerNames([1]), DecimalNames([1]), TextNames.of("a")):
        with pytest.raises(TypeError):
            names.positions[[1]]
        with pytest.raises(KeyError):
            names.positions["b"]
    assert "\ud800" not in TextNames.of("a").positions


@settings(max_examples=100, deadline=None)
@given(st.lists(INTEGERS, max_size=5), st.integers(0, 3))
def test_integers_are_numbered_as_they_appear(blocks: list[list[int]], dense: int) -> None:
    numbering, expected, found = IntegerNumbering(), {}, []
    if dense:
        blocks = [[abs(value) % (10**dense) for value in block] for block in blocks]
    for block in blocks:
        found += numbering.numbers_of(np.array(block, dtype=np.int64)).tolist()
    assert found == [expected.setdefault(value, len(expected)) for block in blocks for value in block]
    assert numbering.names() == tuple(expected)


def test_many_texts_are_numbered_as_they_appear() -> None:
    drawn = np.random.default_rng(0).integers(0, 60_000, 150_000)
    texts, numbering, found, expected = [f"ä{value}" for value in drawn.tolist()], TextNumbering(), [], {}
    for first in range(0, len(texts), 10_000):
        block = TextNames.of(texts[first : first + 10_000])
        found += numbering.numbers_of(block.data, block.starts[:-1], block.starts[1:]).tolist()
    assert found == [expected.setdefault(text, len(expected)) for text in texts]
    assert numbering.names() == tuple(expected)


def test_few_names_stay_a_tuple(monkeypatch: pytest.MonkeyPatch) -> None:
    assert type(as_names(range(10))) is tuple
    monkeypatch.setattr(names_in_arrays, "LEAST_IN_ARRAYS", 10)
    assert type(as_names(range(10))) is IntegerNames
    assert as_names(range(3, 33, 3)) == tuple(range(3, 33, 3))
    assert type(as_names(np.arange(10, dtype=np.int32))) is IntegerNames
    assert type(as_names(np.full(10, 2**64 - 1, dtype=np.uint64))) is tuple
    assert type(as_names([*range(10)])) is tuple


@pytest.fixture(scope="module", params=["integers", "decimals", "text"])
def pair(request: pytest.FixtureRequest) -> tuple[nxp.Embedding, nxp.Embedding, nxp.Hierarchy, nxp.Hierarchy]:
    """Embeddings and hierarchies of the same nodes, in arrays and as objects."""
    rng = np.random.default_rng(0)
    children = np.append(np.arange(1, 60), [40, 50])
    edges = np.column_stack([(rng.random(len(children)) * children).astype(np.int64), children])
    ids = rng.permutation(1000)[:60]
    names = {
        "integers": IntegerNames(ids),
        "decimals": DecimalNames(ids),
        "text": TextNames.of([f"näme {number}" for number in ids.tolist()]),
    }[request.param]
    both = [nxp.Hierarchy.from_edges(own, edges) for own in (names, tuple(names))]
    return *(nxp.embed(hierarchy, 2, seed=0) for hierarchy in both), *both  # type: ignore[return-value]


def test_embeddings_answer_the_same(pair, tmp_path) -> None:
    own, plain, hierarchy, as_tuple = pair
    assert isinstance(own.nodes, Names)
    assert own == plain
    node, other = plain.nodes[40], plain.nodes[3]
    for answer in (
        lambda emb: emb.ancestors(node), lambda emb: emb.descendants(other), lambda emb: emb.nearest(node, 5),
        lambda emb: emb.path(node, other), lambda emb: emb.distances(node).tolist(), lambda emb: emb.index[node],
        lambda emb: dict(emb.index), lambda emb: list(emb), lambda emb: emb[[node, other]].tolist(),
        lambda emb: node in emb, lambda emb: "nothing" in emb, lambda emb: emb.to_networkx().nodes(data="level"),
        lambda emb: pickle.loads(pickle.dumps(emb)).nodes, lambda emb: emb.relabel(range(60)).nodes, repr,
        lambda emb: emb.to_pandas().to_dict(),
    ):  # fmt: skip
        assert answer(own) == answer(plain)
    assert hierarchy.ancestors(node) == as_tuple.ancestors(node)
    assert list(hierarchy.closure_pairs()) == list(as_tuple.closure_pairs())
    for suffix in ("npz", "tsv", "vec", "csv"):
        for emb, name in ((own, "own"), (plain, "plain")):
            emb.save(tmp_path / f"{name}.{suffix}")
        assert (tmp_path / f"own.{suffix}").read_bytes() == (tmp_path / f"plain.{suffix}").read_bytes()
    assert nxp.Embedding.load(tmp_path / "own.npz") == plain
    with pytest.raises(nx.NodeNotFound, match="'nothing' is not in the embedding"):
        own.radius("nothing")


def test_embeddings_are_scored_and_written_the_same(pair, tmp_path) -> None:
    own, plain, hierarchy, as_tuple = pair
    graph = plain.to_networkx()
    for score in (nxp.evaluate_reconstruction, nxp.evaluate_order, nxp.evaluate_distortion):
        expected = score(plain, as_tuple)
        for emb, G in ((own, hierarchy), (own, graph), (plain, hierarchy)):
            assert score(emb, G) == expected
    assert own.fit_horizons(hierarchy) == plain.fit_horizons(as_tuple)
    assert nxp.embed(hierarchy, init=own) == nxp.embed(as_tuple, init=plain)
    own.write_to(graph)
    nxp.write_html(own, tmp_path / "own.html")
    nxp.write_html(plain, tmp_path / "plain.html")
    assert (tmp_path / "own.html").read_bytes() == (tmp_path / "plain.html").read_bytes()
    few = nxp.Hierarchy.from_edges(own.nodes[:3], [(0, 1)])
    with pytest.raises(nx.NodeNotFound, match=f"node {plain.nodes[3]!r} of the graph is not in the embedding"):
        nxp.evaluate_reconstruction(nxp.Embedding(few.nodes, np.eye(3), np.ones(3)), hierarchy)


def test_repeated_names_are_refused() -> None:
    with pytest.raises(ValueError, match="the name of node 7 is repeated"):
        nxp.Embedding(IntegerNames([7, 3, 7]), np.eye(3), np.ones(3))
