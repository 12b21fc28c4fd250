"""The model's quantities and likelihood agree with the same arithmetic done apart from it."""

from __future__ import annotations

import calendar
import datetime as dt
import gc
import math
import weakref
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from building import edited, one_claim_case
from shellcount.case.changes import with_changes
from shellcount.case.parameters import step_name
from shellcount.case.reading import load_case
from shellcount.maths.arrays import Array
from shellcount.model.evaluation import Evaluation, coordinates_used
from shellcount.model.model import Model, build_model
from shellcount.results.given import ReadClaim, readings
from shellcount.results.names import parse_quantity
from shellcount.results.quantity import Quantity
from shellcount.results.standard import standard

CASE = load_case()
MODEL = build_model(CASE)
MONTHLY = build_model(edited(CASE, lambda document: document.update(flow={"step": "month"})))
Z95 = 1.6448536269514722
SIXTY = settings(max_examples=60)


def at(model: Model, values: Mapping[str, float] | None = None) -> Evaluation[Array]:
    """The model at hand-set coordinates; those not named are 0, the prior median."""
    given_values = values or {}
    return Evaluation(model, lambda name: np.array([given_values.get(name, 0.0)]), (1,))


def value(name: str, values: Mapping[str, float] | None = None, model: Model = MODEL) -> float:
    found = at(model, values).quantity(parse_quantity(model.case, name))
    return float(np.asarray(found).reshape(()))


def positive(low: float, high: float, z: float = 0.0) -> float:
    return math.sqrt(low * high) * math.exp(z * math.log(high / low) / (2 * Z95))


def share(low: float, high: float, z: float = 0.0) -> float:
    low, high = math.log(low / (1 - low)), math.log(high / (1 - high))
    return 1 / (1 + math.exp(-((low + high) / 2 + z * (high - low) / (2 * Z95))))


def claim_reading(claim: str, nature: str | None = None, day: dt.date | None = None) -> ReadClaim:
    stated = next(entry for entry in CASE.claim if entry.id == claim)
    reads = [r for r in readings(stated) if nature in {None, r.nature} and day in {None, r.day}]
    assert len(reads) == 1
    return reads[0]


# --- flow --------------------------------------------------------------------------------

RATES = {
    "first_rate_per_day": 0.3,
    "rate_step.001": 1.0,
    "rate_step.002": -0.5,
    "rate_step.003": 0.25,
    "rate_step.004": 2.0,
    "rate_step.005": -1.5,
}


def monthly_rates() -> list[float]:
    """Daily rates from September 2023 to February 2024 at the coordinates above."""
    first = positive(10, 100, 0.3)
    walked = [0.0, 1.0, 0.5, 0.75, 2.75, 1.25]
    return [first * math.exp(0.35 * steps) for steps in walked]


def test_the_flow_adds_whole_months_and_part_of_the_last() -> None:
    r = monthly_rates()
    expected = 30 * r[0] + 31 * r[1] + 30 * r[2] + 31 * r[3] + 31 * r[4] + 25 * r[5]
    assert value("containers.military@2024-02-26", RATES, MONTHLY) == pytest.approx(expected, rel=1e-12)


def test_the_flow_within_the_first_month_is_days_times_rate() -> None:
    expected = 12 * monthly_rates()[0]
    assert value("containers.military@2023-09-13", RATES, MONTHLY) == pytest.approx(expected, rel=1e-12)


def test_the_flow_on_the_first_of_a_month_has_no_part_of_it() -> None:
    r = monthly_rates()
    expected = 30 * r[0] + 31 * r[1]
    assert value("containers.military@2023-11-01", RATES, MONTHLY) == pytest.approx(expected, rel=1e-12)


def test_a_leap_day_counts() -> None:
    r = monthly_rates()
    whole = 30 * r[0] + 31 * r[1] + 30 * r[2] + 31 * r[3] + 31 * r[4] + 29 * r[5]
    assert value("containers.military@2024-03-01", RATES, MONTHLY) == pytest.approx(whole, rel=1e-12)


