"""Numbers whose tags a person or a program removed are found by their places, or reported as missing."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from briefing import KINDS, TOTAL, filled, statuses, template
from quick import quick_posterior
from shellcount.analysis import analyse
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.citing import auditing, recomputing
from shellcount.citing.auditing import audit
from shellcount.citing.documents import locating
from shellcount.citing.documents.locating import find, placed
from shellcount.citing.documents.passages import CANDIDATES, Passages
from shellcount.citing.documents.pieces import Value
from shellcount.citing.documents.placeholders import Lines
from shellcount.citing.filling import fill, read_template
from shellcount.citing.quotation import Quotation, parse_quotation
from shellcount.errors import DocumentError, LimitError
from shellcount.limits import raised
from shellcount.posterior.posterior import Posterior

ASKED = ("claim.ua-gur-2024", "load", TOTAL)


@pytest.fixture(scope="module")
def few(case: Case) -> Posterior:
    return quick_posterior(case)


def changed(path: Path, pattern: str, new: str | Callable[[re.Match[str]], str]) -> None:
    """Edit the mark-up of a document; of a Word document, that of its body."""
    if path.suffix != ".docx":
        text, count = re.subn(pattern, new, path.read_text("utf-8"))
        assert count
        path.write_text(text, "utf-8")
        return
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer, "w") as edited:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                text, count = re.subn(pattern, new, content.decode())
                assert count
                content = text.encode()
            edited.writestr(name, content)
    path.write_bytes(buffer.getvalue())


# A number in its tags, by kind of document.
TAGGED = {
    ".md": r"<span data-shellcount=[^>]*>(?P<text>[^<]*)</span>",
    ".html": r"<span data-shellcount=[^>]*>(?P<text>[^<]*)</span>",
    ".docx": r"<w:sdt>(?:(?!</w:sdt>).)*?<w:sdtContent>(?P<text>.*?)</w:sdtContent></w:sdt>",
}


@pytest.mark.parametrize("ending", TAGGED)
def test_a_number_typed_over_with_its_tags_is_missing(ending: str, few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, ending, asked=ASKED)
    first = iter([True, False, False])

    def retyped(found: re.Match[str]) -> str:
        return found["text"].replace("1.5 million", "1.9 million") if next(first) else found[0]

    changed(path, TAGGED[ending], retyped)
    found = audit(path)
    assert statuses(found) == ["same", "same", "missing"]
    lost = found.results[2]
    assert (lost.found, lost.now) == ("about 1.9 million", "about 1.5 million")
    assert lost.remark == "about 1.5 million was filled in here, and its mark is gone"
    assert found.sentence.startswith("3 numbers: 2 same, 1 missing.")
    assert not found.passed


@pytest.mark.parametrize("ending", TAGGED)
def test_a_number_that_lost_only_its_tags_is_found(ending: str, few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, ending, asked=ASKED)
    first = iter([False, True, False])
    changed(path, TAGGED[ending], lambda found: found["text"] if next(first) else found[0])
    found = audit(path)
    assert statuses(found) == ["same"] * 3
    assert found.passed


@pytest.mark.parametrize("ending", TAGGED)
def test_a_number_that_was_deleted_is_missing(ending: str, few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, ending, asked=("claim.ua-gur-2024", "load", "load"))
    first = iter([False, True, False])
    changed(path, TAGGED[ending], lambda found: "" if next(first) else found[0])
    found = audit(path)
    assert statuses(found) == ["same", "same", "missing"]
    assert found.results[2].found == ""


@pytest.mark.parametrize("ending", TAGGED)
def test_where_all_tags_are_gone_that_is_said(ending: str, few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, ending, asked=ASKED)
    changed(path, TAGGED[ending], lambda found: found["text"])
    found = audit(path)
    assert statuses(found) == ["same"] * 3
    assert found.remarks == (
        "The marks were removed by another program: the numbers were sought by their places and words.",
    )
    changed(path, "about 1.5 million", "about 1.9 million")
    edited = audit(path)
    assert statuses(edited) == ["drifted", "same", "same"]


@pytest.mark.parametrize("ending", [".md", ".html"])
def test_a_document_without_its_record_says_what_to_do(ending: str, few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, ending, asked=ASKED)
    changed(path, r"<!--shellcount-record .*-->", "")
    changed(path, TAGGED[ending], lambda found: found["text"])
    with pytest.raises(DocumentError) as caught:
        audit(path)
    message = str(caught.value)
    assert (
        "the marks were removed by another program; audit the document that shellcount fill wrote" in message
    )
    assert "audit --record FILE" in message


@pytest.mark.parametrize("ending", KINDS)
def test_a_record_that_was_kept_finds_the_numbers_again(ending: str, few: Posterior, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    kept = tmp_path / "kept" / "record.json"
    path = filled(tmp_path, few, ending, asked=ASKED, record=kept)
    assert (tmp_path / "filled.txt.numbers.json").exists() is False
    if ending != ".txt":
        assert audit(path).passed
    if ending in {".md", ".html"}:
        changed(path, r"<!--shellcount-record .*-->", "")
        changed(path, TAGGED[ending], lambda found: found["text"])
    found = audit(path, record=kept)
    assert statuses(found) == ["same"] * 3
    assert found.passed


@pytest.mark.parametrize("name", ["filled.md", "template.md"])
def test_a_record_takes_no_place_of_a_document(name: str, few: Posterior, tmp_path: Path) -> None:
    path = template(tmp_path, asked=("load",))
    read = read_template(path, few.case)
    with pytest.raises(DocumentError, match="name another file"):
        fill(read, analyse(few, read.parts), tmp_path / "filled.md", record=tmp_path / name)


def test_a_number_that_readers_do_not_see_is_hidden(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, ".html", asked=("load", "stowage"))
    changed(path, r"Number 0: (<span.*?</span>)", r'<b style="display:none">Number 0: \1</b>')
    found = audit(path)
    assert statuses(found) == ["hidden", "same"]
    assert found.results[0].remark
    assert not found.passed


def of_text(folder: Path, posterior: Posterior, text: str) -> Path:
    """Fill a template of Markdown."""
    path = folder / "template.md"
    path.write_text(text, "utf-8")
    read = read_template(path, posterior.case)
    return fill(read, analyse(posterior, read.parts), folder / "filled.md")


def test_a_number_in_maths_had_no_tags_to_lose(few: Posterior, tmp_path: Path) -> None:
    path = of_text(tmp_path, few, "It is $N = {{ claim.ua-gur-2024 }}$ so.\n")
    found = audit(path)
    assert statuses(found) == ["same"]
    assert found.remarks == ()


def test_a_number_that_is_retyped_in_maths_has_drifted(few: Posterior, tmp_path: Path) -> None:
    path = of_text(tmp_path, few, "Loaded to {{ load }}.\n\nIt is $N = {{ claim.ua-gur-2024 }}$ so.\n")
    changed(path, r"text\{about 1.5 million", r"text{about 1.9 million")
    found = audit(path)
    assert statuses(found) == ["same", "drifted"]
    assert found.results[1].remark == "it was filled in as about 1.5 million"
    assert found.remarks == ()


def test_typographic_marks_of_other_programs_are_no_change(few: Posterior, tmp_path: Path) -> None:
    kept = tmp_path / "record.json"
    path = filled(tmp_path, few, ".html", asked=("check.ua-gur-2024 | sentence",), record=kept)
    page = path.read_text("utf-8")
    assert page.count("model&#x27;s") == 2
    page = re.sub(r"<!--shellcount-record .*-->", "", page.replace("model&#x27;s", "model\u2019s"))
    page = page.replace("</li>", '<a href="#back">\u21a9\ufe0e</a></li>')
    for text in (page, re.sub(TAGGED[".html"], lambda found: found["text"], page)):
        path.write_text(text, "utf-8")
        found = audit(path, record=kept)
        assert statuses(found) == ["same"]
        assert found.passed


# --- work --------------------------------------------------------------------------------


def _text(count: int) -> tuple[str, list[tuple[int, Value]]]:
    pieces: list[str] = []
    values: list[tuple[int, Value]] = []
    length = 0
    for place in range(count):
        shown = f"{place % 97}.0 million"
        before, after = f"- item {place % 7} of the list had ", " rounds, and no more\n"
        values.append((length + len(before), Value(f"id{place}", shown)))
        pieces += (before, shown, after)
        length += len(before) + len(shown) + len(after)
    return "".join(pieces), values


@pytest.mark.parametrize("edit", ["moved", "edited", "gone"])
def test_finding_compares_passages_in_proportion_to_the_numbers(
    edit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = 0

    def counting(_: Passages, places: list[int]) -> list[int]:
        nonlocal compared
        compared += len(places)
        return list(places)

    monkeypatch.setattr(Passages, "compared", counting)
    counts = []
    for count in (1_000, 4_000):
        text, values = _text(count)
        places = placed(text, values)
        seen = {
            "moved": f"A title\n\n{text}",
            "edited": f"A title\n\n{text.replace('million', 'billion')}",
            "gone": "item of the list had million rounds " * count,
        }[edit]
        compared = 0
        spans = find(seen, places)
        counts.append(compared)
        if edit == "moved":
            assert all(span is not None for span in spans)
        assert compared <= count * CANDIDATES * (5 + locating.ROUNDS)
    assert counts[1] <= 4.5 * counts[0] + 100


def test_names_that_the_case_lacks_are_looked_up_a_limited_number_of_times(
    few: Posterior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed = 0

    def counting(case: Case, name: str) -> Quotation:
        nonlocal parsed
        parsed += 1
        return parse_quotation(case, name)

    monkeypatch.setattr(recomputing, "parse_quotation", counting)
    asked = tuple(f"rounds.mixed@2024-05-{day:02d}" for day in range(1, 31))
    path = filled(tmp_path, few, asked=asked)
    found = audit(path, case=load_case("black-sea-grain-2022"))  # where rounds are tonnes
    assert set(statuses(found)) == {"unknown"}
    remarks = [result.remark for result in found.results]
    assert sum("no estimate is called" in remark for remark in remarks) == 20
    assert sum("too many names of the document are unknown" in remark for remark in remarks) == 10
    assert parsed == 20


def test_the_lines_of_a_document_are_counted_once(
    few: Posterior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []

    class Counted(Lines):
        def __init__(self, text: str) -> None:
            texts.append(text)
            super().__init__(text)

    path = filled(tmp_path, few, ".txt", asked=("load",) * 30)
    monkeypatch.setattr(auditing, "Lines", Counted)
    found = audit(path)
    assert [result.where for result in found.results] == [f"line {2 * place + 1}" for place in range(30)]
    assert len(texts) == 1


def test_a_document_beyond_the_limits_is_refused_before_any_work(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, asked=("load", "stowage", "load"))
    with raised({"numbers": 2.0}), pytest.raises(LimitError, match="--limit numbers="):
        audit(path)
    with raised({"estimates": 1.0}), pytest.raises(LimitError, match="--limit estimates="):
        audit(path)
    with raised({"estimates": 1.0}), pytest.raises(LimitError, match="--limit estimates="):
        read_template(template(tmp_path, asked=("load", "stowage")), few.case)
