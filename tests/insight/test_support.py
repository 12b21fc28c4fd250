"""Statements that contradict themselves or exceed what carriers hold are refused, with the reason."""

from __future__ import annotations

import pytest

from shellcount.errors import UsageError
from shellcount.insight.support import require_possible, unsupported
from shellcount.posterior.posterior import Posterior
from shellcount.results.threshold import parse_threshold

TOTAL = "rounds.mixed@2024-06-14"


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("load >= 1", "a load of at least 100% cannot be: a share is always below 100%"),
        ("load <= 0", "a load of at most 0% cannot be: the model has nothing that is 0 or less"),
        (f"{TOTAL} <= 0", "cannot be: the model has nothing that is 0 or less"),
        ("load <= 1", "a load of at most 100% is always so, and requires nothing"),
        (f"{TOTAL} >= 0", "is always so, and requires nothing"),
        (
            "capacity.152mm-howitzer >= 650",
            "cannot be: beyond the physical ceiling of 647 rounds a container",
        ),
        ("shipped.152mm-howitzer >= 650", "cannot be: beyond the physical ceiling of 647 rounds a container"),
        ("capacity.mixed >= 1400", "beyond the physical ceiling of 1,300 rounds a container"),
        (f"{TOTAL} >= 60e6", "beyond the physical ceiling of 1,300 rounds a container, even in "),
        (
            "gross_mass.mixed@2024-06-14 >= 2e6",
            "beyond the physical ceiling of 28.2 tonnes a container, even in ",
        ),
        ("rounds.mixed@2023-12/day >= 1e6", "beyond the physical ceiling"),
    ],
)
def test_what_cannot_be_is_refused(posterior: Posterior, statement: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        require_possible(posterior, parse_threshold(posterior.case, statement))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "statement",
    [
        "load >= 99.9%",
        f"{TOTAL} >= 12e6",
        f"{TOTAL} <= 1",
        "capacity.152mm-howitzer >= 640",
        "containers.munitions@2024-06-14 >= 1e6",
        "load <= 1%",
    ],
)
def test_what_is_only_improbable_is_not(posterior: Posterior, statement: str) -> None:
    require_possible(posterior, parse_threshold(posterior.case, statement))


def test_what_nothing_supports_says_below_which_chance(posterior: Posterior) -> None:
    error = unsupported(posterior, parse_threshold(posterior.case, f"{TOTAL} <= 10"))
    assert str(error) == (
        "at most 10 rounds sent by 14 June 2024 cannot be: no assumption allows for it, and its chance is "
        "below 1 in 1,000,000,000,000"
    )
