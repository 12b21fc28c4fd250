"""Sliders have the present values of an assumption on them, and those of the same kind around them."""

from __future__ import annotations

import pytest

from building import edited
from shellcount.case.changes import with_changes
from shellcount.case.families import families
from shellcount.case.parameters import parameters
from shellcount.case.schema import Case
from shellcount.insight.moving import Sliders


def sliders_of(case: Case, *names: str) -> Sliders:
    by_name = {entry.name: entry for entry in parameters(case)}
    found = Sliders(case, by_name)
    for family in families(case, names):
        found.add(family)
    return found


def texts(case: Case, name: str) -> list[tuple[str, ...]]:
    return [grid.texts for grid in sliders_of(case, name).grids]


def test_a_share_moves_by_hundredths(case: Case) -> None:
    (found,) = texts(case, "load")
    assert found == tuple(f"0.{place:02d}".rstrip("0") for place in range(1, 100))
    made = sliders_of(case, "load")
    assert [(each.setting, each.label) for each in made.movables[0].sliders] == [
        ("load", "5% quantile"),
        ("load", "95% quantile"),
    ]
    assert [found[each.now] for each in made.movables[0].sliders] == ["0.4", "0.92"]


def test_values_between_the_steps_are_there_when_they_are_those_of_the_case(case: Case) -> None:
    (found,) = texts(with_changes(case, {"load": (0.4125, 0.92)}), "load")
    assert len(found) == 100
    assert found[41] == "0.4125"


def test_shares_close_to_0_or_1_move_by_smaller_steps(case: Case) -> None:
    (low,) = texts(with_changes(case, {"load": (0.004, 0.03)}), "load")
    assert {"0.0011", "0.0012", "0.0039", "0.019", "0.02", "0.99"} <= set(low)
    (high,) = texts(with_changes(case, {"load": (0.9, 0.999)}), "load")
    assert {"0.01", "0.98", "0.981", "0.9989", "0.9997"} <= set(high)
    for found in (low, high):
        numbers = [float(text) for text in found]
        assert numbers == sorted(set(numbers))
        assert 0 < numbers[0] < numbers[-1] < 1


def test_a_positive_parameter_moves_by_two_digits_to_a_quarter_and_to_four_times(case: Case) -> None:
    (found,) = texts(case, "first_rate_per_day")
    prior = case.priors.first_rate_per_day
    assert prior.low is not None
    assert prior.high is not None
    assert float(found[0]) >= prior.low / 4
    assert float(found[-1]) <= prior.high * 4
    assert all(len(text.strip("0").replace(".", "").strip("0")) <= 2 for text in found)


def test_the_mix_has_a_slider_for_each_base_share_and_one_for_the_spread(case: Case) -> None:
    found = sliders_of(case, *(f"mix.{nature.id}" for nature in case.nature))
    (mix,) = found.movables
    assert [each.setting for each in mix.sliders] == [
        *(f"mix.{each.id}" for each in case.nature),
        "mix_spread",
    ]
    shares, spreads = (grid.texts for grid in found.grids)
    assert [shares[each.now] for each in mix.sliders[:-1]] == [f"{each.base_share:g}" for each in case.nature]
    assert (spreads[0], spreads[-1], spreads[mix.sliders[-1].now]) == ("0", "2.4", "0.8")


def test_base_shares_above_1_are_weights(case: Case) -> None:
    weights = with_changes(
        case, {"mix.152mm-howitzer": 3.0, "mix.122mm-howitzer": 1.0, "mix.122mm-rocket": 1.0}
    )
    shares = sliders_of(weights, *(f"mix.{nature.id}" for nature in case.nature)).grids[0].texts
    assert (shares[0], shares[-1]) == ("0.25", "12")
    assert {"3", "1", "2.9"} <= set(shares)


def test_what_has_no_spread_or_too_many_numbers_has_no_sliders(case: Case) -> None:
    still = with_changes(case, {"mix_spread": 0})
    assert sliders_of(still, *(f"mix.{nature.id}" for nature in case.nature)).movables == []
    assert sliders_of(case, "rate_step.001").movables == []  # its spread is that of other steps too
    masses = [entry.name for entry in parameters(case) if entry.name.endswith("mass_kg")]
    found = sliders_of(case, *masses)
    assert (found.movables, found.grids, found.count) == ([], [], 0)


@pytest.mark.parametrize("title", ["<b>", "A" * 400])
def test_titles_are_on_one_line_and_short(case: Case, title: str) -> None:
    def retitle(document: dict[str, list[dict[str, str]]]) -> None:
        document["nature"][0]["title"] = title

    found = sliders_of(edited(case, retitle), *(f"mix.{nature.id}" for nature in case.nature))
    assert len(found.movables[0].sliders[0].label) <= 65
