"""The value of information is told in a table, a sentence and plain values, and no share is negative."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest

from shellcount.results.mark import make_mark
from worths import NAME, found, worth

TWO = found(
    worth(0.36, "net_tonnes:10%", refit=0.352, refit_mcse=0.006), worth(0.1, "quantity=rounds grade=C")
)


def test_the_sentence_says_what_to_find_out_and_what_it_brings() -> None:
    """A factor of 4.3, whose logarithm shrinks by the root of 0.64: 4.3^0.8 = 3.2."""
    assert TWO.sentence == (
        "Find out first: net_tonnes:10% in words. It would be expected to take away 36% (35% by refits) of "
        f"the variance of {NAME}, and to bring its 90% range from a factor of 4.3 to one of 3.2. The best "
        "claim is quantity=rounds grade=C in words: 10%."
    )
    assert repr(TWO) == TWO.sentence


def test_the_factor_shrinks_as_the_standard_deviation_does() -> None:
    assert TWO.factor_after(worth(0.0)) == pytest.approx(TWO.factor)
    assert TWO.factor_after(worth(0.75)) == pytest.approx(math.sqrt(TWO.factor))
    assert TWO.factor_after(worth(1.0)) == 1.0


def test_factors_that_would_read_alike_have_more_digits() -> None:
    assert "from a factor of 4.30 to one of 4.27." in found(worth(0.01)).sentence


def test_what_cannot_be_told_from_nothing_is_called_nothing() -> None:
    nothing = found(worth(0.005), worth(0.0, "stowage:10%"))
    assert nothing.sentence == f"Of 2 candidates none would narrow {NAME}."
    assert [row[1] for row in nothing.table().rows] == ["nothing", "nothing"]


def test_the_table_shows_errors_and_leaves_out_what_hardly_matters() -> None:
    many = found(*TWO.worths, *(worth(0.01, f"small-{place}:10%") for place in range(20)))
    table = many.table()
    assert table.head == ("find out", "takes away", "by refits", "90% range then", "at most")
    assert [row[0] for row in table.rows] == [each.label for each in TWO.worths]
    assert table.rows[0][1:] == ("36.0±0.3%", "35.2±0.6%", "3.2", "46%")
    assert many.note.startswith("20 other candidates would take away less than 5% each.")
    assert "other" not in TWO.note


def test_a_refit_that_failed_is_told_in_the_table() -> None:
    assert found(worth(0.3, refit_error="no")).table().rows[0][2] == "failed"


def test_marks_travel_with_the_sentence() -> None:
    mark = make_mark("what-if", "what-if", "what-if, with load=0.5")
    marked = dataclasses.replace(TWO, estimate=dataclasses.replace(TWO.estimate, marks=(mark,)))
    assert marked.sentence.endswith("(what-if).")
    assert "(what-if)" in marked.table().caption
    assert marked.document()["marks"] == [mark.values()]


def test_plain_values_have_every_digit() -> None:
    document = json.loads(json.dumps(TWO.document()))
    assert document["schema"] == "shellcount/voi/1"
    assert document["sentence"] == TWO.sentence
    assert [each["name"] for each in document["candidates"]] == ["net_tonnes:10%", "quantity=rounds grade=C"]
    assert document["candidates"][0]["factor_after"] == TWO.factor_after(TWO.worths[0])
    frame = TWO.to_dataframe()
    assert frame.loc["net_tonnes:10%", "share"] == 0.36
    assert list(frame["factor_after"]) == [TWO.factor_after(each) for each in TWO.worths]


def test_a_notebook_shows_the_table_and_the_sentence() -> None:
    shown = TWO._repr_html_()
    assert "<table>" in shown
    assert "Find out first" in shown
