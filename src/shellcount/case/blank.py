"""Start a new case: a commented file to fill in, and a list of its texts that are not written yet."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from shellcount.case.fields import Id
from shellcount.case.reading import read_shipped
from shellcount.case.schema import Case
from shellcount.digest import Json
from shellcount.errors import UsageError
from shellcount.files.writing import write_new_file
from shellcount.text import one_line

# Marks of a text that is still to be written, anywhere in it; and texts that only hold a place.
_UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|TBD)\b|^[\s.…?_-]+$")
_ID = re.compile(r'^id = "[^"]*"$', re.MULTILINE)


def starting_text(name: str, *, like: str | None = None) -> str:
    """Write the text of a case file to start from.

    Parameters
    ----------
    name
        Id of the new case: lower-case letters and digits, with hyphens between them.
    like
        Shipped case to start from; by default a blank one, whose comments explain each field.

    Raises
    ------
    UsageError
        When the name is not a valid id.
    UnknownNameError
        When no shipped case has this name.

    Examples
    --------
    >>> from shellcount.case.reading import parse_case
    >>> text = starting_text("relief-lorries")
    >>> parse_case(text.encode(), origin="relief-lorries.toml").about.id
    'relief-lorries'
    """
    try:
        TypeAdapter(Id).validate_python(name)
    except ValidationError:
        raise UsageError(
            f"{one_line(name, 100)!r} cannot be the id of a case; use lower-case letters and digits, "
            "with hyphens between them"
        ) from None
    if like is None:
        blank = (resources.files("shellcount") / "data" / "blank.toml").read_text(encoding="utf-8")
        return string.Template(blank).substitute(id=name)
    return _ID.sub(f'id = "{name}"', read_shipped(like).decode(), count=1)  # the first id is that of the case


def start_case(name: str, place: str | Path | None = None, *, like: str | None = None) -> Path:
    """Write a case file to start from, without overwriting an existing file.

    Parameters
    ----------
    name, like
        As for :func:`starting_text`.
    place
        File to write; by default the name with ``.toml``, in the working directory.

    Raises
    ------
    UsageError, UnknownNameError
        As :func:`starting_text`.
    OutputError
        When the file already exists, or cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     start_case("relief-lorries", Path(folder, "mine.toml")).name
    'mine.toml'
    """
    text = starting_text(name, like=like)
    return write_new_file(Path(f"{name}.toml" if place is None else place), text.encode())


def unfinished(case: Case) -> tuple[str, ...]:
    """List the paths of texts that are still marked as to be written, or only hold a place.

    Examples
    --------
    >>> from shellcount.case.reading import parse_case
    >>> unfinished(parse_case(starting_text("mine").encode(), origin="mine.toml"))[:2]
    ('case.title', 'case.question')
    """
    return tuple(_unfinished(case.transcript(), ""))


def _unfinished(value: Json, path: str) -> Iterator[str]:
    if isinstance(value, str) and _UNFINISHED.search(value):
        yield path
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _unfinished(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _unfinished(inner, f"{path}[{place}]")
