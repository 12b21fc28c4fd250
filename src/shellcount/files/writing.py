"""Write files so that a failure leaves nothing half written."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from shellcount.errors import OutputError
from shellcount.files.handles import flush_names, require_regular
from shellcount.files.manifest import list_files, read_manifest
from shellcount.files.reading import io_errors_as
from shellcount.files.workspace import Workspace, workspace
from shellcount.frozen import frozen
from shellcount.text import one_line

_Undo = contextlib.ExitStack


def _writing(path: Path) -> contextlib.AbstractContextManager[None]:
    return io_errors_as(lambda reason: OutputError(f"{_shown(path)} cannot be written: {reason}"))


def require_writable(folder: Path, names: Iterable[str] = (), *, manifest: str | None = None) -> None:
    """Refuse a folder into which files cannot be written, before the work whose results they are to hold.

    A file, or the folder, is made and removed again, since no other question has a reliable answer.

    Parameters
    ----------
    folder
        Where files are to be written.
    names
        Names of the files, as far as they are known.
    manifest
        Name of their manifest, as in :func:`write_files`.

    Raises
    ------
    OutputError
        When the folder or one of the files cannot be written.

    Examples
    --------
    >>> require_writable(Path("no", "such", "folder"))
    Traceback (most recent call last):
    ...
    shellcount.errors.OutputError: no/such/folder cannot be written: No such file or directory
    """
    with _writing(folder), _Undo() as trial:
        _make(folder, trial)
        places = [_place(folder / name) for name in names]
        if manifest is not None and len(places) > 1:
            _earlier(folder, manifest)
            places.append(_place(folder / manifest))
        for parent in _parents(folder, places):
            trial.enter_context(workspace(parent))


def require_writable_file(path: Path) -> None:
    """Refuse a file that cannot be written, before the work whose result it is to hold.

    Raises
    ------
    OutputError
        When it cannot be written.

    Examples
    --------
    >>> require_writable_file(Path("/"))
    Traceback (most recent call last):
    ...
    shellcount.errors.OutputError: / cannot be written: it is a directory
    """
    require_writable(path.parent, [path.name])


def write_files(folder: Path, contents: Mapping[str, bytes], *, manifest: str | None = None) -> list[Path]:
    """Write files into a folder: all of them or none.

    Each is written in full under a temporary name; they are renamed only when all are on disk. A file
    that is replaced keeps its permissions, and where a link stands the file that it leads to is replaced.
    The folder is created if its parent exists. What killed runs left behind is removed.

    Parameters
    ----------
    folder
        Where to write.
    contents
        Bytes by file name; a file in another folder, which must exist, by its absolute path.
    manifest
        Name of a file that lists the others with their digests, for several files that belong together. It
        is replaced last: after a kill between two renames, the files that it does not describe are of
        another run than the rest. A single file gets none, unless there is one that has to be kept true.

    Returns
    -------
    list
        The paths written, in the order given, the manifest last.

    Raises
    ------
    OutputError
        When anything could not be written; existing files then stay unchanged.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     [path.name for path in write_files(Path(name), {"a.txt": b"text"})]
    ['a.txt']
    """
    with _writing(folder), _Undo() as making, _Undo() as spaces, _Undo() as undo:
        _make(folder, making)
        if manifest is not None and (len(contents) > 1 or _is_listed(folder, manifest)):
            earlier = [name for name in _earlier(folder, manifest) if name not in contents]
            contents = {**contents, manifest: list_files(contents, earlier).to_bytes()}
        places = {name: _place(folder / name) for name in contents}
        rooms = {
            parent: spaces.enter_context(workspace(parent)) for parent in _parents(folder, places.values())
        }
        written = {
            name: rooms[place.path.parent].written(contents[name], place.before)
            for name, place in places.items()
        }
        # Those that replace others first: new ones beside old ones would look like part of their set.
        names = sorted(contents, key=lambda name: (name == manifest, places[name].before is None))
        for name in names:
            if name == manifest:
                flush_names(rooms)
            _take_place(rooms[places[name].path.parent], written[name], places[name], undo)
        flush_names(rooms)
        undo.pop_all()
        making.pop_all()
    return [folder / name for name in contents]


def write_new_file(path: Path, content: bytes) -> Path:
    """Write a file, unless it exists.

    Raises
    ------
    OutputError
        When it already exists, which leaves it unchanged, or cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     write_new_file(Path(name, "a.txt"), b"text").name
    'a.txt'
    """
    with _writing(path), workspace(path.parent) as room, _Undo() as undo:
        written = room.written(content)
        try:
            _claim(written, path)
        except FileExistsError:
            raise OutputError(f"{_shown(path)} already exists, not overwritten") from None
        undo.callback(path.unlink)
        written.replace(path)
        flush_names([path.parent])
        undo.pop_all()
    return path


def _claim(written: Path, path: Path) -> None:
    """Give a file a path, which must be free."""
    try:
        os.link(written, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))


def make_folder(name: str | Path) -> Path:
    """Create a folder, unless it exists, in an existing parent folder.

    Raises
    ------
    OutputError
        When it cannot be made.
    """
    folder = Path(name)
    with _writing(folder):
        _made(folder)
    return folder


@frozen
class _Place:
    """Place of a file to write: links followed, and what stands there, if anything."""

    path: Path
    before: os.stat_result | None


def _place(path: Path) -> _Place:
    try:
        before = path.stat()
        require_regular(before.st_mode)
    except FileNotFoundError:
        before = None
    except IsADirectoryError:
        raise OutputError(f"{_shown(path)} cannot be written: it is a directory") from None
    except OSError as cause:
        raise OutputError(f"{_shown(path)} cannot be written: {cause.strerror}") from None
    return _Place(Path(os.path.realpath(path)) if path.is_symlink() else path, before)


def _made(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except FileExistsError:  # a file, or a link that leads nowhere
        raise OutputError(f"{_shown(folder)} cannot be written: it is not a folder") from None


def _make(folder: Path, undo: _Undo) -> None:
    if not folder.is_dir():
        _made(folder)
        undo.callback(folder.rmdir)
        flush_names([folder.parent])


def _parents(folder: Path, places: Iterable[_Place]) -> list[Path]:
    """List the folders that are written into: those of the files that links lead to too."""
    return list(dict.fromkeys([folder, *(place.path.parent for place in places)]))


def _earlier(folder: Path, name: str) -> list[str]:
    """List the files in a folder that its manifest names; refuse to replace somebody else's file."""
    try:
        before = read_manifest(folder / name)
    except FileNotFoundError:
        return []
    if before is None:
        shown = _shown(folder / name)
        raise OutputError(
            f"{shown} was not written by shellcount, and would be replaced; name another folder"
        )
    return [other for other in (*before.files, *before.earlier) if (folder / other).exists()]


def _is_listed(folder: Path, name: str) -> bool:
    try:
        return read_manifest(folder / name) is not None
    except FileNotFoundError:
        return False


def _take_place(room: Workspace, temporary: Path, place: _Place, undo: _Undo) -> None:
    """Rename a temporary file to its final path; keep what stood there until all files are renamed."""
    if place.before is None:
        undo.callback(place.path.unlink, missing_ok=True)
    else:
        undo.callback(room.kept(place.path).replace, place.path)
    temporary.replace(place.path)


def _shown(path: Path) -> str:
    return one_line(str(path))
