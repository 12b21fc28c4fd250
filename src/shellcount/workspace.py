"""Name temporary files in a folder, and remove those that killed runs left there."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from shellcount.handles import take_lock

_LOCK = ".lock"
_OURS = re.compile(rf"(?P<stem>\.shellcount-[0-9a-f]{{16}})(?:-\d+|{re.escape(_LOCK)})")
_NO_WAIT = 0 if sys.platform == "win32" else os.O_NONBLOCK | os.O_NOFOLLOW


class Workspace:
    """Source of names for temporary files of one run in one folder.

    Parameters
    ----------
    folder
        The folder.
    stem
        Beginning of the names, which the lock of the run bears too.
    """

    def __init__(self, folder: Path, stem: str) -> None:
        self.folder, self.stem = folder, stem
        self.names: list[Path] = []

    def name(self) -> Path:
        """Choose the name of another temporary file."""
        self.names.append(self.folder / f"{self.stem}-{len(self.names)}")
        return self.names[-1]


@contextlib.contextmanager
def workspace(folder: Path) -> Iterator[Workspace]:
    """Open a workspace in a folder; at its end, all files with its names are removed.

    Temporary files of other runs are removed if their lock is free. A run that lives holds its lock
    until it has removed its files, so its files are never taken away; where the file system has no locks, nothing
    is removed.

    Raises
    ------
    OSError
        When the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with workspace(Path(folder)) as room:
    ...         size = room.name().write_bytes(b"text")
    ...     os.listdir(folder)
    []
    """
    _remove_leftovers(folder)
    stem, handle = _claimed(folder)
    room = Workspace(folder, stem)
    try:
        yield room
    finally:
        # What cannot be removed is left to the next run: the files are written or restored by now.
        for path in room.names:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        os.close(handle)
        with contextlib.suppress(OSError):
            (folder / f"{stem}{_LOCK}").unlink()


def _claimed(folder: Path) -> tuple[str, int]:
    """Choose a stem that no other run has, and hold its lock."""
    while True:
        stem = f".shellcount-{secrets.token_hex(8)}"
        lock = folder / f"{stem}{_LOCK}"
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL | _NO_WAIT, 0o600)
        try:
            free = take_lock(handle)
        except OSError:  # a file system without locks, so that nobody can take it for left behind
            return stem, handle
        with contextlib.suppress(OSError):  # another run may have removed it before it was locked
            if free and os.path.samestat(os.fstat(handle), lock.stat()):
                return stem, handle
        os.close(handle)


def _remove_leftovers(folder: Path) -> None:
    found: dict[str, list[Path]] = defaultdict(list)
    with contextlib.suppress(OSError):  # a folder that may be written but not read
        for name in os.listdir(folder):
            match = _OURS.fullmatch(name)
            if match is not None:
                found[match["stem"]].append(folder / name)
    for stem, paths in found.items():
        with contextlib.suppress(OSError), _abandoned(folder / f"{stem}{_LOCK}") as free:
            for path in sorted(paths, key=lambda path: path.suffix == _LOCK) if free else ():
                path.unlink(missing_ok=True)


@contextlib.contextmanager
def _abandoned(lock: Path) -> Iterator[bool]:
    """Hold the lock of other files, and tell whether their run has ended."""
    try:
        handle = os.open(lock, os.O_RDWR | _NO_WAIT)
    except FileNotFoundError:  # the lock is made first and removed last
        yield True
        return
    try:
        yield take_lock(handle)
    finally:
        os.close(handle)
