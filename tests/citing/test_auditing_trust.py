"""References are audited too, records are cross-checked, and a document leads to no file of others."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from test_auditing import rewritten

from briefing import KINDS, TOTAL, filled, statuses
from quick import quick_posterior
from shellcount.case.changes import with_changes
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.citing.auditing import audit
from shellcount.citing.documents.records import read_record
from shellcount.citing.filling import case_remark
from shellcount.citing.sealing import SHORTEST_KEY, check_seal, read_key, sealed
from shellcount.errors import DocumentError, LimitError
from shellcount.posterior.posterior import Posterior

SEED = Path(__file__).parents[2] / "seeds" / "dprk-russia-2024.toml"
ASKED = (TOTAL, "load", "claim.ua-gur-2024")
KEY = bytes(range(32))


@pytest.fixture(scope="module")
def few(case: Case) -> Posterior:
    return quick_posterior(case)


def edited(path: Path, old: str, new: str) -> None:
    """Edit what readers see, and not the record."""
    text, record = path.read_text("utf-8").split("<!--shellcount-record")
    assert old in text
    path.write_text(f"{text.replace(old, new, 1)}<!--shellcount-record{record}", "utf-8")


# --- references --------------------------------------------------------------------------


@pytest.mark.parametrize("ending", KINDS)
def test_references_are_audited(ending: str, few: Posterior, tmp_path: Path) -> None:
    found = audit(filled(tmp_path, few, ending, asked=ASKED))
    assert [reference.status for reference in found.references] == ["same"] * 3
    assert found.sentence == "3 numbers: 3 same. 3 references: 3 same."
    assert [reference.name for reference in found.references] == [
        f"reference 1, {TOTAL}",
        "reference 2, load",
        "reference 3, claim.ua-gur-2024",
    ]


def test_one_reference_describes_the_run_and_the_others_name_it(few: Posterior, tmp_path: Path) -> None:
    text = filled(tmp_path, few, ".txt", asked=(*ASKED, "stowage")).read_text("utf-8")
    notes = re.findall(r"(?m)^\[\d\] .*$", text)
    shown = few.digest[:23]
    assert [("Posterior of" in note, f"Of the same run, {shown}." in note) for note in notes] == [
        (True, False),
        (False, True),
        (False, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("old", "new", "found", "now"),
    [
        ("given counts", "given all", "given all\\:", "given counts:"),
        ("seed 1,", "seed 77,", "seed 77,", "seed 1,"),
        ("engine smc,", "engine nuts,", "engine nuts,", "engine smc,"),
        ("Posterior of", "Estimate of", "Estimate", "Posterior"),
        ("load\\: ", "load\\: 0.99, or ", "0.99, or", None),
    ],
)
def test_a_reference_that_was_edited_is_named_by_its_words(
    old: str, new: str, found: str, now: str | None, few: Posterior, tmp_path: Path
) -> None:
    path = filled(tmp_path, few, asked=ASKED)
    edited(path, old, new)
    result = audit(path)
    assert statuses(result) == ["same"] * 3
    (drifted,) = [each for each in result.references if each.status != "same"]
    assert drifted.status == "drifted"
    assert drifted.remark == "the reference was edited"
    assert found.replace("\\", "") in drifted.found
    assert now is None or now in str(drifted.now)
    assert len(drifted.found) <= 160
    assert not result.passed
    assert drifted.where.startswith("line ")


@pytest.mark.parametrize("ending", [".md", ".txt"])
def test_a_reference_that_is_gone_is_missing(ending: str, few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, ending, asked=ASKED)
    text, count = re.subn(r"(?m)^\[\^?[^\]]*2\]:? load.*\n", "", path.read_text("utf-8"))
    assert count == 1
    path.write_text(text, "utf-8")
    found = audit(path)
    assert [(each.status, each.name) for each in found.references if each.status != "same"] == [
        ("missing", "reference 2, load")
    ]
    assert not found.passed


def test_a_reference_of_an_older_run_is_unknown(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, ".txt", asked=("load",))
    note = re.findall(r"(?m)^\[1\] (.*)$", path.read_text("utf-8"))[0]
    path.write_text(path.read_text("utf-8") + f"[2] {note.replace('load', 'stowage')}\n", "utf-8")
    found = audit(path)
    assert [(each.status, each.remark) for each in found.references] == [
        ("same", ""),
        ("unknown", "the document has no record of it"),
    ]


def test_references_left_out_are_not_missed(few: Posterior, tmp_path: Path) -> None:
    found = audit(filled(tmp_path, few, asked=ASKED, notes=False))
    assert (found.references, found.passed) == ((), True)


@pytest.mark.parametrize("ending", KINDS)
def test_a_what_if_is_said_in_text_reference_and_audit(ending: str, case: Case, tmp_path: Path) -> None:
    changed = quick_posterior(with_changes(case, {"load": (0.5, 0.9)}))
    for notes in (True, False):
        path = filled(tmp_path, changed, ending, asked=ASKED, case_path=None, notes=notes)
        found = audit(path)
        assert [result.found.endswith(" (what-if)") for result in found.results] == [True, True, False]
        assert [result.remark for result in found.results] == ["what-if", "what-if", ""]
        assert [result.marks for result in found.results] == [("what-if",), ("what-if",), ()]
        assert [each.marks for each in found.references] == [("what-if",), ("what-if",), ()][: 3 * notes]


# --- records -----------------------------------------------------------------------------


def test_a_second_record_of_the_same_numbers_is_refused(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, asked=("load",))
    text = path.read_text("utf-8")
    record = text[text.index("<!--") :]
    path.write_text(text + record, "utf-8")
    assert audit(path).passed  # the same record again says nothing else
    path.write_text(text + record.replace('"text":"0.7', '"text":"0.9'), "utf-8")
    with pytest.raises(DocumentError, match=r"has two records of the number [0-9a-f]{12}"):
        audit(path)
    path.write_text(text + record.replace("load|median", "stowage|median"), "utf-8")
    with pytest.raises(DocumentError, match=r"the id .* is not that of stowage"):
        audit(path)


def test_briefings_of_one_run_may_be_joined(few: Posterior, tmp_path: Path) -> None:
    one = filled(tmp_path, few, asked=("load", TOTAL)).read_text("utf-8")
    other = filled(tmp_path, few, asked=("stowage", "load")).read_text("utf-8")
    path = tmp_path / "joined.md"
    path.write_text(one + other, "utf-8")
    found = audit(path)
    assert found.sentence == "4 numbers: 4 same. 4 references: 4 same."
    path.write_text(one + other.replace(other[: other.index("\n")], "Gone."), "utf-8")
    assert "1 missing" in audit(path).sentence


def test_more_draws_than_allowed_are_refused_before_they_are_made(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, asked=("load",))

    def enlarge(record: dict[str, dict[str, object]]) -> None:
        record["run"]["settings"] = {"runs": 4, "particles": 1_000_000, "draws": 8_000_000}

    rewritten(path, enlarge)
    with pytest.raises(LimitError, match="--limit memory="):
        audit(path)


# --- paths -------------------------------------------------------------------------------

CONTENT = "words = 'correct horse'"


def led_to(path: str, few: Posterior, folder: Path) -> str:
    """Audit a document that names a file as its case, and give the remark on its number."""
    document = filled(folder, few, asked=("load",))
    rewritten(document, lambda record: record["case"].update(path=path))
    (result,) = audit(document).results
    assert result.status == "unknown"
    return result.remark


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a document's files, and a secret beside it."""
    (tmp_path / "secret.toml").write_text(CONTENT)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "notes.toml").write_text(CONTENT)
    (tmp_path / "own" / "link.toml").symlink_to(tmp_path / "secret.toml")
    (tmp_path / "own" / "up").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "own" / "fifo")
    return tmp_path / "own"


