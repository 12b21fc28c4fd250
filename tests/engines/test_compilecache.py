"""Compiled code that is not as it was listed is never loaded, and never decides a digit."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from processes import FITS, digest_of_draws, digest_printed_by, start
from shellcount.engines.compilecache import verified

LIST = "checksums.json"


def filled(folder: Path) -> dict[str, bytes]:
    """Put three files into a folder, and list them."""
    contents = {"a.nbi": b"index", "b.nbc": b"\x7fELF" + bytes(100), "c.nbc": b""}
    with verified(folder):
        for name, content in contents.items():
            (folder / name).write_bytes(content)
    return contents


def kept(folder: Path) -> dict[str, bytes]:
    """What is left of a folder when it has been verified."""
    with verified(folder):
        return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != LIST}


# --- the list ------------------------------------------------------------------------------


def test_listed_files_are_kept(tmp_path: Path) -> None:
    contents = filled(tmp_path)
    assert kept(tmp_path) == contents
    assert kept(tmp_path) == contents


def test_a_stray_file_is_removed_and_the_rest_kept(tmp_path: Path) -> None:
    contents = filled(tmp_path)
    (tmp_path / "stray.nbc").write_bytes(b"not as listed")
    assert kept(tmp_path) == contents


@pytest.mark.parametrize("damaged", [b"inde", b"indey", b"index ", b""])
def test_a_changed_file_is_removed_and_the_rest_kept(tmp_path: Path, damaged: bytes) -> None:
    contents = filled(tmp_path)
    (tmp_path / "a.nbi").write_bytes(damaged)
    assert kept(tmp_path) == {name: content for name, content in contents.items() if name != "a.nbi"}


def test_a_file_under_the_name_of_another_is_removed(tmp_path: Path) -> None:
    filled(tmp_path)
    shutil.copy(tmp_path / "a.nbi", tmp_path / "b.nbc")
    assert kept(tmp_path).keys() == {"a.nbi", "c.nbc"}


def test_a_file_that_is_gone_is_not_missed(tmp_path: Path) -> None:
    contents = filled(tmp_path)
    (tmp_path / "a.nbi").unlink()
    assert kept(tmp_path) == {name: content for name, content in contents.items() if name != "a.nbi"}


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"3",
        b"null",
        b'"a.nbi"',
        b'["a.nbi"]',
        b"{",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"a.nbi": 3}',
        None,
    ],
    ids=lambda damaged: "none" if damaged is None else repr(damaged[:12]),
)
def test_without_a_list_nothing_is_loaded_and_a_new_one_is_made(
    tmp_path: Path, damaged: bytes | None
) -> None:
    contents = filled(tmp_path)
    (tmp_path / LIST).unlink()
    if damaged is not None:
        (tmp_path / LIST).write_bytes(damaged)
    assert kept(tmp_path) == {}
    assert filled(tmp_path) == contents
    assert kept(tmp_path) == contents


def test_what_was_added_while_compiling_is_listed(tmp_path: Path) -> None:
    filled(tmp_path)
    with verified(tmp_path):
        (tmp_path / "d.nbc").write_bytes(b"more")
    assert kept(tmp_path).keys() == {"a.nbi", "b.nbc", "c.nbc", "d.nbc"}


def test_what_a_failed_compilation_left_is_not_loaded(tmp_path: Path) -> None:
    contents = filled(tmp_path)

    def stopped() -> None:
        with verified(tmp_path):
            (tmp_path / "half.nbc").write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert kept(tmp_path) == contents


def test_folders_are_left_alone(tmp_path: Path) -> None:
    filled(tmp_path)
    (tmp_path / "folder").mkdir()
    with verified(tmp_path):
        pass
    assert (tmp_path / "folder").is_dir()


def test_no_temporary_file_is_left(tmp_path: Path) -> None:
    contents = filled(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {LIST, *contents}


def test_a_list_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    contents = filled(tmp_path)
    (tmp_path / LIST).unlink()
    (tmp_path / LIST).mkdir()
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    assert kept(tmp_path) == {}
    assert {path.name for path in tmp_path.iterdir()} == {LIST}


def test_a_file_that_another_process_removes_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path)
    read = Path.read_bytes

    def gone(path: Path) -> bytes:
        if path.suffix == ".nbc":
            path.unlink(missing_ok=True)
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", gone)
    with verified(tmp_path):
        pass
    monkeypatch.undo()
    assert kept(tmp_path).keys() == {"a.nbi"}


# --- real compiled code --------------------------------------------------------------------


@pytest.fixture(scope="module", params=["least", pytest.param("small", marks=pytest.mark.slow)])
def name(request: pytest.FixtureRequest) -> str:
    """What is compiled: as little as can be, or a whole case."""
    found: str = request.param
    return found


@pytest.fixture(scope="module")
def expected(name: str) -> str:
    return digest_of_draws(FITS[name]())


@pytest.fixture(scope="module")
def used(name: str, expected: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache that a process has filled: of a whole case, two at once."""
    folder = tmp_path_factory.mktemp("cache")
    all_at_once = [start(name, folder) for _ in range(2 if name == "small" else 1)]
    assert {digest_printed_by(process) for process in all_at_once} == {expected}
    yield folder
    shutil.rmtree(folder)


