"""The control of a setting has bounds and steps that suit what it takes, and starts from where it stands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from exploring import NAMES, case_of, controls_of, results_of, track_of
from shellcount.case.changes import with_changes
from shellcount.case.inputs import words_of
from shellcount.case.settable import settings
from shellcount.explore.control import Control
from shellcount.explore.edits import Edits, applied
from shellcount.explore.making import Maker, of_assumption, of_number, with_track
from shellcount.explore.tracks import Track
from shellcount.maths.priors import Prior

EVERY = pytest.mark.parametrize("name", NAMES)


def made(setting: str, **changes: float) -> Control:
    """The control of a setting of the default case, with other values known."""
    results = results_of("dprk-russia-2024")
    changed = replace(results, case=with_changes(results.case, changes))
    (found,) = (each for each in settings(changed.case) if each.name == setting)
    return Maker(changed).control(found, "a section", folded=False)


# --- tracks ------------------------------------------------------------------------------


@EVERY
def test_a_track_has_room_for_a_prior_of_twice_the_width(name: str) -> None:
    for control in controls_of(name):
        track = track_of(control)
        if control.kind != "range" or ":" not in control.now:
            continue
        assert track is not None
        low, high = map(float, control.now.split(":"))
        is_share = control.unit == "" and high < 1
        prior = Prior("logitnormal" if is_share else "lognormal", low, high)
        wide = [float(prior.from_normal(z)) for z in (-2 * 1.6448536, 2 * 1.6448536)]
        assert track.low <= wide[0] or (is_share and track.low <= 10.0**-track.digits)
        assert track.high >= wide[1] or (is_share and track.high >= 1 - 10.0**-track.digits)
        assert not is_share or (track.low > 0 and track.high < 1)


@EVERY
def test_a_track_moves_in_small_steps_whose_texts_differ(name: str) -> None:
    for control in controls_of(name):
        track = track_of(control)
        if track is None:
            continue
        assert 19 <= track.steps <= 20_000, control.name
        values = [float(track.at(place)) for place in range(track.steps + 1)]
        assert values == sorted(values)
        assert len(set(values)) > 0.9 * len(values), control.name
        if ":" in control.now:
            low, high = map(float, control.now.split(":"))
            within = [value for value in values if low <= value <= high]
            assert len(within) >= 30, control.name


@EVERY
def test_a_handle_on_a_linear_scale_stands_on_a_step(name: str) -> None:
    for control in controls_of(name):
        track = track_of(control)
        if track is None or track.scale != "linear":
            continue
        for text in control.now.split(":"):
            place = round((float(text) - track.low) / track.step)
            assert track.at(place) == text, control.name


@EVERY
def test_bounds_hold_what_is_now(name: str) -> None:
    for control in controls_of(name):
        track = track_of(control)
        if track is not None:
            ends = [float(end) for end in control.now.split(":")]
            assert track.low <= min(ends) * (1 + 1e-12)
            assert max(ends) <= track.high * (1 + 1e-12)


@pytest.mark.parametrize(
    ("name", "value", "low", "high"),
    [
        ("hedges.about.margin", 0.0, -1.0, 1.0),
        ("hedges.about.margin", -9.0, -10.0, 10.0),
        ("hedges.about.sigma", 0.1, 0.01, 1.0),
        ("reliability.B", 0.25, 0.0, 1.0),
        ("claimant.office.bias_sd", 0.5, 0.0, 2.0),
        ("rate_walk_sd", 0.35, 0.0, 1.0),
        ("mix.food", 1.0, 0.01, 3.0),
        ("food.pallets.base_share", 0.0, 0.0, 1.0),
        ("group.allies.correlation", 0.0, 0.0, 0.99),
        ("robustness.outlier_share", 0.05, 0.0, 0.99),
        ("robustness.outlier_scale", 1.0, 0.01, 3.0),
        ("flow.step_days", 14.0, 1.0, 92.0),
        ("flow.step_days", 365.0, 1.0, 365.0),
        ("claim.only.resolution", 0.0, 0.0, 20.0),
    ],
)
def test_a_number_has_the_bounds_of_what_it_is(name: str, value: float, low: float, high: float) -> None:
    track = of_number(name, value)
    assert (track.low, track.high, track.scale) == (low, high, "linear")


def test_a_large_number_has_room_for_a_fifth_and_five_times_of_it() -> None:
    track = of_number("rated_payload_kg", 28_200.0)
    assert track.low <= 28_200 / 5 < 28_200 * 5 <= track.high
    assert track.scale == "log"


def test_an_assumption_has_the_track_of_its_quantiles_or_of_its_number() -> None:
    share = Track(0.01, 0.99, 0.01, "linear", 2)
    assert of_assumption("logitnormal", (0.4, 0.92)) == of_assumption("logitnormal", (0.7,)) == share
    assert of_assumption("lognormal", (24.0,)) == Track(1.0, 120.0, 1.0)
    assert of_assumption("lognormal", (10.0, 100.0)).scale == "log"


def test_a_track_gives_a_control_its_bounds_and_changes_nothing_else() -> None:
    control = Control("load", "load", "section", "range", "0.4:0.92", note="why")
    track = Track(1.0, 10.0, 0.5, "log", 3)
    assert with_track(control, None) is control
    assert with_track(control, track) == replace(control, low=1.0, high=10.0, step=0.5, scale="log", digits=3)


# --- the other form of a prior -----------------------------------------------------------


@EVERY
def test_the_other_form_of_a_prior_can_be_taken(name: str) -> None:
    for control in controls_of(name):
        if control.kind == "range":
            found = applied(case_of(name), Edits({control.name: control.other}))
            assert found.faults == {}, control.name
            assert (":" in control.other) != (":" in control.now)


@pytest.mark.parametrize(
    ("name", "value"),
    [("first_rate_per_day", 20), ("152mm-howitzer.complete.mass_kg", 61.5)]
    + [("load", share) for share in (0.001, 0.1, 0.5, 0.8, 0.95)],
)
def test_quantiles_are_offered_whose_median_is_the_number(name: str, value: float) -> None:
    control = made(name, **{name: value})
    low, high = map(float, control.other.split(":"))
    prior = Prior("logitnormal" if name == "load" else "lognormal", low, high)
    assert low < value < high
    assert float(prior.from_normal(np.zeros(()))) == pytest.approx(value, rel=0.005)


def test_quantiles_around_all_of_it_lie_below_all() -> None:
    low, high = map(float, made("load", load=1.0).other.split(":"))
    assert 0.9 < low < high < 1


def test_a_median_is_offered_for_quantiles() -> None:
    control = made("load")
    assert control.now == "0.4:0.92"
    assert control.other == f"{float(Prior('logitnormal', 0.4, 0.92).from_normal(np.zeros(()))):.3g}"


# --- what a setting takes ----------------------------------------------------------------


@EVERY
def test_kinds_and_words_are_those_of_what_a_setting_takes(name: str) -> None:
    case, maker = case_of(name), Maker(results_of(name))
    kinds = {"prior": "range", "number": "number", "figure": "figure", "date": "date"}
    for setting in settings(case):
        control, target = maker.control(setting, "a section", folded=False), maker.place(setting.name)
        assert (control.name, control.now, control.section) == (setting.name, setting.now or "", "a section")
        if target is None:
            assert control.kind == ("choice" if setting.name == "hedges" else "text")
        elif target.takes in {"word", "group"}:
            assert (control.kind, control.words) == ("choice", words_of(case, target.key))
            assert control.low is None
        else:
            assert control.kind == kinds[target.takes]


def test_a_scenario_and_the_lexicon_have_no_place_in_a_table() -> None:
    maker = Maker(results_of("dprk-russia-2024"))
    assert maker.place("scenario.mixed") is maker.place("hedges") is maker.place("no-such-setting") is None
    place = maker.place("load")
    assert place is not None
    assert place.table == ("priors", "load")


def test_a_figure_in_words_suggests_others_and_has_no_track_and_one_in_numbers_has() -> None:
    figures = [each for each in controls_of("dprk-russia-2024") if each.kind == "figure"]
    (worded,) = (each for each in figures if each.now == "several million")
    assert (worded.words, worded.low) == (words_of(case_of("dprk-russia-2024"), "value"), None)
    number = next(each for each in figures if each.now == "10000")
    assert number.words == ()
    assert number.low is not None
    assert number.low < 10_000


def test_the_lexicon_of_rules_of_its_own_is_none() -> None:
    for name in NAMES:
        lexicon = next(each for each in controls_of(name) if each.name == "hedges")
        assert (lexicon.now == "") == (case_of(name).lexicon is None)
        assert lexicon.words == words_of(case_of(name), "hedges")


def test_a_reason_stands_with_an_assumption_but_not_with_a_claimant() -> None:
    maker = Maker(results_of("dprk-russia-2024"))
    listed = {setting.name: setting for setting in settings(maker.case)}
    assert maker.control(listed["stowage"], "", folded=True).note != ""
    assert maker.control(listed["claimant.rok-mnd.bias_sd"], "", folded=True, entry="its title").note == ""
