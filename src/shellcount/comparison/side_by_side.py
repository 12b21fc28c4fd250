"""Compare estimates of several cases, what-ifs, scenarios or conditionings side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from shellcount.analysis import Parts, Source, analyse
from shellcount.case.schema import Case
from shellcount.errors import UnknownNameError, UsageError
from shellcount.progress import Progress, showing
from shellcount.results.comparison import Compared, Comparison
from shellcount.results.names import name_of, translated
from shellcount.results.results import Results
from shellcount.results.standard import answering
from shellcount.text import one_line

if TYPE_CHECKING:
    from shellcount.engines.settings import Settings

_FEWEST = 2


def compare(
    things: Mapping[str, Source | Results],
    *,
    names: Iterable[str] = (),
    given: str = "counts",
    without: Iterable[str] = (),
    with_: Iterable[str] = (),
    settings: Settings | None = None,
    progress: Progress = False,
) -> Comparison:
    r"""Compare the same estimates of several cases, posteriors or results side by side.

    The move of an estimate is :math:`m_k / m_1 - 1` of its medians. It may be chance if it is within three
    combined Monte Carlo standard errors, :math:`3 \sqrt{s_1^2 + s_k^2}`.

    Parameters
    ----------
    things
        Cases, posteriors and results by label, at least two. Moves are those from the first.
    names
        Estimates to compare, in the nouns of the first; by default the answer of each.
    given, without, with_, settings
        How to fit cases, as for :func:`shellcount.fit`.
    progress
        True to show a bar, or what to call with the finished share of the work, from 0 to 1.

    Raises
    ------
    ConvergenceError
        When an estimate must not be quoted.
    UnknownNameError
        When one of them has no such estimate.
    UsageError
        When there are fewer than two.

    Examples
    --------
    >>> import shellcount
    >>> case = shellcount.load_case()
    >>> loads = {f"load {load}": shellcount.with_changes(case, {"load": load}) for load in (0.5, 0.7)}
    >>> [move.words[2] for move in shellcount.compare(loads).moves()]
    ['0%', '+40%']
    """
    require_several(things)
    asked, kept = tuple(names), (tuple(without), tuple(with_))
    sides: list[Compared] = []
    with showing(progress, "fitting") as show:
        for place, (label, thing) in enumerate(things.items()):
            case = thing if isinstance(thing, Case) else thing.case
            own = tuple(translated(name, sides[0].results.case if sides else case, case) for name in asked)

            def tell(share: float, place: int = place) -> None:
                show((place + share) / len(things))

            if isinstance(thing, Results):
                results = thing
            elif isinstance(thing, Case):
                results = analyse(
                    thing,
                    parts_of(thing, own),
                    given=given,
                    without=kept[0],
                    with_=kept[1],
                    settings=settings,
                    progress=tell,
                )
            else:
                results = analyse(thing, parts_of(case, own))
            sides.append(compared(label, results, own))
    return Comparison(tuple(sides))


def parts_of(case: Case, names: tuple[str, ...]) -> Parts:
    """Choose the parts of an analysis that a comparison needs: the estimates alone."""
    return Parts(quantities=(), names=names or (name_of(case, answering(case)),), checks=(), figures=False)


def compared(label: str, results: Results, names: tuple[str, ...]) -> Compared:
    """Make a side of a comparison of results; without names, of their answer.

    Raises
    ------
    UnknownNameError
        When the results lack one of the estimates.
    """
    estimates = [results.estimate(name) for name in names] or [results.answer]
    return Compared(label, results, tuple(each.name for each in estimates))


def of_scenario(case: Case, names: tuple[str, ...], scenario: str) -> tuple[str, ...]:
    """Replace the scenario in the names of estimates.

    Raises
    ------
    UnknownNameError
        When the case has no such scenario.
    UsageError
        When none of them depends on the scenario.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> of_scenario(load_case(), ("rounds.mixed@2024-06-14", "load"), "all-152mm-howitzer")
    ('rounds.all-152mm-howitzer@2024-06-14', 'load')
    """
    known = [each.id for each in case.scenario]
    if scenario not in known:
        raise UnknownNameError("scenario", scenario, known)
    replaced = []
    for name in names:
        stem, dot, rest = name.partition(".")
        subject, at, time = rest.partition("@")
        replaced.append(f"{stem}{dot}{scenario}{at}{time}" if subject in known else name)
    if tuple(replaced) == names and not any(f".{scenario}" in name for name in names):
        raise UsageError(f"{one_line(names[0], 80)} does not depend on the scenario")
    return tuple(replaced)


def require_several(labels: Collection[str]) -> None:
    """Refuse a comparison of fewer than two.

    Raises
    ------
    UsageError
        When there are fewer.
    """
    if len(labels) < _FEWEST:
        only = "".join(f", not only {one_line(label, 60)}" for label in labels)
        raise UsageError(f"name at least two things to compare{only}")
