"""Parameters and derived quantities as named arrays hold each coordinate once, under its labels."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from typing import Any

import pytest

from building import edited, one_claim_case
from shellcount.case.changes import Change, with_changes
from shellcount.case.kinds import KINDS
from shellcount.case.schema import Case
from shellcount.maths.priors import Z95, Prior
from shellcount.model.evaluation import coordinates_used
from shellcount.model.model import Model, build_model
from shellcount.model.variables import Variable, coordinate_names, coordinate_values, free_variables
from shellcount.results.given import readings
from shellcount.results.standard import standard

STOWS = (
    "152mm-howitzer.complete",
    "152mm-howitzer.projectile",
    "122mm-howitzer.complete",
    "122mm-rocket.one-row",
    "122mm-rocket.two-rows",
)
STEPS = tuple(str(dt.date(2023, 9, 1) + dt.timedelta(days=14 * step)) for step in range(1, 21))
NATURES = ("152mm-howitzer", "122mm-howitzer", "122mm-rocket")
TOLD_OF = {
    "counts": ("rok-mnd:containers", "us-state:containers", "us-white-house:containers"),
    "all": (
        "rok-mnd:containers",
        "ua-gur:rounds",
        "us-state:containers",
        "us-white-house:containers",
    ),
}
both = pytest.mark.parametrize("given", ["counts", "all"])


def by_name(model: Model) -> dict[str, Variable]:
    return {variable.name: variable for variable in free_variables(model)}


# --- free parameters -----------------------------------------------------------------------


@both
def test_free_variables_have_the_names_labels_and_kinds_of_the_case(case: Case, given: str) -> None:
    model = build_model(case, given)
    found = [(v.name, v.dim, v.labels, v.priors[0].kind) for v in free_variables(model)]
    assert found == [
        ("first_rate_per_day", None, (), "lognormal"),
        ("rate_step", "change", STEPS, "normal"),
        ("munitions_share", None, (), "logitnormal"),
        ("artillery_share", None, (), "logitnormal"),
        ("load", None, (), "logitnormal"),
        ("payload_share", None, (), "logitnormal"),
        ("stowage", None, (), "logitnormal"),
        ("mass_kg", "stow", STOWS, "lognormal"),
        ("volume_m3", "stow", STOWS, "lognormal"),
        ("stow_score_152mm-howitzer", "stow_of_152mm-howitzer", ("complete", "projectile"), "normal"),
        ("stow_score_122mm-rocket", "stow_of_122mm-rocket", ("one-row", "two-rows"), "normal"),
        ("mix_score", "nature", NATURES, "normal"),
        ("bias_score", "claimant_quantity", TOLD_OF[given], "normal"),
        ("group_score", "group_quantity", ("allied-intelligence:containers",), "normal"),
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
    assert steps == pytest.approx([case.priors.rate_walk_sd.value * (14 / 30.4375) ** 0.5] * 20, rel=1e-14)


def test_scores_are_standard_normal(case: Case) -> None:
    variables = by_name(build_model(case))
    for name in (
        "stow_score_152mm-howitzer",
        "stow_score_122mm-rocket",
        "mix_score",
        "bias_score",
        "group_score",
    ):
        assert set(variables[name].priors) == {Prior("normal", -Z95, Z95)}


def test_coordinates_of_a_row_follow_its_labels(case: Case) -> None:
    variables = by_name(build_model(case, "all"))
    assert variables["rate_step"].coordinates == tuple(f"rate_step.{step:03d}" for step in range(1, 21))
    assert variables["mass_kg"].coordinates == tuple(f"{stow}.mass_kg" for stow in STOWS)
    assert variables["mix_score"].coordinates == tuple(f"mix.{nature}" for nature in NATURES)
    assert variables["bias_score"].coordinates == tuple(
        f"bias.{label.replace(':', '.')}" for label in TOLD_OF["all"]
    )
    assert variables["group_score"].coordinates == ("group_bias.allied-intelligence.containers",)
    assert variables["stow_score_122mm-rocket"].coordinates == (
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
        "bias_score",
    ]


@pytest.mark.parametrize(
    ("change", "gone"),
    [({"rate_walk_sd": 0.0}, "rate_step"), ({"reliability.B": 0.0}, "bias_score")],
)
def test_what_has_no_spread_is_no_variable(case: Case, change: dict[str, Change], gone: str) -> None:
    assert gone in by_name(build_model(case))
    assert gone not in by_name(build_model(with_changes(case, change)))


def test_an_unbiased_claimant_leaves_the_others_their_bias(case: Case) -> None:
    model = build_model(with_changes(case, {"reliability.C": 0.0}), "all")
    expected = tuple(label for label in TOLD_OF["all"] if not label.startswith("ua-gur"))
    assert by_name(model)["bias_score"].labels == expected


@pytest.mark.parametrize(
    ("as_of", "months"),
    [("2024-01-31", ()), ("2024-02-02", ("2024-02-01",)), ("2024-03-02", ("2024-02-01", "2024-03-01"))],
)
def test_steps_run_from_the_second_to_that_of_the_last_date(as_of: str, months: tuple[str, ...]) -> None:
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
        if KINDS[claim.quantity].known:
            for read in readings(claim):
                assert names >= set(coordinates_used(model, lambda e, at=read: e.location(at)))  # type: ignore[misc]


def test_labels_of_dates_are_dates_and_others_text() -> None:
    assert coordinate_values("date", ["2024-02-26"]).dtype == "datetime64[s]"
    assert coordinate_values("cargo", ["a", "bc"]).tolist() == ["a", "bc"]


def test_variables_have_units_and_names_in_words(case: Case) -> None:
    found = {name: (each.units, each.long_name) for name, each in by_name(build_model(case)).items()}
    assert found["first_rate_per_day"] == ("containers per day", "daily rate at first")
    assert found["mass_kg"] == ("kg", "gross mass of an item")
    assert found["artillery_share"] == ("1", "artillery share")


def test_variables_cannot_be_changed(case: Case) -> None:
    (first, *_) = free_variables(build_model(case))
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.name = "other"  # type: ignore[misc]
