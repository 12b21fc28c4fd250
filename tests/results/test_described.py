"""Quantities in words: kind, cargo and time, in the nouns of the case."""

from __future__ import annotations

import datetime as dt

import pytest

from richer import rich_case
from shellcount.case.reading import load_case
from shellcount.results.described import described, timed
from shellcount.results.names import parse_quantity
from shellcount.results.quantity import Quantity
from shellcount.results.standard import standard

GRAIN = load_case("black-sea-grain-2022")
RICH = rich_case()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("rounds.mixed@2024-06-14", "rounds sent by 14 June 2024"),
        ("rounds.mixed@2023-12", "rounds sent in December 2023"),
        (
            "containers.munitions@2023-10..2023-12/week",
            "containers (munitions) sent a week on average from 1 October to 31 December 2023",
        ),
        ("rounds.122mm-rocket@2023-12", "rounds (122mm-rocket) sent in December 2023"),
        ("gross_mass.mixed@2023-12-24..2023-12-24", "tonnes of cargo sent on 24 December 2023"),
        ("trip_count.munitions.voyage@2024-06-14", "voyages (munitions) made by 14 June 2024"),
        ("item_share.122mm-rocket", "share of 122mm Grad rockets among the rounds"),
        ("capacity.mixed", "rounds that a full container holds"),
        ("shipped.122mm-rocket", "rounds that a container carries on average (122mm-rocket)"),
        ("load", "load"),
    ],
)
def test_a_quantity_in_words(name: str, words: str) -> None:
    titles = {"122mm-rocket": "122mm Grad rockets"}
    natures = tuple(
        nature.model_copy(update={"title": titles.get(nature.id, nature.title)}) for nature in RICH.nature
    )
    case = RICH.model_copy(update={"nature": natures})
    assert described(case, parse_quantity(case, name)) == words


def test_words_are_those_of_the_case() -> None:
    assert described(GRAIN, parse_quantity(GRAIN, "ships.initiative@2022-12")) == (
        "ships (initiative) sent in December 2022"
    )


def test_standard_quantities_are_described_differently() -> None:
    words = [described(RICH, quantity) for quantity in standard(RICH)]
    assert len(set(words)) == len(words)


def test_a_rate_since_the_first_shipment_is_of_whole_days() -> None:
    rate = Quantity("rounds", "mixed", dt.date(2024, 6, 14), per="day")
    assert timed(RICH, rate) == "a day on average from 1 September 2023 to 13 June 2024"
    assert timed(RICH, rate, per=False) == "on average from 1 September 2023 to 13 June 2024"
    assert timed(RICH, Quantity("capacity", "mixed")) == ""
