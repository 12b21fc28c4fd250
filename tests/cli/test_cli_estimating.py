"""The commands that fit and print: estimate and check."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from commands import (
    FEW,
    FITTING,
    QUICK,
    assert_refused,
    run,
    spawn,
    unwanted,
    values,
    words_of,
)
from shellcount.analysis import Parts, analyse
from shellcount.case.schema import Case
from shellcount.checks import leave_one_out as leaving
from shellcount.checks.leave_one_out import leave_one_out
from shellcount.checks.stated import check
from shellcount.digest import Json
from shellcount.engines import weighing
from shellcount.engines.settings import Settings
from shellcount.errors import UsageError
from shellcount.posterior import fitting as inference
from shellcount.posterior.posterior import Posterior
from shellcount.results.given import Conditioning
from shellcount.results.numbers_json import numbers_json
from shellcount.results.standard import standard
from shellcount.results.verdicts import VERDICTS

TOTAL = "rounds.mixed@2024-06-14"

pytestmark = pytest.mark.usefixtures("folder")


# --- estimate ----------------------------------------------------------------------------


def test_estimate_says_where_another_engine_had_to_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weighing, "_LEAST_EFFECTIVE", 65.0)
    few = ("--given", "all", "--points", "64", "--runs", "4", "--allow-unconverged")
    shown, written = run("estimate", *few), run("estimate", "--json", *few)
    why = next(line for line in shown.stderr.splitlines() if line.startswith("engine smc"))
    assert why.startswith("engine smc, since is does not serve: ")
    assert ["engine", why.removeprefix("engine ")] in json.loads(written.stdout)["diagnostics"]
    assert ": smc, 4 runs of 512 draws" in words_of(shown.stdout)


def test_estimate_shows_every_range_but_parameters(
    posterior: Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    result = run("estimate")
    shown = words_of(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    for estimate in posterior.estimates():
        row = " ".join((estimate.name, estimate.middle, *estimate.words()[1:]))
        assert (row in shown) == (
            "." in estimate.name
            and estimate.name.split(".")[0] in {"rounds", "containers", "capacity", "shipped"}
        )
    assert posterior.digest[:15] in shown


def estimates_of(posterior: Posterior) -> Json:
    """What estimate writes for programs."""
    parts = Parts(quantities=standard(posterior.case), checks=(), figures=False)
    return numbers_json(analyse(posterior, parts))


def test_estimate_as_json_is_numbers(posterior: Posterior) -> None:
    assert values(run("estimate", "--json")) == estimates_of(posterior)


def test_estimate_adds_the_chances_of_statements(
    posterior: Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    words = ("--threshold", "3 million", "--threshold", "load >= 80%")
    shown = words_of(run("estimate", *words).stdout)
    total, load = (posterior.probability(each) for each in (f"{TOTAL} >= 3e6", "load >= 0.8"))
    assert f"at least 3 million rounds sent by 14 June 2024 {total.words} ({total.word()})" in shown
    assert f"a load of at least 80% {load.words} ({load.word()})" in shown
    written = values(run("estimate", "--json", *words))
    assert written["probabilities"] == {total.name: total.value, load.name: load.value}
    assert written["probability_errors"] == {total.name: total.mcse, load.name: load.mcse}


def test_an_amount_alone_is_one_by_the_latest_date(posterior: Posterior) -> None:
    written = values(run("estimate", "--json", "--at", "2023-12", "--threshold", "400k"))
    name = "rounds.mixed@2023-12>=400000"
    assert written["probabilities"] == {name: posterior.probability(name).value}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("laod >= 0.5", "did you mean load?"),
        ("load", "'load' is not an amount; write it as 1500000, 1.5e6 or 1.5 million; or write a statement"),
        ("load >= 0.2 >= 0.1", "state one bound at a time"),
        ("3 zillion", "it has a word that is not a unit, 'zillion'"),
    ],
)
def test_a_threshold_that_is_none_is_refused_before_the_fit(
    text: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inference, "draw", unwanted)
    assert message in words_of(assert_refused(run("estimate", "--threshold", text), 2))


def test_the_installed_command_gives_the_same_numbers(posterior: Posterior) -> None:
    done = spawn("estimate", "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == estimates_of(posterior)


NO_TIME = (
    "is not a date such as 2024-06-14, a month such as 2023-12, or a period such as 2023-10-01..2023-12-31"
)


def names(*words: str) -> set[str]:
    """Names of the dated estimates that are given."""
    found = json.loads(run("estimate", "--json", *QUICK, *words).stdout)
    return {name for name in found["estimates"] if "@" in name}


def test_dates_may_be_chosen() -> None:
    found = names("--at", "2024-06-14", "--at", "2024-03-31")
    assert {name.partition("@")[2] for name in found} == {"2024-06-14", "2024-03-31"}
    assert {name.partition(".")[0] for name in found} == {"rounds", "containers"}


def test_months_and_periods_may_be_chosen() -> None:
    found = names("--at", "2023-12", "--at", "2023-10..2023-12", "--at", "2024-06-14")
    times = {"2023-12", "2023-10-01..2023-12-31", "2024-06-14"}
    assert {name.partition("@")[2] for name in found} == times
    assert len(found) == len({name.partition("@")[0] for name in found}) * len(times)


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
        (("--at", "tomorrow"), f"'tomorrow' {NO_TIME}"),
        (("--at", "2024-02-30"), f"'2024-02-30' {NO_TIME.partition(',')[0]}; February 2024 has 29 days"),
        (("--at", "2023-08"), "2023-08 lies before the first shipment (2023-09-01)"),
        (("--at", "2024-03..2024-01"), "2024-03..2024-01 ends before it begins; write 2024-01..2024-03"),
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
    monkeypatch.setattr(inference, "fit_with", unwanted)
    assert assert_refused(run(command, *words)) == message
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("scenario", "message"),
    [
        ("all-152mm-howitzr", "no scenario is called 'all-152mm-howitzr'; did you mean all-152mm-howitzer"),
        ("half=152mm-howitzer", "'152mm-howitzer' for scenario.half cannot be read as numbers"),
        ("half=152mm-howitzer:x", "'152mm-howitzer:x' for scenario.half cannot be read as numbers"),
        ("half=", "'scenario.half=' must have the form NAME=VALUE or PRIOR=LOW:HIGH"),
        (
            "half=152mm:1",
            "dprk-russia-2024 with scenario.half: 1 fault\n  scenario[4] (half).mix.152mm: no nature",
        ),
        (
            "half=122mm-rocket:0.5",
            "dprk-russia-2024 with scenario.half: 1 fault\n  scenario[4] (half).mix: the sh",
        ),
        ("=122mm-rocket:1", "dprk-russia-2024 with scenario.: 1 fault\n  scenario[4].id: has the wrong for"),
    ],
)
def test_a_bad_scenario_is_refused_before_anything_is_sampled(
    scenario: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inference, "fit_with", unwanted)
    assert assert_refused(run("estimate", "--scenario", scenario)).startswith(message)


# --- check -------------------------------------------------------------------------------


def test_check_shows_every_finding(posterior: Posterior) -> None:
    result = run("check")
    shown = words_of(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert [finding.sentence for finding in check(posterior) if f"- {finding.sentence}" not in shown] == []


def test_check_as_json_is_numbers_without_estimates(posterior: Posterior) -> None:
    results = analyse(posterior, Parts(quantities=(), figures=False, components=True))
    assert values(run("check", "--json")) == numbers_json(results)


@pytest.mark.parametrize("flags", [(), ("--json",)], ids=["for people", "for programs"])
def test_a_figure_that_fails_its_check_is_status_1(flags: tuple[str, ...]) -> None:
    result = run("check", "--set", "claim.rok-mnd-2024-02-152mm=30000000", *flags, *QUICK)
    assert result.exit_code == 1
    assert "impossible" in result.stdout


def test_a_claim_that_is_held_out_is_checked() -> None:
    words = ("--given", "all", "--without", "us-state", "--without", "us-white-house")
    found = json.loads(run("check", *words, "--json", *QUICK).stdout)
    assert found["run"]["given"] == "all-but:us-state-2024-02,us-white-house-2023-10"
    checked = {finding["claim"] for finding in found["checks"]}
    assert {"us-state-2024-02", "us-white-house-2023-10"} <= checked
    assert "ua-gur-2024" not in checked


def test_everything_may_be_given() -> None:
    found = json.loads(run("check", "--given", "all", "--json", *QUICK).stdout)
    assert found["run"]["given"] == "all"
    assert {finding["claim"] for finding in found["checks"]} == {
        "rok-mnd-2024-02-152mm",
        "rok-mnd-2024-02-122mm",
        "rok-mnd-2024-02-sent",
        "rok-mnd-2024-06-capacity",
        "eu-deliveries-2024-06",
    }


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            "some",
            "given must be counts, all, or one of them followed by -but:CLAIM,CLAIM to hold claims out and "
            "by -and:CLAIM,CLAIM to add some, not 'some'",
        ),
        ("all-but:ua-gur", "no claim is called 'ua-gur'; did you mean ua-gur-2024?"),
        ("counts-but:ua-gur-2024", "ua-gur-2024 is not fit with given=counts, so it cannot be held out"),
    ],
)
def test_what_cannot_be_conditioned_on_is_refused(given: str, message: str) -> None:
    assert assert_refused(run("check", "--given", given)) == message


# --- check --leave-one-out ---------------------------------------------------------------


def test_leave_one_out_goes_on_from_claims_that_are_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def refused(_case: Case, _settings: Settings, *, given: str | Conditioning) -> Posterior:
        asked.append(str(given))
        raise UsageError("no fit in this test")

    monkeypatch.setattr(leaving, "fit_with", refused)
    done = run("check", "--leave-one-out", "--without", "South Korea", "--jobs", "1")
    assert (done.exit_code, asked) == (2, ["counts-but:rok-mnd-2024-02,rok-mnd-2024-06,us-state-2024-02"])


def test_leave_one_out_is_that_of_the_library(case: Case) -> None:
    done = run("check", "--leave-one-out", "--jobs", "1", "--json", "--engine", "smc", "--particles", "256")
    assert done.exit_code == 0
    expected = leave_one_out(case, settings=Settings(engine="smc", particles=256))
    written = json.loads(done.stdout)
    found = written["left_out"]
    assert written["checks"] == []
    assert [entry["predictive_cdf"] for entry in found] == [check.predictive_cdf for check in expected]
    assert [entry["run_digest"] for entry in found] == [check.estimate.run_digest for check in expected]
    assert len({entry["run_digest"] for entry in found}) == len(found)


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
    assert result.exit_code == (1 if command == "check" else 0)  # "several million" is very high then
    assert re.fullmatch(r"NOT CONVERGED, do not quote: \S+: .+, not .+\n", result.stderr)
    assert result.stdout
    assert not flags or json.loads(result.stdout)


# --- settings ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--seed", "-1"), "seed must be 0 or more, not -1"),
        (("--runs", "1"), "runs must be at least 4, not 1"),
        (("--engine", "smc", "--particles", "10"), "particles must be at least 64, not 10"),
        (
            ("--engine", "smc", "--particles", "9999999"),
            "a fit of 4 claims, the latest rok-mnd-2024-06 (at least 10,000, 2024-06-14), by 26 coordinates, "
            "of 159,999,984 particles in all, needs 1.67 TB (limit 2 GB); to allow it, raise the limit: "
            "--limit memory=2TB",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_settings_that_make_no_sense_are_refused(words: tuple[str, ...], message: str) -> None:
    assert assert_refused(run("estimate", *words)) == message


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--engine", "nuts", "--particles", "512"), "particles is a size of engine smc"),
        (("--draws", "500"), "draws is a size of engine nuts"),
        (("--engine", "nuts", "--draws", "10"), "draws must be at least 100, not 10"),
    ],
)
def test_sizes_of_the_other_engine_are_refused(words: tuple[str, ...], message: str) -> None:
    done = run("estimate", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr


# --- marks -------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["estimate", "check"])
def test_a_what_if_is_said_in_the_title_and_in_full_below(command: str) -> None:
    plain = run(command, *QUICK)
    assert "what-if" not in plain.stdout.lower()
    done = run(command, "--set", "load=0.5:0.9", *QUICK)
    title = " ".join(done.stdout.split("\n\n")[0].split())
    assert title.endswith("June 2024 (what-if)")
    assert done.stdout.splitlines()[-1] == "What-if, with load=0.5:0.9."
    if command == "check":
        sentences = done.stdout[done.stdout.index("\n- ") :]
        assert sentences.count("(what-if).") == sentences.count("\n- ")
    numbers = json.loads(run(command, "--set", "load=0.5:0.9", "--json", *QUICK).stdout)
    assert [mark["short"] for mark in numbers["marks"]] == ["what-if"]


# --- verdicts for people -----------------------------------------------------------------


def test_the_help_of_check_says_what_each_verdict_means() -> None:
    shown = " ".join(run("check", "--help").stdout.split())
    for word in (*VERDICTS, "10%", "1%", "conflict", "would have passed"):
        assert word in shown


def test_under_its_findings_check_says_how_many_to_expect_and_what_the_words_mean(
    posterior: Posterior,
) -> None:
    shown = run("check").stdout
    places = [shown.index(note) for note in check(posterior).notes]
    assert places == sorted(places)
    assert places[0] > shown.rindex("\n- ")


def test_check_shows_how_the_fitted_claims_are_read() -> None:
    shown = run("check", "--given", "all", *QUICK).stdout
    table = shown.partition("\nFitted claims: chance of being off (5% before any claim is fitted)")[2]
    assert "about 1.5 million rounds" in table
    assert "2024-02-26 to 2024-06-14" in " ".join(table.split())
    assert table.count("(Bayes factor ") == 5
    found = json.loads(run("check", "--given", "all", "--json", *QUICK).stdout)["components"]
    assert [each["claim"] for each in found] == sorted(each["claim"] for each in found)
    assert {each["off_prior"] for each in found} == {0.05}


def test_check_shows_no_table_of_claims_that_leave_nothing_open() -> None:
    shown = run("check", "--set", "robustness.outlier_share=0", *QUICK).stdout
    assert "Fitted claims" not in shown


def test_a_figure_that_is_very_high_is_status_1_and_one_that_is_high_is_not() -> None:
    assert run("check", *QUICK).exit_code == 0
    far = run("check", "--set", "claim.eu-deliveries-2024-06=90000000", *QUICK)
    assert (far.exit_code, "very high" in far.stdout) == (1, True)


def test_claims_in_conflict_are_status_1() -> None:
    done = run("check", "--set", "claim.rok-mnd-2024-02=300000", *QUICK)
    assert (done.exit_code, "CONFLICT" in done.stderr) == (1, True)
