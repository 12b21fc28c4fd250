"""Exports: the same bytes as the command line writes."""

import json

import pytest

from quick import quick_results
from shellcount.case.reading import load_case
from shellcount.explore.exports import FORMS, Form, export
from shellcount.report.writing import write_report
from shellcount.results.results import Results


@pytest.fixture(scope="module")
def results() -> Results:
    return quick_results(load_case())


@pytest.mark.parametrize(("form", "written"), [("numbers.json", "json"), ("brief.pdf", "brief")])
def test_a_file_is_that_of_a_report(
    results: Results, tmp_path_factory: pytest.TempPathFactory, form: Form, written: str
) -> None:
    (path,) = write_report(results, tmp_path_factory.mktemp("report"), formats=[written])[:1]
    assert export(results, form) == path.read_bytes()


def test_the_figure_is_a_picture_that_is_the_same_every_time(results: Results) -> None:
    picture = export(results, "timeline.png")
    assert picture.startswith(b"\x89PNG")
    assert export(results, "timeline.png") == picture


def test_numbers_are_of_the_same_answer(results: Results) -> None:
    assert json.loads(export(results, "numbers.json"))["answer"] == results.answer.name
    assert len(FORMS) == 3
