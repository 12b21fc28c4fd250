"""Steps sum to the move, each is what a refit says, and what cannot stand alone is counted together."""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib.metadata
import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

import pytest

from building import edited, one_claim_case
from shellcount.analysis import Parts, analyse_apart
from shellcount.case.changes import Change as Value
from shellcount.case.changes import with_changes
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.comparison import attribution, grouping
from shellcount.comparison.attribution import Attribution, Step, attribute
from shellcount.comparison.differences import difference, run_difference
from shellcount.comparison.grouping import Between, End, is_current
from shellcount.errors import EvidenceError, ShellcountError
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.results import Results
from shellcount.results.run import Run

MINIMAL = load_case(Path(__file__).parents[1] / "cases" / "good_minimal.toml")
ROUNDS = "rounds.mixed@2024-01-31"
CONTAINERS = "containers.everything@2024-01-31"
QUICK: dict[str, Any] = {"seed": 1, "runs": 8, "engine": "smc", "particles": 256, "allow_unconverged": True}
CHANGES: dict[str, Value] = {"claim.only": 3000, "load": (0.3, 0.7), "first_rate_per_day": (20, 120)}


def fitted(case: Case, **options: Any) -> Posterior:
    return fit(case, **{**QUICK, **options})


def end(posterior: Posterior, *names: str) -> End:
    return End(posterior.case, posterior.run, {name: posterior.estimate(name).p50 for name in names})


def between(old: End, new: End, **options: Any) -> Attribution:
    givens = (old.run.given, new.run.given)
    changes = (*difference(old.case, new.case, givens), *run_difference(old.run, new.run))
    return attribute(old, new, changes, **options)


def after(changes: dict[str, Value], **options: Any) -> End:
    return end(fitted(one_claim_case(changes), **options), ROUNDS, CONTAINERS)


@pytest.fixture(scope="module")
def old() -> End:
    return after({})


@pytest.fixture(scope="module")
def new() -> End:
    return after(CHANGES)


@pytest.fixture(scope="module")
def found(old: End, new: End) -> Attribution:
    return between(old, new)


def total(old: End, new: End, name: str) -> float:
    return math.log(new.medians[name] / old.medians[name])


# --- steps -------------------------------------------------------------------------------


def test_one_change_explains_all_of_the_move_without_a_refit(old: End) -> None:
    new = after({"claim.only": 3000})
    found = between(old, new)
    (step,) = found.steps[ROUNDS]
    assert step.paths == ("claim.only",)
    assert step.log_step == step.forward == step.reverse == pytest.approx(total(old, new, ROUNDS))
    assert step.step == pytest.approx(new.medians[ROUNDS] - old.medians[ROUNDS])
    assert (found.refits, found.remarks) == (0, ())


@pytest.mark.parametrize("name", [ROUNDS, CONTAINERS])
def test_steps_sum_to_the_move_in_either_order(name: str, old: End, new: End, found: Attribution) -> None:
    steps = found.steps[name]
    assert [step.paths for step in steps] == [
        ("claim.only",),
        ("priors.first_rate_per_day",),
        ("priors.load",),
    ]
    for way in ("log_step", "forward", "reverse"):
        assert sum(getattr(step, way) for step in steps) == pytest.approx(total(old, new, name))
    change = new.medians[name] - old.medians[name]
    assert sum(step.step for step in steps) == pytest.approx(change)


