"""Whole numbers of a command line: what is in another form is told how to write it."""

from __future__ import annotations

import pytest

from commands import run
from shellcount.cli.numbers import WHOLE

pytestmark = pytest.mark.usefixtures("folder")


@pytest.mark.parametrize(("text", "number"), [("512", 512), ("1_024", 1024), ("-1", -1), (7, 7)])
def test_a_whole_number_is_read(text: str | int, number: int) -> None:
    assert WHOLE.convert(text, None, None) == number


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("4k", "; write 4000"),
        ("1,024", ""),  # or one and a bit
        ("1.234.567", "; write 1234567"),
        ("2 048", "; write 2048"),
        ("1 million", "; write 1000000"),
        ("4.5", ""),
        ("many", ""),
    ],
)
def test_what_is_none_is_refused_with_a_hint(text: str, hint: str) -> None:
    result = run("estimate", "--engine", "smc", "--particles", text)
    assert result.exit_code == 2
    assert f"Invalid value for '--particles': {text!r} is not a whole number{hint}\n" in result.stderr


@pytest.mark.parametrize(
    "words", [("estimate", "--at"), ("report", "--at"), ("check", "--set", "claim.ua-gur-2024.as_of=")]
)
def test_a_date_in_another_form_is_refused_with_a_hint(words: tuple[str, ...]) -> None:
    *first, last = words
    said = [*first, f"{last}14 June 2024"] if last.endswith("=") else [*words, "14 June 2024"]
    result = run(*said)
    assert result.exit_code == 2
    assert "'14 June 2024' is not a date such as 2024-06-14; write 2024-06-14" in result.stderr


def test_a_number_in_another_form_is_refused_with_a_hint() -> None:
    assert "; write claim.ua-gur-2024=1234567" in run("check", "--set", "claim.ua-gur-2024=1.234.567").stderr
    assert "; write 0.5:0.9" in run("check", "--set", "load=0,5:0,9").stderr
    statements = [f"rounds.mixed@2024-06-14 >= {amount}" for amount in ("1.500.000", "1500000")]
    as_typed, plain = (run("cite", statement).stdout for statement in statements)  # which has one meaning
    assert as_typed == plain != ""
