"""What a case says of its cargo: that it was sent, or another verb."""

from __future__ import annotations

import pytest

from shellcount.case.header import Verb
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.results.described import described
from shellcount.results.names import parse_quantity

ARRIVED = Verb(present="arrive", past="arrived")


@pytest.fixture
def arrived(case: Case) -> Case:
    """The shipped case, as if its containers and rounds had come by themselves."""
    return case.model_copy(update={"about": case.about.model_copy(update={"verb": ARRIVED})})


def test_cargo_was_sent_unless_the_case_has_another_verb(case: Case, arrived: Case) -> None:
    assert (case.about.sent, case.about.are_sent, case.about.had_been_sent) == (
        "sent",
        "are sent",
        "had been sent",
    )
    assert (arrived.about.sent, arrived.about.are_sent, arrived.about.had_been_sent) == (
        "that arrived",
        "arrive",
        "had arrived",
    )


def test_a_verb_is_written_on_one_line_and_cut_short(case: Case) -> None:
    long = Verb(present="arrive\nand arrive", past="\u202earrived" + "e" * 90)
    about = case.about.model_copy(update={"verb": long})
    assert about.are_sent == "arrive and arrive"
    assert len(about.sent) < 40
    assert about.sent.isprintable()


def test_a_verb_is_no_part_of_names_but_of_the_digest(case: Case, arrived: Case) -> None:
    assert arrived.digest != case.digest
    name = "containers.munitions@2024-06-14"
    assert parse_quantity(arrived, name) == parse_quantity(case, name)
    assert described(arrived, parse_quantity(arrived, name)) == (
        "containers (munitions) that arrived by 14 June 2024"
    )


def test_the_shipped_cases_have_the_verbs_of_their_cargo() -> None:
    verbs = {name: load_case(name).about.verb for name in ("black-sea-grain-2022", "channel-2023")}
    assert verbs == {"black-sea-grain-2022": None, "channel-2023": ARRIVED}
