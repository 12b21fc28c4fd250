"""Hold posterior draws, and make named estimates of them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from shellcount.engines.contradictions import doubted
from shellcount.engines.settings import Settings
from shellcount.errors import ConvergenceError, UsageError
from shellcount.maths.arrays import Array
from shellcount.maths.diagnostics import Summary
from shellcount.parallel.crew import ALONE, start_crew
from shellcount.posterior.conflicts import warn_of
from shellcount.posterior.draws import Draws
from shellcount.posterior.probability import probability_of
from shellcount.posterior.summary import PosteriorSummary, described, to_dataframe
from shellcount.results import marks
from shellcount.results.estimate import Estimate
from shellcount.results.mark import Mark, marked
from shellcount.results.names import name_of, parse_quantity, unit
from shellcount.results.probability import Probability
from shellcount.results.quantity import Quantity
from shellcount.results.standard import standard
from shellcount.results.threshold import Threshold
from shellcount.results.when import When

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

_TOGETHER = 131_072  # draws of quantities that are estimated together, so that memory stays bounded


@dataclass(frozen=True, eq=False)
class Posterior(Draws):
    """Draws from the posterior of a model, from which every number is computed.

    Get one from :func:`shellcount.fit`. It stores the coordinates that the likelihood informs;
    all others keep their prior, and are drawn by name when first asked for.

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
        for quantity, summary in zip(new, self._summaries(new), strict=True):
            name, measure = name_of(self.case, quantity), unit(self.case, quantity)
            own = marks.of_quantity(self.case, quantity, self.case.changes)
            self._estimates[quantity] = self._gated(name, measure, summary, (*self.marks, *own))
        return tuple(self._estimates[quantity] for quantity in every)

    def _summaries(self, quantities: Sequence[Quantity]) -> Iterator[Summary]:
        """Summarise quantities some at a time, while the draws of the next are computed."""
        blocks = list(batched(quantities, max(1, _TOGETHER // math.prod(self.shape))))
        draws = (np.stack([self.draws_of(each) for each in block]) for block in blocks)
        with start_crew() if len(blocks) > 1 else nullcontext(ALONE) as crew:
            for summaries in crew.as_made(self.sampler_report.summarise, draws):
                yield from summaries

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
        return probability_of(self, statement, self.estimate_of)

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

    def estimates(self, at: Iterable[When | str] | None = None) -> tuple[Estimate, ...]:
        """Make all standard estimates of the case.

        Parameters
        ----------
        at
            Dates, months and periods for those that have one, instead of those of the claims.

        Raises
        ------
        ConvergenceError
            When the draws must not be quoted for one of them.
        UsageError
            For a date or a period in which the flow is not defined.
        """
        return self.estimates_of(standard(self.case, at))

    def summary(self, at: Iterable[When | str] | None = None) -> PosteriorSummary:
        """Tabulate all standard estimates with their Monte Carlo errors and diagnostics.

        Parameters
        ----------
        at
            Dates, months and periods, as for :meth:`estimates`.

        Raises
        ------
        ConvergenceError
            When the draws must not be quoted for one of them.
        UsageError
            For a date or a period in which the flow is not defined.

        Examples
        --------
        >>> import shellcount
        >>> summary = shellcount.fit(shellcount.load_case(), seed=1).summary()
        >>> max(estimate.rhat for estimate in summary) < 1.01
        True
        """
        return PosteriorSummary(self.estimates(at))

    def to_dataframe(self, at: Iterable[When | str] | None = None) -> pd.DataFrame:
        """Put all standard estimates in a data frame of pandas, one to a row, with every digit.

        Parameters
        ----------
        at
            Dates, months and periods, as for :meth:`estimates`.

        Raises
        ------
        ConvergenceError
            When the draws must not be quoted for one of them.
        UsageError
            For a date or a period in which the flow is not defined, or when pandas is not installed.

        Examples
        --------
        >>> import shellcount
        >>> frame = shellcount.fit(shellcount.load_case(), seed=1).to_dataframe()
        >>> frame.loc["load", "unit"]
        'share'
        """
        return to_dataframe(self.estimates(at))

    @property
    def log_evidence(self) -> tuple[float, float] | None:
        """Log marginal likelihood in nats and its standard error, where the engine gives one."""
        return self.sampler_report.log_evidence

    def to_datatree(self, *, thin: int = 1) -> xr.DataTree:
        """Export to ArviZ, with names and dimensions as in PyMC.

        Groups: posterior, prior, posterior_predictive, prior_predictive, log_likelihood, log_prior,
        observed_data and sample_stats. Runs are chains. The draws of a run of ``smc`` have no order, so
        that ArviZ's effective sample sizes, from autocorrelations, are larger than those of the
        estimates, from the spread between runs.

        Parameters
        ----------
        thin
            Export every ``thin``-th draw of each run.

        Raises
        ------
        ConvergenceError
            When the whole run must not be quoted.
        UsageError
            When no draw would be left, or xarray is not installed.

        Examples
        --------
        >>> import shellcount
        >>> tree = shellcount.fit(shellcount.load_case()).to_datatree(thin=8)
        >>> tree["posterior"]["rounds"].dims
        ('chain', 'draw', 'date', 'scenario')
        """
        if not 1 <= thin <= self.shape[1]:
            raise UsageError(f"thin must be from 1 to {self.shape[1]}, not {thin}")
        from shellcount.posterior import datatree

        self._require("the run", self.sampler_report.not_quotable)
        return datatree.build(self.model, self.run, self._coordinate, self.sampler_report, thin)

    def save(self, path: str | Path) -> Path:
        """Write the posterior to a sealed .npz file, all of it or nothing.

        :meth:`to_datatree` gives ArviZ and netCDF all that it determines.

        Raises
        ------
        OutputError
            When it cannot be written; an existing file is left unchanged.

        Examples
        --------
        >>> import shellcount, tempfile
        >>> posterior = shellcount.fit(shellcount.load_case())
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = posterior.save(f"{folder}/run.npz")
        ...     shellcount.Posterior.load(path).digest == posterior.digest
        True
        """
        from shellcount.files.writing import write_files

        place = Path(path)
        return write_files(place.parent, {place.name: self.to_bytes()})[0]

    def to_bytes(self) -> bytes:
        """Write the content of the file that :meth:`save` saves."""
        from shellcount.posterior import storage  # only runs that are kept need it

        return storage.to_bytes(storage.Saved(self.model, self.run, self.coordinates, self.sampler_report))

    @classmethod
    def load(cls, path: str | Path, *, allow_unconverged: bool = False) -> Posterior:
        """Read a saved posterior, and verify that the file is unchanged.

        Raises
        ------
        SavedRunError
            When the file cannot be read, is not a saved posterior, or has changed since.
        LimitError
            When it is larger than is allowed.
        """
        posterior = cls.read(path, allow_unconverged=allow_unconverged)
        warn_of(posterior.conflicts)
        return posterior

    @classmethod
    def read(cls, path: str | Path, *, allow_unconverged: bool = False) -> Posterior:
        """Read a saved posterior as :meth:`load` does, without a warning of claims in conflict."""
        from shellcount.posterior import storage

        saved = storage.read(Path(path))
        return cls(saved.model, saved.run, saved.coordinates, saved.sampler_report, allow_unconverged)

    def __reduce__(self) -> tuple[type[Posterior], tuple[object, ...]]:
        """Pickle and copy by what the constructor takes: what was computed from it is computed again."""
        return type(self), (
            self.model,
            self.run,
            dict(self.coordinates),
            self.sampler_report,
            self.allow_unconverged,
        )

    def __repr__(self) -> str:
        """Describe the fit in one line, with its marks."""
        runs, draws = self.shape
        head = f"<Posterior of {self.case.about.id} given {self.model.given.brief}"
        fit = f"{self.run.engine}, {runs} runs of {draws} draws, seed {self.run.seed}, {self.digest[:15]}"
        return f"{marked(head, self.marks)}: {fit}>"

    def _repr_html_(self) -> str:
        quantities = standard(self.case, [self.case.last_date])
        estimates = self.estimates_of(quantity for quantity in quantities if quantity.kind != "parameter")
        return described(repr(self)[1:-1], self.marks, estimates)
