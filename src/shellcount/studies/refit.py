"""Refit a case for calibration: draw a truth, simulate the claims, fit them, and rank the truth."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import numpy as np

from shellcount.case.schema import Case
from shellcount.engines import importance, smc
from shellcount.engines.forecast import most_moves, unserved
from shellcount.engines.settings import SNAPSHOTS
from shellcount.errors import EvidenceError, LimitError
from shellcount.maths.arrays import Array
from shellcount.maths.streams import named_generator, places
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import Model, build_model
from shellcount.parallel.process import one_blas_thread
from shellcount.results.names import name_of
from shellcount.results.quantity import Quantity

# Fixed: ranks stay comparable when the default of a fit changes.
SETTINGS = {"runs": 4, "points": 256}
SIZES = {**SETTINGS, "draws": 2 * SETTINGS["points"]}
_IN_ITS_PLACE = {"runs": 4, "particles": 256, "draws": 256 * SNAPSHOTS}
_LIKELIHOOD = "log_likelihood"


type Ranks = list[float] | None


def refit(case: Case, given: str, seed: int, pieces: Sequence[int]) -> list[Ranks]:
    """Refit a case to simulated claims, several times: the unit of work of a process.

    Returns
    -------
    list
        For each refit the ranks of the truth, one a quantity, or ``None`` where the refit gave no posterior.
    """
    model = build_model(case, given)
    with one_blas_thread():
        return [_ranks(model, seed, f"calibration.{piece}") for piece in pieces]


def _ranks(model: Model, seed: int, stream: str) -> Ranks:
    tested = tested_quantities(model)
    truth = Evaluation(
        model, lambda name: named_generator(seed, f"{stream}.truth.{name}").standard_normal(1), (1,)
    )
    rng = named_generator(seed, f"{stream}.reports")
    stated = {claim: float(model.draw_report(truth, claim, rng)[0]) for claim in model.places}
    try:
        drawn = _drawn(model, np.array([stated[fitted.claim.id] for fitted in model.fitted]), seed, stream)
    except (EvidenceError, LimitError):
        return None
    sampled: dict[str, Array] = dict(zip(model.informed, drawn, strict=True))
    runs, draws = drawn.shape[1:]

    def coordinate(name: str) -> Array:
        if name in sampled:
            return sampled[name]
        return model.draw_prior(seed, name, (runs, draws), f"{stream}.")

    posterior = Evaluation(model, coordinate, (runs, draws))
    below = [value(posterior, stated) < value(truth, stated) for value in tested.values()]
    return [float(np.mean(share)) for share in below]


def _drawn(model: Model, stated: Array, seed: int, stream: str) -> Array:
    """Draw from the posterior given simulated claims, by smc where is does not serve, as a fit does."""

    def log_likelihood(z: Array) -> Array:
        return model.log_likelihood(z, stated)

    def gradient(z: Array) -> tuple[Array, Array]:
        return model.log_likelihood_and_gradient(z, stated)

    dimension = len(model.informed)
    if unserved(model) is None:
        rng = named_generator(seed, f"{stream}.is")
        found = importance.sample(
            log_likelihood,
            dimension,
            runs=SIZES["runs"],
            points=SIZES["points"],
            draws=SIZES["draws"],
            rng=rng,
            gradient=gradient,
            row=model.claimed_direction,
            places=places(seed, (SIZES["runs"], SIZES["draws"])),
        )
        if found.refusal is None:
            return found.draws
    return smc.sample(
        log_likelihood,
        dimension,
        runs=_IN_ITS_PLACE["runs"],
        particles=_IN_ITS_PLACE["particles"],
        rng=named_generator(seed, f"{stream}.smc"),
        most_moves=most_moves(model, _IN_ITS_PLACE),
        gradient=gradient,
    ).draws


type _Value = Callable[[Evaluation[Array], dict[str, float]], Array]


def tested_quantities(model: Model) -> dict[str, _Value]:
    """List the ranked quantities: informed coordinates, functions of them, and the likelihood."""
    case = model.case
    day = case.last_date
    quantities = [Quantity("containers", scope.id, day) for scope in case.scope]
    quantities += [Quantity("rounds", case.scenario[0].id, day)]
    quantities += [Quantity("capacity", nature.id) for nature in case.nature]
    tested: dict[str, _Value] = {name: functools.partial(_coordinate, name) for name in model.informed}
    for quantity in quantities:
        if model.informs(quantity):
            tested[name_of(case, quantity)] = functools.partial(_quantity, quantity)
    tested[_LIKELIHOOD] = functools.partial(_log_likelihood, model)
    return tested


def _coordinate(name: str, evaluation: Evaluation[Array], _: dict[str, float]) -> Array:
    return evaluation.coordinate(name)


def _quantity(quantity: Quantity, evaluation: Evaluation[Array], _: dict[str, float]) -> Array:
    return evaluation.quantity(quantity)


def _log_likelihood(model: Model, evaluation: Evaluation[Array], stated: dict[str, float]) -> Array:
    total: Array = model.log_densities(evaluation, stated).sum(axis=0)
    return total