@pytest.mark.parametrize(
    "path",
    [
        "../secret.toml",
        "link.toml",
        "up/secret.toml",
        "own/../../secret.toml",
        "/etc/passwd",
        "/dev/zero",
        "../../../../../etc/hostname",
    ],
)
def test_no_file_outside_the_folder_of_the_document_is_read(path: str, few: Posterior, folder: Path) -> None:
    remark = led_to(path, few, folder)
    assert "is not beneath the folder of the document; name its file with --case" in remark


def test_an_absolute_path_is_refused_wherever_it_leads(few: Posterior, folder: Path) -> None:
    assert "correct horse" not in led_to(str(folder.parent / "secret.toml"), few, folder)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("fifo", "it is not a regular file"),
        (".", "Is a directory"),
        ("missing.toml", "No such file or directory"),
        ("a\0b", "embedded null byte"),
    ],
)
def test_what_is_no_file_is_refused_without_waiting(
    path: str, reason: str, few: Posterior, folder: Path
) -> None:
    assert reason in led_to(path, few, folder)


def test_nothing_of_a_file_that_is_no_case_is_shown(few: Posterior, folder: Path) -> None:
    remark = led_to("notes.toml", few, folder)
    assert remark == (
        "its case notes.toml cannot be used; shellcount validate says why, and --case names another"
    )


