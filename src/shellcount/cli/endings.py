"""Turn what ends a command early into a message and an exit status."""

from __future__ import annotations

import contextlib
import platform
import shlex
import signal
import sys
import threading
import traceback
from concurrent.futures import BrokenExecutor
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

import click

from shellcount.errors import ShellcountError
from shellcount.text import one_line, printable
from shellcount.version import __version__

# As the shell gives them: 128 and the number of the signal; and EX_SOFTWARE of sysexits.h.
INTERRUPTED = 128 + signal.SIGINT
ENDED = 128 + signal.SIGTERM
FAULT = 70
# Exceptions that click turns into a message or a status, or that end a pipe quietly.
_OF_CLICK = (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError)

STATUSES = (
    "Exit status: 0 done, 1 a check or audit failed or claims conflict, 2 bad input or usage, 3 not "
    "converged, 70 a fault of shellcount itself, 130 interrupted."
)


class EndedError(KeyboardInterrupt):
    """The signal SIGTERM, which ends a command as Ctrl-C does."""


def status_of(error: BaseException) -> int | None:
    """Print on standard error what ended a command, and tell its exit status.

    Returns
    -------
    int or None
        The status; ``None`` for what click itself turns into a message or status.
    """
    if isinstance(error, ShellcountError):
        message, status = f"shellcount: {error}", error.exit_status
    elif isinstance(error, EndedError):
        message, status = "shellcount: ended by SIGTERM", ENDED
    elif isinstance(error, KeyboardInterrupt):
        message, status = "shellcount: interrupted", INTERRUPTED
    elif isinstance(error, Exception) and not isinstance(error, _OF_CLICK):
        message, status = fault_report(error), FAULT
    else:
        return None
    with contextlib.suppress(OSError):  # nobody may read standard error any more
        click.echo(printable(message), err=True)
    return status


def fault_report(error: BaseException) -> str:
    """Describe an unexpected error: in a line that says so, and then what its finder should pass on.

    The values of variables are not in it, and the home folder is written as ``~``.

    Examples
    --------
    >>> fault_report(ValueError("no")).splitlines()[0]
    'shellcount: an error of shellcount itself (ValueError: no); please report it with the lines below'
    """
    what = one_line("".join(traceback.format_exception_only(error)), 300)
    whose = "an error of shellcount itself"
    if isinstance(error, MemoryError):
        whose = "too little memory"
    elif isinstance(error, BrokenExecutor):
        whose = "a worker process was ended, often for want of memory, so try --jobs 1"
    report = "\n".join(
        [
            f"shellcount: {whose} ({what}); please report it with the lines below",
            f"  version: shellcount {__version__}, Python {platform.python_version()}, {platform.platform()}",
            f"  command: {shlex.join(['shellcount', *sys.argv[1:]])}",
            *(f"  {line}" for line in "".join(traceback.format_exception(error)).splitlines()),
        ]
    )
    home = str(Path.home())
    return report.replace(home, "~") if len(home) > 1 else report


class Endings:
    """Block within which whatever ends a command early becomes a message and an exit status.

    Within it SIGTERM is raised as an exception, so that files are left whole and worker processes ended.
    """

    def __enter__(self) -> Self:
        """Begin the block."""
        handled = signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
        self._ours = not handled and threading.current_thread() is threading.main_thread()
        if self._ours:
            signal.signal(signal.SIGTERM, _end)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Exit with the status of what ended the block."""
        if self._ours:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
        status = None if error is None else status_of(error)
        if status is not None:
            raise click.exceptions.Exit(status) from None


def _end(*_: object) -> NoReturn:
    raise EndedError
