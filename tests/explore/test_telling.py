"""What changed is told in words: the answer first, then what can move it, then the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quick import quick_results
from shellcount.analysis import Parts
from shellcount.case.changes import Change, with_changes
from shellcount.case.reading import load_case
from shellcount.explore.telling import what_changed
from shellcount.results.quantity import Quantity
from shellcount.results.results import Results
from shellcount.results.standard import answering

CASE = load_case()


def results(given: str = "counts", changes: dict[str, Change] | None = None, **settings: int) -> Results:
    case = with_changes(CASE, changes or {})
    asked: Quantity = answering(case)
    return quick_results(case, Parts(quantities=(asked,), checks=(), figures=False), given=given, **settings)


@pytest.fixture(scope="module")
def base() -> Results:
    return results()


def test_where_nothing_changed_nothing_is_told(base: Results) -> None:
    assert what_changed(base, base) == ()


def test_a_move_is_told_before_its_reason(base: Results) -> None:
    found = what_changed(base, results(changes={"load": 0.3}))
    assert found[0].startswith("The median fell from ")
    assert found[1] == "Prior load changed (0.3 taken as known, instead of 0.4 to 0.92)."
    assert len(found) == 2
    assert what_changed(base, results(changes={"load": 0.99}))[0].startswith("The median rose from ")


def test_a_number_that_becomes_a_prior_again_is_told(base: Results) -> None:
    found = what_changed(results(changes={"munitions_share": 0.7}), base)
    assert found[1] == "Scope munitions changed (share 0.4 to 0.95, instead of 0.7 taken as known)."


def test_what_moves_no_estimate_comes_last(base: Results) -> None:
    after = results(changes={"claim.eu-deliveries-2024-06": 2_000_000, "cube_m3": 33.2})
    found = what_changed(base, after)
    assert "cube m3" in found[1]
    assert "eu-deliveries-2024-06" in found[2]


def test_a_median_that_stays_is_told(base: Results) -> None:
    found = what_changed(base, results(changes={"claim.eu-deliveries-2024-06": 2_000_000}))
    assert found[0].startswith("The median is still ")


def test_a_move_within_the_error_is_told_as_such(base: Results) -> None:
    after = results(changes={"claim.eu-deliveries-2024-06": 2_000_000})
    name = base.answer.name
    vague = replace(base.answer, p50=1.2 * base.answer.p50, mcse_p50=base.answer.p50)
    after = replace(after, estimates={**after.estimates, name: vague})
    (sentence, *_) = what_changed(base, after)
    assert sentence.startswith("The median moved from ")
    assert sentence.endswith(", which is within Monte Carlo error.")


def test_what_is_conditioned_on_is_told(base: Results) -> None:
    found = what_changed(base, results("counts-but:us-state-2024-02"))
    assert any("counts-but:us-state-2024-02" in sentence for sentence in found)


def test_another_answer_is_named(base: Results) -> None:
    other = replace(base, answer_name="rounds.all-122mm-rocket@2024-06-14")
    other = replace(
        other,
        estimates={
            "rounds.all-122mm-rocket@2024-06-14": replace(
                base.answer, name="rounds.all-122mm-rocket@2024-06-14"
            )
        },
    )
    assert what_changed(base, other) == (
        "The answer is rounds.all-122mm-rocket@2024-06-14 instead of rounds.mixed@2024-06-14.",
    )
