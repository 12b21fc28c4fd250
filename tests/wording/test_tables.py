"""Tables: what they show in a notebook, and columns left out."""

from __future__ import annotations

import re

import pytest

from shellcount.wording.tables import Table


def plain(page: str) -> str:
    """A page without the styles of its cells."""
    return re.sub(r' style="[^"]*"', "", page)


def test_a_table_has_a_row_for_each_row_in_order() -> None:
    assert plain(Table("", ("claim", "use"), (("a", "fit"), ("b", "check"))).html()) == (
        "<table><thead><tr><th>claim</th><th>use</th></tr></thead><tbody>"
        "<tr><td>a</td><td>fit</td></tr><tr><td>b</td><td>check</td></tr></tbody></table>"
    )


def test_a_table_takes_its_text_as_data() -> None:
    assert plain(Table("<p>", ('<i a="b">',), (("R&D\u202e\x1b",),)).html()) == (
        "<table><caption>&lt;p&gt;</caption><thead><tr><th>&lt;i a=&quot;b&quot;&gt;</th></tr></thead>"
        r"<tbody><tr><td>R&amp;D\u202e\x1b</td></tr></tbody></table>"
    )


def test_a_notebook_shows_a_table_as_it_is_written() -> None:
    table = Table("Claims", ("claim", "use"), (("a", "fit"),))
    assert table._repr_html_() == table.html()


def test_a_cell_of_a_table_keeps_its_lines() -> None:
    table = Table("", ("figure",), (("4,300\n1,000 to 18,000",),))
    assert "<td>4,300<br>1,000 to 18,000</td>" in plain(table.html())


def test_text_is_flush_left_and_numbers_flush_right_in_the_colours_of_the_notebook() -> None:
    page = Table("Rounds", ("claim", "rounds"), (("in a week", "6,700 or more"),), numeric=(1,)).html()
    heads = [("th", "left", "claim"), ("th", "right", "rounds")]
    cells = [("td", "left", "in a week"), ("td", "right", "6,700 or more")]
    assert re.findall(r'<(t[hd]) style="text-align:(\w+)[^"]*">([^<]*)', page) == [*heads, *cells]
    assert "color" not in page
    assert "background" not in page


def test_numbers_and_names_are_not_broken() -> None:
    rows = (("ua-gur-2024", "6,700 or more"), ("in a week", ""))
    page = Table("", ("claim", "rounds"), rows, numeric=(1,)).html()
    assert re.findall(r'nowrap">([^<]*)', page) == ["ua-gur-2024", "6,700 or more", ""]


@pytest.mark.parametrize(
    ("name", "numeric"),
    [
        pytest.param("a", (0, 1), id="before the numbers"),
        pytest.param("b", (1,), id="a column of numbers"),
        pytest.param("c", (1,), id="after a column of numbers"),
    ],
)
def test_a_table_without_a_column_keeps_the_others(name: str, numeric: tuple[int, ...]) -> None:
    table = Table("letters", ("a", "b", "c"), (("1", "2", "3"), ("4", "5", "6")), numeric=(1, 2))
    shorter = table.without(name)
    assert shorter.caption == "letters"
    assert shorter.head == tuple(head for head in "abc" if head != name)
    assert shorter.numeric == numeric
    columns = list(zip(*table.rows, strict=True))
    assert list(zip(*shorter.rows, strict=True)) == [
        column for head, column in zip("abc", columns, strict=True) if head != name
    ]
