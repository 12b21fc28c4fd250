"""Work that is forecast to be long or large is told of before it begins, once, to whoever listens."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import NoReturn

import pytest

import shellcount
from building import one_claim_case
from shellcount import limits
from shellcount.case.schema import Case
from shellcount.engines import engine as engines
from shellcount.engines import forecast
from shellcount.engines.announcing import announce_fit, announce_in_its_place, require_study, watched
from shellcount.engines.settings import Settings
from shellcount.errors import LimitError
from shellcount.model.model import build_model
from shellcount.results.run import ENGINES
from shellcount.studies import calibration, verification
from shellcount.studies.sweep import plan_sweep


class BegunError(Exception):
    """Work began."""


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which all is long, and no engine begins."""

    def begin(*_: object) -> NoReturn:
        raise BegunError

    monkeypatch.setattr(forecast, "_PER_SECOND", 1e4)
    monkeypatch.setattr(engines, "load_engine", begin)


# --- a fit -------------------------------------------------------------------------------


@pytest.mark.usefixtures("slow")
def test_a_long_fit_is_told_of_before_it_begins(case: Case, told: list[str]) -> None:
    model, sizes = build_model(case), Settings().sizes()
    assert 100 < forecast.seconds(model, "is", sizes) < 250
    with limits.announced(told.append), pytest.raises(BegunError):
        shellcount.fit(case)
    assert len(told) == 1
    assert told[0].startswith("this fit takes about 3 minutes and 100 MB: 4 claims and 26 coordinates; ")
    assert told[0].endswith("--points 1024 takes about 2 minutes and 100 MB")


@pytest.mark.usefixtures("slow")
def test_nobody_is_told_who_does_not_listen(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(BegunError):
        shellcount.fit(case)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["dprk-russia-2024", "black-sea-grain-2022"])
def test_the_shipped_cases_are_far_from_long(name: str, engine: str, told: list[str]) -> None:
    with limits.announced(told.append):
        announce_fit(build_model(shellcount.load_case(name), "all"), Settings(engine))  # type: ignore[arg-type]
    assert told == []


def test_a_fit_that_needs_much_memory_is_told_of_however_short(case: Case, told: list[str]) -> None:
    settings = Settings("smc", particles=8192)
    assert forecast.memory(build_model(case), "smc", settings.sizes()) > limits.LARGE
    with limits.announced(told.append):
        announce_fit(build_model(case), settings)
    assert "1.4 GB" in told[0]


def test_smaller_runs_are_proposed_only_where_they_take_much_less(case: Case, told: list[str]) -> None:
    with limits.announced(told.append), pytest.MonkeyPatch.context() as patch:
        patch.setattr(forecast, "_PER_SECOND", 1e3)
        announce_fit(build_model(case), Settings(points=256))  # the proposal is most of the work
    assert "--points" not in told[0]


