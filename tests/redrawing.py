"""Pictures of reports are drawn once a session, since drawing is most of what a report costs."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from matplotlib.axes import Axes

from shellcount.plots.style import noting_boxes
from shellcount.report import pictures
from shellcount.report.blocks import Picture
from shellcount.results.numbers_json import numbers_json
from shellcount.results.results import Results

DRAW = pictures._picture
UNDRAWN = {"command", "checksum"}
_drawn: dict[tuple[str, ...], Picture] = {}


def _once(
    name: str, results: Results, draw: Callable[[], Axes], finding: str, alternative: str, **options: Any
) -> Picture:
    """Draw a picture of numbers, unless it was drawn before; where boxes stand in it, it is not kept."""
    numbers = {part: value for part, value in numbers_json(results).items() if part not in UNDRAWN}
    key = (json.dumps(numbers), name, finding, alternative, repr(options))
    if key not in _drawn:
        with noting_boxes() as boxes:
            picture = DRAW(name, results, draw, finding, alternative, **options)
        if boxes:
            return DRAW(name, results, draw, finding, alternative, **options)
        _drawn[key] = picture
    return _drawn[key]


@contextlib.contextmanager
def drawn_once() -> Iterator[None]:
    """Draw each picture of the same numbers once: tests/plots holds that it is the same at every time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "_picture", _once)
        yield
