"""Records of the numbers that were filled into a document, for an audit to recompute them."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveInt, ValidationError

from shellcount.digest import Json, canonical_json
from shellcount.errors import DocumentError
from shellcount.files.strict_json import parse_json
from shellcount.results.run import Engine, Run
from shellcount.text import one_line
from shellcount.wording.scales import SCALES

CONTEXT = 40  # characters around a number
# An editor that replaces words in a whole file replaces them in its record too, by longer ones at times.
_LONGEST_CONTEXT = 10 * CONTEXT
_AGAIN = "fill the template again"
_CHANGED = "the record of what was filled in was changed"
FORM = "2"  # of records
LABEL = r"shellcount-[0-9a-f]{6}-"  # with which the label of a reference begins, before its number
_MOST_CHANGES = 1_000

type _Name = Annotated[str, Field(max_length=200)]
type _Text = Annotated[str, Field(max_length=10_000)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _known_scale(scale: str) -> str:
    if scale not in SCALES:
        raise ValueError(f"it is none of {', '.join(SCALES)}")
    return scale


class CaseRecord(_Table):
    """Case that numbers were computed from.

    Parameters
    ----------
    id
        Id of the case.
    path
        Its file, relative to the folder of the document, or the name of a shipped case; ``None`` for the
        default case, ``-`` for standard input.
    digest
        SHA-256 of the case as it was used.
    changes
        What-if changes of the file, as ``NAME=VALUE``.
    """

    id: _Name
    path: _Text | None
    digest: _Name
    changes: Annotated[tuple[_Text, ...], Field(max_length=_MOST_CHANGES)] = ()


class RunRecord(_Table):
    """Run that numbers were computed in: see :class:`shellcount.results.run.Run`."""

    given: _Text
    engine: Engine
    seed: Annotated[int, Field(ge=0)]
    settings: Annotated[dict[str, PositiveInt], Field(max_length=_MOST_CHANGES)]
    versions: Annotated[dict[str, _Name], Field(max_length=_MOST_CHANGES)]
    model_version: int
    digest: _Name


class ValueRecord(_Table):
    """Name of a number, the text that was filled in for it, and the marks that the text has."""

    name: _Text
    text: str
    marks: tuple[str, ...] = ()


class NoteRecord(_Table):
    """Reference of a number.

    Parameters
    ----------
    name
        Name of the number.
    text
        Text that was filled in.
    full
        Whether it describes the run in full; the others only name its digest.
    """

    name: _Text
    text: str
    full: bool = True


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
        Text around it on its line, :data:`CONTEXT` characters each where there are so many.
    tagged
        False where it was filled in without tags: in plain text and in maths.
    """

    id: Annotated[str, Field(max_length=100)]
    text: Annotated[str, Field(pattern=r"^\S")]
    line: PositiveInt
    column: PositiveInt
    before: Annotated[str, Field(max_length=_LONGEST_CONTEXT)]
    after: Annotated[str, Field(max_length=_LONGEST_CONTEXT)]
    tagged: bool = True

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
        References, by their numbers.
    seal
        HMAC-SHA256 of the rest of the record, if the document was filled with a key.
    """

    record: Literal["shellcount/filled/2"] = "shellcount/filled/2"
    case: CaseRecord
    run: RunRecord
    scale: Annotated[str, AfterValidator(_known_scale)]
    values: dict[str, ValueRecord]
    places: tuple[Place, ...] = ()
    notes: dict[Annotated[str, Field(pattern=r"^[1-9][0-9]{0,5}$")], NoteRecord] = Field(default_factory=dict)
    seal: _Name | None = None

    def made_in(self) -> Run:
        """Make the run that the numbers were computed in."""
        run = self.run
        return Run(
            case=self.case.id,
            case_digest=self.case.digest,
            given=run.given,
            engine=run.engine,
            seed=run.seed,
            settings=run.settings,
            versions=run.versions,
            model_version=run.model_version,
        )


def number_id(run_digest: str, name: str, scale: str) -> str:
    """Derive a short id for a number, unique among all numbers of all runs.

    Examples
    --------
    >>> len(number_id("sha256:0", "load|median", "icd203"))
    12
    """
    return hashlib.sha256(f"{run_digest} {name} {scale}".encode()).hexdigest()[:12]


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
    if isinstance(content, dict) and str(content.get("record", "")).startswith("shellcount/filled/"):
        made = str(content["record"]).removeprefix("shellcount/filled/")
        if made != FORM:
            raise DocumentError(
                f"its record has form {one_line(made, 20)}, made by another version of shellcount; this "
                f"one reads form {FORM}: {_AGAIN}"
            )
    with _damage_named():
        record = Record.model_validate(content)
    _require_agreement(record)
    return record


def _require_agreement(record: Record) -> None:
    """Refuse a record of which one part does not follow from the others, as it must."""
    if record.made_in().digest != record.run.digest:
        raise DocumentError(f"{_CHANGED}: the digest of its run is not that of the run; {_AGAIN}")
    for name, value in record.values.items():
        if number_id(record.run.digest, value.name, record.scale) != name:
            raise DocumentError(
                f"{_CHANGED}: the id {one_line(name, 40)} is not that of {one_line(value.name, 80)}; {_AGAIN}"
            )
    placed = {place.id for place in record.places}
    if placed != record.values.keys():
        raise DocumentError(f"{_CHANGED}: its numbers are not those of its places; {_AGAIN}")


def parse_record(data: bytes) -> Record:
    """Parse the record that is kept in a file beside a document.

    Raises
    ------
    DocumentError
        When it is damaged.
    """
    return read_record(parse_content(data))


def parse_content(data: bytes) -> Json:
    """Parse the JSON of a record, which is not validated yet.

    Raises
    ------
    DocumentError
        When it is damaged.
    """
    try:
        return parse_json(data)
    except ValueError as error:
        raise damaged(f"it is not valid JSON: {one_line(str(error), 100)}") from None


def damaged(reason: str) -> DocumentError:
    """Make the error for a damaged record."""
    return DocumentError(f"the record of what was filled in is damaged ({reason}); {_AGAIN}")


@contextlib.contextmanager
def _damage_named() -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        first = error.errors()[0]
        place = one_line(".".join(str(part) for part in first["loc"]), 60)
        raise damaged(f"{place}: {first['msg']}") from None
