"""Parameters and derived quantities as named arrays hold each coordinate once, under its labels."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from itertools import product
from typing import Any

import numpy as np
import pytest

from building import edited, one_claim_case
from shellcount.case.changes import Change, with_changes
from shellcount.case.schema import Case
from shellcount.maths.arrays import Array
from shellcount.maths.priors import Z95, Prior
from shellcount.model.evaluation import Evaluation, coordinates_used
from shellcount.model.model import Model, build_model
from shellcount.model.variables import (
    Variable,
    claim_variable,
    coordinate_names,
    derived_quantities,
    free_variables,
)
from shellcount.results.given import readings
from shellcount.results.names import parse_quantity
from shellcount.results.standard import standard
from shellcount.results.when import standard_dates

STOWS = (
    "152mm-howitzer.complete",
    "152mm-howitzer.projectile",
    "122mm-howitzer.complete",
    "122mm-rocket.one-row",
    "122mm-rocket.two-rows",
)
MONTHS = ("2023-10", "2023-11", "2023-12", *(f"2024-0{month}" for month in range(1, 7)))
NATURES = ("152mm-howitzer", "122mm-howitzer", "122mm-rocket")
TOLD_OF = {
    "counts": ("rok-mnd.containers", "us-state.containers", "us-white-house.containers"),
    "all": (
        "rok-mnd.containers",
        "rok-mnd.capacity",
        "ua-gur.rounds",
        "us-state.containers",
        "us-white-house.containers",
    ),
}
both = pytest.mark.parametrize("given", ["counts", "all"])


def by_name(model: Model) -> dict[str, Variable]:
    return {variable.name: variable for variable in free_variables(model)}


def random_evaluation(model: Model, size: int = 5, seed: int = 1) -> Evaluation[Array]:
    """The quantities at random coordinates."""
    rng = np.random.default_rng(seed)
    values: dict[str, Array] = {}

    def coordinate(name: str) -> Array:
        return values.setdefault(name, rng.standard_normal(size))

    return Evaluation(model, coordinate)


# --- free parameters -----------------------------------------------------------------------


@both
def test_free_variables_have_the_names_labels_and_kinds_of_the_case(case: Case, given: str) -> None:
    model = build_model(case, given)
    found = [(v.name, v.dim, v.labels, v.priors[0].kind) for v in free_variables(model)]
    assert found == [
        ("first_rate_per_day", None, (), "lognormal"),
        ("rate_step", "month", MONTHS, "normal"),
        ("munitions_share", None, (), "logitnormal"),
        ("artillery_share", None, (), "logitnormal"),
        ("load", None, (), "logitnormal"),
        ("payload_share", None, (), "logitnormal"),
        ("stowage", None, (), "logitnormal"),
        ("mass_kg", "stow", STOWS, "lognormal"),
        ("volume_m3", "stow", STOWS, "lognormal"),
        ("stow_score.152mm-howitzer", "stow_of.152mm-howitzer", ("complete", "projectile"), "normal"),
        ("stow_score.122mm-rocket", "stow_of.122mm-rocket", ("one-row", "two-rows"), "normal"),
        ("mix_score", "nature", NATURES, "normal"),
        ("bias", "claimant", TOLD_OF[given], "normal"),
    ]


@both
def test_every_row_has_a_coordinate_a_prior_and_a_label_for_each_element(case: Case, given: str) -> None:
    for variable in free_variables(build_model(case, given)):
        assert len(variable.coordinates) == len(variable.priors) == max(1, len(variable.labels))
        assert len({prior.kind for prior in variable.priors}) == 1


@both
def test_every_coordinate_belongs_to_one_variable(case: Case, given: str) -> None:
    model = build_model(case, given)
    held = Counter(name for variable in free_variables(model) for name in variable.coordinates)
    assert set(held.values()) == {1}
    assert held.keys() >= set(model.informed)
    needed = coordinates_used(
        model, lambda evaluation: [evaluation.quantity(entry) for entry in standard(case)]
    )
    assert held.keys() == set(needed) | set(model.informed)


@both
def test_a_row_has_the_priors_of_the_case(case: Case, given: str) -> None:
    model = build_model(case, given)
    variables = by_name(model)
    for name in ("first_rate_per_day", "munitions_share", "load", "stowage"):
        assert variables[name].priors == (model.priors[name],)
    for measure in ("mass_kg", "volume_m3"):
        assert variables[measure].priors == tuple(model.priors[f"{stow}.{measure}"] for stow in STOWS)
    steps = [prior.sigma for prior in variables["rate_step"].priors]
    assert steps == pytest.approx([case.priors.rate_walk_sd.value] * 9, rel=1e-14)
    sds = [model.bias_sd[label.split(".")[0]] for label in variables["bias"].labels]
    assert [prior.sigma for prior in variables["bias"].priors] == pytest.approx(sds, rel=1e-14)
    assert [prior.mu for prior in variables["bias"].priors] == [0.0] * len(sds)


def test_scores_are_standard_normal(case: Case) -> None:
    variables = by_name(build_model(case))
    for name in ("stow_score.152mm-howitzer", "stow_score.122mm-rocket", "mix_score"):
        assert set(variables[name].priors) == {Prior("normal", -Z95, Z95)}


def test_coordinates_of_a_row_follow_its_labels(case: Case) -> None:
    variables = by_name(build_model(case, "all"))
    assert variables["rate_step"].coordinates == tuple(f"rate_step.{month:03d}" for month in range(1, 10))
    assert variables["mass_kg"].coordinates == tuple(f"{stow}.mass_kg" for stow in STOWS)
    assert variables["mix_score"].coordinates == tuple(f"mix.{nature}" for nature in NATURES)
    assert variables["bias"].coordinates == tuple(f"bias.{label}" for label in TOLD_OF["all"])
    assert variables["stow_score.122mm-rocket"].coordinates == (
        "122mm-rocket.one-row.share",
        "122mm-rocket.two-rows.share",
    )


def test_a_small_case_has_no_rows_for_what_it_does_not_have() -> None:
    # One nature in one stow, one scope, and a claim within the first month.
    assert [variable.name for variable in free_variables(build_model(one_claim_case()))] == [
        "first_rate_per_day",
        "load",
        "payload_share",
        "stowage",
        "mass_kg",
        "volume_m3",
        "bias",
    ]


@pytest.mark.parametrize(
    ("change", "gone"),
    [({"rate_walk_sd": 0.0}, "rate_step"), ({"reliability.B": 0.0}, "bias")],
)
def test_what_has_no_spread_is_no_variable(case: Case, change: dict[str, Change], gone: str) -> None:
    assert gone in by_name(build_model(case))
    assert gone not in by_name(build_model(with_changes(case, change)))


def test_an_unbiased_claimant_leaves_the_others_their_bias(case: Case) -> None:
    model = build_model(with_changes(case, {"reliability.C": 0.0}), "all")
    expected = tuple(label for label in TOLD_OF["all"] if not label.startswith("ua-gur"))
    assert by_name(model)["bias"].labels == expected


@pytest.mark.parametrize(
    ("as_of", "months"),
    [("2024-01-31", ()), ("2024-02-01", ("2024-02",)), ("2024-03-01", ("2024-02", "2024-03"))],
)
def test_months_run_from_the_second_to_that_of_the_last_date(as_of: str, months: tuple[str, ...]) -> None:
    def put_off(document: dict[str, Any]) -> None:
        document["claim"][0]["as_of"] = dt.date.fromisoformat(as_of)

    variables = by_name(build_model(edited(one_claim_case(), put_off)))
    assert ("rate_step" in variables) == bool(months)
    if months:
        assert variables["rate_step"].labels == months


# --- all coordinates -----------------------------------------------------------------------


def test_coordinate_names_are_the_same_whatever_is_fit(case: Case) -> None:
    names = coordinate_names(build_model(case))
    assert coordinate_names(build_model(case, "all")) == names == tuple(sorted(set(names)))


@both
def test_coordinate_names_cover_every_estimate_and_every_reading(case: Case, given: str) -> None:
    model = build_model(case, given)
    names = set(coordinate_names(model))
    assert names >= {name for variable in free_variables(model) for name in variable.coordinates}
    for claim in case.claim:
        if claim.quantity != "ratio":
            for read in readings(claim):
                assert names >= set(coordinates_used(model, lambda e, at=read: e.location(at)))  # type: ignore[misc]


# --- derived quantities --------------------------------------------------------------------


def test_derived_quantities_are_arrays_by_date_and_subject(case: Case) -> None:
    days = tuple(day.isoformat() for day in standard_dates(case))
    scenarios = ("mixed", *(f"all-{nature}" for nature in NATURES))
    assert [
        (d.name, dict(zip(d.dims, d.labels, strict=True))) for d in derived_quantities(build_model(case))
    ] == [
        ("containers", {"scope": ("military", "munitions", "artillery"), "date": days}),
        ("rounds", {"scenario": scenarios, "date": days}),
        ("capacity", {"cargo": (*NATURES, "mixed")}),
        ("stow_mix", {"stow": STOWS}),
        ("mix", {"nature": NATURES}),
    ]


NAMES = {
    "containers": "containers.{scope}@{date}",
    "rounds": "rounds.{scenario}@{date}",
    "capacity": "capacity.{cargo}",
    "stow_mix": "{stow}.share",
    "mix": "mix.{nature}",
}


@pytest.mark.parametrize("of_one_claim", [False, True])
def test_every_element_is_the_estimate_of_that_name(case: Case, *, of_one_claim: bool) -> None:
    model = build_model(one_claim_case() if of_one_claim else case)
    evaluation = random_evaluation(model)
    for derived in derived_quantities(model):
        for at in product(*derived.labels):
            value = derived.value(evaluation, at)
            if len(model.case.nature) == 1 and derived.name in {"stow_mix", "mix"}:
                assert value == 1
                continue
            if at == ("122mm-howitzer.complete",):  # in one stow only
                assert value == 1
                continue
            named = parse_quantity(
                model.case, NAMES[derived.name].format(**dict(zip(derived.dims, at, strict=True)))
            )
            np.testing.assert_array_equal(value, evaluation.quantity(named))


def test_a_claim_is_observed_under_its_own_name(case: Case) -> None:
    names = [claim_variable(read) for read in build_model(case, "all").fitted]
    assert names == [f"claim.{read.claim.id}" for read in build_model(case, "all").fitted]
    assert len(set(names)) == len(names)


def test_variables_cannot_be_changed(case: Case) -> None:
    (first, *_) = free_variables(build_model(case))
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.name = "other"  # type: ignore[misc]
