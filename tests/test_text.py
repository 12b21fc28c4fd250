"""Text from a case file cannot steer a terminal, reorder a line or break it."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.text import escaped, one_line, printable, shown, slug

HOSTILE = {
    "escape": "\x1b",
    "NUL": "\0",
    "carriage return": "\r",
    "tab": "\t",
    "delete": "\x7f",
    "C1 control sequence introducer": "\x9b",
    "right-to-left override": "\u202e",
    "right-to-left isolate": "\u2067",
    "zero-width space": "\u200b",
    "byte order mark": "\ufeff",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "private use": "\ue000",
    "lone surrogate": "\udcff",
    "tag": "\U000e0041",
}


@pytest.mark.parametrize("character", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_characters_become_visible_escapes(character: str) -> None:
    visible = character.encode("unicode_escape").decode()
    assert printable(f"a{character}b") == f"a{visible}b"
    assert visible.isascii()
    assert visible.startswith("\\")


@pytest.mark.parametrize(
    "text", ["", "two\nlines", "Kyïv, 북한, ½ m³ – “quoted”", "e\u0301", "back\\slash", "😀"]
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert printable(text) == text


@given(st.text(st.characters()))
def test_nothing_unprintable_is_left(text: str) -> None:
    categories = {unicodedata.category(character) for character in printable(text) if character != "\n"}
    assert not categories & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@given(st.text(st.characters()))
def test_printing_twice_changes_nothing_more(text: str) -> None:
    assert printable(printable(text)) == printable(text)


def test_a_character_is_escaped_once_however_often_it_stands() -> None:
    asked: list[str] = []

    def mark(character: str) -> str:
        asked.append(character)
        return "?"

    assert escaped("a\x1b\n" * 1_000, mark) == "a?\n" * 1_000
    assert asked == ["\x1b"]


def test_white_space_is_folded() -> None:
    assert one_line("  two\r\n\t lines\u2028and\x0bmore ") == "two lines and more"


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("exactly", 7, "exactly"),
        ("exactly ", 7, "exactly"),
        ("one more", 7, "one mo…"),
        ("a long title", 7, "a long…"),
        ("ab", 1, "…"),
        ("\x1b\x1b", 5, "\\x1b…"),
    ],
)
def test_a_line_is_cut_with_a_mark(text: str, width: int, cut: str) -> None:
    assert one_line(text, width) == cut


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("abuot", "'abuot'"),
        (5, "5"),
        (-0.5, "-0.5"),
        (True, "True"),
        (("fit", "check"), "('fit', 'check')"),
        (dt.date(2024, 6, 14), "2024-06-14"),
        (dt.datetime(2024, 6, 14, 12), "2024-06-14 12:00:00"),  # noqa: DTZ001
        ("\x1b[2J\n\u202e", r"'\x1b[2J\n\u202e'"),
        ("x" * 58, "'" + "x" * 58 + "'"),
        ("x" * 59, "'" + "x" * 58 + "…"),
        pytest.param(16**5000, "a number of thousands of digits", id="endless"),
        pytest.param([16**5000], "a number of thousands of digits", id="endless in a list"),
    ],
)
def test_a_value_is_shown_short_and_on_one_line(value: object, text: str) -> None:
    assert shown(value) == text


@given(st.text(st.characters()), st.integers(1, 40))
def test_a_line_is_one_line_within_its_width(text: str, width: int) -> None:
    line = one_line(text, width)
    assert len(line) <= width
    assert len(line.splitlines()) <= 1
    assert line == one_line(text) or line.endswith("…")


# --- words for names ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("rounds", "rounds"),
        ("Metric  Tonnes (net)", "metric-tonnes-net"),
        ("--40 ft. boxes--", "40-ft-boxes"),
        ("soldiers’ and sailors' rations", "soldiers-and-sailors-rations"),
        ("Boîtes à munitions", "boites-a-munitions"),
        ("Straße", "strasse"),
        ("ﬁsh ②", "fish-2"),
        ("İstanbul", "istanbul"),
        ("ящики", "ящики"),
        ("Контейнеры", "контейнеры"),
        ("कंटेनर", "कंटेनर"),
        ("x\u0302y", "xy"),
        ("", ""),
        ("—***—", ""),
        ("\u0301", ""),
    ],
)
def test_a_word_for_names_is_made_of_text(text: str, word: str) -> None:
    assert slug(text) == word


@given(st.text(st.characters()))
def test_a_word_for_names_is_one_already(text: str) -> None:
    word = slug(text)
    assert slug(word) == word == unicodedata.normalize("NFKC", word) == printable(word)
    assert not set(word) & set(" \n.@|<>=≥≤{}'\"")
    assert not word.startswith("-")
    assert not word.endswith("-")
