"""Lexicons of hedges are data with sources; a case names one, or states rules, which come first."""

from __future__ import annotations

import math
import tomllib
from importlib import resources
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pytest
from scipy import stats

from shellcount.case.changes import Change, parse_change, with_changes
from shellcount.case.fields import HEDGES, LEXICONS, SYNONYMS
from shellcount.case.hedges import Lexicon, hedge_error, lexicon_of, load_lexicon
from shellcount.case.inputs import changeable
from shellcount.case.reading import load_case, parse_case
from shellcount.case.schema import Case
from shellcount.errors import CaseError, UnknownNameError, UsageError

SHIPPED = resources.files("shellcount") / "data" / "hedges"
MEASURED = load_lexicon("ferson-2015")
OURS = load_lexicon("shellcount")
MINIMAL = (Path(__file__).parents[1] / "cases" / "good_minimal.toml").read_text("utf-8")
RULES = """[hedges]
about = { sigma = 0.08, margin = 0.0, basis = "A round figure.", certainty = "U" }
up_to = { sigma = 0.05, margin = -0.25, basis = "The upper end of a range.", certainty = "U" }
"""
CASE = load_case()
# From before there were lexicons: a file that names none keeps it.
DIGEST = "sha256:97a239d59ba768b2dabba13a000b49dd2bf9afe9848f2c94038d3508e0019e90"


def document_of(name: str) -> dict[str, Any]:
    return tomllib.loads((SHIPPED / f"{name}.toml").read_text(encoding="utf-8"))


def naming(text: str, name: str, rules: str = "") -> Case:
    named = f'[lexicon]\nhedges = "{name}"\n{rules}'
    return parse_case(text.replace(RULES, named).encode(), origin="case.toml")


# --- the data files ----------------------------------------------------------------------


def test_every_file_is_a_lexicon_and_every_lexicon_a_file() -> None:
    assert {Path(str(path)).stem for path in SHIPPED.iterdir()} == set(LEXICONS)


@pytest.mark.parametrize("name", LEXICONS)
def test_every_lexicon_has_an_edition_a_source_and_every_hedge(name: str) -> None:
    lexicon = load_lexicon(name)
    assert (lexicon.id, lexicon.version) == (name, 1)
    assert all((lexicon.title, lexicon.source, lexicon.note))
    for hedge in set(HEDGES) - {"between"}:
        entry = lexicon.entry(hedge)
        assert entry.basis.endswith(".")
        assert entry.certainty in {"A", "B", "C", "U"}


def test_ours_are_the_numbers_of_the_shipped_cases() -> None:
    for name in ("dprk-russia-2024", "black-sea-grain-2022"):
        for hedge, rule in load_case(name).hedges.items():
            ours = OURS.rules[hedge]
            assert (ours.sigma, ours.margin, ours.certainty) == (rule.sigma, rule.margin, rule.certainty)


def test_the_survey_is_cited_and_every_word_of_it_used_once() -> None:
    document = document_of("ferson-2015")
    assert document["url"] == "https://doi.org/10.1016/j.ijar.2014.11.003"
    used = [word for entry in document["measured"].values() for word in entry["words"]]
    assert sorted(used) == sorted(document["word"])
    for entry in document["word"].values():
        assert len(entry["width"]) == 8
        assert 0.39 <= entry["sd"] <= 1.04


def test_words_of_the_survey_go_to_the_hedge_that_a_case_reads_them_as() -> None:
    for hedge, entry in MEASURED.measured.items():
        for word in entry.words:
            said = word.replace(" ", "_")
            assert SYNONYMS.get(said, said) in {hedge, "no_less_than"}


@pytest.mark.parametrize("hedge", MEASURED.measured)
def test_a_quantity_lies_on_the_side_where_our_margin_puts_it(hedge: str) -> None:
    margin = OURS.rules[hedge].margin
    assert MEASURED.measured[hedge].side == ("both" if margin == 0 else "above" if margin > 0 else "below")


def test_what_the_survey_lacks_is_ours() -> None:
    assert set(MEASURED.rules) - set(MEASURED.measured) == {"exact"}
    assert MEASURED.error("exact", 6700) == OURS.error("exact", 6700) == (0.02, 0.0)


def test_an_unknown_lexicon_is_told_with_a_suggestion() -> None:
    with pytest.raises(
        UnknownNameError, match="no lexicon of hedges is called 'ferson'; did you mean ferson-2015"
    ):
        load_lexicon("ferson")


