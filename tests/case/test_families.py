"""Free parameters are grouped into assumptions that a reader knows, each with a name in words."""

from __future__ import annotations

import pytest

from claims import with_every_form
from shellcount.case.families import families, family_of, title_of
from shellcount.case.parameters import known_values, parameters
from shellcount.case.reading import load_case

SHIPPED = ["dprk-russia-2024", "black-sea-grain-2022", "channel-2023"]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_parameter_belongs_to_one_family_with_a_title(name: str) -> None:
    case = load_case(name)
    names = [parameter.name for parameter in parameters(case)]
    found = families(case, names)
    assert sorted(each for family in found for each in family.coordinates) == sorted(names)
    assert len({family.title for family in found}) == len(found)
    for family in found:
        assert family.title != family.name
        assert "_" not in family.title
        assert family.paths
        assert {family_of(case, each) for each in family.coordinates} == {family.name}


def test_the_assumptions_of_the_shipped_case_are_few() -> None:
    case = load_case()
    found = families(
        case, [parameter.name for parameter in parameters(case)] + ["rate_step.002", "rate_step.001"]
    )
    assert {family.name: len(family.coordinates) for family in found} == {
        "first_rate_per_day": 1,
        "rate_walk_sd": 2,
        "munitions_share": 1,
        "artillery_share": 1,
        "load": 1,
        "payload_share": 1,
        "stowage": 1,
        "mix": 3,
        "masses": 5,
        "volumes": 5,
        "packing": 4,
    }


def test_families_are_found_in_the_case_file() -> None:
    case = load_case()
    names = [
        "mix.122mm-rocket",
        "122mm-rocket.one-row.share",
        "122mm-rocket.one-row.mass_kg",
        "artillery_share",
    ]
    paths = {family.name: family.paths for family in families(case, names)}
    assert paths == {
        "artillery_share": ("scope[2].share",),
        "mix": ("priors.mix_spread",),
        "masses": ("nature[2].stow[0].mass_kg",),
        "packing": ("nature[2].stow_spread",),
    }


def test_known_values_and_unknown_names_have_titles_too() -> None:
    grain, trips = load_case("black-sea-grain-2022"), with_every_form(load_case())
    assert {title_of(grain, family_of(grain, name)) for name in known_values(grain)} == {"mass of the tonnes"}
    assert title_of(trips, "voyage.carriers_per_trip") == "number of containers a voyage"
    assert title_of(trips, "nothing") == family_of(trips, "nothing") == "nothing"
