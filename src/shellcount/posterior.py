"""Posterior draws, and the named estimates made of them."""

from __future__ import annotations

import datetime as dt
import functools
import html
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import scipy

from shellcount import wording
from shellcount.arrays import Array
from shellcount.case import Case
from shellcount.diagnostics import PROBABILITIES, Summary, summarise
from shellcount.digest import Json, digest
from shellcount.draws import named_generator, stratified_normals
from shellcount.errors import ConvergenceError
from shellcount.model import Evaluation, Model
from shellcount.quantities import Quantity, check_date, parse_quantity, standard, unit
from shellcount.text import html_table, one_line
from shellcount.version import __version__

MODEL_VERSION = 1


@dataclass(frozen=True, slots=True)
class Estimate:
    """A named posterior range: median, 50% and 90% equal-tailed intervals, and their errors.

    Parameters
    ----------
    name
        As ``rounds.mixed@2024-06-14``.
    unit
        The unit of every number but the diagnostics.
    p05, p25, p50, p75, p95, mean, sd
        Posterior quantiles, mean and standard deviation.
    mcse_p05, mcse_p25, mcse_p50, mcse_p75, mcse_p95, mcse_mean
        Their Monte Carlo standard errors.
    rhat, ess_bulk, ess_tail
        Diagnostics of the draws.
    fault
        Why it must not be quoted, or ``None``.
    run
        Digest of the run that made it.

    Examples
    --------
    >>> import shellcount
    >>> estimate = shellcount.fit(shellcount.load_case()).estimate("capacity.122mm-rocket")
    >>> estimate.p05 < estimate.p50 < estimate.p95
    True
    """

    name: str
    unit: str
    p05: float
    p25: float
    p50: float
    p75: float
    p95: float
    mean: float
    sd: float
    mcse_p05: float
    mcse_p25: float
    mcse_p50: float
    mcse_p75: float
    mcse_p95: float
    mcse_mean: float
    rhat: float
    ess_bulk: float
    ess_tail: float
    fault: str | None
    run: str

    @classmethod
    def of(cls, name: str, measure: str, summary: Summary, run: str) -> Estimate:
        """Name a summary of draws."""
        labels = [f"p{round(100 * p):02d}" for p in PROBABILITIES]
        values = dict(zip(labels, summary.quantiles, strict=True))
        errors = dict(zip(labels, summary.mcse_quantiles, strict=True))
        return cls(
            name=name,
            unit=measure,
            p05=values["p05"],
            p25=values["p25"],
            p50=values["p50"],
            p75=values["p75"],
            p95=values["p95"],
            mean=summary.mean,
            sd=summary.sd,
            mcse_p05=errors["p05"],
            mcse_p25=errors["p25"],
            mcse_p50=errors["p50"],
            mcse_p75=errors["p75"],
            mcse_p95=errors["p95"],
            mcse_mean=summary.mcse_mean,
            rhat=summary.rhat,
            ess_bulk=summary.ess_bulk,
            ess_tail=summary.ess_tail,
            fault=summary.fault,
            run=run,
        )

    @property
    def range(self) -> wording.Range:
        """Median and 90% interval, ready to be worded."""
        return wording.Range(self.p05, self.p50, self.p95, max(self.mcse_p05, self.mcse_p50, self.mcse_p95))

    @property
    def headline(self) -> str:
        """The estimate in a few words, rounded by rule."""
        return wording.headline(self.range, self.unit)

    def words(self) -> tuple[str, str, str]:
        """Median, 50% and 90% interval as text, all to one place: a digit more than the headline."""
        unit = wording.rounding_unit(self.range, digits=3)
        return (
            wording.amount(self.p50, unit, largest=self.p95),
            wording.interval(self.p25, self.p75, unit),
            wording.interval(self.p05, self.p95, unit),
        )

    @property
    def cell(self) -> str:
        """Median and 90% interval on two lines, for a cell of a table."""
        middle, _, outer = self.words()
        return f"{middle}\n{outer}"

    def __str__(self) -> str:
        """Name and headline."""
        caveat = "" if self.fault is None else f" (not converged: {self.fault})"
        return one_line(f"{self.name}: {self.headline}{caveat}")

    def _repr_html_(self) -> str:
        return f"<code>{html.escape(str(self))}</code>"


@dataclass(frozen=True, slots=True)
class Account:
    """What the engine says of its work, for diagnosis.

    Parameters
    ----------
    log_evidence
        Log marginal likelihood of each run, in nats.
    temperatures, moves
        Number of tempering steps, and of moves in all.
    acceptance
        Share of the proposals accepted.
    correlation
        Largest start-to-end correlation at the last temperature.
    """

    log_evidence: tuple[float, ...]
    temperatures: int
    moves: int
    acceptance: float
    correlation: float