def test_a_first_month_that_starts_in_its_middle_is_shorter() -> None:
    late = edited(
        MONTHLY.case, lambda document: document["containers"].update(first_shipment=dt.date(2023, 9, 13))
    )
    model, r = build_model(late), monthly_rates()
    within = value("containers.military@2023-09-20", RATES, model)
    beyond = value("containers.military@2023-11-05", RATES, model)
    assert within == pytest.approx(7 * r[0], rel=1e-12)
    assert beyond == pytest.approx(18 * r[0] + 31 * r[1] + 4 * r[2], rel=1e-12)


def test_twenty_years_of_a_rate_that_walks_upwards() -> None:
    steps = {f"rate_step.{month:03d}": 0.1 for month in range(1, 241)}
    expected, year, month = 0.0, 2023, 9
    for walked in range(240):
        expected += calendar.monthrange(year, month)[1] * math.sqrt(1000) * math.exp(0.035 * walked)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    assert (year, month) == (2043, 9)
    assert value("containers.military@2043-09-01", steps, MONTHLY) == pytest.approx(expected, rel=1e-12)


def test_twenty_years_of_a_steady_rate() -> None:
    # 20 x 365 days and the leap days of 2024, 2028, 2032, 2036 and 2040.
    assert value("containers.military@2043-09-01") == pytest.approx(7305 * math.sqrt(1000), rel=1e-12)


def test_each_scope_is_a_share_of_the_one_before() -> None:
    z = {"munitions_share": 0.7, "artillery_share": -1.1}
    military = 42 * math.sqrt(1000)
    munitions = military * share(0.40, 0.95, 0.7)
    artillery = munitions * share(0.50, 0.95, -1.1)
    found = [value(f"containers.{scope}@2023-10-13", z) for scope in ("military", "munitions", "artillery")]
    assert found == pytest.approx([military, munitions, artillery], rel=1e-12)


# --- packing -----------------------------------------------------------------------------

PACKING = {
    "payload_share": 0.4,
    "stowage": -0.6,
    "load": 0.8,
    "152mm-howitzer.complete.mass_kg": -0.3,
    "152mm-howitzer.complete.volume_m3": 1.4,
    "152mm-howitzer.complete.share": 0.5,
    "152mm-howitzer.projectile.mass_kg": 0.2,
    "152mm-howitzer.projectile.volume_m3": -1.0,
    "152mm-howitzer.projectile.share": -0.7,
    "122mm-howitzer.complete.mass_kg": 1.1,
    "122mm-howitzer.complete.volume_m3": -0.9,
    "122mm-rocket.one-row.mass_kg": 0.1,
    "122mm-rocket.one-row.volume_m3": 0.6,
    "122mm-rocket.one-row.share": -0.2,
    "122mm-rocket.two-rows.mass_kg": -0.8,
    "122mm-rocket.two-rows.volume_m3": 0.3,
    "122mm-rocket.two-rows.share": 1.2,
    "mix.152mm-howitzer": 0.9,
    "mix.122mm-howitzer": -0.4,
    "mix.122mm-rocket": 0.2,
}
PAYLOAD = 28_200 * share(0.6206, 0.8369, 0.4)
USABLE = 33.1 * share(0.62, 0.90, -0.6)
LOAD = share(0.40, 0.92, 0.8)


def stow(mass: tuple[float, float, float], volume: tuple[float, float, float]) -> float:
    return min(PAYLOAD / positive(*mass), USABLE / positive(*volume))


def weighted(parts: list[tuple[float, float, float]], spread: float) -> float:
    """Mean of values over shares: (base share, coordinate, value) each."""
    weights = [base * math.exp(spread * z) for base, z, _ in parts]
    return sum(w * part[2] for w, part in zip(weights, parts, strict=True)) / sum(weights)


CAPACITY = {
    "152mm-howitzer": weighted(
        [
            (0.6, 0.5, stow((75, 95, -0.3), (0.065, 0.10, 1.4))),
            (0.4, -0.7, stow((45, 54, 0.2), (0.032, 0.055, -1.0))),
        ],
        1.2,
    ),
    "122mm-howitzer": stow((36, 44, 1.1), (0.03, 0.05, -0.9)),
    "122mm-rocket": weighted(
        [
            (0.75, -0.2, stow((85, 110, 0.1), (0.215, 0.36, 0.6))),
            (0.25, 1.2, stow((85, 110, -0.8), (0.117, 0.18, 0.3))),
        ],
        1.0,
    ),
}
MIXED = weighted(
    [
        (0.45, 0.9, CAPACITY["152mm-howitzer"]),
        (0.25, -0.4, CAPACITY["122mm-howitzer"]),
        (0.30, 0.2, CAPACITY["122mm-rocket"]),
    ],
    0.8,
)


