"""Fitting: the only place that samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from threadpoolctl import threadpool_limits

from shellcount import defaults, smc
from shellcount.case import Case
from shellcount.draws import named_generator
from shellcount.errors import EvidenceError, UsageError
from shellcount.model import Model, build_model
from shellcount.posterior import Account, Posterior

type Engine = Literal["smc"]

_FEWEST_RUNS, _FEWEST_PARTICLES, _MOST_PARTICLES = 4, 64, 4_000_000


def fit(
    case: Case,
    *,
    given: str = "counts",
    engine: Engine = "smc",
    seed: int = defaults.SEED,
    runs: int = defaults.RUNS,
    particles: int = defaults.PARTICLES,
    allow_unconverged: bool = False,
    progress: Callable[[float], None] = lambda _: None,
) -> Posterior:
    r"""Draw from the posterior of a case, :math:`p(z \mid y) \propto \phi(z)\, L(z)`.

    Only the coordinates that the likelihood informs are sampled; the rest keep their prior
    exactly. The seed decides every digit, whatever the number of cores.

    Parameters
    ----------
    case
        Evidence and assumptions, from :func:`shellcount.load_case`.
    given
        ``counts``, ``all`` or ``all-but:CLAIM``.
    engine
        ``smc``: tempered sequential Monte Carlo.
    seed
        A non-negative integer.
    runs, particles
        Runs, whose spread is the Monte Carlo error, and particles in each.
    allow_unconverged
        Let numbers leave that fail the convergence gate, marked.
    progress
        Called with the share of the work done, from 0 to 1.

    Raises
    ------
    EvidenceError
        When the claims contradict each other so that no parameter value fits them.
    UnknownNameError, UsageError
        When an argument makes no sense.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
    >>> posterior.estimate("load").p50 < 0.8
    True
    """
    _check_settings(engine, seed, runs, particles)
    model = build_model(case, given)
    with threadpool_limits(limits=1, user_api="blas"):  # sums must not depend on the cores
        result = _sample(model, seed, runs, particles, progress)
    sampled = dict(zip(model.informed, result.draws, strict=True))
    account = Account(
        log_evidence=tuple(result.log_evidence.tolist()),
        temperatures=len(result.temperatures),
        moves=sum(result.moves),
        acceptance=result.acceptance,
        correlation=result.correlation,
    )
    settings = {"runs": runs, "particles": particles, "draws": particles * smc.SNAPSHOTS}
    return Posterior(model, engine, seed, settings, sampled, account, allow_unconverged)


def _check_settings(engine: str, seed: int, runs: int, particles: int) -> None:
    if engine != "smc":
        raise UsageError(f"engine must be smc, not {engine!r}")
    for name, value in (("seed", seed), ("runs", runs), ("particles", particles)):
        if not isinstance(value, int):
            raise UsageError(f"{name} must be a whole number, not {value!r}")
    if seed < 0:
        raise UsageError(f"seed must be 0 or more, not {seed}")
    if runs < _FEWEST_RUNS:
        raise UsageError(f"runs must be at least {_FEWEST_RUNS}, not {runs}")
    if particles < _FEWEST_PARTICLES:
        raise UsageError(f"particles must be at least {_FEWEST_PARTICLES}, not {particles}")
    if runs * particles > _MOST_PARTICLES:
        raise UsageError(f"{runs} runs of {particles} particles are more than {_MOST_PARTICLES:,} in all")


def _sample(
    model: Model, seed: int, runs: int, particles: int, progress: Callable[[float], None]
) -> smc.Sample:
    try:
        return smc.sample(
            model.log_likelihood,
            len(model.informed),
            runs=runs,
            particles=particles,
            rng=named_generator(seed, "smc"),
            on_temperature=progress,
        )
    except EvidenceError as error:
        claims = ", ".join(read.claim.id for read in model.fitted)
        raise EvidenceError(
            f"these claims and the priors cannot be reconciled ({error}): {claims}; "
            "check their values and the priors"
        ) from None
