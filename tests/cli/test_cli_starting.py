"""A newcomer is given a file to start from, and the tab key knows the names of her case."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shellcount.case.blank import starting_text
from shellcount.case.reading import load_case
from shellcount.cli.main import main

COMMAND = Path(sys.executable).parent / "shellcount"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that commands run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def offered(*words: str) -> list[str]:
    """What bash is offered for the last word of a line."""
    answer = CliRunner().invoke(
        main,
        prog_name="shellcount",
        env={
            "_SHELLCOUNT_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(("shellcount", *words)),
            "COMP_CWORD": str(len(words)),
        },
    )
    return answer.output.split()


# --- new ---------------------------------------------------------------------------------


def test_a_new_case_is_written_and_the_next_command_is_named(folder: Path) -> None:
    done = run("new", "relief-lorries")
    assert done.exit_code == 0
    assert done.output.endswith("shellcount validate relief-lorries.toml\n")
    assert [path.name for path in folder.iterdir()] == ["relief-lorries.toml"]
    checked = run("validate", "relief-lorries.toml")
    assert checked.exit_code == 0
    assert checked.output.startswith("valid: Case relief-lorries: ")
    assert "\n  case.title: still says TODO\n" in checked.output


def test_a_new_case_may_be_a_copy_of_a_shipped_one_under_another_file_name(folder: Path) -> None:
    done = run("new", "my-grain", "--from", "black-sea-grain-2022", "-o", "a case.toml", "--json")
    assert json.loads(done.output) == {"case": "my-grain", "file": "a case.toml"}
    assert load_case(folder / "a case.toml").about.id == "my-grain"
    assert run("validate", "a case.toml").output.count("\n") == 1


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
        (["new", "there"], "there.toml is there already, and was left as it is"),
        (["completion", "tcsh"], "'tcsh' is not one of 'bash', 'zsh', 'fish'"),
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
    assert run("validate", "black-sea-grain-2022").output.startswith("valid: Case black-sea-grain-2022: ")


def test_a_file_goes_before_a_shipped_case_of_its_name() -> None:
    run("new", "mine", "-o", "black-sea-grain-2022")
    assert run("validate", "black-sea-grain-2022").output.startswith("valid: Case mine: ")


def test_a_folder_does_not_hide_a_shipped_case(folder: Path) -> None:
    (folder / "black-sea-grain-2022").mkdir()
    assert run("validate", "black-sea-grain-2022").output.startswith("valid: Case black-sea-grain-2022: ")


def test_what_is_neither_a_file_nor_shipped_is_told_what_is() -> None:
    done = run("validate", "grain")
    assert done.exit_code == 2
    assert "the shipped cases are black-sea-grain-2022 and dprk-russia-2024" in done.output
    assert "shipped" not in run("validate", "grain.toml").output


def test_a_document_filled_from_a_shipped_case_is_audited_from_any_folder(folder: Path) -> None:
    (folder / "template.md").write_text("{{ tonnes.mixed@2023-07-15 }}, {{ claim.un-2023-07-tonnes }}")
    (folder / "away").mkdir()
    options = ("--case", "black-sea-grain-2022", "--particles", "64", "--runs", "4", "--allow-unconverged")
    assert run("fill", "template.md", "-o", "away/filled.md", *options).exit_code == 0
    run("new", "mine", "-o", "black-sea-grain-2022")  # which is not beside the document
    audited = run("audit", "away/filled.md")
    assert audited.exit_code == 0, audited.output
    assert audited.output.endswith("2 numbers: 2 same.\n")


# --- completion --------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_asks_the_command(shell: str) -> None:
    done = run("completion", shell)
    assert done.exit_code == 0
    assert f"_SHELLCOUNT_COMPLETE={shell}_complete" in done.output


def test_bash_takes_the_script_and_completes_by_it() -> None:
    script = f"""
set -e
export PATH={COMMAND.parent}:$PATH
eval "$(shellcount completion bash)"
[[ $COMP_WORDBREAKS != *[:@=]* ]]
COMP_WORDS=(shellcount check --given all-but:ua); COMP_CWORD=3
_shellcount_completion shellcount
echo "${{COMPREPLY[*]}}"
"""
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert done.stdout == "all-but:ua-gur-2024\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["es"], ["plain,estimate"]),
        (["estimate", "--allow"], ["plain,--allow-unconverged"]),
        (["check", "--given", "counts-but:us-s"], ["plain,counts-but:us-state-2024-02"]),
        (["check", "black-sea-grain-2022", "--given", "all-but:un"], ["plain,all-but:un-2023-07-ships"]),
        (["estimate", "black-sea-grain-2022", "--scenario", "all"], ["plain,all-maize"]),
        (["estimate", "--at", "2023"], ["plain,2023-10-13"]),
        (["estimate", "--set", "mix_"], ["plain,mix_spread="]),
        (["cite", "check.ua"], ["plain,check.ua-gur-2024"]),
        (["cite", "--case", "black-sea-grain-2022", "capacity.w"], ["plain,capacity.wheat"]),
        (["report", "black"], ["plain,black-sea-grain-2022"]),
        (["report", "mine"], ["plain,mine.toml"]),
        (["report", "./mi"], ["plain,mine.toml"]),
        (["report", "cases/"], ["plain,cases/other.toml"]),
        (["report", "elsewhere/x"], ["file,elsewhere/x"]),
        (["new", "mine", "--from", "dprk"], ["plain,dprk-russia-2024"]),
        (["estimate", "--engine", "n"], ["plain,nuts"]),
    ],
)
def test_names_of_the_case_are_completed(words: list[str], expected: list[str], folder: Path) -> None:
    (folder / "cases").mkdir()
    for name in ("mine.toml", "cases/other.toml", "notes.txt"):
        (folder / name).touch()
    assert offered(*words) == expected


@pytest.mark.parametrize("case", ["missing.toml", "-", "broken.toml"])
def test_a_case_that_cannot_be_read_offers_nothing_and_says_nothing(case: str, folder: Path) -> None:
    (folder / "broken.toml").write_text("[case", encoding="utf-8")
    assert offered("estimate", case, "--scenario", "a") == []


def test_a_claim_that_is_never_fit_is_not_offered_to_be_left_out() -> None:
    found = offered("check", "--given", "all-but:")
    assert "plain,all-but:ua-gur-2024" in found
    assert "plain,all-but:eu-deliveries-2024-06" not in found
