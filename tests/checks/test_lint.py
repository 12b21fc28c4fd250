"""What a prior implies is computed in the unit of the figure that its basis cites, and compared with it."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import norm

from building import edited
from shellcount.case.reading import load_case, shipped_names
from shellcount.case.schema import Case
from shellcount.case.slips import slips
from shellcount.checks.evidence import document, remarks
from shellcount.checks.lint import (
    FURTHER,
    OUTSIDE,
    Implication,
    claims_in_bases,
    lint,
    lint_document,
    lint_table,
    notes_on_bases,
    remarks_of,
)
from shellcount.maths.priors import Prior


def implied(case: Case, name: str) -> Implication:
    (one,) = [each for each in lint(case) if each.name == name]
    return one


def with_prior(case: Case, name: str, **fields: Any) -> Case:
    """The case with other fields in one of its priors, and without any other cited figure."""

    def edit(written: dict[str, Any]) -> None:
        for prior in written["priors"].values():
            prior.pop("implies", None)
        written["priors"][name] |= fields

    return edited(case, edit)


def cited(unit: str, low: float, high: float) -> dict[str, Any]:
    return {"unit": unit, "low": low, "high": high}


# --- shipped cases -----------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_case_has_no_slip_and_no_difference_that_its_bases_do_not_explain(name: str) -> None:
    shipped = load_case(name)
    assert (slips(shipped), [*remarks_of(lint(shipped))]) == ((), [])


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_case_cites_figures(name: str) -> None:
    assert lint(load_case(name))


def test_the_shipped_load_is_wider_than_its_figure_and_its_basis_says_so(case: Case) -> None:
    load = implied(case, "load")
    assert (load.status, load.cited_words, load.implied_words) == (
        "explained",
        "9 to 14",
        "15.1 (8.1 to 20.0)",
    )
    assert load.measure == "net tonnes a container"


def test_a_basis_that_the_prior_has_moved_away_from_no_longer_explains(case: Case) -> None:
    stated = case.priors.load
    moved = implied(
        edited(case, lambda written: written["priors"]["load"].update(low=0.30, high=0.80)), "load"
    )
    assert stated.implies is not None
    assert (moved.status, implied(case, "load").status) == ("differs", "explained")


# --- known answers -----------------------------------------------------------------------


def test_net_tonnes_are_the_product_of_load_and_usable_payload(case: Case) -> None:
    load, share = Prior("logitnormal", 0.40, 0.92), Prior("logitnormal", 0.6206, 0.8369)

    def below(tonnes: float) -> float:
        """Probability of less, integrated over the payload."""

        def given_payload(z: float) -> float:
            needed = tonnes / (28.2 * float(share.from_normal(np.array(z))))
            chance = 1.0 if needed >= 1 else float(norm.cdf(load.to_normal(np.array(needed))))
            return float(norm.pdf(z)) * chance

        return float(quad(given_payload, -8, 8, epsabs=1e-10, limit=200)[0])

    found = implied(case, "load")
    for value, probability in ((found.p05, 0.05), (found.p50, 0.50), (found.p95, 0.95)):
        exact = brentq(lambda tonnes, p=probability: below(tonnes) - p, 1.0, 28.0)
        assert value == pytest.approx(exact, rel=1e-3)
    # The range that the shipped basis was mended for.
    assert (found.p05, found.p50, found.p95) == pytest.approx((8.2, 15.1, 20.0), rel=0.01)


def test_the_payload_alone_implies_its_share_of_the_rated_payload(case: Case) -> None:
    found = implied(case, "payload_share")
    assert (found.p05, found.p95) == pytest.approx((28.2 * 0.6206, 28.2 * 0.8369), rel=1e-3)


def test_a_rate_implies_itself(case: Case) -> None:
    found = implied(case, "first_rate_per_day")
    assert (found.p05, found.p50, found.p95) == pytest.approx((10, math.sqrt(1000), 100), rel=1e-3)


def test_a_share_of_a_scope_implies_the_rate_of_that_scope(case: Case) -> None:
    def edit(written: dict[str, Any]) -> None:
        written["scope"][1]["share"] |= {"value": 0.5, "low": None, "high": None}
        written["scope"][2]["share"] |= {"implies": cited("per_day", 5.0, 5.0), "low": 0.4, "high": 0.4001}

    found = implied(edited(case, edit), "artillery_share")
    half = 0.5 * 0.40005
    assert (found.p05, found.p50, found.p95) == pytest.approx(
        (10 * half, math.sqrt(1000) * half, 100 * half), rel=2e-3
    )


def test_known_values_imply_one_number(case: Case) -> None:
    def edit(written: dict[str, Any]) -> None:
        for name, value in (("load", 0.5), ("payload_share", 0.75)):
            written["priors"][name] |= {"value": value, "low": None, "high": None}

    found = implied(edited(case, edit), "load")
    assert (found.p05, found.p50, found.p95) == pytest.approx([28.2 * 0.5 * 0.75] * 3, rel=1e-12)


@pytest.mark.parametrize(
    ("unit", "load", "expected"),
    [
        # By hand: 28,200 kg x 0.75 / 84 kg = 251.8 crated, and all are crated; the cube takes 300.
        ("items", "payload_share", 28_200 * 0.75 / 84),
        ("items", "load", 0.5 * 28_200 * 0.75 / 84),
        ("gross_tonnes", "payload_share", 28.2 * 0.75),
        ("gross_tonnes", "load", 0.5 * 28.2 * 0.75),
    ],
)
def test_items_and_gross_tonnes_are_those_of_the_mix(
    case: Case, unit: str, load: str, expected: float
) -> None:
    assert one_nature(case, load, cited(unit, 1.0, 1e6), volume=0.08).p50 == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("unit", "expected"), [("items", 24 / 0.12), ("gross_tonnes", 24 / 0.12 * 84 / 1000)]
)
def test_the_cube_limits_items_and_gross_tonnes_but_not_net_tonnes(
    case: Case, unit: str, expected: float
) -> None:
    found = one_nature(case, "payload_share", cited(unit, 1.0, 1e6), volume=0.12)
    net = one_nature(case, "payload_share", cited("net_tonnes", 1.0, 1e6), volume=0.12)
    assert (found.p50, net.p50) == pytest.approx((expected, 28.2 * 0.75), rel=1e-9)


def test_a_mass_implies_the_items_packed_that_way(case: Case) -> None:
    found = one_nature(case, "mass_kg", cited("items", 263.0, 263.0), volume=0.08)
    assert found.name == "152mm-howitzer.complete.mass_kg"
    assert found.p50 == pytest.approx(28_200 * 0.75 / 84, rel=1e-9)


def one_nature(case: Case, place: str, figure: dict[str, Any], *, volume: float) -> Implication:
    """What is implied where all numbers are known: one nature packed one way, in 24 usable cubic metres."""
    known = {"low": None, "high": None, "implies": None}

    def edit(written: dict[str, Any]) -> None:
        for name, value in (("load", 0.5), ("payload_share", 0.75), ("stowage", 24 / 33.1)):
            written["priors"][name] |= {**known, "value": value}
        nature = written["nature"][0]
        stow = nature["stow"][0]
        stow["mass_kg"] |= {**known, "value": 84.0}
        stow["volume_m3"] |= {**known, "value": volume}
        nature |= {"stow": (stow,), "stow_spread": None}
        written["nature"] = (nature,)
        written["scenario"] = written["scenario"][:1]
        for claim in written["claim"]:
            if claim.get("nature") is not None:
                claim |= {"nature": nature["id"], "under_all": None}
        written["priors"]["first_rate_per_day"]["implies"] = None
        (stow["mass_kg"] if place == "mass_kg" else written["priors"][place])["implies"] = figure

    (found,) = lint(edited(case, edit))
    return found


def test_what_is_implied_does_not_depend_on_the_claims(case: Case) -> None:
    fewer = edited(case, lambda written: written.update(claim=written["claim"][:4]))
    assert lint(fewer) == lint(case)


# --- the rule ----------------------------------------------------------------------------

# A prior on the load that implies 17.5 t to 23.6 t, and nothing else.
LOW, HIGH = 28.2 * 0.6206, 28.2 * 0.8369


@pytest.mark.parametrize(
    ("low", "high", "status", "said"),
    [
        (LOW, HIGH, "agrees", ""),
        (LOW / OUTSIDE * 1.01, HIGH * OUTSIDE * 0.99, "agrees", ""),
        (LOW * FURTHER * 0.99, HIGH, "agrees", ""),
        (LOW / OUTSIDE * 0.99, HIGH, "differs", "the prior leaves out its lower end"),
        (LOW, HIGH * OUTSIDE * 1.01, "differs", "the prior leaves out its upper end"),
        (LOW * FURTHER * 1.01, HIGH, "differs", "the prior reaches far below it"),
        (LOW, HIGH / FURTHER * 0.99, "differs", "the prior reaches far above it"),
        (HIGH * 2, HIGH * 3, "differs", "the prior lies below it"),
        (20.0, 20.0, "agrees", ""),
        (LOW / OUTSIDE * 0.99, LOW / OUTSIDE * 0.99, "differs", "the prior lies above it"),
    ],
)
def test_a_prior_agrees_with_a_figure_that_it_holds_and_hardly_exceeds(
    case: Case, low: float, high: float, status: str, said: str
) -> None:
    changed = with_prior(case, "payload_share", implies=cited("net_tonnes", low, high), basis="made up")
    (found,) = lint(changed)
    assert found.status == status
    assert (found.remark is None) == (status == "agrees")
    assert said in (found.remark or "")


def test_a_prior_may_reach_further_at_both_ends(case: Case) -> None:
    changed = with_prior(case, "load", implies=cited("net_tonnes", 12.0, 13.0), basis="made up")
    (found,) = lint(changed)
    assert "the prior reaches far below it and reaches far above it" in (found.remark or "")


def test_a_basis_that_names_the_implied_range_explains_it(case: Case) -> None:
    figure = cited("net_tonnes", 9.0, 14.0)
    silent = with_prior(case, "payload_share", implies=figure, basis="Planning factors of 9 to 14 t.")
    told = with_prior(
        case, "payload_share", implies=figure, basis="Planning factors of 9 to 14 t; implies 17.5 to 23.6 t."
    )
    half = with_prior(case, "payload_share", implies=figure, basis="Up to 23.6 t, seldom 117.5 t.")
    assert [lint(each)[0].status for each in (silent, told, half)] == ["differs", "explained", "differs"]
    assert [*remarks_of(lint(told))] == []
    assert [*remarks_of(lint(silent))] == [
        "payload_share implies 21.0 (17.5 to 23.6) net tonnes a container, its basis cites 9 to 14: "
        "the prior lies above it. The basis should say why, and name the range that the prior implies."
    ]


def test_numbers_of_four_digits_are_found_with_and_without_separators() -> None:
    grain = load_case("black-sea-grain-2022")
    assert grain.priors.payload_share is not None
    for basis in ("From 20,000 to 55,200 t.", "From 20000 to 55200 t."):
        fields = {"implies": cited("net_tonnes", 1.0, 2.0), "basis": basis}
        (found,) = lint(with_prior(grain, "payload_share", **fields))
        assert found.status == "explained"


def test_a_case_that_cites_no_figure_has_nothing_to_compare(case: Case) -> None:
    figure = cited("net_tonnes", 17.5, 23.6)
    assert len(lint(with_prior(case, "payload_share", implies=figure))) == 1
    assert lint(with_prior(case, "payload_share")) == ()
    assert lint_table(()).rows == ()


# --- claims in bases ---------------------------------------------------------------------


def test_bases_that_name_claims_are_found_with_those_that_are_fit_too(case: Case) -> None:
    named = claims_in_bases(case)
    assert named["priors.first_rate_per_day"] == ("us-white-house-2023-10",)
    assert named["nature[2]"] == ("rok-mnd-2024-02-122mm",)
    notes = [*notes_on_bases(case)]
    assert "The basis of priors.first_rate_per_day names us-white-house-2023-10 (also fit)." in notes
    assert "The basis of nature[2] (122mm-rocket) names rok-mnd-2024-02-122mm." in notes


def test_part_of_an_id_is_no_id(case: Case) -> None:
    changed = with_prior(case, "stowage", basis="As in rok-mnd-2024-02-152, rok-mnd-2024, rok-mnd-2024-02.")
    assert claims_in_bases(changed)["priors.stowage"] == ("rok-mnd-2024-02",)


# --- tables and documents ----------------------------------------------------------------


def test_the_table_has_cited_beside_implied(case: Case) -> None:
    rows = {row[0]: row[1:] for row in lint_table(lint(case)).rows}
    assert rows["load"] == ("9 to 14 net tonnes a container", "15.1 (8.1 to 20.0)", "explained")
    assert rows["first_rate_per_day"][0] == "24 containers a day"


def test_the_document_is_json_and_evidence_holds_the_same(case: Case) -> None:
    found = lint_document(case)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert (found["case"], found["case_digest"]) == (case.about.id, case.digest)
    assert document(case)["implied"] == found["implied"]


def test_a_difference_is_among_the_remarks_of_the_evidence(case: Case) -> None:
    changed = with_prior(
        case, "payload_share", implies=cited("net_tonnes", 9.0, 14.0), basis="Planning factors."
    )
    assert lint(changed)[0].remark in [*remarks(changed)]
