"""What a quantity would have to be is worded so that one can read it aloud."""

from __future__ import annotations

import pytest

from shellcount.insight.phrases import group_of, phrase
from shellcount.posterior.posterior import Posterior
from shellcount.results.names import parse_quantity


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("containers.munitions@2024-06-14", "12,000 munitions containers (now 12,000)"),
        ("containers.munitions@2023-12/day", "46 munitions containers a day (now 46)"),
        ("capacity.mixed", "310 rounds in a full container (now 310)"),
        ("capacity.122mm-rocket", "120 rounds in a full container of 122mm-rocket (now 120)"),
        ("load", "each container filled to 73% (now 73%)"),
        ("mix.122mm-howitzer", "122mm-howitzer in 23% of the containers (now 23%)"),
        ("artillery_share", "81% of the munitions containers being artillery (now 81%)"),
        ("payload_share", "payload_share at 74% (now 74%)"),
        ("152mm-howitzer.complete.mass_kg", "152mm-howitzer.complete.mass_kg at 84 kg (now 84)"),
    ],
)
def test_phrases(posterior: Posterior, name: str, text: str) -> None:
    estimate = posterior.estimate(name)
    assert phrase(posterior.case, parse_quantity(posterior.case, name), estimate, estimate) == text


def test_quantities_of_one_group_move_together(posterior: Posterior) -> None:
    names = ("containers.munitions@2024-06-14", "containers.artillery@2024-06-14", "capacity.mixed", "load")
    groups = [group_of(parse_quantity(posterior.case, name)) for name in names]
    assert groups == ["containers", "containers", "capacity", "load"]
