"""Every list of a case whose entries have ids is looked up by them, and shows itself."""

from __future__ import annotations

import copy
import importlib.util
import pickle
from pathlib import Path

import pytest

from shellcount.case.changes import with_changes
from shellcount.case.entries import Entries, Filled
from shellcount.case.reading import load_case
from shellcount.case.schema import Case, Claim
from shellcount.errors import CaseError, UnknownNameError, UsageError

LEDGER = load_case(Path(__file__).parents[1] / "cases" / "good_ledger.toml")
TABLES = ["source", "claimant", "claim", "scope", "nature", "scenario"]


def entries(case: Case, table: str) -> Entries[Claim]:
    found: Entries[Claim] = getattr(case, table)
    return found


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("copied", ["as read", "changed", "pickled", "copied"])
def test_an_entry_is_found_by_id_and_by_place(case: Case, table: str, copied: str) -> None:
    cases: dict[str, Case] = {
        "as read": case,
        "changed": with_changes(case, {"load": (0.5, 0.9)}),
        "pickled": pickle.loads(pickle.dumps(case)),  # noqa: S301  # of our own
        "copied": copy.deepcopy(case).model_copy(),
    }
    found = entries(cases[copied], table)
    assert isinstance(found, Filled)
    assert found.keys() == tuple(entry.id for entry in found)
    assert all(found[entry.id] is found[place] is entry for place, entry in enumerate([*found]))
    assert found._ipython_key_completions_() == list(found.keys())


def test_what_a_case_need_not_have_is_found_so_too(case: Case) -> None:
    assert case.group is not None
    assert case.group["allied-intelligence"].correlation == 0.5
    assert LEDGER.trip is not None
    assert [LEDGER.trip[trip.id] for trip in LEDGER.trip] == list(LEDGER.trip)
    assert case.nature["152mm-howitzer"].stow["complete"].id == "complete"
    assert case.nature["152mm-howitzer"].stow.kind == "stow"


def test_an_unknown_id_is_answered_with_close_ones(case: Case) -> None:
    with pytest.raises(UnknownNameError, match=r"^no claim is called .*; did you mean ua-gur-2024\?$"):
        case.claim["ua-gru-2024"]
    with pytest.raises(UnknownNameError, match=r"^no nature is called 'rockets'"):
        case.nature["rockets"]


def test_what_is_written_of_a_case_has_plain_lists(case: Case) -> None:
    dumped = case.model_dump()
    assert [type(dumped[table]) for table in TABLES] == [tuple] * len(TABLES)
    assert type(dumped["nature"][0]["stow"]) is tuple


def test_a_list_that_must_not_be_empty_is_refused_as_ever(case: Case) -> None:
    document = case.model_dump(by_alias=True)
    from shellcount.case.reading import build_case

    with pytest.raises(CaseError, match="scenario"):
        build_case({**document, "scenario": ()}, origin="it")


def test_it_shows_its_ids_and_a_table_of_what_is_one_value(case: Case) -> None:
    assert repr(case.scope) == "<Scope: military, munitions, artillery>"
    assert repr(Entries[Claim]()) == "<entry: >"
    table = case.claimant.table()
    assert table.head == ("id", "title", "grade", "basis")
    assert [row[0] for row in table.rows] == list(case.claimant.keys())
    assert case.claimant._repr_html_() == table.html()
    claims = case.claim.table()
    assert {"reports", "reading_odds", "note"} & set(claims.head) == {"note"}
    assert [claims.head[place] for place in claims.numeric] == ["resolution", "containers"]
    assert dict(zip(claims.head, claims.rows[4], strict=True))["containers"] == "6,700"
    withdrawn = [claim.model_copy(update={"withdrawn": place == 0}) for place, claim in enumerate(case.claim)]
    shown = Entries(withdrawn).table()
    assert [row[shown.head.index("withdrawn")] for row in shown.rows[:2]] == ["yes", "no"]


def test_a_data_frame_has_every_field(case: Case) -> None:
    frame = case.claim.to_dataframe()
    assert list(frame.index) == list(case.claim.keys())
    assert set(frame.columns) == set(Claim.model_fields) - {"id"}
    assert frame.loc["ua-gur-2024", "value"] == case.claim["ua-gur-2024"].value


def test_without_pandas_the_way_to_install_it_is_named(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match="this needs pandas: install it"):
        case.claim.to_dataframe()
