"""What-if changes touch the one input they name, are validated as a file is, and leave the case alone."""

from __future__ import annotations

import copy
import datetime as dt
import math
import pickle
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from building import edited
from shellcount.case.amounts import StatedRange
from shellcount.case.changes import Change, parse_change, with_changes
from shellcount.case.inputs import changeable
from shellcount.case.reading import load_case
from shellcount.case.schema import Case, Claim
from shellcount.errors import CaseError, ShellcountError, UsageError
from shellcount.model.model import build_model

GOOD = Path(__file__).parents[1] / "cases" / "good_minimal.toml"
CASE = load_case(GOOD)
LEDGER = load_case(GOOD.with_name("good_ledger.toml"))
KNOWN = "or one number that is taken as known"
FIGURE = "claim.crossed takes a number, a range as (LOW, HIGH) or LOW:HIGH, or words"


def leaves(value: Any, at: str = "") -> dict[str, object]:
    """Values of a case by their path."""
    items = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple) else None
    )
    if items is None:
        return {at: value}
    return {
        path: leaf for key, item in items for path, leaf in leaves(item, f"{at}.{key}".strip(".")).items()
    }


def differences(changed: Case) -> dict[str, object]:
    """What differs from the case that was changed."""
    before, after = leaves(CASE.model_dump(by_alias=True)), leaves(changed.model_dump(by_alias=True))
    return {path: after.get(path) for path in before | after if before.get(path) != after.get(path)}


@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        ("load", (0.6, 0.9), {"priors.load.low": 0.6, "priors.load.high": 0.9}),
        ("first_rate_per_day", (5, 40), {"priors.first_rate_per_day.low": 5}),
        ("payload_share", (0.7, 0.95), {"priors.payload_share.low": 0.7}),
        ("stowage", (0.6, 0.88), {"priors.stowage.low": 0.6}),
        ("parcels_share", (0.3, 0.8), {"scope.1.share.high": 0.8}),
        ("food.pallets.mass_kg", (14, 16), {"nature.0.stow.0.mass_kg.low": 14}),
        ("hygiene.cartons.volume_m3", (0.01, 0.02), {"nature.1.stow.0.volume_m3.high": 0.02}),
        ("mix_spread", 0.5, {"priors.mix_spread.value": 0.5}),
        ("rate_walk_sd", 0, {"priors.rate_walk_sd.value": 0}),
        ("rated_payload_kg", 26_000, {"containers.rated_payload_kg.value": 26_000}),
        ("cube_m3", 76.5, {"containers.cube_m3.value": 76.5}),
        ("mix.food", 0.6, {"nature.0.base_share": 0.6}),
        ("food.stow_spread", 0.2, {"nature.0.stow_spread.value": 0.2}),
        ("food.loose.base_share", 0.5, {"nature.0.stow.1.base_share": 0.5}),
        ("reliability.B", 0.3, {"reliability.B.value": 0.3}),
        ("hedges.up_to.sigma", 0.1, {"hedges.up_to.sigma": 0.1}),
        ("hedges.up_to.margin", 0, {"hedges.up_to.margin": 0}),
        ("claim.crossed", 500, {"claim.0.value": 500}),
        ("claim.crossed.value", 500, {"claim.0.value": 500}),
        ("claim.crossed.resolution", 50, {"claim.0.resolution": 50}),
        ("claim.crossed.hedge", "up_to", {"claim.0.hedge": "up_to"}),
        ("claim.crossed.use", "check", {"claim.0.use": "check"}),
        ("claim.crossed.as_of", "2025-03-01", {"claim.0.as_of": dt.date(2025, 3, 1)}),
        ("claim.could-hold.containers", 410, {"claim.1.containers": 410}),
        ("load", 1, {"priors.load.low": None, "priors.load.high": None, "priors.load.value": 1}),
        ("claim.crossed.hedge", "no_more_than", {"claim.0.hedge": "up_to"}),
        ("claim.crossed.as_of", "2025-03", {"claim.0.as_of": dt.date(2025, 3, 31)}),
        ("claim.crossed.since", "2025-02", {"claim.0.since": dt.date(2025, 2, 1)}),
        (
            "claim.crossed.as_of",
            "2025-02..2025-03-07",
            {
                "claim.0.as_of": None,
                "claim.0.as_of.earliest": dt.date(2025, 2, 1),
                "claim.0.as_of.latest": dt.date(2025, 3, 7),
            },
        ),
        ("claimant.office.bias_sd", 0.2, {"claimant.0.grade": None, "claimant.0.bias_sd": 0.2}),
        ("flow.step_days", 7, {"flow.step_days": 7}),
        ("flow.step", "month", {"flow.step": "month"}),
        ("robustness.outlier_share", 0, {"robustness.outlier_share": 0}),
    ],
)
def test_a_change_touches_the_one_input_that_it_names(
    name: str, change: Change, expected: dict[str, object]
) -> None:
    assert differences(with_changes(CASE, {name: change})) == expected


