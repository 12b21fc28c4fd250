"""Check the claims of a ledger with the rules of a case, and name faults by row and column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pydantic import ValidationError

from shellcount.case import rules, shape
from shellcount.case.ledger.columns import COLUMNS
from shellcount.case.ledger.faults import LedgerFault, ledger_fault
from shellcount.case.ledger.headers import Header, recognise
from shellcount.case.ledger.reader import Layout
from shellcount.case.ledger.rows import Entry
from shellcount.case.parts import WellFormed
from shellcount.case.reading import build_case
from shellcount.case.relations import link_faults, repetitions
from shellcount.case.schema import Case, Claim
from shellcount.case.shape import Raw
from shellcount.case.statements import claim_faults
from shellcount.errors import CaseError, Fault
from shellcount.frozen import frozen

_CLAIM = re.compile(r"claim\[(?P<place>\d+)\](?:\.(?P<key>.+))?", re.DOTALL)
_MENTION = re.compile(r"claim\[(\d+)\](?: \([^()]*\))?")
_LAST = re.compile(r"(?:\.[^.\[]+|\[\d+\])$")
_REPORT = re.compile(r"reports\[(\d+)\]")


def faults_within(
    entries: list[Entry], layout: Layout, raw: Raw, origin: str
) -> tuple[list[LedgerFault], Case | None]:
    """Check claims as part of a case.

    Parameters
    ----------
    entries
        Rows as claims, each with an id.
    layout
        Columns of the ledger.
    raw
        Case as parsed from TOML, which may have no claims.
    origin
        Name of the case in messages.

    Returns
    -------
    tuple
        Faults of the claims, and the case with them where there are none.

    Raises
    ------
    CaseError
        When the case itself has faults.
    LimitError
        When it would have more entries than are allowed.
    """
    before = raw.get("claim", ())
    if not isinstance(before, tuple):
        before = ()
    whole = raw if not entries else {**raw, "claim": (*before, *(entry.raw for entry in entries))}
    try:
        return [], build_case(whole, origin)
    except CaseError as error:
        found = _Translation(entries, layout, len(before))
        own = [fault for fault in error.faults if not found.is_of_ledger(fault)]
        if own:
            raise CaseError(origin, own) from None
        return list(found.faults(error.faults)), None


def faults_alone(entries: list[Entry], layout: Layout) -> list[LedgerFault]:
    """Check claims without their case: all but what they refer to in it.

    Parameters
    ----------
    entries
        Rows as claims, each with an id.
    layout
        Columns of the ledger.
    """
    raw: Raw = {"claim": tuple(entry.raw for entry in entries)}
    claims: dict[int, Claim] = {}
    for place, entry in enumerate(entries):
        try:
            claims[place] = Claim.model_validate(entry.raw)
        except ValidationError:
            continue
    found: list[Fault] = []
    if len(claims) < len(entries):
        try:
            Case.model_validate(raw)
        except ValidationError as error:
            found += [fault for fault in shape.faults(error, raw) if fault.path.startswith("claim[")]
    parts = WellFormed(claim=claims, ids={"claim": [str(entry.raw["id"]) for entry in entries]})
    for rule in (rules.id_faults, claim_faults, link_faults, repetitions):
        found += rule(parts)
    return [_of_nouns(fault) for fault in _Translation(entries, layout, 0).faults(dict.fromkeys(found))]


def _of_nouns(fault: LedgerFault) -> LedgerFault:
    """Tell what an unknown quantity may be, where the nouns of a case are not known."""
    header = None if fault.header is None else recognise(fault.header)
    if header is None or header.key not in {"quantity", "of"} or fault.value is None:
        return fault
    return replace(fault, hint=f"{fault.hint}; the nouns of a case are known with --into CASE")


@frozen
class _Translation:
    """Translation of places in a case, whose last claims are rows of a ledger, into rows and columns."""

    entries: list[Entry]
    layout: Layout
    offset: int

    def is_of_ledger(self, fault: Fault) -> bool:
        """Tell whether a fault is one of a claim of the ledger."""
        match = _CLAIM.fullmatch(fault.path)
        return match is not None and int(match["place"]) >= self.offset

    def faults(self, found: Iterable[Fault]) -> Iterator[LedgerFault]:
        """Translate faults, except those whose cause has been told."""
        places = ((fault, match) for fault in found if (match := _CLAIM.fullmatch(fault.path)))
        for fault, match in places:
            entry, key = self.entries[int(match["place"]) - self.offset], match["key"] or ""
            if not any(_covers(told, key) for told in entry.closed | self.layout.absent):
                yield self._translated(fault, entry, key)

    def _translated(self, fault: Fault, entry: Entry, key: str) -> LedgerFault:
        column = _column(entry, key)
        title = _name(key) if column is None else self.layout.titles[column]
        hint = None if fault.hint is None else self._in_rows(fault.hint)
        return ledger_fault(self._in_rows(fault.message), entry.row, column, title, fault.value, hint)

    def _in_rows(self, text: str) -> str:
        """Name claims of the ledger by their rows in a message."""

        def row(match: re.Match[str]) -> str:
            place = int(match[1]) - self.offset
            return f"{match[0]} of the case" if place < 0 else f"row {self.entries[place].row}"

        return _MENTION.sub(row, text)


def _covers(told: str, key: str) -> bool:
    """Tell whether the cause of a fault has been told: of the same key, or of one within the other."""
    within = _REPORT.sub("reports", key) if told.startswith("reports.") else key
    return bool(key) and any(
        one == other or one.startswith((f"{other}.", f"{other}["))
        for one, other in ((told, within), (within, told))
    )


def _column(entry: Entry, key: str) -> int | None:
    """Find the column of a key: its own, the first of its parts, or that of a key it is part of."""
    parts = [column for name, column in entry.columns.items() if name.startswith((f"{key}.", f"{key}["))]
    if parts and key and key not in entry.columns:
        return min(parts)
    whole = key
    while whole and whole not in entry.columns:
        whole = _LAST.sub("", whole) if _LAST.search(whole) else ""
    return entry.columns.get(whole)


def _name(key: str) -> str | None:
    """Name the column that a ledger lacks for a key."""
    place = _REPORT.match(key)
    plain = _REPORT.sub("reports", key)
    column = next((column for column in COLUMNS if column.key == plain), None)
    if column is None:
        return key or None
    return Header(column, 0 if place is None else int(place[1])).name
