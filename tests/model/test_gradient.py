"""The gradient of the likelihood is that of differences, for every form of claim, near and far."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from building import case_of
from claims import with_every_form, with_many
from shellcount.case.blank import starting_text
from shellcount.case.reading import load_case, parse_case
from shellcount.case.schema import Case
from shellcount.maths.arrays import Array
from shellcount.model.model import Model, build_model

CASES = {
    "shipped": load_case(),
    "grain": load_case("black-sea-grain-2022"),
    "channel": load_case("channel-2023"),
    "blank": parse_case(starting_text("blank").encode(), origin="blank.toml"),
    "every form": with_every_form(load_case()),
}
STEP = 1e-4


def differences(model: Model, z: Array) -> Array:
    """Slopes by central differences of fourth order."""
    found = []
    for row in range(len(z)):
        shift = np.zeros_like(z)
        shift[row] = STEP

        def at(steps: int, shift: Array = shift) -> Array:
            return model.log_likelihood(z + steps * shift)

        found.append((8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * STEP))
    return np.array(found)


def points(model: Model, spread: float, count: int = 6) -> Array:
    return spread * np.random.default_rng(1).standard_normal((len(model.informed), count))


@pytest.mark.parametrize("spread", [0.1, 1.0, 4.0])
@pytest.mark.parametrize("given", ["counts", "all"])
@pytest.mark.parametrize("name", CASES)
def test_the_gradient_is_that_of_differences(name: str, given: str, spread: float) -> None:
    model = build_model(CASES[name], given)
    z = points(model, spread)
    log_l, gradient = model.log_likelihood_and_gradient(z)
    assert_allclose(log_l, model.log_likelihood(z), rtol=1e-13)
    expected = differences(model, z)
    # Where the limits of packing cross within a step, differences mix the two sides.
    near = np.isclose(gradient, expected, rtol=1e-5, atol=1e-6 * np.abs(log_l))
    assert near.mean() > 0.995


def test_figures_other_than_those_stated_have_their_own_gradient() -> None:
    model = build_model(CASES["every form"], "all")
    z = points(model, 1.0)
    others = {name: value * 0.9 if value else 1.0 for name, value in model.stated.items()}
    log_l, gradient = model.log_likelihood_and_gradient(z, others)
    assert_allclose(log_l, model.log_likelihood(z, others), rtol=1e-13)
    shift = STEP * np.random.default_rng(2).standard_normal((len(z), 1))
    sides = [model.log_likelihood(z + side * shift, others) for side in (1, -1)]
    assert_allclose((gradient * shift).sum(axis=0), (sides[0] - sides[1]) / 2, rtol=1e-5)
    in_order = np.array([others[fitted.claim.id] for fitted in model.fitted])
    assert (model.log_likelihood_and_gradient(z, in_order)[1] == gradient).all()


def sound_only(document: dict[str, Any]) -> None:
    document["robustness"] = {"outlier_share": 0.0}


FORMS: dict[str, Case] = {
    "may be off": case_of({"id": "one", "hedge": "at_least"}),
    "sound": case_of({"id": "one", "hedge": "at_least"}, edit=sound_only),
    "symmetric": case_of({"id": "one", "hedge": "about"}, edit=sound_only),
    "none": case_of({"id": "one", "value": 0.0, "hedge": None, "resolution": 100.0}, edit=sound_only),
}


@pytest.mark.parametrize("name", FORMS)
def test_far_from_every_claim_slopes_are_those_of_the_density(name: str) -> None:
    model = build_model(FORMS[name])
    rate = model.informed.index("first_rate_per_day")
    z = np.zeros((len(model.informed), 2))
    z[rate] = [-30.0, 3.0 if name == "none" else 30.0]
    log_l, gradient = model.log_likelihood_and_gradient(z)
    assert np.isfinite(log_l).all()
    assert_allclose(gradient[rate], differences(model, z)[rate], rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("name", FORMS)
def test_beyond_measure_the_gradient_is_finite(name: str) -> None:
    model = build_model(FORMS[name])
    z = np.zeros((len(model.informed), 4))
    z[model.informed.index("first_rate_per_day")] = [-1e4, 1e4, 1e160, -1e160]
    log_l, gradient = model.log_likelihood_and_gradient(z)
    assert np.isfinite(gradient).all()
    assert not gradient[:, np.isneginf(log_l)].any()


def test_a_model_without_claims_is_flat() -> None:
    model = build_model(CASES["shipped"], "counts-but:" + ",".join(build_model(CASES["shipped"]).stated))
    log_l, gradient = model.log_likelihood_and_gradient(np.empty((0, 3)))
    assert log_l.tolist() == [0.0, 0.0, 0.0]
    assert gradient.shape == (0, 3)


def test_unknown_claims_are_not_passed_over() -> None:
    model = build_model(CASES["shipped"])
    with pytest.raises(KeyError, match="rok-mnd"):
        model.log_likelihood_and_gradient(points(model, 1.0), {"nobody": 1.0})


def test_many_claims_have_the_slopes_of_all_their_parts() -> None:
    model = build_model(with_many(load_case(), 300))
    assert len(model.design.parts) > 1
    z = points(model, 0.5, count=300)
    log_l, gradient = model.log_likelihood_and_gradient(z)
    assert_allclose(log_l, model.log_likelihood(z), rtol=1e-12)
    shift = STEP * np.random.default_rng(2).standard_normal((len(z), 1))
    sides = [model.log_likelihood(z + side * shift) for side in (1, -1)]
    assert_allclose((gradient * shift).sum(axis=0), (sides[0] - sides[1]) / 2, rtol=1e-4)
