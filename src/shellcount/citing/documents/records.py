"""Records of the numbers that were filled into a document, for an audit to recompute them."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError
from pydantic_core import from_json

from shellcount.digest import Json, canonical_json
from shellcount.errors import DocumentError
from shellcount.results.run import Engine
from shellcount.text import one_line

CONTEXT = 40  # characters around a number
_LARGEST = 8 * 2**20  # bytes of a record beside a document
_DAMAGED = "the record of what was filled in is damaged"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CaseRecord(_Table):
    """Case that numbers were computed from.

    Parameters
    ----------
    path
        Its file, relative to the folder of the document, or the name of a shipped case; ``None`` for the
        default case, ``-`` for standard input.
    digest
        SHA-256 of the case as it was used.
    changes
        What-if changes of the file, as ``NAME=VALUE``.
    """

    path: str | None
    digest: str
    changes: tuple[str, ...] = ()


class RunRecord(_Table):
    """Run that numbers were computed in: see :class:`shellcount.results.run.Run`."""

    given: str
    engine: Engine
    seed: Annotated[int, Field(ge=0)]
    settings: dict[str, int]
    versions: dict[str, str]
    digest: str


class ValueRecord(_Table):
    """Name of a number, the text that was filled in for it, and the marks that the text has."""

    name: str
    text: str
    marks: tuple[str, ...] = ()


class Place(_Table):
    """Place of a number in the visible text of a document.

    Parameters
    ----------
    id
        Name of the number in the record.
    text
        Text that was filled in.
    line, column
        Line (or paragraph) and column of its first character, counted from 1.
    before, after
        Text around it on its line, at most :data:`CONTEXT` characters each.
    """

    id: Annotated[str, Field(max_length=100)]
    text: Annotated[str, Field(pattern=r"^\S")]
    line: PositiveInt
    column: PositiveInt
    before: Annotated[str, Field(max_length=CONTEXT)]
    after: Annotated[str, Field(max_length=CONTEXT)]

    @property
    def from_line_start(self) -> bool:
        """True if ``before`` is all that stands on the line before the number."""
        return len(self.before) == self.column - 1

    @property
    def to_line_end(self) -> bool:
        """True if ``after`` is all that stands on the line after the number."""
        return len(self.after) < CONTEXT


class Record(_Table):
    """Numbers that were filled into a document, with the case and run that they were computed from.

    Parameters
    ----------
    record
        Version of this form.
    case, run
        Case and run that the numbers were computed from.
    scale
        Id of the scale of probability words.
    values
        Names and texts of the numbers, by id.
    places
        Place of every number, as often as it was filled in, in the order of the document.
    notes
        Texts of the references, by their numbers.
    seal
        HMAC-SHA256 of the rest of the record, if the document was filled with a key.
    """

    record: Literal["shellcount/filled/2"] = "shellcount/filled/2"
    case: CaseRecord
    run: RunRecord
    scale: str
    values: dict[str, ValueRecord]
    places: tuple[Place, ...] = ()
    notes: dict[str, str] = Field(default_factory=dict)
    seal: str | None = None


def label(record: Json) -> str:
    """Make the label of the references of a record, which keeps them distinct in joined documents.

    The places do not change it, since they are known only when the references are written.

    Examples
    --------
    >>> label({"record": "a"}) == label({"record": "a", "places": [], "seal": "b"})
    True
    """
    content = record
    if isinstance(record, dict):
        content = {name: value for name, value in record.items() if name not in {"places", "seal"}}
    return f"shellcount-{hashlib.sha256(canonical_json(content)).hexdigest()[:6]}"


def read_record(content: object) -> Record:
    """Validate the record of a document.

    Raises
    ------
    DocumentError
        When it is damaged.
    """
    with _damage_named():
        return Record.model_validate(content)


def parse_record(data: bytes) -> Record:
    """Parse the record that is kept in a file beside a document.

    Raises
    ------
    DocumentError
        When it is damaged.
    """
    if len(data) > _LARGEST:
        raise DocumentError(f"{_DAMAGED}: it is larger than {_LARGEST // 2**20} MB")
    try:
        content = from_json(data, allow_inf_nan=False)
    except ValueError:
        raise DocumentError(f"{_DAMAGED}: it is not valid JSON") from None
    return read_record(content)


@contextlib.contextmanager
def _damage_named() -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        first = error.errors()[0]
        place = one_line(".".join(str(part) for part in first["loc"]), 60)
        raise DocumentError(f"{_DAMAGED} ({place}: {first['msg']})") from None
