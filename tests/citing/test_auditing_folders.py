"""The audit of a folder tells which files belong to one run, and reads nothing else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from shellcount.citing.auditing_folders import audit_folder
from shellcount.errors import DocumentError, LimitError
from shellcount.files.manifest import Entry, Manifest
from shellcount.files.writing import write_files

SET = {"a.txt": b"a" * 1000, "b.txt": b"b", "c.txt": b""}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_files(tmp_path, SET, manifest="manifest.json")
    return tmp_path


def verdicts(folder: Path) -> dict[str, str]:
    return {result.name: result.verdict for result in audit_folder(folder).results}


def test_a_set_passes(folder: Path) -> None:
    found = audit_folder(folder)
    assert verdicts(folder) == dict.fromkeys(SET, "same")
    assert found.passed
    assert found.sentence == "All 3 files are as one run wrote them."
    assert found.table().rows == tuple((name, "same") for name in SET)


@pytest.mark.parametrize("content", [b"", b"b" * 1000, b"a" * 999, b"a" * 1001])
def test_a_file_that_was_changed_is_found(content: bytes, folder: Path) -> None:
    (folder / "a.txt").write_bytes(content)
    assert verdicts(folder) == {"a.txt": "changed", "b.txt": "same", "c.txt": "same"}
    assert audit_folder(folder).sentence.startswith("Not of one run: a.txt. ")


def test_files_that_are_gone_left_or_somebody_elses_are_told_apart(folder: Path) -> None:
    write_files(folder, {"b.txt": b"b", "d.txt": b"d"}, manifest="manifest.json")
    (folder / "d.txt").unlink()
    (folder / "mine.txt").write_bytes(b"")
    (folder / "folder").mkdir()
    assert verdicts(folder) == {
        "b.txt": "same",
        "d.txt": "missing",
        "a.txt": "earlier",
        "c.txt": "earlier",
        "mine.txt": "unlisted",
    }
    (folder / "a.txt").unlink()
    assert "a.txt" not in verdicts(folder)


def test_files_of_ones_own_fail_no_audit(folder: Path) -> None:
    (folder / "mine.txt").write_bytes(b"")
    assert audit_folder(folder).passed


def test_sets_in_one_folder_have_manifests_of_their_own(tmp_path: Path) -> None:
    for name in ("counts", "all"):
        contents = {f"{name}.json": b"{}", f"{name}.svg": b"<svg/>"}
        write_files(tmp_path, contents, manifest=f"{name}.manifest.json")
    assert verdicts(tmp_path) == dict.fromkeys(["all.json", "all.svg", "counts.json", "counts.svg"], "same")


@pytest.mark.parametrize("name", ["empty", "missing", "a.txt", "a\0b"])
def test_what_has_no_manifest_is_refused(name: str, folder: Path) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(DocumentError) as refused:
        audit_folder(folder / name)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 10**5])
def test_a_manifest_that_is_none_is_as_if_missing(content: bytes, folder: Path) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(DocumentError, match=r"has no manifest\.json"):
        audit_folder(folder)


def test_nothing_but_regular_files_is_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.txt").unlink()
    os.mkfifo(folder / "a.txt")
    (folder / "b.txt").unlink()
    (folder / "b.txt").symlink_to("/dev/zero")
    (folder / "x.manifest.json").symlink_to("/dev/zero")
    real, opened = os.open, list[str]()

    def look(path: Any, *arguments: Any, **named: Any) -> int:
        opened.append(Path(path).name)
        return real(path, *arguments, **named)

    monkeypatch.setattr(os, "open", look)
    found = verdicts(folder)
    assert found == {"a.txt": "changed", "b.txt": "changed", "c.txt": "same", "x.manifest.json": "unlisted"}
    assert set(opened) == {"manifest.json", "c.txt"}


def test_a_giant_is_not_read(folder: Path) -> None:
    with (folder / "a.txt").open("wb") as file:
        file.truncate(2**40)  # which takes no place on the disk
    assert verdicts(folder)["a.txt"] == "changed"
    giant = Manifest({"a.txt": Entry(2**40, f"sha256:{'0' * 64}")})
    (folder / "manifest.json").write_bytes(giant.to_bytes())
    with pytest.raises(LimitError, match=r"needs 1.1 TB \(limit 4 GB\)"):
        audit_folder(folder)


def test_a_name_cannot_steer_the_terminal(folder: Path) -> None:
    (folder / "a\x1b[2J\n.txt").write_bytes(b"")
    (folder / "a.txt").unlink()
    found = audit_folder(folder)
    assert all(cell.isprintable() for row in found.table().rows for cell in row)
    assert found.sentence.isprintable()
