"""The model: what it is built from, which coordinates its claims inform, and what must not matter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from building import edited, with_claims
from shellcount.case.changes import with_changes
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.errors import UnknownNameError, UsageError
from shellcount.maths.arrays import Array
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import Model, build_model
from shellcount.posterior.fitting import fit
from shellcount.results.given import Conditioning, readings
from shellcount.results.quantity import Quantity
from shellcount.results.standard import standard

CASE = load_case()
MODEL = build_model(CASE)


# --- building ----------------------------------------------------------------------------


def test_a_model_is_built_from_text_or_from_what_the_text_means() -> None:
    assert build_model(CASE, "all-but:ua-gur-2024") == build_model(
        CASE, Conditioning("all", ("ua-gur-2024",))
    )


def test_a_model_keeps_what_it_is_given() -> None:
    assert build_model(CASE).given == Conditioning("counts")
    assert build_model(CASE, "all-but:ua-gur-2024").given == Conditioning("all", ("ua-gur-2024",))


def test_a_model_is_not_built_on_what_the_case_does_not_have() -> None:
    with pytest.raises(UnknownNameError, match="no claim is called 'nobody'"):
        build_model(CASE, "all-but:nobody")
    with pytest.raises(UsageError, match="given must be"):
        build_model(CASE, "nothing")


def test_no_claim_is_both_fit_and_checked() -> None:
    fitted = {read.claim.id: read.claim.use for read in build_model(CASE).fitted}
    assert set(fitted.values()) == {"fit"}
    assert len(fitted) == 4


# --- informed coordinates ----------------------------------------------------------------


def all_coordinates(model: Model) -> tuple[str, ...]:
    """Every coordinate that any standard quantity or any claim of the case asks for."""
    asked: set[str] = set()

    def watch(name: str) -> Array:
        asked.add(name)
        return np.zeros(1)

    evaluation = Evaluation(model, watch, (1,))
    for quantity in standard(model.case):
        evaluation.quantity(quantity)
    for claim in model.case.claim:
        if claim.quantity != "ratio":
            for read in readings(claim):
                evaluation.location(read)
    return tuple(sorted(asked))


def influential(model: Model) -> tuple[str, ...]:
    """The coordinates of which a change changes the likelihood, found by changing them.

    Far from the median, so that every limit of packing binds somewhere.
    """
    names = all_coordinates(model)
    rng = np.random.default_rng(5)
    z = {name: 3 * rng.standard_normal(2000) for name in names}

    def likelihood(coordinates: Mapping[str, Array]) -> Array:
        evaluation = Evaluation(model, coordinates.__getitem__, (2000,))
        total: Array = model.log_densities(evaluation).sum(axis=0)
        return total

    before = likelihood(z)
    return tuple(name for name in names if (likelihood(z | {name: z[name] + 0.5}) != before).any())


@pytest.mark.parametrize(
    "given_text",
    [
        "counts",
        "all",
        "counts-but:us-state-2024-02",
        "all-but:ua-gur-2024",
        "all-but:rok-mnd-2024-06",
    ],
)
def test_the_informed_coordinates_are_those_that_move_the_likelihood(given_text: str) -> None:
    model = build_model(CASE, given_text)
    assert model.informed == influential(model)


def test_a_step_that_a_claim_only_just_reaches_is_not_informed() -> None:
    begins = dt.date(2023, 9, 1) + dt.timedelta(days=20 * 14)
    model = build_model(with_changes(CASE, {"claim.rok-mnd-2024-06.as_of": begins.isoformat()}))
    assert model.informed == influential(model)
    assert "rate_step.019" in model.informed
    assert "rate_step.020" not in model.informed


def test_the_counts_inform_twenty_six_coordinates() -> None:
    assert MODEL.informed == (
        "bias.rok-mnd.containers",
        "bias.us-state.containers",
        "bias.us-white-house.containers",
        "first_rate_per_day",
        "group_bias.allied-intelligence.containers",
        "munitions_share",
        *(f"rate_step.{step:03d}" for step in range(1, 21)),
    )


@pytest.mark.parametrize(
    ("given_text", "untold"),
    [("counts", lambda name: not name.endswith(("_per_day", "munitions_share"))), ("all", lambda _: False)],
)
def test_a_quantity_is_informed_where_it_shares_a_coordinate_with_a_claim(
    given_text: str, untold: Callable[[str], bool]
) -> None:
    model = build_model(CASE, given_text)
    for name in model.parameters:
        assert model.informs(Quantity("parameter", name)) is not untold(name)
    assert model.informs(Quantity("containers", "munitions", CASE.last_date))
    assert model.informs(Quantity("capacity", "mixed")) is (given_text == "all")


# --- what must not matter ----------------------------------------------------------------


def sampled(case: Case, given_text: str = "counts") -> dict[str, Array]:
    drawn = fit(
        case, given=given_text, seed=3, runs=4, engine="smc", particles=256, allow_unconverged=True
    ).coordinates
    return dict(drawn)


def assert_same(one: Mapping[str, Array], other: Mapping[str, Array]) -> None:
    assert list(one) == list(other)
    for name, draws in one.items():
        assert (draws == other[name]).all()


@pytest.mark.parametrize("given_text", ["counts", "all"])
def test_the_order_of_claims_changes_no_digit(given_text: str) -> None:
    before = sampled(CASE, given_text)
    for order in (CASE.claim[::-1], CASE.claim[3:] + CASE.claim[:3]):
        assert_same(sampled(with_claims(CASE, order), given_text), before)


def test_repetition_by_more_sources_changes_no_digit() -> None:
    def repeat(document: dict[str, Any]) -> None:
        for claim in document["claim"]:
            claim["reports"] = (*claim["reports"], *claim["reports"], *claim["reports"])

    assert_same(sampled(edited(CASE, repeat)), sampled(CASE))


def test_a_claim_that_is_only_checked_changes_no_digit() -> None:
    changed = with_changes(CASE, {"claim.eu-deliveries-2024-06": 5e6, "claim.ua-gur-2024.hedge": "nearly"})
    assert_same(sampled(changed), sampled(CASE))


def test_two_cases_in_one_process_do_not_touch() -> None:
    before = sampled(CASE)
    other = sampled(with_changes(CASE, {"claim.rok-mnd-2024-06": 20_000}))
    assert_same(sampled(CASE), before)
    assert (other["first_rate_per_day"] != before["first_rate_per_day"]).any()


def test_a_prior_draw_moves_with_no_date_scenario_or_value_of_another_parameter() -> None:
    case = load_case()
    known = with_changes(case, {"stowage": 0.8})
    other = build_model(known, "all")
    for name in ("load", "mix.122mm-rocket", "122mm-rocket.one-row.mass_kg", "rate_step.090"):
        drawn = build_model(case).draw_prior(1, name, (4, 64))
        np.testing.assert_array_equal(drawn, other.draw_prior(1, name, (4, 64)))
        assert not np.array_equal(drawn, build_model(case).draw_prior(1, name, (4, 64), "prior."))


def test_the_claimed_quantities_grow_along_their_direction() -> None:
    model = build_model(load_case(), "all")
    names, step = model.informed, 1e-5

    def logs(z: Array) -> float:
        values = dict(zip(names, z[:, None], strict=True))
        evaluation = Evaluation(model, values.__getitem__, (1,))
        return float(np.asarray(evaluation.log_quantities(model.design.rows)).sum())

    slopes = [(logs(step * row) - logs(-step * row)) / (2 * step) for row in np.eye(len(names))]
    np.testing.assert_allclose(model.claimed_direction, slopes, atol=1e-6)
