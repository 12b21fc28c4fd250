"""Pictures of reports are drawn once a session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from redrawing import DRAW, drawn_once
from shellcount.report import pictures


@pytest.fixture(scope="package", autouse=True)
def _drawn_once() -> Iterator[None]:
    with drawn_once():
        yield


@pytest.fixture
def drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw every picture, for tests of what draws."""
    monkeypatch.setattr(pictures, "_picture", DRAW)
