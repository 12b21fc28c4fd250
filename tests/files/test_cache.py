"""The folder for compiled code is the one named, or the user's."""

from __future__ import annotations

from pathlib import Path

import pytest

from shellcount.errors import OutputError
from shellcount.files.cache import CACHE_VARIABLE, cache_folder


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
