"""Temporary files of runs that were killed are removed by the next, and those of live runs are left alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from folders import NEW, OLD, held, temporary
from shellcount.files.writing import require_writable, write_files

STOPPED = """
import os, sys
from pathlib import Path
from shellcount.files.writing import write_files

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


def test_the_next_run_removes_what_a_killed_one_left(written: Path) -> None:
    with stopped(written) as process:
        assert len(temporary(written)) > 2
        process.kill()
    assert len(temporary(written)) > 2
    write_files(written, {"c.txt": b"new c"})
    assert temporary(written) == []
    assert (written / "a.txt").read_bytes() in {b"old a", b"newer a"}


def test_what_a_run_that_lives_needs_is_left_to_it(written: Path) -> None:
    with stopped(written) as process:
        before = temporary(written)
        write_files(written, {"c.txt": b"new c"})
        require_writable(written)
        assert temporary(written) == before
        process.communicate("go on\n")
        assert process.returncode == 0
    assert held(written) == OLD | {"a.txt": b"newer a", "c.txt": b"new c", "x.txt": b"x", "y.txt": b"y"}


@pytest.mark.parametrize(
    "name",
    [".shellcount-", ".shellcount-1", ".shellcount-x.lock", ".shellcount-0123456789abcdef", ".other-0.lock"],
)
def test_files_that_only_look_like_ours_stay(name: str, written: Path) -> None:
    (written / name).write_bytes(b"somebody's")
    write_files(written, NEW)
    assert (written / name).read_bytes() == b"somebody's"


def test_a_folder_that_looks_like_ours_and_a_pipe_harm_nobody(written: Path) -> None:
    (written / ".shellcount-0123456789abcdef-0").mkdir()
    os.mkfifo(written / ".shellcount-0123456789abcdee.lock")
    write_files(written, NEW)
    assert (written / "a.txt").read_bytes() == b"new a"


def test_what_is_behind_a_link_that_looks_like_ours_stays(written: Path, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_bytes(b"kept")
    for ending in ("-0", ".lock"):
        (written / f".shellcount-0123456789abcdef{ending}").symlink_to(tmp_path / "kept.txt")
    write_files(written, NEW)
    assert (tmp_path / "kept.txt").read_bytes() == b"kept"


def test_many_threads_write_into_one_folder(written: Path) -> None:
    def write(number: int) -> None:
        write_files(written, {f"{number}.txt": b"x" * number, f"{number}.svg": b"y" * number})

    with ThreadPoolExecutor(8) as executor:
        list(executor.map(write, range(40)))
    expected = {f"{n}.{kind}": mark * n for n in range(40) for kind, mark in (("txt", b"x"), ("svg", b"y"))}
    assert held(written) == OLD | expected
