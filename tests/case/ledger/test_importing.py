"""Ledgers are imported whole or not at all: every fault is told, and nothing else of the case changes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from ledgers import BAD, CASE, CLAIM, GOOD, raw, read, table, told, write_csv
from shellcount.case.ledger.columns import COLUMNS
from shellcount.case.ledger.grid import CellValue, Row
from shellcount.case.ledger.importing import Ledger, check_sheet, import_ledger, read_ledger
from shellcount.case.ledger.reader import Settled
from shellcount.case.ledger.sheets import Sheet, encode_sheet, write_sheet
from shellcount.case.reading import load_case
from shellcount.errors import CaseError, LimitError, OutputError, UsageError
from shellcount.limits import raised
from spreadsheets import workbook, written


def case_in(folder: Path, text: str | None = None) -> Path:
    path = folder / "case.toml"
    path.write_bytes((CASE.read_text("utf-8") if text is None else text).encode())
    return path


def faults_of(path: Path, case: Path) -> list[str]:
    """Faults of an import, which changes nothing."""
    before = case.read_bytes()
    with pytest.raises(CaseError) as caught:
        import_ledger(path, case)
    assert (caught.value.origin, case.read_bytes()) == (str(path), before)
    return [str(fault) for fault in caught.value.faults]


# --- the ledger of sixty rows ------------------------------------------------------------


def test_sixty_claims_of_mixed_forms_are_added(tmp_path: Path) -> None:
    case = case_in(tmp_path)
    found = import_ledger(GOOD, case)
    assert (len(found.claims), found.faults, found.present) == (60, (), ())
    assert load_case(case) == found.case
    assert load_case(case).claim == found.claims
    assert {claim.quantity for claim in found.claims} == {
        *(
            "containers",
            "rounds",
            "rate",
            "capacity",
            "carried",
            "share",
            "mass",
            "trips",
            "ratio",
            "comparator",
        )
    }


def test_all_ten_faults_are_named_by_row_and_column(tmp_path: Path) -> None:
    assert faults_of(BAD, case_in(tmp_path)) == [
        "row 4, column G (Number): has a word that is not a hedge, 'abuot' (found 'abuot 40'); leave out "
        "'abuot', or write a hedge: exact, about, more than, at least, up to, less than, nearly",
        "row 9, column M (To): has two meanings (found '6/7/2025'); write 2025-07-06 or 2025-06-07, "
        "whichever is meant; for all: --dates day-first or month-first",
        "row 14, column B (Who): no claimant has this id or title (found 'the railwya'); did you mean "
        "railway? otherwise add it to the case as a [[claimant]]",
        "row 18, column Z (Source): no source has this id or title (found 'gazete'); did you mean gazette? "
        "otherwise add it to the case as a [[source]]",
        "row 21, column K (Hedge): contradicts the value, which says about (found 'at least'); state one "
        "hedge",
        "row 24, column L (From): the period ends before it begins (found 2025-12-14 to 2025-12-01)",
        "row 31, column K (Hedge): is not a hedge (found 'more then'); did you mean more_than?",
        "row 46, column T (In carriers): required for a claim of capacity",
        "row 50, column G (Number): a share must be between 0 and 1 (found 70); a percentage is written as "
        "0.7",
        "row 57, column W (Repeats): no claim has this id (found 'office-jun'); did you mean office-june or "
        "office-june-blankets?",
    ]


def test_faults_have_their_row_and_column_as_numbers_too() -> None:
    (date,) = [fault for fault in read_ledger(BAD).faults if (fault.row, fault.column) == (9, 13)]
    assert (date.header, date.value) == ("To", "'6/7/2025'")


def test_what_was_not_in_the_cells_is_noted(tmp_path: Path) -> None:
    assert import_ledger(GOOD, case_in(tmp_path)).notes == (
        "the id was made from claimant and date in 58 rows",
        "the resolution was taken from the last digit of the value that is not 0 in 49 rows",
    )


# --- the file of the case ----------------------------------------------------------------


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_claims_stand_at_the_end_and_nothing_else_changes(ends: str, last: bool, tmp_path: Path) -> None:  # noqa: FBT001
    text = CASE.read_text("utf-8").rstrip("\n").replace("\n", ends) + ("\n# the end" if not last else ends)
    case = case_in(tmp_path, text)
    path = read(tmp_path, {}).path
    import_ledger(path, case)
    after = case.read_bytes().decode()
    assert after.startswith(text)
    assert after[len(text) :].lstrip("\r\n").startswith("# --- claims of ledger.csv ---")
    assert len(load_case(case).claim) == 1
    if last:
        assert set(re.findall(r"\r?\n", after)) == {ends}


def test_importing_again_adds_nothing(tmp_path: Path) -> None:
    case = case_in(tmp_path)
    import_ledger(GOOD, case)
    after = case.read_bytes()
    again = import_ledger(GOOD, case)
    assert (again.claims, len(again.present), case.read_bytes()) == ((), 60, after)


def test_rows_added_below_are_added_alone(tmp_path: Path) -> None:
    case = case_in(tmp_path)
    import_ledger(read(tmp_path, {}).path, case)
    found = import_ledger(read(tmp_path, {}, {"as of": "2025-04-30"}).path, case)
    assert found.present == ("railway-2025-03-31",)
    assert [claim.id for claim in found.claims] == ["railway-2025-04-30"]
    assert len(load_case(case).claim) == 2


def test_a_claim_with_another_content_is_a_fault(tmp_path: Path) -> None:
    case = case_in(tmp_path)
    import_ledger(read(tmp_path, {"id": "one"}).path, case)
    assert faults_of(Path(read(tmp_path, {"id": "one", "value": "about 50"}).path), case) == [
        "row 2, column I (id): this id is taken (found 'one'); claim[0] of the case has it; choose another"
    ]


def test_a_dry_run_writes_nothing_and_finds_the_same(tmp_path: Path) -> None:
    case = case_in(tmp_path)
    before = case.read_bytes()
    dry = import_ledger(GOOD, case, dry_run=True)
    assert case.read_bytes() == before
    assert import_ledger(GOOD, case) == dry


def test_another_file_may_be_written_instead_and_none_is_replaced(tmp_path: Path) -> None:
    case, other = case_in(tmp_path), tmp_path / "other.toml"
    before = case.read_bytes()
    found = import_ledger(GOOD, case, output=other)
    assert (case.read_bytes(), load_case(other)) == (before, found.case)
    with pytest.raises(OutputError, match="already exists"):
        import_ledger(GOOD, case, output=other)


def test_a_shipped_case_is_only_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(
        "who,what was said,kind,scope,number,by,use,source\n"
        "us-state,Some.,containers,military,about 9k,2024-02-01,check,kholina-2024-06\n",
        "utf-8",
    )
    for into in ("dprk-russia-2024", "-"):
        with pytest.raises(UsageError, match="name a file for the result"):
            import_ledger(ledger, into)
    found = import_ledger(ledger, "dprk-russia-2024", output="mine.toml")
    assert load_case("mine.toml").claim == (*load_case().claim, *found.claims)


def test_a_case_whose_claims_are_one_list_is_refused(tmp_path: Path) -> None:
    case = case_in(tmp_path, "claim = []\n" + CASE.read_text("utf-8"))
    with pytest.raises(CaseError, match="claim: is a list that no table can be added to; write each claim"):
        import_ledger(GOOD, case)


def test_a_case_that_would_be_too_large_is_left(tmp_path: Path) -> None:
    case = case_in(tmp_path)
    with raised({"case": len(case.read_bytes()) + 100}), pytest.raises(CaseError, match="is larger than"):
        import_ledger(GOOD, case)


def test_without_a_case_claims_are_toml_with_what_they_need(tmp_path: Path) -> None:
    found = read(tmp_path, {"claimant": "the Red Cross", "source": "Post; Gazette"}, case=False)
    assert found.toml.splitlines()[:8] == [
        "# 1 claim of ledger.csv",
        "# the case must have claimant red-cross",
        "# the case must have sources post, gazette",
        "# the case must have scope relief",
        "# the id was made from claimant and date in 1 row",
        "# the resolution was taken from the last digit of the value that is not 0 in 1 row",
        "",
        "[[claim]]",
    ]
    assert found.case is None


def test_a_case_in_python_gets_the_claims_in_a_copy(tmp_path: Path) -> None:
    case = load_case()
    claim = case.claim[0]
    text = (
        "id,who,text,quantity,scope,value,by,use,source\n"
        f"new,{claim.claimant},Other.,containers,munitions,about 1.5k,2023-10-14,fit,amran-2024-02-28\n"
    )
    (tmp_path / "ledger.csv").write_text(text, "utf-8")
    found = read_ledger(tmp_path / "ledger.csv", case)
    assert found.case is not None
    assert found.case.claim == (*case.claim, *found.claims)
    assert found.case.about == case.about


# --- bad spreadsheets --------------------------------------------------------------------


def test_a_ledger_without_rows_is_a_fault(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "ledger.csv", [list(CLAIM)])
    assert faults_of(path, case_in(tmp_path)) == ["row 1: no claim stands below the header"]


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "is empty"), (b"\n\n", "is empty"), (b"only one\n", "has no header")]
)
def test_an_empty_file_is_refused(content: bytes, said: str, tmp_path: Path) -> None:
    path = written(tmp_path, "ledger.csv", content)
    with pytest.raises(CaseError, match=said):
        read_ledger(path)


def test_a_second_header_is_a_fault_and_the_rest_is_checked(tmp_path: Path) -> None:
    header, (row,) = table({"use": "fitt"})
    path = write_csv(tmp_path / "ledger.csv", [header, header, [str(cell) for cell in row]])
    second, use = faults_of(path, case_in(tmp_path))
    assert second == "row 2: is a second header; the first is row 1: delete one of them"
    assert use.startswith("row 3, column F (use): not one of the allowed values")


def test_an_unknown_column_is_a_fault_and_what_it_was_meant_for_is_not_missed(tmp_path: Path) -> None:
    header, (row,) = table({"value": 40, "hegde": "about"})
    path = write_sheet(tmp_path / "ledger.csv", header, [row])
    assert faults_of(path, case_in(tmp_path)) == [
        "row 1, column I (hegde): unknown column; did you mean hedge? (a header that begins with # is not "
        "read)"
    ]


def test_mixed_locales_in_a_column_are_a_fault_that_names_both_rows(tmp_path: Path) -> None:
    found = told(read(tmp_path, {"value": "about 4.8k"}, {"value": "about 5,2k", "as of": "2025-04-30"}))
    assert found == [
        "column D (value): mixes decimal point in row 2 ('about 4.8k') and decimal comma in row 3 ('about "
        "5,2k'); write all cells of a column in one way"
    ]


def _merge(sheet: Worksheet) -> None:
    sheet.merge_cells("A2:A3")


def _formula(sheet: Worksheet) -> None:
    sheet["D2"] = "=20+20"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_merge, "row 2, column A: merged cells"),
        (_formula, "row 2, column D: a formula whose value is not stored"),
    ],
)
def test_merged_cells_and_formulas_are_faults_by_row_and_column(
    change: Callable[[Worksheet], None], said: str, tmp_path: Path
) -> None:
    header, rows = table({}, {"as of": "2025-04-30"})
    path = written(tmp_path, "ledger.xlsx", workbook([header, *rows], change))
    assert faults_of(path, case_in(tmp_path))[0].startswith(said)


def test_a_tab_may_be_named(tmp_path: Path) -> None:
    header, rows = table({})
    tabs = encode_sheet(["a", "b"], [["not", "claims"]], "xlsx", {"2025": [header, *rows]})
    assert len(read_ledger(written(tmp_path, "ledger.xlsx", tabs), tab="2025").claims) == 1


NASTY: list[CellValue] = [
    *(
        None,
        "",
        "!!",
        "about",
        "1.234",
        "1,5 Mio",
        "6/7/2025",
        "2025-02-30",
        "-5",
        "=1",
        "a;b",
        ";",
        "; ;",
        "yes",
        "no",
    ),
    *(
        0,
        1e15,
        1e300,
        0.1,
        True,
        False,
        dt.date(2025, 3, 1),
        dt.date(1, 1, 1),
        dt.date.max,
        "claim[0]",
        "claim[1] (x)",
    ),
    *(
        "wool",
        "railway",
        "gazette",
        "fit",
        "containers",
        "rate",
        "share",
        "dozens",
        "4-5",
        "x" * 5000,
        "\x1b[31m",
        "][",
    ),
]
HEADERS: list[str] = [
    *(column.name for column in COLUMNS),
    *("source 2", "source 2 value", "source 3 hedge", "# mine", "zebra", "who", "hegde"),
]


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from(HEADERS), max_size=12),
    st.lists(st.lists(st.sampled_from(NASTY), min_size=20, max_size=20), min_size=1, max_size=3),
    st.booleans(),
)
def test_no_cells_raise_anything_and_every_fault_has_a_place(
    more: list[str],
    rows: list[list[CellValue]],
    alone: bool,  # noqa: FBT001
) -> None:
    header = [*CLAIM, *more]
    whole = [Row(1, tuple(header))]
    whole += [
        Row(place, (*cells[:4], *(tuple(CLAIM.values())[4:]), *cells[8 : len(header)]))
        for place, cells in enumerate(rows, 2)
    ]
    found = check_sheet(Sheet("x.csv", None, tuple(whole)), None if alone else raw(), "x.toml", Settled())
    for fault in found.faults:
        assert fault.row is not None or fault.column is not None
        assert fault.row is None or 1 <= fault.row <= len(whole)
        assert str(fault).isprintable()
        assert str(fault).startswith(("row ", "column "))
    assert bool(found.faults) != bool(found.claims)


# --- size --------------------------------------------------------------------------------


def large(folder: Path, count: int) -> Path:
    header, (row,) = table({"value": "about 40"})
    place = header.index("summary")
    rows = ([*row[:place], f"Statement {number}.", *row[place + 1 :]] for number in range(count))
    return write_csv(folder / "large.csv", [header, *([str(cell) for cell in row] for row in rows)])


def test_more_claims_than_a_case_may_have_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = large(tmp_path, 40)
    with raised({"entries": 79}), pytest.raises(LimitError, match=r"needs 80 entries \(limit 79 entries\)"):
        read_ledger(path)


@pytest.mark.parametrize("count", [300, pytest.param(99_000, marks=pytest.mark.slow)])
def test_every_fault_of_a_large_ledger_is_found(count: int, tmp_path: Path) -> None:
    path = large(tmp_path, count)
    with raised({"entries": 1e6}):
        found: Ledger = read_ledger(path)
    # All state the same, so that every row but the first would count twice.
    assert [fault.row for fault in found.faults] == list(range(3, count + 2))
    assert {fault.message for fault in found.faults} == {
        "the same statement as row 2, which would count twice"
    }
