"""numbers.json holds every number of a run by name, and says what made them, to the last digit."""

from __future__ import annotations

import datetime as dt
import json
import math
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

import shellcount
from processes import unmeasured
from shellcount.case.schema import Case
from shellcount.checks.stated import Checks, check
from shellcount.digest import Json, digest
from shellcount.engines.settings import PARTICLES, RUNS, SNAPSHOTS
from shellcount.errors import ConvergenceError
from shellcount.posterior.posterior import Posterior
from shellcount.results.numbers_json import (
    INTERVALS,
    SCHEMA,
    check_values,
    estimate_values,
    numbers_json,
    to_json,
)

ESTIMATE = {
    "unit",
    *("p05", "p25", "p50", "p75", "p95", "mean", "sd"),
    *("mcse_p05", "mcse_p25", "mcse_p50", "mcse_p75", "mcse_p95", "mcse_mean"),
    *("rhat", "ess_bulk", "ess_tail", "fault"),
}
CHECK = {
    *("claim", "claimant", "use", "reading", "reading_probability", "nature", "day"),
    *("stated", "hedge", "quantity", "unit"),
    *("containers", "implied_per_container", "ceiling_per_container"),
    *("p05", "p25", "p50", "p75", "p95", "mcse_p50"),
    *("p_at_least", "percentile", "tail", "possible", "verdict", "sentence", "run"),
}
RUN = {
    *("digest", "case", "case_digest", "model_version", "given", "engine", "seed", "settings", "versions"),
}


@pytest.fixture(scope="module")
def checks(posterior: Posterior) -> Checks:
    """Checks of the shipped case."""
    return check(posterior)


@pytest.fixture(scope="module")
def found(posterior: Posterior, checks: Checks) -> dict[str, Any]:
    """What numbers.json of the shipped case holds."""
    return numbers_json(posterior, checks)


@pytest.fixture(scope="module")
def unconverged(case: Case) -> Posterior:
    """Far too few draws, and leave to quote them."""
    return shellcount.fit(case, given="all", seed=1, particles=64, runs=4, allow_unconverged=True)


def numbers_in(values: Json) -> Iterator[float]:
    """Every number, however deep."""
    if isinstance(values, dict | list):
        for value in values.values() if isinstance(values, dict) else values:
            yield from numbers_in(value)
    elif isinstance(values, int | float):
        yield values


# --- shape -------------------------------------------------------------------------------


def test_the_document_has_these_parts(found: dict[str, Any]) -> None:
    assert set(found) == {
        "schema",
        "run",
        "case",
        "intervals",
        "log_evidence",
        "unconverged",
        "estimates",
        "checks",
    }
    assert found["schema"] == SCHEMA == "shellcount/numbers/1"


def test_intervals_say_of_what_kind_and_mass_they_are(found: dict[str, Any]) -> None:
    assert found["intervals"] == INTERVALS == {"kind": "equal-tailed", "inner": 0.5, "outer": 0.9}


def test_every_standard_estimate_is_there_in_full(posterior: Posterior, found: dict[str, Any]) -> None:
    assert list(found["estimates"]) == [estimate.name for estimate in posterior.estimates()]
    assert {frozenset(values) for values in found["estimates"].values()} == {frozenset(ESTIMATE)}


def test_every_check_is_there_in_full(checks: Checks, found: dict[str, Any]) -> None:
    assert [values["sentence"] for values in found["checks"]] == [result.sentence for result in checks]
    assert {frozenset(values) for values in found["checks"]} == {frozenset(CHECK)}


def test_the_run_is_described_in_full(posterior: Posterior, found: dict[str, Any]) -> None:
    assert set(found["run"]) == RUN
    assert found["run"]["case_digest"] == posterior.case.digest
    assert found["run"]["settings"] == {"runs": RUNS, "particles": PARTICLES, "draws": PARTICLES * SNAPSHOTS}
    assert set(found["run"]["versions"]) == {"shellcount", "python", "numpy", "scipy"}


