r"""The compiled rows of the skeleton's training: keys, exact ranks and gradients. Arrays and scalars only.

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
"""

from __future__ import annotations

import math

import numpy as np

from nx_poincare.engine.cones.skeleton.ranks import misplaced_caps, near_caps, row_keys, row_scores, sorted_keys
from nx_poincare.utils.compiled import kernel

__all__ = ["evaluate_rows"]

_MOST_NEAR = 256  # caps that are all looked at, the nearest ones, and about as many sampled from the rest
_LARGEST_RATIO = 1e50
_REST_BELOW, _REST = 0.02, 4  # a row with smaller violations than this is left out of so many passes


@kernel(work=lambda _, caps, rows, *__: len(rows) * caps.directions.size, nogil=True)
def evaluate_rows(  # type: ignore[no-untyped-def]
    directions, caps, rows, ancestry, depths, weights, log2_sharpness, emphasis, origin, sample_seed, resting, excess,
    precision, misplaced, gradient, radial_gradient,
):  # fmt: skip
    r"""Exact ranks and gradients of some rows against all caps.

    Where more than a few hundred caps violate a row, the gradient takes the nearest of them and a sample of the
    others, weighted so that its expectation is nearly the gradient of all. Ranks always count all.

    Parameters
    ----------
    directions : ndarray of float64, shape (c + p, dim)
        Of caps and attach points.
    caps : Candidates
        See `nx_poincare.engine.ranking.exact`.
    rows : ndarray of int64
    ancestry : tuple of ndarray
        Offsets by row, and the ancestors.
    depths : PureTreeDepths
        See `nx_poincare.engine.cones.skeleton.split`.
    weights : ndarray of float64, shape (c + p,)
        Nodes that share the row.
    log2_sharpness : int
        The sharpness p of the loss is 2 to this power.
    emphasis : float
        beta of the loss.
    origin : tuple of float and bool
        Its weight w, and whether it stands for an ancestor of every row, as it does where there are several roots.
    sample_seed : int
    resting : ndarray of int64, shape (c + p,)
        Passes for which a row is left out: counted down, and set where it has nothing to gain.
    excess, precision : ndarray of float64, shape (c + p,)
        Receive the sums, over the nodes that share the row, of ranks above the best possible and of average
        precision; rows that are left out keep theirs.
    misplaced : ndarray of float64, shape (c + p,)
        Receive the ancestors that the origin is nearer than, and the other caps that it is not, in the same way.
    gradient, radial_gradient : ndarray of float64, shapes (c + p, dim) and (c,)
        Gradients by directions (not projected) and radii are added to these.
    """
    count = len(caps.radii)
    related = np.full(count, -1, np.int64)
    keys = np.empty(count)
    near = np.empty(count, np.int64)
    places = np.empty(count, np.int64)
    work = np.empty(2 * _MOST_NEAR + 1), np.empty(2 * _MOST_NEAR + 1), np.empty(2 * _MOST_NEAR + 1)
    total = 0.0
    most = 0
    for u in rows:
        most = max(most, ancestry[0][u + 1] - ancestry[0][u])
    limits = np.empty(most)
    intruders = np.empty(most, np.int64)
    for u in rows:
        own = ancestry[1][ancestry[0][u] : ancestry[0][u + 1]]
        if len(own) == 0 and not origin[1]:
            continue
        if resting[u] > 0:
            resting[u] -= 1
            continue
        for v in own:
            related[v] = u
        if u < count:
            related[u] = u
        t, short = row_keys(directions, caps, u, keys)
        ascending = limits[: len(own)]
        sorted_keys(keys, own, ascending)
        found, before = near_caps(keys, related, u, ascending, origin[1], near, places, intruders)
        misplaced[u] = weights[u] * misplaced_caps(keys, own, near[:found], caps.half_sinh_radius)
        excess[u], precision[u] = row_scores(u, before, intruders[: len(own)], depths, weights)
        exact, kept, stride = _thin_out(near, places, found, len(own), np.uint64(sample_seed))
        scale = np.sqrt(weights[u])
        loss, violation = _pull_row(
            directions, caps, u, own, keys, near, exact, kept, stride, scale, log2_sharpness, emphasis, origin, t,
            short, work, gradient, radial_gradient,
        )  # fmt: skip
        total += loss
        if violation < _REST_BELOW:
            resting[u] = _REST
    return total


