"""Points of a proposal are drawn by their weights, which tell the evidence and whether they may be used."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from shellcount.engines import weighing
from shellcount.engines.proposal import Proposal
from shellcount.engines.target import Target
from shellcount.engines.weighing import Drawing, Drawn
from shellcount.errors import EvidenceError
from shellcount.maths.arrays import Array
from shellcount.maths.student_mixture import Mixture

RUNS, POINTS, DRAWS = 8, 1024, 512
SEEN, ERROR = 1.5, 0.5  # a reading of a coordinate, and its standard error
NORMAL = 1e9  # degrees of freedom


def log_l(z: Array) -> Array:
    return np.asarray(stats.norm.logpdf(SEEN, z[0], ERROR))


def proposal(mean: float, scale: float) -> Proposal:
    return Proposal.leading(np.eye(1), Mixture(np.ones(1), np.array([[mean]]), np.array([[[scale]]]), NORMAL))


def drawn(by: Proposal, target: Any = log_l, points: int = POINTS, row: Array | None = None) -> Drawn:
    def explain(reason: str, _: Array) -> str:
        return reason

    rng = np.random.default_rng(1)
    return Drawing(Target(target), rng, RUNS, DRAWS, 1, explain, row, None).of(by, points)


# The posterior of a normal prior and a normal reading.
VARIANCE = ERROR**2 / (1 + ERROR**2)
MEAN = SEEN / (1 + ERROR**2)
LOG_EVIDENCE = stats.norm.logpdf(SEEN, 0, math.sqrt(1 + ERROR**2))


def test_points_of_the_posterior_itself_weigh_the_same_and_tell_its_evidence() -> None:
    found = drawn(proposal(MEAN, math.sqrt(VARIANCE)))
    np.testing.assert_allclose(found.log_evidence, LOG_EVIDENCE, atol=1e-6)
    assert found.share == pytest.approx(1)
    assert found.khat < 0.05
    assert found.refusal is None


def test_points_of_the_prior_have_the_effective_share_of_the_closed_form() -> None:
    found = drawn(proposal(0.0, 1.0))
    # E[L]^2 / E[L^2]: a squared normal density is one of half the variance, but for a constant.
    squared = stats.norm.pdf(SEEN, 0, math.sqrt(1 + ERROR**2 / 2)) / (2 * ERROR * math.sqrt(math.pi))
    assert found.share == pytest.approx(math.exp(2 * LOG_EVIDENCE) / squared, rel=0.01)
    np.testing.assert_allclose(found.log_evidence, LOG_EVIDENCE, atol=0.02)
    assert found.refusal is None


def test_points_are_drawn_with_arrays_in_the_order_of_a_file() -> None:
    """Matrices in another order have products whose last digits differ by the library of linear algebra."""
    basis = np.linalg.eigh(np.diag([1.0, 4.0]))[1][:, ::-1]
    mixture = Mixture(np.ones(1), np.zeros((1, 1)), np.ones((1, 1, 1)), NORMAL)
    regression = np.ones((2, 1)).T[:, :1], np.zeros(1), np.ones((1, 1))
    made = Proposal(basis, mixture, *regression, Proposal.leading(basis, mixture).bend)
    assert not made.basis.flags.c_contiguous
    found = Drawing(
        Target(log_l), np.random.default_rng(1), RUNS, DRAWS, 2, lambda reason, _: reason, None, None
    )
    used = found.of(made, POINTS).proposal
    assert isinstance(used, Proposal)
    assert used.basis.flags.c_contiguous
    np.testing.assert_array_equal(used.basis, basis)


@pytest.mark.parametrize("row", [None, np.ones(1)])
def test_draws_have_the_quantiles_of_the_posterior(row: Array | None) -> None:
    found = drawn(proposal(0.0, 1.0), row=row)
    assert found.draws.shape == (1, RUNS, DRAWS)
    shares = np.array([0.05, 0.5, 0.95])
    expected = stats.norm.ppf(shares, MEAN, math.sqrt(VARIANCE))
    np.testing.assert_allclose(np.quantile(found.draws, shares), expected, atol=0.02)


def test_the_heaviest_point_of_each_run_is_one_of_its_points_at_which_the_weight_is_largest() -> None:
    found = drawn(proposal(0.0, 1.0))
    # Of points of the prior the weight is the likelihood, which is largest at the reading.
    np.testing.assert_allclose(found.heaviest, SEEN, atol=0.02)


def test_points_are_counted_and_drawn_again_by_the_same_seed() -> None:
    target = Target(log_l)
    twice = [
        Drawing(target, np.random.default_rng(1), RUNS, DRAWS, 1, lambda reason, _: reason, None, None).of(
            proposal(0.0, 1.0), POINTS
        )
        for _ in range(2)
    ]
    assert target.evaluations == 2 * RUNS * POINTS
    assert (twice[0].draws == twice[1].draws).all()
    assert (twice[0].chosen == twice[1].chosen).all()


@pytest.mark.parametrize("shape", [0.2, 0.5, 0.9])
def test_the_shape_of_weights_with_a_pareto_tail_is_found(shape: float) -> None:
    weights = ((np.arange(20_000) + 0.5) / 20_000) ** -shape
    assert weighing._khat(weights) == pytest.approx(shape, abs=0.1)


def test_a_proposal_much_narrower_than_the_posterior_is_refused() -> None:
    # Its weights have a tail of shape 1 - scale^2 of a standard normal posterior.
    found = drawn(proposal(0.0, 0.2), lambda z: np.zeros(z.shape[1]))
    assert found.refusal is not None
    assert "Pareto k-hat" in found.refusal


@pytest.mark.parametrize(
    ("share", "points", "khat", "apart", "told"),
    [
        (0.5, 1024, 0.3, 0.1, None),
        (0.5, 1024, 0.9, 0.1, "k-hat 0.900"),
        (0.5, 1024, math.nan, 0.1, "k-hat nan"),
        (0.02, 1024, 0.3, 0.1, "only 20 points of each run are effective"),
        (0.03, 2048, 0.3, 0.1, "effective share of the points is 0.030"),
        (0.5, 1024, 0.3, 2.0, "scatter by 2.00 nats"),
    ],
)
def test_weights_are_refused_with_the_first_reason(
    share: float, points: int, khat: float, apart: float, told: str | None
) -> None:
    log_evidence = np.array([-1.0, 1.0]) * apart / math.sqrt(2)  # this far apart, with one degree of freedom
    refusal = weighing._refusal(share, points, khat, log_evidence)
    assert (refusal is None) if told is None else (told in str(refusal))


def test_points_none_of_which_has_a_likelihood_are_an_error() -> None:
    with pytest.raises(EvidenceError, match="no point near the modes has a finite likelihood"):
        drawn(proposal(0.0, 1.0), lambda z: np.full(z.shape[1], -np.inf))
