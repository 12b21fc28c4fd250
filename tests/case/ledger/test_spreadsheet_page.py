"""The page on spreadsheets is true: every example of text is read, a fault or refused as it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from spreadsheets import faults, read, refused

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "spreadsheets.md"
TEXTS = PAGE.read_text("utf-8").split("\n## ")[1]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXTS.splitlines()
    if line.startswith("| ") and "`" in line
]


@pytest.mark.parametrize(("what", "example", "outcome"), ROWS, ids=[row[0] for row in ROWS])
def test_an_example_has_its_outcome(what: str, example: str, outcome: str, tmp_path: Path) -> None:
    content = example.strip("`").replace("⏎", "\n").replace("⇥", "\t")
    kind, _, told = outcome.partition(": ")
    if kind == "refused":
        assert told in refused(tmp_path, content)
        return
    sheet = read(tmp_path, content, named=True)
    assert [message.startswith(told) for *_, message in faults(sheet)] == ([True] if kind == "fault" else [])
    assert sheet.rows[0].cells in {("id", "amount"), ("id", "note")}
    assert kind in {"read", "fault"}, what


def test_the_table_is_found() -> None:
    assert len(ROWS) == 14
