"""The result object: exact queries, node names, writing back, files."""

import copy
import json
import pickle
import zipfile
from collections.abc import Callable
from typing import Any

import mpmath
import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nx_poincare as nxp
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.embedding.points import UnknownNodeError
from nx_poincare.io.vectors.npz import EmbeddingFileError


def far_apart():
    """Four points at radius 30 and the origin; two of them almost in the same direction."""
    angles = np.array([0.0, 1e-12, 2.0, 4.0, 0.0])
    radii = np.array([30.0, 30.0, 30.0, 29.0, 0.0])
    return Embedding("abcdo", np.column_stack([np.cos(angles), np.sin(angles)]), radii)


def test_it_is_a_mapping_of_ball_vectors():
    emb = far_apart()
    assert list(emb) == list("abcdo")
    assert len(emb) == 5
    assert "a" in emb
    assert "z" not in emb
    assert dict(emb)["d"] == pytest.approx(np.tanh(14.5) * np.array([np.cos(4), np.sin(4)]))
    assert emb.norm("o") == 0
    assert emb.vectors.shape == (5, 2)
    assert np.linalg.norm(emb.vectors, axis=1).max() < 1
    assert "5 nodes in 2 dimensions" in repr(emb)


def test_distances_at_radius_30_against_exact_arithmetic():
    emb = far_apart()
    with mpmath.workdps(60):
        for u, v, angle in [
            ("a", "b", mpmath.mpf("1e-12")),
            ("a", "c", mpmath.mpf(2)),
            ("c", "d", mpmath.mpf(2)),
        ]:
            ru, rv = (mpmath.mpf(emb.radii[emb.index[w]]) for w in (u, v))
            exact = mpmath.acosh(
                mpmath.cosh(ru) * mpmath.cosh(rv) - mpmath.sinh(ru) * mpmath.sinh(rv) * mpmath.cos(angle)
            )
            assert emb.distance(u, v) == pytest.approx(float(exact), rel=1e-9)
    assert emb.distance("a", "a") == 0
    assert emb.distance("a", "o") == 30
    assert emb.distances("a").tolist() == [emb.distance("a", v) for v in emb]


def test_nearest_leaves_the_node_out_and_keeps_the_order_of_ties():
    emb = far_apart()
    assert [v for v, _ in emb.nearest("a", 2)] == ["b", "o"]
    assert len(emb.nearest("a", 100)) == 4
    assert emb.nearest("a", 0) == []
    star = nxp.embed(nx.star_graph(4))
    assert [v for v, _ in star.nearest(0, 4)] == [1, 2, 3, 4]
    with pytest.raises(ValueError, match="k must be an integer of at least 0, got -1"):
        emb.nearest("a", -1)


@pytest.mark.parametrize("ask", [lambda e: e["z"], lambda e: e.distance("a", "z"), lambda e: e.nearest("z"),
                                 lambda e: e.is_ancestor("z", "a"), lambda e: e.norm([1])])  # fmt: skip
def test_unknown_nodes(ask):
    with pytest.raises(UnknownNodeError, match="is not in the embedding") as caught:
        ask(far_apart())
    assert isinstance(caught.value, KeyError)
    assert isinstance(caught.value, nx.NodeNotFound)


