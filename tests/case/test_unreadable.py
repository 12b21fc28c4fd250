"""A file that is not TOML is told why: a date or number in another form, or a file of another kind."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from shellcount.case.reading import load_case, parse_case
from shellcount.errors import CaseError

GOOD = Path(__file__).parents[1] / "cases" / "good_minimal.toml"
STARTS = "a case is a TOML file, which `shellcount new NAME` starts"
ROWS = f"{STARTS}; a row of a table becomes a [[claim]] in it"


def told(content: bytes, origin: str = "ledger") -> str:
    with pytest.raises(CaseError) as refused:
        parse_case(content, origin=origin)
    (fault,) = refused.value.faults
    return str(fault)


# --- values ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "value = 420",
            "value = 1.234.567",
            "value is not a number of TOML (found '1.234.567'); write 1234567",
        ),
        (
            "value = 420",
            "value = 1,234,567",
            "value is not a number of TOML (found '1,234,567'); write 1234567",
        ),
        (
            "value = 420",
            "value = 1 234 567",
            "value is not a number of TOML (found '1 234 567'); write 1234567",
        ),
        ("value = 420", "value = 4,8", "value is not a number of TOML (found '4,8'); write 4.8"),
        (
            "value = 420",
            "value = 6.7k  # so they say",
            "value is not a number of TOML (found '6.7k'); write 6700",
        ),
        (
            "value = 420",
            "value = 3 million",
            "value is not a number of TOML (found '3 million'); write 3000000",
        ),
        (
            "value = 420",
            "value = 4,200",
            "value is not a number of TOML (found '4,200'); write 4200 or 4.2, whichever is meant",
        ),
        (
            "value = 420",
            "value = min 4,2k",
            "value is not a number of TOML (found 'min 4,2k'); write value = 4200 and hedge = \"at_least\"",
        ),
        (
            "value = 420",
            "value = >=420",
            "value is not a number of TOML (found '>=420'); write value = 420 and hedge = \"at_least\"",
        ),
        (
            "value = 420",
            "value = 4.2-5.8M",
            "value is not a number of TOML (found '4.2-5.8M'); write { low = 4200000, high = 5800000 }",
        ),
        (
            "as_of = 2025-03-07",
            "as_of = 2025-02-30",
            "as_of is not a date of TOML (found '2025-02-30'); February 2025 has 28 days",
        ),
        (
            "first_shipment = 2025-01-15",
            "first_shipment = Q1 2025",
            "first_shipment is not a date of TOML (found 'Q1 2025'); "
            "a quarter is not a date: its first day is 2025-01-01, its last 2025-03-31",
        ),
        (
            "as_of = 2025-03-07",
            "as_of = 27.3.2025",
            "as_of is not a date of TOML (found '27.3.2025'); write 2025-03-27",
        ),
        (
            "as_of = 2025-03-07",
            "as_of = 7 March 2025",
            "as_of is not a date of TOML (found '7 March 2025'); write 2025-03-07",
        ),
        (
            "as_of = 2025-03-07",
            "as_of = 2025-31-03",
            "as_of is not a date of TOML (found '2025-31-03'); write 2025-03-31",
        ),
        (
            "as_of = 2025-03-07",
            "as_of = 03/07/2025",
            "as_of is not a date of TOML (found '03/07/2025'); "
            "write 2025-07-03 or 2025-03-07, whichever is meant",
        ),
        (
            "as_of = 2025-03-07",
            "as_of = 2025-03",
            "as_of is not a date of TOML (found '2025-03'); write \"2025-03\"",
        ),
        (
            "first_shipment = 2025-01-15",
            "first_shipment = 2025-01",
            "first_shipment is not a date of TOML (found '2025-01'); "
            "a month is not a date: write one of its days, such as its last, 2025-01-31",
        ),
    ],
)
def test_a_value_in_another_form_is_found_with_its_line_and_column(old: str, new: str, said: str) -> None:
    text = GOOD.read_text("utf-8")
    row = text.splitlines().index(old) + 1
    assert text.count(f"\n{old}\n") == 1
    found = told(text.replace(f"\n{old}\n", f"\n{new}\n").encode())
    assert found == f"line {row}, column {old.index('=') + 3}: {said}"


def test_text_without_quotes_is_found() -> None:
    assert told(b"a = 1\nhedge = at_most # or so\n") == (
        """line 2, column 9: hedge is text without quotes (found 'at_most'); write "at_most\""""
    )