def test_both_limits_bind_somewhere() -> None:
    assert PAYLOAD / positive(75, 95, -0.3) > USABLE / positive(0.065, 0.10, 1.4)
    assert PAYLOAD / positive(36, 44, 1.1) < USABLE / positive(0.03, 0.05, -0.9)


@pytest.mark.parametrize("nature", list(CAPACITY))
def test_capacity_of_a_nature(nature: str) -> None:
    assert value(f"capacity.{nature}", PACKING) == pytest.approx(CAPACITY[nature], rel=1e-12)


@pytest.mark.parametrize("nature", list(CAPACITY))
def test_what_is_shipped_is_capacity_times_load(nature: str) -> None:
    assert value(f"shipped.{nature}", PACKING) == pytest.approx(CAPACITY[nature] * LOAD, rel=1e-12)


def test_capacity_of_the_uncertain_mix() -> None:
    assert value("capacity.mixed", PACKING) == pytest.approx(MIXED, rel=1e-12)


def test_shares_of_the_mix_and_of_stows_add_up() -> None:
    mix = [value(f"mix.{nature}", PACKING) for nature in CAPACITY]
    stows = [value(f"152mm-howitzer.{name}.share", PACKING) for name in ("complete", "projectile")]
    assert sum(mix) == pytest.approx(1, rel=1e-12)
    assert stows[0] == pytest.approx(weighted([(0.6, 0.5, 1.0), (0.4, -0.7, 0.0)], 1.2), rel=1e-12)
    assert sum(stows) == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("first_rate_per_day", positive(10, 100)),
        ("load", LOAD),
        ("payload_share", PAYLOAD / 28_200),
        ("stowage", USABLE / 33.1),
        ("152mm-howitzer.complete.mass_kg", positive(75, 95, -0.3)),
        ("122mm-rocket.two-rows.volume_m3", positive(0.117, 0.18, 0.3)),
    ],
)
def test_parameters_in_their_own_unit(name: str, expected: float) -> None:
    assert value(name, PACKING) == pytest.approx(expected, rel=1e-12)


# --- rounds ------------------------------------------------------------------------------

# 2023-10-13: 30 days of September and 12 of October at the median rate and shares.
BOXES = 42 * math.sqrt(1000) * share(0.40, 0.95) * share(0.50, 0.95)


def test_rounds_of_the_uncertain_mix() -> None:
    assert value("rounds.mixed@2023-10-13", PACKING) == pytest.approx(BOXES * LOAD * MIXED, rel=1e-12)


@pytest.mark.parametrize("nature", list(CAPACITY))
def test_rounds_of_a_single_nature(nature: str) -> None:
    expected = BOXES * LOAD * CAPACITY[nature]
    assert value(f"rounds.all-{nature}@2023-10-13", PACKING) == pytest.approx(expected, rel=1e-12)
    assert value(f"rounds.{nature}@2023-10-13", PACKING) == pytest.approx(expected, rel=1e-12)


def test_a_mix_that_a_scenario_fixes_takes_no_coordinate() -> None:
    shares: Mapping[str, float] = {"152mm-howitzer": 0.6, "122mm-rocket": 0.4, "122mm-howitzer": 0.0}
    model = build_model(with_changes(CASE, {"scenario.fixed": shares}))
    mean = 0.6 * CAPACITY["152mm-howitzer"] + 0.4 * CAPACITY["122mm-rocket"]
    assert value("capacity.fixed", PACKING, model) == pytest.approx(mean, rel=1e-12)
    expected = BOXES * LOAD * mean
    assert value("rounds.fixed@2023-10-13", PACKING, model) == pytest.approx(expected, rel=1e-12)


def asked_for(model: Model, quantity: Quantity) -> set[str]:
    """The coordinates that a quantity is computed from."""
    return set(coordinates_used(model, lambda evaluation: evaluation.quantity(quantity)))


