"""Documents of every kind that numbers can be filled into: Markdown, HTML, plain text and Word."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shellcount import textdocuments, worddocuments
from shellcount.errors import DocumentError, suggestion
from shellcount.provenance import Engine
from shellcount.text import one_line
from shellcount.textdocuments import Asked, Mark, Value

_KINDS = {
    ".md": textdocuments.MARKDOWN,
    ".markdown": textdocuments.MARKDOWN,
    ".html": textdocuments.HTML,
    ".htm": textdocuments.HTML,
    ".txt": textdocuments.PLAIN,
    worddocuments.WORD: worddocuments.WORD,
}


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CaseRecord(_Table):
    """The case that numbers came from.

    Parameters
    ----------
    path
        Its file, from the folder of the document; ``None`` for the shipped case, ``-`` for
        standard input.
    digest
        SHA-256 of the case as it was used.
    changes
        What was changed in the file, as ``NAME=VALUE``.
    """

    path: str | None
    digest: str
    changes: tuple[str, ...] = ()


class RunRecord(_Table):
    """The run that numbers came from: see :class:`shellcount.provenance.Run`."""

    given: str
    engine: Engine
    seed: Annotated[int, Field(ge=0)]
    settings: dict[str, int]
    versions: dict[str, str]
    digest: str


class ValueRecord(_Table):
    """What was asked for, and the text that it became."""

    name: str
    text: str


class Record(_Table):
    """What a document keeps of the numbers that were filled in.

    Parameters
    ----------
    record
        Version of this form.
    case, run
        What made the numbers.
    scale
        Of probability words.
    values
        By id.
    """

    record: Literal["shellcount/filled/1"] = "shellcount/filled/1"
    case: CaseRecord
    run: RunRecord
    scale: str
    values: dict[str, ValueRecord]


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
        try:
            return cls(place, kind, place.read_bytes())
        except (OSError, ValueError) as error:  # ValueError: a NUL byte in the name
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise DocumentError(f"{shown(place)} cannot be read: {reason}") from None

    def asked(self) -> list[Asked]:
        """Its placeholders, in their order.

        Raises
        ------
        DocumentError
            When it is damaged, or a placeholder stands where it cannot be filled.
        """
        with self._named():
            if self.kind == worddocuments.WORD:
                return worddocuments.asked(self.data)
            return textdocuments.asked(self.data, self.kind)

    def filled(self, values: Sequence[Value], notes: Sequence[str], record: Record) -> bytes:
        """Its content with values in the place of its placeholders, and references at its end."""
        kept = record.model_dump(mode="json")
        if self.kind == worddocuments.WORD:
            return worddocuments.fill(self.data, values, notes, kept)
        return textdocuments.fill(self.data, self.kind, values, notes, kept)

    def marks(self) -> tuple[list[Record], list[Mark]]:
        """The records it keeps, and the numbers that were filled in, as they stand now.

        Raises
        ------
        DocumentError
            When it, or a record in it, is damaged.
        """
        with self._named():
            if self.kind == worddocuments.WORD:
                contents, marks = worddocuments.read(self.data)
            else:
                contents, marks = textdocuments.read(self.data, self.kind)
            return [_record(content) for content in contents], marks

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except DocumentError as error:
            raise DocumentError(f"{shown(self.path)}: {error}") from None


def _record(content: object) -> Record:
    try:
        return Record.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = one_line(".".join(str(part) for part in first["loc"]), 60)
        raise DocumentError(
            f"the record of what was filled in is damaged ({place}: {first['msg']})"
        ) from None


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
