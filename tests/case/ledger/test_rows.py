"""A row is a claim as a case file has it: amounts, times, natures and reports from one cell or several."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ledgers import CLAIM, raw, sheet
from shellcount.case.ledger.grid import CellValue
from shellcount.case.ledger.layout import lay_out
from shellcount.case.ledger.reader import Settled
from shellcount.case.ledger.rows import Entry, read_row
from shellcount.case.shape import Raw


def read(raw_case: Raw | None, **cells: CellValue) -> Entry:
    whole = sheet({name.replace("_", " "): cell for name, cell in cells.items()})
    return read_row(whole.rows[1], lay_out(whole, raw_case, Settled())[0])


def entry(**cells: CellValue) -> Entry:
    return read(raw(), **cells)


def faults_of(**cells: CellValue) -> list[str]:
    return [f"{fault.header}: {fault.message}" for fault in entry(**cells).faults]


def test_a_row_is_a_claim_as_a_case_file_has_it() -> None:
    assert entry().raw == {
        "claimant": "railway",
        "summary": "About 40 wagons came.",
        "quantity": "containers",
        "scope": "relief",
        "value": 40.0,
        "hedge": "about",
        "resolution": 10.0,
        "as_of": dt.date(2025, 3, 31),
        "use": "fit",
        "reports": ({"source": "gazette", "value": 40.0, "hedge": "about"},),
    }


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"value": 6700, "hedge": "at least"}, {"value": 6700.0, "hedge": "at_least", "resolution": 100.0}),
        ({"value": "6,700", "hedge": "~", "resolution": 50, "low": None}, None),
        ({"value": "0.7k or more"}, {"value": 700.0, "hedge": "at_least", "resolution": 100.0}),
        ({"value": "4.2-5.8 million"}, {"value": {"low": 4.2e6, "high": 5.8e6}}),
        (
            {"value": None, "low": 2, "high": 9, "level": 0.5},
            {"value": {"low": 2.0, "high": 9.0, "level": 0.5}},
        ),
        ({"value": "several  Thousand"}, {"value": "several thousand"}),
        ({"value": "none seen", "resolution": 5}, {"value": 0.0, "resolution": 5.0}),
        ({"value": "about 70%", "quantity": "share"}, {"value": 0.7, "hedge": "about", "resolution": 0.1}),
    ],
)
def test_amounts_are_read_with_hedge_and_resolution(
    cells: dict[str, CellValue], found: dict[str, Any] | None
) -> None:
    row = entry(**cells)
    if found is None:  # a comma alone has two meanings
        assert [fault.message for fault in row.faults] == ["has two meanings"]
        return
    keys = ("value", "hedge", "resolution")
    assert {key: row.raw[key] for key in keys if key in row.raw} == found
    assert row.faults == ()


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"as_of": "14 June 2025"}, {"as_of": dt.date(2025, 6, 14)}),
        ({"as_of": dt.date(2025, 6, 14)}, {"as_of": dt.date(2025, 6, 14)}),
        ({"since": "2025-02", "as_of": "March 2025"}, {"since": "2025-02", "as_of": "2025-03"}),
        (
            {"as_of": None, "earliest": "1 May 2025", "latest": "2025-06"},
            {"as_of": {"earliest": dt.date(2025, 5, 1), "latest": "2025-06"}},
        ),
        (
            {"since": "2025-01-06", "as_of": "between 1 and 9 May 2025"},
            {
                "since": dt.date(2025, 1, 6),
                "as_of": {"earliest": dt.date(2025, 5, 1), "latest": dt.date(2025, 5, 9)},
            },
        ),
    ],
)
def test_times_are_read(cells: dict[str, CellValue], found: dict[str, Any]) -> None:
    assert {key: entry(**cells).raw.get(key) for key in found} == found


def test_a_range_of_days_alone_may_be_a_period_or_an_open_date() -> None:
    (fault,) = entry(as_of="1-9 May 2025").faults
    assert str(fault) == (
        "row 2, column E (as of): may be a period, or an open date (found '1-9 May 2025'); for a period "
        "write since and as of, for an open date earliest and latest: 2025-05-01 and 2025-05-09"
    )


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"nature": "wool"}, {"nature": "wool"}),
        ({"nature": "Woollen blankets"}, {"nature": "wool"}),
        ({"nature": "wool;"}, {"nature": ("wool",)}),
        ({"nature": "wool; fleece blankets"}, {"nature": ("wool", "fleece")}),
        ({"nature": "wool, fleece"}, {"nature": ("wool", "fleece")}),
        ({"nature": "wool or fleece"}, {"nature": ("wool", "fleece")}),
        (
            {"nature": "wool; fleece", "reading_odds": "Fleece blankets = 2; wool = 1"},
            {"nature": ("wool", "fleece"), "reading_odds": {"fleece": 2.0, "wool": 1.0}},
        ),
        ({"under_all": "yes"}, {"under_all": {}}),
        ({"under_all": "no"}, {"under_all": None}),
        (
            {"under_all_nature": "wool", "under_all_as_of": "2025-03"},
            {"under_all": {"nature": "wool", "as_of": "2025-03"}},
        ),
        ({"withdrawn": "no"}, {"withdrawn": False}),
    ],
)
def test_natures_and_readings_are_read(cells: dict[str, CellValue], found: dict[str, Any]) -> None:
    row = entry(**cells)
    assert {key: row.raw.get(key) for key in found} == found
    assert row.faults == ()


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"value": "about 40", "hedge": "at least"}, ["hedge: contradicts the value, which says about"]),
        ({"value": "about 40", "low": 1, "high": 2}, ["value: contradicts low and high"]),
        ({"value": "40%", "hedge": "about"}, ["value: is a percentage, which only a share can be"]),
        ({"earliest": "2025-03-01", "latest": "2025-03-02"}, ["as of: contradicts earliest and latest"]),
        ({"since": "1-9 May 2025"}, ["since: must be one day"]),
        ({"as_of": None, "earliest": "1-9 May 2025", "latest": "2025-05-09"}, ["earliest: must be one day"]),
        ({"under_all": "no", "under_all_nature": "wool"}, ["under all: contradicts the columns beside it"]),
        ({"nature": "wool; cotton"}, ["nature: no nature has this id or title"]),
        ({"claimant": "№"}, ["claimant: no claimant has this id or title"]),
        ({"source": "gazete"}, ["source: no source has this id or title"]),
    ],
)
def test_cells_that_contradict_each_other_are_told(cells: dict[str, CellValue], found: list[str]) -> None:
    assert faults_of(**cells) == found


# --- reports -----------------------------------------------------------------------------


def reports(**cells: CellValue) -> tuple[dict[str, Any], ...]:
    row = entry(**cells)
    assert row.faults == ()
    found: tuple[dict[str, Any], ...] = row.raw["reports"]
    return found


def test_sources_in_one_cell_word_the_claim_as_it_does() -> None:
    one = {"value": 40.0, "hedge": "about"}
    assert reports(source="gazette; The Valley Post\nbulletin-1") == (
        {"source": "gazette", **one},
        {"source": "valley-post", **one},
        {"source": "bulletin-1", **one},
    )


def test_a_source_may_have_a_value_a_hedge_or_a_phrase_of_its_own() -> None:
    assert reports(
        source_value=38,
        source_phrase="some",
        source_2="bulletin-1",
        source_2_hedge="up to",
        source_4="bulletin-2",
        source_4_low=30,
        source_4_high=50,
        source_5="audit",
        source_5_value="nearly 45",
    ) == (
        {"source": "gazette", "value": 38.0, "hedge": "about", "phrase": "some"},
        {"source": "bulletin-1", "value": 40.0, "hedge": "up_to"},
        {"source": "bulletin-2", "value": {"low": 30.0, "high": 50.0}},
        {"source": "audit", "value": 45.0, "hedge": "nearly"},
    )


def test_a_number_of_a_source_has_no_hedge_of_a_range() -> None:
    (report,) = reports(value="40-60", hedge="between", source_value=50)
    assert report == {"source": "gazette", "value": 50.0}


def test_a_wording_without_source_is_a_report_that_lacks_one() -> None:
    assert reports(source_2_hedge="up to")[1] == {"value": 40.0, "hedge": "up_to"}


def test_columns_of_reports_follow_their_place_in_the_claim() -> None:
    row = entry(source=None, source_2="gazette", source_2_value="x")
    header = list(CLAIM | {"source 2": "", "source 2 value": ""})
    assert row.columns["reports[0].source"] == header.index("source 2") + 1
    assert row.columns["reports[0].value"] == header.index("source 2 value") + 1
    assert "reports[0].value" in row.closed


def test_without_a_case_names_become_ids() -> None:
    found = read(
        None, claimant="the Red Cross", scope="All aid", source="Post; Gazette", nature="wool, fleece"
    )
    assert (found.raw["claimant"], found.raw["scope"]) == ("red-cross", "all-aid")
    assert [report["source"] for report in found.raw["reports"]] == ["post", "gazette"]
    assert found.raw["nature"] == ("wool", "fleece")
    assert [fault.message for fault in read(None, claimant="—").faults] == [
        "no letter or digit to make an id of"
    ]
