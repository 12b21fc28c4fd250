"""The command that compares two runs: three kinds of file, tables and JSON, one message for what is wrong."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from commands import COMMAND, HOSTILE, LAID_BARE, MINIMAL, assert_refused, run
from shellcount.comparison.diff import diff as compute_diff
from shellcount.comparison.sides import read_side
from shellcount.engines.settings import Settings

OLD = MINIMAL.read_text("utf-8")
CHANGED = OLD.replace("value = 420\n", "value = 700\n").replace(
    "low = 0.5, high = 0.97", "low = 0.4, high = 0.7"
)
ROUNDS = "parcels.mixed@2025-03-07"
FEW_POINTS = ("--points", "64", "--runs", "4", "--allow-unconverged")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a case lies beside itself with a claim and a prior changed."""
    monkeypatch.chdir(tmp_path)
    assert CHANGED.count("700") == 1
    Path("old.toml").write_text(OLD, "utf-8")
    Path("new.toml").write_text(CHANGED, "utf-8")
    return tmp_path


def diff(*words: str) -> str:
    """What a comparison prints for people."""
    done = run("diff", *words, "--jobs", "1")
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout


def values(*words: str) -> Any:
    """What a comparison prints for programs."""
    return json.loads(diff(*words, "--json"))


def refused(*words: str, status: int = 2) -> str:
    """The one message with which a comparison is refused."""
    done = run("diff", *words, "--jobs", "1")
    assert (done.exit_code, done.stdout) == (status, "")
    assert done.stderr.startswith("shellcount: ")
    assert "Traceback" not in done.stderr
    return done.stderr


# --- what is shown -----------------------------------------------------------------------


def test_moves_changes_and_reasons_are_shown() -> None:
    shown = diff("old.toml", "new.toml")
    found = compute_diff(read_side("old.toml"), read_side("new.toml"))
    for title in ("From old.toml to new.toml", "What changed", "Why the estimates moved"):
        assert title in shown
    words = " ".join(shown.split())
    for sentence in found.sentences:
        assert f"- {sentence}" in words
    assert "mostly because claim crossed changed (value from 420 to 700)" in shown


def test_json_is_the_document_of_the_comparison() -> None:
    found = values("old.toml", "new.toml", "--seed", "3")
    third = Settings(seed=3)
    expected = compute_diff(read_side("old.toml", settings=third), read_side("new.toml", settings=third))
    assert found == json.loads(json.dumps(expected.document()))
    assert [change["path"] for change in found["changes"]] == ["claim.crossed", "priors.load"]


def test_processes_give_the_same_digits() -> None:
    alone = run("diff", "old.toml", "new.toml", "--json", "--jobs", "1")
    shared = run("diff", "old.toml", "new.toml", "--json", "--jobs", "2")
    assert shared.stdout == alone.stdout


def test_runs_are_compared_with_what_they_were_made_of() -> None:
    for case in ("old", "new"):
        words = ("report", f"{case}.toml", "-o", case, "--format", "json,npz", "--no-leave-one-out")
        assert run(*words).exit_code == 0
    from_cases = values("old.toml", "new.toml")
    for sides in (
        ("old/numbers.json", "new/numbers.json"),
        ("old/posterior.npz", "new/posterior.npz"),
        ("old/numbers.json", "new/posterior.npz"),
        ("old/posterior.npz", "new.toml"),
    ):
        found = values(*sides)
        origins = {"old": sides[0], "new": sides[1]}
        for side, origin in origins.items():
            assert found.pop(side) == {**from_cases[side], "origin": origin}
        assert found == {name: value for name, value in from_cases.items() if name not in origins}


def test_numbers_from_standard_output_are_a_side(folder: Path) -> None:
    (folder / "estimates.json").write_text(run("estimate", "old.toml", "--json").stdout, "utf-8")
    assert "nothing differs" in diff("estimates.json", "old.toml")


def test_a_file_beside_itself_is_said_to_be_the_same() -> None:
    assert diff("old.toml", "old.toml") == "- The two are the same run: nothing differs.\n"
    assert values("old.toml", "old.toml")["identical"] is True


