"""Fitting: the only place that samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from threadpoolctl import threadpool_limits

from shellcount.case.schema import Case
from shellcount.engines import nuts, smc
from shellcount.engines import settings as defaults
from shellcount.engines.sampler_report import NutsReport, SamplerReport, SmcReport
from shellcount.errors import EvidenceError, UsageError
from shellcount.maths.arrays import Array
from shellcount.maths.streams import named_generator
from shellcount.model.model import Model, build_model
from shellcount.posterior.posterior import Posterior
from shellcount.results.run import ENGINES, Engine, Run, versions

_STANDING: dict[str, dict[str, int]] = {
    "smc": {"runs": defaults.RUNS, "particles": defaults.PARTICLES},
    "nuts": {"runs": defaults.CHAINS, "draws": defaults.DRAWS},
}
_FEWEST = {"runs": 4, "particles": 64, "draws": 100}
_MOST_IN_ALL = 4_000_000


class Settings(TypedDict):
    """How to fit, as the arguments of :func:`fit`; what to condition on stands beside it."""

    engine: Engine
    seed: int
    runs: int | None
    particles: int | None
    draws: int | None
    allow_unconverged: bool


DEFAULTS = Settings(
    engine="smc", seed=defaults.SEED, runs=None, particles=None, draws=None, allow_unconverged=False
)


def fit(
    case: Case,
    *,
    given: str = "counts",
    engine: Engine = "smc",
    seed: int = defaults.SEED,
    runs: int | None = None,
    particles: int | None = None,
    draws: int | None = None,
    allow_unconverged: bool = False,
    progress: Callable[[float], None] = lambda _: None,
) -> Posterior:
    r"""Draw from the posterior of a case, :math:`p(z \mid y) \propto \phi(z)\, L(z)`.

    The seed decides every digit, whatever the number of cores.

    Parameters
    ----------
    case
        Evidence and assumptions, from :func:`shellcount.load_case`.
    given
        ``counts``, ``all``, or one of the two without a claim: ``counts-but:CLAIM``, ``all-but:CLAIM``.
    engine
        ``smc``: tempered sequential Monte Carlo, of those coordinates that the likelihood informs;
        the rest keep their prior exactly. ``nuts``: the No-U-Turn sampler on the model in PyMC.
    seed
        A non-negative integer.
    runs
        Independent runs, or chains: by default 16 for ``smc`` and 4 for ``nuts``.
    particles
        For ``smc``, particles in each run; by default 512.
    draws
        For ``nuts``, draws of each chain after tuning; by default 5,000.
    allow_unconverged
        Let numbers leave that fail the convergence gate, marked.
    progress
        Called with the share of the work done, from 0 to 1.

    Raises
    ------
    EvidenceError
        When the claims contradict each other so that no parameter value fits them.
    UnknownNameError, UsageError
        When an argument makes no sense, or an engine's libraries are not installed.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
    >>> posterior.estimate("load").p50 < 0.8
    True
    """
    settings = _settings(engine, seed, {"runs": runs, "particles": particles, "draws": draws})
    model = build_model(case, given)
    sampler = _smc if engine == "smc" else _nuts
    try:
        sampled, account = sampler(model, seed, settings, progress)
    except EvidenceError as error:
        claims = ", ".join(read.claim.id for read in model.fitted)
        raise EvidenceError(
            f"these claims and the priors cannot be reconciled ({error}): {claims}; "
            "check their values and the priors"
        ) from None
    run = Run(case.about.id, case.digest, str(model.given), engine, seed, settings, versions(engine))
    return Posterior(model, run, sampled, account, allow_unconverged)


def _settings(engine: str, seed: int, asked: dict[str, int | None]) -> dict[str, int]:
    """Complete and check the sizes of a fit."""
    if engine not in ENGINES:
        raise UsageError(f"engine must be {' or '.join(ENGINES)}, not {engine!r}")
    _check_whole(seed, asked)
    standing = _STANDING[engine]
    for name, value in asked.items():
        if value is not None and name not in standing:
            raise UsageError(f"{name} cannot be set for engine {engine}, which has {' and '.join(standing)}")
    chosen = {name: value for name, value in asked.items() if value is not None}
    settings = {**standing, **chosen}
    for name, value in settings.items():
        if value < _FEWEST[name]:
            raise UsageError(f"{name} must be at least {_FEWEST[name]}, not {value}")
    (_, count), (size, each) = settings.items()
    if count * each > _MOST_IN_ALL:
        raise UsageError(f"{count} runs of {each} {size} are more than {_MOST_IN_ALL:,} in all")
    if engine == "smc":
        return {**settings, "draws": settings["particles"] * smc.SNAPSHOTS}
    return {**settings, "tune": defaults.TUNE}


def _check_whole(seed: int, asked: dict[str, int | None]) -> None:
    for name, value in {"seed": seed, **asked}.items():
        if value is not None and not isinstance(value, int):
            raise UsageError(f"{name} must be a whole number, not {value!r}")
    if seed < 0:
        raise UsageError(f"seed must be 0 or more, not {seed}")


def _smc(
    model: Model, seed: int, settings: dict[str, int], progress: Callable[[float], None]
) -> tuple[dict[str, Array], SamplerReport]:
    with threadpool_limits(limits=1, user_api="blas"):  # sums must not depend on the cores
        result = smc.sample(
            model.log_likelihood,
            len(model.informed),
            runs=settings["runs"],
            particles=settings["particles"],
            rng=named_generator(seed, "smc"),
            on_temperature=progress,
        )
    account = SmcReport(
        run_log_evidence=tuple(result.log_evidence.tolist()),
        temperatures=len(result.temperatures),
        moves=sum(result.moves),
        acceptance=result.acceptance,
        correlation=result.correlation,
    )
    return dict(zip(model.informed, result.draws, strict=True)), account


def _nuts(
    model: Model, seed: int, settings: dict[str, int], progress: Callable[[float], None]
) -> tuple[dict[str, Array], SamplerReport]:
    result = nuts.sample(
        model,
        chains=settings["runs"],
        tune=settings["tune"],
        draws=settings["draws"],
        seed=int(named_generator(seed, "nuts").integers(2**63)),
        progress=progress,
    )
    return result.coordinates, NutsReport(result.statistics, nuts.DEEPEST_TREE)
