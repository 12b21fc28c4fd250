"""Compact the drawings of matplotlib: a third of the bytes, without a difference that is seen."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

_HEAD = re.compile(r"<!DOCTYPE[^>]*>\s*|<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"(<[^>]*>)")
_PATH = re.compile(r' d="([^"]*)"')
_GLYPH = re.compile(r'(<path id="[^"]*") d="([^"]*)" transform="scale\(0\.015625\)"/>')
_PART = re.compile(r"[A-Za-z]|-?[\d.]+")
_NUMBER = re.compile(r"(?<![#\w.-])(-?)(?!0\.0\d)0?(\d*\.\d)\d*(?=[\s\")])")
_USE = re.compile(r'(<use xlink:href="#[^"]*")(?: transform="translate\((\S+) 0\)")?/>')
_STYLE = re.compile(r' style="([^"]*)"')
_NAMED = re.compile(r' id="([^"]*)"')
_REFERENCE = re.compile(r'#([A-Za-z][\w-]*)(?=["\)])')
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SIZE = re.compile(r' width="([\d.]+)pt" height="([\d.]+)pt"')
_UNITS = 10  # to a unit of the drawing, that coordinates are rounded to
_GLYPHS = 64  # units of a glyph to one of its text


def compact(drawing: str, scale: float = 1.0) -> str:
    """Shorten a drawing by matplotlib.

    Coordinates have one decimal, paths go from point to point, names are short and those of nothing are gone,
    as are groups without a style and glyphs without a stroke.

    Parameters
    ----------
    drawing
        SVG as matplotlib writes it, with text as paths.
    scale
        Factor by which to show it larger.
    """
    drawing = _HEAD.sub("", drawing)
    drawing = _SIZE.sub(lambda found: _sized(found, scale), drawing, count=1)
    drawing = _GLYPH.sub(lambda found: f'{found[1]} d="{_relative(found[2], _GLYPHS)}"/>', drawing)
    drawing = _PATH.sub(lambda found: f' d="{_relative(found[1])}"', drawing)
    empty = frozenset(re.findall(r'<path id="([^"]*)" d=""/>', drawing))
    drawing = _USE.sub(lambda found: _used(found, empty), drawing)
    drawing = _STYLE.sub(lambda found: f' style="{found[1].replace(": ", ":").replace("; ", ";")}"', drawing)
    drawing = _NUMBER.sub(r"\1\2", drawing)
    return _renamed("".join(_ungrouped(drawing)))


def _sized(found: re.Match[str], scale: float) -> str:
    width, height = (scale * float(found[side]) for side in (1, 2))
    return f' width="{width:.2f}pt" height="{height:.2f}pt"'


def _used(found: re.Match[str], empty: frozenset[str]) -> str:
    if found[1].rpartition("#")[2][:-1] in empty:
        return ""
    place = "" if found[2] is None else f' x="{float(found[2]):.0f}"'
    return f"{found[1]}{place}/>"


@functools.lru_cache(maxsize=1024)
def _relative(path: str, units: int = 1) -> str:
    """Write a path by the steps from point to point; anything but lines and curves is left as it is."""
    parts = _PART.findall(path)
    if not {part for part in parts if part.isalpha()} <= {"M", "L", "Q", "C", "z"}:
        return path
    written: list[str] = []
    at = start = (0, 0)
    place = 0
    command = ""
    while place < len(parts):
        if parts[place].isalpha():
            command = parts[place]
            place += 1
            if command == "z":
                written.append("z")
                at = start
                continue
        points = {"M": 1, "L": 1, "Q": 2, "C": 3}[command]
        numbers = [round(float(part) * _UNITS / units) for part in parts[place : place + 2 * points]]
        place += 2 * points
        end = (numbers[-2], numbers[-1])
        written.append(_step(command, numbers, at))
        at = end
        if command == "M":
            start = end
    return _joined(written)


def _step(command: str, numbers: list[int], at: tuple[int, int]) -> str:
    """Write one command relative to a point, lines along an axis by one number."""
    steps = [number - at[index % 2] for index, number in enumerate(numbers)]
    if command == "M":
        return "M" + _numbers(numbers)
    if command == "L":
        across, along = steps
        if not across and not along:
            return ""
        if not along:
            return "h" + _numbers([across])
        if not across:
            return "v" + _numbers([along])
    return command.lower() + _numbers(steps)


def _numbers(values: list[int]) -> str:
    """Write numbers with as few characters as separate them."""
    texts = [
        f"{value / _UNITS:g}".replace("0.", ".", 1) if abs(value) < _UNITS else f"{value / _UNITS:g}"
        for value in values
    ]
    return "".join(
        text if text.startswith("-") or not index else f" {text}" for index, text in enumerate(texts)
    )


def _joined(steps: list[str]) -> str:
    """Join steps, without the letter where it is that of the step before."""
    joined, last = [], ""
    for step in filter(None, steps):
        letter, rest = step[0], step[1:]
        if letter == last and letter in "lqchv":
            joined.append(rest if rest.startswith("-") else f" {rest}")
        else:
            joined.append(step)
        last = letter
    return "".join(joined)


def _ungrouped(drawing: str) -> Iterator[str]:
    """Drop names that nothing refers to, groups without a style, and the space between tags."""
    used = set(_REFERENCE.findall(drawing))

    def kept(found: re.Match[str]) -> str:
        return found[0] if found[1] in used else ""

    groups: list[bool] = []
    for place, part in enumerate(_TAG.split(drawing)):
        shown = _NAMED.sub(kept, part) if place % 2 else part.strip()
        if part.startswith("<g"):
            if part.endswith("/>"):  # an empty line of text
                continue
            groups.append(shown != "<g>")
        if (part.startswith("<g") and not groups[-1]) or (part == "</g>" and not groups.pop()):
            continue
        yield shown


def _renamed(drawing: str) -> str:
    """Give everything that has a name a short one."""
    names: dict[str, str] = {}
    fresh = (first + rest for rest in ("", *_LETTERS) for first in _LETTERS)
    for found in _NAMED.finditer(drawing):
        names[found[1]] = next(fresh)
    drawing = _NAMED.sub(lambda found: f' id="{names[found[1]]}"', drawing)
    return _REFERENCE.sub(lambda found: f"#{names.get(found[1], found[1])}", drawing)
