"""The rooms of the library in the order of their layers, from the import contract and their docstrings."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import cog

ROOT = Path(__file__).parents[1]


def layers() -> list[str]:
    """Names of all rooms, top layer first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contract = project["tool"]["importlinter"]["contracts"][0]
    return [room.strip() for layer in contract["layers"] for room in layer.split("|")]


def purpose(room: str) -> str:
    """First line of a room's docstring."""
    folder = ROOT / "src" / "shellcount" / room
    file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    docstring = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return docstring.partition("\n")[0]


def rooms() -> None:
    """A table of rooms and what each holds."""
    cog.outl("| room | holds |\n| --- | --- |")
    for room in layers():
        cog.outl(f"| `{room}` | {purpose(room)} |")
