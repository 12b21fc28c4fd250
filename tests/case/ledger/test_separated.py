"""Text of separated cells: separators, quotation marks, rows and encodings."""

from __future__ import annotations

from pathlib import Path

import pytest

from spreadsheets import cells, read, refused


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "marked"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_cells_are_cut_by_comma_semicolon_or_tab(separator: str, end: str, mark: str, tmp_path: Path) -> None:
    lines = ["id|date|amount", 'a|2024-06-14|"1,5|2;3"', "b||"]
    sheet = read(tmp_path, mark + end.join(lines).replace("|", separator))
    assert cells(sheet) == [
        ("id", "date", "amount"),
        ("a", "2024-06-14", f"1,5{separator}2;3"),
        ("b", None, None),
    ]
    assert (sheet.name, sheet.faults, sheet.notes) == (None, (), ())


def test_decimal_commas_and_sentences_do_not_separate(tmp_path: Path) -> None:
    text = "id;amount;note\na;1,5;so, or so, or so, or so, or so\nb;2,25;\n"
    assert cells(read(tmp_path, text))[1] == ("a", "1,5", "so, or so, or so, or so, or so")


def test_a_title_with_commas_does_not_separate(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "Claims, made up, of 2024, by us\nid;amount\na;1\n"))[0] == ("id", "amount")


def test_the_separator_that_the_first_line_states_is_taken(tmp_path: Path) -> None:
    sheet = read(tmp_path, "sep=;\r\nid;amount, or so\r\na;1\r\n")
    assert [(row.number, row.cells) for row in sheet.rows] == [(1, ("id", "amount, or so")), (2, ("a", "1"))]


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    sheet = read(tmp_path, '\n\nid,note\n\na,"one\ntwo\r\nthree"\n,\nb,x\n')
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (3, ("id", "note")),
        (5, ("a", "one\ntwo\r\nthree")),
        (7, ("b", "x")),
    ]


def test_blank_cells_are_empty(tmp_path: Path) -> None:
    assert cells(read(tmp_path, 'id,date,note\na," ","\u00a0\u200b"\n'))[1] == ("a", None, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_told_by_its_mark_or_its_zeros(encoding: str, tmp_path: Path) -> None:
    sheet = read(tmp_path, "id,note\na,Żółć €\nb,x\n".encode(encoding))
    assert cells(sheet)[1] == ("a", "Żółć €")
    assert sheet.notes == ()


def test_another_encoding_is_guessed_and_said(tmp_path: Path) -> None:
    sheet = read(tmp_path, "id,note\na,x\nb,größer als 5 €\n".encode("cp1252"))
    assert cells(sheet)[2] == ("b", "größer als 5 €")
    assert sheet.notes == (
        "is not UTF-8, and was read as Windows-1252 (line 3: größer); if letters are wrong, save it as UTF-8",
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            "id,note\na,ü\nb,".encode() + b"\xfc\n",
            "line 3 has characters that are not UTF-8; save it as UTF-8",
        ),
        (b"id,note\na,\x81\n", "line 2 has characters in an unknown encoding; save it as UTF-8"),
        (b"\xff\xfei\x00d", None),
        (b"\xff\xfei\x00d\x00\x00", "line 1 has characters that are not UTF-16; save it as UTF-8"),
        (b"id,note\na,\x07\n", "is not a spreadsheet; save it as .csv or .xlsx"),
        (b"\x00\x01\x02" * 100, "is not a spreadsheet; save it as .csv or .xlsx"),
        (b"", "is empty"),
        (b" \n\n", "is empty"),
    ],
)
def test_what_is_no_text_is_refused(content: bytes, told: str | None, tmp_path: Path) -> None:
    said = refused(tmp_path, content)
    assert said == told or told is None


def test_a_quotation_mark_that_is_not_closed_is_refused_by_its_row(tmp_path: Path) -> None:
    told = refused(tmp_path, 'id,note\na,"x\ny"\nb,"x\nc,y\n')
    assert told.startswith("row 3 (line 5): its quotation marks do not match; put a cell that contains")
    assert refused(tmp_path, 'id,note\na,"x" y\n').startswith("row 2 (line 2)")
