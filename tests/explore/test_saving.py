"""What is saved is the edited case, which is read as it was edited, or a file of what is found of it."""

from __future__ import annotations

from typing import cast

import pytest

from exploring import case_of, chance, controls_of, edits_of
from shellcount.case.reading import parse_case, shipped_names
from shellcount.errors import EvidenceError, UsageError
from shellcount.explore import saving
from shellcount.explore.answers import Answers
from shellcount.explore.edits import Edits, applied
from shellcount.explore.exports import FORMS, Form
from shellcount.explore.opening import open_case
from shellcount.explore.saving import CASE, File, saved
from shellcount.results.results import Results

EDITS = Edits({"load": "0.5:0.9"}, {"claim:us-state-2024-02": "out"})


class Fake:
    """Answers whose results are the edits that they are asked for."""

    def results(self, edits: Edits) -> Results:
        if edits.day == "never":
            raise EvidenceError("no claim is left to fit")
        return cast("Results", edits)


ANSWERS = cast("Answers", Fake())


def saved_as(form: str, edits: Edits, name: str | None = None) -> File:
    return saved(form, open_case(name), ANSWERS, edits)


@pytest.mark.parametrize("name", shipped_names())
def test_the_saved_case_is_read_as_it_was_edited(name: str) -> None:
    for seed in range(3):
        edits = edits_of(controls_of(name), chance(seed), 8)
        made = applied(case_of(name), edits)
        file = saved_as(CASE, edits, name)
        assert file.name == f"{name}.toml"
        assert parse_case(file.content, origin=file.name).digest == made.case.digest


def test_a_case_without_edits_is_saved_as_its_file_was() -> None:
    assert saved_as(CASE, Edits()).content == open_case().content


def test_a_change_at_fault_is_left_out_of_the_saved_case() -> None:
    alone, both = (Edits(changes) for changes in ({"load": "0.7"}, {"load": "0.7", "stowage": "2:3"}))
    assert saved_as(CASE, both) == saved_as(CASE, alone)


@pytest.mark.parametrize("form", FORMS)
def test_what_is_found_is_exported_by_its_form(form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    def export(results: Results, form: Form) -> bytes:
        return f"{form} of {results}".encode()

    monkeypatch.setattr(saving, "export", export)
    assert saved_as(form, EDITS) == File(form, f"{form} of {EDITS}".encode())


@pytest.mark.parametrize("form", FORMS)
def test_what_cannot_be_fitted_has_no_file(form: Form) -> None:
    with pytest.raises(EvidenceError, match="no claim is left to fit"):
        saved_as(form, Edits(day="never"))


@pytest.mark.parametrize(
    "form", ["", "numbers", "NUMBERS.JSON", "../case.toml", "case.toml\n", "\u202e" * 99]
)
def test_no_other_form_is_saved(form: str) -> None:
    with pytest.raises(UsageError, match="nothing is saved as") as refused:
        saved_as(form, EDITS)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 80
