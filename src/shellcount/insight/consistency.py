"""Tell whether the fitted claims hold together: all of them, in pairs, and without some."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace

from shellcount.checks.conflicts import certain_conflicts, conflicts
from shellcount.checks.series import series
from shellcount.errors import UsageError
from shellcount.insight.joint import Spread, all_sound
from shellcount.insight.pairs import compare_pairs
from shellcount.insight.prior_points import prior_points
from shellcount.insight.restoring import smallest_sets
from shellcount.maths.pareto import KHAT_LIMIT
from shellcount.posterior.posterior import Posterior
from shellcount.progress import Progress, showing
from shellcount.results.conflict import stated
from shellcount.results.consistency import ClaimPair, Consistency, JointCheck
from shellcount.results.given import Fitted

MOST_PAIRED = 60  # claims that are compared in pairs, and of which each may be fitted without
_FEW = 4  # fits
MOST_TOGETHER = 500  # claims that are checked together, of which each has a covariance with each


def consistency(
    posterior: Posterior,
    *,
    executor: Executor | None = None,
    progress: Progress = False,
) -> Consistency:
    """Tell whether the fitted claims hold together.

    All claims are checked together, each with the others (:func:`shellcount.checks.conflicts.conflicts`), and
    each pair on what the two share (:func:`shellcount.insight.pairs.compare_pairs`). Where they do not hold
    together, the smallest sets of claims are searched for without which the others do.

    The work is bounded. Of more than 60 claims, those that are off most probably are compared in pairs, at a
    level that allows for all pairs; more than 500 are not checked together; where draws cannot tell of more
    than 60 claims whether the others agree, none is fitted again. The sentences say so.

    Parameters
    ----------
    posterior
        The posterior.
    executor
        Executor of further fits, any :class:`concurrent.futures.Executor`; by default this process.
    progress
        True to show a bar, or what to call with the finished share of the work, from 0 to 1.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.
    UsageError
        When fewer than two claims are fit.

    Examples
    --------
    >>> import shellcount
    >>> consistency(shellcount.fit(shellcount.load_case())).hold_together
    True
    """
    model = posterior.model
    if len(model.fitted) < 2:
        number = "no claim is" if not model.fitted else "only one claim is"
        raise UsageError(f"given {model.given.brief}, {number} fit; to hold together takes at least two")
    with showing(progress, "comparing claims") as show:
        return _compared(posterior, executor, show)


def _compared(
    posterior: Posterior, executor: Executor | None, progress: Callable[[float], None]
) -> Consistency:
    model = posterior.model
    pairs, spread = _pairs(posterior), _spread(posterior)
    certain = certain_conflicts(posterior)
    doubtful = sum(each.khat > KHAT_LIMIT for each in posterior.assessments)
    again = not certain and doubtful <= MOST_PAIRED

    def half(before: int) -> Callable[[float], None]:
        return lambda share: progress((before + share) / 2)

    elsewhere = executor if doubtful > _FEW else None  # processes take longer to start than few fits do
    found = conflicts(posterior, executor=elsewhere, progress=half(0)) if again else certain
    sound, together = all_sound(posterior), None if spread is None else spread.p_value()
    off = {each.claim.id: each.off for each in posterior.assessments}
    result = Consistency(
        run_digest=posterior.digest,
        given=posterior.run.given,
        figures={read.claim.id: stated(posterior.case, read.claim) for read in model.fitted},
        off=off,
        joint=JointCheck(*(together or (None, None)), *(sound or (None, None, None))),
        pairs=pairs,
        compared=tuple(read.claim.id for read in _suspects(posterior)),
        conflicts=found,
        removal=None,
        series=series(posterior.case),
        undecided=0 if again or certain else doubtful,
        marks=tuple(mark for mark in posterior.marks if mark.kind != "conflict"),
    )
    if result.hold_together:
        progress(1.0)
        return result
    removal = smallest_sets(posterior, pairs, spread, executor=executor, progress=half(1))
    return replace(result, removal=removal)


def _suspects(posterior: Posterior) -> tuple[Fitted, ...]:
    """Choose the claims to compare in pairs: those that are off most probably, in their own order."""
    ranked = sorted(
        posterior.assessments, key=lambda each: (-(each.off or 0.0), each.left_out, each.claim.id)
    )
    chosen = {each.claim.id for each in ranked[:MOST_PAIRED]}
    return tuple(read for read in posterior.model.fitted if read.claim.id in chosen)


def _pairs(posterior: Posterior) -> tuple[ClaimPair, ...]:
    model = posterior.model
    points = prior_points(model, _suspects(posterior), posterior.run.seed)
    return compare_pairs(model, points, len(model.fitted))


def _spread(posterior: Posterior) -> Spread | None:
    """Prepare the joint check of all claims; ``None`` where they are too many for one."""
    model = posterior.model
    if len(model.fitted) > MOST_TOGETHER:
        return None
    return Spread(model, prior_points(model, model.fitted, posterior.run.seed))
