"""An estimate says its range in words that agree with each other, and no digit more than it bears."""

from __future__ import annotations

import dataclasses

from shellcount.maths.diagnostics import Summary
from shellcount.results.estimate import Estimate

SUMMARY = Summary(
    quantiles=(9_580.0, 10_970.0, 12_080.0, 13_390.0, 15_870.0),
    mcse_quantiles=(12.0, 10.0, 11.0, 14.0, 20.0),
    mean=12_300.0,
    sd=1_900.0,
    mcse_mean=9.0,
    rhat=1.0005,
    ess_bulk=20_000.0,
    ess_tail=18_000.0,
)
ESTIMATE = Estimate.of("containers.munitions@2024-06-14", "containers", SUMMARY, "sha256:0")


def test_an_estimate_is_a_named_summary() -> None:
    assert dataclasses.astuple(ESTIMATE) == (
        *("containers.munitions@2024-06-14", "containers"),
        *(9_580.0, 10_970.0, 12_080.0, 13_390.0, 15_870.0, 12_300.0, 1_900.0),
        *(12.0, 10.0, 11.0, 14.0, 20.0, 9.0),
        *(1.0005, 20_000.0, 18_000.0, None, "sha256:0"),
    )


def test_an_estimate_prints_as_name_and_headline() -> None:
    headline = "12,000 containers (90% interval 10,000 to 16,000)"
    assert ESTIMATE.headline == headline
    assert str(ESTIMATE) == f"containers.munitions@2024-06-14: {headline}"
    assert ESTIMATE._repr_html_() == f"<code>{ESTIMATE}</code>"


def test_the_largest_error_of_the_three_limits_the_digits() -> None:
    rough = dataclasses.replace(SUMMARY, mcse_quantiles=(1000.0, 1.0, 1.0, 1.0, 300.0))
    estimate = Estimate.of("any", "containers", rough, "sha256:0")
    assert estimate.range.mcse == 1000
    assert estimate.headline == "10,000 containers (90% interval 10,000 to 15,000)"


def test_tables_have_a_digit_more() -> None:
    assert ESTIMATE.words() == ("12,100", "11,000 to 13,400", "9,600 to 15,900")
    assert ESTIMATE.cell == "12,100\n9,600 to 15,900"


def test_all_numbers_of_an_estimate_count_in_the_same_words() -> None:
    summary = dataclasses.replace(
        SUMMARY,
        quantiles=(300_000.0, 600_000.0, 800_000.0, 990_000.0, 1_400_000.0),
        mcse_quantiles=(0.0,) * 5,
    )
    middle, inner, outer = Estimate.of("any", "rounds", summary, "sha256:0").words()
    assert (middle, inner, outer) == ("0.8 million", "0.6 to 1.0 million", "0.3 to 1.4 million")


def test_a_share_needs_no_unit_in_words() -> None:
    summary = dataclasses.replace(
        SUMMARY, quantiles=(0.40, 0.61, 0.73, 0.83, 0.92), mcse_quantiles=(0.0001,) * 5
    )
    assert Estimate.of("load", "share", summary, "sha256:0").headline == "0.73 (90% interval 0.40 to 0.92)"