def test_a_new_scenario_is_added_at_the_end() -> None:
    changed = with_changes(CASE, {"scenario.half": {"food": 0.5, "hygiene": 0.5}})
    assert [scenario.id for scenario in changed.scenario] == ["mixed", "all-food", "half"]
    assert changed.scenario[-1].mix == {"food": 0.5, "hygiene": 0.5}
    assert changed.scenario[-1].title == "0.5 food, 0.5 hygiene"


def test_a_scenario_of_a_known_name_is_replaced() -> None:
    changed = with_changes(CASE, {"scenario.all-food": {"food": 0.9, "hygiene": 0.1}})
    assert [(scenario.id, scenario.mix) for scenario in changed.scenario] == [
        ("mixed", None),
        ("all-food", {"food": 0.9, "hygiene": 0.1}),
    ]


def test_a_scenario_with_the_mix_that_it_has_keeps_its_title() -> None:
    assert CASE.scenario[1].mix == {"food": 1.0}
    assert with_changes(CASE, {"scenario.all-food": {"food": 1.0}}) is CASE


def test_the_record_of_changes_repeats_them_where_one_takes_the_place_of_another() -> None:
    claimant, grade = CASE.claimant[0].id, next(iter(CASE.reliability))
    wide = with_changes(CASE, {f"claimant.{claimant}.bias_sd": 0.3, "load": 0.7})
    graded = with_changes(wide, {f"claimant.{claimant}.grade": grade})
    assert graded.changes == ("load=0.7", f"claimant.{claimant}.grade={grade}")
    assert with_changes(CASE, dict(map(parse_change, graded.changes))).digest == graded.digest


def test_a_scenario_that_is_replaced_keeps_its_place_so_that_it_still_answers() -> None:
    case = load_case()
    changed = with_changes(case, {f"scenario.{case.scenario[0].id}": {"152mm-howitzer": 1.0}})
    assert [scenario.id for scenario in changed.scenario] == [scenario.id for scenario in case.scenario]


def test_several_changes_are_made_together() -> None:
    changed = with_changes(CASE, {"load": (0.6, 0.9), "claim.crossed": 500, "scenario.kits": {"hygiene": 1}})
    assert (changed.priors.load.low, changed.claim[0].value, len(changed.scenario)) == (0.6, 500, 3)


def test_no_change_is_the_same_case() -> None:
    assert with_changes(CASE, {}) == CASE
    assert with_changes(load_case(), {}).digest == load_case().digest


