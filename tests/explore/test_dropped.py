"""A file that is dropped is read by the readers of the command line, within limits, and never opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import HOSTILE, SEEDS
from ledgers import CASE, GOOD
from shellcount.case.ledger.importing import import_ledger
from shellcount.case.reading import load_case, parse_case
from shellcount.case.schema import Case
from shellcount.errors import CaseError
from shellcount.explore.dropped import MOST_BYTES, read_dropped

SHIPPED = (SEEDS / "channel-2023.toml").read_bytes()


def dropped(name: str, data: bytes, content: bytes = SHIPPED) -> Case:
    return read_dropped(name, data, content, "before.toml").case


def test_a_case_takes_the_place_of_the_case() -> None:
    found = read_dropped("mine.toml", (SEEDS / "black-sea-grain-2022.toml").read_bytes(), SHIPPED, "")
    assert found.case == load_case("black-sea-grain-2022")
    assert parse_case(found.content, origin="again.toml").digest == found.case.digest


def test_the_claims_of_a_ledger_are_added_as_the_command_adds_them(tmp_path: Path) -> None:
    case = tmp_path / "case.toml"
    case.write_bytes(CASE.read_bytes())
    ledger = import_ledger(GOOD, case)
    found = read_dropped(GOOD.name, GOOD.read_bytes(), CASE.read_bytes(), "case.toml")
    assert found.case == load_case(case) == ledger.case
    assert found.content == case.read_bytes()
    assert found.notes == ledger.notes


def test_claims_that_the_case_has_already_are_noted() -> None:
    once = read_dropped(GOOD.name, GOOD.read_bytes(), CASE.read_bytes(), "case.toml")
    twice = read_dropped(GOOD.name, GOOD.read_bytes(), once.content, "case.toml")
    assert twice.content == once.content
    assert any(note.startswith("already in the case, skipped: ") for note in twice.notes)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\Windows\\x", "/etc/hostname", "ledger.csv", "", "\0"]
)
def test_a_name_is_no_path(name: str, descriptors: list[str]) -> None:
    with pytest.raises(CaseError) as caught:
        dropped(name, b"no ledger")
    assert caught.value.origin in {"passwd", "x", "hostname", "ledger.csv", "the file", "\\x00"}
    assert descriptors == []


def test_every_fault_of_a_case_is_told() -> None:
    with pytest.raises(CaseError) as caught:
        dropped("mine.toml", SHIPPED.replace(b'hedge = "', b'hedge = "un'))
    assert caught.value.origin == "mine.toml"
    assert len(caught.value.faults) > 1


def test_faults_of_a_ledger_are_told_by_row() -> None:
    with pytest.raises(CaseError, match="row 2"):
        dropped("ledger.csv", b"claimant,statement,quantity,value,by\nnobody,x,rounds,many,2024\n")


def test_hostile_text_is_escaped_in_messages() -> None:
    hostile = HOSTILE.encode().decode("unicode_escape")
    with pytest.raises(CaseError) as caught:
        dropped(f"{hostile}.toml", b"x = 1")
    assert all(line.isprintable() for line in str(caught.value).splitlines())


@pytest.mark.parametrize("name", ["large.toml", "large.csv"])
def test_what_is_too_large_is_refused_before_it_is_read(name: str) -> None:
    with pytest.raises(CaseError, match="is larger than 5 MB; name it on the command line instead"):
        dropped(name, b"#" * (MOST_BYTES + 1))
