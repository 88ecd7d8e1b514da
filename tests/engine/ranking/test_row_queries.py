"""Single questions give the same answers with the index as without."""

import pickle

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nx_poincare as nxp
from nx_poincare.engine.ranking import row_queries
from nx_poincare.engine.ranking.order import OrderedPoints
from nx_poincare.engine.ranking.row_queries import RowQueries


@pytest.fixture
def index_at_once(monkeypatch):
    for name in ("_LEAST_ROWS", "_MOST_COMPARISONS", "_COST_OF_INDEX"):
        monkeypatch.setattr(row_queries, name, 0)


def answers(emb, nodes, counts=(0, 1, 7, 10**6)):
    return [
        [emb.ancestors(u), emb.descendants(u), emb.children(u), emb.closer_than(u, emb.nodes[0])]
        + [emb.nearest(u, k) for k in counts]
        + [emb.nearest(np.array([0.3, -0.9, *[0.0] * (emb.dim - 2)]), k) for k in counts]
        for u in nodes
    ]


@st.composite
def embeddings(draw):
    """Points at all radii or at few, some alike, some at the origin, with horizons or without."""
    n, dim = draw(st.integers(1, 200)), draw(st.integers(2, 10))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    directions = rng.normal(size=(n, dim))
    spread = draw(st.sampled_from([1.0, 1e-3, 1e-9, 0.0]))
    directions = directions[rng.integers(0, n, n)] + spread * rng.normal(size=(n, dim))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    radii = draw(st.sampled_from([rng.uniform(0, 36, n), rng.integers(0, 4, n) * 9.0, np.full(n, 0.5)]))
    radii[rng.random(n) < draw(st.sampled_from([0.0, 0.1]))] = 0.0
    horizons = draw(st.sampled_from([None, radii + rng.normal(size=n).clip(-radii), rng.uniform(0, 70, n)]))
    return nxp.Embedding(range(n), directions, radii, horizons=horizons)


@given(embeddings())
@settings(deadline=None, max_examples=40)
def test_same_answers_of_any_points(emb):
    nodes = emb.nodes[:: max(len(emb) // 8, 1)]
    without = answers(emb, nodes)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_LEAST_ROWS", "_MOST_COMPARISONS", "_COST_OF_INDEX"):
            patch.setattr(row_queries, name, 0)
        assert answers(emb, nodes) == without


@pytest.mark.parametrize("dim", [2, 5])
def test_same_answers_of_real_hierarchies(mammals, dim, index_at_once):
    G = nx.DiGraph(mammals)
    emb = nxp.embed(G, dim, seed=0)
    for u in list(G)[::50]:
        assert set(emb.ancestors(u)) == nx.ancestors(G, u)
        assert set(emb.descendants(u)) == nx.descendants(G, u)
        away = emb.distances(u)
        nearest = sorted((d, i) for i, d in enumerate(away.tolist()) if emb.nodes[i] != u)[:9]
        assert emb.nearest(u, 9) == [(emb.nodes[i], d) for d, i in nearest]


def test_the_index_comes_when_it_is_worth_it(monkeypatch):
    """Not for few nodes, nor for few questions, nor at radii whose keys leave float64."""
    monkeypatch.setattr(row_queries, "_MOST_COMPARISONS", 0)
    built = []
    monkeypatch.setattr(row_queries, "near_index", lambda nodes: built.append(len(nodes.radii)))
    rng = np.random.default_rng(0)
    for n, questions, radius, expected in [
        (4000, 24, 9.0, []), (4000, 25, 9.0, [4000]), (3999, 200, 9.0, []), (4000, 200, 400.0, []),
    ]:  # fmt: skip
        angles = rng.uniform(0, 2 * np.pi, n)
        points = OrderedPoints(np.column_stack([np.cos(angles), np.sin(angles)]), np.full(n, radius))
        queries = RowQueries(points)
        for _ in range(questions):
            queries.ancestors(0)
        assert built == expected, (n, questions, radius)
        built.clear()


def test_the_index_is_not_pickled(mammals, index_at_once):
    emb = nxp.embed(nx.DiGraph(mammals))
    size = len(pickle.dumps(emb))
    below = emb.descendants("dog.n.01")
    assert len(pickle.dumps(emb)) == size
    assert pickle.loads(pickle.dumps(emb)).descendants("dog.n.01") == below
