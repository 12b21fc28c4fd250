"""Change inputs of a case without editing its file (what-if)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from shellcount.case.amounts import interval_of
from shellcount.case.dates import parse_date
from shellcount.case.fields import HEDGES, LEXICONS, is_month
from shellcount.case.forms import CELL, AmountForm, DateForm
from shellcount.case.inputs import LEXICON, Input, inputs
from shellcount.case.memberships import move_members
from shellcount.case.parameters import Path
from shellcount.case.reading import build_case
from shellcount.case.schema import Case
from shellcount.case.shape import Raw
from shellcount.case.titles import claimant_alike, claimant_by_title
from shellcount.errors import UnknownNameError, UsageError, suggestion
from shellcount.text import one_line

_DAY_OR_MONTH = DateForm("{month}")

type Change = float | str | tuple[float, float] | list[float] | Mapping[str, float]


def with_changes(case: Case, changes: Mapping[str, Change]) -> Case:
    """Copy a case with some of its inputs changed, to ask "what if".

    The copy keeps a record of the changes, ``Case.changes``, so that numbers
    computed from it are marked as what-if. Changes that change nothing return the case itself.

    Parameters
    ----------
    case
        Case to start from; it stays unchanged.
    changes
        New values by name. A prior (``load``, ``munitions_share``,
        ``152mm-howitzer.complete.mass_kg``) takes a pair of 5% and 95% quantiles, or one number that
        is taken as known; a spread or constant (``mix_spread``, ``cube_m3``, ``flow.step_days``,
        ``group.ID.correlation``) takes a number. A claim (``claim.ID``) takes a number, the ends of a
        range, words, or 0; what qualified the figure before and contradicts the new one is left out.
        ``claim.ID.as_of`` takes a date, a month or ``EARLIEST..LATEST``; ``claim.ID.hedge``,
        ``claim.ID.use``, ``claimant.ID.grade`` and ``flow.step`` take a word; ``claimant.ID.group`` takes the
        id of a group, or ``none``, and a group that is left with one member is left out; for the id of a
        claimant, a part of its title may stand, such as ``claimant.South Korea.grade``. ``mix.NATURE`` takes
        a base share; ``scenario.ID`` takes shares by nature. ``hedges`` takes the name of a lexicon, by which
        all hedges are then read; rules of the case are left out.

    Raises
    ------
    CaseError
        When the changed case is not usable.
    UsageError
        When a name is unknown or a value is of the wrong kind.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> changed = with_changes(load_case(), {"load": (0.5, 0.9), "claim.rok-mnd-2024-06": 12_000})
    >>> changed.priors.load.high
    0.9
    """
    document = case.model_dump(by_alias=True)
    targets = inputs(case, document)
    changes = _by_id(case, changes)
    moves: dict[str, str] = {}
    for name, change in changes.items():
        if name.startswith("scenario."):
            _set_scenario(document, name.removeprefix("scenario."), change)
        elif name in targets and targets[name].takes == "group":
            moves[name.split(".")[1]] = written_change(change)
        elif name in targets:
            _set(document, targets[name], name, change, named=changes)
        elif name != LEXICON:
            raise _unknown(case, name, targets)
    if moves:
        move_members(document, moves)
    if LEXICON in changes:
        _set_lexicon(document, changes)
    changed = build_case(document, origin=f"{case.about.id} with {', '.join(changes)}")
    if changed.digest == case.digest:
        return case
    made = {name: written_change(change) for name, change in changes.items()}
    return changed.with_record_of(
        f"{name}={value}" for name, value in {**_kept_record(case, changes, targets), **made}.items()
    )


def _kept_record(case: Case, changes: Collection[str], targets: Mapping[str, Input]) -> dict[str, str]:
    """Keep what a case records of earlier changes, without those whose place the present ones take."""
    before = dict(map(_split, case.changes))
    if LEXICON in changes:
        before = {name: change for name, change in before.items() if not name.startswith(f"{LEXICON}.")}
    for name in changes:
        excluded = targets[name].excludes if name in targets else None
        before.pop(f"{name.rpartition('.')[0]}.{excluded}", None)
    return before


def _by_id(case: Case, changes: Mapping[str, Change]) -> dict[str, Change]:
    """Name claimants by their ids where a change names one by a part of its title."""
    named: dict[str, Change] = {}
    for name, change in changes.items():
        own = _canonical(case, name)
        if own in named:
            raise UsageError(f"{one_line(own, 60)} is changed twice")
        named[own] = change
    return named


def _canonical(case: Case, name: str) -> str:
    table, _, rest = name.partition(".")
    title, dot, key = rest.rpartition(".")
    if table != "claimant" or not dot or title in {claimant.id for claimant in case.claimant}:
        return name
    claimant = claimant_by_title(case, title)
    return name if claimant is None else f"claimant.{claimant}.{key}"


def _unknown(case: Case, name: str, known: Collection[str]) -> UsageError:
    """Tell what may be meant by an input that the case does not have."""
    table, _, rest = name.partition(".")
    title, dot, key = rest.rpartition(".")
    alike = claimant_alike(case, title) if table == "claimant" and dot else None
    meant = f"claimant.{alike}.{key}"
    if table == "claimant" and key == "group" and not case.group:
        return UsageError(f"{one_line(name)} cannot be set: the case has no group; add one to its file")
    hint = f"did you mean {meant}?" if meant in known else suggestion(name, known)
    return UsageError(f"unknown setting {one_line(name)!r}; {hint}")


def _split(change: str) -> tuple[str, str]:
    name, _, value = change.partition("=")
    return name, value


def written_change(change: Change) -> str:
    """Write a change as :func:`parse_change` reads it, such as ``0.5:0.9``."""
    if isinstance(change, Mapping):
        return ",".join(f"{nature}:{_number(share)}" for nature, share in change.items())
    if isinstance(change, tuple | list):
        return ":".join(map(_number, change))
    return change if isinstance(change, str) else _number(change)


def _number(value: float) -> str:
    return repr(float(value)).removesuffix(".0")


def _set(document: Raw, target: Input, name: str, change: Change, named: Collection[str]) -> None:
    """Set one input of a document, and leave out what contradicts it unless a change names that too."""
    table = _table(document, target.table)
    if target.takes == "prior":
        _set_prior(table, name, change)
        return
    if target.takes == "figure":
        _set_figure(table, name, change, named)
        return
    if isinstance(change, tuple | list | Mapping):
        raise UsageError(f"{name} takes a single value")
    if target.takes == "date" and isinstance(change, str):
        table[target.key] = _time(change, CELL if target.key == "as_of" else _DAY_OR_MONTH)
        return
    whole = target.key == "step_days" and isinstance(change, float) and change.is_integer()
    table[target.key] = int(change) if whole else change
    if target.key == "use" and change != "check":  # which alone can be fit under "all", or be the outcome
        table["under_all"] = table["outcome"] = None
    if target.excludes is not None and f"{name.rpartition('.')[0]}.{target.excludes}" not in named:
        table[target.excludes] = None


def _table(document: Raw, place: Path) -> Raw:
    """Find a table of a document; one that is absent is added."""
    here: Any = document
    for step in place:
        if here[step] is None:
            here[step] = {}
        here = here[step]
    table: Raw = here
    return table


def _set_prior(table: Raw, name: str, change: Change) -> None:
    if isinstance(change, tuple | list) and len(change) == 2:
        table["low"], table["high"] = change
        table["value"] = None
    elif isinstance(change, int | float):
        table["low"] = table["high"] = None
        table["value"] = change
    else:
        quantiles = "its 5% and 95% quantiles, as (LOW, HIGH) or LOW:HIGH"
        known = f"{name} is a prior: give {quantiles}, or one number that is taken as known"
        hint = _amount_hint(change, name) if isinstance(change, str) else None
        raise UsageError(known if hint is None else f"{known}; {hint}")


def _set_figure(table: Raw, name: str, change: Change, named: Collection[str]) -> None:
    """Set the value of a claim, and leave out a hedge and a resolution that cannot go with the new one."""
    if isinstance(change, Mapping) or (isinstance(change, tuple | list) and len(change) != 2):
        raise UsageError(f"{name} takes a number, a range as (LOW, HIGH) or LOW:HIGH, or words")
    claim = ".".join(name.split(".")[:2])
    ranged = isinstance(change, tuple | list)
    if isinstance(change, tuple | list):
        kept = table["value"] if isinstance(table["value"], dict) else {}
        table["value"] = {**kept, "low": change[0], "high": change[1]}
    else:
        table["value"] = change
        ranged = isinstance(change, str) and interval_of(" ".join(change.lower().split())) is not None
    if isinstance(change, str) and not ranged:
        hint = _amount_hint(change, claim, f" and {claim}.hedge={{hedge}}")
        if hint is not None:
            raise UsageError(f"{one_line(change, 40)!r} for {name} is not a number, a range or words; {hint}")
        return  # no amount: refused as it stands
    allowed = {"between"} if ranged else {"exact"} if change == 0 else {*HEDGES} - {"between"}
    if table["hedge"] not in allowed and f"{claim}.hedge" not in named:
        table["hedge"] = None
    if ranged and f"{claim}.resolution" not in named:
        table["resolution"] = None


def _set_lexicon(document: Raw, changes: Mapping[str, Change]) -> None:
    """Read all hedges by a lexicon, instead of by the rules of the case."""
    name = changes[LEXICON]
    if name not in LEXICONS:
        raise UnknownNameError("lexicon of hedges", written_change(name), LEXICONS)
    rules = [each for each in changes if each.startswith(f"{LEXICON}.")]
    if rules:
        raise UsageError(f"{LEXICON}={name} takes the place of every rule of the case: leave out {rules[0]}")
    document["hedges"] = {}
    document["lexicon"] = {"hedges": name}


def _amount_hint(text: str, name: str, hedge: str = "") -> str | None:
    """Tell how a stated amount is written in a change of this name; ``None`` where a text means none."""
    from shellcount.case.hints import amount_hint  # slow to import, and only faults need it

    form = AmountForm(f"{name}={{value}}", f"{name}={{low}}:{{high}}", f"{name}={{value}}{hedge}")
    return amount_hint(text, form)


def _time(text: str, form: DateForm) -> object:
    """Read a date, a month as the case file has it, or a range of possible dates."""
    earliest, dots, latest = text.partition("..")
    if dots:
        return {
            name: _day(end.strip(), _DAY_OR_MONTH)
            for name, end in (("earliest", earliest), ("latest", latest))
        }
    return _day(text, form)


def _day(text: str, form: DateForm) -> object:
    return text if is_month(text) else parse_date(text, form)


def _set_scenario(document: Raw, name: str, change: Change) -> None:
    if not isinstance(change, Mapping):
        raise UsageError(f"scenario.{one_line(name)} takes shares, as NATURE:SHARE,NATURE:SHARE")
    title = ", ".join(f"{share} {nature}" for nature, share in change.items())
    # One that is there keeps its place: the first scenario is the one that answers the question.
    scenarios = {scenario["id"]: scenario for scenario in document["scenario"]}
    if name not in scenarios or scenarios[name]["mix"] != dict(change):
        scenarios[name] = {"id": name, "title": title, "mix": dict(change)}
    document["scenario"] = tuple(scenarios.values())


def parse_change(text: str) -> tuple[str, Change]:
    """Parse a change written as ``NAME=VALUE``.

    Raises
    ------
    UsageError
        When the text does not have this form.

    Examples
    --------
    >>> parse_change("load=0.5:0.9")
    ('load', (0.5, 0.9))
    >>> parse_change("claim.rok-mnd-2024-06=12000")
    ('claim.rok-mnd-2024-06', 12000.0)
    >>> parse_change("scenario.half=152mm-howitzer:0.5,122mm-rocket:0.5")
    ('scenario.half', {'152mm-howitzer': 0.5, '122mm-rocket': 0.5})
    """
    name, equals, value = text.partition("=")
    name, value = name.strip(), value.strip()
    if not equals or not name or not value:
        raise UsageError(f"{one_line(text, 60)!r} must have the form NAME=VALUE or PRIOR=LOW:HIGH")
    try:
        if name.startswith("scenario."):
            return name, {
                nature.strip(): float(share)
                for nature, share in (part.rsplit(":", 1) for part in value.split(","))
            }
        if ":" in value:
            low, high = value.split(":")
            return name, (float(low), float(high))
    except ValueError:
        hint = _numbers_hint(value, shares=name.startswith("scenario."))
        raise UsageError(
            f"{one_line(value, 60)!r} for {one_line(name)} cannot be read as numbers{hint}"
        ) from None
    try:
        return name, float(value)
    except ValueError:
        return name, value


def _numbers_hint(value: str, *, shares: bool) -> str:
    """Tell how to write the numbers of a change, where each of them has one meaning."""
    from shellcount.case.hints import one_meaning

    parts = [
        part.rpartition(":") if shares else ("", "", part) for part in value.split("," if shares else ":")
    ]
    meant = [None if shares and not name else one_meaning(number) for name, _, number in parts]
    if None in meant or not (shares or len(parts) == 2):
        return ""
    texts = (f"{name}{colon}{number}" for (name, colon, _), number in zip(parts, meant, strict=True))
    return f"; write {(',' if shares else ':').join(texts)}"