def test_a_case_beneath_the_document_is_followed(folder: Path) -> None:
    (folder / "cases").mkdir()
    own = folder / "cases" / "own.toml"
    own.write_bytes(SEED.read_bytes())
    path = filled(folder, quick_posterior(load_case(own)), asked=("load",), case_path=str(own))
    assert audit(path).passed
    assert case_remark(path, str(own)) is None


def test_a_case_elsewhere_must_be_named_and_filling_says_so(folder: Path) -> None:
    own = folder.parent / "own.toml"
    own.write_bytes(SEED.read_bytes())
    path = filled(folder, quick_posterior(load_case(own)), asked=("load",), case_path=str(own))
    assert statuses(audit(path)) == ["unknown"]
    assert audit(path, case=load_case(own)).passed
    assert case_remark(path, str(own)) == (
        "The case ../own.toml is not beneath the folder of the document: shellcount audit will need --case."
    )
    assert str(case_remark(path, "-")).endswith("shellcount audit will need --case.")
    assert case_remark(path, None) is None
    assert case_remark(path, "dprk-russia-2024") is None


# --- seals -------------------------------------------------------------------------------


def seals(path: Path, key: bytes = KEY) -> list[str]:
    return [each.status for each in audit(path, key=key).document]


@pytest.mark.parametrize("ending", KINDS)
def test_a_sealed_document_passes_with_its_key_alone(ending: str, few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, ending, asked=ASKED, key=KEY)
    found = audit(path, key=KEY)
    assert (found.passed, [each.status for each in found.document]) == (True, ["same"])
    assert seals(path, KEY[::-1]) == ["drifted"]
    assert not audit(path, key=KEY[::-1]).passed
    unchecked = audit(path)
    assert unchecked.passed
    assert unchecked.remarks == ("The document is sealed; audit --key FILE checks the seal.",)


def test_a_document_without_a_seal_does_not_pass_with_a_key(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, asked=ASKED)
    found = audit(path, key=KEY)
    assert [(each.status, each.remark) for each in found.document] == [
        ("missing", "the document was filled without a key, or its seal was removed")
    ]
    assert not found.passed


def test_a_change_of_number_and_record_together_breaks_the_seal(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, asked=("load",), key=KEY, notes=False)
    text = path.read_text("utf-8")
    found = audit(path).results[0].found
    path.write_text(text.replace(found, "0.99"), "utf-8")
    assert seals(path) == ["drifted"]
    rewritten(path, lambda record: record["case"].update(path="other.toml"))
    assert seals(path) == ["drifted"]


def test_a_change_of_what_readers_see_leaves_the_seal_and_fails(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, asked=("load",), key=KEY)
    edited(path, audit(path).results[0].found, "0.99")
    found = audit(path, key=KEY)
    assert [each.status for each in found.document] == ["same"]
    assert (statuses(found), found.passed) == (["drifted"], False)


def test_every_part_of_a_record_is_under_its_seal(few: Posterior, tmp_path: Path) -> None:
    path = filled(tmp_path, few, ".txt", asked=ASKED, key=KEY)
    content = json.loads((tmp_path / "filled.txt.numbers.json").read_text("utf-8"))
    record = read_record(content)
    assert check_seal(record, KEY) == "same"
    assert path.exists()
    updates: tuple[dict[str, object], ...] = (
        {"places": record.places[::-1]},
        {"notes": {}},
        {"case": record.case.model_copy(update={"path": "b"})},
        {"seal": "0" * 64},
        {"seal": "é"},
    )
    for update in updates:
        assert check_seal(record.model_copy(update=update), KEY) == "drifted"
    assert check_seal(record.model_copy(update={"seal": None}), KEY) == "missing"
    assert sealed(record, KEY) == record


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.write_bytes(b"x" * (SHORTEST_KEY - 1)), "has 15 bytes, and needs at least 16"),
        (lambda path: path.write_bytes(b"x" * (2**20 + 1)), "it is larger than"),
        (lambda path: path.mkdir(), "cannot be read"),
        (os.mkfifo, "it is not a regular file"),
        (lambda _: None, "No such file or directory"),
    ],
)
def test_what_is_no_key_is_refused(make: Callable[[Path], object], message: str, tmp_path: Path) -> None:
    make(tmp_path / "key")
    with pytest.raises(DocumentError, match=message) as caught:
        read_key(tmp_path / "key")
    assert "xxx" not in str(caught.value)