# --- from widths to scale and margin -----------------------------------------------------


def width_of(words: list[str], *, magnitude: float, roundness: int) -> float:
    """The 90% range of an unknown person, for words without a final five: from the file alone."""
    entries = [document_of("ferson-2015")["word"][word] for word in words]
    logs = [
        a + b * magnitude + c * roundness + e * magnitude * roundness
        for a, b, c, _, e, *_ in (entry["width"] for entry in entries)
    ]
    sd = math.sqrt(sum(entry["sd"] ** 2 for entry in entries) / len(entries))
    # The error of somebody unknown is a normal whose scale is lognormal: its 95% quantile by bisection.
    tail = stats.norm.ppf((1 + 0.9) / 2)
    people = stats.norm.ppf([(place + 0.5) / 20_000 for place in range(20_000)])
    low, high = 0.1, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        inside = (2 * stats.norm.cdf(middle * tail * 10 ** (-sd * people)) - 1).mean()
        low, high = (middle, high) if inside < 0.9 else (low, middle)
    return float(10 ** (sum(logs) / len(logs)) * low)


@pytest.mark.parametrize(
    ("hedge", "words", "sign"),
    [
        ("more_than", ["over", "above"], 1),
        ("at_least", ["at least", "no less than"], 1),
        ("up_to", ["at most", "no more than"], -1),
        ("less_than", ["below"], -1),
        ("nearly", ["almost", "nearly"], -1),
    ],
)
def test_on_one_side_the_width_is_the_margin_beside_the_scale_of_a_plain_figure(
    hedge: str, words: list[str], sign: int
) -> None:
    width = width_of(words, magnitude=4.0, roundness=4)
    margin = math.log(1 + width / 10_000) / NormalDist().inv_cdf(0.95)
    assert MEASURED.error(hedge, 10_000) == pytest.approx((0.02, sign * margin), rel=1e-3)


def test_on_both_sides_the_width_adds_to_the_scale_of_a_plain_figure() -> None:
    words = ["about", "around", "approximately", "roughly"]
    width = width_of(words, magnitude=math.log10(6700), roundness=2)
    scale = math.asinh(width / 6700 / 2) / NormalDist().inv_cdf(0.95)
    assert MEASURED.error("about", 6700) == pytest.approx((math.hypot(0.02, scale), 0.0), rel=1e-3)


def test_millions_are_read_as_the_number_before_the_word() -> None:
    for hedge in MEASURED.measured:
        assert MEASURED.error(hedge, 4_800_000) == pytest.approx(MEASURED.error(hedge, 4.8))


def test_a_share_is_read_in_per_cent_and_its_error_is_that_of_the_logit() -> None:
    _, margin = MEASURED.error("at_least", 0.7, logit=True)
    _, points = MEASURED.error("at_least", 70)
    width = math.expm1(points * NormalDist().inv_cdf(0.95)) * 70  # in points
    expected = math.log1p(width / 100 / (0.7 * 0.3)) / NormalDist().inv_cdf(0.95)
    assert margin == pytest.approx(expected)


@pytest.mark.parametrize("lexicon", [OURS, MEASURED], ids=LEXICONS)
@pytest.mark.parametrize(
    "value", [1e-9, 1.234567890123456e-9, 0.1, 7, 999_999, 1e6, 123_456_789_012_345.6, 1e15]
)
def test_every_figure_has_a_scale_and_a_margin(lexicon: Lexicon, value: float) -> None:
    for hedge in lexicon.rules:
        scale, margin = lexicon.error(hedge, value)
        assert 0 < scale < 100
        assert abs(margin) < 100


@pytest.mark.parametrize("share", [1e-9, 0.5, 1 - 2**-53])
def test_every_share_has_them_too(share: float) -> None:
    for hedge in MEASURED.rules:
        assert all(map(math.isfinite, MEASURED.error(hedge, share, logit=True)))


# --- in a case ---------------------------------------------------------------------------


def test_a_file_from_before_there_were_lexicons_keeps_its_digest() -> None:
    assert parse_case(MINIMAL.encode(), origin="case.toml").digest == DIGEST


