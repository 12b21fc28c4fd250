"""Engines by name: each name has a module that draws and reads its reports."""

from __future__ import annotations

import pytest

from shellcount.case.schema import Case
from shellcount.engines.engine import load_engine
from shellcount.engines.settings import Settings
from shellcount.model.model import build_model
from shellcount.results.run import ENGINES, SIZES, Engine


@pytest.mark.parametrize("name", ENGINES)
def test_every_engine_has_a_module_with_defaults(name: Engine) -> None:
    module = load_engine(name)
    assert callable(module.draw)
    assert callable(module.read_report)
    assert tuple(Settings(name).sizes()) == SIZES[name]


def test_draws_are_the_coordinates_that_the_claims_inform_and_the_report_is_read_back(case: Case) -> None:
    model, told = build_model(case), list[float]()
    sizes = Settings(runs=4, particles=64).sizes()
    coordinates, report = load_engine("smc").draw(model, 1, sizes, told.append)
    assert tuple(coordinates) == model.informed
    assert {draws.shape for draws in coordinates.values()} == {(4, sizes["draws"])}
    assert told[-1] == 1
    assert load_engine("smc").read_report(report.document(), report.statistics, 4) == report
