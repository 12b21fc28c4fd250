"""Documents of every kind that numbers can be filled into: Markdown, HTML, plain text and Word."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from shellcount.citing.documents import text, word
from shellcount.citing.documents.pieces import Asked, Mark, Value
from shellcount.citing.documents.records import Record, read_record
from shellcount.errors import DocumentError, suggestion
from shellcount.files import io_errors_as
from shellcount.text import one_line

_KINDS = {
    ".md": text.MARKDOWN,
    ".markdown": text.MARKDOWN,
    ".html": text.HTML,
    ".htm": text.HTML,
    ".txt": text.PLAIN,
    word.WORD: word.WORD,
}


@dataclass(frozen=True, slots=True)
class Document:
    """A file that numbers are, or can be, filled into.

    Parameters
    ----------
    path, kind, data
        The file, what it is, and what it holds.
    """

    path: Path
    kind: str
    data: bytes

    @classmethod
    def open(cls, path: str | Path) -> Document:
        """Read a file.

        Raises
        ------
        DocumentError
            When it cannot be read, or is of no kind that can be filled.
        """
        place = Path(path)
        kind = kind_of(place)
        with io_errors_as(lambda reason: DocumentError(f"{shown(place)} cannot be read: {reason}")):
            return cls(place, kind, place.read_bytes())

    def asked(self) -> list[Asked]:
        """Its placeholders, in their order.

        Raises
        ------
        DocumentError
            When it is damaged, or a placeholder stands where it cannot be filled.
        """
        with self._named():
            if self.kind == word.WORD:
                return word.asked(self.data)
            return text.asked(self.data, self.kind)

    def filled(self, values: Sequence[Value], notes: Sequence[str], record: Record) -> bytes:
        """Its content with values in the place of its placeholders, and references at its end."""
        kept = record.model_dump(mode="json")
        if self.kind == word.WORD:
            return word.fill(self.data, values, notes, kept)
        return text.fill(self.data, self.kind, values, notes, kept)

    def marks(self) -> tuple[list[Record], list[Mark]]:
        """The records it keeps, and the numbers that were filled in, as they stand now.

        Raises
        ------
        DocumentError
            When it, or a record in it, is damaged.
        """
        with self._named():
            if self.kind == word.WORD:
                contents, marks = word.read(self.data)
            else:
                contents, marks = text.read(self.data, self.kind)
            return [read_record(content) for content in contents], marks

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except DocumentError as error:
            raise DocumentError(f"{shown(self.path)}: {error}") from None


def kind_of(path: Path) -> str:
    """What a file is, by the ending of its name.

    Raises
    ------
    DocumentError
        When it is of no kind that can be filled.

    Examples
    --------
    >>> kind_of(Path("briefing.docx"))
    '.docx'
    """
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        ending = one_line(path.suffix, 20) or "no ending"
        raise DocumentError(f"{shown(path)} cannot be filled ({ending}); {suggestion(path.suffix, _KINDS)}")
    return kind


def shown(path: Path) -> str:
    """A path in a message."""
    return one_line(str(path), 200)
