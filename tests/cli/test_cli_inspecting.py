"""The commands that show and check a case: evidence, lint, validate and schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

import shellcount
from commands import (
    MINIMAL,
    assert_refused,
    run,
    values,
    words_of,
)
from shellcount.case.reading import load_case
from shellcount.case.schema import Case, json_schema
from shellcount.checks.evidence import document, remarks, remarks_on_claims
from shellcount.checks.lint import lint, lint_document, notes_on_bases
from shellcount.digest import Json

pytestmark = pytest.mark.usefixtures("folder")


# --- evidence ----------------------------------------------------------------------------


def test_evidence_shows_every_claim_and_what_contradicts(case: Case) -> None:
    result = run("evidence")
    shown = words_of(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert case.about.title in shown
    assert [claim.id for claim in case.claim if claim.id not in shown] == []
    assert [remark for remark in remarks(case) if f"- {remark}" not in shown] == []


def test_evidence_as_json_is_the_document(case: Case) -> None:
    assert values(run("evidence", "--json")) == document(case)


# --- lint --------------------------------------------------------------------------------


def test_lint_shows_cited_beside_implied(monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    result = run("lint")
    shown = words_of(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    for found in lint(case):
        assert (
            f"{found.name} {found.cited_words} {found.measure} {found.implied_words} {found.status}" in shown
        )
    assert [note for note in notes_on_bases(case) if f"- {note}" not in shown] == []


def test_lint_as_json_is_the_document(case: Case) -> None:
    assert values(run("lint", "--json")) == lint_document(case)


def test_a_difference_is_a_remark_and_no_failure() -> None:
    changed = run("lint", "--set", "load=0.35:0.75")
    assert changed.exit_code == 0
    assert "- load implies 11.6 (7.1 to 16.1) net tonnes a container, its basis cites 9 to 14: " in words_of(
        changed.stdout
    )
    for command in ("evidence", "validate"):
        shown = words_of(run(command, "--set", "load=0.35:0.75").stdout)
        assert "load implies 11.6 (7.1 to 16.1) net tonnes a container" in shown


def test_a_case_that_cites_no_figure_has_nothing_to_compare() -> None:
    result = run("lint", str(MINIMAL))
    assert (result.exit_code, result.stdout) == (
        0,
        "No prior has implies, the figure that its basis cites.\n",
    )


def test_evidence_shows_what_priors_imply_where_bases_cite_figures(
    monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    shown = words_of(run("evidence").stdout)
    (load,) = [found for found in lint(case) if found.name == "load"]
    assert f"load {load.cited_words} {load.measure} {load.implied_words} explained" in shown
    assert "it implies" not in run("evidence", str(MINIMAL)).stdout


# --- validate ----------------------------------------------------------------------------


def test_a_case_without_faults_is_said_to_be_valid_with_its_remarks(case: Case) -> None:
    result = run("validate")
    found = list(remarks_on_claims(case))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        f"valid, with {len(found)} remarks: {repr(case)[1:-1]}",
        *(f"- {remark}" for remark in found),
    ]
    assert values(run("validate", "--json")) == {
        "valid": True,
        "case": case.about.id,
        "case_digest": case.digest,
        "faults": [],
        "unfinished": [],
        "remarks": found,
    }


def test_a_case_without_remarks_is_valid_alone() -> None:
    result = run("validate", str(MINIMAL))
    assert (result.exit_code, result.stdout) == (0, f"valid: {repr(load_case(MINIMAL))[1:-1]}\n")
    assert values(run("validate", str(MINIMAL), "--json"))["remarks"] == []


def test_what_is_not_written_and_what_looks_like_a_slip_is_told(folder: Path) -> None:
    text = MINIMAL.read_text("utf-8")
    for old, new in (
        ("value = 420\n", "value = 421.5\n"),
        ('title = "Bulletin of', 'title = "TODO: title of'),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "slips.toml").write_text(text, "utf-8")
    result = run("validate", "slips.toml")
    assert result.exit_code == 0
    first, *lines = result.stdout.splitlines()
    assert first.startswith("valid, with 2 remarks: Case aid-trucks")
    assert lines == [
        "  source[0] (bulletin).title: not written yet",
        "- The value of crossed, 421.5, is not a multiple of its resolution, 10: one of them has a slip.",
    ]
    found = values(run("validate", "slips.toml", "--json"))
    assert (found["unfinished"], len(found["remarks"])) == (["source[0].title"], 1)
    assert "- The value of crossed, 421.5, is not a multiple" in run("evidence", "slips.toml").stdout


def test_validate_lists_all_faults(folder: Path) -> None:
    content = MINIMAL.read_text("utf-8").replace('hedge = "about"', 'hedge = "abuot"')
    (folder / "bad.toml").write_text(content.replace("value = 420", "value = -420"), "utf-8")
    assert assert_refused(run("validate", "bad.toml")) == (
        "bad.toml: 2 faults\n"
        "  claim[0] (crossed).value: must be at least 0 (found -420)\n"
        "  claim[0] (crossed).hedge: not one of the allowed values (found 'abuot'); did you mean about?"
    )
    assert values(run("validate", "bad.toml", "--json"), 2) == {
        "valid": False,
        "origin": "bad.toml",
        "faults": [
            {
                "path": "claim[0].value",
                "message": "must be at least 0",
                "value": "-420",
                "hint": None,
                "entry": "crossed",
            },
            {
                "path": "claim[0].hedge",
                "message": "not one of the allowed values",
                "value": "'abuot'",
                "hint": "did you mean about?",
                "entry": "crossed",
            },
        ],
        "unfinished": [],
        "remarks": [],
    }


# --- schema ------------------------------------------------------------------------------


def test_schema_is_that_of_the_types() -> None:
    assert values(run("schema")) == json_schema()


def accepts(schema: Any, value: Json) -> bool:
    """Whether a JSON Schema accepts a value."""
    validator = jsonschema.Draft202012Validator(schema)
    return bool(validator.is_valid(value))


@pytest.mark.parametrize("path", [None, MINIMAL], ids=["shipped", "small"])
def test_the_schema_accepts_a_case_and_no_unknown_key(path: Path | None) -> None:
    schema = values(run("schema"))
    written: Any = shellcount.load_case(path).document()
    assert accepts(schema, written)
    assert not accepts(schema, written | {"claims": []})
    for entry in (written["claim"][0], written["nature"][0]["stow"][0]["mass_kg"], written["priors"]):
        entry["unknown"] = 1
        assert not accepts(schema, written)
        del entry["unknown"]
    assert accepts(schema, written)


def test_every_field_of_the_schema_is_described() -> None:
    schema = values(run("schema"))
    tables = [schema, *(table for table in schema["$defs"].values() if "properties" in table)]
    assert len(tables) > 15
    for table in tables:
        assert table["additionalProperties"] is False
        for entry in table["properties"].values():
            referred = schema["$defs"].get(entry.get("$ref", "").removeprefix("#/$defs/"), {})
            assert entry.get("description") or referred.get("description")
