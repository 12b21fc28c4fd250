"""A proposal about modes that are known has their places, their widths and their shares."""

from __future__ import annotations

import numpy as np
import pytest

from shellcount.engines.mode_mixture import Modes, completed, directions_of, regression
from shellcount.engines.modes import Mode

CURVED = np.diag([3.0, 0.0, 0.0])  # of the log likelihood: a posterior variance of 1/4 along the first
TWO = Modes.of([Mode(np.array([2.0, 0.0, 0.0]), 0.0, CURVED), Mode(np.array([-2.0, 0.0, 0.0]), 0.0, CURVED)])


def test_modes_share_by_their_evidence_and_none_has_less_than_a_tenth_of_an_even_share() -> None:
    places = np.zeros(1), np.ones(1)
    likely, other = (
        Modes.of([Mode(place, log, np.zeros((1, 1))) for place, log in zip(places, logs, strict=True)])
        for logs in ((np.log(3.0), 0.0), (50.0, 0.0))
    )
    assert likely.shares == pytest.approx([0.75, 0.25])
    assert other.shares == pytest.approx(np.array([1.0, 0.05]) / 1.05)


def test_moments_are_those_of_a_mixture_of_normals() -> None:
    mean, covariance = TWO.moments(np.eye(3))
    assert mean == pytest.approx(np.zeros(3))
    # Along the first: 1/4 within each mode, and 4 between the two.
    assert covariance == pytest.approx(np.diag([4.25, 1.0, 1.0]))
    assert TWO.apart == pytest.approx(np.diag([4.0, 0.0, 0.0]))
    assert TWO.information == pytest.approx(CURVED)


def test_the_proposal_is_led_by_what_is_informed() -> None:
    proposal = TWO.proposal()
    assert proposal.directions == 1
    assert sorted(abs(proposal.basis[:, 0])) == pytest.approx([0.0, 0.0, 1.0])
    assert sorted(proposal.mixture.means[:, 0]) == pytest.approx([-2.0, 2.0])


def test_components_about_the_modes_have_one_share_of_all() -> None:
    alone = TWO.mixture(np.eye(3), 1.0, 5.0)
    together = TWO.beside(alone, np.eye(3))
    assert together.shares == pytest.approx(np.full(4, 0.25))


def test_directions_are_in_the_order_of_what_they_tell() -> None:
    basis, lead, count = directions_of(np.diag([0.01, 9.0, 4.0]), 0.1)
    assert (lead, count) == (2, 2)
    assert np.abs(basis) == pytest.approx(np.eye(3)[:, [1, 2, 0]])


@pytest.mark.parametrize(("size", "count"), [(1, 1), (4, 4), (6, 2), (30, 9)])
def test_a_basis_is_orthonormal_and_begins_with_its_directions(size: int, count: int) -> None:
    directions = np.linalg.qr(np.random.default_rng(size).normal(size=(size, count)))[0]
    basis = completed(directions)
    assert basis.T @ basis == pytest.approx(np.eye(size), abs=1e-12)
    assert np.abs(np.vecdot(basis[:, :count].T, directions.T)) == pytest.approx(np.ones(count))


def test_a_basis_depends_neither_on_signs_nor_on_last_digits() -> None:
    rng = np.random.default_rng(7)
    # Two coordinates that count alike, as those do of which only the sum counts, and one that does not.
    rows = rng.normal(size=(6, 2))
    directions = np.linalg.qr(np.concatenate([rows, rows[:1], np.zeros((1, 2))]))[0]
    basis = completed(directions)
    for sign in (1.0, -1.0):
        moved = sign * directions + 1e-14 * rng.normal(size=directions.shape)
        assert completed(moved) == pytest.approx(basis, abs=1e-12)


