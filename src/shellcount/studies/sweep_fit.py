"""Fit a case with some of its settings changed, and summarise it: the unit of work of a sweep."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from shellcount.case.changes import with_changes, written_change
from shellcount.case.schema import Case
from shellcount.digest import Json, digest
from shellcount.engines.settings import Settings
from shellcount.errors import ShellcountError, UnknownNameError, UsageError
from shellcount.frozen import frozen
from shellcount.maths.streams import shared_priors
from shellcount.model.identity import likelihood_key
from shellcount.model.model import build_model
from shellcount.posterior.posterior import Posterior
from shellcount.posterior.remapping import LATEST
from shellcount.results.conditioning import conditioning
from shellcount.results.estimate import Estimate
from shellcount.results.given import Conditioning
from shellcount.results.names import parse_quantity
from shellcount.results.quantity import Quantity
from shellcount.results.run import MODEL_VERSION, versions
from shellcount.results.sweep import Outcome, Summarised
from shellcount.studies.variation import NOTHING, OF_A_FIT, Point, Value
from shellcount.text import one_line

_UNCONVERGED = "not converged"
_LONGEST = 300  # characters of an error in the table


@frozen
class Basis:
    """Common part of all fits of a sweep.

    Parameters
    ----------
    case
        Case whose settings are changed.
    given, without, with_
        Claims to condition on, where a fit does not say otherwise.
    settings
        Engine, seed and sizes.
    names
        Names of the estimates.
    """

    case: Case
    given: str
    without: tuple[str, ...]
    with_: tuple[str, ...]
    settings: Settings
    names: tuple[str, ...]

    def document(self) -> dict[str, Json]:
        """Write everything that decides the digits of the fits, besides their own settings."""
        settings = self.settings
        return {
            "case": self.case.about.id,
            "case_digest": self.case.digest,
            "changes": list(self.case.changes),
            "given": self.given,
            "without": list(self.without),
            "with": list(self.with_),
            "engine": settings.engine,
            "seed": settings.seed,
            "settings": dict(settings.sizes()),
            "allow_unconverged": settings.allow_unconverged,
            "estimates": list(self.names),
            "versions": dict(versions(settings.engine)),
            "model_version": MODEL_VERSION,
        }

    def key(self, basis: str, point: Point) -> str:
        """Hash a fit: the digest of this basis, and the settings of the fit, whatever their order."""
        return digest([basis, {name: written_change(value) for name, value in point.items()}])

    def case_at(self, point: Point) -> Case:
        """Copy the case with its inputs changed.

        Raises
        ------
        CaseError, UsageError
            When a value cannot be used.
        """
        changes = {name: value for name, value in point.items() if name not in OF_A_FIT}
        return with_changes(self.case, changes) if changes else self.case

    def given_at(self, point: Point, case: Case) -> Conditioning:
        """Find the claims to condition on.

        Raises
        ------
        UnknownNameError, UsageError
            When the case cannot be conditioned on what is named.
        """
        without, with_ = (
            _named(point[name]) if name in point else default
            for name, default in (("without", self.without), ("with", self.with_))
        )
        return conditioning(case, str(point.get("given", self.given)), without, with_)

    def settings_at(self, point: Point) -> Settings:
        """Give the settings of the engine; the seed is that of the basis, unless it varies.

        With one seed all fits share their random numbers, so that estimates differ by settings alone.
        """
        seed = point.get("seed")
        return replace(self.settings, seed=seed) if isinstance(seed, int) else self.settings


def _named(value: Value) -> tuple[str, ...]:
    """Split the names of claims; ``none`` names none."""
    names = [name.strip() for name in str(value).split(",")]
    return () if names == [NOTHING] else tuple(names)


def fit_points(basis: Basis, points: Sequence[Point]) -> list[Outcome]:
    """Fit at several points, and summarise the estimates; a fit that fails has its error instead.

    Points that share a likelihood, such as those of several loads given counts, are sampled once.
    """
    with shared_priors():
        return [_fit(basis, point) for point in points]


def together(basis: Basis, fits: Mapping[str, Point]) -> dict[str, Point]:
    """Order fits so that those that share a likelihood follow each other, as far as two of them tell.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> basis = Basis(load_case(), "counts", (), (), Settings(), ())
    >>> points = [{"load": load, "given": given} for load in (0.6, 0.7) for given in ("counts", "all")]
    >>> list(together(basis, dict(zip("abcd", points, strict=True))))
    ['b', 'd', 'a', 'c']
    """
    points = list(fits.values())
    moving = [name for name in points[0] if _moves(basis, name, points[0], points[-1])]
    return dict(sorted(fits.items(), key=lambda fit: [str(fit[1].get(name)) for name in moving]))


def _moves(basis: Basis, name: str, first: Point, last: Point) -> bool:
    """Tell whether a setting moves the likelihood from the first point on the way to the last."""
    if name == "seed" or name not in last or first[name] == last[name]:
        return True
    try:
        cases = [(point, basis.case_at(point)) for point in (first, {**first, name: last[name]})]
        keys = {likelihood_key(build_model(case, basis.given_at(point, case))) for point, case in cases}
    except ShellcountError:
        return True
    return len(keys) > 1


def _fit(basis: Basis, point: Point) -> Outcome:
    settings = basis.settings_at(point)
    try:
        case = basis.case_at(point)
        # Of several estimates those are kept that have converged.
        marked = replace(settings, allow_unconverged=True)
        posterior = LATEST.fit(case, marked, given=basis.given_at(point, case))
    except ShellcountError as error:
        return Outcome(error=one_line(str(error), _LONGEST))
    evidence = posterior.log_evidence
    return Outcome(
        tuple(_estimates(posterior, basis.names, allow_unconverged=settings.allow_unconverged)),
        posterior.run.engine,
        None if evidence is None else _finite(evidence[0]),
        tuple(conflict.claim for conflict in posterior.conflicts),
    )


def _estimates(
    posterior: Posterior, names: Sequence[str], *, allow_unconverged: bool
) -> Iterator[Summarised]:
    """Summarise the estimates together; those that must not be quoted have no numbers, unless allowed."""
    quantities = {name: _quantity(posterior.case, name) for name in names}
    posterior.estimates_of(quantity for quantity in quantities.values() if quantity is not None)
    for name, quantity in quantities.items():
        if quantity is None:
            yield Summarised(error=f"this fit has no estimate {name}")
            continue
        estimate = posterior.estimate_of(quantity)
        if estimate.not_quotable is None or allow_unconverged:
            yield _summarised(estimate)
        else:
            yield Summarised(error=f"{_UNCONVERGED}: {estimate.not_quotable}")


def _quantity(case: Case, name: str) -> Quantity | None:
    """Find the quantity of an estimate; ``None`` for one that this case does not have."""
    try:
        return parse_quantity(case, name)
    except (UnknownNameError, UsageError):
        return None


def _summarised(estimate: Estimate) -> Summarised:
    reason = estimate.not_quotable
    return Summarised(
        unit=estimate.unit,
        p05=_finite(estimate.p05),
        p25=_finite(estimate.p25),
        p50=_finite(estimate.p50),
        p75=_finite(estimate.p75),
        p95=_finite(estimate.p95),
        mean=_finite(estimate.mean),
        sd=_finite(estimate.sd),
        mcse=_finite(estimate.mcse_p50),
        rhat=_finite(estimate.rhat),
        ess=_finite(min(estimate.ess_bulk, estimate.ess_tail)),
        error=None if reason is None else f"{_UNCONVERGED}: {reason}",
    )


def _finite(number: float) -> float | None:
    """Give a number as the journal and the table have it: none where there is none."""
    return float(number) if math.isfinite(number) else None
