"""Work and memory grow in step with a case: twins of large cases, whose calls and arrays are counted."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from counting import calls
from made_up import ALL, Sizes, document, made_up, text
from shellcount import limits
from shellcount.case.reading import build_case, parse_case
from shellcount.engines import engine, forecast
from shellcount.engines.contradictions import explanation
from shellcount.engines.settings import POINTS, Settings
from shellcount.errors import LimitError
from shellcount.maths.arrays import Array
from shellcount.model import blocks
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import Model, build_model
from shellcount.posterior.conflicts import assess
from shellcount.results.given import parse_given
from shellcount.results.run import Engine
from shellcount.results.standard import standard

# Sizes that each lie three times as high as those before, and what is counted over them.
CLAIMS = [Sizes(claims=count) for count in (30, 90, 270)]
CLAIMANTS = [Sizes(claims=270, claimants=count) for count in (10, 30, 90)]
NATURES = [Sizes(natures=count, forms=ALL) for count in (3, 9, 27)]
STOWS = [Sizes(stows=count, forms=ALL) for count in (3, 9, 27)]
STEPS = [Sizes(steps=count) for count in (10, 30, 90)]
GROWTH = {"claims": CLAIMS, "claimants": CLAIMANTS, "natures": NATURES, "stows": STOWS, "steps": STEPS}


def points_of(model: Model, size: int) -> Array:
    """Points near the middle of the prior."""
    return 0.1 * np.random.default_rng(1).standard_normal((len(model.informed), size))


def draws_of(model: Model) -> dict[str, Array]:
    """Four runs of 64 draws."""
    return {name: row.reshape(4, 64) for name, row in zip(model.informed, points_of(model, 256), strict=True)}


# --- what is made up -----------------------------------------------------------------------


def test_a_case_that_is_made_up_is_the_same_by_file_and_by_seed() -> None:
    sizes = Sizes(forms=ALL)
    assert parse_case(text(sizes).encode(), origin="text").digest == made_up(sizes).digest
    assert made_up(sizes).digest != made_up(Sizes(forms=ALL, seed=2)).digest


@pytest.mark.parametrize(
    "sizes", [Sizes(), Sizes(claims=400, claimants=100, steps=100, natures=20, stows=1, forms=ALL)]
)
def test_a_case_that_is_made_up_has_the_sizes_asked_for(sizes: Sizes) -> None:
    case = made_up(sizes)
    assert len(case.claim) == sizes.claims
    assert {claim.claimant for claim in case.claim} == {entry.id for entry in case.claimant}
    assert len(case.claimant) == sizes.claimants
    assert [len(nature.stow) for nature in case.nature] == [sizes.stows] * sizes.natures
    assert (case.last_date - case.containers.first_shipment).days <= 7 * sizes.steps


def test_claims_agree_with_the_truth_but_for_those_that_are_off() -> None:
    def far(off: float) -> float:
        case = made_up(Sizes(claims=300, off=off, forms=("share",)))
        stated = np.array([claim.stated for claim in case.claim])
        return float((np.abs(np.log(stated / (1 - stated)) - np.log(0.6 / 0.4)) > 0.95).mean())

    assert far(0.0) < 0.01
    assert 0.1 < far(0.2) < 0.25


# --- calls grow in step --------------------------------------------------------------------


def _reading(sizes: Sizes) -> Callable[[], object]:
    content = text(sizes).encode()
    return lambda: parse_case(content, origin="text")


def _digest(sizes: Sizes) -> Callable[[], object]:
    case = made_up(sizes)
    return lambda: case.digest


def _model(sizes: Sizes) -> Callable[[], object]:
    case = made_up(sizes)
    return lambda: build_model(case, "all").informed


def _standard(sizes: Sizes) -> Callable[[], object]:
    case = made_up(sizes)
    return lambda: standard(case)


def _holding_out(sizes: Sizes) -> Callable[[], object]:
    case, given = made_up(sizes), ",".join(f"c{place}" for place in range(0, sizes.claims, 3))
    return lambda: parse_given(case, f"all-but:{given}")


WORK = {
    "reading": _reading,
    "digest": _digest,
    "model": _model,
    "standard estimates": _standard,
    "holding out": _holding_out,
}


@pytest.mark.parametrize("size", GROWTH)
@pytest.mark.parametrize("work", WORK)
def test_calls_grow_no_faster_than_a_case(work: str, size: str) -> None:
    for sizes in GROWTH[size]:
        WORK[work](sizes)()  # what is kept for later, is
    small, middle, large = (calls(WORK[work](sizes)) for sizes in GROWTH[size])
    # Threefold sizes take three times as many calls at most; quadratic ones would take nine.
    assert middle <= 3.3 * small
    assert large <= 3.3 * middle


# --- arrays stay bounded -------------------------------------------------------------------


@pytest.fixture
def largest(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sizes of the arrays of locations that are computed."""
    found: list[int] = []
    locations = Evaluation.locations

    def watched(self: Evaluation[Any], rows: Any) -> Any:
        computed = locations(self, rows)
        if computed.shape[1:] != (1,):  # by which the coordinates are found that claims depend on
            found.append(computed.size)
        return computed

    monkeypatch.setattr(Evaluation, "locations", watched)
    return found


def test_claims_are_named_by_an_array_of_bounded_size(
    monkeypatch: pytest.MonkeyPatch, largest: list[int]
) -> None:
    monkeypatch.setattr(blocks, "_CELLS", 2**11)
    for sizes in CLAIMS:
        model = build_model(made_up(sizes))
        explanation(model, "no start", points_of(model, 200))
        assert max(largest) <= max(2**11, 16 * sizes.claims)


