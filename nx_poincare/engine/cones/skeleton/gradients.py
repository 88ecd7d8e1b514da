r"""The compiled rows of the skeleton's training: gradients. Arrays and scalars only.

Candidates v of a row u rank by (see `nx_poincare.engine.ranking.exact`)

.. math:: K_{uv} = \tfrac12 e^{r_v} (1 - t) + \tfrac12 e^{-r_v} (1 + t) + \tfrac12 t \sinh(r_v)\, |s_u - s_v|^2,
    \qquad t = \tanh r_u,

with t = 1 for an attach point, whose radius is infinite.

The loss of a row of weight W, with its ancestors a and the caps b that are not ancestors, is

.. math:: L_u = \frac{\sqrt W}{p \beta} \sum_a (1 + V_a)^\beta, \qquad
    V_a = \sum_b \ln\left(1 + (K_{ua} / K_{ub})^p\right).

Every cap that is nearer than an ancestor violates it by about p times the logarithm of the ratio of their
keys. The slope of a violation is bounded, so that far misses do not drown the others, and it stays where they
are far, where a softmax over all caps saturates. beta below 1 gives more to ancestors that few caps violate, as
MAP does; beta = 1 would treat all violations alike, as the mean rank does. The gradients by the logarithms of
the keys are

.. math:: \frac{\partial L_u}{\partial \ln K_{ua}} = \sum_b g_{ab}, \qquad
    \frac{\partial L_u}{\partial \ln K_{ub}} = - \sum_a g_{ab}, \qquad
    g_{ab} = \sqrt W (1 + V_a)^{\beta - 1} \frac{(K_{ua} / K_{ub})^p}{1 + (K_{ua} / K_{ub})^p}.

The origin has K = 1 for every row. So that ancestors are nearer than it, which any program can ask that has only the
vectors, it violates each of them, too, unless that stands at the origin itself. To the loss of the row is added

.. math:: \frac{w \sqrt W}{p} \sum_a \frac{\ln(1 + K_{ua}^p)}{(1 + V_a)^2},

where the denominator only weighs: it has no gradient. An ancestor that other caps violate is left to its rank. Where
there are several roots no ancestor stands at the origin to keep strangers out. There the origin is one more ancestor of
every row, with K = 1, whose V takes the factor w.

Ancestors and caps are sorted by key, which changes little from step to step, so that a row costs little more than what
is near. Where :math:`(K_{ua} / K_{ub})^p` is below :math:`e^{-5}`, the cap leaves the ancestor alone, which drops less
than .007 of a violation. Where it is above :math:`e^{8.8}`, the cap violates it by :math:`p \ln(K_{ua} / K_{ub})`,
with a slope of 1, which sums over the sorted keys give for all such caps at once.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.ranking.sorting import sort_nearly_sorted
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["largest_ratio", "pull_rows"]

_LARGEST_LOG_RATIO, _LEAST_LOG_RATIO = 8.8, -5.0  # beyond which a violation is its logarithm, or none
_FACTORS = 64  # of at most 1 + e^8.8 each: their product is a float64
_LARGEST_ROOT = 1e25
_REST_BELOW, _REST = 0.1, 8


class _Row(NamedTuple):
    """Room for the ancestors and the near caps of one row."""

    own: IntArray  # ancestors by key; -1 is the origin
    own_keys: FloatArray
    near: IntArray  # by key: those looked at whole, then those sampled
    keys: FloatArray
    powers: FloatArray  # keys to the power -p / 2; to the power -p, those at radius 42 would leave float64
    forces: FloatArray
    slopes: FloatArray  # of the violation of one ancestor
    products: FloatArray  # of keys, to sum their logarithms
    logs: FloatArray


@kernel(work=lambda directions, _caps, rows, _ancestry, near, *_: _work_of(directions, rows, near), nogil=True)
def pull_rows(  # type: ignore[no-untyped-def]
    directions, caps, rows, ancestry, near, weights, log2_sharpness, emphasis, origin, resting, gradient,
    radial_gradient,
):  # fmt: skip
    r"""Loss and gradients of some rows against the caps that are near them.

    Parameters
    ----------
    directions : ndarray of float64, shape (c + p, dim)
        Of caps and attach points.
    caps : Candidates
        See `nx_poincare.engine.ranking.exact`.
    rows : ndarray of int64, shape (m,)
    ancestry : tuple of ndarray
        Offsets into the ancestors of each of the rows, shape (m + 1,), and these.
    near : NearCaps
        See `nx_poincare.engine.cones.skeleton.ranks`. Sampled caps count as often as they stand for others, so that
        the expected gradient is nearly that of all.
    weights : ndarray of float64, shape (c + p,)
        Nodes that share the row.
    log2_sharpness : int
        The sharpness p of the loss is 2 to this power, which is 1 at least.
    emphasis : float
        beta of the loss.
    origin : tuple of float and bool
        Its weight w, and whether it stands for an ancestor of every row, as it does where there are several roots.
    resting : ndarray of int64, shape (m,)
        Steps for which each row is left out: counted down, and set where it has nothing to gain.
    gradient, radial_gradient : ndarray of float64, shapes (c + p, dim) and (c,)
        Gradients by directions (not projected) and radii are added to these.

    Returns
    -------
    loss : float
    work : int
        About how many nanoseconds it took.
    """
    count, dim = len(caps.radii), directions.shape[1]
    row = _room(rows, ancestry[0], near.starts)
    window = math.exp(-_LARGEST_LOG_RATIO / 2.0**log2_sharpness), math.exp(-_LEAST_LOG_RATIO / 2.0**log2_sharpness)
    total, work = 0.0, 0
    for i in range(len(rows)):
        if resting[i] > 0:
            resting[i] -= 1
            continue
        u = rows[i]
        above = ancestry[1][ancestry[0][i] : ancestry[0][i + 1]]
        listed = near.caps[near.starts[i] : near.starts[i + 1]]
        if len(above) == 0 and (len(listed) == 0 or not origin[1]):
            continue
        short = 2 / (1 + math.exp(2 * caps.radii[u])) if u < count else 0.0
        exact, stride = near.exact[i], near.strides[i]
        size, moves = _fill(row, directions, caps, u, above, listed, exact, log2_sharpness, window, origin[1], short)
        loss, violation, steps = _pull_row(
            row, directions, caps, u, size, exact, len(listed), stride, math.sqrt(weights[u]), log2_sharpness, window,
            emphasis, origin[0], short, gradient, radial_gradient,
        )  # fmt: skip
        total += loss
        work += _nanoseconds(dim, size, len(listed), moves, steps)
        if violation < _REST_BELOW:
            resting[i] = _REST
    return total, work


def largest_ratio(log2_sharpness: int) -> float:
    """Caps whose key is up to this multiple of an ancestor's violate it."""
    return math.exp(-_LEAST_LOG_RATIO / 2.0**log2_sharpness)


