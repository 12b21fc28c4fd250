"""Estimates are a tuple with names, which shows itself and becomes a data frame."""

from __future__ import annotations

import dataclasses
import html

import pytest

from shellcount.case.schema import Case
from shellcount.errors import UnknownNameError
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.estimate import Estimate, estimates_table
from shellcount.results.estimates import Estimates


@pytest.fixture(scope="module")
def estimates(posterior: Posterior) -> Estimates:
    return posterior.estimates()


def test_an_estimate_is_found_by_name_and_by_place(estimates: Estimates) -> None:
    assert all(estimates[each.name] is each is estimates[place] for place, each in enumerate([*estimates]))
    assert isinstance(estimates[:3], Estimates)
    with pytest.raises(UnknownNameError, match=r"^no estimate is called 'laod'; did you mean load\?$"):
        estimates["laod"]


def test_they_are_shown_one_to_a_line_or_as_a_table(estimates: Estimates) -> None:
    assert repr(estimates).splitlines() == [str(each) for each in estimates]
    assert estimates.table() == estimates_table(estimates)
    assert estimates._repr_html_() == estimates.table().html()
    assert Estimates()._repr_html_() == estimates_table(()).html()


def test_caveats_on_all_and_what_has_not_converged_come_first(case: Case) -> None:
    few = {"engine": "smc", "runs": 4, "particles": 64, "allow_unconverged": True}
    found = fit(case, given="all", **few).estimates()  # type: ignore[arg-type]
    failed = sum(each.not_quotable is not None for each in found)
    shown = html.unescape(found._repr_html_())
    assert [mark.short for mark in found.marks] == ["given all"]
    assert shown.startswith("<p><strong>")
    assert f"<p>not converged: {failed} of {len(found)} estimates</p><" in shown


def test_a_data_frame_has_every_digit(estimates: Estimates) -> None:
    frame = estimates.to_dataframe()
    assert frame.index.name == "name"
    assert list(frame.columns) == [field.name for field in dataclasses.fields(Estimate)][1:]
    for estimate in estimates:
        row = frame.loc[estimate.name]
        assert (row["p50"], row["mcse_p95"], row["unit"]) == (estimate.p50, estimate.mcse_p95, estimate.unit)
