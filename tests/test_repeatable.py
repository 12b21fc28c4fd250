"""What a run of the tests decides depends on no chance, no other run, and no other test."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st


def drawn(inputs: st.SearchStrategy[object]) -> list[object]:
    """A hundred inputs."""
    found: list[object] = []

    @seed(7)
    @given(inputs)
    def each(one: object) -> None:
        found.append(one)

    each()
    return found


def test_what_is_drawn_is_neither_chance_nor_stored_nor_a_matter_of_time() -> None:
    assert settings().derandomize
    assert settings().database is None
    assert settings().deadline is None
    assert HealthCheck.too_slow in settings().suppress_health_check


def test_what_is_drawn_does_not_depend_on_what_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = st.integers() | st.text() | st.floats(allow_nan=False)
    before = drawn(inputs)
    for place in range(20):
        path = tmp_path / f"loaded{place}.py"
        path.write_text(f"A, B, C = 98765432{place}, 'constant {place}', 1234.5678{place}\n")
        module = ModuleType(path.stem)
        module.__file__ = str(path)
        monkeypatch.setitem(sys.modules, path.stem, module)
    assert drawn(inputs) == before


def test_nothing_of_the_tests_is_called_by_the_collector_of_garbage() -> None:
    drawn(st.integers())
    assert [call for call in gc.callbacks if "hypothesis" in call.__module__] == []
