"""Every table of every command fits its terminal: no line too long, no word broken, no cell lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from commands import QUICK, SEEDS, run
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.cli import layout, output
from shellcount.cli.layout import laid_out, wrapped
from shellcount.insight import confirmation, sensitivity
from shellcount.insight.alternatives import alternatives
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.studies import verification
from shellcount.wording.tables import Table

WIDTHS = (60, 80, 100, 120, 160)
SHIPPED = ("dprk-russia-2024", "black-sea-grain-2022")


# --- the tables of the commands ----------------------------------------------------------


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Table]]:
    """The tables that each command has written, of two shipped cases."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("tables"))
        return dict(_written(patch))


def _written(patch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[Table]]]:
    found: list[Table] = []

    def recorded(table: Table, *settings: Any, **more: Any) -> str:
        found.append(table)
        return laid_out(table, *settings, **more)

    patch.setattr(layout, "laid_out", recorded)

    def by(*words: str) -> list[Table]:
        found.clear()
        assert run(*words).exit_code in {0, 1}
        return found.copy()

    for name in SHIPPED:
        few = (*QUICK, "--seed", "3")
        yield f"evidence {name}", by("evidence", name)
        yield f"lint {name}", by("lint", name)
        yield f"estimate {name}", by("estimate", name, *QUICK)
        yield f"check {name}", by("check", name, *QUICK)
        yield f"check --leave-one-out {name}", by("check", name, "--leave-one-out", "--jobs", "1", *QUICK)
        run("report", name, "--no-leave-one-out", "--format", "md,json", "-o", name, *QUICK)
        yield f"diff {name}", by("diff", f"{name}/numbers.json", str(SEEDS / f"{name}.toml"), *few)
    yield "settings", by("validate", "--set", "help")
    yield "sweep", by("sweep", "--vary", "load=0.5,0.9", "--jobs", "1", *QUICK)
    yield "compare", by("compare", "load=0.5", *QUICK)
    yield "drivers", by("drivers", *QUICK)
    patch.setattr(sensitivity, "alternatives", lambda *given: alternatives(*given)[::20])
    yield "sensitivity", by("sensitivity", "--jobs", "1", *QUICK)
    yield "sensitivity --every", by("sensitivity", "--every", "--jobs", "1", *QUICK)
    patch.setattr(confirmation, "variances_left", lambda findings: [0.1 for _ in findings])
    yield "voi", by("voi", "--jobs", "1", *QUICK)
    yield "calibrate", by("calibrate", "--refits", "20", "--jobs", "1")
    Path("a.md").write_text("{{ load | headline }} and {{ rounds.mixed@2024-06-14 | headline }}", "utf-8")
    run("fill", "a.md", "-o", "b.md", "--no-notes", *QUICK)
    Path("b.md").write_text(Path("b.md").read_text("utf-8").replace("million", "billion"), "utf-8")
    yield "audit", by("audit", "b.md")
    yield "audit of a folder", by("audit", SHIPPED[0])
    patch.setattr(verification, "fit", _either_engine)
    yield "verify", [verification.engines_agree(load_case(name), "counts", 1).table or Table("", (), ())]


def _either_engine(case: Case, *, engine: str, **settings: Any) -> Posterior:
    size: dict[str, Any] = (
        {"points": 64} if engine == "is" else {"engine": "smc", "particles": 64 + len(engine)}
    )
    return fit(case, **settings, runs=4, **size)


def test_every_command_that_writes_tables_has_written_some(tables: dict[str, list[Table]]) -> None:
    source = Path(output.__file__).parent
    calls = sum(len(re.findall(r"\bwrite_table\(", file.read_text("utf-8"))) for file in source.glob("*.py"))
    # Its definition; evidence (claims, implied figures), lint, estimate, check (checks, readings),
    # diff, audit (of a document, of a folder), calibrate, verify, sweep, compare, drivers, sensitivity
    # (choices, power scaling), voi, thresholds of estimate, and settings.
    assert calls == 1 + 21
    assert [name for name, written in tables.items() if not written or not written[0].rows] == []
    assert len(tables["diff dprk-russia-2024"]) >= 2
    assert [len(tables[f"evidence {name}"]) for name in SHIPPED] == [2] * len(SHIPPED)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_table_fits_and_keeps_its_words(tables: dict[str, list[Table]], width: int) -> None:
    for written in tables.values():
        for table in written:
            assert_fits(table, width)


