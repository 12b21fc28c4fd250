"""The command that writes the report."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from commands import (
    FEW,
    MINIMAL,
    QUICK,
    assert_refused,
    run,
    unwanted,
    values,
)
from lettering import only_fonts_of
from quick import quick_posterior
from shellcount.analysis import Parts, analyse
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.posterior import fitting as inference
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.report.content import answer, verdicts
from shellcount.results.quantity import Quantity
from shellcount.results.standard import answering
from shellcount.wording.scales import load_scale

pytestmark = pytest.mark.usefixtures("folder")


# --- what it says and writes -------------------------------------------------------------


def test_report_answers_and_lists_what_it_wrote(case: Case, folder: Path) -> None:
    results = analyse(fit(case, engine="smc", particles=256))
    result = run("report", "-o", "out", "--format", "json", "--engine", "smc", "--particles", "256")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.split("\n\n") == [
        answer(results),
        verdicts(results),
        f"{Path('out/numbers.json')}\n",
    ]
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["numbers.json"]


@pytest.fixture(scope="module")
def of_256(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """What a report of 256 particles prints as JSON, and the folder that it writes to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("of-256"))
        words = ("report", "--json", "--format", "json", "--engine", "smc", "--particles", "256")
        return values(run(*words)), Path("report").absolute()


def test_report_as_json_names_the_run_and_the_files(case: Case, of_256: tuple[Any, Path]) -> None:
    found, written = of_256
    assert found["digest"] == fit(case, engine="smc", particles=256).digest
    assert sorted(found["files"]) == sorted(f"report/{path.name}" for path in written.iterdir())
    assert found["remarks"] == []


def test_a_report_is_of_as_many_particles_as_asked(of_256: tuple[Any, Path]) -> None:
    found, folder = of_256
    written = json.loads((folder / "numbers.json").read_text("utf-8"))
    assert written["run"]["settings"]["particles"] == 256
    assert found["digest"] == written["run"]["digest"]


def test_a_report_leaves_each_claim_out_and_is_in_every_format_for_people(folder: Path) -> None:
    result = run("report", "--engine", "smc", "--particles", "256")
    assert (result.exit_code, result.stderr) == (0, "")
    written = sorted(path.name for path in (folder / "report").iterdir())
    assert [name for name in written if not name.endswith(".svg")] == [
        "manifest.json",
        "numbers.json",
        "report.html",
        "report.md",
        "report.pdf",
    ]
    assert "left-out-containers.svg" in written
    for name in ("report.html", "report.md"):
        assert "predicted from all the others" in (folder / "report" / name).read_text("utf-8")


def test_a_report_may_leave_no_claim_out(folder: Path) -> None:
    assert run("report", "--no-leave-one-out", "--format", "md", *QUICK).exit_code == 0
    assert not (folder / "report" / "left-out-containers.svg").exists()
    assert "predicted from all the others" not in (folder / "report" / "report.md").read_text("utf-8")


def test_a_report_uses_the_words_of_the_scale_asked_for(folder: Path) -> None:
    assert run("report", "--scale", "phia", "--no-leave-one-out", "--format", "md", *QUICK).exit_code == 0
    markdown = (folder / "report" / "report.md").read_text("utf-8")
    assert load_scale("phia").title in markdown.replace("\\", "")
    assert "remote chance" in markdown
    assert "almost no chance" not in markdown


def test_report_takes_dates(folder: Path) -> None:
    assert run("report", "--format", "json", "--at", "2024-03-31", *QUICK).exit_code == 0
    found = json.loads((folder / "report" / "numbers.json").read_text("utf-8"))
    assert "rounds.mixed@2024-03-31" in found["estimates"]


@pytest.mark.parametrize(
    "words",
    [
        ("--at", "2024-03-31", "--at", "2024-04-30", "--seed", "5", "--format", "md", "--no-leave-one-out"),
        ("small.toml", "--scenario", "half=food:0.5,hygiene:0.5", "--set", "load=0.6:0.9", "--format", "md"),
        ("small.toml", "--scenario", "all-food", "--no-leave-one-out", "--format", "md"),
    ],
    ids=["as shipped", "what if", "of another scenario, without leave-one-out"],
)
def test_the_command_in_a_report_makes_it_again(words: tuple[str, ...], folder: Path) -> None:
    shutil.copy(MINIMAL, folder / "small.toml")
    assert run("report", *words, *QUICK, "-o", "first out").exit_code == 0
    written = (folder / "first out" / "report.md").read_text("utf-8")
    (command,) = re.findall(r"```\n(.+)\n```", written)
    (folder / "first out").rename(folder / "kept")
    name, *again = shlex.split(command)
    assert name == "shellcount"
    assert run(*again).exit_code == 0
    for path in (folder / "kept").iterdir():
        assert (folder / "first out" / path.name).read_bytes() == path.read_bytes()


