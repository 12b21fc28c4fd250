"""Change inputs of a case without editing its file (what-if)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shellcount.case.dates import parse_date
from shellcount.case.forms import is_number, number_hint
from shellcount.case.parameters import Fixed, Parameter, entries, mix_name, stow_name
from shellcount.case.reading import build_case
from shellcount.case.schema import Case
from shellcount.case.shape import Raw
from shellcount.errors import UsageError, suggestion
from shellcount.text import one_line

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
        ``152mm-howitzer.complete.mass_kg``) takes a pair of 5% and 95% quantiles; a spread or
        constant (``mix_spread``, ``cube_m3``) and a claim (``claim.ID``) take a number;
        ``claim.ID.hedge`` and ``claim.ID.use`` take a word; ``mix.NATURE`` takes a base share;
        ``scenario.ID`` takes shares by nature.

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
        if name not in targets:
            raise UsageError(f"unknown setting {one_line(name)!r}; {suggestion(name, targets)}")
        table, key = targets[name]
        _set(table, key, name, change)
    changed = build_case(document, origin=f"{case.about.id} with {', '.join(changes)}")
    if changed.digest == case.digest:
        return case
    made = {**dict(map(_split, case.changes)), **{name: _written(change) for name, change in changes.items()}}
    return changed.with_record_of(f"{name}={value}" for name, value in made.items())


def _split(change: str) -> tuple[str, str]:
    name, _, value = change.partition("=")
    return name, value


def _written(change: Change) -> str:
    """Write a change as :func:`parse_change` reads it."""
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
    ('first_rate_per_day', 'rate_walk_sd')
    """
    return tuple(_targets(case, case.model_dump(by_alias=True)))


type _Target = tuple[Raw, str | None]


def _targets(case: Case, document: Raw) -> dict[str, _Target]:
    """Index the inputs that can be set: the table of each, and its key, or ``None`` for two quantiles."""
    stated = {entry.name: _target(document, entry) for entry in entries(case) if entry.assumption is not None}
    return {**stated, **dict(_base_shares(document)), **dict(_evidence_targets(document))}


def _target(document: Raw, entry: Parameter | Fixed) -> _Target:
    table: Any = document
    for step in entry.place:
        table = table[step]
    return table, "value" if isinstance(entry, Fixed) else None


def _base_shares(document: Raw) -> Iterator[tuple[str, _Target]]:
    for nature in document["nature"]:
        yield mix_name(nature["id"]), (nature, "base_share")
        for stow in nature["stow"]:
            yield stow_name(nature["id"], stow["id"], "base_share"), (stow, "base_share")


def _evidence_targets(document: Raw) -> Iterator[tuple[str, _Target]]:
    for grade, table in document["reliability"].items():
        yield f"reliability.{grade}", (table, "value")
    for hedge, table in document["hedges"].items():
        for name in ("sigma", "margin"):
            yield f"hedges.{hedge}.{name}", (table, name)
    for claim in document["claim"]:
        yield f"claim.{claim['id']}", (claim, "value")
        for name in ("value", "resolution", "hedge", "use", "as_of", "containers"):
            yield f"claim.{claim['id']}.{name}", (claim, name)


def _set(table: Raw, key: str | None, name: str, change: Change) -> None:
    if key is None:
        if not isinstance(change, tuple | list) or len(change) != 2:
            raise UsageError(f"{name} is a prior: give its 5% and 95% quantiles, as (LOW, HIGH) or LOW:HIGH")
        table["low"], table["high"] = change
        return
    if isinstance(change, tuple | list | Mapping):
        raise UsageError(f"{name} takes a single value")
    if key == "as_of" and isinstance(change, str):
        table[key] = parse_date(change)
        return
    table[key] = change


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
        hint = _numbers_hint(value)
        raise UsageError(
            f"{one_line(value, 60)!r} for {one_line(name)} cannot be read as numbers{hint}"
        ) from None
    try:
        return name, float(value)
    except ValueError:
        return name, value


def _numbers_hint(value: str) -> str:
    """Tell how to write the numbers of a change, where each of them has one meaning."""
    parts = value.split(":")
    meant = [part.strip() if is_number(part.strip()) else number_hint(part) for part in parts]
    if len(meant) != 2 or None in meant or any(" or " in str(part) for part in meant):
        return ""
    return f"; write {':'.join(str(part).removeprefix('write ') for part in meant)}"
