"""The likelihood of a claim is the sum over its components, sound and off, however they are laid out."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import logsumexp

from building import case_of
from claims import OPEN, with_every_form, with_many
from shellcount.case.reading import load_case
from shellcount.maths.arrays import Array
from shellcount.maths.reporting import Reporting
from shellcount.model.coordinates import Coordinates
from shellcount.model.design import Design, design_of
from shellcount.model.evaluation import Evaluation
from shellcount.model.likelihood import log_densities, log_parts, off_chances, stated_values
from shellcount.model.model import build_model

MODEL = build_model(with_every_form(load_case()), "all")
DESIGN = MODEL.design
STATED = stated_values(DESIGN)
PERIOD = {"since": dt.date(2024, 2, 3), "as_of": dt.date(2024, 3, 9)}
NONE: dict[str, Any] = {"id": "none", **PERIOD, "value": 0.0, "hedge": None, "resolution": 100.0}
COUNT: dict[str, Any] = {"id": "count", "hedge": "at_least"}
DATED: dict[str, Any] = {"id": "dated", "value": 1000.0, **OPEN}


def robust(document: dict[str, Any]) -> None:
    document["robustness"] = {"outlier_share": 0.05, "outlier_scale": 0.5}


def near(design: Design, points: int = 20) -> Array:
    """Locations about what the claims state, within and far beyond their errors."""
    rng = np.random.default_rng(1)
    centre = []
    for place in design.claim_at:
        fitted, each = design.fitted[place], design.reporting[place]
        centre.append(math.log(each.resolution) if each.kernel is None else each.link(fitted.claim.stated))
    return np.array(centre)[:, None] + rng.choice([0.05, 0.5, 5.0], points) * rng.standard_normal(
        (len(centre), points)
    )


def one_by_one(design: Design, locations: Array, stated: dict[str, float]) -> Array:
    """The log density of each claim, by its own reports and scipy's sum."""
    found = []
    for place, (fitted, reporting) in enumerate(zip(design.fitted, design.reporting, strict=True)):
        rows = np.flatnonzero(design.claim_at == place)
        parts = [
            part + design.log_prior[row]
            for row in rows
            for part in reporting.log_parts(stated[fitted.claim.id], locations[row])
        ]
        found.append(logsumexp(parts, axis=0))
    return np.array(found)


def test_every_form_of_claim_has_the_density_of_its_components_summed_by_scipy() -> None:
    locations = near(DESIGN)
    assert len(DESIGN.rows.components) > len(DESIGN.fitted)
    assert {each.kernel is None for each in DESIGN.reporting} == {True, False}
    assert {each.logit for each in DESIGN.reporting} == {True, False}
    assert_allclose(
        log_densities(DESIGN, locations, STATED), one_by_one(DESIGN, locations, STATED), rtol=1e-11
    )


def test_parts_are_those_of_each_component_with_its_probability() -> None:
    locations = near(DESIGN)
    sound, off = log_parts(DESIGN, locations, STATED)
    for row, place in enumerate(DESIGN.claim_at):
        stated = STATED[DESIGN.fitted[place].claim.id]
        expected = DESIGN.reporting[place].log_parts(stated, locations[row])
        assert_allclose(sound[row] - DESIGN.log_prior[row], expected[0], rtol=1e-11, atol=1e-12)
        assert_allclose(off[row] - DESIGN.log_prior[row], expected[1], rtol=1e-11, atol=1e-12)


def test_other_figures_than_those_stated_have_the_same_noise() -> None:
    locations = near(DESIGN)
    others = {name: value * 0.9 if value else 1.0 for name, value in STATED.items()}
    # Something seen has no density of being off, nor any where there is nothing to see.
    assert_allclose(
        log_densities(DESIGN, locations, others), one_by_one(DESIGN, locations, others), rtol=1e-11
    )


def test_stated_values_are_those_of_the_claims() -> None:
    assert STATED["month"] == 1000
    assert STATED["none"] == 0
    assert STATED["range"] == pytest.approx(math.sqrt(1.2e6 * 2.8e6))