def test_a_regression_has_the_slope_and_the_error_of_a_normal() -> None:
    mean, covariance = np.array([1.0, 3.0]), np.array([[4.0, 2.0], [2.0, 5.0]])
    slopes, offset, factor, _ = regression(mean, covariance, 1)
    assert (slopes.item(), offset.item()) == pytest.approx((0.5, 2.5))
    assert factor[0, 0] ** 2 == pytest.approx(1.2 * (5.0 - 1.0))  # somewhat wider than the points are


def test_moments_about_unequal_modes_are_those_about_their_mean() -> None:
    first, other = (
        Mode(np.array([1.0]), np.log(3.0), np.zeros((1, 1))),
        Mode(np.array([5.0]), 0.0, np.zeros((1, 1))),
    )
    modes = Modes.of([first, other])
    assert modes.modes == [first, other]
    mean, covariance = modes.moments(np.eye(1))
    assert mean == pytest.approx([2.0])
    assert covariance == pytest.approx(np.array([[1.0 + 0.75 * 0.25 * 16]]))


def test_the_first_proposal_is_wider_than_the_modes_and_has_their_shares_and_points_of_the_prior() -> None:
    uneven = Modes.of(
        [Mode(mode.place, log, CURVED) for mode, log in zip(TWO.modes, (np.log(4.0), 0.0), strict=True)]
    )
    proposal = uneven.proposal()
    mixture = proposal.mixture
    assert mixture.shares == pytest.approx([0.8, 0.2])
    assert mixture.factors[:, 0, 0] ** 2 == pytest.approx([1.5 / 4, 1.5 / 4])
    assert (mixture.degrees, proposal.prior_share) == (5.0, 0.12)
    # Where they lie apart, that leads although no slope tells of it.
    apart = np.diag([0.0, 9.0, 0.0])
    assert uneven.proposal(apart).directions == 2
    # A direction that loses 0.015 nats is kept, and one that loses 0.005 is not.
    for information, directions in ((0.05, 2), (0.03, 1)):
        seen = Modes.of([Mode(np.zeros(3), 0.0, np.diag([3.0, information, 0.0]))])
        assert seen.proposal().directions == directions


def test_components_about_the_modes_are_as_wide_and_of_the_degrees_as_asked_for() -> None:
    mixture = TWO.mixture(np.eye(3)[:, :1], 4.0, 7.0)
    assert mixture.degrees == 7.0
    assert mixture.factors[:, 0, 0] ** 2 == pytest.approx([1.0, 1.0])
    together = TWO.beside(mixture, np.eye(3)[:, :1])
    assert together.degrees == 7.0
    assert together.factors[2:, 0, 0] ** 2 == pytest.approx([0.25, 0.25])


@pytest.mark.parametrize(
    ("information", "lost", "expected"),
    [
        ([9.0, 4.0, 0.2], 0.1, (2, 2)),  # what is left out loses half its sum: exactly so much may be lost
        ([9.0, 4.0, 0.2], 0.09, (2, 3)),  # a further direction follows, but hardly leads
        ([9.0, 0.5, 0.5], 0.1, (1, 3)),  # half the prior's information is too little to lead
        ([0.4, 0.4, 0.4], 0.1, (1, 3)),  # one leads in any case
        ([0.0, 0.0, 0.0], 0.1, (1, 1)),
        ([9.0] * 12, 0.1, (8, 12)),
        ([9.0, 9.0, 9.0], 100.0, (1, 1)),  # none leads that does not count
    ],
)
def test_directions_count_by_what_their_loss_costs_and_lead_by_their_information(
    information: list[float], lost: float, expected: tuple[int, int]
) -> None:
    assert directions_of(np.diag(information), lost)[1:] == expected


def test_a_regression_starts_straight() -> None:
    *_, bend = regression(np.array([1.0, 3.0]), np.array([[4.0, 2.0], [2.0, 5.0]]), 1)
    assert bend.centre == pytest.approx([1.0])
    assert bend.spread == pytest.approx([1.0])
    assert bend.factors.shape == (0, 0)
