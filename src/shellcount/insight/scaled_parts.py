"""Power-scale every prior and every fitted claim of a posterior, and find those in conflict."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from shellcount.case.biases import bias_name, group_bias_name
from shellcount.case.families import families
from shellcount.frozen import frozen
from shellcount.insight.power_scaling import power_scale
from shellcount.maths.arrays import Array
from shellcount.model.evaluation import coordinates_used
from shellcount.model.model import Model
from shellcount.model.reports import Places
from shellcount.posterior.pointwise import draws_used, pointwise
from shellcount.posterior.posterior import Posterior
from shellcount.results.move import MOST_ERRORS
from shellcount.results.quantity import Quantity
from shellcount.results.scaled_part import Diagnosis, PartKind, ScaledPart

_LOUD = 0.05  # distance per doubling, from which a prior or the claims matter (Kallioinen et al. 2024)


@frozen
class _Part:
    """Prior of some coordinates that are one assumption to a reader, or claims."""

    name: str
    title: str
    kind: PartKind
    coordinates: tuple[str, ...] = ()


@frozen
class _Draws:
    """Draws that all parts are evaluated at: their places among all, and the run of each."""

    posterior: Posterior
    at: Places
    run: Places

    @classmethod
    def spread_over(cls, posterior: Posterior) -> _Draws:
        """Choose those draws at which :func:`~shellcount.posterior.pointwise.pointwise` evaluates claims."""
        model, (runs, size) = posterior.model, posterior.shape
        at = draws_used(len(model.design.claim_at) if model.fitted else 0, runs * size)
        return cls(posterior, at, at // size)

    def of(self, name: str) -> Array:
        """Give a coordinate at the draws."""
        return np.ascontiguousarray(self.posterior.evaluation.coordinate(name).reshape(-1)[self.at])


def scaled_parts(posterior: Posterior, quantity: Quantity) -> tuple[ScaledPart, ...]:
    """Scale the power of every prior behind an estimate, and of every fitted claim.

    The estimate is taken on the log scale. All are evaluated at the same draws, as
    :mod:`shellcount.posterior.pointwise` spreads them; errors come from the spread between runs.

    Parameters
    ----------
    posterior
        The posterior.
    quantity
        Quantity whose estimate is asked about.
    """
    model = posterior.model
    draws = _Draws.spread_over(posterior)
    values = np.log(posterior.draws_of(quantity).reshape(-1)[draws.at])
    parts = _priors(model, coordinates_used(model, lambda evaluation: evaluation.quantity(quantity)))
    logs = np.zeros((len(parts), len(draws.at)))
    for place, part in enumerate(parts):
        logs[place] = -0.5 * sum(draws.of(name) ** 2 for name in part.coordinates)
    found = _measured(parts, logs, values, draws.run)
    claims = np.zeros(len(draws.at))
    for block in pointwise(model, posterior.coordinates):
        densities = np.broadcast_to(block.log_density, (len(block.log_density), len(draws.at)))
        claims += densities.sum(axis=0)
        listed = [_claim(fitted.claim.id) for fitted in block.design.fitted]
        found += _measured(listed, densities, values, draws.run)
    whole = [_Part(name, name, "all") for name in ("all priors", "all claims")]
    found += _measured(whole, np.stack([logs.sum(axis=0), claims]), values, draws.run)
    return tuple(_diagnosed(draws, parts, logs, claims, found))


def _priors(model: Model, used: Iterable[str]) -> list[_Part]:
    """List the priors of coordinates that are informed, or that an estimate uses, by assumption."""
    names = {*used, *model.informed}
    found = [_Part(each.name, each.title, "prior", each.coordinates) for each in families(model.case, names)]
    members: dict[tuple[str, str], dict[str, None]] = {}
    for claimant, quantity in model.design.rows.biases if model.fitted else ():
        group, _ = model.correlations.get(claimant, ("", 0.0))
        own, common = bias_name(claimant, quantity), group_bias_name(group, quantity)
        for table, entry, name in (("claimant", claimant, own), ("group", group, common)):
            if name in names:
                members.setdefault((table, entry), {})[name] = None
    return found + [
        _Part(f"{table}.{entry}", f"bias of {entry}", "bias", tuple(each))
        for (table, entry), each in members.items()
    ]


def _claim(name: str) -> _Part:
    return _Part(f"claim.{name}", f"claim {name}", "claim")


def _measured(parts: Sequence[_Part], logs: Array, values: Array, run: Places) -> list[ScaledPart]:
    """Measure what more weight of parts does, with errors from the spread between runs."""
    whole = power_scale(values, logs)
    runs = [power_scale(values[run == each], logs[:, run == each]) for each in np.unique(run)]
    errors = {
        name: np.std([getattr(each, name) for each in runs], axis=0, ddof=1) / math.sqrt(len(runs))
        for name in ("distance", "shift", "spread")
    }
    return [
        ScaledPart(
            name=part.name,
            title=part.title,
            kind=part.kind,
            distance=float(whole.distance[place]),
            mcse_distance=float(errors["distance"][place]),
            shift=float(whole.shift[place]),
            mcse_shift=float(errors["shift"][place]),
            spread=float(whole.spread[place]),
            mcse_spread=float(errors["spread"][place]),
            khat=float(whole.khat[place]),
        )
        for place, part in enumerate(parts)
    ]


def _diagnosed(
    draws: _Draws, parts: Sequence[_Part], logs: Array, claims: Array, found: Iterable[ScaledPart]
) -> Iterator[ScaledPart]:
    """Tell for each assumption that the claims inform whether its prior and they pull against each other.

    Where both the prior and the claims move what the prior is about, they may be in conflict; where only the
    prior does, the claims say little of it. What is within three Monte Carlo errors of the threshold stays
    open.
    """
    places = {part.name: (part, place) for place, part in enumerate(parts) if part.kind == "prior"}
    informed = set(draws.posterior.model.informed)
    for each in found:
        part, place = places.get(each.name, (None, 0))
        names = [] if part is None else [name for name in part.coordinates if name in informed]
        if not names:
            yield each
            continue
        both = np.stack([logs[place], claims])
        scaled = np.array([power_scale(draws.of(name), both).distance for name in names])
        # Of several coordinates, that on which both tell most.
        most = int(scaled.min(axis=1).argmax())
        own, said = scaled[most].tolist()
        mcse_own, mcse_said = _errors(draws, names[most], both)
        diagnosis: Diagnosis | None = None
        if own - MOST_ERRORS * mcse_own >= _LOUD:
            if said - MOST_ERRORS * mcse_said >= _LOUD:
                diagnosis = "prior-data conflict"
            elif scaled[:, 1].max() + MOST_ERRORS * mcse_said < _LOUD:
                diagnosis = "weak likelihood"
        yield replace(
            each, own=own, mcse_own=mcse_own, claims=said, mcse_claims=mcse_said, diagnosis=diagnosis
        )


def _errors(draws: _Draws, name: str, logs: Array) -> list[float]:
    """Compute the Monte Carlo errors of the distances by which parts move a coordinate."""
    values, runs = draws.of(name), np.unique(draws.run)
    apart = [power_scale(values[draws.run == run], logs[:, draws.run == run]).distance for run in runs]
    errors: list[float] = (np.std(apart, axis=0, ddof=1) / math.sqrt(len(runs))).tolist()
    return errors
