"""Single claims are evaluated in blocks, at draws that are few, different and spread over all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from building import one_claim_case
from made_up import ALL, Sizes, made_up
from shellcount.maths.arrays import Array
from shellcount.model.design import design_of
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import Model, build_model
from shellcount.parallel.crew import Crew
from shellcount.posterior import pointwise as module
from shellcount.posterior.pointwise import draws_used, lower, pointwise, shares


def draws_of(model: Model, size: int) -> dict[str, Array]:
    """Coordinates near the prior's middle, of four runs."""
    rng = np.random.default_rng(1)
    return {name: 0.3 * rng.standard_normal((4, size)) for name in model.informed}


@pytest.mark.parametrize("rows", [1, 13, 300, 100_000])
def test_draws_are_different_and_lie_evenly(rows: int) -> None:
    size = 65_536
    at = draws_used(rows, size)
    assert np.unique(at).size == at.size
    gaps = np.diff(at)
    assert gaps.max() < 3 * size / at.size
    # Of each run of 4,096 draws, a like share.
    counts = np.bincount(at // 4096, minlength=16)
    assert counts.max() - counts.min() <= 4


def test_where_there_are_few_draws_all_are_used() -> None:
    assert draws_used(4, 100).tolist() == list(range(100))


def test_blocks_say_of_each_claim_what_all_at_once_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = build_model(made_up(Sizes(claims=40, forms=ALL)), "all")
    coordinates = draws_of(model, 25)
    (whole,) = pointwise(model, coordinates)
    monkeypatch.setattr(module, "_BLOCK", 100 * 7)  # seven claims
    blocks = list(pointwise(model, coordinates))
    assert [len(each.design.fitted) for each in blocks] == [7, 7, 7, 7, 7, 5]
    assert tuple(fitted for each in blocks for fitted in each.design.fitted) == model.fitted
    for part in ("log_density", "off", "locations"):
        together = np.concatenate([getattr(each, part) for each in blocks])
        assert together == pytest.approx(getattr(whole, part), rel=1e-9)
    for function in (lower, shares):
        together = np.concatenate([function(model, each) for each in blocks])
        assert together == pytest.approx(function(model, whole), rel=1e-9)


def test_densities_and_percentiles_are_those_of_each_report() -> None:
    model = build_model(made_up(Sizes(claims=30, forms=ALL)), "all")
    coordinates = draws_of(model, 25)
    (found,) = pointwise(model, coordinates)
    evaluation = Evaluation(model, lambda name: coordinates[name].reshape(-1), (100,))
    below = lower(model, found)
    for place, fitted in enumerate(model.fitted):
        location = evaluation.location(fitted.readings[0])
        report = model.reporting[fitted.claim.id]
        density = report.log_density(fitted.claim.stated, location)
        assert found.log_density[place] == pytest.approx(density, rel=1e-9)
        assert below[place] == pytest.approx(report.cdf(fitted.claim.stated, location), abs=1e-12)


def test_nothing_is_evaluated_where_nothing_was_fitted() -> None:
    assert list(pointwise(build_model(one_claim_case(), "counts-but:only"), {})) == []


def test_arrays_stay_within_a_block_however_many_claims_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    largest = []

    def watched(*arguments: object) -> object:
        design = design_of(*arguments)  # type: ignore[arg-type]
        largest.append(len(design.claim_at))
        return design

    monkeypatch.setattr(module, "design_of", watched)
    monkeypatch.setattr(module, "_BLOCK", 2**12)
    for claims in (50, 400):
        model = build_model(made_up(Sizes(claims=claims)))
        for found in pointwise(model, draws_of(model, 64)):
            assert found.locations.size <= 2**12
    assert sum(largest) == 450


def test_draws_in_parts_have_the_values_of_all_together() -> None:
    model = build_model(made_up(Sizes(claims=10, claimants=3, forms=ALL)), "all")
    coordinates = draws_of(model, 501)
    (alone,) = pointwise(model, coordinates)
    with ThreadPoolExecutor(3) as threads:
        crew = Crew(threads, 3)
        (parted,) = pointwise(model, coordinates, crew)
        assert (lower(model, parted, crew) == lower(model, alone)).all()
    for name in ("locations", "biases", "log_density", "off"):
        assert (getattr(parted, name) == getattr(alone, name)).all()
