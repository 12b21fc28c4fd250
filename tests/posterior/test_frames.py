"""Data frames hold every standard estimate with its diagnostics, and the draws that belong together."""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib.util

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from building import one_claim_case
from shellcount import limits
from shellcount.case.schema import Case
from shellcount.errors import ConvergenceError, LimitError, UnknownNameError, UsageError
from shellcount.posterior import frames
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.estimates import Estimates

COLUMNS = [
    *("mean", "sd", "median", "eti90_lb", "eti90_ub", "ess_bulk", "ess_tail", "r_hat"),
    *("mcse_mean", "mcse_median", "unit", "remark"),
]


def few(case: Case) -> Posterior:
    return fit(case, given="all", runs=4, engine="smc", particles=64, allow_unconverged=True)


@pytest.fixture(scope="module")
def rough(case: Case) -> Posterior:
    return few(case)


@pytest.fixture(scope="module")
def small() -> Posterior:
    return few(one_claim_case())


# --- summary -----------------------------------------------------------------------------


def test_a_summary_has_a_row_for_every_standard_estimate_with_every_digit(posterior: Posterior) -> None:
    summary = posterior.summary()
    assert list(summary.columns) == COLUMNS
    assert tuple(summary.index) == posterior.estimates().keys()
    assert "load" in summary.index  # keeps its prior
    for estimate in posterior.estimates():
        row = summary.loc[estimate.name]
        assert (row["mean"], row["median"], row["eti90_ub"]) == (estimate.mean, estimate.p50, estimate.p95)
        assert (row["r_hat"], row["ess_tail"], row["unit"]) == (
            estimate.rhat,
            estimate.ess_tail,
            estimate.unit,
        )


def test_names_and_dates_may_be_chosen(small: Posterior) -> None:
    day = dt.date(2030, 2, 3)
    assert tuple(small.summary(at=[day]).index) == small.estimates(at=[day]).keys()
    assert list(small.summary(["load"]).index) == ["load"]
    assert list(small.to_dataframe("load").columns) == ["load"]


def test_numbers_are_shown_to_the_place_of_their_error(posterior: Posterior) -> None:
    name = "rounds.mixed@2024-06-14"
    made = dataclasses.replace(
        posterior.estimate(name),
        p50=1_986_412.0,
        mcse_p50=4321.0,
        mean=2_100_444.0,
        mcse_mean=999.0,
        sd=812_345.0,
        p05=901_111.0,
        p95=3_700_049.0,
        rhat=1.0004,
        ess_bulk=12_345.6,
        ess_tail=9_876.5,
    )
    table = frames.summary(Estimates((made,))).table()
    assert table is not None
    assert table.head == ("", *COLUMNS)
    assert table.rows[0][:6] == (name, "2,100,000", "812,000", "1,986,000", "901,000", "3,700,000")
    assert table.rows[0][6:] == ("12,346", "9,876", "1.000", "1,000", "4,300", "rounds", "")


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
    assert frames.to_place_of(value, error) == written


def test_a_summary_is_shown_as_text_and_as_html(small: Posterior) -> None:
    summary = small.summary()
    table = summary.table()
    assert table is not None
    lines = repr(summary).splitlines()
    assert len(lines) == len(summary) + 1
    assert lines[0].split() == COLUMNS
    assert summary._repr_html_() == table.html()


def test_what_is_made_of_a_summary_is_a_plain_data_frame(small: Posterior) -> None:
    summary = small.summary()
    for plain in (summary.copy(), summary.round(2), summary[["mean"]], summary.head(2)):
        assert type(plain) is pd.DataFrame
    summary["twice"] = 2 * summary["mean"]
    assert summary.table() is None
    assert "twice" in repr(summary)
    assert "twice" in summary._repr_html_()


def test_what_has_not_converged_says_so(rough: Posterior) -> None:
    remarks = rough.summary()["remark"]
    failed = 0
    for estimate in rough.estimates():
        expected = "given all; what-if" if ".all-" in estimate.name else "given all"  # of one nature alone
        if estimate.not_quotable is not None:
            expected += f"; not converged: {estimate.not_quotable}"
            failed += 1
        assert remarks[estimate.name] == expected
    assert 0 < failed < len(remarks)