@pytest.mark.parametrize("name", ["dprk-russia-2024", "black-sea-grain-2022"])
def test_the_rules_of_a_case_without_a_lexicon_are_its_own(name: str) -> None:
    case = load_case(name)
    assert case.document()["lexicon"] is None
    assert lexicon_of(case) is None
    for claim in case.claim:
        if claim.hedge is not None and claim.interval is None:
            rule = case.hedges[claim.hedge]
            assert hedge_error(case, claim) == (rule.sigma, rule.margin)


@pytest.mark.parametrize("name", LEXICONS)
def test_a_case_may_name_a_lexicon_instead_of_rules(name: str) -> None:
    case = naming(MINIMAL, name)
    lexicon = load_lexicon(name)
    assert lexicon_of(case) is lexicon
    assert [hedge_error(case, claim) for claim in case.claim] == [
        lexicon.error(claim.hedge or "", claim.stated) for claim in case.claim
    ]


def test_a_rule_of_the_case_comes_before_its_lexicon() -> None:
    case = naming(MINIMAL, "ferson-2015", RULES.partition("up_to")[0])
    about, up_to = (
        next(claim for claim in case.claim if claim.hedge == hedge) for hedge in ("about", "up_to")
    )
    assert hedge_error(case, about) == (0.08, 0.0)
    assert hedge_error(case, up_to) == MEASURED.error("up_to", up_to.stated)


def test_a_range_keeps_the_spread_of_its_ends_under_every_lexicon() -> None:
    ranged = with_changes(CASE, {"claim.us-state-2024-02": (6000, 7500)})
    claim = next(claim for claim in ranged.claim if claim.id == "us-state-2024-02")
    found = {hedge_error(with_changes(ranged, {"hedges": name}), claim) for name in LEXICONS}
    assert found == {hedge_error(ranged, claim)}


def test_a_lexicon_that_is_unknown_is_a_fault_with_a_suggestion() -> None:
    with pytest.raises(CaseError) as refused:
        naming(MINIMAL, "ferson")
    assert "lexicon.hedges: not one of the allowed values (found 'ferson'); did you mean ferson-2015" in str(
        refused.value
    )


# --- as a what-if change -----------------------------------------------------------------


@pytest.mark.parametrize("name", LEXICONS)
def test_a_change_to_a_lexicon_reads_all_hedges_by_it_and_is_recorded(name: str) -> None:
    changed = with_changes(CASE, {"hedges": name})
    assert changed.changes == (f"hedges={name}",)
    assert changed.hedges == {}
    assert changed.digest != CASE.digest
    for claim in changed.claim:
        if claim.hedge is not None and claim.interval is None:
            assert hedge_error(changed, claim) == load_lexicon(name).error(claim.hedge, claim.stated)


def test_a_record_of_changes_makes_the_same_case_again() -> None:
    steps: list[dict[str, Change]] = [
        {"hedges.about.sigma": 0.2, "load": (0.5, 0.9)},
        {"hedges": "shellcount"},
        {"claim.rok-mnd-2024-06": 12_000},
        {"hedges": "ferson-2015"},
    ]
    changed = CASE
    for step in steps:
        changed = with_changes(changed, step)
    assert changed.changes == ("load=0.5:0.9", "hedges=ferson-2015", "claim.rok-mnd-2024-06=12000")
    again = with_changes(CASE, dict(map(parse_change, changed.changes)))
    assert again.digest == changed.digest


def test_the_same_lexicon_again_changes_nothing() -> None:
    changed = with_changes(CASE, {"hedges": "ferson-2015"})
    assert with_changes(changed, {"hedges": "ferson-2015"}) is changed


@pytest.mark.parametrize("order", [1, -1])
def test_a_lexicon_and_a_rule_cannot_be_changed_at_once(order: int) -> None:
    changes: list[tuple[str, Change]] = [("hedges", "ferson-2015"), ("hedges.about.sigma", 0.1)]
    with pytest.raises(
        UsageError, match=r"takes the place of every rule of the case: leave out hedges\.about"
    ):
        with_changes(CASE, dict(changes[::order]))


@pytest.mark.parametrize("value", ["fersn-2015", "", 3, (1, 2), {"a": 1.0}])
def test_what_is_no_lexicon_is_refused(value: Change) -> None:
    with pytest.raises(UnknownNameError, match="no lexicon of hedges is called"):
        with_changes(CASE, {"hedges": value})


def test_a_lexicon_is_among_what_can_be_changed() -> None:
    assert "hedges" in changeable(CASE)
    assert "hedges.about.sigma" not in changeable(with_changes(CASE, {"hedges": "shellcount"}))