@kernel(inline="always")
def _nanoseconds(dim, size, found, moves, steps):  # type: ignore[no-untyped-def]
    """About how long a row takes."""
    return 500 + (55 + 4 * dim) * size + 20 * found + moves + 2 * steps


def _work_of(directions, rows, near):  # type: ignore[no-untyped-def]
    """Steps of the innermost loops, about."""
    return 4 * len(near.caps) * directions.shape[1] + 20 * len(rows)


@kernel()
def _room(rows, own_starts, near_starts):  # type: ignore[no-untyped-def]
    """Room for the largest of the rows."""
    own, near = 0, 0
    for i in range(len(rows)):
        own = max(own, own_starts[i + 1] - own_starts[i])
        near = max(near, near_starts[i + 1] - near_starts[i])
    own += 1
    return _Row(
        np.empty(own, np.int64), np.empty(own), np.empty(near, np.int64), np.empty(near), np.empty(near),
        np.empty(near), np.empty(near), np.empty(near), np.empty(near),
    )  # fmt: skip


@kernel()
def _fill(row, directions, caps, u, above, listed, exact, log2_sharpness, window, with_origin, short):  # type: ignore[no-untyped-def]
    """Ancestors and near caps with their keys, sorted; returns how many ancestors there are, the origin included, and
    how many steps the sorting took."""
    size = len(above)
    for j in range(size):
        row.own[j] = above[j]
        row.own_keys[j] = _key(directions, caps, u, above[j], short)
    if with_origin:
        row.own[size] = -1
        row.own_keys[size] = 1.0
        size += 1
    for i in range(len(listed)):
        row.near[i] = listed[i]
        row.keys[i] = _key(directions, caps, u, listed[i], short)
    moves = sort_nearly_sorted(row.own_keys[:size], row.own[:size])
    moves += sort_nearly_sorted(row.keys[:exact], row.near[:exact])
    moves += sort_nearly_sorted(row.keys[exact : len(listed)], row.near[exact : len(listed)])
    limit = row.own_keys[size - 1] * window[0]
    _add_logarithms(row, 0, exact, limit)
    _add_logarithms(row, exact, len(listed), limit)
    for i in range(len(listed)):
        power = 1 / row.keys[i]
        for _ in range(log2_sharpness - 1):
            power *= power
        row.powers[i] = power
        row.forces[i] = 0.0
    return size, moves


