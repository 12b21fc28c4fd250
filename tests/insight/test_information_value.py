"""The value of a claim or measurement is that of closed forms, of numerical integrals, and of refits."""

from __future__ import annotations

import dataclasses
import functools
import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from scipy import stats

from building import case_of, edited, one_claim_case
from shellcount.case.changes import with_changes
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.engines.importance_report import ImportanceReport
from shellcount.errors import CaseError, ConvergenceError, UnknownNameError, UsageError
from shellcount.insight.confirmation import NODES
from shellcount.insight.information_value import value_of_information
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.information_value import ValueOfInformation, Worth

COUNT = "containers.everything@2024-01-31"
AT = "quantity=containers scope=everything"
PRIOR = (math.log(100 / 10) / (2 * 1.6448536269514722)) ** 2  # variance of the log of what was sent
BIAS, HEDGE = 0.1**2, 0.08**2
SENT = 1 / (1 / PRIOR + 1 / (BIAS + HEDGE))  # that given the one claim


@functools.cache
def one_claim() -> Posterior:
    """Logarithms are jointly normal: carriers, the claimant's bias, and the errors of all claims."""
    return fit(one_claim_case(), points=1024)


def valued(posterior: Posterior, candidate: str, name: str = COUNT, confirm: int = 0) -> Worth:
    (worth,) = value_of_information(posterior, name, candidates=[candidate], confirm=confirm).worths
    return worth


def agrees(worth: Worth, expected: float) -> None:
    assert worth.share == pytest.approx(expected, abs=max(4 * worth.mcse, 0.002))


# --- closed forms ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "variance"),
    [("grade=B", BIAS), ("bias_sd=0", 0.0), ("bias_sd=0.5", 0.25), ("bias_sd=5", 25.0)],
)
def test_a_claim_of_a_new_claimant_is_worth_v_over_v_plus_s2(who: str, variance: float) -> None:
    agrees(valued(one_claim(), f"{AT} {who}"), SENT / (SENT + variance + HEDGE))


def test_rounding_is_an_error_too() -> None:
    """A place value of 500 in a figure of about 2,000."""
    middle = one_claim().estimate(COUNT).p50
    rounding = (500 / middle) ** 2 / 12
    agrees(valued(one_claim(), f"{AT} bias_sd=0 resolution=500"), SENT / (SENT + HEDGE + rounding))


@pytest.mark.parametrize("precision", [0.01, 0.1, 0.5])
def test_a_measurement_is_worth_v_over_v_plus_s2(precision: float) -> None:
    """What was sent is thirty times the first daily rate."""
    for name in (COUNT, "first_rate_per_day"):
        worth = valued(one_claim(), f"{name}:{precision}")
        agrees(worth, SENT / (SENT + precision**2))
        assert worth.limit == pytest.approx(1, abs=0.003)


def explained_by(covariance: np.ndarray, spoken: np.ndarray, error: float) -> float:
    """Share of the variance of the first of some normals that a sum of them, with error, explains."""
    return float((covariance[0] @ spoken) ** 2 / (spoken @ covariance @ spoken + error) / covariance[0, 0])


def given_a_claim(prior: np.ndarray, spoken: np.ndarray, error: float) -> np.ndarray:
    gain = prior @ spoken
    known: np.ndarray = prior - np.outer(gain, gain) / (spoken @ gain + error)
    return known


def test_a_second_claim_of_the_same_claimant_has_the_same_bias() -> None:
    spoken = np.array([1.0, 1.0])
    known = given_a_claim(np.diag([PRIOR, BIAS]), spoken, HEDGE)
    worth = valued(one_claim(), f"{AT} claimant=office")
    agrees(worth, explained_by(known, spoken, HEDGE))
    assert worth.share < valued(one_claim(), f"{AT} grade=B").share - 0.2


def test_claimants_of_a_group_share_some_of_it() -> None:
    """Carriers, the common bias, and those of either claimant; half of the variance is common."""

    def joined(document: dict[str, Any]) -> None:
        office = document["claimant"][0]
        document["claimant"] += ({**office, "id": "ministry", "title": "a ministry"},)
        group = {"id": "both", "members": ("office", "ministry"), "correlation": 0.5, "basis": "made up"}
        document["group"] = (group,)

    prior = np.diag([PRIOR, BIAS / 2, BIAS / 2, BIAS / 2])
    known = given_a_claim(prior, np.array([1.0, 1.0, 1.0, 0.0]), HEDGE)
    posterior = fit(edited(one_claim_case(), joined), points=1024)
    worth = valued(posterior, f"{AT} claimant=ministry")
    agrees(worth, explained_by(known, np.array([1.0, 1.0, 0.0, 1.0]), HEDGE))


