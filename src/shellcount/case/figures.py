"""Check the figures of claims and of their reports: numbers, ranges, words, and none seen."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import NormalDist

from shellcount.case.amounts import StatedRange, interval_of, words_hint
from shellcount.case.kinds import KINDS, ClaimKind
from shellcount.case.schema import Claim, Report
from shellcount.errors import Fault
from shellcount.maths.priors import SMALLEST
from shellcount.text import shown

# Kinds of claims that none seen can be said of.
_COUNTED: frozenset[ClaimKind] = frozenset({"containers", "rounds", "rate", "trips"})
# Standard deviation of a stated range on the log or logit scale: beyond these it says all or nothing.
_NARROWEST, _WIDEST = 1e-9, 100.0
_SUREST = 1 - 1e-16  # beyond it the quantile of a normal is infinite
_BETWEEN = "write value = { low = ..., high = ... }"


def figure_faults(at: str, claim: Claim) -> Iterator[Fault]:
    """Find figures that mean nothing, and qualifiers that contradict them, in a claim and its reports.

    Parameters
    ----------
    at
        Place of the claim in the file, such as ``claim[3]``.
    claim
        The claim.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> claim = load_case().claim[0].model_copy(update={"hedge": "between"})
    >>> [fault.path for fault in figure_faults("claim[0]", claim)]
    ['claim[0].hedge']
    """
    yield from _value(f"{at}.value", claim.value, claim.quantity)
    yield from _qualifiers(at, claim)
    for place, report in enumerate(claim.reports):
        where = f"{at}.reports[{place}]"
        yield from _value(f"{where}.value", report.value, claim.quantity)
        yield from _report_hedge(where, report)


def _value(at: str, value: float | StatedRange | str, quantity: ClaimKind) -> Iterator[Fault]:
    logit = KINDS[quantity].logit
    if isinstance(value, str):
        yield from _words(at, value, logit=logit)
    elif isinstance(value, StatedRange):
        yield from _range(at, value, logit=logit)
    elif value == 0 and quantity not in _COUNTED:
        kinds = "containers, rounds, rate and trips"
        yield Fault(at, f"0 says nothing for a claim of {quantity}", None, f"none seen is said of {kinds}")
    elif 0 < value < SMALLEST:
        yield Fault(at, f"must be 0, for none seen, or at least {SMALLEST:g}", f"{value:g}")
    elif logit and value >= 1:
        hint = f"a percentage is written as {value / 100:g}" if 1 < value < 100 else None
        yield Fault(at, "a share must be between 0 and 1", f"{value:g}", hint)


def _words(at: str, value: str, *, logit: bool) -> Iterator[Fault]:
    if interval_of(value) is None:
        yield Fault(at, "not in the lexicon of words for amounts", shown(value), words_hint(value))
    elif logit:
        yield Fault(at, "no share", shown(value), "state a range of the share, as { low = 0.1, high = 0.3 }")


def _range(at: str, value: StatedRange, *, logit: bool) -> Iterator[Fault]:
    ends = f"low = {value.low:g}, high = {value.high:g}"
    if not value.low < value.high:
        yield Fault(at, "low must be below high", ends)
        return
    if logit and value.high >= 1:
        yield Fault(at, "both ends of a share must be between 0 and 1", ends)
        return
    half_width = (_link(value.high, logit=logit) - _link(value.low, logit=logit)) / 2
    sds = NormalDist().inv_cdf(min((1 + value.level) / 2, _SUREST))
    if not _NARROWEST * sds <= half_width <= _WIDEST * sds:
        said = "too close to tell apart" if half_width < _NARROWEST * sds else "too far apart"
        yield Fault(at, f"its ends are {said} at this level", f"{ends}, level = {value.level:g}")


def _link(x: float, *, logit: bool) -> float:
    return math.log(x) - math.log1p(-x) if logit else math.log(x)


def _qualifiers(at: str, claim: Claim) -> Iterator[Fault]:
    """Find hedges and resolutions that the value of a claim lacks, or that contradict it."""
    if isinstance(claim.value, StatedRange):
        yield from _of_range(at, claim, "a range")
    elif isinstance(claim.value, str):
        if claim.interval is not None:
            yield from _of_range(at, claim, "words")
    elif claim.value == 0:
        yield from _of_none_seen(at, claim)
    else:
        yield from _of_number(at, claim, claim.value)


def _of_range(at: str, claim: Claim, what: str) -> Iterator[Fault]:
    if claim.hedge not in {None, "between"}:
        message = f"{what} can have no hedge but `between`"
        yield Fault(f"{at}.hedge", message, shown(claim.hedge), "leave it out")
    if claim.resolution is not None:
        hint = "leave it out: the range says how precise the claim is"
        yield Fault(f"{at}.resolution", f"{what} can have no resolution", f"{claim.resolution:g}", hint)


def _of_none_seen(at: str, claim: Claim) -> Iterator[Fault]:
    if claim.resolution is None:
        yield Fault(f"{at}.resolution", "missing", None, "0 needs the number that would hardly be missed")
    if claim.hedge not in {None, "exact"}:
        message = "none seen can have no hedge but `exact`"
        yield Fault(f"{at}.hedge", message, shown(claim.hedge), "leave it out")


def _of_number(at: str, claim: Claim, value: float) -> Iterator[Fault]:
    resolution = claim.resolution
    if resolution is None:
        yield Fault(f"{at}.resolution", "missing", None, "a number needs the place value of its last digit")
    if claim.hedge is None:
        yield Fault(f"{at}.hedge", "missing", None, "a number needs its hedge")
    if claim.hedge == "between":
        yield Fault(f"{at}.hedge", "only a range can be `between`", "'between'", _BETWEEN)
    if resolution is not None and resolution > value >= SMALLEST:
        yield Fault(f"{at}.resolution", "coarser than the value", f"{resolution:g} for {value:g}")


def _report_hedge(at: str, report: Report) -> Iterator[Fault]:
    """Find a hedge that a report lacks, or that contradicts its value; words are quoted with any."""
    value, hedge = report.value, report.hedge
    if isinstance(value, StatedRange) and hedge not in {None, "between"}:
        yield Fault(f"{at}.hedge", "a range can have no hedge but `between`", shown(hedge), "leave it out")
    elif isinstance(value, int | float) and value > 0 and hedge is None:
        yield Fault(f"{at}.hedge", "missing", None, "a number needs its hedge")
    elif isinstance(value, int | float) and hedge == "between":
        yield Fault(f"{at}.hedge", "only a range can be `between`", "'between'", _BETWEEN)