def test_the_case_that_is_changed_is_not_touched() -> None:
    with_changes(CASE, {"load": (0.6, 0.9), "hedges.about.sigma": 1, "scenario.mixed": {"food": 1}})
    before = load_case(GOOD)
    assert before == CASE
    assert before.digest == CASE.digest


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("lod", "unknown setting 'lod'; did you mean load?"),
        ("claim.crosed", "unknown setting 'claim.crosed'; did you mean claim.crossed"),
        ("hedges.nearly.sigma", "unknown setting 'hedges.nearly.sigma'; did you mean "),
        ("reliability.C", "unknown setting 'reliability.C'; did you mean reliability.B?"),
        (
            "hygiene.stow_spread",
            "unknown setting 'hygiene.stow_spread'; did you mean food.stow_spread",
        ),
        ("all-aid_share", "unknown setting 'all-aid_share'; "),
        ("case.title", "unknown setting 'case.title'; known are "),
        ("\x1b[2J\n", r"unknown setting '\\x1b[2J'; known are "),
    ],
)
def test_an_unknown_name_is_answered_with_known_ones(name: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        with_changes(CASE, {name: 1.0})
    assert str(refused.value).startswith(message)
    assert str(refused.value).isprintable()


def test_a_pair_may_be_a_list() -> None:
    assert with_changes(CASE, {"load": [0.5, 0.9]}) == with_changes(CASE, {"load": (0.5, 0.9)})


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        (
            "load",
            "high",
            "load is a prior: give its 5% and 95% quantiles, as (LOW, HIGH) or LOW:HIGH, " + KNOWN,
        ),
        (
            "load",
            {"food": 1.0},
            "load is a prior: give its 5% and 95% quantiles, as (LOW, HIGH) or LOW:HIGH, " + KNOWN,
        ),
        (
            "load",
            (0.5,),
            "load is a prior: give its 5% and 95% quantiles, as (LOW, HIGH) or LOW:HIGH, " + KNOWN,
        ),
        (
            "load",
            (0.5, 0.7, 0.9),
            "load is a prior: give its 5% and 95% quantiles, as (LOW, HIGH) or LOW:HIGH, " + KNOWN,
        ),
        ("cube_m3", (70.0, 80.0), "cube_m3 takes a single value"),
        ("claim.crossed", {"food": 1.0}, FIGURE),
        ("claim.crossed", (1.0, 2.0, 3.0), FIGURE),
        ("claim.crossed.hedge", (1.0, 2.0), "claim.crossed.hedge takes a single value"),
        ("claim.crossed.as_of", "2025-03..April", "'April' is not a date such as 2024-06-14"),
        ("claim.crossed.as_of", "March", "'March' is not a date such as 2024-06-14"),
        ("scenario.half", 0.5, "scenario.half takes shares, as NATURE:SHARE,NATURE:SHARE"),
        ("scenario.half", (0.5, 0.5), "scenario.half takes shares, as NATURE:SHARE,NATURE:SHARE"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(name: str, change: Change, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        with_changes(CASE, {name: change})
    assert str(refused.value) == message


def test_shares_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ShellcountError):
        with_changes(CASE, {"scenario.half": cast("dict[str, float]", {"food": "a half"})})


@pytest.mark.parametrize(
    ("name", "change", "path", "message"),
    [
        ("load", (0.9, 0.6), "priors.load", "the 5% quantile (0.9) must be below the 95% quantile (0.6)"),
        ("load", (0.5, math.nan), "priors.load.high", "must be a finite number"),
        ("load", ("low", 0.9), "priors.load.low", "must be a number"),
        ("cube_m3", "large", "containers.cube_m3.value", "must be a number"),
        ("cube_m3", -1.0, "containers.cube_m3.value", "must be at least 1e-09"),
        ("claim.crossed", "many", "claim[0].value", "not in the lexicon of words for amounts"),
        ("claim.crossed", (500.0, 400.0), "claim[0].value", "low must be below high"),
        ("claim.crossed", 1e-12, "claim[0].value", "must be 0, for none seen, or at least 1e-09"),
        ("claim.could-hold", 0, "claim[1].value", "0 says nothing for a claim of capacity"),
        ("claim.crossed.hedge", "between", "claim[0].hedge", "only a range can be `between`"),
        ("claim.crossed.since", "2025-03-08", "claim[0].since", "the period ends before it begins"),
        ("claim.could-hold.since", "2025-01", "claim[1].since", "not allowed for a claim of capacity"),
        ("claim.crossed.as_of", "2025-03-07..2025-03-01", "claim[0].as_of", "earliest is after latest"),
        ("load", 70, "priors.load.value", "a share must be at most 1"),
        ("load", 0, "priors.load.value", "must be at least 1e-09"),
        ("claimant.office.grade", "C", "claimant[0].grade", "[reliability.C] is missing"),
        ("claimant.office.bias_sd", -1, "claimant[0].bias_sd", "must be at least 0"),
        ("flow.step", "week", "flow.step", "not one of the allowed values"),
        ("flow.step_days", 7.5, "flow.step_days", "must be a whole number"),
        ("robustness.outlier_share", 1, "robustness.outlier_share", "must be less than 1"),
        ("claim.crossed", 5.0, "claim[0].resolution", "coarser than the value"),
        ("claim.crossed.hedge", "abuot", "claim[0].hedge", "not one of the allowed values"),
        ("claim.crossed.hedge", "nearly", "claim[0].hedge", "[hedges.nearly] is missing"),
        ("claim.crossed.use", 1.0, "claim[0].use", "not one of the allowed values"),
        ("claim.crossed.as_of", "2025-01-01", "claim[0].as_of", "not after the first shipment (2025-01-15)"),
        ("claim.crossed.containers", 4.0, "claim[0].containers", "not allowed for a claim of containers"),
        ("scenario.half", {"food": 0.5}, "scenario[2].mix", "the shares must sum to 1"),
        ("scenario.half", {"water": 1.0}, "scenario[2].mix.water", "no nature has this id"),
        ("scenario.food", {"food": 1.0}, "scenario[2].id", "a nature has this id"),
        ("scenario.", {"food": 1.0}, "scenario[2].id", "has the wrong form"),
    ],
)
def test_a_change_that_spoils_the_case_is_told_as_the_file_would_be(
    name: str, change: Change, path: str, message: str
) -> None:
    with pytest.raises(CaseError) as refused:
        with_changes(CASE, {name: change})
    assert [(fault.path, fault.message) for fault in refused.value.faults] == [(path, message)]
    assert refused.value.origin == f"aid-trucks with {name}"


@pytest.mark.parametrize(
    ("text", "name", "change"),
    [
        ("load=0.5:0.9", "load", (0.5, 0.9)),
        (" load = 5e-1 : .9 ", "load", (0.5, 0.9)),
        ("claim.crossed=500", "claim.crossed", 500.0),
        ("claim.crossed.hedge=more_than", "claim.crossed.hedge", "more_than"),
        ("claim.crossed.as_of=2025-03-01", "claim.crossed.as_of", "2025-03-01"),
        ("a=b=c", "a", "b=c"),
        ("scenario.half=food:0.5,hygiene:0.5", "scenario.half", {"food": 0.5, "hygiene": 0.5}),
        ("scenario.half= food : 0.5 , hygiene : 0.5", "scenario.half", {"food": 0.5, "hygiene": 0.5}),
        ("scenario.odd=a:b:0.5", "scenario.odd", {"a:b": 0.5}),
    ],
)
def test_changes_are_read_from_text(text: str, name: str, change: Change) -> None:
    assert parse_change(text) == (name, change)


@pytest.mark.parametrize("text", ["", "load", "=", "load=", "=0.5:0.9", "load =  ", "\x1b[2J\n" * 99])
def test_text_that_is_no_change_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"must have the form NAME=VALUE or PRIOR=LOW:HIGH$") as refused:
        parse_change(text)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 150


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("load=low:high", "'low:high' for load cannot be read as numbers"),
        ("load=0.1:0.5:0.9", "'0.1:0.5:0.9' for load cannot be read as numbers"),
        ("load=0.5:", "'0.5:' for load cannot be read as numbers"),
        ("scenario.half=food", "'food' for scenario.half cannot be read as numbers"),
        ("scenario.half=food:half", "'food:half' for scenario.half cannot be read as numbers"),
        ("scenario.half=food:0.5,", "'food:0.5,' for scenario.half cannot be read as numbers"),
    ],
)
def test_text_whose_numbers_are_none_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_change(text)
    assert str(refused.value) == message


