"""The command line does one stage a command, for people and programs, and fails in one readable message."""

from __future__ import annotations

import contextlib
import importlib
import json
import math
import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import docx
import jsonschema
import pytest
from click.testing import CliRunner, Result

import shellcount
from shellcount.case.schema import Case, json_schema
from shellcount.checks import leave_one_out as crosschecks
from shellcount.checks.evidence import document, remarks
from shellcount.checks.stated import check
from shellcount.cli import output
from shellcount.cli.main import main
from shellcount.digest import Json
from shellcount.posterior import fitting as inference
from shellcount.posterior import settling
from shellcount.posterior.posterior import Posterior
from shellcount.posterior.settling import fit_settled
from shellcount.report.content import answer, verdicts
from shellcount.results.names import answering
from shellcount.results.numbers_json import numbers_json
from shellcount.studies import calibration, verification
from shellcount.studies.verification import Finding
from shellcount.version import __version__
from shellcount.wording.scales import load_scale

COMMAND = Path(sys.executable).parent / "shellcount"
SEEDS = Path(__file__).parents[2] / "seeds"
MINIMAL = Path(__file__).parents[1] / "cases" / "good_minimal.toml"
COMMANDS = [
    *("new", "validate", "evidence", "estimate", "check", "report"),
    *("cite", "fill", "audit", "diff"),
    *("calibrate", "verify", "schema", "completion"),
]
AT_FIRST_USE = ["shellcount.citing.briefings", "shellcount.comparison.moves"]
FITTING = ["estimate", "check", "report"]
FEW = ("--particles", "64", "--runs", "4")
QUICK = (*FEW, "--allow-unconverged")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that commands run in, with nothing said of colours."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path


def run(*words: str, given: bytes | None = None) -> Result:
    """Run a command in this process; errors that are no messages are raised."""
    result = CliRunner().invoke(main, words, input=given, prog_name="shellcount")
    if not isinstance(result.exception, SystemExit | None):
        raise result.exception
    return result


