"""Formulas: no text that is written starts one, and its escape is taken away in reading."""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shellcount.case.ledger.formulas import escape_formula, starts_formula, unescape_formula
from shellcount.case.ledger.sheets import encode_sheet
from spreadsheets import KINDS, back, raw

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹢", "﹣", "﹦", "﹫")
BEFORE = ("", " ", "  ", "\u00a0", "\u3000", "\u200b", "\ufeff", "'", "''", "' ", " \t")
HARMLESS = ("a=b", "'tis", "''", "'", "1-2", "a@b", "(=1)", "–5", "−5", "~ 5", "1,5 Mio", "ʼ=1")


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("start", STARTS)
def test_what_starts_a_formula_is_escaped_and_read_back(start: str, before: str, tmp_path: Path) -> None:
    text = f"{before}{start}HYPERLINK(1)"
    assert starts_formula(text)
    assert escape_formula(text).startswith("'")
    for kind in KINDS:
        assert back(tmp_path, [["a", text]], kind) == [("a", text)]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_starts_none_is_left(text: str, tmp_path: Path) -> None:
    assert escape_formula(text) == unescape_formula(text) == text
    for kind in KINDS:
        assert back(tmp_path, [["a", text]], kind) == [("a", text)]


@given(st.text("'=+-@ \t\r\n＝a1", max_size=6))
def test_the_escape_is_taken_away_from_what_has_it_alone(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text


@given(st.text("'=+-@ \t\r\n＝﹣\u200b\u00a0a1;", max_size=6))
def test_no_text_of_a_csv_file_starts_a_formula(text: str) -> None:
    ((cell,),) = raw([[text]]) if text else [[""]]
    first = unicodedata.normalize("NFKC", cell).lstrip()[:1]
    assert first not in set("=+-@") or cell[:1] == "'"
    assert cell[:1] not in set("\t\r\n")


@given(st.text("'=+- \t\r\n;\u200ba\"", max_size=8), st.sampled_from(";\t"))
@example(";\t=", "\t")
@example("a;=1;", ";")
def test_no_cell_starts_a_formula_where_other_characters_separate(text: str, separator: str) -> None:
    data = encode_sheet(["id", "cell"], [["a", f"b{text}"]]).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(data, newline=""), delimiter=separator):
        assert not any(cell.strip(" \u200b").startswith(("=", "+", "-")) for cell in row)


@given(st.text("'=- \t\n;\u200ba", max_size=8))
def test_escapes_within_a_text_are_taken_away(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text
    stored = text if unescape_formula(text) == text else escape_formula(text)  # in a workbook
    assert unescape_formula(stored) == text
