"""Handles are of regular files alone, locks exclude each other, and content is written to its end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from folders import refusing
from shellcount.files.handles import flush_names, open_regular, require_regular, take_lock, write_all


@pytest.mark.parametrize("kind", [stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_what_is_no_regular_file_is_refused(kind: int) -> None:
    with pytest.raises(OSError, match="it is not a regular file"):
        require_regular(kind | 0o666)


def test_a_folder_is_said_to_be_one() -> None:
    with pytest.raises(IsADirectoryError):
        require_regular(stat.S_IFDIR | 0o777)


def test_a_file_is_made_only_where_that_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "new")
    os.close(open_regular(tmp_path / "new", os.O_RDWR | os.O_CREAT))
    assert (tmp_path / "new").read_bytes() == b""


def test_a_pipe_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(os, "open", refusing(errno.EIO, then=os.open))
    with pytest.raises(OSError, match="it is not a regular file"):
        open_regular(tmp_path / "pipe", os.O_RDWR | os.O_CREAT)


def test_a_lock_is_held_until_the_file_is_closed(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    one, other = (open_regular(tmp_path / "file") for _ in range(2))
    assert (take_lock(one), take_lock(other)) == (True, False)
    os.close(one)
    assert take_lock(other)
    os.close(other)


def test_content_is_written_to_its_end_by_a_system_that_takes_a_byte_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = open_regular(tmp_path / "file", os.O_WRONLY | os.O_CREAT)
    real = os.write
    monkeypatch.setattr(os, "write", lambda to, content: real(to, bytes(content[:1])))
    write_all(handle, b"whole")
    os.close(handle)
    assert (tmp_path / "file").read_bytes() == b"whole"


def test_only_a_file_system_that_cannot_flush_folders_is_forgiven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", refusing(errno.EINVAL, then=os.fsync))
    flush_names([tmp_path])
    monkeypatch.setattr(os, "fsync", refusing(errno.EIO, then=os.fsync))
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        flush_names([tmp_path])