PIECES = [
    *("load", "claim.crossed", ".as_of", ".use", "scenario.", "half", "mix.food", "food", "cube_m3", "case"),
    *("=", ":", ",", ".", " ", "-", "\n", "\x1b", "\ud800"),
    *("0.5", "1", "1e999", "nan", "-inf", "2025-03-01", "9" * 400, "about", "fit"),
]
WRITTEN = st.text(st.characters()) | st.lists(st.sampled_from(PIECES), max_size=10).map("".join)


def attempt(text: str) -> ShellcountError | None:
    """Make one written change, and hand back the error that refuses it."""
    try:
        with_changes(CASE, dict([parse_change(text)]))
    except ShellcountError as error:
        return error
    return None


@settings(max_examples=500)
@given(WRITTEN)
def test_no_text_raises_anything_but_an_error_of_ours(text: str) -> None:
    error = attempt(text)
    assert error is None or str(error).replace("\n", "").isprintable()


@given(
    st.sampled_from(
        [
            *("load", "scenario.half", "claim.crossed", "claim.crossed.as_of", "claim.crossed.since"),
            *("mix.food", "flow.step", "flow.step_days", "claimant.office.grade", "robustness.outlier_share"),
        ]
    ),
    WRITTEN,
)
def test_no_value_of_a_known_name_raises_anything_but_an_error_of_ours(name: str, value: str) -> None:
    error = attempt(f"{name}={value}")
    assert error is None or str(error).replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("load=0,5:0,9", "; write 0.5:0.9"),
        ("load=0.5:90%", "; write 0.5:0.9"),
        ("load=1,234:2,345", ""),
        ("load=low:high", ""),
        ("load=1:2:3", ""),
        ("scenario.x=a:50%,b:0,5", ""),
        ("scenario.x=a:50%,b:1/2", ""),
        ("scenario.x=a:50%,b:half", ""),
        ("scenario.x=a:50%,b:.5", "; write a:0.5,b:0.5"),
    ],
)
def test_numbers_in_another_form_are_told_how_to_write_them(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_change(text)
    name, _, value = text.partition("=")
    assert str(refused.value) == f"{value!r} for {name} cannot be read as numbers{hint}"


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        (
            "claim.crossed",
            "1.234.567",
            "'1.234.567' for claim.crossed is not a number, a range or words; write claim.crossed=1234567",
        ),
        (
            "claim.crossed.value",
            "at least 6,700k",
            "write claim.crossed=6700000 and claim.crossed.hedge=at_least or "
            "claim.crossed=6700 and claim.crossed.hedge=at_least, whichever is meant",
        ),
        ("claim.crossed", "4.2-5.8M", "; write claim.crossed=4200000:5800000"),
        ("claim.crossed", "none seen", "; write claim.crossed=0"),
        ("claim.crossed", "4 boxes", "; leave out 'boxes'; units are "),
        ("claim.crossed.hedge", "max", "(found 'max'); write up_to"),
        ("load", "50%", "one number that is taken as known; write load=0.5"),
        ("load", "0,5 to 0,9", "one number that is taken as known; write load=0.5:0.9"),
        ("claim.crossed.as_of", "June 2025", "; write 2025-06"),
        ("claim.crossed.as_of", "mid-June 2025", "that it may be, such as 2025-06-11..2025-06-20"),
        ("claim.crossed.as_of", "1-12 June 2025", "; write 2025-06-01..2025-06-12"),
        ("claim.crossed.as_of", "1 June 2025..2025-06-12", "; write 2025-06-01"),
        ("claim.crossed.since", "1-12 June 2025", "; write one day, such as the last"),
        (
            "claim.crossed.as_of",
            "14 June 2025",
            "'14 June 2025' is not a date such as 2024-06-14; write 2025-06-14",
        ),
    ],
)
def test_a_change_in_another_form_is_told_how_to_write_it(name: str, change: str, said: str) -> None:
    with pytest.raises(ShellcountError) as refused:
        with_changes(CASE, dict([parse_change(f"{name}={change}")]))
    assert said in str(refused.value)


