"""What a command line asks for: the case, changes in it, and how to fit it."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

import shellcount
from commands import (
    COMMAND,
    MINIMAL,
    QUICK,
    assert_refused,
    run,
    spawn,
    unwanted,
    values,
)
from shellcount.case.schema import Case
from shellcount.cli import options
from shellcount.cli.requests import CaseRequest, FitRequest, GivenRequest
from shellcount.engines.settings import Settings
from shellcount.errors import UsageError
from shellcount.posterior import fitting as inference
from shellcount.results.run import Run

pytestmark = pytest.mark.usefixtures("folder")


# --- where the case comes from -----------------------------------------------------------


def test_a_case_is_read_from_a_file_or_standard_input(folder: Path) -> None:
    shutil.copy(MINIMAL, folder / "small.toml")
    from_file = values(run("validate", "small.toml", "--json"))
    from_input = values(run("validate", "-", "--json", given=MINIMAL.read_bytes()))
    assert from_file == from_input
    assert from_file["case"] == "aid-trucks"


def test_stages_pipe(folder: Path) -> None:
    few = shlex.join([str(COMMAND), "estimate", "-", "--json", *QUICK])
    command = f"{few} < {shlex.quote(str(MINIMAL))} > numbers.json"
    assert subprocess.run(["sh", "-c", command], cwd=folder, check=False).returncode == 0
    assert json.loads((folder / "numbers.json").read_text("utf-8"))["run"]["case"] == "aid-trucks"


def test_a_fault_of_standard_input_is_said_to_be_there() -> None:
    assert assert_refused(run("validate", "-", given=b"[case")).startswith(
        "standard input: 1 fault\n  is not "
    )


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("missing.toml", None, "cannot be read: No such file or directory"),
        (".", None, "cannot be read: Is a directory"),
        ("binary.toml", bytes(range(256)), "is a binary file; a case is a TOML text file"),
        ("latin.toml", "# \n\n# Kyïv".encode("latin-1"), "is not UTF-8 (line 3); save it as UTF-8"),
        ("empty.toml", b"", "is empty; `shellcount schema` describes the format"),
        ("prose.toml", b"Ten thousand containers.", "is not valid TOML: "),
        ("other.toml", b"[tool]\nname = 1\n", "tool: unknown key"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("command", ["evidence", "validate", "report"])
def test_a_bad_file_is_refused(
    command: str, name: str, content: bytes | None, reason: str, folder: Path
) -> None:
    if content is not None:
        (folder / name).write_bytes(content)
    before = sorted(folder.iterdir())
    message = assert_refused(run(command, name))
    assert message.startswith(f"{name}: ")
    assert f"\n  {reason}" in message
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("command", ["estimate", "check"])
def test_the_installed_command_refuses_a_bad_file(command: str, folder: Path) -> None:
    message = assert_refused(spawn(command, "missing.toml", cwd=folder))
    assert message == "missing.toml: 1 fault\n  cannot be read: No such file or directory"
    assert list(folder.iterdir()) == []


def test_a_name_that_is_no_text_is_shown_as_what_it_is(folder: Path) -> None:
    done = spawn("validate", b"caf\xe9.toml", "--json", cwd=folder)
    assert (done.returncode, done.stderr) == (2, b"")
    assert json.loads(done.stdout.decode("utf-8"))["origin"] == "caf\udce9.toml"
    assert assert_refused(run("validate", "caf\udce9.toml")).startswith(r"caf\udce9.toml: 1 fault")


def test_standard_input_that_is_closed_is_refused(folder: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f"exec {shlex.quote(str(COMMAND))} validate - <&-"],
        capture_output=True,
        check=False,
        cwd=folder,
    )
    assert assert_refused(done).startswith("standard input: 1 fault\n  ")


def test_a_case_without_counts_is_answered(folder: Path) -> None:
    content = MINIMAL.read_text("utf-8").replace('use = "fit"', 'use = "check"')
    (folder / "prior.toml").write_text(content, "utf-8")
    result = run("estimate", "prior.toml")
    assert result.exit_code in {0, 2}
    assert (result.exit_code == 0) == ("parcels.mixed@2025-03-07" in result.stdout)


# --- what if -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "changes"),
    [
        ("load=0.5:0.9", {"load": (0.5, 0.9)}),
        ("munitions_share=0.5:0.9", {"munitions_share": (0.5, 0.9)}),
        ("152mm-howitzer.complete.mass_kg=80:90", {"152mm-howitzer.complete.mass_kg": (80.0, 90.0)}),
        ("152mm-howitzer.complete.base_share=0.9", {"152mm-howitzer.complete.base_share": 0.9}),
        ("152mm-howitzer.stow_spread=0.5", {"152mm-howitzer.stow_spread": 0.5}),
        ("cube_m3=32.5", {"cube_m3": 32.5}),
        ("mix_spread=0", {"mix_spread": 0.0}),
        ("mix.122mm-rocket=0.9", {"mix.122mm-rocket": 0.9}),
        ("reliability.B=0.2", {"reliability.B": 0.2}),
        ("hedges.about.sigma=0.1", {"hedges.about.sigma": 0.1}),
        ("claim.rok-mnd-2024-06=12000", {"claim.rok-mnd-2024-06": 12000.0}),
        ("claim.rok-mnd-2024-06.hedge=exact", {"claim.rok-mnd-2024-06.hedge": "exact"}),
        ("claim.rok-mnd-2024-06.use=check", {"claim.rok-mnd-2024-06.use": "check"}),
        ("claim.rok-mnd-2024-06.as_of=2024-06-10", {"claim.rok-mnd-2024-06.as_of": "2024-06-10"}),
        ("scenario.mine=122mm-rocket:1", {"scenario.mine": {"122mm-rocket": 1.0}}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_inputs_may_be_changed(change: str, changes: dict[str, Any], case: Case) -> None:
    changed = shellcount.with_changes(case, changes).digest
    assert changed != case.digest
    assert values(run("validate", "--set", change, "--json"))["case_digest"] == changed


def test_several_inputs_may_be_changed_and_each_command_heeds_them(case: Case) -> None:
    changed = shellcount.with_changes(case, {"load": (0.5, 0.9), "cube_m3": 32.0}).digest
    flags = ("--set", "load=0.5:0.9", "--set", "cube_m3=32", "--json")
    assert values(run("evidence", *flags))["case_digest"] == changed
    for command in ("estimate", "check"):
        found = json.loads(run(command, *flags, *QUICK).stdout)
        assert found["run"]["case_digest"] == changed


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("load", "'load' must have the form NAME=VALUE or PRIOR=LOW:HIGH"),
        ("=1", "'=1' must have the form NAME=VALUE or PRIOR=LOW:HIGH"),
        ("load=", "'load=' must have the form NAME=VALUE or PRIOR=LOW:HIGH"),
        ("laod=0.1:0.2", "unknown setting 'laod'; did you mean load?"),
        ("load=half", "load is a prior: give its 5% and 95% quantiles, as (LOW, HIGH) or LOW:HIGH"),
        (
            "load=70",
            "dprk-russia-2024 with load: 1 fault\n  priors.load.value: a share must be at most 1 (found 70)",
        ),
        ("load=0.5:", "'0.5:' for load cannot be read as numbers"),
        ("load=0.1:0.2:0.3", "'0.1:0.2:0.3' for load cannot be read as numbers"),
        ("cube_m3=1:2", "cube_m3 takes a single value"),
        ("load=0.9:0.5", "dprk-russia-2024 with load: 1 fault\n  priors.load: the 5% quantile (0.9) must"),
        ("load=nan:1", "dprk-russia-2024 with load: "),
        (
            "cube_m3=big",
            "dprk-russia-2024 with cube_m3: 1 fault\n  containers.cube_m3.value: must be a number",
        ),
        (
            "cube_m3=-1",
            "dprk-russia-2024 with cube_m3: 1 fault\n  containers.cube_m3.value: must be at least",
        ),
        (
            "claim.rok-mnd-2024-06=inf",
            "dprk-russia-2024 with claim.rok-mnd-2024-06: 1 fault\n  claim[3] (rok-mnd-2024-06).value",
        ),
        ("claim.rok-mnd-2024-06.hedge=abuot", "dprk-russia-2024 with claim.rok-mnd-2024-06.hedge: 1 fault"),
        ("claim.rok-mnd-2024-06.as_of=soon", "'soon' is not a date such as 2024-06-14"),
        ("x\x1b[2J=1", r"unknown setting 'x\\x1b[2J'; "),
    ],
)
def test_a_bad_change_is_refused(change: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "fit_with", unwanted)
    assert assert_refused(run("estimate", "--set", change)).startswith(message)


# --- requests ----------------------------------------------------------------------------

COUNTS = GivenRequest("counts")
RUN = Run(
    "aid-trucks",
    "sha256:0",
    "all-but:could-hold,crossed",
    "smc",
    2,
    {"runs": 8, "particles": 640, "draws": 5120},
    {},
)


def test_a_request_is_equal_to_one_of_the_same_words() -> None:
    assert FitRequest(None, (), (), COUNTS, Settings()) == FitRequest(None, (), (), COUNTS, Settings())
    assert CaseRequest("a.toml", ()) != CaseRequest("a.toml", ("load=0.5:0.9",))


def test_new_scenarios_are_changes_of_the_case_and_all_are_shown() -> None:
    scenarios = ("all-food", "half = food:0.5,hygiene:0.5")
    request = FitRequest(str(MINIMAL), ("load=0.5:0.9",), scenarios, COUNTS, Settings())
    assert request.written_changes == ("load=0.5:0.9", f"scenario.{scenarios[1]}")
    assert request.scenario_ids == ("all-food", "half")
    assert "half" in {scenario.id for scenario in request.case(selecting=True).scenario}
    with pytest.raises(UsageError, match="--scenario all-food selects nothing here"):
        request.case()


@pytest.mark.parametrize("command", ["estimate", "check", "report"])
def test_a_scenario_that_the_case_lacks_is_refused_by_every_command(command: str) -> None:
    message = assert_refused(run(command, str(MINIMAL), "--scenario", "nosuch"))
    assert message.startswith("no scenario is called 'nosuch'")


def test_one_thing_is_not_changed_twice() -> None:
    message = assert_refused(run("estimate", "--set", "load=0.5:0.9", "--set", "load=0.4:0.9"))
    assert message == "load is changed twice"


def test_a_command_line_spells_out_what_decides_a_digit() -> None:
    request = FitRequest(
        "my case.toml",
        ("load=0.5:0.9",),
        ("all-food",),
        GivenRequest("all", without=("office",)),
        Settings(seed=2, allow_unconverged=True),
        command="report",
        options=("--scale", "phia"),
    )
    assert shlex.split(request.command_line(RUN)) == [
        *("shellcount", "report", "my case.toml", "--set", "load=0.5:0.9"),
        *(
            "--given",
            "all-but:could-hold,crossed",
            "--engine",
            "smc",
            "--seed",
            "2",
            "--runs",
            "8",
            "--particles",
            "640",
            "--allow-unconverged",
        ),
        *("--scenario", "all-food", "--scale", "phia"),
    ]


@pytest.mark.parametrize(
    ("words", "request_"),
    [
        ((), FitRequest(None, (), (), COUNTS, Settings())),
        (
            ("a.toml", "--given", "all", "--seed", "3", "--runs", "8", "--engine", "nuts", "--draws", "200"),
            FitRequest("a.toml", (), (), GivenRequest("all"), Settings("nuts", 3, runs=8, draws=200)),
        ),
        (
            ("-", "--set", "a=1", "--set", "b=2", "--scenario", "c", *QUICK),
            FitRequest(
                "-",
                ("a=1", "b=2"),
                ("c",),
                COUNTS,
                Settings(runs=4, engine="smc", particles=64, allow_unconverged=True),
            ),
        ),
        (
            ("--without", "South Korea", "--with", "a", "--given", "all", "--without", "b", "--with", "c"),
            FitRequest(None, (), (), GivenRequest("all", ("South Korea", "b"), ("a", "c")), Settings()),
        ),
    ],
    ids=["without options", "engine and sizes", "what if", "names of claims"],
)
def test_a_command_gets_its_words_as_one_request(words: tuple[str, ...], request_: FitRequest) -> None:
    found: list[FitRequest] = []

    @click.command(cls=options.FitCommand)
    @options.takes_fit
    @options.dates
    @options.as_json
    def command(request: FitRequest, dates: tuple[str, ...], *, as_json: bool) -> None:
        found.append(request)
        assert (dates, as_json) == (("2024-06-14",), True)

    result = CliRunner().invoke(command, [*words, "--at", "2024-06-14", "--json"])
    assert result.exit_code == 0, result.output
    own = ("--at", "2024-06-14", "--json")
    assert found == [replace(request_, command="command", options=own)]


# --- claims that are held out and added ----------------------------------------------------


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ((), "counts"),
        (("--without", "crossed"), "counts-but:crossed"),
        (("--without", "the crossing OFFICE"), "counts-but:crossed"),
        (("--with", "could-hold"), "counts-and:could-hold"),
        (("--with", "office"), "counts-and:could-hold"),
        (("--given", "all", "--without", "office"), "all-but:could-hold,crossed"),
        (("--given", "all-but:crossed,could-hold", "--with", "crossed"), "all-but:could-hold"),
        (("--without", "claim:crossed", "--with", "claim:could-hold"), "counts-but:crossed-and:could-hold"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_names_of_the_case_on_the_line_are_held_out_and_added(words: tuple[str, ...], given: str) -> None:
    found: list[str] = []

    @click.command(cls=options.FitCommand)
    @options.takes_fit
    def command(request: FitRequest) -> None:
        found.append(str(request.given.conditioning(request.case())))

    result = CliRunner().invoke(command, [str(MINIMAL), *words])
    assert (result.exit_code, found) == (0, [given]), result.output


@pytest.mark.parametrize(
    "command",
    [
        ("estimate",),
        ("check",),
        ("check", "--leave-one-out"),
        ("report",),
        ("cite", "load"),
        ("fill", "template.md", "-o", "filled.md"),
        ("calibrate",),
        ("verify", "--given", "counts"),
        ("diff", "a.toml", "a.toml"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--without", "nosuch"), "no claim, claimant or group is called 'nosuch'; known are office, "),
        (("--without", "could-hold"), "could-hold is not fit with given=counts, so it cannot be held out"),
        (("--with", "crossed", "--without", "crossed"), "crossed is both held out and added"),
        (("--with", "derived"), "derived cannot be fit, because it was derived from crossed"),
        (("--without", ""), "a blank name holds out or adds nothing"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_every_command_that_fits_refuses_names_before_it_fits(
    command: tuple[str, ...],
    words: tuple[str, ...],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
) -> None:
    text = MINIMAL.read_text("utf-8").replace("[hedges]\n", f"{DERIVED}\n[hedges]\n", 1)
    (folder / "a.toml").write_text(text, "utf-8")
    (folder / "template.md").write_text("{{ load }}\n", "utf-8")
    monkeypatch.setattr(inference, "fit_with", unwanted)
    case = {"diff": (), "cite": ("--case", "a.toml"), "fill": ("--case", "a.toml")}.get(
        command[0], ("a.toml",)
    )
    assert assert_refused(run(*command, *case, *words)).startswith(message)


DERIVED = """[[claim]]
id = "derived"
claimant = "office"
summary = "That makes 380,000 parcels."
quantity = "rounds"
value = 380_000
resolution = 10_000
hedge = "about"
as_of = 2025-03-07
use = "check"
derived_from = "crossed"
reports = [{ source = "bulletin", value = 380_000, hedge = "about" }]
"""
