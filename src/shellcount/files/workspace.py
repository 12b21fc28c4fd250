"""Write temporary files into a folder, and remove those that killed runs left there."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import stat
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from shellcount.files.handles import take_lock, write_all

_LOCK = ".lock"
_OURS = re.compile(rf"(?P<stem>\.shellcount-[0-9a-f]{{16}})(?:-\d+|{re.escape(_LOCK)})")
if sys.platform == "win32":
    _BYTES, _ITSELF = os.O_BINARY, 0
else:
    _BYTES, _ITSELF = 0, os.O_NONBLOCK | os.O_NOFOLLOW


class Workspace:
    """Temporary files of one run in one folder.

    Parameters
    ----------
    folder
        The folder.
    stem
        Beginning of their names, and of the name of their lock.
    """

    def __init__(self, folder: Path, stem: str) -> None:
        self.folder, self.stem = folder, stem
        self.names: list[Path] = []

    def _name(self) -> Path:
        self.names.append(self.folder / f"{self.stem}-{len(self.names)}")
        return self.names[-1]

    def written(self, content: bytes, before: os.stat_result | None = None) -> Path:
        """Write content to a temporary file, and flush it to disk.

        Parameters
        ----------
        content
            The bytes.
        before
            The file that it is to replace, whose permissions it gets; it is private until then. Those of a
            new file follow the umask, which the kernel applies.

        Raises
        ------
        OSError
            When it cannot be written.
        """
        path = self._name()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BYTES
        handle = os.open(path, flags, 0o666 if before is None else 0o600)
        try:
            if before is not None:
                _adopt(path, os.fstat(handle), before)
            write_all(handle, content)
        finally:
            os.close(handle)
        return path

    def kept(self, path: Path) -> Path:
        """Give the file at a path a second, temporary name, so that it can be restored.

        Raises
        ------
        OSError
            When the file can neither be linked nor copied.
        """
        spare = self._name()
        try:
            os.link(path, spare)
        except OSError:  # a file system without hard links
            shutil.copy2(path, spare)
        return spare


def _adopt(path: Path, now: os.stat_result, before: os.stat_result) -> None:
    """Give a file the owner and the permissions of another."""
    if sys.platform != "win32" and (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        with contextlib.suppress(PermissionError):  # only an administrator gives files away
            os.chown(path, before.st_uid, before.st_gid)
    if stat.S_IMODE(now.st_mode) != stat.S_IMODE(before.st_mode):
        path.chmod(stat.S_IMODE(before.st_mode))


@contextlib.contextmanager
def workspace(folder: Path) -> Iterator[Workspace]:
    """Open a workspace in a folder; at its end, all files with its names are removed.

    Temporary files of other runs are removed if their lock is free. A run that lives holds its lock
    until it has removed its files, and nobody else touches them. Where the file system has no locks,
    the files of other runs stay.

    Raises
    ------
    OSError
        When the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with workspace(Path(folder)) as room:
    ...         room.written(b"text").read_bytes()
    ...     os.listdir(folder)
    b'text'
    []
    """
    _remove_leftovers(folder)
    stem, handle = _claimed(folder)
    room = Workspace(folder, stem)
    try:
        yield room
    finally:
        # A file that cannot be removed is left to the next run: the others are written or restored by now.
        for path in room.names:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            os.close(handle)
        with contextlib.suppress(OSError):
            (folder / f"{stem}{_LOCK}").unlink()


def _claimed(folder: Path) -> tuple[str, int]:
    """Choose a stem that no other run has, and hold its lock."""
    while True:
        stem = f".shellcount-{secrets.token_hex(8)}"
        lock = folder / f"{stem}{_LOCK}"
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL | _ITSELF, 0o600)
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
        for path in folder.iterdir():
            match = _OURS.fullmatch(path.name)
            if match is not None:
                found[match["stem"]].append(path)
    for stem, paths in found.items():
        with contextlib.suppress(OSError), _abandoned(folder / f"{stem}{_LOCK}") as free:
            for path in sorted(paths, key=lambda path: path.suffix == _LOCK) if free else ():
                path.unlink(missing_ok=True)


@contextlib.contextmanager
def _abandoned(lock: Path) -> Iterator[bool]:
    """Hold the lock of other files, and tell whether their run has ended."""
    try:
        handle = os.open(lock, os.O_RDWR | _ITSELF)
    except FileNotFoundError:  # the lock is made first and removed last
        yield True
        return
    try:
        yield take_lock(handle)
    finally:
        os.close(handle)
