"""What users of Python, notebooks, spreadsheets and gensim try first."""

from __future__ import annotations

import copy
import csv
import gzip
import inspect
import pickle
import re

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp


@pytest.fixture(scope="module")
def emb() -> nxp.Embedding:
    return nxp.embed(nx.DiGraph([("animal", "dog, tame"), ("animal", 'the "cat"'), ("dog, tame", "puppy")]))


def test_several_nodes_at_once(emb):
    assert np.array_equal(emb[["puppy", "animal"]], [emb["puppy"], emb["animal"]])
    assert emb[[]].shape == (0, 2)
    with pytest.raises(KeyError, match="node 'cow' is not in the embedding"):
        emb[["puppy", "cow"]]
    pairs = nxp.embed(nx.DiGraph([((0, 1), (1, 2))]))
    assert pairs[(0, 1)].shape == (2,)  # a tuple is a node


def test_the_level_of_a_node(emb):
    assert [emb.level(node) for node in emb] == emb.levels.tolist() == [0, 1, 1, 2]
    assert type(emb.level("puppy")) is int
    assert nxp.Embedding.from_vectors(["a"], [[0.0, 0.0]]).level("a") == -1
    with pytest.raises(nx.NodeNotFound, match="'cow'"):
        emb.level("cow")


def test_names_complete_in_notebooks(emb):
    assert emb._ipython_key_completions_() == list(emb)


@pytest.mark.parametrize("name", ["table.csv", "table.csv.gz"])
def test_a_table_for_other_programs(emb, tmp_path, needed, name):
    emb.save(tmp_path / name)
    opened = gzip.open if name.endswith(".gz") else open
    with opened(tmp_path / name, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["node"] for row in rows] == list(emb)
    assert [[float(row["poincare_0"]), float(row["poincare_1"])] for row in rows] == emb.vectors.tolist()
    assert [int(row["level"]) for row in rows] == emb.levels.tolist()
    pandas = needed("pandas")
    frame = pandas.read_csv(tmp_path / name, index_col="node")
    pandas.testing.assert_frame_equal(frame, emb.to_pandas(), check_index_type=False)
    with pytest.raises(ValueError, match=r"cannot see the format of .*\.csv"):
        nxp.Embedding.load(tmp_path / name)


def test_tables_refuse_what_they_cannot_hold(tmp_path):
    for names, problem in ((["a\0", "b"], "NUL"), ([1, "1"], "would both be called")):
        emb = nxp.embed(nx.DiGraph([tuple(names)]))
        with pytest.raises(nx.NetworkXError, match=problem):
            emb.save(tmp_path / "table.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "ours"),
    [
        ("size", "dim"), ("n_components", "dim"), ("negative", "training=Training(negatives=...)"),
        ("alpha", "training=Training(learning_rate=...)"), ("workers", "n_jobs"), ("random_state", "seed"),
        ("epochs", "training, a number of epochs"),
    ],
)  # fmt: skip
def test_options_of_others_are_named_as_they_are_here(option, ours):
    with pytest.raises(TypeError, match=re.escape(f"embed() has no option {option!r}: here it is {ours}")):
        nxp.embed([("a", "b")], **{option: 2})
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        nxp.embed([("a", "b")], colour=2)


def test_options_of_training_too():
    with pytest.raises(TypeError, match=re.escape("Training() has no option 'alpha': here it is learning_rate")):
        nxp.Training(alpha=0.1)
    assert list(inspect.signature(nxp.Training).parameters)[:2] == ["epochs", "negatives"]
    assert "kwargs" not in str(inspect.signature(nxp.embed))


@pytest.mark.parametrize("node", [float("nan"), np.float32("nan"), (1, float("nan")), frozenset([float("nan")])])
def test_a_node_that_equals_nothing_is_not_saved(tmp_path, node):
    emb = nxp.embed(nx.DiGraph([("a", node)]))
    with pytest.raises(TypeError, match="a node is nan, which not even itself equals"):
        emb.save(tmp_path / "e.npz")
    assert list(tmp_path.iterdir()) == []
    infinite = nxp.embed(nx.DiGraph([("a", float("inf"))]))
    infinite.save(tmp_path / "e.npz")
    assert nxp.Embedding.load(tmp_path / "e.npz") == infinite


