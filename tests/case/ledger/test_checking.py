"""Rules of the case are told by row and column, each fault once."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledgers import CASE, read, told
from shellcount.case.ledger.grid import CellValue
from shellcount.case.ledger.importing import import_ledger, read_ledger
from shellcount.case.reading import load_case
from shellcount.errors import CaseError


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"scope": None}, "row 2, column G (scope): required for a claim of containers"),
        ({"quantity": "rate", "of": "wagons"}, "row 2, no column (per): required for a claim of rate"),
        (
            {"as of": "2025-01-06"},
            "row 2, column E (as of): not after the first shipment (2025-01-06) (found 2025-01-06)",
        ),
        ({"value": 40}, "row 2, no column (hedge): missing; a number needs its hedge"),
        ({"value": 40, "hedge": None}, "row 2, column I (hedge): missing; a number needs its hedge"),
        ({"resolution": 500}, "row 2, column I (resolution): coarser than the value (found 500 for 40)"),
        (
            {"value": "hundrets"},
            "row 2, column D (value): is not an amount (found 'hundrets'); did you mean hundreds?",
        ),
        ({"value": None, "low": 9, "high": 2}, "row 2, column I (low): low must be below high"),
        ({"value": None, "low": 9, "high": None}, "row 2, column J (high): missing"),
        (
            {"use": "fitt"},
            "row 2, column F (use): not one of the allowed values (found 'fitt'); did you mean fit?",
        ),
        ({"id": "Railway 3"}, "row 2, column I (id): has the wrong form (found 'Railway 3'); "),
        (
            {"id": "again", "restates": "again"},
            "row 2, column F (use): a claim that restates another is never fit",
        ),
        ({"trip": "train"}, "row 2, column I (trip): not allowed for a claim of containers"),
        ({"source": None}, "row 2, column H (source): missing"),
        ({"source 2 hedge": "up to"}, "row 2, no column (source 2): missing"),
        (
            {"source 2": "audit", "source 2 value": "0.5", "source 2 hedge": "between"},
            "row 2, column K (source 2 hedge): only",
        ),
    ],
)
def test_a_rule_is_told_by_row_and_column(change: dict[str, CellValue], fault: str, tmp_path: Path) -> None:
    found = told(read(tmp_path, change))
    assert [line for line in found if line.startswith(fault)] == found[:1], found


def test_a_cell_that_cannot_be_read_is_not_said_to_be_missing(tmp_path: Path) -> None:
    for name in ("as of", "value", "claimant", "source"):
        (fault,) = told(read(tmp_path, {name: "!!"}))
        assert f"({name})" in fault


def test_what_a_report_takes_from_its_claim_is_told_of_the_claim_alone(tmp_path: Path) -> None:
    (fault,) = told(
        read(tmp_path, {"quantity": "share", "of": "wagons", "scope": "bedding", "value": "about 70"})
    )
    assert fault.startswith("row 2, column D (value): a share must be between 0 and 1 (found 70)")


def test_rows_are_named_where_a_fault_is_of_two(tmp_path: Path) -> None:
    assert told(read(tmp_path, {"id": "a"}, {"id": "b"}, {"id": "a", "value": "about 50"})) == [
        "row 3: the same statement as row 2, which would count twice (found 'b'); add a report to the other "
        "instead",
        "row 4, column I (id): this id is taken (found 'a'); row 2 has it; choose another",
    ]
    assert told(
        read(tmp_path, {"id": "a"}, {"id": "b"}, {"id": "a", "value": "about 50"}, case=False)
    ) == told(read(tmp_path, {"id": "a"}, {"id": "b"}, {"id": "a", "value": "about 50"}))


def test_claims_of_the_case_are_named_as_in_its_file(tmp_path: Path) -> None:
    case = load_case()
    claim = case.claim[0]
    text = (
        "id,who,text,quantity,scope,value,hedge,by,use,source\n"
        f"{claim.id},{claim.claimant},Other.,containers,munitions,1000,about,2023-10-14,fit,amran-2024-02-28\n"
    )
    (tmp_path / "ledger.csv").write_text(text, "utf-8")
    assert told(read_ledger(tmp_path / "ledger.csv", case)) == [
        f"row 2, column A (id): this id is taken (found {claim.id!r}); claim[0] of the case has it; choose "
        "another"
    ]


def test_without_a_case_rules_of_claims_alone_are_checked(tmp_path: Path) -> None:
    assert told(read(tmp_path, {"claimant": "nobody", "scope": "anything", "as of": "1999"}, case=False))[
        0
    ].startswith("row 2, column E (as of): ")
    assert told(read(tmp_path, {"claimant": "nobody", "scope": "anything"}, case=False)) == []
    assert told(read(tmp_path, {"use": "check", "derived from": "none"}, case=False)) == [
        "row 2, column I (derived from): no claim has this id (found 'none'); known are railway-2025-03-31"
    ]
    (fault,) = told(read(tmp_path, {"quantity": "wagons"}, case=False))
    assert fault.endswith("ratio, comparator; the nouns of a case are known with --into CASE")
    assert told(read(tmp_path, {"use": "fitt"}, case=False)) == [
        "row 2, column F (use): not one of the allowed values (found 'fitt'); did you mean fit?"
    ]


def test_a_case_with_faults_of_its_own_is_told_as_such(tmp_path: Path) -> None:
    path = read(tmp_path, {}).path
    case = tmp_path / "case.toml"
    for text, said in (
        ("[case]\nid = 3\n", "missing"),
        ("claim = 3\n" + CASE.read_text("utf-8"), "missing|list"),
    ):
        case.write_text(text, "utf-8")
        with pytest.raises(CaseError, match=said) as caught:
            import_ledger(path, case)
        assert caught.value.origin == str(case)
