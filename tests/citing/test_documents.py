"""Documents are known by the ending of their name, and every fault names the file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import docx
import pytest

from shellcount.citing.documents.document import SIDECAR, Document, kind_of, shown
from shellcount.citing.documents.locating import find
from shellcount.citing.documents.pieces import Value
from shellcount.citing.documents.records import (
    CaseRecord,
    Place,
    Record,
    RunRecord,
    ValueRecord,
    number_id,
)
from shellcount.errors import DocumentError, LimitError
from shellcount.limits import raised
from shellcount.results.run import MODEL_VERSION, Run

MADE_IN = Run(
    case="own",
    case_digest="sha256:0",
    given="counts",
    engine="smc",
    seed=1,
    settings={"runs": 4},
    versions={"numpy": "2"},
)
ID = number_id(MADE_IN.digest, "load|median", "icd203")
RECORD = Record(
    case=CaseRecord(id="own", path="case.toml", digest="sha256:0", changes=("load=0.5:0.9",)),
    run=RunRecord(
        given="counts",
        engine="smc",
        seed=1,
        settings={"runs": 4},
        versions={"numpy": "2"},
        model_version=MODEL_VERSION,
        digest=MADE_IN.digest,
    ),
    scale="icd203",
    values={ID: ValueRecord(name="load|median", text="0.70")},
    places=(Place(id=ID, text="0.70", line=1, column=11, before="Loaded to ", after="."),),
)


def recorded(places: tuple[Place, ...]) -> Record:
    return RECORD.model_copy(update={"places": places})


def template(folder: Path, ending: str, text: str = "Loaded to {{ load }}.") -> Path:
    path = folder / f"template{ending}"
    if ending == ".docx":
        document = docx.Document()
        document.add_paragraph(text)
        document.save(str(path))
    else:
        path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.md", ".md"),
        ("a.MD", ".md"),
        ("a.markdown", ".md"),
        ("a.html", ".html"),
        ("a.htm", ".html"),
        ("a.txt", ".txt"),
        ("a.b.docx", ".docx"),
        ("a.DOCX", ".docx"),
    ],
)
def test_kinds_go_by_the_ending(name: str, kind: str) -> None:
    assert kind_of(Path(name)) == kind


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.doc", r"a\.doc cannot be filled or audited \(\.doc\); did you mean \.docx"),
        ("a.pdf", r"cannot be filled or audited \(\.pdf\); known are"),
        ("a", r"no ending"),
        (".md", "no ending"),
        ("-", "no ending"),
        ("a.\x1b[31m", r"\\x1b"),
        ("a." + "x" * 10_000, "…"),
    ],
)
def test_other_kinds_are_refused_with_those_that_there_are(name: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        kind_of(Path(name))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


def test_paths_in_messages_are_short_and_printable() -> None:
    assert shown(Path("a\x1b[31m")).isprintable()
    assert len(shown(Path("x" * 10_000))) == 200


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.md", "missing.md cannot be read: No such file or directory"),
        ("folder.md", "cannot be read: Is a directory"),
        ("a\x00.md", "cannot be read: embedded null byte"),
        ("x" * 300 + ".md", "cannot be read: File name too long"),
    ],
)
def test_files_that_cannot_be_read_are_refused(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(DocumentError, match=message):
        Document.open(tmp_path / name)


@pytest.mark.parametrize("ending", [".md", ".html", ".txt", ".docx"])
def test_a_template_is_filled_and_read_back(ending: str, tmp_path: Path) -> None:
    document = Document.open(template(tmp_path, ending))
    assert [place.text.strip() for place in document.scan().placeholders] == ["load"]
    content, made = document.filled([Value(ID, "0.70")], [], recorded)
    assert made == recorded(made.places)
    beside = document.record_path(tmp_path / f"a{ending}")
    assert beside == (tmp_path / f"a.txt{SIDECAR}" if ending == ".txt" else None)
    if beside is not None:
        beside.write_text(made.model_dump_json(), "utf-8")
    (tmp_path / f"a{ending}").write_bytes(content)
    again = Document.open(tmp_path / f"a{ending}")
    assert again.scan().placeholders == ()
    (record,), reading = again.read()
    assert record == recorded(record.places)
    assert [(place.id, place.text, place.line) for place in record.places] == [(ID, "0.70", 1)]
    if ending != ".txt":
        assert [(tagged.id, tagged.text) for tagged in reading.tagged] == [(ID, "0.70")]
    (span,) = find(reading.text, record.places)
    assert span is not None
    assert reading.text[slice(*span)] == "0.70"


@pytest.mark.parametrize("ending", [".md", ".html", ".txt", ".docx"])
def test_every_fault_names_the_file(ending: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=rf"template\{ending}: (line 1|the paragraph .*): braces open"):
        Document.open(template(tmp_path, ending, "{{ load")).scan()
    path = tmp_path / f"broken{ending}"
    path.write_bytes(b"\xff")
    (tmp_path / f"broken{ending}{SIDECAR}").write_text(RECORD.model_dump_json())
    for use in (Document.scan, Document.read):
        with pytest.raises(DocumentError, match=rf"broken\{ending}: it is no"):
            use(Document.open(path))


# --- the record beside a plain text ------------------------------------------------------


def records_of(folder: Path, content: bytes | None) -> list[Record]:
    """Read a plain text with some record beside it."""
    (folder / "a.txt").write_text("Loaded to 0.70.")
    if content is not None:
        (folder / f"a.txt{SIDECAR}").write_bytes(content)
    return Document.open(folder / "a.txt").read()[0]


def test_a_text_without_its_record_says_where_that_must_be(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        records_of(tmp_path, None)
    assert str(caught.value) == (
        f"{tmp_path / 'a.txt'}: its record a.txt.numbers.json cannot be read: No such file or directory; "
        "shellcount fill writes it beside the text, and it must stay there, unless --record names it"
    )


PLACE = {"id": ID, "text": "0.70", "line": 1, "column": 11, "before": "Loaded to ", "after": "."}


def beside(*places: object, **changes: Any) -> bytes:
    whole = {**RECORD.model_dump(mode="json"), "places": places, **changes}
    return json.dumps(whole).encode()


def test_a_record_beside_a_text_is_read(tmp_path: Path) -> None:
    assert records_of(tmp_path, beside(PLACE)) == [recorded((Place.model_validate(PLACE),))]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", r"is damaged \(it is not valid JSON: Expecting value"),
        (b"\xff\xfe", r"is damaged \(it is not valid JSON: 'utf-8'"),
        (b'{"a":' * 100_000, r"is damaged \(it is not valid JSON: values are nested too deeply\)"),
        (b'{"a": 1, "a": 2}', r"is damaged \(it is not valid JSON: the name 'a' appears twice"),
        (b"[]", "is damaged"),
        (b'{"places": []}', r"is damaged \(case: Field required\)"),
        (beside(more=1), r"is damaged \(more: "),
        (beside(record="shellcount/other/2"), r"is damaged \(record: "),
        (beside(case={}), r"is damaged \(case.id: Field required\)"),
        (beside({}), r"is damaged \(places.0.id: Field required\)"),
        (beside({**PLACE, "text": ""}), r"is damaged \(places.0.text: "),
        (beside({**PLACE, "text": " 0.70"}), r"is damaged \(places.0.text: "),
        (beside({**PLACE, "line": 0}), r"is damaged \(places.0.line: "),
        (beside({**PLACE, "column": -1}), r"is damaged \(places.0.column: "),
        (beside({**PLACE, "before": "x" * 401}), r"is damaged \(places.0.before: "),
        (beside({**PLACE, "\x1b[31m": "x" * 41}), r"is damaged \(places.0.\\x1b"),
    ],
    ids=range(16),
)
def test_a_damaged_record_beside_a_text_is_said_to_be(content: bytes, fault: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=rf"a\.txt: the record of what was filled in {fault}") as caught:
        records_of(tmp_path, content)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


# --- records -----------------------------------------------------------------------------


def changed(**changes: Any) -> dict[str, Any]:
    return {**RECORD.model_dump(mode="json"), **changes}


RUN = RECORD.run.model_dump(mode="json")


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({}, "case"),
        (changed(record="shellcount/other/2"), "record"),
        (changed(more=1), "more"),
        (changed(case=[]), "case"),
        (changed(scale=3), "scale"),
        (changed(scale="kent"), "scale"),
        (changed(values={ID: "0.70"}), f"values.{ID}"),
        (changed(run={**RUN, "seed": -1}), "run.seed"),
        (changed(run={**RUN, "seed": float("nan")}), "it is not valid JSON: NaN is not a finite number"),
        (changed(run={**RUN, "seed": float("inf")}), "it is not valid JSON: Infinity is not a finite number"),
        (changed(run={**RUN, "engine": "magic"}), "run.engine"),
        (changed(run={**RUN, "settings": {"runs": None}}), "run.settings.runs"),
        (changed(run={**RUN, "settings": {"runs": 1.5}}), "run.settings.runs"),
        (changed(values={"\x1b[31m": 1}), r"values.\\x1b"),
        (changed(values={"x" * 10_000: 1}), "values.xxx"),
    ],
)
def test_a_record_of_another_shape_is_damaged(content: dict[str, Any], place: str, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(f"<!--shellcount-record {json.dumps(content)}-->", "utf-8")
    with pytest.raises(DocumentError, match=rf"a\.html: the record .* is damaged \({place}") as caught:
        Document.open(path).read()
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (changed(run={**RUN, "seed": 2}), "the digest of its run is not that of the run"),
        (changed(run={**RUN, "settings": {"runs": 4, "particles": 4_000_000}}), "the digest of its run"),
        (changed(run={**RUN, "given": "all"}), "the digest of its run"),
        (changed(scale="phia"), f"the id {ID} is not that of load"),
        (changed(values={ID: {"name": "load|headline", "text": "0.70"}}), f"the id {ID} is not that of load"),
        (changed(places=[]), "its numbers are not those of its places"),
        (changed(places=[{**PLACE, "id": "other"}]), "its numbers are not those of its places"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(
    content: dict[str, Any], fault: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.html"
    path.write_text(f"<!--shellcount-record {json.dumps(content)}-->", "utf-8")
    with pytest.raises(DocumentError, match=rf"a\.html: the record .* was changed: {fault}"):
        Document.open(path).read()


def test_a_record_of_another_version_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text('<!--shellcount-record {"record": "shellcount/filled/1"}-->', "utf-8")
    with pytest.raises(DocumentError, match=r"its record has form 1, made by another version of shellcount"):
        Document.open(path).read()


def test_a_document_that_is_no_regular_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")
    with pytest.raises(DocumentError, match=r"a\.md cannot be read: it is not a regular file"):
        Document.open(tmp_path / "a.md")


def test_documents_and_records_beyond_the_limits_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("x" * 1_000)
    with raised({"document": 999.0}), pytest.raises(LimitError, match="--limit document="):
        Document.open(path)
    path.write_text("<!--shellcount-record {}-->\n\n" * 21)
    with pytest.raises(LimitError, match="21 records"):
        Document.open(path).read()


def test_a_record_that_is_no_table_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text('<!--shellcount-record {"record": "\\ud800"}-->', "utf-8")
    with pytest.raises(DocumentError, match="damaged"):
        Document.open(path).read()