# --- figures of every form ---------------------------------------------------------------


def claim_of(case: Case, name: str) -> Claim:
    (claim,) = [claim for claim in case.claim if claim.id == name]
    return claim


@pytest.mark.parametrize(
    ("text", "value", "hedge", "resolution"),
    [
        ("claim.by-march=430", 430.0, "about", 10.0),
        ("claim.by-march=400:500", StatedRange(low=400, high=500), None, None),
        ("claim.by-march=Several  hundred", "several hundred", None, None),
        ("claim.by-march=0", 0.0, None, 10.0),
        ("claim.february=150:300", StatedRange(low=150, high=300, level=0.8), "between", None),
        ("claim.february=hundreds", "hundreds", "between", None),
        ("claim.did-hold=20000", 20_000.0, "exact", 1000.0),
    ],
)
def test_a_figure_of_another_form_loses_what_contradicts_it(
    text: str, value: object, hedge: str | None, resolution: float | None
) -> None:
    name, change = parse_change(text)
    claim = claim_of(with_changes(LEDGER, {name: change}), name.removeprefix("claim."))
    assert (claim.value, claim.hedge, claim.resolution) == (value, hedge, resolution)


@pytest.mark.parametrize("order", [1, -1])
def test_what_is_changed_beside_a_figure_stays_whatever_the_order(order: int) -> None:
    changes: list[tuple[str, Change]] = [("claim.by-march", (400, 500)), ("claim.by-march.hedge", "between")]
    claim = claim_of(with_changes(LEDGER, dict(changes[::order])), "by-march")
    assert (claim.hedge, claim.resolution) == ("between", None)
    back: list[tuple[str, Change]] = [
        ("claim.february", 200),
        ("claim.february.hedge", "nearly"),
        ("claim.february.resolution", 10),
    ]
    with pytest.raises(CaseError, match=r"\[hedges\.nearly\] is missing"):
        with_changes(LEDGER, dict(back[::order]))


