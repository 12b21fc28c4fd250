"""A file is told by its ending, or else by its first bytes."""

from __future__ import annotations

import os
from pathlib import Path

from shellcount.results.file_kinds import file_kind


def test_what_a_file_is_shows_in_its_ending_or_its_first_bytes(tmp_path: Path) -> None:
    contents = {"numbers": b'\n {"schema": 1}', "draws": b"PK\x03\x04...", "case": b"[case]\n"}
    for kind, content in contents.items():
        (tmp_path / kind).write_bytes(content)
        assert file_kind(tmp_path / kind) == kind
    for name, kind in (("a.json", "numbers"), ("a.npz", "draws"), ("a.toml", "case"), ("a\0b", "case")):
        assert file_kind(tmp_path / name) == kind
    (tmp_path / "odd.toml").write_bytes(contents["numbers"])
    assert file_kind(tmp_path / "odd.toml") == "case"


def test_what_is_no_file_is_taken_for_a_case_without_being_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # to open it would wait for a writer
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "missing", Path(os.devnull)):
        assert file_kind(path) == "case"


def test_a_saved_run_of_an_earlier_version_is_taken_for_one(tmp_path: Path) -> None:
    path = tmp_path / "run.nc"
    path.write_bytes(b"\x89HDF\r\n\x1a\n...")
    assert file_kind(path) == "draws"
