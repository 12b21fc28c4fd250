"""Each setting has a name in words, a unit where it has one, and the reason for what it is."""

from __future__ import annotations

from typing import Any

import pytest

from building import edited
from exploring import NAMES, ONE_NATURE, case_of
from hostile import HOSTILE
from shellcount.case.inputs import inputs
from shellcount.case.settable import settings
from shellcount.explore.titles import Titles

EVERY = pytest.mark.parametrize("name", NAMES)


@EVERY
def test_a_title_is_one_line_of_words(name: str) -> None:
    titles = Titles(case_of(name))
    for setting in settings(case_of(name)):
        for text in (titles.of(setting.name), titles.unit(setting.name)):
            assert text.isprintable()
            assert text == text.strip()
        assert titles.of(setting.name)


@EVERY
def test_a_title_stands_in_the_place_of_an_id(name: str) -> None:
    """Scopes, grades and groups have no title but their id."""
    case = case_of(name)
    titles = Titles(case)
    ids = {each.id for table in (case.nature, case.claim, case.claimant, case.scenario) for each in table}
    ids |= {stow.id for nature in case.nature for stow in nature.stow}
    for setting in settings(case):
        title = titles.of(setting.name)
        assert "_" not in title, title
        raw = {each for each in ids if "-" in each and each in title}
        assert raw == set(), title
        assert title != setting.name or title == "load"


@EVERY
def test_settings_that_stand_together_have_different_titles(name: str) -> None:
    case = case_of(name)
    titles = Titles(case)
    found: set[tuple[str, str]] = set()
    for setting in settings(case):
        table, _, rest = setting.name.partition(".")
        entry = rest.partition(".")[0] if table in {"claim", "claimant"} else ""
        key = (f"{table}.{entry}" if entry else "", titles.of(setting.name))
        assert key not in found, key
        found.add(key)


@EVERY
def test_an_assumption_has_its_reason_on_one_line(name: str) -> None:
    case = case_of(name)
    titles, document = Titles(case), case.model_dump(by_alias=True)
    notes = {key: titles.note(document, target) for key, target in inputs(case, document).items()}
    assert all(note.isprintable() for note in notes.values())
    assert all(notes[setting.name] for setting in settings(case) if setting.table == "priors")


@pytest.mark.parametrize(
    ("name", "title", "unit"),
    [
        ("first_rate_per_day", "first daily rate of containers", "containers per day"),
        ("rated_payload_kg", "rated payload of a container", "kg"),
        ("cube_m3", "volume of a container", "m³"),
        ("mix_spread", "spread of the mix of rounds (log units)", ""),
        ("mix.122mm-rocket", "weight of 122mm rockets in the mix", ""),
        ("122mm-rocket.one-row.mass_kg", "mass of 122mm rockets: crated, one row", "kg"),
        ("122mm-rocket.one-row.base_share", "weight of 122mm rockets: crated, one row", ""),
        ("122mm-rocket.stow_spread", "spread of the packing of 122mm rockets (log units)", ""),
        ("scenario.mixed", "uncertain mix of all natures", ""),
        ("claim.rok-mnd-2024-06", "figure", "containers"),
        ("claim.rok-mnd-2024-06.as_of", "as of", ""),
        ("claim.rok-mnd-2024-02-152mm.containers", "containers that it is about", "containers"),
        ("claimant.rok-mnd.bias_sd", "bias in log units, instead of a grade", ""),
        ("hedges.more_than.margin", "one-sided margin of “more than” (log units)", ""),
        ("reliability.B", "bias of grade B (log units)", ""),
        ("hedges", "lexicon for all hedges", ""),
        ("group.allied-intelligence.correlation", "correlation within allied-intelligence", ""),
        ("flow.step_days", "length of a step of the flow", "days"),
        ("robustness.outlier_share", "chance that a claim is off", ""),
    ],
)
def test_titles_and_units_of_the_default_case(name: str, title: str, unit: str) -> None:
    titles = Titles(case_of("dprk-russia-2024"))
    assert (titles.of(name), titles.unit(name)) == (title, unit)


def test_the_ends_of_a_period_are_its_first_and_last_day() -> None:
    titles = Titles(case_of("channel-2023"))
    days = [titles.of(f"claim.mod-2023-01-01.{key}") for key in ("since", "as_of")]
    assert days == ["first day", "last day"]


def test_claims_are_named_by_their_claimant_and_what_they_state() -> None:
    case = case_of("dprk-russia-2024")
    titles, claim = Titles(case), case.claim["rok-mnd-2024-06"]
    claimant = titles.claimant("rok-mnd")
    assert claimant == case.claimant["rok-mnd"].title
    assert titles.claim(claim) == f"{claimant}: {claim.summary}"


def test_notes_give_the_reason_with_its_support() -> None:
    case = case_of("dprk-russia-2024")
    document = case.model_dump(by_alias=True)
    places = inputs(case, document)
    note = Titles(case).note(document, places["stowage"])
    assert note.startswith("A judgement: boxed ammunition fills 0.70 to 0.90 of the cube")
    assert note.endswith("(judged)")
    assert Titles(case).note(document, places["claim.rok-mnd-2024-06"]) == ""


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_titles_stay_on_one_line_and_short(text: str) -> None:
    def retitle(document: dict[str, Any]) -> None:
        nature = document["nature"][0]
        for table in (nature, nature["stow"][0], document["claimant"][0], document["scenario"][0]):
            table["title"] = text
        document["claim"][0]["summary"] = text
        document["priors"]["load"]["basis"] = text

    case = edited(case_of(ONE_NATURE), retitle)
    titles, document = Titles(case), case.model_dump(by_alias=True)
    texts = [titles.of(setting.name) for setting in settings(case)]
    texts += [titles.claim(case.claim[0]), titles.claimant(case.claimant[0].id)]
    texts.append(titles.note(document, inputs(case, document)["load"]))
    assert all(text.isprintable() for text in texts)
    assert max(map(len, texts)) <= 620
