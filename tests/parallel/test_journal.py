"""What was finished is found again, whatever stopped the work."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import FiniteFloat, NonNegativeInt, TypeAdapter

from folders import files_of_at_most
from shellcount.digest import Json, canonical_json
from shellcount.errors import LimitError, OutputError
from shellcount.parallel.journal import Journal

WORK: Json = {"seed": 1, "case": "a\nb\r\u2028c"}
type Result = list[float] | None
LINE = TypeAdapter[tuple[int, Result]](tuple[NonNegativeInt, list[FiniteFloat] | None])
PIECES: dict[int, Result] = {0: [0.1, 1 / 3], 2: None, 1: [1e-300], 7: [0.5, 1.0]}


def opened(path: Path, work: Json = WORK) -> Journal[int, Result]:
    return Journal(path, work, LINE)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "work.jsonl"


def filled(path: Path) -> bytes:
    """A journal with some pieces, and its content."""
    opened(path).append(PIECES)
    return path.read_bytes()


def found(path: Path, work: Json = WORK) -> dict[int, Result]:
    """The finished pieces of a journal that may be in use: those of a copy of it."""
    copy = path.with_name("copy.jsonl")
    shutil.copyfile(path, copy)
    with opened(copy, work) as journal:
        return journal.finished


def refusal(path: Path, work: Json = WORK) -> str:
    """The message of a journal that cannot be used: one readable line."""
    with pytest.raises(OutputError) as refused:
        opened(path, work)
    assert str(refused.value).isprintable()
    return str(refused.value)


# --- found again -------------------------------------------------------------------------


def test_a_new_journal_has_nothing_finished(path: Path) -> None:
    assert opened(path).finished == {}
    assert path.read_bytes() == canonical_json(WORK) + b"\n"


def test_pieces_are_found_again(path: Path) -> None:
    journal = opened(path)
    journal.append(PIECES)
    assert journal.finished == PIECES
    assert found(path) == PIECES


def test_pieces_are_on_the_disk_as_soon_as_they_are_added(path: Path) -> None:
    journal = opened(path)
    for piece in range(5):
        journal.append({piece: [piece / 7]})
        assert found(path) == {done: [done / 7] for done in range(piece + 1)}


def test_opening_it_changes_nothing(path: Path) -> None:
    content = filled(path)
    for _ in range(3):
        opened(path)
    assert path.read_bytes() == content


def test_each_piece_has_a_line(path: Path) -> None:
    _, *lines = filled(path).split(b"\n")[:-1]
    assert [json.loads(line) for line in lines] == [[piece, result] for piece, result in PIECES.items()]


results = st.none() | st.lists(st.floats(0, 1), max_size=4)


@settings(max_examples=50)
@given(batches=st.lists(st.dictionaries(st.integers(0, 10**6), results, max_size=4), max_size=4))
def test_every_number_is_found_as_it_was(batches: list[dict[int, Result]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, expected = Path(folder) / "work.jsonl", dict[int, Result]()
        for batch in batches:
            opened(path).append(batch)
            expected |= batch
        assert opened(path).finished == expected


# --- cut short ---------------------------------------------------------------------------


def test_a_journal_cut_anywhere_keeps_its_whole_lines(path: Path) -> None:
    content = filled(path)
    ends = [place + 1 for place, byte in enumerate(content) if byte == ord("\n")]
    for cut in range(len(content) + 1):
        path.write_bytes(content[:cut])
        whole = sum(end <= cut for end in ends)
        assert opened(path).finished == dict(list(PIECES.items())[: max(0, whole - 1)])
        assert path.read_bytes() == content[: ends[max(0, whole - 1)]]


@pytest.mark.parametrize("cut", range(1, 12))
def test_work_goes_on_after_a_line_cut_short(path: Path, cut: int) -> None:
    content = filled(path)
    path.write_bytes(content[:-cut])
    journal = opened(path)
    assert 7 not in journal.finished
    journal.append({7: PIECES[7], 8: None})
    assert found(path) == PIECES | {8: None}
    assert path.read_bytes() == content + b"[8,null]\n"


# --- other work, and changed -------------------------------------------------------------


@pytest.mark.parametrize("work", [{"seed": 2}, {}, None, "text", {"seed": 1, "more": 1}], ids=repr)
def test_the_journal_of_other_work_is_refused_and_kept(path: Path, work: Json) -> None:
    content = filled(path)
    assert refusal(path, work).endswith(
        "work.jsonl is the journal of other work, or of another version; name another folder"
    )
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "content", [b"a list\n", b"a list\nof lines", b"no line", b"\n", b"\xff\xfe\n", b"{}"], ids=repr
)
def test_a_file_that_is_no_journal_is_refused_and_kept(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert "is the journal of other work" in refusal(path)
    assert path.read_bytes() == content


def test_a_file_that_is_empty_becomes_one(path: Path) -> None:
    path.touch()
    opened(path).append({1: None})
    assert opened(path).finished == {1: None}


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[1",
        b"null",
        b"1",
        b"{}",
        b"[]",
        b"[1]",
        b"[1,2,3]",
        b'["a",null]',
        b"[null,null]",
        b"\xff",
        b"x" * 9,
        b"[1.0,null]",
        b"[1.5,null]",
        b"[-1,null]",
        b"[true,null]",
        b'["1",null]',
        b"[1" + b"0" * 5000 + b",null]",
        b"[1,[true]]",
        b"[1,true]",
        b"[1,0.5]",
        b'[1,["0.5"]]',
        b"[1,[null]]",
        b"[1,[[0.5]]]",
        b'[1,{"0":0.5}]',
        b"[1,[NaN]]",
        b"[1,[Infinity]]",
        b"[1,[-Infinity]]",
        b"[1,[1e999]]",
        b"[1,[1" + b"0" * 400 + b"]]",
        b"[1," + b"[" * 100_000,
        b"[1," + b"[" * 100_000 + b"]" * 100_000 + b"]",
        b'{"a":' * 100_000,
    ],
    ids=lambda line: repr(line[:20]),
)
@pytest.mark.parametrize("place", [1, 2, 4])
def test_a_line_that_was_changed_is_refused_and_kept(path: Path, line: bytes, place: int) -> None:
    lines = filled(path).split(b"\n")
    lines[place] = line
    path.write_bytes(b"\n".join(lines))
    assert refusal(path).endswith(
        "work.jsonl has been changed since it was written; remove it, or name another"
    )
    assert path.read_bytes() == b"\n".join(lines)


# --- two writers -------------------------------------------------------------------------

HOLDS = """
import sys
from pathlib import Path
from pydantic import TypeAdapter
from shellcount.parallel.journal import Journal