def test_the_size_of_blocks_changes_the_last_digits_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    model = build_model(made_up(Sizes(forms=ALL)), "all")
    points = points_of(model, 100)
    whole = model.log_likelihood(points), *model.log_likelihood_and_gradient(points)
    monkeypatch.setattr(blocks, "_CELLS", 30 * 16)
    assert model.block == 16
    in_blocks = model.log_likelihood(points), *model.log_likelihood_and_gradient(points)
    for one, other in zip(in_blocks, whole, strict=True):
        assert one == pytest.approx(other, rel=1e-12, abs=1e-12)


def test_claims_are_assessed_by_arrays_of_bounded_size(largest: list[int]) -> None:
    for sizes in CLAIMS:
        model = build_model(made_up(sizes))
        assessed = assess(model, draws_of(model))
        assert [each.claim.id for each in assessed] == [fitted.claim.id for fitted in model.fitted]
    assert max(largest) <= 2**18


# --- what is forecast ----------------------------------------------------------------------


def test_the_more_claims_the_fewer_points_by_default() -> None:
    model = build_model(made_up(Sizes()))
    assert forecast.suited(model, Settings("is")).points == POINTS
    assert forecast.suited(model, Settings("smc")) == Settings("smc")
    assert forecast.suited(model, Settings("is", points=4096)) == Settings("is", points=4096)


def test_a_hundred_thousand_claims_are_within_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    # As many rows, without the claims themselves.
    few = build_model(made_up(Sizes(claimants=30)))
    design = few.design
    monkeypatch.setitem(few.__dict__, "design", _repeated(design, 100_000 // len(design.claim_at)))
    settings = forecast.suited(few, Settings("is"))
    assert settings.points == 128
    assert forecast.work(few, "is", settings.sizes()) < limits.LIMITS["work"].most
    claims = 3_000 * 100_000
    assert forecast.memory(few, "is", settings.sizes()) + claims < limits.LIMITS["memory"].most
    assert forecast.work(few, "smc", Settings("smc").sizes()) > limits.LIMITS["work"].most


def _repeated(design: Any, times: int) -> Any:
    return dataclasses.replace(design, claim_at=np.repeat(design.claim_at, times))


def test_a_case_beyond_the_limits_is_refused_before_it_is_read() -> None:
    content = document(Sizes())
    with limits.raised({"entries": 50}), pytest.raises(LimitError, match=r"made up needs 7\d entries"):
        build_case(content, "made up")


FAR, NEAR = Sizes(far=1e6), Sizes(claims=60, claimants=50)


@pytest.mark.parametrize(
    ("sizes", "told"),
    [(FAR, "look at claims that contradict"), (NEAR, "no claim lies over 3 standard deviations")],
    ids=["far", "near"],
)
def test_where_no_engine_serves_the_error_names_claims_and_what_is_wrong(
    sizes: Sizes, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "unserved", lambda _: "it was told so")
    model = build_model(made_up(sizes))
    with limits.raised({"work": 1e6}), pytest.raises(LimitError) as caught:
        engine.draw(model, Settings("is"), lambda _: None)
    message = str(caught.value)
    assert "engine is does not serve, since it was told so" in message
    assert told in message
    assert re.search(r"\bc\d+ \(", message)
    assert "let another engine try. By smc, a fit of" in message
    assert "--limit work=" in message
    assert "--engine nuts" not in message  # whose work is beyond the limit too


def test_engine_nuts_is_named_where_it_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "unserved", lambda _: "it was told so")
    model = build_model(made_up(NEAR))
    require = forecast.require_affordable

    def refuse(model: Model, name: Engine, sizes: Any) -> None:
        with limits.raised({"work": 1e6 if name == "smc" else 1e12}):
            require(model, name, sizes)

    monkeypatch.setattr(engine, "require_affordable", refuse)
    with pytest.raises(LimitError, match=r"within the limits, though it takes minutes: --engine nuts$"):
        engine.draw(model, Settings("is"), lambda _: None)


def test_a_long_flow_is_told_to_have_longer_steps() -> None:
    model = build_model(made_up(Sizes(steps=90)))
    with limits.raised({"memory": 1e6}), pytest.raises(LimitError) as caught:
        forecast.require_affordable(model, "is", Settings("is").sizes())
    message = str(caught.value)
    assert re.search(r"by \d+ coordinates, 8\d of them steps of the flow, of ", message)
    assert message.endswith("or make its steps longer, in [flow]: step_days = 28")


# --- many coordinates, few claims and many steps -------------------------------------------


@pytest.mark.slow
def test_where_many_ways_to_pack_are_informed_little_a_mixture_in_few_directions_serves() -> None:
    sizes = Sizes(claims=6, claimants=3, steps=10, natures=30, forms=("containers", "rounds", "mass"))
    model = build_model(made_up(sizes), "all")
    settings, (_, report) = engine.draw(model, Settings(), lambda _: None)
    assert settings.engine == "is"
    assert report.log_evidence is not None
    assert report.log_evidence[0] == pytest.approx(0.17, abs=0.06)  # by engine smc, and with other seeds


def test_smc_begins_along_a_path_where_many_steps_are_informed(monkeypatch: pytest.MonkeyPatch) -> None:
    model = build_model(made_up(Sizes(claims=40, claimants=4, steps=12)))
    few = Settings("smc", runs=4, particles=128)
    with monkeypatch.context() as patched:
        patched.setattr(forecast, "_MANY", 15)
        assert forecast.many(model)
        _, (_, along) = engine.draw(model, few, lambda _: None)
    settings = Settings("is", runs=8, points=1024)
    _, (_, known) = engine.draw(model, settings, lambda _: None)
    assert along.not_quotable is None
    assert along.log_evidence is not None
    assert known.log_evidence is not None
    assert along.log_evidence[0] == pytest.approx(known.log_evidence[0], abs=0.3)
