r"""The compiled loop of training: distances, gradients and steps. Arrays and scalars only.

A point is a unit direction s and the exponential E of its hyperbolic radius. With
:math:`x = E_u / E_v` and :math:`q = |s_u - s_v|^2 / 2` the distance d of two points obeys

.. math:: \cosh d - 1 = \frac{(x - 1)^2}{2x} + \sinh r_u \sinh r_v\, q,

from which :math:`\sinh d` and :math:`e^{-d} = 1 / (\cosh d + \sinh d)` follow with one square
root: the softmax over distances needs no exponential and no logarithm per pair, and nothing
cancels at any radius.
"""

from __future__ import annotations

import math

import numpy as np

from nx_poincare.engine.training.compiled_draws import draw_negatives, draw_relatives, mix_bits, nearest_ancestors
from nx_poincare.utils.compiled import kernel

__all__ = ["train_rows"]

_LARGEST_TERM = 14.0  # of a pair whose emphasis still grows: S a million times e^-d
_LONGEST_STEP = 5.0  # hyperbolic length; a rate that would ask for more is far too large


@kernel(nogil=True)
def train_rows(  # type: ignore[no-untyped-def]
    directions, exponentials, rows, ancestry, table, fixed, negatives, rate, largest, seed, scratch,
    relatives=0, emphasis=0.0, temperature=1.0,
):  # fmt: skip
    r"""One pass of stochastic gradient descent over some nodes; returns the loss and the pairs seen.

    For a node u, its ancestors a and one shared set of negatives N the loss is that of
    Nickel & Kiela 2017, equation 6,

    .. math:: L = -\sum_a w_{ua} \log \frac{e^{-d(u, a)}}{e^{-d(u, a)} + S},
        \qquad S = \sum_{b \in N} e^{-d(u, b)},

    so that, with the softmax over one ancestor and all negatives,

    .. math:: \frac{\partial L}{\partial d(u, a)} = w_{ua} \frac{S}{e^{-d(u, a)} + S}, \qquad
        \frac{\partial L}{\partial d(u, b)} = - e^{-d(u, b)} \sum_a \frac{w_{ua}}{e^{-d(u, a)} + S}.

    With a `temperature` T other than 1 all distances in L, and so the gradients above, are divided by T, as
    in any softmax. Below 1 a pair is content sooner, once the ancestor is nearer than the negatives by a few T,
    and of the negatives the nearest matter more.

    With an `emphasis` :math:`\beta > 0` the term :math:`\ell = \log(1 + S e^{d(u, a) / T})` of each pair becomes

    .. math:: \frac{e^{\beta \ell} - 1}{\beta},

    whose limit at :math:`\beta = 0` is equation 6 and whose gradient is that of :math:`\ell` times
    :math:`e^{\beta \ell}`. The gradient of :math:`\ell` grows no more once a single negative is nearer
    than the ancestor; the factor makes pairs that are a thousand ranks off count more than those that
    are off by three. Beyond :math:`\ell = 14` the term goes on along its tangent. The loss returned is L
    in any case.

    The gradient of d(u, v) at u has length 1 in the hyperbolic metric. In the orthonormal frame
    of the radial direction and the tangents of the sphere its parts are

    .. math:: \frac{\sinh(r_u - r_v) + \cosh r_u \sinh r_v\, q}{\sinh d}, \qquad
        \frac{\sinh r_v}{\sinh d} \left(s_u - s_v - q\, s_u\right),

    both finite at the origin. Points move by the exponential map (see `_move`).

    Parameters
    ----------
    directions, exponentials : ndarray of float64, shapes (n, dim) and (n,)
        Changed in place.
    rows : ndarray of int64
    ancestry : Ancestry
        Pairs without a direct edge weigh 1 (see `nx_poincare.engine.training.negative_sampling`).
    table : ndarray of uint64
        To draw negatives from (`nx_poincare.engine.training.compiled_draws.alias_table`).
    fixed : ndarray of bool, shape (n,)
        Nodes that stay where they are.
    negatives : int
    rate : float
        Learning rate.
    largest : float
        Bounds the exponentials.
    seed : uint64
    scratch : Scratch
        Work space, whose size also bounds the ancestors looked at, the nearest first.
    relatives : int
        So many of the negatives are drawn by walks from the ancestors down to their children (`draw_relatives`).
    emphasis, temperature : float
    """
    # One function, 100 lines: taken apart by its comments it trains a tenth fewer pairs a second, since numba counts
    # the references to every array that is handed to another function.
    parent_starts, parent_list, parent_weights, child_starts, child_list, child_sums = ancestry
    children = child_starts, child_list, child_sums
    stamps, chosen, seen, seen_exponentials, versines, sinh_d, nearness, here, change, own_change = scratch
    dim = directions.shape[1]
    most_ancestors = len(chosen) - negatives
    sharpness = 1 / temperature
    loss = 0.0
    pairs = 0
    for u in rows:
        stamp = np.int64(mix_bits(seed + np.uint64(u) * np.uint64(0xD1342543DE82EF95)) >> np.uint64(1))
        k = nearest_ancestors(parent_starts, parent_list, u, stamp, stamps, chosen[:most_ancestors])
        if k == 0:
            continue
        stamps[u] = stamp
        plain = negatives - relatives
        total = k + draw_negatives(plain, k, stamp, stamps, table, np.uint64(stamp), chosen)
        total = draw_relatives(relatives, k, total, stamp, stamps, children, chosen)
        if total == k:
            continue

        # The points are read once: others may move meanwhile, and a gradient of mixed places has any length.
        # They are read together, so that what is far away in memory comes in one wait and not in one for each.
        E_u = exponentials[u]
        for c in range(dim):
            here[c] = directions[u, c]
        F_u = 1 / E_u
        sinh_u = 0.5 * (E_u - F_u)
        cosh_u = 0.5 * (E_u + F_u)
        for j in range(total):
            v = chosen[j]
            seen_exponentials[j] = exponentials[v]
            for c in range(dim):
                seen[j, c] = directions[v, c]

        # Distances.
        for j in range(total):
            q = 0.0
            for c in range(dim):
                gap = here[c] - seen[j, c]
                q += gap * gap
            q *= 0.5
            E_v = seen_exponentials[j]
            F_v = 1 / E_v
            step = E_u * F_v - 1
            m = 0.5 * (step * step * E_v * F_u + sinh_u * (E_v - F_v) * q)
            root = np.sqrt(m * (m + 2))
            versines[j] = q
            sinh_d[j] = root
            near = 1 / (1 + m + root)
            nearness[j] = near * near if sharpness == 2 else near if sharpness == 1 else near**sharpness

        # The loss, and its slope by each distance, in place of the nearness.
        S = 0.0
        for j in range(k, total):
            S += nearness[j]
        pull = 0.0
        parents = parent_starts[u + 1] - parent_starts[u]
        for j in range(k):
            w = parent_weights[parent_starts[u] + j] if j < parents and len(parent_weights) > 0 else 1.0
            near = nearness[j]
            term = math.log1p(S / near)
            loss += w * term
            if emphasis > 0:
                w *= math.exp(emphasis * min(term, _LARGEST_TERM))
            w *= sharpness
            pull += w / (near + S)
            nearness[j] = w * S / (near + S)
        for j in range(k, total):
            nearness[j] *= -pull
        pairs += k

        # Gradients, and steps against them.
        own_radial = 0.0
        for c in range(dim):
            own_change[c] = 0.0
        for j in range(total):
            v = chosen[j]
            if sinh_d[j] < 1e-15:  # coincident points have no direction to part in
                continue
            slope = nearness[j] / sinh_d[j]
            E_v = seen_exponentials[j]
            F_v = 1 / E_v
            sinh_v = 0.5 * (E_v - F_v)
            cosh_v = 0.5 * (E_v + F_v)
            along = 0.5 * (E_u * F_v - E_v * F_u)
            q = versines[j]
            own_radial += slope * (along + cosh_u * sinh_v * q)
            own = slope * sinh_v
            radial = slope * (cosh_v * sinh_u * q - along)
            other = slope * sinh_u
            for c in range(dim):
                gap = here[c] - seen[j, c]
                own_change[c] += own * (gap - q * here[c])
                change[c] = other * (-gap - q * seen[j, c])
            if not fixed[v]:
                _move(directions, exponentials, v, radial, change, rate, largest)
        if not fixed[u]:
            _move(directions, exponentials, u, own_radial, own_change, rate, largest)
    return loss, pairs