@pytest.mark.parametrize(
    ("hedge", "hint"),
    [
        ("no more than", "up_to"),
        ("approx.", "about"),
        ("at_lest", "at_least"),
        ("some", "some"),
        ("up_to", "up_to"),
    ],
)
def test_a_hedge_without_quotes_is_told_with_them(hedge: str, hint: str) -> None:
    assert told(f"a = 1\nhedge = {hedge}\n".encode()) == (
        f'line 2, column 9: hedge is text without quotes (found {hedge!r}); write "{hint}"'
    )


def test_a_value_within_a_table_is_found() -> None:
    text = GOOD.read_text("utf-8").replace("value = 418, hedge", "value = 4,18, hedge")
    row = [place for place, line in enumerate(text.splitlines(), 1) if "4,18" in line]
    assert told(text.encode()) == (
        f"line {row[0]}, column 43: value is not a number of TOML (found '4,18'); write 4.18"
    )


def test_a_value_at_the_end_of_a_file_is_found() -> None:
    assert told(b"a = 1\nvalue = 1.234.567") == (
        "line 2, column 9: value is not a number of TOML (found '1.234.567'); write 1234567"
    )


@pytest.mark.parametrize("content", [b"value = 1.5.x", b"value = 'a' 12", b"a = 1\nvalue ="])
def test_other_mistakes_are_told_as_the_reader_tells_them(content: bytes) -> None:
    assert told(content).startswith("is not valid TOML: ")


def test_a_line_without_end_is_not_searched() -> None:
    assert told(b"value = " + b"1," * 10_000).startswith("is not valid TOML: ")


# --- files of other kinds ----------------------------------------------------------------


def packed() -> bytes:
    """The beginning of a workbook."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>\0")
    return file.getvalue()


@pytest.mark.parametrize(
    ("origin", "content", "said"),
    [
        (
            "ledger.csv",
            b"claimant,figure,date\noffice,420,2025-03-07\n",
            "is a table of comma-separated values",
        ),
        ("ledger", b"claimant;figure;date\noffice;4,2;7.3.2025\n", "is a table of comma-separated values"),
        ("ledger.tsv", b"claimant\tfigure\noffice\t420\n", "is a table of comma-separated values"),
        ("-", b"claimant,figure\noffice,420\n", "is a table of comma-separated values"),
        ("ledger.xlsx", packed(), "is a spreadsheet"),
        ("ledger", packed(), "is a spreadsheet"),
        ("ledger.csv", "claimant,figure\r\n".encode("utf-16"), "is a table, and not in UTF-8"),
    ],
)
def test_a_table_is_told_how_its_rows_come_in(origin: str, content: bytes, said: str) -> None:
    assert told(content, origin) == f"{said}; {ROWS}"


@pytest.mark.parametrize(
    ("origin", "content", "said"),
    [
        ("case.json", b"{}", "is JSON"),
        ("case", json.dumps({"claim": [{"id": "a"}]}, indent=1).encode(), "is JSON"),
        ("case", b"[1,\n2]", "is JSON"),
        ("case.yaml", b"claim:\n  - id: a\n", "is YAML"),
        ("case", b"---\nclaim:\n  - id: a\n", "is YAML"),
        ("case", b"claim:\n  - id: a\n", "is YAML"),
    ],
)
def test_a_file_of_another_kind_is_named(origin: str, content: bytes, said: str) -> None:
    assert told(content, origin) == f"{said}; {STARTS}"


def test_a_packed_file_that_is_no_spreadsheet_is_binary() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("draws.npy", b"\0" * 10)
    assert told(file.getvalue()) == "is a binary file; a case is a TOML text file"


def test_toml_of_any_name_is_read(tmp_path: Path) -> None:
    for name in ("case.csv", "case.json", "case.yaml", "case.xlsx"):
        (tmp_path / name).write_bytes(GOOD.read_bytes())
        assert load_case(tmp_path / name).about.id == "aid-trucks"
