"""Forecast the memory, work and time of a fit from its sizes, and refuse what is beyond the limits."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from shellcount import limits
from shellcount.case.flow import span, step_start, steps_until
from shellcount.engines.contradictions import stated
from shellcount.engines.settings import POINTS, SNAPSHOTS, Settings
from shellcount.engines.walk import BLOCK
from shellcount.errors import LimitError
from shellcount.model.evaluation import KEPT, Evaluation
from shellcount.model.model import Model
from shellcount.results.run import Engine

_NUMBER = 8  # bytes
# Measured once, on two cores of 2020 or so: from 12 million (few claims, many coordinates) to 50 million (a
# thousand claims), with every engine. So that a time is an order of magnitude.
_PER_SECOND = 30e6
BASE: dict[Engine, float] = {"is": 80e6, "smc": 80e6, "nuts": 500e6}  # of the libraries that an engine loads
_MOVING = 12  # arrays of all coordinates that a move of smc holds at once
_WEIGHING = 6  # arrays of all coordinates that the points of is are weighed with
_MOST_INFORMED = 1_000  # coordinates, for which is serves
_ADAPTING = 20_000  # points at which is fits its proposal, gradients among them
_SUITED = 2e8  # operations for the points that are drawn in the end, above which there are fewer of them
_FEWEST_POINTS = 128  # of each run, which still show whether they agree
# Informed coordinates with which weights scatter, while the claims are too few to make the range narrow:
# there twice the points keep the headline within 1% (decision 68).
_SCATTERED = range(33, 65)
_PER_ROW = 8  # arrays of the likelihood of a component of a claim
_CLAIM = 3_000  # bytes of a claim, and of all that is said of it
_THREADS = 4  # that evaluate blocks of particles side by side
_SUMMARISED = 12  # arrays of draws that a summary holds at once
_COPIES = 6  # of its draws that nutpie, and the formats that it passes them on in, hold at once
# A move proposes coordinates, evaluates claims, and weighs the two.
_PER_MOVE = 4
# On average; with a claim far more precise than its prior it takes several times as many.
_FIRST_MOVES, _MOVES_PER_COORDINATE = 30, 2.5
# Of a draw of nuts in operations of smc: some 30 steps of a trajectory, each with a gradient.
_PER_STEP = 300
_MANY = 100  # coordinates, from which on smc tries to begin along a path
_MANY_PARTICLES = 256  # of each run there, by default
_MOVES_ALONG = 100  # with the points that it begins from
_MOVES_WITHOUT = 20.0  # for each coordinate, where no path leads; up to 40 were seen
_MANY_STEPS = 50  # of which a message tells how to have fewer


def require_affordable(model: Model, engine: Engine, sizes: Mapping[str, int]) -> None:
    """Refuse a fit that is forecast to need more memory or work than is allowed.

    Parameters
    ----------
    model
        The model.
    engine
        Engine that would fit it.
    sizes
        Sizes of the run, from :meth:`shellcount.engines.settings.Settings.sizes`.

    Raises
    ------
    LimitError
        When it needs too much, with the way to allow it.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.engines.settings import Settings
    >>> from shellcount.model.model import build_model
    >>> require_affordable(build_model(load_case()), "smc", Settings("smc", particles=10**6).sizes())
    Traceback (most recent call last):
    ...
    shellcount.errors.LimitError: a fit of 4 claims, the latest rok-mnd-2024-06 (at least 10,000, \
2024-06-14), by 26 coordinates, of 16,000,000 particles in all, needs 167 GB (limit 2 GB); \
to allow it, raise the limit: --limit memory=200GB
    """
    if engine == "nuts":
        packed = (
            f"engine nuts, for {len(model.case.nature):,} natures and {len(model.case.scenario):,} scenarios,"
        )
        limits.require_within("compiled", compiled(model), packed)
    _require(model, engine, sizes, work(model, engine, sizes))


def _require(model: Model, engine: Engine, sizes: Mapping[str, int], needed: float) -> None:
    """Refuse a fit that needs more memory than is allowed, or so much work that this is more."""
    claims, coordinates = len(model.fitted), sampled(model, engine)
    drawn = Settings(engine).size_of_a_run
    latest = max(model.fitted, key=lambda claim: claim.dates[-1], default=None)
    until = "" if latest is None else f", the latest {stated(latest)},"
    steps, monthly = _informed_steps(model), model.case.flow is not None and model.case.flow.step == "month"
    many, days = _MANY_STEPS <= steps > coordinates / 2, step_start(model.case, 1)
    of_them = f", {steps:,} of them steps of the flow," if many else ","
    subject = (
        f"a fit of {claims:,} claims{until} by {coordinates:,} coordinates{of_them} "
        f"of {sizes['runs'] * sizes[drawn]:,} {drawn} in all,"
    )
    try:
        limits.require_within("memory", memory(model, engine, sizes), subject)
        limits.require_within("work", needed, subject)
    except LimitError as error:
        if not many or monthly:
            raise
        raise LimitError(f"{error}, or make its steps longer, in [flow]: step_days = {4 * days}") from None


def unserved(model: Model) -> str | None:
    """Forecast why engine ``is`` does not serve; ``None`` where it is to be tried.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> unserved(build_model(load_case())) is None
    True
    """
    coordinates = len(model.informed)
    if coordinates > _MOST_INFORMED:
        return f"{coordinates:,} coordinates are informed, more than {_MOST_INFORMED:,}"
    return None


def suited(model: Model, settings: Settings) -> Settings:
    """Give an engine runs of another size by default; the run records it, as it does one that is asked for.

    For ``is``, larger ones where weights scatter, as those of the shipped case given all, and smaller ones
    for so many claims that each point takes long: the more claims there are, the narrower the posterior is,
    so that its ranges stay as exact for what they tell. For ``smc``, smaller ones where so many coordinates
    are informed that it begins along a path.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> suited(build_model(load_case()), Settings("is")).points == POINTS
    True
    """
    if settings.engine == "smc" and settings.particles is None and many(model):
        return dataclasses.replace(settings, particles=_MANY_PARTICLES)
    if settings.engine != "is" or settings.points is not None:
        return settings
    points = 2 * POINTS if len(model.informed) in _SCATTERED else POINTS
    most = most_suited(model, settings.sizes()["runs"])
    while points > max(_FEWEST_POINTS, most):
        points //= 2
    return dataclasses.replace(settings, points=points)


def most_suited(model: Model, runs: int) -> float:
    """Count the points of each run that engine ``is`` draws at most, unless they are asked for.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> most_suited(build_model(load_case()), 16) > 8 * POINTS
    True
    """
    return _SUITED / (runs * _of_a_point(model))


def compiled(model: Model) -> int:
    """Count the expressions that engine nuts compiles one by one; all else is vectors, however long.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> compiled(build_model(load_case()))
    8
    """
    natures = model.case.nature
    mixes = (
        [n.id for n in natures] if s.mix is None else [n for n in s.mix.values() if n > 0]
        for s in model.case.scenario
    )
    return sum(len(n.stow) or 1 for n in natures) + sum(len(mix) for mix in mixes if len(mix) > 1)


def memory(model: Model, engine: Engine, sizes: Mapping[str, int]) -> float:
    """Forecast the memory of a fit and of the standard estimates after it, in bytes."""
    draws = sizes["runs"] * sizes["draws"]
    coordinates = sampled(model, engine)
    estimating = draws * (coordinates + kept(model) + _SUMMARISED)
    if engine == "nuts":
        sampling = draws * (_COPIES * coordinates + _SUMMARISED)
    elif engine == "is":
        points = sizes["runs"] * sizes["points"]
        sampling = points * _WEIGHING * coordinates + at_once(model, points) * evaluated(model)
        sampling += draws * coordinates
    else:
        particles = sizes["runs"] * sizes["particles"]
        # Snapshots lie beside the draws that they are joined to.
        sampling = particles * (_MOVING * coordinates + 2 * SNAPSHOTS * coordinates)
        sampling += at_once(model, particles) * evaluated(model)
    return BASE[engine] + _CLAIM * len(model.case.claim) + _NUMBER * max(sampling, estimating)


def at_once(model: Model, particles: int) -> int:
    """Count the particles whose likelihoods are evaluated at once: a block for each thread."""
    return min(particles, _THREADS * min(BLOCK, model.block))


def evaluated(model: Model) -> int:
    """Count the arrays that an evaluation of the likelihood holds."""
    if not model.fitted:
        return 0
    evaluation = Evaluation(model, lambda _: np.zeros(1), (1,))
    evaluation.fitted_locations(model.design.rows)
    # Of each row its location, its error and the parts of its density.
    return evaluation.held + _PER_ROW * len(model.design.claim_at)


def kept(model: Model) -> int:
    """Count the arrays that a posterior keeps beside its coordinates once all estimates are made, at most."""
    # A parameter and its coordinate; of a step its change, its log rate and its rate.
    return 2 * len(model.parameters) + 3 * _steps(model) + KEPT


def _informed_steps(model: Model) -> int:
    """Count the steps of the flow that claims inform."""
    return sum(name.startswith("rate_step.") for name in model.informed)


def _steps(model: Model) -> int:
    """Count the steps of the flow up to the last date that a claim refers to."""
    return steps_until(model.case, span(model.case, None, model.case.last_date).end + 1)


def work(model: Model, engine: Engine, sizes: Mapping[str, int]) -> float:
    """Forecast the work of a fit, in operations: of one number of one particle in one move."""
    coordinates = sampled(model, engine)
    if engine == "nuts":
        steps = sizes["runs"] * (sizes["tune"] + sizes["draws"])
        return steps * _PER_STEP * (coordinates + len(model.fitted))
    if engine == "is":
        return (_ADAPTING + sizes["runs"] * sizes["points"]) * _of_a_point(model)
    return _MOVES_ALONG * _of_a_move(model, sizes) if many(model) else _from_prior(model, sizes)


def many(model: Model) -> bool:
    """Tell whether so many coordinates are informed that engine smc tries to begin along a path.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> many(build_model(load_case()))
    False
    """
    return len(model.informed) >= _MANY


def require_from_prior(model: Model, sizes: Mapping[str, int]) -> None:
    """Refuse a fit by smc that needs too much work, since no path leads and it begins from the prior.

    Raises
    ------
    LimitError
        When it needs too much, with the way to allow it.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.engines.settings import Settings
    >>> from shellcount.model.model import build_model
    >>> require_from_prior(build_model(load_case()), Settings("smc").sizes())
    """
    if many(model):
        _require(model, "smc", sizes, _MOVES_WITHOUT * len(model.informed) * _of_a_move(model, sizes))


def _from_prior(model: Model, sizes: Mapping[str, int]) -> float:
    moves = _FIRST_MOVES + _MOVES_PER_COORDINATE * len(model.informed)
    return _of_a_move(model, sizes) * moves


def seconds(model: Model, engine: Engine, sizes: Mapping[str, int]) -> float:
    """Forecast the time of a fit, in seconds of an ordinary machine, to an order of magnitude.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.engines.settings import Settings
    >>> from shellcount.model.model import build_model
    >>> seconds(build_model(load_case()), "is", Settings().sizes()) < 1
    True
    """
    return work(model, engine, sizes) / _PER_SECOND


def most_moves(model: Model, sizes: Mapping[str, int]) -> int:
    """Count the moves of smc that the limit on work allows."""
    return max(1, int(limits.allowed("work") // _of_a_move(model, sizes)))


def _of_a_move(model: Model, sizes: Mapping[str, int]) -> int:
    return sizes["runs"] * sizes["particles"] * _of_a_point(model)


def _of_a_point(model: Model) -> int:
    return len(model.informed) + len(model.design.claim_at) + _PER_MOVE


def sampled(model: Model, engine: Engine) -> int:
    """Count the coordinates that an engine samples: nuts samples those too that no claim informs."""
    return len(model.parameters) + _steps(model) if engine == "nuts" else len(model.informed)
