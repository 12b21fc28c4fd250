"""Read text whose cells are separated by commas, semicolons or tabs (CSV)."""

from __future__ import annotations

import codecs
import contextlib
import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterator

from shellcount.case.ledger.formulas import unescape_formula
from shellcount.case.ledger.grid import CellValue, Grid, blank_as_none, gather, unusable
from shellcount.text import one_line

_SEPARATORS = (",", ";", "\t")
_SAMPLE = 200  # rows by which the separator is told
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])\r?\n")  # as Excel writes and reads it, hidden from view
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, with whose mark it starts
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NOT_ASCII = re.compile(r"[^\s,;]*[^\x00-\x7f][^\s,;]*")


def read_separated(data: bytes, origin: str) -> Grid:
    r"""Read a file of separated cells.

    Which character separates them is told by the first rows: the one that cuts most of them into equally
    many cells. Text is UTF-8, UTF-16 or UTF-32; other text is read as Windows-1252, and a note says so.

    Parameters
    ----------
    data, origin
        Content of the file, and its name for messages.

    Raises
    ------
    CaseError
        When it is not text, or its quotation marks do not match.
    LimitError
        When it has more rows or cells than is allowed.

    Examples
    --------
    >>> grid = read_separated(b'id;amount\r\na;"1,5"\r\n', "ledger.csv")
    >>> [row.cells for row in grid.rows], grid.separator
    ([('id', 'amount'), ('a', '1,5')], ';')
    """
    text, notes = _decoded(data, origin)
    stated = _SEPARATOR_LINE.match(text)
    separator = stated[1] if stated else _separator(text)
    text = text[stated.end() :] if stated else text
    rows = gather(_cells(text, separator, origin), 1 + max(text.count("\n"), text.count("\r")))
    return Grid(rows, notes=notes, separator=separator)


def _cells(text: str, separator: str, origin: str) -> Iterator[list[CellValue]]:
    """Yield the cells of each row, escapes of formulas taken away."""
    reader = csv.reader(_lines(text), delimiter=separator, strict=True)
    for number in itertools.count(1):
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise unusable(
                origin,
                f"row {number} (line {reader.line_num}): its quotation marks do not match",
                'put a cell that contains " in quotation marks, and write each " within it twice',
            ) from None
        yield [None if (kept := blank_as_none(cell)) is None else unescape_formula(kept) for cell in row]


def _lines(text: str) -> Iterator[str]:
    """Yield lines with their ends, without a copy of the text."""
    return (match[0] for match in _LINE.finditer(text))


def _separator(text: str) -> str:
    """Tell which character separates the cells."""
    return max(_SEPARATORS, key=lambda separator: _agreement(text, separator))


def _agreement(text: str, separator: str) -> int:
    """Rank a separator: rows that it cuts into equally many cells count most, then the number of those.

    Commas within numbers and sentences cut some rows into many cells, but no two into the same.
    """
    reader = csv.reader(_lines(text), delimiter=separator)
    widths: Counter[int] = Counter()
    with contextlib.suppress(csv.Error):  # a quotation mark that is never closed
        widths.update(len(row) for row in itertools.islice(reader, _SAMPLE) if row)
    return max(((width - 1) * count**3 for width, count in widths.items()), default=0)


def _decoded(data: bytes, origin: str) -> tuple[str, tuple[str, ...]]:
    """Decode text, with a note where its encoding is a guess."""
    text, notes = _text(data, origin)
    if _CONTROL.search(text):
        raise unusable(origin, "is not a spreadsheet", "save it as .csv or .xlsx")
    return text, notes


def _text(data: bytes, origin: str) -> tuple[str, tuple[str, ...]]:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None) or _without_mark(data)
    try:
        return data.decode(encoding), ()
    except UnicodeDecodeError as error:
        line = 1 + data.count(b"\n", 0, error.start)
    # Some characters decode as UTF-8 and others do not: another encoding would spoil the former.
    rest = data.decode("utf-8", "replace").replace("\ufffd", "")
    if encoding != "utf-8" or not rest.isascii():
        name = encoding.removesuffix("-sig").upper()
        raise unusable(origin, f"line {line} has characters that are not {name}", "save it as UTF-8")
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise unusable(
            origin, f"line {line} has characters in an unknown encoding", "save it as UTF-8"
        ) from None
    example = _NOT_ASCII.search(text)
    found = f" (line {line}: {one_line(example[0], 30)})" if example else ""
    note = f"is not UTF-8, and was read as Windows-1252{found}; if letters are wrong, save it as UTF-8"
    return text, (note,)


def _without_mark(data: bytes) -> str:
    """Tell the encoding of text without a byte order mark: every other byte of UTF-16 is mostly 0."""
    start = data[:1000]
    zeros = start[::2].count(0), start[1::2].count(0)
    if max(zeros) * 4 < len(start) or len(data) % 2:
        return "utf-8"
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
