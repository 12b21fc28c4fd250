"""List the files of one run with their digests, so that a reader can tell which belong together."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from shellcount.digest import Json
from shellcount.files.handles import open_regular
from shellcount.files.strict_json import parse_json
from shellcount.frozen import frozen

NAME = "manifest.json"
LARGEST = 1_000_000  # bytes of a manifest
_FORMAT = "shellcount/manifest/1"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@frozen
class Entry:
    """Size and digest of a file.

    Parameters
    ----------
    size
        Number of bytes.
    digest
        SHA-256 of the bytes, as ``sha256:`` and 64 hex digits.
    """

    size: int
    digest: str


@frozen
class Manifest:
    """List of the files that one run wrote into a folder.

    Parameters
    ----------
    files
        Size and digest of each, by name.
    earlier
        Names of files that an earlier run wrote and this one did not, and which were still there.
    """

    files: Mapping[str, Entry]
    earlier: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """Write the manifest as JSON."""
        document = {
            "format": _FORMAT,
            "files": {
                name: {"size": entry.size, "digest": entry.digest} for name, entry in self.files.items()
            },
            "earlier": sorted(self.earlier),
        }
        return json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"


def list_files(contents: Mapping[str, bytes], earlier: Iterable[str] = ()) -> Manifest:
    """List files by their contents.

    Examples
    --------
    >>> list_files({"a.txt": b"text"}).files["a.txt"].size
    4
    """
    return Manifest({name: entry_of(content) for name, content in contents.items()}, tuple(earlier))


def entry_of(content: bytes) -> Entry:
    """Measure the content of a file."""
    return Entry(len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")


def parse_manifest(content: bytes) -> Manifest | None:
    """Parse a manifest; give ``None`` where the content is something else.

    Examples
    --------
    >>> manifest = list_files({"a.txt": b"text"})
    >>> parse_manifest(manifest.to_bytes()) == manifest, parse_manifest(b"[]")
    (True, None)
    """
    try:
        return _parsed(parse_json(content))
    except ValueError:
        return None


def read_manifest(path: Path) -> Manifest | None:
    """Read a manifest; give ``None`` where something else stands.

    Raises
    ------
    OSError
        When nothing stands there, or it cannot be read.
    """
    try:
        handle = open_regular(path)
    except OSError as cause:
        if cause.errno in {errno.EISDIR, errno.EINVAL}:  # no regular file
            return None
        raise
    with os.fdopen(handle, "rb") as file:
        content = file.read(LARGEST + 1)
    return parse_manifest(content) if len(content) <= LARGEST else None


def _parsed(document: Json) -> Manifest | None:
    match document:
        case {"format": str(written), "files": dict(files), "earlier": list(earlier), **rest}:
            entries = {name: entry for name, value in files.items() if (entry := _entry(value)) is not None}
            names = [name for name in earlier if isinstance(name, str)]
            plain = all(is_plain(name) for name in (*entries, *names))
            whole = (len(entries), len(names), rest) == (len(files), len(earlier), {})
            return Manifest(entries, tuple(names)) if written == _FORMAT and plain and whole else None
    return None


def _entry(value: Json) -> Entry | None:
    match value:
        case {"size": int(size), "digest": str(digest), **rest}:
            valid = not isinstance(size, bool) and size >= 0 and not rest
            return Entry(size, digest) if valid and _DIGEST.fullmatch(digest) else None
    return None


def is_plain(name: str) -> bool:
    r"""Tell whether a name is that of a file in the folder itself.

    Examples
    --------
    >>> is_plain("report.md"), is_plain("../report.md"), is_plain("C:\\report.md")
    (True, False, False)
    """
    return name not in {"", ".", ".."} and not re.search(r"[/\\:\0]", name)
