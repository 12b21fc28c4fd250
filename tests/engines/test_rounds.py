"""Points of several rounds are weighed by the mixture of all proposals, which is without bias."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from shellcount.engines.proposal import Points, Proposal
from shellcount.engines.rounds import Rounds
from shellcount.maths.arrays import Array
from shellcount.maths.student_mixture import Mixture

DEGREES = 10.0


def proposal(mean: float, scale: float) -> Proposal:
    mixture = Mixture(np.ones(1), np.array([[mean]]), np.array([[[scale]]]), DEGREES)
    return Proposal.leading(np.eye(1), mixture)


def log_l(z: Array) -> Array:
    """Log likelihood of a reading of 2 with unit error, but for a constant."""
    values: Array = -0.5 * (2 - z[0]) ** 2
    return values


def three_rounds() -> tuple[Rounds, list[tuple[float, float]]]:
    shapes, rng = [(0.0, 1.0), (2.0, 0.8), (1.0, 0.9)], np.random.default_rng(1)
    rounds = Rounds(proposal(*shapes[0]))
    for place in range(3):
        z, log_ratio = Points(rng, 1, 1).place(0, rounds.latest, 1024)
        rounds.add(z, log_l(z), log_ratio)
        if place < 2:
            rounds.propose(proposal(*shapes[place + 1]))
    return rounds, shapes


def test_weights_are_likelihood_times_prior_over_the_sum_of_all_proposals() -> None:
    rounds, shapes = three_rounds()
    z, of_points, log_weights = rounds.weighed()
    density = sum(stats.t.pdf(z[0], DEGREES, mean, scale) for mean, scale in shapes)
    assert z.shape == (1, 3 * 1024)
    assert (of_points == log_l(z)).all()
    assert log_weights == pytest.approx(log_l(z) + stats.norm.logpdf(z[0]) - np.log(density), abs=1e-9)


def test_weighted_points_give_the_evidence_and_the_mean() -> None:
    z, _, log_weights = three_rounds()[0].weighed()
    weights = np.exp(log_weights)
    # Each round has 1,024 points; the weights are over the sum of the proposals, not over their mean.
    assert weights.sum() / 1024 == pytest.approx(np.exp(-1) / np.sqrt(2), rel=0.005)
    assert z[0] @ weights / weights.sum() == pytest.approx(1, abs=0.01)


def test_the_latest_proposal_is_the_one_added_last() -> None:
    rounds, last = Rounds(proposal(0.0, 1.0)), proposal(2.0, 1.0)
    rounds.propose(last)
    assert rounds.latest is last
