"""Read what stands in a filled Word document now: its numbers, references, records and visible text."""

from __future__ import annotations

import bisect
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from shellcount.citing.documents.pieces import Note, Tagged
from shellcount.citing.documents.records import damaged, parse_content
from shellcount.citing.documents.word.package import RECORD, Package, parsed
from shellcount.citing.documents.word.paragraphs import LISTED, NOTE, SEPARATOR, Control, Paragraph, Story
from shellcount.digest import Json
from shellcount.errors import DocumentError
from shellcount.frozen import frozen
from shellcount.text import one_line

_MARK = re.compile("\N{THIN SPACE}\\[\\w{0,6}\\]")  # of a reference
_BREAKS = str.maketrans("\n\r\t", "   ")
_LONGEST = 20_000  # characters of a number
_LABEL = re.compile(r"(?:" + f"{NOTE}|{LISTED}" + r")(?P<label>\w+)_(?P<number>[0-9]{1,9})")


@frozen
class Visible:
    """Visible text of a document, without references.

    Parameters
    ----------
    text
        A paragraph on each line.
    starts
        Where in it each number starts.
    notes
        The references.
    """

    text: str
    starts: dict[Control, int]
    notes: tuple[Note, ...]


def visible(stories: Sequence[Story]) -> Visible:
    """Extract the visible text of a document, its references apart."""
    bookmarks = {name: key for story in stories for name, key in story.notes.items()}
    ours = set(bookmarks.values())
    controls: dict[Paragraph, list[Control]] = defaultdict(list)
    for control in (control for story in stories for control in story.controls):
        if control.paragraph is not None:
            controls[control.paragraph].append(control)
    lines: list[str] = []
    starts: dict[Control, int] = {}
    length = 0
    footnotes: dict[str, list[str]] = defaultdict(list)
    notes: list[Note] = []
    for paragraph in _seen(stories):
        line = "".join(atom.text for atom in paragraph.atoms if atom.shown).translate(_BREAKS)
        if paragraph.place == "a footnote" and paragraph.note in ours:
            footnotes[paragraph.note].append(line)
        elif paragraph.listed:
            text = line.partition("]")[2] if line.startswith("[") else line
            notes += _note(paragraph.listed, text, "the references at the end")
        else:
            within = controls.get(paragraph, ())
            shifted = _without_marks(line, [control.start for control in within])
            starts |= {control: length + start for control, start in zip(within, shifted, strict=True)}
            lines.append(_MARK.sub("", line))
            length += len(lines[-1]) + 1
    for name, key in bookmarks.items():
        if key in footnotes:
            notes += _note(name, " ".join(footnotes[key]), "a footnote")
    return Visible("\n".join(lines), starts, tuple(notes))


def _seen(stories: Sequence[Story]) -> Iterator[Paragraph]:
    """Yield the paragraphs that readers see as text of the document."""
    for story in stories:
        for paragraph in story.paragraphs:
            if not paragraph.copy and paragraph.note != SEPARATOR and story.place != "a comment":
                yield paragraph


def _without_marks(line: str, offsets: Sequence[int]) -> list[int]:
    """Tell where characters are after the marks of references are left out."""
    marks = [match.span() for match in _MARK.finditer(line)]
    removed = list(itertools.accumulate((end - start for start, end in marks), initial=0))
    starts = [start for start, _ in marks]
    return [offset - removed[bisect.bisect_left(starts, offset)] for offset in offsets]


def _note(bookmark: str, text: str, where: str) -> Iterator[Note]:
    match = _LABEL.fullmatch(bookmark)
    if match is not None and int(match["number"]):  # 0 is on their title
        yield Note(f"shellcount-{match['label']}-{match['number']}", one_line(text), where)


def tagged_in(stories: Sequence[Story]) -> list[Tagged]:
    """List the numbers in tags; a copy for other programs only where it is not that of its twin."""
    found: list[Tagged] = []
    by_group: dict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
    copies: dict[tuple[str, int], list[Tagged]] = defaultdict(list)
    wheres: dict[Paragraph, str] = {}
    for story in stories:
        for control in story.controls:
            paragraph = control.paragraph
            if paragraph is None:
                where = story.place
            else:
                where = wheres.setdefault(paragraph, wheres.get(paragraph) or paragraph.where)
            tagged = _tagged(control, where)
            group = (story.name, 0 if paragraph is None else paragraph.group)
            if paragraph is not None and paragraph.copy:
                copies[group].append(tagged)
                continue
            by_group[group].append((tagged.id, tagged.text or ""))
            found.append(tagged)
    for group, listed in copies.items():
        if [(each.id, each.text) for each in listed] != by_group[group]:
            found += [
                Tagged(each.id, each.text, f"{each.where}, in the copy for other programs", each.concern)
                for each in listed
            ]
    return found


def _tagged(control: Control, where: str) -> Tagged:
    concerns = [*control.concerns]
    if len(control.raised) > 1:
        concerns.append("part of it is raised or lowered")
    text = "".join(control.texts)[:_LONGEST]
    return Tagged(control.name, one_line(text), where, "; ".join(concerns[:3]))


def records_in(package: Package) -> Iterator[Json]:
    """Read the records of a document, under whatever names they are kept.

    Raises
    ------
    DocumentError
        When one of them is damaged.
    """
    for name in package.names:
        if not name.lower().startswith("customxml/"):
            continue
        blob = package.blob(name)
        if RECORD.encode() not in blob:
            continue
        try:
            root = parsed(blob, name)
        except DocumentError as error:
            raise damaged(str(error)) from None
        if root.tag == f"{{{RECORD}}}record":
            yield parse_content("".join(root.itertext()).encode())
