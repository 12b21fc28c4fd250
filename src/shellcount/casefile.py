"""Reading case files, and changing a case without editing its file."""

from __future__ import annotations

import datetime as dt
import sys
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from shellcount import consistency
from shellcount.case import (
    Case,
    Claim,
    Claimant,
    Containers,
    HedgeRule,
    Nature,
    Priors,
    Scenario,
    Scope,
    Source,
    Spread,
)
from shellcount.errors import CaseError, Fault, UsageError, suggestion
from shellcount.text import one_line

DEFAULT_CASE = "dprk-russia-2024"
MAX_BYTES = 8 * 1024 * 1024

# Raw TOML, before it has a type; nothing behind this module sees it.
type _Raw = dict[str, Any]

_ENTRIES: dict[str, type[BaseModel]] = {
    "source": Source,
    "claimant": Claimant,
    "claim": Claim,
    "scope": Scope,
    "nature": Nature,
    "scenario": Scenario,
}


def load_case(path: str | Path | None = None) -> Case:
    """Read and validate a case file.

    Parameters
    ----------
    path
        A TOML file, ``-`` for standard input, or ``None`` for the case that is shipped.

    Raises
    ------
    CaseError
        When the file cannot be read or used; it lists every fault with its path.

    Examples
    --------
    >>> len(load_case().claim)
    11
    """
    if path is None:
        return parse_case(_shipped(DEFAULT_CASE), origin=f"{DEFAULT_CASE}.toml")
    if str(path) == "-":
        return parse_case(sys.stdin.buffer.read(MAX_BYTES + 1), origin="standard input")
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL byte in the name
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise CaseError(str(path), [Fault("", f"cannot be read: {reason}")]) from None
    return parse_case(content, origin=str(path))


def _shipped(name: str) -> bytes:
    """Read a case from the wheel, or from the checkout that the package is run from."""
    packaged = resources.files("shellcount") / "seeds" / f"{name}.toml"
    if packaged.is_file():
        return packaged.read_bytes()
    return (Path(__file__).parents[2] / "seeds" / f"{name}.toml").read_bytes()


def parse_case(content: bytes, *, origin: str) -> Case:
    """Turn the bytes of a case file into a case.

    Parameters
    ----------
    content
        The file's bytes: TOML in UTF-8.
    origin
        What to call it in messages.

    Raises
    ------
    CaseError
        When the content is not a usable case; it lists every fault with its path.

    Examples
    --------
    >>> parse_case(b"", origin="empty.toml")
    Traceback (most recent call last):
    ...
    shellcount.errors.CaseError: empty.toml: 1 fault
      is empty; `shellcount schema` describes what it may hold
    """
    return _build(_raw(content, origin), origin)


