"""The smallest whole case file, and what is told of it after a change."""

from __future__ import annotations

from pathlib import Path

from shellcount.case.reading import parse_case
from shellcount.errors import CaseError

GOOD = Path(__file__).parent / "cases" / "good_minimal.toml"
TEXT = GOOD.read_text(encoding="utf-8")


def lines_of(text: str) -> list[str]:
    """Lines of the report on a case file."""
    try:
        parse_case(text.encode(), origin="changed.toml")
    except CaseError as error:
        return [str(fault) for fault in error.faults]
    return []


def changed(old: str, new: str) -> list[str]:
    """Lines of the report on the minimal case with one change."""
    assert TEXT.count(old) == 1
    return lines_of(TEXT.replace(old, new))