@given(st.integers(1, 60), st.integers(0, 2**32 - 1), st.integers(2, 4))
def test_ancestors_of_a_tree_are_those_of_networkx(n, seed, dim):
    rng = np.random.default_rng(seed)
    G = nx.DiGraph()
    G.add_nodes_from(range(n))
    G.add_edges_from((int(rng.integers(max(0, v - 30), v)), v) for v in range(1, n))
    if nx.dag_longest_path_length(G) > 12:
        return
    emb = nxp.embed(G, dim, seed=0)
    for v in G:
        above = emb.ancestors(v)
        assert set(above) == nx.ancestors(G, v)
        assert above == sorted(above, key=lambda a: emb.radii[a])
        assert all(emb.is_ancestor(a, v) == (a in above) for a in G)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((["a"], [[1.0, 0.0], [0.0, 1.0]], [1.0]), "directions has shape"),
        ((["a"], [[1.0, 0.5]], [1.0]), "'a' has length"),
        ((["a"], [[1.0, 0.0]], [-1.0]), "'a' is negative"),
        ((["a"], [[1.0, 0.0]], [np.nan]), "the row of node 'a' is not finite"),
        ((["a", "a"], [[1.0, 0.0]] * 2, [1.0, 2.0]), "'a' is repeated"),
    ],
)
def test_what_is_no_embedding_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Embedding(*arguments)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layout": np.zeros((2, 3))}, r"layout has shape \(2, 3\), expected \(2, 2\)"),
        ({"edges": [[0, 1], [1, 2]]}, r"edge number 1, \(1, 2\), names a row outside 0 .. 1"),
    ],
)
def test_what_does_not_fit_the_points_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Embedding("ab", [[1.0, 0.0]] * 2, [0.0, 1.0], **options)


def test_arrays_are_read_only_and_not_the_callers():
    radii = np.array([1.0])
    emb = Embedding(["a"], [[1.0, 0.0]], radii)
    radii[0] = 2
    assert emb.radii[0] == 1
    for array in (emb.directions, emb.radii, emb.vectors):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_equality_is_of_points():
    assert far_apart() == far_apart()
    assert far_apart() != Embedding("abcdo", far_apart().directions, far_apart().radii / 2)
    assert far_apart() != "abcdo"
    assert pickle.loads(pickle.dumps(far_apart())) == far_apart()


# -- writing on a graph ------------------------------------------------------------------------


def test_write_to_chooses_names():
    G = nx.DiGraph([("a", "b")])
    emb = nxp.embed(G, store_as=None, store_pos_as=None, level_as=None)
    assert G.nodes["a"] == {}
    emb.write_to(G, store_as="x", store_pos_as=None, level_as="depth")
    assert G.nodes["b"].keys() == {"x", "depth"}
    assert G.nodes["b"]["depth"] == 1
    with pytest.raises(ValueError, match="must differ"):
        emb.write_to(G, store_as="x", level_as="x")
    with pytest.raises(ValueError, match="no positions"):
        Embedding("ab", np.eye(3)[:2], [0.0, 1.0]).write_to(G)


def test_write_to_writes_on_all_nodes_or_none():
    emb = nxp.embed(nx.DiGraph([("a", "b")]))
    for G in (nx.DiGraph([("a", "c")]), nx.DiGraph([("a", "b"), ("b", "c")])):
        with pytest.raises(nx.NetworkXException):
            emb.write_to(G)
        assert all(data == {} for _, data in G.nodes(data=True))


# -- files -------------------------------------------------------------------------------------

plain = st.text() | st.integers() | st.floats(allow_nan=False) | st.booleans() | st.none()
names = plain | st.tuples(plain, plain) | st.frozensets(plain, max_size=3)


@given(st.lists(names, max_size=8, unique_by=lambda name: name))
def test_any_plain_name_survives_saving(tmp_path_factory, nodes):
    path = tmp_path_factory.mktemp("saved") / "e.npz"
    n = len(nodes)
    emb = Embedding(
        nodes,
        np.tile([0.6, 0.8], (n, 1)),
        np.arange(n, dtype=float),
        levels=np.arange(n),
        history=[{"epoch": 1, "loss": 0.5}],
    )
    emb.save(path)
    back = Embedding.load(path)
    assert back == emb
    assert [type(v) for v in back] == [type(v) for v in emb]
    assert back.levels.tolist() == list(range(n))
    assert np.array_equal(back.layout, emb.layout)
    assert back.history == emb.history


