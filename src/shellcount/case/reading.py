"""Read case files: parse once at the border, and report every fault together."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from shellcount.case import rules, shape
from shellcount.case.assumptions import (
    Containers,
    Flow,
    Group,
    HedgeRule,
    NamedLexicon,
    Nature,
    Pause,
    Priors,
    Robustness,
    Scenario,
    Scope,
    Spread,
    Trip,
)
from shellcount.case.header import Header
from shellcount.case.parts import WellFormed
from shellcount.case.raw import most_bytes, raw_case, too_large
from shellcount.case.schema import Case, Claim, Claimant, Source
from shellcount.case.shape import Raw
from shellcount.errors import CaseError, Fault, UnknownNameError
from shellcount.files.reading import io_errors_as, read_regular
from shellcount.limits import require_within
from shellcount.text import one_line
from shellcount.wording import phrases

DEFAULT_CASE = "dprk-russia-2024"

_ENTRIES: dict[str, type[BaseModel]] = {
    "source": Source,
    "claimant": Claimant,
    "claim": Claim,
    "scope": Scope,
    "nature": Nature,
    "scenario": Scenario,
    "group": Group,
    "pause": Pause,
    "trip": Trip,
}
_ENTRY = re.compile(rf"\b({'|'.join(_ENTRIES)})\[(\d+)\]")


def load_case(path: str | Path | None = None) -> Case:
    """Read and validate a case file.

    Parameters
    ----------
    path
        A TOML file, the name of a shipped case, ``-`` for standard input, or ``None`` for
        ``dprk-russia-2024``. A file takes precedence over a name.

    Raises
    ------
    CaseError
        When the file cannot be read or used; the error lists every fault with its path.

    Examples
    --------
    >>> len(load_case().claim)
    11
    >>> load_case("black-sea-grain-2022").about.item
    'tonnes'
    """
    content, origin = case_content(path)
    return parse_case(content, origin=origin)


def case_content(path: str | Path | None) -> tuple[bytes, str]:
    """Read the bytes of a case, and name them for messages.

    Parameters
    ----------
    path
        As for :func:`load_case`.

    Raises
    ------
    CaseError
        When the file cannot be read.

    Examples
    --------
    >>> case_content(None)[1]
    'dprk-russia-2024.toml'
    """
    if path is None:
        return read_shipped(DEFAULT_CASE), f"{DEFAULT_CASE}.toml"
    if str(path) == "-":
        if sys.stdin is None:
            raise CaseError("standard input", [Fault("", "cannot be read: it is closed")])
        return sys.stdin.buffer.read(most_bytes() + 1), "standard input"
    if is_shipped(path):
        return read_shipped(str(path)), f"{path}.toml"

    def error(reason: str) -> CaseError:
        hint = (
            None if Path(path).suffix else f"the shipped cases are {phrases.listing(list(shipped_names()))}"
        )
        return CaseError(str(path), [Fault("", f"cannot be read: {reason}", None, hint)])

    def refuse(size: int) -> None:
        raise too_large(str(path), size)

    with io_errors_as(error):
        return read_regular(path, most_bytes(), refuse), str(path)


def is_shipped(path: str | Path, folder: str | Path = ".") -> bool:
    """Tell whether a path names a shipped case, rather than a file of that name in a folder.

    Examples
    --------
    >>> is_shipped("black-sea-grain-2022"), is_shipped("black-sea-grain-2022.toml")
    (True, False)
    """
    return str(path) in shipped_names() and not Path(folder, path).is_file()


def shipped_names() -> tuple[str, ...]:
    """List the names of the shipped cases.

    Examples
    --------
    >>> shipped_names()
    ('black-sea-grain-2022', 'channel-2023', 'dprk-russia-2024')
    """
    return tuple(sorted(Path(file.name).stem for file in _seeds().iterdir() if file.name.endswith(".toml")))


def read_shipped(name: str) -> bytes:
    """Read the file of a shipped case.

    Raises
    ------
    UnknownNameError
        When no shipped case has this name.

    Examples
    --------
    >>> read_shipped("black-sea-grain-2022").startswith(b"# Ships")
    True
    """
    if name not in shipped_names():
        raise UnknownNameError("shipped case", name, shipped_names())
    return (_seeds() / f"{name}.toml").read_bytes()


def _seeds() -> Traversable:
    """Locate the folder of cases, in the wheel or in the checkout that the package runs from."""
    packaged = resources.files("shellcount") / "seeds"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "seeds"


def parse_case(content: bytes, *, origin: str) -> Case:
    """Parse the bytes of a case file into a case.

    Parameters
    ----------
    content
        The file's bytes: TOML in UTF-8.
    origin
        Name of the file in messages.

    Raises
    ------
    CaseError
        When the content is not a usable case; the error lists every fault with its path.

    Examples
    --------
    >>> parse_case(b"", origin="empty.toml")
    Traceback (most recent call last):
    ...
    shellcount.errors.CaseError: empty.toml: 1 fault
      is empty; `shellcount schema` describes the format
    """
    return build_case(raw_case(content, origin), origin)


def build_case(raw: Raw, origin: str) -> Case:
    """Validate raw values: shape and meaning together.

    Parameters
    ----------
    raw
        Values as parsed from TOML, with lists as tuples.
    origin
        Name of the values in messages.

    Raises
    ------
    CaseError
        With every fault.
    LimitError
        When there are more entries than are allowed.
    """
    tables = [table for table in raw.values() if isinstance(table, tuple)]
    require_within("entries", sum(map(_entries, tables)), origin)
    try:
        case = Case.model_validate(raw)
    except ValidationError as error:
        faults = shape.faults(error, raw) + rules.faults(_salvage(raw))
        raise CaseError(origin, [with_ids(fault, raw) for fault in dict.fromkeys(faults)]) from None
    meaning = rules.faults(WellFormed.of(case))
    if meaning:
        raise CaseError(origin, [with_ids(fault, raw) for fault in meaning])
    return case


def _entries(table: tuple[Any, ...]) -> int:
    """Count the entries of a table, and the stows and reports within them."""
    lists = (value for entry in table if isinstance(entry, dict) for value in entry.values())
    return len(table) + sum(len(value) for value in lists if isinstance(value, tuple))


def with_ids(fault: Fault, raw: Raw) -> Fault:
    """Add to a fault the ids of the entries that it names.

    Parameters
    ----------
    fault
        Fault with the places of entries, such as ``claim[3]``.
    raw
        Values that it was found in, with lists as tuples.

    Examples
    --------
    >>> print(with_ids(Fault("claim[0].value", "missing"), {"claim": ({"id": "first"},)}))
    claim[0] (first).value: missing
    """

    def id_of(place: re.Match[str]) -> str | None:
        entries = raw.get(place[1])
        entry = (
            entries[int(place[2])] if isinstance(entries, tuple) and int(place[2]) < len(entries) else None
        )
        name = entry.get("id") if isinstance(entry, dict) else None
        return one_line(name, 60) if isinstance(name, str) and name.strip() else None

    def written(place: re.Match[str]) -> str:
        name = id_of(place)
        return place[0] if name is None else f"{place[0]} ({name})"

    first = _ENTRY.match(fault.path)
    return replace(
        fault,
        message=_ENTRY.sub(written, fault.message),
        entry=None if first is None else id_of(first),
    )


def _salvage(raw: Raw) -> WellFormed:
    """Extract the well-formed parts of an ill-formed file."""
    entries_of: dict[str, dict[int, Any]] = {table: {} for table in _ENTRIES}
    ids: dict[str, list[str]] = {}
    for table, entry_type in _ENTRIES.items():
        entries = raw.get(table)
        entries = entries if isinstance(entries, tuple) else ()
        named = [entry.get("id") if isinstance(entry, dict) else None for entry in entries]
        if "id" in entry_type.model_fields:
            ids[table] = [name if isinstance(name, str) else f"?{place}" for place, name in enumerate(named)]
        for place, entry in enumerate(entries):
            parsed = _try(entry_type, entry)
            if parsed is not None:
                entries_of[table][place] = parsed
    return WellFormed(
        **entries_of,
        about=_try(Header, raw.get("case")),
        hedges=_try(dict[str, HedgeRule], raw.get("hedges", {})),
        lexicon=_try(NamedLexicon, raw.get("lexicon")),
        reliability=_try(dict[str, Spread], raw.get("reliability")),
        containers=_try(Containers, raw.get("containers")),
        priors=_try(Priors, raw.get("priors")),
        flow=_try(Flow, raw.get("flow")),
        robustness=_try(Robustness, raw.get("robustness")),
        ids=ids,
    )


# To build what reads a part takes far longer than to read one: it is built once.
_adapter: Callable[[Any], TypeAdapter[Any]] = functools.cache(TypeAdapter)


def _try(kind: Any, value: Any) -> Any:  # noqa: ANN401  # raw TOML in, any part of a case out
    try:
        return _adapter(kind).validate_python(value)
    except ValidationError:
        return None
