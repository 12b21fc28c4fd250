"""Every number of a posterior is made of its draws, carries the run that made it, and passes the gate."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from building import Page, edited, with_claims
from shellcount.case.changes import Change, with_changes
from shellcount.case.schema import Case
from shellcount.digest import digest
from shellcount.engines.importance_report import ImportanceReport
from shellcount.engines.settings import DRAWS_PER_POINT, POINTS, RUNS
from shellcount.engines.smc_report import SmcReport
from shellcount.errors import ConvergenceError, UnknownNameError, UsageError
from shellcount.maths.arrays import Array
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.estimate import Estimate
from shellcount.results.names import name_of
from shellcount.results.quantity import Quantity
from shellcount.results.standard import standard

Z95 = 1.6448536269514722
NAMES = ("rounds.mixed@2024-06-14", "containers.munitions@2024-06-14", "capacity.152mm-howitzer", "load")


def small(case: Case, **options: Any) -> Posterior:
    """A quick fit, for questions that its precision does not enter into."""
    return fit(case, **{"runs": 4, "engine": "smc", "particles": 64, "allow_unconverged": True, **options})


def shifted(posterior: Posterior, by: float, allow_unconverged: bool = False) -> Posterior:  # noqa: FBT001, FBT002
    """The same posterior with one run's first coordinates moved."""
    sampled: dict[str, Array] = {}
    for name, draws in posterior.coordinates.items():
        moved = draws.copy()
        if not name.startswith("bias"):
            moved[0] += by
        sampled[name] = moved
    return dataclasses.replace(posterior, coordinates=sampled, allow_unconverged=allow_unconverged)


def numbers(estimate: Estimate) -> dict[str, Any]:
    """Everything that an estimate says but the run that it is from."""
    return {name: value for name, value in dataclasses.asdict(estimate).items() if name != "run_digest"}


# --- draws and their quantiles -----------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_draws_have_a_row_for_each_run(posterior: Posterior, name: str) -> None:
    draws = posterior.draws(name)
    assert draws.shape == posterior.shape == (RUNS, POINTS * DRAWS_PER_POINT)
    assert draws.dtype == np.float64
    assert np.isfinite(draws).all()


