"""The table of a sweep has a row for each estimate of each fit, and its summary says what moved."""

from __future__ import annotations

from typing import Any

import pytest

from shellcount.results.sweep import Outcome, Summarised, Sweep

NAMES = ("rounds.mixed@2024-01-31", "load")


def summary(p50: float | None, unit: str = "rounds", error: str | None = None) -> Summarised:
    return Summarised(unit, p05=None if p50 is None else p50 / 2, p50=p50, error=error)


def made(**changes: Any) -> Sweep:
    points = ({"load": 0.5, "grade": "A"}, {"load": 0.9, "grade": "A"}, {"load": 0.9})
    outcomes = (
        Outcome((summary(1e6), summary(0.5, "share")), "smc", -1.5, ("a", "b")),
        Outcome((summary(2e6), summary(None, error="this fit has no estimate load")), "smc", None),
        Outcome(error="no"),
    )
    values = {"record": {"schema": "x"}, "varied": ("load", "grade"), "names": NAMES}
    return Sweep(**{**values, "points": points, "outcomes": outcomes, **changes})


def test_there_is_a_row_for_each_estimate_of_each_fit() -> None:
    found = made().columns()
    assert list(found)[:5] == ["fit", "load", "grade", "name", "unit"]
    assert list(found)[5:] == [
        *("p05", "p25", "p50", "p75", "p95", "mean", "sd", "mcse", "rhat", "ess"),
        *("log_evidence", "engine", "conflicts", "error"),
    ]
    assert {len(cells) for cells in found.values()} == {6}
    assert found["fit"] == [0, 0, 1, 1, 2, 2]
    assert found["name"] == [*NAMES] * 3
    assert found["load"] == [0.5, 0.5, 0.9, 0.9, 0.9, 0.9]
    assert found["grade"] == ["A", "A", "A", "A", None, None]
    assert found["p50"] == [1e6, 0.5, 2e6, None, None, None]
    assert found["conflicts"] == ["a b", "a b", None, None, None, None]
    assert found["error"] == [None, None, None, "this fit has no estimate load", "no", "no"]


def test_a_column_is_of_numbers_or_of_text() -> None:
    points = ({"load": 0.5}, {"load": (0.4, 0.9)}, {"load": 1})
    assert made(points=points).cells("load") == ["0.5", "0.4:0.9", "1"]
    assert made(points=points[::2], outcomes=made().outcomes[:2]).cells("load") == [0.5, 1]


def test_fits_without_a_number_have_failed() -> None:
    assert made().failed == (1, 2)


def test_the_sentence_says_what_moved_and_what_failed() -> None:
    assert made().sentence == (
        "3 fits: the median of rounds.mixed@2024-01-31 is 1.0 to 2.0 million rounds. "
        "load moves it most: from 1.0 million at 0.5 to 2.0 million at 0.9. "
        "2 fits failed, the first since: no."
    )
    assert repr(made()) == made().sentence
    lost = made(points=({},), outcomes=(Outcome(error="no"),))
    assert lost.sentence == (
        "None of 1 fit has an estimate of rounds.mixed@2024-01-31. 1 fit failed, the first since: no."
    )


def test_the_table_has_a_row_for_each_setting_that_varies() -> None:
    table = made().table()
    assert table.caption == "median of rounds.mixed@2024-01-31"
    assert [row[:3] for row in table.rows] == [("load", "1,000,000", "0.5")]
    assert "<table>" in made()._repr_html_()


def test_the_document_has_the_summary_and_the_provenance() -> None:
    found = made().document()
    assert (found["fits"], found["failed"], found["first_failed"]) == (3, 2, [1, 2])
    assert (found["lowest_median"], found["highest_median"]) == (1e6, 2e6)
    assert found["record"] == {"schema": "x"}
    assert found["effects"] == [
        {"name": "load", "low": 1e6, "low_at": "0.5", "high": 2e6, "high_at": "0.9", "share": 1.0}
    ]


def test_a_data_frame_has_the_same_cells() -> None:
    pandas = pytest.importorskip("pandas")
    frame = made().to_dataframe()
    assert list(frame.columns) == list(made().columns())
    assert frame["p50"].tolist()[:3] == [1e6, 0.5, 2e6]
    assert pandas.isna(frame["error"][0])