def spawn(*words: str | bytes, **settings: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the installed command in a process of its own."""
    return subprocess.run([COMMAND, *words], capture_output=True, check=False, **settings)


def assert_refused(done: Result | subprocess.CompletedProcess[bytes], status: int = 2) -> str:
    """A failure is a status, one message on standard error, and nothing on standard output."""
    if isinstance(done, Result):
        code, out, err = done.exit_code, done.stdout, done.stderr
    else:
        code, out, err = done.returncode, done.stdout.decode(), done.stderr.decode()
    assert (code, out) == (status, "")
    assert err.startswith("shellcount: ")
    assert err.count("shellcount: ") == 1
    assert "Traceback" not in err
    assert all(line.isprintable() for line in err.splitlines())
    return err.removeprefix("shellcount: ").rstrip("\n")


def values(result: Result, status: int = 0) -> Any:
    """The JSON that is all of standard output."""
    assert (result.exit_code, result.stderr) == (status, "")
    return json.loads(result.stdout)


def words_of(text: str) -> str:
    return " ".join(text.split())


# --- help --------------------------------------------------------------------------------


@pytest.mark.parametrize("flag", ["--help", "-h"])
@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command: str, flag: str) -> None:
    result = run(command, flag)
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"Examples:\n    shellcount {command}" in result.stdout


def test_help_lists_the_commands_in_the_order_of_their_use() -> None:
    shown = run("--help").stdout
    assert re.findall(r"^  ([a-z]+) {2,}\S", shown.partition("Commands:")[2], flags=re.MULTILINE) == COMMANDS
    assert (
        "Exit status: 0 done, 1 something is not as it should be, 2 bad input or usage, 3 not converged."
        in shown
    )


def prepare(command: str, folder: Path) -> None:
    """Make the files that a command's examples name."""
    if command == "diff":
        words = ("report", "-o", "old", "--format", "json,nc", "--no-leave-one-out", "--particles", "512")
        assert run(*words).exit_code == 0
        shutil.copytree(folder / "old", folder / "new")
        shutil.copy(folder / "old" / "posterior.nc", folder / "old.nc")
    if command in {"fill", "audit"}:
        (folder / "template.md").write_text("{{ load }}")
        document = docx.Document()
        document.add_paragraph("{{ load }}")
        document.save(str(folder / "template.docx"))
    if command == "audit":
        for kind in ("md", "docx"):
            assert run("fill", f"template.{kind}", "-o", f"briefing.{kind}").exit_code == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_the_examples_of_help_work(
    command: str, case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = SEEDS / f"{case.about.id}.toml"
    shutil.copy(MINIMAL if command in {"calibrate", "report"} else shipped, folder / "mycase.toml")
    prepare(command, folder)
    for name in AT_FIRST_USE:  # or a module would keep what is put in place here
        importlib.import_module(name)
    fit, few = inference.fit, {"runs": 4, "particles": 64, "allow_unconverged": True}
    for module in (inference, settling, crosschecks):
        monkeypatch.setattr(module, "fit", lambda case, **settings: fit(case, **(settings | few)))
    monkeypatch.setattr("shellcount.engines.nuts.cores", lambda: 1)
    whole = calibration.calibrate
    monkeypatch.setattr(
        calibration, "calibrate", lambda case, **settings: whole(case, **(settings | {"runs": 20}))
    )
    monkeypatch.setattr(verification, "verify", lambda *_, **__: iter([Finding("all", True, "well")]))
    shown = run(command, "--help").stdout.partition("Examples:")[2]
    examples = re.findall(r"^ +shellcount (.+)$", shown, flags=re.MULTILINE)
    assert examples
    for example in examples:
        words, _, given = re.sub(r" >>? \S+$", "", example).partition(" < ")
        result = run(*shlex.split(words), given=(folder / given).read_bytes() if given else None)
        assert result.exit_code == 0, result.stderr


def test_the_installed_command_states_its_version() -> None:
    done = spawn("--version")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == f"shellcount, version {__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--bogus"],
        ["estimat"],
        ["estimate", "--bogus"],
        ["estimate", "a.toml", "b.toml"],
        ["estimate", "--seed", "x"],
        ["estimate", "--engine", "gibbs"],
        ["estimate", "--at"],
    ],
    ids=" ".join,
)
def test_what_is_no_command_is_answered_with_usage(words: list[str]) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(("Usage: shellcount ", "Error: "))


# --- evidence, validate, schema ----------------------------------------------------------


