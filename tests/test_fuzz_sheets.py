"""Damaged spreadsheets: each is read, or refused in plain words, and what is read can be written."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import strategies as st

from fuzzing import EXPLORING, Splice, fuzz, inputs_of_a_kind, spliced, splices_of
from shellcount.case.ledger.sheets import CellValue, encode_sheet, read_sheet
from worddocs import unzipped, zipped

HEADER = ["id", "as of", "amount"]
ROWS: list[list[CellValue]] = [
    ["a", dt.date(2024, 6, 14), 1.5],
    ["=b", "14 June 2024", None],
    ["c", "10 000", "two\nlines"],
]
BOOK = encode_sheet(HEADER, ROWS, "xlsx")
SAVED = (Path(__file__).parent / "case" / "ledger" / "libreoffice" / "xlsx-en-US.xlsx").read_bytes()
TEXTS = (encode_sheet(HEADER, ROWS), "id;date\nä;€\n".encode("utf-16"), b'id\tdate\na\t"b""c"\n')
PARTS = [
    *(
        b"<",
        b">",
        b'"',
        b"/>",
        b"<v>1e999</v>",
        b"<v/>",
        b"<f>1</f>",
        b"<c/>",
        b'<row r="-1"/>',
        b'<row r="9e9"/>',
    ),
    *(
        b' r="A9999999"',
        b' r="ZZZZ1"',
        b' t="s"',
        b' t="d"',
        b' t="e"',
        b' s="9999"',
        b' hidden="1"',
        b"9" * 400,
    ),
    *(
        b'<mergeCell ref="A1:ZZ9"/>',
        b'<cols><col min="x" hidden="1"/></cols>',
        b"_x0000_",
        b"_xD800_",
        b"&#0;",
    ),
    *(
        b"<!DOCTYPE a>",
        b'encoding="utf-16"',
        b'xmlns="a"',
        b"\x00",
        b"\xff",
        b"-",
        b'date1904="1"',
        b"<is><t>",
    ),
]
BYTES = [
    b"PK\3\4",
    b"PK\1\2",
    b"PK\5\6",
    b"\xff\xff\xff\xff",
    b"\0\0",
    b"\x08\0",
    b"\x0e\0",
    b".xml",
    b"\x01",
]
CHARACTERS = [
    b'"',
    b",",
    b";",
    b"\t",
    b"\r",
    b"\n",
    b"'=",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\0",
    b"\x81",
    b"sep=;\n",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place for files, once whole ones were read: libraries that are imported late are in no budget."""
    folder = tmp_path_factory.mktemp("sheets")
    for content in (BOOK, *TEXTS):
        use(folder, content)
    return folder


def use(folder: Path, content: bytes) -> None:
    """Read a sheet, and write it so that it is read in the same way."""
    path = folder / "ledger"
    path.write_bytes(content)
    sheet = read_sheet(path)
    header, *rows = [row.cells for row in sheet.rows]
    assert all(len(cells) == len(header) for cells in rows)
    for fault in sheet.faults:
        assert fault.row is None or fault.row >= 1
    path.write_bytes(encode_sheet([str(cell or "") for cell in header], rows))
    assert len(read_sheet(path).rows) <= len(rows) + 1


@inputs_of_a_kind
def test_any_text_is_read_or_refused(count: int, shard: int, folder: Path) -> None:
    damage = st.tuples(st.sampled_from(TEXTS), splices_of(60, CHARACTERS))

    def tried(drawn: tuple[bytes, list[Splice]]) -> None:
        use(folder, spliced(*drawn))

    outcomes = fuzz(damage, tried, count=count // 4, shard=shard)
    assert EXPLORING or min(outcomes["used"], outcomes["refused"]) > count / 40


@inputs_of_a_kind
def test_any_bytes_of_a_workbook_are_read_or_refused(count: int, shard: int, folder: Path) -> None:
    damage = st.tuples(st.sampled_from([BOOK, SAVED]), splices_of(len(SAVED), BYTES))

    def tried(drawn: tuple[bytes, list[Splice]]) -> None:
        use(folder, spliced(*drawn))

    outcomes = fuzz(damage, tried, count=count // 8, shard=shard)
    assert EXPLORING or outcomes["refused"] > count / 40


@inputs_of_a_kind
def test_any_part_of_a_workbook_is_read_or_refused(count: int, shard: int, folder: Path) -> None:
    """Bytes of one part, a tab more often than others, in an archive that is whole."""
    names = sorted(name for name in unzipped(SAVED) if name.endswith((".xml", ".rels")))
    drawn = st.sampled_from([*names, *["xl/worksheets/sheet1.xml"] * len(names)])
    damage = st.tuples(drawn, splices_of(2_000, PARTS))

    def tried(drawn: tuple[str, list[Splice]]) -> None:
        name, changes = drawn
        parts = unzipped(SAVED)
        use(folder, zipped({**parts, name: spliced(parts[name], changes)}))

    outcomes = fuzz(damage, tried, count=count // 8, shard=shard)
    assert EXPLORING or min(outcomes["used"], outcomes["refused"]) > count / 80
