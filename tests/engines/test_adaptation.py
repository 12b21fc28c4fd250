"""Proposals come near posteriors that are known: nearly all points are then effective."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from shellcount.engines import adaptation
from shellcount.engines.adaptation import adapt
from shellcount.engines.modes import Mode
from shellcount.engines.proposal import Points, Proposal
from shellcount.engines.target import Target
from shellcount.engines.weights import effective
from shellcount.errors import EvidenceError
from shellcount.maths.arrays import Array
from shellcount.maths.student_mixture import Mixture


def log_l(z: Array) -> Array:
    """Three readings, of two coordinates and of their sum: the posterior is normal."""
    read = np.stack([z[0], z[1], z[0] + z[1]])
    values: Array = -0.5 * ((read - np.array([[1.0], [-0.5], [1.0]])) ** 2 / 0.25).sum(axis=0)
    return values


def slope(z: Array) -> Array:
    off = (np.stack([z[0], z[1], z[0] + z[1]]) - np.array([[1.0], [-0.5], [1.0]])) / 0.25
    return -np.concatenate([off[:2] + off[2], np.zeros((len(z) - 2, z.shape[1]))])


def test_weights_of_which_n_are_alike_count_n() -> None:
    assert effective(np.array([2.0, 2.0, 2.0, 0.0])) == pytest.approx(3)
    assert effective(np.array([1.0, 2.0])) == pytest.approx(9 / 5)


def test_the_proposal_is_near_a_normal_posterior_and_leaves_the_rest_to_the_prior() -> None:
    target = Target(log_l, lambda z: (log_l(z), slope(z)))
    adapted = adapt(target, 6, np.random.default_rng(1), 512)
    assert adapted.proposal.directions == 2
    assert adapted.shares[-1] > 0.7
    z, log_ratio = Points(np.random.default_rng(2), 1, 6).place(0, adapted.proposal, 4096)
    weights = np.exp(log_l(z) + log_ratio)
    precision = np.eye(2) + 4 * np.array([[2.0, 1.0], [1.0, 2.0]])
    exact = np.linalg.solve(precision, 4 * np.array([2.0, 0.5]))
    assert z[:2] @ weights / weights.sum() == pytest.approx(exact, abs=0.01)
    # Of the evidence: readings have the covariance of the prior, carried on, and of their errors.
    carry = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    covariance, read = carry @ carry.T + 0.25 * np.eye(3), np.array([1.0, -0.5, 1.0])
    exact_log = -0.5 * read @ np.linalg.solve(covariance, read) + 0.5 * np.log(
        0.25**3 / np.linalg.det(covariance)
    )
    assert np.log(weights.mean()) == pytest.approx(exact_log, abs=0.01)


@pytest.mark.parametrize(("long", "tried"), [(200, 2), (1, 1)])
def test_in_many_coordinates_no_other_mode_is_tried_where_one_point_outweighs_all_others(
    long: int, tried: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def either(z: Array) -> Array:
        values: Array = np.logaddexp(-50 * (z[0] - 1) ** 2, -50 * (z[0] + 1) ** 2) - 50 * z[1] ** 2
        return values

    modes: list[Mode] = []

    def hopeless(_: object, mode: Mode, __: object, *, prior_share: float) -> Proposal:
        modes.append(mode)
        return dataclasses.replace(astray, prior_share=0.0 * prior_share)

    component = Mixture(np.ones(1), np.full((1, 1), 9.0), np.full((1, 1, 1), 0.3), 20.0)
    astray = Proposal.leading(np.eye(3), component)
    monkeypatch.setattr(adaptation, "straightened", hopeless)
    monkeypatch.setattr(adaptation, "_MANY", 1)
    monkeypatch.setattr(adaptation, "_LONG", long)
    adapted = adapt(Target(either), 3, np.random.default_rng(1), 512)
    assert len(modes) == tried
    assert len(adapted.modes) == 2
    assert not adapted.normal


def test_the_same_seed_gives_the_same_proposal() -> None:
    one, other = (adapt(Target(log_l), 3, np.random.default_rng(3), 256) for _ in range(2))
    assert one.shares == other.shares
    for name, values in one.proposal.arrays().items():
        assert (values == other.proposal.arrays()[name]).all()


def test_without_coordinates_there_is_nothing_to_fit() -> None:
    adapted = adapt(Target(log_l), 0, np.random.default_rng(1), 256)
    assert (adapted.shares, adapted.proposal.directions) == ((), 0)


def test_a_likelihood_that_is_finite_nowhere_is_an_error() -> None:
    with pytest.raises(EvidenceError, match="hardly a draw from the prior"):
        adapt(Target(lambda z: np.full(z.shape[1], -np.inf)), 2, np.random.default_rng(1), 256)