def test_evidence_shows_every_claim_and_what_contradicts(case: Case) -> None:
    result = run("evidence")
    shown = words_of(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert case.about.title in shown
    assert [claim.id for claim in case.claim if claim.id not in shown] == []
    assert [remark for remark in remarks(case) if f"- {remark}" not in shown] == []


def test_evidence_as_json_is_the_document(case: Case) -> None:
    assert values(run("evidence", "--json")) == document(case)


def test_a_case_without_faults_is_said_to_be_valid(case: Case) -> None:
    result = run("validate")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"valid: {repr(case)[1:-1]}\n"
    assert values(run("validate", "--json")) == {
        "valid": True,
        "case": case.about.id,
        "case_digest": case.digest,
        "faults": [],
        "unfinished": [],
    }


def test_validate_lists_all_faults(folder: Path) -> None:
    content = MINIMAL.read_text("utf-8").replace('hedge = "about"', 'hedge = "abuot"')
    (folder / "bad.toml").write_text(content.replace("value = 420", "value = -420"), "utf-8")
    assert assert_refused(run("validate", "bad.toml")) == (
        "bad.toml: 2 faults\n"
        "  claim[0].value: must be at least 1e-09 (found -420)\n"
        "  claim[0].hedge: not one of the allowed values (found 'abuot'); did you mean about?"
    )
    assert values(run("validate", "bad.toml", "--json"), 2) == {
        "valid": False,
        "origin": "bad.toml",
        "faults": [
            {
                "path": "claim[0].value",
                "message": "must be at least 1e-09",
                "value": "-420",
                "hint": None,
            },
            {
                "path": "claim[0].hedge",
                "message": "not one of the allowed values",
                "value": "'abuot'",
                "hint": "did you mean about?",
            },
        ],
        "unfinished": [],
    }


def test_schema_is_that_of_the_types() -> None:
    assert values(run("schema")) == json_schema()


def accepts(schema: Any, value: Json) -> bool:
    """Whether a JSON Schema accepts a value."""
    validator = jsonschema.Draft202012Validator(schema)
    return bool(validator.is_valid(value))


@pytest.mark.parametrize("path", [None, MINIMAL], ids=["shipped", "small"])
def test_the_schema_accepts_a_case_and_no_unknown_key(path: Path | None) -> None:
    schema = values(run("schema"))
    written: Any = shellcount.load_case(path).document()
    assert accepts(schema, written)
    assert not accepts(schema, written | {"claims": []})
    for entry in (written["claim"][0], written["nature"][0]["stow"][0]["mass_kg"], written["priors"]):
        entry["unknown"] = 1
        assert not accepts(schema, written)
        del entry["unknown"]
    assert accepts(schema, written)


def test_every_field_of_the_schema_is_described() -> None:
    schema = values(run("schema"))
    tables = [schema, *(table for table in schema["$defs"].values() if "properties" in table)]
    assert len(tables) > 15
    for table in tables:
        assert table["additionalProperties"] is False
        for entry in table["properties"].values():
            referred = schema["$defs"].get(entry.get("$ref", "").removeprefix("#/$defs/"), {})
            assert entry.get("description") or referred.get("description")


# --- estimate ----------------------------------------------------------------------------


def test_estimate_shows_every_range_but_parameters(posterior: Posterior) -> None:
    result = run("estimate")
    shown = words_of(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    for estimate in posterior.estimates():
        row = words_of(" ".join((estimate.name, *estimate.words(), estimate.unit)))
        assert (row in shown) == (
            "." in estimate.name
            and estimate.name.split(".")[0] in {"rounds", "containers", "capacity", "shipped"}
        )
    assert posterior.digest[:15] in shown


def test_estimate_as_json_is_numbers(posterior: Posterior) -> None:
    assert values(run("estimate", "--json")) == numbers_json(posterior)


def test_the_installed_command_gives_the_same_numbers(posterior: Posterior) -> None:
    done = spawn("estimate", "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == numbers_json(posterior)


def names(*words: str) -> set[str]:
    """Names of the dated estimates that are given."""
    found = json.loads(run("estimate", "--json", *QUICK, *words).stdout)
    return {name for name in found["estimates"] if "@" in name}


def test_dates_may_be_chosen() -> None:
    found = names("--at", "2024-06-14", "--at", "2024-03-31")
    assert {name.partition("@")[2] for name in found} == {"2024-06-14", "2024-03-31"}
    assert {name.partition(".")[0] for name in found} == {"rounds", "containers"}


def test_a_scenario_of_the_case_may_be_chosen() -> None:
    found = names("--scenario", "all-152mm-howitzer", "--at", "2024-06-14")
    assert {name for name in found if name.startswith("rounds.")} == {"rounds.all-152mm-howitzer@2024-06-14"}


def test_a_scenario_of_ones_own_may_be_given() -> None:
    own = "half=152mm-howitzer:0.5,122mm-rocket:0.5"
    words = ("estimate", "--json", "--scenario", own, "--scenario", "mixed", "--at", "2024-06-14", *QUICK)
    estimates = json.loads(run(*words).stdout)["estimates"]
    assert {name for name in estimates if name.startswith("rounds.")} == {
        "rounds.half@2024-06-14",
        "rounds.mixed@2024-06-14",
    }
    parts = [estimates[f"capacity.{nature}"]["mean"] for nature in ("152mm-howitzer", "122mm-rocket")]
    assert estimates["capacity.half"]["mean"] == pytest.approx(sum(parts) / 2, rel=1e-12)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--at", "tomorrow"), "'tomorrow' is not a date such as 2024-06-14"),
        (("--at", "2024-02-30"), "'2024-02-30' is not a date such as 2024-06-14"),
        (("--at", "2023-01-01"), "2023-01-01 is not after the first shipment (2023-09-01)"),
        (("--at", "2023-09-01"), "2023-09-01 is not after the first shipment (2023-09-01)"),
        (
            ("--at", "2044-01-01"),
            "2044-01-01 is more than 20 years after the first shipment (2023-09-01)",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
@pytest.mark.parametrize("command", ["estimate", "report"])
def test_a_bad_date_is_refused_before_anything_is_sampled(
    command: str, words: tuple[str, ...], message: str, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr(inference, "fit", unwanted)
    assert assert_refused(run(command, *words)) == message
    assert list(folder.iterdir()) == []


def unwanted(*_: object, **__: object) -> NoReturn:
    pytest.fail("sampled all the same")


@pytest.mark.parametrize(
    ("scenario", "message"),
    [
        ("all-152mm-howitzr", "no scenario is called 'all-152mm-howitzr'; did you mean all-152mm-howitzer"),
        ("half=152mm-howitzer", "'152mm-howitzer' for scenario.half is not numbers"),
        ("half=152mm-howitzer:x", "'152mm-howitzer:x' for scenario.half is not numbers"),
        ("half=", "'scenario.half=' must have the form NAME=VALUE or PRIOR=LOW:HIGH"),
        ("half=152mm:1", "dprk-russia-2024 with scenario.half: 1 fault\n  scenario[4].mix.152mm: no nature"),
        ("half=122mm-rocket:0.5", "dprk-russia-2024 with scenario.half: 1 fault\n  scenario[4].mix: the sh"),
        ("=122mm-rocket:1", "dprk-russia-2024 with scenario.: 1 fault\n  scenario[4].id: has the wrong for"),
    ],
)
def test_a_bad_scenario_is_refused_before_anything_is_sampled(
    scenario: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inference, "fit", unwanted)
    assert assert_refused(run("estimate", "--scenario", scenario)).startswith(message)


# --- check and report --------------------------------------------------------------------


def test_check_shows_every_finding(posterior: Posterior) -> None:
    result = run("check")
    shown = words_of(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert [finding.sentence for finding in check(posterior) if f"- {finding.sentence}" not in shown] == []


def test_check_as_json_is_numbers_without_estimates(posterior: Posterior) -> None:
    assert values(run("check", "--json")) == numbers_json(posterior, check(posterior), estimates=())


@pytest.mark.parametrize("flags", [(), ("--json",)], ids=["for people", "for programs"])
def test_a_figure_that_fails_its_check_is_status_1(flags: tuple[str, ...]) -> None:
    result = run("check", "--set", "claim.rok-mnd-2024-02-152mm=30000000", *flags, *QUICK)
    assert result.exit_code == 1
    assert "impossible" in result.stdout


def test_a_claim_that_is_held_out_is_checked() -> None:
    found = json.loads(run("check", "--given", "all-but:rok-mnd-2024-06-capacity", "--json", *QUICK).stdout)
    assert found["run"]["given"] == "all-but:rok-mnd-2024-06-capacity"
    assert "rok-mnd-2024-06-capacity" in {finding["claim"] for finding in found["checks"]}
    assert "ua-gur-2024" not in {finding["claim"] for finding in found["checks"]}


def test_everything_may_be_given() -> None:
    found = json.loads(run("check", "--given", "all", "--json", *QUICK).stdout)
    assert found["run"]["given"] == "all"
    assert {finding["claim"] for finding in found["checks"]} == {
        "rok-mnd-2024-02-sent",
        "eu-deliveries-2024-06",
    }


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("some", "given must be counts, all, counts-but:CLAIM or all-but:CLAIM, not 'some'"),
        ("all-but:ua-gur", "no claim is called 'ua-gur'; did you mean ua-gur-2024?"),
        ("counts-but:ua-gur-2024", "ua-gur-2024 is not fit with given=counts, so it cannot be held out"),
    ],
)
def test_what_cannot_be_conditioned_on_is_refused(given: str, message: str) -> None:
    assert assert_refused(run("check", "--given", given)) == message


def test_report_answers_and_lists_what_it_wrote(posterior: Posterior, folder: Path) -> None:
    result = run("report", "-o", "out", "--format", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.split("\n\n") == [
        answer(posterior),
        verdicts(posterior, check(posterior)),
        f"{Path('out/numbers.json')}\n",
    ]
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["numbers.json"]


def test_report_as_json_names_the_run_and_the_files(case: Case, folder: Path) -> None:
    found = values(run("report", "--json", "--format", "json"))
    assert found["digest"] == fit_settled(case, [answering(case)]).digest
    assert sorted(found["files"]) == sorted(f"report/{path.name}" for path in (folder / "report").iterdir())


def test_a_report_is_of_as_many_particles_as_asked(folder: Path) -> None:
    found = values(run("report", "--json", "--format", "json", "--particles", "512"))
    written = json.loads((folder / "report" / "numbers.json").read_text("utf-8"))
    assert written["run"]["settings"]["particles"] == 512
    assert found["digest"] == written["run"]["digest"]


def test_a_report_leaves_each_claim_out_and_is_in_every_format_for_people(folder: Path) -> None:
    result = run("report", "--particles", "512")
    assert (result.exit_code, result.stderr) == (0, "")
    written = sorted(path.name for path in (folder / "report").iterdir())
    assert [name for name in written if not name.endswith(".svg")] == [
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
        ("--at", "2024-03-31", "--at", "2024-04-30", "--seed", "5", "--format", "md"),
        ("small.toml", "--scenario", "half=food:0.5,hygiene:0.5", "--set", "load=0.6:0.9", "--format", "md"),
    ],
    ids=["as shipped", "what if"],
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


@pytest.mark.parametrize("formats", ["pdff", "html,,json", ""])
def test_an_unknown_format_is_refused_before_anything_is_sampled(
    formats: str, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr(inference, "fit", unwanted)
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
        ("empty.toml", b"", "is empty; `shellcount schema` describes what it may hold"),
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
    assert (result.exit_code == 0) == ("rounds.mixed@2025-03-07" in result.stdout)


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
        ("laod=0.1:0.2", "nothing to set is called 'laod'; did you mean load?"),
        ("load=0.5", "load is a prior: give its 5% and 95% quantiles, as (LOW, HIGH) or LOW:HIGH"),
        ("load=half", "load is a prior: give its 5% and 95% quantiles, as (LOW, HIGH) or LOW:HIGH"),
        ("load=0.5:", "'0.5:' for load is not numbers"),
        ("load=0.1:0.2:0.3", "'0.1:0.2:0.3' for load is not numbers"),
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
            "dprk-russia-2024 with claim.rok-mnd-2024-06: 1 fault\n  claim[3].value",
        ),
        ("claim.rok-mnd-2024-06.hedge=abuot", "dprk-russia-2024 with claim.rok-mnd-2024-06.hedge: 1 fault"),
        ("claim.rok-mnd-2024-06.as_of=soon", "'soon' is not a date such as 2024-06-14"),
        ("x\x1b[2J=1", r"nothing to set is called 'x\\x1b[2J'; "),
    ],
)
def test_a_bad_change_is_refused(change: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "fit", unwanted)
    assert assert_refused(run("estimate", "--set", change)).startswith(message)


# --- the gate ----------------------------------------------------------------------------


@pytest.mark.parametrize("command", FITTING)
def test_numbers_that_have_not_converged_are_refused(command: str, folder: Path) -> None:
    message = assert_refused(run(command, "--given", "all", *FEW), 3)
    assert re.fullmatch(
        r"\S+ has not converged: .*; draw more \(particles=256, now 64\), "
        r"or allow unconverged numbers, which marks everything written",
        message,
    )
    assert list(folder.iterdir()) == []


def test_the_installed_command_refuses_them_too(folder: Path) -> None:
    done = spawn("estimate", "--given", "all", *FEW, "--json", cwd=folder)
    assert "has not converged" in assert_refused(done, 3)


@pytest.mark.parametrize("flags", [(), ("--json",)], ids=["for people", "for programs"])
@pytest.mark.parametrize("command", FITTING)
def test_whoever_insists_on_them_is_warned(command: str, flags: tuple[str, ...]) -> None:
    formats = ("--format", "json") if command == "report" else ()
    result = run(command, "--given", "all", *QUICK, *flags, *formats)
    assert result.exit_code == 0
    assert re.fullmatch(r"NOT CONVERGED, do not quote: \S+: .+, not .+\n", result.stderr)
    assert result.stdout
    assert not flags or json.loads(result.stdout)


def test_a_report_with_a_banner_comes_with_a_warning(folder: Path) -> None:
    shutil.copy(MINIMAL, folder / "small.toml")
    result = run("report", "small.toml", "--given", "all", *QUICK, "--format", "md", "--no-leave-one-out")
    assert "NOT CONVERGED" in (folder / "report" / "report.md").read_text("utf-8")
    assert "NOT CONVERGED" in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--seed", "-1"), "seed must be 0 or more, not -1"),
        (("--runs", "1"), "runs must be at least 4, not 1"),
        (("--particles", "10"), "particles must be at least 64, not 10"),
        (("--particles", "9999999"), "16 runs of 9999999 particles are more than 4,000,000 in all"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_settings_that_make_no_sense_are_refused(words: tuple[str, ...], message: str) -> None:
    assert assert_refused(run("estimate", *words)) == message


# --- the terminal ------------------------------------------------------------------------


def on_a_terminal(*words: str, columns: int = 160, patience: float = math.inf) -> str:
    """What the command writes to a terminal, if it waits so many seconds before it shows progress."""
    code = (
        "from shellcount.cli.main import main; from shellcount.cli import output; "
        f"output._PATIENCE_S = float('{patience}'); main()"
    )
    leader, follower = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": str(columns)}
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words], stdout=follower, stderr=follower, env=environment
    )
    os.close(follower)
    written = b""
    with contextlib.suppress(OSError):  # when the other end is closed
        while piece := os.read(leader, 65536):
            written += piece
    os.close(leader)
    assert process.wait() == 0
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written.decode())  # colours and the like aside


def test_long_work_shows_its_progress_on_a_terminal() -> None:
    written = on_a_terminal("estimate", *QUICK, patience=0.0)
    assert re.search(r"fitting.*\d+%", written)
    assert "rounds.mixed@2024-06-14" in written.rpartition("fitting")[2]


def test_work_is_long_when_it_lasts_over_a_second() -> None:
    assert output._PATIENCE_S == 1.0
    written = on_a_terminal("estimate", *QUICK)
    assert "fitting" not in written
    assert "rounds.mixed@2024-06-14" in written


def test_work_shows_none_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "_PATIENCE_S", 0.0)
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = run("estimate", *QUICK)
    assert "fitting" not in result.stdout + result.stderr


