"""Cells of ledgers have the numbers, ranges, words and hedges that people put there, or say why not."""

from __future__ import annotations

import datetime as dt
import pickle

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shellcount.case.amounts import lexicon
from shellcount.case.fields import HEDGES, SYNONYMS, Hedge
from shellcount.case.ledger.cells import Amount, CellError, amount, decimal_of, hedge, number
from shellcount.case.ledger.grid import CellValue
from shellcount.case.typed.numbers import MARKS, Mark
from shellcount.wording import phrases


def outcome(cell: CellValue, decimal: Mark | None = None) -> Amount | CellError:
    try:
        return amount(cell, decimal)
    except CellError as error:
        return error


def refused(cell: CellValue, decimal: Mark | None = None) -> CellError:
    found = outcome(cell, decimal)
    assert isinstance(found, CellError)
    return found


# --- amounts -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value", "hedge", "resolution"),
    [
        *(
            (6700, 6700.0, None, 100.0),
            (6700.0, 6700.0, None, 100.0),
            (0.35, 0.35, None, 0.01),
            (1, 1.0, None, 1.0),
        ),
        *((0, 0.0, None, None), (0.0, 0.0, None, None), (1e15, 1e15, None, 1e15), ("0", 0.0, None, None)),
        *(("none", 0.0, None, None), ("None seen", 0.0, None, None), ("exactly 0", 0.0, "exact", None)),
        *(
            ("6.7k", 6700.0, None, 100.0),
            ("1,5 Mio", 1_500_000.0, None, 100_000.0),
            ("1.234.567", 1234567.0, None, 1.0),
        ),
        *(
            ("10\u202f000", 10_000.0, None, 10_000.0),
            ("1'000", 1000.0, None, 1000.0),
            ("70%", 0.7, None, 0.1),
        ),
        *(("about 6700", 6700.0, "about", 100.0), ("> 4.8M", 4_800_000.0, "more_than", 100_000.0)),
        *(("6700+", 6700.0, "at_least", 100.0), ("up to 1,5 Mio", 1_500_000.0, "up_to", 100_000.0)),
        *(
            ("4.2-5.8 million", (4_200_000.0, 5_800_000.0), None, None),
            ("1 to 2k", (1000.0, 2000.0), None, None),
        ),
        *(
            ("between 10 and 20", (10.0, 20.0), None, None),
            ("Several  Thousand", "several thousand", None, None),
        ),
        *(("a couple", "a couple", None, None), ("tens of\u00a0thousands", "tens of thousands", None, None)),
    ],
)
def test_an_amount_is_read(
    cell: CellValue, value: float | tuple[float, float] | str, hedge: Hedge | None, resolution: float | None
) -> None:
    assert amount(cell) == Amount(value, hedge, resolution, percent=isinstance(cell, str) and "%" in cell)


@pytest.mark.parametrize("word", lexicon())
def test_every_word_of_the_lexicon_is_read(word: str) -> None:
    assert amount(word.upper()).value == word


@pytest.mark.parametrize(
    ("cell", "message", "readings"),
    [
        ("1.234", "has two meanings", ("1.234", "1234")),
        ("1,234", "has two meanings", ("1234", "1.234")),
        ("about 12,345k", "has two meanings", ("12345000", "12345")),
        ("800 to 1 million", "has two meanings", ("800 to 1000000", "800000 to 1000000")),
        ("1,500 to 2 mil", "has several meanings", None),
        ("5 mil", "has two meanings", ("5000", "5000000")),
        ("about 4-5 million", "has a hedge with a range", ("4000000 to 5000000",)),
        ("over several thousand", "has a hedge with words for an amount", ("several thousand",)),
    ],
)
def test_an_amount_that_may_be_read_otherwise_is_told_its_readings(
    cell: str, message: str, readings: tuple[str, ...] | None
) -> None:
    error = refused(cell)
    assert error.message == message
    assert readings is None or error.readings == readings
    assert str(error) == f"{message}; {error.hint}"
    assert all(reading in str(error.hint) for reading in error.readings)


@pytest.mark.parametrize(
    ("cell", "message", "hint"),
    [
        (None, "is empty", None),
        *(
            (nothing, "says nothing", "0 for none seen")
            for nothing in ("-", "\u2013", "n/a", "?", "TBD", "", " ")
        ),
        (-3, "is negative", "0 or more"),
        (float("nan"), "is not a number up to 1e+15", "0 or more"),
        (float("inf"), "is not a number up to 1e+15", "0 or more"),
        (1e16, "is not a number up to 1e+15", "0 or more"),
        ("1e16", "is more than 1e+15", None),
        (True, "is True, where a number is needed", None),
        (dt.date(2024, 5, 4), "is a date, 2024-05-04", "a range such as 4-5: format the cell as text"),
        ("5 - 4", "is a range whose low end is not below its high end", "lower end first"),
        ("about 5 or more", "has two hedges, about and at_least", "one of them"),
        ("-5", "is negative", "0 or more"),
        ("6,700 boxes", "has a word that is not a unit, 'boxes'", "leave out 'boxes'"),
        ("hundrets", "is not an amount", "did you mean hundreds?"),
        ("1.5 - 2,5 million", "mixes commas and points", "one decimal mark"),
        ("x" * 81, "is too long for an amount", None),
    ],
)
def test_what_is_no_amount_is_told_why(cell: CellValue, message: str, hint: str | None) -> None:
    error = refused(cell)
    assert error.message == message
    assert (error.hint is None) if hint is None else hint in str(error.hint)


