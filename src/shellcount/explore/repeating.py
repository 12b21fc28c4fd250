"""Write what repeats the edits of an explorer: a command line, and the edited case as a file."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from shellcount.case.ledger.toml import toml_value
from shellcount.case.reading import parse_case
from shellcount.case.schema import Case
from shellcount.engines.settings import DEFAULTS, Settings
from shellcount.errors import CaseError
from shellcount.explore.edits import Applied
from shellcount.explore.exchanging import UnchangeableError, exchanged
from shellcount.text import one_line

_HEADING = "# Changed in the explorer; the reasons that the file gives may be of the values before:"


def command(path: str | None, applied: Applied, settings: Settings = DEFAULTS) -> str:
    """Write the command line that repeats edits: the report of the same case, claims, scenario and date.

    Parameters
    ----------
    path
        Case as the command line names it; ``None`` for the default case.
    applied
        The edits, applied.
    settings
        Engine, seed and sizes, of which those that are not the default are written.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.explore.edits import Edits, applied
    >>> edits = Edits({"load": "0.5:0.9"}, {"claim:us-state-2024-02": "check"}, day="2024-02")
    >>> command(None, applied(load_case(), edits))
    'shellcount report --set load=0.5:0.9 --without us-state-2024-02 --at 2024-02'
    """
    given = applied.given
    words = ["shellcount", "report", *(() if path is None else (path,))]
    words += [word for change in applied.case.changes for word in ("--set", change)]
    words += [] if given.base == "counts" else ["--given", given.base]
    names = _Names(applied.case)
    words += [word for claim in given.without for word in ("--without", names.of(claim))]
    words += [word for claim in given.added for word in ("--with", names.of(claim))]
    asked = applied.answer.subject
    words += [] if asked == applied.case.scenario[0].id else ["--scenario", asked]
    words += [] if applied.day is None else ["--at", str(applied.day)]
    return shlex.join([*words, *_flags(settings)])


class _Names:
    """Names of claims that no other table uses, or with their table before them."""

    def __init__(self, case: Case) -> None:
        ids = (entry.id for table in (case.claim, case.claimant, case.group or ()) for entry in table)
        self._uses = Counter(ids)

    def of(self, claim: str) -> str:
        return claim if self._uses[claim] == 1 else f"claim:{claim}"


def _flags(settings: Settings) -> Iterator[str]:
    flags, default = settings.flags(), DEFAULTS.flags()
    known = dict(zip(default[::2], default[1::2], strict=True))
    for flag, value in zip(flags[::2], flags[1::2], strict=True):
        if known.get(flag) != value:
            yield from (flag, value)
    if settings.allow_unconverged:
        yield "--allow-unconverged"


# --- the file ----------------------------------------------------------------------------


def changed_toml(content: bytes, base: Case, case: Case) -> str:
    r"""Write a changed case as a file: the text of the one before, with its comments and its order.

    Parameters
    ----------
    content
        Text of the case before.
    base
        The case before.
    case
        The changed case.

    Returns
    -------
    str
        TOML, which is read as a case of the same digest. Comments at its head list the changes. Where values
        cannot be exchanged within the text, all tables are written again, without comments.

    Examples
    --------
    >>> import shellcount
    >>> from shellcount.case.reading import read_shipped
    >>> base = shellcount.load_case()
    >>> changed = shellcount.with_changes(base, {"load": 0.7})
    >>> text = changed_toml(read_shipped("dprk-russia-2024"), base, changed)
    >>> text.splitlines()[1], "value = 0.7\n" in text
    ('#   load=0.7', True)
    """
    if case.digest == base.digest:
        return _decoded(content)
    old, new = (each.model_dump(by_alias=True, exclude_none=True) for each in (base, case))
    lines = (_HEADING, *(f"#   {one_line(change)}" for change in case.changes))
    heading = "".join(f"{line}\n" for line in lines)
    try:
        text = exchanged(_decoded(content), old, new)
    except (UnchangeableError, UnicodeDecodeError):
        text = ""
    return f"{heading}\n{text}" if _reads_as(text, case) else f"{heading}{_whole(new)}"


def _decoded(content: bytes) -> str:
    return content.decode("utf-8-sig")


def _reads_as(text: str, case: Case) -> bool:
    try:
        return parse_case(text.encode(), origin=case.about.id).digest == case.digest
    except CaseError:
        return False


def _whole(document: Mapping[str, Any]) -> str:
    """Write all tables of a case."""
    return "".join(
        "".join(f"\n{_table(key, entry, listed=True)}" for entry in value)
        if isinstance(value, tuple)
        else f"\n{_table(key, value)}"
        for key, value in document.items()
    )


def _table(key: str, values: Mapping[str, Any], *, listed: bool = False) -> str:
    head = f"[[{key}]]" if listed else f"[{key}]"
    return "".join(f"{line}\n" for line in (head, *(f"{k} = {toml_value(v)}" for k, v in values.items())))
