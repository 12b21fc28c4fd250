"""A threshold is named in the nouns of its case, with every digit that it has."""

from __future__ import annotations

import datetime as dt

import pytest

from shellcount.case.reading import load_case
from shellcount.errors import ShellcountError, UsageError
from shellcount.results.quantity import Quantity
from shellcount.results.threshold import Threshold, is_compared, parse_amount, parse_threshold

ROUNDS = Quantity("rounds", "mixed", dt.date(2024, 6, 14))


@pytest.mark.parametrize(
    ("threshold", "name"),
    [
        (Threshold(ROUNDS, 1.5e6), "rounds.mixed@2024-06-14>=1500000"),
        (Threshold(ROUNDS, 1.5e6, at_least=False), "rounds.mixed@2024-06-14<=1500000"),
        (Threshold(Quantity("parameter", "load"), 0.7), "load>=0.7"),
        (Threshold(Quantity("capacity", "mixed"), 123456.789012), "capacity.mixed>=123456.789012"),
        (Threshold(Quantity("parameter", "load"), 1e-9), "load>=1e-09"),
    ],
)
def test_a_threshold_has_one_name(threshold: Threshold, name: str) -> None:
    assert threshold.name_in(load_case()) == name


def test_the_name_has_the_nouns_of_the_case() -> None:
    case = load_case("black-sea-grain-2022")
    threshold = Threshold(Quantity("rounds", "mixed", dt.date(2023, 7, 15)), 3e7)
    assert threshold.name_in(case) == "tonnes.mixed@2023-07-15>=30000000"


# --- as people type them -----------------------------------------------------------------

TOTAL = "rounds.mixed@2024-06-14"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1500000", 1.5e6),
        ("1,500,000", 1.5e6),
        ("1_500_000", 1.5e6),
        ("1,500", 1500.0),  # as shellcount itself writes it
        ("3 million", 3e6),
        ("3e6", 3e6),
        ("4.8M", 4.8e6),
        ("4,8 Mio", 4.8e6),
        ("1.500.000", 1.5e6),
        ("1 500 000", 1.5e6),
        ("400k", 4e5),
        ("2 billion", 2e9),
        ("70%", 0.7),
        (".5", 0.5),
        ("\u0661", 1.0),
        ("half a million", 5e5),
        ("0", 0.0),
        ("1e99 billion", 1e108),
        ("123456789.123456", 123456789.123),  # a name has twelve digits
    ],
)
def test_an_amount_is_read_as_people_type_it(text: str, value: float) -> None:
    assert parse_amount(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("many", "'many' is not an amount; write it as 1500000, 1.5e6 or 1.5 million"),
        ("", "'' is not an amount; write it as 1500000, 1.5e6 or 1.5 million"),
        ("nan", "'nan' is not an amount; write it as"),
        ("inf", "'inf' is not an amount; write it as"),
        ("-1", "'-1' is not an amount: it is negative; write a number that is 0 or more"),
        ("1,50,000", "it has groups that are not of three digits; write the digits without separators"),
        (
            "1.5 zillion",
            "it has a word that is not a unit, 'zillion'; leave out 'zillion'; units are thousand",
        ),
        ("3 million rounds", "it has a word that is not a unit, 'rounds'; leave out 'rounds'"),
        ("3 t", "'3 t' is not an amount; write 3 or 3000, whichever is meant"),
        ("0x10", "is not an amount"),
        ("1e999", "is not an amount"),
        ("1e400 billion", "is not an amount"),
        ("9" * 400, "is not an amount"),
        (",", "is not an amount; write it as"),
        ("_", "is not an amount; write it as"),
        ("about 3 million", "is not an amount"),
    ],
)
def test_what_is_not_an_amount_is_refused_with_what_to_write(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_amount(text)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"{TOTAL} >= 4.8 million", f"{TOTAL}>=4800000"),
        (f"{TOTAL}<=4.8M", f"{TOTAL}<=4800000"),
        (f"  {TOTAL} \N{GREATER-THAN OR EQUAL TO} 3e6 ", f"{TOTAL}>=3000000"),
        ("load \N{LESS-THAN OR EQUAL TO} 70%", "load<=0.7"),
        ("rounds.mixed@2023-12 >= 400k", "rounds.mixed@2023-12>=400000"),
        ("rounds.mixed@2023-12/day >= 10k", "rounds.mixed@2023-12/day>=10000"),
    ],
)
def test_a_statement_is_parsed_and_named(text: str, name: str) -> None:
    case = load_case()
    threshold = parse_threshold(case, text)
    assert is_compared(text)
    assert threshold.name_in(case) == name
    assert parse_threshold(case, name) == threshold


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "load",
            "'load' has no comparison sign; write NAME >= AMOUNT or NAME <= AMOUNT, such as 'load >= AMOUNT'",
        ),
        ("3 million", f"such as '{TOTAL} >= 3 million'"),
        ("", f"such as '{TOTAL} >= AMOUNT'"),
        ("load >= 0.2 >= 0.1", "has 2 comparison signs; state one bound at a time"),
        ("0.2 <= load <= 0.5", "has 2 comparison signs"),
        ("load > 0.2", "compares by '>'; write >= for at least, or <= for at most"),
        ("load => 0.2", "compares by '=>'"),
        ("load = 0.2", "compares by '='"),
        ("laod >= 0.2", "no estimate is called 'laod'; did you mean load?"),
        (">= 0.2", "no estimate is called ''"),
        ("rounds.mixed >= 3e6", f"rounds.mixed needs a date, as {TOTAL}"),
        ("load >= 80", "load is a share, which cannot be 80; write 80% or 0.8"),
        ("load >= 1e9", "load is a share, which cannot be 1e+09; write a percentage, such as 80%"),
        ("load >= ", "'' is not an amount"),
    ],
)
def test_what_is_not_a_statement_is_refused_with_what_to_write(text: str, message: str) -> None:
    with pytest.raises(ShellcountError) as caught:
        parse_threshold(load_case(), text)
    assert message in str(caught.value)


def test_an_amount_alone_is_no_statement() -> None:
    assert not is_compared("3 million")
