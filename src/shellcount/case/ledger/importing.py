"""Read claims from a ledger, check them with the rules of their case, and add them to its file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from shellcount.case.ledger.checking import faults_alone, faults_within
from shellcount.case.ledger.faults import LedgerFault, ledger_fault
from shellcount.case.ledger.headers import recognise
from shellcount.case.ledger.ids import with_ids
from shellcount.case.ledger.layout import lay_out
from shellcount.case.ledger.reader import Layout, Settled
from shellcount.case.ledger.rows import Entry, read_row
from shellcount.case.ledger.sheets import Sheet, parse_sheet, read_sheet
from shellcount.case.ledger.toml import claims_toml
from shellcount.case.raw import most_bytes, raw_case
from shellcount.case.reading import case_content, is_shipped, parse_case
from shellcount.case.schema import Case, Claim
from shellcount.case.shape import Raw
from shellcount.case.typed.days import Order
from shellcount.case.typed.numbers import Mark
from shellcount.errors import CaseError, Fault, UsageError
from shellcount.files.writing import write_files, write_new_file
from shellcount.frozen import frozen
from shellcount.limits import require_within
from shellcount.text import one_line
from shellcount.wording import phrases

_NAMED = ("claimant", "source", "scope", "nature", "trip")


@frozen
class Ledger:
    """Claims of a spreadsheet, one a row.

    Parameters
    ----------
    path
        The spreadsheet.
    claims
        Its claims in the order of the rows; none where there are faults, and none that the case has already.
    faults
        All faults, row by row.
    present
        Ids of the claims that the case has already, with the same content.
    notes
        Choices that were made in reading.
    named
        Ids that the claims refer to, by table of the case: claimants, sources, scopes, natures and trips.
    case
        Case with the claims added; ``None`` where there are faults, or without a case.
    """

    path: str
    claims: tuple[Claim, ...]
    faults: tuple[LedgerFault, ...]
    present: tuple[str, ...]
    notes: tuple[str, ...]
    named: Mapping[str, tuple[str, ...]]
    case: Case | None = None

    def require_valid(self) -> None:
        """Refuse a ledger with faults.

        Raises
        ------
        CaseError
            With every fault.
        """
        if self.faults:
            raise CaseError(self.path, self.faults)

    @property
    def toml(self) -> str:
        """Claims as tables of a case file, after comments that say what else the case must have."""
        count = len(self.claims)
        needs = [
            f"{table}{'s' if len(ids) > 1 else ''} {', '.join(ids)}"
            for table, ids in self.named.items()
            if ids
        ]
        lines = (
            f"{phrases.exact(count)} claim{'s' if count != 1 else ''} of {one_line(Path(self.path).name)}",
            *(f"the case must have {need}" for need in needs),
            *self.notes,
        )
        return "".join(f"# {line}\n" for line in lines) + f"\n{claims_toml(self.claims)}"


def read_ledger(
    path: str | Path,
    case: Case | None = None,
    *,
    tab: str | None = None,
    decimal: Mark | None = None,
    order: Order | None = None,
) -> Ledger:
    r"""Read the claims of a spreadsheet, and find all faults.

    Parameters
    ----------
    path
        CSV or XLSX file with one claim a row, whose columns :mod:`shellcount.case.ledger.columns` defines.
    case
        Case that the claims are to be added to. Without it, what they refer to is not checked.
    tab
        Tab of a workbook; by default the first that is not hidden.
    decimal, order
        Decimal mark of the numbers, and whether ``day`` or ``month`` comes first in dates. By default the
        cells of a column settle it, or else those of the others; what has two meanings then is a fault.

    Raises
    ------
    CaseError
        When the spreadsheet cannot be read at all. Faults in it are in the result.
    LimitError
        When it is too large.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "ledger.csv")
    ...     _ = file.write_text("claimant,statement,quantity,scope,value,by,use,source\n"
    ...         "the UN,Ships left.,containers,sea,about 120,2024-02,fit,bulletin-3\n")
    ...     ledger = read_ledger(file)
    >>> ledger.claims[0].id, ledger.claims[0].hedge, ledger.named["claimant"]
    ('un-2024-02', 'about', ('un',))
    """
    raw = None if case is None else case.model_dump(by_alias=True, exclude_none=True)
    return _read(str(path), raw, "case", tab, Settled(decimal, order))


def import_ledger(
    path: str | Path,
    into: str | Path,
    *,
    output: str | Path | None = None,
    tab: str | None = None,
    decimal: Mark | None = None,
    order: Order | None = None,
    dry_run: bool = False,
) -> Ledger:
    """Add the claims of a spreadsheet to a case file, all of them or none.

    They are written at the end of the file, of which nothing else changes. A claim that the case has already,
    with the same id and content, is skipped. The case may be one that lacks nothing but claims.

    Parameters
    ----------
    path, tab, decimal, order
        As for :func:`read_ledger`.
    into
        Case file; with ``output`` also the name of a shipped case.
    output
        File to write instead, which must not exist.
    dry_run
        Whether nothing is written.

    Raises
    ------
    CaseError
        With every fault of the ledger by row and column, or of the case; nothing is then written.
    UsageError, OutputError, LimitError
        When the file cannot be written to, or the ledger is too large.

    Examples
    --------
    >>> import_ledger("missing.csv", "dprk-russia-2024")
    Traceback (most recent call last):
    ...
    shellcount.errors.UsageError: dprk-russia-2024 cannot be written to: name a file for the result
    """
    if output is None and not dry_run and (str(into) == "-" or is_shipped(into)):
        raise UsageError(f"{one_line(str(into))} cannot be written to: name a file for the result")
    content, origin = case_content(into)
    ledger = _read(str(path), raw_case(content, origin), origin, tab, Settled(decimal, order))
    ledger.require_valid()
    if not ledger.claims and output is None:
        return ledger
    whole = _appended(content, ledger, origin)
    if not dry_run and output is None:
        write_files(Path(into).absolute().parent, {Path(into).name: whole})
    elif output is not None and not dry_run:
        write_new_file(Path(output), whole)
    return ledger


def add_ledger(data: bytes, name: str, content: bytes, origin: str) -> tuple[Ledger, bytes]:
    r"""Add the claims of a spreadsheet to the text of a case, without a file.

    Parameters
    ----------
    data, name
        Content of the spreadsheet, and its name, whose ending must say its kind.
    content, origin
        Text of the case, and its name for messages.

    Returns
    -------
    Ledger
        The ledger, without faults.
    bytes
        Text of the case with the claims.

    Raises
    ------
    CaseError
        With every fault of the ledger by row and column, or of the case.
    UsageError, LimitError
        When it is a workbook and openpyxl is not installed, or it is too large.

    Examples
    --------
    >>> add_ledger(b"%PDF-1.7", "ledger.csv", b"", "case.toml")
    Traceback (most recent call last):
    ...
    shellcount.errors.CaseError: ledger.csv: 1 fault
      is a PDF; open it in a spreadsheet, and save it as .xlsx or .csv
    """
    sheet = parse_sheet(data, name, names=_is_named)
    ledger = _checked(sheet, raw_case(content, origin), origin, Settled())
    ledger.require_valid()
    return ledger, _appended(content, ledger, origin)


def _appended(content: bytes, ledger: Ledger, origin: str) -> bytes:
    """Add claims at the end of a case file, and require that it then reads as the case that was checked."""
    lines = "\r\n" if b"\r\n" in content else "\n"
    heading = f"# --- claims of {one_line(Path(ledger.path).name)} ---"
    added = f"\n{heading}\n\n{claims_toml(ledger.claims)}".replace("\n", lines) if ledger.claims else ""
    end = b"" if content.endswith(b"\n") else lines.encode()
    whole = content + end + added.encode()
    try:
        written = parse_case(whole, origin=origin)
    except CaseError:
        if len(whole) > most_bytes():
            raise
        written = None
    if written is None or ledger.case is None or written.digest != ledger.case.digest:
        hint = "write each claim as a table under [[claim]]"
        raise CaseError(origin, [Fault("claim", "is a list that no table can be added to", None, hint)])
    return whole


# --- reading -----------------------------------------------------------------------------


def _read(path: str, raw: Raw | None, origin: str, tab: str | None, told: Settled) -> Ledger:
    """Read a ledger, and check it against a case as parsed from TOML."""
    return _checked(read_sheet(path, tab, names=_is_named), raw, origin, told)


def _is_named(text: str) -> bool:
    """Tell whether a text names a column."""
    return recognise(text) is not None


def _checked(sheet: Sheet, raw: Raw | None, origin: str, told: Settled) -> Ledger:
    """Check a sheet of limited length against a case as parsed from TOML."""
    require_within("entries", 2 * (len(sheet.rows) - 1), one_line(sheet.path))
    return check_sheet(sheet, raw, origin, told)


def check_sheet(sheet: Sheet, raw: Raw | None, origin: str, told: Settled) -> Ledger:
    """Read the claims of a sheet, and check them against a case.

    Parameters
    ----------
    sheet
        The sheet.
    raw, origin
        Case as parsed from TOML, which may lack claims, and its name; ``None`` if it is not known.
    told
        Way of writing numbers and dates that the user has told.

    Raises
    ------
    CaseError
        When the case itself has faults.
    """
    layout, faults = lay_out(sheet, raw, told)
    entries, present = with_ids(_entries(sheet, layout), raw)
    faults += [ledger_fault(fault.message, fault.row, fault.column) for fault in sheet.faults]
    faults += [fault for entry in entries for fault in entry.faults]
    case: Case | None = None
    if not entries and not present:
        faults.append(ledger_fault("no claim stands below the header", sheet.rows[0].number))
    elif raw is None:
        faults += faults_alone(entries, layout)
    else:
        found, case = faults_within(entries, layout, raw, origin)
        faults += found
    claims = () if faults else tuple(Claim.model_validate(entry.raw) for entry in entries)
    return Ledger(
        sheet.path,
        claims,
        tuple(sorted(faults, key=lambda fault: fault.order)),
        present,
        (*sheet.notes, *_notes(entries)),
        _named(claims),
        None if faults else case,
    )


def _entries(sheet: Sheet, layout: Layout) -> list[Entry]:
    unread: dict[int, set[int]] = {}
    for fault in sheet.faults:
        if fault.row is not None and fault.column is not None:
            unread.setdefault(fault.row, set()).add(fault.column)
    return [read_row(row, layout, frozenset(unread.get(row.number, ()))) for row in sheet.rows[1:]]


def _notes(entries: list[Entry]) -> tuple[str, ...]:
    """Tell what was not in the cells, and made from others."""
    made = sum(entry.is_named for entry in entries)
    rounded = sum(_is_rounded(entry) for entry in entries)
    return tuple(
        f"{what} was {how} in {phrases.exact(count)} row{'s' if count > 1 else ''}"
        for what, how, count in (
            ("the id", "made from claimant and date", made),
            ("the resolution", "taken from the last digit of the value that is not 0", rounded),
        )
        if count
    )


def _is_rounded(entry: Entry) -> bool:
    """Tell whether the resolution of a claim was taken from its value."""
    return "resolution" in entry.raw and entry.columns["resolution"] == entry.columns.get("value")


def _named(claims: tuple[Claim, ...]) -> Mapping[str, tuple[str, ...]]:
    """List the ids that claims refer to, by table."""
    named: dict[str, dict[str, None]] = {table: {} for table in _NAMED}
    for claim in claims:
        named["claimant"][claim.claimant] = None
        named["source"].update(dict.fromkeys(report.source for report in claim.reports))
        named["nature"].update(dict.fromkeys(claim.natures))
        named["scope"].update({} if claim.scope is None else {claim.scope: None})
        named["trip"].update({} if claim.trip is None else {claim.trip: None})
    return MappingProxyType({table: tuple(ids) for table, ids in named.items()})
