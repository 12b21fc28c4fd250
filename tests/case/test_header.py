"""What a case says of itself: its verb for what cargo did, its authors and its date."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from shellcount.case.header import Person, Verb
from shellcount.case.reading import build_case, load_case, parse_case
from shellcount.case.schema import Case
from shellcount.results.described import described
from shellcount.results.names import parse_quantity

MINIMAL = (Path(__file__).parents[1] / "cases" / "good_minimal.toml").read_text(encoding="utf-8")
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


# --- authors and date ----------------------------------------------------------------------


def headed(lines: str) -> Case:
    """The smallest whole case, with lines in its header."""
    return parse_case(MINIMAL.replace("question = ", f"{lines}\nquestion = ", 1).encode(), origin="headed")


@pytest.mark.parametrize(
    ("written", "authors"),
    [
        ("", ()),
        ('prepared_by = "The relief office and its helpers"', ("The relief office and its helpers",)),
        ('prepared_by = { family = "Doe", given = "Jane" }', (Person(family="Doe", given="Jane"),)),
        (
            'prepared_by = ["The relief office", { family = "Doe", given = "Jane" }]',
            ("The relief office", Person(family="Doe", given="Jane")),
        ),
    ],
)
def test_authors_are_a_name_a_person_or_a_list(written: str, authors: tuple[str | Person, ...]) -> None:
    case = headed(written)
    assert case.about.authors == authors
    assert Case.model_validate_json(json.dumps(case.document())).digest == case.digest
    assert build_case(case.model_dump(by_alias=True), "again") == case


def test_a_case_with_neither_authors_nor_date_keeps_its_digest() -> None:
    assert headed("").digest == parse_case(MINIMAL.encode(), origin="plain").digest
    # As it was when a name was all that could be written.
    digest = "sha256:83714cf295ebdd9d5414dc5d43d5cbfbc2668b9429d50523be34e46a11bbb531"
    assert headed('prepared_by = "The relief office"').digest == digest


def test_the_date_of_the_last_revision_is_part_of_the_digest() -> None:
    case = headed("revised = 2025-04-30")
    assert case.about.revised == dt.date(2025, 4, 30)
    assert len({case.digest, headed("").digest, headed("revised = 2025-05-01").digest}) == 3
    assert Case.model_validate_json(json.dumps(case.transcript())) == case
