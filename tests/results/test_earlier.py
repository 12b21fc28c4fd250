"""Numbers of an earlier schema or model are read for comparisons, and for nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commands import QUICK, assert_refused, run
from contradicting import TOTAL, in_accord
from quick import quick_results
from shellcount.analysis import read_results
from shellcount.citing.documents.records import number_id
from shellcount.comparison.diff import diff
from shellcount.comparison.sides import read_side
from shellcount.digest import digest
from shellcount.engines.settings import Settings
from shellcount.errors import NumbersError
from shellcount.results.earlier import is_earlier
from shellcount.results.numbers_file import parse_numbers
from shellcount.results.numbers_json import checksum, numbers_json, to_json
from shellcount.results.run import MODEL_VERSION

LENIENT = Settings(allow_unconverged=True)


@pytest.fixture(scope="module")
def current() -> dict[str, Any]:
    return numbers_json(quick_results(in_accord()))


def by_an_earlier_model(document: dict[str, Any]) -> dict[str, Any]:
    """The same file, as if version 1 of the model had made it, with a median of its own."""
    made: dict[str, Any] = json.loads(json.dumps(document))
    made["run"]["model_version"] = 1
    made["run"]["digest"] = digest({name: value for name, value in made["run"].items() if name != "digest"})
    total = made["estimates"][TOTAL]
    for quantile in ("p05", "p25", "p50", "p75", "p95"):
        total[quantile] *= 2
    made["checks"] = [{"verdict": "strained"}]  # words of another time
    made["checksum"] = checksum(made)
    return made


def of_the_first_schema(document: dict[str, Any]) -> dict[str, Any]:
    """As the first schema had it: the run, the case and the estimates, without a checksum."""
    made = by_an_earlier_model(document)
    return {"schema": "shellcount/numbers/1", **{part: made[part] for part in ("run", "case", "estimates")}}


EARLIER = pytest.mark.parametrize("change", [by_an_earlier_model, of_the_first_schema])


@EARLIER
def test_case_run_and_estimates_are_read(
    change: Callable[[dict[str, Any]], dict[str, Any]], current: dict[str, Any]
) -> None:
    document = change(current)
    assert is_earlier(document)
    assert not is_earlier(current)
    results = parse_numbers(to_json(document).encode(), origin="old.json", earlier=True)
    assert results.run.model_version == 1
    assert results.case == in_accord()
    assert set(results.estimates) == set(current["estimates"])
    assert results.estimate(TOTAL).p50 == 2 * current["estimates"][TOTAL]["p50"]
    assert not results.figures


@EARLIER
def test_nothing_else_reads_them(
    change: Callable[[dict[str, Any]], dict[str, Any]], current: dict[str, Any], folder: Path
) -> None:
    (folder / "old.json").write_text(to_json(change(current)), encoding="utf-8")
    with pytest.raises(NumbersError, match="made by an earlier model, which only shellcount diff compares"):
        read_results("old.json", settings=LENIENT)
    assert "made by an earlier model" in assert_refused(run("report", "old.json"))


def test_a_figure_edited_by_hand_is_refused_in_them_too(current: dict[str, Any]) -> None:
    document = by_an_earlier_model(current)
    document["estimates"][TOTAL]["mean"] += 1
    with pytest.raises(NumbersError, match="it was edited"):
        parse_numbers(to_json(document).encode(), origin="x", earlier=True)


@pytest.mark.parametrize("version", [MODEL_VERSION + 1, True, None, "1"])
def test_later_and_malformed_versions_are_not_earlier(version: object, current: dict[str, Any]) -> None:
    document = {**current, "run": {**current["run"], "model_version": version}}
    assert not is_earlier(document)
    document["checksum"] = checksum(document)
    with pytest.raises(NumbersError):
        parse_numbers(to_json(document).encode(), origin="x", earlier=True)


@EARLIER
def test_a_comparison_says_that_a_side_was_made_by_an_earlier_model(
    change: Callable[[dict[str, Any]], dict[str, Any]], current: dict[str, Any], folder: Path
) -> None:
    (folder / "old.json").write_text(to_json(change(current)), encoding="utf-8")
    (folder / "new.json").write_text(to_json(current), encoding="utf-8")
    old, new = (read_side(name, settings=LENIENT) for name in ("old.json", "new.json"))
    found = diff(old, new, names=[TOTAL])
    (changed,) = found.changes
    assert changed.path == "run.model_version"
    assert changed.words == "the old run was made by an earlier model (version 1; the new one by version 2)"
    assert "because the old run was made by an earlier model" in found.sentence(TOTAL)
    assert found.attribution.refits == 0 or "drift" not in " ".join(found.sentences)


# --- audit ---------------------------------------------------------------------------------


@pytest.fixture
def filled(folder: Path) -> Path:
    """A document whose record says that version 1 of the model made its numbers."""
    from contradicting import text_of

    (folder / "case.toml").write_text(text_of(2100), encoding="utf-8")
    (folder / "template.txt").write_text(f"N {{{{ {TOTAL} | headline }}}}.\n", encoding="utf-8")
    done = run("fill", "template.txt", "-o", "out.txt", "--case", "case.toml", *QUICK)
    assert done.exit_code == 0, done.stderr
    place = folder / "out.txt.numbers.json"
    record = json.loads(place.read_text(encoding="utf-8"))
    record["run"]["model_version"] = 1
    run_record = {"case": record["case"]["id"], "case_digest": record["case"]["digest"], **record["run"]}
    record["run"]["digest"] = digest({name: value for name, value in run_record.items() if name != "digest"})
    (old_id,) = record["values"]
    name = record["values"][old_id]["name"]
    new_id = number_id(record["run"]["digest"], name, record["scale"])
    place.write_text(json.dumps(record).replace(old_id, new_id), encoding="utf-8")
    return folder / "out.txt"


def as_if_filled_with(document: Path, old: str, new: str) -> None:
    """Another number, in the text and in its record, as an earlier model would have given it."""
    for path in (document, document.with_name("out.txt.numbers.json")):
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


def number_in(document: Path) -> str:
    return document.read_text(encoding="utf-8").partition("N ")[2].partition(" shells")[0]


def test_an_audit_says_that_a_number_was_made_by_an_earlier_model(filled: Path) -> None:
    as_if_filled_with(filled, number_in(filled), "990,000")
    done = run("audit", str(filled), "--json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    (number,) = found["numbers"]
    assert number["status"] == "earlier model"
    assert number["remark"].startswith("made by an earlier model, and different in this one")
    assert all(reference["status"] in {"same", "earlier model"} for reference in found["references"])
    assert any(
        "Made by an earlier version of the model (version 1; now 2)" in each for each in found["remarks"]
    )
    assert "drifted" not in done.stdout


def test_a_number_that_did_not_move_with_the_model_is_the_same(filled: Path) -> None:
    found = json.loads(run("audit", str(filled), "--json").stdout)
    assert [number["status"] for number in found["numbers"]] == ["same"]


def test_an_edited_number_has_drifted_whatever_the_model(filled: Path) -> None:
    text = filled.read_text(encoding="utf-8")
    filled.write_text(text.replace(f"N {number_in(filled)}", "N 990,000"), encoding="utf-8")
    found = json.loads(run("audit", str(filled), "--json").stdout)
    assert [number["status"] for number in found["numbers"]] != ["earlier model"]
    assert [number["status"] for number in found["numbers"]] != ["same"]
