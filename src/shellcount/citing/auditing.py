"""Audit filled documents: recompute every number and reference, and find what differs.

An audit finds accidents: numbers that were retyped, moved, lost or overtaken. It proves nothing: whoever
changes a number on purpose can change the record as well; :mod:`shellcount.citing.sealing` has keys for that.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from shellcount.case.schema import Case
from shellcount.citing import auditing_references
from shellcount.citing.documents.document import Document, shown
from shellcount.citing.documents.locating import find
from shellcount.citing.documents.passages import Span, straight
from shellcount.citing.documents.pieces import Reading, Tagged
from shellcount.citing.documents.placeholders import Lines
from shellcount.citing.documents.records import LABEL, Place, Record, ValueRecord
from shellcount.citing.findings import Audit, Audited, Status, moved
from shellcount.citing.recomputing import Now, Recomputed, recompute
from shellcount.citing.sealing import check_seal
from shellcount.errors import DocumentError
from shellcount.frozen import frozen
from shellcount.limits import require_within
from shellcount.text import one_line

REMOVED = "the marks were removed by another program"
_WHAT_TO_DO = (
    "audit the document that shellcount fill wrote, fill the template again after converting it, or keep the "
    "record with fill --record FILE and name it with audit --record FILE"
)
_TRACES = re.compile(rf"\bshellcount\b.*\brun sha256:[0-9a-f]{{8}}|{LABEL}[0-9]|data-shellcount")
_UNKNOWN = Now(None, "the document has no record of it")


def audit(
    path: str | Path,
    *,
    case: Case | None = None,
    record: str | Path | None = None,
    key: bytes | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Audit:
    """Recompute every number that was filled into a document, from its case and run.

    Parameters
    ----------
    path
        Document to audit; the record of a plain text must be beside it.
    case
        Case to compute from; by default the one that the document names.
    record
        File with the record of the document, which is used instead of the one in it.
    key
        Key that the document must be sealed with.
    progress
        Called with the finished share of the present fit, from 0 to 1.

    Raises
    ------
    DocumentError
        When the document or its record cannot be read, is damaged or contradicts itself, or the document was
        not filled.
    LimitError
        When it needs more memory or work than is allowed.
    """
    document = Document.open(path)
    records, reading = document.read(None if record is None else Path(record))
    records = list({each.model_dump_json(): each for each in records}.values())  # joined copies repeat them
    _require_numbers(document, records, reading)
    reading = auditing_references.adopted(records, reading)
    _require_one_record_each(document, records)
    outcomes = [recompute(each, document.path.parent, case, progress) for each in records]
    filled = _Numbers(records, outcomes)
    numbers = [filled.audited(tagged) for tagged in reading.tagged]
    remarks = [remark for outcome in outcomes for remark in outcome.remarks]
    if reading.tagged and not records:
        remarks.append(f"The document has no record: {_WHAT_TO_DO}.")
    whole = not any(filled.knows(tagged.id) for tagged in reading.tagged)  # no tag is left
    if whole and any(place.tagged for record in records for place in record.places):
        remarks.append(f"{REMOVED.capitalize()}: the numbers were sought by their places and words.")
    numbers += [filled.placed(place, found, whole=whole) for place, found in _lost(records, reading)]
    references = tuple(
        auditing_references.audited(records, [outcome.notes for outcome in outcomes], reading.notes)
    )
    return Audit(
        tuple(numbers),
        references,
        (*_concerns(reading), *_seals(records, key)),
        tuple(dict.fromkeys((*remarks, *_unchecked_seals(records, key)))),
    )


def _require_numbers(document: Document, records: Sequence[Record], reading: Reading) -> None:
    """Refuse a document without numbers of shellcount, or with too many."""
    if not records and not reading.tagged:
        everything = (reading.text, *(f"{note.label} {note.text}" for note in reading.notes))
        if any(_TRACES.search(text) for text in everything):
            raise DocumentError(f"{shown(document.path)}: {REMOVED}; {_WHAT_TO_DO}")
        raise DocumentError(f"{shown(document.path)} contains no shellcount numbers")
    subject = f"to audit {shown(document.path)}"
    require_within("numbers", sum(len(record.places) for record in records), subject)
    require_within("estimates", sum(len(record.values) for record in records), subject)


def _require_one_record_each(document: Document, records: Iterable[Record]) -> None:
    """Refuse a second record that says otherwise of the same number; joined documents may share numbers."""
    owned: dict[str, ValueRecord] = {}
    for record in records:
        for name, value in record.values.items():
            if owned.setdefault(name, value) != value:
                raise DocumentError(
                    f"{shown(document.path)} has two records of the number {one_line(name, 40)}; "
                    "one of them does not belong to it"
                )


# --- numbers -----------------------------------------------------------------------------


@frozen
class _Entry:
    """Number of a record: its name, and its text as it was and as it is."""

    name: str
    before: str
    now: Now


class _Numbers:
    """Numbers of all records, by id."""

    def __init__(self, records: Sequence[Record], outcomes: Sequence[Recomputed]) -> None:
        self._entries: dict[str, _Entry] = {}
        for record, outcome in zip(records, outcomes, strict=True):
            for key, value in record.values.items():
                # A record whose case cannot be read must not hide another record of the same number.
                if key not in self._entries or outcome.values[key].text is not None:
                    entry = _Entry(one_line(value.name, 200), one_line(value.text), outcome.values[key])
                    self._entries[key] = entry

    def knows(self, key: str) -> bool:
        """Tell whether an id is that of a number of a record."""
        return key in self._entries

    def audited(self, tagged: Tagged) -> Audited:
        """Compare a number that is still in its tags."""
        entry = self._entries.get(tagged.id, _Entry("", "", _UNKNOWN))
        result = _compared(tagged.where, entry, tagged.text or "")
        if not tagged.concern:
            return result
        status: Status = "hidden" if result.status == "same" else result.status
        return replace(result, status=status, remark=_joined(tagged.concern, result.remark))

    def placed(self, place: Place, found: _Found, *, whole: bool) -> Audited:
        """Compare a number that has no tags with what stands in its place.

        Where it had tags and other numbers have theirs, a person typed over it: no other text is accepted.
        """
        entry = self._entries[place.id]
        marks = entry.now.marks
        shown = one_line(entry.before, 100)
        if found.text is None:
            remark = f"{shown!r} was not found: it was deleted, or moved and reworded"
            return Audited(found.where, entry.name, "missing", "", entry.now.text, remark, marks)
        result = _compared(found.where, entry, found.text)
        if whole or not place.tagged or straight(found.text) == straight(entry.before):
            return result
        remark = _joined(f"{shown} was filled in here, and its mark is gone", ", ".join(marks))
        return replace(result, status="missing", remark=remark)


def _compared(where: str, entry: _Entry, found: str) -> Audited:
    """Compare a text that was found with the recomputed one."""
    now = entry.now
    if now.text is None:
        return Audited(where, entry.name, "unknown", found, None, now.reason)
    same = straight(found) == straight(now.text)
    status, change = moved("number", earlier=now.earlier)
    if straight(found) != straight(entry.before):
        status, change = "drifted", f"it was filled in as {one_line(entry.before, 200)}"
    status = "same" if same else status
    caveats = ", ".join(now.marks)
    return Audited(
        where, entry.name, status, found, now.text, _joined("" if same else change, caveats), now.marks
    )


def _joined(*parts: str) -> str:
    return "; ".join(filter(None, parts))


# --- numbers without tags ----------------------------------------------------------------


@frozen
class _Found:
    """Text that stands where a number was filled in, ``None`` if there is none, and its place in words."""

    text: str | None
    where: str


def _lost(records: Sequence[Record], reading: Reading) -> Iterator[tuple[Place, _Found]]:
    """Yield the places of records whose tags are gone, with what stands there now."""
    left: dict[str, Counter[str]] = defaultdict(Counter)
    for tagged in reading.tagged:
        left[tagged.id][tagged.text or ""] += 1
    filled_in = Counter(place.id for record in records for place in record.places)
    short = {name for name, count in filled_in.items() if left[name].total() < count}
    if not short:
        return
    places = [place for record in records for place in record.places]
    spans = [span for record in records for span in find(reading.text, record.places)]
    texts = [None if span is None else one_line(reading.text[slice(*span)]) for span in spans]
    lost = _without_tags(places, texts, left)
    lines = Lines(reading.text)
    for index, place in enumerate(places):
        if place.id in short and index in lost:
            yield place, _Found(texts[index], _where(lines, place, spans[index]))


def _without_tags(
    places: Sequence[Place], texts: Sequence[str | None], left: dict[str, Counter[str]]
) -> set[int]:
    """Choose the places to which no number in tags belongs: not one with its text, nor then with another."""
    lost = []
    for index, (place, text) in enumerate(zip(places, texts, strict=True)):
        if text is not None and left[place.id][text] > 0:
            left[place.id][text] -= 1
        else:
            lost.append(index)
    # A number in tags that was moved and edited belongs to one of the places that remain.
    remaining = Counter({name: counter.total() for name, counter in left.items()})
    lost.sort(key=lambda index: texts[index] is not None)
    kept = set()
    for index in lost:
        if remaining[places[index].id] > 0:
            remaining[places[index].id] -= 1
        else:
            kept.add(index)
    return kept


def _where(lines: Lines, place: Place, span: Span | None) -> str:
    return f"line {place.line} when it was filled in" if span is None else lines.at(span[0])


# --- the document ------------------------------------------------------------------------


def _concerns(reading: Reading) -> Iterator[Audited]:
    for concern in reading.concerns:
        yield Audited("the document", "", "hidden", "", None, one_line(concern, 300))


def _seals(records: Iterable[Record], key: bytes | None) -> Iterator[Audited]:
    """Check the seal of each record with a key, if there is one."""
    words = {
        "same": "",
        "missing": "the document was filled without a key, or its seal was removed",
        "drifted": "the record was changed, or sealed with another key",
    }
    for record in records if key is not None else ():
        status = check_seal(record, key or b"")
        yield Audited("the record", "seal", status, record.seal or "", None, words[status])


def _unchecked_seals(records: Iterable[Record], key: bytes | None) -> list[str]:
    if key is not None or all(record.seal is None for record in records):
        return []
    return ["The document is sealed; audit --key FILE checks the seal."]