# --- draws -------------------------------------------------------------------------------


def test_a_column_has_the_draws_of_a_quantity(posterior: Posterior) -> None:
    names = ["rounds.mixed@2024-06-14", "load", "rounds.mixed@2023-12/day"]
    frame = posterior.to_dataframe(names)
    assert list(frame.columns) == names
    assert frame.index.names == ["chain", "draw"]
    for name in names:
        assert_array_equal(frame[name], posterior.draws(name).ravel())
    assert_array_equal(frame["load"].loc[3], posterior.draws("load")[3])
    assert frame.attrs["units"] == dict(zip(names, ["rounds", "share", "rounds per day"], strict=True))
    assert (frame.attrs["run"], frame.attrs["marks"]) == (posterior.digest, [])


def test_by_default_all_standard_quantities_are_there(small: Posterior) -> None:
    assert tuple(small.to_dataframe().columns) == small.keys()
    day = dt.date(2030, 2, 3)
    assert tuple(small.to_dataframe(at=[day]).columns) == small.estimates(at=[day]).keys()


def test_thinned_draws_are_every_so_many_of_each_run(small: Posterior) -> None:
    thinned = small.to_dataframe(["load"], thin=5)
    assert_array_equal(thinned["load"], small["load"][:, ::5].ravel())
    places = list(range(0, small.shape[1], 5))
    assert thinned.index.to_list() == [(chain, place) for chain in range(4) for place in places]


@pytest.mark.parametrize("thin", [0, -1, 513])
def test_some_draw_must_be_left(small: Posterior, thin: int) -> None:
    with pytest.raises(UsageError, match=f"thin must be from 1 to 512, not {thin}"):
        small.to_dataframe(thin=thin)


def test_memory_is_bounded(small: Posterior) -> None:
    names = ["load", "capacity.mixed"]
    needed = 2 * 8 * 4 * 512 * len(names)  # two copies of so many numbers of eight bytes
    with limits.raised({"memory": needed}):
        assert small.to_dataframe(names).shape == (2048, 2)
    message = r"^a data frame of 2,048 draws of 2 quantities needs"
    with limits.raised({"memory": needed - 1}), pytest.raises(LimitError, match=message):
        small.to_dataframe(names)


def test_an_unknown_name_is_answered_with_close_ones(small: Posterior) -> None:
    with pytest.raises(UnknownNameError, match=r"did you mean load\?"):
        small.to_dataframe(["laod"])


# --- refusals ----------------------------------------------------------------------------


def test_the_gate_holds_for_the_whole_table(rough: Posterior) -> None:
    strict = dataclasses.replace(rough, allow_unconverged=False)
    with pytest.raises(ConvergenceError, match="has not converged"):
        strict.summary()


def test_draws_of_a_run_that_must_not_be_quoted_are_refused(
    small: Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = dataclasses.replace(small, allow_unconverged=False)
    monkeypatch.setattr(type(strict.sampler_report), "not_quotable", property(lambda _: "it stopped early"))
    with pytest.raises(ConvergenceError, match="the run has not converged: it stopped early"):
        strict.to_dataframe(["load"])


def test_without_pandas_the_way_to_install_it_is_named(
    small: Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    estimates = small.estimates()
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    message = r"this needs pandas: install it with pip install 'shellcount\[nuts\]'"
    for frame in (small.to_dataframe, small.summary, estimates.to_dataframe):
        with pytest.raises(UsageError, match=message):
            frame()


def test_draws_are_refused_before_they_are_quoted(posterior: Posterior) -> None:
    posterior.require_converged("load", posterior.draws("load"))
    drifting = np.arange(np.prod(posterior.shape), dtype=float).reshape(posterior.shape)
    message = r"^my number has not converged: R-hat is .*; draw more \(points=8192, now 2048\), or allow"
    with pytest.raises(ConvergenceError, match=message):
        posterior.require_converged("my number", drifting)
    dataclasses.replace(posterior, allow_unconverged=True).require_converged("my number", drifting)
