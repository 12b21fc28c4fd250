"""Find claims that contradict each other, before any model is fit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import NormalDist

from shellcount.case.biases import bias_covariance
from shellcount.case.flow import Span, span
from shellcount.case.kinds import KINDS
from shellcount.case.schema import Case, Claim
from shellcount.frozen import frozen
from shellcount.maths.kernel import Kernel
from shellcount.model.model import Model, build_model
from shellcount.results.given import readings, replaced
from shellcount.wording import phrases

# Two claims are in tension when their order has at most this probability.
TENSION = 0.10
MOST_COMPARED = 500  # claims: beyond, each would be compared with hundreds of others
_NODES = 200  # equally probable values of a quantity, over which a probability is averaged


@frozen
class Tension:
    """Two claims that are hard to reconcile.

    Parameters
    ----------
    lower, upper
        Ids of the claims: the quantity of the first cannot exceed that of the second.
    probability
        Probability of that order, from the two claims alone.
    sentence
        The tension in words.
    """

    lower: str
    upper: str
    probability: float
    sentence: str


@frozen
class _Part:
    """Part of the flow that a claim speaks about in one of its readings.

    Parameters
    ----------
    time
        Time that it covers.
    depth
        Place of its scope, the widest first; the same for all claims of items.
    nature
        Nature, or ``None`` for all.
    """

    time: Span
    depth: int
    nature: str | None

    def within(self, whole: _Part) -> bool:
        """Tell whether it is part of another one."""
        inside = whole.time.begin <= self.time.begin and self.time.end <= whole.time.end
        return inside and self.depth >= whole.depth and whole.nature in {None, self.nature}


def tensions(case: Case) -> tuple[Tension, ...]:
    r"""Find pairs of claims that cannot both be near the truth, the worst first.

    Only claims of one kind are compared: containers of a narrower scope in a time cannot exceed those of a
    wider scope in a time that contains it, and so for rounds, mass and trips. With the mean :math:`m` and
    variance :math:`s^2` of the log quantity that each claim implies on its own (hedge or range, rounding and
    the claimant's reliability included), the order holds with probability
    :math:`\Phi((m_2 - m_1) / \sqrt{s_1^2 + s_2^2})`. A claim that none was seen, with resolution :math:`r`,
    is compatible with a quantity :math:`Q` in its time with probability :math:`\mathrm{E}[\exp(-Q / r)]`.
    Claims that were restated, superseded or withdrawn are left out, and in a case of more than 500 claims no
    tension is looked for.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> [(tension.lower, tension.upper) for tension in tensions(load_case())]
    [('rok-mnd-2024-02-sent', 'ua-gur-2024')]
    """
    if len(case.claim) > MOST_COMPARED:
        return ()
    model, parts = build_model(case), dict(_parts(case))
    compared = [claim for claim in case.claim if claim.id in parts]
    found = []
    for first in compared:
        for second in compared:
            if first.id == second.id or _what(first) != _what(second):
                continue
            if not all(one.within(other) for one in parts[first.id] for other in parts[second.id]):
                continue  # in some reading, neither bounds the other
            probability = _probability_of_order(model, first, second)
            if probability <= TENSION:
                found.append(_tension(first, second, probability))
    return tuple(sorted(found, key=lambda tension: tension.probability))


def _what(claim: Claim) -> tuple[str, str | None]:
    return claim.quantity, claim.trip


def _parts(case: Case) -> Iterator[tuple[str, tuple[_Part, ...]]]:
    """List the parts of the flow that each comparable claim may speak about, by claim."""
    old, depths = replaced(case), {scope.id: place for place, scope in enumerate(case.scope)}
    for claim in case.claim:
        stale = claim.restates is not None or bool(claim.withdrawn) or claim.id in old
        if KINDS[claim.quantity].nested and not stale:
            depth = len(depths) if claim.scope is None else depths[claim.scope]
            yield (
                claim.id,
                tuple(
                    _Part(span(case, claim.since, read.day), depth, read.nature) for read in readings(claim)
                ),
            )


def _probability_of_order(model: Model, first: Claim, second: Claim) -> float:
    """Compute the probability that the quantity of the first claim is at most that of the second."""
    lower, upper = (model.reporting[claim.id].kernel for claim in (first, second))
    if lower is None:  # none seen is part of anything
        return 1.0
    mean, variance = _log_quantity(first, lower)
    variance += _bias_variance(model, first, second)
    if upper is None:
        return _probability_of_none(mean, math.sqrt(variance), second.resolution or 1.0)
    most, spread = _log_quantity(second, upper)
    return 0.5 * math.erfc((mean - most) / math.sqrt(2 * (variance + spread)))


def _log_quantity(claim: Claim, kernel: Kernel) -> tuple[float, float]:
    """Give the mean and variance of the log quantity that a claim implies without bias."""
    return math.log(claim.stated) - kernel.mean, kernel.variance


def _bias_variance(model: Model, first: Claim, second: Claim) -> float:
    """Compute the variance of the difference of the biases of two claims."""
    pairs = ((first, first), (second, second), (first, second))
    one, other, both = (bias_covariance(model.bias_sd, model.correlations, *pair) for pair in pairs)
    return max(0.0, one + other - 2 * both)


def _probability_of_none(mean: float, sd: float, resolution: float) -> float:
    """Average the probability that no carrier of a lognormal quantity is seen."""
    normal = NormalDist()
    logs = (mean + sd * normal.inv_cdf((place + 0.5) / _NODES) for place in range(_NODES))
    return sum(math.exp(-math.exp(min(log, 700.0)) / resolution) for log in logs) / _NODES


def _tension(first: Claim, second: Claim, probability: float) -> Tension:
    most = "none seen" if second.stated == 0 else second.words
    sentence = (
        f"{first.words} ({first.id}) cannot exceed {most} ({second.id}), which covers at least as much; "
        f"taken alone, the two are compatible with {phrases.probability(probability)} probability."
    )
    return Tension(first.id, second.id, probability, sentence[0].upper() + sentence[1:])
