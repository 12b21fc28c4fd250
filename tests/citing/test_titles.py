"""Titles say in words what a number is, and when, and under which mix."""

from __future__ import annotations

import functools

import pytest

from quick import quick_posterior, recorded
from richer import rich_case
from shellcount.analysis import analyse
from shellcount.case.reading import load_case
from shellcount.citing.quotation import parse_quotation, parts_of
from shellcount.citing.reference import refer
from shellcount.posterior.posterior import Posterior

TOTAL = "rounds.mixed@2024-06-14"


def titled(posterior: Posterior, name: str, *changes: str, scale: str = "icd203") -> str:
    quotation = parse_quotation(posterior.case, name)
    results = recorded(analyse(posterior, parts_of([quotation]), scale=scale), changes)
    return refer(results, quotation).entry.title


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        (TOTAL, "Rounds sent by 14 June 2024, uncertain mix of all natures"),
        ("rounds.mixed@2023-12", "Rounds sent in December 2023, uncertain mix of all natures"),
        (
            "rounds.mixed@2023-10..2023-12/day",
            "Rounds sent a day on average from 1 October to 31 December 2023, uncertain mix of all natures",
        ),
        (
            "rounds.all-122mm-rocket@2024-06-14",
            "Rounds sent by 14 June 2024, every artillery container carried 122mm rockets",
        ),
        (
            "rounds.122mm-rocket@2024-06-14",
            "Rounds sent by 14 June 2024, as if every container carried 122mm rockets",
        ),
        ("containers.munitions@2024-06-14", "Containers sent by 14 June 2024, munitions"),
        (
            "containers.military@2023-12/week",
            "Containers sent a week on average in December 2023, "
            "military equipment, ammunition or related materials",
        ),
        ("gross_mass.mixed@2024-06-14", "Tonnes of cargo sent by 14 June 2024, uncertain mix of all natures"),
        ("capacity.152mm-howitzer", "Rounds in a full container, 152mm howitzer rounds"),
        ("capacity.mixed", "Rounds in a full container, uncertain mix of all natures"),
        ("shipped.mixed", "Rounds in a container on average, uncertain mix of all natures"),
        ("item_share.122mm-rocket", "Share of 122mm rockets among the rounds"),
        ("mix.122mm-rocket", "Share of 122mm rockets in the mix"),
        ("load", "Load of a container"),
        ("artillery_share", "Share of artillery among munitions containers"),
        ("first_rate_per_day", "First daily rate of containers"),
        (
            "152mm-howitzer.complete.mass_kg",
            "Gross mass per item, 152mm howitzer rounds, complete rounds, crated",
        ),
        (
            "152mm-howitzer.complete.share",
            "Share of the packing, 152mm howitzer rounds, complete rounds, crated",
        ),
    ],
)
def test_an_estimate_is_titled_by_what_it_is_of(posterior: Posterior, name: str, subject: str) -> None:
    made = posterior.estimate(name)
    what, _, number = titled(posterior, name).rpartition(": ")
    assert what == subject
    unit = f" {made.unit}" if made.unit in {"kg", "containers per day"} else ""
    assert number.startswith(f"{made.words()[0]}{unit} (90% interval {made.words()[2]})")


@pytest.mark.parametrize(
    ("name", "event"),
    [
        (
            f"{TOTAL} >= 1.5 million",
            "of at least 1.5 million rounds sent by 14 June 2024, uncertain mix of all natures",
        ),
        (
            "rounds.mixed@2023-12/day <= 5000",
            "of at most 5,000 rounds sent a day on average in December 2023, uncertain mix of all natures",
        ),
        (
            "capacity.152mm-howitzer >= 400",
            "of at least 400 rounds in a full container, 152mm howitzer rounds",
        ),
        ("load >= 50%", "that the load of a container is at least 50%"),
        ("item_share.122mm-rocket <= 0.3", "that the share of 122mm rockets among the rounds is at most 30%"),
        (
            "first_rate_per_day >= 30",
            "that the first daily rate of containers is at least 30 containers per day",
        ),
    ],
)
def test_a_probability_is_titled_by_its_event_and_scale(posterior: Posterior, name: str, event: str) -> None:
    quotation = parse_quotation(posterior.case, name)
    assert quotation.threshold is not None
    results = analyse(posterior, parts_of([quotation]), scale="phia")
    probability = results.probability_of(quotation.threshold)
    found = titled(posterior, name, scale="phia")
    assert found.startswith(f"Probability {event}: {probability.words} (")
    assert found.endswith("; PHIA Probability Yardstick)")


def test_a_claim_and_its_check_are_titled_by_the_statement(posterior: Posterior) -> None:
    assert titled(posterior, "claim.ua-gur-2024") == (
        "North Korea had handed over one and a half million rounds: about 1.5 million"
    )
    assert titled(posterior, "check.ua-gur-2024").startswith(
        "Figure of about 1.5 million stated by Ukrainian defence intelligence (GUR), compared with the "
        "posterior: consistent (tail probability "
    )


def test_caveats_are_part_of_the_title(posterior: Posterior) -> None:
    assert titled(posterior, "load", "load=0.9:0.99").endswith(") (what-if)")
    assert titled(posterior, "rounds.mixed@2025-01-01").endswith(") (forecast)")
    assert titled(posterior, "check.ua-gur-2024", "load=0.9:0.99").endswith(") (what-if)")
    assert titled(posterior, f"{TOTAL} >= 3e6", "load=0.9:0.99").endswith(") (what-if)")


@pytest.mark.parametrize(
    ("case", "name", "title"),
    [
        (
            "richer",
            "trip_count.munitions.voyage@2024-05-01",
            "Voyages made by 1 May 2024, munitions: ",
        ),
        (
            "black-sea-grain-2022",
            "tonnes.mixed@2023-07-15",
            "Tonnes sent by 15 July 2023, uncertain mix of all cargoes: ",
        ),
        (
            "black-sea-grain-2022",
            "ships.initiative@2023-07-15",
            "Ships sent by 15 July 2023, voyages under the Initiative: ",
        ),
        ("black-sea-grain-2022", "capacity.maize", "Tonnes in a full ship, maize: "),
        (
            "channel-2023",
            "people.mixed@2023-06",
            "People that arrived in June 2023, uncertain mix of the quarters: ",
        ),
        ("channel-2023", "boats.arrivals@2023-06", "Boats that arrived in June 2023: "),
        (
            "channel-2023",
            "third-quarter.per_carrier",
            "Number of people that a full boat holds (people of July to September): ",
        ),
    ],
)
def test_titles_have_the_nouns_of_their_case(case: str, name: str, title: str) -> None:
    assert titled(_posterior_of(case), name).startswith(title)


@functools.cache
def _posterior_of(case: str) -> Posterior:
    return quick_posterior(rich_case() if case == "richer" else load_case(case))
