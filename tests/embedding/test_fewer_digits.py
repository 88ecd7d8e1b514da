"""Embeddings saved in float32 and float16: what is kept, what is said, what is refused."""

import logging
import zipfile
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import nx_poincare as nxp
from nx_poincare.cli.running import main
from nx_poincare.embedding.offsets import offsets_of, points_of
from nx_poincare.engine.geometry.ball import distance
from nx_poincare.io.arrays import read_arrays, write_arrays
from nx_poincare.io.vectors.npz import EmbeddingFileError


def saved(emb: nxp.Embedding, path: Path, dtype: Any) -> nxp.Embedding:
    emb.save(path, dtype=dtype)
    return nxp.Embedding.load(path)


class TestScores:
    @pytest.mark.parametrize("dim", [2, 5, 10])
    def test_float32_keeps_all_and_float16_most(self, mammals: nx.DiGraph, tmp_path: Path, dim: int) -> None:
        emb = nxp.embed(mammals.copy(), dim, seed=0)
        for dtype, least in (("float32", 1.0), ("float16", 0.99)):
            again = saved(emb, tmp_path / "m.npz", dtype)
            assert (again.nodes, again.levels.tolist()) == (emb.nodes, emb.levels.tolist())
            assert set(again.to_networkx().edges) == set(mammals.edges)
            scores, order = nxp.evaluate_reconstruction(again, mammals), nxp.evaluate_order(again, mammals)
            assert min(scores.map_score, order.f1) >= least
            assert again.quality is not None  # of what is loaded, not of what was saved
            assert again.quality[:3] == pytest.approx((scores.mean_rank, scores.map_score, order.f1), rel=1e-12)
            assert again.layout == pytest.approx(emb.layout, abs=1e-3)

    def test_a_dag(self, tmp_path: Path) -> None:
        G = nx.gnr_graph(300, 0.3, seed=1).reverse()
        rng = np.random.default_rng(0)
        G.add_edges_from((int(rng.integers(child)), child) for child in range(200, 300))
        emb = nxp.embed(G, 5, seed=0)
        again = saved(emb, tmp_path / "d.npz", "float32")
        assert emb.quality is not None
        assert again.quality is not None
        assert again.quality[:3] == pytest.approx(emb.quality[:3], abs=2e-3)

    def test_bytes(self, tmp_path: Path) -> None:
        emb = nxp.embed(nx.gnr_graph(3000, 0.2, seed=1).reverse(), 10, seed=0)
        sizes = {}
        for dtype in (None, "float32", "float16"):
            emb.save(tmp_path / "a.npz", dtype=dtype)
            with zipfile.ZipFile(tmp_path / "a.npz") as archive:
                members = {one.filename.removesuffix(".npy"): one.compress_size for one in archive.infolist()}
            points = ("directions", "radii", "steps", "offsets", "nth_parent", "exact_directions", "exact_radii")
            sizes[dtype] = sum(members.get(name, 0) for name in points)
        assert sizes["float32"] < sizes[None] / 2
        assert sizes["float16"] < sizes[None] / 5


