"""Notebooks keep their results, with pictures that are small enough to be tracked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
LARGEST = 100_000  # bytes of one picture as it is stored: SVG as text, PNG in base64

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(path: Path) -> list[dict[str, Any]]:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def pictures(path: Path) -> Iterator[tuple[str, int]]:
    """The source of each cell that shows a picture, and the size of the picture."""
    for cell in code_cells(path):
        for output in cell["outputs"]:
            for kind, content in output.get("data", {}).items():
                if kind.startswith("image/"):
                    yield "".join(cell["source"]), len("".join(content).encode())


def test_there_are_notebooks() -> None:
    assert len(NOTEBOOKS) >= 7


@every_notebook
def test_every_cell_was_executed_in_order_and_one_shows_something(path: Path) -> None:
    cells = code_cells(path)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert any(cell["outputs"] for cell in cells)


@every_notebook
def test_no_picture_is_large(path: Path) -> None:
    assert [(source, size) for source, size in pictures(path) if size >= LARGEST] == []
