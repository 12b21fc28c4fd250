"""Edits are made together, and what is at fault is left out and told beside its field."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from building import edited
from exploring import NAMES, case_of, chance, controls_of, edits_of
from shellcount.case.changes import with_changes
from shellcount.case.reading import load_case
from shellcount.errors import UsageError
from shellcount.explore.edits import Edits, applied
from shellcount.results.names import name_of

CASE = load_case()


def told(changes: dict[str, str]) -> dict[str, str]:
    return dict(applied(CASE, Edits(changes)).faults)


def test_edits_are_read_as_they_are_written() -> None:
    edits = Edits({"load": "0.5:0.9"}, {"claim:ua-gur-2024": "fit"}, "all", "2024-02", "mixed")
    assert Edits.parse(edits.document()) == edits
    assert Edits.parse({}) == Edits()
    assert (edits.count, Edits().count) == (5, 0)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "edits must be a table"),
        ({"load": "1"}, "edits have no field 'load'"),
        ({"changes": ["load=1"]}, "changes of edits must be a table of at most 2,000 texts"),
        ({"changes": {"load": 1}}, "changes of edits must be text of at most 2,000 characters"),
        ({"changes": {"load": "1" * 2001}}, "changes of edits must be text of at most 2,000 characters"),
        ({"changes": {str(n): "1" for n in range(2001)}}, "changes of edits must be a table of at most"),
        ({"uses": {"claim:a": "maybe"}}, "claim:a must be fit, check or out, not 'maybe'"),
        ({"uses": {"claim:a\x1b": "\x1b"}}, r"claim:a\x1b must be fit, check or out, not "),
        ({"changes": {"load": "\ud800"}}, "changes of edits contains half of a character"),
        ({"changes": {"\ud800": "1"}}, "changes of edits contains half of a character"),
        ({"day": 3}, "day of edits must be text of at most 2,000 characters"),
    ],
)
def test_what_is_not_edits_is_refused(document: Any, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        Edits.parse(document)
    assert str(refused.value).startswith(message)


@settings(max_examples=40)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["changes", "uses", "given", "day", "scenario", "x"]), inner)
        ),
    )
)
def test_no_value_raises_anything_but_an_error_of_usage(document: Any) -> None:
    try:
        edits = Edits.parse(document)
    except UsageError:
        return
    applied(CASE, edits)


def test_without_edits_the_case_is_the_same() -> None:
    found = applied(CASE, Edits())
    assert (found.case is CASE, str(found.given), found.day, found.faults) == (True, "counts", None, {})
    assert name_of(CASE, found.answer) == "rounds.mixed@2024-06-14"
    assert found.changes == {}


def test_a_blank_text_takes_an_edit_back() -> None:
    assert applied(CASE, Edits({"load": " ", "scenario.mixed": ""}, day="")).case is CASE


def test_a_value_in_another_form_is_no_change() -> None:
    assert applied(CASE, Edits({"load": "0.40:0.920", "claim.rok-mnd-2024-02": "6700.0"})).case is CASE


def test_changes_are_made_together() -> None:
    found = applied(CASE, Edits({"load": "0.5:0.9", "claim.rok-mnd-2024-06": "12000"}))
    expected = with_changes(CASE, {"load": (0.5, 0.9), "claim.rok-mnd-2024-06": 12_000})
    assert (found.case.digest, found.case.changes) == (expected.digest, expected.changes)
    assert found.changes == {"load": "0.5:0.9", "claim.rok-mnd-2024-06": "12000"}


# --- faults ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("load", "0.9:0.5", "the 5% quantile (0.9) must be below the 95% quantile (0.5)"),
        ("load", "0.5:1.5", "quantiles of a share must be below 1, not 1.5"),
        ("load", "half", "load is a prior: give its 5% and 95% quantiles"),
        ("load", "nan", "must be a finite number"),
        ("stowage", "0.2:", "'0.2:' for stowage cannot be read as numbers"),
        ("nope", "1", "unknown setting 'nope'; known are"),
        ("a=b", "1", "unknown setting 'a=b'"),
        ("claimant.rok-mnd.grade", "E", "[reliability.E] is missing"),
        ("claim.rok-mnd-2024-06.hedge", "between", "only a range can be `between`"),
        ("claim.rok-mnd-2024-06.as_of", "2023-01-01", "not after the first shipment (2023-09-01)"),
        ("claim.rok-mnd-2024-06.as_of", "14/06/2024", "'14/06/2024' is not a date"),
        ("claim.rok-mnd-2024-06", "umpteen", "umpteen"),
        ("scenario.mixed", "152mm-howitzer:0.4", "the shares must sum to 1"),
        ("scenario.mixed", "shells:1", "shells: no nature has this id"),
        ("group.allied-intelligence.correlation", "1", "must be less than 1"),
    ],
)
def test_a_fault_is_told_beside_its_field(name: str, text: str, message: str) -> None:
    faults = told({name: text, "payload_share": "0.65:0.8"})
    assert list(faults) == [name]
    assert message in faults[name]
    assert "\n" not in faults[name]
    made = applied(CASE, Edits({name: text, "payload_share": "0.65:0.8"}))
    assert made.case.changes == ("payload_share=0.65:0.8",)


def test_every_fault_is_told_and_all_else_is_made() -> None:
    bad = {"load": "2:3", "nope": "1", "claim.rok-mnd-2024-06.as_of": "2023-01-01", "cube_m3": "-1"}
    found = applied(CASE, Edits({"stowage": "0.7:0.8", **bad, "mix_spread": "0.5"}))
    assert set(found.faults) == set(bad)
    assert found.case.changes == ("stowage=0.7:0.8", "mix_spread=0.5")


def test_changes_that_are_possible_only_together_are_made_in_any_order() -> None:
    case = load_case("channel-2023")
    claim = next(claim for claim in case.claim if claim.since is not None)
    later = {f"claim.{claim.id}.since": "2023-11-01", f"claim.{claim.id}.as_of": "2023-11-30"}
    for changes in (later, dict(reversed(later.items()))):
        found = applied(case, Edits({"load": "9:10", **changes}))
        assert set(found.faults) == {"load"}
        assert set(found.changes) == set(later)


def test_what_is_conditioned_on_the_date_and_the_scenario_have_faults_of_their_own() -> None:
    found = applied(CASE, Edits(given="most", day="2020-01-01", scenario="mixd"))
    assert "given must be counts, all" in found.faults["given"]
    assert "is not after the first shipment" in found.faults["day"]
    assert found.faults["scenario"] == "no scenario is called 'mixd'; did you mean mixed?"
    assert (str(found.given), found.day, found.answer) == ("counts", None, applied(CASE, Edits()).answer)


@pytest.mark.parametrize("name", NAMES)
def test_many_edits_at_once_are_made_or_told(name: str) -> None:
    case, draw = case_of(name), chance(7)
    for _ in range(5):
        edits = edits_of(controls_of(name), draw, 12)
        found = applied(case, edits)
        known = {*edits.changes, *edits.uses, "given", "day", "scenario"}
        assert set(found.faults) <= known
        left = {setting: text for setting, text in edits.changes.items() if setting not in found.faults}
        again = applied(case, Edits(left, edits.uses, edits.given, edits.day, edits.scenario))
        assert (again.case.digest, again.given) == (found.case.digest, found.given)
        assert not again.faults.keys() & left.keys()


# --- answers -----------------------------------------------------------------------------


def test_a_date_and_a_scenario_choose_the_answer() -> None:
    found = applied(CASE, Edits(day="2024-02-26", scenario="all-122mm-rocket"))
    assert name_of(CASE, found.answer) == "rounds.all-122mm-rocket@2024-02-26"
    assert found.case is CASE
    assert name_of(CASE, applied(CASE, Edits(day="2023-12")).answer) == "rounds.mixed@2023-12"


def test_a_scenario_that_was_added_can_be_chosen() -> None:
    edits = Edits({"scenario.half": "152mm-howitzer:0.5,122mm-rocket:0.5"}, scenario="half")
    found = applied(CASE, edits)
    assert (found.answer.subject, found.faults) == ("half", {})


def test_a_case_with_hostile_names_of_edits_is_told_harmlessly() -> None:
    case = edited(CASE, lambda _: None)
    faults = applied(case, Edits({"\x1b[31m<b>": "1"}, {"claim:\x1b\n": "out"})).faults
    assert all(text.isprintable() for text in faults.values())
