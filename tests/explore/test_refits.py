"""A move that is said to need no fit leaves the likelihood as it is, to the last bit."""

from __future__ import annotations

import functools

import pytest

from exploring import NAMES, case_of, controls_of, results_of
from shellcount.case.changes import parse_change, with_changes
from shellcount.case.reading import shipped_names
from shellcount.case.settable import settings
from shellcount.errors import CaseError
from shellcount.explore.refits import Refits
from shellcount.model.identity import likelihood_key
from shellcount.model.model import build_model

GIVEN = pytest.mark.parametrize("given", ["counts", "all"])


@functools.cache
def key_of(name: str, given: str) -> str:
    return likelihood_key(build_model(case_of(name), given))


def changes_likelihood(name: str, given: str, setting: str, value: str) -> bool | None:
    """Whether a change leads to another likelihood; None where it changes nothing or cannot be made."""
    case = case_of(name)
    try:
        changed = with_changes(case, dict([parse_change(f"{setting}={value}")]))
    except CaseError:
        return None
    if changed.digest == case.digest:
        return None
    return likelihood_key(build_model(changed, given)) != key_of(name, given)


@GIVEN
@pytest.mark.parametrize("name", NAMES)
def test_what_needs_no_fit_leaves_the_likelihood_as_it_is(name: str, given: str) -> None:
    refits = Refits(results_of(name, given))
    free = [each for each in settings(case_of(name)) if not refits.needed(each.name)]
    other = {each.name: each.other for each in controls_of(name, given)}
    assert free
    for setting in free:
        for value in filter(None, (setting.example, other.get(setting.name))):
            assert not changes_likelihood(name, given, setting.name, value), setting.name


@GIVEN
@pytest.mark.parametrize("name", shipped_names())
def test_few_settings_are_said_to_need_a_fit_that_need_none(name: str, given: str) -> None:
    refits = Refits(results_of(name, given))
    moved = {
        each.name: changes_likelihood(name, given, each.name, each.example)
        for each in settings(case_of(name))
        if refits.needed(each.name)
    }
    changing = [change for change in moved.values() if change is not None]
    assert changing.count(False) <= len(changing) / 10, [each for each in moved if moved[each] is False]


FITS = {  # what a move needs a fit of: given counts, and given all
    "load": "all",
    "mix_spread": "all",
    "cube_m3": "all",
    "munitions_share": "counts all",
    "first_rate_per_day": "counts all",
    "rate_walk_sd": "counts all",
    "claim.rok-mnd-2024-06": "counts all",
    "claim.ua-gur-2024": "all",
    "claim.eu-deliveries-2024-06.hedge": "",
    "claimant.ua-gur.grade": "all",
    "claimant.eu.grade": "",
    "hedges.nearly.sigma": "",
    "hedges.about.sigma": "counts all",
    "reliability.A": "",
    "robustness.outlier_share": "counts all",
    "scenario.mixed": "all",
}


@GIVEN
def test_settings_of_the_default_case_that_need_a_fit(given: str) -> None:
    refits = Refits(results_of("dprk-russia-2024", given))
    assert {name: refits.needed(name) for name in FITS} == {
        name: given in fits.split() for name, fits in FITS.items()
    }


def test_without_fitted_claims_nothing_needs_a_fit() -> None:
    name = "dprk-russia-2024"
    fitted = ",".join(each.claim.id for each in results_of(name).fitted)
    refits = Refits(results_of(name, f"counts-but:{fitted}"))
    listed = [setting.name for setting in settings(case_of(name))]
    assert [each for each in listed if refits.needed(each)] == []
