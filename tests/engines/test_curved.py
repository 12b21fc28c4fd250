"""Coordinates about a bent ridge, and what is served along it that is refused without them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from made_up import Sizes, made_up
from shellcount.engines.curved import Curved, Path, proposal_of, require_arrays
from shellcount.engines.importance import draw, draw_again, redraw, sample
from shellcount.engines.modes import Mode
from shellcount.engines.proposal import Proposal
from shellcount.engines.settings import Settings
from shellcount.engines.straightening import straightened
from shellcount.engines.target import Target
from shellcount.maths.arrays import Array
from shellcount.maths.student_mixture import Mixture
from shellcount.model.model import build_model

GRID = np.linspace(-9, 9, 20_001)


def product(z: Array) -> tuple[Array, Array]:
    """Claims of the product of a rate and a share, and one of each further coordinate."""
    share = 1 / (1 + np.exp(-z[1]))
    away = (0.2 - z[0] - np.log(share)) / 0.05
    slope = np.concatenate([away[None] / 0.05, (1 - share)[None] * away / 0.05, 1 - z[2:]])
    return -0.5 * away**2 - 0.5 * ((1 - z[2:]) ** 2).sum(axis=0), slope


def of_two(z: Array) -> tuple[Array, Array]:
    """A ridge, and beside it a second mode four standard deviations away, of which a climb may not tell."""
    log_l, slope = product(z)
    near, far = -0.5 * (z[2] / 0.2) ** 2, -0.5 * ((z[2] - 3) / 0.2) ** 2 - 1.0
    both = np.logaddexp(near, far)
    share = np.exp(near - both)
    slope = slope.copy()
    slope[2] += -(z[2] - 3 * (1 - share)) / 0.04
    return log_l + both, slope


@pytest.fixture(scope="module")
def curved() -> Curved:
    """A proposal along the ridge of the product."""
    at = np.array([0.9, 0.0, 0.5, 0.5])
    precise = np.array([1.0, 0.5, 0, 0]) / 0.05
    mode = Mode(at, 0.0, np.outer(precise, precise) + np.diag([0, 0, 1, 1.0]))
    path = Path(straightened(product, mode, np.random.default_rng(1), prior_share=0.1))
    nothing = Mixture(np.ones(1), np.zeros((1, 1)), 1.5 * np.ones((1, 1, 1)), 20.0)
    return Curved(path, Proposal.leading(np.eye(4), nothing))


def u_of(count: int) -> Array:
    """Points about the origin."""
    return np.random.default_rng(2).normal(size=(4, count))


# --- coordinates ---------------------------------------------------------------------------


def test_coordinates_are_carried_there_and_back(curved: Curved) -> None:
    u = u_of(20)
    assert curved.path.straight(curved.path.bent(u)) == pytest.approx(u, abs=1e-9)


def test_the_volume_is_the_determinant_of_differences(curved: Curved) -> None:
    u, step = u_of(1), 1e-5 * np.eye(4)
    jacobian = (curved.path.bent(u + step) - curved.path.bent(u - step)) / 2e-5
    assert np.linalg.slogdet(jacobian)[1] == pytest.approx(curved.path.log_volume, abs=1e-6)


def test_slopes_along_the_path_are_those_of_differences(curved: Curved) -> None:
    target = curved.path.target(Target(lambda z: product(z)[0], product))
    by_differences = curved.path.target(Target(lambda z: product(z)[0]))
    log_l, slope = target.with_gradient(u_of(5))
    again, differences = by_differences.with_gradient(u_of(5))
    assert log_l == pytest.approx(again, rel=1e-9)
    assert slope == pytest.approx(differences, rel=1e-4, abs=1e-4)


def test_the_ridge_is_nearly_standard_normal_about_its_path(curved: Curved) -> None:
    target = curved.path.target(Target(lambda z: product(z)[0], product))
    log_l = target.log_l(u_of(2000))
    assert log_l.std() < 2  # along straight lines it falls by hundreds


def test_points_have_the_ratio_of_their_places(curved: Curved) -> None:
    rng = np.random.default_rng(3)
    normals, uniform, radius = rng.normal(size=(4, 50)), np.sort(rng.random(50)), np.ones(50)
    z, log_ratio = curved.carry(normals, uniform, radius)
    assert curved.log_ratio(z) == pytest.approx(log_ratio, abs=1e-9)
    end = int((uniform < 0.9).sum())
    assert z[:, end:] == pytest.approx(normals[:, end:])  # from the prior itself


def test_the_density_of_the_proposal_has_integral_one(curved: Curved) -> None:
    rng = np.random.default_rng(4)
    normals, uniform = rng.normal(size=(4, 40_000)), np.sort(rng.random(40_000))
    radius = np.sqrt(10 / rng.standard_gamma(10, 40_000))
    _, log_ratio = curved.carry(normals, uniform, radius)
    # The mean over its own points of the prior's density over its own is that of the prior.
    assert np.exp(log_ratio).mean() == pytest.approx(1, abs=0.05)


# --- what is written -----------------------------------------------------------------------


def test_arrays_of_a_proposal_are_read_back(curved: Curved) -> None:
    arrays = curved.arrays()
    require_arrays(arrays, 4)
    z = u_of(9)
    assert (proposal_of(arrays).log_ratio(z) == curved.log_ratio(z)).all()


def without(name: str) -> Callable[[dict[str, Array]], object]:
    """Take an array away."""
    return lambda arrays: arrays.pop(name)


WRONG: dict[str, Callable[[dict[str, Array]], object]] = {
    "no basis": without("basis"),
    "no basis of the path": without("path_basis"),
    "no points of the prior": lambda arrays: arrays.update(path_prior_share=np.array(0.0)),
    "not a number": lambda arrays: arrays.update(path_offset=np.full(3, np.nan)),
    "too few directions": lambda arrays: arrays.update(
        path_slopes=np.zeros((2, 1)),
        path_offset=np.zeros(2),
        path_factor=np.eye(2),
        path_bend=np.zeros((2, 4)),
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_arrays_of_no_proposal_are_refused(wrong: str, curved: Curved) -> None:
    arrays = dict(curved.arrays())
    WRONG[wrong](arrays)
    with pytest.raises(ValueError, match="its proposal"):
        require_arrays(arrays, 4)


# --- what is served ------------------------------------------------------------------------


def test_a_made_up_case_that_was_refused_is_served() -> None:
    model = build_model(made_up(Sizes(claims=30, claimants=4, steps=24)), "counts")
    sizes = Settings("is", points=1024).sizes()
    coordinates, report = draw(model, 2, sizes, lambda _: None)
    assert report.refusal is None
    assert report.effective_share > 0.05
    # By smc, 16 runs of 1,024 particles: 17.12, of a standard deviation of 0.08.
    assert np.mean(report.run_log_evidence) == pytest.approx(17.12, abs=0.1)
    assert "path_basis" in report.again
    again = draw_again(model, 2, sizes, report.again)
    assert all((again[name] == coordinates[name]).all() for name in model.informed)


def ridge_of_two() -> tuple[float, float, float]:
    """Log evidence, chance of the far mode, and mean of the second coordinate, by quadrature."""
    prior = np.exp(-0.5 * GRID**2) / np.sqrt(2 * np.pi)
    scale = np.sqrt(1 + 0.05**2)
    away = (0.2 - np.log(1 / (1 + np.exp(-GRID)))) / scale
    along = prior * np.exp(-0.5 * away**2) * 0.05 / scale
    third = prior * np.exp(-0.5 * (1 - GRID) ** 2)
    near, far = (
        np.trapezoid(third * np.exp(-0.5 * ((GRID - at) / 0.2) ** 2 - less), GRID)
        for at, less in ((0, 0), (3, 1))
    )
    total = np.trapezoid(along, GRID)
    fourth = -0.25 - 0.5 * np.log(2)
    evidence = float(np.log(total) + np.log(near + far) + 3 * fourth)
    return evidence, float(far / (near + far)), float(np.trapezoid(GRID * along, GRID) / total)


def test_a_ridge_with_a_second_mode_has_the_chances_of_quadrature(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: dict[str, Any] = {"runs": 8, "points": 1024, "draws": 1024}
    monkeypatch.setattr("shellcount.engines.importance._ATTEMPTED", 0)
    monkeypatch.setattr("shellcount.engines.importance._of_a_run", lambda *_: 64)  # the first is refused
    monkeypatch.setattr("shellcount.engines.weighing._LEAST_EFFECTIVE", 60.0)
    sampled = sample(lambda z: of_two(z)[0], 6, rng=np.random.default_rng(1), gradient=of_two, **sizes)
    evidence, far, mean = ridge_of_two()
    assert sampled.refusal is None
    assert "path_basis" in sampled.proposal
    assert np.log(np.exp(sampled.log_evidence).mean()) == pytest.approx(evidence, abs=0.05)
    assert (sampled.draws[2] > 1.5).mean() == pytest.approx(far, abs=0.03)
    assert sampled.draws[1].mean() == pytest.approx(mean, abs=0.05)
    again = redraw(sampled.proposal, sampled.chosen, np.random.default_rng(1), points=1024)
    assert (again == sampled.draws).all()