@kernel()
def _thin_out(near, places, found, size, seed):  # type: ignore[no-untyped-def]
    """Keep the caps in the windows of the nearest ancestors, as far as they are few, and every so many of the others.

    Returns how many are kept whole, how many in all, and the weight of the others.
    """
    if found <= 2 * _MOST_NEAR:
        return found, found, 1
    counts = np.zeros(max(size, 1), np.int64)
    for i in range(found):
        counts[places[i]] += 1
    whole = 0
    last = 0
    while whole + counts[last] <= _MOST_NEAR:
        whole += counts[last]
        last += 1
    stride = -(-(found - whole) // _MOST_NEAR)
    mixed = (seed + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    skipped = np.int64((mixed >> np.uint64(33)) % np.uint64(stride))
    sample = np.empty(_MOST_NEAR + 1, np.int64)
    exact = 0
    others = 0
    for i in range(found):
        if places[i] < last:
            near[exact] = near[i]
            exact += 1
        else:
            if skipped == 0:
                sample[others] = near[i]
                others += 1
                skipped = stride
            skipped -= 1
    near[exact : exact + others] = sample[:others]
    return exact, exact + others, stride


@kernel()
def _pull_row(  # type: ignore[no-untyped-def]
    directions, caps, u, own, keys, near, exact, kept, stride, scale, log2_sharpness, emphasis, origin, t, short,
    work, gradient, radial_gradient,
):  # fmt: skip
    """Add the gradients of one row; returns its loss (0 without violation) and the sum of its violations."""
    inverses, ratios, forces = work
    for i in range(kept):
        inverses[i] = 1 / keys[near[i]]
        forces[i] = 0.0
    change = 0.0
    loss = 0.0
    violation = 0.0
    for j in range(len(own) + origin[1]):
        own_key, part_of_others, beyond = 1.0, origin[0], 0.0
        if j < len(own):
            own_key, part_of_others = keys[own[j]], 1.0
        _ratios(own_key, inverses[:kept], log2_sharpness, ratios)
        violated = _sum_of_logs(ratios[:exact]) + stride * _sum_of_logs(ratios[exact:kept])
        violated *= part_of_others
        if j < len(own) and caps.half_sinh_radius[own[j]] > 0:
            ratio = own_key
            for _ in range(log2_sharpness):
                ratio = min(ratio * ratio, _LARGEST_RATIO)
            settled = origin[0] / ((1 + violated) * (1 + violated))
            away = math.log(1 + ratio) * settled
            loss += scale * away / 2.0**log2_sharpness
            violation += away
            beyond = settled * (ratio / (1 + ratio)) * scale
        violation += violated
        power = (1 + violated) ** emphasis
        loss += scale * (power - 1) / (emphasis * 2.0**log2_sharpness)
        strength = scale * power / (1 + violated)
        slope = 0.0
        for i in range(kept):
            part = part_of_others * (ratios[i] / (1 + ratios[i]))
            if i >= exact:
                part *= stride
            slope += part
            forces[i] -= strength * part
        if j < len(own):
            slope = (slope * strength + beyond) / own_key
            change += _pull(directions, caps, u, own[j], t, short, slope, gradient, radial_gradient)
    for i in range(kept):
        change += _pull(directions, caps, u, near[i], t, short, forces[i] * inverses[i], gradient, radial_gradient)
    if u < len(caps.radii):
        radial_gradient[u] += change * short * (1 + t)
    return loss, violation


@kernel()
def _ratios(own_key, inverses, log2_sharpness, ratios):  # type: ignore[no-untyped-def]
    """(K_a / K_b)^p with p = 2^log2_sharpness."""
    for i in range(len(inverses)):
        ratios[i] = own_key * inverses[i]
    for _ in range(log2_sharpness):
        for i in range(len(inverses)):
            ratios[i] = min(ratios[i] * ratios[i], _LARGEST_RATIO)


@kernel()
def _sum_of_logs(ratios):  # type: ignore[no-untyped-def]
    """Sum of ln(1 + ratio), by few logarithms."""
    total = 0.0
    product = 1.0
    for ratio in ratios:
        product *= 1 + ratio
        if product > 1e200:
            total += math.log(product)
            product = 1.0
    return total + math.log(product)


@kernel(inline="always")
def _pull(directions, caps, u, v, t, short, slope, gradient, radial_gradient):  # type: ignore[no-untyped-def]
    """Add `slope` times the gradients of a key at u and v; returns `slope` times its derivative by t."""
    gap = 0.0
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
