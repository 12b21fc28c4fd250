"""Compare fitted claims pair by pair, on what the two share."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from shellcount.case.biases import bias_covariance
from shellcount.insight.prior_points import PriorPoints
from shellcount.maths.apart import apart
from shellcount.maths.arrays import Array
from shellcount.maths.holm import rejected_up_to
from shellcount.model.model import Model
from shellcount.results.conflict import OFF
from shellcount.results.consistency import PAIR_LEVEL, ClaimPair


def compare_pairs(model: Model, points: PriorPoints, among: int = 0) -> tuple[ClaimPair, ...]:
    r"""Compare fitted claims pair by pair, the least compatible first.

    Each pair is compared as if no other claim and nothing of the quantity that both depend on had been known
    (node splitting; Presanis, Ohlssen, Spiegelhalter and De Angelis 2013, *Statistical Science* 28:376): by
    the ratio of the two figures, which is to be what the quantities' ratio, the hedges and the biases allow
    (:func:`shellcount.maths.apart.apart`). A pair is left out where its ratio is known no better beforehand
    than either quantity, because the two then have too little in common. A pair conflicts if its figures are
    too far apart for both to be sound, at 5% for all pairs together (Holm 1979), and if the chance that one
    of them is off exceeds 30%, from the two alone.

    Parameters
    ----------
    model
        Model of the case.
    points
        The claims at points from the prior.
    among
        Number of claims that they were chosen from, if more: the error rate is that of all their pairs.
    """
    chosen = math.comb(len(points.fitted), 2) / max(1, math.comb(max(among, len(points.fitted)), 2))
    found = [_compared(model, points, *places) for places in _sharing(model, points)]
    ordered = sorted(found, key=lambda pair: (pair.chance, pair.first, pair.second))
    return judged(ordered, PAIR_LEVEL * chosen)


def judged(pairs: Sequence[ClaimPair], level: float = PAIR_LEVEL) -> tuple[ClaimPair, ...]:
    """Tell which pairs conflict, all of them taken together."""
    limit = rejected_up_to([pair.chance for pair in pairs], level)
    return tuple(replace(pair, conflicting=pair.chance <= limit and _off(pair)) for pair in pairs)


def _off(pair: ClaimPair) -> bool:
    """Tell whether one of a pair is probably off; where none can be, that they are far apart tells it."""
    chances = [chance for chance in (pair.off_first, pair.off_second) if chance is not None]
    return not chances or max(chances) > OFF


def _sharing(model: Model, points: PriorPoints) -> Iterator[tuple[int, int]]:
    """List the pairs whose ratio is better known beforehand than either quantity, nothing seen first."""
    logs = points.logs - points.logs.mean(axis=1, keepdims=True)
    products: Array = logs @ logs.T / logs.shape[1]
    own = np.diagonal(products)
    for one, other in itertools.combinations(range(len(logs)), 2):
        claims = (points.fitted[one].claim, points.fitted[other].claim)
        reporting = [model.reporting[claim.id] for claim in claims]
        unseen = [each.kernel is None for each in reporting]
        if reporting[0].logit != reporting[1].logit or all(unseen):
            continue
        apart_by = own[one] + own[other] - 2 * products[one, other]
        if apart_by < min(own[one], own[other]):
            yield (other, one) if unseen[1] else (one, other)


def _compared(model: Model, points: PriorPoints, one: int, other: int) -> ClaimPair:
    first, second = (points.fitted[place].claim for place in (one, other))
    spreads, groups = model.bias_sd, model.correlations
    pairs = ((first, first), (second, second), (first, second))
    own, others, both = (bias_covariance(spreads, groups, *pair) for pair in pairs)
    found = apart(
        (first.stated, second.stated),
        points.logs[one] - points.logs[other],
        (model.reporting[first.id], model.reporting[second.id]),
        max(0.0, own + others - 2 * both),
        points.noise,
    )
    unseen = first.stated == 0
    below = found.sound_below
    return ClaimPair(
        first=first.id,
        second=second.id,
        ratio=None if unseen else _ratio(model, first.id, second.id, first.stated, second.stated),
        low=None if unseen else math.exp(found.low),
        high=None if unseen else math.exp(found.high),
        chance=below if unseen else min(1.0, 2 * min(below, 1 - below)),
        mcse=found.mcse if unseen else 2 * found.mcse,
        percentile=min(1.0, max(0.0, found.below)),
        off_first=found.off_first,
        off_second=found.off_second,
        conflicting=False,
    )


def _ratio(model: Model, first: str, second: str, stated: float, other: float) -> float:
    """Compute the ratio of two figures; of two shares, that of their odds."""
    one, two = (model.reporting[name].link(value) for name, value in ((first, stated), (second, other)))
    return math.exp(float(one) - float(two))
