"""A set of files is written in full or not at all, and what stood there before survives a failure."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from folders import NEW, OLD, files_of_at_most, held, refusing, temporary
from shellcount.errors import OutputError
from shellcount.files.manifest import Manifest, list_files, parse_manifest
from shellcount.files.writing import require_writable, require_writable_file, write_files, write_new_file

# --- when all is well --------------------------------------------------------------------


def test_files_are_written_in_the_order_given(tmp_path: Path) -> None:
    paths = write_files(tmp_path, {"z": b"1", "a": b"2"})
    assert paths == [tmp_path / "z", tmp_path / "a"]
    assert held(tmp_path) == {"z": b"1", "a": b"2"}


def test_files_that_were_there_are_replaced_and_others_left(written: Path) -> None:
    write_files(written, NEW)
    assert held(written) == OLD | NEW


def test_the_folder_is_made(tmp_path: Path) -> None:
    write_files(tmp_path / "new", NEW)
    assert held(tmp_path / "new") == NEW


def test_whoever_reads_an_old_file_reads_it_to_its_end(written: Path) -> None:
    with (written / "a.txt").open("rb") as reader:
        write_files(written, NEW)
        assert reader.read() == OLD["a.txt"]


def test_a_link_to_a_folder_is_a_folder(written: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(written)
    write_files(tmp_path / "link", NEW)
    assert held(written) == OLD | NEW


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
    call: str, code: int, at: int, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, call, refusing(code, at=at, then=getattr(os, call)))
    with pytest.raises(OutputError, match=rf"out cannot be written: {os.strerror(code)}$"):
        write_files(written, NEW)
    assert held(written) == OLD


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_folder_made_for_the_purpose_goes_again(
    at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", refusing(errno.ENOSPC, at=at, then=os.fsync))
    with pytest.raises(OutputError):
        write_files(tmp_path / "new", NEW)
    assert held(tmp_path) == {}


def test_what_the_system_refuses_to_write_leaves_everything_as_it_was(written: Path) -> None:
    with (
        pytest.raises(OutputError, match=r"out cannot be written: File too large$"),
        files_of_at_most(10_000),
    ):
        write_files(written, {"a.txt": b"x" * 10_000, "b.txt": b"x" * 10_001})
    assert held(written) == OLD


def test_a_folder_that_is_read_only_is_left_as_it_was(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "open", refusing(errno.EROFS, then=os.open))
    with pytest.raises(OutputError, match=r"out cannot be written: Read-only file system$"):
        write_files(written, NEW)
    assert held(written) == OLD


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
    with pytest.raises(OutputError, match=r"out cannot be written: it is not a folder$"):
        write_files(tmp_path / "out", NEW)
    assert held(tmp_path) == {"out": b"a file"}


def test_a_link_that_leads_nowhere_stays_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputError, match=r"link cannot be written: it is not a folder$"):
        write_files(tmp_path / "link", NEW)
    assert [path.name for path in tmp_path.iterdir()] == ["link"]


@pytest.mark.parametrize("name", NEW)
def test_a_directory_in_the_place_of_a_file_leaves_everything_as_it_was(name: str, written: Path) -> None:
    (written / name).unlink(missing_ok=True)
    (written / name).mkdir()
    before = {path.name for path in written.iterdir()}
    with pytest.raises(OutputError, match=rf"out/{name} cannot be written: it is a directory$"):
        write_files(written, NEW)
    assert {path.name for path in written.iterdir()} == before
    assert {path.name: path.read_bytes() for path in written.iterdir() if path.is_file()} == {
        other: content for other, content in OLD.items() if other != name
    }


def test_an_interruption_leaves_everything_as_it_was(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_files(written, NEW)
    assert held(written) == OLD


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


# --- permissions and links ---------------------------------------------------------------


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o755, 0o666])
def test_a_file_that_is_replaced_keeps_its_permissions(
    mode: int, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (written / "a.txt").chmod(mode)
    seen: set[int] = set()
    real = os.write

    def look(handle: int, content: bytes) -> int:
        seen.add(stat.S_IMODE(os.fstat(handle).st_mode))
        return real(handle, content)

    monkeypatch.setattr(os, "write", look)
    write_files(written, {"a.txt": b"new a"})
    assert (written / "a.txt").read_bytes() == b"new a"
    assert stat.S_IMODE((written / "a.txt").stat().st_mode) == mode
    assert seen == {mode}  # at no time may more people read it


@pytest.mark.skipif(os.getuid() != 0, reason="only an administrator gives files away")
def test_an_administrator_leaves_a_file_to_its_owner(written: Path) -> None:
    os.chown(written / "a.txt", 12345, 54321)
    write_files(written, NEW)
    status = (written / "a.txt").stat()
    assert (status.st_uid, status.st_gid) == (12345, 54321)


def test_the_umask_is_never_changed(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "umask", lambda _: pytest.fail("umask changed"))
    write_files(written, NEW, manifest="manifest.json")
    write_new_file(written / "new.txt", b"")


def test_a_file_behind_a_link_is_replaced_and_the_link_stays(written: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere" / "kept.txt"
    target.parent.mkdir()
    target.write_bytes(b"old")
    target.chmod(0o600)
    (written / "a.txt").unlink()
    (written / "a.txt").symlink_to(Path("..", "elsewhere", "once.txt"))
    (target.parent / "once.txt").symlink_to("kept.txt")
    write_files(written, NEW)
    assert (written / "a.txt").readlink() == Path("..", "elsewhere", "once.txt")
    assert (target.parent / "once.txt").readlink() == Path("kept.txt")
    assert held(target.parent) == {"kept.txt": NEW["a.txt"], "once.txt": NEW["a.txt"]}
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert held(written) == OLD | NEW


def test_a_file_behind_a_link_that_leads_nowhere_is_made(written: Path, tmp_path: Path) -> None:
    (written / "c.txt").symlink_to(tmp_path / "made.txt")
    write_files(written, NEW)
    assert (written / "c.txt").is_symlink()
    assert (tmp_path / "made.txt").read_bytes() == NEW["c.txt"]


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_step_that_fails_leaves_a_file_behind_a_link(
    at: int, written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kept.txt").write_bytes(b"kept")
    (written / "a.txt").unlink()
    (written / "a.txt").symlink_to(tmp_path / "kept.txt")
    monkeypatch.setattr(os, "replace", refusing(errno.EBUSY, at=at, then=os.replace))
    with pytest.raises(OutputError):
        write_files(written, NEW)
    assert held(written) == OLD | {"a.txt": b"kept"}
    assert {path.name for path in tmp_path.iterdir()} == {"kept.txt", "out"}


@pytest.mark.parametrize("kind", ["device", "pipe", "link to a device", "link to a pipe"])
@pytest.mark.parametrize("name", ["a.txt", "c.txt"])
def test_what_is_no_file_is_neither_opened_nor_replaced(
    kind: str, name: str, written: Path, descriptors: list[str]
) -> None:
    place = written / name
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
        os.mkfifo(written / "pipe")
        place.symlink_to("pipe")
    before = place.lstat()
    with pytest.raises(OutputError, match=rf"{name} cannot be written: it is not a regular file$"):
        write_files(written, NEW)
    assert place.lstat() == before
    assert descriptors == []


def test_a_link_to_itself_is_said_to_be_one(written: Path) -> None:
    (written / "c.txt").symlink_to("c.txt")
    with pytest.raises(OutputError, match=r"c.txt cannot be written: Too many levels of symbolic links$"):
        write_files(written, NEW)


# --- on disk, in this order --------------------------------------------------------------


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="handles have no names")
def test_folders_are_flushed_before_the_manifest_and_after_it(
    written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    (written / "a.txt").unlink()
    (written / "a.txt").symlink_to(tmp_path / "elsewhere.txt")

    def flush(handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        events.append(f"flush {path.name}" if path.is_dir() else "flush a file")

    def rename(old: Path, new: Path, then: Callable[..., None] = os.replace) -> None:
        events.append(f"rename {new.name}")
        then(old, new)

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(os, "replace", rename)
    write_files(written, NEW, manifest="manifest.json")
    folders = [f"flush {written.name}", f"flush {tmp_path.name}"]
    assert events == [
        *["flush a file"] * 4,
        *("rename b.txt", "rename elsewhere.txt", "rename c.txt"),
        *(*folders, "rename manifest.json", *folders),
    ]


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_that_cannot_flush_folders_is_written(
    code: int, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def flush(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(code, os.strerror(code))
        real(handle)

    monkeypatch.setattr(os, "fsync", flush)
    write_files(written, NEW)
    assert held(written) == OLD | NEW


@pytest.mark.parametrize("call", ["link", "flock"])
def test_a_file_system_without_links_or_locks_is_written(
    call: str, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    monkeypatch.setattr(os if call == "link" else fcntl, call, refuse)
    write_files(written, NEW)
    write_new_file(written / "d.txt", b"new d")
    with pytest.raises(OutputError, match="already exists"):
        write_new_file(written / "d.txt", b"newer")
    assert held(written) == OLD | NEW | {"d.txt": b"new d"}


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


def test_a_place_is_tried_without_a_trace(written: Path, tmp_path: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in written.iterdir()}
    require_writable(written, NEW)
    require_writable_file(written / "d.txt")
    require_writable(tmp_path / "new", NEW)
    assert {path.name: path.stat().st_mtime_ns for path in written.iterdir()} == before
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("name", ["out", "new"])
def test_a_place_that_cannot_be_written_is_refused_before_the_work(
    name: str, code: int, written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = "open" if name == "out" else "mkdir"
    monkeypatch.setattr(os, call, refusing(code, then=getattr(os, call)))
    with pytest.raises(OutputError, match=rf"{name} cannot be written: {os.strerror(code)}$"):
        require_writable(tmp_path / name, NEW)
    assert held(written) == OLD


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no/such/a.txt", "No such file or directory"),
        ("out/a.txt/b.txt", "it is not a folder"),
        ("out/folder", "it is a directory"),
        ("out/" + "a" * 300, "File name too long"),
        ("out/device", "it is not a regular file"),
        ("out/loop", "Too many levels of symbolic links"),
        ("out/a\0b", "embedded null"),
        ("/proc/a.txt", ""),
    ],
)
def test_a_file_that_cannot_be_written_is_refused_before_the_work(
    name: str, reason: str, written: Path, tmp_path: Path
) -> None:
    (written / "folder").mkdir()
    (written / "device").symlink_to(os.devnull)
    (written / "loop").symlink_to("loop")
    with pytest.raises(OutputError, match=f"cannot be written: {reason}") as refused:
        require_writable_file(tmp_path / name)
    assert str(refused.value).isprintable()
    (written / "folder").rmdir()
    (written / "loop").unlink()
    assert held(written) == OLD | {"device": b""}


def test_the_folder_of_a_file_behind_a_link_is_tried(written: Path, tmp_path: Path) -> None:
    (written / "c.txt").symlink_to(tmp_path / "no" / "such.txt")
    with pytest.raises(OutputError, match="No such file or directory"):
        require_writable(written, NEW)


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
    written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "b.txt"
    other.write_bytes(b"old")
    contents = {"a.txt": b"new a", str(other): b"new"}
    with monkeypatch.context() as broken:
        broken.setattr(os, "replace", refusing(errno.EIO, at=2, then=os.replace))
        with pytest.raises(OutputError):
            write_files(written, contents)
    assert (held(written), other.read_bytes()) == (OLD, b"old")
    assert write_files(written, contents) == [written / "a.txt", other]
    assert (held(written), other.read_bytes()) == (OLD | {"a.txt": b"new a"}, b"new")
    assert temporary(tmp_path) == []