def compiled(cache: Path) -> list[Path]:
    files = [path for path in cache.rglob("*") if path.suffix in {".nbc", ".nbi"}]
    assert {path.suffix for path in files} == {".nbc", ".nbi"}
    return files


def function_of(path: Path) -> str:
    """The name of a function, of which there are an index and code for each type of its arguments."""
    return path.name.partition(".py")[0]


def copied(used: Path, tmp_path: Path) -> Path:
    return shutil.copytree(used, tmp_path / "cache")


def damage(path: Path, place: int) -> None:
    """Flip every bit of a file, or cut it to half."""
    content = path.read_bytes()
    if place % 2:
        path.write_bytes(bytes(byte ^ 0xFF for byte in content))
    else:
        path.write_bytes(content[: len(content) // 2])


def test_what_was_compiled_is_listed(used: Path) -> None:
    (checksums,) = used.rglob(LIST)
    listed = json.loads(checksums.read_bytes())
    assert listed.keys() <= {path.name for path in checksums.parent.iterdir()}
    assert any(name.endswith(".nbc") for name in listed)


@pytest.mark.slow
def test_a_whole_cache_is_used_as_it_is(used: Path, name: str, expected: str) -> None:
    before = {path: path.stat().st_mtime_ns for path in compiled(used)}
    assert digest_printed_by(start(name, used)) == expected
    after = {path: path.stat().st_mtime_ns for path in compiled(used)}
    assert len(after.items() & before.items()) > len(before) / 2


def test_damaged_code_is_compiled_anew_the_rest_is_used_and_the_digits_are_the_same(
    used: Path, name: str, expected: str, tmp_path: Path
) -> None:
    cache = copied(used, tmp_path)
    files = sorted(compiled(cache))
    functions = sorted({function_of(path) for path in files})
    damaged = [path for path in files if function_of(path) in functions[::2]]
    sound = {path: path.stat().st_mtime_ns for path in files if path not in damaged}
    assert damaged
    for place, path in enumerate(damaged):
        damage(path, place)
    broken = {path: path.read_bytes() for path in damaged}
    assert digest_printed_by(start(name, cache)) == expected
    assert any(path.stat().st_mtime_ns == before for path, before in sound.items() if path.exists())
    assert not [path for path, content in broken.items() if path.exists() and path.read_bytes() == content]


@pytest.mark.slow
def test_a_damaged_list_and_damaged_code_give_the_same_digits(
    used: Path, name: str, expected: str, tmp_path: Path
) -> None:
    cache = copied(used, tmp_path)
    (checksums,) = cache.rglob(LIST)
    checksums.write_bytes(b"3")
    for place, path in enumerate(sorted(compiled(cache))):
        damage(path, place + 1)
    assert digest_printed_by(start(name, cache)) == expected
    assert json.loads(checksums.read_bytes()).keys() >= {path.name for path in compiled(cache)}
