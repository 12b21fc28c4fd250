"""Hold the edits that were made in an explorer, and apply them to a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from shellcount.case.changes import Change, parse_change, with_changes
from shellcount.case.inputs import inputs
from shellcount.case.parameters import written
from shellcount.case.schema import Case
from shellcount.case.settable import settings
from shellcount.digest import Json
from shellcount.errors import CaseError, Fault, ShellcountError, UnknownNameError, UsageError
from shellcount.explore.uses import USES, Use, switched, uses_now
from shellcount.frozen import frozen
from shellcount.results.given import Conditioning, parse_given, split_given
from shellcount.results.quantity import Quantity
from shellcount.results.standard import answering
from shellcount.results.when import When, check_when, parse_when
from shellcount.text import one_line

_MOST = 2_000  # edits
_LONGEST = 2_000  # characters of a text


@frozen
class Edits:
    """Edits of a case, as texts that nothing has checked yet.

    Parameters
    ----------
    changes
        New values of settings by name, each as ``--set`` takes it.
    uses
        Use of claims and claimants, by ``claim:ID`` and ``claimant:ID``. That of a claim counts more than
        that of its claimant.
    given
        Claims to condition on before ``uses``; ``None`` for those of the start.
    day
        Date, month or period of the answer; ``None`` for the last date of a claim.
    scenario
        Scenario of the answer; ``None`` for the first.
    """

    changes: Mapping[str, str] = field(default_factory=dict)
    uses: Mapping[str, Use] = field(default_factory=dict)
    given: str | None = None
    day: str | None = None
    scenario: str | None = None

    def document(self) -> dict[str, Json]:
        """Write the edits as plain values."""
        return {
            "changes": dict(self.changes),
            "uses": dict(self.uses),
            "given": self.given,
            "day": self.day,
            "scenario": self.scenario,
        }

    @property
    def count(self) -> int:
        """Number of edits."""
        return len(self.changes) + len(self.uses) + sum(each is not None for each in self._alone)

    @property
    def _alone(self) -> tuple[str | None, ...]:
        return self.given, self.day, self.scenario

    @classmethod
    def parse(cls, document: Json) -> Edits:
        """Read edits from plain values that may come from anywhere.

        Raises
        ------
        UsageError
            When they are not what :meth:`document` writes, or are too many.

        Examples
        --------
        >>> Edits.parse({"changes": {"load": "0.5:0.9"}}).changes
        {'load': '0.5:0.9'}
        """
        if not isinstance(document, dict):
            raise UsageError("edits must be a table")
        known = {"changes", "uses", "given", "day", "scenario"}
        if not document.keys() <= known:
            unknown = min(document.keys() - known)
            raise UsageError(f"edits have no field {one_line(unknown, 60)!r}")
        changes, uses = (_texts(document.get(name), name) for name in ("changes", "uses"))
        others = {name: _text(document.get(name), name) for name in ("given", "day", "scenario")}
        return cls(changes, {name: _use(name, use) for name, use in uses.items()}, **others)


def _texts(value: Json, name: str) -> dict[str, str]:
    table = {} if value is None else value
    if not isinstance(table, dict) or len(table) > _MOST:
        raise UsageError(f"{name} of edits must be a table of at most {_MOST:,} texts")
    texts = {str(_text(key, name)): _text(each, name) for key, each in table.items()}
    return {key: text for key, text in texts.items() if text is not None}


def _text(value: Json, name: str) -> str | None:
    if value is not None and not (isinstance(value, str) and len(value) <= _LONGEST):
        raise UsageError(f"{name} of edits must be text of at most {_LONGEST:,} characters")
    if value is not None and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise UsageError(f"{name} of edits contains half of a character") from None
    return value


def _use(name: str, text: str) -> Use:
    for use in USES:
        if text == use:
            return use
    raise UsageError(f"{one_line(name, 60)} must be fit, check or out, not {one_line(text, 60)!r}")


@frozen
class Applied:
    """Case with edits applied, and what could not be applied.

    Parameters
    ----------
    case
        The changed case; the one that was given if nothing changes.
    given
        Claims to condition on.
    day
        Date, month or period of the answer; ``None`` for the last date of a claim.
    answer
        Quantity that answers the question, in the scenario and at the date that were chosen.
    changes
        Changes that were made, by name, those of switches included, as ``--set`` takes them.
    uses
        Use of every claim and claimant now, by ``claim:ID`` and ``claimant:ID``; ``mixed`` for a claimant
        whose claims differ.
    faults
        What is wrong with an edit that was left out, by the name of its control.
    """

    case: Case
    given: Conditioning
    day: When | None
    answer: Quantity
    changes: Mapping[str, str]
    uses: Mapping[str, str]
    faults: Mapping[str, str]


def applied(base: Case, edits: Edits, given: str = "counts") -> Applied:
    """Apply edits to a case; what is at fault is left out, and told by the name of its control.

    Parameters
    ----------
    base
        The case that is explored.
    edits
        The edits.
    given
        Claims that are conditioned on where the edits choose no others.

    Raises
    ------
    UnknownNameError, UsageError
        When ``given`` itself cannot be used.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> found = applied(load_case(), Edits({"load": "0.5:0.9", "stowage": "2:3"}, {"claimant:ua-gur": "fit"}))
    >>> found.case.changes, str(found.given), list(found.faults)
    (('load=0.5:0.9',), 'counts-and:ua-gur-2024', ['stowage'])
    """
    faults: dict[str, str] = {}
    changes = _parsed(base, edits.changes, faults)
    case, changes = _changed(base, changes, faults)
    start = _given(case, edits.given, given, faults)
    switches = switched(case, start, edits.uses)
    faults |= switches.faults
    if switches.changes:
        case = with_changes(base, {**changes, **switches.changes})
    conditioning = switches.given(case, start)
    day = _day(case, edits.day, faults)
    answer = answering(case, () if day is None else (day,))
    scenario = _scenario(case, edits.scenario, faults)
    return Applied(
        case,
        conditioning,
        day,
        answer if scenario is None else replace(answer, subject=scenario),
        dict(change.split("=", 1) for change in case.changes),
        uses_now(case, conditioning),
        faults,
    )


def _parsed(base: Case, texts: Mapping[str, str], faults: dict[str, str]) -> dict[str, Change]:
    """Parse the changes that differ from what the case has now."""
    now = {setting.name: setting.now for setting in settings(base)} if texts else {}
    parsed: dict[str, Change] = {}
    for name, text in texts.items():
        if not text.strip():
            continue
        try:
            if "=" in name:
                raise UsageError(f"unknown setting {one_line(name, 60)!r}")
            change = parse_change(f"{name}={text}")[1]
            before = now.get(name)
            if before is None or change != parse_change(f"{name}={before}")[1]:
                parsed[name] = change
        except ShellcountError as error:
            faults[name] = str(error)
    return parsed


def _changed(
    base: Case, changes: dict[str, Change], faults: dict[str, str]
) -> tuple[Case, dict[str, Change]]:
    """Make all changes that can be made together; each of the others gets a fault."""
    try:
        return with_changes(base, changes), changes
    except ShellcountError as error:
        made = _trusted(base, changes, error)
    case, left = base, {name: change for name, change in changes.items() if name not in made}
    if made:
        try:
            case = with_changes(base, made)
        except ShellcountError:
            made, left = {}, dict(changes)
    before = -1
    while before != len(left):  # one may be possible only after another, such as the ends of a period
        before = len(left)
        for name in tuple(left):
            attempt = {each: change for each, change in changes.items() if each in made or each == name}
            try:
                case = with_changes(base, attempt)
            except ShellcountError as error:
                faults[name] = _told(base, name, error)
            else:
                made[name] = left.pop(name)
                faults.pop(name, None)
    return case, {name: made[name] for name in changes if name in made}


def _trusted(base: Case, changes: dict[str, Change], error: ShellcountError) -> dict[str, Change]:
    """Find the changes that the faults of all of them together do not name."""
    if not isinstance(error, CaseError):
        return {}
    targets = inputs(base, base.model_dump(by_alias=True))
    places = {name: written(targets[name].table) for name in changes if name in targets}
    named = " ".join(f"{fault.path} {fault.message}" for fault in error.faults)
    return {name: changes[name] for name, place in places.items() if place not in named}


def _told(base: Case, name: str, error: ShellcountError) -> str:
    """Tell what is wrong with a change beside its field, which needs no name there."""
    if not isinstance(error, CaseError):
        return str(error)
    target = inputs(base, base.model_dump(by_alias=True)).get(name)
    place = None if target is None else written(target.table)
    own = [fault for fault in error.faults if place is not None and fault.path.startswith(place)]
    fault = own[0] if own else error.faults[0]
    if place is None or not own:
        return str(fault)
    rest = fault.path.removeprefix(place).removeprefix(".")
    is_itself = target is not None and rest in {"", target.key, "low", "high"}
    return str(Fault("" if is_itself else rest, fault.message, fault.value, fault.hint))


def _given(case: Case, text: str | None, start: str, faults: dict[str, str]) -> Conditioning:
    """Parse what is conditioned on before any switch; where that cannot be, all claims of its base."""
    for each in (text, start):
        if each is None:
            continue
        try:
            return parse_given(case, each)
        except ShellcountError as error:
            faults["given"] = str(error)
    return Conditioning(split_given(start).base)


def _day(case: Case, text: str | None, faults: dict[str, str]) -> When | None:
    try:
        return None if text is None or not text.strip() else check_when(case, parse_when(text.strip()))
    except ShellcountError as error:
        faults["day"] = str(error)
        return None


def _scenario(case: Case, name: str | None, faults: dict[str, str]) -> str | None:
    known = [scenario.id for scenario in case.scenario]
    if name is None or name in known:
        return name
    faults["scenario"] = str(UnknownNameError("scenario", name, known))
    return None
