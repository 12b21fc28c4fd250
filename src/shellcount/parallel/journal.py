"""Keep a checkpoint file: one JSON line per finished task, so that interrupted work resumes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from shellcount.digest import Json, canonical_json
from shellcount.errors import OutputError
from shellcount.files import io_errors_as
from shellcount.text import one_line


class Journal:
    """Checkpoint file of JSON lines: a description of the work, then one line per finished task.

    Parameters
    ----------
    path
        The file; created if missing.
    work
        Description of the work: everything that decides its results.

    Raises
    ------
    OutputError
        When the file cannot be used, or belongs to other work.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Journal(Path(folder) / "work.jsonl", {"seed": 1}).append({0: [0.5]})
    ...     Journal(Path(folder) / "work.jsonl", {"seed": 1}).finished
    {0: [0.5]}
    """

    def __init__(self, path: Path, work: Json) -> None:
        self._path = path
        self.finished: dict[int, Json] = {}
        with self._writing():
            content = path.read_bytes() if path.exists() else b""
            whole = content[: content.rfind(b"\n") + 1]  # a line cut short was not finished
            if whole or not canonical_json(work).startswith(content):
                self._read(whole, work)
                if whole != content:
                    os.truncate(path, len(whole))
            else:
                path.write_bytes(canonical_json(work) + b"\n")

    def _writing(self) -> AbstractContextManager[None]:
        return io_errors_as(lambda reason: self._error(f"cannot be written: {reason}"))

    def _error(self, what: str) -> OutputError:
        return OutputError(f"{one_line(str(self._path))} {what}")

    def _read(self, content: bytes, work: Json) -> None:
        head, *lines = content.splitlines() or [b""]
        if head != canonical_json(work):
            raise self._error("is the journal of other work, or of another version; name another folder")
        try:
            for line in lines:
                piece, result = json.loads(line)
                self.finished[int(piece)] = result
        except (ValueError, TypeError):
            raise self._error("has been changed since it was written; remove it, or name another") from None

    def append(self, pieces: Mapping[int, Json]) -> None:
        """Append finished tasks, and flush them to disk.

        Raises
        ------
        OutputError
            When they cannot be written; earlier ones are kept.
        """
        with self._writing():
            before = self._path.stat().st_size
            try:
                with self._path.open("ab") as file:
                    file.writelines(_lines(pieces.items()))
                    file.flush()
                    os.fsync(file.fileno())
            except OSError:
                os.truncate(self._path, before)  # otherwise the next line would continue this one
                raise
        self.finished.update(pieces)


def _lines(pieces: Iterable[tuple[int, Json]]) -> list[bytes]:
    return [canonical_json([piece, result]) + b"\n" for piece, result in pieces]
