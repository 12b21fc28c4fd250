"""The factors of every quantity multiply to it, and known values are found where they are used."""

from __future__ import annotations

import operator

import numpy as np
import pytest

from building import one_claim_case
from claims import with_every_form
from shellcount.case.changes import with_changes
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.maths.arrays import Array
from shellcount.model.evaluation import Evaluation
from shellcount.model.factors import factors, is_share, known_used, log_factor
from shellcount.model.model import build_model
from shellcount.results.names import name_of, parse_quantity
from shellcount.results.quantity import Quantity
from shellcount.results.standard import standard

SHIPPED = ["dprk-russia-2024", "black-sea-grain-2022", "channel-2023"]


def evaluated(case: Case) -> Evaluation[Array]:
    """The quantities of a case at a few points of its prior."""
    rng = np.random.default_rng(1)
    drawn: dict[str, Array] = {}
    return Evaluation(build_model(case), lambda name: drawn.setdefault(name, rng.standard_normal(5)), (5,))


def require_products(case: Case) -> None:
    evaluation = evaluated(case)
    for quantity in standard(case):
        values = evaluation.quantity(quantity)
        expected = np.log(values / (1 - values)) if is_share(case, quantity) else np.log(values)
        parts = [log_factor(evaluation, case, quantity, factor) for factor in factors(case, quantity)]
        # But for a constant, such as the length of the time of a rate.
        assert np.ptp(sum(parts) - expected) < 1e-9, name_of(case, quantity)


@pytest.mark.parametrize("name", SHIPPED)
def test_factors_multiply_to_the_quantity(name: str) -> None:
    require_products(load_case(name))


def test_factors_of_quantities_of_every_form_multiply_to_them() -> None:
    require_products(with_every_form(load_case()))


def test_trips_divide() -> None:
    case = with_every_form(load_case())
    trips = factors(case, Quantity("trip_count", "munitions.voyage", case.last_date))
    assert [(factor.subject, factor.power) for factor in trips] == [
        ("military", 1),
        ("munitions_share", 1),
        ("voyage.carriers_per_trip", -1),
    ]


def test_carriers_without_a_time_are_a_fault_of_ours() -> None:
    case = one_claim_case()
    sent = Quantity("containers", "everything")
    with pytest.raises(ValueError, match="sent in a time"):
        log_factor(evaluated(case), case, sent, factors(case, sent)[0])


def test_known_values_are_found_where_they_are_used() -> None:
    case = with_changes(one_claim_case(), {"load": 0.7, "shell.crate.mass_kg": 80.0})
    model = build_model(case)
    expected: dict[str, tuple[str, ...]] = {
        "rounds.mixed@2024-01-31": ("load", "shell.crate.mass_kg"),
        "capacity.shell": ("shell.crate.mass_kg",),
        "containers.everything@2024-01-31": (),
    }
    for name, used in expected.items():
        quantity = parse_quantity(case, name)
        assert known_used(model, operator.methodcaller("quantity", quantity)) == used
