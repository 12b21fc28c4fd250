"""Cells of ledgers have the days, months and periods that people put there, or say why not."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.case.ledger.cell_dates import date, order_of
from shellcount.case.ledger.cells import CellError
from shellcount.case.ledger.grid import CellValue
from shellcount.case.schema import DateRange
from shellcount.case.typed.days import ORDERS, Order

JUNE = dt.date(2024, 6, 14)
OPEN = DateRange(earliest=dt.date(2024, 2, 1), latest=dt.date(2024, 2, 12))


def refused(read: Callable[[CellValue], object], cell: CellValue) -> CellError:
    with pytest.raises(CellError) as error:
        read(cell)
    return error.value


@pytest.mark.parametrize(
    "cell",
    [
        JUNE,
        "2024-06-14",
        "14 June 2024",
        "June 14, 2024",
        "14.6.2024",
        "14/06/2024",
        "6/14/2024",
        "20240614",
        20240614,
    ],
)
def test_a_day_is_read(cell: CellValue) -> None:
    assert date(cell) == JUNE


@pytest.mark.parametrize("cell", ["Jun 2024", "2024-06", "06/2024", "June 2024"])
def test_a_month_is_read_as_the_format_writes_it(cell: str) -> None:
    assert date(cell) == "2024-06"


@pytest.mark.parametrize(
    "cell", ["between 1 and 12 February 2024", "2024-02-01..2024-02-12", "1-12 Feb 2024"]
)
def test_an_open_date_is_read_where_one_may_stand(cell: str) -> None:
    assert date(cell) == OPEN


@pytest.mark.parametrize(
    ("cell", "last"),
    [
        ("Q1 2024", "2024-03-31"),
        ("H2 2024", "2024-12-31"),
        ("2024-W24", "2024-06-16"),
        ("2024", "2024-12-31"),
        (2024, "2024-12-31"),
    ],
)
def test_a_longer_stretch_is_no_date(cell: CellValue, last: str) -> None:
    assert last in str(refused(date, cell).hint)


@pytest.mark.parametrize(
    ("cell", "message", "hint"),
    [
        (
            "mid-June 2024",
            "a day, a month or a range",
            "the first and last day that it may be, such as 2024-06-11..2024-06-20",
        ),
        (45457, "serial number", "write 2024-06-14"),
        (45457.0, "serial number", "write 2024-06-14"),
        ("45457", "serial number", "write 2024-06-14"),
        (12.2024, "is not a date", "write a day as 2024-06-14, and a month as 2024-06"),
        (45457.5, "serial number", "write 2024-06-14"),
        (0.5, "is not a date", "write a day as 2024-06-14, and a month as 2024-06"),
        (None, "is empty", "None"),
        (True, "is True, where a date is needed", "None"),
        ("x" * 81, "is too long", "None"),
        ("1403/03/25", "is in the year 1403", "Gregorian"),
        ("14 June 2567", "is in the year 2567", "Gregorian"),
        ("14 Juni 2024", "no English name of a month", "as 2024-06-14"),
        ("2024-02-30", "does not exist", "February 2024 has 29 days"),
        ("14.06.24", "two digits", "four digits"),
        ("tomorrow", "is not a date", "write a day as"),
    ],
)
def test_what_is_no_date_is_told_why(cell: CellValue, message: str, hint: str) -> None:
    error = refused(date, cell)
    assert message in error.message
    assert hint in str(error.hint)


def test_a_serial_number_is_told_its_day_as_a_reading() -> None:
    assert refused(date, 45457).readings == ("2024-06-14",)


def test_a_part_of_a_month_is_no_date() -> None:
    assert (
        refused(date, "late June 2024").hint
        == "write the first and last day that it may be, such as 2024-06-21..2024-06-30"
    )


# --- order of day and month --------------------------------------------------------------


def test_an_ambiguous_date_is_refused_with_both_readings() -> None:
    error = refused(date, "6/7/2024")
    assert error.readings == ("2024-07-06", "2024-06-07")
    assert error.hint == "write 2024-07-06 or 2024-06-07, whichever is meant"


def test_the_order_of_the_column_settles_a_date() -> None:
    assert date("6/7/2024", "day") == dt.date(2024, 7, 6)
    assert date("6/7/2024", "month") == dt.date(2024, 6, 7)
    assert date("1/2/2024 - 12/2/2024", "day") == OPEN
    with pytest.raises(CellError, match="another order than its column; write 2024-06-14"):
        date("14/6/2024", "month")


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        *((["6/7/2024", "14/6/2024"], "day"), (["6/7/2024", "6/14/2024"], "month"), (["6/7/2024"], None)),
        *(
            (["2024-06-14", JUNE, 45457, None, "June 2024", "tomorrow"], None),
            (["1.2.2024-13.2.2024"], "day"),
        ),
    ],
)
def test_a_column_settles_its_order_by_the_cells_that_tell(
    cells: list[CellValue], order: Order | None
) -> None:
    assert order_of(dict(enumerate(cells, start=2))) == order


def test_a_column_of_two_orders_names_the_first_row_of_each() -> None:
    with pytest.raises(CellError) as error:
        order_of({2: "6/7/2024", 3: "6/14/2024", 5: "14/6/2024", 6: "15/6/2024"})
    assert (
        error.value.message
        == "mixes the day first in row 5 ('14/6/2024') and the month first in row 3 ('6/14/2024')"
    )


@given(st.dates(dt.date(1500, 1, 1), dt.date(2199, 12, 31)), st.sampled_from("./-"), st.sampled_from(ORDERS))
def test_a_day_in_digits_is_read_back_in_its_column(each: dt.date, sign: str, order: Order) -> None:
    parts = (each.day, each.month) if order == "day" else (each.month, each.day)
    text = sign.join(f"{part:02}" for part in (*parts, each.year))
    assert date(text, order) == each
    if each.day > 12 or each.day == each.month:
        assert date(text) == each
    else:
        assert each.isoformat() in refused(date, text).readings


@given(
    st.text(max_size=90)
    | st.floats()
    | st.integers()
    | st.just(-(10**5000))
    | st.booleans()
    | st.none()
    | st.dates()
)
def test_any_cell_is_read_or_refused_on_purpose(cell: CellValue) -> None:
    with contextlib.suppress(CellError):
        date(cell)
