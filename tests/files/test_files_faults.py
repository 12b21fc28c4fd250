"""A set of files survives every fault of the disk and every kill: each file whole, the manifest true.

Every call that `write_files` makes of the system fails in turn, once or from then on; and a process that
writes is ended before each of its calls, and in the middle of each write.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from processes import unmeasured
from shellcount.citing.auditing_folders import audit_folder
from shellcount.errors import OutputError
from shellcount.files.manifest import list_files, parse_manifest
from shellcount.files.writing import write_files
from shellcount.parallel.journal import Journal

MANIFEST = "manifest.json"
OLD = {f"{name}.txt": f"old {name}".encode() * 100 for name in "abcdef"}
NEW = {f"{name}.txt": f"new {name}".encode() * 200 for name in "bcdefg"}  # without a, and with g
CALLS = ["open", "write", "fsync", "replace", "link", "chmod", "close"]


def old_set(folder: Path) -> Path:
    """A folder with a set of files that are private, and one of somebody else's."""
    folder.mkdir()
    write_files(folder, OLD, manifest=MANIFEST)
    for path in folder.iterdir():
        path.chmod(0o640)
    (folder / "other.txt").write_bytes(b"not ours")
    return folder


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def written() -> dict[str, bytes]:
    return {**OLD, **NEW, "other.txt": b"not ours", MANIFEST: list_files(NEW, ["a.txt"]).to_bytes()}


def assert_whole_and_true(folder: Path) -> None:
    """Every file is wholly old or wholly new, and what the manifest vouches for is of one set."""
    for path in folder.iterdir():
        if path.name != MANIFEST and not path.name.startswith(".shellcount-"):
            assert path.read_bytes() in {OLD.get(path.name), NEW.get(path.name), b"not ours"}
    manifest = parse_manifest((folder / MANIFEST).read_bytes())
    assert manifest is not None
    vouched = OLD if "a.txt" in manifest.files else NEW
    assert list(manifest.files) == list(vouched)
    for result in audit_folder(folder).results:
        if result.name.startswith(".shellcount-"):
            continue
        content = (folder / result.name).read_bytes() if (folder / result.name).exists() else None
        if result.name in vouched:
            assert (result.verdict == "same") == (content == vouched[result.name])
        else:
            assert result.verdict == ("earlier" if result.name in manifest.earlier else "unlisted")
    if audit_folder(folder).passed:
        assert all((folder / name).read_bytes() == content for name, content in vouched.items())


def assert_the_next_run_mends_it(folder: Path) -> None:
    write_files(folder, NEW, manifest=MANIFEST)
    assert held(folder) == written()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here depends on whether the disk has what the system has."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@contextmanager
def failing(name: str, at: int, code: int, *, lasting: bool) -> Iterator[list[int]]:
    """Let a function of the system fail at its n-th call, or from then on; yield the calls so far."""
    real: Callable[..., Any] = getattr(os, name)
    seen = [0]

    def call(*arguments: Any, **named: Any) -> Any:
        seen[0] += 1
        if seen[0] == at or (lasting and seen[0] > at):
            if name == "close":
                real(*arguments)
            raise OSError(code, os.strerror(code))
        return real(*arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, name, call)
        yield seen


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=["full", "broken"])
@pytest.mark.parametrize("name", CALLS)
def test_a_fault_at_any_call_leaves_a_whole_set(
    name: str, code: int, *, lasting: bool, tmp_path: Path
) -> None:
    faults = 0
    for at in range(1, 200):
        folder = old_set(tmp_path / str(at))
        before = held(folder)
        with failing(name, at, code, lasting=lasting) as seen:
            try:
                write_files(folder, NEW, manifest=MANIFEST)
                done = True
            except OutputError as error:
                assert str(error).endswith(f"cannot be written: {os.strerror(code)}")  # noqa: PT017
                done = False
        assert_whole_and_true(folder)
        if not lasting:
            assert held(folder) == (written() if done else before)
        faults += not done
        if seen[0] < at:
            assert done
            break
        assert_the_next_run_mends_it(folder)
    else:
        pytest.fail("every call failed")
    assert faults >= (0 if name == "link" else len(NEW))  # what cannot be linked is copied


@pytest.mark.parametrize("name", ["open", "fsync", "replace", "link", "mkdir", "rmdir"])
def test_a_fault_in_a_new_folder_leaves_none(name: str, tmp_path: Path) -> None:
    for at in range(1, 100):
        folder = tmp_path / str(at)
        with failing(name, at, errno.EIO, lasting=False) as seen:
            try:
                write_files(folder, NEW, manifest=MANIFEST)
            except OutputError:
                assert not folder.exists()
        if seen[0] < at:
            break
    assert set(held(folder)) == {*NEW, MANIFEST}


# --- killed ------------------------------------------------------------------------------

KILLED = """
import os, sys
from pathlib import Path
import test_files_faults as faults
from shellcount.files.writing import write_files

COUNTED = ["open", "write", "fsync", "replace", "link", "chmod", "close", "unlink"]

def die_at(moment):
    seen = 0

    def watched(name):
        real = getattr(os, name)

        def call(*arguments, **named):
            nonlocal seen
            seen += 1
            if seen == moment:
                if name == "write":
                    real(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                os._exit(9)
            return real(*arguments, **named)

        return call

    for name in COUNTED:
        setattr(os, name, watched(name))

os.fsync = lambda _: None
base, moment, status = Path(sys.argv[1]), 0, 1
while status != 0:
    moment += 1
    folder = faults.old_set(base / str(moment))
    child = os.fork()
    if child == 0:
        die_at(moment)
        write_files(folder, faults.NEW, manifest=faults.MANIFEST)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, 9)
"""


def test_a_kill_at_any_call_leaves_a_whole_set(tmp_path: Path) -> None:
    environment = unmeasured(PYTHONPATH=os.pathsep.join([str(Path(__file__).parent), *sys.path]))
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=True, env=environment)
    folders = sorted(tmp_path.iterdir(), key=lambda folder: int(folder.name))
    assert len(folders) > 50
    states = set()
    for folder in folders:
        assert_whole_and_true(folder)
        states.add(
            sum(
                (folder / name).read_bytes() == content
                for name, content in NEW.items()
                if (folder / name).exists()
            )
        )
        assert_the_next_run_mends_it(folder)
    assert states == set(range(len(NEW) + 1))  # some were ended between any two renames


# --- journals ----------------------------------------------------------------------------


LINE = TypeAdapter(tuple[int, list[float]])


@pytest.mark.parametrize("name", ["open", "write", "fsync", "ftruncate", "dup"])
def test_a_fault_at_any_call_loses_no_finished_piece(name: str, tmp_path: Path) -> None:
    for at in range(1, 50):
        path = tmp_path / f"{at}.jsonl"
        with Journal(path, {"seed": 1}, LINE) as journal:
            journal.append({0: [0.5]})
        path.write_bytes(path.read_bytes() + b"[1,[0.")  # cut short
        finished: dict[int, Any] = {0: [0.5]}
        with failing(name, at, errno.EIO, lasting=False) as seen:
            try:
                with Journal(path, {"seed": 1}, LINE) as journal:
                    for piece in range(1, 4):
                        journal.append({piece: [piece / 7]})
                        finished[piece] = [piece / 7]
            except OutputError as error:
                assert str(error).endswith("cannot be written: Input/output error")  # noqa: PT017
        with Journal(path, {"seed": 1}, LINE) as journal:
            assert {**journal.finished, **finished} == journal.finished
            assert len(journal.finished) <= len(finished) + 1
        if seen[0] < at:
            break
    assert len(finished) == 4