def test_an_estimate_may_be_chosen() -> None:
    assert list(values("old.toml", "new.toml", "--name", "load")["explained"]) == ["load"]
    both = ("--name", "load", "--name", "parcels.all-food@2025-03-31")
    assert list(values("old.toml", "new.toml", *both)["explained"]) == [both[1], both[3]]


def test_case_files_are_fitted_as_asked() -> None:
    found = values(
        "old.toml", "old.toml", "--given", "all", "--engine", "smc", "--particles", "600", "--runs", "12"
    )
    assert found["new"]["run"]["given"] == "all"
    assert found["new"]["run"]["settings"]["particles"] == 600
    assert found["new"]["run"]["settings"]["runs"] == 12


# --- what is refused ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("cut.json", b'{"schema": "shellcount/numbers/1", "ru', "cut.json is not valid JSON"),
        ("nan.json", b'{"schema": "shellcount/numbers/1", "x": NaN}', "nan.json is not valid JSON"),
        ("other.json", b'{"schema": "another/1"}', "its schema is not shellcount/numbers/2"),
        ("deep.json", b"[" * 3_000_000, "values are nested too deeply"),
        ("deep.toml", b"a = " + b"[" * 100_000, "deep.toml: 1 fault"),
        ("binary.json", b"\x00\xff\xfe", "binary.json is not valid JSON"),
        ("binary.toml", b"\x00\xff\xfe", "is a binary file"),
        ("binary.npz", b"\x00\xff\xfe", "binary.npz is not a saved posterior"),
        ("empty.json", b"", "empty.json is not valid JSON"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_on_either_side(
    name: str, content: bytes, message: str, folder: Path
) -> None:
    (folder / name).write_bytes(content)
    assert message in refused(name, "new.toml")
    assert message in refused("old.toml", name)


def test_a_file_that_contradicts_itself_is_refused(folder: Path) -> None:
    written: Any = json.loads(run("estimate", "old.toml", "--json").stdout)
    written["case"]["priors"]["load"]["high"] = 0.96
    (folder / "numbers.json").write_text(json.dumps(written), "utf-8")
    assert "its case is not the one that was fitted" in refused("numbers.json", "new.toml")


@pytest.mark.parametrize("name", ["missing.json", "missing.npz", "missing.toml", "missing", "."])
def test_a_file_that_cannot_be_read_is_refused(name: str) -> None:
    assert "cannot be read" in refused("old.toml", name)


def test_standard_input_is_refused() -> None:
    assert "name both files" in refused("-", "new.toml")


def test_an_unknown_name_is_refused() -> None:
    assert "no estimate is called 'laod'" in refused("old.toml", "new.toml", "--name", "laod")


def test_a_name_that_a_numbers_file_lacks_is_refused(folder: Path) -> None:
    (folder / "numbers.json").write_text(run("estimate", "old.toml", "--json").stdout, "utf-8")
    name = "parcels.all-food@2025-03-31"
    assert "no estimate of both sides" in refused("numbers.json", "new.toml", "--name", name)


@pytest.mark.parametrize("other", ["checks.json", "old.toml"])
def test_numbers_without_estimates_are_refused(other: str, folder: Path) -> None:
    (folder / "checks.json").write_text(run("check", "old.toml", "--json").stdout, "utf-8")
    assert refused("checks.json", other) == (
        "shellcount: checks.json contains no estimates that both sides have; "
        "write it with shellcount report or estimate --json\n"
    )


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--given", "counts"), "--given"),
        (("--without", "a", "--with", "b"), "--without and --with"),
        (("--seed", "5", "--name", "load"), "--seed"),
        (("--engine", "nuts", "--draws", "600"), "--engine and --draws"),
        (
            ("--runs", "4", "--engine", "smc", "--particles", "600", "--allow-unconverged"),
            "--engine, --particles and --runs",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_options_of_a_fit_are_refused_where_neither_side_is_a_case(
    words: tuple[str, ...], named: str, folder: Path
) -> None:
    (folder / "a.json").write_text("{}")
    (folder / "b.npz").write_text("")
    for new, files in (("b.npz", "a.json and b.npz hold their"), ("a.json", "a.json holds its")):
        message = refused("a.json", new, *words)
        assert message == f"shellcount: {files} own numbers: leave out {named}\n"


def test_options_of_a_fit_apply_where_one_side_is_a_case(folder: Path) -> None:
    (folder / "numbers.json").write_text(run("estimate", "old.toml", "--json").stdout, "utf-8")
    found = values("numbers.json", "old.toml", "--seed", "5")
    assert [found[side]["run"]["seed"] for side in ("old", "new")] == [1, 5]


def test_what_decides_no_number_is_taken_where_neither_side_is_a_case(folder: Path) -> None:
    (folder / "numbers.json").write_text(run("estimate", "old.toml", "--json").stdout, "utf-8")
    words = ("--name", "load", "--allow-unconverged")
    assert values("numbers.json", "numbers.json", *words)["identical"] is True


@pytest.mark.parametrize("words", [("diff",), ("diff", "old.toml"), ("diff", "a", "b", "c")], ids=" ".join)
def test_two_sides_are_needed(words: tuple[str, ...]) -> None:
    done = run(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Usage: shellcount diff" in done.stderr


def test_numbers_that_have_not_converged_are_refused_or_marked() -> None:
    few = ("--engine", "smc", "--particles", "64", "--runs", "4")
    assert "has not converged" in refused("old.toml", "new.toml", *few, status=3)
    shown = diff("old.toml", "new.toml", *few, "--allow-unconverged")
    assert "(not converged)" in shown


# --- text is data ------------------------------------------------------------------------


@pytest.mark.parametrize("flags", [(), ("--json",)], ids=["for people", "for programs"])
def test_control_characters_reach_no_terminal(flags: tuple[str, ...], folder: Path) -> None:
    content = CHANGED
    for text in (
        "Parcels in aid trucks, January to March 2025",
        "the crossing office",
        "About 420 trucks of parcels had crossed.",
        "Pallets leave gaps.",
        "food parcels",
    ):
        assert text in content
        content = content.replace(text, HOSTILE)
    content = content.replace('item = "parcels"', f'item = "{HOSTILE}"')
    name = "\x1b[31m.toml"
    (folder / name).write_text(content, "utf-8")
    done = run("diff", "old.toml", name, "--jobs", "1", *flags)
    assert done.exit_code == 0
    assert LAID_BARE.findall(done.stdout + done.stderr) == []


def test_the_installed_command_refuses_in_one_message(folder: Path) -> None:
    (folder / "deep.json").write_bytes(b'{"a":' * 1_000_000)
    done = subprocess.run([COMMAND, "diff", "deep.json", "old.toml"], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("shellcount: deep.json is not valid JSON: values are nested too deeply")


# --- side by side ------------------------------------------------------------------------


def test_what_ifs_stand_side_by_side() -> None:
    done = run("compare", "--case", "old.toml", "load=0.5", "most: load=0.75", *FEW_POINTS)
    assert done.exit_code == 0
    words = " ".join(done.stdout.split())
    assert f"{ROUNDS} compared median 50% interval 90% interval move" in words
    assert "for the case as it is. Against that, the median is" in words


def test_files_stand_side_by_side_with_a_figure() -> None:
    done = run("compare", "old.toml", "new.toml", "--figure", "moved.svg", "--json", *FEW_POINTS)
    found = json.loads(done.stdout)
    assert (done.exit_code, [side["label"] for side in found["sides"]]) == (0, ["old.toml", "new.toml"])
    assert found["files"] == ["moved.svg"]
    assert "</svg>" in Path("moved.svg").read_text("utf-8")


def test_one_thing_is_not_compared() -> None:
    for words in ((), ("old.toml",)):
        assert "name at least two things to compare" in assert_refused(run("compare", *words))