def test_the_whole_case_is_there(case: Case, found: dict[str, Any]) -> None:
    assert found["case"] == case.transcript()
    assert Case.model_validate_json(json.dumps(found["case"])) == case


def test_the_evidence_comes_with_its_error_and_unit(posterior: Posterior, found: dict[str, Any]) -> None:
    assert posterior.log_evidence is not None
    mean, mcse = posterior.log_evidence
    assert found["log_evidence"] == {"mean": mean, "mcse": mcse, "unit": "nats"}


# --- values ------------------------------------------------------------------------------


def test_an_estimate_is_given_with_every_digit(posterior: Posterior, found: dict[str, Any]) -> None:
    name = "rounds.mixed@2024-06-14"
    estimate = posterior.estimate(name)
    values = found["estimates"][name]
    assert values == estimate_values(estimate)
    assert {key: getattr(estimate, key) for key in ESTIMATE} == values


def test_quantiles_are_in_order(found: dict[str, Any]) -> None:
    for values in [*found["estimates"].values(), *found["checks"]]:
        quantiles = [values[name] for name in ("p05", "p25", "p50", "p75", "p95")]
        assert quantiles == sorted(quantiles)


def test_a_check_is_given_with_the_range_it_was_held_against(checks: Checks) -> None:
    for result in checks:
        values = check_values(result)
        assert values["day"] == result.day.isoformat()
        for name in CHECK - {"day"}:
            holder = (
                result.estimate if name.startswith(("p0", "p2", "p5", "p7", "p9", "mcse", "run")) else result
            )
            assert values[name] == getattr(holder, name)


def test_the_digest_is_that_of_the_other_parts_of_the_run(found: dict[str, Any]) -> None:
    parts = {name: value for name, value in found["run"].items() if name != "digest"}
    assert found["run"]["digest"] == digest(parts)


def test_only_what_was_asked_for_is_given(posterior: Posterior) -> None:
    only = numbers_json(posterior, estimates=[posterior.estimate("load")])
    assert isinstance(only["estimates"], dict)
    assert list(only["estimates"]) == ["load"]
    assert only["checks"] == []


def test_dates_asked_for_replace_the_standard_ones(posterior: Posterior) -> None:
    estimates = numbers_json(posterior, at=[dt.date(2024, 3, 31)])["estimates"]
    assert isinstance(estimates, dict)
    assert {name.partition("@")[2] for name in estimates} == {"", "2024-03-31"}


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
print(to_json(shellcount.numbers_json(posterior, shellcount.check(posterior))))
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


def test_another_seed_changes_every_estimate_but_not_what_is_printed(
    case: Case, posterior: Posterior, found: dict[str, Any]
) -> None:
    other = shellcount.fit(case, seed=2)
    assert other.digest != posterior.digest
    for estimate in other.estimates():
        assert estimate.p50 != found["estimates"][estimate.name]["p50"]
    name = "rounds.mixed@2024-06-14"
    assert other.estimate(name).headline == posterior.estimate(name).headline


# --- the gate ----------------------------------------------------------------------------


def test_converged_numbers_are_said_to_be(found: dict[str, Any]) -> None:
    assert found["unconverged"] == []


def test_unconverged_estimates_are_listed_by_name(unconverged: Posterior) -> None:
    values = numbers_json(unconverged)
    failed = [estimate.name for estimate in unconverged.estimates() if estimate.not_quotable is not None]
    assert values["unconverged"] == sorted(failed)
    assert failed


def test_unconverged_ranges_of_checks_are_listed_as_well(unconverged: Posterior) -> None:
    checks = check(unconverged)
    values = numbers_json(unconverged, checks, estimates=())
    assert values["unconverged"] == sorted(
        {c.estimate.name for c in checks if c.estimate.not_quotable is not None}
    )
    assert values["unconverged"] != []


def test_unconverged_numbers_do_not_leave_unasked(case: Case) -> None:
    with pytest.raises(ConvergenceError, match=r"has not converged: .*; draw more \(particles=256, now 64\)"):
        numbers_json(shellcount.fit(case, given="all", seed=1, particles=64, runs=4))
