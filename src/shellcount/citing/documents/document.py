"""Open documents of every kind that numbers can be filled into: Markdown, HTML, plain text and Word."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from shellcount.citing.documents import plain, text, word
from shellcount.citing.documents.pieces import Reading, Scan, Value
from shellcount.citing.documents.records import Place, Record, parse_record, read_record
from shellcount.digest import Json
from shellcount.errors import DocumentError, suggestion
from shellcount.files import io_errors_as
from shellcount.results.numbers_json import to_json
from shellcount.text import one_line

SIDECAR = ".numbers.json"  # added to the name of a plain text
_KINDS = {
    ".md": text.MARKDOWN,
    ".qmd": text.MARKDOWN,
    ".markdown": text.MARKDOWN,
    ".html": text.HTML,
    ".htm": text.HTML,
    ".txt": plain.PLAIN,
    word.WORD: word.WORD,
}


@dataclass(frozen=True, slots=True)
class Document:
    """File that numbers are, or can be, filled into.

    Parameters
    ----------
    path, kind, data
        Its path, its kind, and its content.
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
            When it cannot be read, or cannot be filled because of its kind.
        """
        place = Path(path)
        kind = kind_of(place)
        with io_errors_as(lambda reason: DocumentError(f"{shown(place)} cannot be read: {reason}")):
            return cls(place, kind, place.read_bytes())

    def scan(self) -> Scan:
        """List the placeholders, in their order.

        Raises
        ------
        DocumentError
            When it is damaged, or a placeholder is in a place that cannot be filled.
        """
        with self._named():
            if self.kind == word.WORD:
                return word.scan(self.data)
            if self.kind == plain.PLAIN:
                return plain.scan(self.data)
            return text.scan(self.data, self.kind)

    def filled(
        self,
        values: Sequence[Value],
        notes: Sequence[str],
        record_of: Callable[[tuple[Place, ...]], Record],
        name: str,
    ) -> dict[str, bytes]:
        """Replace the placeholders by values, and add references at the end.

        Parameters
        ----------
        values
            One for each placeholder.
        notes
            References, in the order of their numbers.
        record_of
            Makes the record of the numbers from their places. Plain text keeps it in a file beside it.
        name
            Name of the file to write.

        Returns
        -------
        dict
            Contents of the files to write, by name, the document first.
        """

        def content_of(places: tuple[Place, ...]) -> Json:
            content: Json = record_of(places).model_dump(mode="json")
            return content

        if self.kind == plain.PLAIN:
            filled, record = plain.fill(self.data, values, notes, content_of)
            return {name: filled, f"{name}{SIDECAR}": f"{to_json(record)}\n".encode()}
        if self.kind == word.WORD:
            return {name: word.fill(self.data, values, notes, content_of)}
        return {name: text.fill(self.data, self.kind, values, notes, content_of)}

    def read(self) -> tuple[list[Record], Reading]:
        """Read the records of the document, and what stands in it now.

        Raises
        ------
        DocumentError
            When it, or a record of it, is damaged or missing.
        """
        with self._named():
            if self.kind == plain.PLAIN:
                return [self._beside()], plain.read(self.data)
            reading = word.read(self.data) if self.kind == word.WORD else text.read(self.data, self.kind)
            return [read_record(content) for content in reading.records], reading

    def _beside(self) -> Record:
        """Read the record that is kept beside a plain text."""
        path = self.path.with_name(f"{self.path.name}{SIDECAR}")
        with io_errors_as(
            lambda reason: DocumentError(
                f"its record {shown(Path(path.name))} cannot be read: {reason}; shellcount fill writes it "
                "beside the text, and it must stay there"
            )
        ):
            data = path.read_bytes()
        return parse_record(data)

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except DocumentError as error:
            raise DocumentError(f"{shown(self.path)}: {error}") from None


def kind_of(path: Path) -> str:
    """Tell the kind of a file by the ending of its name.

    Raises
    ------
    DocumentError
        When files of its kind cannot be filled.

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
    """Show a path in a message."""
    return one_line(str(path), 200)