@pytest.mark.parametrize("shape", [(), (1,), (3, 4)])
def test_locations_may_have_any_shape(shape: tuple[int, ...]) -> None:
    locations = np.resize(near(DESIGN), (len(DESIGN.claim_at), *shape))
    found = log_densities(DESIGN, locations, STATED)
    assert found.shape == (len(DESIGN.fitted), *shape)
    flat = log_densities(DESIGN, locations.reshape(len(locations), -1), STATED)
    assert (found.reshape(flat.shape) == flat).all()


# --- claims among others -----------------------------------------------------------------


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_claim_of_none_has_its_own_density_wherever_it_stands(place: int) -> None:
    names = ["a", "b", "c"]
    claims = [{**COUNT}, {**DATED}]
    claims.insert(place, {**NONE})
    model = build_model(
        case_of(*({**claim, "id": name} for claim, name in zip(claims, names, strict=True)), edit=robust)
    )
    locations = near(model.design)
    found = log_densities(model.design, locations, stated_values(model.design))
    row = locations[model.design.first[place]]
    assert_allclose(found[place], np.log(0.95 * np.exp(-np.exp(row) / 100) + 0.05), rtol=1e-12)
    assert_allclose(found, one_by_one(model.design, locations, stated_values(model.design)), rtol=1e-11)


def test_claims_of_none_alone_need_no_figures() -> None:
    design = build_model(case_of(NONE, edit=robust)).design
    locations = np.log([[1.0, 100.0, 1e6]])
    expected = np.log(0.95 * np.exp(-np.exp(locations) / 100) + 0.05)
    assert_allclose(log_densities(design, locations, stated_values(design)), expected, rtol=1e-12)


def test_none_seen_up_to_an_open_date_is_averaged_over_its_dates() -> None:
    claim = {"value": 0.0, "hedge": None, "resolution": 100.0, **OPEN}
    design = build_model(case_of(claim, edit=robust)).design
    locations = np.log(np.linspace(1, 900, len(design.claim_at)))[:, None]
    stated = stated_values(design)
    each = 0.95 * np.exp(-np.exp(locations) / 100) + 0.05
    assert len(design.claim_at) == 9
    expected = np.log(np.exp(design.log_prior) @ each)
    assert_allclose(log_densities(design, locations, stated)[0], expected, rtol=1e-12)
    sound, off = log_parts(design, locations, stated)
    assert_allclose(off[:, 0], np.log(0.05) + design.log_prior, rtol=1e-12)
    assert_allclose(np.exp(sound) + np.exp(off), np.exp(design.log_prior)[:, None] * each, rtol=1e-12)


def test_the_order_of_claims_moves_only_their_rows() -> None:
    fitted, back = MODEL.fitted, tuple(reversed(MODEL.fitted))
    turned = design_of(MODEL.case, back, MODEL.reporting)
    locations = near(DESIGN)
    own = {name: locations[DESIGN.claim_at == place] for place, name in enumerate(STATED)}
    moved = np.concatenate([own[each.claim.id] for each in back])
    found = log_densities(turned, moved, STATED)
    assert [each.claim.id for each in fitted] == list(STATED)
    assert (found[::-1] == log_densities(DESIGN, locations, STATED)).all()


def test_the_order_of_the_components_of_a_claim_changes_nothing_but_rounding() -> None:
    rng = np.random.default_rng(3)
    order = np.concatenate(
        [rng.permutation(np.flatnonzero(DESIGN.claim_at == p)) for p in range(len(STATED))]
    )
    shuffled = dataclasses.replace(DESIGN, log_prior=DESIGN.log_prior[order])
    locations = near(DESIGN)
    assert_allclose(
        log_densities(shuffled, locations[order], STATED),
        log_densities(DESIGN, locations, STATED),
        rtol=1e-12,
    )


# --- what is impossible, and what nearly is ----------------------------------------------


