"""Tables hold the numbers of the case: parameters as scaled coordinates, and what is packed alike."""

from __future__ import annotations

import math

import numpy as np
import pytest

from claims import with_every_form
from shellcount.case.biases import bias_spreads, correlations
from shellcount.case.reading import load_case
from shellcount.model.model import build_model
from shellcount.model.tables import NOWHERE, Tables, Weighted, per_carrier_names

MODEL = build_model(with_every_form(load_case()), "all")
TABLES = Tables(MODEL.case, MODEL.priors, MODEL.known)


def test_rows_with_one_coordinate_share_it_and_rows_without_are_nowhere() -> None:
    rows = Weighted.of(["a", None, "b", "a"], np.array([1.0, 0.0, 2.0, 3.0]))
    assert rows.names == ("a", "b")
    assert rows.at is not None
    assert rows.at.tolist() == [0, NOWHERE, 1, 0]
    assert Weighted.of(["a", "b"], np.ones(2)).at is None


def test_the_log_of_a_lognormal_parameter_is_a_scaled_coordinate() -> None:
    name = next(name for name, prior in MODEL.priors.items() if prior.kind == "lognormal")
    logs = TABLES.logs((name,))
    prior = MODEL.priors[name]
    at = logs.constants[0] + logs.scaled.weights[0] * 1.3
    assert at == pytest.approx(math.log(float(prior.from_normal(np.array(1.3)))))
    assert logs.scaled.names == (name,)


def test_a_known_parameter_has_no_coordinate() -> None:
    known = Tables(MODEL.case, MODEL.priors, {"first_rate_per_day": 25.0}).logs(("first_rate_per_day",))
    assert known.constants.tolist() == [math.log(25.0)]
    assert known.scaled.names == ()


def test_steps_are_named_in_their_order() -> None:
    assert len(TABLES.steps(4)) == 3
    assert TABLES.steps(3) == TABLES.steps(4)[:2]
    assert TABLES.steps(1) == ()


def test_natures_are_packed_with_those_of_equally_many_stows() -> None:
    natures = tuple(nature.id for nature in MODEL.case.nature)
    packed = [name for stows in TABLES.stows(natures) for name in stows.natures]
    assert sorted([*packed, *TABLES.stated(natures)]) == sorted(natures)
    for stows in TABLES.stows(natures):
        count = len(stows.ids)
        assert len(stows.masses) == len(stows.volumes) == count * len(stows.natures)
        assert (stows.shares is None) == (count == 1)
    assert len(per_carrier_names(natures)) == len(natures)


def test_the_mix_has_the_base_shares_of_the_natures() -> None:
    shares = np.exp(TABLES.mix.log_base)
    assert shares.tolist() == pytest.approx([nature.base_share for nature in MODEL.case.nature])


def test_the_parts_of_a_bias_have_the_variance_of_the_claimant() -> None:
    pairs = MODEL.design.rows.biases
    variance = np.zeros(len(pairs))
    for weighted in TABLES.biases(pairs):
        variance += weighted.weights**2
    spreads, groups = bias_spreads(MODEL.case), correlations(MODEL.case)
    assert variance == pytest.approx([spreads[claimant] ** 2 for claimant, _ in pairs])
    assert any(claimant in groups for claimant, _ in pairs)
