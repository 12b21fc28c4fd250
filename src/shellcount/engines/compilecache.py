"""Check the folder where compiled code is kept between runs.

Machine code is loaded as it is, and a damaged file would crash the interpreter. Files are therefore
listed with their checksums when a compilation ends, and a file that is not listed, or has changed, is
removed before the next and compiled again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from shellcount.digest import Json

_LIST = "checksums.json"


@contextlib.contextmanager
def verified(folder: Path) -> Iterator[None]:
    """Remove unlisted or changed files from a folder of compiled code, and list its files at the end.

    Several processes may do so at once: a file that one removes of another's is only compiled again.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as name:
    ...     stray = Path(name) / "stray.nbc"
    ...     _ = stray.write_bytes(b"not as listed")
    ...     with verified(Path(name)):
    ...         stray.exists()
    False
    """
    listed = _listed(folder)
    for path in _files(folder):
        if listed.get(path.name) != _checksum(path):
            path.unlink(missing_ok=True)
    yield
    _write_list(folder)


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*")) if path.is_file() and path.name != _LIST]


def _checksum(path: Path) -> str | None:
    """Hash a file by SHA-256; ``None`` for one that another process has just removed."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def _listed(folder: Path) -> dict[str, Json]:
    """Read the checksums by file name; none when the list is missing or damaged."""
    try:
        listed = json.loads((folder / _LIST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return listed if isinstance(listed, dict) else {}


def _write_list(folder: Path) -> None:
    """Write the checksums of all files; if that fails, code is only compiled again."""
    checksums = {path.name: _checksum(path) for path in _files(folder)}
    with contextlib.suppress(OSError):
        handle, name = tempfile.mkstemp(dir=folder, prefix=".list-")
        try:
            with os.fdopen(handle, "w") as file:
                json.dump(checksums, file)
            Path(name).replace(folder / _LIST)
        except OSError:
            Path(name).unlink(missing_ok=True)
