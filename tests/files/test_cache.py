"""The folder for compiled code is the one named, or the user's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from shellcount.errors import OutputError
from shellcount.files.cache import CACHE_VARIABLE, FLAGS_VARIABLE, cache_folder, keep_compiled_code


def test_the_folder_is_the_one_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "a" / "b"))
    assert cache_folder() == (tmp_path / "a" / "b").resolve()
    assert (tmp_path / "a" / "b").is_dir()


def test_a_folder_is_named_from_where_the_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(CACHE_VARIABLE, "here")
    assert cache_folder() == (tmp_path / "here").resolve()


@pytest.mark.parametrize("named", [None, ""])
def test_without_a_name_it_is_the_one_of_the_user(
    named: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv(CACHE_VARIABLE)
    if named is not None:
        monkeypatch.setenv(CACHE_VARIABLE, named)
    assert cache_folder().name == "shellcount"
    assert cache_folder().is_relative_to(tmp_path.resolve())


def test_a_folder_that_cannot_be_made_is_refused_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "file" / "\x1b[1mcache"))
    with pytest.raises(OutputError) as caught:
        cache_folder()
    assert "\x1b" not in str(caught.value)
    assert str(caught.value).endswith("(Not a directory); name another with SHELLCOUNT_CACHE")


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (None, "{ours}"),
        ("floatX=float64", "floatX=float64,{ours}"),
        ("base_compiledir=/mine", "base_compiledir=/mine"),
    ],
)
def test_the_command_line_keeps_compiled_code_there_unless_told_otherwise(
    flags: str | None, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    monkeypatch.setenv(FLAGS_VARIABLE, flags or "")
    monkeypatch.delitem(sys.modules, "pytensor", raising=False)
    keep_compiled_code()
    assert os.environ[FLAGS_VARIABLE] == expected.format(ours=f"base_compiledir={tmp_path / 'pytensor'}")


def test_where_pytensor_is_at_work_its_folder_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FLAGS_VARIABLE, "")
    monkeypatch.setitem(sys.modules, "pytensor", sys)
    keep_compiled_code()
    assert os.environ[FLAGS_VARIABLE] == ""
