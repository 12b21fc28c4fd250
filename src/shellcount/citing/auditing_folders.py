"""Audit a folder that a command wrote: tell which of its files belong to one run."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from shellcount.errors import DocumentError
from shellcount.files.handles import open_regular
from shellcount.files.manifest import NAME, Entry, Manifest, read_manifest
from shellcount.files.reading import io_errors_as
from shellcount.frozen import frozen
from shellcount.limits import require_within
from shellcount.text import one_line
from shellcount.wording.tables import Table

type Verdict = Literal["same", "changed", "missing", "earlier", "unlisted"]

_CHUNK = 2**20
_MOST_NAMED = 5
_FAILED = frozenset({"changed", "missing", "earlier"})


@frozen
class FileResult:
    """Verdict on one file of a folder.

    Parameters
    ----------
    name
        Name of the file.
    verdict
        ``same`` as the run wrote it; ``changed`` since, or written by another run; ``missing``; left
        by an ``earlier`` run; ``unlisted`` where no manifest lists it.
    """

    name: str
    verdict: Verdict


@frozen
class FolderAudit:
    """Audit of a folder: a verdict on each of its files.

    Parameters
    ----------
    results
        The verdicts: first on the files that a manifest lists, in its order.
    """

    results: tuple[FileResult, ...]

    @property
    def passed(self) -> bool:
        """True if all files that the manifests list are as their run wrote them."""
        return not any(result.verdict in _FAILED for result in self.results)

    @property
    def sentence(self) -> str:
        """Verdict in a sentence."""
        if self.passed:
            count = sum(result.verdict == "same" for result in self.results)
            return (
                "The file is as it was written."
                if count == 1
                else f"All {count} files are as one run wrote them."
            )
        names = [one_line(result.name, 60) for result in self.results if result.verdict in _FAILED]
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        named = f"{', '.join(names[:_MOST_NAMED])}{more}"
        return f"Not of one run: {named}. Write the folder again before you pass it on."

    def table(self) -> Table:
        """Tabulate the verdicts."""
        rows = tuple((one_line(result.name), result.verdict) for result in self.results)
        return Table("", ("file", "verdict"), rows)


def audit_folder(folder: str | Path) -> FolderAudit:
    """Compare the files of a folder with the manifests that were written beside them.

    Parameters
    ----------
    folder
        A folder written by the commands ``report`` or ``calibrate``.

    Raises
    ------
    DocumentError
        When it cannot be read, or has no manifest.
    LimitError
        When its files are larger than the limit ``folder``.

    Examples
    --------
    >>> import tempfile
    >>> from shellcount.files.writing import write_files
    >>> with tempfile.TemporaryDirectory() as name:
    ...     paths = write_files(Path(name), {"a.txt": b"a", "b.txt": b"b"}, manifest="manifest.json")
    ...     size = paths[0].write_bytes(b"c")
    ...     [(result.name, result.verdict) for result in audit_folder(name).results]
    [('a.txt', 'changed'), ('b.txt', 'same')]
    """
    place = Path(folder)
    shown = one_line(str(place))
    with io_errors_as(lambda reason: DocumentError(f"{shown} cannot be read: {reason}")):
        names = sorted(path.name for path in place.iterdir() if not path.is_dir())
        manifests = {
            name: manifest
            for name in names
            if (name == NAME or name.endswith(f".{NAME}")) and (manifest := _read(place / name)) is not None
        }
    if not manifests:
        raise DocumentError(
            f"{shown} has no {NAME}: no run finished writing several files into it; write it again"
        )
    return FolderAudit(tuple(_results(place, names, manifests)))


def _read(path: Path) -> Manifest | None:
    try:
        return read_manifest(path)
    except OSError:
        return None


def _results(place: Path, names: list[str], manifests: dict[str, Manifest]) -> Iterator[FileResult]:
    present, listed = frozenset(names), set(manifests)
    for manifest in manifests.values():
        size = sum(entry.size for name, entry in manifest.files.items() if name in present)
        require_within("folder", size, f"to audit {one_line(str(place))}")
        for name, entry in manifest.files.items():
            yield FileResult(name, "missing" if name not in present else _verdict(place / name, entry))
        earlier = [name for name in manifest.earlier if name in present]
        yield from (FileResult(name, "earlier") for name in earlier)
        listed.update(manifest.files, earlier)
    yield from (FileResult(name, "unlisted") for name in names if name not in listed)


def _verdict(path: Path, entry: Entry) -> Verdict:
    """Compare a file with its entry; one of another size is not read."""
    try:
        handle = open_regular(path)
    except OSError:
        return "changed"
    digest = hashlib.sha256()
    with os.fdopen(handle, "rb") as file:
        if os.fstat(handle).st_size != entry.size:
            return "changed"
        rest = entry.size
        while rest and (chunk := file.read(min(rest, _CHUNK))):
            digest.update(chunk)
            rest -= len(chunk)
    return "same" if f"sha256:{digest.hexdigest()}" == entry.digest else "changed"
