"""Count how many figures lie within the intervals that were predicted for them, and test how they spread."""

from __future__ import annotations

import math
from collections.abc import Sequence

from shellcount.digest import Json
from shellcount.frozen import frozen
from shellcount.maths.holm import rejected_up_to
from shellcount.results.claim_check import Check, Checks
from shellcount.wording import phrases

INTERVALS = (0.5, 0.9)
LEVEL = 0.01  # of all tests together, as for calibration
FEWEST = 10  # figures, of which tests tell something
_TERMS = 100  # of Kolmogorov's series, which is cut off where it has converged


@frozen
class Coverage:
    """Coverage of predictions: how many figures lay within their 50% and their 90% intervals.

    Parameters
    ----------
    percentiles
        Place of each figure in its prediction, by claim; those that none was seen have none.
    inner, outer
        Number of figures within the 50% interval, and within the 90% interval.
    p_values
        P-values of Kolmogorov's test that the percentiles are uniform, and of the binomial tests of both
        intervals; ``None`` for fewer than ten figures.
    """

    percentiles: tuple[tuple[str, float], ...]
    inner: int
    outer: int
    p_values: tuple[float, float, float] | None

    @property
    def passed(self) -> bool | None:
        """True if no test is rejected, all taken together by Holm's procedure; ``None`` without tests."""
        if self.p_values is None:
            return None
        return rejected_up_to(self.p_values, LEVEL) < 0

    @property
    def sentence(self) -> str:
        """Coverage in words, with the verdict where there are figures enough for one."""
        count = len(self.percentiles)
        if not count:
            return ""
        of = phrases.counted(count, "figure")
        expected = " and ".join(f"{width * count:.1f}".removesuffix(".0") for width in INTERVALS)
        inside = (
            f"Of {of}, each predicted from those stated before it, {self.inner} lay within the 50% interval "
            f"and {self.outer} within the 90% interval; of a right model, {expected} do on average."
        )
        if self.passed is None:
            return f"{inside} So few figures say little about whether the intervals are right."
        if self.passed:
            return f"{inside} The figures fell where the predictions had them."
        return f"{inside} {self._fault()}"

    def _fault(self) -> str:
        count = len(self.percentiles)
        mean = math.fsum(place for _, place in self.percentiles) / count
        away = (mean - 0.5) * math.sqrt(12 * count)
        if abs(away) > 2:
            return f"The predictions were too {'low' if away > 0 else 'high'} as a whole."
        narrow = self.inner < 0.5 * count
        return f"The intervals were too {'narrow' if narrow else 'wide'} as a whole."

    def document(self) -> dict[str, Json]:
        """Write the coverage as plain values."""
        names = ("uniform", "inner", "outer")
        tests: dict[str, Json] | None = (
            None if self.p_values is None else dict(zip(names, self.p_values, strict=True))
        )
        return {
            "schema": "shellcount/coverage/1",
            "figures": len(self.percentiles),
            "percentiles": dict(self.percentiles),
            "within_50": self.inner,
            "within_90": self.outer,
            "p_values": tests,
            "passed": self.passed,
            "sentence": self.sentence,
        }


def coverage_of(checks: Checks) -> Coverage:
    r"""Count the figures within their predicted intervals, and test whether their percentiles are uniform.

    The percentile of a claim that leaves readings open is the mean over these, by their prior probability. If
    predictions are right, the percentiles of claims that are each predicted from earlier ones are independent
    and uniform. With :math:`D` the largest distance of their distribution function from the uniform one,
    Kolmogorov's test takes :math:`(\sqrt n + 0.12 + 0.11 / \sqrt n) D` (Stephens 1970,
    *J. R. Statist. Soc. B* 32:115).

    Parameters
    ----------
    checks
        Checks, from :func:`shellcount.checks.one_step_ahead.one_step_ahead`.

    Examples
    --------
    >>> coverage_of(Checks(())).percentiles
    ()
    """
    by_claim: dict[str, list[Check]] = {}
    for check in checks:
        if check.stated > 0:
            by_claim.setdefault(check.claim, []).append(check)
    places = {claim: _percentile(readings) for claim, readings in by_claim.items()}
    return coverage(places)


def coverage(places: dict[str, float]) -> Coverage:
    """Count percentiles within the intervals, and test whether they are uniform.

    Parameters
    ----------
    places
        Percentile of each claim, from 0 to 1.

    Examples
    --------
    >>> found = coverage({f"claim-{place}": (place + 0.5) / 20 for place in range(20)})
    >>> found.inner, found.outer, found.passed
    (10, 18, True)
    """
    values = [*places.values()]
    inner, outer = (sum(abs(place - 0.5) <= width / 2 for place in values) for width in INTERVALS)
    tests = None
    if len(values) >= FEWEST:
        half, most = (
            binomial_p_value(len(values), count, width)
            for count, width in zip((inner, outer), INTERVALS, strict=True)
        )
        tests = (uniform_p_value(values), half, most)
    return Coverage(tuple(places.items()), inner, outer, tests)


def uniform_p_value(values: Sequence[float]) -> float:
    """Compute the p-value of Kolmogorov's test that values between 0 and 1 are uniform.

    Examples
    --------
    >>> round(uniform_p_value([0.1, 0.3, 0.5, 0.7, 0.9]), 3)
    1.0
    """
    ordered, count = sorted(values), len(values)
    distance = max(max((place + 1) / count - at, at - place / count) for place, at in enumerate(ordered))
    scaled = (math.sqrt(count) + 0.12 + 0.11 / math.sqrt(count)) * distance
    total = 0.0
    for term in range(1, _TERMS):
        part = math.exp(-2 * (term * scaled) ** 2)
        total += part if term % 2 else -part
        if part < 1e-16:
            break
    return min(1.0, max(0.0, 2 * total))


def binomial_p_value(trials: int, successes: int, probability: float) -> float:
    """Compute the p-value of a binomial test: the probability of all counts that are no more probable.

    Examples
    --------
    >>> round(binomial_p_value(10, 10, 0.5), 6)
    0.001953
    """
    chances = [
        math.exp(
            math.lgamma(trials + 1)
            - math.lgamma(count + 1)
            - math.lgamma(trials - count + 1)
            + count * math.log(probability)
            + (trials - count) * math.log1p(-probability)
        )
        for count in range(trials + 1)
    ]
    limit = chances[successes] * (1 + 1e-7)  # equal ones may differ in their last digits
    return min(1.0, math.fsum(chance for chance in chances if chance <= limit))


def _percentile(readings: Sequence[Check]) -> float:
    weights = [check.reading_prior for check in readings]
    places = [check.predictive_cdf for check in readings]
    return math.fsum(w * p for w, p in zip(weights, places, strict=True)) / math.fsum(weights)
