"""Show the progress of long work: a bar on a terminal or in a notebook."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from shellcount.text import escape_html

# True for a bar, or what is called with the finished share of the work, from 0 to 1.
type Progress = bool | Callable[[float], None]

_PATIENCE_S = 1.0
_BETWEEN_S = 0.1  # updates of a notebook
_DUMB = ("dumb", "unknown")


def showing(progress: Progress, task: str) -> AbstractContextManager[Callable[[float], None]]:
    """Show the progress of a task while it is done, if asked to.

    The bar is gone when the task ends. Where there is neither a terminal nor a notebook, nothing is shown.

    Parameters
    ----------
    progress
        Whether to show a bar, or what to call instead.
    task
        Name of the work.

    Examples
    --------
    >>> shares = []
    >>> with showing(shares.append, "fitting") as show:
    ...     show(0.5)
    >>> shares
    [0.5]
    """
    if not isinstance(progress, bool):
        return contextlib.nullcontext(progress)
    if not progress:
        return contextlib.nullcontext(lambda _: None)
    display = _display()
    return bar(task, at_once=True) if display is None else _in_notebook(task, display)


@contextlib.contextmanager
def bar(task: str, *, at_once: bool = False, fits: int = 0) -> Iterator[Callable[[float], None]]:
    """Show a progress bar on a terminal's standard error, at once or after a second of work.

    Parameters
    ----------
    task
        Name of the work.
    at_once
        Whether to show it at once.
    fits
        Number of fits, whose rate is then shown too.
    """
    if not _on_terminal():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import TextColumn

    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        bars: list[Bar] = []

        def show(share: float) -> None:
            if not bars:
                if not at_once and time.monotonic() - started < _PATIENCE_S:
                    return
                columns = [
                    *Bar.get_default_columns(),
                    *([TextColumn("{task.fields[rate]}")] if fits else []),
                ]
                shown = Bar(*columns, console=Console(stderr=True, force_jupyter=False), transient=True)
                bars.append(stack.enter_context(shown))
                shown.add_task(task, total=1.0, rate="")
            done = bars[0].tasks[0]
            rate = f"{share * fits:,.0f} of {fits:,}, {(done.speed or 0.0) * fits:.3g} a second"
            bars[0].update(done.id, completed=share, rate=rate)

        yield show


def _on_terminal() -> bool:
    stream = sys.stderr
    return stream is not None and stream.isatty() and os.environ.get("TERM") not in _DUMB


# --- notebooks ---------------------------------------------------------------------------


def _display() -> Callable[..., Any] | None:
    """Find what shows things in the notebook that this runs in; ``None`` elsewhere."""
    running = sys.modules.get("IPython")  # a notebook has imported it
    shell = None if running is None else running.get_ipython()
    if running is None or getattr(shell, "kernel", None) is None:  # on a terminal
        return None
    display: Callable[..., Any] = running.display.display
    return display


@contextlib.contextmanager
def _in_notebook(task: str, display: Callable[..., Any]) -> Iterator[Callable[[float], None]]:
    """Show a bar in a notebook, which needs no widgets, and clear it in the end."""
    handle = display(_drawn(task, 0.0), raw=True, display_id=True)
    told = time.monotonic()

    def show(share: float) -> None:
        nonlocal told
        if share < 1.0 and time.monotonic() - told < _BETWEEN_S:
            return
        told = time.monotonic()
        handle.update(_drawn(task, share), raw=True)

    try:
        yield show
    finally:
        handle.update({"text/plain": "", "text/html": ""}, raw=True)


def _drawn(task: str, share: float) -> dict[str, str]:
    """Draw a bar in the colours of the notebook."""
    words = f"{task} {share:.0%}"
    meter = f'<progress value="{share:.3f}" max="1" style="vertical-align:middle"></progress>'
    return {"text/plain": words, "text/html": f"{meter} {escape_html(words)}"}
