"""The table of a posterior holds every standard estimate with its diagnostics."""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib.util

import numpy as np
import pytest

from building import one_claim_case
from shellcount.case.schema import Case
from shellcount.errors import ConvergenceError, UsageError
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.posterior.summary import PosteriorSummary, _to_place_of
from shellcount.results.estimate import Estimate


def few(case: Case) -> Posterior:
    return fit(case, given="all", runs=4, engine="smc", particles=64, allow_unconverged=True)


@pytest.fixture(scope="module")
def rough(case: Case) -> Posterior:
    return few(case)


@pytest.fixture(scope="module")
def small() -> Posterior:
    return few(one_claim_case())


def test_a_summary_has_a_row_for_every_standard_estimate(posterior: Posterior) -> None:
    summary = posterior.summary()
    assert tuple(summary) == summary.estimates == posterior.estimates()
    assert [row[0] for row in summary.table().rows] == [estimate.name for estimate in summary]
    assert len(summary) == len(summary.table().rows)


def test_dates_may_be_chosen(small: Posterior) -> None:
    day = dt.date(2030, 2, 3)
    assert small.summary([day]).estimates == small.estimates([day])
    assert list(small.to_dataframe([day]).index) == [estimate.name for estimate in small.estimates([day])]


def test_numbers_are_written_to_the_place_of_their_error(posterior: Posterior) -> None:
    name = "rounds.mixed@2024-06-14"
    made = dataclasses.replace(
        posterior.estimate(name),
        p50=1_986_412.0,
        mcse_p50=4321.0,
        mean=2_100_444.0,
        mcse_mean=999.0,
        sd=812_345.0,
        p05=901_111.0,
        mcse_p05=10_000.0,
        p95=3_700_049.0,
        mcse_p95=99.0,
        rhat=1.0004,
        ess_bulk=12_345.6,
        ess_tail=9_876.5,
    )
    (row,) = PosteriorSummary((made,)).table().rows
    assert row[:7] == (name, "rounds", "1,986,000", "2,100,400", "812,300", "900,000", "3,700,050")
    assert row[7:] == ("4,300", "12,346", "9,876", "1.000", "")


@pytest.mark.parametrize(
    ("value", "error", "written"),
    [
        (0.73512, 0.0021, "0.735"),
        (0.73512, 0.0, "0.73512"),
        (float("inf"), 1.0, "inf"),
        (12.0, float("nan"), "12"),
        (-0.04, 1.0, "-0"),
    ],
)
def test_a_number_without_an_error_keeps_six_digits(value: float, error: float, written: str) -> None:
    assert _to_place_of(value, error) == written


def test_what_has_not_converged_says_so(rough: Posterior) -> None:
    remarks = {row[0]: row[-1] for row in rough.summary().table().rows}
    failed = 0
    for estimate in rough.estimates():
        expected = "given all; what-if" if ".all-" in estimate.name else "given all"  # of one nature alone
        if estimate.not_quotable is not None:
            expected += f"; not converged: {estimate.not_quotable}"
            failed += 1
        assert remarks[estimate.name] == expected
    assert 0 < failed < len(remarks)


def test_the_gate_holds_for_the_whole_table(rough: Posterior) -> None:
    strict = dataclasses.replace(rough, allow_unconverged=False)
    for table in (strict.summary, strict.to_dataframe):
        with pytest.raises(ConvergenceError, match="has not converged"):
            table()


def test_a_summary_is_shown_as_text_and_as_html(small: Posterior) -> None:
    summary = small.summary()
    lines = str(summary).splitlines()
    assert len(lines) == len(summary) + 1
    assert lines[0].startswith("estimate ")
    assert summary._repr_html_() == summary.table().html()


def test_a_data_frame_has_every_digit(small: Posterior) -> None:
    frame = small.to_dataframe()
    assert frame.index.name == "name"
    assert list(frame.columns) == [field.name for field in dataclasses.fields(Estimate)][1:]
    for estimate in small.estimates():
        row = frame.loc[estimate.name]
        assert (row["p50"], row["mcse_p95"], row["unit"]) == (
            estimate.p50,
            estimate.mcse_p95,
            estimate.unit,
        )


def test_without_pandas_the_way_to_install_it_is_named(
    small: Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(
        UsageError, match=r"this needs pandas: install it with pip install 'shellcount\[nuts\]'"
    ):
        small.to_dataframe()


def test_draws_are_refused_before_they_are_quoted(posterior: Posterior) -> None:
    posterior.require_converged("load", posterior.draws("load"))
    drifting = np.arange(np.prod(posterior.shape), dtype=float).reshape(posterior.shape)
    message = r"^my number has not converged: R-hat is .*; draw more \(points=8192, now 2048\), or allow"
    with pytest.raises(ConvergenceError, match=message):
        posterior.require_converged("my number", drifting)
    dataclasses.replace(posterior, allow_unconverged=True).require_converged("my number", drifting)
