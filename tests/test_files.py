"""A set of files is written in full or not at all, and what stood there before survives a failure."""

from __future__ import annotations

import errno
import os
import resource
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from shellcount.errors import OutputError
from shellcount.files import read_regular, write_files

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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files of an earlier run, and one of somebody else's."""
    return filled(tmp_path / "out")


def refusing(number: int, *, at: int = 1, then: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose call number ``at`` fails with an error of the system."""
    calls = iter(range(1, 1000))

    def call(*args: Any, **kwargs: Any) -> Any:
        if next(calls) == at:
            raise OSError(number, os.strerror(number))
        return then(*args, **kwargs)

    return call


# --- when all is well --------------------------------------------------------------------


def test_files_are_written_in_the_order_given(tmp_path: Path) -> None:
    paths = write_files(tmp_path, {"z": b"1", "a": b"2"})
    assert paths == [tmp_path / "z", tmp_path / "a"]
    assert held(tmp_path) == {"z": b"1", "a": b"2"}


def test_files_that_were_there_are_replaced_and_others_left(folder: Path) -> None:
    write_files(folder, NEW)
    assert held(folder) == OLD | NEW


def test_the_folder_is_made(tmp_path: Path) -> None:
    write_files(tmp_path / "new", NEW)
    assert held(tmp_path / "new") == NEW


def test_whoever_reads_an_old_file_reads_it_to_its_end(folder: Path) -> None:
    with (folder / "a.txt").open("rb") as reader:
        write_files(folder, NEW)
        assert reader.read() == OLD["a.txt"]


def test_a_link_to_a_folder_is_a_folder(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    write_files(tmp_path / "link", NEW)
    assert held(folder) == OLD | NEW


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_permissions_follow_the_umask(mask: int, mode: int, tmp_path: Path) -> None:
    before = os.umask(mask)
    try:
        (path,) = write_files(tmp_path, {"a.txt": b""})
        after = os.umask(mask)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert after == mask


# --- when writing fails ------------------------------------------------------------------


@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize(
    ("call", "code"), [("fsync", errno.ENOSPC), ("replace", errno.EBUSY)], ids=["full disk", "busy target"]
)
def test_a_step_that_fails_leaves_everything_as_it_was(
    call: str, code: int, at: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, call, refusing(code, at=at, then=getattr(os, call)))
    with pytest.raises(OutputError, match=rf"out cannot be written: {os.strerror(code)}$"):
        write_files(folder, NEW)
    assert held(folder) == OLD


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_folder_made_for_the_purpose_goes_again(
    at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", refusing(errno.ENOSPC, at=at, then=os.fsync))
    with pytest.raises(OutputError):
        write_files(tmp_path / "new", NEW)
    assert held(tmp_path) == {}


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let the system itself refuse to write files of more than so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_the_system_refuses_to_write_leaves_everything_as_it_was(folder: Path) -> None:
    with (
        pytest.raises(OutputError, match=r"out cannot be written: File too large$"),
        files_of_at_most(10_000),
    ):
        write_files(folder, {"a.txt": b"x" * 10_000, "b.txt": b"x" * 10_001})
    assert held(folder) == OLD


def test_a_folder_that_is_read_only_is_left_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "open", refusing(errno.EROFS, then=os.open))
    with pytest.raises(OutputError, match=r"out cannot be written: Read-only file system$"):
        write_files(folder, NEW)
    assert held(folder) == OLD


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="no file system that takes no files")
def test_a_file_system_that_takes_no_files_is_said_to_take_none() -> None:
    with pytest.raises(OutputError, match=r"^/proc/self/fd cannot be written: "):
        write_files(Path("/proc/self/fd"), NEW)


def test_a_parent_folder_that_is_missing_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"no/such cannot be written: No such file or directory$"):
        write_files(tmp_path / "no" / "such", NEW)
    assert held(tmp_path) == {}


def test_a_parent_folder_that_may_not_be_written_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "mkdir", refusing(errno.EACCES, then=os.mkdir))
    with pytest.raises(OutputError, match=r"new cannot be written: Permission denied$"):
        write_files(tmp_path / "new", NEW)
    assert held(tmp_path) == {}


def test_a_parent_folder_that_may_not_be_searched_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    with monkeypatch.context() as locked:
        for name in ("lstat", "mkdir", "stat"):
            locked.setattr(os, name, refuse)
        with pytest.raises(OutputError, match=r"new cannot be written: Permission denied$"):
            write_files(tmp_path / "new", NEW)
    assert held(tmp_path) == {}


def test_a_folder_that_is_a_file_stays_one(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"a file")
    with pytest.raises(OutputError, match=r"out cannot be written: File exists$"):
        write_files(tmp_path / "out", NEW)
    assert held(tmp_path) == {"out": b"a file"}


def test_a_link_that_leads_nowhere_stays_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputError, match=r"link cannot be written: File exists$"):
        write_files(tmp_path / "link", NEW)
    assert [path.name for path in tmp_path.iterdir()] == ["link"]


@pytest.mark.parametrize("name", NEW)
def test_a_directory_in_the_place_of_a_file_leaves_everything_as_it_was(name: str, folder: Path) -> None:
    (folder / name).unlink(missing_ok=True)
    (folder / name).mkdir()
    before = {path.name for path in folder.iterdir()}
    with pytest.raises(OutputError, match=rf"out/{name} cannot be written: it is a directory$"):
        write_files(folder, NEW)
    assert {path.name for path in folder.iterdir()} == before
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == {
        other: content for other, content in OLD.items() if other != name
    }


def test_an_interruption_leaves_everything_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_files(folder, NEW)
    assert held(folder) == OLD


@pytest.mark.parametrize("name", ["a" * 300, "a\0b"], ids=["endless", "with NUL"])
def test_a_name_that_no_folder_can_have_is_said_so(name: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written: "):
        write_files(tmp_path / name, NEW)
    assert held(tmp_path) == {}


def test_a_message_cannot_steer_the_terminal(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as refused:
        write_files(tmp_path / "no\x1b[2J" / "a\u202eb", NEW)
    assert r"no\x1b[2J/a\u202eb cannot be written" in str(refused.value)
    assert str(refused.value).isprintable()


# --- what is read ------------------------------------------------------------------------


@pytest.fixture
def descriptors(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are opened from now on."""
    opened: list[str] = []
    real = os.open

    def count(path: Any, *arguments: Any, **named: Any) -> int:
        opened.append(os.fspath(path))
        return real(path, *arguments, **named)

    monkeypatch.setattr(os, "open", count)
    return opened


@pytest.mark.parametrize("size", [0, 1, 2**20, 2**20 + 1, 3 * 2**20])
def test_a_file_of_the_largest_size_is_read_whole(size: int, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(os.urandom(size))
    assert read_regular(path, size) == path.read_bytes()
    (tmp_path / "link").symlink_to(path)
    assert read_regular(str(tmp_path / "link"), size) == path.read_bytes()


def test_a_larger_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with path.open("wb") as file:
        file.truncate(2**40)  # which takes no place on the disk
    with pytest.raises(OSError, match="it is larger than 1 MB"):
        read_regular(path, 1e6)
    sizes: list[int] = []
    with pytest.raises(OSError, match="it is larger"):
        read_regular(path, 1e6, sizes.append)
    assert sizes == [2**40]


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="no file that declares no size")
def test_a_file_that_declares_no_size_is_read_up_to_the_limit() -> None:
    assert read_regular("/proc/self/status", 1e6).startswith(b"Name:")
    with pytest.raises(OSError, match="it is larger than 1e-06 MB"):
        read_regular("/proc/self/status", 1)


def test_what_is_no_regular_file_is_not_even_opened(tmp_path: Path, descriptors: list[str]) -> None:
    os.mkfifo(tmp_path / "pipe")  # to open it would wait for a writer
    (tmp_path / "link").symlink_to("/dev/zero")
    for path in (tmp_path / "pipe", tmp_path / "link", Path(os.devnull)):
        with pytest.raises(OSError, match="it is not a regular file"):
            read_regular(path, 100)
    with pytest.raises(IsADirectoryError):
        read_regular(tmp_path, 100)
    assert descriptors == []


def test_a_pipe_that_takes_the_place_of_a_file_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"text")
    before = path.stat()
    path.unlink()
    os.mkfifo(path)
    monkeypatch.setattr(os, "stat", lambda *_, **__: before)
    with pytest.raises(OSError, match="it is not a regular file"):
        read_regular(path, 100)
