"""The tab key knows commands, options, and the names of the case on the line."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from commands import COMMAND, run
from shellcount.cli.main import main

STATE = "claim.us-state-2024-02"

pytestmark = pytest.mark.usefixtures("folder")


# --- the script --------------------------------------------------------------------------


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


# --- names -------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["es"], ["plain,estimate"]),
        (["estimate", "--allow"], ["plain,--allow-unconverged"]),
        (["check", "--given", "counts-but:us-s"], ["plain,counts-but:us-state-2024-02"]),
        (["check", "black-sea-grain-2022", "--given", "all-but:un"], ["plain,all-but:un-2023-07-ships"]),
        (["check", "--without", "us-s"], ["plain,us-state", "plain,us-state-2024-02"]),
        (["check", "--without", "ua"], []),
        (["check", "--given", "all", "--without", "ua"], ["plain,ua-gur", "plain,ua-gur-2024"]),
        (["check", "--with", "ua"], ["plain,ua-gur", "plain,ua-gur-2024"]),
        (["check", "--given", "all", "--with", "ua"], []),
        (["check", "--given", "nonsense", "--with", "ua"], []),
        (["calibrate", "--with", "ua-gur-"], ["plain,ua-gur-2024"]),
        (["estimate", "black-sea-grain-2022", "--scenario", "all"], ["plain,all-maize"]),
        (
            ["estimate", "--at", "2023-1"],
            ["plain,2023-10", "plain,2023-10-13", "plain,2023-11", "plain,2023-12"],
        ),
        (["estimate", "--set", "mix_"], ["plain,mix_spread="]),
        (["estimate", "--set", "hedges="], ["plain,hedges=shellcount", "plain,hedges=ferson-2015"]),
        (["check", "--hedges", "f"], ["plain,ferson-2015"]),
        (
            ["estimate", "--set", f"{STATE}.hedge=a"],
            [f"plain,{STATE}.hedge=about", f"plain,{STATE}.hedge=at_least"],
        ),
        (["estimate", "--set", f"{STATE}.use=c"], [f"plain,{STATE}.use=check", f"plain,{STATE}.use=context"]),
        (["estimate", "--set", f"{STATE}.value=doz"], [f"plain,{STATE}.value=dozens"]),
        (["estimate", "--set", "load="], []),
        (["estimate", "--set", "unknown.hedge="], []),
        (["cite", "check.ua"], ["plain,check.ua-gur-2024"]),
        (["cite", "--case", "black-sea-grain-2022", "capacity.w"], ["plain,capacity.wheat"]),
        (
            ["cite", "--case", "black-sea-grain-2022", "ships.initiative@2023-01"],
            ["plain,ships.initiative@2023-01-19", "plain,ships.initiative@2023-01"],
        ),
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
