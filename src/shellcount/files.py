"""Read regular files, write files so that a failure leaves nothing half written, and report I/O errors."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from platformdirs import user_cache_path

from shellcount.errors import OutputError, ShellcountError
from shellcount.text import one_line

CACHE_VARIABLE = "SHELLCOUNT_CACHE"
_PREFIX = ".shellcount-"
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


def _writing(path: Path) -> contextlib.AbstractContextManager[None]:
    return io_errors_as(lambda reason: OutputError(f"{_shown(path)} cannot be written: {reason}"))


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
    with _regular(path) as file:
        content = bytearray()
        size = os.fstat(file.fileno()).st_size  # some files declare none, or grow while they are read
        while size <= most and (chunk := file.read(_CHUNK)):
            content += chunk
            size = max(size, len(content))
    if size > most:
        if beyond is not None:
            beyond(size)
        raise OSError(errno.EFBIG, f"it is larger than {most / 1e6:,.3g} MB")
    return bytes(content)


def read_start(path: str | Path, size: int) -> bytes:
    """Read the first bytes of a regular file, or raise the errors of :func:`read_regular`."""
    with _regular(path) as file:
        return file.read(size)


@contextlib.contextmanager
def _regular(path: str | Path) -> Iterator[BinaryIO]:
    """Open a regular file, without waiting where it is none."""
    _require_regular(Path(path).stat())  # opening a device may already do something
    with open(path, "rb", opener=_open_without_waiting) as file:
        _require_regular(os.fstat(file.fileno()))  # it may be another file by now
        yield file


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def _require_regular(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")


def cache_folder() -> Path:
    """Create the folder for compiled code, which the environment variable SHELLCOUNT_CACHE may name.

    Raises
    ------
    OutputError
        When it cannot be made.
    """
    override = os.environ.get(CACHE_VARIABLE)
    folder = Path(override) if override else user_cache_path("shellcount")

    def error(reason: str) -> OutputError:
        return OutputError(
            f"the cache folder {_shown(folder)} cannot be made ({reason}); name another with {CACHE_VARIABLE}"
        )

    with io_errors_as(error):
        folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def write_files(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write files into a folder: all of them or none.

    Each is written in full under a temporary name in the folder; they are renamed only when all
    are on disk. The folder is created if its parent exists.

    Parameters
    ----------
    folder
        Where to write.
    contents
        Bytes by file name.

    Returns
    -------
    list
        The paths written, in the order given.

    Raises
    ------
    OutputError
        When anything could not be written; existing files then stay unchanged.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as name:
    ...     [path.name for path in write_files(Path(name), {"a.txt": b"text"})]
    ['a.txt']
    """
    with _writing(folder), contextlib.ExitStack() as undo:
        if not folder.is_dir():
            folder.mkdir()
            undo.callback(folder.rmdir)
        renames = [(_written(folder, content, undo), folder / name) for name, content in contents.items()]
        for temporary, place in renames:
            _take_place(temporary, place, undo)
        undo.pop_all()
    for temporary, _ in renames:
        _spare(temporary).unlink(missing_ok=True)
    return [place for _, place in renames]


def write_new_file(path: Path, content: bytes) -> Path:
    """Write a file, unless it exists.

    Raises
    ------
    OutputError
        When it already exists, which leaves it unchanged, or cannot be written.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as name:
    ...     write_new_file(Path(name, "a.txt"), b"text").name
    'a.txt'
    """
    with _writing(path), contextlib.ExitStack() as undo:
        try:
            file = path.open("xb")
        except FileExistsError:
            raise OutputError(f"{_shown(path)} already exists, not overwritten") from None
        undo.callback(path.unlink)
        undo.enter_context(file)  # closed before it is unlinked
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        file.close()
        undo.pop_all()
    return path


def make_folder(name: str | Path) -> Path:
    """Create a folder, unless it exists, in an existing parent folder.

    Raises
    ------
    OutputError
        When it cannot be made.
    """
    folder = Path(name)
    with _writing(folder):
        folder.mkdir(exist_ok=True)
    return folder


def _written(folder: Path, content: bytes, undo: contextlib.ExitStack) -> Path:
    """Write content to a temporary file, and flush it to disk."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=_PREFIX)
    temporary = Path(name)
    undo.callback(temporary.unlink, missing_ok=True)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.chmod(0o666 & ~_umask())
    return temporary


def _take_place(temporary: Path, place: Path, undo: contextlib.ExitStack) -> None:
    """Rename a temporary file to its final path; keep a backup until all files are renamed."""
    if place.is_dir():
        raise OutputError(f"{_shown(place)} cannot be written: it is a directory")
    if place.exists():
        spare = _spare(temporary)
        shutil.copy2(place, spare)
        undo.callback(spare.unlink, missing_ok=True)
        undo.callback(spare.replace, place)
    else:
        undo.callback(place.unlink, missing_ok=True)
    temporary.replace(place)


def _spare(temporary: Path) -> Path:
    """Name the backup of the file that a temporary file replaces."""
    return temporary.with_name(temporary.name + ".old")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _shown(path: Path) -> str:
    return one_line(str(path))
