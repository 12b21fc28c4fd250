"""A report is written again from its numbers.json, byte for byte, without a fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from building import edited
from commands import assert_refused, run, unwanted
from quick import quick_results
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.checks.held_out import leave_one_out_results
from shellcount.report.writing import write_report
from shellcount.results.numbers_file import read_numbers
from shellcount.results.numbers_json import checksum
from shellcount.results.results import Results

pytestmark = pytest.mark.usefixtures("drawn_anew")

FORMATS = ("html", "pdf", "md", "json")


@pytest.fixture(scope="module")
def first(results_left_out: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the shipped case, with everything that it can have, in every format."""
    folder = tmp_path_factory.mktemp("first")
    write_report(results_left_out, folder, formats=FORMATS)
    return folder


@pytest.fixture(scope="module")
def rough(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The numbers.json of a run whose numbers have not converged."""
    folder = tmp_path_factory.mktemp("rough")
    (path,) = write_report(quick_results(load_case(), given="all"), folder, formats=["json"])
    return path


def without_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("fitting.fit", "fitting.fit_with"):
        monkeypatch.setattr(f"shellcount.posterior.{name}", unwanted)
    monkeypatch.setattr("shellcount.checks.held_out.leave_one_out", unwanted)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# --- the same bytes ----------------------------------------------------------------------


def test_the_command_writes_the_same_pages_without_a_fit(
    first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_fits(monkeypatch)
    done = run("report", str(first / "numbers.json"), "-o", str(tmp_path / "again"))
    assert (done.exit_code, done.stderr) == (0, "")
    assert contents(tmp_path / "again") == contents(first)
    assert "left-out-containers.svg" in contents(first)


def test_some_formats_are_written_as_well(first: Path, tmp_path: Path) -> None:
    assert (
        run("report", str(first / "numbers.json"), "-o", str(tmp_path / "a"), "--format", "md").exit_code == 0
    )
    written = contents(tmp_path / "a")
    assert written.pop("manifest.json") != contents(first)["manifest.json"]  # which lists more
    assert written == {name: contents(first)[name] for name in written}
    assert "report.md" in written
    assert "report.html" not in written


def test_another_case_is_reported_from_its_numbers(tmp_path: Path) -> None:
    results = leave_one_out_results(quick_results(load_case("black-sea-grain-2022"), given="all"))
    write_report(results, tmp_path / "first", formats=FORMATS)
    write_report(read_numbers(tmp_path / "first" / "numbers.json"), tmp_path / "again", formats=FORMATS)
    assert contents(tmp_path / "again") == contents(tmp_path / "first")


def with_a_mix(document: dict[str, Any]) -> None:
    mix = {"152mm-howitzer": 0.5, "122mm-howitzer": 0.3, "122mm-rocket": 0.2}
    document["scenario"] = (*document["scenario"], {"id": "mine", "title": "a mix of my own", "mix": mix})


def test_the_order_of_tables_in_a_case_file_changes_nothing(case: Case, tmp_path: Path) -> None:
    def turned(document: dict[str, Any]) -> None:
        with_a_mix(document)
        for table in (document, document["scenario"][-1]):
            for name in ("hedges", "reliability", "mix"):
                if name in table:
                    table[name] = dict(reversed(table[name].items()))

    one, other = edited(case, with_a_mix), edited(case, turned)
    assert list(one.hedges) == list(reversed(other.hedges))
    assert one.digest == other.digest
    write_report(quick_results(one), tmp_path / "one", formats=FORMATS)
    write_report(quick_results(other), tmp_path / "other", formats=FORMATS)
    write_report(read_numbers(tmp_path / "one" / "numbers.json"), tmp_path / "again", formats=FORMATS)
    assert contents(tmp_path / "one") == contents(tmp_path / "other") == contents(tmp_path / "again")


# --- what is refused ---------------------------------------------------------------------


def test_draws_cannot_be_written_again(first: Path, tmp_path: Path) -> None:
    done = run("report", str(first / "numbers.json"), "-o", str(tmp_path / "again"), "--format", "json,npz")
    assert assert_refused(done) == "results contain no draws: fit the case to write the format npz"
    assert not (tmp_path / "again").exists()


def test_unconverged_numbers_are_reported_only_where_that_is_allowed(rough: Path, tmp_path: Path) -> None:
    command = ("report", str(rough), "-o", str(tmp_path / "again"), "--format", "md,json")
    message = assert_refused(run(*command), status=3)
    assert " has not converged in " in message
    assert not (tmp_path / "again").exists()
    done = run(*command, "--allow-unconverged")
    assert done.exit_code == 0
    assert done.stderr.startswith("NOT CONVERGED, do not quote: ")
    assert "**NOT CONVERGED" in (tmp_path / "again" / "report.md").read_text("utf-8")
    assert contents(tmp_path / "again")["numbers.json"] == rough.read_bytes()


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--seed", "2"), "--seed"),
        (("--set", "load=0.5:0.9"), "--set"),
        (("--given", "counts"), "--given"),
        (("--engine", "smc"), "--engine"),
        (("--engine", "smc", "--particles", "512"), "--engine and --particles"),
        (("--scenario", "mixed"), "--scenario"),
        (("--at", "2024-06-14"), "--at"),
        (("--scale", "icd203"), "--scale"),
        (("--leave-one-out",), "--leave-one-out"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_an_option_that_cannot_apply_is_refused(
    words: tuple[str, ...], named: str, first: Path, tmp_path: Path
) -> None:
    path = first / "numbers.json"
    message = assert_refused(run("report", str(path), "-o", str(tmp_path / "again"), *words))
    assert message == f"{path} holds its own numbers: leave out {named}"
    assert not (tmp_path / "again").exists()


def test_numbers_that_were_made_without_figures_are_not_reported(first: Path, tmp_path: Path) -> None:
    values = json.loads((first / "numbers.json").read_bytes())
    path = tmp_path / "numbers.json"
    values["figures"] = False
    path.write_text(json.dumps({**values, "checksum": checksum(values)}))
    message = assert_refused(run("report", str(path), "-o", str(tmp_path / "again")))
    assert message == f"{path} holds only a part of a report: write it with shellcount report"
