"""Compose the parts of a view from results: texts as reports have them, and numbers for drawing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from matplotlib.ticker import MaxNLocator

from shellcount.case.schema import Case, Claim
from shellcount.explore.drawn import (
    Axis,
    Bar,
    Curve,
    Density,
    Tick,
    Tornado,
    ticks,
)
from shellcount.explore.findings import Found, quantiles
from shellcount.explore.view import Answer, Chance, Exceeding, Verdict
from shellcount.plots.findings import drivers_finding
from shellcount.plots.panel import amount_ticks
from shellcount.report.content import answer
from shellcount.results.claimed import claimed_unit
from shellcount.results.density import Density as Estimated
from shellcount.results.described import described
from shellcount.results.drivers import KINDS, TOGETHER, Drivers
from shellcount.results.estimate import Estimate
from shellcount.results.given import readings
from shellcount.results.mark import marked
from shellcount.results.probability import Probability, worded
from shellcount.results.results import Results
from shellcount.results.threshold import Threshold
from shellcount.results.verdicts import definition
from shellcount.text import one_line
from shellcount.wording import chances, phrases, rounding

_SEEN = 0.004  # of the highest density, below which the axis ends
_WIDE = 0.35  # of the high end of the axis: if the low end is below it, the axis begins at 0
_MOST_AMOUNTS = 160
_FACTORS = (1, 2, 5)
_FITTED, _OUT = "fitted", "out"
_MEANINGS = {
    _FITTED: "The range is fitted to this figure.",
    _OUT: "This figure is neither fitted nor checked.",
}


def compose_answer(results: Results) -> Answer:
    """Word the answer of results, as the report does."""
    estimate, marks = results.answer, results.answer_marks
    _, inner, outer = estimate.words()
    return Answer(
        name=estimate.name,
        described=described(results.case, results.answering),
        figure=marked(estimate.middle, marks),
        median=estimate.middle,
        range50=inner,
        range90=outer,
        sentence=answer(results),
        drives="" if results.drivers is None else results.drivers.worded("this range"),
        marks=tuple(f"{mark.long[:1].upper()}{mark.long[1:]}." for mark in marks),
        quantiles=quantiles(estimate),
    )


# --- density -----------------------------------------------------------------------------


def compose_density(
    now: Found, case: Found | None, pins: Sequence[tuple[str, Found]], *, label: str
) -> Density:
    """Place the densities of answers on one axis.

    Parameters
    ----------
    now, case
        The edits, and the base case; ``None`` where the answer is the same.
    pins
        Pinned edits by name.
    label
        Name of the axis.
    """
    shown = {"now": now, **({} if case is None else {"the case": case})}
    named = [*shown.items(), *pins]
    unit = now.density.unit
    named = [(name, found) for name, found in named if found.density.unit == unit]
    low, high = _ends([found for _, found in named])
    highest = max((found.density.highest for _, found in named), default=0.0) or 1.0
    curves = [_curve(name, found, highest) for name, found in named]
    ghost = next((curve for curve in curves[1:2] if case is not None and case.density.unit == unit), None)
    axis = Axis(low, high, ticks(amount_ticks(low, high)), label)
    return Density(axis, curves[0], ghost, tuple(curves[1 if ghost is None else 2 :]))


def _curve(label: str, found: Found, highest: float) -> Curve:
    estimate = found.answer
    points = tuple((at, height / highest) for at, height in _seen(found.density))
    return Curve(label, marked(estimate.headline, estimate.marks), estimate.p50, points)


def _seen(found: Estimated) -> list[tuple[float, float]]:
    """List the points of a density, without tails too low to be seen."""
    least = _SEEN * found.highest
    places = [place for place, (_, height) in enumerate(found.points) if height >= least]
    return list(found.points[places[0] : places[-1] + 1]) if places else []


def _ends(shown: Iterable[Found]) -> tuple[float, float]:
    """Choose the ends of the axis of amounts, from 0 unless all lies far from it."""
    places = [at for found in shown for at, _ in _seen(found.density)]
    places += [at for found in shown for at in quantiles(found.answer)]
    low, high = min(places), max(places)
    if low < _WIDE * high or high == low:
        low = 0.0
    return low, high or 1.0


# --- exceeding ---------------------------------------------------------------------------


def amounts_of(estimate: Estimate, low: float, high: float) -> tuple[float, ...]:
    """List the amounts within an axis at which a threshold may stand: where the answer is rounded to.

    Of so many that no eye and no key tells them apart, every second, fifth or tenth is listed.
    """
    step = rounding.rounding_unit(estimate.range)
    turn = 0
    while (high - low) / step_of(step, turn) > _MOST_AMOUNTS:
        turn += 1
    step = step_of(step, turn)
    first, last = max(1, math.ceil(low / step)), math.floor(high / step)
    return tuple(float(f"{place * step:.12g}") for place in range(first, max(first, last) + 1))


def step_of(unit: float, turn: int) -> float:
    """Give the unit times 1, 2, 5, 10, 20 and so on."""
    return unit * _FACTORS[turn % 3] * 10.0 ** (turn // 3)


def compose_exceeding(
    case: Case,
    thresholds: Sequence[Threshold],
    now: Sequence[Probability],
    was: Sequence[Probability],
    at: float,
) -> Exceeding:
    """Word the probabilities that the answer is at least each of many amounts.

    Parameters
    ----------
    case
        The case.
    thresholds, now, was
        Statements with their probabilities, now and in the base case; none of these where the answer is
        the same.
    at
        Amount that is chosen: the nearest one is.
    """
    before = [each.words for each in was] or [""] * len(now)
    measured = [
        _chance(case, threshold, probability, words)
        for threshold, probability, words in zip(thresholds, now, before, strict=True)
    ]
    place = min(range(len(measured)), key=lambda index: abs(measured[index].at - at))
    step = measured[1].at - measured[0].at if len(measured) > 1 else measured[0].at
    return Exceeding(step, place, tuple(measured))


def _chance(case: Case, threshold: Threshold, probability: Probability, was: str) -> Chance:
    statement = worded(case, threshold)
    equals = " = " if probability.words[0].isdigit() else ": "
    return Chance(
        at=threshold.value,
        text=f"P(at least {chances.exact(threshold.value, '')}){equals}{probability.words}",
        words=marked(
            f"{statement[:1].upper()}{statement[1:]}: {probability.words} ({probability.word()})",
            probability.marks,
        ),
        was=was,
    )


# --- verdicts ----------------------------------------------------------------------------


def compose_verdicts(results: Results, before: Results) -> tuple[Verdict, ...]:
    """List the verdicts on the claims that are fit or checked, now or in the base case."""
    now, was = _verdicts(results), _verdicts(before)
    listed = [claim for claim in results.case.claim if claim.id in {*now, *was}]
    return tuple(_verdict(results, claim, now, was) for claim in listed)


def _verdicts(results: Results) -> dict[str, str]:
    """Give the verdict on each claim that is fit or checked."""
    checked = {check.claim: str(check.verdict) for check in results.checks.leading}
    return {**checked, **{fit.claim.id: _FITTED for fit in results.fitted}}


def _verdict(results: Results, claim: Claim, now: Mapping[str, str], was: Mapping[str, str]) -> Verdict:
    case = results.case
    word, before = now.get(claim.id, _OUT), was.get(claim.id, _OUT)
    found = {check.claim: check.sentence for check in results.checks.leading}
    found |= {conflict.claim: conflict.sentence for conflict in results.conflicts}
    one = phrases.singular(case.about.carrier)
    measure = claimed_unit(case, readings(claim)[0])
    return Verdict(
        claim=claim.id,
        title=one_line(next(entry.title for entry in case.claimant if entry.id == claim.claimant)),
        stated=one_line(phrases.measured(claim.words, "" if measure == "share" else measure)).strip(),
        verdict=word,
        was=before,
        changed=word != before,
        sentence=found.get(claim.id, ""),
        meaning=_MEANINGS[word] if word in _MEANINGS else definition(results.check_of(claim.id).verdict, one),
    )


# --- drivers -----------------------------------------------------------------------------


def compose_tornado(drivers: Drivers | None) -> Tornado | None:
    """List the drivers of the answer; nothing where there are none."""
    if drivers is None:
        return None
    bars = [
        Bar(
            each.name,
            each.shown,
            phrases.percent(each.share, each.mcse),
            KINDS[each.kind],
            each.share,
            each.mcse,
        )
        for each in drivers.drivers
    ]
    shared = phrases.percent(drivers.together, drivers.mcse_together)
    bars.append(Bar("", TOGETHER, shared, "", drivers.together, drivers.mcse_together))
    low, high = min(0.0, *(bar.share for bar in bars)), max(0.05, *(bar.share for bar in bars))
    places = MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(low, high)
    ticks = tuple(Tick(float(at), f"{100 * at:.0f}%") for at in places if low <= at <= high)
    label = f"share of the variance of the {drivers.of_what}"
    return Tornado(drivers_finding(drivers), drivers.notes, Axis(low, high, ticks, label), tuple(bars))
