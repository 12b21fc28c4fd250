"""Change inputs of a case without editing its file (what-if)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shellcount.case.amounts import interval_of
from shellcount.case.assumptions import Assumption
from shellcount.case.dates import parse_date
from shellcount.case.fields import HEDGES, LEXICONS, is_month
from shellcount.case.forms import CELL, AmountForm, DateForm
from shellcount.case.parameters import Fixed, Parameter, Path, entries, mix_name, stow_name
from shellcount.case.reading import build_case
from shellcount.case.schema import Case
from shellcount.case.shape import Raw
from shellcount.errors import UnknownNameError, UsageError, suggestion
from shellcount.text import one_line

_LEXICON = "hedges"  # change that names a lexicon
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
        ``claim.ID.use``, ``claimant.ID.grade`` and ``flow.step`` take a word; ``mix.NATURE`` takes a
        base share; ``scenario.ID`` takes shares by nature. ``hedges`` takes the name of a lexicon, by which
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
    targets = _targets(case, document)
    for name, change in changes.items():
        if name.startswith("scenario."):
            _set_scenario(document, name.removeprefix("scenario."), change)
            continue
        if name == _LEXICON:
            continue
        if name not in targets:
            raise UsageError(f"unknown setting {one_line(name)!r}; {suggestion(name, targets)}")
        _set(document, targets[name], name, change, named=changes)
    if _LEXICON in changes:
        _set_lexicon(document, changes)
    changed = build_case(document, origin=f"{case.about.id} with {', '.join(changes)}")
    if changed.digest == case.digest:
        return case
    before = dict(map(_split, case.changes))
    if _LEXICON in changes:  # takes the place of the rules that were changed
        before = {name: change for name, change in before.items() if not name.startswith(f"{_LEXICON}.")}
    made = {**before, **{name: written_change(change) for name, change in changes.items()}}
    return changed.with_record_of(f"{name}={value}" for name, value in made.items())


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


def changeable(case: Case) -> tuple[str, ...]:
    """List the names of all inputs that can be changed, besides scenarios.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> changeable(load_case())[:2]
    ('hedges', 'first_rate_per_day')
    """
    return (_LEXICON, *_targets(case, case.model_dump(by_alias=True)))


@dataclass(frozen=True, slots=True)
class _Target:
    """Input that can be set: keys and indices of its table, its own key, and what it takes.

    ``excludes`` is the key beside it that says the same in another way, and is left out.
    """

    table: Path
    key: str
    takes: Literal["one", "prior", "figure", "date"] = "one"
    excludes: str | None = None


def _targets(case: Case, document: Raw) -> dict[str, _Target]:
    """Index the inputs that can be set by their names."""
    stated = {entry.name: _of_entry(entry) for entry in entries(case) if entry.assumption is not None}
    return {
        **stated,
        **dict(_base_shares(document)),
        **dict(_evidence_targets(document)),
        **dict(_flow_targets(document)),
    }


def _of_entry(entry: Parameter | Fixed) -> _Target:
    prior = isinstance(entry.assumption, Assumption)
    return _Target(entry.place, "value", "prior" if prior else "one")


def _base_shares(document: Raw) -> Iterator[tuple[str, _Target]]:
    for index, nature in enumerate(document["nature"]):
        place = ("nature", index)
        yield mix_name(nature["id"]), _Target(place, "base_share")
        for number, stow in enumerate(nature["stow"]):
            name = stow_name(nature["id"], stow["id"], "base_share")
            yield name, _Target((*place, "stow", number), "base_share")


def _evidence_targets(document: Raw) -> Iterator[tuple[str, _Target]]:
    for grade in document["reliability"]:
        yield f"reliability.{grade}", _Target(("reliability", grade), "value")
    for hedge in document["hedges"]:
        for name in ("sigma", "margin"):
            yield f"hedges.{hedge}.{name}", _Target(("hedges", hedge), name)
    for index, claimant in enumerate(document["claimant"]):
        for name, other in (("grade", "bias_sd"), ("bias_sd", "grade")):
            yield f"claimant.{claimant['id']}.{name}", _Target(("claimant", index), name, excludes=other)
    for index, claim in enumerate(document["claim"]):
        place = ("claim", index)
        yield f"claim.{claim['id']}", _Target(place, "value", "figure")
        yield f"claim.{claim['id']}.value", _Target(place, "value", "figure")
        for name in ("resolution", "hedge", "use", "containers"):
            yield f"claim.{claim['id']}.{name}", _Target(place, name)
        for name in ("as_of", "since"):
            yield f"claim.{claim['id']}.{name}", _Target(place, name, "date")


def _flow_targets(document: Raw) -> Iterator[tuple[str, _Target]]:
    for index, group in enumerate(document["group"] or ()):
        yield f"group.{group['id']}.correlation", _Target(("group", index), "correlation")
    yield "flow.step_days", _Target(("flow",), "step_days", excludes="step")
    yield "flow.step", _Target(("flow",), "step", excludes="step_days")
    for name in ("outlier_share", "outlier_scale"):
        yield f"robustness.{name}", _Target(("robustness",), name)


def _set(document: Raw, target: _Target, name: str, change: Change, named: Collection[str]) -> None:
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
    name = changes[_LEXICON]
    if name not in LEXICONS:
        raise UnknownNameError("lexicon of hedges", written_change(name), LEXICONS)
    rules = [each for each in changes if each.startswith(f"{_LEXICON}.")]
    if rules:
        raise UsageError(f"{_LEXICON}={name} takes the place of every rule of the case: leave out {rules[0]}")
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
