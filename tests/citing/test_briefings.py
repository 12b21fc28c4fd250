"""Templates become briefings, and briefings are held against what their numbers would be now."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from shellcount.citing.briefings import HEAD, audit, fill, read_template, rows

from building import edited
from shellcount.case.changes import parse_change, with_changes
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.citing import briefings
from shellcount.citing.documents.document import Document
from shellcount.citing.documents.records import Record
from shellcount.citing.quotation import parse_quotation, quote
from shellcount.errors import DocumentError, OutputError, UsageError
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior

TOTAL = "rounds.mixed@2024-06-14"
KINDS = (".md", ".html", ".txt", ".docx")
ASKED = (
    *(TOTAL, f"{TOTAL} | headline", f"{TOTAL} | range", f"{TOTAL} | exact", "load"),
    *(f"{TOTAL} >= 1.5 million | word", "claim.ua-gur-2024", "check.ua-gur-2024 | sentence", TOTAL),
)
SEED = Path(__file__).parents[2] / "seeds" / "dprk-russia-2024.toml"
FEW: dict[str, Any] = {"runs": 4, "particles": 64, "allow_unconverged": True}


@pytest.fixture(scope="module")
def few(case: Case) -> Posterior:
    return fit(case, **FEW)


def template(folder: Path, ending: str = ".md", asked: tuple[str, ...] = ASKED) -> Path:
    path = folder / f"template{ending}"
    lines = [f"Number {place}: {{{{ {name} }}}} so." for place, name in enumerate(asked)]
    if ending == ".docx":
        document = docx.Document()
        for line in lines:
            document.add_paragraph(line)
        document.save(str(path))
    else:
        path.write_text("\n\n".join(lines).replace(">", "&gt;" if ending == ".html" else ">"), "utf-8")
    return path


def filled(folder: Path, posterior: Posterior, ending: str = ".md", **settings: Any) -> Path:
    asked = settings.pop("asked", ASKED)
    read = read_template(template(folder, ending, asked), posterior.case)
    return fill(read, posterior, folder / f"filled{ending}", **settings)


def statuses(found: briefings.Audit) -> list[str]:
    return [result.status for result in found.results]


def rewritten(path: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    """Edit the record that a document in Markdown keeps."""
    text = path.read_text("utf-8")
    found = re.search(r"<!--shellcount-record (.*)-->", text)
    assert found is not None
    record = json.loads(found[1])
    edit(record)
    path.write_text(
        text.replace(found[1], json.dumps(record).replace(">", "\\u003e").replace("<", "\\u003c")), "utf-8"
    )


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
        DocumentError, match=r"asks for nothing: write names in double braces, as \{\{ load \}\}"
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


@pytest.mark.parametrize("ending", KINDS)
def test_what_was_filled_is_the_same_when_audited(ending: str, few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, ending)
    found = audit(path)
    assert found.passed
    assert found.sentence == "9 numbers: 9 same."
    assert found.remarks == ()
    assert [result.found for result in found.results] == [
        quote(few, parse_quotation(few.case, name)) for name in ASKED
    ]
    assert [result.name for result in found.results] == [
        parse_quotation(few.case, name).name for name in ASKED
    ]
    assert all((result.now, result.remark) == (result.found, "") for result in found.results)
    assert [len(row) for row in rows(found)] == [len(HEAD)] * 9


def test_each_thing_that_is_asked_for_has_one_reference(few: Posterior, tmp_path: Path) -> None:
    text = filled(tmp_path, few, ".txt").read_text("utf-8")
    numbers = re.findall(r" \[(\d)\] so", text)
    assert numbers == ["1", "1", "1", "1", "2", "3", "4", "5", "1"]
    assert [line[:4] for line in text.split("References")[1].split("\n") if line][:5] == [
        f"[{place}] " for place in range(1, 6)
    ]


def test_references_can_be_left_out(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, ".md", notes=False)
    assert "[^" not in path.read_text("utf-8")
    assert audit(path).passed


@pytest.mark.parametrize("scale", ["phia", "ipcc"])
def test_the_scale_is_kept_for_the_audit(scale: str, few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, scale=scale)
    found = audit(path)
    assert found.passed
    assert found.results[5].found == quote(few, parse_quotation(few.case, ASKED[5]), scale=scale)


def test_nothing_is_left_of_the_template_but_its_words(few: Posterior, tmp_path: Path) -> None:
    text = filled(tmp_path, few, ".md", notes=False).read_text("utf-8").split("<!--")[0]
    shown = re.sub(r"<[^>]*>", "", text).split("\n\n")[:9]
    for place, line in enumerate(shown):
        assert re.fullmatch(rf"Number {place}: .* so\.\s*", line)
        assert "{" not in line


def test_the_same_is_written_twice(few: Posterior, tmp_path: Path) -> None:
    assert filled(tmp_path, few).read_bytes() == filled(tmp_path, few).read_bytes()


def test_unconverged_numbers_are_marked_and_audited_as_such(case: Case, tmp_path: Path) -> None:
    rough = fit(case, given="all", seed=1, **FEW)
    path = filled(tmp_path, rough, asked=(TOTAL, "load"))
    found = audit(path)
    assert [result.found.endswith("(not converged)") for result in found.results] == [True, True]
    assert found.passed


# --- where a briefing cannot be written --------------------------------------------------


@pytest.mark.parametrize("link", ["same", "symbolic", "hard", "spelt"])
def test_the_template_itself_is_never_written(link: str, few: Posterior, tmp_path: Path) -> None:
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
        fill(read_template(path, few.case), few, out)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("out", "error", "message"),
    [
        ("a.html", DocumentError, r"a\.html is not of the kind of its template, .*template\.md"),
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
    before = sorted(tmp_path.iterdir())
    with pytest.raises(error, match=message):
        fill(read, few, tmp_path / out)
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
    assert audit(fill(read, few, tmp_path / "new" / "a.md")).passed


def test_what_cannot_be_quoted_leaves_nothing(few: Posterior, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="was fit"):
        filled(tmp_path, few, asked=("load", "check.rok-mnd-2024-06"))
    assert [path.name for path in tmp_path.iterdir()] == ["template.md"]


# --- a case of one's own -----------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "work" / "cases"
    folder.mkdir(parents=True)
    shutil.copy(SEED, folder / "own.toml")
    return folder / "own.toml"


def filled_from(own: Path, folder: Path, *changes: str, **settings: Any) -> Path:
    case = load_case(own)
    if changes:
        case = with_changes(case, dict(parse_change(change) for change in changes))
    folder.mkdir(exist_ok=True)
    return filled(
        folder,
        fit(case, **{**FEW, **settings}),
        asked=(TOTAL, "claim.ua-gur-2024"),
        case_path=str(own),
        changes=changes,
    )


def test_a_briefing_names_its_case_from_its_own_folder(own: Path, tmp_path: Path) -> None:
    path = filled_from(own, tmp_path / "work" / "text")
    records, _ = Document.open(path).marks()
    assert [record.case.path for record in records] == ["../cases/own.toml"]
    assert audit(path).passed


def test_a_briefing_may_move_together_with_its_case(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled_from(own, tmp_path / "work" / "text")
    (tmp_path / "work").rename(tmp_path / "moved")
    monkeypatch.chdir(tmp_path / "moved" / "cases")
    assert audit(Path("../text/filled.md")).passed


def test_a_briefing_in_a_linked_folder_finds_its_case(own: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere" / "deep")
    path = filled_from(own, tmp_path / "link")
    assert audit(path).passed
    assert audit(tmp_path / "elsewhere" / "deep" / "filled.md").passed


def test_a_case_that_changed_makes_numbers_drift(own: Path, tmp_path: Path) -> None:
    path = filled_from(own, tmp_path / "text")
    text = own.read_text("utf-8")
    stated = re.search(r'id = "ua-gur-2024".*?\nvalue = ([\d_]+)\n', text, re.DOTALL)
    assert stated is not None
    own.write_text(
        text[: stated.start(1)] + "1_900_000" + text[stated.end(1) :].replace("1500000", "1900000"), "utf-8"
    )
    found = audit(path)
    assert statuses(found) == ["same", "drifted"]
    assert (found.results[1].found, found.results[1].now) == ("about 1.5 million", "about 1.9 million")
    assert found.results[1].remark == "the number has moved"
    assert found.remarks == ("The case dprk-russia-2024 has changed since these numbers were filled in.",)
    assert found.sentence == "2 numbers: 1 same, 1 drifted."
    assert not found.passed


@pytest.mark.parametrize("content", [None, "", "nonsense = ["])
def test_a_case_that_is_gone_or_broken_makes_numbers_unknown(
    content: str | None, own: Path, tmp_path: Path
) -> None:
    path = filled_from(own, tmp_path / "text")
    own.unlink() if content is None else own.write_text(content)
    found = audit(path)
    assert statuses(found) == ["unknown", "unknown"]
    assert all(result.now is None and "own.toml" in result.remark for result in found.results)
    assert audit(path, case=load_case()).passed


def test_a_claim_of_another_name_is_unknown(own: Path, tmp_path: Path) -> None:
    path = filled_from(own, tmp_path / "text")

    def rename(raw: dict[str, Any]) -> None:
        next(claim for claim in raw["claim"] if claim["id"] == "ua-gur-2024")["id"] = "ua-gur-2023"

    found = audit(path, case=edited(load_case(own), rename))
    assert statuses(found) == ["same", "unknown"]
    assert "did you mean ua-gur-2023" in found.results[1].remark


def test_changes_and_scenarios_of_ones_own_are_replayed(own: Path, tmp_path: Path) -> None:
    changes = (
        "load=0.5:0.6",
        "claim.ua-gur-2024=1700000",
        "scenario.half=152mm-howitzer:0.5,122mm-rocket:0.5",
    )
    path = filled_from(own, tmp_path / "text", *changes)
    found = audit(path)
    assert found.passed
    assert found.results[1].found == "about 1.7 million"
    asked = ("rounds.half@2024-06-14",)
    posterior = fit(with_changes(load_case(own), dict(map(parse_change, changes))), **FEW)
    path = filled(tmp_path, posterior, asked=asked, case_path=str(own), changes=changes)
    assert audit(path).passed


@pytest.mark.parametrize(
    "settings",
    [{"given": "all"}, {"given": "all-but:ua-gur-2024"}, {"seed": 7}, {"runs": 5, "particles": 80}],
)
def test_the_run_is_replayed(settings: dict[str, Any], own: Path, tmp_path: Path) -> None:
    path = filled_from(own, tmp_path / "text", **settings)
    assert audit(path).passed


def test_a_case_from_standard_input_must_be_named(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, asked=("load",), case_path="-")
    found = audit(path)
    assert [result.remark for result in found.results] == [
        "its case was read from standard input; name its file"
    ]
    assert audit(path, case=few.case).passed


def test_a_case_whose_name_is_no_text_is_refused(few: Posterior, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"\\udcff.* cannot be named in a document: it is not UTF-8"):
        filled(tmp_path, few, asked=("load",), case_path=str(tmp_path / "\udcff.toml"))


# --- edits by people ---------------------------------------------------------------------


def test_a_number_edited_by_hand_has_drifted(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, asked=("claim.ua-gur-2024", "load"))
    path.write_text(path.read_text("utf-8").replace(">about 1.5 million<", ">about 2 million<"), "utf-8")
    found = audit(path)
    assert statuses(found) == ["drifted", "same"]
    first = found.results[0]
    assert (first.found, first.now) == ("about 2 million", "about 1.5 million")
    assert first.remark == "it was filled in as about 1.5 million"


def test_two_briefings_joined_into_one_are_audited_together(
    case: Case, few: Posterior, tmp_path: Path
) -> None:
    one = filled(tmp_path, few, asked=(TOTAL,)).read_text("utf-8")
    other = filled(tmp_path, fit(case, seed=2, **FEW), asked=(TOTAL, "load")).read_text("utf-8")
    path = tmp_path / "joined.md"
    path.write_text(f"{one}\n{other}", "utf-8")
    found = audit(path)
    assert statuses(found) == ["same"] * 3
    assert len(set(re.findall(r"\[\^([\w-]+)\]:", path.read_text("utf-8")))) == 3


def test_a_record_out_of_reach_takes_nothing_from_another(few: Posterior, tmp_path: Path) -> None:
    asked = ("load",)
    near = filled(tmp_path, few, asked=asked).read_text("utf-8")
    far = filled(tmp_path, few, asked=asked, case_path=str(tmp_path / "gone.toml")).read_text("utf-8")
    for text in (near + far, far + near):
        (tmp_path / "joined.md").write_text(text, "utf-8")
        assert audit(tmp_path / "joined.md").passed


def test_without_its_record_every_number_is_unknown(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, asked=("load", "stowage"))
    path.write_text(re.sub(r"<!--.*-->", "", path.read_text("utf-8")), "utf-8")
    found = audit(path)
    assert [(result.status, result.name, result.remark) for result in found.results] == [
        ("unknown", "", "the document has no record of it")
    ] * 2
    assert found.sentence == "2 numbers: 2 unknown."


def test_a_document_that_was_never_filled_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"template\.md contains no shellcount numbers"):
        audit(template(tmp_path))


# --- hostile records ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "edit",
    [
        lambda record: record["case"].update(path="../" * 50 + "etc/passwd"),
        lambda record: record["case"].update(path="a\x00b"),
        lambda record: record["case"].update(path="x" * 10_000),
        lambda record: record["case"].update(path="."),
        lambda record: record["case"].update(changes=["nonsense"]),
        lambda record: record["case"].update(changes=["load=nan:inf"]),
        lambda record: record["case"].update(changes=["scenario.=x:1"]),
        lambda record: record["case"].update(changes=["\x1b[31m=1"]),
        lambda record: record["run"].update(given="everything"),
        lambda record: record["run"].update(settings={"runs": 10**9}),
        lambda record: record["run"].update(settings={"particles": -1}),
        lambda record: record.update(scale="../../kent"),
        lambda record: record["values"].update(
            {key: {"name": "\x1b[31m", "text": "x"} for key in record["values"]}
        ),
        lambda record: record["values"].update(
            {key: {"name": "load >= " + "9" * 9999, "text": "x" * 99_999} for key in record["values"]}
        ),
    ],
)  # fmt: skip
def test_a_hostile_record_makes_numbers_unknown(
    edit: Callable[[dict[str, Any]], None], few: Posterior, tmp_path: Path
) -> None:
    path = filled(tmp_path, few, asked=(f"{TOTAL} >= 1 | word",))
    rewritten(path, edit)
    (result,) = audit(path).results
    assert (result.status, result.now) == ("unknown", None)
    assert result.remark
    assert all(text.isprintable() and len(text) <= 300 for text in (result.remark, result.name))


def test_hostile_versions_are_shown_on_one_short_line(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, asked=("load",))
    rewritten(
        path, lambda record: record["run"]["versions"].update({"a\n9 numbers: 9 same.\x1b": "1\n" * 99})
    )
    found = audit(path)
    assert found.passed
    assert len(found.remarks) == 1
    assert all(remark.isprintable() and len(remark) < 200 for remark in found.remarks)


def test_other_libraries_are_remarked_upon(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, asked=("load",))
    rewritten(path, lambda record: record["run"]["versions"].update({"numpy": "1.0"}))
    (remark,) = audit(path).remarks
    assert re.fullmatch(r"Made with numpy 1\.0; now \d.*\.", remark)


# --- hostile cases -----------------------------------------------------------------------

HOSTILE = {
    "mark-up": '</span></title><script>alert(1)</script><!-- --> "',
    "Markdown": "_a_ *b* `c` | [d](e) {{ load }} \\{{ # f",
    "control": "\x1b[31m \u202e a \u200b\u2061",
    "LaTeX": r"\input{a} $x$ }{",
    "formula": "=HYPERLINK(1)",
    "endless": "x" * 10_000,
    "not XML": "a\ufffeb",
}


@pytest.mark.parametrize("ending", KINDS)
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_of_a_case_are_audited_as_the_same(
    hostile: str, ending: str, case: Case, tmp_path: Path
) -> None:
    def edit(raw: dict[str, Any]) -> None:
        raw["case"]["title"] = hostile
        for entry in (*raw["claimant"], *raw["source"]):
            entry["title"] = hostile

    used = edited(case, edit)
    posterior = fit(used, **FEW)
    path = filled(tmp_path, posterior, ending, asked=("check.ua-gur-2024 | sentence", "claim.ua-gur-2024"))
    found = audit(path, case=used)
    assert statuses(found) == ["same", "same"]
    assert found.results[0].found.isprintable()


def test_a_record_holds_what_decides_every_digit(few: Posterior, tmp_path: Path) -> None:
    records, marks = Document.open(filled(tmp_path, few, asked=("load", "load"))).marks()
    (record,) = records
    assert isinstance(record, Record)
    assert record.run.digest == few.digest
    assert record.run.settings == few.run.settings
    assert record.case.digest == few.case.digest
    assert (record.case.path, record.case.changes) == (None, ())
    assert [mark.id for mark in marks] == list(record.values) * 2