@pytest.mark.parametrize("name", NAMES)
def test_estimates_are_quantiles_of_the_draws(posterior: Posterior, name: str) -> None:
    estimate, draws = posterior.estimate(name), posterior.draws(name)
    found = [estimate.p05, estimate.p25, estimate.p50, estimate.p75, estimate.p95]
    assert_allclose(found, np.quantile(draws, [0.05, 0.25, 0.5, 0.75, 0.95]), rtol=1e-12)
    assert estimate.mean == pytest.approx(draws.mean(), rel=1e-12)
    assert estimate.sd == pytest.approx(draws.std(), rel=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_their_errors_are_the_spread_between_runs(posterior: Posterior, name: str) -> None:
    estimate, draws = posterior.estimate(name), posterior.draws(name)
    per_run = np.quantile(draws, [0.05, 0.25, 0.5, 0.75, 0.95], axis=1)
    found = [estimate.mcse_p05, estimate.mcse_p25, estimate.mcse_p50, estimate.mcse_p75, estimate.mcse_p95]
    spread = per_run.std(axis=1, ddof=1) / math.sqrt(RUNS)
    if name == "load":  # keeps its prior, so that all runs have strata in common: see test_run_errors
        assert (np.array(found) > spread * (1 - 1e-9)).all()
    else:
        assert_allclose(found, spread, rtol=1e-9)
    of_means = draws.mean(axis=1).std(ddof=1) / math.sqrt(RUNS)
    of_the_grid = float(np.ptp(draws)) / 2**14 / math.sqrt(12)
    assert estimate.mcse_mean == pytest.approx(math.hypot(of_means, of_the_grid), rel=1e-9)


def test_draws_cannot_be_written_to(posterior: Posterior) -> None:
    with pytest.raises(ValueError, match="read-only"):
        posterior.draws("load")[0, 0] = 1.0


def test_a_monotone_transform_keeps_quantiles(posterior: Posterior) -> None:
    draws = posterior.draws("rounds.mixed@2024-06-14")
    plain = posterior.estimate("rounds.mixed@2024-06-14")
    logs = posterior.gated_estimate("log", "", np.log(draws))
    scaled = posterior.gated_estimate("scaled", "", 3 * draws + 1)
    for p in ("p05", "p25", "p50", "p75", "p95"):
        assert getattr(logs, p) == pytest.approx(math.log(getattr(plain, p)), rel=1e-8)
        assert getattr(scaled, p) == pytest.approx(3 * getattr(plain, p) + 1, rel=1e-12)


def test_quantities_fit_together_draw_by_draw(posterior: Posterior) -> None:
    boxes = posterior.draws("containers.artillery@2024-06-14")
    assert_allclose(
        boxes, posterior.draws("containers.munitions@2024-06-14") * posterior.draws("artillery_share")
    )
    assert_allclose(posterior.draws("rounds.mixed@2024-06-14"), boxes * posterior.draws("shipped.mixed"))
    mix = sum(posterior.draws(f"mix.{nature.id}") for nature in posterior.case.nature)
    assert_allclose(mix, 1)


def test_a_share_that_cannot_vary_is_a_constant(case: Case) -> None:
    fixed = fit(with_changes(case, {"152mm-howitzer.stow_spread": 0.0}))
    estimate = fixed.estimate("152mm-howitzer.complete.share")
    assert estimate.p05 == estimate.p95 == pytest.approx(0.6)
    assert estimate.not_quotable is None


@pytest.mark.parametrize("ask", [Posterior.draws, Posterior.estimate])
def test_only_what_the_case_has_can_be_asked_for(
    posterior: Posterior, ask: Callable[[Posterior, str], object]
) -> None:
    with pytest.raises(UnknownNameError, match=r"did you mean capacity\.mixed"):
        ask(posterior, "capacity.mixd")
    with pytest.raises(UsageError, match="2023-09-01 is not after the first shipment"):
        ask(posterior, "rounds.mixed@2023-09-01")


def test_a_date_before_the_flow_is_refused_however_it_is_asked_for(posterior: Posterior) -> None:
    day = dt.date(2023, 8, 31)
    with pytest.raises(UsageError, match="not after the first shipment"):
        posterior.estimate_of(Quantity("containers", "military", day))
    with pytest.raises(UsageError, match="not after the first shipment"):
        posterior.estimates(at=[day])
    with pytest.raises(UsageError, match="2023-08 lies before the first shipment"):
        posterior.estimates(at=["2023-08"])
    with pytest.raises(UsageError, match="2023-08 lies before the first shipment"):
        posterior.estimate_of(Quantity("containers", "military", day, day.replace(day=1)))


def test_totals_are_sums_of_adjoining_periods_draw_by_draw(posterior: Posterior) -> None:
    stem = "rounds.mixed@"
    before, month, after = (
        posterior.draws(f"{stem}{when}") for when in ("2023-12-01", "2023-12", "2024-01-01")
    )
    assert_allclose(before + month, after, rtol=1e-12)
    assert_allclose(posterior.draws(f"{stem}2023-12/day") * 31, month, rtol=1e-12)


def test_estimates_of_months_are_named_by_them(posterior: Posterior) -> None:
    found = {estimate.name: estimate for estimate in posterior.estimates(at=["2023-12", "2023-10..2023-12"])}
    assert found["containers.munitions@2023-12"] == posterior.estimate(
        "containers.munitions@2023-12-01..2023-12-31"
    )
    assert "rounds.mixed@2023-10-01..2023-12-31" in found
    assert posterior.estimate("containers.munitions@2023-12/day").unit == "containers per day"


# --- what is asked for changes nothing else ----------------------------------------------


def test_all_standard_estimates_are_given_in_order(posterior: Posterior) -> None:
    found = [estimate.name for estimate in posterior.estimates()]
    assert found == [name_of(posterior.case, quantity) for quantity in standard(posterior.case)]


def test_one_more_date_leaves_every_other_estimate_as_it_was(case: Case) -> None:
    posterior = small(case)
    days = {quantity.day for quantity in standard(case)} - {None}
    before = {estimate.name: estimate for estimate in small(case).estimates()}
    after = {
        estimate.name: estimate
        for estimate in posterior.estimates(
            at=[*filter(None, days), dt.date(2023, 12, 24), dt.date(2025, 1, 1)]
        )
    }
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + 2 * 7


def test_one_more_scenario_leaves_every_other_estimate_as_it_was(case: Case) -> None:
    shares = {"152mm-howitzer": 0.5, "122mm-rocket": 0.5}
    before = {estimate.name: numbers(estimate) for estimate in small(case).estimates()}
    more = small(with_changes(case, {"scenario.half": shares}))
    after = {estimate.name: numbers(estimate) for estimate in more.estimates()}
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {
        "capacity.half",
        "shipped.half",
        *(f"rounds.half@{day}" for day in ("2023-10-13", "2024-02-23", "2024-02-26", "2024-06-14")),
    }


def test_the_order_of_questions_does_not_matter(case: Case) -> None:
    forwards, backwards = small(case), small(case)
    asked = {name: backwards.draws(name) for name in reversed(NAMES)}
    for name in NAMES:
        assert (forwards.draws(name) == asked[name]).all()


def test_what_the_claims_do_not_inform_does_not_change_with_them(case: Case) -> None:
    before = small(case)
    after = small(with_changes(case, {"claim.rok-mnd-2024-06": 14_000}))
    for name in ("capacity.mixed", "load", "artillery_share"):
        assert (after.draws(name) == before.draws(name)).all()
    assert (after.draws("munitions_share") != before.draws("munitions_share")).any()


@pytest.mark.parametrize(
    ("name", "low", "high", "logit"),
    [
        ("load", 0.40, 0.92, True),
        ("stowage", 0.62, 0.90, True),
        ("artillery_share", 0.50, 0.95, True),
        ("122mm-howitzer.complete.mass_kg", 36, 44, False),
        ("122mm-rocket.one-row.volume_m3", 0.215, 0.36, False),
    ],
)
def test_free_coordinates_keep_their_prior(
    posterior: Posterior,
    name: str,
    low: float,
    high: float,
    logit: bool,  # noqa: FBT001
) -> None:
    def linked(value: float) -> float:
        return math.log(value / (1 - value)) if logit else math.log(value)

    estimate, outer = posterior.estimate(name), NormalDist().inv_cdf(0.95)
    middle, scale = (linked(low) + linked(high)) / 2, (linked(high) - linked(low)) / (2 * outer)
    for found, exact in ((estimate.p05, -outer), (estimate.p50, 0.0), (estimate.p95, outer)):
        # Draws are stratified: of 16 in each stratum, half its width is four standard errors.
        stratum = 1 / (posterior.shape[1] * NormalDist().pdf(exact))
        assert abs((linked(found) - middle) / scale - exact) <= stratum / 2


def test_free_coordinates_are_independent_of_the_sampled_ones(posterior: Posterior) -> None:
    free = [posterior.draws(name).ravel() for name in ("load", "stowage", "artillery_share")]
    informed = [posterior.draws(name).ravel() for name in ("first_rate_per_day", "munitions_share")]
    correlations = np.corrcoef([*free, *informed])[:3, 3:]
    assert np.abs(correlations).max() < 4 / math.sqrt(free[0].size)


# --- the gate ----------------------------------------------------------------------------


def test_runs_that_disagree_are_stopped_with_the_diagnostic_and_the_remedy(posterior: Posterior) -> None:
    with pytest.raises(ConvergenceError) as caught:
        shifted(posterior, 1.0).estimate("containers.munitions@2024-06-14")
    message = str(caught.value)
    assert message.startswith("containers.munitions@2024-06-14 has not converged: R-hat is 1.")
    assert f"draw more (points={4 * POINTS}, now {POINTS})" in message
    assert caught.value.exit_status == 3


def test_too_few_effective_draws_are_stopped(case: Case) -> None:
    # Runs an eighth of a standard deviation off either way: R-hat lets it pass, some 3 / 0.12^2 draws do not.
    few = fit(case, runs=4, engine="smc", particles=512, seed=10)
    share = few.coordinates["munitions_share"]
    centred = share - share.mean(axis=1, keepdims=True)
    moved = centred + 0.12 * centred.std() * np.array([[-1.0], [1.0], [1.0], [-1.0]])
    doctored = dataclasses.replace(few, coordinates={**few.coordinates, "munitions_share": moved})
    with pytest.raises(
        ConvergenceError, match=r"munitions_share has not converged: bulk ESS is 2\d\d, not above 400"
    ):
        doctored.estimate("munitions_share")


def test_no_number_leaves_past_the_gate(posterior: Posterior) -> None:
    doctored = shifted(posterior, 1.0)
    with pytest.raises(ConvergenceError):
        doctored.estimates()
    with pytest.raises(ConvergenceError):
        doctored._repr_html_()
    with pytest.raises(ConvergenceError):
        doctored.gated_estimate("any", "", doctored.draws("first_rate_per_day"))


def test_what_the_doctored_run_does_not_enter_still_leaves(posterior: Posterior) -> None:
    doctored = shifted(posterior, 1.0)
    assert doctored.estimate("load") == posterior.estimate("load")


def test_unconverged_numbers_leave_marked_when_allowed(posterior: Posterior) -> None:
    doctored = shifted(posterior, 1.0, allow_unconverged=True)
    estimate = doctored.estimate("containers.munitions@2024-06-14")
    assert estimate.not_quotable is not None
    assert estimate.not_quotable.startswith("R-hat is 1.")
    assert estimate.not_quotable.endswith("not below 1.01")
    assert not math.isclose(
        estimate.p50, posterior.estimate("containers.munitions@2024-06-14").p50, rel_tol=0.01
    )


def test_converged_numbers_have_no_fault(posterior: Posterior, posterior_all: Posterior) -> None:
    for fitted in (posterior, posterior_all):
        for estimate in fitted.estimates():
            assert estimate.not_quotable is None
            assert estimate.rhat < 1.01
            assert min(estimate.ess_bulk, estimate.ess_tail) > 400


def test_an_unconverged_estimate_says_so_in_words(posterior: Posterior) -> None:
    doctored = shifted(posterior, 1.0, allow_unconverged=True)
    estimate = doctored.estimate("containers.munitions@2024-06-14")
    assert "not converged" in str(estimate)
    assert "not converged" in estimate._repr_html_()
    assert "not converged" in doctored._repr_html_()


# --- the run -----------------------------------------------------------------------------


def test_the_digest_is_of_all_that_decides_a_digit(posterior: Posterior) -> None:
    document = posterior.run.document()
    made_by = {name: value for name, value in document.items() if name != "digest"}
    assert document["digest"] == posterior.digest == digest(made_by)
    assert made_by["case_digest"] == posterior.case.digest
    assert made_by["settings"] == {"runs": RUNS, "points": POINTS, "draws": POINTS * DRAWS_PER_POINT}
    assert (made_by["engine"], made_by["seed"], made_by["given"]) == ("is", 1, "counts")
    assert made_by["versions"].keys() == {"shellcount", "python", "numpy"}  # type: ignore[union-attr]


def test_every_estimate_carries_it(posterior: Posterior) -> None:
    assert {estimate.run_digest for estimate in posterior.estimates()} == {posterior.digest}


@pytest.mark.parametrize(
    "options",
    [{"seed": 2}, {"given": "counts-but:us-state-2024-02"}, {"runs": 5}, {"engine": "smc", "particles": 65}],
)
def test_the_digest_changes_with_the_way_of_fitting(case: Case, options: dict[str, Any]) -> None:
    assert small(case, **options).digest != small(case).digest


@pytest.mark.parametrize(
    "changes",
    [
        {"claim.us-state-2024-02": 10_001},
        {"claim.eu-deliveries-2024-06": 1_000_001},
        {"claim.us-state-2024-02.hedge": "at_least"},
        {"claim.us-state-2024-02.as_of": "2024-02-24"},
        {"load": (0.40, 0.921)},
        {"reliability.C": 0.21},
        {"hedges.nearly.margin": -0.06},
        {"mix.122mm-rocket": 0.31},
        {"cube_m3": 33.0},
        {"scenario.half": {"152mm-howitzer": 0.5, "122mm-rocket": 0.5}},
    ],
)
def test_the_digest_changes_with_any_value_of_the_case(case: Case, changes: dict[str, Change]) -> None:
    assert small(with_changes(case, changes)).digest != small(case).digest


def test_the_digest_changes_with_a_word_of_the_evidence(case: Case) -> None:
    def reword(document: dict[str, Any]) -> None:
        document["claim"][0]["reports"][0]["phrase"] = "over"

    assert small(edited(case, reword)).digest != small(case).digest


def test_the_digest_changes_with_nothing_else(case: Case) -> None:
    once = small(case)
    once.estimates()
    assert small(with_claims(case, case.claim[::-1])).digest == once.digest
    assert small(with_changes(case, {"cube_m3": 33.1})).digest == once.digest
    assert dataclasses.replace(once, allow_unconverged=False).digest == once.digest


def test_the_evidence_is_the_mean_over_the_runs_with_its_error(posterior: Posterior) -> None:
    assert isinstance(posterior.sampler_report, ImportanceReport)
    evidences = [math.exp(log) for log in posterior.sampler_report.run_log_evidence]
    assert len(evidences) == RUNS
    mean = sum(evidences) / RUNS
    variance = sum((evidence - mean) ** 2 for evidence in evidences) / (RUNS - 1)
    relative_error = math.sqrt(variance / RUNS) / mean
    assert posterior.log_evidence == pytest.approx((math.log(mean), relative_error), rel=1e-9)


def test_an_account_tells_of_the_work(posterior_smc: Posterior) -> None:
    account = posterior_smc.sampler_report
    assert isinstance(account, SmcReport)
    assert account.temperatures >= 2
    assert account.moves > account.temperatures
    assert 0.1 < account.acceptance <= 1
    assert 0 <= account.correlation < 0.25


# --- in words ----------------------------------------------------------------------------


def test_a_posterior_shows_its_answers_in_a_table(posterior: Posterior) -> None:
    page = Page(posterior._repr_html_())
    assert set(page.tags) == {"p", "table", "thead", "tbody", "tr", "th", "td"}
    estimates = [
        e for e in posterior.estimates() if "@2024-06-14" in e.name or e.name.startswith(("cap", "ship"))
    ]
    assert page.tags.count("tr") == 1 + len(estimates)
    for estimate in estimates:
        assert {estimate.name, estimate.middle, *estimate.words()[1:]} <= set(page.text)


def test_a_posterior_says_in_one_line_what_was_fitted(posterior: Posterior) -> None:
    assert repr(posterior) == (
        f"<Posterior of dprk-russia-2024 given counts: is, {RUNS} runs of {POINTS * DRAWS_PER_POINT} draws, "
        f"seed 1, {posterior.digest[:15]}>"
    )


def hostile(case: Case) -> Case:
    def poison(document: dict[str, Any]) -> None:
        document["case"]["item"] = "<script>rounds</script>\x1b[31m\u202e"
        document["case"]["carrier"] = "<img src=x onerror=alert(1)> & boxes\nof"

    return edited(case, poison)


def test_mark_up_in_a_case_stays_text(case: Case) -> None:
    posterior = small(hostile(case))
    page = Page(posterior._repr_html_())
    assert set(page.tags) == {"p", "table", "thead", "tbody", "tr", "th", "td"}
    total = Quantity("rounds", "mixed", case.last_date)
    cell = Page(posterior.estimate_of(total)._repr_html_())
    assert cell.tags == ["code"]
    assert any("<script>rounds</script>" in text for text in cell.text)


@pytest.mark.parametrize(
    "quantity",
    [
        Quantity("rounds", "mixed", dt.date(2024, 6, 14)),
        Quantity("containers", "military", dt.date(2024, 6, 14)),
        Quantity("capacity", "mixed"),
    ],
    ids=lambda quantity: quantity.kind,
)
def test_what_could_steer_a_terminal_is_not_printed(case: Case, quantity: Quantity) -> None:
    estimate = small(hostile(case)).estimate_of(quantity)
    assert str(estimate).isprintable()
    assert estimate._repr_html_().isprintable()


def test_an_estimate_is_made_once(posterior: Posterior) -> None:
    quantity = Quantity("capacity", "152mm-howitzer")
    assert posterior.estimate_of(quantity) is posterior.estimate("capacity.152mm-howitzer")
    assert posterior.estimate_of(Quantity("shipped", "152mm-howitzer")) != posterior.estimate_of(quantity)