def test_a_nature_that_a_mix_leaves_out_takes_no_coordinate() -> None:
    shares: Mapping[str, float] = {"152mm-howitzer": 0.0, "122mm-rocket": 0.0, "122mm-howitzer": 1.0}
    model = build_model(with_changes(CASE, {"scenario.fixed": shares}))
    assert asked_for(model, Quantity("capacity", "fixed")) == {
        "payload_share",
        "stowage",
        "122mm-howitzer.complete.mass_kg",
        "122mm-howitzer.complete.volume_m3",
    }


def test_a_nature_may_be_called_mix() -> None:
    def rename(document: dict[str, Any]) -> None:
        document["nature"][0]["id"] = "mix"
        document["scenario"][1]["mix"] = {"mix": 1.0}
        for claim in document["claim"]:
            if claim["nature"] == "152mm-howitzer":
                claim["nature"] = "mix"

    model = build_model(edited(CASE, rename))
    assert value("mix.complete.share", None, model) == pytest.approx(0.6)
    assert value("mix.mix", None, model) == pytest.approx(0.45)


def test_a_single_nature_packed_one_way_needs_no_shares() -> None:
    model = build_model(one_claim_case())
    capacity = min(28_200 * share(0.6, 0.8) / positive(75, 95), 33 * share(0.6, 0.9) / positive(0.065, 0.10))
    assert value("capacity.shell", None, model) == pytest.approx(capacity, rel=1e-12)
    assert value("capacity.mixed", None, model) == pytest.approx(capacity, rel=1e-12)
    packing = {"payload_share", "stowage", "shell.crate.mass_kg", "shell.crate.volume_m3"}
    assert asked_for(model, Quantity("capacity", "mixed")) == packing


# --- claims ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claimant", "spread"), [("rok-mnd", 0.10), ("us-state", 0.10), ("ua-gur", 0.20), ("eu", 0.20)]
)
def test_a_bias_is_as_wide_as_the_claimant_s_grade(claimant: str, spread: float) -> None:
    ungrouped = build_model(edited(CASE, lambda document: document.update(group=None)))
    (found,) = at(ungrouped, {f"bias.{claimant}.rounds": -1.3}).biases([(claimant, "rounds")])
    assert found == pytest.approx(-1.3 * spread, rel=1e-12)


def test_half_the_variance_of_an_ally_s_bias_is_that_of_its_group() -> None:
    z = {"bias.rok-mnd.rounds": -1.3, "group_bias.allied-intelligence.rounds": 0.4}
    (found,) = at(MODEL, z).biases([("rok-mnd", "rounds")])
    assert found == pytest.approx(0.10 * math.sqrt(0.5) * (0.4 - 1.3), rel=1e-12)


def test_each_kind_of_quantity_has_its_own_bias() -> None:
    evaluation = at(MODEL, {"bias.ua-gur.containers": 1.0})
    found = evaluation.biases([("ua-gur", "containers"), ("ua-gur", "capacity")])
    assert found == pytest.approx(np.array([[0.20], [0.0]]))


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (claim_reading("us-state-2024-02"), math.sqrt(1000) * (30 + 31 + 30 + 31 + 31 + 22)),
        (
            claim_reading("rok-mnd-2024-02"),
            math.sqrt(1000) * (30 + 31 + 30 + 31 + 31 + 25) * share(0.40, 0.95),
        ),
        (claim_reading("rok-mnd-2024-02-152mm"), 6700 * CAPACITY["152mm-howitzer"]),
        (claim_reading("rok-mnd-2024-02-122mm", nature="122mm-rocket"), 6700 * CAPACITY["122mm-rocket"]),
        (claim_reading("rok-mnd-2024-02-122mm", nature="122mm-howitzer"), 6700 * CAPACITY["122mm-howitzer"]),
        (claim_reading("rok-mnd-2024-06-capacity"), 10_000 * MIXED),
        (claim_reading("rok-mnd-2024-02-sent"), BOXES / 42 * 178 * LOAD * MIXED),
        (claim_reading("ua-gur-2024", day=dt.date(2024, 6, 14)), BOXES / 42 * 287 * LOAD * MIXED),
        (claim_reading("eu-deliveries-2024-06"), BOXES / 42 * 287 * LOAD * MIXED),
    ],
    ids=lambda part: part.claim.id if isinstance(part, ReadClaim) else None,
)
def test_what_a_claim_speaks_of(read: ReadClaim, expected: float) -> None:
    assert at(MODEL, PACKING).claimed(read) == pytest.approx(expected, rel=1e-12)