def _raw(content: bytes, origin: str) -> _Raw:
    def refuse(message: str, hint: str | None = None) -> CaseError:
        return CaseError(origin, [Fault("", message, None, hint)])

    if len(content) > MAX_BYTES:
        raise refuse(f"is larger than {MAX_BYTES // 2**20} MB", "a case file is text of a few kilobytes")
    if not content.strip():
        raise refuse("is empty", "`shellcount schema` describes what it may hold")
    if b"\0" in content:
        raise refuse("is a binary file", "a case is a TOML text file")
    try:
        return {name: _frozen(value) for name, value in tomllib.loads(content.decode("utf-8-sig")).items()}
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refuse(f"is not UTF-8 (line {line})", "save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise refuse(f"is not valid TOML: {one_line(str(error), 200)}") from None
    except ValueError:  # an integer of more digits than Python will read
        raise refuse("holds a number of thousands of digits") from None
    except RecursionError:
        raise refuse("is not a case: its values are nested too deeply") from None


def _frozen(value: Any) -> Any:  # noqa: ANN401  # raw TOML
    """Make lists tuples, which is what a frozen case holds."""
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {name: _frozen(item) for name, item in value.items()}
    return value


def _build(raw: _Raw, origin: str) -> Case:
    try:
        case = Case.model_validate(raw)
    except ValidationError as error:
        details = error.errors(include_url=False)
        shape = [_fault(detail, raw) for detail in details if not _redundant(detail)]
        found = shape + consistency.faults(_salvage(raw))
        raise CaseError(origin, dict.fromkeys(found)) from None
    meaning = consistency.faults(consistency.Parts.of(case))
    if meaning:
        raise CaseError(origin, meaning)
    return case


def _salvage(raw: _Raw) -> consistency.Parts:
    """Keep the parts of an ill-formed file that have the right shape."""
    found: dict[str, dict[int, Any]] = {table: {} for table in _ENTRIES}
    ids: dict[str, list[str]] = {}
    for table, entry_type in _ENTRIES.items():
        entries = raw.get(table)
        entries = entries if isinstance(entries, tuple) else ()
        ids[table] = [
            str(entry.get("id", f"?{place}")) if isinstance(entry, dict) else f"?{place}"
            for place, entry in enumerate(entries)
        ]
        for place, entry in enumerate(entries):
            kept = _try(entry_type, entry)
            if kept is not None:
                found[table][place] = kept
    return consistency.Parts(
        **found,
        hedges=_try(dict[str, HedgeRule], raw.get("hedges")) or {},
        reliability=_try(dict[str, Spread], raw.get("reliability")) or {},
        containers=_try(Containers, raw.get("containers")),
        priors=_try(Priors, raw.get("priors")),
        ids=ids,
    )


def _try(kind: Any, value: Any) -> Any:  # noqa: ANN401  # raw TOML in, any part of a case out
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return None


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


_PLAIN = {
    "missing": "missing",
    "string_type": "must be text in quotes",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "date_type": "must be a date such as 2024-02-26, without quotes",
    "tuple_type": "must be a list",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "finite_number": "must be a finite number",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
}


def _redundant(detail: Mapping[str, Any]) -> bool:
    """Whether another error says the same: of a union, keep the member that fits what was found."""
    value = detail["input"]
    if detail["type"] == "too_short":  # pydantic counts only the well-formed entries
        return len(value) > 0
    branches = {"as_of": dict, "nature": tuple}
    field = next((step for step in reversed(detail["loc"]) if step in branches), None)
    if field is None:
        return False
    several = isinstance(value, branches[str(field)])
    if detail["type"] in {"string_type", "date_type"} and detail["loc"][-1] in {
        "date",
        "str",
        "constrained-str",
    }:
        return several
    return detail["type"] in {"model_type", "tuple_type"} and not several


def _fault(detail: Mapping[str, Any], raw: _Raw) -> Fault:
    """Say one pydantic error in the terms of the case file."""
    kind, value = detail["type"], detail["input"]
    # Members of a union and tagged keys are no place in the file: keep what can be walked.
    location = _walkable(detail["loc"], raw, absent=kind == "missing")
    path = _path(location)
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        known = _fields(location[:-1])
        return Fault(path, "unknown key", None, suggestion(str(location[-1]), known))
    if kind == "literal_error":
        if isinstance(value, tuple):
            return Fault(
                path, "must be one value, not several", _shown(value), f"one of {context['expected']}"
            )
        known = [name.strip("'") for name in context["expected"].replace(" or ", ", ").split(", ")]
        return Fault(path, "not one of the allowed values", _shown(value), suggestion(str(value), known))
    if kind == "missing":
        return Fault(path, "missing")
    if kind == "string_pattern_mismatch":
        hint = "64 hex digits" if path.endswith("sha256") else "lower-case words and digits joined by hyphens"
        return Fault(path, "has the wrong form", _shown(value), hint)
    message = _PLAIN.get(kind) or detail["msg"].removeprefix("Input should be ")
    if kind in {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}:
        message = f"must be {message}"
    return Fault(path, message, _shown(value))


def _shown(value: Any) -> str:  # noqa: ANN401  # raw TOML
    try:
        return one_line(str(value) if isinstance(value, dt.date) else repr(value), 60)
    except ValueError:  # an integer of more digits than Python will print
        return "a number of thousands of digits"


def _walkable(location: tuple[int | str, ...], raw: _Raw, *, absent: bool) -> tuple[int | str, ...]:
    """Drop the steps of a pydantic location that are not keys of the file."""
    kept: list[int | str] = []
    here: Any = raw
    for place, step in enumerate(location):
        last = absent and place == len(location) - 1
        if isinstance(here, dict) and (step in here or last):
            kept.append(step)
            here = here.get(step)
        elif isinstance(here, tuple) and isinstance(step, int) and step < len(here):
            kept.append(step)
            here = here[step]
    return tuple(kept)


def _fields(location: tuple[int | str, ...]) -> list[str]:
    """Names of the fields that the table at a location may have."""
    here: Any = Case
    for step in location:
        if isinstance(step, str) and isinstance(here, type) and issubclass(here, BaseModel):
            annotation = here.model_fields[step].annotation if step in here.model_fields else None
            here = _table(annotation)
    if isinstance(here, type) and issubclass(here, BaseModel):
        return [field.alias or name for name, field in here.model_fields.items()]
    return []


def _table(annotation: Any) -> Any:  # noqa: ANN401  # any type annotation
    """Find the table type inside an annotation such as ``tuple[Claim, ...] | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _table(part)
        if found is not None:
            return found
    return None


type Change = float | str | tuple[float, float] | Mapping[str, float]


def with_changes(case: Case, changes: Mapping[str, Change]) -> Case:
    """Ask "what if": a copy of a case with some of its inputs changed.

    Parameters
    ----------
    case
        The case to start from; it is not touched.
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
    >>> changed = with_changes(load_case(), {"load": (0.5, 0.9), "claim.rok-mnd-2024-06": 12_000})
    >>> changed.priors.load.high
    0.9
    """
    document = case.model_dump(by_alias=True)
    targets = _targets(document)
    for name, change in changes.items():
        if name.startswith("scenario."):
            _set_scenario(document, name.removeprefix("scenario."), change)
            continue
        if name not in targets:
            raise UsageError(f"nothing to set is called {one_line(name)!r}; {suggestion(name, targets)}")
        table, key = targets[name]
        _set(table, key, name, change)
    return _build(document, origin=f"{case.case.id} with {', '.join(changes)}")


def _targets(document: _Raw) -> dict[str, tuple[_Raw, str | None]]:
    """Everything that can be set: its table, and its key or ``None`` for a pair of quantiles."""
    found: dict[str, tuple[_Raw, str | None]] = {}

    def add(name: str, table: _Raw) -> None:
        found[name] = (table, None if "low" in table else "value")

    for name, table in document["priors"].items():
        add(name, table)
    for name in ("rated_payload_kg", "cube_m3"):
        add(name, document["containers"][name])
    for scope in document["scope"]:
        if scope["share"] is not None:
            add(f"{scope['id']}_share", scope["share"])
    for nature in document["nature"]:
        found[f"mix.{nature['id']}"] = (nature, "base_share")
        if nature["stow_spread"] is not None:
            add(f"{nature['id']}.stow_spread", nature["stow_spread"])
        for stow in nature["stow"]:
            found[f"{nature['id']}.{stow['id']}.base_share"] = (stow, "base_share")
            for name in ("mass_kg", "volume_m3"):
                add(f"{nature['id']}.{stow['id']}.{name}", stow[name])
    for grade, table in document["reliability"].items():
        add(f"reliability.{grade}", table)
    for hedge, table in document["hedges"].items():
        for name in ("sigma", "margin"):
            found[f"hedges.{hedge}.{name}"] = (table, name)
    for claim in document["claim"]:
        found[f"claim.{claim['id']}"] = (claim, "value")
        for name in ("value", "resolution", "hedge", "use", "as_of", "containers"):
            found[f"claim.{claim['id']}.{name}"] = (claim, name)
    return found


def _set(table: _Raw, key: str | None, name: str, change: Change) -> None:
    if key is None:
        if not isinstance(change, tuple):
            raise UsageError(f"{name} is a prior: give its 5% and 95% quantiles, as LOW:HIGH")
        table["low"], table["high"] = change
        return
    if isinstance(change, tuple | Mapping):
        raise UsageError(f"{name} takes a single value")
    if key == "as_of" and isinstance(change, str):
        table[key] = parse_date(change)
        return
    table[key] = change


def _set_scenario(document: _Raw, name: str, change: Change) -> None:
    if not isinstance(change, Mapping):
        raise UsageError(f"scenario.{one_line(name)} takes shares, as NATURE:SHARE,NATURE:SHARE")
    others = [scenario for scenario in document["scenario"] if scenario["id"] != name]
    title = ", ".join(f"{share:g} {nature}" for nature, share in change.items())
    document["scenario"] = (*others, {"id": name, "title": title, "mix": dict(change)})


def parse_date(text: str) -> dt.date:
    """Read an ISO 8601 calendar date.

    Raises
    ------
    UsageError
        When the text is not one.

    Examples
    --------
    >>> parse_date("2024-06-14")
    datetime.date(2024, 6, 14)
    """
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  # a date has no zone
    except ValueError:
        raise UsageError(f"{one_line(text, 40)!r} is not a date such as 2024-06-14") from None


def parse_change(text: str) -> tuple[str, Change]:
    """Read one change from its written form, ``NAME=VALUE``.

    Raises
    ------
    UsageError
        When the text has no such form.

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
        raise UsageError(f"{one_line(value, 60)!r} for {one_line(name)} is not numbers") from None
    try:
        return name, float(value)
    except ValueError:
        return name, value
