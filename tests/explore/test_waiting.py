"""A fit is told of once it takes long: by which engine, and how long it has taken so far."""

from __future__ import annotations

import threading

import pytest

from shellcount.case.reading import load_case
from shellcount.engines.settings import Settings
from shellcount.explore import waiting
from shellcount.explore.waiting import Fitting
from shellcount.model.model import Model, build_model

MODEL = build_model(load_case())
BY_IS = "Fitting by importance sampling (engine is)"
BY_SMC = "Fitting by sequential Monte Carlo (engine smc), since importance sampling does not serve"

type Told = list[tuple[str, str]]


class Clock:
    """Seconds that pass when a test lets them."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def told() -> Told:
    return []


def fitting(told: Told, clock: Clock, settings: Settings | None = None, model: Model = MODEL) -> Fitting:
    return Fitting(model, settings or Settings(), lambda *words: told.append(words), clock)


@pytest.fixture(autouse=True)
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every fit is forecast to be brief."""
    monkeypatch.setattr(waiting, "seconds", lambda *_: 0.1)


def test_a_short_fit_is_not_told_of_and_a_long_one_with_its_time(told: Told, clock: Clock) -> None:
    found = fitting(told, clock)
    for clock.now in (100.0, 101.9, 102.0, 172.5):
        found.tick()
    assert told == [(BY_IS, "2 s"), (BY_IS, "1 min 12 s")]


def test_what_is_forecast_to_take_long_is_told_of_before_it_begins(
    told: Told, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "seconds", lambda *_: 42.0)
    with fitting(told, clock, Settings("nuts")):
        assert told == [("Fitting by the No-U-Turn sampler (engine nuts), about 40 seconds", "0 s")]


def test_smc_is_named_once_importance_sampling_has_ended_and_the_fit_has_not(
    told: Told, clock: Clock
) -> None:
    found = fitting(told, clock)
    found.progress(0.5)
    found.progress(1.0)
    clock.now = 102.5
    found.progress(0.01)  # of what goes on
    found.tick()
    assert told == [(BY_SMC, "2 s")]


def test_smc_is_named_too_where_it_tells_nothing_of_its_progress(told: Told, clock: Clock) -> None:
    found = fitting(told, clock)
    for clock.now, share in ((102.0, 0.5), (102.1, 1.0)):
        found.progress(share)
    clock.now = 102.9  # the draws are summarised, as far as anybody can tell
    found.tick()
    clock.now = 103.2
    found.tick()
    assert told == [(BY_IS, "2 s"), (BY_SMC, "3 s")]


def test_an_engine_that_was_asked_for_is_the_only_one(told: Told, clock: Clock) -> None:
    found = fitting(told, clock, Settings("smc"))
    for share in (1.0, 0.1):
        found.progress(share)
    clock.now = 110.0
    found.tick()
    assert told == [("Fitting by sequential Monte Carlo (engine smc)", "10 s")]


def test_where_importance_sampling_is_not_tried_smc_is_named_at_once(
    told: Told, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "unserved", lambda _: "too many coordinates are informed")
    found = fitting(told, clock)
    clock.now = 103.0
    found.tick()
    assert told == [(BY_SMC, "3 s")]


def test_it_is_told_from_a_thread_until_the_fit_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_EVERY", 0.0)
    monkeypatch.setattr(waiting, "_LONG", 0.0)
    heard, threads = threading.Event(), set()

    def tell(*_: str) -> None:
        threads.add(threading.current_thread())
        if len(threads) > 1:  # besides the forecast
            heard.set()

    with Fitting(MODEL, Settings(), tell):
        assert heard.wait(60)
    assert {thread.is_alive() for thread in threads} == {True, False}  # this one, and the one that ended