def test_a_hedge_that_contradicts_a_figure_is_told_where_it_is_asked_for() -> None:
    with pytest.raises(CaseError, match="a range can have no hedge but `between`"):
        with_changes(LEDGER, {"claim.by-march.hedge": "about", "claim.by-march": (400, 500)})


def test_a_number_in_place_of_a_range_asks_for_its_hedge_and_resolution() -> None:
    with pytest.raises(CaseError) as refused:
        with_changes(LEDGER, {"claim.february": 200})
    assert [fault.path for fault in refused.value.faults] == ["claim[1].resolution", "claim[1].hedge"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("group.at-the-gate.correlation=0.25", 0.25),
        ("robustness.outlier_scale=1", 1.0),
        ("flow.step_days=14", 14),
        ("convoy.carriers_per_trip=20", 20.0),
        ("convoy.carriers_per_trip=15:25", (15.0, 25.0)),
        ("stowage=0.7:0.9", (0.7, 0.9)),
        ("claimant.ministry.grade=C", "C"),
        ("hedges.less_than.margin=-0.2", -0.2),
    ],
)
def test_inputs_of_the_ledger_are_set_and_set_back(text: str, expected: object) -> None:
    name, change = parse_change(text)
    changed = with_changes(LEDGER, {name: change})
    assert change == expected
    assert changed.digest != LEDGER.digest
    assert changed.changes == (text,)
    assert with_changes(LEDGER, dict(map(parse_change, changed.changes))).digest == changed.digest


def test_quantiles_take_the_place_of_a_known_value_and_back() -> None:
    uncertain = with_changes(LEDGER, {"stowage": (0.7, 0.9)})
    assert uncertain.priors.stowage is not None
    assert uncertain.priors.stowage.value is None
    assert with_changes(uncertain, {"stowage": 0.8}).digest == LEDGER.digest


