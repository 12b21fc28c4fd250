"""Keep a journal: one JSON line per finished task, so that interrupted work resumes."""

from __future__ import annotations

import contextlib
import os
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import TypeAdapter, ValidationError

from shellcount.digest import Json, canonical_json
from shellcount.errors import OutputError
from shellcount.files.handles import open_regular, take_lock, write_all
from shellcount.files.reading import io_errors_as
from shellcount.limits import require_within
from shellcount.text import one_line


class Journal[K, R]:
    """Journal, a file of JSON lines: a description of the work, then one line per finished task.

    A journal is locked until it is closed, so that two runs cannot write into one file.

    Parameters
    ----------
    path
        The file; created if missing.
    work
        Description of the work: everything that decides its results.
    line
        Type of a line: the key of a task, and its result. Lines that are not of it are refused.

    Raises
    ------
    OutputError
        When the file cannot be used, is used by another run, or belongs to other work.
    LimitError
        When it is larger than the limit ``journal``.

    Examples
    --------
    >>> import tempfile
    >>> line = TypeAdapter(tuple[int, float])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with Journal(Path(folder) / "work.jsonl", {"seed": 1}, line) as journal:
    ...         journal.append({0: 0.5})
    ...     with Journal(Path(folder) / "work.jsonl", {"seed": 1}, line) as journal:
    ...         journal.finished
    {0: 0.5}
    """

    def __init__(self, path: Path, work: Json, line: TypeAdapter[tuple[K, R]]) -> None:
        self._path = path
        self._line = line
        self.finished: dict[K, R] = {}
        with self._writing(), contextlib.ExitStack() as undo:
            self._handle = open_regular(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
            self._end = weakref.finalize(self, os.close, self._handle)
            undo.callback(self.close)
            self._begin(work)
            undo.pop_all()

    def __enter__(self) -> Self:
        """Use the journal in a ``with`` block, which closes it at its end."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the journal."""
        self.close()

    def close(self) -> None:
        """Leave the file to other runs."""
        self._end()
        self._handle = -1  # the system gives the number to the next file that is opened

    def _writing(self) -> contextlib.AbstractContextManager[None]:
        return io_errors_as(lambda reason: self._error(f"cannot be written: {reason}"))

    def _error(self, what: str) -> OutputError:
        return OutputError(f"{one_line(str(self._path))} {what}")

    def _begin(self, work: Json) -> None:
        """Take the lock, read what is finished, and drop a line that was not."""
        with contextlib.suppress(OSError):  # a file system without locks
            if not take_lock(self._handle):
                raise self._error("is in use by another run; wait until that ends, or name another folder")
        size = os.fstat(self._handle).st_size
        require_within("journal", size, f"to read {one_line(str(self._path))}")
        with os.fdopen(os.dup(self._handle), "rb") as file:
            content = file.read()
        whole = content[: content.rfind(b"\n") + 1]  # a line cut short was not finished
        head = canonical_json(work)
        if whole or not head.startswith(content):
            self._read(whole, head)
            if whole != content:
                os.ftruncate(self._handle, len(whole))
        else:
            os.ftruncate(self._handle, 0)
            write_all(self._handle, head + b"\n")

    def _read(self, content: bytes, work: bytes) -> None:
        head, *lines = content.splitlines() or [b""]
        if head != work:
            raise self._error("is the journal of other work, or of another version; name another folder")
        try:
            for line in lines:
                key, result = self._line.validate_json(line, strict=True)
                self.finished[key] = result
        except ValidationError:
            raise self._error("has been changed since it was written; remove it, or name another") from None

    def append(self, results: Mapping[K, R]) -> None:
        """Append finished tasks, and flush them to disk.

        Raises
        ------
        OutputError
            When they cannot be written; earlier ones are kept.
        """
        with self._writing(), contextlib.ExitStack() as undo:
            before = os.fstat(self._handle)
            if not before.st_nlink:
                raise self._error("has been removed while it was in use")
            # Otherwise the next line would continue one that was written in part.
            undo.callback(os.ftruncate, self._handle, before.st_size)
            write_all(self._handle, b"".join(map(self._written, results.items())))
            undo.pop_all()
        self.finished.update(results)

    def _written(self, finished: tuple[K, R]) -> bytes:
        return canonical_json(self._line.dump_python(finished, mode="json")) + b"\n"
