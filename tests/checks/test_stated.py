"""Stated figures are held against the posterior as simulation and arithmetic by hand would hold them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from building import Page, edited, one_claim_case
from shellcount.case.ceiling import ceiling_per_container
from shellcount.case.changes import Change, with_changes
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.checks.stated import check, estimate_claimed
from shellcount.errors import UnknownNameError, UsageError
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.claim_check import Check, Checks
from shellcount.results.given import readings
from shellcount.wording import phrases

FEBRUARY, JUNE = dt.date(2024, 2, 26), dt.date(2024, 6, 14)


@pytest.fixture(scope="module")
def checks(posterior: Posterior) -> Checks:
    return check(posterior)


def only(found: Checks, claim: str, reading: str | None = None) -> Check:
    matching = [result for result in found if result.claim == claim and result.reading == reading]
    assert len(matching) == 1
    return matching[0]


def quick(case: Case, changes: Mapping[str, Change] | None = None, given: str = "counts") -> Posterior:
    return fit(
        with_changes(case, changes or {}),
        given=given,
        runs=4,
        engine="smc",
        particles=128,
        allow_unconverged=True,
    )


# --- the shipped case --------------------------------------------------------------------

DEFAULT = [
    ("rok-mnd-2024-02-152mm", None, "high"),
    ("rok-mnd-2024-02-122mm", "122mm-rocket", "low"),
    ("rok-mnd-2024-02-122mm", "122mm-howitzer", "very low"),
    ("rok-mnd-2024-02-sent", None, "high"),
    ("rok-mnd-2024-06-capacity", None, "consistent"),
    ("ua-gur-2024", "by 26 February 2024", "consistent"),
    ("ua-gur-2024", "by 14 June 2024", "consistent"),
    ("eu-deliveries-2024-06", None, "consistent"),
]
READINGS = [(claim, reading) for claim, reading, _ in DEFAULT]


def test_the_default_checks_and_their_verdicts(checks: Checks) -> None:
    assert [(result.claim, result.reading, result.verdict) for result in checks] == DEFAULT
    assert len(checks) == len(DEFAULT)


def test_the_leading_reading_of_each_claim_is_the_first(checks: Checks) -> None:
    assert [(result.claim, result.reading) for result in checks.leading] == [
        (claim, reading)
        for claim, reading, _ in DEFAULT
        if reading not in {"122mm-howitzer", "by 14 June 2024"}
    ]


def test_an_unlikely_reading_fails_nothing(checks: Checks) -> None:
    assert only(checks, "rok-mnd-2024-02-122mm", "122mm-howitzer").verdict == "very low"
    assert not checks.failed


def test_what_is_fit_is_not_checked_by_default(posterior_all: Posterior) -> None:
    fitted = {each.claim.id for each in posterior_all.model.fitted}
    assert "ua-gur-2024" in fitted
    assert [result.claim for result in check(posterior_all).leading] == [
        "rok-mnd-2024-02-152mm",
        "rok-mnd-2024-02-122mm",
        "rok-mnd-2024-02-sent",
        "rok-mnd-2024-06-capacity",
        "eu-deliveries-2024-06",
    ]


def test_a_check_repeats_what_was_stated(checks: Checks) -> None:
    result = only(checks, "rok-mnd-2024-06-capacity")
    assert (result.claimant, result.use, result.stated, result.hedge) == ("rok-mnd", "check", 4.8e6, "up_to")
    assert (result.nature, result.day, result.containers) == (None, JUNE, 10_000)
    assert (result.quantity, result.unit) == ("capacity.mixed", "rounds")
    gur = only(checks, "ua-gur-2024", "by 14 June 2024")
    assert (gur.day, gur.quantity) == (JUNE, "rounds.mixed@2024-06-14")
    rocket = only(checks, "rok-mnd-2024-02-122mm", "122mm-rocket")
    assert (rocket.nature, rocket.quantity) == ("122mm-rocket", "capacity.122mm-rocket")


# --- probabilities -----------------------------------------------------------------------


@pytest.mark.parametrize(("claim", "reading"), READINGS)
def test_the_percentile_is_the_share_of_lower_reports_when_reports_are_simulated(
    posterior: Posterior, checks: Checks, claim: str, reading: str | None
) -> None:
    result = only(checks, claim, reading)
    stated = next(entry for entry in posterior.case.claim if entry.id == claim)
    read = next(each for each in readings(stated) if (each.nature, each.day) == (result.nature, result.day))
    locations = np.broadcast_to(posterior.evaluation.location(read), posterior.shape)
    reports = posterior.model.reporting[claim].draw(locations, np.random.default_rng(7))
    simulated = float((reports <= stated.stated).mean())
    error = math.sqrt(result.predictive_cdf * (1 - result.predictive_cdf) / reports.size)
    assert abs(simulated - result.predictive_cdf) <= 4 * error


@pytest.mark.parametrize(("claim", "reading"), READINGS)
def test_the_probability_of_at_least_the_figure_is_a_share_of_draws(
    posterior: Posterior, checks: Checks, claim: str, reading: str | None
) -> None:
    result = only(checks, claim, reading)
    draws = posterior.draws(result.quantity)
    stated = next(entry for entry in posterior.case.claim if entry.id == claim)
    times = stated.containers or 1.0
    assert result.p_at_least == pytest.approx(float((times * draws >= result.stated).mean()), abs=1e-12)
    quantiles = [result.estimate.p05, result.estimate.p50, result.estimate.p95]
    assert quantiles == pytest.approx(times * np.quantile(draws, [0.05, 0.5, 0.95]), rel=1e-12)


def test_a_draw_that_equals_the_figure_reaches_it(case: Case) -> None:
    held_out = "counts-but:rok-mnd-2024-06"
    draws = quick(case, given=held_out).draws("containers.munitions@2024-06-14")
    middle = float(np.sort(draws, axis=None)[draws.size // 2])
    result = only(check(quick(case, {"claim.rok-mnd-2024-06": middle}, given=held_out)), "rok-mnd-2024-06")
    assert result.stated == middle
    assert result.p_at_least == 0.5


def test_the_tail_is_the_smaller_one_and_for_a_yardstick_the_upper(checks: Checks) -> None:
    for result in checks:
        upper = 1 - result.predictive_cdf
        if result.claim == "eu-deliveries-2024-06":
            assert (result.tail_probability, result.side) == (upper, "high")
            assert upper > 0.5
        else:
            assert result.tail_probability == min(result.predictive_cdf, upper)
            assert result.side == ("high" if upper < result.predictive_cdf else "low")


def test_a_yardstick_far_below_the_total_is_consistent(case: Case) -> None:
    low = {"claim.eu-deliveries-2024-06": 1000, "claim.eu-deliveries-2024-06.resolution": 1}
    result = check(quick(case, low), ("eu-deliveries-2024-06",))[0]
    assert result.predictive_cdf < 0.001
    assert result.verdict == "consistent"


def test_a_yardstick_far_above_the_total_is_not(case: Case) -> None:
    result = check(quick(case, {"claim.eu-deliveries-2024-06": 1e8}), ("eu-deliveries-2024-06",))[0]
    assert result.tail_probability < 0.001
    assert result.verdict == "very high"


# --- readings ----------------------------------------------------------------------------


@pytest.mark.parametrize("claim", ["rok-mnd-2024-02-122mm", "ua-gur-2024", "rok-mnd-2024-06-capacity"])
def test_probabilities_of_readings_sum_to_one(checks: Checks, claim: str) -> None:
    weights = [result.reading_probability for result in checks if result.claim == claim]
    assert sum(weights) == pytest.approx(1, abs=1e-12)
    assert weights == sorted(weights, reverse=True)


def test_the_122mm_figure_all_but_certainly_speaks_of_rockets(checks: Checks) -> None:
    assert only(checks, "rok-mnd-2024-02-122mm", "122mm-rocket").reading_probability > 0.99


def test_a_reading_is_as_probable_as_it_predicts_the_figure(posterior: Posterior, checks: Checks) -> None:
    # Densities of the figure by a kernel estimate over simulated reports, in place of the exact ones.
    rng, densities = np.random.default_rng(8), []
    for day in (FEBRUARY, JUNE):
        bias = 0.20 * rng.standard_normal(posterior.shape)
        noise = math.hypot(0.08, 0.1 / 1.5 / math.sqrt(12)) * rng.standard_normal(posterior.shape)
        off = rng.random(posterior.shape) < 0.05
        noise = np.where(off, 0.5 * rng.standard_t(4, posterior.shape), noise)
        reports = np.log(posterior.draws(f"rounds.mixed@{day.isoformat()}")) + bias + noise
        densities.append(float((np.abs(reports - math.log(1.5e6)) < 0.1).mean()))
    share = densities[0] / sum(densities)
    error = math.sqrt(sum(1 / density for density in densities) / posterior.draws("load").size) / 4
    found = only(checks, "ua-gur-2024", "by 26 February 2024").reading_probability
    assert abs(found - share) <= 4 * error


def test_the_more_probable_reading_comes_first_whatever_the_order_of_the_file(case: Case) -> None:
    later = check(quick(case, {"claim.ua-gur-2024": 3e6}), ("ua-gur-2024",))
    assert [result.reading for result in later] == ["by 14 June 2024", "by 26 February 2024"]
    assert [result.day for result in later.leading] == [JUNE]


def test_nature_and_date_are_named_together_when_both_are_open(case: Case) -> None:
    def leave_open(document: dict[str, Any]) -> None:
        claim = next(entry for entry in document["claim"] if entry["id"] == "ua-gur-2024")
        claim["nature"], claim["under_all"] = ("152mm-howitzer", "122mm-rocket"), None

    found = check(quick(edited(case, leave_open)), ("ua-gur-2024",))
    assert {result.reading for result in found} == {
        f"{nature}, by {day}"
        for nature in ("152mm-howitzer", "122mm-rocket")
        for day in ("26 February 2024", "14 June 2024")
    }
    assert sum(result.reading_probability for result in found) == pytest.approx(1)
    assert (
        "122mm rockets sent by 14 June 2024"
        in only(found, "ua-gur-2024", "122mm-rocket, by 14 June 2024").sentence
    )


def test_a_capacity_stated_at_an_uncertain_date_has_one_reading(case: Case) -> None:
    def blur(document: dict[str, Any]) -> None:
        claim = next(entry for entry in document["claim"] if entry["id"] == "rok-mnd-2024-06-capacity")
        claim["as_of"], claim["under_all"] = {"earliest": FEBRUARY, "latest": JUNE}, None

    found = check(quick(edited(case, blur)), ("rok-mnd-2024-06-capacity",))
    assert [(result.reading, result.day) for result in found] == [(None, FEBRUARY)]
    assert "reading" not in found[0].sentence


# --- what is physically possible ---------------------------------------------------------


def test_figures_per_container(posterior: Posterior, checks: Checks) -> None:
    stated = only(checks, "rok-mnd-2024-02-152mm")
    assert (stated.containers, stated.possible) == (6700, True)
    assert stated.implied_per_container == pytest.approx(3_000_000 / 6700)
    assert stated.ceiling_per_container == pytest.approx(28_200 / 43.56)
    total = only(checks, "rok-mnd-2024-02-sent")
    assert total.containers == posterior.estimate("containers.artillery@2024-02-26").p50
    assert total.implied_per_container == pytest.approx(total.stated / total.containers)
    assert total.ceiling_per_container == pytest.approx(28_200 / 21.76)
    assert total.possible is True


def test_a_yardstick_cannot_be_impossible(checks: Checks) -> None:
    assert only(checks, "eu-deliveries-2024-06").possible is None


# 6,700 containers of 28,200 / 43.56 rounds each hold 4,337,465.6.
@pytest.mark.parametrize(("figure", "possible"), [(4_337_465, True), (4_337_466, False)])
def test_a_capacity_beyond_the_ceiling_is_impossible(case: Case, figure: float, possible: bool) -> None:  # noqa: FBT001
    found = check(quick(case, {"claim.rok-mnd-2024-02-152mm": figure}))
    result = only(found, "rok-mnd-2024-02-152mm")
    assert result.possible is possible
    assert result.verdict == ("very high" if possible else "impossible")
    assert found.failed


def test_a_capacity_at_the_very_ceiling_is_possible(case: Case) -> None:
    most = (ceiling_per_container(case, "152mm-howitzer") or 0.0) * 6700
    for figure, possible in ((most, True), (math.nextafter(most, math.inf), False)):
        changed = quick(case, {"claim.rok-mnd-2024-02-152mm": figure})
        assert check(changed, ("rok-mnd-2024-02-152mm",))[0].possible is possible


def test_an_impossible_figure_is_counted_in_the_carrier_of_the_case(case: Case) -> None:
    def by_truck(document: dict[str, Any]) -> None:
        document["case"]["carrier"] = "trucks"
        claim = next(entry for entry in document["claim"] if entry["id"] == "rok-mnd-2024-02-152mm")
        claim["value"] = 6_700_000

    sentence = check(quick(edited(case, by_truck)), ("rok-mnd-2024-02-152mm",))[0].sentence
    assert "that 6,700 trucks could hold" in sentence
    assert "it needs 1,000 rounds per truck, and no more than 647 can be packed" in sentence


def test_the_sentence_on_an_impossible_figure_gives_the_arithmetic(case: Case) -> None:
    result = check(quick(case, {"claim.rok-mnd-2024-02-152mm": 6_700_000}), ("rok-mnd-2024-02-152mm",))[0]
    assert result.sentence == (
        "About 6.7 million rounds (152mm howitzer rounds that 6,700 containers could hold), stated by the "
        "South Korean Ministry of National Defense (computed as 1,000 a container, times its own count of "
        "6,700), is physically impossible: it needs 1,000 rounds per container, and no more than 647 "
        "can be packed."
    )


@pytest.mark.parametrize(("margin", "possible"), [(0.999, True), (1.001, False)])
def test_a_total_is_impossible_beyond_what_credible_containers_hold(
    case: Case,
    margin: float,
    possible: bool,  # noqa: FBT001
) -> None:
    before = quick(case)
    most = before.estimate("containers.artillery@2024-02-26").p95 * 28_200 / 21.76

    def so_many(document: dict[str, Any]) -> None:
        claim = next(entry for entry in document["claim"] if entry["id"] == "rok-mnd-2024-02-sent")
        claim.update(value=margin * most, resolution=1e5, hedge="at_least")

    result = check(quick(edited(case, so_many)), ("rok-mnd-2024-02-sent",))[0]
    assert result.possible is possible


def test_a_total_of_one_nature_has_that_nature_s_ceiling(case: Case) -> None:
    result = check(quick(edited(case, with_a_total_of_one_nature)), ("rok-mnd-2024-02-sent",))[0]
    assert result.ceiling_per_container == pytest.approx(28_200 / 66.3)
    assert "(122mm rockets sent by 26 February 2024)" in result.sentence


# --- what can be checked -----------------------------------------------------------------


def test_a_claim_that_was_held_out_is_checked(case: Case) -> None:
    found = check(quick(case, given="all-but:ua-gur-2024"))
    assert "ua-gur-2024" in [result.claim for result in found.leading]
    held_out = check(quick(case, given="counts-but:us-state-2024-02"))
    assert "us-state-2024-02" in [result.claim for result in held_out.leading]


def test_a_claim_of_containers_is_checked_against_the_others(case: Case) -> None:
    held_out = quick(case, given="counts-but:rok-mnd-2024-06")
    result = only(check(held_out), "rok-mnd-2024-06")
    assert (result.use, result.unit, result.quantity) == (
        "fit",
        "containers",
        "containers.munitions@2024-06-14",
    )
    assert (result.containers, result.implied_per_container, result.ceiling_per_container) == (
        None,
        None,
        None,
    )
    assert result.possible is None
    assert result.verdict == "consistent"
    draws = held_out.draws("containers.munitions@2024-06-14")
    assert result.p_at_least == pytest.approx(float((draws >= 10_000).mean()))
    assert result.sentence.startswith(
        "At least 10,000 containers (munitions, by 14 June 2024), stated as the lower end by the South"
    )


def test_a_false_count_is_found_out_by_the_others(case: Case) -> None:
    wrong = quick(case, {"claim.rok-mnd-2024-02": 67_000}, given="counts-but:rok-mnd-2024-02")
    result = only(check(wrong), "rok-mnd-2024-02")
    assert result.verdict == "very high"
    assert result.predictive_cdf > 0.99


def test_what_was_fit_cannot_be_checked_in_the_same_run(
    posterior: Posterior, posterior_all: Posterior
) -> None:
    message = (
        "us-state-2024-02 was fit, so it cannot be checked in the same run; hold it out with --without us"
    )
    with pytest.raises(UsageError, match=message):
        check(posterior, ("us-state-2024-02",))
    with pytest.raises(UsageError, match="ua-gur-2024 was fit"):
        check(posterior_all, ("eu-deliveries-2024-06", "ua-gur-2024"))


def test_a_ratio_has_nothing_to_be_checked_against(posterior: Posterior) -> None:
    with pytest.raises(UsageError, match="rok-mnd-2024-02-return states a ratio"):
        check(posterior, ("rok-mnd-2024-02-return",))


def test_an_unknown_claim_is_answered_with_close_ones(posterior: Posterior) -> None:
    with pytest.raises(UnknownNameError, match="no claim is called 'ua-gur'; did you mean ua-gur-2024"):
        check(posterior, ("ua-gur",))


def test_claims_are_checked_in_the_order_asked_for(posterior: Posterior) -> None:
    asked = ("eu-deliveries-2024-06", "rok-mnd-2024-02-152mm")
    assert tuple(result.claim for result in check(posterior, asked)) == asked


def test_a_case_without_claims_to_check_has_no_checks() -> None:
    found = check(fit(one_claim_case(), runs=4, engine="smc", particles=64, allow_unconverged=True))
    assert len(found) == 0
    assert found.leading == ()
    assert not found.failed


def test_a_claim_shown_as_context_is_checked_when_asked_for(case: Case) -> None:
    shown = quick(case, {"claim.ua-gur-2024.hedge": "about", "claim.us-white-house-2023-10.use": "context"})
    assert "us-white-house-2023-10" not in {result.claim for result in check(shown)}
    assert check(shown, ("us-white-house-2023-10",))[0].use == "context"


@pytest.mark.parametrize(
    ("scale", "word", "yardstick"),
    [
        ("icd203", "(very unlikely)", "(very likely)"),
        ("phia", "(remote chance)", "(highly likely)"),
        ("ipcc", "(very unlikely)", "(likely)"),
    ],
)
def test_sentences_take_their_words_from_the_scale_asked_for(
    posterior: Posterior, scale: str, word: str, yardstick: str
) -> None:
    compared, passed = check(posterior, ("rok-mnd-2024-02-152mm", "eu-deliveries-2024-06"), scale=scale)
    assert f"a 7% chance that it was that high {word};" in compared.sentence
    assert (
        f"{phrases.chance(passed.tail_probability)} that the total exceeds it {yardstick};" in passed.sentence
    )


def test_the_scale_changes_words_and_no_number(posterior: Posterior) -> None:
    def numbers(scale: str) -> list[Check]:
        return [dataclasses.replace(result, sentence="") for result in check(posterior, scale=scale)]

    assert numbers("icd203") == numbers("phia") == numbers("ipcc")
    assert check(posterior, scale="icd203") == check(posterior)
    assert check(posterior, scale="phia") != check(posterior)


def test_a_scale_that_there_is_not_is_refused_before_anything_is_checked(posterior: Posterior) -> None:
    with pytest.raises(UnknownNameError, match="scale"):
        check(posterior, ("no-such-claim",), scale="kent")


def as_shipped(_document: dict[str, Any]) -> None:
    """No edit."""


def with_a_fixed_mix_first(document: dict[str, Any]) -> None:
    document["scenario"] = document["scenario"][1:]


def with_a_total_of_one_nature(document: dict[str, Any]) -> None:
    claim = next(entry for entry in document["claim"] if entry["id"] == "rok-mnd-2024-02-sent")
    claim["nature"] = "122mm-rocket"


@pytest.mark.parametrize("edit", [as_shipped, with_a_fixed_mix_first, with_a_total_of_one_nature])
def test_the_name_of_the_quantity_can_be_asked_of_the_posterior(
    case: Case, edit: Callable[[dict[str, Any]], None]
) -> None:
    posterior = quick(edited(case, edit))
    for result in check(posterior):
        assert posterior.estimate(result.quantity).name == result.quantity


def test_a_range_of_what_a_claim_speaks_of_is_in_the_claim_s_unit(posterior: Posterior) -> None:
    claims = {claim.id: claim for claim in posterior.case.claim}
    capacity = estimate_claimed(posterior, readings(claims["rok-mnd-2024-02-152mm"])[0])
    assert (capacity.name, capacity.unit) == ("capacity.152mm-howitzer", "rounds")
    assert capacity.p50 == pytest.approx(6700 * posterior.estimate("capacity.152mm-howitzer").p50)
    containers = estimate_claimed(posterior, readings(claims["us-state-2024-02"])[0])
    assert containers == posterior.estimate("containers.military@2024-02-23")


# --- in words ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "reading", "parts"),
    [
        (
            "rok-mnd-2024-02-152mm",
            None,
            (
                "About 3 million rounds (152mm howitzer rounds that 6,700 containers could hold), stated by "
                "the South Korean Ministry of National Defense (computed as 448 a container, times "
                "its own count "
                "of 6,700), is high against the model's 2.1 million rounds (90% interval 1.",
                " to 2.9 million): the model gives a 7% chance that it was that high (very "
                "unlikely); figures "
                "from 1.5 to 2.9 million would have passed.",
            ),
        ),
        (
            "rok-mnd-2024-02-122mm",
            "122mm-rocket",
            ("About 500,000 rounds", "122mm rockets", "more than 99%", "low against", "a 6% chance"),
        ),
        (
            "rok-mnd-2024-02-122mm",
            "122mm-howitzer",
            (
                "122mm howitzer rounds",
                "this reading is less than 1% likely, equal odds before",
                "is very low against",
                "3.5 million",
            ),
        ),
        (
            "rok-mnd-2024-02-sent",
            None,
            (
                "Several million rounds (sent by 26 February 2024)",
                "(computed from its own count of 6,700)",
                "high against",
            ),
        ),
        (
            "rok-mnd-2024-06-capacity",
            None,
            (
                "Up to 4.8 million rounds",
                "stated as the upper end",
                "10,000 containers",
                "3.1 million",
                "19%",
            ),
        ),
        (
            "ua-gur-2024",
            "by 26 February 2024",
            ("About 1.5 million", "26 February 2024", "1.1 million", "a 27% chance that it was that high"),
        ),
        (
            "ua-gur-2024",
            "by 14 June 2024",
            ("About 1.5 million", "14 June 2024", "2.0 million", "a 30% chance that it was that low"),
        ),
        (
            "eu-deliveries-2024-06",
            None,
            (
                "a yardstick given by the European Union",
                "2.0 million",
                "an 89% chance that the total exceeds it",
            ),
        ),
    ],
)
def test_sentences_of_the_default_checks(
    checks: Checks, claim: str, reading: str | None, parts: tuple[str, ...]
) -> None:
    result = only(checks, claim, reading)
    for part in parts:
        assert part in result.sentence
    weight = f"this reading is {phrases.probability(result.reading_probability)} likely"
    assert (weight in result.sentence) == (reading is not None)


def test_every_check_has_one_sentence(checks: Checks) -> None:
    for result in checks:
        assert str(result) == result.sentence
        assert result.sentence.endswith(".")
        assert result.sentence.count(". ") == 0
        assert re.search(r"\b(nan|inf|None)\b", result.sentence) is None
    assert repr(checks).split("\n") == [result.sentence for result in checks]


def test_a_check_against_unconverged_draws_says_so(posterior: Posterior) -> None:
    sampled = {
        name: draws + 1.0 * (np.arange(len(draws)) == 0)[:, None]
        for name, draws in posterior.coordinates.items()
    }
    found = check(dataclasses.replace(posterior, coordinates=sampled, allow_unconverged=True))
    result = only(found, "rok-mnd-2024-02-sent")
    assert result.estimate.not_quotable is not None
    assert "Not converged" in result.sentence
    assert "Not converged" in found._repr_html_()


def test_a_table_has_a_row_for_each_check(checks: Checks) -> None:
    table = checks.table().rows
    assert len(table) == len(checks)
    assert {len(row) for row in table} == {len(checks.table().head)}
    assert table[0] == (
        "about 3 million rounds",
        "the South Korean Ministry of National Defense",
        "high",
        "7%\n(that high)",
        "1.5 to 2.9 million",
        "capacity.152mm-howitzer\n(computed as 448 a container, times its own count of 6,700)",
        "2.1 million rounds\n1.6 to 2.9 million",
        "2%",
        "448 (647)",
    )
    assert table[1][5].startswith("capacity.122mm-rocket\n(reading: more than 99%, Bayes factor ")
    # 500,000 and 4,800,000 over 6,700 and 10,000; at most 28,200 / 66.3 and 28,200 / 21.76.
    assert [table[place][8] for place in (1, 4)] == ["74.6 (425)", "480 (1,300)"]


def test_the_table_of_a_notebook_has_a_head(checks: Checks) -> None:
    shown = Page(checks._repr_html_())
    cells = ["by", "verdict", "finding", "the South Korean Ministry of National Defense"]
    assert shown.text[:4] == cells


def test_a_table_leaves_out_containers_per_container(case: Case) -> None:
    found = check(quick(case, given="counts-but:us-state-2024-02"), ("us-state-2024-02",))
    assert not any("per container" in name for name in found.table().head)


def test_mark_up_and_control_characters_in_a_case_stay_text(case: Case) -> None:
    def poison(document: dict[str, Any]) -> None:
        document["case"]["item"] = "<b>rounds\x1b[31m"
        document["case"]["carrier"] = "boxes\u202e"
        document["nature"][0]["title"] = "<script>alert(1)</script>\x07"
        for claimant in document["claimant"]:
            claimant["title"] = "<img src=x onerror=alert(1)>\n& co"

    found = check(quick(edited(case, poison)))
    page = Page(found._repr_html_())
    assert set(page.tags) == {"table", "thead", "tbody", "tr", "th", "td", "p"}
    assert page.tags.count("tr") == 1 + len(found)
    for result in found:
        assert result.sentence.isprintable()
        assert "<img src=x onerror=alert(1)> & co" in result.sentence


# --- where the truth is known --------------------------------------------------------------


def test_what_was_tallied_lies_within_the_interval_that_counts_of_ships_give() -> None:
    posterior = fit(load_case("black-sea-grain-2022"), seed=1)
    tallied = [found for found in check(posterior) if found.claim.endswith("-tonnes")]
    assert len(tallied) == 7
    assert all(found.estimate.p05 < found.stated < found.estimate.p95 for found in tallied)
    assert {found.verdict for found in tallied} == {"consistent"}