class TestWhatIsSaid:
    def test_a_line_of_the_log(self, mammals: nx.DiGraph, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        emb = nxp.embed(mammals.copy(), 5, seed=0)
        with caplog.at_level(logging.INFO, "nx_poincare"):
            again = saved(emb, tmp_path / "m.npz", np.float16)
        assert again.quality is not None
        mean_rank, map_score = again.quality[:2]
        assert f"in float16 mean rank is {mean_rank:.4g} (was 1), MAP {map_score:.4f} (1.0000)" in caplog.text

    def test_a_warning_where_more_is_lost(self, tmp_path: Path) -> None:
        G = nx.balanced_tree(2, 9, create_using=nx.DiGraph)
        emb = nxp.embed(G, 2, seed=0)
        shrunk = nxp.Embedding(emb.nodes, emb.directions, emb.radii * 0.7, edges=emb.edges)
        known = shrunk._with_quality(emb.quality)  # as if it had been that good
        with pytest.warns(nxp.PrecisionWarning, match=r"in float16 .*: float32 has more digits$") as said:
            known.save(tmp_path / "a.npz", dtype="float16")
        assert said[0].filename == __file__

    def test_refusals(self, mammals: nx.DiGraph, tmp_path: Path) -> None:
        emb = nxp.Embedding.from_vectors(["a", "b"], [[0.0, 0.0], [0.5, 0.25]])
        with pytest.raises(ValueError, match="this embedding has no edges; leave out dtype, or embed a graph"):
            emb.save(tmp_path / "a.npz", dtype="float32")
        with pytest.raises(ValueError, match="dtype must be one of float32, float16, got 'int8'"):
            emb.save(tmp_path / "a.npz", dtype="int8")
        with pytest.raises(ValueError, match="dtype must be one of float32, float16, got 'words'"):
            emb.save(tmp_path / "a.npz", dtype="words")
        with pytest.raises(ValueError, match="dtype applies only to the format npz, not to tsv"):
            emb.save(tmp_path / "a.tsv", dtype="float32")
        assert not list(tmp_path.iterdir())

    def test_the_command(self, mammals: nx.DiGraph, tmp_path: Path) -> None:
        emb = nxp.embed(mammals.copy(), 5, seed=0)
        emb.save(tmp_path / "a.npz")
        done = CliRunner().invoke(main, ["convert", f"{tmp_path}/a.npz", f"{tmp_path}/b.npz", "--dtype", "float16"])
        assert done.exit_code == 0, done.output
        assert (tmp_path / "b.npz").stat().st_size < (tmp_path / "a.npz").stat().st_size / 2
        assert nxp.Embedding.load(tmp_path / "b.npz").ancestors("dog.n.01") == emb.ancestors("dog.n.01")


class TestFiles:
    def test_same_bytes_and_saved_again(self, mammals: nx.DiGraph, tmp_path: Path) -> None:
        emb = nxp.embed(mammals.copy(), 5, seed=0)
        for name in ("a.npz", "b.npz"):
            emb.save(tmp_path / name, dtype="float16")
        assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
        again = nxp.Embedding.load(tmp_path / "a.npz")
        again.save(tmp_path / "c.npz")
        assert nxp.Embedding.load(tmp_path / "c.npz") == again

    def test_horizons_of_the_users_own_are_kept(self, tmp_path: Path) -> None:
        emb = nxp.embed(nx.balanced_tree(2, 3, create_using=nx.DiGraph)).with_horizons(np.linspace(0, 7, 15))
        again = saved(emb, tmp_path / "a.npz", "float32")
        assert again.horizons == pytest.approx(emb.horizons, abs=1e-5)
        assert again.quality is None

    @pytest.mark.parametrize("G", [nx.DiGraph(), nx.empty_graph(1, nx.DiGraph), nx.empty_graph(3, nx.DiGraph)])
    def test_graphs_without_edges(self, G: nx.DiGraph, tmp_path: Path) -> None:
        emb = nxp.embed(G)
        assert saved(emb, tmp_path / "a.npz", "float16") == emb

    def test_cycles(self, tmp_path: Path) -> None:
        emb = nxp.embed(nx.DiGraph([("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")]), 3, seed=0)
        again = saved(emb, tmp_path / "a.npz", "float32")
        assert again.quality is not None
        assert again.quality == pytest.approx(emb.quality)

    @pytest.mark.parametrize(
        ("name", "changed", "problem"),
        [
            ("steps", lambda a: a[1:], r"steps has shape \(14,\), expected \(15,\)"),
            ("steps", lambda a: a.astype(np.float64), "the array 'steps' is of float64, not float32 or float16"),
            ("offsets", lambda a: a[:, 1:], r"offsets has shape \(15, 1\), expected \(15, 2\)"),
            ("nth_parent", lambda a: a + 1, "has not so many parents|expected"),
            ("edges", lambda a: a[:, ::-1].copy(), "has not so many parents|in a circle"),
            ("edges", lambda a: a + 99, "names a row outside"),
            ("exact_radii", lambda a: a - 1, "radius of node 0 is negative"),
            ("offsets", lambda a: a * np.nan, "the row of node .* is not finite"),
        ],
    )
    def test_damaged_parts(self, tmp_path: Path, name: str, changed: Any, problem: str) -> None:
        path = tmp_path / "a.npz"
        nxp.embed(nx.balanced_tree(2, 3, create_using=nx.DiGraph), 3).save(path, dtype="float32")
        arrays = read_arrays(path)
        write_arrays(path, {**arrays, name: changed(arrays[name])})
        with pytest.raises(EmbeddingFileError, match=problem):
            nxp.Embedding.load(path)
        write_arrays(path, {key: value for key, value in arrays.items() if key != name})
        with pytest.raises(EmbeddingFileError, match=name):
            nxp.Embedding.load(path)

    def test_nodes_in_a_circle(self) -> None:
        edges = np.array([[0, 1], [1, 2], [2, 1]])
        kept = offsets_of(np.eye(3), np.array([0.0, 1.0, 2.0]), edges, np.float32)
        assert kept.nth_parent.tolist() == [-1, 0, 0]
        wrong = kept._replace(nth_parent=np.array([-1, 1, 0], dtype=np.int32))
        with pytest.raises(ValueError, match="nodes are offsets from each other, in a circle"):
            points_of(wrong, edges)


@given(
    st.integers(1, 6), st.integers(0, 2**32 - 1), st.sampled_from([np.float32, np.float16]), st.floats(0, 1),
)  # fmt: skip
def test_any_points_and_edges(dim: int, seed: int, dtype: Any, spread: float) -> None:
    """Directions keep the digits of the type, and radii those of the step; antipodes and cycles included."""
    rng = np.random.default_rng(seed)
    n = 40
    directions = rng.normal(size=(n, dim)) * np.where(rng.random(n) < 0.2, -1, 1)[:, None]
    directions[n // 2 :] = directions[: n // 2] * rng.choice([-1, 1], size=(n // 2, 1)) + spread * 1e-3
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    radii = rng.choice([0.0, 1.0, 30.0], size=n) * rng.random(n)
    edges = rng.integers(0, n, size=(70, 2))
    kept = offsets_of(directions, radii, edges, dtype)
    found, found_radii = points_of(kept, edges)
    eps, depth = np.finfo(dtype).eps, n
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-14)
    assert np.allclose(found, directions, atol=4 * depth * eps)
    assert np.allclose(found_radii, radii, rtol=depth * eps, atol=1e-12 + 60 * eps)
    is_exact = kept.nth_parent < 0
    assert np.array_equal(found[is_exact], directions[is_exact])
    far = distance(found, found_radii, directions, radii)
    assert np.isfinite(far).all()
