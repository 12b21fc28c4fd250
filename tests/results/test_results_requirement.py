"""A requirement is told in a table, a sentence, a document and a data frame, all of the same numbers."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from shellcount import require
from shellcount.posterior.posterior import Posterior
from shellcount.results.mark import make_mark
from shellcount.results.numbers_json import estimate_values
from shellcount.results.requirement import Requirement, percentile_words, place_of
from shellcount.wording import chances


@pytest.fixture(scope="module")
def found(posterior: Posterior) -> Requirement:
    return require(posterior, "rounds.mixed@2024-06-14 >= 3 million")


def test_the_table_has_what_moves_in_order(found: Requirement) -> None:
    table = found.table()
    error = chances.error(found.probability.mcse)
    assert table.caption == (
        f"For at least 3 million rounds sent by 14 June 2024: chance 14%, Monte Carlo error {error}"
    )
    assert len(table.rows) == len(found.movers) + len(found.chances)
    shifts = [abs(float(row[3])) for row in table.rows]
    assert shifts == sorted(shifts, reverse=True)
    first = found.movers[0]
    named = f"{first.name}\n{first.before.measure}"
    assert table.rows[0][:3] == (named, first.before.cell, first.after.cell)
    assert not {row[0].partition("\n")[0] for row in table.rows} & set(found.unmoved)


def test_the_document_has_every_number(found: Requirement) -> None:
    document = json.loads(json.dumps(found.document()))
    assert document["schema"] == "shellcount/requirement/1"
    assert document["statement"] == "rounds.mixed@2024-06-14>=3000000"
    assert (document["probability"], document["mcse"]) == (found.probability.value, found.probability.mcse)
    assert [each["name"] for each in document["moved"]] == [mover.name for mover in found.movers]
    assert document["moved"][0]["after"] == estimate_values(found.movers[0].after)
    assert document["unmoved"] == list(found.unmoved)
    assert document["sentence"] == found.sentence


def test_the_data_frame_has_a_row_for_each(found: Requirement) -> None:
    frame = found.to_dataframe()
    assert len(frame) == len(found.movers) + len(found.chances)
    assert frame.loc[0, "name"] == found.movers[0].name
    assert frame.loc[0, "p50_after"] == found.movers[0].after.p50


def test_marks_go_wherever_it_is_told(found: Requirement) -> None:
    mark = make_mark("what-if", "what-if", "what-if, with load=0.9")
    marked = replace(found, probability=replace(found.probability, marks=(mark,)))
    assert "(what-if)" in marked.sentence
    assert marked.table().caption.endswith("(what-if)")
    assert "What-if, with load=0.9." in marked._repr_html_()
    assert marked.document()["marks"] == [mark.values()]


def test_remarks_tell_what_is_left_out_and_what_it_rests_on(found: Requirement) -> None:
    assert found.remarks[0].endswith("hardly move.")
    assert found.remarks[1].startswith("Based on the draws that satisfy it, of which ")
    one = replace(found, unmoved=("load",), route="refitted")
    assert one.remarks[0] == "1 other quantity or chance hardly moves."
    assert one.remarks[1].startswith("Based on draws made under this condition")
    none = replace(found, unmoved=(), probability=replace(found.probability, not_quotable="few draws"))
    assert none.remarks[-1] == "Not converged: few draws."


def test_what_is_very_unusual_is_said(found: Requirement) -> None:
    far = replace(found, movers=(replace(found.movers[0], percentile=0.9999), *found.movers[1:]))
    name = found.movers[0].name
    assert far.sentence.endswith(f"Very unusual by itself: {name} (above 99% of its range now).")
    assert repr(far) == far.sentence
    nothing = replace(found, movers=())
    assert nothing.sentence.endswith("would move nothing else; the chance is 14%.")


def test_a_sentence_names_what_is_the_same_once(found: Requirement) -> None:
    first = found.movers[0]
    twin = replace(first, name="twin", group="twin")
    assert twin not in replace(found, movers=(first, twin, *found.movers[1:])).leading


def test_a_sentence_does_not_name_what_rounds_to_the_same(found: Requirement) -> None:
    still = replace(found.movers[0], after=found.movers[0].before)
    assert still not in replace(found, movers=(still, *found.movers[1:])).leading


@pytest.mark.parametrize(
    ("percentile", "words", "place"),
    [
        (0.999, "above 99%", "very unusual"),
        (0.97, "above 97%", "unusual"),
        (0.5, "above 50%", ""),
        (0.2, "below 80%", ""),
        (0.03, "below 97%", "unusual"),
        (0.0, "below 99%", "very unusual"),
    ],
)
def test_places_in_words(percentile: float, words: str, place: str) -> None:
    assert (percentile_words(percentile), place_of(percentile)) == (words, place)
