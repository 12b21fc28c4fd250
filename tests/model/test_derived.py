"""Data and derived quantities are arrays by label, each element that of the estimate of its name."""

from __future__ import annotations

import datetime as dt
from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from building import one_claim_case
from claims import with_every_form
from shellcount.case.flow import Span, days_in_steps, span
from shellcount.case.schema import Case
from shellcount.maths.arrays import Array
from shellcount.model.derived import data, derived_quantities
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import Model, build_model
from shellcount.model.variables import dated_spans, period_spans
from shellcount.results.names import parse_quantity
from shellcount.results.when import standard_dates

NATURES = ("152mm-howitzer", "122mm-howitzer", "122mm-rocket")
STOWS = (
    "152mm-howitzer.complete",
    "152mm-howitzer.projectile",
    "122mm-howitzer.complete",
    "122mm-rocket.one-row",
    "122mm-rocket.two-rows",
)
NAMES = {
    "containers": "containers.{scope}@{date}",
    "rounds": "rounds.{scenario}@{date}",
    "capacity": "capacity.{cargo}",
    "stow_mix": "{stow}.share",
    "mix": "mix.{nature}",
}


def evaluated(model: Model, size: int = 5) -> tuple[Evaluation[Array], dict[str, Array]]:
    """The derived quantities at random coordinates, and the evaluation that they come from."""
    rng = np.random.default_rng(1)
    values: dict[str, Array] = {}
    evaluation = Evaluation(
        model, lambda name: values.setdefault(name, rng.standard_normal((1, size))), (1, size)
    )
    named = {each.name: each.values for each in data(model)}
    for derived in derived_quantities(model):
        named[derived.name] = derived.value(evaluation, named)
    return evaluation, named


def test_derived_quantities_are_arrays_by_date_and_subject(case: Case) -> None:
    days = tuple(day.isoformat() for day in standard_dates(case))
    steps = tuple(str(dt.date(2023, 9, 1) + dt.timedelta(days=14 * step)) for step in range(21))
    scenarios = ("mixed", *(f"all-{nature}" for nature in NATURES))
    biased = ("rok-mnd:containers", "us-state:containers", "us-white-house:containers")
    found = derived_quantities(build_model(case))
    assert [(d.name, dict(zip(d.dims, d.labels, strict=True))) for d in found] == [
        ("rate", {"step": steps}),
        ("containers", {"date": days, "scope": ("military", "munitions", "artillery")}),
        ("stow_mix", {"stow": STOWS}),
        ("mix", {"nature": NATURES}),
        ("capacity", {"cargo": (*NATURES, "mixed")}),
        ("rounds", {"date": days, "scenario": scenarios}),
        ("bias", {"claimant_quantity": biased}),
    ]
    assert all(derived.units and derived.long_name for derived in found)


@pytest.mark.parametrize("of_one_claim", [False, True])
def test_every_element_is_the_estimate_of_that_name(case: Case, *, of_one_claim: bool) -> None:
    model = build_model(one_claim_case() if of_one_claim else case)
    evaluation, named = evaluated(model)
    for derived in derived_quantities(model):
        assert named[derived.name].shape == (*map(len, derived.labels), 1, 5)
        assert derived.size == len(list(product(*derived.labels)))
        for place in np.ndindex(*map(len, derived.labels)) if derived.name in NAMES else ():
            at = tuple(labels[i] for labels, i in zip(derived.labels, place, strict=True))
            value = named[derived.name][place]
            alone = at == ("122mm-howitzer.complete",) or (
                of_one_claim and derived.name in {"stow_mix", "mix"}
            )
            if alone:  # the only nature, or the only way to pack one
                assert_array_equal(value, np.ones((1, 5)))
                continue
            name = NAMES[derived.name].format(**dict(zip(derived.dims, at, strict=True)))
            assert_allclose(value, evaluation.quantity(parse_quantity(model.case, name)), rtol=1e-13)


def test_periods_and_the_dates_that_a_claim_leaves_open_have_days_of_their_own(case: Case) -> None:
    model = build_model(with_every_form(case), "all")
    _, named = evaluated(model)
    (days,) = [each for each in data(model) if each.name == "period_days"]
    spans = period_spans(model)
    assert set(spans).isdisjoint(dated_spans(model))
    assert len(set(days.labels[0])) == len(spans) == len(days.values)
    assert "2023-12-01..2023-12-31" in days.labels[0]
    (derived,) = [each for each in derived_quantities(model) if each.name == "period_containers"]
    assert derived.labels[0] == days.labels[0]
    december = named["period_containers"][days.labels[0].index("2023-12-01..2023-12-31"), 1]
    ends = [dt.date(2023, 12, 1), dt.date(2024, 1, 1)]
    time = Span(*(span(model.case, None, day).end for day in ends))
    expected = days_in_steps(model.case, time)
    rate = named["rate"][: len(expected)]
    share = named["containers"][0, 1] / named["containers"][0, 0]
    assert_allclose(december, (expected[:, None, None] * rate).sum(axis=0) * share, rtol=1e-12)


def test_data_are_the_numbers_of_the_case(case: Case) -> None:
    model = build_model(case, "all")
    found = {each.name: each for each in data(model)}
    claims = [fitted.claim for fitted in model.fitted]
    assert found["stated"].values.tolist() == [claim.stated for claim in claims]
    assert found["resolution"].values.tolist() == [claim.resolution for claim in claims]
    hedges = [case.hedges[claim.hedge] for claim in claims if claim.hedge is not None]
    assert found["hedge_sigma"].values.tolist() == [hedge.sigma for hedge in hedges]
    assert found["hedge_margin"].values.tolist() == [hedge.margin for hedge in hedges]
    sds = [model.bias_sd[label.partition(":")[0]] for label in found["bias_sd"].labels[0]]
    assert found["bias_sd"].values.tolist() == sds
    assert (float(found["outlier_share"].values), float(found["outlier_scale"].values)) == (0.05, 0.5)
    for row, day in zip(found["days"].values, standard_dates(case), strict=True):
        assert row.sum() == (day - case.containers.first_shipment).days


@pytest.mark.parametrize("given", ["counts", "all"])
def test_names_have_no_dots(case: Case, given: str) -> None:
    model = build_model(case, given)
    for each in (*data(model), *derived_quantities(model)):
        assert "." not in each.name  # type: ignore[attr-defined]
