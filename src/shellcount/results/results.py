"""Hold all results of a run, without its draws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from shellcount.case.schema import Case
from shellcount.errors import ConvergenceError, UnknownNameError, UsageError
from shellcount.frozen import frozen
from shellcount.results import marks
from shellcount.results.claim_check import Check, Checks
from shellcount.results.conflict import Conflict, with_tails
from shellcount.results.estimate import Estimate, estimates_table
from shellcount.results.given import Fitted, fitted_claims, parse_given
from shellcount.results.mark import Mark, marked, sentences
from shellcount.results.names import canonical, name_of, parse_quantity
from shellcount.results.quantity import Quantity
from shellcount.results.run import INSTEAD, Run
from shellcount.results.standard import answering
from shellcount.results.threshold import Threshold, parse_threshold
from shellcount.text import escape_html, one_line
from shellcount.wording.scales import ICD203

# Records that results hold only where they were asked for: who makes or reads them loads them.
if TYPE_CHECKING:
    from shellcount.results.components import Components
    from shellcount.results.drivers import Drivers
    from shellcount.results.prediction import PredictiveCheck
    from shellcount.results.prior_comparison import PriorComparison
    from shellcount.results.probability import Probability
    from shellcount.results.what_if import WhatIf


@frozen
class Results:
    """Results of an analysis as plain values.

    :func:`shellcount.analyse` returns them; numbers.json is their written form. Reports, figures, quotations
    and comparisons are made from them.

    Parameters
    ----------
    case, run
        Case that was fitted, and run.
    estimates
        Estimates that were asked for, by name.
    supporting
        Further estimates by name, for figures and sentences.
    probabilities
        Posterior probabilities by name, such as ``rounds.mixed@2024-06-14>=1500000``.
    checks
        Checks of stated figures against the posterior.
    left_out
        Checks of each fitted claim against the posterior given the others; ``None`` if not computed.
    one_step_ahead
        Checks of each fitted claim against the posterior given those stated before; ``None`` if not computed.
    claimed
        Posterior ranges of the quantities of the fitted claims, by id of the claim, in the unit of its value.
    predictions
        Predictive checks of the fitted claims.
    components
        Chance of each fitted claim of being off, and probability of what it leaves open.
    conflicts
        Conflicts of fitted claims with the others or the assumptions.
    prior_comparisons
        Comparison of prior and posterior of each parameter.
    remarks
        Sentences on the evidence itself.
    diagnostics
        Report of the sampler, as names and values.
    log_evidence
        Log marginal likelihood in nats and its Monte Carlo standard error, if the engine computes it.
    figures
        Whether what figures and the report need was computed.
    days
        Dates of the tables of estimates.
    scale
        Id of the scale of probability words.
    command
        Command that repeats the analysis, if known.
    answer_name
        Name of the estimate that answers the question of the case; ``None`` for that at its last date.
    drivers
        Drivers of the answer; ``None`` if not computed, or if the answer does not vary.
    what_if
        Draws and a program by which a page computes the answer with other assumptions; ``None`` if not
        computed, or if no assumption can be moved without a fit.

    Examples
    --------
    >>> import shellcount
    >>> results = shellcount.analyse(shellcount.fit(shellcount.load_case(), seed=1))
    >>> results.estimate("rounds.mixed@2024-06-14").unit
    'rounds'
    """

    case: Case
    run: Run
    estimates: Mapping[str, Estimate]
    supporting: Mapping[str, Estimate]
    probabilities: Mapping[str, Probability]
    checks: Checks
    left_out: Checks | None
    claimed: Mapping[str, Estimate]
    predictions: tuple[PredictiveCheck, ...]
    components: Components
    conflicts: tuple[Conflict, ...]
    prior_comparisons: tuple[PriorComparison, ...]
    remarks: tuple[str, ...]
    diagnostics: tuple[tuple[str, str], ...]
    log_evidence: tuple[float, float] | None
    figures: bool = True
    days: tuple[dt.date, ...] = ()
    scale: str = ICD203
    command: str | None = None
    answer_name: str | None = None
    one_step_ahead: Checks | None = None
    drivers: Drivers | None = None
    what_if: WhatIf | None = None

    def estimate(self, name: str) -> Estimate:
        """Look up an estimate by name, in any of its forms.

        Raises
        ------
        UnknownNameError
            When these results have no such estimate.
        """
        estimate = self._known(name) or self._known(canonical(self.case, name))
        if estimate is None:
            raise UnknownNameError("estimate of these results", name, (*self.estimates, *self.supporting))
        return estimate

    @property
    def instead(self) -> str | None:
        """Engine that drew instead of the one that was asked for, and why, in words; ``None`` if none did."""
        return dict(self.diagnostics).get(INSTEAD)

    def _known(self, name: str) -> Estimate | None:
        return self.estimates.get(name) or self.supporting.get(name)

    def estimate_of(self, quantity: Quantity) -> Estimate:
        """Look up the estimate of a quantity, or raise :class:`~shellcount.errors.UnknownNameError`."""
        return self.estimate(name_of(self.case, quantity))

    def probability_of(self, threshold: Threshold) -> Probability:
        """Look up the posterior probability of a statement.

        Raises
        ------
        UnknownNameError
            When these results do not contain it.
        """
        name = threshold.name_in(self.case)
        probability = self.probabilities.get(name)
        if probability is None:
            raise UnknownNameError("probability of these results", name, self.probabilities)
        return probability

    def check_of(self, claim: str) -> Check:
        """Look up the most probable reading of a checked claim.

        Raises
        ------
        UnknownNameError
            When these results have no check of the claim.
        """
        for check in self.checks:
            if check.claim == claim:
                return check
        raise UnknownNameError("checked claim of these results", claim, (c.claim for c in self.checks))

    @property
    def changes(self) -> tuple[str, ...]:
        """What-if changes of the case, as ``NAME=VALUE``."""
        return self.case.changes

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Caveats on all numbers: what-if changes, another conditioning than the default, conflicts."""
        return marks.of_run(self.case, self.run.given, self.changes, self.conflicts)

    def with_conflicts(self, conflicts: tuple[Conflict, ...]) -> Results:
        """Copy the results with other conflicts, of which the estimates bear the marks."""
        results = replace(self, conflicts=conflicts)
        shared = results.marks
        apart = tuple(mark for mark in shared if mark.kind == "what-if")  # of other runs of the same case
        return replace(
            results,
            estimates={name: self._marked(each, shared) for name, each in self.estimates.items()},
            supporting={name: self._marked(each, shared) for name, each in self.supporting.items()},
            claimed={claim: replace(each, marks=shared) for claim, each in self.claimed.items()},
            probabilities={
                name: replace(each, marks=self._marks_of(each.name, shared))
                for name, each in self.probabilities.items()
            },
            checks=_with_marks(self.checks, shared),
            left_out=None if self.left_out is None else _with_marks(self.left_out, apart),
            one_step_ahead=None if self.one_step_ahead is None else _with_marks(self.one_step_ahead, apart),
            drivers=None if self.drivers is None else replace(self.drivers, marks=results.answer_marks),
        )

    def _marked(self, estimate: Estimate, shared: tuple[Mark, ...]) -> Estimate:
        own = marks.of_quantity(self.case, parse_quantity(self.case, estimate.name), self.changes)
        return replace(estimate, marks=(*shared, *own))

    def _marks_of(self, statement: str, shared: tuple[Mark, ...]) -> tuple[Mark, ...]:
        quantity = parse_threshold(self.case, statement).quantity
        return (*shared, *marks.of_quantity(self.case, quantity, self.changes))

    def with_left_out(self, checks: Checks) -> Results:
        """Add the checks of each fitted claim against the others, whose tails then decide on conflicts."""
        tails = {check.claim: check.tail_probability for check in checks.leading}
        conflicts = with_tails(self.case, self.conflicts, tails)
        return replace(self, left_out=checks).with_conflicts(conflicts)

    def with_one_step_ahead(self, checks: Checks) -> Results:
        """Add the checks of each fitted claim against those stated before it."""
        return replace(self, one_step_ahead=checks).with_conflicts(self.conflicts)

    def marks_of(self, quantity: Quantity) -> tuple[Mark, ...]:
        """Collect the caveats on a quantity: those on all numbers, and those of its scenario and date."""
        return (*self.marks, *marks.of_quantity(self.case, quantity, self.changes))

    @property
    def answering(self) -> Quantity:
        """Quantity that answers the question of the case."""
        return (
            answering(self.case) if self.answer_name is None else parse_quantity(self.case, self.answer_name)
        )

    @property
    def horizon(self) -> dt.date:
        """Last date that figures over time show: the last of the claims, or that of the answer if later."""
        return max(self.case.last_date, self.answering.day or self.case.last_date)

    @property
    def answer(self) -> Estimate:
        """Estimate that answers the question of the case."""
        return self.estimate_of(self.answering)

    @property
    def answer_marks(self) -> tuple[Mark, ...]:
        """Caveats on the answer."""
        return self.marks_of(self.answering)

    @property
    def forecasts(self) -> tuple[str, ...]:
        """Names of the estimates that reach beyond the last date that a claim refers to."""
        return tuple(
            name
            for name in (*self.estimates, *self.supporting)
            if "@" in name and marks.is_forecast(self.case, parse_quantity(self.case, name))  # has a date
        )

    @property
    def fitted(self) -> tuple[Fitted, ...]:
        """Claims that the run is conditioned on, each with the readings that it leaves open."""
        return fitted_claims(self.case, parse_given(self.case, self.run.given))

    @property
    def quoted(self) -> tuple[Estimate, ...]:
        """Estimates that are quoted: those asked for, and those of all checks."""
        return (*self.estimates.values(), *(check.estimate for check in self.all_checks))

    @property
    def all_checks(self) -> tuple[Check, ...]:
        """Checks against this posterior, and against those of fits that leave claims out."""
        return (*self.checks, *(self.left_out or ()), *(self.one_step_ahead or ()))

    def require_converged(self, origin: str) -> None:
        """Refuse results of which any estimate fails the convergence gate.

        Raises
        ------
        ConvergenceError
            When an estimate must not be quoted.
        """
        for estimate in (*self.quoted, *self.supporting.values(), *self.claimed.values()):
            if estimate.not_quotable is not None:
                raise ConvergenceError(
                    f"{estimate.name} has not converged in {one_line(origin)}: "
                    f"{one_line(estimate.not_quotable, 200)}; "
                    "recompute it with more draws, or allow unconverged numbers"
                )

    def require_figures(self) -> None:
        """Refuse results without the estimates that figures and reports need.

        Raises
        ------
        UsageError
            When figures were left out of the analysis.
        """
        if not self.figures:
            raise UsageError(
                f"the results of {one_line(self.case.about.id)} contain no estimates for figures; "
                "analyse the case without leaving figures out"
            )

    def __repr__(self) -> str:
        """Describe the results in one line, with their marks."""
        about = self.case.about
        head = f"Results of {about.id} given {self.run.given}: estimates {len(self.estimates)}"
        return f"<{marked(one_line(head), self.marks)}, {self.run.digest[:15]}>"

    def _repr_html_(self) -> str:
        caveats = sentences(self.marks)
        table = estimates_table(self.estimates.values())
        lead = f"<p><strong>{escape_html(caveats)}</strong></p>" if caveats else ""
        return f"<p>{escape_html(repr(self)[1:-1])}</p>{lead}{table.html()}"


def _with_marks(checks: Checks, shared: tuple[Mark, ...]) -> Checks:
    return Checks(tuple(replace(check, estimate=replace(check.estimate, marks=shared)) for check in checks))