def test_a_report_answers_for_the_scenario_that_is_named(folder: Path) -> None:
    words = ("--scenario", "all-food", "--at", "2025-02-15", "--no-leave-one-out", "--format", "json")
    assert run("report", str(MINIMAL), *words, *QUICK).exit_code == 0
    found = json.loads((folder / "report" / "numbers.json").read_text("utf-8"))
    assert found["drivers"]["name"] == "parcels.all-food@2025-02-15"
    expected = analyse(
        quick_posterior(load_case(MINIMAL)), Parts(answer=answering_food(load_case(MINIMAL)), checks=())
    )
    assert expected.command is not None
    assert "--scenario all-food" in expected.command


def answering_food(case: Case) -> Quantity:
    return replace(answering(case), subject="all-food")


def test_the_question_is_answered_for_one_scenario() -> None:
    words = ("--scenario", "all-food", "--scenario", "mixed")
    message = assert_refused(run("report", str(MINIMAL), *words))
    assert message == "the question is answered for one scenario: write one --scenario, not 2"


def test_a_report_with_a_banner_comes_with_a_warning(folder: Path) -> None:
    shutil.copy(MINIMAL, folder / "small.toml")
    result = run("report", "small.toml", "--given", "all", *QUICK, "--format", "md", "--no-leave-one-out")
    assert "NOT CONVERGED" in (folder / "report" / "report.md").read_text("utf-8")
    assert "NOT CONVERGED" in result.stderr


def test_a_report_in_boxes_says_so(folder: Path) -> None:
    text = MINIMAL.read_text("utf-8")
    (folder / "korean.toml").write_text(text.replace('title = "', 'title = "\uad6d', 1), "utf-8")
    words = ("report", "korean.toml", *FEW, "--allow-unconverged", "--no-leave-one-out", "--format", "pdf")
    with only_fonts_of(folder):
        result, found = run(*words), run(*words, "--json")
    assert (result.exit_code, found.exit_code) == (0, 0)
    said = "boxes stand for 1 character in report.pdf that no font here has (\uad6d)"
    assert said in result.stderr
    assert [remark.partition(";")[0] for remark in json.loads(found.stdout)["remarks"]] == [said]


def test_a_report_may_keep_the_draws(folder: Path) -> None:
    assert run("report", "--format", "json,npz", "--no-leave-one-out", *QUICK).exit_code == 0
    saved = Posterior.load(folder / "report" / "posterior.npz")
    assert saved.digest == json.loads((folder / "report" / "numbers.json").read_bytes())["run"]["digest"]


def test_a_report_of_numbers_is_that_of_the_case(folder: Path) -> None:
    shutil.copy(MINIMAL, folder / "small.toml")
    words = ("--allow-unconverged", "--format", "html,md,json")
    assert run("report", "small.toml", *FEW, "-o", "first", *words).exit_code == 0
    assert run("report", "first/numbers.json", "-o", "again", *words).exit_code == 0
    for path in (folder / "first").iterdir():
        assert (folder / "again" / path.name).read_bytes() == path.read_bytes()


# --- what is refused ---------------------------------------------------------------------


@pytest.mark.parametrize("formats", ["pdff", "html,,json", ""])
def test_an_unknown_format_is_refused_before_anything_is_sampled(
    formats: str, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr(inference, "fit_with", unwanted)
    assert assert_refused(run("report", "--format", formats)).startswith("no format is called ")
    assert list(folder.iterdir()) == []


def test_a_format_that_is_nearly_right_is_suggested() -> None:
    message = assert_refused(run("report", "--format", "html,pdff"))
    assert message == "no format is called 'pdff'; did you mean pdf?"


def test_a_report_without_a_place_is_refused_and_nothing_written(folder: Path) -> None:
    message = assert_refused(run("report", "-o", "no/such/folder", "--format", "json", *QUICK))
    assert message == "no/such/folder cannot be written: No such file or directory"
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["taken", "a" * 300], ids=["a file", "endless"])
def test_a_place_that_is_no_folder_is_refused(name: str, folder: Path) -> None:
    (folder / "taken").write_bytes(b"a file")
    message = assert_refused(run("report", "-o", name, "--format", "json", *QUICK))
    assert "cannot be written: " in message
    assert [path.name for path in folder.iterdir()] == ["taken"]
    assert (folder / "taken").read_bytes() == b"a file"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--seed", "1"), "--seed"),
        (("--at", "2025-03-07", "--set", "load=0.5:0.9"), "--set and --at"),
        (("--scale", "phia", "--no-leave-one-out"), "--leave-one-out and --scale"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_options_that_decide_numbers_are_refused_with_a_numbers_file(
    words: tuple[str, ...], named: str, folder: Path
) -> None:
    (folder / "numbers.json").write_text("{}")
    message = assert_refused(run("report", "numbers.json", *words))
    assert message == f"numbers.json holds its own numbers: leave out {named}"