def test_a_narrow_terminal_shows_every_cell(posterior: Posterior) -> None:
    shown = on_a_terminal("estimate", *QUICK, columns=80)
    dated = [estimate.name for estimate in posterior.estimates() if "@" in estimate.name]
    assert [name for name in dated if name not in shown] == []
    assert re.search(r"\bunit\b", shown)
    table = on_a_terminal("check", *QUICK, columns=80).partition("\n- ")[0]
    words = ("percentile", "strained", "consistent", "inconsistent")
    assert [word for word in words if word not in table] == []


HOSTILE = r"\u001b[31m \u001b]0;t\u0007 \u009b2J \u202e \u2067 \u200b \u007f [red]x[/red]"
LAID_BARE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e\u2067]")


@pytest.fixture
def hostile(folder: Path) -> str:
    """A case file with control characters wherever it holds text."""
    content = MINIMAL.read_text("utf-8")
    for text in (
        "Parcels in aid trucks, January to March 2025",
        "How many parcels could the reported trucks have carried?",
        "the crossing office",
        "About 420 trucks of parcels had crossed.",
        "The trucks could hold up to 600,000 parcels.",
        "food parcels",
    ):
        assert text in content
        content = content.replace(text, HOSTILE)
    content = content.replace('item = "parcels"', f'item = "{HOSTILE}"')
    (folder / "hostile.toml").write_text(content, "utf-8")
    return "hostile.toml"


