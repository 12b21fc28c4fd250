"""What a fit needs is forecast from its sizes, for every way to a fit, and refused before the work."""

from __future__ import annotations

import datetime as dt
import re
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

import pytest

import shellcount
from building import case_of, edited, one_claim_case
from quick import FEW, quick_posterior
from shellcount import limits
from shellcount.case.schema import Case
from shellcount.engines import engine, forecast, smc
from shellcount.engines.settings import Settings
from shellcount.errors import LimitError
from shellcount.model.model import build_model
from shellcount.posterior.fitting import fit_with
from shellcount.results.run import ENGINES, Engine
from shellcount.results.standard import standard
from shellcount.studies.calibration import calibrate

HUGE = Settings(engine="smc", particles=10**7)


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No sampler may start."""

    def fail(*_: object) -> NoReturn:
        raise AssertionError("work began")

    monkeypatch.setattr(smc, "draw", fail)
    monkeypatch.setattr(smc, "sample", fail)


def distant(case: Case) -> Case:
    """One more claim, nearly twenty years later."""

    def add(document: dict[str, Any]) -> None:
        (claim,) = document["claim"]
        late = {**claim, "id": "late", "as_of": dt.date(2043, 12, 31), "value": 9e4}
        document["claim"] = (claim, late)

    return edited(case, add)


# --- memory is counted, not measured -----------------------------------------------------


@pytest.mark.parametrize(
    ("given", "sizes"),
    [
        ("counts", {"runs": 4, "particles": 1024}),
        ("all", {"runs": 8, "particles": 256}),
        ("all", {"runs": 16, "particles": 512}),
    ],
)
def test_forecast_memory_is_at_least_that_of_all_arrays_and_at_most_twice(
    case: Case, given: str, sizes: dict[str, Any]
) -> None:
    settings = Settings("smc", **sizes, allow_unconverged=True)
    model = build_model(case, given)
    expected = forecast.memory(model, "smc", settings.sizes()) - forecast.BASE["smc"]
    quick_posterior(case).estimates()  # imports and caches
    tracemalloc.start()
    try:
        shellcount.fit(case, given=given, engine="smc", allow_unconverged=True, **sizes).estimates()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= expected <= 2 * peak


def test_forecast_memory_counts_the_nodes_of_open_dates() -> None:
    report = {"source": "paper", "value": 3_000, "hedge": "exact"}
    sharp = {"value": 3_000, "hedge": "exact", "reports": (report,)}
    days = [dt.date(2024, 1, 20) + dt.timedelta(days=place) for place in range(4)]
    opened = [{"earliest": day, "latest": day + dt.timedelta(days=100)} for day in days]
    case = case_of(
        *(
            {**sharp, "claimant": f"by-{day.day}", "as_of": as_of}
            for day, as_of in zip(days, opened, strict=True)
        )
    )
    sizes: dict[str, Any] = {"runs": 8, "particles": 256}
    model = build_model(case)
    assert len(model.design.claim_at) > 300
    expected = forecast.memory(model, "smc", Settings("smc", **sizes).sizes()) - forecast.BASE["smc"]
    quick_posterior(one_claim_case()).estimates()  # imports and caches
    tracemalloc.start()
    try:
        shellcount.fit(case, engine="smc", allow_unconverged=True, **sizes).estimates()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= expected <= 2 * peak


def test_many_estimates_keep_no_more_arrays_than_few(case: Case) -> None:
    model = build_model(case)
    posterior = quick_posterior(case)
    posterior.estimates()
    shares = posterior.evaluation.held
    mixes = {
        f"scenario.mix-{place}": {"152mm-howitzer": place / 200, "122mm-rocket": 1 - place / 200}
        for place in range(100)
    }
    many = quick_posterior(shellcount.with_changes(case, mixes))
    with limits.raised({"estimates": 1e6}):
        many.estimates()
    assert many.evaluation.held <= forecast.kept(model) + len(model.informed)
    assert many.evaluation.held <= shares + 64


# --- every way to a fit ------------------------------------------------------------------

WAYS: dict[str, Callable[[Case], object]] = {
    "fit": lambda case: shellcount.fit(case, engine="smc", particles=10**7),
    "fit by nuts": lambda case: shellcount.fit(case, engine="nuts", draws=10**9),
    "fit of many runs": lambda case: shellcount.fit(case, runs=10**6),
    "fit of absurd sizes": lambda case: shellcount.fit(case, runs=10**70, engine="smc", particles=10**70),
    "analyse": lambda case: shellcount.analyse(case, settings=HUGE),
    "leave one out": lambda case: shellcount.leave_one_out(case, settings=HUGE),
}


@pytest.mark.usefixtures("no_engine")
@pytest.mark.parametrize("way", WAYS)
def test_a_fit_that_needs_too_much_memory_is_refused_before_it_begins(case: Case, way: str) -> None:
    with pytest.raises(LimitError, match=r"needs [\d.e+]+ [GT]B \(limit 2 GB\); .* --limit memory=\d+"):
        WAYS[way](case)


@pytest.mark.usefixtures("no_engine")
def test_a_claim_twenty_years_later_is_refused_by_name() -> None:
    told = r"the latest late \(about 90,000, 2043-12-31\), by 2\d\d coordinates, 2\d\d of them steps .*work="
    with limits.raised({"work": 1e6}), pytest.raises(LimitError, match=told):
        shellcount.fit(distant(one_claim_case()))


@pytest.mark.usefixtures("no_engine")
def test_a_study_is_refused_for_all_its_fits_together(case: Case) -> None:
    with limits.raised({"study": 1e6}):
        with pytest.raises(LimitError, match=r"leave-one-out of 4 claims needs .* --limit study="):
            shellcount.leave_one_out(case)
        with pytest.raises(LimitError, match=r"a calibration of 1,000 refits needs .* --limit study="):
            calibrate(case, refits=1000)


def test_engine_nuts_compiles_no_more_than_is_allowed() -> None:
    with (
        limits.raised({"compiled": 7}),
        pytest.raises(
            LimitError, match=r"nuts, for 3 natures and 4 scenarios, needs 8 expressions .* compiled="
        ),
    ):
        shellcount.fit(shellcount.load_case(), engine="nuts")


@pytest.mark.parametrize("engine", ENGINES)
def test_the_defaults_are_far_within_the_limits(engine: Engine) -> None:
    for name in ("dprk-russia-2024", "black-sea-grain-2022"):
        model = build_model(shellcount.load_case(name), "all")
        sizes = Settings(engine).sizes()
        assert forecast.memory(model, engine, sizes) < limits.LIMITS["memory"].most / 2
        assert forecast.work(model, engine, sizes) < limits.LIMITS["work"].most / 2


def test_work_grows_with_every_size(case: Case) -> None:
    few, all_of_them = build_model(case), build_model(case, "all")
    small, large = Settings(engine="smc", particles=64).sizes(), Settings(engine="smc", particles=128).sizes()
    assert forecast.work(few, "smc", large) == 2 * forecast.work(few, "smc", small)
    assert forecast.work(all_of_them, "smc", small) > forecast.work(few, "smc", small)
    assert forecast.most_moves(few, small) == pytest.approx(2 * forecast.most_moves(few, large), rel=1e-3)


# --- workers -----------------------------------------------------------------------------


def test_workers_have_the_limits_of_their_caller() -> None:
    case = distant(one_claim_case({"claim.only": 900.0}))
    raised = {"memory": 1.0}
    with ThreadPoolExecutor(1) as pool, limits.raised(raised), pytest.raises(LimitError, match="limit 1 B"):
        shellcount.leave_one_out(case, settings=Settings(runs=4, engine="smc", particles=64), executor=pool)


# --- claims that contradict each other ---------------------------------------------------


def contradicting() -> Case:
    def add(document: dict[str, Any]) -> None:
        (claim,) = document["claim"]
        more = (("few", 500, dt.date(2024, 1, 30)), ("many", 9000, dt.date(2024, 1, 29)))
        document["claim"] = (
            claim,
            *(
                {**claim, "id": name, "value": value, "as_of": day, "hedge": "exact"}
                for name, value, day in more
            ),
        )

    return edited(one_claim_case(), add)


def test_claims_that_take_all_moves_are_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "require_affordable", lambda *_: None)  # expects fewer
    sizes: dict[str, Any] = {"runs": 4, "particles": 256}
    case = contradicting()
    model = build_model(case)
    moves = 5
    of_a_move = limits.allowed("work") / forecast.most_moves(model, Settings("smc", **sizes).sizes())
    with limits.raised({"work": moves * of_a_move}), pytest.raises(LimitError) as caught:
        shellcount.fit(case, engine="smc", **sizes)
    message = str(caught.value)
    assert re.search(r"has no answer yet \(\d+ moves, all that are allowed, do not lead", message)
    assert "cannot be reconciled" not in message  # which moves that ended do not show
    assert "many (9,000, 2024-01-29)" in message
    assert "few (500, 2024-01-30)" in message
    assert "check their values, dates and hedges" in message
    assert limits.parse_limit(message.split("--limit ")[1])[1] >= 4 * moves * of_a_move


def test_a_limit_that_is_not_met_changes_no_digit() -> None:
    case = contradicting()
    settings = Settings(**FEW, allow_unconverged=True)
    with limits.raised({"work": 1e12}):
        free = fit_with(case, settings)
    bound = fit_with(case, settings)
    assert all((bound.coordinates[name] == free.coordinates[name]).all() for name in free.coordinates)


# --- sizes of a case ---------------------------------------------------------------------


def test_more_estimates_than_are_allowed_are_refused(case: Case) -> None:
    needed = len(standard(case))
    with limits.raised({"estimates": needed}):
        assert len(standard(case)) == needed
    with (
        limits.raised({"estimates": needed - 1}),
        pytest.raises(LimitError, match=f"needs {needed} estimates"),
    ):
        standard(case)


def test_more_entries_than_are_allowed_are_refused_before_they_are_checked() -> None:
    with limits.raised({"entries": 10}), pytest.raises(LimitError, match=r"toml needs \d+ entries"):
        shellcount.load_case()


def test_an_export_that_needs_too_much_memory_is_refused(case: Case) -> None:
    posterior = quick_posterior(case)
    with (
        limits.raised({"memory": 1e5}),
        pytest.raises(LimitError, match=r"an export of .* by 512 draws needs"),
    ):
        posterior.to_datatree()


def test_where_no_path_leads_in_many_coordinates_work_from_the_prior_is_refused_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise AssertionError("work began")

    monkeypatch.setattr(forecast, "_MANY", 2)
    monkeypatch.setattr(smc, "find_path", lambda *_: None)
    monkeypatch.setattr(smc, "sample", fail)
    model, sizes = build_model(contradicting()), Settings("smc").sizes()
    needs = r"a fit of \d+ claims, .* needs .* --limit work="
    with limits.raised({"work": 1e6}), pytest.raises(LimitError, match=needs):
        smc.draw(model, 1, sizes, lambda _: None)
