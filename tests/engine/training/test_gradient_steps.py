"""Gradients against finite differences in every regime, and what is drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import exponential_map, retraction, uniform_table

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.geometry.ball import distance
from nx_poincare.engine.training.compiled_draws import alias_table
from nx_poincare.engine.training.gradient_steps import train_rows
from nx_poincare.engine.training.negative_sampling import ancestry, degrees_in_closure, draw_weights, scratch
from nx_poincare.engine.training.random_start import random_start

EMPTY = np.zeros(0, dtype=np.int64)


def star_with_outsiders():
    """Node 3 has the ancestors 1 and 0; nodes 2, 4, 5 and 6 are unrelated to it."""
    return Dag.from_edges(np.array([0, 1, 0, 2, 2, 2]), np.array([1, 3, 2, 4, 5, 6]), 7)


def points(radii, dim, seed=0):
    directions = np.random.default_rng(seed).normal(size=(len(radii), dim))
    return directions / np.linalg.norm(directions, axis=1, keepdims=True), np.asarray(radii, dtype=float)


def one_visit(
    dag, directions, radii, rate, node=3, weights=None, fixed=(), negatives=50, relatives=0, emphasis=0.0,
    temperature=1.0, seed=1,
):  # fmt: skip
    directions, exponentials = directions.copy(), np.exp(radii)
    still = np.zeros(dag.n, dtype=bool)
    still[list(fixed)] = True
    loss, pairs = train_rows(
        directions, exponentials, np.array([node]), ancestry(dag, weights), uniform_table(dag.n), still, negatives,
        rate, np.exp(100.0), np.uint64(seed), scratch(dag, directions.shape[1], negatives), relatives, emphasis,
        temperature,
    )  # fmt: skip
    return directions, np.log(exponentials), loss, pairs


def loss_by_definition(
    directions, radii, u=3, above=(1, 0), others=(2, 4, 5, 6), weights=(1.0, 1.0), emphasis=0.0, temperature=1.0
):
    def d(v):
        return distance(directions[u], radii[u], directions[v], radii[v]) / temperature

    S = sum(np.exp(-d(b)) for b in others)
    terms = [-np.log(np.exp(-d(a)) / (np.exp(-d(a)) + S)) for a in above]
    if emphasis > 0:
        grown = [(np.exp(emphasis * min(term, 14)) - 1) / emphasis for term in terms]
        terms = [g + np.exp(emphasis * 14) * max(term - 14, 0) for g, term in zip(grown, terms, strict=True)]
    return float(np.dot(weights, terms))


REGIMES = {
    "centre": [1e-3] * 7,
    "middle": [0.5, 1.0, 1.5, 2.0, 0.3, 1.2, 2.5],
    "mixed": [0.0, 3.0, 4.0, 9.0, 12.0, 2.0, 20.0],
    "rim": [0.0, 12.0, 29.0, 30.0, 30.0, 28.0, 31.0],
}


@pytest.mark.parametrize(
    ("emphasis", "temperature", "relatives"),
    [(0.0, 1.0, 0), (0.3, 1.0, 0), (0.7, 1.0, 0), (0.7, 1.0, 100), (0.0, 0.5, 0), (0.3, 0.4, 400), (0.3, 3.0, 0)],
)
@pytest.mark.parametrize("dim", [2, 3, 10])
@pytest.mark.parametrize("radii", REGIMES.values(), ids=REGIMES.keys())
def test_loss_and_step_agree_with_finite_differences(radii, dim, emphasis, temperature, relatives):
    dag = star_with_outsiders()
    directions, radii = points(radii, dim, seed=dim)
    if radii[3] > 20:  # close directions, so that distances are far from the sum of the radii
        directions[[1, 2, 4, 5, 6]] = directions[3] + 1e-9 * directions[[1, 2, 4, 5, 6]]
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    # A unit vector in float64 tells points at radius r apart from a distance of some 2e-16 sinh(r) on.
    resolution = 2e-16 * np.sinh(radii.max())
    step, tolerance = max(1e-6, resolution**0.5), max(2e-3, 2 * resolution ** (1 / 3))
    h = max(1e-5, resolution ** (1 / 3))
    plain_loss = loss_by_definition(directions, radii, temperature=temperature)
    rate = 1e-3 * np.exp(-emphasis * min(plain_loss, 14))
    drawn = {"negatives": 400, "emphasis": emphasis, "temperature": temperature, "relatives": relatives}
    moved, moved_radii, loss, pairs = one_visit(dag, directions, radii, rate, **drawn)
    assert pairs == 2
    assert loss == pytest.approx(plain_loss, rel=1e-9)  # without emphasis in any case
    # Each point's step is -rate times its Riemannian gradient: along any unit tangent the derivative of the
    # loss, by central differences, is the gradient's component.
    rng = np.random.default_rng(5)
    for v in range(7):
        own_rate, near, near_radii = rate, moved, moved_radii
        for _ in range(3):  # until the point goes about as far as a step shall be
            gradient_length = distance(directions[v], radii[v], near[v], near_radii[v]) / own_rate
            own_rate = step / max(gradient_length, 1e-3)
            near, near_radii, _, _ = one_visit(dag, directions, radii, own_rate, **drawn)
        a, b = rng.normal(), rng.normal(size=dim)
        b -= (b @ directions[v]) * directions[v]
        scale = np.hypot(a, np.linalg.norm(b))
        a, b = a / scale, b / scale

        def along(h, v=v, a=a, b=b):
            s, r = directions.copy(), radii.copy()
            s[v], r[v] = exponential_map(directions[v], radii[v], h * a, h * b)
            return loss_by_definition(s, r, emphasis=emphasis, temperature=temperature)

        slope = (along(h) - along(-h)) / (2 * h)
        # The kernel's gradient, read off the step it took.
        radial = near_radii[v] - radii[v]
        tangential = np.sinh(radii[v]) * (near[v] - (near[v] @ directions[v]) * directions[v])
        if radii[v] < 0.1:  # near the origin the frame turns with the point: compare lengths only
            assert abs(slope) <= gradient_length * (1 + 1e-3) + 1e-4
            continue
        expected = -(radial * a + tangential @ b) / own_rate
        assert slope == pytest.approx(expected, rel=tolerance, abs=tolerance * max(gradient_length, 0.01))


@pytest.mark.parametrize("radius", [0.0, 1e-3, 1.0, 30.0])
def test_coincident_points_do_no_harm(radius):
    dag = star_with_outsiders()
    directions, radii = points([radius] * 7, 3)
    directions[:] = directions[0]
    moved, moved_radii, loss, _ = one_visit(dag, directions, radii, 0.5)
    assert np.isfinite(loss)
    assert np.isfinite(moved).all()
    assert np.isfinite(moved_radii).all()


@given(st.integers(0, 2**32 - 1), st.floats(0, 60), st.floats(1e-6, 100), st.sampled_from([0.0, 0.7, 2.0]))
def test_steps_stay_finite_whatever_the_rate(seed, radius, rate, emphasis):
    dag = star_with_outsiders()
    directions, _ = points([1.0] * 7, 4, seed)
    radii = np.random.default_rng(seed).uniform(0, radius, 7)
    moved, moved_radii, _, _ = one_visit(dag, directions, radii, rate, emphasis=emphasis, relatives=10)
    assert np.isfinite(moved_radii).all()
    assert np.allclose(np.linalg.norm(moved, axis=1), 1, atol=1e-14)
    assert (moved_radii >= 0).all()


def test_fixed_points_and_weights():
    dag = star_with_outsiders()
    directions, radii = points(REGIMES["middle"], 3)
    moved, _, plain, _ = one_visit(dag, directions, radii, 0.1, fixed=[1, 3])
    assert np.array_equal(moved[[1, 3]], directions[[1, 3]])
    assert not np.allclose(moved[2], directions[2])
    weights = np.ones(len(dag.parent_list))
    weights[dag.parent_starts[3]] = 5.0  # of the edge 1 -> 3; the pair (3, 0) has no edge
    _, _, heavy, _ = one_visit(dag, directions, radii, 0.1, weights=weights)
    assert plain == pytest.approx(loss_by_definition(directions, radii))
    assert heavy == pytest.approx(loss_by_definition(directions, radii, weights=(5.0, 1.0)))


def test_a_node_related_to_everything_is_left_alone():
    chain = Dag.from_edges(np.arange(4), np.arange(1, 5), 5)
    directions, radii = points([1.0] * 5, 2)
    moved, moved_radii, loss, pairs = one_visit(chain, directions, radii, 0.5, node=4)
    assert (loss, pairs) == (0, 0)
    assert np.array_equal(moved, directions)
    assert np.array_equal(np.exp(moved_radii), np.exp(np.log(np.exp(radii))))


@given(st.integers(1, 80), st.integers(0, 2**32 - 1))
def test_negatives_are_different_and_never_related(negatives, seed):
    """With rate 0 and points at known distances the loss tells which nodes were drawn."""
    dag = star_with_outsiders()
    directions, radii = points(REGIMES["middle"], 3, seed)
    _, _, loss, pairs = one_visit(dag, directions, radii, 0.0, negatives=negatives)
    assert pairs == 2
    if negatives >= 4:  # all four unrelated nodes, each once, and nothing else
        assert loss == pytest.approx(loss_by_definition(directions, radii))


def family():
    """Node 5 has the ancestors 1 and 0 and the sibling 6; 2 has the children 7 and 8; 9 to 49 stand apart."""
    return Dag.from_edges(np.array([0, 0, 0, 1, 1, 2, 2]), np.array([1, 2, 3, 5, 6, 7, 8]), 50)


def drawn_nodes(dag, node, seed, negatives, relatives):
    """Nodes that a visit moves, but the node itself and its ancestors."""
    directions, radii = points([1.0] * dag.n, 3)
    moved, _, _, _ = one_visit(
        dag, directions, radii, 0.1, node=node, negatives=negatives, relatives=relatives, seed=seed
    )
    _, related = dag.ancestors_of(np.array([node]))
    return set(np.flatnonzero((moved != directions).any(axis=1)).tolist()) - {node, *related.tolist()}


def test_relatives_are_met_on_walks_down_from_the_ancestors():
    counts = np.zeros(50)
    for seed in range(3000):
        found = drawn_nodes(family(), 5, seed, negatives=1, relatives=1)
        assert found <= {2, 3, 6, 7, 8}  # neither the node, nor an ancestor, nor a node that stands apart
        counts[list(found)] += 1
    # From 0 (1/2): 1, 2 or 3 (1/3 each), then stop (1/2) or go on to a child; from 1 (1/2): 5 or 6.
    expected = {2: 1 / 12, 3: 1 / 6, 6: 1 / 4 + 1 / 24, 7: 1 / 24, 8: 1 / 24}
    for node, share in expected.items():
        assert counts[node] / 3000 == pytest.approx(share, abs=0.03)


def test_children_are_met_by_weight():
    dag = Dag.from_edges(np.array([0, 0, 0, 0]), np.array([1, 2, 3, 4]), 5)
    directions, radii = points([1.0] * 5, 3)
    weights, counts = np.array([1.0, 1.0, 0.0, 3.0, 1.0]), np.zeros(5)
    for seed in range(2000):
        moved, exponentials = directions.copy(), np.exp(radii)
        train_rows(
            moved, exponentials, np.array([1]), ancestry(dag, child_weights=weights), uniform_table(5),
            np.zeros(5, dtype=bool), 1, 0.1, np.exp(36.0), np.uint64(seed), scratch(dag, 3, 1), 1, 0.0,
        )  # fmt: skip
        counts += (moved != directions).any(axis=1)
    assert counts[2] == 0
    assert counts[[3, 4]] / 2000 == pytest.approx([3 / 5, 1 / 5], abs=0.04)


@given(st.integers(1, 60), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_no_more_negatives_than_asked_for_are_drawn_and_the_same_again(negatives, share, seed):
    dag, relatives = family(), round(share * negatives)
    found = drawn_nodes(dag, 5, seed, negatives, relatives)
    assert min(negatives - relatives, 47) <= len(found) <= min(negatives, 47)
    assert found == drawn_nodes(dag, 5, seed, negatives, relatives)


def test_a_node_whose_relatives_are_all_ancestors_is_left_alone():
    chain = Dag.from_edges(np.arange(4), np.arange(1, 5), 5)
    directions, radii = points([1.0] * 5, 2)
    for relatives in (0, 10, 50):
        _, _, loss, pairs = one_visit(chain, directions, radii, 0.5, node=4, relatives=relatives, emphasis=0.7)
        assert (loss, pairs) == (0, 0)


def test_emphasis_weighs_pairs_that_are_far_off():
    dag = star_with_outsiders()
    directions, radii = points([0.0, 8.0, 2.0, 2.0, 2.0, 2.0, 2.0], 3)  # the parent 1 is far off, the root 0 near
    steps = {}
    for emphasis in (0.0, 0.7):
        _, moved, _, _ = one_visit(dag, directions, radii, 1e-4, emphasis=emphasis)
        steps[emphasis] = np.abs(moved - radii)
    assert steps[0.7][1] / steps[0.0][1] > 2 * steps[0.7][0] / steps[0.0][0]


def drawn_share(table):
    """How often each node is drawn."""
    n = len(table)
    below = (table >> np.uint64(32)) / 2.0**32
    aliases = (table & np.uint64(0xFFFFFFFF)).astype(np.int64)
    return (below + np.bincount(aliases, 1 - below, n)) / n


def test_alias_table_draws_by_weight():
    weights = np.array([1.0, 0.0, 5.0, 2.0, 0.5])
    assert drawn_share(alias_table(weights)) == pytest.approx(weights / weights.sum())
    assert drawn_share(alias_table(np.ones(3))).tolist() == [1 / 3] * 3
    assert len(alias_table(np.ones(0))) == 0


def test_nodes_are_drawn_by_their_number_of_descendants():
    found = degrees_in_closure(star_with_outsiders())
    assert found.tolist() == [7, 2, 4, 1, 1, 1, 1]
    for leaf_weight in (1.0, 0.2, 0.0):
        expected = np.array([49, 4, 16, *[leaf_weight] * 4])
        assert drawn_share(alias_table(draw_weights(found, 2.0, leaf_weight))) == pytest.approx(
            expected / expected.sum()
        )
    leaves_alone = draw_weights(np.ones(3), 0.5, 0.0)
    assert drawn_share(alias_table(leaves_alone)).tolist() == [1 / 3] * 3


def test_random_start_is_the_papers():
    directions, radii = random_start(1000, 3, np.random.default_rng(0))
    vectors = np.tanh(radii / 2)[:, None] * directions
    assert np.abs(vectors).max() <= 1e-3
    assert np.abs(vectors).max() > 0.9e-3


@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.floats(0, 25), st.floats(-3, 3), st.floats(0, 3))
def test_exponential_map_goes_as_far_as_the_vector_is_long(seed, dim, radius, radial, across):
    directions, _ = points([1.0, 1.0], dim, seed)
    s, tangent = directions
    tangent = tangent - (tangent @ s) * s
    tangent *= across / np.linalg.norm(tangent)
    moved, moved_radius = exponential_map(s, radius, radial, tangent)
    length = np.hypot(radial, across)
    assert np.linalg.norm(moved) == pytest.approx(1, abs=1e-14)
    tolerance = 1e-15 * np.sinh(radius + length)  # what float64 directions resolve there
    assert distance(s, radius, moved, moved_radius) == pytest.approx(length, rel=1e-6, abs=1e-7 + tolerance)


@given(st.integers(0, 2**32 - 1), st.floats(0.5, 15))
def test_retraction_agrees_with_the_exponential_map_to_first_order(seed, radius):
    directions, _ = points([1.0, 1.0], 3, seed)
    s, tangent = directions
    tangent = tangent - (tangent @ s) * s
    for h in (1e-2, 1e-3):
        there = exponential_map(s, radius, 0.3 * h, h * tangent)
        near = retraction(s, radius, 0.3 * h, h * tangent)
        assert distance(*there, *near) < 10 * h * h
