"""Workbooks by openpyxl, and by hand where they hold what openpyxl would not write."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from worddocs import edited

SHEET = "xl/worksheets/sheet1.xml"


def workbook(rows: Sequence[Sequence[Any]], change: Callable[[Worksheet], object] | None = None) -> bytes:
    """A workbook of one tab, after a change of it."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    if change is not None:
        change(sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def by_hand(within: str, part: str = SHEET) -> bytes:
    """A workbook whose tab holds given mark-up instead of its cells."""
    empty = workbook([["id", "date"]])
    return edited(empty, lambda text: text[: text.index("<sheetData>")] + within + "</worksheet>", part)


def written(folder: Path, name: str, content: bytes) -> Path:
    """A file with a content."""
    path = folder / name
    path.write_bytes(content)
    return path
