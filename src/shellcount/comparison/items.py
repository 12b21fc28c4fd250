"""Read what a command line compares: files, and what-ifs of one case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from shellcount.analysis import analyse, read_results
from shellcount.case.changes import parse_change, with_changes
from shellcount.case.reading import load_case
from shellcount.comparison.side_by_side import compared, of_scenario, parts_of, require_several
from shellcount.errors import UsageError
from shellcount.frozen import frozen
from shellcount.results.comparison import Compared, Comparison
from shellcount.results.file_kinds import file_kind
from shellcount.results.names import translated
from shellcount.text import one_line

if TYPE_CHECKING:
    from shellcount.case.schema import Case
    from shellcount.engines.settings import Settings

AS_IS = "the case as it is"
_LISTS = ("without", "with")  # settings that name several things, separated by commas
_OF_A_FIT = ("given", *_LISTS, "scenario")


@frozen
class Item:
    """One side of a comparison, as typed: ``[LABEL: ][CASE][; NAME=VALUE]...``.

    Parameters
    ----------
    label
        Label; without one, the text itself.
    path
        Case file, name of a shipped case, numbers.json or saved posterior; ``None`` for the base case.
    settings
        Settings by name: changes of the case, ``given``, ``without``, ``with`` and ``scenario``.
    """

    label: str
    path: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)


@frozen
class Base:
    """Case of what-ifs, and how to fit all cases.

    Parameters
    ----------
    path
        Case that what-ifs change; ``None`` for the default case.
    changes
        Changes that all cases share, as ``NAME=VALUE``.
    given, without, with_, settings
        How to fit, as for :func:`shellcount.fit`.
    """

    path: str | None = None
    changes: tuple[str, ...] = ()
    given: str = "counts"
    without: tuple[str, ...] = ()
    with_: tuple[str, ...] = ()
    settings: Settings | None = None


def parse_item(text: str) -> Item:
    """Parse one side of a comparison.

    Raises
    ------
    UsageError
        When a setting is given twice or has no value, or the text is empty.

    Examples
    --------
    >>> parse_item("light: load=0.4:0.6; given=all").settings
    {'load': '0.4:0.6', 'given': 'all'}
    >>> parse_item("mycase.toml").path
    'mycase.toml'
    """
    head, colon, tail = text.partition(": ")
    labelled = bool(colon) and "=" not in head and ";" not in head
    label, rest = (head.strip(), tail) if labelled else (text.strip(), text)
    parts = [part.strip() for part in rest.split(";")]
    path = parts.pop(0) if "=" not in parts[0] else None
    settings: dict[str, str] = {}
    for part in parts:
        name, equals, value = (word.strip() for word in part.partition("="))
        if not (equals and name and value):
            raise UsageError(
                f"{one_line(part, 60)!r} in {one_line(text, 60)!r} must have the form NAME=VALUE, "
                "such as load=0.5:0.9"
            )
        if name in settings:
            raise UsageError(f"{one_line(name, 60)} is set twice in {one_line(text, 60)!r}")
        settings[name] = value
    if path == "" or not label:
        raise UsageError(f"{one_line(text, 60)!r} names nothing to compare: name a file, or NAME=VALUE")
    return Item(label, path, settings)


def read_comparison(
    texts: Iterable[str],
    base: Base,
    *,
    names: Iterable[str] = (),
    progress: Callable[[float], None] = lambda _: None,
) -> Comparison:
    """Read what is compared, fit what must be fitted, and compare the estimates.

    Where all are what-ifs of one case, the case as it stands comes first.

    Parameters
    ----------
    texts
        Sides as typed.
    base
        Case that what-ifs change, and how to fit.
    names
        Estimates to compare, in the nouns of the first; by default the answer of each.
    progress
        Called with the finished share of the work, from 0 to 1.

    Raises
    ------
    CaseError, NumbersError, SavedRunError
        When a file cannot be used.
    ConvergenceError
        When an estimate must not be quoted.
    UnknownNameError, UsageError
        When an item, a setting or a name is invalid, or there are fewer than two.
    """
    items = [parse_item(text) for text in texts]
    if items and all(item.path is None for item in items):
        items.insert(0, Item(AS_IS))
    require_several([item.label for item in items])
    labels = [item.label for item in items]
    for label in labels:
        if labels.count(label) > 1:
            raise UsageError(f"{one_line(label, 60)} stands twice; give each a label, as LABEL: ...")
    sides: list[Compared] = []
    for place, item in enumerate(items):

        def show(share: float, place: int = place) -> None:
            progress((place + share) / len(items))

        first = sides[0].results.case if sides else None
        sides.append(_side(item, base, tuple(names), first, show))
    return Comparison(tuple(sides))


def _side(
    item: Item, base: Base, names: tuple[str, ...], first: Case | None, progress: Callable[[float], None]
) -> Compared:
    """Read or fit one side."""
    path = item.path or base.path
    if item.path is not None and file_kind(item.path) != "case":
        if item.settings:
            raise UsageError(
                f"{one_line(item.path, 60)} holds its own numbers: nothing can be set in it; compare its case"
            )
        results = read_results(item.path, settings=base.settings, earlier=True)
        return compared(item.label, results, _own(names, first, results.case))
    changes = [f"{name}={value}" for name, value in item.settings.items() if name not in _OF_A_FIT]
    shared = [change for change in base.changes if change.partition("=")[0] not in item.settings]
    case = with_changes(load_case(path), dict(map(parse_change, (*shared, *changes))))
    own = _own(names, first, case)
    scenario = item.settings.get("scenario")
    if scenario is not None:
        own = of_scenario(case, own or parts_of(case, ()).names, scenario)
    without, with_ = (
        (*kept, *(name.strip() for name in item.settings.get(key, "").split(",") if name.strip()))
        for key, kept in zip(_LISTS, (base.without, base.with_), strict=True)
    )
    results = analyse(
        case,
        parts_of(case, own),
        given=item.settings.get("given", base.given),
        without=without,
        with_=with_,
        settings=base.settings,
        progress=progress,
    )
    return compared(item.label, results, own)


def _own(names: tuple[str, ...], first: Case | None, case: Case) -> tuple[str, ...]:
    """Translate the names of estimates into the nouns of a case."""
    return tuple(translated(name, first or case, case) for name in names)