@dataclass(frozen=True, eq=False)
class Posterior:
    """Draws from the posterior of a model, from which every number is made.

    Get one from :func:`shellcount.fit`. It stores the coordinates that the likelihood informs;
    all others keep their prior, and are drawn by name when first asked for.

    Parameters
    ----------
    model
        The model fitted.
    engine, seed, settings
        What made the draws.
    sampled
        Standard normal coordinates by name, each of shape (run, draw).
    account
        The engine's account of its work.
    allow_unconverged
        Whether numbers that fail the gate may leave all the same.
    """

    model: Model
    engine: str
    seed: int
    settings: Mapping[str, int]
    sampled: Mapping[str, Array]
    account: Account
    allow_unconverged: bool = False

    @property
    def case(self) -> Case:
        """The case fitted."""
        return self.model.case

    @property
    def shape(self) -> tuple[int, int]:
        """Number of runs, and of draws in each."""
        return self.settings["runs"], self.settings["draws"]

    @functools.cached_property
    def run(self) -> dict[str, Json]:
        """What made the draws: everything that decides a digit, and its digest."""
        made_by: dict[str, Json] = {
            "case": self.case.case.id,
            "case_digest": self.case.digest,
            "model_version": MODEL_VERSION,
            "given": str(self.model.given),
            "engine": self.engine,
            "seed": self.seed,
            "settings": dict(self.settings),
            "versions": {
                "shellcount": __version__,
                "python": platform.python_version(),
                "numpy": np.__version__,
                "scipy": scipy.__version__,
            },
        }
        return {"digest": digest(made_by), **made_by}

    @property
    def digest(self) -> str:
        """SHA-256 of the run."""
        return str(self.run["digest"])

    @functools.cached_property
    def evaluation(self) -> Evaluation:
        """The model's quantities at the draws, each of shape (run, draw)."""
        return Evaluation(self.model, self._coordinate)

    def _coordinate(self, name: str) -> Array:
        sampled = self.sampled.get(name)
        if sampled is not None:
            return sampled
        return stratified_normals(named_generator(self.seed, name), *self.shape)

    def draws(self, name: str) -> Array:
        """Draws of a named quantity, shape (run, draw), in its unit.

        Raises
        ------
        UnknownNameError, UsageError
            When the case has no such quantity.
        """
        return self.draws_of(parse_quantity(self.case, name))

    def draws_of(self, quantity: Quantity) -> Array:
        """Draws of a quantity, shape (run, draw), in its unit."""
        if quantity.day is not None:
            check_date(self.case, quantity.day)
        values = self.evaluation.quantity(quantity)
        return np.broadcast_to(np.asarray(values, dtype=float), self.shape)

    def estimate(self, name: str) -> Estimate:
        """Posterior range of a named quantity.

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
        """Posterior range of a quantity, or :class:`ConvergenceError`."""
        measure = unit(self.case, quantity)
        return self.summary(quantity.name, measure, self.draws_of(quantity))

    def summary(self, name: str, measure: str, draws: Array) -> Estimate:
        """Pass draws through the gate: every number that leaves a posterior comes this way.

        Raises
        ------
        ConvergenceError
            When the draws must not be quoted.
        """
        estimate = Estimate.of(name, measure, summarise(draws), self.digest)
        if estimate.fault is not None and not self.allow_unconverged:
            particles = self.settings["particles"]
            raise ConvergenceError(
                f"{name} has not converged: {estimate.fault}; "
                f"draw more (particles={4 * particles}, now {particles}), "
                "or allow unconverged numbers, which marks everything written"
            )
        return estimate

    def estimates(self, at: Iterable[dt.date] | None = None) -> tuple[Estimate, ...]:
        """All standard estimates of the case.

        Parameters
        ----------
        at
            Dates for those that have one, instead of the dates that claims speak of.

        Raises
        ------
        ConvergenceError
            When the draws must not be quoted for one of them.
        UsageError
            For a date on which the flow is not defined.
        """
        return tuple(self.estimate_of(quantity) for quantity in standard(self.case, at))

    @property
    def log_evidence(self) -> tuple[float, float]:
        """Log marginal likelihood in nats, and its standard error.

        Evidences are averaged before the logarithm is taken. What is left is a bias towards low
        values of the order of one over the number of particles.
        """
        logs = np.array(self.account.log_evidence)
        ratios = np.exp(logs - logs.max())
        error = float(ratios.std(ddof=1) / ratios.mean() / np.sqrt(ratios.size))
        return float(logs.max() + np.log(ratios.mean())), error

    def __repr__(self) -> str:
        """What was fitted and how, in one line."""
        runs, draws = self.shape
        return (
            f"<Posterior of {self.case.case.id} given {self.model.given}: {self.engine}, "
            f"{runs} runs of {draws} draws, seed {self.seed}, {self.digest[:15]}>"
        )

    def _repr_html_(self) -> str:
        quantities = standard(self.case, [self.case.last_date])
        estimates = [self.estimate_of(quantity) for quantity in quantities if quantity.kind != "parameter"]
        rows = [(estimate.name, *estimate.words(), estimate.unit) for estimate in estimates]
        head = ("estimate", "median", "50% interval", "90% interval", "unit")
        failed = [estimate for estimate in estimates if estimate.fault is not None]
        caveat = f"<p>not converged: {len(failed)} of {len(estimates)} estimates</p>" if failed else ""
        return f"<p>{html.escape(repr(self)[1:-1])}</p>{caveat}{html_table(head, rows)}"
