"""Findings that posteriors of the same draws share: what is looked up is what would be computed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

import shellcount
from shellcount.case.changes import Change, with_changes
from shellcount.case.reading import load_case
from shellcount.checks.conflicts import conflicts, needs_fits
from shellcount.engines.settings import Settings
from shellcount.posterior.held import Held, looked_up
from shellcount.posterior.remapping import Fits
from shellcount.results.standard import standard

CASE, SMALL = load_case(), Settings(points=256, allow_unconverged=True)
MOVES: list[Mapping[str, Change]] = [
    {"load": (0.5, 0.8)},
    {"stowage": 0.6, "mix_spread": 0.4},
    {"152mm-howitzer.complete.mass_kg": (55.0, 60.0)},
    {"scenario.half": {"152mm-howitzer": 0.5, "122mm-rocket": 0.5}},
]


def test_moves_with_held_findings_have_the_digits_of_fits_alone() -> None:
    fits = Fits(holding=True)
    shared = fits.fit(CASE, SMALL)
    shared.estimates()
    conflicts(shared)
    for changes in MOVES:
        case = with_changes(CASE, changes)
        moved = fits.fit(case, SMALL)
        alone = shellcount.fit(case, points=256, allow_unconverged=True)
        assert moved.held is shared.held
        assert alone.held is None
        quantities = standard(case)
        assert moved.estimates_of(quantities) == alone.estimates_of(quantities)
        assert moved.quantiles_of(quantities) == alone.quantiles_of(quantities)
        assert moved.assessments == alone.assessments
        assert not needs_fits(moved)
        assert conflicts(moved) == conflicts(alone)


def test_other_likelihoods_hold_findings_of_their_own() -> None:
    fits = Fits(holding=True)
    one = fits.fit(CASE, SMALL)
    other = fits.fit(with_changes(CASE, {"claim.rok-mnd-2024-06": 12_000}), SMALL)
    assert one.held is not other.held
    assert Fits().fit(CASE, SMALL).held is None


def test_what_was_summarised_once_is_not_summarised_again(monkeypatch: pytest.MonkeyPatch) -> None:
    fits = Fits(holding=True)
    fits.fit(CASE, SMALL).estimates()
    moved = fits.fit(with_changes(CASE, {"load": (0.5, 0.8)}), SMALL)
    seen: list[int] = []
    summarise = type(moved.sampler_report).summarise

    def counted(self: object, draws: object) -> object:
        seen.append(len(draws))  # type: ignore[arg-type]  # an array
        return summarise(self, draws)  # type: ignore[arg-type]

    monkeypatch.setattr(type(moved.sampler_report), "summarise", counted)
    estimates = moved.estimates()
    loaded = [each for each in estimates if each.name.startswith(("rounds", "shipped", "gross_mass"))]
    assert sum(seen) == 1 + len(loaded)  # the load itself


def test_there_is_room_for_the_latest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shellcount.posterior.held._MOST", 3)
    held: dict[bytes, int] = {}
    keys = [bytes([number]) for number in range(5)]
    assert looked_up(held, [*keys, keys[0]], lambda places: places) == [5, 1, 2, 3, 4, 5]
    assert len(held) == 3
    assert Held().assessments is None