def test_months_are_steps_in_place_of_days_and_back() -> None:
    monthly = with_changes(LEDGER, {"flow.step": "month"})
    assert monthly.flow is not None
    assert (monthly.flow.step, monthly.flow.step_days) == ("month", None)
    assert with_changes(monthly, {"flow.step_days": 7}).digest == LEDGER.digest
    with pytest.raises(CaseError, match="contradicts step"):
        with_changes(LEDGER, {"flow.step": "month", "flow.step_days": 7})


def test_a_nature_of_items_per_carrier_is_changed_by_its_name() -> None:
    per_carrier = {"low": 3000.0, "high": 6000.0, "basis": "-", "certainty": "U"}
    counted = edited(CASE, lambda document: document["nature"][1].update(stow=(), per_carrier=per_carrier))
    assert "hygiene.per_carrier" in changeable(counted)
    assert "food.per_carrier" not in changeable(counted)
    changed = with_changes(counted, {"hygiene.per_carrier": (4000, 5000)}).nature[1].per_carrier
    known = with_changes(counted, {"hygiene.per_carrier": 4500}).nature[1].per_carrier
    assert changed is not None
    assert known is not None
    assert (changed.low, changed.high, known.low, known.value) == (4000, 5000, None, 4500)


@pytest.mark.parametrize(
    ("name", "close"),
    [
        ("group.at-the-gates.correlation", "group.at-the-gate.correlation"),
        ("claimant.office.bias", "claimant.office.bias_sd"),
        ("flow.steps", "flow.step"),
        ("robustness.outliers", "robustness.outlier_scale"),
        ("convoy.carriers", "convoy.carriers_per_trip"),
    ],
)
def test_a_close_name_is_suggested(name: str, close: str) -> None:
    with pytest.raises(UsageError, match="did you mean ") as refused:
        with_changes(LEDGER, {name: 1.0})
    assert close in str(refused.value)


# --- the record of changes ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "written"),
    [
        ({"load": (0.5, 0.95)}, ["load=0.5:0.95"]),
        ({"cube_m3": 30}, ["cube_m3=30"]),
        (
            {"claim.crossed": 430.5, "claim.crossed.hedge": "up_to"},
            ["claim.crossed=430.5", "claim.crossed.hedge=up_to"],
        ),
        ({"scenario.half": {"food": 0.25, "hygiene": 0.75}}, ["scenario.half=food:0.25,hygiene:0.75"]),
    ],
)
def test_a_changed_case_says_how_it_was_changed(changes: dict[str, Change], written: list[str]) -> None:
    changed = with_changes(CASE, changes)
    assert list(changed.changes) == written
    assert with_changes(CASE, dict(map(parse_change, written))).digest == changed.digest
    assert CASE.changes == ()


def test_a_later_change_of_the_same_input_takes_the_place_of_an_earlier_one() -> None:
    once = with_changes(CASE, {"load": (0.5, 0.95), "cube_m3": 30})
    assert with_changes(once, {"load": (0.6, 0.95)}).changes == ("load=0.6:0.95", "cube_m3=30")


def test_changes_that_change_nothing_leave_no_record() -> None:
    low, high = CASE.priors.load.low, CASE.priors.load.high
    assert low is not None
    assert high is not None
    assert with_changes(CASE, {"load": (low, high)}) is CASE
    assert with_changes(CASE, {}) is CASE


def test_the_record_is_no_part_of_the_digest_and_survives_copies() -> None:
    changed = with_changes(CASE, {"load": (0.5, 0.95)})
    assert changed.with_record_of(()).digest == changed.digest
    for copied in (copy.copy(changed), copy.deepcopy(changed), pickle.loads(pickle.dumps(changed))):  # noqa: S301
        assert copied.changes == changed.changes


# --- claimants ---------------------------------------------------------------------------

SHIPPED = load_case()


