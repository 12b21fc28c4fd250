"""A set of files is written in full or not at all, and what stood there before survives a failure."""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from shellcount.errors import OutputError
from shellcount.files import (
    read_regular,
    require_writable,
    require_writable_file,
    write_files,
    write_new_file,
)
from shellcount.manifest import Manifest, list_files, parse_manifest

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


# --- permissions and links ---------------------------------------------------------------


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o755, 0o666])
def test_a_file_that_is_replaced_keeps_its_permissions(
    mode: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.txt").chmod(mode)
    seen: set[int] = set()
    real = os.write

    def look(handle: int, content: bytes) -> int:
        seen.add(stat.S_IMODE(os.fstat(handle).st_mode))
        return real(handle, content)

    monkeypatch.setattr(os, "write", look)
    write_files(folder, {"a.txt": b"new a"})
    assert (folder / "a.txt").read_bytes() == b"new a"
    assert stat.S_IMODE((folder / "a.txt").stat().st_mode) == mode
    assert seen == {mode}  # at no time may more people read it


@pytest.mark.skipif(os.getuid() != 0, reason="only an administrator gives files away")
def test_an_administrator_leaves_a_file_to_its_owner(folder: Path) -> None:
    os.chown(folder / "a.txt", 12345, 54321)
    write_files(folder, NEW)
    status = (folder / "a.txt").stat()
    assert (status.st_uid, status.st_gid) == (12345, 54321)


def test_the_umask_is_never_changed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "umask", lambda _: pytest.fail("umask changed"))
    write_files(folder, NEW, manifest="manifest.json")
    write_new_file(folder / "new.txt", b"")


