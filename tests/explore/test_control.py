"""A control is plain values, which a page can be told of."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest

from exploring import NAMES, controls_of
from shellcount.explore.control import Control


@pytest.mark.parametrize("name", NAMES)
def test_controls_are_plain_values_that_are_read_back_as_they_were(name: str) -> None:
    for control in controls_of(name):
        values = json.loads(json.dumps(control.document(), allow_nan=False))
        values |= {key: tuple(values[key]) for key in ("words", "labels")}
        assert Control(**values) == control


def test_the_document_has_each_part_by_its_name() -> None:
    control = Control("given", "claims", "The answer", "choice", "counts", words=("counts", "all"))
    document = control.document()
    assert list(document) == [field.name for field in fields(Control)]
    assert (document["field"], document["words"], document["labels"]) == ("changes", ["counts", "all"], [])
    assert (document["low"], document["scale"], document["folded"]) == (None, "linear", False)


def test_labels_belong_to_words() -> None:
    for name in NAMES:
        for control in controls_of(name):
            assert len(control.labels) in {0, len(control.words)}
