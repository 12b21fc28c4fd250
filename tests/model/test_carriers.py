"""The flow is a walk of daily rates, and what is sent is their sum over days."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from building import case_of
from shellcount.case.changes import with_changes
from shellcount.case.flow import Span, days_in_steps
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.maths.arrays import Array
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import build_model
from shellcount.results.quantity import Quantity

SHELLS = load_case()
POINTS = 40


def fortnights(document: dict[str, Any]) -> None:
    document["flow"] = {"step_days": 14}


def evaluation(case: Case, points: int = POINTS) -> Evaluation[Array]:
    """The model at points, each coordinate with numbers of its own."""

    def coordinate(name: str) -> Array:
        return np.random.default_rng([len(name), *name.encode()]).standard_normal(points)

    return Evaluation(build_model(case), coordinate, (points,))


def sent(case: Case, subject: str, day: dt.date, since: dt.date | None = None) -> Array:
    return evaluation(case).quantity(Quantity("containers", subject, day, since))


# --- rates -------------------------------------------------------------------------------


def test_a_step_walks_as_far_as_its_length_allows() -> None:
    case = case_of({"as_of": dt.date(2025, 1, 1)}, edit=fortnights)
    rng = np.random.default_rng(2)
    draws: dict[str, Array] = {}
    model = build_model(case)
    ours = Evaluation(model, lambda name: draws.setdefault(name, rng.standard_normal(50_000)), (50_000,))
    steps = np.diff(np.log(ours.rates(20)), axis=0)
    assert steps.std() == pytest.approx(0.35 * math.sqrt(14 / 30.4375), rel=0.01)


def test_dates_add_up_whatever_the_steps() -> None:
    ends = [dt.date(2024, 1, 9), dt.date(2024, 2, 3), dt.date(2024, 2, 29), dt.date(2024, 7, 1)]
    for flow in ({"step_days": 14}, {"step_days": 1}, {"step_days": 30}, {"step": "month"}):

        def stepped(document: dict[str, Any], flow: dict[str, Any] = flow) -> None:
            document["flow"] = flow

        case = case_of({"as_of": ends[-1]}, edit=stepped)
        whole = sent(case, "everything", ends[-1])
        parts = [sent(case, "everything", ends[0])] + [
            sent(case, "everything", end - dt.timedelta(days=1), begin)
            for begin, end in itertools.pairwise(ends)
        ]
        assert sum(parts) == pytest.approx(whole, rel=1e-12)


@pytest.mark.parametrize("flow", [{"step_days": 14}, {"step_days": 1}, {"step": "month"}])
def test_rates_are_a_walk_of_the_log_rate(flow: dict[str, Any]) -> None:
    case = case_of({}, edit=lambda document: document.update(flow=flow))
    ours = evaluation(case)
    days = 30.4375 if "step" in flow else flow["step_days"]
    log_rate = np.log(ours.parameter("first_rate_per_day"))
    for step in range(1, 25):
        log_rate = log_rate + 0.35 * math.sqrt(days / 30.4375) * ours.coordinate(f"rate_step.{step:03d}")
        assert_allclose(ours.rates(25)[step], np.exp(log_rate), rtol=1e-12)


def test_a_flow_that_does_not_walk_has_one_rate() -> None:
    ours = evaluation(with_changes(case_of({}, edit=fortnights), {"rate_walk_sd": 0.0}))
    assert (ours.rates(9) == ours.rates(1)).all()
    assert_allclose(ours.rates(1)[0], ours.parameter("first_rate_per_day"), rtol=1e-12)


@pytest.mark.parametrize("counts", [(3, 30), (30, 3), (1, 2)])
def test_more_rates_leave_the_first_as_they_are(counts: tuple[int, int]) -> None:
    case = case_of({}, edit=fortnights)
    ours = evaluation(case)
    first, second = (ours.rates(count).copy() for count in counts)
    shared = min(counts)
    assert (len(first), len(second)) == counts
    assert (first[:shared] == second[:shared]).all()
    assert (ours.rates(counts[0]) == evaluation(case).rates(counts[0])).all()


# --- what is sent ------------------------------------------------------------------------


def test_what_is_sent_is_the_sum_of_days_times_rates() -> None:
    ours = evaluation(SHELLS)
    time = Span(9.5, 100.25)
    days = days_in_steps(SHELLS, time)
    expected = sum(day * rate for day, rate in zip(days, ours.rates(len(days)), strict=True))
    assert_allclose(ours.containers("military", time), expected, rtol=1e-12)


def test_a_scope_is_the_product_of_the_shares_down_to_it() -> None:
    ours, time = evaluation(SHELLS), Span(0.0, 100.0)
    munitions, artillery = ours.parameter("munitions_share"), ours.parameter("artillery_share")
    military = ours.containers("military", time)
    assert ours.scope_share("military") is None
    assert ours.scope_share("munitions") is munitions
    narrowest = ours.scope_share("artillery")
    assert narrowest is not None
    assert_allclose(narrowest, munitions * artillery, rtol=1e-15)
    assert_allclose(ours.containers("artillery", time), military * munitions * artillery, rtol=1e-14)


def test_carriers_of_all_scopes_at_once_are_those_of_each() -> None:
    ours = evaluation(SHELLS)
    times = (Span(0.0, 20.0), Span(30.0, 31.0), Span(0.0, 280.0))
    days = np.zeros((3, 20))
    for row, time in zip(days, times, strict=True):
        counted = days_in_steps(SHELLS, time)
        row[: len(counted)] = counted
    found = ours.by_scope(days)
    assert found.shape == (3, 3, POINTS)
    for row, time in zip(found, times, strict=True):
        for carriers, scope in zip(row, SHELLS.scope, strict=True):
            assert_allclose(carriers, ours.containers(scope.id, time), rtol=1e-12)


def test_nothing_is_sent_in_a_pause() -> None:
    def paused(document: dict[str, Any]) -> None:
        fortnights(document)
        document["pause"] = (
            {"since": dt.date(2024, 2, 10), "as_of": dt.date(2024, 2, 20), "basis": "made up"},
            {"since": dt.date(2024, 2, 15), "as_of": dt.date(2024, 2, 25), "basis": "overlaps the other"},
        )

    case = case_of({"as_of": dt.date(2024, 4, 1)}, edit=paused)
    within = sent(case, "everything", dt.date(2024, 2, 25), dt.date(2024, 2, 10))
    around = sent(case, "everything", dt.date(2024, 2, 26), dt.date(2024, 2, 9))
    single = [sent(case, "everything", day, day) for day in (dt.date(2024, 2, 9), dt.date(2024, 2, 26))]
    assert (within == 0).all()
    assert around == pytest.approx(sum(single), rel=1e-12)