def test_an_assumption_that_cannot_matter_is_worth_nothing() -> None:
    found = value_of_information(
        one_claim(), COUNT, candidates=["load", "stowage", "payload_share"], confirm=0
    )
    assert all(worth.is_none and worth.words == "nothing" for worth in found.worths)
    assert all(worth.share >= 0 and worth.limit < 0.002 for worth in found.worths)
    assert found.sentence == f"Of 3 candidates none would narrow {COUNT}."


def test_what_is_off_is_worth_less() -> None:
    """By a sum over a grid: a claim that is off with chance 0.3 has an error of Student's t."""
    often = fit(one_claim_case({"robustness.outlier_share": 0.3, "claim.only.use": "check"}), points=1024)
    y = np.linspace(-5, 5, 201) * math.sqrt(PRIOR)
    x = np.linspace(-9, 9, 901)
    error = x[:, None] - y
    sound = stats.norm.pdf(error, scale=math.sqrt(0.01 + HEDGE))
    off = _off(error)
    joint = (0.7 * sound + 0.3 * off) * stats.norm.pdf(y, scale=math.sqrt(PRIOR))
    mass = joint.sum(axis=1)
    mean = joint @ y / mass
    expected = float((mass * mean**2).sum() / mass.sum() / PRIOR)
    worth = valued(often, f"{AT} grade=B")
    assert worth.share == pytest.approx(expected, abs=max(4 * worth.mcse, 0.003))
    assert worth.share < PRIOR / (PRIOR + 0.01 + HEDGE) - 0.1


