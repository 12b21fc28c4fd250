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
from shellcount.posterior.posterior import Posterior
from shellcount.results.conflict import stated
from shellcount.results.consistency import Consistency, JointCheck

MOST_PAIRED = 60  # claims that are compared in pairs


def consistency(
    posterior: Posterior,
    *,
    executor: Executor | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Consistency:
    """Tell whether the fitted claims hold together.

    All claims are checked together, each with the others (:func:`shellcount.checks.conflicts.conflicts`), and
    each pair on what the two share (:func:`shellcount.insight.pairs.compare_pairs`). Where they do not hold
    together, the smallest sets of claims are searched for without which the others do. Of more than 60
    claims, those that are off most probably are compared in pairs.

    Parameters
    ----------
    posterior
        The posterior.
    executor
        Executor of further fits, any :class:`concurrent.futures.Executor`; by default this process.
    progress
        Called with the finished share of the work, from 0 to 1.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.
    UsageError
        When fewer than two claims are fit.

    Examples
    --------
    >>> import shellcount
    >>> consistency(shellcount.fit(shellcount.load_case())).consistent
    True
    """
    model = posterior.model
    if len(model.fitted) < 2:
        number = "no claim is" if not model.fitted else "only one claim is"
        raise UsageError(f"given {model.given.brief}, {number} fit; to hold together takes at least two")
    assessed = {each.claim.id: each for each in posterior.assessments}
    ranked = sorted(assessed.values(), key=lambda each: (-(each.off or 0.0), each.left_out, each.claim.id))
    chosen = {each.claim.id for each in ranked[:MOST_PAIRED]}
    compared = tuple(read for read in model.fitted if read.claim.id in chosen)
    points = prior_points(model, compared, posterior.run.seed)
    pairs, spread = compare_pairs(model, points), Spread(model, points)
    found = certain_conflicts(posterior) or conflicts(posterior, executor=executor)
    sound = all_sound(posterior)
    off = {name: each.off for name, each in assessed.items()}
    result = Consistency(
        run_digest=posterior.digest,
        given=posterior.run.given,
        figures={read.claim.id: stated(posterior.case, read.claim) for read in model.fitted},
        off=off,
        joint=JointCheck(*spread.p_value(), *((None, None, None) if sound is None else sound)),
        pairs=pairs,
        compared=tuple(read.claim.id for read in compared),
        conflicts=found,
        removal=None,
        series=series(posterior.case),
        marks=tuple(mark for mark in posterior.marks if mark.kind != "conflict"),
    )
    if result.consistent:
        progress(1.0)
        return result
    # Where no claim can be off, those come first whose figures the others make least probable.
    suspect = {name: 1 - each.left_out if each.off is None else each.off for name, each in assessed.items()}
    removal = smallest_sets(posterior, pairs, spread, suspect, executor=executor, progress=progress)
    return replace(result, removal=removal)
