"""Filled documents are held against what their numbers would be now."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from briefing import ASKED, KINDS, TOTAL, filled, statuses, template
from building import edited
from quick import quick_posterior
from shellcount.analysis import analyse
from shellcount.case.changes import parse_change, with_changes
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.citing.auditing import audit
from shellcount.citing.documents.document import Document
from shellcount.citing.documents.records import number_id
from shellcount.citing.quotation import parse_quotation, parts_of, quote
from shellcount.errors import DocumentError
from shellcount.posterior.posterior import Posterior
from shellcount.results.run import Run

SEED = Path(__file__).parents[2] / "seeds" / "dprk-russia-2024.toml"


@pytest.fixture(scope="module")
def few(case: Case) -> Posterior:
    return quick_posterior(case)


def quoted(posterior: Posterior, name: str, **settings: Any) -> str:
    quotation = parse_quotation(posterior.case, name)
    return quote(analyse(posterior, parts_of([quotation]), **settings), quotation).text


def rewritten(path: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    """Edit the record that a document in Markdown keeps, so that it still agrees with itself."""
    text = path.read_text("utf-8")
    found = re.search(r"<!--shellcount-record (.*)-->", text)
    assert found is not None
    record = json.loads(found[1])
    edit(record)
    run = {name: value for name, value in record["run"].items() if name != "digest"}
    made = Run(case=record["case"]["id"], case_digest=record["case"]["digest"], **run)
    record["run"]["digest"] = made.digest
    ids = {
        key: number_id(made.digest, value["name"], record["scale"]) for key, value in record["values"].items()
    }
    record["values"] = {ids[key]: value for key, value in record["values"].items()}
    for place in record["places"]:
        place["id"] = ids[place["id"]]
    text = text.replace(found[1], json.dumps(record).replace(">", "\\u003e").replace("<", "\\u003c"))
    for old, new in ids.items():
        text = text.replace(f'data-shellcount="{old}"', f'data-shellcount="{new}"')
    path.write_text(text, "utf-8")


# --- the same ----------------------------------------------------------------------------


@pytest.mark.parametrize("ending", KINDS)
def test_what_was_filled_is_the_same_when_audited(ending: str, few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, ending)
    found = audit(path)
    assert found.passed
    assert found.sentence == "9 numbers: 9 same. 5 references: 5 same."
    assert found.remarks == ()
    assert [result.found for result in found.results] == [quoted(few, name) for name in ASKED]
    assert [result.name for result in found.results] == [
        parse_quotation(few.case, name).name for name in ASKED
    ]
    assert all((result.now, result.remark) == (result.found, "") for result in found.results)
    assert [len(row) for row in found.table().rows] == [len(found.table().head)] * 9


@pytest.mark.parametrize("scale", ["phia", "ipcc"])
def test_the_scale_is_kept_for_the_audit(scale: str, few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, scale=scale)
    found = audit(path)
    assert found.passed
    assert found.results[5].found == quoted(few, ASKED[5], scale=scale)


def test_unconverged_numbers_are_marked_and_audited_as_such(case: Case, tmp_path: Path) -> None:
    rough = quick_posterior(case, given="all")
    path = filled(tmp_path, rough, asked=("rounds.mixed@2023-10-13", "containers.munitions@2023-10-13"))
    found = audit(path)
    assert [result.found.endswith("(given all, not converged)") for result in found.results] == [True, True]
    assert found.passed


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
        quick_posterior(case, **settings),
        asked=(TOTAL, "claim.ua-gur-2024"),
        case_path=str(own),
    )


def test_a_briefing_names_its_case_from_its_own_folder(own: Path, tmp_path: Path) -> None:
    path = filled_from(own, tmp_path / "work")
    records, _ = Document.open(path).read()
    assert [record.case.path for record in records] == ["cases/own.toml"]
    assert audit(path).passed


def test_a_briefing_may_move_together_with_its_case(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled_from(own, tmp_path / "work")
    (tmp_path / "work").rename(tmp_path / "moved")
    monkeypatch.chdir(tmp_path / "moved" / "cases")
    assert audit(Path("../filled.md")).passed


def test_a_briefing_in_a_linked_folder_finds_its_case(own: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(own.parents[1])
    path = filled_from(own, tmp_path / "link")
    assert audit(path).passed
    assert audit(own.parents[1] / "filled.md").passed


def test_a_case_that_changed_makes_numbers_drift(own: Path) -> None:
    path = filled_from(own, own.parents[1])
    text = own.read_text("utf-8")
    stated = re.search(r'id = "ua-gur-2024".*?\nvalue = ([\d_]+)\n', text, re.DOTALL)
    assert stated is not None
    own.write_text(
        text[: stated.start(1)] + "1_900_000" + text[stated.end(1) :].replace("1500000", "1900000"), "utf-8"
    )
    found = audit(path)
    assert statuses(found) == ["same", "drifted"]
    assert (found.results[1].found, found.results[1].now) == ("about 1.5 million", "about 1.9 million")
    assert found.results[1].remark == "the recomputed number is different"
    assert found.remarks == ("The case dprk-russia-2024 has changed since these numbers were filled in.",)
    assert found.sentence == "2 numbers: 1 same, 1 drifted. 2 references: 1 same, 1 drifted."
    reference = found.references[1]
    assert reference.remark == "the recomputed reference is different"
    assert (reference.found, reference.now) == ("about 1.5", "about 1.9")
    assert not found.passed


def test_authors_and_a_date_that_a_case_got_later_change_no_reference(own: Path) -> None:
    path = filled_from(own, own.parents[1])
    header = 'prepared_by = ["The relief office", { family = "Doe", given = "Jane" }]\nrevised = 2024-09-03'
    own.write_text(
        own.read_text("utf-8").replace('item = "rounds"', f'item = "rounds"\n{header}', 1), "utf-8"
    )
    found = audit(path)
    assert found.passed
    assert found.remarks == ("The case dprk-russia-2024 has changed since these numbers were filled in.",)
    assert found.sentence == "2 numbers: 2 same. 2 references: 2 same."


@pytest.mark.parametrize("content", [None, "", "nonsense = ["])
def test_a_case_that_is_gone_or_broken_makes_numbers_unknown(content: str | None, own: Path) -> None:
    path = filled_from(own, own.parents[1])
    own.unlink() if content is None else own.write_text(content)
    found = audit(path)
    assert statuses(found) == ["unknown", "unknown"]
    assert all(result.now is None and "own.toml" in result.remark for result in found.results)
    assert audit(path, case=load_case()).passed


def test_a_claim_of_another_name_is_unknown(own: Path) -> None:
    path = filled_from(own, own.parents[1])

    def rename(raw: dict[str, Any]) -> None:
        next(claim for claim in raw["claim"] if claim["id"] == "ua-gur-2024")["id"] = "ua-gur-2023"

    found = audit(path, case=edited(load_case(own), rename))
    assert statuses(found) == ["same", "unknown"]
    assert "did you mean ua-gur-2023" in found.results[1].remark


def test_changes_and_scenarios_of_ones_own_are_replayed(own: Path) -> None:
    changes = (
        "load=0.5:0.6",
        "claim.ua-gur-2024=1700000",
        "scenario.half=152mm-howitzer:0.5,122mm-rocket:0.5",
    )
    path = filled_from(own, own.parents[1], *changes)
    found = audit(path)
    assert found.passed
    assert found.results[1].found == "about 1.7 million (what-if)"
    assert found.results[1].remark == "what-if"
    asked = ("rounds.half@2024-06-14",)
    posterior = quick_posterior(with_changes(load_case(own), dict(map(parse_change, changes))))
    path = filled(own.parents[1], posterior, asked=asked, case_path=str(own))
    assert audit(path).passed


@pytest.mark.parametrize(
    "settings",
    [
        {"given": "all"},
        {"given": "all-but:ua-gur-2024"},
        {"seed": 7},
        {"runs": 5, "engine": "smc", "particles": 80},
    ],
)
def test_the_run_is_replayed(settings: dict[str, Any], own: Path) -> None:
    path = filled_from(own, own.parents[1], **settings)
    assert audit(path).passed


def test_a_case_from_standard_input_must_be_named(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, asked=("load",), case_path="-")
    found = audit(path)
    assert [result.remark for result in found.results] == [
        "its case was read from standard input; name its file with --case"
    ]
    assert audit(path, case=few.case).passed


def test_a_case_whose_name_is_no_text_is_refused(few: Posterior, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"\\udcff.* cannot be recorded in a document: it is not UTF-8"):
        filled(tmp_path, few, asked=("load",), case_path=str(tmp_path / "\udcff.toml"))


# --- edits by people ---------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".md", ".html"])
def test_words_replaced_in_the_whole_file_are_replaced_in_its_record_too(
    ending: str, few: Posterior, tmp_path: Path
) -> None:
    path = filled(tmp_path, few, ending, asked=("load", "stowage"))
    path.write_text(
        path.read_text("utf-8").replace("Number", "A number that stands here, with the place"), "utf-8"
    )
    found = audit(path)
    assert (statuses(found), found.passed) == (["same", "same"], True)


def test_a_number_edited_by_hand_has_drifted(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, asked=("claim.ua-gur-2024", "load"))
    path.write_text(path.read_text("utf-8").replace(">about 1.5 million<", ">about 2 million<"), "utf-8")
    found = audit(path)
    assert statuses(found) == ["drifted", "same"]
    first = found.results[0]
    assert (first.found, first.now) == ("about 2 million", "about 1.5 million")
    assert first.remark == "it was filled in as about 1.5 million"


def test_a_plain_text_that_people_worked_on_is_audited(few: Posterior, tmp_path: Path) -> None:
    path = filled(
        tmp_path, few, ".txt", asked=("claim.ua-gur-2024", "load", "claim.rok-mnd-2024-06", "stowage")
    )
    first, second, third, fourth, *references = path.read_text("utf-8").split("\n\n")
    edited = first.replace("about 1.5 million", "about 2 million")
    path.write_text("\n\n".join(["A title", second, edited, fourth, *references]), "utf-8")
    assert "at least 10,000" in third
    found = audit(path)
    assert statuses(found) == ["drifted", "same", "missing", "same"]
    assert [result.where for result in found.results] == [
        *("line 5", "line 3", "line 5 when it was filled in", "line 7"),
    ]
    assert found.results[0].remark == "it was filled in as about 1.5 million"
    gone = found.results[2]
    assert (gone.name, gone.found, gone.now) == ("claim.rok-mnd-2024-06|stated", "", "at least 10,000")
    assert gone.remark == "'at least 10,000' was not found: it was deleted, or moved and reworded"
    assert not found.passed


def test_a_plain_text_and_its_record_may_move_and_be_renamed_together(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, ".txt")
    (tmp_path / "new").mkdir()
    moved = path.rename(tmp_path / "new" / "other.txt")
    with pytest.raises(
        DocumentError, match=r"its record other\.txt\.numbers\.json cannot be read: No such file"
    ):
        audit(moved)
    (tmp_path / "filled.txt.numbers.json").rename(tmp_path / "new" / "other.txt.numbers.json")
    assert audit(moved).passed


def test_two_briefings_joined_into_one_are_audited_together(
    case: Case, few: Posterior, tmp_path: Path
) -> None:
    one = filled(tmp_path, few, asked=(TOTAL,)).read_text("utf-8")
    other = filled(tmp_path, quick_posterior(case, seed=2), asked=(TOTAL, "load")).read_text("utf-8")
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
    assert found.sentence == "2 numbers: 2 unknown. 2 references: 2 unknown."
    (remark,) = found.remarks
    assert remark.startswith("The document has no record: audit the document that shellcount fill wrote")


def test_a_document_that_was_never_filled_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"template\.md contains no shellcount numbers"):
        audit(template(tmp_path))
    with pytest.raises(DocumentError, match=r"its record template\.txt\.numbers\.json cannot be read"):
        audit(template(tmp_path, ".txt"))


# --- hostile records ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "edit",
    [
        lambda record: record["case"].update(path="../" * 50 + "etc/passwd"),
        lambda record: record["case"].update(path="a\x00b"),
        lambda record: record["case"].update(path="x" * 5_000),
        lambda record: record["case"].update(path="."),
        lambda record: record["case"].update(changes=["nonsense"]),
        lambda record: record["case"].update(changes=["load=nan:inf"]),
        lambda record: record["case"].update(changes=["scenario.=x:1"]),
        lambda record: record["case"].update(changes=["\x1b[31m=1"]),
        lambda record: record["run"].update(given="everything"),
        lambda record: record["run"].update(settings={"runs": 4, "particles": 64, "tune": 10**9}),
        lambda record: record["run"].update(settings={"runs": 4, "particles": 1}),
        lambda record: record["run"].update(settings={"runs": 4, "particles": 64, "draws": 513}),
        lambda record: record["values"].update(
            {key: {"name": "\x1b[31m", "text": "x"} for key in record["values"]}
        ),
        lambda record: record["values"].update(
            {key: {"name": "load >= " + "9" * 9_900, "text": "x" * 99_999} for key in record["values"]}
        ),
    ],
)  # fmt: skip
def test_a_hostile_record_makes_numbers_unknown(
    edit: Callable[[dict[str, Any]], None], few: Posterior, tmp_path: Path
) -> None:
    path = filled(tmp_path, few, asked=(f"{TOTAL} >= 1 | word",))
    rewritten(path, edit)
    found = audit(path)
    (result,) = found.results
    assert not found.passed
    assert (result.status, result.now) == ("unknown", None)
    assert result.remark
    assert all(text.isprintable() and len(text) <= 300 for text in (result.remark, result.name))


def test_hostile_versions_are_shown_on_one_short_line(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, asked=("load",), notes=False)
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
    assert re.fullmatch(r"Computed with numpy 1\.0; now \d.*\.", remark)


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
    posterior = quick_posterior(used)
    path = filled(tmp_path, posterior, ending, asked=("check.ua-gur-2024 | sentence", "claim.ua-gur-2024"))
    found = audit(path, case=used)
    assert statuses(found) == ["same", "same"]
    assert found.results[0].found.isprintable()