@pytest.mark.parametrize("flags", [(), ("--json",)], ids=["for people", "for programs"])
@pytest.mark.parametrize("command", ["evidence", "validate", "estimate", "check", "report"])
def test_control_characters_reach_no_terminal(command: str, flags: tuple[str, ...], hostile: str) -> None:
    result = run(command, hostile, *flags, *(QUICK if command in FITTING else ()))
    assert result.exit_code == 0
    assert LAID_BARE.findall(result.stdout + result.stderr) == []


@pytest.mark.parametrize("flags", [(), ("--json",)], ids=["for people", "for programs"])
def test_nor_do_those_of_faults(flags: tuple[str, ...], hostile: str) -> None:
    broken = Path(hostile).read_text("utf-8").replace("[case]", f'[case]\n"{HOSTILE}" = 1', 1)
    Path(hostile).write_text(broken.replace('hedge = "about"', f'hedge = "{HOSTILE}"'), "utf-8")
    result = run("validate", hostile, *flags)
    assert result.exit_code == 2
    assert LAID_BARE.findall(result.stdout + result.stderr) == []


def test_mark_up_of_tables_is_text_in_a_case(hostile: str) -> None:
    assert "[red]x[/red]" in run("evidence", hostile).stdout


@pytest.mark.parametrize("flags", [(), ("--json",)], ids=["for people", "for programs"])
def test_an_output_of_few_characters_takes_any_text(flags: tuple[str, ...], folder: Path) -> None:
    content = MINIMAL.read_text("utf-8").replace("Parcels in aid trucks", "Посилки, é, 소포")
    (folder / "text.toml").write_text(content.replace("About 420 trucks", "Київ, 420 trucks"), "utf-8")
    environment = os.environ | {"PYTHONIOENCODING": "latin-1"}
    done = spawn("evidence", "text.toml", *flags, cwd=folder, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert not flags or "Київ, 420 trucks" in json.loads(done.stdout.decode("utf-8"))["claims"][1]["summary"]


@pytest.mark.parametrize("words", [("estimate", *QUICK), ("schema",)], ids=lambda words: words[0])
def test_a_reader_that_stops_reading_is_no_error(words: tuple[str, ...]) -> None:
    process = subprocess.Popen([COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    message = process.stderr.read()
    process.stderr.close()
    process.wait()
    assert b"Traceback" not in message
    assert b"Broken pipe" not in message


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", [("estimate", *QUICK), ("schema",)], ids=lambda words: words[0])
def test_an_output_that_is_full_is_an_error_in_one_message(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([COMMAND, *words], stdout=full, stderr=subprocess.PIPE, check=False)
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 2
    assert lines[-1].startswith("shellcount: ")
    assert lines[-1].endswith("No space left on device")
    assert b"Traceback" not in done.stderr
