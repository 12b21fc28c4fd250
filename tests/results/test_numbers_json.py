"""numbers.json holds every number of a run by name, and says what made them, to the last digit."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from processes import unmeasured
from quick import quick_posterior
from shellcount.analysis import Parts, analyse
from shellcount.case.schema import Case
from shellcount.digest import Json, digest
from shellcount.engines.settings import DRAWS_PER_POINT, POINTS, RUNS
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.names import name_of
from shellcount.results.numbers_json import (
    INTERVALS,
    SCHEMA,
    check_values,
    estimate_values,
    numbers_json,
    to_json,
)
from shellcount.results.results import Results
from shellcount.results.standard import standard

ESTIMATE = {
    "unit",
    *("p05", "p25", "p50", "p75", "p95", "mean", "sd"),
    *("mcse_p05", "mcse_p25", "mcse_p50", "mcse_p75", "mcse_p95", "mcse_mean"),
    *("rhat", "ess_bulk", "ess_tail", "not_quotable"),
}
CHECK = {
    *("claim", "claimant", "title", "use", "reading", "reading_prior", "reading_probability"),
    *("nature", "day", "stated", "words", "hedge", "origin", "quantity", "kind"),
    *("containers", "implied_per_container", "ceiling_per_container"),
    *(
        "p_at_least",
        "predictive_cdf",
        "tail_probability",
        "side",
        "passing_low",
        "passing_high",
        "possible",
        "verdict",
        "sentence",
        "run_digest",
    ),
    *ESTIMATE,
}
PREDICTED = {"p05", "p50", "p95", "predictive_cdf"}
RUN = {
    *("digest", "case", "case_digest", "model_version", "given", "engine", "seed", "settings", "versions"),
}
PARTS = {
    *("schema", "run", "case", "changes", "marks", "command", "scale", "figures", "days", "intervals"),
    *("log_evidence", "diagnostics", "unconverged", "forecast", "answer"),
    *("estimates", "supporting", "claimed", "probabilities", "probability_errors"),
    *("checks", "left_out", "predictions", "components", "conflicts", "prior_comparisons", "remarks"),
    *("drivers", "what_if", "one_step_ahead", "checksum"),
}


@pytest.fixture(scope="module")
def found(results: Results) -> dict[str, Any]:
    """What numbers.json of the shipped case holds."""
    return numbers_json(results)


@pytest.fixture(scope="module")
def unconverged(case: Case) -> Posterior:
    """Far too few draws, and leave to quote them."""
    return quick_posterior(case, given="all")


def numbers_in(values: Json) -> Iterator[float]:
    """Every number, however deep."""
    if isinstance(values, dict | list):
        for value in values.values() if isinstance(values, dict) else values:
            yield from numbers_in(value)
    elif isinstance(values, int | float):
        yield values


# --- shape -------------------------------------------------------------------------------


def test_the_document_has_these_parts(found: dict[str, Any]) -> None:
    assert set(found) == PARTS
    assert found["schema"] == SCHEMA == "shellcount/numbers/2"


def test_intervals_say_of_what_kind_and_mass_they_are(found: dict[str, Any]) -> None:
    assert found["intervals"] == INTERVALS == {"kind": "equal-tailed", "inner": 0.5, "outer": 0.9}


def test_every_standard_estimate_is_there_in_full(case: Case, found: dict[str, Any]) -> None:
    assert list(found["estimates"]) == [name_of(case, quantity) for quantity in standard(case)]
    everything = (*found["estimates"].values(), *found["supporting"].values())
    assert {frozenset(values) for values in everything} == {frozenset(ESTIMATE)}
    assert found["supporting"]
    assert not found["supporting"].keys() & found["estimates"].keys()


def test_every_check_is_there_in_full(results: Results, found: dict[str, Any]) -> None:
    assert [values["sentence"] for values in found["checks"]] == [check.sentence for check in results.checks]
    assert {frozenset(values) for values in found["checks"]} == {frozenset(CHECK)}


def test_claims_left_out_are_there_where_that_was_asked(
    results_left_out: Results, found: dict[str, Any]
) -> None:
    assert found["left_out"] is None
    values: Any = numbers_json(results_left_out)["left_out"]
    assert [value["claim"] for value in values] == [read.claim.id for read in results_left_out.fitted]
    assert {frozenset(value) for value in values} == {frozenset(CHECK)}


def test_what_each_fitted_claim_speaks_of_is_there(results: Results, found: dict[str, Any]) -> None:
    assert set(found["claimed"]) == {read.claim.id for read in results.fitted}
    assert {frozenset(values) for values in found["claimed"].values()} == {frozenset({"quantity", *ESTIMATE})}
    assert found["claimed"]["rok-mnd-2024-06"]["quantity"] == "containers.munitions@2024-06-14"


def test_predictions_and_priors_are_there(results: Results, found: dict[str, Any]) -> None:
    assert [values["claim"] for values in found["predictions"]] == [read.claim.id for read in results.fitted]
    for values in found["predictions"]:
        assert set(values) == {"claim", "stated", "words", "unit", "prior", "posterior"}
        assert set(values["prior"]) == set(values["posterior"]) == PREDICTED
    informed = [values["name"] for values in found["prior_comparisons"] if values["informed"]]
    assert informed == ["first_rate_per_day", "munitions_share"]
    assert {len(values["scores"]) for values in found["prior_comparisons"]} == {5}


def test_the_run_is_described_in_full(results: Results, found: dict[str, Any]) -> None:
    assert set(found["run"]) == RUN
    assert found["run"]["case_digest"] == results.case.digest
    assert found["run"]["settings"] == {"runs": RUNS, "points": POINTS, "draws": POINTS * DRAWS_PER_POINT}
    assert set(found["run"]["versions"]) == {"shellcount", "python", "numpy"}


def test_the_whole_case_is_there(case: Case, found: dict[str, Any]) -> None:
    assert found["case"] == case.transcript()
    assert Case.model_validate_json(json.dumps(found["case"])) == case


def test_the_evidence_comes_with_its_error_and_unit(results: Results, found: dict[str, Any]) -> None:
    assert results.log_evidence is not None
    mean, mcse = results.log_evidence
    assert found["log_evidence"] == {"mean": mean, "mcse": mcse, "unit": "nats"}


# --- values ------------------------------------------------------------------------------


def test_an_estimate_is_given_with_every_digit(results: Results, found: dict[str, Any]) -> None:
    name = "rounds.mixed@2024-06-14"
    estimate = results.estimate(name)
    values = found["estimates"][name]
    assert values == estimate_values(estimate)
    assert {key: getattr(estimate, key) for key in ESTIMATE} == values


def test_quantiles_are_in_order(found: dict[str, Any]) -> None:
    for values in [*found["estimates"].values(), *found["checks"]]:
        quantiles = [values[name] for name in ("p05", "p25", "p50", "p75", "p95")]
        assert quantiles == sorted(quantiles)


def test_a_check_is_given_with_the_range_it_was_held_against(results: Results) -> None:
    for check in results.checks:
        values = check_values(check)
        assert values["day"] == check.day.isoformat()
        assert values["run_digest"] == check.estimate.run_digest == results.run.digest
        assert {name: values[name] for name in ESTIMATE} == estimate_values(check.estimate)
        for name in CHECK - ESTIMATE - {"day", "run_digest"}:
            assert values[name] == getattr(check, name)


def test_the_digest_is_that_of_the_other_parts_of_the_run(found: dict[str, Any]) -> None:
    parts = {name: value for name, value in found["run"].items() if name != "digest"}
    assert found["run"]["digest"] == digest(parts)


def test_only_what_was_asked_for_is_given(posterior: Posterior) -> None:
    parts = Parts(quantities=(), names=("load",), checks=(), figures=False)
    only = numbers_json(analyse(posterior, parts))
    assert isinstance(only["estimates"], dict)
    assert list(only["estimates"]) == ["load"]
    assert only["checks"] == only["predictions"] == only["prior_comparisons"] == only["remarks"] == []
    assert only["supporting"] == only["claimed"] == {}


# --- JSON --------------------------------------------------------------------------------


def test_json_reads_back_as_the_same_values(found: dict[str, Any]) -> None:
    assert json.loads(to_json(found)) == found


def test_every_number_is_finite(found: dict[str, Any]) -> None:
    assert all(math.isfinite(number) for number in numbers_in(found))


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_json_lacks_is_never_written(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json({"a": number})


def test_json_is_sorted_indented_and_in_utf_8() -> None:
    assert to_json({"b": "é", "a": [None, True]}) == '{\n  "a": [\n    null,\n    true\n  ],\n  "b": "é"\n}'


@pytest.mark.parametrize(
    "character", ["\x1b", "\x7f", "\x9b", "\u202e", "\u2028", "\U000e0041"], ids=lambda c: f"U+{ord(c):04X}"
)
def test_no_text_steers_the_terminal_that_shows_the_json(character: str) -> None:
    written = to_json({character: character})
    assert character not in written
    assert json.loads(written) == {character: character}


# --- what decides the digits -------------------------------------------------------------

WRITE = """
import shellcount
from shellcount.results.numbers_json import to_json
posterior = shellcount.fit(shellcount.load_case(), given="all", seed=7, runs=4, allow_unconverged=True)
print(to_json(shellcount.numbers_json(shellcount.analyse(posterior))))
"""


def written_with(threads: int) -> bytes:
    environment = unmeasured(
        **{f"{library}_NUM_THREADS": str(threads) for library in ("OPENBLAS", "OMP", "MKL")}
    )
    return subprocess.run(
        [sys.executable, "-c", WRITE], capture_output=True, check=True, env=environment
    ).stdout


def test_one_seed_gives_the_same_bytes_in_every_process_on_any_number_of_cores() -> None:
    first, second = written_with(1), written_with(2)
    assert first == second
    assert json.loads(first)["run"]["seed"] == 7


def test_another_seed_changes_every_estimate_but_not_what_is_printed_where_it_is_settled(
    case: Case, results: Results, found: dict[str, Any]
) -> None:
    other = analyse(fit(case, seed=2), Parts(figures=False))
    assert other.run.digest != results.run.digest
    for estimate in other.estimates.values():
        assert estimate.p50 != found["estimates"][estimate.name]["p50"]
    pairs = [(estimate, results.estimate(name)) for name, estimate in other.estimates.items()]
    settled = [pair for pair in pairs if max(estimate.rounding_doubt for estimate in pair) <= 1]
    assert len(settled) > len(pairs) / 4
    assert all(one.headline == another.headline for one, another in settled)


# --- the gate ----------------------------------------------------------------------------


def test_converged_numbers_are_said_to_be(found: dict[str, Any]) -> None:
    assert found["unconverged"] == []


def test_unconverged_estimates_are_listed_by_name(unconverged: Posterior) -> None:
    results = analyse(unconverged, Parts(checks=()))
    failed = [estimate.name for estimate in results.estimates.values() if estimate.not_quotable is not None]
    assert numbers_json(results)["unconverged"] == sorted(failed)
    assert failed


def test_unconverged_ranges_of_checks_are_listed_as_well(unconverged: Posterior) -> None:
    results = analyse(unconverged, Parts(quantities=()))
    values = numbers_json(results)
    assert values["unconverged"] == sorted(
        {check.quantity for check in results.checks if check.estimate.not_quotable is not None}
    )
    assert values["unconverged"] != []
