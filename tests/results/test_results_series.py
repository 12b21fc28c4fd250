"""Series in words."""

from __future__ import annotations

from shellcount.results.series import Series

TWO = Series(
    claimant="mod",
    title="a ministry",
    claims=("a", "b"),
    bases=("c", "d"),
    unmarked=(),
    multiplier=456.0,
    low=450.0,
    high=462.0,
    smallest=456.0,
    largest=456.0,
    unit="rounds a container",
    chance=None,
)


def test_a_series_is_worded() -> None:
    assert TWO.sentence == (
        "Two figures of a ministry, one multiplier of about 460 rounds a container: a and b. They were "
        "derived from its counts, so that none of them is fit."
    )


def test_a_document_has_the_sentence() -> None:
    assert TWO.document()["sentence"] == TWO.sentence
    assert TWO.document()["claims"] == ["a", "b"]
