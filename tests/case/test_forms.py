"""Each field of a case file that takes a date has a form, and so have amounts."""

from __future__ import annotations

import pytest

from shellcount.case.forms import DAY, IN_QUOTES, MONTH, MONTH_FIELDS, DateForm


@pytest.mark.parametrize("field", sorted(MONTH_FIELDS - {"as_of"}))
def test_a_field_that_takes_a_month_has_its_form(field: str) -> None:
    assert DateForm.of_field(field) == MONTH


def test_the_date_of_a_claim_may_be_open_and_that_of_a_source_not() -> None:
    open_date = DateForm.of_field("as_of")
    assert open_date.month == MONTH.month
    assert open_date.span is not None
    assert "earliest = {first}" in open_date.span.format(first="{first}", last="{last}")
    assert DateForm.of_field("published") == DAY


def test_an_amount_of_a_case_file_stands_without_quotes() -> None:
    assert IN_QUOTES.number.format(value=6700) + IN_QUOTES.note == "6700, without quotes"
