"""Explore a case in the browser: explore."""

from __future__ import annotations

import os
import shlex
import sys
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shellcount.cli import completing, options
from shellcount.cli.endings import EndedError
from shellcount.cli.numbers import Whole
from shellcount.cli.output import examples, write_json, write_note, write_text
from shellcount.cli.refusing import refuse_with
from shellcount.cli.requests import FitRequest
from shellcount.errors import UsageError, require_library

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.explore.opening import Opening

_LARGEST_PORT = 65_535
# Parameters that a notebook has a place for.
_OF_NOTEBOOKS = frozenset(
    {"case", "changes", "hedges", "given", "without", "with_", "scenarios", "day", "notebook", "as_json"}
)


@click.command(
    cls=options.FitCommand,
    short_help="Open a case in the browser: move an assumption, watch the range.",
    epilog=examples(
        "shellcount explore",
        "shellcount explore mycase.toml --without 'South Korea'",
        "shellcount explore --set load=0.5:0.9 --at 2024-02-26",
        "shellcount explore black-sea-grain-2022 --port 8000 --no-browser",
        "shellcount explore --notebook explorer.py",
    ),
)
@options.takes_fit
@click.option(
    "--at",
    "day",
    metavar="WHEN",
    shell_complete=completing.dates,
    help="Date, month or period of the answer: 2024-06-14, 2023-12 or 2023-10..2023-12. "
    "[default: the last date of a claim]",
)
@click.option(
    "--port",
    type=Whole(0, _LARGEST_PORT),
    default=0,
    metavar="PORT",
    help="Port to listen on, of this machine alone. [default: any that is free]",
)
@click.option("--no-browser", is_flag=True, help="Print the address, and open no browser.")
@click.option(
    "--notebook",
    metavar="FILE",
    help="Write a notebook of marimo that shows the same, to go on from with marimo edit FILE.",
)
@options.as_json
def explore(
    request: FitRequest,
    day: str | None,
    port: int,
    notebook: str | None,
    *,
    no_browser: bool,
    as_json: bool,
) -> None:
    """Open a case in the browser: move an assumption, watch the range.

    Every assumption, figure, hedge and date of the case can be moved, and each claim fit, checked or left
    out. The answer, its figures and the verdicts follow. Nothing leaves this machine, no file is changed, and
    the address works with its token alone. The edited case can be saved, and is copied as a command. Edits
    are kept as they are made, and offered at the next start. Ctrl-C stops the command.

    It needs pip install 'shellcount[explore]'.
    """
    opening = _opened(request, day)
    if notebook is not None:
        _write_notebook(opening, notebook, as_json=as_json)
        return
    for library in ("marimo", "anywidget"):
        require_library(library, "explore")
    from shellcount.explore.kept import state_folder
    from shellcount.explore.server import Server

    server = Server(opening, port)
    if as_json:
        write_json({"address": server.address, "port": server.port, "case": opening.case.about.id})
    else:
        write_text(server.address)
        write_note("Keep the address to yourself: who has it may use the explorer. Ctrl-C stops it.")
    if not no_browser and _has_screen():
        address = server.address_for_one()
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    try:
        server.run()
    except KeyboardInterrupt as end:
        write_note(f"Stopped. Edits are kept in {state_folder()}, and offered at the next start.")
        if isinstance(end, EndedError):
            raise


def _opened(request: FitRequest, day: str | None) -> Opening:
    """Open the case that a command line names, with its changes as the edits to start with."""
    from shellcount.explore.opening import open_case

    if len(request.scenarios) > 1:
        raise UsageError("name one scenario with --scenario: the others are chosen in the explorer")
    return open_case(
        request.path,
        request.given.base,
        without=request.given.without,
        with_=request.given.with_,
        changes=request.written_changes,
        day=day,
        scenario=next(iter(request.scenario_ids), None),
        settings=request.settings,
    )


def _write_notebook(opening: Opening, file: str, *, as_json: bool) -> None:
    """Write a notebook that opens the same case."""
    from shellcount.explore.notebook import notebook_text
    from shellcount.files.writing import write_new_file

    if opening.path == "-":
        raise UsageError("a notebook cannot read standard input: name a case file")
    refuse_with("--notebook", _OF_NOTEBOOKS)
    written = write_new_file(Path(file), notebook_text(opening).encode())
    if as_json:
        write_json({"file": str(written), "case": opening.case.about.id})
        return
    write_text(f"wrote {written}; try: {shlex.join(['marimo', 'edit', str(written)])}")


def _has_screen() -> bool:
    """Tell whether a browser can be shown, and not one of text in this terminal."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
