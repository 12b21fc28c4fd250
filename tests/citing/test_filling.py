"""Templates are filled with numbers by name, and nothing but a filled document is left."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from briefing import ASKED, KINDS, filled, template
from quick import quick_posterior
from shellcount.analysis import analyse
from shellcount.case.schema import Case
from shellcount.citing.auditing import audit
from shellcount.citing.documents.document import Document
from shellcount.citing.documents.records import Record
from shellcount.citing.filling import fill, read_template
from shellcount.citing.quotation import parse_quotation
from shellcount.errors import DocumentError, OutputError, UnknownNameError, UsageError
from shellcount.posterior.posterior import Posterior
from shellcount.results.results import Results


@pytest.fixture(scope="module")
def few(case: Case) -> Posterior:
    return quick_posterior(case)


# --- templates ---------------------------------------------------------------------------


@pytest.mark.parametrize("ending", KINDS)
def test_a_template_asks_in_its_order(ending: str, case: Case, tmp_path: Path) -> None:
    read = read_template(template(tmp_path, ending), case)
    assert [quotation.name for quotation in read.quotations] == [
        parse_quotation(case, name).name for name in ASKED
    ]


@pytest.mark.parametrize("ending", KINDS)
def test_a_template_that_asks_for_nothing_is_refused(ending: str, case: Case, tmp_path: Path) -> None:
    with pytest.raises(
        DocumentError, match=r"has no placeholder: write names in double braces, such as \{\{ load \}\}"
    ):
        read_template(template(tmp_path, ending, ()), case)


@pytest.mark.parametrize("ending", KINDS)
def test_every_unknown_name_is_listed_with_its_place_and_close_names(
    ending: str, case: Case, tmp_path: Path
) -> None:
    asked = ("laod", "load", "claim.ua-gur-2025", "load | wrod")
    with pytest.raises(DocumentError) as caught:
        read_template(template(tmp_path, ending, asked), case)
    head, *faults = str(caught.value).split("\n")
    assert head.endswith(f"template{ending}: 3 placeholders cannot be filled")
    assert len(faults) == 3
    for fault, hint in zip(faults, ("load", "ua-gur-2024", "a probability has words|known are"), strict=True):
        assert re.search(hint, fault)
        assert re.match(r"  (line \d|the paragraph “Number \d.*”): ", fault)


def test_one_unknown_name_is_one_placeholder(case: Case, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="1 placeholder cannot be filled"):
        read_template(template(tmp_path, ".md", ("laod",)), case)


# --- filling -----------------------------------------------------------------------------


def test_references_can_be_left_out(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, ".md", notes=False)
    assert "[^" not in path.read_text("utf-8")
    assert audit(path).passed


def test_nothing_is_left_of_the_template_but_its_words(few: Posterior, tmp_path: Path) -> None:
    text = filled(tmp_path, few, ".md", notes=False).read_text("utf-8").split("<!--")[0]
    shown = re.sub(r"<[^>]*>", "", text).split("\n\n")[:9]
    for place, line in enumerate(shown):
        assert re.fullmatch(rf"Number {place}: .* so\.\s*", line)
        assert "{" not in line


def test_the_same_is_written_twice(few: Posterior, tmp_path: Path) -> None:
    assert filled(tmp_path, few).read_bytes() == filled(tmp_path, few).read_bytes()


def test_each_thing_that_is_asked_for_has_one_reference(few: Posterior, tmp_path: Path) -> None:
    text = filled(tmp_path, few, ".txt").read_text("utf-8")
    numbers = re.findall(r" \[(\d)\] so", text)
    assert numbers == ["1", "1", "1", "1", "2", "3", "4", "5", "1"]
    assert [line[:4] for line in text.split("References")[1].split("\n") if line][:5] == [
        f"[{place}] " for place in range(1, 6)
    ]


def test_a_record_holds_what_decides_every_digit(few: Posterior, tmp_path: Path) -> None:
    records, reading = Document.open(filled(tmp_path, few, asked=("load", "load"))).read()
    (record,) = records
    assert isinstance(record, Record)
    assert record.run.digest == few.digest
    assert record.run.settings == few.run.settings
    assert record.case.digest == few.case.digest
    assert (record.case.path, record.case.changes) == (None, ())
    assert [tagged.id for tagged in reading.tagged] == list(record.values) * 2


def test_what_the_results_do_not_hold_is_not_filled(results: Results, tmp_path: Path) -> None:
    read = read_template(template(tmp_path, asked=("load >= 0.5",)), results.case)
    with pytest.raises(UnknownNameError, match=r"no probability of these results is called 'load>=0.5'"):
        fill(read, results, tmp_path / "filled.md")
    assert [path.name for path in tmp_path.iterdir()] == ["template.md"]


def test_plain_text_comes_with_its_record_or_not_at_all(
    few: Posterior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = filled(tmp_path, few, ".txt")
    names = ["filled.txt", "filled.txt.numbers.json"]
    assert sorted(each.name for each in tmp_path.iterdir()) == [*names, "template.txt"]
    before = [(tmp_path / name).read_bytes() for name in names]
    assert before[0].isascii()
    rename = Path.replace

    def fail_at_the_record(self: Path, target: Path) -> Path:
        if target.name == names[1]:
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", fail_at_the_record)
    with pytest.raises(OutputError, match="No space left"):
        filled(tmp_path, few, ".txt", notes=False)
    monkeypatch.undo()
    assert [(tmp_path / name).read_bytes() for name in names] == before
    assert audit(path).passed


# --- where a briefing cannot be written --------------------------------------------------


@pytest.mark.parametrize("link", ["same", "symbolic", "hard", "spelt"])
def test_the_template_itself_is_never_written(
    link: str, few: Posterior, results: Results, tmp_path: Path
) -> None:
    path = template(tmp_path)
    before = path.read_bytes()
    out = {"same": path, "spelt": tmp_path / ".." / tmp_path.name / path.name}.get(
        link, tmp_path / "other.md"
    )
    if link == "symbolic":
        out.symlink_to(path)
    if link == "hard":
        os.link(path, out)
    with pytest.raises(DocumentError, match="is the template itself; name another file to write"):
        fill(read_template(path, few.case), results, out)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("out", "error", "message"),
    [
        ("a.html", DocumentError, r"a\.html is not of the same kind as its template .*template\.md"),
        ("a.pdf", DocumentError, "cannot be filled"),
        ("missing/folder/a.md", OutputError, "missing/folder cannot be written: No such file"),
        ("folder.md", OutputError, "folder.md cannot be written: it is a directory"),
        ("file/a.md", OutputError, "file cannot be written"),
        ("a\x00.md", OutputError, "cannot be written"),
        ("x" * 300 + ".md", OutputError, "File name too long"),
    ],
)
def test_places_that_cannot_be_written_are_refused(
    out: str, error: type[Exception], message: str, few: Posterior, tmp_path: Path
) -> None:
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "file").write_text("x")
    read = read_template(template(tmp_path), few.case)
    results = analyse(few, read.parts)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(error, match=message):
        fill(read, results, tmp_path / out)
    assert sorted(tmp_path.iterdir()) == before


def test_nothing_is_lost_where_writing_fails(
    few: Posterior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = filled(tmp_path, few)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        filled(tmp_path, few, notes=False)
    assert path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["filled.md", "template.md"]


def test_a_new_folder_is_made_for_the_briefing(few: Posterior, tmp_path: Path) -> None:
    read = read_template(template(tmp_path), few.case)
    assert audit(fill(read, analyse(few, read.parts), tmp_path / "new" / "a.md")).passed


def test_what_cannot_be_quoted_leaves_nothing(few: Posterior, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="was fit"):
        filled(tmp_path, few, asked=("load", "check.rok-mnd-2024-06"))
    assert [path.name for path in tmp_path.iterdir()] == ["template.md"]
