"""Open regular files without waiting for another program, and lock them."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    _AT_ONCE = os.O_BINARY
else:
    import fcntl

    _AT_ONCE = os.O_NONBLOCK | os.O_NOCTTY

# Errors of a file system that cannot flush folders, or of a folder that may be written but not read.
_NO_FLUSH = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EACCES})


def require_regular(mode: int) -> None:
    """Refuse what is not a regular file, such as a folder, a device or a pipe.

    Raises
    ------
    OSError
        When the mode, as ``stat`` gives it, is that of something else.

    Examples
    --------
    >>> require_regular(Path(__file__).stat().st_mode)
    """
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is not a regular file")


def open_regular(path: Path, flags: int = os.O_RDONLY) -> int:
    """Open a regular file or a link to one; everything else is refused before it is opened.

    Opening a FIFO would wait for its other end, and opening a device may set it in motion.

    Raises
    ------
    OSError
        When the path leads to something else, or cannot be opened.

    Examples
    --------
    >>> handle = open_regular(Path(__file__))
    >>> os.close(handle)
    """
    try:
        require_regular(path.stat().st_mode)
    except FileNotFoundError:
        if not flags & os.O_CREAT:
            raise
    handle = os.open(path, flags | _AT_ONCE, 0o666)
    try:
        require_regular(os.fstat(handle).st_mode)  # it may have been exchanged in between
    except OSError:
        os.close(handle)
        raise
    return handle


def take_lock(handle: int) -> bool:
    """Take the lock of an open file without waiting, and tell whether it was free.

    It is given back when the file is closed, also by a process that is killed. Two handles exclude each other
    within one process too.

    Raises
    ------
    OSError
        When the file system has no locks.

    Examples
    --------
    >>> one, other = open_regular(Path(__file__)), open_regular(Path(__file__))
    >>> take_lock(one), take_lock(other)
    (True, False)
    >>> os.close(one)
    >>> take_lock(other)
    True
    >>> os.close(other)
    """
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def write_all(handle: int, content: bytes) -> None:
    """Write all of some content to an open file, and flush it to disk.

    Raises
    ------
    OSError
        When it cannot be written.
    """
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]
    os.fsync(handle)


def flush_names(folders: Iterable[Path]) -> None:
    """Store the names in folders on disk, where the file system can.

    Raises
    ------
    OSError
        When it fails.
    """
    if sys.platform == "win32":
        return
    for folder in folders:
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as cause:
            if cause.errno not in _NO_FLUSH:
                raise