@pytest.mark.parametrize("dim", [2, 3, 10, 200])
def test_directions_that_are_nearly_unit_vectors(dim):
    exact = np.zeros((2, dim))
    exact[:, 0], exact[:, 1] = 0.6, 0.8
    rough = exact * [[1 + 9e-13], [1 - 9e-13]]
    emb = nxp.Embedding(["a", "b"], rough, [30.0, 30.0])
    assert emb.distance("a", "b") < 0.01
    assert np.abs(np.linalg.norm(emb.directions, axis=1) - 1).max() < 1e-15
    given = np.random.default_rng(0).normal(size=(1000, dim))
    given /= np.linalg.norm(given, axis=1, keepdims=True)
    assert np.array_equal(nxp.Embedding(range(1000), given, np.ones(1000)).directions, given)  # bit for bit


def test_an_embedding_is_an_array_of_its_vectors(emb):
    assert np.array_equal(np.asarray(emb), emb.vectors)
    assert np.array(emb, dtype=np.float32).dtype == np.float32
    own = np.array(emb)
    own[:] = 0.0
    assert np.asarray(emb).any()
    numbered = nxp.embed(nx.DiGraph([(0, 1), (0, 2)]))  # names that would pass for data
    assert np.asarray(numbered).shape == (3, 2)


def test_new_names_as_networkx_takes_them(emb):
    names = {node: node.upper() for node in reversed(list(emb))}  # in another order than the nodes
    for renamed in (emb.relabel(names), emb.relabel(str.upper), emb.relabel([node.upper() for node in emb])):
        assert list(renamed) == [node.upper() for node in emb]
        assert np.array_equal(renamed["PUPPY"], emb["puppy"])
    assert list(emb.relabel({"puppy": "pup", "cow": "calf"}))[-1] == "pup"
    with pytest.raises(ValueError, match="'puppy' is repeated"):
        emb.relabel({"animal": "puppy"})
    with pytest.raises(TypeError, match="a set does not keep"):
        emb.relabel(set(names.values()))


@pytest.mark.parametrize(
    ("asked", "there"),
    [(2, "str '2'"), (np.int64(2), "str '2'"), ("dog", "str 'Dog'"), ("7", "int 7"), ("hot dog", "str 'hot_dog'")],
)
def test_a_node_of_another_type_or_spelling_is_named(asked, there):
    emb = nxp.embed(nx.DiGraph([("2", "Dog"), ("2", 7), ("Dog", "hot_dog")]))
    with pytest.raises(nx.NodeNotFound, match=re.escape(f"node {asked!r} is not in the embedding; {there} is")):
        emb.ancestors(asked)
    with pytest.raises(nx.NodeNotFound, match=r"'cow' is not in the embedding$"):
        emb.distance("cow", 7)


def test_neighbours_by_the_name_that_gensim_has_for_their_number(emb):
    with pytest.raises(TypeError, match=re.escape("nearest() has no option 'topn': here it is k")):
        emb.nearest("puppy", topn=1)


def test_a_dict_from_child_to_parent_is_told_from_one_of_lists():
    above = {"dog": "animal", "cat": "animal", "puppy": "dog"}
    with pytest.raises(TypeError, match=r"items\(\), with direction='child_to_parent'"):
        nxp.embed(above)
    assert nxp.embed(above.items(), direction="child_to_parent").ancestors("puppy") == ["animal", "dog"]


def test_a_hierarchy_is_shown_in_a_line():
    H = nxp.Hierarchy.from_digraph(nx.balanced_tree(10, 3, create_using=nx.DiGraph))
    assert repr(H) == "<Hierarchy of 1,111 nodes, 1,110 edges, 4 levels>"
    assert repr(nxp.Hierarchy.from_digraph(nx.DiGraph())) == "<Hierarchy of 0 nodes, 0 edges, 0 levels>"


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("most_similar", "nearest(u, k)"), ("index_to_key", "nodes"), ("wv", "the embedding itself")],
)
def test_methods_of_gensim_are_named_as_they_are_here(emb, theirs, ours):
    with pytest.raises(AttributeError, match=re.escape(f"has no attribute {theirs!r}: here it is {ours}")):
        getattr(emb, theirs)
    assert not hasattr(emb, theirs)
    with pytest.raises(AttributeError, match=r"has no attribute 'colour'$"):
        _ = emb.colour
    assert copy.deepcopy(emb) == pickle.loads(pickle.dumps(emb)) == copy.copy(emb) == emb


def test_a_seed_of_text_is_refused_by_its_name():
    with pytest.raises(ValueError, match="seed must be an int, a numpy Generator or RandomState, or None, not 'x'"):
        nxp.embed([("a", "b")], seed="x")
