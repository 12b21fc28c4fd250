"""Estimates are made by name, or all standard ones at the dates that are asked for."""

from __future__ import annotations

import pytest

from shellcount.errors import UnknownNameError, UsageError
from shellcount.posterior.posterior import Posterior
from shellcount.results.estimates import Estimates


def test_estimates_are_those_that_are_named_in_their_order(posterior: Posterior) -> None:
    names = ("load", "rounds.mixed@2023-12", "capacity.mixed")
    found = posterior.estimates(names)
    assert found.keys() == names
    assert list(found) == [posterior.estimate(name) for name in names]
    assert posterior.estimates("load") == posterior.estimates(["load"])


def test_without_names_they_are_the_standard_ones(posterior: Posterior) -> None:
    found = posterior.estimates()
    assert isinstance(found, Estimates)
    assert found["load"] == posterior.estimate("load")
    dated = posterior.estimates(at=["2023-12"])
    assert {"rounds.mixed@2023-12", "rounds.mixed@2024-06-14"} & set(dated.keys()) == {"rounds.mixed@2023-12"}


def test_names_and_dates_exclude_each_other(posterior: Posterior) -> None:
    with pytest.raises(UsageError, match="names have their own dates"):
        posterior.estimates(["load"], at=["2023-12"])


def test_an_unknown_name_is_answered_with_close_ones(posterior: Posterior) -> None:
    with pytest.raises(UnknownNameError, match=r"did you mean load\?"):
        posterior.estimates(["load", "laod"])
