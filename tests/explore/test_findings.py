"""Findings of edits."""

from shellcount.explore.findings import Found, quantiles
from shellcount.results.density import Density
from shellcount.results.results import Results


def test_the_answer_is_that_of_the_results(results: Results) -> None:
    found = Found(results, Density("", "", ()))
    assert found.answer == results.answer
    assert quantiles(found.answer)[2] == results.answer.p50


def test_answers_are_the_same_where_all_that_is_drawn_is(results: Results) -> None:
    found = Found(results, Density("", "", ()))
    assert found.has_answer_of(Found(results, Density("", "", ()), {}))
    assert not found.has_answer_of(Found(results, Density("", "", ((0.0, 1.0), (1.0, 1.0)))))
