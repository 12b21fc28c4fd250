"""Spreadsheets on the command line: a template, claims into a case, claims out of it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from commands import MINIMAL, assert_refused, run, values
from ledgers import BAD, CASE, GOOD
from shellcount.case.ledger.importing import read_ledger
from shellcount.case.ledger.template import example_claims
from shellcount.case.reading import load_case, parse_case
from shellcount.cli.main import main

pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def case(folder: Path) -> Path:
    (folder / "valley.toml").write_bytes(CASE.read_bytes())
    return Path("valley.toml")


# --- import ------------------------------------------------------------------------------


def test_claims_are_added_to_a_case_file(case: Path) -> None:
    done = run("import", str(GOOD), "--into", str(case))
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "added 60 claims to valley.toml; try: shellcount validate valley.toml",
        "- the id was made from claimant and date in 58 rows",
        "- the resolution was taken from the last digit of the value that is not 0 in 49 rows",
    ]
    assert len(load_case(case).claim) == 60
    again = run("import", str(GOOD), "--into", str(case))
    assert again.stdout.startswith("nothing to add\n- already in the case, skipped: railway-2025-01-19, ")


def test_faults_are_one_message_on_standard_error_and_change_nothing(case: Path) -> None:
    before = case.read_bytes()
    message = assert_refused(run("import", str(BAD), "--into", str(case)))
    assert message.splitlines()[0].endswith("blankets_with_ten_faults.csv: 10 faults")
    assert len(message.splitlines()) == 11
    assert case.read_bytes() == before


def test_a_dry_run_says_what_would_be_added(case: Path) -> None:
    before = case.read_bytes()
    done = run("import", str(GOOD), "--into", str(case), "--dry-run")
    assert done.stdout.startswith("valid, nothing written: 60 claims to add\n")
    assert case.read_bytes() == before


def test_the_result_may_be_another_file(case: Path) -> None:
    done = run("import", str(GOOD), "--into", str(case), "-o", "new.toml")
    assert done.stdout.startswith("added 60 claims to new.toml; try: shellcount validate new.toml\n")
    assert case.read_bytes() == CASE.read_bytes()
    assert "already exists" in assert_refused(run("import", str(GOOD), "--into", str(case), "-o", "new.toml"))


@pytest.fixture
def plain(folder: Path) -> str:
    """A ledger that needs no case to be read."""
    text = (
        "who,statement,quantity,scope,number,by,use,source\n"
        "UN,Some left.,containers,sea,~120,2024-02,fit,b-3\n"
    )
    (folder / "plain.csv").write_text(text, "utf-8")
    return "plain.csv"


def test_without_a_case_claims_are_written_as_toml(plain: str, folder: Path) -> None:
    done = run("import", plain)
    assert done.stdout == read_ledger(plain).toml
    assert "# the case must have claimant un\n" in done.stdout
    assert run("import", plain, "-o", "claims.toml").stdout.splitlines()[0] == "wrote 1 claim to claims.toml"
    assert (folder / "claims.toml").read_text("utf-8") == done.stdout
    assert run("import", plain, "--dry-run").stdout.startswith("valid, nothing written: 1 claim to add\n")


def test_json_has_the_claims_or_the_faults(case: Path, plain: str) -> None:
    found: dict[str, Any] = values(run("import", str(GOOD), "--into", str(case), "--json"))
    assert (found["valid"], found["file"], found["case"]) == (True, "valley.toml", "valley-blankets")
    assert found["case_digest"] == load_case(case).digest
    assert len(found["claims"]) == 60
    assert found["named"]["trip"] == ["train"]
    alone = values(run("import", plain, "--json"))
    assert (alone["file"], alone["case"], alone["claims"][0]["id"]) == (None, None, "un-2024-02")
    case.write_bytes(CASE.read_bytes())
    faults = values(run("import", str(BAD), "--into", str(case), "--json"), 2)["faults"]
    assert len(faults) == 10
    assert {key: faults[1][key] for key in ("row", "column", "header", "value")} == {
        "row": 9,
        "column": "M",
        "header": "To",
        "value": "'6/7/2025'",
    }
    (missing,) = values(run("import", "none.csv", "--json"), 2)["faults"]
    assert missing["message"].startswith("cannot be read: ")


def test_marks_and_orders_may_be_told(folder: Path) -> None:
    text = (folder / "two.csv").name
    Path(text).write_text(
        "who,statement,quantity,scope,number,by,use,source\n"
        '"UN","Some.",containers,sea,"about 1,250",6/7/2024,fit,b\n',
        "utf-8",
    )
    assert "2 faults" in assert_refused(run("import", text))
    for decimal, value in (("point", 1250.0), ("comma", 1.25)):
        (claim,) = values(run("import", text, "--decimal", decimal, "--dates", "day-first", "--json"))[
            "claims"
        ]
        assert (claim["value"], claim["as_of"]) == (value, "2024-07-06")
    (claim,) = values(run("import", text, "--decimal", "point", "--dates", "month-first", "--json"))["claims"]
    assert claim["as_of"] == "2024-06-07"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["import", "none.csv"], "none.csv: 1 fault\n  cannot be read: No such file or directory"),
        (["import", str(GOOD), "--into", "dprk-russia-2024"], "dprk-russia-2024 cannot be written to"),
        (["import", str(GOOD), "--into", "none.toml"], "none.toml: 1 fault"),
        (["import", str(GOOD), "-o", "-"], "-o takes the name of a new file"),
        (["import", str(GOOD), "--tab", "2024"], "which has no tabs"),
        (["import", str(GOOD), "--limit", "entries=10"], "needs 120 entries (limit 10 entries)"),
        (["new", "mine", "--ledger", "x.csv"], "--ledger takes neither NAME nor --from nor -o"),
        (["new", "--ledger", "x.ods"], "is not the name of a ledger: end it in .csv or .xlsx"),
        (["evidence", "--csv", "-", "--json"], "--json and --csv - exclude each other"),
        (["evidence", "--csv", "no/such/folder/x.csv"], "no/such/folder"),
    ],
)
def test_wrong_input_is_one_readable_message_and_status_2(
    words: list[str], message: str, folder: Path
) -> None:
    assert message in assert_refused(run(*words))
    assert list(folder.iterdir()) == []


# --- new --ledger ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["my ledger.csv", "ledger.xlsx"])
def test_a_ledger_to_start_from_is_written_once(name: str) -> None:
    done = run("new", "--ledger", name)
    quoted = f"'{name}'" if " " in name else name
    assert done.stdout == (
        f"wrote {name}, one example of each form of claim; replace them, then: shellcount import {quoted} "
        "--into CASE\n"
    )
    assert read_ledger(name).claims == example_claims()
    assert "already exists" in assert_refused(run("new", "--ledger", name))
    assert values(run("new", "--ledger", "other.csv", "--json")) == {"file": "other.csv"}


# --- evidence --csv ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ledger.csv", "ledger.xlsx"])
def test_claims_are_written_as_a_spreadsheet(name: str) -> None:
    done = run("evidence", str(MINIMAL), "--csv", name)
    assert done.stdout == f"wrote {name}, 2 claims; to read them: shellcount import {name}\n"
    assert read_ledger(name, parse_case(MINIMAL.read_bytes(), origin="x")).present == (
        "crossed",
        "could-hold",
    )
    assert values(run("evidence", str(MINIMAL), "--csv", name, "--json")) == {
        "case": "aid-trucks",
        "file": name,
        "claims": 2,
    }


def test_csv_goes_to_standard_output_as_bytes() -> None:
    done = run("evidence", str(MINIMAL), "--csv", "-")
    assert done.stdout_bytes.startswith(b'\xef\xbb\xbf"id","claimant",')
    assert done.stdout_bytes.count(b"\r\n") == 3


def test_claims_are_written_as_they_are_changed() -> None:
    run("evidence", str(MINIMAL), "--set", "claim.crossed=430", "--csv", "ledger.csv")
    assert read_ledger("ledger.csv").claims[0].value == 430


# --- completion --------------------------------------------------------------------------


def completed(*words: str) -> list[str]:
    env = {
        **os.environ,
        "_SHELLCOUNT_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(("shellcount", *words)),
        "COMP_CWORD": str(len(words)),
    }
    done = CliRunner().invoke(main, prog_name="shellcount", env=env)
    return [line.partition(",")[2] for line in done.output.splitlines()]


def test_spreadsheets_cases_and_options_complete(folder: Path) -> None:
    for name in ("a.csv", "b.xlsx", "z.toml"):
        (folder / name).touch()
    assert completed("import", "") == ["a.csv", "b.xlsx"]
    assert completed("import", "y") == ["y"]
    assert completed("import", "a.csv", "--into", "z") == ["z.toml"]
    assert completed("import", "a.csv", "--dates", "d") == ["day-first"]
    assert "--dry-run" in completed("import", "a.csv", "--d")
    assert json.dumps(completed("imp")) == '["import"]'
