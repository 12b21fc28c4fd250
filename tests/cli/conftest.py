"""Pictures of reports are drawn once a session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from redrawing import drawn_once


@pytest.fixture(scope="package", autouse=True)
def _drawn_once() -> Iterator[None]:
    with drawn_once():
        yield
