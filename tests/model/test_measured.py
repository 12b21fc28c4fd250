"""A measurement adds its own density, and its gradient is that of finite differences."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.model.evaluation import Evaluation
from shellcount.model.measured import MeasuredModel, Measurement, Tonnes, log_measured
from shellcount.model.model import Model, build_model
from shellcount.results.names import name_of
from shellcount.results.quantity import Quantity
from shellcount.results.standard import standard


def measured(model: Model, quantity: Quantity | Tonnes, log_value: float, sd: float = 0.1) -> MeasuredModel:
    return MeasuredModel(model.case, model.given, model.fitted, Measurement(quantity, log_value, sd))


def every(case: Case) -> list[Quantity | Tonnes]:
    """One quantity of each kind and subject, and tonnes."""
    tonnes: list[Quantity | Tonnes] = ["net_tonnes", "gross_tonnes"]
    if case.nature[0].per_carrier is not None:
        tonnes = []
    return [*standard(case, [case.last_date]), *tonnes]


@pytest.mark.parametrize("name", [None, "black-sea-grain-2022"])
def test_of_every_quantity_the_gradient_is_exact(name: str | None) -> None:
    case = load_case(name)
    base = build_model(case)
    rng = np.random.default_rng(1)
    for quantity in every(case):
        model = measured(base, quantity, 0.3)
        z = 0.5 * rng.standard_normal((len(model.informed), 3))
        total, slopes = model.log_likelihood_and_gradient(z)
        assert total == pytest.approx(model.log_likelihood(z), rel=1e-12)
        direction = rng.standard_normal(z.shape)
        step = 1e-6
        rise = model.log_likelihood(z + step * direction) - model.log_likelihood(z - step * direction)
        label = quantity if isinstance(quantity, str) else name_of(case, quantity)
        assert (slopes * direction).sum(axis=0) == pytest.approx(rise / (2 * step), rel=1e-4), label


def test_its_density_is_normal_in_the_logarithm() -> None:
    base = build_model(load_case())
    model = measured(base, Quantity("parameter", "load"), np.log(0.7))
    assert set(model.informed) == {*base.informed, "load"}
    z = np.random.default_rng(2).standard_normal((len(model.informed), 5))
    at = dict(zip(model.informed, z, strict=True))
    load = Evaluation(model, at.__getitem__, (5,)).parameter("load")
    expected = -0.5 * (np.log(0.7 / load) / 0.1) ** 2 - np.log(0.1 * np.sqrt(2 * np.pi))
    others = base.log_likelihood(np.stack([at[name] for name in base.informed]))
    assert model.log_likelihood(z) == pytest.approx(others + expected, rel=1e-12)


def test_tonnes_are_those_of_the_case_file() -> None:
    """Load times the usable payload, and load times the mass of what a full container holds."""
    model = build_model(load_case())
    middle = Evaluation(model, lambda _: np.zeros(1), (1,))
    net, gross = (
        float(np.exp(log_measured(middle, model, unit)[0])) for unit in ("net_tonnes", "gross_tonnes")
    )
    load, share = (float(middle.parameter(name)[0]) for name in ("load", "payload_share"))
    assert net == pytest.approx(28.2 * load * share)
    assert gross == pytest.approx(load * float(middle.gross_mass("mixed")[0]))
    assert gross < net


def test_it_is_copied_with_its_measurement() -> None:
    model = measured(build_model(load_case()), "net_tonnes", 2.5)
    copied = copy.copy(model)
    assert copied.measurement == model.measurement
    assert copied.informed == model.informed
