"""Rows of a list are read from CSV and TOML, and refused with the place of the fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from building import one_claim_case
from shellcount import limits
from shellcount.errors import LimitError, UnknownNameError, UsageError
from shellcount.studies.listed import read_rows
from shellcount.studies.variation import Point

CSV = """load,claimant.office.grade,given,seed
0.5,B,counts,
0.5:0.9,,all,3

,,,
"""
TOML = """
[[fit]]
load = 0.5
claimant.office.grade = "B"
given = "counts"

[[fit]]
load = [0.5, 0.9]
given = "all"
seed = 3
scenario.half = { shell = 1.0 }

[[fit]]
"claim.only" = "1,500"
"""


def rows(text: str, folder: Path, name: str = "list.csv") -> tuple[Point, ...]:
    path = folder / name
    path.write_text(text, "utf-8")
    return read_rows(one_claim_case(), path)


def test_cells_are_read_as_on_the_command_line(tmp_path: Path) -> None:
    first = {"load": 0.5, "claimant.office.grade": "B", "given": "counts"}
    second = {"load": (0.5, 0.9), "given": "all", "seed": 3}
    assert rows(CSV, tmp_path) == (first, second, {})
    assert rows("\ufeff" + CSV.replace("\n", "\r\n"), tmp_path) == (first, second, {})


def test_tables_of_toml_are_read(tmp_path: Path) -> None:
    assert rows(TOML, tmp_path, "list.toml") == (
        {"load": 0.5, "claimant.office.grade": "B", "given": "counts"},
        {"load": (0.5, 0.9), "given": "all", "seed": 3, "scenario.half": {"shell": 1.0}},
        {"claim.only": "1,500"},
    )


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "", "a.csv has no rows"),
        ("a.csv", "load\n", "a.csv has no rows"),
        ("a.csv", "load,load\n1,2\n", "a.csv has a column without a name, or two of one name"),
        ("a.csv", "load,\n1,2\n", "a.csv has a column without a name"),
        ("a.csv", "load\n0.5\n0.6,0.7\n", "a.csv, line 3: more cells than the first line has names"),
        ("a.csv", "load\n0.5:x\n", "a.csv, line 2: '0.5:x' for load cannot be read as numbers"),
        ("a.csv", "seed\n-1\n", "a.csv, line 2: '-1' is not a seed"),
        ("a.csv", 'load\n"0.5\n', "a.csv, line 2: "),
        ("a.toml", "load = 0.5", "a.toml has no rows: write a table [[fit]] for each fit"),
        ("a.toml", "[fit]\nload = 1", "write a table [[fit]] for each fit"),
        ("a.toml", "[[fit]\n", "a.toml: "),
        ("a.toml", "[[fit]]\nload = [1, 2, 3]", "a.toml, fit 1: load takes a number, a pair of numbers"),
        ("a.toml", "[[fit]]\nload = true", "a.toml, fit 1: load takes a number"),
        ("a.toml", "[[fit]]\nload = 2024-01-01", "load takes a number, a pair of numbers, or text in quotes"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused(name: str, text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        rows(text, tmp_path, name)
    assert message in str(refused.value)
    assert str(refused.value).isprintable()


def test_an_unknown_setting_is_refused_with_the_one_meant(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="no setting is called 'laod'; did you mean load"):
        rows("laod\n0.5\n", tmp_path)


def test_what_is_no_file_of_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_rows(one_claim_case(), tmp_path / "missing.csv")
    (tmp_path / "a.csv").write_bytes(b"load\n\xff\xfe\n")
    with pytest.raises(UsageError, match="is not text in UTF-8"):
        read_rows(one_claim_case(), tmp_path / "a.csv")


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    with limits.raised({"rows": 2}), pytest.raises(LimitError, match="--limit rows="):
        rows(CSV, tmp_path)
