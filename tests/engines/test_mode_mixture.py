"""A proposal about modes that are known has their places, their widths and their shares."""

from __future__ import annotations

import numpy as np
import pytest

from shellcount.engines.mode_mixture import Modes, directions_of, regression
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


def test_a_regression_has_the_slope_and_the_error_of_a_normal() -> None:
    mean, covariance = np.array([1.0, 3.0]), np.array([[4.0, 2.0], [2.0, 5.0]])
    slopes, offset, factor, _ = regression(mean, covariance, 1)
    assert (slopes.item(), offset.item()) == pytest.approx((0.5, 2.5))
    assert factor[0, 0] ** 2 == pytest.approx(1.2 * (5.0 - 1.0))  # somewhat wider than the points are
