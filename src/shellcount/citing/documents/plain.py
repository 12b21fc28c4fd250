"""Fill numbers into plain text, and read it again.

Plain text has no mark-up that could enclose a number. What was filled in is therefore known by its text
and by where it stood, from the record beside the text: a number that was moved and reworded at once cannot
be found again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from shellcount.citing.documents.locating import placed
from shellcount.citing.documents.pieces import Note, Reading, Scan, Value
from shellcount.citing.documents.placeholders import FILLED, decode, find_placeholders
from shellcount.citing.documents.records import Place
from shellcount.digest import Json
from shellcount.text import one_line

PLAIN = ".txt"

_BYTE_ORDER_MARK = "\ufeff"
_REFERENCES = re.compile(r"(?<=\n)References\n\n(?:\[[0-9]+\] .*\n?)+")
_REFERENCE = re.compile(r"\[(?P<label>[0-9]+)\] (?P<text>.*)")


def scan(data: bytes) -> Scan:
    """List the placeholders of a template, in their order.

    Raises
    ------
    DocumentError
        When it is not UTF-8, or braces open and do not close on the same line.
    """
    return Scan(tuple(find_placeholders(decode(data))))


def fill(
    data: bytes,
    values: Sequence[Value],
    notes: Sequence[str],
    record_of: Callable[[tuple[Place, ...]], Json],
) -> tuple[bytes, Json]:
    """Replace a template's placeholders by values, and add references at its end.

    Returns
    -------
    tuple
        The filled text, and its record, which must be kept beside it.
    """
    template = decode(data)
    remaining = iter(values)
    pieces: list[str] = []
    spans: list[tuple[int, Value]] = []
    last = length = 0

    def add(piece: str) -> None:
        nonlocal length
        pieces.append(piece)
        length += len(piece)

    for place in FILLED.finditer(template):
        add(template[last : place.start()])
        last = place.end()
        if place["asked"] is None:
            add("{{")
            continue
        value = next(remaining)
        spans.append((length, replace(value, tagged=False)))
        add(one_line(value.text) + ("" if value.note is None else f" [{value.note}]"))
    add(template[last:])
    text = "".join(pieces)
    added = "".join(f"[{number}] {one_line(note)}\n" for number, note in enumerate(notes, start=1))
    if added:
        gap = "" if not text or text.endswith("\n") else "\n"
        added = f"{gap}\nReferences\n\n{added}"
    if "\r\n" in template:
        added = added.replace("\n", "\r\n")
    # Columns are counted without the mark of the byte order.
    shift = 1 if text.startswith(_BYTE_ORDER_MARK) else 0
    places = placed(text[shift:], [(start - shift, value) for start, value in spans])
    return f"{text}{added}".encode(), record_of(places)


def read(data: bytes) -> Reading:
    """Read the references of a text, and the text without them.

    Raises
    ------
    DocumentError
        When it is not UTF-8.
    """
    text = decode(data).removeprefix(_BYTE_ORDER_MARK).replace("\r\n", "\n")
    found = list(_REFERENCES.finditer(text))
    if not found:
        return Reading((), (), (), text)
    start, end = found[-1].span()
    line = text.count("\n", 0, start) + 1
    lines = enumerate(text[start:end].split("\n"), start=line)
    listed = [(number, _REFERENCE.fullmatch(content)) for number, content in lines]
    notes = tuple(
        Note(reference["label"], one_line(reference["text"]), f"line {number}")
        for number, reference in listed
        if reference is not None
    )
    # The references repeat the numbers: only their line ends stay, so that lines keep their numbers.
    return Reading((), (), notes, text[:start] + "\n" * text.count("\n", start, end) + text[end:])
