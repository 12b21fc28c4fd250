"""Writing results so that a failure leaves nothing half written."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from shellcount.errors import OutputError
from shellcount.text import one_line


def write_files(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write files into a folder, all of them or none.

    Each is written in full under a temporary name beside its place; only when all are on the
    disk are they renamed. The folder is made if its parent is there.

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
        When anything could not be written; files that were there before are as they were.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as name:
    ...     [path.name for path in write_files(Path(name), {"a.txt": b"text"})]
    ['a.txt']
    """
    made = not folder.exists()
    waiting: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(exist_ok=True)
        for name, content in contents.items():
            place = folder / name
            if place.is_dir():
                raise OutputError(f"{_shown(place)} cannot be written: it is a directory")
            waiting.append((_written(folder, content), place))
        for temporary, place in waiting:
            temporary.replace(place)
    except OSError as error:
        raise OutputError(f"{_shown(folder)} cannot be written: {error.strerror or error}") from None
    finally:
        for temporary, _ in waiting:
            temporary.unlink(missing_ok=True)
        if made:
            with contextlib.suppress(OSError):  # it holds the results, unless writing failed
                folder.rmdir()
    return [place for _, place in waiting]


def _written(folder: Path, content: bytes) -> Path:
    """Write content to a temporary file, and see it to the disk."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=".shellcount-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _shown(path: Path) -> str:
    return one_line(str(path))
