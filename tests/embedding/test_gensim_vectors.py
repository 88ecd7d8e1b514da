"""gensim: its own class, its own distances, and where its queries go wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.io.graphs.format_rules import GraphExportError


@pytest.fixture
def poincare(needed: Callable[[str], Any]) -> Any:
    return needed("gensim.models.poincare")


@pytest.mark.parametrize("dim", [2, 5])
def test_distances_agree(poincare: Any, mammals: nx.DiGraph, dim: int) -> None:
    emb = nxp.embed(nx.DiGraph(mammals), dim, seed=0, max_radius=10, effort=0)
    kv = emb.to_keyed_vectors()
    assert type(kv) is poincare.PoincareKeyedVectors
    assert kv.vectors.dtype == np.float64
    assert np.array_equal(kv.vectors, emb.vectors)
    assert kv.index_to_key == list(emb.nodes)
    for u in list(emb)[::50]:
        others = [v for v in emb if v != u]  # at distance 0, gensim's is the root of what rounding leaves
        assert kv.distances(u, others) == pytest.approx(emb.distances(u, others), abs=1e-6)
        assert kv.norm(u) == pytest.approx(emb.norm(u), rel=1e-15)
        for v in others[:10]:
            assert kv.difference_in_hierarchy(u, v) == pytest.approx(emb.norm(v) - emb.norm(u))


def test_there_and_back(poincare: Any, mammals: nx.DiGraph, tmp_path: Path) -> None:
    emb = nxp.embed(nx.DiGraph(mammals))
    kv = emb.to_keyed_vectors()
    back = Embedding.from_keyed_vectors(kv)
    assert back.nodes == emb.nodes
    assert np.array_equal(back.vectors, emb.vectors)
    kv.save(str(tmp_path / "kv"))
    again = Embedding.from_keyed_vectors(poincare.PoincareKeyedVectors.load(str(tmp_path / "kv")))
    assert np.array_equal(again.vectors, emb.vectors)


def test_what_gensim_trained(poincare: Any) -> None:
    relations = [("cat", "mammal"), ("dog", "mammal"), ("puppy", "dog"), ("puppy", "mammal"), ("kitten", "cat")]
    model = poincare.PoincareModel(relations, size=3, negative=2, seed=1)
    model.train(epochs=20)
    emb = Embedding.from_keyed_vectors(model.kv)
    assert np.array_equal(emb.vectors, model.kv.vectors.astype(float))
    for u in emb:
        assert model.kv.distances(u) == pytest.approx(emb.distances(u), abs=1e-4)  # gensim's are float32
    with pytest.raises(TypeError, match=r"of a PoincareModel pass its \.kv"):
        Embedding.from_keyed_vectors(model)
    with pytest.raises(TypeError, match="got dict"):
        Embedding.from_keyed_vectors({})


def test_keyed_vectors_are_taken_where_points_are(poincare: Any, tmp_path: Path) -> None:
    G = nx.relabel_nodes(nx.balanced_tree(2, 3, create_using=nx.DiGraph), "n{}".format)
    emb = nxp.embed(G)
    kv = emb.to_keyed_vectors()
    plain = dict(zip(emb.nodes, emb.vectors, strict=True))
    assert nxp.embed(G.copy(), init=kv) == nxp.embed(G.copy(), init=plain)
    G.add_edge("n14", "new")
    assert nxp.embed(G, init=kv).parents("new") == ["n14"]
    G.remove_node("new")
    assert nxp.evaluate_reconstruction(kv, G) == nxp.evaluate_reconstruction(plain, G)
    assert nxp.evaluate_distortion(kv, G) == nxp.evaluate_distortion(plain, G)
    (tmp_path / "pairs.txt").write_text("WORD1 WORD2 POS AVG_SCORE\nn1 n0 N 9.5\nn0 n1 N 1.5\nn1 n5 N 3.0\n")
    rated = [nxp.evaluate_entailment(one, tmp_path / "pairs.txt", senses="names") for one in (kv, plain)]
    assert repr(rated[0]) == repr(rated[1])  # nan among them
    by_gensim = nxp.evaluate_link_prediction(G, lambda train: kv, baselines=False, seed=0, test_share=0.5)
    assert by_gensim == nxp.evaluate_link_prediction(G, lambda train: plain, baselines=False, seed=0, test_share=0.5)


def test_a_model_is_told_to_pass_its_vectors(poincare: Any) -> None:
    G = nx.DiGraph([("a", "b"), ("a", "c")])
    model = poincare.PoincareModel([(v, u) for u, v in G.edges], size=2, negative=1, seed=1)
    for call in (
        lambda: nxp.embed(G, init=model),
        lambda: nxp.evaluate_reconstruction(model, G),
        lambda: nxp.evaluate_distortion(model, G),
    ):
        with pytest.raises(TypeError, match=r"of a PoincareModel pass its \.kv"):
            call()


def test_queries_of_gensim_have_an_equal(poincare: Any) -> None:
    G = nx.balanced_tree(3, 3, create_using=nx.DiGraph)
    emb = nxp.embed(nx.relabel_nodes(G, str))
    kv = emb.to_keyed_vectors()
    for u in ("1", "5", "20"):
        assert [v for v, _ in kv.most_similar(u, topn=4)] == [v for v, _ in emb.nearest(u, 4)]
        assert set(kv.closer_than(u, "3")) == set(emb.closer_than(u, "3"))
        assert kv.rank(u, "3") == len(emb.closer_than(u, "3")) + 1
    # Where gensim is wrong: the node of row 0 is its own neighbour, and descendants run out.
    assert "0" in [v for v, _ in kv.most_similar("0", topn=3)]
    assert "0" not in [v for v, _ in emb.nearest("0", 3)]
    with pytest.raises((KeyError, TypeError, ValueError)):
        kv.descendants("20", max_depth=5)
    assert emb.descendants("20") == []


def test_integers_become_text_and_clashes_are_refused(poincare: Any) -> None:
    emb = nxp.embed(nx.DiGraph([(7, 3), (7, 5)]))
    assert emb.to_keyed_vectors().index_to_key == ["7", "3", "5"]
    with pytest.raises(GraphExportError, match="would both be called"):
        nxp.embed(nx.DiGraph([(7, "7")])).to_keyed_vectors()


def test_points_outside_the_ball_are_named(poincare: Any) -> None:
    kv = poincare.PoincareKeyedVectors(2, 0)
    kv.add_vectors(["a", "b"], np.array([[0, 0], [2, 0]], dtype=np.float32))
    with pytest.raises(ValueError, match="'b' has norm 2"):
        Embedding.from_keyed_vectors(kv)
