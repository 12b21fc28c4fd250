"""Engines that share no sampler agree, on the shipped case and on any other, and disagreement is found."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from building import edited, one_claim_case
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.engines.smc import Sample, sample
from shellcount.errors import UsageError
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.run import Engine
from shellcount.studies import verification
from shellcount.studies.verification import Finding, engines_agree, fingerprint, fits_agree, verify

HEDGES = ("exact", "about", "more_than", "at_least", "up_to", "nearly")
FIRST, LAST = dt.date(2023, 9, 20), dt.date(2024, 8, 31)


@st.composite
def claims(draw: st.DrawFn, place: int) -> dict[str, Any]:
    """A fit claim of containers: any hedge, scope, date and claimant, near what the prior expects or not."""
    day = draw(st.dates(FIRST, LAST))
    expected = 35.0 * (day - dt.date(2023, 9, 1)).days
    value = float(f"{expected * draw(st.floats(0.2, 5.0)):.2g}")
    return {
        "id": f"claim-{place}",
        "as_of": day,
        "value": value,
        "resolution": value / draw(st.sampled_from([1, 10, 100])),
        "hedge": draw(st.sampled_from(HEDGES)),
        "scope": draw(st.sampled_from(["military", "munitions", "artillery"])),
        "claimant": draw(st.sampled_from(["rok-mnd", "us-state", "ua-gur"])),
    }


@st.composite
def cases(draw: st.DrawFn, most: int = 30) -> Case:
    """The shipped case with other fit claims, from 1 to so many, and other grades."""
    count = draw(st.integers(1, most))
    made = [draw(claims(place)) for place in range(count)]
    grades = [draw(st.sampled_from("ABCD")) for _ in load_case().claimant]

    def edit(document: dict[str, Any]) -> None:
        model = next(claim for claim in document["claim"] if claim["use"] == "fit")
        fitted = []
        for claim in made:
            report = {**model["reports"][0], "value": claim["value"], "hedge": claim["hedge"]}
            fitted.append({**copy.deepcopy(model), **claim, "reports": (report,)})
        others = [claim for claim in document["claim"] if claim["use"] != "fit" and not claim["derived_from"]]
        document["claim"] = tuple(_once(fitted)) + tuple(others)
        for claimant, grade in zip(document["claimant"], grades, strict=True):
            claimant["grade"] = grade

    return edited(load_case(), edit)


def _once(fitted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what says the same again, which a case may not hold."""
    return list({(c["claimant"], c["scope"], c["as_of"], c["hedge"]): c for c in fitted}.values())


def converged(posterior: Posterior) -> bool:
    return all(estimate.not_quotable is None for estimate in posterior.estimates())


NOT_SHRUNK = settings(phases=[Phase.generate], suppress_health_check=list(HealthCheck))


@pytest.mark.slow  # smc takes its time where claims contradict each other
@pytest.mark.filterwarnings("ignore::shellcount.errors.ConflictWarning")
@settings(NOT_SHRUNK, max_examples=10)
@given(cases(), st.sampled_from(["counts", "all"]))
def test_engines_that_converge_agree_on_ten_cases(case: Case, conditioning: str) -> None:
    """NUTS is left out: where claims contradict each other its chains may miss a mode, and not know."""
    engines: tuple[Engine, ...] = ("is", "smc")
    every = {
        engine: fit(case, given=conditioning, engine=engine, seed=1, allow_unconverged=True)
        for engine in engines
    }
    fits = {engine: found for engine, found in every.items() if converged(found)}
    if len(fits) > 1:
        found = fits_agree(fits, conditioning)
        assert found.passed, found.sentence


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("conditioning", ["counts", "all"])
def test_engines_agree_on_the_shipped_case(case: Case, conditioning: str, seed: int) -> None:
    found = engines_agree(case, conditioning, seed)
    assert found.passed, found.sentence


def test_an_engine_that_is_off_is_found(
    one_claim_nuts: tuple[Posterior, list[float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fitted(case: Case, *, engine: Engine, **settings: Any) -> Posterior:
        made, _ = one_claim_nuts
        assert case == made.case
        return made if engine == "nuts" else fit(case, engine=engine, **settings)

    def shifted(*arguments: Any, **named: Any) -> Sample:
        found = sample(*arguments, **named)
        return Sample(found.draws + 0.1, found.log_evidence, *_rest(found))

    monkeypatch.setattr("shellcount.engines.smc.sample", shifted)
    monkeypatch.setattr(verification, "fit", fitted)
    found = engines_agree(one_claim_case(), "counts", seed=1)
    assert not found.passed
    assert "the engines differ on" in found.sentence


def _rest(found: Sample) -> tuple[Any, ...]:
    return found.temperatures, found.moves, found.acceptance, found.correlation, found.stuck


def test_a_verification_passes_part_by_part(
    case: Case,
    posterior: Posterior,
    posterior_smc: Posterior,
    posterior_nuts: Posterior,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def here(case: Case, conditioning: str, engine: Engine, seed: int, cache: str, *, alone: bool) -> str:
        assert cache
        assert isinstance(alone, bool)
        return fingerprint(case, conditioning, "smc", seed) + engine

    fits: dict[Engine, Posterior] = {"is": posterior, "smc": posterior_smc, "nuts": posterior_nuts}

    def fitted(case: Case, *, given: str, engine: Engine, seed: int, **_: object) -> Posterior:
        found = fits[engine]
        assert (case, given, seed) == (found.case, found.run.given, found.run.seed)
        return found

    monkeypatch.setattr(verification, "fit", fitted)
    monkeypatch.setattr(verification, "_elsewhere", here)
    shares: list[float] = []
    findings = list(verify(case, refits=20, conditionings=("counts",), progress=shares.append))
    assert [found.name for found in findings] == [
        f"{part} given counts" for part in ("engines", "calibration", "leave-one-out", "determinism")
    ]
    assert [found.sentence for found in findings if not found.passed] == []
    table = findings[0].table
    assert table is not None
    assert len(table.rows) == 59
    assert {len(row) for row in table.rows} == {len(table.head)}
    assert [found.table for found in findings[1:]] == [None, None, None]
    assert shares[-1] == 1.0


def test_digits_that_differ_are_found(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    prints = iter(["d", "d", "a", "a", "b", "c", "b"])
    monkeypatch.setattr(verification, "_elsewhere", lambda *_, **__: next(prints))
    found = verification._deterministic(case, "counts", 1)
    assert found == Finding(
        "determinism given counts",
        passed=False,
        sentence="different digits: nuts, another process with a warm cache",
    )


def test_a_process_that_breaks_is_found(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "_elsewhere", lambda *_, **__: "")
    found = verification._deterministic(case, "counts", 1)
    assert not found.passed
    assert found.sentence.startswith("process ended unexpectedly: is; ")


def test_a_fingerprint_is_of_every_digit() -> None:
    case = one_claim_case()
    assert fingerprint(case, "counts", "smc", 1) == fingerprint(case, "counts", "smc", 1)
    assert fingerprint(case, "counts", "smc", 1) != fingerprint(case, "counts", "smc", 2)


def test_a_request_that_cannot_be_met_is_refused_before_anything_is_fit(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits: list[str] = []
    monkeypatch.setattr(verification, "fit", lambda *_, **__: fits.append("fit"))
    with pytest.raises(UsageError, match="refits must be from 10"):
        next(verify(case, refits=5))
    assert fits == []
