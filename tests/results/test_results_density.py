"""A density as plain values."""

from shellcount.results.density import Density


def test_its_height_is_that_of_the_highest_point() -> None:
    assert Density("load", "share", ((0.5, 1.0), (0.7, 3.0), (0.9, 0.5))).highest == 3.0
    assert Density("load", "share", ()).highest == 0.0
