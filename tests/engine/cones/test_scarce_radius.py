"""Small radii: room is used, not clipped, and what float32 and projections leave of the vectors keeps the order."""

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.utils.limits import NAMED_RADII

pytestmark = pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")


def in_float32(emb, most=1.0):
    """What another program has that keeps vectors in float32 and clips their norm."""
    vectors = emb.vectors.astype(np.float32)
    norms = np.linalg.norm(vectors.astype(np.float64), axis=1)
    vectors = vectors * np.minimum(1, most / np.maximum(norms, 0.5)).astype(np.float32)[:, None]
    return nxp.Embedding.from_vectors(emb.nodes, vectors.astype(np.float64))


def random_tree(n, seed):
    rng = np.random.default_rng(seed)
    return nx.DiGraph([(int(rng.integers(max(0, v - 60), v)), v) for v in range(1, n)])


@pytest.mark.parametrize(
    ("dim", "name", "most_rank", "least_map"),
    [(2, "float32", 1.05, 0.99), (3, "float32", 1, 1), (3, "clip", 1.01, 0.99), (5, "clip", 1, 1), (10, "clip", 1, 1)],
)
def test_mammals_survive(mammals, dim, name, most_rank, least_map):
    G = nx.DiGraph(mammals)
    emb = nxp.embed(G, dim, seed=0, max_radius=name)
    scores = nxp.evaluate_reconstruction(in_float32(emb, 1.0 if name == "float32" else 1 - 1e-5), G)
    assert scores.mean_rank <= most_rank
    assert scores.map_score >= least_map
    assert emb.quality.f1 >= least_map
    assert emb.quality[:2] == pytest.approx(scores[:2], abs=1e-12)


@pytest.mark.parametrize("name", list(NAMED_RADII))
def test_named_radii_are_measured_on_what_float32_holds(mammals, name):
    emb = nxp.embed(nx.DiGraph(mammals), 3, seed=0, max_radius=name, effort=0.2)
    assert np.array_equal(emb.vectors.astype(np.float32), emb.vectors)
    assert emb.radii.max() <= NAMED_RADII[name] + 0.5
    norms = np.linalg.norm(emb.vectors.astype(np.float32), axis=1)  # in float32 as well, as other programs have it
    assert norms.max() < (np.float32(1 - 1e-5) if name == "clip" else 1)


@pytest.mark.parametrize("radius", [6.0, 9.0, 16.0])
@pytest.mark.parametrize("dim", [5, 10])
def test_random_trees_fit_a_small_radius(dim, radius):
    G = random_tree(400, 1)
    emb = nxp.embed(G, dim, seed=0, max_radius=radius)
    assert emb.radii.max() <= radius
    assert emb.quality.map_score > 0.98
    grown = emb.radii[[emb.index[v] for _, v in G.edges]] - emb.radii[[emb.index[u] for u, _ in G.edges]]
    assert grown.min() > 0


def test_better_than_the_closed_form(mammals):
    G = nx.DiGraph(mammals)
    for dim, radius in [(2, 16), (3, 10), (6, 8)]:
        closed = nxp.embed(G, dim, seed=0, max_radius=radius, effort=0).quality
        assert nxp.embed(G, dim, seed=0, max_radius=radius).quality.map_score > closed.map_score


def test_what_fits_stays_in_closed_form():
    G = nx.balanced_tree(3, 3, create_using=nx.DiGraph)
    closed = nxp.embed(G, 5, max_radius=16, effort=0)
    assert closed.quality.map_score == 1
    assert nxp.embed(G, 5, max_radius=16) == closed


def test_same_seed_same_bytes_and_any_number_of_threads(mammals):
    G = nx.DiGraph(mammals)
    once, again = (nxp.embed(G, 4, seed=3, max_radius=8, effort=0.1, n_jobs=jobs) for jobs in (1, 2))
    assert once.vectors.tobytes() == again.vectors.tobytes()