@pytest.mark.parametrize("name", ["claimant.rok-mnd.grade", "claimant.South Korea.grade"])
def test_a_grade_is_as_if_the_file_were_edited(name: str) -> None:
    changed = with_changes(SHIPPED, {name: "D"})
    edited_by_hand = edited(SHIPPED, lambda document: document["claimant"][2].update(grade="D"))
    assert changed.digest == edited_by_hand.digest != SHIPPED.digest
    assert changed.changes == ("claimant.rok-mnd.grade=D",)
    before, after = build_model(SHIPPED), build_model(changed)
    assert (before.bias_sd["rok-mnd"], after.bias_sd["rok-mnd"]) == (0.1, 0.35)
    assert after.bias_sd == build_model(edited_by_hand).bias_sd


@pytest.mark.parametrize(
    ("changes", "members", "made"),
    [
        ({"claimant.rok-mnd.group": "none"}, "us-state us-white-house", "rok-mnd.group=none"),
        (
            {"claimant.GUR.group": "allied-intelligence"},
            "rok-mnd us-state us-white-house ua-gur",
            "ua-gur.group=allied-intelligence",
        ),
    ],
)
def test_a_group_is_left_or_joined(changes: dict[str, Change], members: str, made: str) -> None:
    changed = with_changes(SHIPPED, changes)
    expected = edited(SHIPPED, lambda document: document["group"][0].update(members=tuple(members.split())))
    assert changed.digest == expected.digest != SHIPPED.digest
    assert changed.changes == (f"claimant.{made}",)


def test_a_group_that_is_left_by_all_but_one_is_none_and_its_correlation_may_be_set_too() -> None:
    left = {"claimant.rok-mnd.group": "none", "claimant.us-state.group": "none"}
    changed = with_changes(SHIPPED, {**left, "group.allied-intelligence.correlation": 0.9})
    assert changed.group is None
    assert changed.digest == edited(SHIPPED, lambda document: document.update(group=None)).digest


def test_a_claimant_that_stays_where_it_is_changes_nothing() -> None:
    assert with_changes(SHIPPED, {"claimant.rok-mnd.group": "allied-intelligence"}) is SHIPPED
    assert with_changes(SHIPPED, {"claimant.eu.group": "none"}) is SHIPPED


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"claimant.South Koera.grade": "D"}, r"did you mean claimant\.rok-mnd\.grade\?"),
        ({"claimant.rok-mdn.grade": "D"}, r"did you mean claimant\.rok-mnd\.grade"),
        ({"claimant.rok-mnd.graed": "D"}, r"did you mean claimant\.rok-mnd\.grade"),
        ({"claimant.the.grade": "D"}, "'the' may mean us-white-house .*: write the id of one"),
        ({"claimant.rok-mnd.grade": "Z"}, "found 'Z'"),
        ({"claimant.rok-mnd.group": "alied-inteligence"}, r"did you mean allied-intelligence\?"),
        ({"claimant.rok-mnd.group": 7}, "no group is called '7'; known are allied-intelligence, none"),
        (
            {"claimant.rok-mnd.grade": "C", "claimant.South Korea.grade": "D"},
            r"^claimant\.rok-mnd\.grade is changed twice$",
        ),
        ({"claimant..grade": "D"}, "write the id of one"),
    ],
)
def test_a_claimant_that_cannot_be_meant_is_refused(changes: dict[str, Change], message: str) -> None:
    with pytest.raises(ShellcountError, match=message):
        with_changes(SHIPPED, changes)


def test_a_case_without_groups_has_none_to_join() -> None:
    with pytest.raises(UsageError, match=r"^claimant\.office\.group cannot be set: the case has no group; "):
        with_changes(CASE, {"claimant.office.group": "any"})


def test_a_checked_claim_may_be_fit_or_left_aside_whatever_it_is_under_all() -> None:
    assert SHIPPED.claim["ua-gur-2024"].under_all is not None
    for use in ("fit", "context"):
        changed = with_changes(SHIPPED, {"claim.ua-gur-2024.use": use}).claim["ua-gur-2024"]
        assert (changed.use, changed.under_all) == (use, None)
    assert with_changes(SHIPPED, {"claim.ua-gur-2024.use": "check"}) is SHIPPED
