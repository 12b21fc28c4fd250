"""Write claims as a ledger, one a row, which is read again without loss."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from shellcount.case.amounts import LEVEL, Amount, StatedRange
from shellcount.case.ledger.columns import COLUMNS
from shellcount.case.ledger.grid import CellValue
from shellcount.case.ledger.headers import Header
from shellcount.case.ledger.sheets import encode_sheet, write_sheet
from shellcount.case.schema import Case, Claim, DateRange, Report

# Keys that one cell holds as the case format has them.
_PLAIN = (
    *("id", "claimant", "summary", "quantity", "of", "per", "resolution", "hedge", "since", "use", "scope"),
    *("containers", "trip", "derived_from", "restates", "supersedes", "note"),
)
_FLAGS = {True: "yes", False: "no"}  # words, since spreadsheets translate the values true and false


def ledger_of(claims: Iterable[Claim]) -> tuple[tuple[str, ...], list[tuple[CellValue, ...]]]:
    """Tabulate claims as a ledger: its header, and a row for each claim in their order.

    Columns that no claim needs are left out. A source has a value and hedge of its own only where it words
    the claim otherwise than the claim itself.

    Parameters
    ----------
    claims
        The claims.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> header, rows = ledger_of(load_case().claim)
    >>> header[:4], rows[0][:2]
    (('id', 'claimant', 'summary', 'quantity'), ('us-white-house-2023-10', 'us-white-house'))
    """
    claims = list(claims)
    cells = [_cells(claim) for claim in claims]
    used = {key for row in cells for key, cell in row.items() if cell is not None}
    places = range(max((len(claim.reports) for claim in claims), default=0))
    headers = [Header(column) for column in COLUMNS if not column.key.startswith("reports")]
    headers += [
        Header(column, place) for place in places for column in COLUMNS if column.key.startswith("reports")
    ]
    kept = [header for header in headers if header.key in used]
    return tuple(header.name for header in kept), [
        tuple(row.get(header.key) for header in kept) for row in cells
    ]


def encode_ledger(case: Case, kind: Literal["csv", "xlsx"] = "csv") -> bytes:
    """Encode the claims of a case as a file that :func:`~shellcount.case.ledger.importing.read_ledger` reads.

    Parameters
    ----------
    case
        The case.
    kind
        CSV, in UTF-8 with a byte order mark, or a workbook.

    Raises
    ------
    UsageError
        When it is to be a workbook, and openpyxl is not installed.
    OutputError
        When a claim cannot be written in a cell.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> encode_ledger(load_case()).decode("utf-8-sig")[:15]
    '"id","claimant"'
    """
    return encode_sheet(*ledger_of(case.claim), kind)


def write_ledger(case: Case, path: str | Path) -> Path:
    """Write the claims of a case as a ledger: a workbook where the name ends in .xlsx, otherwise CSV.

    Parameters
    ----------
    case
        The case.
    path
        File to write; an existing one is replaced.

    Raises
    ------
    UsageError
        When it is to be a workbook, and openpyxl is not installed.
    OutputError
        When it cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from shellcount.case.ledger.importing import read_ledger
    >>> from shellcount.case.reading import load_case
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     len(read_ledger(write_ledger(load_case(), Path(folder, "ledger.csv"))).claims)
    11
    """
    return write_sheet(path, *ledger_of(case.claim))


def _cells(claim: Claim) -> dict[str, CellValue]:
    """Write a claim as cells by their keys."""
    cells: dict[str, CellValue] = {key: getattr(claim, key) for key in _PLAIN}
    cells |= _figure("value", claim.value)
    if isinstance(claim.as_of, DateRange):
        cells |= {"as_of.earliest": claim.as_of.earliest, "as_of.latest": claim.as_of.latest}
    else:
        cells["as_of"] = claim.as_of
    if claim.nature is not None:
        # A list of one ends with the separator of longer ones.
        cells["nature"] = "; ".join(claim.natures) + ";" * (
            claim.nature == claim.natures and len(claim.natures) == 1
        )
    if claim.reading_odds is not None:
        cells["reading_odds"] = "; ".join(f"{name} = {odds!r}" for name, odds in claim.reading_odds.items())
    for key, flag in (("withdrawn", claim.withdrawn), ("outcome", claim.outcome)):
        cells[key] = None if flag is None else _FLAGS[flag]
    if claim.under_all is not None:
        cells["under_all"] = _FLAGS[True]
        cells |= {"under_all.nature": claim.under_all.nature, "under_all.as_of": claim.under_all.as_of}
    for place, report in enumerate(claim.reports):
        cells |= {f"reports[{place}].{key}": cell for key, cell in _report(claim, report).items()}
    return cells


def _figure(key: str, value: Amount) -> dict[str, CellValue]:
    if isinstance(value, StatedRange):
        level = None if value.level == LEVEL else value.level
        return {f"{key}.low": value.low, f"{key}.high": value.high, f"{key}.level": level}
    return {key: value}


def _report(claim: Claim, report: Report) -> dict[str, CellValue]:
    cells: dict[str, CellValue] = {"source": report.source, "phrase": report.phrase}
    if (report.value, report.hedge) == (claim.value, claim.hedge):
        return cells
    return cells | _figure("value", report.value) | {"hedge": report.hedge}
