"""Results: everything that was found in a run, without the draws it was found in."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from shellcount.case.schema import Case
from shellcount.errors import ConvergenceError, UnknownNameError, UsageError
from shellcount.results.claim_check import Check, Checks
from shellcount.results.estimate import Estimate
from shellcount.results.given import ReadClaim, fitted_claims, parse_given
from shellcount.results.names import Quantity, answering, name_of
from shellcount.results.prediction import Conflict, PredictiveCheck
from shellcount.results.prior_comparison import PriorComparison
from shellcount.results.run import Run
from shellcount.results.threshold import Threshold
from shellcount.text import one_line
from shellcount.wording.scales import ICD203


@dataclass(frozen=True, slots=True)
class Results:
    """Plain record of what was found: filled by what computes, read by everything that tells.

    Get one from :func:`shellcount.analyse`, or from a numbers.json, which is its written form.

    Parameters
    ----------
    case, run
        What was fitted, and how.
    estimates
        Estimates that were asked for, by name.
    supporting
        Further estimates by name, which figures and sentences need.
    probabilities
        Posterior probabilities by name, as ``rounds.mixed@2024-06-14>=1500000``.
    checks
        Stated figures held against the posterior.
    left_out
        Each fitted claim held against a posterior without it; ``None`` where that was not asked for.
    claimed
        Posterior range of what each fitted claim speaks of, by id of the claim, in the unit of its value.
    predictions
        Fitted claims beside the reports that prior and posterior predict.
    conflicts
        Fitted claims that contradict the others or the assumptions.
    prior_comparisons
        Prior against posterior of each parameter.
    remarks
        Sentences on the evidence before any model is fit.
    diagnostics
        The sampler's report of its work, as names and values.
    log_evidence
        Log marginal likelihood in nats and its Monte Carlo standard error, where the engine gives one.
    days
        Dates of the tables of estimates.
    scale
        Id of the scale of probability words.
    changes
        What-if changes of the case, as ``NAME=VALUE``.
    command
        Command that computes the same again, where one is known.

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
    probabilities: Mapping[str, float]
    checks: Checks
    left_out: Checks | None
    claimed: Mapping[str, Estimate]
    predictions: tuple[PredictiveCheck, ...]
    conflicts: tuple[Conflict, ...]
    prior_comparisons: tuple[PriorComparison, ...]
    remarks: tuple[str, ...]
    diagnostics: tuple[tuple[str, str], ...]
    log_evidence: tuple[float, float] | None
    days: tuple[dt.date, ...] = ()
    scale: str = ICD203
    changes: tuple[str, ...] = ()
    command: str | None = None

    def estimate(self, name: str) -> Estimate:
        """Look up an estimate by name.

        Raises
        ------
        UnknownNameError
            When these results hold no such estimate.
        """
        found = self.estimates.get(name) or self.supporting.get(name)
        if found is None:
            raise UnknownNameError("estimate of these results", name, (*self.estimates, *self.supporting))
        return found

    def estimate_of(self, quantity: Quantity) -> Estimate:
        """Look up the estimate of a quantity, or raise :class:`~shellcount.errors.UnknownNameError`."""
        return self.estimate(name_of(self.case, quantity))

    def probability_of(self, threshold: Threshold) -> float:
        """Look up the posterior probability of a statement.

        Raises
        ------
        UnknownNameError
            When these results do not hold it.
        """
        name = threshold.name_in(self.case)
        found = self.probabilities.get(name)
        if found is None:
            raise UnknownNameError("probability of these results", name, self.probabilities)
        return found

    def check_of(self, claim: str) -> Check:
        """Look up the most probable reading of a checked claim.

        Raises
        ------
        UnknownNameError
            When these results hold no check of the claim.
        """
        for check in self.checks:
            if check.claim == claim:
                return check
        raise UnknownNameError("checked claim of these results", claim, (c.claim for c in self.checks))

    @property
    def answer(self) -> Estimate:
        """Estimate that answers the question of the case."""
        return self.estimate_of(answering(self.case))

    @property
    def fitted(self) -> tuple[ReadClaim, ...]:
        """Claims that the run was conditioned on, as it reads them."""
        return fitted_claims(self.case, parse_given(self.case, self.run.given))

    @property
    def quoted(self) -> tuple[Estimate, ...]:
        """Estimates that are told as numbers: those asked for, and those of the checks."""
        return (*self.estimates.values(), *(check.estimate for check in self.checks))

    def require_converged(self, origin: str) -> None:
        """Refuse numbers that fail the convergence gate.

        Raises
        ------
        ConvergenceError
            When an estimate must not be quoted.
        """
        checked = (check.estimate for check in self.checks)
        everything = (self.estimates, self.supporting, self.claimed)
        for estimate in (*itertools.chain.from_iterable(part.values() for part in everything), *checked):
            if estimate.not_quotable is not None:
                raise ConvergenceError(
                    f"{estimate.name} has not converged in {one_line(origin)}: "
                    f"{one_line(estimate.not_quotable, 200)}; "
                    "make it anew with more draws, or allow unconverged numbers"
                )

    def require_figures(self) -> None:
        """Refuse results that hold too little to be drawn or reported.

        Raises
        ------
        UsageError
            When figures were left out of the analysis.
        """
        if not self.supporting:
            raise UsageError(
                f"the results of {one_line(self.case.about.id)} hold no estimates for figures; "
                "make them by shellcount.analyse, without leaving figures out"
            )
