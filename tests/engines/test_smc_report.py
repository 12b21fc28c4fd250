"""Reports of sequential Monte Carlo give the figures that their definitions say, in numbers and in words."""

from __future__ import annotations

import dataclasses

import pytest

from shellcount.engines.smc_report import SmcReport


def told_by_smc(*run_log_evidence: float) -> SmcReport:
    return SmcReport(run_log_evidence, temperatures=5, moves=60, acceptance=0.31, correlation=0.051)


def test_sequential_monte_carlo_tells_nothing_of_single_draws() -> None:
    assert told_by_smc(-1.0, -1.1).statistics == {}


@pytest.mark.parametrize("stuck", [None, "at the last temperature particles still correlate by 0.50"])
def test_particles_that_do_not_forget_where_they_started_are_a_fault_of_the_whole_run(
    stuck: str | None,
) -> None:
    told = dataclasses.replace(told_by_smc(-1.0, -1.1), stuck=stuck)
    assert told.not_quotable == stuck
    assert SmcReport.from_document(told.document(), {}, 2) == told


def test_why_another_engine_draws_is_the_first_fact() -> None:
    told = dataclasses.replace(told_by_smc(-1.0, -1.1), instead="k-hat is 1.2")
    assert told.facts[0] == ("engine", "smc, since is does not serve: k-hat is 1.2")
    assert told.facts[1:] == told_by_smc(-1.0, -1.1).facts


def test_sequential_monte_carlo_in_words() -> None:
    assert told_by_smc(-30.0, -30.0).facts == (
        ("tempering steps", "5"),
        ("moves", "60"),
        ("accepted proposals", "31%"),
        ("largest correlation with the start", "0.05"),
        ("log evidence", "-30.00 ± 0.00 nats"),
    )
