"""Keep the edits of an explorer in a folder of the user, so that what ends a browser or server loses none."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import itertools
import json
import os
from dataclasses import field
from pathlib import Path

from platformdirs import user_state_path

from shellcount.case.raw import most_bytes
from shellcount.case.reading import parse_case
from shellcount.case.schema import Case
from shellcount.digest import Json
from shellcount.errors import CaseError, OutputError, ShellcountError, UsageError
from shellcount.explore.edits import Edits
from shellcount.files.reading import io_errors_as, read_regular
from shellcount.files.strict_json import parse_json
from shellcount.files.writing import write_files
from shellcount.frozen import frozen
from shellcount.results.given import parse_given
from shellcount.text import one_line

STATE_VARIABLE = "SHELLCOUNT_STATE"
FORMAT = "shellcount/explored/1"
_ENDING, _ASIDE = ".json", ".damaged"
_MOST_VALUES = 20_000
_OFFERED = 20  # states that are looked at, the latest first
_LONGEST = 500  # characters of a name
_KEYS = frozenset({"format", "saved", "started", "origin", "content", "given", "edits"})


@frozen
class State:
    """State of an explorer: a case as it was read, and the edits of it.

    Parameters
    ----------
    case
        The case.
    content, origin
        Text of the case, and its name in messages.
    edits
        The edits.
    given
        Claims that are conditioned on where the edits choose no others.
    started
        Id of the case that the explorer was started with, which a dropped file may have replaced.
    saved
        Time at which it was kept.
    """

    case: Case
    content: bytes
    origin: str
    edits: Edits
    given: str
    started: str
    saved: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    def to_bytes(self) -> bytes:
        """Write the state as JSON."""
        document = {
            "format": FORMAT,
            "saved": self.saved.astimezone(dt.UTC).isoformat(timespec="seconds"),
            "started": self.started,
            "origin": self.origin,
            "given": self.given,
            "edits": self.edits.document(),
            "content": self.content.decode(),
        }
        return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"

    @classmethod
    def parse(cls, content: bytes) -> State:
        """Read a state that may come from anywhere, and its case, whose faults are faults of the state.

        Raises
        ------
        ValueError
            When it is not JSON.
        ShellcountError
            When it is not what :meth:`to_bytes` writes.
        """
        document = parse_json(content, _MOST_VALUES)
        if not isinstance(document, dict) or document.get("format") != FORMAT or document.keys() != _KEYS:
            raise UsageError("it is not a state of an explorer")
        saved = dt.datetime.fromisoformat(_text(document, "saved"))
        if saved.tzinfo is None:
            raise UsageError("its time has no zone")
        origin, text = _text(document, "origin"), _text(document, "content", most_bytes())
        case = parse_case(text.encode(), origin=one_line(origin, _LONGEST))
        given, started = _text(document, "given", most_bytes()), _text(document, "started")
        parse_given(case, given)
        return cls(case, text.encode(), origin, Edits.parse(document["edits"]), given, started, saved)


def _text(document: dict[str, Json], name: str, most: int = _LONGEST) -> str:
    value = document[name]
    if not isinstance(value, str) or len(value) > most:
        raise UsageError(f"its {name} is not a text, or too long")
    return value


@frozen
class Offer:
    """State of an earlier run that can be taken up.

    Parameters
    ----------
    name
        Name by which :func:`take_up` finds it.
    saved
        Time at which it was kept.
    changes
        Number of edits.
    title
        Title of its case.
    is_same
        Whether its case is the one that is explored, as it is now.
    """

    name: str
    saved: dt.datetime
    changes: int
    title: str
    is_same: bool


def state_folder() -> Path:
    """Locate the folder of states, which the environment variable SHELLCOUNT_STATE may name."""
    override = os.environ.get(STATE_VARIABLE)
    return (Path(override) if override else user_state_path("shellcount")) / "explored"


def state_name(token: str) -> str:
    """Name the state of a token, which the name does not give away.

    Examples
    --------
    >>> state_name("a") == state_name("a") != state_name("b"), len(state_name("../../secret"))
    (True, 32)
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def keep(token: str, state: State) -> str | None:
    """Keep a state in the file of its token, in place of the one before; all of it or nothing.

    Returns
    -------
    str or None
        Note for the user where it cannot be kept.
    """
    folder = state_folder()

    def refused(reason: str) -> OutputError:
        return OutputError(f"{one_line(str(folder))} cannot be made: {reason}")

    path = folder / f"{state_name(token)}{_ENDING}"
    try:
        with io_errors_as(refused):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if path.is_symlink() or path.is_dir():  # nothing that this module wrote
                _set_aside(path)
        write_files(folder, {path.name: state.to_bytes()})
    except (OutputError, ValueError) as error:  # the second of half a character
        return f"edits are not kept: {error}; name another folder with {STATE_VARIABLE}"
    return None


def take_up(name: str) -> State:
    """Read a state of an earlier run; a damaged one is set aside.

    Parameters
    ----------
    name
        Name of the state, from :func:`offered` or :func:`state_name`.

    Raises
    ------
    UsageError
        When there is none, or it cannot be used.
    """
    if not (len(name) == len(state_name("")) and name.isascii() and name.isalnum()):
        raise UsageError(f"no edits are kept under {one_line(name, 60)!r}")
    path = state_folder() / f"{name}{_ENDING}"

    def error(reason: str) -> UsageError:
        return UsageError(f"the edits in {one_line(str(path))} cannot be read: {reason}")

    with io_errors_as(error):
        content = read_regular(path, 2 * most_bytes())
    try:
        return State.parse(content)
    except (ValueError, KeyError, ShellcountError) as cause:
        reason = cause.faults[0] if isinstance(cause, CaseError) else cause
        with contextlib.suppress(OSError):
            path = _set_aside(path)
        raise error(one_line(str(reason), 200)) from None


def _set_aside(path: Path) -> Path:
    """Rename a file that cannot be used, and give its new name."""
    names = (path.with_name(f"{path.name}{_ASIDE}-{place}") for place in itertools.count(1))
    return path.rename(next(aside for aside in names if not aside.exists()))


def offered(case: Case, token: str | None = None) -> tuple[tuple[Offer, ...], tuple[str, ...]]:
    """List the states of earlier runs that began with a case, the latest first.

    Parameters
    ----------
    case
        The case, as it is now.
    token
        Token of this run, whose own state is not offered.

    Returns
    -------
    tuple
        The offers, and notes on states that cannot be read.
    """
    offers, notes = [], []
    for name in _names():
        if token is not None and name == state_name(token):
            continue
        try:
            state = take_up(name)
        except UsageError as error:
            notes.append(str(error))
            continue
        own = state.case
        if case.about.id in {state.started, own.about.id}:
            title = one_line(own.about.title, _LONGEST)
            offers.append(Offer(name, state.saved, state.edits.count, title, own.digest == case.digest))
    return tuple(sorted(offers, key=lambda offer: offer.saved, reverse=True)), tuple(notes)


def _names() -> list[str]:
    """List the names of the states that were written last."""
    found = []
    with contextlib.suppress(OSError):
        for path in state_folder().glob(f"*{_ENDING}"):
            with contextlib.suppress(OSError):
                found.append((path.lstat().st_mtime_ns, path.stem))
    return [name for _, name in sorted(found, reverse=True)[:_OFFERED]]
