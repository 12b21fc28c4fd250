"""A prior from two quantiles says itself in words, in a table and as a change."""

from __future__ import annotations

import pytest

from shellcount.case.changes import parse_change
from shellcount.maths.priors import Prior
from shellcount.results.elicited import Elicited, ImpliedRange

NET = ImpliedRange("net tonnes a container", 8.1445, 15.086, 20.006, (9.0, 14.0))
ITEMS = ImpliedRange("rounds a container", 106.96, 215.87, 341.09)
LOAD = Elicited("load", "share", Prior("logitnormal", 0.4, 0.92), (0.4, 0.92), (0.05, 0.95), (NET, ITEMS))
QUARTILES = Elicited(
    "rate", "boxes per day", Prior.through("lognormal", 20, 50, (0.25, 0.75)), (20, 50), (0.25, 0.75), ()
)


def test_the_sentence_says_what_was_stated_and_what_it_implies() -> None:
    assert str(LOAD) == LOAD.sentence
    assert LOAD.sentence == (
        "A load of 0.40 to 0.92 (5% and 95%) has the median 0.73. It implies 15.1 (8.1 to 20.0) net tonnes "
        "a container (its basis cites 9 to 14) and 216 (107 to 341) rounds a container."
    )
    assert QUARTILES.sentence == (
        "A rate of 20 to 50 boxes per day (25% and 75%) has the median 32 and the 90% interval 10 to 97."
    )


def test_a_single_cited_figure_is_said_once() -> None:
    assert ImpliedRange("boxes a day", 10.0, 31.6, 100.0, (24.0, 24.0)).cited_words == "24"
    assert ITEMS.cited_words == ""


def test_the_table_has_a_row_for_each_unit() -> None:
    assert LOAD.table().rows == (
        ("load (share)", "0.40", "0.61", "0.73", "0.83", "0.92", ""),
        ("net tonnes a container", "8.1", "", "15.1", "", "20.0", "9 to 14"),
        ("rounds a container", "107", "", "216", "", "341", ""),
    )
    assert LOAD._repr_html_() == f"<p>{LOAD.sentence}</p>{LOAD.table().html()}"


def test_a_data_frame_has_every_digit() -> None:
    frame = LOAD.to_dataframe()
    assert frame.loc["share"].to_list() == [0.4, LOAD.quantile(0.0), 0.92]
    assert frame.loc["rounds a container"].to_list() == [106.96, 215.87, 341.09]


@pytest.mark.parametrize("elicited", [LOAD, QUARTILES])
def test_the_change_sets_the_prior(elicited: Elicited) -> None:
    name, ends = parse_change(elicited.change)
    assert name == elicited.name
    assert ends == pytest.approx((elicited.prior.low, elicited.prior.high), rel=1e-5)
