"""The physical ceiling against arithmetic by hand."""

import pytest

import shellcount
from shellcount.case.ceiling import ceiling_per_container


@pytest.mark.parametrize(
    ("nature", "by_mass", "by_cube"),
    [
        ("152mm-howitzer", 28_200 / 43.56, 33.1 / 0.034),
        ("122mm-howitzer", 28_200 / 21.76, 33.1 / 0.017),
        ("122mm-rocket", 28_200 / 66.3, 33.1 / 0.0428),
    ],
)
def test_bare_rounds_at_the_rated_payload_in_a_full_cube(nature: str, by_mass: float, by_cube: float) -> None:
    assert ceiling_per_container(shellcount.load_case(), nature) == min(by_mass, by_cube)


def test_any_nature_may_fill_a_mix() -> None:
    case = shellcount.load_case()
    each = [ceiling_per_container(case, nature.id) or 0.0 for nature in case.nature]
    assert ceiling_per_container(case) == max(each)


def test_the_cube_binds_where_rounds_are_light() -> None:
    case = shellcount.with_changes(shellcount.load_case(), {"cube_m3": 1.0})
    assert ceiling_per_container(case, "152mm-howitzer") == 1.0 / 0.034
