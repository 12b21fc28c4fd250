"""Proposals are densities, carry points to where they say, and survive as arrays."""

from __future__ import annotations

import numpy as np
import pytest

from shellcount.engines.proposal import Bend, Points, Proposal, require_proposal
from shellcount.maths.arrays import Array
from shellcount.maths.student_mixture import Mixture

RUNS, POINTS, DIMENSION = 4, 4096, 4


def proposal(*, bent: bool = True, prior_share: float = 0.1) -> Proposal:
    """Two components in two leading directions, one further direction, and one of the prior."""
    basis, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(DIMENSION, DIMENSION)))
    factors = np.array([[[0.9, 0.0], [0.3, 0.8]], [[1.1, 0.0], [-0.2, 1.0]]])
    mixture = Mixture(np.array([0.3, 0.7]), np.array([[0.5, -0.4], [-0.3, 0.2]]), factors, 8.0)
    bends = np.array([[0.1, -0.1, 0.05]]) if bent else np.zeros((0, 0))
    bend = Bend(np.array([0.1, 0.0]), np.array([1.0, 1.2]), bends)
    slopes, offset, factor = np.array([[0.4, -0.2]]), np.array([0.1]), np.array([[1.0]])
    return Proposal(basis, mixture, slopes, offset, factor, bend, prior_share)


def placed(of: Proposal) -> tuple[Array, Array]:
    points = Points(np.random.default_rng(2), RUNS, DIMENSION)
    runs = [points.place(run, of, POINTS) for run in range(RUNS)]
    return np.concatenate([z for z, _ in runs], axis=1), np.concatenate([ratio for _, ratio in runs])


@pytest.mark.parametrize("bent", [False, True])
def test_the_mean_ratio_of_prior_to_proposal_is_1_and_weighs_points_to_the_prior(*, bent: bool) -> None:
    z, log_ratio = placed(proposal(bent=bent))
    weights = np.exp(log_ratio)
    assert weights.mean() == pytest.approx(1, abs=0.01)
    assert (z * weights).mean(axis=1) == pytest.approx(np.zeros(DIMENSION), abs=0.03)
    assert (z * weights) @ z.T / z.shape[1] == pytest.approx(np.eye(DIMENSION), abs=0.08)


@pytest.mark.parametrize("prior_share", [0.0, 0.1])
def test_the_ratio_of_a_carried_point_is_that_at_its_place(prior_share: float) -> None:
    of = proposal(prior_share=prior_share)
    z, log_ratio = placed(of)
    assert log_ratio == pytest.approx(of.log_ratio(z), abs=1e-9)


def test_no_ratio_is_above_one_over_the_share_of_the_prior() -> None:
    far = 30 * np.random.default_rng(3).normal(size=(DIMENSION, 100))
    assert proposal().log_ratio(far).max() <= -np.log(0.1) + 1e-12


def test_the_shares_of_the_components_are_those_of_the_points() -> None:
    of = proposal(bent=False, prior_share=0.0)
    first = of.basis[:, :2].T @ placed(of)[0]
    assert first.mean(axis=1) == pytest.approx(of.mixture.shares @ of.mixture.means, abs=0.02)


def test_a_bend_has_the_slopes_of_its_differences() -> None:
    bend = Bend(np.array([0.3]), np.array([1.5]), np.array([[0.2, -0.1, 0.03]]))
    at, step = np.linspace(-4, 4, 41)[None], 1e-6
    assert bend.slopes(at) == pytest.approx((bend.at(at + step) - bend.at(at - step)) / (2 * step), abs=1e-8)
    assert bend.at(np.array([[100.0]])) == pytest.approx(bend.at(np.array([[0.3 + 4 * 1.5]])))


def test_arrays_make_the_same_proposal_again() -> None:
    arrays = proposal().arrays()
    require_proposal(arrays, DIMENSION)
    (one, ratio), (other, again) = placed(proposal()), placed(Proposal.of_arrays(arrays))
    assert (one == other).all()
    assert (ratio == again).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"means": np.zeros((2, 3))}, "do not fit together"),
        ({"bend": np.zeros((1, 2))}, "do not fit together"),
        ({"offset": np.array([np.nan])}, "not finite"),
        ({"shares": np.array([-0.3, 1.3])}, "negative weight"),
        ({"prior_share": np.array(1.0)}, "negative weight"),
    ],
)
def test_arrays_that_are_no_proposal_are_refused(change: dict[str, Array], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        require_proposal({**proposal().arrays(), **change}, DIMENSION)
