"""Hold what an explorer starts from, and pass it from the server to the page that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import Any

from shellcount.case.changes import Change, parse_change, with_changes
from shellcount.case.reading import case_content, parse_case
from shellcount.case.schema import Case
from shellcount.engines.settings import DEFAULTS, Settings
from shellcount.errors import UnknownNameError, UsageError
from shellcount.explore.edits import Edits
from shellcount.frozen import frozen
from shellcount.limits import LIMITS, allowed
from shellcount.results.conditioning import conditioning
from shellcount.results.given import Conditioning
from shellcount.results.when import check_when, parse_when
from shellcount.text import one_line

OPENING, BROWSER = "opening", "browser"  # names of values that a request carries


@frozen
class Opening:
    """Case, claims, settings and edits that an explorer starts from.

    Parameters
    ----------
    path
        Case as it was named; ``None`` for the default case.
    content, origin
        Text of the case, and its name in messages.
    case
        The case as its text has it.
    given
        Claims to condition on.
    settings
        Engine, seed and sizes.
    edits
        Edits to start with.
    limits
        Limits on what an input may ask for, by name.
    browser
        Name of the browser that it is shown in, whose edits are kept apart; ``None`` in a notebook.
    """

    path: str | None
    content: bytes
    origin: str
    case: Case
    given: Conditioning
    settings: Settings = DEFAULTS
    edits: Edits = field(default_factory=Edits)
    limits: Mapping[str, float] = field(default_factory=dict)
    browser: str | None = None


def open_case(
    path: str | None = None,
    given: str = "counts",
    *,
    without: Iterable[str] = (),
    with_: Iterable[str] = (),
    changes: Iterable[str] = (),
    day: str | None = None,
    scenario: str | None = None,
    settings: Settings = DEFAULTS,
) -> Opening:
    """Open a case for an explorer.

    Parameters
    ----------
    path
        Case, as for :func:`shellcount.load_case`.
    given, without, with_
        Claims to condition on, as for :func:`shellcount.results.conditioning.conditioning`.
    changes
        What-if changes as ``NAME=VALUE``. The explorer starts with them, and compares with the case as its
        file has it.
    day, scenario
        Date and scenario of the answer; by default the last date of a claim, and the first scenario.
    settings
        Engine, seed and sizes.

    Raises
    ------
    CaseError, UnknownNameError, UsageError
        When the case, a change, or the claims, date or scenario cannot be used.

    Examples
    --------
    >>> opening = open_case("dprk-russia-2024", changes=["load=0.5:0.9"], day="2024-02-26")
    >>> opening.edits.changes, opening.edits.day, str(opening.given)
    ({'load': '0.5:0.9'}, '2024-02-26', 'counts')
    """
    content, origin = case_content(path)
    case = parse_case(content, origin=origin)
    changed = with_changes(case, _parsed(changes))
    if day is not None:
        check_when(changed, parse_when(day))
    if scenario is not None:
        known = [each.id for each in changed.scenario]
        if scenario not in known:
            raise UnknownNameError("scenario", scenario, known)
    edits = Edits(dict(_parted(change) for change in changed.changes), day=day, scenario=scenario)
    fitted = conditioning(changed, given, without, with_)
    return Opening(path, content, origin, case, fitted, settings, edits, {n: allowed(n) for n in LIMITS})


def _parsed(changes: Iterable[str]) -> dict[str, Change]:
    parsed: dict[str, Change] = {}
    for name, change in map(parse_change, changes):
        if name in parsed:
            raise UsageError(f"{one_line(name, 60)} is changed twice")
        parsed[name] = change
    return parsed


def _parted(change: str) -> tuple[str, str]:
    name, _, value = change.partition("=")
    return name, value


def opening_of(request: Mapping[str, Any] | None) -> Opening | None:
    """Find what the server was told to open, in a request that passed its gate.

    Parameters
    ----------
    request
        Request of a page of marimo; ``None`` where there is none.

    Returns
    -------
    Opening or None
        ``None`` in a notebook, which has no gate.

    Examples
    --------
    >>> opening_of({"meta": {"opening": open_case(), "browser": "one"}}).browser
    'one'
    """
    meta = {} if request is None else request["meta"]
    return replace(meta[OPENING], browser=meta[BROWSER]) if OPENING in meta else None
