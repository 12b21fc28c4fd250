"""A view as plain values."""

import json
from pathlib import Path

from shellcount.explore.drawn import Axis, Bar, Tick, Tornado
from shellcount.explore.view import View

SAMPLE = Path(__file__).parent / "view.json"


def test_a_view_is_written_by_name_with_as_many_digits_as_are_drawn() -> None:
    axis = Axis(0.0, 1 / 3, (Tick(0.1, "10%"),), "share")
    bars = (Bar("load", "load of a container", "36.9%", "judgement", 0.36912345, 0.0),)
    view = View(7, "ready", tornado=Tornado("Load", (), axis, bars), faults=(("load", "not a number"),))
    written = view.document()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert written["serial"] == 7
    assert written["faults"] == {"load": "not a number"}
    assert written["answer"] is None
    assert written["tornado"] == {
        "finding": "Load",
        "notes": [],
        "axis": {"low": 0.0, "high": 0.333333, "ticks": [{"at": 0.1, "text": "10%"}], "label": "share"},
        "bars": [
            {
                "name": "load",
                "title": "load of a container",
                "text": "36.9%",
                "kind": "judgement",
                "share": 0.369123,
                "error": 0.0,
            }
        ],
    }


def test_the_sample_has_every_field_of_a_view() -> None:
    sample = json.loads(SAMPLE.read_text(encoding="utf-8"))
    assert sample.keys() == View(0, "ready").document().keys()