def sound_only(document: dict[str, Any]) -> None:
    document["robustness"] = {"outlier_share": 0.0}


@pytest.mark.parametrize("claim", [COUNT, DATED], ids=["one component", "several"])
def test_an_impossible_claim_has_no_density_and_raises_no_warning(claim: dict[str, Any]) -> None:
    design = build_model(case_of(claim, edit=sound_only)).design
    locations = np.full((len(design.claim_at), 3), 1e200)
    locations[:, 1] = -1e200
    locations[:, 2] = math.log(2000)
    found = log_densities(design, locations, stated_values(design))[0]
    assert found[:2].tolist() == [-np.inf, -np.inf]
    assert np.isfinite(found[2])


def test_components_that_are_impossible_leave_the_others() -> None:
    design = build_model(case_of(DATED, edit=sound_only)).design
    locations = np.full((len(design.claim_at), 1), 1e200)
    locations[4] = math.log(1000)
    (found,) = log_densities(design, locations, stated_values(design))
    (reporting,) = design.reporting
    expected = design.log_prior[4] + reporting.log_density(1000.0, locations[4])
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("share", [0.0, 0.05])
def test_something_seen_where_nothing_is_has_no_density(share: float) -> None:
    design = build_model(case_of(COUNT, NONE, edit=robust)).design
    design = dataclasses.replace(
        design,
        reporting=tuple(
            Reporting(each.kernel, each.resolution, each.logit, share, 0.5) for each in design.reporting
        ),
    )
    found = log_densities(design, np.array([[7.6], [-800.0]]), {"count": 2000.0, "none": 1.0})
    assert np.isfinite(found[0])
    assert found[1] == -np.inf


def test_a_claim_that_may_be_off_is_never_impossible() -> None:
    design = build_model(case_of(COUNT, DATED, NONE, edit=robust)).design
    for error in (1.0, 1e3, 1e6):
        for sign in (-1, 1):
            at = np.full((len(design.claim_at), 1), math.log(2000) + sign * error)
            assert np.isfinite(log_densities(design, at, stated_values(design))).all()


# --- many claims -------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 40, 300])
def test_claims_in_parts_are_those_of_all_at_once(count: int) -> None:
    model = build_model(with_many(load_case(), count))
    design = model.design
    assert [part.rows.start for part in design.parts[1:]] == [part.rows.stop for part in design.parts[:-1]]
    assert sum(part.claims.stop - part.claims.start for part in design.parts) == count
    assert len(design.parts) == -(-count // 128)
    z = np.random.default_rng(5).standard_normal((len(model.informed), 9))
    evaluation = Evaluation(model, Coordinates(model.layout, z), (9,))
    assert_allclose(model.log_likelihood(z), model.log_densities(evaluation).sum(axis=0), rtol=1e-12)


def test_the_components_of_a_claim_stay_in_one_part() -> None:
    claims = [{**DATED, "id": f"claim-{place:03}", "value": 1000.0 + place} for place in range(40)]
    design = build_model(case_of(*claims, edit=robust)).design
    assert len(design.parts) > 1
    for part in design.parts:
        assert (design.claim_at[part.rows] >= part.claims.start).all()
        assert (design.claim_at[part.rows] < part.claims.stop).all()
        assert part.rows.stop - part.rows.start < 128 + 99  # a claim has at most 99 dates


def test_the_chance_of_being_off_is_its_part_of_the_density() -> None:
    for spread in (1.0, 300.0):  # of densities as they are, and of logarithms
        locations = spread * near(DESIGN)
        log_density, chance = off_chances(DESIGN, locations, STATED)
        assert_allclose(log_density, log_densities(DESIGN, locations, STATED), rtol=1e-12)
        _, off = log_parts(DESIGN, locations, STATED)
        for place in range(len(STATED)):
            expected = np.exp(logsumexp(off[DESIGN.claim_at == place], axis=0) - log_density[place])
            assert_allclose(chance[place], expected, rtol=1e-9)
