"""The command that tells what to find out next: voi."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import MINIMAL, assert_refused, run

pytestmark = pytest.mark.usefixtures("folder")

CASE = str(MINIMAL)
FEW = ("--points", "128", "--runs", "4", "--allow-unconverged", "--jobs", "1")
VOI = ("voi", CASE, *FEW, "--confirm", "0")


def test_voi_prints_a_table_and_what_to_find_out_first() -> None:
    done = run(*VOI)
    assert done.exit_code == 0
    assert "takes away" in done.stdout
    assert "Find out first: " in done.stdout
    assert "other candidates would take away less than" in done.stdout


def test_voi_writes_json_and_a_figure(folder: Path) -> None:
    done = run(*VOI, "--json", "--measure", "load:5%", "--measure", "stowage", "--figure", "next.svg")
    found = json.loads(done.stdout)
    assert found["schema"] == "shellcount/voi/1"
    assert {each["name"] for each in found["candidates"]} == {"load:5%", "stowage:10%"}
    assert (folder / "next.svg").read_bytes().startswith(b"<?xml")


def test_own_claims_and_measurements_take_the_place_of_the_others() -> None:
    claim = "quantity=rounds bias_sd=0.1"
    done = run(*VOI, "--json", "--claim", claim, "--measure", "load", "--precision", "5%")
    names = [each["name"] for each in json.loads(done.stdout)["candidates"]]
    assert sorted(name.split(" ")[0] for name in names) == ["load:5%", "quantity=rounds"]


def test_the_best_are_confirmed_by_refits() -> None:
    words = ("--points", "512", "--jobs", "1", "--json", "--measure", "load", "--measure", "stowage")
    done = run("voi", CASE, *words, "--confirm", "1")
    refits = [each["refit"] for each in json.loads(done.stdout)["candidates"]]
    assert refits[0] == pytest.approx(json.loads(done.stdout)["candidates"][0]["share"], abs=0.1)
    assert refits[1] is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--measure", "laod"), "did you mean load"),
        (("--measure", "quantity=rounds"), "asked for with --claim"),
        (("--claim", "load"), "asked for with --measure"),
        (("--precision", "much"), "'much' is not a precision"),
        (("--precision", "0"), "a precision must be from"),
        (("--estimate", "rounds.mxied@2024-06-14"), "did you mean"),
        (("--claim", "quantity=rounds"), "needs a claimant"),
        (("--figure", "."), "cannot be written"),
    ],
)
def test_what_cannot_be_valued_is_refused_with_a_way_out(words: tuple[str, ...], said: str) -> None:
    assert said in assert_refused(run(*VOI, *words))


def test_claims_in_conflict_are_warned_of() -> None:
    words = (
        "--given",
        "all",
        "--set",
        "claim.ua-gur-2024=90000000",
        "--measure",
        "load:10%",
        "--confirm",
        "0",
    )
    done = run("voi", *FEW, *words)
    assert "CONFLICT" in done.stderr
    assert "conflict" in done.stdout
