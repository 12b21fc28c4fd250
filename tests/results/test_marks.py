"""Marks say in a few words, and in full, why a number is no plain finding."""

from __future__ import annotations

import pytest

from contradicting import contradicting
from quick import quick_results
from shellcount.case.changes import with_changes
from shellcount.case.schema import Case
from shellcount.results.conflict import Conflict
from shellcount.results.mark import marked, sentences
from shellcount.results.marks import of_claim, of_quantity, of_run
from shellcount.results.names import parse_quantity


@pytest.mark.parametrize(
    ("given", "changes", "shorts"),
    [
        ("counts", (), []),
        ("all", (), ["given all"]),
        ("counts", ("load=0.5:0.9",), ["what-if"]),
        ("counts-but:a", ("claim.a=3", "load=0.5:0.9"), ["what-if", "without a"]),
        ("counts-but:a,b-and:c", (), ["without 2 claims, with c"]),
        ("all-but:a,b-and:c", (), ["given all, without 2 claims, with c"]),
        ("counts", ("scenario.half=152mm-howitzer:1",), []),  # of its own numbers alone
        ("counts", ("scenario.mixed=152mm-howitzer:1",), ["what-if"]),
    ],
)
def test_a_run_is_marked_by_its_conditioning_and_its_changes(
    given: str, changes: tuple[str, ...], shorts: list[str], case: Case
) -> None:
    assert [mark.short for mark in of_run(case, given, changes)] == shorts


@pytest.mark.parametrize(
    ("name", "marked_as"),
    [
        ("rounds.mixed@2024-06-14", []),
        ("rounds.all-122mm-rocket@2024-06-14", ["scenario"]),
        ("containers.military@2024-06-14", []),
        ("capacity.122mm-rocket", []),
        ("load", []),
        ("rounds.mixed@2024-06-15", ["forecast"]),
        ("rounds.mixed@2024-06", ["forecast"]),
        ("rounds.mixed@2024-05", []),
        ("containers.munitions@2024-07-01..2024-07-31/day", ["forecast"]),
        ("rounds.all-122mm-rocket@2025-01-01", ["scenario", "forecast"]),
    ],
)
def test_another_cargo_mix_and_what_lies_beyond_the_last_claim_are_marked(
    name: str, marked_as: list[str], case: Case
) -> None:
    assert [mark.kind for mark in of_quantity(case, parse_quantity(case, name))] == marked_as


def test_a_stated_figure_is_marked_only_if_it_was_changed_itself() -> None:
    assert of_claim("a", ["claim.ab=3", "load=0.5:0.9"]) == ()
    (mark,) = of_claim("a", ["claim.ab=3", "claim.a.hedge=exact"])
    assert mark.long == "what-if, with claim.a.hedge=exact"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.8 million", "2.8 million (what-if)"),
        ("It is likely.", "It is likely (what-if)."),
        ("", " (what-if)"),
    ],
)
def test_words_stand_behind_a_number_and_before_a_full_stop(text: str, expected: str) -> None:
    assert marked(text, of_claim("a", ["claim.a=3"])) == expected
    assert marked(text, ()) == text


def test_sentences_say_all_in_full(case: Case) -> None:
    marks = of_run(case, "all", ["load=0.5:0.9"])
    assert sentences(marks) == "What-if, with load=0.5:0.9. Given all, not counts, which is the default."


def test_claims_in_conflict_mark_the_run_and_are_named_by_figure_and_title() -> None:
    case = contradicting()
    conflicts = [Conflict("port-count", "It does."), Conflict("navy-count", "It does.")]
    (one,) = of_run(case, "counts", (), conflicts[:1])
    assert (one.kind, one.short) == ("conflict", "claims conflict")
    assert one.long == (
        "claims conflict: 2,000 crates (Ministry of Ports) contradicts the other claims or the assumptions"
    )
    (both,) = of_run(case, "counts", (), conflicts)
    assert both.long == (
        "claims conflict: 2,000 crates (Ministry of Ports) and 200 crates (Navy of the Coast) contradict "
        "each other or the assumptions"
    )
    (many,) = of_run(case, "counts", (), [*conflicts, *conflicts])
    assert many.long.endswith(
        "(Navy of the Coast) and 2 other claims contradict each other or the assumptions"
    )
    assert of_run(case, "counts", (), ()) == ()


def test_hostile_changes_stay_short_and_harmless(case: Case) -> None:
    (mark,) = of_run(case, "counts", ["load=\x1b[31m\n\u202e" + "x" * 10_000])
    assert mark.long.isprintable()
    assert len(mark.long) <= 300


def test_results_of_a_case_that_was_changed_in_python_are_marked(case: Case) -> None:
    results = quick_results(with_changes(case, {"load": (0.5, 0.9)}))
    assert [mark.short for mark in results.marks] == ["what-if"]