@kernel()
def _key(directions, caps, u, v, short):  # type: ignore[no-untyped-def]
    gap = 0.0
    for k in range(directions.shape[1]):
        step = directions[v, k] - directions[u, k]
        gap += step * step
    t = 1 - short
    return (
        caps.half_exp_radius[v] * short + caps.half_exp_minus_radius[v] * (1 + t) + t * caps.half_sinh_radius[v] * gap
    )


@kernel(inline="always")
def _add_logarithms(row, first, end, limit):  # type: ignore[no-untyped-def]
    """Sums of the logarithms of the keys below a limit: that of ``logs`` plus the logarithm of ``products``."""
    product, log = 1.0, 0.0
    for i in range(first, end):
        if row.keys[i] >= limit:
            break
        product *= row.keys[i]
        if not 1e-200 < product < 1e200:
            log += math.log(product)
            product = 1.0
        row.products[i] = product
        row.logs[i] = log


@kernel()
def _pull_row(  # type: ignore[no-untyped-def]
    row, directions, caps, u, size, exact, found, stride, scale, log2_sharpness, window, emphasis, origin_weight, short,
    gradient, radial_gradient,
):  # fmt: skip
    """Add the gradients of one row; returns its loss (0 without violation), the sum of its violations, and how many
    pairs of an ancestor and a cap were looked at."""
    sharpness = 2.0**log2_sharpness
    low, high = 0, 0  # where the window of an ancestor begins and ends, among the caps looked at whole
    sampled_low, sampled_high = exact, exact
    change, loss, violation, pushed = 0.0, 0.0, 0.0, 0.0
    steps = 0
    for j in range(size):
        own, own_key = row.own[j], row.own_keys[j]
        part_of_others = 1.0 if own >= 0 else origin_weight
        power = own_key
        for _ in range(log2_sharpness - 1):
            power *= power
        before, sampled_before = low, sampled_low
        low, high = _next_window(row.keys, own_key, window, low, high, exact)
        violated = _violation(row, own_key, power, 0, low, high, sharpness)
        if found > exact:
            sampled_low, sampled_high = _next_window(row.keys, own_key, window, sampled_low, sampled_high, found)
            violated += stride * _violation(row, own_key, power, exact, sampled_low, sampled_high, sharpness)
        steps += high - low + sampled_high - sampled_low
        violated *= part_of_others
        beyond = 0.0
        if own >= 0 and caps.half_sinh_radius[own] > 0:
            ratio = min(power, _LARGEST_ROOT) * min(power, _LARGEST_ROOT)
            settled = origin_weight / ((1 + violated) * (1 + violated))
            away = math.log(1 + ratio) * settled
            loss += scale * away / sharpness
            violation += away
            beyond = settled * (ratio / (1 + ratio)) * scale
        violation += violated
        raised = math.pow(1 + violated, emphasis)
        loss += scale * (raised - 1) / (emphasis * sharpness)
        strength = scale * raised / (1 + violated) * part_of_others
        slope = beyond + _push(row, strength, pushed, 0, before, low, high)
        slope += _push(row, stride * strength, stride * pushed, exact, sampled_before, sampled_low, sampled_high)
        pushed += strength
        if own >= 0:
            change += _pull(directions, caps, u, own, short, slope / own_key, gradient, radial_gradient)
    _push_far(row, pushed, 0, low)
    _push_far(row, stride * pushed, exact, sampled_low)
    for i in range(found):
        if row.forces[i] < 0:
            slope = row.forces[i] / row.keys[i]
            change += _pull(directions, caps, u, row.near[i], short, slope, gradient, radial_gradient)
    if u < len(caps.radii):
        radial_gradient[u] += change * short * (2 - short)
    return loss, violation, steps


