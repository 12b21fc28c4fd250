"""Engine is draws more points by default, where few are effective or refused; the run records them."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import pytest

from made_up import Sizes, made_up
from shellcount import limits
from shellcount.engines import enlarging, importance
from shellcount.engines.engine import draw
from shellcount.engines.enlarging import Drawn, with_more_points
from shellcount.engines.importance_report import ImportanceReport
from shellcount.engines.settings import Settings
from shellcount.errors import LimitError
from shellcount.model.model import Model, build_model
from shellcount.posterior.fitting import fit_with

STOWS = Sizes(claims=6, claimants=3, steps=10, stows=3, forms=("containers", "rounds", "mass"))
FIRST = Settings(points=2048)


def report(share: float, refusal: str | None = None) -> ImportanceReport:
    return ImportanceReport((-2.5,) * 16, share, 0.5, directions=7, rounds=3, evaluations=10, refusal=refusal)


@functools.cache
def model() -> Model:
    return build_model(made_up(STOWS), "all")


def drawn_after(first: ImportanceReport, *further: ImportanceReport) -> tuple[Settings, Drawn, list[int]]:
    """What is drawn after a first report, where others follow, and the numbers of points asked for."""
    asked: list[int] = []

    def again(settings: Settings) -> Drawn:
        asked.append(settings.sizes()["points"])
        return {}, further[len(asked) - 1]

    return *with_more_points(model(), FIRST, ({}, first), again), asked


# --- the rule ------------------------------------------------------------------------------


def test_where_enough_points_are_effective_no_more_are_drawn() -> None:
    assert drawn_after(report(0.13)) == (FIRST, ({}, report(0.13)), [])


def test_where_few_are_effective_twice_as_many_are_drawn_and_the_report_says_why() -> None:
    settings, (_, told), asked = drawn_after(report(0.07), report(0.08))
    assert (settings.points, asked) == (4096, [4096])
    assert dict(told.facts)["points of each run"] == "4,096, since of 2,048 only 143 are effective"


def test_where_these_are_too_few_four_times_as_many_are_drawn_and_no_more() -> None:
    settings, (_, told), asked = drawn_after(report(0.06), report(0.05), report(0.02))
    assert (settings.points, asked) == (8192, [4096, 8192])
    assert dict(told.facts)["points of each run"].startswith("8,192, since of 2,048 only 123 are")


def test_points_that_serve_are_kept_where_more_are_refused() -> None:
    settings, (_, told), asked = drawn_after(report(0.06), report(0.01, "k-hat is 0.8"))
    assert (settings, told, asked) == (FIRST, report(0.06), [4096])


def test_points_that_are_refused_but_promise_are_drawn_again() -> None:
    settings, (_, told), _ = drawn_after(report(0.04, "k-hat is 0.8"), report(0.2))
    assert settings.points == 4096
    assert dict(told.facts)["points of each run"] == "4,096, since with 2,048 k-hat is 0.8"
    hopeless = report(0.004, "k-hat is 1.8")
    assert drawn_after(hopeless) == (FIRST, ({}, hopeless), [])


@pytest.mark.parametrize("limit", ["memory", "work"])
def test_no_more_are_drawn_than_the_limits_allow(limit: str) -> None:
    with limits.raised({limit: {"memory": 2e8, "work": 4e6}[limit]}):
        assert drawn_after(report(0.07))[0] == FIRST


def test_no_more_are_drawn_than_suit_so_many_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enlarging, "most_suited", lambda *_: 4000.0)
    assert drawn_after(report(0.07))[0] == FIRST


def test_a_number_that_was_asked_for_is_drawn_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def few(
        *_: object,
    ) -> tuple[dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]], ImportanceReport]:
        return {}, report(0.07)

    monkeypatch.setattr(importance, "draw", few)
    asked = Settings(points=2048)
    assert draw(model(), asked, lambda _: None) == (asked, ({}, report(0.07)))


def test_more_points_are_announced_before_they_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int | None] = []
    monkeypatch.setattr(enlarging, "announce_fit", lambda _, settings: told.append(settings.points))

    def fail(settings: Settings) -> Drawn:
        raise LimitError(f"{settings.points}")

    with pytest.raises(LimitError, match="4096"):
        with_more_points(model(), FIRST, ({}, report(0.07)), fail)
    assert told == [4096]


# --- known answers -------------------------------------------------------------------------


def from_the_prior(points: int) -> tuple[float, float]:
    """Log evidence by the mean likelihood of points of the prior, and its error."""
    rng, total, squares = np.random.default_rng(1), 0.0, 0.0
    for _ in range(points // 2**14):
        likelihood = np.exp(model().log_likelihood(rng.standard_normal((len(model().informed), 2**14))))
        total, squares = total + likelihood.sum(), squares + (likelihood**2).sum()
    return float(np.log(total / points)), float(np.sqrt(squares) / total)


def test_where_the_default_is_refused_or_few_is_serves_with_more_at_several_seeds() -> None:
    known, error = from_the_prior(2**19)
    for seed in (1, 2):  # of which the second is refused with 2,048 points
        posterior = fit_with(made_up(STOWS), Settings(seed=seed), given="all")
        assert (posterior.run.engine, posterior.run.settings["points"]) == ("is", 4096)
        found = posterior.sampler_report.log_evidence
        assert found is not None
        assert abs(found[0] - known) < 3 * np.hypot(error, found[1])
        assert all(each.not_quotable is None for each in posterior.estimates())


def test_a_run_with_more_points_is_repeated_by_what_it_records() -> None:
    settings, (coordinates, _) = draw(model(), Settings(seed=2), lambda _: None)
    again, (repeated, told) = draw(model(), settings, lambda _: None)
    assert again == settings == dataclasses.replace(FIRST, seed=2, points=4096)
    assert "points of each run" not in dict(told.facts)
    assert all((repeated[name] == coordinates[name]).all() for name in coordinates)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_ten_stows_pass_the_gate_at_several_seeds(seed: int) -> None:
    posterior = fit_with(made_up(dataclasses.replace(STOWS, stows=10)), Settings(seed=seed), given="all")
    assert posterior.run.engine == "is"
    found = posterior.sampler_report.log_evidence
    assert found is not None
    assert found[0] == pytest.approx(0.25, abs=0.06)  # by 2**20 points of the prior
    assert all(each.not_quotable is None for each in posterior.estimates())
