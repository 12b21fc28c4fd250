"""Find fitted claims that contradict the others or the assumptions, with refits where draws cannot tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace

from shellcount.checks.leave_one_out import leave_one_out
from shellcount.engines.settings import Settings
from shellcount.errors import EvidenceError, LimitError
from shellcount.maths.pareto import KHAT_LIMIT
from shellcount.maths.transcript import digest_of
from shellcount.posterior.conflicts import conflicts_of
from shellcount.posterior.posterior import Posterior
from shellcount.results.conflict import Conflicts
from shellcount.results.given import readings
from shellcount.results.run import INSTEAD


def conflicts(
    posterior: Posterior,
    *,
    executor: Executor | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Conflicts:
    r"""Find the fitted claims that contradict the others or the assumptions.

    A claim conflicts if its chance of being off exceeds 0.3, if its predictive tail given the other claims is
    below 0.005, or if the posterior mean of the bias of its claimant is more than 2.5 prior standard
    deviations out. The tail is that of the draws, reweighted; where :math:`\hat k` exceeds 0.7, the case is
    fitted again without the claim. :attr:`Posterior.conflicts` does without refits.

    Parameters
    ----------
    posterior
        The posterior.
    executor
        Executor of the fits, any :class:`concurrent.futures.Executor`; by default this process.
    progress
        Called with the finished share of the work, from 0 to 1.

    Examples
    --------
    >>> import shellcount
    >>> conflicts(shellcount.fit(shellcount.load_case()))
    no claims conflict
    """
    assessed, doubtful = posterior.assessments, _doubtful(posterior)
    if not doubtful:
        return posterior.conflicts
    try:
        tails = _tails(posterior, doubtful, executor, progress)
    except (EvidenceError, LimitError):  # the draws at hand are the best that there is
        return posterior.conflicts
    return conflicts_of(
        posterior.case,
        (each.after_refit(tails[each.claim.id]) if each.claim.id in tails else each for each in assessed),
    )


def needs_fits(posterior: Posterior) -> bool:
    """Tell whether :func:`conflicts` fits the case without single claims.

    Parameters
    ----------
    posterior
        The posterior.

    Examples
    --------
    >>> import shellcount
    >>> needs_fits(shellcount.fit(shellcount.load_case(), without=["South Korea"]))
    False
    """
    doubtful = _doubtful(posterior)
    if posterior.held is None or not doubtful:
        return bool(doubtful)
    return not posterior.held.tails.keys() >= {_key(posterior, claim) for claim in doubtful}


def _doubtful(posterior: Posterior) -> list[str]:
    """List the fitted claims whose tails the draws cannot tell, if there are others."""
    assessed = posterior.assessments
    doubtful = [each.claim.id for each in assessed if each.khat > KHAT_LIMIT]
    return doubtful if len(assessed) > 1 else []


def _tails(
    posterior: Posterior,
    claims: Sequence[str],
    executor: Executor | None,
    progress: Callable[[float], None],
) -> dict[str, float]:
    """Compute the predictive tails of claims in fits without each; those that are held are known."""
    held = {} if posterior.held is None else posterior.held.tails
    keys = {} if posterior.held is None else {claim: _key(posterior, claim) for claim in claims}
    if keys and held.keys() >= set(keys.values()):
        return {claim: held[key] for claim, key in keys.items()}
    run = posterior.run
    # Chains take too long for that, and smc that stands in for is may not be needed without a claim.
    anew = run.engine == "nuts" or INSTEAD in dict(posterior.sampler_report.facts)
    rough = Settings(seed=run.seed, allow_unconverged=True)
    checks = leave_one_out(
        posterior.case,
        given=run.given,
        claims=claims,
        settings=rough if anew else Settings.of_run(run, allow_unconverged=True),
        executor=executor,
        progress=progress,
    )
    tails = {check.claim: check.tail_probability for check in checks.leading}
    held.update((keys[claim], tail) for claim, tail in tails.items() if claim in keys)
    return tails


def _key(posterior: Posterior, name: str) -> bytes:
    """Hash how the tail of a fitted claim is computed from coordinates, in all of its readings.

    The fit without it is that of the other claims, which posteriors that hold findings together share.
    """
    model = posterior.model
    claim = model.fitted[model.places[name]].claim
    locations = [posterior.writing.location(read) for read in readings(claim)]
    return digest_of([locations, model.reporting[name], claim.quantity, claim.stated, claim.reading_odds])


def certain_conflicts(posterior: Posterior) -> Conflicts:
    r"""Find the fitted claims whose conflict the draws show for certain, without any fit.

    Tails whose :math:`\hat k` exceeds 0.7 are passed over.

    Parameters
    ----------
    posterior
        The posterior.

    Examples
    --------
    >>> import shellcount
    >>> certain_conflicts(shellcount.fit(shellcount.load_case()))
    no claims conflict
    """
    return conflicts_of(
        posterior.case,
        (replace(each, left_out=1.0) if each.khat > KHAT_LIMIT else each for each in posterior.assessments),
    )
