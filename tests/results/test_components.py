"""How fitted claims are read is a record of plain values, which is tabulated, written, read and verified."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from typing import Any

import pytest

from building import case_of, edited
from contradicting import in_accord
from quick import quick_results
from richer import rich_case
from shellcount.analysis import Parts
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.cli.layout import laid_out
from shellcount.digest import Json
from shellcount.errors import NumbersError
from shellcount.report.content import compose
from shellcount.results.components import (
    ClaimComponents,
    Components,
    OpenDate,
    ReadingProbability,
    reading_priors,
)
from shellcount.results.given import Conditioning, fitted_claims
from shellcount.results.numbers_file import parse_numbers
from shellcount.results.numbers_json import checksum, numbers_json, to_json
from shellcount.results.results import Results
from shellcount.results.verifying import verify
from shellcount.wording.tables import Table

READINGS = (ReadingProbability("rocket", 0.25, 0.4), ReadingProbability("howitzer", 0.75, 0.6))
DATE = OpenDate(dt.date(2024, 2, 26), dt.date(2024, 6, 14), dt.date(2024, 4, 18))
FULL = ClaimComponents("a", "a ministry", "about 500 rounds", 0.05, 0.4, READINGS, DATE)
PLAIN = ClaimComponents("b", "an office", "10 boxes", 0.05, 0.02, (), None)


@pytest.fixture(scope="module")
def sound() -> Results:
    """Quick results of a case of which one claim leaves its nature open, and another its date."""

    def opened(document: dict[str, Any]) -> None:
        for claim in document["claim"]:
            if claim["id"] == "rok-mnd-2024-02-122mm":
                claim.update(
                    use="fit", derived_from=None, reading_odds={"122mm-howitzer": 1, "122mm-rocket": 3}
                )

    return quick_results(edited(load_case(), opened), given="all")


def with_components(results: Results, claim: str, **changes: Any) -> Results:
    changed = tuple(
        dataclasses.replace(each, **changes) if each.claim == claim else each for each in results.components
    )
    return dataclasses.replace(results, components=Components(changed))


def found(results: Results, claim: str) -> ClaimComponents:
    return next(each for each in results.components if each.claim == claim)


# --- what the record says ----------------------------------------------------------------


def test_a_bayes_factor_is_posterior_odds_over_prior_odds() -> None:
    rocket, howitzer = READINGS
    assert rocket.bayes_factor == pytest.approx((0.4 / 0.6) / (0.25 / 0.75))
    assert howitzer.bayes_factor == pytest.approx(0.5)
    assert FULL.off_bayes_factor == pytest.approx((0.4 / 0.6) / (0.05 / 0.95))


@pytest.mark.parametrize(("prior", "posterior"), [(0.5, 1.0), (1.0, 1.0), (0.0, 0.0)])
def test_odds_that_are_not_finite_have_no_bayes_factor(prior: float, posterior: float) -> None:
    assert ReadingProbability("x", prior, posterior).bayes_factor is None


def test_prior_odds_become_probabilities() -> None:
    claim = next(claim for claim in load_case().claim if claim.id == "rok-mnd-2024-02-122mm")
    odd = claim.model_copy(update={"reading_odds": {"122mm-howitzer": 1.0, "122mm-rocket": 3.0}})
    assert reading_priors(odd) == {"122mm-howitzer": 0.25, "122mm-rocket": 0.75}
    assert reading_priors(load_case().claim[0]) == {}


def test_every_fitted_claim_has_its_components(sound: Results) -> None:
    assert [each.claim for each in sound.components] == [fitted.claim.id for fitted in sound.fitted]
    opened = found(sound, "rok-mnd-2024-02-122mm")
    assert {each.nature: each.prior for each in opened.readings} == pytest.approx(
        {"122mm-howitzer": 0.25, "122mm-rocket": 0.75}
    )
    assert sum(each.posterior for each in opened.readings) == pytest.approx(1)
    assert found(sound, "ua-gur-2024").date is not None
    assert {each.off_prior for each in sound.components} == {0.05}


@pytest.mark.filterwarnings("ignore::shellcount.errors.ConflictWarning")
def test_figures_are_worded_as_people_state_them() -> None:
    parts = Parts(quantities=(), checks=(), figures=False, components=True)
    figures = {each.claim: each.figure for each in quick_results(rich_case(), parts).components}
    assert {name: figures[name] for name in ("none-seen", "words", "in-december", "a-day", "range")} == {
        "none-seen": "no containers (munitions)",
        "words": "several thousand containers (munitions)",
        "in-december": "about 1,500 containers (munitions)",
        "a-day": "about 40 containers a day (munitions)",
        "range": "9,000 to 14,000 containers (munitions)",
    }


def test_they_are_computed_where_they_are_shown_or_asked_for(case: Case) -> None:
    bare = Parts(quantities=(), checks=(), figures=False)
    assert len(quick_results(case, bare).components) == 0
    asked = quick_results(case, dataclasses.replace(bare, components=True)).components
    assert [each.claim for each in asked] == [
        each.claim.id for each in fitted_claims(case, Conditioning("counts"))
    ]


# --- tables ------------------------------------------------------------------------------


def test_a_table_has_a_row_per_claim_and_says_what_was_known_before() -> None:
    table = Components((FULL, PLAIN)).table()
    assert table == Table(
        "Fitted claims: chance of being off (5% before any claim is fitted), probability of each nature left "
        "open and posterior median of a date left open, with its ends",
        ("fitted claim", "chance of being off", "readings", "date left open"),
        (
            (
                "about 500 rounds\n(a ministry)",
                "40%\n(Bayes factor 13)",
                "howitzer: 60% (prior 75%, Bayes factor 0.50)\nrocket: 40% (prior 25%, Bayes factor 2.0)",
                "2024-04-18\n(2024-02-26 to 2024-06-14)",
            ),
            ("10 boxes\n(an office)", "2%\n(Bayes factor 0.39)", "", ""),
        ),
    )


def test_a_table_leaves_out_what_no_claim_leaves_open() -> None:
    table = Components((PLAIN,)).table()
    assert table.head == ("fitted claim", "chance of being off")
    assert table.caption == "Fitted claims: chance of being off (5% before any claim is fitted)"
    sure = dataclasses.replace(FULL, off_prior=0.0, off=0.0)
    assert Components((sure,)).table().head == ("fitted claim", "readings", "date left open")


def test_nothing_left_open_is_no_table_and_no_section_of_a_report() -> None:
    sure = dataclasses.replace(PLAIN, off_prior=0.0, off=0.0)
    assert Components((sure,)).table().rows == Components(()).table().rows == ()
    assert Components((sure,))._repr_html_() == "<p>b: 10 boxes</p>"

    def robust(document: dict[str, Any]) -> None:
        document["robustness"] = {"outlier_share": 0.0}

    results = quick_results(edited(in_accord(), robust))
    assert "chance of being off" not in str(compose(results).sections)
    verify(results)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_a_terminal_of_any_width_shows_every_cell(width: int) -> None:
    long = dataclasses.replace(FULL, title="the South Korean Ministry of National Defense")
    shown = laid_out(Components((long, PLAIN)).table(), width)
    assert max(map(len, shown.splitlines())) <= width
    words = " ".join(shown.split())
    for cell in ("about 500 rounds", "40%", "Bayes factor 13", "howitzer: 60%", "prior 25%", "2024-04-18"):
        assert cell in words


def test_a_notebook_shows_the_table_with_text_escaped() -> None:
    shown = Components((dataclasses.replace(FULL, title="<b>"), PLAIN))._repr_html_()
    assert "(&lt;b&gt;)" in shown
    assert shown.count("<tr>") == 3
    assert repr(Components((PLAIN,))) == "b: 10 boxes, off with a chance of 2%"


def test_the_report_tabulates_them_beside_the_predictions() -> None:
    results = quick_results(in_accord())
    (section,) = [section for section in compose(results).sections if section.id == "predictive"]
    captions = [block.caption for block in section.unfolded if isinstance(block, Table)]
    assert captions[0].startswith("Fitted claims and the reports that the model predicts")
    assert captions[1] == results.components.table().caption
    assert "Ministry of Ports" in str(section.unfolded)


# --- numbers.json ------------------------------------------------------------------------


def test_they_are_written_and_come_back(sound: Results) -> None:
    values: Any = json.loads(to_json(numbers_json(sound)))
    (dated,) = [each for each in values["components"] if each["claim"] == "ua-gur-2024"]
    date = found(sound, "ua-gur-2024").date
    assert date is not None
    assert dated["date"] == {
        "earliest": date.earliest.isoformat(),
        "latest": date.latest.isoformat(),
        "median": date.median.isoformat(),
    }
    assert values["components"][0]["date"] is None
    assert parse_numbers(json.dumps(values).encode(), origin="x").components == sound.components


def damaged(results: Results, *path: str | int, to: Json) -> str:
    """The message for a file of which one value of the first components was changed."""
    values: Any = json.loads(to_json(numbers_json(results)))
    place = values["components"]
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    values["checksum"] = checksum(values)
    with pytest.raises(NumbersError) as caught:
        parse_numbers(json.dumps(values).encode(), origin="x")
    return str(caught.value)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ((0, "off"), "0.5", "components.0.off has a wrong type"),
        ((0, "off"), True, "components.0.off has a wrong type"),
        ((0, "off"), None, "components.0.off has a wrong type"),
        ((0, "claim"), 1, "components.0.claim has a wrong type"),
        ((0, "readings"), {}, "components.0.readings has a wrong type"),
        ((0, "readings"), [{"nature": "x"}], "components.0.readings.0.prior is missing"),
        ((0, "date"), "2024-01-01", "components.0.date has a wrong type"),
        ((0, "date"), {"earliest": 5}, "components.0.date.earliest has a wrong type"),
        ((0, "title"), "another", "do not match the claim in its case"),
        ((0, "off"), 1.5, "is not between 0 and 1"),
    ],
)
def test_damaged_components_are_refused(
    path: tuple[str | int, ...], value: Json, message: str, sound: Results
) -> None:
    assert message in damaged(sound, *path, to=value)


def test_a_file_without_components_is_refused(sound: Results) -> None:
    values: Any = json.loads(to_json(numbers_json(sound)))
    del values["components"]
    values["checksum"] = checksum(values)
    with pytest.raises(NumbersError, match="components is missing"):
        parse_numbers(json.dumps(values).encode(), origin="x")


# --- agreement with the case -------------------------------------------------------------


def refused(results: Results, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        verify(results)


def test_components_must_be_of_the_fitted_claims(sound: Results) -> None:
    verify(sound)
    first, *others = sound.components
    message = "its components are not those of the claims that it fits, each once and in order"
    for wrong in ((), tuple(others), (first, first, *others), (*others, first)):
        refused(dataclasses.replace(sound, components=Components(wrong)), message)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"figure": "about 2 rounds"}, "the components of ua-gur-2024 do not match the claim in its case"),
        ({"off_prior": 0.1}, "the prior chance that ua-gur-2024 is off is not that of its case"),
        ({"off": -0.1}, "a probability of ua-gur-2024 is not between 0 and 1"),
        ({"off": float("nan")}, "a probability of ua-gur-2024 is not between 0 and 1"),
        ({"readings": READINGS}, "the readings of ua-gur-2024 are not those that it leaves open"),
        ({"date": None}, "the open date of ua-gur-2024 does not match the claim in its case"),
        (
            {"date": dataclasses.replace(DATE, earliest=dt.date(2024, 1, 1))},
            "the open date of ua-gur-2024 does not match the claim in its case",
        ),
        (
            {"date": dataclasses.replace(DATE, median=dt.date(2024, 6, 15))},
            "the median of the open date of ua-gur-2024 is not between its ends",
        ),
    ],
)
def test_components_must_agree_with_their_claim(
    changes: dict[str, Any], message: str, sound: Results
) -> None:
    refused(with_components(sound, "ua-gur-2024", **changes), message)


def test_a_claim_of_a_known_date_has_no_open_one(sound: Results) -> None:
    refused(
        with_components(sound, "rok-mnd-2024-02", date=DATE),
        "the open date of rok-mnd-2024-02 does not match the claim in its case",
    )


def test_probabilities_of_readings_must_be_of_the_case_and_add_up(sound: Results) -> None:
    name = "rok-mnd-2024-02-122mm"
    first, second = found(sound, name).readings
    for readings, message in (
        ((), f"the readings of {name} are not those that it leaves open"),
        ((second, first), f"the readings of {name} are not those that it leaves open"),
        (
            (dataclasses.replace(first, prior=0.5), second),
            f"the prior of a reading of {name} is not that of its case",
        ),
        (
            (dataclasses.replace(first, posterior=0.3), dataclasses.replace(second, posterior=0.8)),
            f"the probabilities of the readings of {name} do not add up to 1",
        ),
        ((dataclasses.replace(first, posterior=1.5), second), f"a probability of {name} is not between"),
    ):
        refused(with_components(sound, name, readings=readings), message)


def test_a_claim_that_cannot_be_off_has_no_chance_of_it() -> None:
    def robust(document: dict[str, Any]) -> None:
        document["robustness"] = {"outlier_share": 0.0}

    results = quick_results(case_of({}, edit=robust))
    (only,) = results.components
    assert (only.off_prior, only.off, only.off_bayes_factor) == (0, 0, None)
    refused(with_components(results, only.claim, off=0.2), f"{only.claim} cannot be off")
