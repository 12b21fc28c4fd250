"""Columns of a table share the width of a page: no word runs into the next, and few lines are made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.report.columns import BREAK, breakable, column_widths, narrowest
from shellcount.wording.tables import Table

CELLS = st.text(st.sampled_from("abc -_.@12\n"), max_size=60)


@given(st.integers(1, 9).flatmap(lambda n: st.lists(st.tuples(*[CELLS] * n), min_size=2, max_size=4)))
def test_columns_fill_the_page_and_hold_their_words(lines: list[tuple[str, ...]]) -> None:
    table = Table("", lines[0], tuple(lines[1:]))
    across = max(narrowest(table), 120)
    widths = column_widths(table, across)
    assert sum(widths) == pytest.approx(across)
    for width, (head, *texts) in zip(widths, zip(*lines, strict=True), strict=True):
        assert width >= narrowest(Table("", (head,), tuple((text,) for text in texts))) - 1e-9


def test_prose_has_what_short_columns_leave() -> None:
    table = Table("", ("name", "value", "basis"), (("load", "0.4 to 0.9", "It is said that " * 20),))
    assert column_widths(table, 120) == [6, 12, 102]


def test_of_two_columns_of_prose_the_longer_has_more() -> None:
    table = Table("", ("a", "b"), (("some words " * 20, "some words " * 80),))
    first, second = column_widths(table, 120)
    assert first + second == pytest.approx(120)
    assert second == pytest.approx(4**0.75 * first, rel=0.01)


def test_columns_of_numbers_share_alike_what_is_left() -> None:
    table = Table("", ("date", "one", "two"), (("2024", "5", "6"),), numeric=(1, 2))
    assert column_widths(table, 61) == pytest.approx([21 + 1 / 3, 20 - 1 / 6, 20 - 1 / 6], abs=0.5)


def test_names_break_after_their_marks_and_short_words_do_not() -> None:
    assert breakable("us-white-house-2023-10 by 2023-10-13").split(BREAK) == [
        *("us-", "white-", "house-", "2023-", "10 by 2023-10-13")
    ]
    assert breakable("a\nb") == "a\nb"


def test_a_table_needs_the_longest_words_of_its_columns() -> None:
    assert narrowest(Table("", ("a", "bc"), (("words of this", "x" * 99),))) == (5 + 2) + (24 + 2)
