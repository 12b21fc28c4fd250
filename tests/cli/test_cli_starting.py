"""The command that writes a case to start from; shipped cases by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import run
from shellcount.case.blank import starting_text
from shellcount.case.reading import load_case

pytestmark = pytest.mark.usefixtures("folder")


# --- new ---------------------------------------------------------------------------------


def test_a_new_case_is_written_and_the_next_command_is_named(folder: Path) -> None:
    done = run("new", "relief-lorries")
    assert done.exit_code == 0
    assert done.output.endswith("shellcount validate relief-lorries.toml\n")
    assert [path.name for path in folder.iterdir()] == ["relief-lorries.toml"]
    checked = run("validate", "relief-lorries.toml")
    assert checked.exit_code == 0
    assert checked.output.startswith("valid, with 23 remarks: Case relief-lorries: ")
    assert "\n  case.title: not written yet\n" in checked.output


def test_a_new_case_may_be_a_copy_of_a_shipped_one_under_another_file_name(folder: Path) -> None:
    done = run("new", "my-grain", "--from", "black-sea-grain-2022", "-o", "a case.toml", "--json")
    assert json.loads(done.output) == {"case": "my-grain", "file": "a case.toml"}
    assert load_case(folder / "a case.toml").about.id == "my-grain"
    assert "not written yet" not in run("validate", "a case.toml").output


def test_a_new_case_may_go_to_standard_output(folder: Path) -> None:
    done = run("new", "mine", "-o", "-")
    assert done.stdout == starting_text("mine")
    assert list(folder.iterdir()) == []


def test_a_file_name_that_a_shell_would_split_is_quoted() -> None:
    assert run("new", "mine", "-o", "a case.toml").output.endswith("shellcount validate 'a case.toml'\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["new", "My Case"], "'My Case' cannot be the id of a case"),
        (["new", "mine", "--from", "grain"], "no shipped case is called 'grain'"),
        (["new", "mine", "-o", "nowhere/mine.toml"], "nowhere/mine.toml cannot be written: "),
        (["new", "mine", "-o", "-", "--json"], "--json and -o - exclude each other"),
        (["new", "there"], "there.toml already exists, not overwritten"),
        (["completion", "tcsh"], "'tcsh' is unknown; known are bash, zsh, fish"),
        (["new"], "Missing argument 'NAME'"),
    ],
)
def test_wrong_input_is_one_readable_message_and_status_2(
    words: list[str], message: str, folder: Path
) -> None:
    (folder / "there.toml").write_text("mine", encoding="utf-8")
    done = run(*words)
    assert done.exit_code == 2
    assert message in done.output
    assert "Traceback" not in done.output
    assert [path.name for path in folder.iterdir()] == ["there.toml"]
    assert (folder / "there.toml").read_text(encoding="utf-8") == "mine"


# --- cases by name -----------------------------------------------------------------------


def test_a_shipped_case_is_named_like_a_file() -> None:
    assert run("validate", "black-sea-grain-2022").output.startswith(
        "valid, with 2 remarks: Case black-sea-grain-2022: "
    )


def test_a_file_goes_before_a_shipped_case_of_its_name() -> None:
    run("new", "mine", "-o", "black-sea-grain-2022")
    assert run("validate", "black-sea-grain-2022").output.startswith("valid, with 23 remarks: Case mine: ")


def test_a_folder_does_not_hide_a_shipped_case(folder: Path) -> None:
    (folder / "black-sea-grain-2022").mkdir()
    assert run("validate", "black-sea-grain-2022").output.startswith(
        "valid, with 2 remarks: Case black-sea-grain-2022: "
    )


def test_what_is_neither_a_file_nor_shipped_is_told_what_is() -> None:
    done = run("validate", "grain")
    assert done.exit_code == 2
    assert "the shipped cases are black-sea-grain-2022, channel-2023 and dprk-russia-2024" in done.output
    assert "shipped" not in run("validate", "grain.toml").output


def test_a_document_filled_from_a_shipped_case_is_audited_from_any_folder(folder: Path) -> None:
    (folder / "template.md").write_text("{{ tonnes.mixed@2023-07-15 }}, {{ claim.un-2023-07-tonnes }}")
    (folder / "away").mkdir()
    options = (
        "--case",
        "black-sea-grain-2022",
        "--engine",
        "smc",
        "--particles",
        "64",
        "--runs",
        "4",
        "--allow-unconverged",
    )
    assert run("fill", "template.md", "-o", "away/filled.md", *options).exit_code == 0
    run("new", "mine", "-o", "black-sea-grain-2022")  # which is not beside the document
    audited = run("audit", "away/filled.md")
    assert audited.exit_code == 0, audited.output
    assert audited.output.endswith("2 numbers: 2 same. 2 references: 2 same.\n")
