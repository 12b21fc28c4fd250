"""Tell apart the files that results can be read from."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

type FileKind = Literal["case", "numbers", "draws"]

_HDF5 = b"\x89HDF\r\n\x1a\n"
_KINDS: dict[str, FileKind] = {".toml": "case", ".json": "numbers", ".nc": "draws"}


def file_kind(path: str | Path) -> FileKind:
    """Distinguish case files, numbers.json and saved posteriors by ending, or else by first bytes.

    Examples
    --------
    >>> file_kind("run.nc"), file_kind("mycase.toml"), file_kind("black-sea-grain-2022")
    ('draws', 'case', 'case')
    """
    kind = _KINDS.get(Path(path).suffix.lower())
    if kind is not None:
        return kind
    start = _first_bytes(Path(path))
    if start.lstrip()[:1] == b"{":
        return "numbers"
    return "draws" if start == _HDF5 else "case"


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(len(_HDF5))
    except (OSError, ValueError):  # reading it later reports why
        return b""