def test_the_location_of_a_claim_is_its_logarithm_and_the_bias_of_who_makes_it() -> None:
    z = {"bias.rok-mnd.containers": 0.5, "munitions_share": 1.0}
    bias = 0.10 * math.sqrt(0.5) * 0.5
    expected = math.log(178 * math.sqrt(1000) * share(0.40, 0.95, 1.0)) + bias
    assert at(MODEL, z).location(claim_reading("rok-mnd-2024-02")) == pytest.approx(expected, rel=1e-12)


def test_reports_are_drawn_around_the_location_with_the_noise_of_their_hedge() -> None:
    sound = build_model(edited(CASE, lambda document: document["robustness"].update(outlier_share=0.0)))
    size = 40_000
    shift = np.linspace(-1, 1, size)
    evaluation = Evaluation(
        sound, lambda name: shift if name == "bias.rok-mnd.containers" else np.zeros(size), (size,)
    )
    # "at least": reports lie below the quantity
    reports = sound.draw_report(evaluation, "rok-mnd-2024-06", np.random.default_rng(4))
    truth = 287 * math.sqrt(1000) * share(0.40, 0.95)
    error = np.log(reports / truth) - 0.10 * math.sqrt(0.5) * shift
    sigma = math.sqrt(0.05**2 + (1000 / 10_000) ** 2 / 12)
    noise = stats.skewnorm(-0.20 / sigma, scale=math.hypot(sigma, 0.20))
    assert stats.ks_1samp(error, noise.cdf).statistic < 1.36 / math.sqrt(size)  # the 5% point
    again = sound.draw_report(evaluation, "rok-mnd-2024-06", np.random.default_rng(4))
    assert (reports == again).all()


def report_density(stated: float, truth: float, sigma: float, margin: float, resolution: float) -> float:
    """Log density of a stated log value, sound by scipy's normal or skew-normal, or off by its Student t."""
    sigma = math.sqrt(sigma**2 + (resolution / stated) ** 2 / 12)
    error = math.log(stated / truth)
    if margin == 0:
        sound = stats.norm.pdf(error, scale=sigma)
    else:
        sound = stats.skewnorm.pdf(error, -margin / sigma, scale=math.hypot(sigma, margin))
    return float(np.log(0.95 * sound + 0.05 * stats.t.pdf(error, 4, scale=0.5)))


COUNTS_DENSITY = {
    "us-white-house-2023-10": report_density(1000, 42 * math.sqrt(1000), 0.05, 0.15, 100),
    "us-state-2024-02": report_density(10_000, 175 * math.sqrt(1000), 0.05, 0.15, 1000),
    "rok-mnd-2024-02": report_density(6700, 178 * math.sqrt(1000) * share(0.40, 0.95), 0.08, 0, 100),
    "rok-mnd-2024-06": report_density(10_000, 287 * math.sqrt(1000) * share(0.40, 0.95), 0.05, 0.20, 1000),
}


def test_the_likelihood_is_the_product_of_the_claims_densities() -> None:
    evaluation = at(MODEL, PACKING)
    densities = dict(zip(MODEL.places, MODEL.log_densities(evaluation)[:, 0], strict=True))
    assert densities == pytest.approx(COUNTS_DENSITY, rel=1e-9)
    coordinates = np.array([[PACKING.get(name, 0.0)] for name in MODEL.informed])
    assert MODEL.log_likelihood(coordinates) == pytest.approx(sum(COUNTS_DENSITY.values()), rel=1e-9)


