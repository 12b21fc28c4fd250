"""Explain why a text is not TOML: a value in another form, or a file of another kind."""

from __future__ import annotations

import json
import re
from pathlib import PurePath

from shellcount.case.fields import HEDGES, SYNONYMS
from shellcount.case.forms import AmountForm, DateForm
from shellcount.case.hints import (
    amount_hint,
    date_hint,
    hedge_hint,
    is_number,
    number_hint,
)
from shellcount.errors import Fault
from shellcount.text import one_line, shown

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)|\(at end of document\)")
# A value without quotes goes on to the next key, the end of its table, a comment, or the end of the line.
_VALUE = re.compile(
    r"""([\w-]+)\s*=\s*((?:[<>]=)?[^\s"'{}\[\]=#][^"'{}\[\]=#\n]*?)\s*(?=,\s*[\w-]+\s*=|[}\]#]|$)"""
)
_WORDS = re.compile(r"[^\W\d][\w -]*")
_HEDGE = re.compile(r"^(?:write|did you mean) (\w+)\??$")
_LONGEST = 1000  # characters of a line in which values are looked for
_CASE = "a case is a TOML file, which `shellcount new NAME` starts"
_ROWS = f"{_CASE}; a row of a table becomes a [[claim]] in it"
_SEPARATORS = ",;\t"
_SPREADSHEETS, _TABLES = {".xlsx", ".xlsm", ".xls", ".ods"}, {".csv", ".tsv"}
# Names of parts, and a media type, which stand uncompressed in the files of spreadsheets.
_OF_SPREADSHEETS = (b"xl/workbook", b"application/vnd.oasis.opendocument.spreadsheet")


def why_not_text(content: bytes, origin: str) -> Fault:
    r"""Tell what a binary file is, where a case is expected.

    Parameters
    ----------
    content
        Bytes of the file.
    origin
        Its name.

    Examples
    --------
    >>> print(why_not_text(b"\0", "notes.bin"))
    is a binary file; a case is a TOML text file
    """
    suffix = _suffix(origin)
    if suffix in _SPREADSHEETS or any(mark in content for mark in _OF_SPREADSHEETS):
        return Fault("", "is a spreadsheet", None, _ROWS)
    if suffix in _TABLES:  # in UTF-16, every other byte is zero
        return Fault("", "is a table, and not in UTF-8", None, _ROWS)
    return Fault("", "is a binary file", None, "a case is a TOML text file")


def why_not_toml(content: bytes, origin: str, reason: str) -> Fault:
    """Tell why a text is not TOML: a value in another form, a file of another kind, or the reader's reason.

    Parameters
    ----------
    content
        Bytes of the file.
    origin
        Its name.
    reason
        Message of the TOML reader.

    Examples
    --------
    >>> print(why_not_toml(b"claimant;figure;date", "ledger.csv", "Expected '='").message)
    is a table of comma-separated values
    """
    text = content.decode("utf-8-sig")
    found = unreadable_value(text, reason) or _other_kind(text.lstrip(), _suffix(origin))
    return found or Fault("", f"is not valid TOML: {one_line(reason, 200)}")


def _suffix(origin: str) -> str:
    return PurePath(origin).suffix.lower()


def _other_kind(text: str, suffix: str) -> Fault | None:
    first, _, rest = text.partition("\n")
    if suffix == ".json" or (text.startswith(("{", "[")) and _is_json(text)):
        return Fault("", "is JSON", None, _CASE)
    if suffix in {".yaml", ".yml"} or first.strip() == "---" or re.match(r"[\w-]+:(\s|$)", first):
        return Fault("", "is YAML", None, _CASE)
    counts = (
        [first.count(sign) for sign in _SEPARATORS],
        [rest.partition("\n")[0].count(sign) for sign in _SEPARATORS],
    )
    alike = any(count == other > 0 for count, other in zip(*counts, strict=True))
    if suffix in _TABLES or (alike and "=" not in first):
        return Fault("", "is a table of comma-separated values", None, _ROWS)
    return None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def unreadable_value(text: str, reason: str) -> Fault | None:
    """Find the date or number in another form at which reading a file has stopped.

    Parameters
    ----------
    text
        Text of the file.
    reason
        Message of the TOML reader, which names the line.

    Examples
    --------
    >>> print(unreadable_value("value = 1.234.567", "Expected newline (at line 1, column 14)"))
    line 1, column 9: value is not a number of TOML (found '1.234.567'); write 1234567
    """
    place = _PLACE.search(reason)
    if place is None:
        return None
    lines = text.splitlines()
    number = int(place[1]) if place[1] else len(lines)
    # Some readers have gone on to the next line before they stop.
    for row in (number, number - 1):
        line = lines[row - 1] if 0 < row <= len(lines) else ""
        for match in _VALUE.finditer(line) if len(line) <= _LONGEST else ():
            fault = _in_another_form(match[1], match[2])
            if fault is not None:
                path = f"line {row}, column {match.start(2) + 1}"
                return Fault(path, fault[0], shown(match[2]), fault[1])
    return None


def _in_another_form(key: str, value: str) -> tuple[str, str] | None:
    """Tell what is wrong with a value, and what to write."""
    name = one_line(key, 60)
    hint = None if is_number(value) else date_hint(value, DateForm.of_field(key))
    if hint is not None and hint != f"write {value}":
        return f"{name} is not a date of TOML", hint
    hint = None if is_number(value) else number_hint(value)
    if hint is not None:
        return f"{name} is not a number of TOML", hint
    hint = amount_hint(value, AmountForm()) if key == "value" else None
    if hint is not None:
        return f"{name} is not a number of TOML", hint
    if key == "hedge" and value not in {*HEDGES, *SYNONYMS}:
        hint = hedge_hint(value, HEDGES)
        return f"{name} is text without quotes", _HEDGE.sub(r'write "\1"', hint)
    if _WORDS.fullmatch(value) and value not in {"true", "false", "inf", "nan"}:
        return f"{one_line(key, 60)} is text without quotes", f'write "{value}"'
    return None
