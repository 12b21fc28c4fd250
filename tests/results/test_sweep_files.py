"""The table of a sweep is written with every digit, and the same bytes every time."""

from __future__ import annotations

import csv
import importlib.util
import json
from pathlib import Path

import pytest

from shellcount.errors import OutputError, UsageError
from shellcount.results.sweep import Outcome, Summarised, Sweep
from shellcount.results.sweep_files import names_of_files, save_sweep


def made() -> Sweep:
    return Sweep(
        {"schema": "shellcount/sweep/1", "seed": 1},
        ("load", "seed"),
        ("rounds.mixed@2024-01-31",),
        ({"load": (0.4, 0.9), "seed": 1}, {"load": 1 / 3, "seed": 2}),
        (
            Outcome((Summarised("rounds", 0.1, 1 / 3, 2 / 7, mcse=1e-300, rhat=1.0),), "smc", -1.5, ("a",)),
            Outcome(error='no, "none"'),
        ),
    )


def test_csv_has_every_digit_and_nothing_where_there_is_no_value(tmp_path: Path) -> None:
    paths = save_sweep(made(), tmp_path / "out.csv")
    assert [path.name for path in paths] == ["out.csv", "out.csv.json"]
    head, *rows = list(csv.reader(paths[0].read_text("utf-8").splitlines()))
    columns = made().columns()
    assert head == list(columns)
    for place, row in enumerate(rows):
        for name, cell in zip(head, row, strict=True):
            value = columns[name][place]
            assert cell == ("" if value is None else str(value))
    assert [row[1] for row in rows] == ["0.4:0.9", "0.3333333333333333"]
    assert json.loads(paths[1].read_text("utf-8")) == {"schema": "shellcount/sweep/1", "seed": 1}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_bytes_repeat(ending: str, tmp_path: Path) -> None:
    if ending == "parquet":
        pytest.importorskip("arro3.io")
    one, other = (save_sweep(made(), tmp_path / f"{name}.{ending}") for name in ("a", "b"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]


def test_parquet_has_the_same_cells_with_their_types_and_the_provenance(tmp_path: Path) -> None:
    io = pytest.importorskip("arro3.io")
    (path,) = save_sweep(made(), tmp_path / "out.parquet")
    table = io.read_parquet(path).read_all()
    columns = made().columns()
    assert table.column_names == list(columns)
    for name, cells in columns.items():
        assert table[name].to_pylist() == cells
    types = {name: str(table[name].type) for name in ("fit", "seed", "load", "p50", "conflicts")}
    assert "Int64" in types["fit"]
    assert "Int64" in types["seed"]
    assert "Utf8" in types["load"]
    assert "Float64" in types["p50"]
    assert b"shellcount/sweep/1" in path.read_bytes()


def test_another_ending_is_refused() -> None:
    with pytest.raises(UsageError, match=r"'out.xlsx' does not say how .*; end it with .csv or .parquet"):
        names_of_files(Path("out.xlsx"))


def test_parquet_without_its_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"pip install 'shellcount\[parquet\]'"):
        names_of_files(Path("out.parquet"))


def test_a_folder_that_is_missing_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        save_sweep(made(), tmp_path / "no" / "such" / "out.csv")
