"""Write drawings beside the pages, or check those that are there."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import cog
from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator

from shellcount.plots.style import INK

FOLDER = Path(__file__).parent / "_static"
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def static(name: str, drawing: bytes) -> None:
    """Write a drawing, or with `--check` compare it with the one that is there."""
    file = FOLDER / name
    if "--check" not in sys.argv:
        file.write_bytes(drawing)
    elif not alike(drawing.decode(), file.read_text("utf-8")):
        cog.error(f"{file.name} is not what is drawn now")


def alike(one: str, other: str) -> bool:
    """Tell whether two drawings are the same, but for what another processor makes of the last digits."""
    places = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=False)
    same = _NUMBER.sub("", one) == _NUMBER.sub("", other)
    return same and all(abs(float(first) - float(second)) < 0.1 for first, second in places)


def logarithmic(axis: Any, setter: Any) -> None:
    """Make an axis logarithmic, with powers of ten written out: figures hold plain text, not mathematics."""
    setter("log")
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axis.set_minor_formatter(NullFormatter())
    axis.set_minor_locator(NullLocator())
    axis.label.set_color(INK)