def test_the_likelihood_of_other_figures_is_the_product_of_their_densities() -> None:
    # Twice or half the figure: the spread stays that of the figure in the case, its rounding included.
    own = {fitted.claim.id: fitted.claim.stated for fitted in MODEL.fitted}
    others = {
        name: factor * figure for (name, figure), factor in zip(own.items(), (2, 0.5, 3, 1), strict=True)
    }
    coordinates = np.random.default_rng(2).standard_normal((len(MODEL.informed), 5))
    evaluation = Evaluation(MODEL, dict(zip(MODEL.informed, coordinates, strict=True)).__getitem__, (5,))
    expected = sum(
        MODEL.reporting[fitted.claim.id].log_density(
            others[fitted.claim.id], evaluation.location(fitted.readings[0])
        )
        for fitted in MODEL.fitted
    )
    assert_allclose(MODEL.log_likelihood(coordinates, others), expected, rtol=1e-12)
    assert (MODEL.log_likelihood(coordinates, own) == MODEL.log_likelihood(coordinates)).all()
    assert (MODEL.log_likelihood(coordinates, others) != MODEL.log_likelihood(coordinates)).all()


@pytest.mark.parametrize("more", [-1, 1])
def test_coordinates_must_be_as_many_as_the_model_informs(more: int) -> None:
    with pytest.raises(ValueError, match=r"takes 26 coordinates, not (25|27)"):
        MODEL.log_likelihood(np.zeros((len(MODEL.informed) + more, 3)))


def test_the_likelihood_takes_each_particle_by_itself() -> None:
    rng = np.random.default_rng(1)
    coordinates = rng.standard_normal((len(MODEL.informed), 7))
    together = MODEL.log_likelihood(coordinates)
    alone = [float(MODEL.log_likelihood(coordinates[:, [place]])[0]) for place in range(7)]
    assert together.shape == (7,)
    assert_allclose(together, alone, rtol=1e-12)


# --- properties --------------------------------------------------------------------------

normal = st.floats(-4, 4)
days = st.dates(min_value=dt.date(2023, 9, 2), max_value=dt.date(2026, 9, 1))


def sent(evaluation: Evaluation[Array], scope: str, day: dt.date) -> Array:
    return evaluation.quantity(Quantity("containers", scope, day))


@st.composite
def flows(draw: st.DrawFn) -> dict[str, float]:
    names = ["first_rate_per_day", "munitions_share", "artillery_share", "load"]
    names += [step_name(step) for step in range(1, 79)]
    return dict(zip(names, draw(st.lists(normal, min_size=len(names), max_size=len(names))), strict=True))


@SIXTY
@given(flows(), days, days)
def test_what_has_moved_never_falls(z: dict[str, float], one: dt.date, other: dt.date) -> None:
    earlier, later = sorted((one, other))
    evaluation = at(MODEL, z)
    for scope in ("military", "munitions", "artillery"):
        assert sent(evaluation, scope, later) >= sent(evaluation, scope, earlier)


@SIXTY
@given(flows(), days)
def test_a_narrower_scope_is_never_above_the_wider(z: dict[str, float], day: dt.date) -> None:
    evaluation = at(MODEL, z)
    military, munitions, artillery = (
        sent(evaluation, scope, day) for scope in ("military", "munitions", "artillery")
    )
    assert military >= munitions >= artillery > 0


@SIXTY
@given(flows(), days, st.integers(0, 78), st.floats(0, 2))
def test_more_traffic_never_lowers_the_total(
    z: dict[str, float], day: dt.date, step: int, more: float
) -> None:
    name = "first_rate_per_day" if step == 0 else step_name(step)
    before, after = at(MODEL, z), at(MODEL, z | {name: z[name] + more})
    rounds = Quantity("rounds", "mixed", day)
    assert after.quantity(rounds) >= before.quantity(rounds)


@SIXTY
@given(
    st.sampled_from(["mass_kg", "volume_m3"]),
    st.lists(normal, min_size=4, max_size=4),
    st.floats(0, 3),
)
def test_a_bigger_round_never_packs_better(measure: str, z: list[float], more: float) -> None:
    names = (
        "payload_share",
        "stowage",
        "122mm-howitzer.complete.mass_kg",
        "122mm-howitzer.complete.volume_m3",
    )
    before = dict(zip(names, z, strict=True))
    name = f"122mm-howitzer.complete.{measure}"
    after = before | {name: before[name] + more}
    assert value("capacity.122mm-howitzer", after) <= value("capacity.122mm-howitzer", before)


# --- what is computed when ---------------------------------------------------------------