def assert_fits(table: Table, width: int) -> None:
    """No line is too long, and every word of every cell stands there whole."""
    shown = laid_out(table, width)
    lines = shown.split("\n")
    assert max(map(cell_len, lines)) <= width
    assert [line for line in lines if line != line.rstrip()] == []
    whole = words(shown)
    for cell in (table.caption, *table.head, *(cell for row in table.rows for cell in row)):
        assert [word for word in cell.split() if cell_len(word) <= width - 4 and word not in whole] == []


def words(text: str) -> set[str]:
    """The words of a text; those of a stacked table may have a colon or a comma after them."""
    found = set(text.split())
    return found | {word[:-1] for word in found if word[-1] in ":,"}


@pytest.mark.parametrize("width", [20, 40, *WIDTHS])
def test_a_row_is_read_in_order(tables: dict[str, list[Table]], width: int) -> None:
    for table in (table for written in tables.values() for table in written):
        shown, at = " ".join(laid_out(replace(table, caption=""), width).split()), 0
        for row in table.rows:
            first = row[0].split()[0]
            if cell_len(first) <= width - 4:
                at = shown.index(first, at)


def test_wide_terminals_have_columns_and_narrow_ones_paragraphs(tables: dict[str, list[Table]]) -> None:
    table, _ = tables["check dprk-russia-2024"]  # the other is of readings
    wide, narrow = laid_out(table, 160).splitlines(), laid_out(table, 60).splitlines()
    assert sum(line.startswith("about 3 ") and " high " in line for line in wide) == 1
    assert "  verdict: high" in narrow
    assert "stated figure: about 3 million rounds" in narrow
    assert not any(line.startswith("stated figure  ") for line in narrow)


# --- any table ---------------------------------------------------------------------------

TEXTS = st.text(st.sampled_from("ab7,.- \n(é한語🙂"), max_size=60)


@st.composite
def any_tables(draw: st.DrawFn) -> Table:
    columns = draw(st.integers(1, 6))
    row = st.tuples(*[TEXTS] * columns)
    return Table(draw(TEXTS), draw(row), tuple(draw(st.lists(row, max_size=4))), numeric=(columns - 1,))


@given(any_tables(), st.integers(1, 200))
def test_no_table_is_wider_than_its_terminal(table: Table, width: int) -> None:
    assert max(map(cell_len, laid_out(table, width).split("\n"))) <= max(width, 20)


@given(any_tables(), st.integers(60, 200))
def test_no_word_is_broken_that_fits(table: Table, width: int) -> None:
    filled = replace(
        table,
        head=tuple(name.strip() or "name" for name in table.head),
        rows=tuple(tuple(cell.strip() or "none" for cell in row) for row in table.rows),
    )
    assert_fits(filled, width)


def test_characters_that_take_two_cells_count_as_two() -> None:
    table = Table("", ("문서", "n"), (("한국어", "1"), ("日本", "22")), numeric=(1,))
    assert laid_out(table, 80).split("\n") == ["문서     n", "-" * 10, "한국어   1", "日本    22"]


def test_an_empty_cell_of_a_paragraph_is_left_out() -> None:
    row = ("a" * 30, "", "word " * 30 + "\n(and more)\nlast")
    lines = laid_out(Table("", ("one", "two", "three"), (row,)), 40).split("\n")
    assert lines[0] == f"one: {'a' * 30}"
    assert not any("two" in line for line in lines)
    assert " ".join("".join(lines[1:]).split()).endswith("word (and more), last")


def test_words_longer_than_a_line_are_broken_at_its_end() -> None:
    assert wrapped("ab " + "c" * 9, 4) == ["ab", "cccc", "cccc", "c"]
    assert wrapped("한국어", 4) == ["한국", "어"]


def test_control_characters_are_escaped_before_they_are_measured() -> None:
    shown = laid_out(Table("\x1b[2J", ("a",), (("\u202e",),)), 80)
    assert shown == "\\x1b[2J\n\na\n------\n\\u202e"


def test_a_table_without_rows_has_its_heads() -> None:
    assert laid_out(Table("", ("a", "b"), ()), 80) == "a  b\n----"


# --- a long table ------------------------------------------------------------------------


def test_the_work_grows_with_the_rows_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def counted(text: str, width: int, hanging: str = "") -> list[str]:
        nonlocal calls
        calls += 1
        return wrapped(text, width, hanging)

    monkeypatch.setattr(layout, "wrapped", counted)
    done = []
    for rows in (1_000, 4_000):
        calls = 0
        laid_out(Table("", ("a", "b"), (("word " * 9, "word " * 30),) * rows), 80)
        done.append(calls)
    assert done[1] < 4.5 * done[0]