line = TypeAdapter(tuple[int, list | None])
journal = Journal(Path(sys.argv[1]), {"seed": 1, "case": "a\\nb\\r\\u2028c"}, line)
print("open", flush=True)
sys.stdin.readline()
journal.append({1: [0.5]})
"""


@pytest.mark.parametrize("end", ["done", "killed"])
def test_a_journal_in_use_is_refused_until_its_run_ends(path: Path, end: str) -> None:
    filled(path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        works: list[Json] = [WORK, {"seed": 2}]
        for work in works:
            assert refusal(path, work).endswith(
                "work.jsonl is in use by another run; wait until that ends, or name another folder"
            )
        if end == "killed":
            process.kill()
        process.communicate("go on\n")
    assert opened(path).finished == (PIECES if end == "killed" else PIECES | {1: [0.5]})


def test_a_journal_is_in_use_within_one_process_too(path: Path) -> None:
    with opened(path) as journal:
        assert "is in use by another run" in refusal(path)
        journal.append(PIECES)
    assert opened(path).finished == PIECES


def test_a_journal_that_is_refused_is_closed(path: Path) -> None:
    filled(path)
    for _ in range(3):
        refusal(path, {"seed": 2})
    assert opened(path).finished == PIECES


def test_a_file_system_without_locks_is_used(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> NoReturn:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    opened(path).append(PIECES)
    assert opened(path).finished == PIECES


def test_a_journal_that_is_closed_writes_into_no_other_file(path: Path) -> None:
    with opened(path) as journal:
        pass
    other = path.with_name("other")
    with other.open("wb"), pytest.raises(OutputError, match="Bad file descriptor"):
        journal.append(PIECES)
    assert other.read_bytes() == b""


def test_a_journal_that_was_removed_is_said_to_be(path: Path) -> None:
    with opened(path) as journal:
        path.unlink()
        with pytest.raises(OutputError, match=r"work.jsonl has been removed while it was in use$"):
            journal.append(PIECES)
        assert journal.finished == {}


# --- no file -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["pipe", "link to a pipe", "link to a device"])
def test_what_is_no_file_is_not_opened(path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = path.with_name("pipe") if kind == "link to a pipe" else path
    if kind == "link to a device":
        path.symlink_to("/dev/zero")
    else:
        os.mkfifo(place)
        if place != path:
            path.symlink_to(place)
    monkeypatch.setattr(os, "open", lambda *_: pytest.fail("opened"))
    assert refusal(path).endswith("work.jsonl cannot be written: it is not a regular file")


def test_a_link_to_a_journal_is_used(path: Path) -> None:
    content = filled(path)
    path.with_name("link").symlink_to(path)
    assert opened(path.with_name("link")).finished == PIECES
    assert path.read_bytes() == content


def test_a_giant_is_refused_before_it_is_read(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**40)  # which takes no place on the disk
    with pytest.raises(LimitError, match=r"work.jsonl needs 1.1 TB \(limit 64 MB\)"):
        opened(path)


# --- it cannot be written ----------------------------------------------------------------


def test_a_folder_that_is_missing_is_not_made(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no" / "work.jsonl").endswith("cannot be written: No such file or directory")
    assert list(tmp_path.iterdir()) == []


def test_a_directory_in_its_place_stays_one(tmp_path: Path) -> None:
    assert refusal(tmp_path).endswith("cannot be written: Is a directory")


@pytest.mark.parametrize("name", ["a\0b", "a" * 300, "a\x1b[2J/b"], ids=["NUL", "endless", "control"])
def test_a_name_that_no_file_has_is_refused(tmp_path: Path, name: str) -> None:
    assert "cannot be written: " in refusal(tmp_path / name)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="no file system that takes no files")
def test_a_folder_that_takes_no_files_is_said_to_take_none() -> None:
    assert refusal(Path("/proc/self/fd/work.jsonl")).startswith(
        "/proc/self/fd/work.jsonl cannot be written: "
    )


def test_a_full_disk_is_said_to_be_one_at_the_start(path: Path) -> None:
    with files_of_at_most(5):
        assert refusal(path).endswith("cannot be written: File too large")
    assert opened(path).finished == {}


@pytest.mark.parametrize("room", range(1, 60, 6))
def test_a_full_disk_keeps_what_was_finished(path: Path, room: int) -> None:
    journal = opened(path)
    journal.append({0: [0.5]})
    with (
        files_of_at_most(path.stat().st_size + room),
        pytest.raises(OutputError, match=r"work.jsonl cannot be written: File too large$"),
    ):
        journal.append({1: [1 / 3] * 10})
    assert journal.finished == {0: [0.5]}
    journal.close()
    resumed = opened(path)
    assert resumed.finished == {0: [0.5]}
    resumed.append({1: [1 / 3] * 10})
    assert found(path) == {0: [0.5], 1: [1 / 3] * 10}


def test_a_journal_can_be_used_on_after_the_disk_was_full(path: Path) -> None:
    journal = opened(path)
    with files_of_at_most(path.stat().st_size + 10), pytest.raises(OutputError):
        journal.append({1: [1 / 3] * 10})
    journal.append({2: [0.5]})
    assert found(path) == {2: [0.5]}


def test_a_disk_that_fails_is_said_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> NoReturn:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    journal = opened(path)
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OutputError, match="cannot be written: Input/output error"):
        journal.append({1: None})
    assert journal.finished == {}


# --- killed ------------------------------------------------------------------------------

APPENDS = """
import os, signal, sys
from pathlib import Path
from pydantic import TypeAdapter
from shellcount.parallel.journal import Journal

def die_at(moment):
    seen = 0

    def look(*_):
        nonlocal seen
        seen += 1
        if seen == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(look)

for line in sys.stdin:
    if os.fork() == 0:
        journal = Journal(Path(sys.argv[1]), {"seed": 1}, TypeAdapter(tuple[int, list | None]))
        piece = len(journal.finished)
        journal.append({piece: [piece / 7] * 200})
        die_at(int(line))
        while True:
            piece += 1
            journal.append({piece: [piece / 7] * 200})
    os.wait()
    print("gone", flush=True)
"""


def test_a_kill_at_any_moment_loses_no_finished_piece(path: Path) -> None:
    """A moment is a call or a return of any function while pieces are added."""
    before = 0
    with subprocess.Popen(
        [sys.executable, "-c", APPENDS, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for moment in range(1, 400, 7):
            process.stdin.write(f"{moment}\n")
            process.stdin.flush()
            assert process.stdout.readline() == "gone\n"
            finished = opened(path, {"seed": 1}).finished
            assert sorted(finished) == list(range(len(finished)))
            assert len(finished) > before
            assert all(result == [piece / 7] * 200 for piece, result in finished.items())
            before = len(finished)
        process.stdin.close()
