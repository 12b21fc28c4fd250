"""Folders of files for tests, and systems that refuse to write."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

OLD = {"a.txt": b"old a", "b.txt": b"old b", "other.txt": b"not ours"}
NEW = {"a.txt": b"new a", "b.txt": b"new b", "c.txt": b"new c"}


def held(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def filled(folder: Path) -> Path:
    folder.mkdir()
    for name, content in OLD.items():
        (folder / name).write_bytes(content)
    return folder


def refusing(number: int, *, at: int = 1, then: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose call number ``at`` fails with an error of the system."""
    calls = iter(range(1, 1000))

    def call(*args: Any, **kwargs: Any) -> Any:
        if next(calls) == at:
            raise OSError(number, os.strerror(number))
        return then(*args, **kwargs)

    return call


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let the system itself refuse to write files of more than so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def temporary(folder: Path) -> list[str]:
    """Names of the temporary files in a folder."""
    return sorted(path.name for path in folder.iterdir() if path.name.startswith(".shellcount-"))
