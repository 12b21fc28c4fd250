"""Search for the smallest sets of claims without which the others hold together."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor

from shellcount.case.schema import Case
from shellcount.checks.conflicts import certain_conflicts
from shellcount.checks.leave_one_out import refit_settings
from shellcount.engines.announcing import announce_study
from shellcount.engines.forecast import work
from shellcount.engines.settings import Settings
from shellcount.errors import EvidenceError, LimitError
from shellcount.insight.joint import Spread
from shellcount.insight.pairs import judged
from shellcount.limits import allowed
from shellcount.parallel.tasks import finish
from shellcount.posterior.fitting import fit_with
from shellcount.posterior.posterior import Posterior
from shellcount.results.conditioning import conditioning
from shellcount.results.consistency import JOINT_LEVEL, ClaimPair, Removal
from shellcount.results.given import parse_given

MOST_FITS = 128
_MOST_SETS = 2_000  # that are looked at, most of which need no fit
_MOST_TOGETHER = 100  # claims that are checked together for each set


def smallest_sets(
    posterior: Posterior,
    pairs: Sequence[ClaimPair],
    spread: Spread | None,
    *,
    executor: Executor | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Removal:
    """Search for the smallest sets of claims without which the others hold together.

    Sets are searched by size, and those first whose claims are off most probably. Only sets that leave no
    pair in conflict, and the others together as a whole, are tried by a fit without them. At most 128 fits
    are made, and fewer where the limit on a study does not allow as many.

    Parameters
    ----------
    posterior
        Posterior of all claims, in conflict.
    pairs
        Its pairs.
    spread
        Joint check of its claims; ``None`` where there is none.
    executor
        Executor of the fits, any :class:`concurrent.futures.Executor`; by default this process.
    progress
        Called with the finished share of the work, from 0 to 1.
    """
    # Where no claim can be off, those come first whose figures the others make least probable.
    assessed = posterior.assessments
    off = {each.claim.id: 1 - each.left_out if each.off is None else each.off for each in assessed}
    ranked = sorted(off, key=lambda name: (-off[name], name))
    left = min(MOST_FITS, _affordable(posterior))
    tried, looked, settings = 0, 0, _settings(posterior)
    _announce(posterior, settings, min(left, 2 ** len(ranked) - 2))
    for size in range(1, len(ranked)):
        candidates, seen = _candidates(ranked, size, off, _MOST_SETS - looked)
        looked += seen
        may = (names for names in candidates if _may_restore(names, pairs, spread))
        hopeful = [*itertools.islice(may, left - tried + 1)]
        tasks = {names: _without(posterior, names) for names in hopeful[: left - tried]}
        told = _share_done(tried, len(tasks), left, progress)
        hold = functools.partial(_hold, posterior.case, settings)
        holds = finish(hold, tasks, executor=executor, progress=told)
        tried += len(tasks)
        found = tuple(names for names, held in holds.items() if held)
        complete = len(tasks) == len(hopeful) and looked < _MOST_SETS
        if found or not complete:
            progress(1.0)
            return Removal(found, tried, size, complete)
    progress(1.0)
    return Removal((), tried, len(ranked) - 1, complete=True)


def _announce(posterior: Posterior, settings: Settings, fits: int) -> None:
    """Tell of a search that may take long before it begins."""
    announce_study(
        posterior.model,
        settings.engine,
        settings.sizes(),
        fits,
        f"the search by {fits:,} fits for the claims without which the others hold together",
    )


def _share_done(
    tried: int, count: int, left: int, progress: Callable[[float], None]
) -> Callable[[float], None]:
    """Convert the share of some fits into that of all that are allowed."""
    return lambda share: progress((tried + share * count) / max(1, left))


def _candidates(
    ranked: Sequence[str], size: int, off: Mapping[str, float], most: int
) -> tuple[list[tuple[str, ...]], int]:
    """List sets of claims, those first that are off most probably."""
    sets = list(itertools.islice(itertools.combinations(ranked, size), most))
    odds = {name: math.log(max(off[name], 1e-12)) for name in ranked}
    return sorted(sets, key=lambda names: -math.fsum(odds[name] for name in names)), len(sets)


def _may_restore(names: tuple[str, ...], pairs: Sequence[ClaimPair], spread: Spread | None) -> bool:
    """Tell whether the others may hold together in pairs and as a whole, which takes no fit."""
    removed = frozenset(names)
    rest = [pair for pair in pairs if removed.isdisjoint((pair.first, pair.second))]
    if any(pair.conflicting for pair in rest):
        return False
    if spread is None or spread.size > _MOST_TOGETHER:
        return True
    return not any(pair.conflicting for pair in judged(rest)) and spread.p_value(removed)[0] >= JOINT_LEVEL


def _without(posterior: Posterior, names: Sequence[str]) -> str:
    base = parse_given(posterior.case, posterior.run.given)
    return str(conditioning(posterior.case, base, without=[f"claim:{name}" for name in names]))


def _settings(posterior: Posterior) -> Settings:
    return refit_settings(posterior.run)


def _affordable(posterior: Posterior) -> int:
    """Count the fits that the limit on a study allows."""
    settings = _settings(posterior)
    return int(allowed("study") // work(posterior.model, settings.engine, settings.sizes()))


def _hold(case: Case, settings: Settings, tasks: Sequence[str]) -> list[bool]:
    return list(_each_holds(case, settings, tasks))


def _each_holds(case: Case, settings: Settings, tasks: Sequence[str]) -> Iterator[bool]:
    """Tell of each conditioning whether none of its claims conflicts."""
    for given in tasks:
        try:
            yield not certain_conflicts(fit_with(case, settings, given=given))
        except (EvidenceError, LimitError):  # they contradict each other, or so it seems
            yield False