def _off(error: np.ndarray) -> np.ndarray:
    """Density of Student's t of scale 0.5 with a normal bias of sd 0.1 besides, by quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(15)
    parts = [
        weight * stats.t.pdf((error - 0.1 * node) / 0.5, 4) / 0.5
        for node, weight in zip(nodes, weights, strict=True)
    ]
    total: np.ndarray = np.sum(parts, axis=0) / math.sqrt(2 * math.pi)
    return total


# --- refits ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [(f"{AT} grade=B", SENT / (SENT + BIAS + HEDGE)), ("first_rate_per_day:10%", SENT / (SENT + 0.01))],
)
def test_refits_agree_with_the_closed_form(candidate: str, expected: float) -> None:
    worth = valued(one_claim(), candidate, confirm=1)
    assert worth.refit is not None
    assert worth.refit_mcse is not None
    assert worth.refit_error is None
    assert worth.refit == pytest.approx(expected, abs=4 * worth.refit_mcse)
    assert worth.refit_mcse < 0.02


@pytest.mark.slow
def test_refits_agree_with_regression_on_the_default_case() -> None:
    posterior = fit(load_case(), points=1024)
    candidates = ["quantity=rounds grade=C", "load:10%", "net_tonnes:10%"]
    found = value_of_information(posterior, candidates=candidates)
    for worth in found.worths:
        assert worth.refit is not None
        assert worth.refit_mcse is not None
        assert worth.refit == pytest.approx(worth.share, abs=4 * math.hypot(worth.refit_mcse, worth.mcse))


def test_only_the_best_are_refitted_and_digits_do_not_depend_on_who_refits() -> None:
    candidates = ["first_rate_per_day:50%", "load", "first_rate_per_day:10%"]
    alone = value_of_information(one_claim(), COUNT, candidates=candidates, confirm=1)
    with ThreadPoolExecutor(2) as executor:
        among = value_of_information(one_claim(), COUNT, candidates=candidates, confirm=1, executor=executor)
    assert alone.columns() == among.columns()
    assert [worth.name for worth in alone.worths] == [
        "first_rate_per_day:10%",
        "first_rate_per_day:50%",
        "load:10%",
    ]
    assert [worth.refit is not None for worth in alone.worths] == [True, False, False]


def test_progress_rises_to_the_whole() -> None:
    seen: list[float] = []
    value_of_information(
        one_claim(), COUNT, candidates=["first_rate_per_day"], confirm=1, progress=seen.append
    )
    assert seen == sorted(seen)
    assert seen[-1] == 1
    assert len(seen) >= 1 + NODES


# --- what follows from a case ------------------------------------------------------------


@functools.cache
def default() -> ValueOfInformation:
    return value_of_information(fit(load_case()), confirm=0)


def share(name: str) -> float:
    return next(worth.share for worth in default().worths if worth.name == name)


def test_the_default_case_is_in_the_order_that_was_computed_apart() -> None:
    """Of the first model: 81, 36, 33, 20, 12, 7 and 0.1%; since then, claims may be off."""
    when = "as_of=2024-06-14"
    found = [
        share(f"quantity=rounds {when} hedge=about grade=C"),
        share("net_tonnes:10%"),
        share("load:10%"),
        share("artillery_share:10%"),
        share(f"quantity=containers scope=munitions {when} hedge=exact grade=A"),
        share(f"quantity=containers scope=munitions {when} hedge=about grade=B"),
        share("152mm-howitzer.complete.mass_kg:10%"),
    ]
    assert found == sorted(found, reverse=True)
    assert found == pytest.approx([0.765, 0.36, 0.332, 0.195, 0.098, 0.069, 0.0], abs=0.015)


def test_where_no_claim_is_off_a_total_is_worth_what_it_was_in_the_first_model() -> None:
    posterior = fit(with_changes(load_case(), {"robustness.outlier_share": 0}), points=1024)
    found = valued(posterior, "quantity=rounds grade=C", "rounds.mixed@2024-06-14")
    assert found.share == pytest.approx(0.81, abs=0.01)


def test_shares_are_sorted_and_within_their_limits() -> None:
    shares = [worth.share for worth in default().worths]
    assert shares == sorted(shares, reverse=True)
    assert all(0 <= worth.share <= worth.limit <= 1 for worth in default().worths)
    assert default().sentence.startswith("Find out first: ")


def test_a_case_of_other_nouns_is_valued_in_these() -> None:
    found = value_of_information(fit(load_case("channel-2023"), points=256, runs=4), confirm=0)
    labels = [worth.label for worth in found.worths]
    assert not any("rounds" in label or "container" in label for label in labels)


# --- what is refused ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("candidates", "error", "words"),
    [
        ([], UsageError, "there is no candidate: "),
        (["laod"], UnknownNameError, "did you mean load"),
        (["quantity=rounds grade=E"], UsageError, "the case has no grade 'E'"),
        (["quantity=containers scope=all grade=B"], CaseError, "scope: no scope has this id"),
        (["quantity=containers scope=everything grade=B resolution=9000"], CaseError, "resolution"),
    ],
)
def test_candidates_that_cannot_be_are_refused(
    candidates: list[str], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        value_of_information(one_claim(), candidates=candidates)


def test_what_is_known_cannot_be_measured() -> None:
    posterior = fit(with_changes(one_claim_case(), {"load": 0.7}), points=256, runs=4)
    with pytest.raises(UsageError, match=r"load is taken as known, 0\.7: nothing is left to measure"):
        value_of_information(posterior, candidates=["load"])


def test_an_estimate_without_spread_is_refused() -> None:
    def certain(document: dict[str, Any]) -> None:
        nature = document["nature"][0]
        nature["stow"], nature["bare"] = (), None
        nature["per_carrier"] = {"value": 40.0, "basis": "made up", "certainty": "U"}

    posterior = fit(case_of({}, edit=certain), points=256, runs=4)
    with pytest.raises(UsageError, match=r"capacity\.shell has no spread: nothing is left to find out"):
        value_of_information(posterior, "capacity.shell", candidates=["load"])


def test_a_prior_almost_without_width_is_worth_nothing() -> None:
    case = one_claim_case({"load": (0.7, 0.7000001)})
    worth = valued(fit(case, points=256), "load:10%", "rounds.mixed@2024-01-31")
    assert (worth.is_none, worth.limit < 0.01) == (True, True)


def test_draws_that_must_not_be_quoted_are_not_valued() -> None:
    report = one_claim().sampler_report
    assert isinstance(report, ImportanceReport)
    refused = dataclasses.replace(one_claim(), sampler_report=dataclasses.replace(report, refusal="no"))
    with pytest.raises(ConvergenceError, match="has not converged: no"):
        value_of_information(refused, COUNT, candidates=["load"])


def test_an_unknown_estimate_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="did you mean"):
        value_of_information(one_claim(), "containers.everthing@2024-01-31")


def test_a_refit_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "shellcount.insight.confirmation.variances_left", lambda findings: ["no" for _ in findings]
    )
    worth = valued(one_claim(), "first_rate_per_day", confirm=1)
    assert (worth.refit, worth.refit_error) == (None, "no")


def priced(case: Case) -> list[str]:
    found = value_of_information(fit(case, points=256, runs=4), confirm=0)
    return [worth.name for worth in found.worths]


def test_a_case_without_grades_and_few_hedges_has_candidates_too() -> None:
    def bare(document: dict[str, Any]) -> None:
        document["reliability"] = {}
        document["claimant"] = ({**document["claimant"][0], "grade": None, "bias_sd": 0.1},)
        document["hedges"] = {"about": document["hedges"]["about"]}

    names = priced(edited(one_claim_case(), bare))
    assert any("claimant=office" in name for name in names)
    assert not any("grade=" in name or "exact" in name for name in names)
