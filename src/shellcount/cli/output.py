"""Print what commands find: tables for people, JSON for programs, progress on a terminal."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from shellcount.digest import Json
from shellcount.errors import OutputError
from shellcount.text import printable

if TYPE_CHECKING:
    from shellcount.results.results import Results
    from shellcount.wording.tables import Table

_PIPE_WIDTH = 160
_PATIENCE_S = 1.0
_WIDEST_WORD = 60


def examples(*lines: str) -> str:
    """Format examples for the end of a command's help, each on its own line."""
    return "\b\nExamples:\n  " + "\n  ".join(lines)


def write_json(values: Json) -> None:
    """Write JSON on standard output."""
    from shellcount.results.numbers_json import to_json

    with _written_out():
        click.echo(to_json(values).encode())  # as bytes: JSON is UTF-8, whatever the terminal speaks


def write_text(line: str) -> None:
    """Write text for people, with control characters escaped."""
    with _written_out():
        click.echo(printable(line))


@contextlib.contextmanager
def _written_out() -> Iterator[None]:
    """Raise OutputError where standard output cannot be written, unless its reader has closed it."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"standard output cannot be written: {error.strerror}") from None


def write_table(table: Table) -> None:
    """Write a table for people; its text is data, never mark-up."""
    from rich import box
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    title = Text(printable(table.caption))
    drawn = Drawn(title=title, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for place, name in enumerate(table.head):
        words = " ".join([name, *(row[place] for row in table.rows)]).split()
        drawn.add_column(
            Text(name),
            justify="right" if place in table.numeric else "left",
            overflow="fold",
            min_width=min(_WIDEST_WORD, max(map(len, words), default=0)),
        )
    for row in table.rows:
        drawn.add_row(*(Text(printable(cell)) for cell in row))
    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False)
    with _written_out():
        console.print(drawn, crop=False)  # on a narrow terminal rather too wide than cut


@contextlib.contextmanager
def progress(task: str, *, at_once: bool = False) -> Iterator[Callable[[float], None]]:
    """Show a progress bar on a terminal's standard error, at once or after a second of work."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        bars: list[Progress] = []

        def show(share: float) -> None:
            if not bars:
                if not at_once and time.monotonic() - started < _PATIENCE_S:
                    return
                bars.append(stack.enter_context(Progress(console=Console(stderr=True), transient=True)))
                bars[0].add_task(task, total=1.0)
            bars[0].update(bars[0].task_ids[0], completed=share)

        yield show


def warn(results: Results) -> None:
    """Warn on standard error of claims in conflict, and of estimates that have not converged."""
    warnings = [f"CONFLICT: {conflict}" for conflict in results.conflicts]
    failed = [estimate for estimate in results.quoted if estimate.not_quotable is not None]
    if failed:
        more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        warnings.append(f"NOT CONVERGED, do not quote: {failed[0].name}: {failed[0].not_quotable}{more}")
    for warning in warnings:
        click.secho(printable(warning), fg="red", bold=True, err=True)