def test_saving_is_reproducible_and_whole(tmp_path, mammals):
    emb = nxp.embed(mammals.copy())
    emb.save(tmp_path / "a.npz")
    emb.save(tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.npz", "b.npz"]
    back = Embedding.load(tmp_path / "a.npz")
    assert back == emb
    assert back.distance("dog.n.01", "cat.n.01") == emb.distance("dog.n.01", "cat.n.01")


def test_a_name_that_cannot_be_saved_is_named_and_leaves_no_file(tmp_path):
    emb = Embedding([object], [[1.0, 0.0]], [1.0])
    with pytest.raises(TypeError, match="class 'object'"):
        emb.save(tmp_path / "a.npz")
    assert list(tmp_path.iterdir()) == []


def test_other_files_are_refused(tmp_path):
    np.savez(tmp_path / "other.npz", a=np.arange(3))
    np.savez(tmp_path / "pickled.npz", header=np.array([{"a": 1}], dtype=object))
    header = np.frombuffer(json.dumps({"format": "nx-poincare embedding 99"}).encode(), dtype=np.uint8)
    np.savez(tmp_path / "newer.npz", header=header)
    (tmp_path / "text.npz").write_text("no zip")
    (tmp_path / "empty.npz").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "zip.npz", "w") as archive:
        archive.writestr("header.npy", "nothing")
    for path in sorted(tmp_path.iterdir()):
        with pytest.raises(EmbeddingFileError, match=path.name):
            Embedding.load(path)
    with pytest.raises(FileNotFoundError):
        Embedding.load(tmp_path / "missing.npz")


@pytest.mark.parametrize("way", [lambda emb: emb, copy.deepcopy, lambda emb: pickle.loads(pickle.dumps(emb))])
def test_arrays_and_index_stay_as_they_are(way: Callable[[nxp.Embedding], nxp.Embedding]) -> None:
    emb = nxp.embed(nx.DiGraph([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]), 3, seed=0)
    assert len(emb.vectors) == len(emb.index)  # both are there now
    for name in ("directions", "radii", "vectors", "levels", "layout", "edges", "horizons"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(way(emb), name)[:] = 10**7
    with pytest.raises(TypeError):
        way(emb).index["a"] = 10**7  # type: ignore[index]
    assert way(emb) == emb


@pytest.mark.parametrize(
    "levels", [[0.5, 1.7], np.array([0, 2**64 - 1], dtype=np.uint64), [0, np.nan], [0, 1e300], ["a", "b"], [0, 2j]]
)
def test_levels_that_are_no_whole_numbers_are_refused(levels: Any) -> None:
    with pytest.raises(ValueError, match="levels must be whole numbers"):
        nxp.Embedding.from_vectors("ab", [[0.0, 0.0], [0.5, 0.0]], levels=levels)


@pytest.mark.parametrize("kind", [np.complex128, "datetime64[s]", "timedelta64[s]"])
def test_what_is_no_real_number_is_refused(kind: Any) -> None:
    """The imaginary part went without a word."""
    with pytest.raises(ValueError, match="vectors must be real numbers, not "):
        nxp.Embedding.from_vectors("ab", np.zeros((2, 2), dtype=kind))


@pytest.mark.parametrize("name", ["levels", "layout", "horizons"])
def test_masked_values_are_refused(name: str) -> None:
    rows = np.ma.masked_array([[0.0, 0.0], [0.5, 0.0]], mask=[[0, 0], [0, 1]])
    given = rows if name == "layout" else rows[1]
    with pytest.raises(ValueError, match=f"{name}.*masked"):
        nxp.Embedding.from_vectors("ab", [[0.0, 0.0], [0.5, 0.0]], **{name: given})
    with pytest.raises(ValueError, match=r"vectors.*masked"):
        nxp.Embedding.from_vectors("ab", rows)
    with pytest.raises(ValueError, match=r"the point.*masked"):
        nxp.Embedding.from_vectors("ab", [[0.0, 0.0], [0.5, 0.0]]).nearest(rows[1])
