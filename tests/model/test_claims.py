"""What claims of every form make of the likelihood, against formulae written out anew."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit, logit, logsumexp

from building import case_of, edited, said
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.maths.arrays import Array
from shellcount.model.components import components
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import build_model
from shellcount.model.rows import rows_of
from shellcount.results.quantity import Quantity

BASIS = {"basis": "made up", "certainty": "U"}
EXACT, ABOUT = 0.02, 0.08  # scales of the hedges of the case
POINTS = 40


def _robust(document: dict[str, Any]) -> None:
    document["flow"] = {"step_days": 14}
    document["robustness"] = {"outlier_share": 0.05, "outlier_scale": 0.5}


def _standard(document: dict[str, Any]) -> None:
    document["flow"] = {"step_days": 14}


def coordinates(case: Case, given: str = "counts") -> Array:
    rng = np.random.default_rng(7)
    return rng.standard_normal((len(build_model(case, given).informed), POINTS))


def evaluation(case: Case, given: str = "counts") -> Evaluation[Array]:
    model = build_model(case, given)
    rows = dict(zip(model.informed, coordinates(case, given), strict=True))
    rng = np.random.default_rng(8)
    return Evaluation(model, lambda name: rows.setdefault(name, rng.standard_normal(POINTS)), (POINTS,))


def log_likelihood(case: Case, given: str = "counts") -> Array:
    return build_model(case, given).log_likelihood(coordinates(case, given))


def sent(case: Case, subject: str, day: dt.date, since: dt.date | None = None) -> Array:
    return evaluation(case).quantity(Quantity("containers", subject, day, since))


# --- carriers ----------------------------------------------------------------------------


def test_a_claim_is_sound_with_its_hedge_or_off_with_student_s_t() -> None:
    case = case_of({"hedge": "about", "claimant": "office"}, edit=_robust)
    carriers = sent(case, "everything", dt.date(2024, 1, 31))
    bias = 0.1 * evaluation(case).coordinate("bias.office.containers")
    error = math.log(2000) - np.log(carriers) - bias
    sigma = math.hypot(ABOUT, 1 / 2000 / math.sqrt(12))
    expected = np.log(0.95 * stats.norm.pdf(error, 0, sigma) + 0.05 * stats.t.pdf(error, 4, 0, 0.5))
    assert log_likelihood(case) == pytest.approx(expected, rel=1e-12)


def test_without_a_chance_of_being_off_the_hedge_is_all() -> None:
    case = case_of({"hedge": "at_least"}, edit=_standard)
    carriers = sent(case, "everything", dt.date(2024, 1, 31))
    bias = 0.1 * evaluation(case).coordinate("bias.office.containers")
    error = math.log(2000) - np.log(carriers) - bias
    sigma = math.hypot(0.05, 1 / 2000 / math.sqrt(12))
    expected = stats.skewnorm.logpdf(error, -0.40 / sigma, 0, math.hypot(sigma, 0.40))
    assert log_likelihood(case) == pytest.approx(expected, rel=1e-10)


PERIOD = {"since": dt.date(2024, 2, 3), "as_of": dt.date(2024, 3, 9)}  # 36 days


def test_a_rate_is_its_period_count_over_its_length() -> None:
    count = case_of({**PERIOD, "value": 360.0, "resolution": 36.0}, edit=_robust)
    rate = case_of(
        {**PERIOD, "quantity": "rate", "of": "containers", "per": "day", "value": 10.0, "resolution": 1.0},
        edit=_robust,
    )
    weekly = case_of(
        {**PERIOD, "quantity": "rate", "of": "containers", "per": "week", "value": 70.0, "resolution": 7.0},
        edit=_robust,
    )
    assert log_likelihood(rate) == pytest.approx(log_likelihood(count), rel=1e-12)
    assert log_likelihood(weekly) == pytest.approx(log_likelihood(count), rel=1e-12)


def test_a_rate_without_a_first_day_is_the_mean_since_the_first_shipment() -> None:
    count = case_of({"value": 3000.0, "resolution": 30.0}, edit=_robust)
    rate = case_of(
        {"quantity": "rate", "of": "containers", "per": "day", "value": 100.0, "resolution": 1.0},
        edit=_robust,
    )
    assert log_likelihood(rate) == pytest.approx(log_likelihood(count), rel=1e-12)


def test_a_range_is_the_claim_with_its_middle_and_the_scale_of_its_width() -> None:
    def widened(document: dict[str, Any]) -> None:
        _robust(document)
        sigma = math.log(4) / (2 * stats.norm.ppf(0.95))
        document["hedges"]["about"] = {"sigma": sigma, "margin": 0.0, **BASIS}

    ranged = case_of(
        {"value": {"low": 1000.0, "high": 4000.0, "level": 0.9}, "hedge": "between", "resolution": None},
        edit=_robust,
    )
    # A resolution that rounds away from nothing: the number is as exact as its hedge.
    number = case_of({"value": 2000.0, "hedge": "about", "resolution": 1e-6}, edit=widened)
    assert log_likelihood(ranged) == pytest.approx(log_likelihood(number), rel=1e-9)


def test_the_level_of_a_range_says_how_wide_it_is() -> None:
    half = case_of(
        {"value": {"low": 1000.0, "high": 4000.0, "level": 0.5}, "hedge": "between", "resolution": None}
    )
    kernel = build_model(half).reporting["claim-0"].kernel
    assert kernel is not None
    assert kernel.sigma == pytest.approx(math.log(2) / stats.norm.ppf(0.75))


def test_trips_are_carriers_over_carriers_a_trip() -> None:
    def known(document: dict[str, Any]) -> None:
        _robust(document)
        document["trip"] = ({"id": "voyage", "carriers": {"value": 200.0, **BASIS}},)

    count = case_of({"value": 2000.0, "resolution": 200.0}, edit=known)
    trips = case_of({"quantity": "trips", "trip": "voyage", "value": 10.0, "resolution": 1.0}, edit=known)
    ours = evaluation(trips), evaluation(count)
    locations = [
        each.location(build_model(c).fitted[0].readings[0])
        for each, c in zip(ours, (trips, count), strict=True)
    ]
    biases = [
        0.1 * each.coordinate(f"bias.office.{kind}")
        for each, kind in zip(ours, ("trips", "containers"), strict=True)
    ]
    assert locations[0] - biases[0] + math.log(200) == pytest.approx(locations[1] - biases[1], rel=1e-12)


def test_nothing_seen_is_as_probable_as_nothing_there_to_see() -> None:
    case = case_of({**PERIOD, "value": 0.0, "hedge": None, "resolution": 100.0}, edit=_robust)
    carriers = sent(case, "everything", PERIOD["as_of"], PERIOD["since"])
    bias = 0.1 * evaluation(case).coordinate("bias.office.containers")
    expected = np.log(0.95 * np.exp(-carriers * np.exp(bias) / 100) + 0.05)
    assert log_likelihood(case) == pytest.approx(expected, rel=1e-12)


def test_days_of_a_pause_count_in_the_length_of_a_rate() -> None:
    def paused(document: dict[str, Any]) -> None:
        _robust(document)
        document["pause"] = (
            {"since": dt.date(2024, 2, 10), "as_of": dt.date(2024, 2, 20), "basis": "made up"},
        )

    count = case_of({**PERIOD, "value": 360.0, "resolution": 36.0}, edit=paused)
    rate = case_of(
        {**PERIOD, "quantity": "rate", "of": "containers", "per": "day", "value": 10.0, "resolution": 1.0},
        edit=paused,
    )
    assert log_likelihood(rate) == pytest.approx(log_likelihood(count), rel=1e-12)


# --- contents ----------------------------------------------------------------------------

SHELLS = load_case()


def with_claim(claim: dict[str, Any], edit: Callable[[dict[str, Any]], None] = lambda _: None) -> Case:
    """The shipped case with one claim alone, which is fit."""

    def replace(document: dict[str, Any]) -> None:
        document["claim"] = (
            {
                "id": "only",
                "claimant": "ua-gur",
                "summary": "made up",
                "as_of": dt.date(2024, 2, 26),
                "use": "fit",
                "hedge": "about",
                "resolution": 1e-6,
                "reports": (said(claim["value"], "kholina-2024-06"),),
                **claim,
            },
        )
        edit(document)

    return edited(SHELLS, replace)


def location(case: Case, kind: str) -> Array:
    """The location of the only claim, without its bias."""
    ours = evaluation(case, "all")
    (fitted,) = build_model(case, "all").fitted
    bias: Array = 0.2 * ours.coordinate(f"bias.ua-gur.{kind}")
    return ours.location(fitted.readings[0]) - bias


def test_carriers_could_hold_more_than_they_carried() -> None:
    of_ten = {"containers": 10.0, "nature": "122mm-rocket", "value": 1200.0}
    capacity = with_claim({"quantity": "capacity", **of_ten})
    carried = with_claim({"quantity": "carried", **of_ten})
    full = evaluation(capacity, "all").capacity("122mm-rocket")
    assert location(capacity, "capacity") == pytest.approx(np.log(10 * full), rel=1e-12)
    part = evaluation(carried, "all")
    assert location(carried, "capacity") == pytest.approx(
        np.log(10 * part.parameter("load") * part.capacity("122mm-rocket")), rel=1e-12
    )


def test_a_share_of_the_carriers_is_told_on_the_logit_scale() -> None:
    case = with_claim(
        {"quantity": "share", "of": "carriers", "scope": "artillery", "value": 0.8, "resolution": 0.1}
    )
    share = evaluation(case, "all").parameter("artillery_share")
    assert location(case, "share") == pytest.approx(logit(share), rel=1e-12)
    kernel = build_model(case, "all").reporting["only"].kernel
    assert kernel is not None
    assert kernel.sigma == pytest.approx(math.hypot(ABOUT, 0.1 / (0.8 * 0.2) / math.sqrt(12)))


def test_a_share_of_the_items_weighs_carriers_by_what_they_hold() -> None:
    case = with_claim({"quantity": "share", "of": "items", "nature": "122mm-rocket", "value": 0.2})
    ours = evaluation(case, "all")
    mix = ours.mix()
    items = {nature.id: mix[nature.id] * ours.capacity(nature.id) for nature in case.nature}
    expected = logit(items["122mm-rocket"] / sum(items.values()))
    assert location(case, "share") == pytest.approx(expected, rel=1e-10)


def test_a_range_of_a_share_has_its_middle_on_the_logit_scale() -> None:
    case = with_claim(
        {
            "quantity": "share",
            "of": "carriers",
            "scope": "artillery",
            "value": {"low": 0.5, "high": 0.9, "level": 0.9},
            "hedge": "between",
            "resolution": None,
        }
    )
    assert case.claim[0].stated == pytest.approx(expit(logit(0.9) / 2))
    kernel = build_model(case, "all").reporting["only"].kernel
    assert kernel is not None
    assert kernel.sigma == pytest.approx(logit(0.9) / (2 * stats.norm.ppf(0.95)))


def test_mass_is_the_gross_tonnes_of_what_is_loaded() -> None:
    case = with_claim({"quantity": "mass", "value": 50_000.0})
    ours = evaluation(case, "all")
    tonnes = np.zeros(POINTS)
    for nature in case.nature:
        for stow in nature.stow:
            mass = ours.parameter(f"{nature.id}.{stow.id}.mass_kg")
            volume = ours.parameter(f"{nature.id}.{stow.id}.volume_m3")
            held = np.minimum(
                28200 * ours.parameter("payload_share") / mass, 33.1 * ours.parameter("stowage") / volume
            )
            tonnes += ours.mix()[nature.id] * ours.stow_mix(nature.id)[stow.id] * held * mass / 1000
    carriers = ours.quantity(Quantity("containers", "artillery", dt.date(2024, 2, 26)))
    expected = np.log(carriers * ours.parameter("load") * tonnes)
    assert location(case, "mass") == pytest.approx(expected, rel=1e-12)


def test_natures_left_open_are_weighed_by_their_odds() -> None:
    natures = ("122mm-howitzer", "122mm-rocket")
    claim = {"quantity": "capacity", "containers": 100.0, "value": 20_000.0}
    odds = {"122mm-howitzer": 1.0, "122mm-rocket": 3.0}
    both = with_claim({**claim, "nature": natures, "reading_odds": odds})
    model = build_model(both, "all")
    ours = evaluation(both, "all")
    reporting = model.reporting["only"]
    each = [reporting.log_density(20_000.0, ours.location(read)) for read in model.fitted[0].readings]
    expected = logsumexp([math.log(0.25) + each[0], math.log(0.75) + each[1]], axis=0)
    assert model.log_densities(ours)[0] == pytest.approx(expected, rel=1e-12)


def test_an_open_date_is_integrated_over_its_range() -> None:
    first, last = dt.date(2024, 2, 26), dt.date(2024, 6, 14)
    claim = {"quantity": "rounds", "value": 1_500_000.0, "resolution": 100_000.0}
    case = with_claim({**claim, "as_of": {"earliest": first, "latest": last}})
    model, ours = build_model(case, "all"), evaluation(case, "all")
    reporting = model.reporting["only"]
    bias = 0.2 * ours.coordinate("bias.ua-gur.rounds")
    contents = np.log(
        ours.parameter("load")
        * ours.capacity("mixed")
        * ours.parameter("munitions_share")
        * ours.parameter("artillery_share")
    )
    # A fine trapezium over fractions of a day, by the steps written out.
    rates = ours.rates(30)
    times = np.linspace((first - dt.date(2023, 9, 1)).days, (last - dt.date(2023, 9, 1)).days, 2001)
    before = np.concatenate([np.zeros((1, POINTS)), np.cumsum(14 * rates, axis=0)])
    steps = (times // 14).astype(int)
    cumulative = before[steps] + (times - 14 * steps)[:, None] * rates[steps]
    density = np.exp(reporting.log_density(1_500_000.0, np.log(cumulative) + contents + bias))
    expected = np.log(np.trapezoid(density, times, axis=0) / (times[-1] - times[0]))
    assert model.log_densities(ours)[0] == pytest.approx(expected, abs=0.03)  # by nine nodes
    fine = components(case, model.fitted[0], sigma=1e-3)
    locations = ours.locations(rows_of(case, fine))
    each = [
        part.log_prior + reporting.log_density(1_500_000.0, at)
        for part, at in zip(fine, locations, strict=True)
    ]
    assert len(fine) == 99
    assert logsumexp(each, axis=0) == pytest.approx(expected, abs=2e-3)


@pytest.mark.parametrize("days", [1, 7, 400])
def test_a_sharp_claim_with_a_wide_date_has_nodes_enough(days: int) -> None:
    earliest = dt.date(2024, 1, 1)
    as_of = {"earliest": earliest, "latest": earliest + dt.timedelta(days=days)}
    case = with_claim(
        {"quantity": "containers", "scope": "military", "value": 4000.0, "hedge": "exact", "as_of": as_of}
    )
    model, ours = build_model(case), evaluation(case)
    rows = model.design.rows
    locations = ours.log_quantities(rows)
    assert math.exp(logsumexp(model.design.log_prior)) == pytest.approx(1.0)
    apart = np.diff(np.sort(locations, axis=0), axis=0).max()
    assert apart < 3 * EXACT or len(rows.components) == 99


# --- who says it -------------------------------------------------------------------------


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_claimants_of_a_group_share_part_of_their_bias(count: int, correlation: float) -> None:
    names = [f"ministry-{place}" for place in range(count)]

    def grouped(document: dict[str, Any]) -> None:
        _robust(document)
        if count > 1:
            document["group"] = (
                {"id": "allies", "members": tuple(names), "correlation": correlation, "basis": "made up"},
            )

    case = case_of(*({"claimant": name} for name in names), edit=grouped)
    model = build_model(case)
    rng = np.random.default_rng(3)
    draws: dict[str, Array] = {}
    ours = Evaluation(model, lambda name: draws.setdefault(name, rng.standard_normal(200_000)), (200_000,))
    mean = ours.biases([(name, "containers") for name in names]).mean(axis=0)
    rho = correlation if count > 1 else 0.0
    assert mean.var() == pytest.approx(0.1**2 * (rho + (1 - rho) / count), rel=0.02)


def test_claims_of_one_claimant_share_a_bias_however_they_count() -> None:
    rate = {"quantity": "rate", "of": "containers", "per": "day", "value": 60.0, "id": "rate"}
    model = build_model(case_of({}, rate, edit=_robust))
    assert [name for name in model.informed if name.startswith("bias")] == ["bias.office.containers"]


# --- what is never fit -------------------------------------------------------------------


def test_derived_repeated_and_replaced_claims_leave_the_likelihood_as_it_is() -> None:
    base = ({"id": "count"}, {"id": "later", "as_of": dt.date(2024, 3, 1), "value": 4000.0})
    derived = [
        {
            "id": f"derived-{place}",
            "quantity": "capacity",
            "scope": None,
            "containers": 2000.0,
            "value": 500_000.0 + place,
            "derived_from": "count",
            "use": "check",
        }
        for place in range(10)
    ]
    others = [
        {"id": "again", "restates": "count", "use": "context", "value": 2001.0},
        {"id": "first-try", "value": 9000.0},
        {"id": "second-try", "supersedes": "first-try", "use": "context", "value": 9001.0},
        {"id": "taken-back", "withdrawn": True, "use": "context", "value": 7.0},
    ]
    plain, full = case_of(*base, edit=_robust), case_of(*base, *derived, *others, edit=_robust)
    for given in ("counts", "all"):
        assert build_model(full, given).informed == build_model(plain, given).informed
        assert (log_likelihood(full, given) == log_likelihood(plain, given)).all()


def test_every_claim_on_carriers_is_fit_given_counts() -> None:
    kinds: list[dict[str, Any]] = [
        {"id": "count"},
        {"id": "rate", "quantity": "rate", "of": "containers", "per": "day", "value": 60.0},
        {"id": "none", **PERIOD, "value": 0.0, "hedge": None, "resolution": 100.0},
        {"id": "rounds", "quantity": "rounds", "scope": None, "value": 1e5},
    ]
    case = case_of(*kinds, edit=_robust)
    assert [fitted.claim.id for fitted in build_model(case).fitted] == ["count", "none", "rate"]
    assert [fitted.claim.id for fitted in build_model(case, "all").fitted] == [
        "count",
        "none",
        "rate",
        "rounds",
    ]
