"""Read regular files of limited size without waiting for another program, and report I/O errors."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from shellcount.errors import ShellcountError
from shellcount.files.handles import open_regular

_CHUNK = 2**20


@contextlib.contextmanager
def io_errors_as(error: Callable[[str], ShellcountError]) -> Iterator[None]:
    """Turn I/O errors, and that of a NUL byte in a path, into an error of shellcount.

    Parameters
    ----------
    error
        Builds the error from its reason.

    Examples
    --------
    >>> from shellcount.errors import OutputError
    >>> with io_errors_as(lambda reason: OutputError(f"missing.npz cannot be read: {reason}")):
    ...     Path("missing.npz").read_bytes()
    Traceback (most recent call last):
    ...
    shellcount.errors.OutputError: missing.npz cannot be read: No such file or directory
    """
    try:
        yield
    except OSError as cause:
        raise error(cause.strerror or str(cause)) from None
    except ValueError as cause:  # a NUL byte in the name
        raise error(str(cause)) from None


def read_regular(path: str | Path, most: float, beyond: Callable[[int], object] | None = None) -> bytes:
    """Read a regular file of limited size; refuse pipes, devices and sockets without waiting for them.

    Parameters
    ----------
    path
        The file. A symbolic link is followed.
    most
        Largest size in bytes that is read.
    beyond
        Called with the size of a larger file; it may raise an error that says more than this function's.

    Raises
    ------
    OSError
        When it cannot be read, is not a regular file, or is larger.
    ValueError
        When the path contains a NUL byte.

    Examples
    --------
    >>> read_regular(os.devnull, 100)
    Traceback (most recent call last):
    ...
    OSError: [Errno 22] it is not a regular file
    """
    with os.fdopen(open_regular(Path(path)), "rb") as file:
        size = os.fstat(file.fileno()).st_size
        content = b"" if size > most else file.read(size + 1)
        if len(content) > size:  # some files declare no size, or grow while they are read
            more = bytearray(content)
            while len(more) <= most and (chunk := file.read(_CHUNK)):
                more += chunk
            content, size = bytes(more), len(more)
    if size > most:
        if beyond is not None:
            beyond(size)
        raise OSError(errno.EFBIG, f"it is larger than {most / 1e6:,.3g} MB")
    return content


def read_start(path: str | Path, size: int) -> bytes:
    """Read the first bytes of a regular file, or raise the errors of :func:`read_regular`."""
    with os.fdopen(open_regular(Path(path)), "rb") as file:
        return file.read(size)
