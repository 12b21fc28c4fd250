"""Follow a document as its readers see it: which text is shown, and what stands in each number.

Both kinds of mark-up are shown piece by piece, in the order of the document: text, tags, and what readers do
not see as text, such as comments and scripts.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from shellcount.citing.documents.html.elements import (
    BLOCKS,
    EMPHASIS,
    FOREIGN,
    ONCE,
    OPAQUE,
    PLAIN,
    RAW,
    SCOPES,
    STRUCK,
    VOID,
)
from shellcount.citing.documents.html.hiding import (
    ADDED,
    HIDDEN,
    TURNED,
    Rules,
    sets_background,
    style_concern,
)
from shellcount.citing.documents.html.tokens import attributes_of
from shellcount.citing.documents.maths import MATHS, from_maths
from shellcount.citing.documents.placeholders import has_written_out
from shellcount.citing.documents.records import LABEL
from shellcount.text import one_line

NUMBER = "data-shellcount"
# A place in the text whose content is looked for: a placeholder, or a number that was just filled in.
BEGINS, ENDS = "\ufdd0", "\ufdd1"
END = f"{BEGINS}{ENDS}"  # where something is added at the end
LOOKED_FOR = re.compile(rf"{BEGINS}(?P<index>\d*){ENDS}?")
_NUMBERED = re.compile(rf"{BEGINS}#(?P<index>\d+){ENDS}")  # in the place of the id of a number

_NOTE = re.compile(rf"{LABEL}(?P<number>\d+)")
_OVERRIDES, _POP = re.compile("[\u202d\u202e]"), "\u202c"

INSIDE = "mark-up inside the number"
INVISIBLE = "invisible characters inside the number"
STRUCK_OUT = "text that is struck out"


@dataclass(slots=True)
class Number:
    """Number between its tags, as far as it has been read.

    Parameters
    ----------
    key, at
        Value of its attribute, and place of its tag in the source.
    hidden
        Whether readers see nothing of it.
    parts
        Texts that are shown.
    concerns
        Reasons why readers may not see what is compared.
    """

    key: str
    at: int
    hidden: bool
    parts: list[str] = field(default_factory=list)
    concerns: dict[str, None] = field(default_factory=dict)
    begun: bool = False  # that is, it has more than white space
    emphasised: bool = False  # and mark-up came after that

    @property
    def text(self) -> str:
        """Text that is shown, on one line."""
        return one_line("".join(self.parts))


@dataclass(slots=True)
class _Element:
    name: str
    opaque: str
    concern: str
    on_white: bool
    number: Number | None
    note: list[str] | None


class Reader:
    """Reader of a document, to which its pieces are shown in their order."""

    def __init__(self) -> None:
        self.numbers: list[Number] = []
        self.notes: list[tuple[str, int, list[str]]] = []
        self.comments: list[str] = []
        self.lost: list[tuple[int, str]] = []  # tags of numbers that enclose no text, and where they stand
        self.places: dict[int, str] = {}  # of what is looked for, empty for text
        self.ids: list[
            tuple[int, str]
        ] = []  # of numbers whose tags are marked, with their places in the source
        self.id_places: dict[int, str] = {}  # and what they stand in
        self.maths: list[tuple[list[int], str]] = []  # that something was looked for in
        self.written_out = False  # whether braces are written as character references
        self.rules = Rules()
        self.at = 0  # place in the source, where it is known
        self._stack: list[_Element] = [_Element("", "", "", on_white=True, number=None, note=None)]
        self._open: list[dict[str, int]] = [{}]  # in each scope, how many of a name
        self._shown: list[str] = []
        self._overridden = False
        self._note: list[str] | None = None  # of Markdown, which has no tags around it

    @property
    def text(self) -> str:
        """Text that is shown, one line for each block."""
        shown = _NUMBERED.sub(lambda found: self.ids[int(found["index"])][1], "".join(self._shown))
        lines = shown.replace(END, "").split("\n")
        return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)

    @property
    def opaque(self) -> str:
        """Name of what shows its content otherwise than as text of the document; empty in text."""
        top = self._stack[-1]
        noted = self._note is not None or top.note is not None
        return top.opaque or ("a reference of an earlier fill" if noted else "")

    # --- pieces --------------------------------------------------------------------------

    def show(self, text: str, place: str = "") -> None:
        """Show text; ``place`` names where it stands if nothing can be filled in there."""
        top = self._stack[-1]
        self.look(text, place or self.opaque)
        if top.opaque:
            return
        note = self._note if self._note is not None else top.note
        if note is not None:
            note.append(text)
        else:
            self._shown.append(text.replace("\n", " "))
        if top.number is not None:
            self._add(top.number, text, top.concern)
        if _OVERRIDES.search(text):
            self._overridden = text.rfind(_POP) < max(text.rfind("\u202d"), text.rfind("\u202e"))

    def show_source(self, source: str, place: str = "") -> None:
        """Show text of HTML or Markdown, with its character references."""
        if "&" in source:
            self.written_out = self.written_out or has_written_out(source)
            source = html.unescape(source)
        self.show(source, place)

    def show_maths(self, source: str, closing: str, place: str = "") -> None:
        """Show maths; ``closing`` is what ends it."""
        self.show(from_maths(source), place or MATHS)
        indices = [int(found["index"]) for found in LOOKED_FOR.finditer(source) if found["index"]]
        if indices:
            self.maths.append((indices, closing))

    def look(self, text: str, place: str) -> None:
        """Look for marks where nothing is shown as text."""
        if BEGINS in text:
            for found in LOOKED_FOR.finditer(text):
                if found["index"]:
                    self.places.setdefault(int(found["index"]), place)
            for found in _NUMBERED.finditer(text):
                self.id_places.setdefault(int(found["index"]), place)

    def comment(self, text: str) -> None:
        """Take a comment; in an element of raw content it is text."""
        raw = self.opaque if self.opaque in RAW else ""
        self.look(text, raw or "a comment")
        if not raw:
            self.comments.append(text)

    def block(self) -> None:
        """Start another line of the text that is shown."""
        self._shown.append("\n")
        number = self._stack[-1].number
        if number is not None:
            number.parts.append(" ")
        self._overridden = False

    def begin_note(self, label: str) -> None:
        """Start a footnote, up to :meth:`end_note`."""
        found = _NOTE.fullmatch(label)
        if found is not None:
            self._note = []
            self.notes.append((label, self.at, self._note))

    def end_note(self) -> None:
        """Return from a footnote to the text."""
        self._note = None

    def mark_up(self, name: str) -> None:
        """Take mark-up that changes how text looks, named as its tag in HTML."""
        number = self._stack[-1].number
        if number is None or name in PLAIN:
            return
        if name in EMPHASIS:
            number.emphasised = number.begun
        else:
            number.concerns[INSIDE] = None

    # --- tags ----------------------------------------------------------------------------

    def start(self, name: str, source: str) -> None:
        """Open an element."""
        top = self._stack[-1]
        self.look(source, f"the tag {one_line(name, 40)}")
        if name in BLOCKS or name == "br":
            if name != "br":
                self._end_before(name)
                self.block()
                top = self._stack[-1]
            else:
                self.show(" ")
        self.mark_up(name)
        if name in VOID or (name in FOREIGN and source.endswith("/")):
            return
        attributes = attributes_of(source) if source else {}
        scope = self._open[-1]
        scope[name] = scope.get(name, 0) + 1
        if name in SCOPES:
            self._open.append({name: 1})
        self._stack.append(self._element(name, attributes, top))

    def _element(self, name: str, attributes: Mapping[str, str], top: _Element) -> _Element:
        style = attributes.get("style", "")
        concern = self._concern(name, attributes, top)
        number, note = top.number, top.note
        if number is not None and concern and concern != top.concern:
            number.concerns[INSIDE if concern == ADDED else concern] = None
        key = attributes.get(NUMBER)
        if key is not None and top.opaque:
            marked = _NUMBERED.fullmatch(key)
            if marked is None:
                self.lost.append((self.at, top.opaque))
            else:
                self.id_places[int(marked["index"])] = top.opaque
        elif key is not None:
            if number is not None:
                number.concerns["another number inside it"] = None
            number = Number(key, self.at, hidden=concern == HIDDEN)
            self.numbers.append(number)
            if self._overridden:
                number.concerns[TURNED] = None
            if concern:
                number.concerns[concern] = None
        found = _NOTE.fullmatch(attributes.get("id", ""))
        if found is not None:
            note = []
            self.notes.append((attributes["id"], self.at, note))
        if concern == ADDED and key is None:
            concern = top.concern
        white = top.on_white and "bgcolor" not in attributes and not (style and sets_background(style))
        opaque = top.opaque or (name if name in OPAQUE else "")
        return _Element(name, opaque, concern, white, number, note)

    def _concern(self, name: str, attributes: Mapping[str, str], top: _Element) -> str:
        if top.concern and top.concern != ADDED:
            return top.concern
        if "hidden" in attributes or (name == "dialog" and "open" not in attributes):
            return HIDDEN
        style = attributes.get("style", "")
        return (
            (style_concern(style, on_white=top.on_white) if style else "")
            or self.rules.concern(name, attributes)
            or (TURNED if name == "bdo" else STRUCK_OUT if name in STRUCK else "")
        )

    def end(self, name: str) -> None:
        """Return from an element, and those that are open in it, if there is one of the name."""
        if name in BLOCKS:
            self.block()
        if not self._open[-1].get(name) or name in {"body", "html"}:
            return
        self.mark_up(name)
        while len(self._stack) > 1:
            closed = self._pop()
            if closed == name:
                return

    def mark_id(self, name: str, place: int) -> str:
        """Mark the id of a number in the source, so that the number is known by it."""
        self.ids.append((place, name))
        return f"{BEGINS}#{len(self.ids) - 1}{ENDS}"

    def finish(self) -> None:
        """Tell that the document ends, with all that is open in it."""
        for number in self.numbers:
            marked = _NUMBERED.fullmatch(number.key)
            if marked is not None:
                number.at, number.key = self.ids[int(marked["index"])]
        for element in self._stack:
            if element.number is not None:
                element.number.concerns["its tag does not close"] = None

    def _pop(self) -> str:
        element = self._stack.pop()
        if element.name in SCOPES:
            self._open.pop()
        self._open[-1][element.name] -= 1
        return element.name

    def _end_before(self, name: str) -> None:
        top = self._stack[-1].name
        if top == "p" or (top == name and name in ONCE):
            self._pop()

    # --- numbers -------------------------------------------------------------------------

    def _add(self, number: Number, text: str, concern: str) -> None:
        if concern == HIDDEN and not number.hidden:
            return
        if text.strip():
            number.begun = True
            if number.emphasised:
                number.concerns[INSIDE] = None
        if not text.isascii() and any(
            unicodedata.category(character) in {"Cf", "Cc"} for character in text if character not in "\n\r\t"
        ):
            number.concerns[INVISIBLE] = None
        number.parts.append(text)
