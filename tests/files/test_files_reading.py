"""Only regular files of limited size are read, and nothing is waited for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shellcount.files.reading import read_regular


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