@kernel(inline="always")
def _next_window(keys, own_key, window, low, high, end):  # type: ignore[no-untyped-def]
    """The window of the next ancestor, from that of the one before."""
    while low < end and keys[low] < own_key * window[0]:
        low += 1
    while high < end and keys[high] < own_key * window[1]:
        high += 1
    return low, high


@kernel(inline="always")
def _violation(row, own_key, power, first, low, high, sharpness):  # type: ignore[no-untyped-def]
    """Sum of ln(1 + ratio) over the caps up to the end of an ancestor's window; writes the slopes in the window."""
    total = 0.0
    if low > first:
        total = sharpness * ((low - first) * math.log(own_key) - row.logs[low - 1] - math.log(row.products[low - 1]))
    for i in range(low, high):
        root = power * row.powers[i]
        row.slopes[i] = root * root / (1 + root * root)
    for begin in range(low, high, _FACTORS):
        product = 1.0
        for i in range(begin, min(begin + _FACTORS, high)):
            root = power * row.powers[i]
            product *= 1 + root * root
        total += math.log(product)
    return total


@kernel(inline="always")
def _push(row, strength, pushed, first, before, low, high):  # type: ignore[no-untyped-def]
    """Push the caps in an ancestor's window away; returns the force of all up to its end on the ancestor.

    Caps that its window has left behind, from `before` on, are pushed by all ancestors from this one on, as much as
    that is: for `_push_far`, their forces lack what earlier ones have pushed.
    """
    for i in range(before, low):
        row.forces[i] += pushed
    total = np.float64(low - first)
    for i in range(low, high):
        total += row.slopes[i]
        row.forces[i] -= strength * row.slopes[i]
    return strength * total


@kernel()
def _push_far(row, pushed, first, low):  # type: ignore[no-untyped-def]
    """Push the caps away that a window has left behind, by all that was pushed in the end."""
    for i in range(first, low):
        row.forces[i] -= pushed


@kernel(inline="always")
def _pull(directions, caps, u, v, short, slope, gradient, radial_gradient):  # type: ignore[no-untyped-def]
    """Add `slope` times the gradients of a key at u and v; returns `slope` times its derivative by t."""
    gap, t = 0.0, 1 - short
    tangential = 2 * t * caps.half_sinh_radius[v] * slope
    for k in range(directions.shape[1]):
        step = directions[v, k] - directions[u, k]
        gap += step * step
        gradient[v, k] += tangential * step
        gradient[u, k] -= tangential * step
    half_exp_radius, half_exp_minus_radius = caps.half_exp_radius[v], caps.half_exp_minus_radius[v]
    cosh = half_exp_radius + half_exp_minus_radius
    radial_gradient[v] += slope * (half_exp_radius * short - half_exp_minus_radius * (1 + t) + t * cosh * gap / 2)
    return slope * caps.half_sinh_radius[v] * (gap - 2)