def test_many_questions_to_one_evaluation_are_answered_as_each_alone() -> None:
    one = at(MODEL, PACKING | RATES)
    days = (dt.date(2023, 9, 13), dt.date(2023, 11, 1), dt.date(2024, 2, 26))
    quantities = [*standard(CASE), *(quantity for day in days for quantity in standard(CASE, [day]))]
    quantities += [Quantity("rounds", nature, day) for nature in CAPACITY for day in days]
    for _ in range(2):
        for quantity in quantities:
            assert one.quantity(quantity) == at(MODEL, PACKING | RATES).quantity(quantity)


def test_an_evaluation_asks_for_a_coordinate_only_when_needed_and_only_once() -> None:
    asked: list[str] = []

    def watch(name: str) -> Array:
        asked.append(name)
        return np.zeros(1)

    evaluation = Evaluation(MODEL, watch, (1,))
    assert asked == []
    evaluation.quantity(Quantity("rounds", "mixed", dt.date(2023, 10, 13)))
    evaluation.quantity(Quantity("rounds", "all-122mm-rocket", dt.date(2023, 10, 13)))
    evaluation.quantity(Quantity("shipped", "mixed"))
    assert len(set(asked)) == len(asked)
    assert "rate_step.003" not in asked


def test_what_an_evaluation_asks_for_is_named_once_and_in_order() -> None:
    day = dt.date(2023, 10, 10)

    def twice(evaluation: Evaluation[Array]) -> None:
        sent(evaluation, "munitions", day)
        sent(evaluation, "munitions", day)
        evaluation.parameter("load")

    assert coordinates_used(MODEL, twice) == (
        "first_rate_per_day",
        "load",
        "munitions_share",
        "rate_step.001",
        "rate_step.002",
    )
    assert coordinates_used(MODEL, lambda _evaluation: None) == ()


# --- what an evaluation holds ------------------------------------------------------------


def test_an_evaluation_is_freed_at_once() -> None:
    # In a cycle it would wait for the collector, which counts objects and not the bytes of their arrays.
    gc.disable()
    try:
        evaluation = Evaluation(MODEL, lambda _: np.zeros(1), (1,))
        evaluation.fitted_locations(MODEL.design.rows)
        gone = weakref.ref(evaluation)
        del evaluation
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("kept", [0, 1, 3])
def test_what_is_not_kept_is_computed_again_with_the_same_digits(kept: int) -> None:
    rng = np.random.default_rng(1)
    z: dict[str, Any] = {}

    def coordinate(name: str) -> Any:
        return z.setdefault(name, rng.standard_normal(5))

    whole, some = Evaluation(MODEL, coordinate, (5,)), Evaluation(MODEL, coordinate, (5,), kept=kept)
    quantities = standard(MODEL.case)
    for quantity in (*quantities, *reversed(quantities)):
        assert (some.quantity(quantity) == whole.quantity(quantity)).all()
    assert some.held < whole.held
    dated = sum(quantity.kind != "parameter" for quantity in quantities)
    assert whole.held - some.held >= dated // 2


def test_what_was_asked_for_lately_is_kept() -> None:
    asked: list[str] = []

    def coordinate(name: str) -> Any:
        asked.append(name)
        return np.zeros(1)

    evaluation = Evaluation(MODEL, coordinate, (1,), kept=2)
    load = evaluation.parameter("load")
    for other in ("payload_share", "stowage", "first_rate_per_day"):
        evaluation.parameter(other)
        assert evaluation.parameter("load") is load
    assert asked.count("load") == 1


def test_steps_stay_in_their_places_when_another_thread_computes_them_meanwhile() -> None:
    days = [dt.date(2024, 5, 7), dt.date(2024, 6, 1)]

    def alone(name: str) -> Any:
        return np.full(1, float(len(name)) + sum(map(ord, name)) / 1e4)

    expected = [sent(Evaluation(MODEL, alone, (1,)), "military", day) for day in days]
    meanwhile: list[Any] = []

    def interrupted(name: str) -> Any:
        if name == step_name(3) and not meanwhile:  # as if the other thread ran just here
            meanwhile.append(None)
            meanwhile.append(sent(shared, "military", days[0]))
        return alone(name)

    shared = Evaluation(MODEL, interrupted, (1,))
    found = [sent(shared, "military", day) for day in days]
    assert (found, meanwhile[1]) == (expected, expected[0])
