"""Estimate quantities from draws, behind the convergence gate of every quoted number."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import batched

import numpy as np

from shellcount.engines.contradictions import doubted
from shellcount.engines.settings import Settings
from shellcount.errors import ConvergenceError, UsageError
from shellcount.maths.arrays import Array
from shellcount.maths.diagnostics import Summary, quantiles_of
from shellcount.parallel.crew import ALONE, start_crew
from shellcount.posterior.draws import Draws
from shellcount.posterior.held import Quantiles, looked_up
from shellcount.posterior.probability import probabilities_of
from shellcount.results import marks
from shellcount.results.estimate import Estimate
from shellcount.results.estimates import Estimates
from shellcount.results.mark import Mark
from shellcount.results.names import name_of, parse_quantity, unit
from shellcount.results.probability import Probability
from shellcount.results.quantity import Quantity
from shellcount.results.standard import standard
from shellcount.results.threshold import Threshold
from shellcount.results.when import When

_TOGETHER = 131_072  # draws of quantities that are estimated together, so that memory stays bounded


@dataclass(frozen=True, eq=False)
class Estimating(Draws):
    """Draws of a fit with the estimates that are made of them, and the gate that these pass.

    Parameters
    ----------
    model
        The model fitted.
    run
        Provenance of the draws.
    coordinates
        Standard normal coordinates by name, each of shape (run, draw).
    sampler_report
        Report of the engine on its work.
    allow_unconverged
        Whether numbers that fail the convergence gate are returned, marked, instead of raising.
    """

    allow_unconverged: bool = False
    # Estimates that were asked for before; the draws do not change.
    _estimates: dict[Quantity, Estimate] = field(default_factory=dict, init=False, repr=False)

    def estimate(self, name: str) -> Estimate:
        """Estimate a named quantity: its posterior range with Monte Carlo errors.

        Raises
        ------
        UnknownNameError, UsageError
            When the case has no such quantity.
        ConvergenceError
            When the draws must not be quoted for it.

        Examples
        --------
        >>> import shellcount
        >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
        >>> posterior.estimate("rounds.mixed@2024-06-14").unit
        'rounds'
        """
        return self.estimate_of(parse_quantity(self.case, name))

    def estimate_of(self, quantity: Quantity) -> Estimate:
        """Estimate a quantity, or raise :class:`ConvergenceError`."""
        return self.estimates_of((quantity,))[0]

    def estimates_of(self, quantities: Iterable[Quantity]) -> tuple[Estimate, ...]:
        """Estimate quantities together; :class:`ConvergenceError` names the first that must not be quoted."""
        every = tuple(quantities)
        new = [quantity for quantity in dict.fromkeys(every) if quantity not in self._estimates]
        for quantity, summary in zip(new, self.summaries_of(new), strict=True):
            name, measure = name_of(self.case, quantity), unit(self.case, quantity)
            own = marks.of_quantity(self.case, quantity, self.case.changes)
            self._estimates[quantity] = self._gated(name, measure, summary, (*self.marks, *own))
        return tuple(self._estimates[quantity] for quantity in every)

    def summaries_of(self, quantities: Sequence[Quantity]) -> list[Summary]:
        """Summarise quantities, in their order; what is held of the same draws is taken from there."""
        if self.held is None:
            return list(self._summaries(quantities))
        keys = [self.writing.key(each) for each in quantities]
        return looked_up(
            self.held.summaries, keys, lambda new: self._summaries([quantities[place] for place in new])
        )

    def quantiles_of(self, quantities: Sequence[Quantity]) -> list[Quantiles]:
        """Compute the 5%, 25%, 50%, 75% and 95% quantiles of quantities, without errors: for what is drawn.

        They are those of their estimates. What a text quotes is estimated, and passes the gate.

        Raises
        ------
        ConvergenceError
            When the whole run must not be quoted.
        """
        self._require("the run", self.sampler_report.not_quotable)

        def computed(new: Sequence[int]) -> Iterator[Quantiles]:
            for place in new:
                low, first, middle, third, high = quantiles_of(self.draws_of(quantities[place])[None])[
                    0
                ].tolist()
                yield low, first, middle, third, high

        if self.held is None:
            return list(computed(range(len(quantities))))
        keys = [self.writing.key(each) for each in quantities]
        return looked_up(self.held.quantiles, keys, computed)

    def _summaries(self, quantities: Sequence[Quantity]) -> Iterator[Summary]:
        """Summarise quantities some at a time, while the draws of the next are computed."""
        blocks = list(batched(quantities, max(1, _TOGETHER // math.prod(self.shape))))
        draws = (np.stack([self.draws_of(each) for each in block]) for block in blocks)
        with start_crew() if len(blocks) > 1 else nullcontext(ALONE) as crew:
            for summaries in crew.as_made(self.sampler_report.summarise, draws):
                yield from summaries

    def estimate_in(self, quantity: Quantity, measure: str) -> Estimate:
        """Estimate a quantity as its draws are, by its name, with the caveats on all numbers alone.

        Raises
        ------
        ConvergenceError
            When the draws must not be quoted.
        """
        (summary,) = self.summaries_of([quantity])
        return self._gated(name_of(self.case, quantity), measure, summary, self.marks)

    def gated_estimate(self, name: str, measure: str, draws: Array) -> Estimate:
        """Summarise draws, and refuse those that have not converged: the gate of every quoted number.

        Raises
        ------
        ConvergenceError
            When the draws must not be quoted.
        """
        return self._gated(name, measure, self._summary(draws), self.marks)

    def _gated(self, name: str, measure: str, summary: Summary, caveats: tuple[Mark, ...]) -> Estimate:
        estimate = Estimate.of(name, measure, summary, self.digest, caveats)
        if self.sampler_report.not_quotable is not None:
            estimate = dataclasses.replace(estimate, not_quotable=self.sampler_report.not_quotable)
        self._require(name, estimate.not_quotable)
        return estimate

    def _summary(self, draws: Array) -> Summary:
        return self.sampler_report.summarise(draws[None])[0]

    def probability(self, statement: str | Threshold) -> Probability:
        """Compute the probability of a statement, ``NAME >= AMOUNT`` or ``NAME <= AMOUNT``.

        Raises
        ------
        ConvergenceError, UnknownNameError, UsageError
            As :meth:`estimate`, or when the statement cannot be read.
        """
        return self.probabilities((statement,))[0]

    def probabilities(self, statements: Sequence[str | Threshold]) -> tuple[Probability, ...]:
        """Compute the probabilities of statements together, each as :meth:`probability` does.

        Raises
        ------
        ConvergenceError, UnknownNameError, UsageError
            As :meth:`probability`.
        """
        return probabilities_of(self, statements, self.estimate_of)

    def require_converged(self, name: str, draws: Array) -> None:
        """Refuse draws that must not be quoted, unless unconverged numbers are allowed.

        Parameters
        ----------
        name
            What the draws are of, for the message.
        draws
            Shape (run, draw).

        Raises
        ------
        ConvergenceError
            When the draws must not be quoted.
        """
        reason = self.sampler_report.not_quotable or self._summary(draws).not_quotable
        self._require(name, reason)

    def _require(self, name: str, not_quotable: str | None) -> None:
        if not_quotable is not None and not self.allow_unconverged:
            raise ConvergenceError(
                f"{name} has not converged: {not_quotable}; {self._remedy()}, "
                "or allow unconverged numbers, which marks everything written"
            )

    def _remedy(self) -> str:
        if self.sampler_report.not_quotable is not None:
            other = "smc" if self.run.engine == "nuts" else "nuts"
            return f"{doubted(self.model, self.coordinates)}, or fit with engine={other}"
        size = Settings.of_run(self.run).size_of_a_run
        now = self.run.settings[size]
        return f"draw more ({size}={4 * now}, now {now})"

    def estimates(
        self, names: Iterable[str] | None = None, *, at: Iterable[When | str] | None = None
    ) -> Estimates:
        """Make estimates: those that are named, or all standard ones of the case.

        Parameters
        ----------
        names
            Names of estimates.
        at
            Dates, months and periods for those standard estimates that have one, instead of those of the
            claims.

        Raises
        ------
        ConvergenceError
            When the draws must not be quoted for one of them.
        UnknownNameError
            When the case has no such quantity.
        UsageError
            For a date or a period in which the flow is not defined, or for names and times both.

        Examples
        --------
        >>> import shellcount
        >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
        >>> posterior.estimates(["load", "capacity.mixed"]).keys()
        ('load', 'capacity.mixed')
        >>> posterior.estimates(at=["2023-12"])["rounds.mixed@2023-12"].unit
        'rounds'
        """
        return Estimates(self.estimates_of(self._quantities(names, at)))

    def _quantities(
        self, names: Iterable[str] | None, at: Iterable[When | str] | None
    ) -> tuple[Quantity, ...]:
        """List the quantities that are named, or the standard ones."""
        if names is None:
            return standard(self.case, at)
        if at is not None:
            raise UsageError("names have their own dates: give names, or dates of the standard estimates")
        listed = (names,) if isinstance(names, str) else tuple(names)
        return tuple(parse_quantity(self.case, name) for name in listed)
