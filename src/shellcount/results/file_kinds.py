"""Tell apart the files that results can be read from."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from shellcount.files.reading import read_start

type FileKind = Literal["case", "numbers", "draws"]

_KINDS: dict[str, FileKind] = {".toml": "case", ".json": "numbers", ".npz": "draws"}
_STARTS_OF_DRAWS = (b"PK\3\4", b"\x89HDF")  # the second of earlier versions: reading it says so


def file_kind(path: str | Path) -> FileKind:
    """Distinguish case files, numbers.json and saved posteriors by ending, or else by first bytes.

    Examples
    --------
    >>> file_kind("run.npz"), file_kind("mycase.toml"), file_kind("black-sea-grain-2022")
    ('draws', 'case', 'case')
    """
    kind = _KINDS.get(Path(path).suffix.lower())
    if kind is not None:
        return kind
    start = _first_bytes(Path(path))
    if start.lstrip()[:1] == b"{":
        return "numbers"
    return "draws" if start.startswith(_STARTS_OF_DRAWS) else "case"


def _first_bytes(path: Path) -> bytes:
    try:
        return read_start(path, 8)
    except (OSError, ValueError):  # reading it later reports why
        return b""
