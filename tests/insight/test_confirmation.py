"""Variances left by refits are averaged, with the regression in between."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from building import one_claim_case
from shellcount import limits
from shellcount.engines import forecast
from shellcount.insight import confirmation
from shellcount.insight.asked import parse_candidates
from shellcount.insight.confirmation import NODES, confirm
from shellcount.insight.preposterior import Finding
from shellcount.posterior.fitting import fit
from shellcount.results.names import parse_quantity

NAME = "containers.everything@2024-01-31"


def confirmed(
    monkeypatch: pytest.MonkeyPatch, left: list[float | str]
) -> tuple[list[Finding], confirmation.Confirmation]:
    """Findings that are refitted to, and their average, where refits leave these variances."""
    seen: list[Finding] = []

    def variances_left(findings: list[Finding]) -> list[float | str]:
        seen.extend(findings)
        return [left[len(seen) - 1]]

    monkeypatch.setattr(confirmation, "variances_left", variances_left)
    posterior = fit(one_claim_case(), points=512)
    asked = parse_quantity(posterior.case, NAME)
    y = np.log(posterior.draws_of(asked))
    candidates = parse_candidates(posterior.case, ["first_rate_per_day:10%"], 0.1)
    (found,) = confirm(posterior, asked, candidates, y)
    return seen, found


def test_figures_are_equally_probable_and_seeds_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    findings, found = confirmed(monkeypatch, [0.005] * NODES)
    figures = [finding.figure for finding in findings]
    assert len(figures) == NODES
    assert figures == sorted(figures)
    assert len({finding.settings.seed for finding in findings}) == NODES
    assert found.error is None
    assert found.share is not None


def test_a_failed_refit_leaves_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    _, found = confirmed(monkeypatch, [0.005, "no", *[0.005] * (NODES - 2)])
    assert dataclasses.astuple(found) == (None, None, "no")


def test_no_average_is_below_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    _, found = confirmed(monkeypatch, [1.0] * NODES)
    assert found.share == 0.0


def test_where_smc_drew_smc_refits(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Finding] = []

    def variances_left(findings: list[Finding]) -> list[float | str]:
        seen.extend(findings)
        return [0.1]

    monkeypatch.setattr(confirmation, "variances_left", variances_left)
    posterior = fit(one_claim_case(), engine="smc", runs=4, particles=64, allow_unconverged=True)
    asked = parse_quantity(posterior.case, NAME)
    candidates = parse_candidates(posterior.case, ["first_rate_per_day:10%"], 0.1)
    confirm(posterior, asked, candidates, np.log(posterior.draws_of(asked)))
    assert {finding.settings.engine for finding in seen} == {"smc"}


def test_long_refits_are_told_of_before_they_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast, "_PER_SECOND", 1e3)
    told: list[str] = []
    with limits.announced(told.append):
        confirmed(monkeypatch, [0.005] * NODES)
    assert told[-1].startswith("confirming by 8 refits takes about ")
    assert told[-1].endswith("; --confirm has fewer, and --confirm 0 none")
