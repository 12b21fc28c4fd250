"""Every setting that is listed can be set: to the example, and to what it is now."""

from __future__ import annotations

from pathlib import Path

import pytest

from shellcount.case.changes import parse_change, with_changes
from shellcount.case.inputs import changeable
from shellcount.case.reading import load_case, shipped_names
from shellcount.case.schema import Case
from shellcount.case.settable import settings, settings_document, settings_tables

CASES = Path(__file__).parents[1] / "cases"
GOOD = ["good_minimal.toml", "good_ledger.toml"]


def cases() -> list[Case]:
    return [*map(load_case, shipped_names()), *(load_case(CASES / name) for name in GOOD)]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.about.id)
def test_every_example_is_another_value_and_the_present_one_changes_nothing(case: Case) -> None:
    pinned = {f"claim.{claim.id}.as_of" for claim in case.claim if claim.under_all and claim.under_all.as_of}
    shares = any(
        claim.quantity == "share" for claim in case.claim
    )  # which a scenario may leave nothing to say
    for each in settings(case):
        if each.name in pinned or (shares and each.table == "scenarios"):
            continue
        changed = with_changes(case, dict([parse_change(f"{each.name}={each.example}")]))
        assert (changed is case) == (each.example == each.now), each
        if each.now is not None and not each.name.startswith(("scenario.", "robustness.")):  # title, default
            assert with_changes(case, dict([parse_change(f"{each.name}={each.now}")])) is case, each


def test_all_that_can_be_changed_is_listed_but_second_names_and_what_a_claim_does_not_say(case: Case) -> None:
    listed = {setting.name for setting in settings(case)}
    left_out = [name for name in changeable(case) if name not in listed]
    assert {name.rpartition(".")[2] for name in left_out} == {
        *("value", "since", "containers", "resolution", "hedge", "use")
    }
    assert all(name.startswith("claim.") for name in left_out)
    assert {name for name in listed if name not in changeable(case)} == {
        f"scenario.{scenario.id}" for scenario in case.scenario
    }


def test_present_values_are_those_of_the_case(case: Case) -> None:
    now = {setting.name: setting.now for setting in settings(case)}
    assert now["load"] == "0.4:0.92"
    assert now["claim.rok-mnd-2024-02"] == "6700"
    assert now["claim.rok-mnd-2024-02-sent"] == "several million"
    assert now["claim.ua-gur-2024.as_of"] == "2024-02-26..2024-06-14"
    assert (now["claimant.rok-mnd.group"], now["claimant.eu.group"]) == ("allied-intelligence", "none")
    assert (now["claimant.eu.bias_sd"], now["scenario.mixed"], now["hedges"]) == (None, None, None)
    assert now["robustness.outlier_share"] == "0.05"


def test_tables_and_document_hold_all(case: Case) -> None:
    listed = settings(case)
    rows = [row for table in settings_tables(case) for row in table.rows]
    assert rows == [(each.name, each.now or "-", each.example) for each in listed]
    document = settings_document(case)
    assert document["case_digest"] == case.digest
    written = document["settings"]
    assert isinstance(written, list)
    assert [(entry["name"], entry["now"]) for entry in written if isinstance(entry, dict)] == [
        (each.name, each.now) for each in listed
    ]
