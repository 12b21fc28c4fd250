"""What a document keeps of the numbers that were filled into it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shellcount.errors import DocumentError
from shellcount.results.run import Engine
from shellcount.text import one_line


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CaseRecord(_Table):
    """The case that numbers came from.

    Parameters
    ----------
    path
        Its file, from the folder of the document, or the name of a shipped case; ``None`` for the
        default case, ``-`` for standard input.
    digest
        SHA-256 of the case as it was used.
    changes
        What was changed in the file, as ``NAME=VALUE``.
    """

    path: str | None
    digest: str
    changes: tuple[str, ...] = ()


class RunRecord(_Table):
    """The run that numbers came from: see :class:`shellcount.results.run.Run`."""

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


def read_record(content: object) -> Record:
    """Validate a record as a document has it.

    Raises
    ------
    DocumentError
        When it is damaged.
    """
    try:
        return Record.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = one_line(".".join(str(part) for part in first["loc"]), 60)
        raise DocumentError(
            f"the record of what was filled in is damaged ({place}: {first['msg']})"
        ) from None
