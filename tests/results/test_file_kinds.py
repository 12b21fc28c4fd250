"""A file is told by its ending, or else by its first bytes."""

from __future__ import annotations

from pathlib import Path

from shellcount.results.file_kinds import file_kind


def test_what_a_file_is_shows_in_its_ending_or_its_first_bytes(tmp_path: Path) -> None:
    contents = {"numbers": b'\n {"schema": 1}', "draws": b"\x89HDF\r\n\x1a\n...", "case": b"[case]\n"}
    for kind, content in contents.items():
        (tmp_path / kind).write_bytes(content)
        assert file_kind(tmp_path / kind) == kind
    for name, kind in (("a.json", "numbers"), ("a.nc", "draws"), ("a.toml", "case"), ("a\0b", "case")):
        assert file_kind(tmp_path / name) == kind
    (tmp_path / "odd.toml").write_bytes(contents["numbers"])
    assert file_kind(tmp_path / "odd.toml") == "case"
