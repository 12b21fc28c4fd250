"""What a view shows of an edited case."""

import pytest

from shellcount.case.reading import load_case
from shellcount.explore.computing import base_of, days_of, exceeding_of, first_of
from shellcount.explore.drawn import Axis
from shellcount.explore.edits import Edits, applied
from shellcount.posterior.posterior import Posterior

MADE = applied(load_case(), Edits())


def test_amounts_of_an_axis_have_the_chances_of_the_posterior(posterior: Posterior) -> None:
    base = base_of(posterior, MADE)
    found = exceeding_of(posterior, base.found, base, Axis(0.0, 3e6, (), "rounds"), None)
    assert [chance.at for chance in found.chances][:2] == [1e5, 2e5]
    assert found.chances[found.place].at == pytest.approx(base.found.answer.p50, abs=found.step / 2)
    words = posterior.probability("rounds.mixed@2024-06-14 >= 2 million").words
    (chosen,) = (chance for chance in found.chances if chance.at == 2e6)
    assert (chosen.text, chosen.was) == (f"P(at least 2 million) = {words}", "")


def test_chances_of_another_answer_stand_beside_those_of_the_base_case(posterior: Posterior) -> None:
    base = base_of(posterior, MADE)
    earlier = applied(load_case(), Edits(day="2024-02-01"))
    found = exceeding_of(posterior, first_of(posterior, earlier), base, Axis(0.0, 3e6, (), "rounds"), None)
    words = posterior.probability("rounds.mixed@2024-06-14 >= 2 million").words
    assert {chance.was for chance in found.chances if chance.at == 2e6} == {words}


def test_a_date_is_that_of_the_answer() -> None:
    assert days_of(MADE) == ()
    chosen = applied(load_case(), Edits(day="2024-02-01"))
    assert days_of(chosen) == (chosen.answer.day,)
