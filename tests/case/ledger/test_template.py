"""A ledger to start from has every form of claim, and can be imported where the case has what it names."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from shellcount.case.blank import starting_text
from shellcount.case.kinds import KINDS
from shellcount.case.ledger.columns import COLUMNS
from shellcount.case.ledger.exporting import ledger_of
from shellcount.case.ledger.headers import recognise
from shellcount.case.ledger.importing import import_ledger
from shellcount.case.ledger.template import HELP, example_claims, start_ledger
from shellcount.case.reading import load_case
from shellcount.case.relations import LINKS
from shellcount.errors import OutputError

# What the blank case leaves in comments.
MORE = """
[[source]]
id = "source-2"
title = "Another document"
publisher = "A publisher"

[[scope]]
id = "narrower"
title = "cargo of a part of them"
share = { low = 0.4, high = 0.9, basis = "An example.", certainty = "U" }

[[trip]]
id = "voyage"
carriers = { low = 1, high = 4, basis = "An example.", certainty = "U" }

[[nature]]
id = "other"
title = "another kind"
base_share = 0.5
basis = "An example."
certainty = "U"

[[nature.stow]]
id = "crated"
title = "crates"
base_share = 1.0
mass_kg = { low = 9, high = 12, basis = "An example.", certainty = "U" }
volume_m3 = { low = 0.012, high = 0.020, basis = "An example.", certainty = "U" }
"""


@pytest.mark.parametrize("name", ["ledger.csv", "ledger.xlsx"])
def test_its_claims_can_be_added_to_a_case_that_has_what_they_name(name: str, tmp_path: Path) -> None:
    case = tmp_path / "case.toml"
    case.write_text(starting_text("case") + MORE, "utf-8")
    before = len(load_case(case).claim)
    found = import_ledger(start_ledger(tmp_path / name), case)
    assert found.claims == example_claims()
    assert len(load_case(case).claim) == before + len(example_claims())


def test_it_has_every_form_of_claim() -> None:
    claims = example_claims()
    assert {claim.quantity for claim in claims} == set(KINDS)
    assert {claim.use for claim in claims} == {"fit", "check", "context"}
    assert [link for link in LINKS if not any(getattr(claim, link) for claim in claims)] == []
    assert {type(claim.value).__name__ for claim in claims} == {"float", "StatedRange", "str"}
    assert any(claim.value == 0 for claim in claims)
    assert [claim.id for claim in claims if not str(claim.note).startswith("Example: ")] == []


def test_its_columns_are_all_but_the_rarest() -> None:
    names, _ = ledger_of(example_claims())
    found = {header.column for name in names if (header := recognise(name)) is not None}
    rare = ["under all as of", "source low", "source high", "source level"]
    assert [column.name for column in COLUMNS if column not in found] == rare


def test_a_workbook_has_a_tab_that_explains_every_column(tmp_path: Path) -> None:
    book = load_workbook(start_ledger(tmp_path / "ledger.xlsx"))
    assert book.sheetnames == ["Claims", HELP]
    first, *rows = book[HELP].iter_rows(values_only=True)
    assert first[0] == "column"
    assert [str(row[0]).removesuffix(" (needed)") for row in rows] == [column.name for column in COLUMNS]


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    start_ledger(tmp_path / "ledger.csv")
    with pytest.raises(OutputError, match="already exists"):
        start_ledger(tmp_path / "ledger.csv")
