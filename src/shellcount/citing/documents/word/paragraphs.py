"""Hold what a part of a Word document shows: its paragraphs, the numbers in them, and its notes."""

from __future__ import annotations

import bisect
import itertools
from dataclasses import dataclass, field

from lxml import etree

from shellcount.text import one_line

TAG = "shellcount:"
# Bookmarks on references: on the mark of a footnote, and on a paragraph at the end.
SEPARATOR = "-"  # id of what stands above the footnotes
NOTE, LISTED = "_shellcount_note_", "_shellcount_list_"


@dataclass(slots=True, eq=False)
class Atom:
    """Text, character or object of a paragraph.

    Parameters
    ----------
    element, text
        Its element, and what it shows; empty for an object.
    refused
        What it is, if it cannot be replaced; or empty.
    shown
        Whether readers see it.
    in_field
        Whether it is the result of a field.
    """

    element: etree._Element
    text: str
    refused: str
    shown: bool
    in_field: bool


@dataclass(slots=True, eq=False)
class Control:
    """Content control whose tag names a number.

    Parameters
    ----------
    element, name
        Its element, and the name in its tag.
    paragraph, start
        Paragraph that it begins in, if any, and how many characters are shown before it there.
    texts
        What it shows.
    concerns
        Reasons why readers do not see it, or see something else; in their order.
    raised
        Positions on the line of its texts.
    """

    element: etree._Element
    name: str
    paragraph: Paragraph | None
    start: int
    texts: list[str] = field(default_factory=list)
    concerns: dict[str, None] = field(default_factory=dict)
    raised: set[str] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Paragraph:
    """Paragraph of a story.

    Parameters
    ----------
    place
        What it is part of, such as ``the body``.
    note
        Id of the footnote that it is part of, :data:`SEPARATOR`, or empty.
    copy
        Whether it is the copy of another for other programs.
    group
        Number of the pair of copies that it belongs to, 0 for none.
    noteless
        Whether Word allows no footnotes in it.
    atoms, aside
        What readers see; and by its kind what they do not, or not as text.
    everything
        Texts of both, in their order.
    listed
        Name of the bookmark of a reference that it holds, or empty.
    """

    place: str
    note: str
    copy: bool
    group: int
    noteless: bool
    atoms: list[Atom] = field(default_factory=list)
    aside: dict[str, list[str]] = field(default_factory=dict)
    everything: list[str] = field(default_factory=list)
    listed: str = ""
    shown: int = 0

    _starts: list[int] = field(default_factory=list)

    def index(self, offset: int) -> int:
        """Tell which atom has a character of the text."""
        if not self._starts:
            lengths = (len(atom.text) for atom in self.atoms)
            self._starts = list(itertools.accumulate(lengths, initial=0))[:-1]
        return bisect.bisect_right(self._starts, offset) - 1

    @property
    def text(self) -> str:
        """Text that can be filled, hidden text among it."""
        return "".join(atom.text for atom in self.atoms)

    @property
    def where(self) -> str:
        """Its place, in words."""
        text = "".join(atom.text for atom in self.atoms if atom.shown) or self.text
        return f"the paragraph “{one_line(text, 40)}”" if text.strip() else f"a paragraph of {self.place}"


@dataclass(slots=True)
class Story:
    """Part of a document that has paragraphs, walked.

    Parameters
    ----------
    name, place, root
        Name of the part, what it is, and its root.
    paragraphs, controls
        Its paragraphs and controls, in their order.
    notes
        Ids of the footnotes that it refers to, by the bookmarks on the references.
    references
        Its references to footnotes, in their order.
    codes
        Codes of its fields, in pieces.
    stray
        Texts outside of paragraphs, where no program shows them.
    changed
        Whether its mark-up is no longer that of the file.
    """

    name: str
    place: str
    root: etree._Element
    paragraphs: list[Paragraph] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    references: list[etree._Element] = field(default_factory=list)
    codes: list[list[str]] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)
    changed: bool = False
