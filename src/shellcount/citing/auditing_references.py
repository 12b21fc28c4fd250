"""Audit the references of a document: the whole text of each is compared with the recomputed one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from shellcount.citing.documents.passages import straight
from shellcount.citing.documents.pieces import Note, Reading
from shellcount.citing.documents.records import NoteRecord, Record, label
from shellcount.citing.findings import Audited, moved
from shellcount.citing.recomputing import Now
from shellcount.frozen import frozen
from shellcount.text import escape_xml, one_line

_SHOWN = 160  # characters of a difference
_BACK = re.compile(r"\s*\u21a9\ufe0e?\s*$")  # the link of a footnote back to the text
_OURS = re.compile(r"\brun,? sha256:[0-9a-f]{8}|; reported in ")


@frozen
class _Expected:
    """Reference that was filled in, with its label and its recomputed text."""

    label: str
    number: str
    recorded: NoteRecord
    now: Now


def audited(
    records: Sequence[Record], recomputed: Sequence[Mapping[str, Now]], notes: Sequence[Note]
) -> Iterator[Audited]:
    """Compare each reference that was filled in with the one in the document.

    A reference is known by its label; where another program changed that, by its text, then by its number.

    Parameters
    ----------
    records
        Records of the document.
    recomputed
        References of each record as they are computed today, by their numbers.
    notes
        References in the document now.
    """
    expected = [
        _Expected(f"{prefix}-{number}", number, note, now[number])
        for record, now in zip(records, recomputed, strict=True)
        for prefix in [label(record.model_dump(mode="json"))]
        for number, note in record.notes.items()
    ]
    # A record whose case cannot be read must not hide another record of the same reference.
    known = {each.recorded: each.now for each in expected if each.now.text is not None}
    expected = [replace(each, now=known.get(each.recorded, each.now)) for each in expected]
    found = _matched(expected, notes)
    for each in expected:
        yield _compared(each, found.get(each.label))
    used = {id(note) for note in found.values()}
    by_name = {subject_of(each.recorded): each for each in expected}
    for note in notes:
        if id(note) in used or not _OURS.search(note.text):
            continue
        name = note.text.partition(": ")[0]
        if name in by_name:  # some programs repeat a reference for each of its numbers
            yield _compared(by_name[name], note)
        else:
            shown = f"reference {one_line(name, 100)}"
            yield Audited(note.where, shown, "unknown", note.text, None, "the document has no record of it")


def adopted(records: Sequence[Record], reading: Reading) -> Reading:
    """Take lines of the text for the references that they are, where another program made text of them."""
    names = {subject_of(note) for record in records for note in record.notes.values()}
    texts = {_plain(note.text) for record in records for note in record.notes.values()}
    known = {_plain(note.text) for note in reading.notes}
    lines = reading.text.split("\n")
    notes = list(reading.notes)
    for place, line in enumerate(lines):
        name, colon, _ = line.strip().partition(": ")
        if not colon or name not in names:
            continue
        text = _plain(line)
        if text not in known and (text in texts or _OURS.search(text)):
            notes.append(Note("", text, f"line {place + 1}"))
            lines[place] = ""
    return replace(reading, notes=tuple(notes), text="\n".join(lines))


def subject_of(note: NoteRecord) -> str:
    """Give the name that a reference begins with."""
    return note.name.partition("|")[0]


def _matched(expected: Sequence[_Expected], notes: Sequence[Note]) -> dict[str, Note]:
    """Find the reference in the document for each that was filled in: by label, text, or number."""
    found: dict[str, Note] = {}
    free = list(notes)
    keys = (
        (lambda each: each.label, lambda note: note.label),
        (lambda each: _plain(each.recorded.text), lambda note: _plain(note.text)),
        (lambda each: each.number, lambda note: note.label),
        (lambda each: subject_of(each.recorded), lambda note: note.text.partition(": ")[0]),
    )
    for key_of_expected, key_of_note in keys:
        waiting: dict[str, list[Note]] = defaultdict(list)
        for note in reversed(free):
            waiting[key_of_note(note)].append(note)
        for each in expected:
            if each.label not in found and waiting[key_of_expected(each)]:
                found[each.label] = waiting[key_of_expected(each)].pop()
        taken = {id(note) for note in found.values()}
        free = [note for note in free if id(note) not in taken]
    return found


def _compared(expected: _Expected, note: Note | None) -> Audited:
    """Compare a reference with its recomputed text; what differs is named by its words."""
    subject = one_line(subject_of(expected.recorded), 100)
    name = f"reference {expected.number}, {subject}"
    recorded, now = _plain(expected.recorded.text), expected.now.text
    if note is None:
        return Audited("", name, "missing", "", now, "the reference is gone", expected.now.marks)
    found = _plain(note.text)
    if now is None:
        return Audited(note.where, name, "unknown", found, None, expected.now.reason)
    now = _plain(now)
    if found == now:
        return Audited(note.where, name, "same", found, now, "", expected.now.marks)
    one, other = _difference(found, now)
    status, why = moved("reference", earlier=expected.now.earlier)
    if found != recorded:
        status, why = "drifted", "the reference was edited"
    return Audited(note.where, name, status, one, other, why, expected.now.marks)


def _plain(text: str) -> str:
    """Leave out what other programs change: the shape of quotation marks, and an arrow back to the text."""
    return straight(escape_xml(_BACK.sub("", text)))


def _difference(one: str, other: str) -> tuple[str, str]:
    """Reduce two texts to the words in which they differ, with a word before them.

    Examples
    --------
    >>> _difference("given all: seed 77, run 1", "given counts: seed 1, run 1")
    ('given all: seed 77,', 'given counts: seed 1,')
    """
    first, second = one.split(), other.split()
    shorter = min(len(first), len(second))
    start = next((place for place in range(shorter) if first[place] != second[place]), shorter)
    end = next(
        (place for place in range(shorter - start) if first[-1 - place] != second[-1 - place]),
        shorter - start,
    )
    begin = max(start - 1, 0)
    cut = (" ".join(words[begin : len(words) - end]) for words in (first, second))
    return next(cut)[:_SHOWN], next(cut)[:_SHOWN]