def test_a_file_behind_a_link_is_replaced_and_the_link_stays(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere" / "kept.txt"
    target.parent.mkdir()
    target.write_bytes(b"old")
    target.chmod(0o600)
    (folder / "a.txt").unlink()
    (folder / "a.txt").symlink_to(Path("..", "elsewhere", "once.txt"))
    (target.parent / "once.txt").symlink_to("kept.txt")
    write_files(folder, NEW)
    assert (folder / "a.txt").readlink() == Path("..", "elsewhere", "once.txt")
    assert (target.parent / "once.txt").readlink() == Path("kept.txt")
    assert held(target.parent) == {"kept.txt": NEW["a.txt"], "once.txt": NEW["a.txt"]}
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert held(folder) == OLD | NEW


def test_a_file_behind_a_link_that_leads_nowhere_is_made(folder: Path, tmp_path: Path) -> None:
    (folder / "c.txt").symlink_to(tmp_path / "made.txt")
    write_files(folder, NEW)
    assert (folder / "c.txt").is_symlink()
    assert (tmp_path / "made.txt").read_bytes() == NEW["c.txt"]


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_step_that_fails_leaves_a_file_behind_a_link(
    at: int, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kept.txt").write_bytes(b"kept")
    (folder / "a.txt").unlink()
    (folder / "a.txt").symlink_to(tmp_path / "kept.txt")
    monkeypatch.setattr(os, "replace", refusing(errno.EBUSY, at=at, then=os.replace))
    with pytest.raises(OutputError):
        write_files(folder, NEW)
    assert held(folder) == OLD | {"a.txt": b"kept"}
    assert {path.name for path in tmp_path.iterdir()} == {"kept.txt", "out"}


@pytest.mark.parametrize("kind", ["device", "pipe", "link to a device", "link to a pipe"])
@pytest.mark.parametrize("name", ["a.txt", "c.txt"])
def test_what_is_no_file_is_neither_opened_nor_replaced(
    kind: str, name: str, folder: Path, descriptors: list[str]
) -> None:
    place = folder / name
    place.unlink(missing_ok=True)
    if kind == "device" and os.getuid() != 0:
        pytest.skip("only an administrator makes devices")
    if kind == "device":
        try:
            os.mknod(place, stat.S_IFCHR | 0o600, os.makedev(1, 3))
        except PermissionError:
            pytest.skip("no devices can be made here")
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "link to a device":
        place.symlink_to(os.devnull)
    else:
        os.mkfifo(folder / "pipe")
        place.symlink_to("pipe")
    before = place.lstat()
    with pytest.raises(OutputError, match=rf"{name} cannot be written: it is not a regular file$"):
        write_files(folder, NEW)
    assert place.lstat() == before
    assert descriptors == []


def test_a_link_to_itself_is_said_to_be_one(folder: Path) -> None:
    (folder / "c.txt").symlink_to("c.txt")
    with pytest.raises(OutputError, match=r"c.txt cannot be written: Too many levels of symbolic links$"):
        write_files(folder, NEW)


# --- on disk, in this order --------------------------------------------------------------


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="handles have no names")
def test_folders_are_flushed_before_the_manifest_and_after_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    (folder / "a.txt").unlink()
    (folder / "a.txt").symlink_to(tmp_path / "elsewhere.txt")

    def flush(handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        events.append(f"flush {path.name}" if path.is_dir() else "flush a file")

    def rename(old: Path, new: Path, then: Callable[..., None] = os.replace) -> None:
        events.append(f"rename {new.name}")
        then(old, new)

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(os, "replace", rename)
    write_files(folder, NEW, manifest="manifest.json")
    folders = [f"flush {folder.name}", f"flush {tmp_path.name}"]
    assert events == [
        *["flush a file"] * 4,
        *("rename b.txt", "rename elsewhere.txt", "rename c.txt"),
        *(*folders, "rename manifest.json", *folders),
    ]


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_that_cannot_flush_folders_is_written(
    code: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def flush(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(code, os.strerror(code))
        real(handle)

    monkeypatch.setattr(os, "fsync", flush)
    write_files(folder, NEW)
    assert held(folder) == OLD | NEW


@pytest.mark.parametrize("call", ["link", "flock"])
def test_a_file_system_without_links_or_locks_is_written(
    call: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    monkeypatch.setattr(os if call == "link" else fcntl, call, refuse)
    write_files(folder, NEW)
    write_new_file(folder / "d.txt", b"new d")
    with pytest.raises(OutputError, match="already exists"):
        write_new_file(folder / "d.txt", b"newer")
    assert held(folder) == OLD | NEW | {"d.txt": b"new d"}


# --- what killed runs leave --------------------------------------------------------------

STOPPED = """
import os, sys
from pathlib import Path
from shellcount.files import write_files

real, calls = os.replace, []

def wait(*arguments):
    calls.append(arguments)
    if len(calls) == 2:
        print("between two renames", flush=True)
        sys.stdin.readline()
    real(*arguments)

os.replace = wait
write_files(Path(sys.argv[1]), {"x.txt": b"x", "y.txt": b"y", "a.txt": b"newer a"})
"""


@contextmanager
def stopped(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that writes files into a folder, and waits between two renames."""
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "between two renames\n"
        yield process


def temporary(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith(".shellcount-"))


def test_the_next_run_removes_what_a_killed_one_left(folder: Path) -> None:
    with stopped(folder) as process:
        assert len(temporary(folder)) > 2
        process.kill()
    assert len(temporary(folder)) > 2
    write_files(folder, {"c.txt": b"new c"})
    assert temporary(folder) == []
    assert (folder / "a.txt").read_bytes() in {b"old a", b"newer a"}


def test_what_a_run_that_lives_needs_is_left_to_it(folder: Path) -> None:
    with stopped(folder) as process:
        before = temporary(folder)
        write_files(folder, {"c.txt": b"new c"})
        require_writable(folder)
        assert temporary(folder) == before
        process.communicate("go on\n")
        assert process.returncode == 0
    assert held(folder) == OLD | {"a.txt": b"newer a", "c.txt": b"new c", "x.txt": b"x", "y.txt": b"y"}


@pytest.mark.parametrize(
    "name",
    [".shellcount-", ".shellcount-1", ".shellcount-x.lock", ".shellcount-0123456789abcdef", ".other-0.lock"],
)
def test_files_that_only_look_like_ours_stay(name: str, folder: Path) -> None:
    (folder / name).write_bytes(b"somebody's")
    write_files(folder, NEW)
    assert (folder / name).read_bytes() == b"somebody's"


def test_a_folder_that_looks_like_ours_and_a_pipe_harm_nobody(folder: Path) -> None:
    (folder / ".shellcount-0123456789abcdef-0").mkdir()
    os.mkfifo(folder / ".shellcount-0123456789abcdee.lock")
    write_files(folder, NEW)
    assert (folder / "a.txt").read_bytes() == b"new a"


def test_what_is_behind_a_link_that_looks_like_ours_stays(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_bytes(b"kept")
    for ending in ("-0", ".lock"):
        (folder / f".shellcount-0123456789abcdef{ending}").symlink_to(tmp_path / "kept.txt")
    write_files(folder, NEW)
    assert (tmp_path / "kept.txt").read_bytes() == b"kept"


def test_many_threads_write_into_one_folder(folder: Path) -> None:
    def write(number: int) -> None:
        write_files(folder, {f"{number}.txt": b"x" * number, f"{number}.svg": b"y" * number})

    with ThreadPoolExecutor(8) as executor:
        list(executor.map(write, range(40)))
    expected = {f"{n}.{kind}": mark * n for n in range(40) for kind, mark in (("txt", b"x"), ("svg", b"y"))}
    assert held(folder) == OLD | expected


# --- sets of files -----------------------------------------------------------------------


def manifest_in(folder: Path) -> Manifest:
    found = parse_manifest((folder / "manifest.json").read_bytes())
    assert found is not None
    return found


def test_a_set_has_a_manifest_and_a_single_file_none(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.txt": b"a"}, manifest="manifest.json")
    assert held(tmp_path) == {"a.txt": b"a"}
    paths = write_files(tmp_path, NEW, manifest="manifest.json")
    assert paths == [tmp_path / name for name in (*NEW, "manifest.json")]
    assert manifest_in(tmp_path) == list_files(NEW)


def test_a_manifest_names_what_earlier_runs_left(tmp_path: Path) -> None:
    write_files(tmp_path, NEW, manifest="manifest.json")
    write_files(tmp_path, {"a.txt": b"newer"}, manifest="manifest.json")
    assert manifest_in(tmp_path) == list_files({"a.txt": b"newer"}, ["b.txt", "c.txt"])
    (tmp_path / "b.txt").unlink()
    write_files(tmp_path, {"d.txt": b"d"}, manifest="manifest.json")
    assert manifest_in(tmp_path) == list_files({"d.txt": b"d"}, ["a.txt", "c.txt"])
    write_files(tmp_path, NEW, manifest="manifest.json")
    assert manifest_in(tmp_path) == list_files(NEW, ["d.txt"])


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[" * 10**5, b"\xff", b"x" * 2 * 10**6], ids=lambda c: str(c[:5])
)
def test_a_manifest_of_somebody_else_is_not_replaced(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(content)
    for write in (write_files, require_writable):
        with pytest.raises(OutputError, match=r"manifest.json was not written by shellcount, and would be"):
            write(tmp_path, NEW, manifest="manifest.json")
    write_files(tmp_path, {"a.txt": b"alone"}, manifest="manifest.json")
    require_writable(tmp_path, ["a.txt"], manifest="manifest.json")
    assert held(tmp_path) == {"manifest.json": content, "a.txt": b"alone"}


def test_the_same_set_has_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_files(tmp_path / name, NEW, manifest="manifest.json")
    assert held(tmp_path / "one") == held(tmp_path / "other")


# --- before the work ---------------------------------------------------------------------


def test_a_place_is_tried_without_a_trace(folder: Path, tmp_path: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    require_writable(folder, NEW)
    require_writable_file(folder / "d.txt")
    require_writable(tmp_path / "new", NEW)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("name", ["out", "new"])
def test_a_place_that_cannot_be_written_is_refused_before_the_work(
    name: str, code: int, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = "open" if name == "out" else "mkdir"
    monkeypatch.setattr(os, call, refusing(code, then=getattr(os, call)))
    with pytest.raises(OutputError, match=rf"{name} cannot be written: {os.strerror(code)}$"):
        require_writable(tmp_path / name, NEW)
    assert held(folder) == OLD


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no/such/a.txt", "No such file or directory"),
        ("out/a.txt/b.txt", "File exists"),
        ("out/folder", "it is a directory"),
        ("out/" + "a" * 300, "File name too long"),
        ("out/device", "it is not a regular file"),
        ("out/loop", "Too many levels of symbolic links"),
        ("out/a\0b", "embedded null"),
        ("/proc/a.txt", ""),
    ],
)
def test_a_file_that_cannot_be_written_is_refused_before_the_work(
    name: str, reason: str, folder: Path, tmp_path: Path
) -> None:
    (folder / "folder").mkdir()
    (folder / "device").symlink_to(os.devnull)
    (folder / "loop").symlink_to("loop")
    with pytest.raises(OutputError, match=f"cannot be written: {reason}") as refused:
        require_writable_file(tmp_path / name)
    assert str(refused.value).isprintable()
    (folder / "folder").rmdir()
    (folder / "loop").unlink()
    assert held(folder) == OLD | {"device": b""}


def test_the_folder_of_a_file_behind_a_link_is_tried(folder: Path, tmp_path: Path) -> None:
    (folder / "c.txt").symlink_to(tmp_path / "no" / "such.txt")
    with pytest.raises(OutputError, match="No such file or directory"):
        require_writable(folder, NEW)


# --- new files ---------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["open", "write", "fsync", "link"])
@pytest.mark.parametrize("at", range(1, 5))
def test_a_new_file_is_whole_or_missing(
    call: str, at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, call, refusing(errno.EIO, at=at, then=getattr(os, call)))
    try:
        write_new_file(tmp_path / "a.toml", b"text")
    except OutputError:
        assert held(tmp_path) == {}
    else:
        assert held(tmp_path) == {"a.toml": b"text"}


def test_a_new_file_takes_the_place_of_no_link(tmp_path: Path) -> None:
    (tmp_path / "a.toml").symlink_to("nowhere")
    with pytest.raises(OutputError, match="already exists, not overwritten"):
        write_new_file(tmp_path / "a.toml", b"text")
    assert [path.name for path in tmp_path.iterdir()] == ["a.toml"]


def test_files_of_two_folders_are_written_both_or_none(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "b.txt"
    other.write_bytes(b"old")
    contents = {"a.txt": b"new a", str(other): b"new"}
    with monkeypatch.context() as broken:
        broken.setattr(os, "replace", refusing(errno.EIO, at=2, then=os.replace))
        with pytest.raises(OutputError):
            write_files(folder, contents)
    assert (held(folder), other.read_bytes()) == (OLD, b"old")
    assert write_files(folder, contents) == [folder / "a.txt", other]
    assert (held(folder), other.read_bytes()) == (OLD | {"a.txt": b"new a"}, b"new")
    assert temporary(tmp_path) == []
