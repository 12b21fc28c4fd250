"""Each claim speaks about one quantity, which the model computes in the unit of the claim."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import logit

from claims import with_every_form
from shellcount.case.biases import bias_kind
from shellcount.case.kinds import KINDS
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.errors import UsageError
from shellcount.maths.arrays import Array
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import build_model
from shellcount.results.claimed import claimed_unit, quantity_of
from shellcount.results.given import readings
from shellcount.results.quantity import Quantity

CASE = with_every_form(load_case())
LEDGER = load_case(Path(__file__).parents[1] / "cases" / "good_ledger.toml")
CLAIMS = {claim.id: claim for claim in CASE.claim}
FIRST, LAST = dt.date(2023, 12, 1), dt.date(2023, 12, 31)
JUNE = dt.date(2024, 6, 14)
EARLY = dt.date(2024, 1, 5)


@pytest.mark.parametrize(
    ("claim", "expected", "unit"),
    [
        ("month", Quantity("containers", "munitions", LAST, FIRST), "containers"),
        ("none", Quantity("containers", "munitions", LAST, FIRST), "containers"),
        ("rate", Quantity("containers", "munitions", LAST, FIRST, "day"), "containers per day"),
        ("rounds-rate", Quantity("rounds", "mixed", JUNE, None, "month"), "rounds per month"),
        ("carried", Quantity("shipped", "mixed"), "rounds"),
        ("holds", Quantity("capacity", "152mm-howitzer"), "rounds"),
        ("share", Quantity("item_share", "122mm-rocket"), "share"),
        ("mix-share", Quantity("parameter", "mix.152mm-howitzer"), "share"),
        ("scope-share", Quantity("parameter", "munitions_share"), "share"),
        ("mass", Quantity("gross_mass", "mixed", EARLY), "tonnes"),
        ("voyages", Quantity("trip_count", "munitions.voyage", JUNE), "voyages"),
        ("range", Quantity("rounds", "mixed", EARLY), "rounds"),
        ("words", Quantity("containers", "military", JUNE), "containers"),
        ("eu-deliveries-2024-06", Quantity("rounds", "mixed", dt.date(2024, 6, 14)), "rounds"),
    ],
)
def test_a_claim_speaks_about_its_quantity(claim: str, expected: Quantity, unit: str) -> None:
    read = readings(CLAIMS[claim])[0]
    assert quantity_of(CASE, read) == expected
    assert claimed_unit(CASE, read) == unit


def test_every_reading_speaks_about_a_quantity_of_its_own() -> None:
    for name, count in (("holds", 2), ("mass", 2), ("range", 2), ("month", 1)):
        assert len({quantity_of(CASE, read) for read in readings(CLAIMS[name])}) == count


def test_what_the_model_does_not_have_is_refused() -> None:
    ratio = CLAIMS["month"].model_copy(update={"id": "exchange", "quantity": "ratio"})
    with pytest.raises(UsageError, match="exchange states a ratio, which has no posterior to check against"):
        quantity_of(CASE, readings(ratio)[0])
    with pytest.raises(UsageError):
        claimed_unit(CASE, readings(ratio)[0])


def test_units_are_in_the_nouns_of_the_case() -> None:
    units = {
        claim.id: claimed_unit(LEDGER, readings(claim)[0])
        for claim in LEDGER.claim
        if KINDS[claim.quantity].known
    }
    assert units["trucks-a-day"] == "trucks per day"
    assert {unit for unit in units.values() if "container" in unit or "round" in unit} == set()


@pytest.mark.parametrize("case", [CASE, LEDGER], ids=lambda case: str(case.about.id))
def test_the_location_of_a_report_is_its_quantity_and_the_bias_of_who_makes_it(case: Case) -> None:
    """Two ways to one number: the rows of the likelihood, and the quantity by name."""

    def coordinate(name: str) -> Array:
        return np.random.default_rng([len(name), *name.encode()]).standard_normal(20)

    ours = Evaluation(build_model(case, "all"), coordinate, (20,))
    for claim in case.claim:
        for read in readings(claim) if KINDS[claim.quantity].known else ():
            bias = ours.biases([(claim.claimant, bias_kind(claim))])[0]
            value = ours.claimed(read)
            expected = logit(value) if KINDS[claim.quantity].logit else np.log(value)
            assert_allclose(ours.location(read), expected + bias, rtol=1e-11, err_msg=claim.id)
