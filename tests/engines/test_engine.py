"""Engines by name: each name has a module that draws and reads its reports."""

from __future__ import annotations

from typing import NoReturn

import numpy as np
import pytest

from contradicting import contradicting
from shellcount import limits
from shellcount.case.changes import Change, with_changes
from shellcount.case.schema import Case
from shellcount.engines import forecast, importance
from shellcount.engines.engine import draw, load_engine
from shellcount.engines.importance_report import ImportanceReport
from shellcount.engines.settings import Settings
from shellcount.engines.smc_report import SmcReport
from shellcount.errors import EvidenceError, LimitError
from shellcount.maths.arrays import Array
from shellcount.model.model import Model, build_model
from shellcount.results.run import ENGINES, SIZES, Engine


@pytest.mark.parametrize("name", ENGINES)
def test_every_engine_has_a_module_with_defaults(name: Engine) -> None:
    module = load_engine(name)
    assert callable(module.draw)
    assert callable(module.read_report)
    assert tuple(Settings(name).sizes()) == SIZES[name]


def test_draws_are_the_coordinates_that_the_claims_inform_and_the_report_is_read_back(case: Case) -> None:
    model, told = build_model(case), list[float]()
    sizes = Settings("smc", runs=4, particles=64).sizes()
    coordinates, report = load_engine("smc").draw(model, 1, sizes, told.append)
    assert tuple(coordinates) == model.informed
    assert {draws.shape for draws in coordinates.values()} == {(4, sizes["draws"])}
    assert told[-1] == 1
    assert load_engine("smc").read_report(report.document(), report.statistics, 4) == report


# --- another engine in place of is -------------------------------------------------------

REASON = "Pareto k-hat of the weights is 1.2, above 0.7"
REFUSED = ImportanceReport((-2.5, -2.4), 0.01, 1.2, directions=7, rounds=5, evaluations=10, refusal=REASON)
STUCK = SmcReport((-2.5, -2.4), 5, 60, 0.3, 0.5, stuck="at the last temperature particles stay")
FEW = Settings("is", 7, runs=4, points=64)


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engine is refuses whatever it draws."""

    def refuse(model: Model, *_: object) -> tuple[dict[str, Array], ImportanceReport]:
        return dict.fromkeys(model.informed, np.zeros((4, 64))), REFUSED

    monkeypatch.setattr(importance, "draw", refuse)


def unheeded(_: float) -> None:
    """Progress that nobody follows."""


@pytest.mark.usefixtures("refusing")
def test_where_is_refuses_smc_draws_with_settings_that_repeat_it_and_says_why(case: Case) -> None:
    model = build_model(case)
    settings, (coordinates, report) = draw(model, FEW, unheeded)
    assert settings == Settings("smc", 7, runs=4, particles=64)
    assert dict(report.facts)["engine"] == f"smc, since is does not serve: {REASON}"
    repeated, (again, plain) = draw(model, settings, unheeded)
    assert repeated == settings
    assert "engine" not in dict(plain.facts)
    assert all((again[name] == coordinates[name]).all() for name in model.informed)
    assert load_engine("smc").read_report(report.document(), report.statistics, 4) == report


def test_claims_that_lie_beyond_all_measure_are_named_at_once_and_smc_is_not_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> NoReturn:
        raise AssertionError("smc was tried")

    model = build_model(with_changes(contradicting(), {"hedges.exact.sigma": 1e-4}))
    monkeypatch.setattr(load_engine("smc"), "draw", fail)
    with pytest.raises(EvidenceError) as caught:
        draw(model, Settings(), unheeded)
    message = str(caught.value)
    assert "cannot be reconciled (they lie over 8 standard deviations apart" in message
    assert "navy-count (200, 2024-01-31), port-count (2,000, 2024-01-31); check" in message
    assert message.endswith("or let another engine try, which may take minutes: --engine smc")


def test_smc_is_not_named_where_it_is_beyond_the_limits() -> None:
    model = build_model(with_changes(contradicting(), {"hedges.exact.sigma": 1e-4}))
    settings = Settings(runs=4, points=1024)
    enough = forecast.work(model, "is", settings.sizes())
    assert forecast.work(model, "smc", settings.in_its_place().sizes()) > enough
    with limits.raised({"work": enough}), pytest.raises(EvidenceError, match=r"hedges, and the priors$"):
        draw(model, settings, unheeded)


def test_where_no_claim_may_be_off_both_are_named_whose_biases_lie_beyond_all_measure() -> None:
    changes: dict[str, Change] = {"hedges.exact.sigma": 1e-4, "robustness.outlier_share": 0}
    with pytest.raises(EvidenceError, match=r"navy-count \(200, .*port-count \(2,000, "):
        draw(build_model(with_changes(contradicting(), changes)), Settings(), unheeded)


def test_numbers_that_need_not_converge_are_drawn_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    model = build_model(with_changes(contradicting(), {"hedges.exact.sigma": 1e-4}))
    monkeypatch.setattr(load_engine("smc"), "draw", lambda *_: ({}, STUCK))
    settings, _ = draw(model, Settings(allow_unconverged=True), unheeded)
    assert settings.engine == "smc"


def test_sizes_that_are_not_given_are_the_defaults_of_the_engine_that_draws() -> None:
    assert Settings("is").in_its_place() == Settings("smc")
    assert Settings("is", runs=8, points=4096).in_its_place() == Settings("smc", runs=8, particles=2048)


@pytest.mark.parametrize("engine", ["smc", "nuts"])
def test_an_engine_that_was_asked_for_draws_and_no_other(
    engine: Engine, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> NoReturn:
        raise AssertionError("is was tried")

    def stuck(*_: object) -> tuple[dict[str, Array], SmcReport]:
        return {}, STUCK

    monkeypatch.setattr(importance, "draw", fail)
    monkeypatch.setattr(load_engine(engine), "draw", stuck)
    settings = Settings(engine)
    assert draw(build_model(case), settings, unheeded) == (settings, ({}, STUCK))


def test_where_is_is_not_forecast_to_serve_it_is_not_tried(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> NoReturn:
        raise AssertionError("is was tried")

    monkeypatch.setattr(importance, "draw", fail)
    monkeypatch.setattr(forecast, "_MOST_INFORMED", 25)
    _, (_, report) = draw(build_model(case), FEW, unheeded)
    assert dict(report.facts)["engine"].endswith("26 coordinates are informed, more than 25")


def test_where_smc_ends_without_an_answer_too_the_error_tells_why_is_did_and_names_nuts(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(*_: object) -> NoReturn:
        raise LimitError("engine smc has no answer yet")

    monkeypatch.setattr(load_engine("smc"), "draw", give_up)
    monkeypatch.setattr(forecast, "_MOST_INFORMED", 25)
    with pytest.raises(LimitError) as caught:
        draw(build_model(case), FEW, unheeded)
    message = str(caught.value)
    assert "engine is does not serve, since 26 coordinates are informed, more than 25" in message
    assert "By smc, engine smc has no answer yet; within the limits, " in message
    assert message.endswith("--engine nuts")