def test_each_refit_is_analysed_once_for_all_names(
    old: End, new: End, found: Attribution, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysed: list[int] = []

    def analysing(case: Case, parts: Sequence[Parts], *, run: Run) -> list[Results | ShellcountError]:
        analysed.append(len(parts))
        return analyse_apart(case, parts, run=run)

    monkeypatch.setattr(attribution, "analyse_apart", analysing)
    assert between(old, new) == found
    assert analysed == [1] * found.refits


def test_a_step_has_the_sign_of_what_it_does(found: Attribution) -> None:
    claim, _, load = found.steps[ROUNDS]
    assert claim.log_step == pytest.approx(math.log(1.5), abs=0.1)
    assert load.log_step < -0.2
    assert found.steps[CONTAINERS][2].log_step == pytest.approx(0, abs=1e-12)


def test_a_step_is_the_mean_of_both_orders_each_as_fitted(old: End, new: End, found: Attribution) -> None:
    first, second, third = found.steps[ROUNDS]
    for step in (first, second, third):
        assert step.log_step == pytest.approx((step.forward + step.reverse) / 2)
    one = after({"claim.only": 3000})
    two = after({"claim.only": 3000, "first_rate_per_day": (20, 120)})
    assert first.forward == pytest.approx(total(old, one, ROUNDS))
    assert second.forward == pytest.approx(total(one, two, ROUNDS))
    last = after({"load": (0.3, 0.7)})
    assert third.reverse == pytest.approx(total(old, last, ROUNDS))
    both = after({"load": (0.3, 0.7), "first_rate_per_day": (20, 120)})
    assert first.reverse == pytest.approx(total(both, new, ROUNDS))
    assert first.forward != first.reverse


def test_every_distinct_case_is_refit_once(found: Attribution) -> None:
    assert found.refits == 4


def test_an_executor_changes_no_digit_and_progress_ends_at_one(
    old: End, new: End, found: Attribution
) -> None:
    shares: list[float] = []
    with ThreadPoolExecutor(2) as executor:
        assert between(old, new, executor=executor, progress=shares.append) == found
    assert shares == [0.25, 0.5, 0.75, 1.0]


# --- what made the runs ------------------------------------------------------------------


def test_seed_sizes_and_conditioning_are_changes_like_others(old: End) -> None:
    new = after({"load": (0.3, 0.7)}, seed=2, runs=4, given="all")
    paths = [step.paths for step in between(old, new).steps[ROUNDS]]
    assert paths == [("priors.load",), ("run.given",), ("run.settings",), ("run.seed",)]


def test_another_engine_comes_with_its_sizes(old: End) -> None:
    run = dataclasses.replace(old.run, engine="nuts", settings={"runs": 4, "draws": 100, "tune": 100}, seed=9)
    new = dataclasses.replace(old, run=run)
    made = Between(old, new, run_difference(old.run, run))
    groups, _ = made.groups()
    assert groups == [{"run.seed"}, {"run.engine", "run.settings"}]
    _, mixture = made.task(groups[1])
    assert (mixture.engine, mixture.settings) == ("nuts", run.settings)
    _, mixture = made.task(groups[0])
    assert (mixture.engine, mixture.settings, mixture.seed) == ("smc", old.run.settings, 9)


def aged(side: End, factor: float, **versions: str) -> End:
    """A side as other versions would have made it: its medians off by a factor."""
    run = dataclasses.replace(side.run, versions={**side.run.versions, **versions})
    return End(side.case, run, {name: factor * median for name, median in side.medians.items()})


def test_what_other_versions_did_is_found_by_refitting_the_old_side(old: End, new: End) -> None:
    before = aged(old, 1.25, numpy="1.0")
    found = between(before, new)
    steps = found.steps[ROUNDS]
    assert [step.paths for step in steps][-1] == ("run.versions",)
    assert steps[-1].log_step == pytest.approx(-math.log(1.25))
    assert steps[-1].step == pytest.approx(-0.25 * old.medians[ROUNDS])
    assert sum(step.log_step for step in steps) == pytest.approx(total(before, new, ROUNDS))
    assert found.refits == 5


def test_versions_alone_explain_all_without_a_refit(old: End) -> None:
    before = aged(old, 1.25, numpy="1.0")
    found = between(before, old)
    (step,) = found.steps[ROUNDS]
    assert step.paths == ("run.versions",)
    assert step.log_step == pytest.approx(-math.log(1.25))
    assert found.refits == 0


def test_two_old_sides_are_both_refit(old: End, new: End) -> None:
    before, later = aged(old, 1.25, numpy="1.0"), aged(new, 1.5, numpy="1.0")
    found = between(before, later)
    assert found.refits == 6
    assert found.steps[ROUNDS][-1].log_step == pytest.approx(math.log(1.5 / 1.25))


def test_a_run_is_current_with_the_libraries_and_the_model_of_today(old: End) -> None:
    assert is_current(old.run)
    assert not is_current(aged(old, 1.0, numpy="1.0").run)
    assert not is_current(dataclasses.replace(old.run, model_version=0))


def test_an_engine_that_is_not_installed_is_not_current(old: End, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> NoReturn:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(grouping, "versions", missing)
    assert not is_current(old.run)


def test_numbers_that_were_changed_by_hand_are_told(old: End) -> None:
    found = between(aged(old, 1.25), old)
    assert found.steps == {}
    assert "one of the files was changed after it was written" in found.remarks[0]


# --- what cannot stand alone -------------------------------------------------------------


def with_tents(document: dict[str, Any]) -> None:
    """A nature, a scenario of it alone, a claim that is checked, and a prior that needs none of them."""
    document["priors"]["load"]["low"] = 0.6
    document["nature"] = (*document["nature"], {**document["nature"][1], "id": "tents"})
    document["scenario"] = (*document["scenario"], {"id": "all-tents", "title": "T", "mix": {"tents": 1.0}})
    claim = {**document["claim"][1], "id": "tents-held", "nature": "tents", "under_all": None}
    document["claim"] = (*document["claim"], claim)


def grouped(old: Case, new: Case, *, given: str = "counts", new_given: str | None = None) -> list[set[str]]:
    runs = [fitted(MINIMAL, runs=4, engine="smc", particles=64).run] * 2
    runs = [dataclasses.replace(runs[0], given=given), dataclasses.replace(runs[1], given=new_given or given)]
    changes = (*difference(old, new, [run.given for run in runs]), *run_difference(*runs))
    made = Between(End(old, runs[0], {}), End(new, runs[1], {}), changes)
    groups, _ = made.groups()
    for place in range(len(groups) + 1):
        for side in (groups[:place], groups[place:]):
            assert made.case(frozenset[str]().union(*side)) is not None
    return [set(group) for group in groups]


def test_a_scenario_is_counted_together_with_the_nature_that_it_needs() -> None:
    new = edited(MINIMAL, with_tents)
    expected = [{"priors.load"}, {"nature.tents", "scenario.all-tents"}]
    assert grouped(MINIMAL, new) == expected
    assert grouped(new, MINIMAL) == expected


def test_a_claim_that_is_fitted_is_counted_together_with_its_nature() -> None:
    def fitted_too(document: dict[str, Any]) -> None:
        with_tents(document)
        document["claim"][-1].update(under_all={}, as_of=dt.date(2025, 2, 1))
        document["scenario"] = document["scenario"][:-1]

    new = edited(MINIMAL, fitted_too)
    assert grouped(MINIMAL, new, given="all") == [{"claim.tents-held", "nature.tents"}, {"priors.load"}]


def test_the_first_scope_that_becomes_another_is_one_change_with_it() -> None:
    def narrowed(document: dict[str, Any]) -> None:
        document["scope"] = ({**document["scope"][1], "share": None},)

    assert grouped(MINIMAL, edited(MINIMAL, narrowed)) == [{"scope.all-aid", "scope.parcels"}]


def test_a_claim_that_was_held_out_goes_together_with_the_conditioning_that_names_it() -> None:
    new = edited(MINIMAL, lambda document: document.update(claim=document["claim"][:1]))
    together = [{"claim.could-hold", "run.given"}]
    assert grouped(MINIMAL, new, given="all-but:could-hold", new_given="counts") == together
    assert grouped(new, MINIMAL, given="counts", new_given="all-but:could-hold") == together


@pytest.mark.parametrize(
    ("given", "new_given"),
    [
        ("all-but:could-hold,crossed", "counts-but:crossed"),
        ("counts-and:could-hold", "counts"),
        ("counts-but:crossed-and:could-hold", "counts-but:crossed"),
    ],
)
def test_any_claim_that_a_conditioning_names_goes_together_with_it(given: str, new_given: str) -> None:
    new = edited(MINIMAL, lambda document: document.update(claim=document["claim"][:1]))
    together = [{"claim.could-hold", "run.given"}]
    assert grouped(MINIMAL, new, given=given, new_given=new_given) == together
    assert grouped(new, MINIMAL, given=new_given, new_given=given) == together


def test_the_only_claim_that_is_fitted_may_make_room_for_another() -> None:
    def another(document: dict[str, Any]) -> None:
        document["claim"] = ({**document["claim"][0], "id": "other", "value": 500.0}, document["claim"][1])

    assert grouped(MINIMAL, edited(MINIMAL, another)) == [{"claim.crossed"}, {"claim.other"}]


def test_more_changes_than_can_be_refit_are_counted_by_table(
    old: End, new: End, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "MOST_CHANGES", 2)
    found = between(old, new)
    assert [step.paths for step in found.steps[ROUNDS]] == [
        ("claim.only",),
        ("priors.first_rate_per_day", "priors.load"),
    ]
    assert found.remarks == ("3 changes are too many to refit one by one, and are grouped by table",)


# --- what goes wrong ---------------------------------------------------------------------


def test_a_refit_that_fails_is_told_and_nothing_explained(
    old: End, new: End, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise EvidenceError("cannot be\nreconciled")

    monkeypatch.setattr(attribution, "analyse_apart", fail)
    found = between(old, new)
    assert found.steps == {}
    assert found.remarks == ("the moves are not explained, because a refit failed: cannot be reconciled",)


def test_a_refit_that_has_not_converged_is_told(case: Case) -> None:
    few = {"engine": "smc", "particles": 64, "runs": 4, "given": "all", "seed": 3}
    sides = [
        end(fitted(one, **few), "capacity.mixed")
        for one in (case, with_changes(case, {"load": (0.5, 0.9), "mix_spread": 0.5}))
    ]
    found = between(*sides)
    assert found.remarks == ("a refit between the two has not converged, so the steps are approximate",)
    assert len(found.steps["capacity.mixed"]) == 2


def test_an_estimate_that_some_mixture_lacks_is_not_explained(old: End, new: End) -> None:
    ends = zip((old, new), (1.0, 2.0), strict=True)
    before, later = (
        dataclasses.replace(side, medians={**side.medians, "nothing": value}) for side, value in ends
    )
    found = between(before, later)
    assert set(found.steps) == {ROUNDS, CONTAINERS}
    assert found.remarks == ("not explained, because a case between the two lacks the estimate: nothing",)


def test_a_step_is_a_frozen_value(found: Attribution) -> None:
    step = found.steps[ROUNDS][0]
    assert isinstance(step, Step)
    with pytest.raises(dataclasses.FrozenInstanceError):
        step.step = 0.0  # type: ignore[misc]
