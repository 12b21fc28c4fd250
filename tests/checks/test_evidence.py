"""Claims are set against each other before any model is fit: what differs, contradicts and repeats."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import Any

import numpy as np
import pytest

from shellcount.case.changes import with_changes
from shellcount.case.reading import build_case
from shellcount.case.schema import Case
from shellcount.case.slips import slips
from shellcount.checks import tensions as looking
from shellcount.checks.evidence import Variant, document, remarks, variants
from shellcount.checks.tensions import Tension, tensions
from shellcount.maths.kernel import Kernel
from shellcount.model.model import Model, build_model

EARLY, LATE = dt.date(2024, 1, 15), dt.date(2024, 5, 15)


def stated(name: str, **fields: Any) -> dict[str, Any]:
    """A plain claim of containers, with some of its fields changed."""
    claim = {
        "id": name,
        "claimant": "us-state",
        "summary": "As the test has it.",
        "quantity": "containers",
        "scope": "military",
        "value": 1000.0,
        "resolution": 1.0,
        "hedge": "exact",
        "as_of": EARLY,
        "use": "check",
        "reports": ({"source": "lee-2024-02", "value": 1000.0, "hedge": "exact"},),
    } | fields
    return {key: value for key, value in claim.items() if value is not None}


def rounds(name: str, **fields: Any) -> dict[str, Any]:
    return stated(name, quantity="rounds", scope=None, **fields)


def claiming(case: Case, *claims: dict[str, Any]) -> Case:
    """The case with other claims, of claimants who share no sources."""
    return build_case(case.model_dump(by_alias=True) | {"claim": claims, "group": None}, "test")


# --- wordings ----------------------------------------------------------------------------


def test_claims_that_sources_word_differently_are_found(case: Case) -> None:
    assert [variant.claim for variant in variants(case)] == [
        "rok-mnd-2024-02",
        "rok-mnd-2024-02-152mm",
        "rok-mnd-2024-02-122mm",
    ]


def test_a_wording_comes_with_the_sources_that_use_it(case: Case) -> None:
    assert variants(case)[0] == Variant(
        "rok-mnd-2024-02",
        (
            ("up to 6,700", ("article-2024-02-27",)),
            ("about 6,700", ("lee-2024-02", "amran-2024-02-28")),
        ),
    )


def test_a_source_that_repeats_itself_is_named_once(case: Case) -> None:
    worded = [("lee-2024-02", 1000.0), ("amran-2024-02-28", 1100.0), ("lee-2024-02", 1000.0)]
    reports = tuple({"source": source, "value": value, "hedge": "exact"} for source, value in worded)
    (variant,) = variants(claiming(case, stated("one", reports=reports)))
    assert variant.wordings == (("1,000", ("lee-2024-02",)), ("1,100", ("amran-2024-02-28",)))


def test_sources_that_agree_are_no_variant(case: Case) -> None:
    assert variants(claiming(case, stated("one"))) == ()


# --- contradictions ----------------------------------------------------------------------


def test_the_shipped_case_has_one_tension(case: Case) -> None:
    (tension,) = tensions(case)
    assert (tension.lower, tension.upper) == ("rok-mnd-2024-02-sent", "ua-gur-2024")
    assert tension.sentence == (
        "Several million (rok-mnd-2024-02-sent) cannot exceed about 1.5 million (ua-gur-2024), which "
        "covers at least as much; taken alone, the two are compatible with 2% probability."
    )


def test_a_count_that_falls_is_found(case: Case) -> None:
    found = tensions(
        claiming(case, stated("before", value=1_000_000.0), stated("after", value=1000.0, as_of=LATE))
    )
    assert [(tension.lower, tension.upper) for tension in found] == [("before", "after")]
    assert found[0].probability == pytest.approx(0, abs=1e-12)
    assert found[0].sentence.startswith("1 million (before) cannot exceed 1,000 (after), which")
    assert found[0].sentence.endswith("compatible with less than 1% probability.")


def test_a_part_above_the_whole_is_found(case: Case) -> None:
    found = tensions(
        claiming(case, stated("part", value=9000.0, scope="munitions"), stated("whole", value=1000.0))
    )
    assert [(tension.lower, tension.upper) for tension in found] == [("part", "whole")]


def test_two_counts_of_one_thing_contradict_in_one_direction(case: Case) -> None:
    found = tensions(claiming(case, stated("more", value=9000.0), stated("less", value=1000.0)))
    assert [(tension.lower, tension.upper) for tension in found] == [("more", "less")]


def test_the_worst_contradiction_comes_first(case: Case) -> None:
    found = tensions(
        claiming(
            case,
            stated("one", value=1200.0, hedge="about"),
            stated("two", value=900.0, hedge="about", as_of=LATE, claimant="rok-mnd"),
            stated("three", value=900.0, hedge="about", as_of=dt.date(2024, 6, 1)),
        )
    )
    assert [(tension.lower, tension.upper) for tension in found] == [("one", "three"), ("one", "two")]
    assert found[0].probability < found[1].probability <= looking.TENSION


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (stated("a", value=1e6, as_of=LATE), stated("b", as_of=EARLY)),
        (stated("a", value=1e6), stated("b", scope="munitions", as_of=LATE)),
        (stated("a", value=1e6, scope="munitions", as_of=LATE), stated("b")),
        (stated("a", value=1e6, as_of={"earliest": EARLY, "latest": LATE}), stated("b", as_of=EARLY)),
        (stated("a", value=1e6), rounds("b", as_of=LATE)),
        (rounds("a", value=1e6), rounds("b", nature="122mm-rocket", as_of=LATE)),
        (
            rounds("a", value=1e6, nature="152mm-howitzer"),
            rounds("b", nature="122mm-rocket", as_of=LATE),
        ),
        (
            rounds("a", value=1e6, nature=("152mm-howitzer", "122mm-rocket")),
            rounds("b", nature="122mm-rocket", as_of=LATE),
        ),
        (
            stated("a", value=1e6, quantity="capacity", scope=None, containers=10.0),
            stated("b", quantity="capacity", scope=None, containers=10.0, as_of=LATE),
        ),
        (
            stated("a", value=1e6, quantity="comparator", scope=None),
            stated("b", quantity="comparator", scope=None, as_of=LATE),
        ),
    ],
    ids=[
        "of a later day",
        "of a wider scope, earlier",
        "of a narrower scope, later",
        "perhaps of a later day",
        "of other quantities",
        "of the mix and a nature",
        "of two natures",
        "perhaps of another nature",
        "of capacity",
        "of yardsticks",
    ],
)
def test_claims_without_an_order_do_not_contradict(
    case: Case, first: dict[str, Any], second: dict[str, Any]
) -> None:
    assert tensions(claiming(case, first, second)) == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (rounds("a", value=1e6, nature="122mm-rocket"), rounds("b", as_of=LATE)),
        (
            rounds("a", value=1e6, nature=("122mm-rocket", "122mm-howitzer")),
            rounds("b", as_of={"earliest": EARLY, "latest": LATE}),
        ),
        (stated("a", value=1e6, scope="artillery"), stated("b", as_of={"earliest": EARLY, "latest": LATE})),
    ],
    ids=["of a nature and the mix", "in every reading", "on every date"],
)
def test_claims_that_are_ordered_however_they_are_read_contradict(
    case: Case, first: dict[str, Any], second: dict[str, Any]
) -> None:
    (tension,) = tensions(claiming(case, first, second))
    assert (tension.lower, tension.upper) == ("a", "b")


@pytest.mark.parametrize("value", [1240.0, 1290.0])
@pytest.mark.parametrize("claimants", [("us-state", "us-state"), ("us-state", "ua-gur")])
def test_the_probability_is_the_share_of_draws_in_order(
    case: Case, value: float, claimants: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "TENSION", 1.0)
    first = stated("a", value=value, hedge="about", resolution=100.0, claimant=claimants[0])
    second = stated("b", hedge="about", resolution=100.0, claimant=claimants[1], as_of=LATE)
    changed = claiming(case, first, second)
    (tension,) = tensions(changed)
    share, error = simulated(changed, 1_000_000)
    assert abs(tension.probability - share) < 4 * error


@pytest.mark.parametrize("hedges", [("at_least", "about"), ("more_than", "up_to"), ("exact", "nearly")])
def test_the_probability_of_one_sided_hedges_is_near_the_share_of_draws(
    case: Case, hedges: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "TENSION", 1.0)
    first = stated("a", hedge=hedges[0], value=1100.0)
    changed = claiming(case, first, stated("b", hedge=hedges[1], claimant="rok-mnd", as_of=LATE))
    (tension,) = tensions(changed)
    share, _ = simulated(changed, 1_000_000)
    # A normal stands in for the skew-normal: right to about a hundredth.
    assert tension.probability == pytest.approx(share, abs=0.012)


def kernel_of(model: Model, claim: str) -> Kernel:
    kernel = model.reporting[claim].kernel
    assert kernel is not None
    return kernel


def simulated(case: Case, size: int) -> tuple[float, float]:
    """Share of draws in which claim a speaks of no more than claim b, and its standard error."""
    rng = np.random.default_rng(1)
    model = build_model(case)
    biases = {name: rng.normal(0.0, sd, size) for name, sd in sorted(model.bias_sd.items())}
    log_a, log_b = (
        math.log(claim.stated) - kernel_of(model, claim.id).draw((size,), rng) - biases[claim.claimant]
        for claim in sorted(case.claim, key=lambda claim: claim.id)
    )
    share = float((log_a <= log_b).mean())
    return share, math.sqrt(share * (1 - share) / size)


def test_what_is_more_probable_than_a_tenth_is_no_tension(case: Case) -> None:
    later = {"hedge": "about", "as_of": LATE, "claimant": "rok-mnd"}
    found = {
        value: tensions(claiming(case, stated("a", value=value, hedge="about"), stated("b", **later)))
        for value in (1260.0, 1290.0)
    }
    assert found[1260.0] == ()
    assert 0.05 < found[1290.0][0].probability <= 0.10


def test_the_model_is_built_once_for_all_pairs(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "TENSION", 1.0)
    built = []

    def building(of: Case) -> Model:
        built.append(of)
        return build_model(of)

    monkeypatch.setattr(looking, "build_model", building)
    assert len(tensions(case)) > 1
    assert built == [case]


# --- remarks and the document ------------------------------------------------------------


def test_remarks_tell_differences_then_contradictions_then_repetition(case: Case) -> None:
    found = list(remarks(case))
    assert found[0] == (
        "Sources word rok-mnd-2024-02 differently: up to 6,700 (article-2024-02-27) and "
        "about 6,700 (lee-2024-02, amran-2024-02-28)."
    )
    assert found[3] == tensions(case)[0].sentence
    assert found[4] == (
        "7 of 11 claims appear in several sources; each counts once, since repetition is not confirmation."
    )
    assert found[5].startswith("Three figures of the South Korean Ministry of National Defense")
    assert len(found) == 6


def test_a_case_without_differences_asks_for_no_remark(case: Case) -> None:
    document = claiming(case, stated("one")).model_dump(by_alias=True)
    for table, used in (("source", "lee-2024-02"), ("claimant", "us-state")):
        document[table] = tuple(entry for entry in document[table] if entry["id"] == used)
    assert list(remarks(build_case(document, "test"))) == []


def test_the_document_is_json_and_holds_the_evidence_and_what_was_found_in_it(case: Case) -> None:
    found = document(case)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    whole = case.document()
    assert (found["claims"], found["sources"], found["claimants"]) == (
        whole["claim"],
        whole["source"],
        whole["claimant"],
    )
    assert (found["case"], found["case_digest"]) == ("dprk-russia-2024", case.digest)
    assert [Tension(**tension) for tension in found["tensions"]] == list(tensions(case))  # type: ignore[arg-type, union-attr]
    assert found["variants"][0] == {  # type: ignore[index]
        "claim": "rok-mnd-2024-02",
        "wordings": {
            "up to 6,700": ["article-2024-02-27"],
            "about 6,700": ["lee-2024-02", "amran-2024-02-28"],
        },
    }


def test_a_what_if_changes_what_is_found(case: Case) -> None:
    assert tensions(with_changes(case, {"claim.ua-gur-2024": 3e6})) == ()


def test_slips_come_before_what_sources_say(case: Case) -> None:
    found = list(remarks(claiming(case, stated("one", resolution=300.0))))
    assert (
        found[0]
        == "The value of one, 1,000, is not a multiple of its resolution, 300: one of them has a slip."
    )
    assert document(claiming(case, stated("one", resolution=300.0)))["slips"] == list(
        slips(claiming(case, stated("one", resolution=300.0)))
    )


def test_of_very_many_contradictions_the_worst_are_told(case: Case) -> None:
    many = [stated(f"claim-{place}", value=10.0 * 4**place, resolution=10.0) for place in range(12)]
    many[0] |= {"as_of": dt.date(2024, 6, 1)}
    found = claiming(case, *many)
    pairs = len(tensions(found))
    assert pairs > 20
    said = [remark for remark in remarks(found) if " cannot exceed " in remark]
    assert said == [tension.sentence for tension in tensions(found)[:20]]
    assert f"{pairs - 20} more pairs of claims contradict each other." in remarks(found)


def test_too_many_claims_are_not_compared_in_pairs(case: Case) -> None:
    many = claiming(case, *(stated(f"claim-{place}", value=1000.0 + place) for place in range(501)))
    assert tensions(many) == ()
    few = "501 claims are too many to look for pairs that contradict each other, and for figures that look"
    assert f"{few} derived." in remarks(many)
