"""Times as sums over steps are what their days in each step say, however long and wherever they are."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from building import case_of
from shellcount.case.flow import Span, days_in_steps, steps_until
from shellcount.case.schema import Case
from shellcount.maths.arrays import Array
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import build_model
from shellcount.model.sums import sums_of


def flowing(flow: dict[str, Any], *pauses: tuple[str, str]) -> Case:
    def edit(document: dict[str, Any]) -> None:
        document["flow"] = flow
        document["pause"] = tuple(
            {"since": dt.date.fromisoformat(since), "as_of": dt.date.fromisoformat(until), "basis": "made up"}
            for since, until in pauses
        )

    return case_of({}, edit=edit)


CASES = {
    "fortnights": flowing({"step_days": 14}),
    "days": flowing({"step_days": 1}, ("2024-01-20", "2024-02-12"), ("2024-02-10", "2024-02-15")),
    "weeks with pauses": flowing(
        {"step_days": 7}, ("2024-01-03", "2024-01-05"), ("2024-02-01", "2024-03-01")
    ),
    "months": flowing({"step": "month"}, ("2024-05-30", "2024-06-02")),
}
moments = st.one_of(st.integers(-5, 400).map(float), st.floats(-5, 400))


def sent(case: Case, times: list[Span], spread: float = 1.0) -> tuple[Array, Array]:
    """What is sent in times by their sums, and by their days in each step."""
    model = build_model(case)

    def coordinate(name: str) -> Array:
        return spread * np.random.default_rng([len(name), *name.encode()]).standard_normal(3)

    ours = Evaluation(model, coordinate, (3,))
    steps = max(steps_until(case, time.end) for time in times)
    relative = ours.rates(steps) / ours.rates(1)
    days = np.zeros((len(times), steps))
    for row, time in zip(days, times, strict=True):
        counted = days_in_steps(case, time)
        row[: len(counted)] = counted
    with np.errstate(divide="ignore"):
        found = np.exp(ours.log_sent(sums_of(case, times)))
    return found, np.einsum("ts,sp->tp", days, relative)


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=40, deadline=None)
@given(pairs=st.lists(st.tuples(moments, moments), min_size=1, max_size=6))
def test_sums_are_those_of_the_days_in_each_step(name: str, pairs: list[tuple[float, float]]) -> None:
    times = [Span(min(pair), max(pair)) for pair in pairs]
    found, expected = sent(CASES[name], times)
    assert_allclose(found, expected, rtol=1e-10, atol=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_times_from_the_first_shipment_on_are_cumulated_exactly(name: str) -> None:
    found, expected = sent(CASES[name], [Span(0.0, float(day)) for day in range(1, 400)])
    assert_allclose(found, expected, rtol=1e-12)


def test_a_late_time_keeps_its_digits_after_far_more_was_sent() -> None:
    # As a difference of two cumulated sums, all digits of what came after would be lost.
    case = CASES["days"]
    found, expected = sent(case, [Span(300.0, 390.0), Span(0.0, 390.0)], spread=-40.0)
    assert (expected[0] / expected[1]).min() < 1e-18
    assert_allclose(found, expected, rtol=1e-10)


def test_a_long_time_takes_few_parts() -> None:
    case = CASES["days"]
    sums = sums_of(case, [Span(3.0, 1000.0), Span(0.0, 1000.0), Span(5.0, 6.0)])
    assert sums.steps == 1000
    assert len(sums.terms) <= 2 + 2 * 10
    assert sums.order.tolist() == [1, 0, 2]
    assert (sums.weights[:, 1] != 0).sum() == 1


def test_no_times_are_no_sums() -> None:
    sums = sums_of(CASES["days"], [])
    assert (sums.before.size, sums.terms.size, sums.order.size) == (0, 0, 0)
