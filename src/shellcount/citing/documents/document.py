"""Open documents of every kind that numbers can be filled into: Markdown, HTML, plain text and Word."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from shellcount.citing.documents import markup, plain
from shellcount.citing.documents.pieces import Reading, Scan, Value
from shellcount.citing.documents.records import Place, Record, parse_record, read_record
from shellcount.citing.documents.word import docx
from shellcount.digest import Json
from shellcount.errors import DocumentError, suggestion
from shellcount.files.reading import io_errors_as, read_regular
from shellcount.frozen import frozen
from shellcount.limits import require_within
from shellcount.text import one_line

SIDECAR = ".numbers.json"  # added to the name of a plain text
_KINDS = {
    ".md": markup.MARKDOWN,
    ".qmd": markup.MARKDOWN,
    ".markdown": markup.MARKDOWN,
    ".html": markup.HTML,
    ".htm": markup.HTML,
    ".txt": plain.PLAIN,
    docx.WORD: docx.WORD,
}


@frozen
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
        LimitError
            When it is larger than is allowed.
        """
        place = Path(path)
        kind = kind_of(place)
        with io_errors_as(lambda reason: DocumentError(f"{shown(place)} cannot be read: {reason}")):
            return cls(place, kind, _bytes_of(place))

    def scan(self) -> Scan:
        """List the placeholders, in their order.

        Raises
        ------
        DocumentError
            When it is damaged, or a placeholder is in a place that cannot be filled.
        """
        with self._named():
            if self.kind == docx.WORD:
                return docx.scan(self.data)
            if self.kind == plain.PLAIN:
                return plain.scan(self.data)
            return markup.scan(self.data, self.kind)

    def filled(
        self,
        values: Sequence[Value],
        notes: Sequence[str],
        record_of: Callable[[tuple[Place, ...]], Record],
    ) -> tuple[bytes, Record]:
        """Replace the placeholders by values, and add references at the end.

        Parameters
        ----------
        values
            One for each placeholder.
        notes
            References, in the order of their numbers.
        record_of
            Makes the record of the numbers from their places.

        Returns
        -------
        tuple
            Content of the document, and its record, which the document contains unless it is plain text.
        """
        made = record_of(())

        def content_of(places: tuple[Place, ...]) -> Json:
            nonlocal made
            made = record_of(places)
            content: Json = made.model_dump(mode="json")
            return content

        if self.kind == plain.PLAIN:
            content, _ = plain.fill(self.data, values, notes, content_of)
        elif self.kind == docx.WORD:
            content = docx.fill(self.data, values, notes, content_of)
        else:
            content = markup.fill(self.data, self.kind, values, notes, content_of)
        return content, made

    def read(self, record: Path | None = None) -> tuple[list[Record], Reading]:
        """Read the records of the document, and what stands in it now.

        Parameters
        ----------
        record
            File that has the record, instead of the document.

        Raises
        ------
        DocumentError
            When it, or a record of it, is damaged or missing.
        LimitError
            When it has more numbers or records than are allowed.
        """
        with self._named():
            if self.kind == plain.PLAIN:
                reading = plain.read(self.data)
            else:
                reading = (
                    docx.read(self.data) if self.kind == docx.WORD else markup.read(self.data, self.kind)
                )
            require_within("numbers", len(reading.tagged), f"to audit {shown(self.path)}")
            require_within("records", len(reading.records), f"to audit {shown(self.path)}")
            beside = record or self.record_path(self.path)
            if beside is not None:
                return [_record_in(beside, named=record is not None)], reading
            return [read_record(content) for content in reading.records], reading

    def record_path(self, path: Path) -> Path | None:
        """Name the file of the record of a document of this kind: beside a plain text, otherwise none."""
        return path.with_name(f"{path.name}{SIDECAR}") if self.kind == plain.PLAIN else None

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except DocumentError as error:
            raise DocumentError(f"{shown(self.path)}: {error}") from None


def _record_in(path: Path, *, named: bool) -> Record:
    """Read a record that is kept in a file."""
    hint = (
        ""
        if named
        else "; shellcount fill writes it beside the text, and it must stay there, unless --record names it"
    )
    with io_errors_as(
        lambda reason: DocumentError(f"its record {shown(Path(path.name))} cannot be read: {reason}{hint}")
    ):
        return parse_record(_bytes_of(path))


def _bytes_of(path: Path) -> bytes:
    """Read a regular file, within the size that documents may have."""
    size = path.stat().st_size
    require_within("document", size, f"to read {shown(path)}")
    return read_regular(path, max(size, 1))


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
        raise DocumentError(
            f"{shown(path)} cannot be filled or audited ({ending}); {suggestion(path.suffix, _KINDS)}"
        )
    return kind


def shown(path: Path) -> str:
    """Show a path in a message."""
    return one_line(str(path), 200)
