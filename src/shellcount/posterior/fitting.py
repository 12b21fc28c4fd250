"""Fit a case. Only this module and the refits of studies draw from a posterior."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from shellcount.case.schema import Case
from shellcount.engines.engine import draw
from shellcount.engines.settings import SEED, Settings
from shellcount.model.model import build_model
from shellcount.posterior.conflicts import warn_of
from shellcount.posterior.posterior import Posterior
from shellcount.progress import Progress, showing
from shellcount.results.conditioning import conditioning
from shellcount.results.given import Conditioning
from shellcount.results.run import Engine, Run, versions


def fit(
    case: Case,
    *,
    given: str = "counts",
    without: Iterable[str] = (),
    with_: Iterable[str] = (),
    engine: Engine = "is",
    seed: int = SEED,
    runs: int | None = None,
    points: int | None = None,
    particles: int | None = None,
    draws: int | None = None,
    allow_unconverged: bool = False,
    progress: Progress = False,
) -> Posterior:
    r"""Draw from the posterior of a case, :math:`p(z \mid y) \propto \phi(z)\, L(z)`.

    The seed decides every digit, whatever the number of cores.

    Parameters
    ----------
    case
        Evidence and assumptions, from :func:`shellcount.load_case`.
    given
        ``counts``, ``all``, or the text of another conditioning, such as ``all-but:CLAIM,CLAIM``.
    without, with_
        Names of claims, claimants and groups that are held out or fit besides, whatever ``given`` says; a
        name is an id, or part of the title of exactly one claimant.
    engine
        ``is``: importance sampling at evenly spread points, and ``smc``: tempered sequential Monte Carlo,
        both of those coordinates that the likelihood informs; the rest keep their prior exactly. ``nuts``:
        the No-U-Turn sampler on the model in PyMC.
    seed
        A non-negative integer.
    runs
        Independent runs, or chains: by default 16 for ``is`` and ``smc``, and 4 for ``nuts``.
    points
        For ``is``, points of each run, a power of two; by default 2,048, and two or four times as many where
        few of these are effective.
    particles
        For ``smc``, particles in each run; by default 1,024.
    draws
        For ``nuts``, draws of each chain after tuning; by default 5,000.
    allow_unconverged
        Return numbers that fail the convergence gate, marked, instead of raising.
    progress
        True to show a bar on a terminal or in a notebook, or what to call with the share of the work done,
        from 0 to 1.

    Raises
    ------
    EvidenceError
        When the claims contradict each other so that no parameter value fits them, or none that the priors
        allow; those are named.
    LimitError
        When the fit is forecast to need more memory or work than is allowed, or needs more than was
        forecast, which claims that contradict each other do; see :mod:`shellcount.limits`.
    UnknownNameError, UsageError
        When an argument is invalid, or an engine's libraries are not installed.

    Warns
    -----
    ConflictWarning
        When fitted claims contradict each other or the assumptions; :attr:`Posterior.conflicts` has them.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
    >>> posterior.estimate("load").p50 < 0.8
    True
    >>> shellcount.fit(shellcount.load_case(), without=["South Korea"]).run.given
    'counts-but:rok-mnd-2024-02,rok-mnd-2024-06'
    """
    settings = Settings(engine, seed, runs, points, particles, draws, allow_unconverged)
    chosen = conditioning(case, given, without, with_)
    with showing(progress, "fitting") as show:
        posterior = fit_with(case, settings, given=chosen, progress=show)
    warn_of(posterior.conflicts)
    return posterior


def fit_with(
    case: Case,
    settings: Settings,
    *,
    given: str | Conditioning = "counts",
    progress: Callable[[float], None] = lambda _: None,
) -> Posterior:
    """Draw from the posterior of a case as :func:`fit` does, with settings as one value and no warning.

    Parameters
    ----------
    case, progress
        As for :func:`fit`.
    given
        Claims to condition on, or their text.
    settings
        Engine, seed, sizes, and whether unconverged numbers are returned.

    Raises
    ------
    EvidenceError, LimitError, UnknownNameError, UsageError
        As :func:`fit`.
    """
    settings.sizes()  # refused before the case is looked at
    model = build_model(case, given)
    drawn_by, (coordinates, report) = draw(model, settings, progress)
    engine, seed = drawn_by.engine, drawn_by.seed
    sizes, libraries = drawn_by.sizes(), versions(engine)
    run = Run(case.about.id, case.digest, str(model.given), engine, seed, sizes, libraries)
    return Posterior(model, run, coordinates, report, settings.allow_unconverged)
