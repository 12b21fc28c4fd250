"""Parts of a view, from results."""

import dataclasses

import pytest

from shellcount.analysis import Parts, analyse
from shellcount.explore.composing import (
    amounts_of,
    compose_density,
    compose_tornado,
    compose_verdicts,
    step_of,
)
from shellcount.explore.findings import Found
from shellcount.posterior.posterior import Posterior
from shellcount.results.density import Density
from shellcount.results.results import Results


@pytest.fixture(scope="module")
def results(posterior: Posterior) -> Results:
    return analyse(posterior, Parts(figures=False, drivers=True))


def test_steps_go_on_by_factors_of_two_and_more() -> None:
    assert [step_of(100.0, turn) for turn in range(5)] == [100.0, 200.0, 500.0, 1000.0, 2000.0]


def test_amounts_are_where_the_answer_is_rounded_to(results: Results) -> None:
    amounts = amounts_of(results.answer, 0.0, 3.05e6)
    assert amounts[:3] == (1e5, 2e5, 3e5)
    assert amounts[-1] == 3e6
    assert len(amounts_of(results.answer, 0.0, 1e9)) <= 160
    assert amounts_of(results.answer, 2.01e6, 2.02e6) == (2.1e6,)


def test_an_axis_begins_at_zero_unless_all_lies_far_from_it(results: Results) -> None:
    answer, name = results.answer, results.answer.name
    near = Found(results, Density(name, "rounds", ((5e5, 1.0), (2e6, 4.0), (5e6, 1.0))))
    drawn = compose_density(near, None, (), label="rounds")
    assert (drawn.axis.low, drawn.axis.high, drawn.case) == (0.0, 5e6, None)
    assert [height for _, height in drawn.now.points] == [0.25, 1.0, 0.25]
    middle = answer.p50
    narrow = dataclasses.replace(answer, p05=middle, p25=middle, p75=middle, p95=middle)
    estimates = {**results.estimates, name: narrow}
    far = Found(
        dataclasses.replace(results, estimates=estimates, supporting={}),
        Density(name, "rounds", ((1.9e6, 0.1), (answer.p50, 5.0), (2.2e6, 0.1))),
    )
    alone = compose_density(far, None, (), label="rounds").axis
    assert alone.low > 1.5e6
    assert all(alone.low <= tick.at <= alone.high for tick in alone.ticks)
    both = compose_density(far, near, [("pinned", near)], label="rounds")
    assert both.axis.low == 0.0
    assert both.case is not None
    assert [curve.label for curve in both.pins] == ["pinned"]
    assert max(height for _, height in both.case.points) == pytest.approx(0.8)


def test_what_has_no_spread_has_no_curve(results: Results) -> None:
    known = Found(results, Density(results.answer.name, "rounds", ()))
    drawn = compose_density(known, None, (), label="rounds")
    assert drawn.now.points == ()
    assert drawn.axis.high >= results.answer.p95


def test_verdicts_that_flip_are_told(results: Results) -> None:
    first, *others = results.checks
    flipped = dataclasses.replace(
        results, checks=type(results.checks)((dataclasses.replace(first, verdict="very low"), *others))
    )
    found = {each.claim: each for each in compose_verdicts(flipped, results)}
    assert [each.claim for each in found.values() if each.changed] == [first.claim]
    assert (found[first.claim].verdict, found[first.claim].was) == ("very low", first.verdict)
    assert found[first.claim].meaning == "Lower than the model predicts: the chance is below 1%."
    fitted = {each.claim.id for each in results.fitted}
    assert {claim for claim, each in found.items() if each.verdict == "fitted"} == fitted


def test_a_tornado_ends_with_what_no_driver_has_alone(results: Results) -> None:
    found = compose_tornado(results.drivers)
    assert found is not None
    assert [bar.kind for bar in found.bars][-1] == ""
    assert sum(bar.share for bar in found.bars) == pytest.approx(1.0)
    assert compose_tornado(None) is None
