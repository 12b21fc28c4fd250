"""A fit is told of once it takes long: by which engine, and how long it has taken so far."""

from __future__ import annotations

import threading

import pytest

from shellcount.case.reading import load_case
from shellcount.engines.engine import draw
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
    found.begin(Settings())
    for clock.now in (100.0, 101.9, 102.0, 172.5):
        found.tick()
    assert told == [(BY_IS, "2 s"), (BY_IS, "1 min 12 s")]


def test_what_is_forecast_to_take_long_is_told_of_as_it_begins(
    told: Told, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "seconds", lambda *_: 42.0)
    fitting(told, clock, Settings("nuts")).begin(Settings("nuts"))
    assert told == [("Fitting by the No-U-Turn sampler (engine nuts), about 40 seconds", "0 s")]


def test_an_engine_that_takes_the_place_of_another_is_named(told: Told, clock: Clock) -> None:
    found = fitting(told, clock)
    found.begin(Settings())
    found.begin(Settings(points=4096))  # more points are no other engine
    clock.now = 102.5
    found.tick()
    found.begin(Settings().in_its_place())
    clock.now = 103.5
    found.tick()
    assert told == [(BY_IS, "2 s"), (BY_SMC, "3 s")]


def test_engines_tell_by_what_they_draw_within_the_block(told: Told, clock: Clock) -> None:
    with fitting(told, clock, Settings("smc")) as found:
        draw(MODEL, Settings("smc", particles=64, runs=4), lambda _: None)
        clock.now = 102.0
        found.tick()
    assert (f"{BY_SMC.partition(',')[0]}", "2 s") in told
    draw(MODEL, Settings(points=128, runs=4), lambda _: None)
    told.clear()
    found.tick()
    assert told == [(f"{BY_SMC.partition(',')[0]}", "2 s")]  # of what is drawn outside it knows nothing


def test_it_is_told_from_a_thread_until_the_fit_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_EVERY", 0.0)
    monkeypatch.setattr(waiting, "_LONG", 0.0)
    heard, threads = threading.Event(), set()

    def tell(*_: str) -> None:
        threads.add(threading.current_thread())
        if len(threads) > 1:  # besides this one
            heard.set()

    with Fitting(MODEL, Settings(), tell) as found:
        found.begin(Settings())
        found.tick()
        assert heard.wait(60)
    assert {thread.is_alive() for thread in threads} == {True, False}  # this one, and the one that ended
