"""Compute what a view shows of an edited case from its posterior, by the analysis behind reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace

from shellcount.analysis import Parts, analyse
from shellcount.explore import composing
from shellcount.explore.drawn import Axis
from shellcount.explore.edits import Applied
from shellcount.explore.findings import Found
from shellcount.explore.timelines import totals
from shellcount.explore.view import Exceeding
from shellcount.frozen import frozen
from shellcount.posterior.density import density_of
from shellcount.posterior.posterior import Posterior
from shellcount.results.probability import Probability
from shellcount.results.quantity import Quantity
from shellcount.results.threshold import Threshold
from shellcount.results.when import When


@frozen
class Base:
    """Base case, with which edits are compared.

    Parameters
    ----------
    posterior, answer
        Its posterior, and the quantity that answers the question.
    found
        Findings of it.
    """

    posterior: Posterior
    answer: Quantity
    found: Found
    _latest: dict[tuple[Threshold, ...], tuple[Probability, ...]] = field(default_factory=dict)

    def probabilities(self, thresholds: Sequence[Threshold]) -> tuple[Probability, ...]:
        """Compute probabilities; those that were asked for last are known."""
        key = tuple(thresholds)
        if key not in self._latest:
            self._latest.clear()
            self._latest[key] = self.posterior.probabilities(key)
        return self._latest[key]


def base_of(posterior: Posterior, made: Applied) -> Base:
    """Find all of a base case."""
    return Base(posterior, made.answer, whole_of(posterior, made, first_of(posterior, made)))


def first_of(posterior: Posterior, made: Applied) -> Found:
    """Find the answer to edits, and its density."""
    return Found(analyse(posterior, _parts(made)), density_of(posterior, made.answer))


def whole_of(posterior: Posterior, made: Applied, first: Found, *, refits: bool = True) -> Found:
    """Find what takes longer than the answer: conflicts, checks, drivers and totals over time."""
    timelines = totals(made.case, made.answer)
    every = [quantity for timeline in timelines for quantity in timeline]
    ends = tuple(timeline[-1] for timeline in timelines)
    parts = replace(_parts(made, ends), checks=None, drivers=True, refits=refits)
    results = analyse(posterior, parts)
    return replace(first, results=results, bands=dict(zip(every, posterior.quantiles_of(every), strict=True)))


def _parts(made: Applied, ends: tuple[Quantity, ...] = ()) -> Parts:
    """Choose the parts of an analysis that a view shows first: the answer, and other totals."""
    return Parts(
        quantities=(made.answer, *ends),
        days=days_of(made),
        checks=(),
        figures=False,
        answer=made.answer,
    )


def days_of(made: Applied) -> tuple[When, ...]:
    """Give the date or period of the answer, if one was chosen."""
    return () if made.day is None else (made.day,)


def exceeding_of(posterior: Posterior, found: Found, base: Base, axis: Axis, at: float | None) -> Exceeding:
    """Compute the chances of amounts along the axis of the density, and of the base case if they differ."""
    estimate, asked = found.answer, found.results.answering
    amounts = composing.amounts_of(estimate, axis.low, axis.high)
    now, was = ([Threshold(each, amount) for amount in amounts] for each in (asked, base.answer))
    is_other = base.found.answer.unit == estimate.unit and not found.has_answer_of(base.found)
    before = base.probabilities(was) if is_other else ()
    chosen = base.found.answer.p50 if at is None else at
    return composing.compose_exceeding(posterior.case, now, posterior.probabilities(now), before, chosen)
