"""A difference names every change once, says what it can change, and turns the old case into the new."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from building import edited
from shellcount.case.changes import Change as Value
from shellcount.case.changes import with_changes
from shellcount.case.reading import build_case, load_case
from shellcount.case.schema import Case
from shellcount.comparison.change import Change
from shellcount.comparison.differences import difference, ever_fitted, run_difference
from shellcount.comparison.mixing import mixed
from shellcount.errors import CaseError
from shellcount.posterior.posterior import Posterior

CASE = load_case(Path(__file__).parents[1] / "cases" / "good_minimal.toml")


def only(found: tuple[Change, ...]) -> Change:
    (change,) = found
    return change


def touched(changes: tuple[Change, ...]) -> list[str]:
    """Every path that a difference names."""
    return [path for change in changes for path in (change.path, *change.brings, *change.takes)]


def added_claim(document: dict[str, Any]) -> None:
    """A claim with a claimant, a grade, a hedge and a source of its own."""
    document["source"] = (*document["source"], {**document["source"][0], "id": "radio"})
    document["claimant"] = (*document["claimant"], {**document["claimant"][0], "id": "driver", "grade": "D"})
    document["reliability"]["D"] = {**document["reliability"]["B"], "value": 0.3}
    document["hedges"]["nearly"] = {**document["hedges"]["about"], "margin": -0.05}
    claim = {**document["claim"][0], "id": "heard", "claimant": "driver", "hedge": "nearly", "value": 380.0}
    claim["reports"] = ({**claim["reports"][0], "source": "radio"},)
    document["claim"] = (*document["claim"], claim)


def sharing(document: dict[str, Any]) -> None:
    """A group of the claimant and another one."""
    if len(document["claimant"]) == 1:
        document["claimant"] = (*document["claimant"], {**document["claimant"][0], "id": "driver"})
    members = tuple(claimant["id"] for claimant in document["claimant"])
    document["group"] = ({"id": "gate", "members": members, "correlation": 0.5, "basis": "made up"},)


# --- what is a change --------------------------------------------------------------------


def test_equal_cases_do_not_differ() -> None:
    assert difference(CASE, CASE) == ()


def test_the_order_of_the_evidence_is_no_difference(case: Case) -> None:
    other = edited(case, lambda document: document.update(claim=document["claim"][::-1]))
    assert difference(case, other) == ()


@pytest.mark.parametrize(
    ("name", "value", "path", "words"),
    [
        ("load", (0.6, 0.97), "priors.load", "prior load changed (low from 0.5 to 0.6)"),
        ("load", 0.7, "priors.load", "prior load changed (0.7 taken as known, instead of 0.5 to 0.97)"),
        ("mix_spread", 0.5, "priors.mix_spread", "prior mix spread changed (value from 0.8 to 0.5)"),
        ("cube_m3", 80, "containers.cube_m3", "the container's cube m3 changed (value from 82 to 80)"),
        (
            "claim.crossed.hedge",
            "up_to",
            "claim.crossed",
            "claim crossed changed (hedge from about to up to)",
        ),
        ("hedges.about.sigma", 0.1, "hedges.about", "hedge about changed (sigma from 0.08 to 0.1)"),
        (
            "reliability.B",
            0.2,
            "reliability.B",
            "reliability of grade B changed (value from 0.1 to 0.2)",
        ),
        (
            "parcels_share",
            (0.3, 0.8),
            "scope.parcels",
            "scope parcels changed (share.high from 0.9 to 0.8)",
        ),
        ("mix.food", 0.6, "nature.food", "nature food changed (base share from 0.7 to 0.6)"),
        (
            "food.loose.base_share",
            0.5,
            "nature.food.stow.loose",
            "stow loose of nature food changed (base share from 0.2 to 0.5)",
        ),
        (
            "scenario.all-food",
            {"food": 0.5, "hygiene": 0.5},
            "scenario.all-food",
            "scenario all-food changed (mix.food from 1 to 0.5, mix.hygiene from nothing to 0.5; "
            "title reworded)",
        ),
    ],
)
def test_a_change_is_told_in_words_and_by_path(name: str, value: Value, path: str, words: str) -> None:
    change = only(difference(CASE, with_changes(CASE, {name: value})))
    assert (change.path, change.kind, change.effect) == (path, "changed", "estimates")
    assert change.words == words


def test_a_field_is_given_with_both_values() -> None:
    found = only(difference(CASE, with_changes(CASE, {"claim.crossed.as_of": "2025-03-01"}))).fields
    assert [(field.name, field.old, field.new) for field in found] == [("as_of", "2025-03-07", "2025-03-01")]


def test_a_date_that_becomes_a_range_is_one_field() -> None:
    range_of_dates = {"earliest": dt.date(2025, 3, 1), "latest": dt.date(2025, 3, 7)}
    new = edited(CASE, lambda document: document["claim"][0].update(as_of=range_of_dates))
    assert only(difference(CASE, new)).words == (
        "claim crossed changed (as of from 2025-03-07 to earliest 2025-03-01, latest 2025-03-07)"
    )


def test_a_claim_comes_with_what_only_it_needs_as_one_change() -> None:
    new = edited(CASE, added_claim)
    change = only(difference(CASE, new))
    company = ("claimant.driver", "reliability.D", "hedges.nearly", "source.radio")
    assert (change.path, change.kind, change.effect) == ("claim.heard", "added", "estimates")
    assert (change.brings, change.takes) == (company, ())
    assert change.words == (
        "claim heard was added (containers: nearly 380, by the crossing office), with claimant driver, "
        "reliability of grade D, hedge nearly and source radio"
    )
    back = only(difference(new, CASE))
    assert (back.kind, back.brings, back.takes) == ("removed", (), company)


def test_a_nature_comes_as_a_whole_and_a_stow_by_itself() -> None:
    def with_tents(document: dict[str, Any]) -> None:
        document["nature"] = (*document["nature"], {**document["nature"][1], "id": "tents"})
        stows = document["nature"][0]["stow"]
        document["nature"][0]["stow"] = (*stows, {**stows[0], "id": "bags"})

    found = difference(CASE, edited(CASE, with_tents))
    assert [(change.path, change.kind) for change in found] == [
        ("nature.food.stow.bags", "added"),
        ("nature.tents", "added"),
    ]


def test_an_order_that_matters_is_a_change() -> None:
    other = edited(CASE, lambda document: document.update(scenario=document["scenario"][::-1]))
    change = only(difference(CASE, other))
    assert (change.path, change.kind, change.effect) == ("scenario", "reordered", "estimates")
    assert change.words == "the order of the scenarios changed (to all-food, mixed)"


# --- what it can change ------------------------------------------------------------------


def reworded(document: dict[str, Any]) -> None:
    """Every text of a case that no number rests on."""
    document["case"].update({"title": "T", "question": "Q", "item": "boxes", "limitations": ("L",)})
    document["source"][0]["title"] = "T"
    document["claimant"][0].update({"title": "T", "basis": "B"})
    for claim in document["claim"]:
        claim |= {"summary": "S", "note": "N", "reports": ({**claim["reports"][0], "value": 1.0},)}
    document["hedges"]["about"]["basis"] = document["reliability"]["B"]["basis"] = "B"
    document["scope"][1]["title"] = document["scope"][1]["share"]["basis"] = "B"
    document["containers"]["first_shipment_basis"] = "B"
    document["containers"]["cube_m3"]["certainty"] = "B"
    document["priors"]["load"].update({"basis": "B", "certainty": "A"})
    document["nature"][0].update({"title": "T", "basis": "B", "certainty": "A"})
    document["nature"][0]["stow_spread"]["basis"] = document["nature"][0]["stow"][0]["title"] = "B"
    document["scenario"][0]["title"] = "T"


def test_texts_are_wording_only() -> None:
    found = difference(CASE, edited(CASE, reworded), ["all"])
    assert len(found) == 17
    assert {change.effect for change in found} == {"wording"}
    assert "claim crossed was reworded (summary, reports, note)" in [change.words for change in found]


def test_a_claim_that_nothing_fits_can_change_checks_only() -> None:
    new = with_changes(CASE, {"claim.could-hold": 500_000})
    assert only(difference(CASE, new, ["counts"])).effect == "checks"
    assert only(difference(CASE, new, ["counts", "all"])).effect == "estimates"
    assert only(difference(CASE, new, ["all-but:could-hold"])).effect == "checks"


def test_a_hedge_and_a_grade_that_no_fitted_claim_uses_can_change_checks_only() -> None:
    new = with_changes(CASE, {"hedges.up_to.sigma": 0.2})
    assert only(difference(CASE, new, ["counts"])).effect == "checks"
    assert only(difference(CASE, new, ["all"])).effect == "estimates"


def test_the_bare_round_can_change_checks_only() -> None:
    new = edited(CASE, lambda document: document["nature"][0]["bare"].update(mass_kg=11.0))
    assert only(difference(CASE, new)).effect == "checks"


def test_ids_that_look_like_fields_are_ids() -> None:
    def named(document: dict[str, Any]) -> None:
        document["nature"] = (*document["nature"], {**document["nature"][1], "id": "title"})
        document["scenario"][1]["mix"] = {"food": 0.5, "title": 0.5}

    found = difference(CASE, edited(CASE, named))
    assert [(change.path, change.effect) for change in found] == [
        ("nature.title", "estimates"),
        ("scenario.all-food", "estimates"),
    ]


def test_a_conditioning_that_a_case_cannot_have_fits_nothing() -> None:
    assert ever_fitted([CASE], ["all-but:nobody", "nonsense", "counts-and:nobody"]) == set()


def test_several_claims_are_held_out_and_added() -> None:
    assert ever_fitted([CASE], ["all-but:crossed,could-hold"]) == set()
    assert ever_fitted([CASE], ["counts-but:crossed-and:could-hold"]) == {"could-hold"}
    assert ever_fitted([CASE], ["counts", "all"]) == {"crossed", "could-hold"}


def test_no_text_steers_a_terminal() -> None:
    def hostile(document: dict[str, Any]) -> None:
        document["case"].update({"title": "\x1b[31m", "question": "\u202e"})
        document["claim"][0].update({"summary": "\x1b[31m\n", "value": 430.0})

    for change in difference(CASE, edited(CASE, hostile)):
        assert change.words.isprintable()


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("set the steps", [("flow.basis", "wording"), ("flow.step_days", "estimates")]),
        ("add a pause", [("pause.2025-02-03", "estimates")]),
        ("allow for none that is off", [("robustness.outlier_share", "estimates")]),
        ("add a trip", [("trip.convoy", "estimates")]),
        ("share sources", [("claimant.driver", "wording"), ("group.gate", "estimates")]),
        ("state a range", [("claim.crossed", "estimates")]),
    ],
)
def test_each_table_that_a_case_may_lack_is_compared(name: str, changes: list[tuple[str, str]]) -> None:
    new = edited(CASE, EDITS[name])
    assert sorted((change.path, change.effect) for change in difference(CASE, new)) == changes
    assert sorted((change.path, change.effect) for change in difference(new, CASE)) == changes


def test_a_claim_that_supersedes_another_may_move_an_estimate() -> None:
    def corrected(document: dict[str, Any]) -> None:
        claim = {
            **document["claim"][0],
            "id": "later",
            "use": "context",
            "value": 430.0,
            "supersedes": "crossed",
        }
        document["claim"] = (*document["claim"], claim)

    change = only(difference(CASE, edited(CASE, corrected)))
    assert (change.path, change.effect) == ("claim.later", "estimates")


def test_a_range_is_told_in_words() -> None:
    def ranged(document: dict[str, Any]) -> None:
        EDITS["state a range"](document)
        document["claim"][0]["id"] = "ranged"

    words = [change.words for change in difference(CASE, edited(CASE, ranged))]
    assert words == [
        "claim crossed was removed (containers: about 420, by the crossing office)",
        "claim ranged was added (containers: 400 to 450, by the crossing office)",
    ]


# --- runs --------------------------------------------------------------------------------


def test_runs_differ_in_what_made_them(posterior: Posterior) -> None:
    run = posterior.run
    other = dataclasses.replace(
        run,
        given="all",
        seed=7,
        settings={**run.settings, "runs": 8},
        versions={**run.versions, "numpy": "1.0"},
        model_version=0,
    )
    found = run_difference(run, other)
    names = ["given", "settings", "seed", "versions", "model_version"]
    assert [change.path for change in found] == [f"run.{name}" for name in names]
    assert {change.effect for change in found} == {"estimates"}
    words = [change.words for change in found]
    assert words[:3] == [
        "the conditioning changed (from counts to all)",
        "the size of the fit changed (runs from 16 to 8)",
        "the seed changed (from 1 to 7)",
    ]
    assert words[3] == f"the library versions changed (numpy from {run.versions['numpy']} to 1.0)"
    assert run_difference(run, run) == ()


def test_two_spellings_of_a_conditioning_are_one(posterior: Posterior) -> None:
    one, other = (
        dataclasses.replace(posterior.run, given=text)
        for text in ("all-but:b,a-and:d,c", "all-but:a,b-and:c,d")
    )
    assert run_difference(one, other) == ()
    assert [change.path for change in run_difference(one, posterior.run)] == ["run.given"]


def test_libraries_of_another_engine_are_no_difference(posterior: Posterior) -> None:
    other = dataclasses.replace(
        posterior.run, engine="nuts", versions={**posterior.run.versions, "pymc": "6.0"}
    )
    assert [change.path for change in run_difference(posterior.run, other)] == ["run.engine"]


# --- any two cases -----------------------------------------------------------------------

SHARE = {"low": 0.2, "high": 0.7, "basis": "made up", "certainty": "U"}
EDITS: dict[str, Any] = {
    "reword": reworded,
    "add a claim": added_claim,
    "reorder scenarios": lambda document: document.update(scenario=document["scenario"][::-1]),
    "reorder natures": lambda document: document.update(nature=document["nature"][::-1]),
    "drop a claim": lambda document: document.update(claim=document["claim"][:1]),
    "drop a scenario": lambda document: document.update(scenario=document["scenario"][:1]),
    "drop scopes": lambda document: document.update(
        scope=document["scope"][:1],
        claim=tuple({**claim, "scope": claim["scope"] and "all-aid"} for claim in document["claim"]),
    ),
    "add a scope": lambda document: document.update(
        scope=(*document["scope"], {**document["scope"][-1], "id": "blue", "share": SHARE})
    ),
    "add a stow": lambda document: document["nature"][0].update(
        stow=({**document["nature"][0]["stow"][0], "id": "bags"}, *document["nature"][0]["stow"])
    ),
    "reorder stows": lambda document: document["nature"][0].update(stow=document["nature"][0]["stow"][::-1]),
    "add a nature": lambda document: document.update(
        nature=({**document["nature"][-1], "id": "tents"}, *document["nature"])
    ),
    "change a prior": lambda document: document["priors"]["load"].update(low=0.55),
    "change a share": lambda document: document["nature"][0].update(base_share=0.5),
    "set the steps": lambda document: document.update(flow={"step_days": 7, "basis": "made up"}),
    "calendar months": lambda document: document.update(flow={"step": "month"}),
    "add a pause": lambda document: document.update(
        pause=({"since": dt.date(2025, 2, 3), "as_of": dt.date(2025, 2, 7), "basis": "snow"},)
    ),
    "move a pause": lambda document: document.update(
        pause=({"since": dt.date(2025, 2, 4), "as_of": dt.date(2025, 2, 7), "basis": "snow"},)
    ),
    "allow for none that is off": lambda document: document.update(robustness={"outlier_share": 0.0}),
    "add a trip": lambda document: document.update(
        trip=({"id": "convoy", "carriers": {**SHARE, "low": 5.0, "high": 20.0}},)
    ),
    "share sources": sharing,
    "state a range": lambda document: document["claim"][0].update(
        value={"low": 400.0, "high": 450.0, "level": 0.8}, hedge="between", resolution=None
    ),
    "open a mix": lambda document: document["scenario"][-1].update(mix=None),
}


def after(names: list[str]) -> Case | None:
    """The case after some edits, if it is usable."""
    document = copy.deepcopy(CASE.model_dump(by_alias=True))
    for name in sorted(names, key=list(EDITS).index):
        EDITS[name](document)
    try:
        return build_case(document, "edited")
    except CaseError:
        return None


EDITED = st.lists(st.sampled_from(sorted(EDITS)), max_size=6, unique=True).map(after).filter(bool)


@settings(max_examples=150)
@given(EDITED, EDITED)
def test_all_changes_together_make_the_new_case_of_the_old(old: Case, new: Case) -> None:
    found = difference(old, new)
    paths = touched(found)
    assert len(set(paths)) == len(paths)
    assert mixed(old, new, paths).digest == new.digest
    assert bool(found) == (old.digest != new.digest)


@settings(max_examples=50)
@given(EDITED, EDITED)
def test_the_way_back_names_the_same_entries(old: Case, new: Case) -> None:
    there, back = difference(old, new), difference(new, old)
    assert sorted(touched(there)) == sorted(touched(back))
    opposite = {"added": "removed", "removed": "added", "changed": "changed", "reordered": "reordered"}
    kinds = {change.path: change.kind for change in back}
    for change in there:
        if change.path in kinds:
            assert kinds[change.path] == opposite[change.kind]


# --- lexicons of hedges ------------------------------------------------------------------


def test_another_lexicon_is_one_change(case: Case) -> None:
    old, new = (with_changes(case, {"hedges": name}) for name in ("shellcount", "ferson-2015"))
    change = only(difference(old, new))
    assert (change.path, change.kind, change.effect) == ("lexicon.hedges", "changed", "estimates")
    assert change.words == "lexicon of hedges changed (from shellcount to ferson-2015)"


def test_a_lexicon_for_rules_is_told_hedge_by_hedge_and_each_step_is_usable(case: Case) -> None:
    new = with_changes(case, {"hedges": "ferson-2015"})
    changes = difference(case, new)
    assert changes[0].words == "lexicon of hedges was added (ferson-2015)"
    moving = [change.words for change in changes if change.effect == "estimates"]
    assert moving[1:] == [
        f"hedge {name} was left to the lexicon" for name in ("about", "more than", "at least")
    ]
    done = [change.path for change in changes]
    for place in range(1, len(done) + 1):
        between = mixed(case, new, done[:place])
    assert between.digest == new.digest


def test_a_claim_does_not_take_a_hedge_along_that_a_lexicon_then_means(case: Case) -> None:
    new = with_changes(case, {"hedges": "ferson-2015", "claim.rok-mnd-2024-06": 12_000})
    changes = {change.path: change for change in difference(case, new)}
    assert changes["claim.rok-mnd-2024-06"].takes == ()
    assert changes["hedges.at_least"].kind == "removed"