@kernel()
def _move(directions, exponentials, v, radial, tangential, rate, largest):  # type: ignore[no-untyped-def]
    r"""Step by the exponential map against a gradient given in the orthonormal frame at v.

    For a tangent vector of length l with radial part a and tangential part b, on the hyperboloid,

    .. math:: \sinh(r')\, s' = \left(\cosh l \sinh r + \tfrac{\sinh l}{l} a \cosh r\right) s + \tfrac{\sinh l}{l} b,

    which also holds at the origin. `tangential` serves as work space, so that another thread never
    sees a direction that is not of unit length.
    """
    dim = directions.shape[1]
    length = radial * radial
    for c in range(dim):
        length += tangential[c] * tangential[c]
    length = rate * np.sqrt(length)
    if length == 0:
        return
    step = -rate
    if length > _LONGEST_STEP:
        step *= _LONGEST_STEP / length
        length = _LONGEST_STEP
    if length < 0.02:  # the series to its last float64 digit
        square = length * length
        cosh_l = 1 + square * (0.5 + square * (1 / 24 + square / 720))
        stretch = step * (1 + square * (1 / 6 + square * (1 / 120 + square / 5040)))
    else:
        grown = math.exp(length)
        cosh_l = 0.5 * (grown + 1 / grown)
        stretch = step * 0.5 * (grown - 1 / grown) / length
    E = exponentials[v]
    F = 1 / E
    along = 0.5 * (cosh_l * (E - F) + stretch * radial * (E + F))
    size = 0.0
    for c in range(dim):
        tangential[c] = along * directions[v, c] + stretch * tangential[c]
        size += tangential[c] * tangential[c]
    size = np.sqrt(size)
    if size > 0:  # at the origin any direction will do, so the old one stays
        shrink = 1 / size
        for c in range(dim):
            directions[v, c] = tangential[c] * shrink
    exponentials[v] = min(size + np.sqrt(size * size + 1), largest)
