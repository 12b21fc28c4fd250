"""Tell in words what differs between the case that is explored and the edited one."""

from __future__ import annotations

from shellcount.comparison.differences import difference, run_difference
from shellcount.results.move import Move
from shellcount.results.results import Results

_EFFECTS = ("estimates", "checks", "wording")


def what_changed(before: Results, after: Results) -> tuple[str, ...]:
    """Tell how the answer moved, and what changed: what can move an estimate first.

    Parameters
    ----------
    before, after
        Results of the case, and of the edited case.

    Returns
    -------
    tuple
        Sentences; none where nothing changed.

    Examples
    --------
    >>> import shellcount
    >>> from shellcount.analysis import Parts
    >>> case = shellcount.load_case()
    >>> cases = (case, shellcount.with_changes(case, {"load": (0.5, 0.9)}))
    >>> what_changed(*(shellcount.analyse(each, Parts(checks=(), figures=False)) for each in cases))[1]
    'Prior load changed (low from 0.4 to 0.5, high from 0.92 to 0.9).'
    """
    givens = (before.run.given, after.run.given)
    changes = [*difference(before.case, after.case, givens), *run_difference(before.run, after.run)]
    changes.sort(key=lambda change: _EFFECTS.index(change.effect))
    moved = () if not changes and before.answer == after.answer else _moved(before, after)
    return (*moved, *(f"{change.words[0].upper()}{change.words[1:]}." for change in changes))


def _moved(before: Results, after: Results) -> tuple[str, ...]:
    """Tell how the median of the answer moved; nothing where the two answer other questions."""
    old, new = before.answer, after.answer
    if old.name != new.name:
        return (f"The answer is {new.name} instead of {old.name}.",)
    move = Move(old, new)
    first, second, per_cent = move.words
    if move.within_error and first != second:
        return (f"The median moved from {first} to {second}, which is within Monte Carlo error.",)
    if first == second:
        return (f"The median is still {first}.",)
    verb = "rose" if new.p50 > old.p50 else "fell"
    return (f"The median {verb} from {first} to {second} ({per_cent}).",)
