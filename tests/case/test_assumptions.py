"""An assumption of a case makes the prior that has its quantiles."""

from __future__ import annotations

from pathlib import Path

import pytest

from shellcount.case.assumptions import Assumption
from shellcount.case.reading import load_case
from shellcount.errors import UsageError

GOOD = Path(__file__).parents[1] / "cases" / "good_minimal.toml"


def test_an_assumption_makes_the_prior_of_its_quantiles() -> None:
    prior = load_case(GOOD).priors.load.prior("logitnormal")
    assert (prior.kind, prior.low, prior.high) == ("logitnormal", 0.5, 0.97)


def test_quantiles_that_no_prior_of_its_kind_has_are_refused() -> None:
    share = Assumption(low=0.5, high=1.2, basis="made up", certainty="U")
    with pytest.raises(UsageError):
        share.prior("logitnormal")
    assert share.prior("normal").high == 1.2
