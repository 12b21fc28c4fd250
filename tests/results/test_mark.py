"""Marks are short in running text, full in footnotes, and harmless."""

from __future__ import annotations

import pytest

from shellcount.results.mark import make_mark, marked, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.0 million", "2.0 million (what-if, forecast)"),
        ("It is likely.", "It is likely (what-if, forecast)."),
    ],
)
def test_several_marks_share_one_pair_of_brackets(text: str, expected: str) -> None:
    marks = [
        make_mark("what-if", "what-if", "what-if, with load=0.5"),
        make_mark("scenario", "what-if", "what-if, scenario half"),
        make_mark("forecast", "forecast", "forecast, since no claim refers to a date after today"),
    ]
    assert marked(text, marks) == expected
    assert marked(text, []) == text
    assert sentences(marks).count(".") == 4
    assert sentences(marks).endswith("Forecast, since no claim refers to a date after today.")


def test_hostile_text_is_cut_and_escaped() -> None:
    mark = make_mark("given", "\x1b" * 100, "\u202e" + "x" * 1_000)
    assert mark.short.isprintable()
    assert mark.long.isprintable()
    assert len(mark.short) <= 40
    assert len(mark.long) <= 300
    assert mark.values() == {"kind": "given", "short": mark.short, "long": mark.long}
