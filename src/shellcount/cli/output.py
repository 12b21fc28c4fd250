"""Print what commands find: tables for people, JSON for programs, progress on a terminal."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

import click

from shellcount.digest import Json
from shellcount.errors import OutputError
from shellcount.text import printable

if TYPE_CHECKING:
    from shellcount.results.estimate import Estimate
    from shellcount.results.mark import Mark
    from shellcount.results.results import Results
    from shellcount.wording.tables import Table

_PIPE_WIDTH, _TERMINAL_WIDTH = 100, 80
_WIDEST = 10_000
_DUMB = ("dumb", "unknown")


def examples(*lines: str) -> str:
    """Format examples for the end of a command's help, each on its own line."""
    shown = (f"  {line}" if line else "\n\b" for line in lines)  # \b keeps the lines of a paragraph
    return "\n".join(("\b\nExamples:", *shown))


def write_json(values: Json) -> None:
    """Write JSON on standard output."""
    from shellcount.results.numbers_json import to_json

    with _written_out():
        click.echo(to_json(values).encode())  # as bytes: JSON is UTF-8, whatever the terminal speaks


def write_bytes(data: bytes) -> None:
    """Write bytes on standard output as they are."""
    with _written_out():
        click.echo(data, nl=False)


def write_text(line: str) -> None:
    """Write text for people, with control characters escaped."""
    with _written_out():
        click.echo(printable(line))


@contextlib.contextmanager
def _written_out() -> Iterator[None]:
    """Raise OutputError where standard output cannot be written, unless its reader has closed it."""
    if _closed(sys.stdout):
        raise OutputError("standard output cannot be written: it is closed")
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"standard output cannot be written: {error.strerror}") from None


def write_prose(text: str, hanging: str = "") -> None:
    """Write sentences; on a terminal, their lines break between words."""
    write_text(_broken(printable(text), sys.stdout, hanging))


def write_sentences(sentences: Iterable[str]) -> None:
    """Write sentences as a list, one to an item."""
    for sentence in sentences:
        write_prose(f"- {sentence}", hanging="  ")


def write_table(table: Table, most: int = _WIDEST) -> None:
    """Write a table for people; its text is data, never mark-up.

    Parameters
    ----------
    table
        Table.
    most
        Cells of a line that it takes at most, however wide the terminal is.
    """
    from shellcount.cli.layout import laid_out

    def style(text: str, part: str) -> str:
        if not coloured or not text:
            return text
        return click.style(text, bold=True) if part == "head" else click.style(text, fg="red", bold=True)

    with _written_out():
        coloured = _coloured(sys.stdout)
        utf = (sys.stdout.encoding or "").lower().startswith("utf")
        shown = laid_out(
            table, min(_width(), most), style, rule="\N{BOX DRAWINGS LIGHT HORIZONTAL}" if utf else "-"
        )
        click.echo(f"{shown}\n", color=coloured)


def write_warning(text: str, colour: str = "red") -> None:
    """Write a warning on standard error."""
    shown = _broken(printable(text), sys.stderr)
    coloured = _coloured(sys.stderr)
    click.echo(click.style(shown, fg=colour, bold=True) if coloured else shown, err=True, color=coloured)


def write_note(text: str) -> None:
    """Write a note for people on standard error, apart from the result."""
    click.echo(_broken(printable(text), sys.stderr), err=True)


def _broken(text: str, stream: TextIO | None, hanging: str = "") -> str:
    if not _is_terminal(stream):
        return text
    from shellcount.cli.layout import wrapped

    return "\n".join(wrapped(text, _width(), hanging))


def _closed(stream: TextIO | None) -> bool:
    """Tell whether there is no such stream: a program may be started without it."""
    return stream is None


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _width() -> int:
    """Measure the terminal; a pipe or a file is as wide as COLUMNS says, or else as a page."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and int(columns) > 0:
        return int(columns)
    if _closed(sys.stdout):
        return _TERMINAL_WIDTH
    with contextlib.suppress(OSError, ValueError):  # no terminal, or one that does not say
        return os.get_terminal_size(sys.stdout.fileno()).columns or _TERMINAL_WIDTH
    return _PIPE_WIDTH


def _coloured(stream: TextIO | None) -> bool:
    """Tell whether a stream takes colours: NO_COLOR and FORCE_COLOR decide, and otherwise the terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return _is_terminal(stream) and os.environ.get("TERM") not in _DUMB


def warn(results: Results) -> None:
    """Warn on standard error of conflicts, of an engine in another's place, and of what has not converged."""
    warn_of(results.marks, results.quoted, results.instead)


def warn_of(marks: Iterable[Mark], quoted: Iterable[Estimate], instead: str | None = None) -> None:
    """Warn on standard error of marks that are conflicts, and of estimates that have not converged.

    Parameters
    ----------
    marks
        Marks of all numbers.
    quoted
        Estimates that are printed.
    instead
        Engine that drew in the place of another, and why.
    """
    _warn_of_conflicts(marks)
    if instead is not None:
        write_warning(f"engine {instead}", "yellow")
    failed = [estimate for estimate in quoted if estimate.not_quotable is not None]
    if failed:
        more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        write_warning(f"NOT CONVERGED, do not quote: {failed[0].name}: {failed[0].not_quotable}{more}")


def warn_of_conflicts(*runs: Results) -> None:
    """Warn on standard error of claims in conflict in any of the runs, once for each."""
    _warn_of_conflicts(mark for results in runs for mark in results.marks)


def _warn_of_conflicts(marks: Iterable[Mark]) -> None:
    longs = dict.fromkeys(mark.long for mark in marks if mark.kind == "conflict")
    for long in longs:
        write_warning(f"CONFLICT, every number is marked: {long.removeprefix('claims conflict: ')}.")
