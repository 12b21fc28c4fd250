"""Each assumption's posterior stands where it lies under its prior."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from scipy.stats import norm

from drawings import points, words
from shellcount.case.schema import Case
from shellcount.maths.priors import Z95
from shellcount.plots import plot_assumptions
from shellcount.posterior.posterior import Posterior
from shellcount.results.names import parameter_names
from shellcount.results.results import Results

type Row = list[list[tuple[float, float]]]


@pytest.fixture(scope="module")
def counts(results: Results) -> Axes:
    return plot_assumptions(results)


@pytest.fixture(scope="module")
def everything(results_all: Results) -> Axes:
    return plot_assumptions(results_all)


def rows(ax: Axes) -> dict[str, tuple[float, float, float, float, float]]:
    """The five quantiles on each row, from the top."""
    found = {}
    for height, label in zip(ax.get_yticks(), ax.get_yticklabels(), strict=True):
        outer, inner, dot = (
            [x for x, _ in points(line)] for line in ax.get_lines() if points(line)[0][1] == height
        )
        found[label.get_text()] = (outer[0], inner[0], dot[0], inner[1], outer[1])
    assert list(ax.get_yticks()) == sorted(ax.get_yticks(), reverse=True)
    return found


def colours(ax: Axes) -> dict[str, set[str]]:
    lines = [(points(line)[0][1], str(line.get_markeredgecolor())) for line in ax.get_lines()]
    return {
        label.get_text(): {colour for at, colour in lines if at == height}
        for height, label in zip(ax.get_yticks(), ax.get_yticklabels(), strict=True)
    }


def test_each_parameter_has_one_row(counts: Axes, everything: Axes, case: Case) -> None:
    names = parameter_names(case)
    assert len(names) == 23
    assert sorted(rows(counts)) == sorted(rows(everything)) == sorted(names)


def test_a_row_is_the_posterior_on_the_scale_of_its_prior(everything: Axes, posterior_all: Posterior) -> None:
    found = rows(everything)
    for name, prior in posterior_all.model.priors.items():
        estimate = posterior_all.estimate(name)
        values = np.array([estimate.p05, estimate.p25, estimate.p50, estimate.p75, estimate.p95])
        np.testing.assert_allclose(found[name], prior.to_normal(values), rtol=0, atol=1e-9)


def test_a_share_among_several_lies_where_it_does_among_draws_of_its_prior(
    everything: Axes, posterior: Posterior, posterior_all: Posterior
) -> None:
    # Given counts nothing informs the mix, so that its draws are those of its prior.
    prior = np.sort(posterior.draws("mix.122mm-rocket"), axis=None)
    median = posterior_all.estimate("mix.122mm-rocket").p50
    share = np.searchsorted(prior, median) / prior.size
    assert rows(everything)["mix.122mm-rocket"][2] == pytest.approx(norm.ppf(share), abs=0.02)
    # Of two shares, one is known from the other, and lies as far on the other side.
    one, other = (rows(everything)[f"152mm-howitzer.{stow}.share"] for stow in ("complete", "projectile"))
    np.testing.assert_allclose(one, [-x for x in reversed(other)], rtol=0, atol=0.02)


def test_what_no_claim_informs_keeps_its_prior_and_is_faint(counts: Axes) -> None:
    informed = {"first_rate_per_day", "munitions_share"}
    band = norm.ppf([0.05, 0.25, 0.5, 0.75, 0.95])
    for name, scores in rows(counts).items():
        if name not in informed:
            np.testing.assert_allclose(scores, band, rtol=0, atol=0.03)
    (bold,) = {frozenset(colours(counts)[name]) for name in informed}
    faint = {frozenset(found) for name, found in colours(counts).items() if name not in informed}
    assert len(faint) == 1
    assert bold not in faint


def test_given_all_every_parameter_is_informed(everything: Axes) -> None:
    assert len({frozenset(found) for found in colours(everything).values()}) == 1


@pytest.mark.parametrize("given", ["counts", "everything"])
def test_what_was_moved_most_is_on_top(given: str, request: pytest.FixtureRequest) -> None:
    band = norm.ppf([0.05, 0.25, 0.5, 0.75, 0.95])
    moved = [float(np.abs(scores - band).max()) for scores in rows(request.getfixturevalue(given)).values()]
    assert moved[0] > 0.5
    informed = moved if given == "everything" else moved[:2]
    assert informed == sorted(informed, reverse=True)


def test_the_axis_is_in_quantiles_of_the_prior(counts: Axes) -> None:
    assert [label.get_text() for label in counts.get_xticklabels()] == ["5%", "25%", "50%", "75%", "95%"]
    np.testing.assert_allclose(counts.get_xticks(), [-Z95, norm.ppf(0.25), 0, norm.ppf(0.75), Z95])
    assert counts.get_xlabel() == "quantile of the prior"


def test_each_row_ends_in_median_and_interval_in_its_own_unit(counts: Axes, results: Results) -> None:
    shown = words(counts)
    for name in ("load", "152mm-howitzer.complete.mass_kg", "first_rate_per_day"):
        estimate = results.estimate(name)
        middle, _, outer = estimate.words()
        ending = {"share": ""}.get(estimate.unit, f" {estimate.unit}")
        assert f"{middle} ({outer}){ending}" in shown
    assert "posterior median (90% interval)" in shown