def test_an_engine_in_the_place_of_another_is_told_of_too(
    case: Case, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin(name: str) -> NoReturn:
        told.append(name)
        raise BegunError

    monkeypatch.setattr(forecast, "_PER_SECOND", 1e5)
    monkeypatch.setattr(engines, "unserved", lambda _: "it does not serve")
    monkeypatch.setattr(engines, "load_engine", begin)
    with limits.announced(told.append), pytest.raises(BegunError):
        shellcount.fit(case)
    assert ["--engine smc --particles 512" in told[0], told[1:]] == [True, ["smc"]]


def test_where_is_is_refused_smc_is_told_of_with_its_reason_and_what_it_may_take_at_most(
    case: Case, told: list[str]
) -> None:
    model, settings = build_model(case), Settings("smc")
    assert 1 < forecast.seconds(model, "smc", settings.sizes()) < 3
    with limits.announced(told.append):
        announce_fit(model, settings)
        announce_in_its_place(model, settings, "it refuses")
        assert told == []
        announce_in_its_place(model, Settings("smc", particles=2048), "it refuses")
    (sentence,) = told
    assert sentence.startswith("engine is does not serve, since it refuses; by smc this fit takes about ")
    assert " where its posterior is thin or bent, and " in sentence


# --- many fits ---------------------------------------------------------------------------

STUDIES: dict[str, tuple[Callable[[Case], object], str]] = {
    "leave-one-out": (shellcount.leave_one_out, "leave-one-out of 4 claims takes about"),
    "calibration": (
        lambda case: calibration.calibrate(case, refits=300),
        "a calibration of 300 refits takes about",
    ),
    "sweep": (
        lambda case: plan_sweep(case, {"load": "0.5..0.9:300"}),
        "a sweep of 300 fits takes about",
    ),
    "sensitivity": (
        lambda case: shellcount.sensitivity(shellcount.fit(case)),
        "a study of ",
    ),
}


@pytest.mark.parametrize("study", STUDIES)
def test_a_study_is_told_of_for_all_its_fits_together(
    case: Case, study: str, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin(*_: object, **__: object) -> NoReturn:
        raise BegunError

    monkeypatch.setattr(forecast, "_PER_SECOND", 1e4)
    monkeypatch.setattr("shellcount.checks.leave_one_out.finish", begin)
    monkeypatch.setattr("shellcount.studies.calibration.finish", begin)
    monkeypatch.setattr("shellcount.insight.sensitivity.finish", begin)
    work, sentence = STUDIES[study]
    with limits.announced(told.append, processes=2), contextlib.suppress(BegunError):
        work(case)
    assert len(told) == 1 + (study == "sensitivity")  # whose fit is told of first
    assert told[-1].startswith(sentence)
    assert " at most in 2 processes of " in told[-1]
    assert "0 MB each: 4 claims and 26 coordinates in each fit; --" in told[-1]


def test_fits_are_shared_by_no_more_processes_than_there_are_fits(told: list[str]) -> None:
    def sentence(processes: int) -> str:
        return f"{processes} processes"

    with limits.announced(told.append, processes=8):
        limits.announce(100.0, 0.0, sentence, fits=3)
        limits.announce(100.0, 0.0, sentence, fits=32)
        limits.announce(1e6, 1e12, sentence, fits=0)
    assert told == ["3 processes", "8 processes"]


def test_of_a_cluster_whose_workers_nobody_has_counted_nothing_is_told_but_of_single_fits(
    told: list[str],
) -> None:
    with limits.announced(told.append, processes=None):
        limits.announce(100.0, 0.0, lambda _: "many", fits=30)
        limits.announce(100.0, 0.0, lambda _: "one")
    assert told == ["one"]


def test_work_is_told_of_again_only_where_it_takes_over_twice_as_much(told: list[str]) -> None:
    amounts = [(29.0, 9e8), (31.0, 0.0), (60.0, 0.0), (0.0, 1.1e9), (62.0, 2.2e9), (63.0, 0.0), (63.0, 0.0)]
    with limits.announced(told.append):
        for seconds, memory in amounts:
            limits.announce(seconds, memory, lambda _, s=seconds, m=memory: f"{s:g} {m:g}")  # type: ignore[misc]
    assert told == ["31 0", "0 1.1e+09", "63 0"]
    with limits.announced(told.append):
        limits.announce(31.0, 0.0, lambda _: "another command")
    assert told[-1] == "another command"


def test_a_study_beyond_the_limit_is_refused_and_not_told_of(case: Case, told: list[str]) -> None:
    model, sizes = build_model(case), Settings().sizes()
    with limits.announced(told.append), pytest.raises(LimitError, match="a million fits needs"):
        require_study(model, "is", sizes, 10**6, "a million fits")
    assert told == []


def test_a_verification_tells_of_the_fits_that_follow_each_other(
    told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin(*_: object) -> NoReturn:
        raise BegunError

    monkeypatch.setattr(verification, "engines_agree", begin)
    case = one_claim_case()
    model = build_model(case)
    monkeypatch.setattr(forecast, "_PER_SECOND", forecast.work(model, "nuts", Settings("nuts").sizes()) / 10)
    with limits.announced(told.append), pytest.raises(BegunError):
        list(verification.verify(case, refits=10, conditionings=("counts",)))
    # Four fits by nuts, of ten seconds each, and three by each other engine.
    assert told == ["the fits by every engine take about 40 seconds and 500 MB, besides the calibration"]


def test_each_engine_that_begins_is_told_of_within_the_block() -> None:
    few, model = Settings("smc", particles=64, runs=4), build_model(shellcount.load_case())
    seen: list[Settings] = []
    with watched(seen.append):
        engines.draw(model, few, lambda _: None)
    engines.draw(model, few, lambda _: None)
    assert seen == [few]
