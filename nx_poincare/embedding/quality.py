"""How good an embedding is: what was measured when it was made, and what to do where it is poor."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from nx_poincare.engine.ranking.confidence import EstimatedF1, EstimatedRanks
from nx_poincare.utils.limits import LARGEST_RADIUS

if TYPE_CHECKING:
    from nx_poincare.engine.ranking.horizons import Tally

__all__ = [
    "EdgesOutOfOrder",
    "Quality",
    "QualityWarning",
    "hint_for_poor_ranks",
    "is_poor",
    "is_poor_order",
    "quality_from_mapping",
    "quality_in_words",
    "quality_of",
    "warning_of_lost_edges",
    "warning_of_poor_order",
]

_POOR_MAP = 0.95
_POOR_F1 = 0.9
_MANY_LOST = 0.1  # of the edges; fewer go with an F1 above .9
_MANY_OFF_TREE = 0.02  # of the pairs; with fewer, what is missing is not dimensions
_WIDE_DIM = 10  # holds half of the pairs off any tree, or more
_MOST_DIM = 50  # beyond, still more are not advised
_DIM_OF_CYCLES = 5  # from three on, nodes of a cycle have points of their own; three are close
_RADIUS_OF_STEP = 1.39  # by which a step down a chain is farther out


class QualityWarning(UserWarning):
    """An embedding is poor: its ranks, where `embed` made it, nodes without room, or its order, where it is asked."""


class _Figures(NamedTuple):
    mean_rank: float
    map_score: float
    f1: float
    plain_f1: float
    off_tree: float
    rows: int
    pairs: int


class Quality(EstimatedRanks, EstimatedF1, _Figures):
    """What was measured of an embedding and the hierarchy that it was made from, over ``rows`` nodes.

    Attributes
    ----------
    mean_rank, map_score : float
        As `nx_poincare.evaluate_reconstruction` has them.
    f1, plain_f1 : float
        F1 of ancestors by horizons and by the plain rule, as `nx_poincare.evaluate_order` has them.
    off_tree : float
        Share of the pairs of a node and its ancestor that are on no path down from a root of a spanning tree, of which
        the one with the most such pairs is taken: 0 for a tree. What two dimensions hold depends on it.
    rows : int
        How many nodes were looked at, each ranked against all: all nodes, or a sample.
    pairs : int
        Number of their ancestors together.
    mean_rank_limits, map_limits, f1_limits, plain_f1_limits : tuple of two floats
        Between which the figures of all nodes are, each with 95 % confidence, where a sample of the nodes estimates
        them; twice the figure where all nodes were looked at. Like ``is_sample`` they are no items of the tuple. nan
        if the quality is from a file that was written before they were.
    is_sample : bool
        Whether not all nodes were looked at.
    """

    def _by_plain_rule(self) -> Quality:
        """The same without horizons; a sample has none."""
        return self if self.f1 == self.plain_f1 else self._replace(f1=self.plain_f1)

    def _as_mapping(self) -> dict[str, Any]:
        """What `quality_from_mapping` takes."""
        return self._asdict() | ({} if self._limits is None else {"limits": dict(self._limits)})


class EdgesOutOfOrder(NamedTuple):
    """How many edges of a graph lead to nodes whose horizons the parents are beyond, and how many edges there are."""

    lost: int
    edges: int


def quality_of(tally: Tally, *, rows: int, pairs_on_tree: int, has_horizons: bool) -> Quality | None:
    """From sums over some rows; None where they have no ancestors."""
    if not tally.pairs:
        return None
    plain_f1 = 2 * tally.right_by_plain_rule / (tally.named_by_plain_rule + tally.pairs)
    return Quality(
        mean_rank=tally.rank_sum / tally.pairs,
        map_score=tally.precision_sum / tally.rows,
        f1=2 * tally.right / (tally.named + tally.pairs) if has_horizons else plain_f1,
        plain_f1=plain_f1,
        off_tree=(tally.pairs - pairs_on_tree) / tally.pairs,
        rows=rows,
        pairs=tally.pairs,
    )


def quality_from_mapping(values: Mapping[str, Any], nodes: int) -> Quality:
    """From what `Quality._as_mapping` gives and files hold, of an embedding of so many nodes.

    Raises
    ------
    ValueError
        If a figure is missing or not a number.
    """
    try:
        found = Quality(**{name: values[name] for name in Quality._fields})
    except (KeyError, TypeError) as error:
        raise ValueError(f"the quality is not a mapping with the fields of Quality: {error}") from error
    for name, value in found._asdict().items():
        kind = int if name in ("rows", "pairs") else (int, float)
        if isinstance(value, bool) or not isinstance(value, kind) or not math.isfinite(value):
            raise ValueError(f"the quality has {name}={value!r}")
    limits = values.get("limits", {})
    if not isinstance(limits, Mapping) or not all(map(_are_limits, limits.values())):
        raise ValueError(f"the quality has limits={limits!r}")
    if not limits and found.rows >= nodes:
        return found
    return found._with_limits({name: (low, high) for name, (low, high) in limits.items()})


def _are_limits(values: Any) -> bool:
    if not isinstance(values, (list, tuple)) or len(values) != 2:
        return False
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)


def quality_in_words(quality: Quality, nodes: int) -> str:
    """One line for people, of an embedding of so many nodes."""
    sample = f", from {quality.rows:,} nodes" if quality.rows < nodes else ""
    return f"mean rank {quality.mean_rank:.2f}, MAP {quality.map_score:.4f}, F1 of ancestors {quality.f1:.4f}{sample}"


def hint_for_poor_ranks(
    quality: Quality | None, dim: int, *, levels: int, max_radius: float, lost_to_cycles: float = 0.0
) -> str | None:
    """What to do about ranks that are poor, by what is hard about the graph; None where they are not.

    Parameters
    ----------
    quality : Quality or None
    dim : int
    levels : int
        Number of levels of the hierarchy.
    max_radius : float
        Largest hyperbolic radius.
    lost_to_cycles : float, default 0
        What the MAP lacks because nodes of cycles share a point (`map_lost_to_cycles`).
    """
    if quality is None or not is_poor(quality):
        return None
    kept = f"{dim} dimensions keep MAP {quality.map_score:.2f}, mean rank {quality.mean_rank:.1f}"
    if quality.map_score + lost_to_cycles >= _POOR_MAP:
        more = f"; dim={_DIM_OF_CYCLES} has points of their own for them" if dim == 2 else ""
        return f"nodes of a cycle stand beside each other, nearer than their ancestors: {kept}{more}"
    if quality.off_tree >= _MANY_OFF_TREE:
        more = f"; dim={_WIDE_DIM} is made for this" if dim < _WIDE_DIM else f"; dim={2 * dim} has more room"
        return f"{quality.off_tree:.0%} of the ancestor pairs are off any tree: {kept}{more if dim < _MOST_DIM else ''}"
    if levels <= max_radius / _RADIUS_OF_STEP:
        return None
    if levels <= LARGEST_RADIUS / _RADIUS_OF_STEP:
        return f"{levels} levels are more than radius {max_radius:g} has room for: {kept}; max_radius=None has more"
    return f"of {levels:,} levels float64 has room for about {LARGEST_RADIUS / _RADIUS_OF_STEP:.0f}: {kept}"


def is_poor(quality: Quality) -> bool:
    """Whether ranks are such that something is said of them."""
    return quality.map_score < _POOR_MAP


def is_poor_order(quality: Quality | None) -> bool:
    """Whether many answers about ancestors are known to be wrong."""
    return quality is not None and quality.f1 < _POOR_F1


def warning_of_poor_order(quality: Quality, *, has_horizons: bool) -> str:
    """What is said where an order that is poor is asked about."""
    remedy = ""
    if quality.off_tree >= _MANY_OFF_TREE:
        remedy = "; more dimensions keep more of them" if has_horizons else "; fit_horizons(G) finds more of them"
    return (
        f"ancestors in this embedding have an F1 of {quality.f1:.2f}, as measured when it was made: "
        f"many answers about them are wrong{remedy}"
    )


def warning_of_lost_edges(found: EdgesOutOfOrder | None) -> str | None:
    """What is said where points that were read from a graph do not have its order; None where they have it."""
    if found is None or found.lost <= _MANY_LOST * found.edges:
        return None
    return (
        f"{found.lost:,} of the {found.edges:,} edges of the graph are not in the order of its vectors: many answers "
        "about ancestors are wrong without the horizons that embed fits: fit_horizons(G) fits them again, "
        "write_to(G, horizon_as='horizon_excess') keeps them on a graph"
    )
