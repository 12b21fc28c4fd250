"""What follows from draws without a test of convergence: quantities, conflicts and marks."""

from __future__ import annotations

import gc
import weakref
from dataclasses import fields

import pytest
from numpy.testing import assert_array_equal

from contradicting import COUNT, TOTAL, contradicting, in_accord
from shellcount.case.changes import with_changes
from shellcount.engines.settings import Settings
from shellcount.errors import UnknownNameError
from shellcount.posterior.fitting import fit_with
from shellcount.posterior.posterior import Posterior

QUICK = Settings(seed=1, runs=4, engine="smc", particles=64, allow_unconverged=True)


@pytest.fixture(scope="module")
def apart() -> Posterior:
    return fit_with(contradicting(), QUICK)


def test_estimates_bear_the_marks_of_their_run_and_their_own(apart: Posterior) -> None:
    assert [mark.kind for mark in apart.marks] == ["conflict"]
    assert [mark.kind for mark in apart.estimate(TOTAL).marks] == ["conflict"]
    later = apart.estimate("shells.mixed@2024-03-01")
    assert [mark.kind for mark in later.marks] == ["conflict", "forecast"]
    assert "(claims conflict, forecast)" in str(later)
    assert "(claims conflict, forecast)" in later._repr_html_()


def test_marks_stand_in_what_a_notebook_shows(apart: Posterior) -> None:
    assert "(claims conflict)" in repr(apart)
    shown = apart._repr_html_()
    assert "<strong>Claims conflict: " in shown
    assert "Navy of the Coast" in shown
    assert "<strong>Claims conflict: " in apart.estimates()._repr_html_()
    assert "claims conflict" in apart.summary()["remark"].iloc[0]
    assert apart.estimates().to_dataframe().loc[COUNT, "marks"] == "claims conflict"
    assert apart.to_dataframe([COUNT]).attrs["marks"] == [mark.long for mark in apart.marks]


def test_plain_findings_bear_no_mark() -> None:
    accord = fit_with(in_accord(), QUICK)
    assert accord.marks == accord.estimate(TOTAL).marks == ()
    assert "conflict" not in repr(accord) + accord._repr_html_()
    changed = fit_with(with_changes(in_accord(), {"load": (0.5, 0.9)}), QUICK)
    assert [mark.kind for mark in changed.estimate(TOTAL).marks] == ["what-if"]
    assert changed.estimate(COUNT) == accord.estimate(COUNT) or changed.digest != accord.digest


def test_marks_do_not_make_numbers_differ(apart: Posterior) -> None:
    estimate = apart.estimate(TOTAL)
    bare = type(estimate)(
        **{each.name: getattr(estimate, each.name) for each in fields(estimate) if each.name != "marks"}
    )
    assert bare == estimate


def test_draws_are_freed_at_once() -> None:
    # In a cycle they would wait for the collector, which counts objects and not the bytes of their arrays.
    gc.disable()
    try:
        posterior = fit_with(in_accord(), QUICK)
        posterior.estimates()
        posterior.prior_evaluation.parameter("load")
        gone = weakref.ref(posterior)
        del posterior
        assert gone() is None
    finally:
        gc.enable()


# --- by name -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["load", "rounds.mixed@2024-06-14", "rounds.mixed@2023-12/day", "capacity.mixed"]
)
def test_draws_are_looked_up_by_name(posterior: Posterior, name: str) -> None:
    assert name in posterior
    assert_array_equal(posterior[name], posterior.draws(name))


def test_names_are_those_of_the_standard_estimates(posterior: Posterior) -> None:
    assert posterior.keys() == tuple(posterior) == posterior.estimates().keys()
    assert posterior._ipython_key_completions_() == list(posterior.keys())


@pytest.mark.parametrize("name", ["laod", "rounds.mixed", "rounds.mixed@2023-09-01", 3, None])
def test_other_names_are_not_in_it(posterior: Posterior, name: object) -> None:
    assert name not in posterior


def test_a_mistyped_name_is_answered_with_close_ones(posterior: Posterior) -> None:
    with pytest.raises(UnknownNameError, match=r"did you mean load\?"):
        posterior["laod"]
