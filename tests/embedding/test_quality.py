"""The quality that an embedding knows of itself: against scores by other code, where it travels, what is said of it."""

import json
import pickle
import subprocess
import sys
import warnings

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp

DIAMOND = nx.DiGraph([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")])
CYCLE = nx.DiGraph([("top", "a"), ("a", "b"), ("b", "a"), ("b", "leaf"), ("top", "leaf")])


def dense(n: int, seed: int = 0) -> nx.DiGraph:
    """Every node has two of the earlier ones for parents."""
    rng = np.random.default_rng(seed)
    return nx.DiGraph((int(rng.integers(child)), child) for child in range(1, n) for _ in range(2))


def best_share_on_a_tree(G: nx.DiGraph) -> float:
    """Share of the ancestor pairs on paths of the spanning tree that has most of them, which longest paths make."""
    depth: dict[object, int] = {}
    for node in nx.topological_sort(G):
        depth[node] = max((depth[parent] + 1 for parent in G.predecessors(node)), default=0)
    return sum(depth.values()) / sum(len(nx.ancestors(G, node)) for node in G)


@pytest.fixture
def poor() -> nxp.Embedding:
    with pytest.warns(nxp.QualityWarning):
        emb = nxp.embed(dense(150), seed=0)
    assert emb.quality is not None
    assert emb.quality.f1 < 0.9
    return emb


@pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")
@pytest.mark.parametrize("dim", [2, 3, 5])
@pytest.mark.parametrize("G", [DIAMOND, CYCLE, dense(150), nx.path_graph(40, create_using=nx.DiGraph)])
def test_is_what_the_evaluations_say(G, dim):
    emb = nxp.embed(G.copy(), dim, seed=0)
    ranks, order = nxp.evaluate_reconstruction(emb, G), nxp.evaluate_order(emb, G)
    assert emb.quality.mean_rank == pytest.approx(ranks.mean_rank, rel=1e-12)
    assert emb.quality.map_score == pytest.approx(ranks.map_score, rel=1e-12)
    assert (emb.quality.f1, emb.quality.plain_f1) == (order.f1, order.plain_f1)
    assert (emb.quality.rows, emb.quality.pairs) == (len(G), order.pairs)


@pytest.mark.parametrize("dim", [2, 5])
def test_of_the_mammals_is_exact(mammals, dim):
    emb = nxp.embed(mammals.copy(), dim, seed=0)
    order = nxp.evaluate_order(emb, mammals)
    assert emb.quality[:4] == (1, 1, 1, order.plain_f1)
    assert emb.quality.off_tree == pytest.approx(1 - best_share_on_a_tree(mammals))
    assert emb.quality.rows == len(mammals)


@pytest.mark.parametrize("seed", range(3))
def test_no_spanning_tree_holds_more_pairs(seed):
    G = dense(40, seed)
    emb = nxp.embed(G.copy(), 10, seed=0)
    assert emb.quality.off_tree == pytest.approx(1 - best_share_on_a_tree(G))


@pytest.mark.filterwarnings("ignore:nodes of a cycle:nx_poincare.QualityWarning")
@pytest.mark.parametrize("dim", [2, 5])
def test_cycles_are_on_the_tree(dim):
    G = nx.DiGraph([("top", "a"), ("a", "b"), ("b", "a"), ("b", "leaf")])
    assert nxp.embed(G, dim, seed=0).quality.off_tree == 0


@pytest.mark.parametrize("n", [20, 300, 5000])
@pytest.mark.parametrize("dim", [2, 4])
def test_trees_are_sampled(n, dim):
    G = nx.DiGraph(((v - 1) // 2, v) for v in range(1, n))
    quality = nxp.embed(G, dim, seed=0).quality
    assert quality[:5] == (1, 1, 1, 1, 0)
    assert quality.rows == min(n, 32)
    assert f"from {quality.rows} nodes" in repr(nxp.embed(G, dim, seed=0)) or n == 20


def test_large_graphs_are_sampled(monkeypatch, caplog):
    monkeypatch.setattr("nx_poincare.embedding.horizons._MOST_COMPARISONS", 3)
    monkeypatch.setattr("nx_poincare.embedding.horizons._FEW_COMPARISONS", 0)
    G = dense(600)
    emb = nxp.embed(G.copy(), 10, seed=0)
    assert "horizons of 600 nodes are not fitted" in caplog.text
    exact = nxp.evaluate_reconstruction(emb, G)
    assert emb.quality.rows == 100
    assert emb.quality.f1 == emb.quality.plain_f1
    assert emb.quality.map_score == pytest.approx(exact.map_score, abs=0.03)
    assert emb.quality.plain_f1 == pytest.approx(nxp.evaluate_order(emb, G).f1, abs=0.05)
    assert emb.quality == nxp.embed(G.copy(), 10, seed=0).quality
    assert emb.quality.is_sample
    for score, true in (
        ("mean_rank", exact.mean_rank),
        ("map", exact.map_score),
        ("f1", nxp.evaluate_order(emb, G).f1),
    ):
        low, high = getattr(emb.quality, f"{score}_limits")
        assert low < true < high


def test_samples_of_nodes_with_many_ancestors_are_smaller(monkeypatch):
    """In a grid of a million nodes each has a quarter of a million: a hundred rows took ten seconds and a gigabyte."""
    monkeypatch.setattr("nx_poincare.embedding.horizons._MOST_COMPARISONS", 3)
    G = nx.DiGraph(edge for edge in nx.grid_2d_graph(30, 30, create_using=nx.DiGraph).edges if edge[0] < edge[1])
    whole = nxp.embed(G.copy(), 3, seed=0, effort=0).quality
    assert whole.rows == 100
    pairs = nx.transitive_closure_dag(G).number_of_edges() / 900
    monkeypatch.setattr("nx_poincare.embedding.horizons._MOST_ANCESTORS_OF_SAMPLE", 25 * pairs)
    quarter = nxp.embed(G.copy(), 3, seed=0, effort=0).quality
    assert 20 <= quarter.rows <= 34
    assert quarter.map_limits[0] < whole.map_score < quarter.map_limits[1]


def test_points_with_hardly_an_order_get_no_horizons(monkeypatch, caplog):
    """Where most nodes are nearer than the ancestors, to look for horizons takes long and finds nothing."""
    monkeypatch.setattr("nx_poincare.embedding.horizons._MOST_INTRUDERS", 600 * 100)
    G = dense(600)
    emb = nxp.embed(G.copy(), 3, init="random", effort=0, seed=0)
    assert emb.quality.mean_rank > 100
    assert f"with a mean rank of {emb.quality.mean_rank:.0f} there is little order" in caplog.text
    assert not emb.has_horizons
    assert emb.quality.rows == 100
    good = nxp.embed(G.copy(), 10, seed=0)
    assert good.quality.mean_rank < 100
    assert good.has_horizons


def test_a_tree_that_is_not_as_it_should_be_is_not_called_exact(monkeypatch):
    monkeypatch.setattr("nx_poincare.embedding.horizons._is_tree_in_place", lambda *_: True)
    G = nx.path_graph(30, create_using=nx.DiGraph)  # too long for radius 36
    with pytest.warns(nxp.QualityWarning, match="30 levels are more than radius 36 has room for"):
        emb = nxp.embed(G)
    assert emb.quality.map_score == pytest.approx(nxp.evaluate_reconstruction(emb, G).map_score)


def test_threads_change_nothing(mammals):
    one, two = (nxp.embed(mammals.copy(), 5, seed=0, n_jobs=threads).quality for threads in (1, 2))
    assert one == two


@pytest.mark.parametrize("G", [nx.DiGraph(), nx.empty_graph(3, create_using=nx.DiGraph), nx.DiGraph([(0, 0)])])
def test_nothing_to_measure(G):
    emb = nxp.embed(G)
    assert emb.quality is None
    assert repr(emb).startswith(f"<Embedding of {len(G)} nodes in 2 dimensions")
    assert "MAP" not in repr(emb)


class TestWhereItTravels:
    def test_given_vectors_have_none_until_horizons_are_fitted(self):
        G = nx.DiGraph([("a", "b"), ("b", "c")])
        emb = nxp.Embedding.from_vectors("abc", [[0.5, 0.0], [0.5, 0.2], [0.5, 0.55]])
        assert emb.quality is None
        fitted = emb.fit_horizons(G)
        order = nxp.evaluate_order(fitted, G)
        assert (fitted.quality.f1, fitted.quality.plain_f1) == (order.f1, order.plain_f1)
        assert order.f1 > order.plain_f1

    def test_new_horizons_drop_it_and_the_plain_rule_has_its_own(self, mammals):
        emb = nxp.embed(mammals.copy(), seed=0)
        assert emb.has_horizons
        assert emb.with_horizons(emb.radii + 1).quality is None
        plain = emb.with_horizons(None)
        assert plain.quality == emb.quality._replace(f1=emb.quality.plain_f1)
        assert plain.quality.f1 == nxp.evaluate_order(plain, mammals).f1 < 1

    def test_other_names_keep_it(self):
        emb = nxp.embed(DIAMOND.copy(), seed=0)
        assert emb.relabel("wxyz").quality == emb.quality

    def test_new_nodes_and_training_are_measured_anew(self):
        G = DIAMOND.copy()
        emb = nxp.embed(G, 5, seed=0)
        G.add_edge("d", "e")
        grown = nxp.embed(G, 5, init=emb, seed=0)
        assert (emb.quality.rows, grown.quality.rows) == (4, 5)
        trained = nxp.embed(DIAMOND.copy(), init="random", training=2, seed=0)
        assert trained.quality.map_score == pytest.approx(nxp.evaluate_reconstruction(trained, DIAMOND).map_score)

    def test_files_and_pickles_keep_it(self, tmp_path):
        emb = nxp.embed(DIAMOND.copy(), seed=0)
        emb.save(tmp_path / "emb.npz")
        assert nxp.Embedding.load(tmp_path / "emb.npz").quality == emb.quality
        assert pickle.loads(pickle.dumps(emb)).quality == emb.quality
        emb.save(tmp_path / "emb.tsv")
        assert nxp.Embedding.load(tmp_path / "emb.tsv").quality is None

    def test_limits_of_a_sample_travel_along(self, tmp_path):
        G = nx.balanced_tree(3, 4, create_using=nx.DiGraph)
        emb = nxp.embed(G, 5, seed=0)
        low, high = emb.quality.map_limits
        assert (emb.quality.is_sample, low < high == 1) == (True, True)
        emb.save(tmp_path / "emb.npz")
        emb.save(tmp_path / "short.npz", dtype="float32")
        others = [nxp.Embedding.load(tmp_path / name) for name in ("emb.npz", "short.npz")]
        for other in (*others, pickle.loads(pickle.dumps(emb)), emb.relabel(range(1, 122)), emb.with_horizons(None)):
            assert other.quality.is_sample
            assert other.quality.map_limits == (low, high)
            assert other.quality.f1_limits == other.quality.plain_f1_limits == emb.quality.f1_limits

    def test_exact_quality_has_no_limits(self):
        quality = nxp.embed(DIAMOND.copy(), seed=0).quality
        assert not quality.is_sample
        assert quality.f1_limits == (quality.f1, quality.f1)

    def test_limits_are_unknown_of_older_files(self, tmp_path):
        emb = nxp.embed(nx.balanced_tree(3, 4, create_using=nx.DiGraph), 5, seed=0)
        emb.save(tmp_path / "emb.npz")
        with np.load(tmp_path / "emb.npz") as arrays:
            found = dict(arrays)
        header = json.loads(found["header"].tobytes())
        del header["quality"]["limits"]
        found["header"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
        np.savez(tmp_path / "emb.npz", **found)
        quality = nxp.Embedding.load(tmp_path / "emb.npz").quality
        assert quality.is_sample
        assert np.isnan(quality.map_limits).all()

    def test_a_file_without_it_is_read(self, tmp_path):
        emb = nxp.Embedding.from_vectors("ab", [[0.0, 0.0], [0.5, 0.0]])
        emb.save(tmp_path / "emb.npz")
        header = json.loads(np.load(tmp_path / "emb.npz")["header"].tobytes())
        assert "quality" not in header  # as in files from before there was any
        assert nxp.Embedding.load(tmp_path / "emb.npz").quality is None

    @pytest.mark.parametrize(
        "change",
        [
            {"rows": 1.5},
            {"f1": "1"},
            {"mean_rank": None},
            {"map_score": float("nan")},
            None,
            "text",
            [],
            {"limits": {"f1": [1]}},
            {"limits": [1, 2]},
            {"limits": {"f1": [0, True]}},
        ],
    )
    def test_a_file_with_something_else_is_refused(self, tmp_path, change):
        path = tmp_path / "emb.npz"
        nxp.embed(DIAMOND.copy(), seed=0).save(path)
        with np.load(path) as arrays:
            found = dict(arrays)
        header = json.loads(found["header"].tobytes())
        if isinstance(change, dict):
            header["quality"] |= change
        elif change is None:
            del header["quality"]["pairs"]
        else:
            header["quality"] = change
        found["header"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
        np.savez(path, **found)
        with pytest.raises(ValueError, match="quality"):
            nxp.Embedding.load(path)

    def test_pandas_has_it_as_an_attribute(self, needed):
        needed("pandas")
        emb = nxp.embed(DIAMOND.copy(), seed=0)
        assert emb.to_pandas().attrs == {"quality": emb.quality._asdict()}
        assert emb.with_horizons(emb.radii + 1).to_pandas().attrs == {}

    def test_it_is_shown(self):
        emb = nxp.embed(DIAMOND.copy(), 5, seed=0)
        assert repr(emb).endswith("mean rank 1.00, MAP 1.0000, F1 of ancestors 1.0000>")


class TestHint:
    def test_low_dimensions(self):
        with pytest.warns(nxp.QualityWarning) as caught:
            emb = nxp.embed(dense(150), seed=0)
        (warning,) = caught
        assert warning.filename == __file__
        assert str(warning.message) == (
            f"{emb.quality.off_tree:.0%} of the ancestor pairs are off any tree: 2 dimensions keep MAP "
            f"{emb.quality.map_score:.2f}, mean rank {emb.quality.mean_rank:.1f}; dim=10 is made for this"
        )
        assert nxp.embed(dense(150), 10, seed=0).quality.map_score > 0.99  # which warns of nothing

    def test_deep_chains(self):
        G = nx.path_graph(40, create_using=nx.DiGraph)
        with pytest.warns(nxp.QualityWarning, match=r"40 levels .* radius 36 .*; max_radius=None has more"):
            nxp.embed(G)
        assert nxp.embed(G, max_radius=None).quality.map_score == 1
        for radius in (36, None):
            with pytest.warns(nxp.QualityWarning, match=r"of 200 levels float64 has room for about 43"):
                nxp.embed(nx.path_graph(200, create_using=nx.DiGraph), max_radius=radius)

    def test_who_chose_the_points_is_not_told(self):
        assert nxp.embed(dense(150), effort=0).quality.map_score < 0.95
        random = nxp.embed(dense(150), init="random", training=1, seed=0)
        assert random.quality.map_score < 0.95
        assert nxp.embed(dense(150), init=random).quality.map_score < 0.95

    def test_layouts_and_pictures_say_nothing(self):
        from matplotlib.figure import Figure

        nxp.poincare_layout(dense(150))
        nxp.draw_poincare(dense(150), ax=Figure().add_subplot())

    def test_as_an_error_it_leaves_the_graph_as_it_was(self):
        G = dense(150)
        with pytest.raises(nxp.QualityWarning):
            nxp.embed(G)
        assert not any(data for _, data in G.nodes(data=True))


class TestQuestions:
    @pytest.mark.parametrize(
        ("question", "asked"),
        [
            ("ancestors", [3]), ("descendants", [3]), ("parents", [3]), ("children", [3]), ("is_ancestor", [0, 3]),
            ("order", []), ("lowest_common_ancestor", [3, 4]), ("subtree", [3]), ("path", [3, 3]),
        ],
    )  # fmt: skip
    def test_each_warns_once(self, poor, question, asked):
        with pytest.warns(nxp.QualityWarning, match=f"F1 of {poor.quality.f1:.2f}, .*more dimensions keep") as caught:
            getattr(poor, question)(*asked)
        assert [warning.filename for warning in caught] == [__file__]
        poor.ancestors(3)  # warnings are errors here
        with pytest.warns(nxp.QualityWarning):
            poor.relabel(range(100, 250)).ancestors(103)

    def test_without_horizons_they_are_advised(self, poor):
        with pytest.warns(nxp.QualityWarning, match=r"fit_horizons\(G\) finds more"):
            poor.with_horizons(None).parents(3)

    def test_good_and_unknown_orders_are_silent(self, poor):
        nxp.embed(DIAMOND.copy(), 5, seed=0).ancestors("d")
        nxp.Embedding.from_vectors(poor.nodes, poor.vectors).ancestors(3)
        poor.nearest(3)
        nxp.evaluate_order(poor, dense(150))


def test_small_graphs_load_no_numba():
    code = """
import sys, networkx as nx, nx_poincare as nxp
diamond = nx.DiGraph([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")])
for G in (diamond, nx.balanced_tree(3, 5, create_using=nx.DiGraph)):
    for dim in (2, 5):
        assert nxp.embed(G, dim, seed=0).quality is not None
print("numba" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_it_can_be_ignored_by_its_category():
    assert issubclass(nxp.QualityWarning, UserWarning)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", nxp.QualityWarning)
        nxp.embed(dense(150)).ancestors(3)
