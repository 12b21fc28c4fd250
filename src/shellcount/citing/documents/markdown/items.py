"""Pieces of the inside of a paragraph of Markdown, and the rules of its emphasis."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

from shellcount.citing.documents.html.reader import BEGINS, ENDS, Reader

type Kind = Literal["text", "literal", "code", "maths", "start", "end", "comment", "aside", "run"]

CODE, ALT = "code", "the alt text of a picture"
_MARK_UP = {CODE: "code", ALT: "img"}  # as it is named in HTML
# Names of one sign and of two.
TAGS = {"*": ("em", "strong"), "_": ("em", "strong"), "~": ("del", "del")}


@dataclass(slots=True)
class Item:
    """Piece of the inside of a paragraph.

    Parameters
    ----------
    kind
        What it is; a run is one of characters that may be emphasis.
    text
        Its source; of a run the characters that stay, of a tag its attributes.
    name
        Name of a tag, or place of what readers do not see as text.
    closes, opens
        Names of the tags that a run of emphasis closes and opens.
    """

    kind: Kind
    text: str
    name: str = ""
    closes: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()

    def show(self, reader: Reader) -> None:
        """Show it to a reader."""
        name = _MARK_UP.get(self.name)
        if name is not None:
            reader.mark_up(name)
        self._show(reader)
        if name is not None:
            reader.mark_up(name)

    def _show(self, reader: Reader) -> None:
        match self.kind:
            case "text":
                reader.show_source(self.text, self.name)
            case "literal" | "code":
                reader.show(self.text, self.name)
            case "maths":
                reader.show_maths(self.text, self.closes[0], self.name)
            case "start":
                reader.start(self.name, self.text)
            case "end":
                reader.end(self.name)
            case "comment":
                reader.comment(self.text)
            case "aside":
                reader.look(self.text, self.name)
            case "run":
                self._show_run(reader)

    def _show_run(self, reader: Reader) -> None:
        for name in self.closes:
            reader.end(name)
        reader.show(self.text)
        for name in self.opens:
            reader.start(name, "")


def flanks(before: str, after: str, sign: str) -> tuple[bool, bool]:
    """Tell whether a run can open and close emphasis, from the characters around it."""
    left = not after.isspace() and (not _punctuation(after) or before.isspace() or _punctuation(before))
    right = not before.isspace() and (not _punctuation(before) or after.isspace() or _punctuation(after))
    if sign == "_":
        return left and (not right or _punctuation(before)), right and (not left or _punctuation(after))
    return left, right


def _punctuation(character: str) -> bool:
    if character in {BEGINS, ENDS}:  # where a tag will stand, or the end
        return True
    return unicodedata.category(character)[0] in "PS"
