"""Whether the fitted claims hold together, from the posterior to the sentence."""

from __future__ import annotations

import pytest

from building import one_claim_case
from shellcount.case.schema import Case
from shellcount.errors import UsageError
from shellcount.insight import consistency as module
from shellcount.insight.consistency import consistency
from shellcount.posterior.posterior import Posterior
from together import counts, fitted, simulated


@pytest.fixture(scope="module")
def planted() -> Posterior:
    return fitted(counts(simulated(5, {2: 4.0})))


def test_the_shipped_claims_hold_together(posterior: Posterior) -> None:
    found = consistency(posterior)
    assert found.hold_together
    assert len(found.pairs) == 6
    assert [len(each.claims) for each in found.series] == [3]
    assert found.joint.sound_prior == pytest.approx(0.95**4)
    assert found.sentences[0] == (
        "The 4 fitted claims hold together: none contradicts the others or the assumptions, and no two "
        "contradict each other."
    )


@pytest.mark.parametrize(("factor", "together"), [(1.5, True), (2.0, False), (3.0, False)])
def test_two_exact_claims_hold_together_up_to_a_factor_of_two(*, factor: float, together: bool) -> None:
    found = consistency(fitted(counts([1000.0 * factor, 1000.0])))
    assert found.hold_together is together
    assert found.removal is None or sorted(found.removal.sets) == [("claim-0",), ("claim-1",)]


def test_a_planted_contradiction_is_told_in_words(planted: Posterior) -> None:
    found = consistency(planted)
    assert not found.hold_together
    assert {pair.first for pair in found.conflicting} | {pair.second for pair in found.conflicting} == set(
        found.figures
    )
    assert [conflict.claim for conflict in found.conflicts] == ["claim-2"]
    assert found.sentences[0] == "The 5 fitted claims do not hold together."
    assert found.sentences[-1].startswith("Without ")
    assert found.sentences[-1].endswith("(office-2), the others hold together; no smaller set would do.")
    assert "before they were compared it was 77%" in found.sentence


def test_of_many_claims_the_most_suspect_are_compared(
    planted: Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_PAIRED", 3)
    found = consistency(planted)
    assert len(found.compared) == len(found.pairs) == 3
    assert "claim-2" in found.compared
    assert found.sentences[-1] == (
        "Pairs were compared among the 3 claims that are off most probably, of 5: the others have too many "
        "pairs."
    )


@pytest.mark.parametrize(
    ("given", "number"), [("counts", "only one claim is"), ("counts-but:only", "no claim is")]
)
def test_fewer_than_two_claims_are_refused(given: str, number: str) -> None:
    from shellcount.posterior.fitting import fit_with
    from together import QUICK

    case: Case = one_claim_case()
    with pytest.raises(UsageError, match=f"{number} fit; to hold together takes at least two"):
        consistency(fit_with(case, QUICK, given=given))


def test_the_same_seed_gives_the_same_digits(planted: Posterior) -> None:
    assert consistency(planted).document() == consistency(planted).document()


def test_of_very_many_claims_the_work_is_bounded_and_it_says_so(
    planted: Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_PAIRED", 2)
    monkeypatch.setattr(module, "MOST_TOGETHER", 4)
    monkeypatch.setattr(module, "certain_conflicts", lambda _: ())
    monkeypatch.setattr(module, "KHAT_LIMIT", -1.0)
    found = consistency(planted)
    assert len(found.pairs) == 1
    assert found.joint.chance is None
    assert found.sentences[-2:] == (
        "5 claims are too many to check how far all are from each other.",
        "Of 5 claims the draws alone cannot tell whether the others agree; that is too many for a fit "
        "without each.",
    )


def test_pairs_of_chosen_claims_allow_for_all_pairs() -> None:
    from shellcount.insight.pairs import compare_pairs
    from shellcount.insight.prior_points import prior_points
    from shellcount.model.model import build_model

    model = build_model(counts([1600.0, 1000.0]))  # a chance of about 0.1%
    points = prior_points(model, model.fitted, seed=1)
    assert compare_pairs(model, points, among=5)[0].conflicting
    assert not compare_pairs(model, points, among=60)[0].conflicting