def test_the_mark_of_the_column_settles_a_number() -> None:
    assert amount("1.234", ",").value == amount("1,234", ".").value == 1234.0
    assert amount("1.234", ".").value == amount("1,234", ",").value == 1.234
    assert amount("1.200-1.500", ",").value == (1200.0, 1500.0)
    assert refused("4.8M", ",").message == "has a decimal point, unlike other cells of its column"
    assert refused("1.234.567", ".").readings == ("1234567",)


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
    for mark in (None, *MARKS):
        found = outcome(cell, mark)
        if isinstance(found, CellError):
            assert found.message
        else:
            assert isinstance(found.value, str | tuple) or 0 <= found.value <= 1e15


# --- round trips -------------------------------------------------------------------------

STYLES: tuple[tuple[Mark, str], ...] = (
    *((".", group) for group in (",", " ", "\u00a0", "\u2009", "'", "_")),
    *((",", group) for group in (".", " ", "\u00a0", "\u202f", "\u2019")),
)


@given(number=st.decimals(0, 10**12, places=3), style=st.sampled_from(STYLES))
def test_a_number_in_any_style_is_read_back_in_its_column(number: float, style: tuple[Mark, str]) -> None:
    mark, group = style
    text = f"{number:,f}".translate({ord(","): group, ord("."): mark})
    assert amount(text, mark).value == float(number)
    alone = outcome(text)
    if isinstance(alone, CellError):
        assert alone.message == "has two meanings"
        assert f"{float(number)}".removesuffix(".0") in alone.readings
    else:
        assert alone.value == float(number)


@given(number=st.integers(0, 10**12), group=st.sampled_from([" ", "\u2009", "'", "_", ""]))
def test_a_whole_number_without_commas_and_points_is_read_back(number: int, group: str) -> None:
    assert amount(f"{number:,}".replace(",", group)).value == float(number)


@given(value=st.floats(0, 1e15).map(lambda value: float(f"{value:.6g}")), said=st.sampled_from(HEDGES))
def test_what_reports_print_is_read_back(value: float, said: Hedge) -> None:
    assume(said != "between" and value >= 1e-3)
    text = phrases.hedged(value, said)
    found = amount(text, ".")
    assert found.hedge == (None if said == "exact" else said)
    assert found.value == pytest.approx(value)


# --- numbers alone -----------------------------------------------------------------------


def test_a_number_alone_has_no_hedge_and_no_other_end() -> None:
    assert number("6.7k") == 6700.0
    for cell, message in (
        ("about 67", "a number stands alone"),
        ("6-7", "one number is needed"),
        ("dozens", "one number"),
    ):
        with pytest.raises(CellError, match=message):
            number(cell)


# --- hedges ------------------------------------------------------------------------------


@pytest.mark.parametrize("word", [*HEDGES, *SYNONYMS])
def test_every_hedge_of_the_format_is_read(word: str) -> None:
    expected = SYNONYMS.get(word, word)
    assert hedge(word) == hedge(word.upper().replace("_", " ")) == expected


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        *(
            ("at lest", "did you mean at_least?"),
            ("no more then", "write up_to"),
            ("not about", "known are exact,"),
        ),
        *(
            (5, "known are exact,"),
            (None, "known are exact,"),
            (True, "known are exact,"),
            ("", "known are exact,"),
        ),
    ],
)
def test_what_is_no_hedge_is_told_which_there_are(cell: CellValue, hint: str) -> None:
    with pytest.raises(CellError) as error:
        hedge(cell)
    assert error.value.message == "is not a hedge"
    assert str(error.value.hint).startswith(hint)


# --- columns -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        *(
            (["1.234", "1,5 Mio"], ","),
            (["1.234", "4.8M"], "."),
            (["1.234", "1,234"], None),
            ([6.5, "1.234"], None),
        ),
        *((["1.234.567", "10 000", None], ","), (["about 1,234.5", True], "."), (["4.2-5.8 million"], ".")),
        *(
            (["several thousand", "none", "x" * 100], None),
            ([dt.date(2024, 5, 4), "1,234,567"], "."),
            ([], None),
        ),
    ],
)
def test_a_column_settles_its_mark_by_the_cells_that_tell(cells: list[CellValue], mark: Mark | None) -> None:
    assert decimal_of(dict(enumerate(cells, start=2))) == mark


def test_a_column_of_two_marks_names_the_first_row_of_each() -> None:
    with pytest.raises(CellError) as error:
        decimal_of({2: "1.234", 3: "1,5 Mio", 4: "2,5", 7: "4.8M", 9: "5.2M"})
    assert (
        error.value.message == "mixes decimal point in row 7 ('4.8M') and decimal comma in row 3 ('1,5 Mio')"
    )


def test_an_error_reaches_other_processes_whole() -> None:
    error = refused("1.234")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own
    assert (copy.message, copy.readings, copy.hint, str(copy)) == (
        error.message,
        error.readings,
        error.hint,
        str(error),
    )
