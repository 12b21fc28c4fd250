"""The map of the library, from the import contracts in pyproject.toml and the docstrings of the modules."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import cog

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "shellcount"
# What people type is on the page of the command line; what figures are made of is behind `plots`.
NOT_IN_API = ("__main__", "cli", "version")
ONE_MODULE = ("plots",)
# A case has an attribute for each key of its file, which another page describes.
MEMBERS = {"case.schema": ".. autoclass:: Case()\n   :members: digest, document, last_date"}


def contracts() -> list[dict[str, Any]]:
    """Read all import contracts."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    found: list[dict[str, Any]] = project["tool"]["importlinter"]["contracts"]
    return found


def layers() -> list[str]:
    """List all rooms, top layer first."""
    return [room for layer in _layers("shellcount") for room in layer]


def _layers(package: str) -> list[list[str]]:
    """Layers of a package, top first, each with its modules; empty where no contract orders them."""
    for contract in contracts():
        if contract["type"] == "layers" and contract["containers"] == [package]:
            return [[name.strip(" ()") for name in layer.split("|")] for layer in contract["layers"]]
    return []


def modules(room: str) -> list[str]:
    """List the modules of a folder by their dotted names within the library, top layer first."""
    folder = SRC / room
    order = [name for layer in _layers(f"shellcount.{room}".replace("/", ".")) for name in layer]
    stems = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    inner = sorted(path.name for path in folder.iterdir() if (path / "__init__.py").exists())
    names = [*(name for name in order if name in {*stems, *inner}), *(n for n in stems if n not in order)]
    return [f"{room}.{name}".replace("/", ".") for name in names] + [
        name for sub in inner for name in modules(f"{room}/{sub}")
    ]


def purpose(name: str) -> str:
    """Give the first line of a module's docstring, without the roles of Sphinx."""
    place = SRC / name.replace(".", "/")
    file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    docstring = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    line = docstring.partition("\n")[0]
    return re.sub(r":\w+:`~?(?:[\w.]+\.)?(\w+)`", r"`\1`", line).replace("``", "`")


def rooms() -> None:
    """Write a table of rooms and what each holds."""
    cog.outl("| room | holds |\n| --- | --- |")
    for room in layers():
        cog.outl(f"| `{room}` | {purpose(room)} |")


def map_of_layers() -> None:
    """Write a table of the layers, with each room, what it holds, and where its modules are described."""
    cog.outl("| layer | room | holds |\n| ---: | --- | --- |")
    for place, layer in enumerate(_layers("shellcount"), 1):
        for room in layer:
            cog.outl(f"| {place} | {_linked(room)} | {purpose(room)} |")


def _linked(room: str, folder: str = "reference/") -> str:
    """Name of a room, with a link to where its modules are described."""
    if room in NOT_IN_API:
        return f"[`{room}`]({folder}cli.md)" if room == "cli" else f"`{room}`"
    return f"[`{room}`]({folder}api/{room}.md)"


def map_of_modules() -> None:
    """Write the modules of every folder, with the order of their imports where a contract gives one."""
    for room in layers():
        if not (SRC / room).is_dir():
            continue
        cog.outl(f"### {room}\n")
        ordered = _layers(f"shellcount.{room}")
        if ordered:
            chain = ", then ".join(" and ".join(f"`{name}`" for name in layer) for layer in ordered)
            cog.outl(f"Imports point down here too: {chain}.\n")
        cog.outl("| module | holds |\n| --- | --- |")
        for name in modules(room):
            cog.outl(f"| `{name.removeprefix(f'{room}.')}` | {purpose(name)} |")
        cog.outl("")


def forbidden() -> None:
    """Write what the other contracts forbid."""
    for contract in contracts():
        if contract["type"] == "forbidden":
            sources, targets = (
                ", ".join(f"`{name.removeprefix('shellcount.')}`" for name in contract[key])
                for key in ("source_modules", "forbidden_modules")
            )
            cog.outl(f"- {contract['name']}: {sources} import none of {targets}.")


def described() -> list[str]:
    """List the rooms that have a page in docs/reference/api, from the top layer down."""
    return [room for room in layers() if room not in NOT_IN_API]


def pages() -> None:
    """Write a table of the pages of the rooms."""
    cog.outl("| room | holds |\n| --- | --- |")
    for room in described():
        cog.outl(f"| {_linked(room, '')} | {purpose(room)} |")
    entries = "\n".join(f"{room} <api/{room}>" for room in described())
    cog.outl(f"\n```{{toctree}}\n:hidden:\n\n{entries}\n```")


def page() -> None:
    """Write the page of the room that the file is named after, with a section for every module."""
    room = Path(cog.inFile).stem
    cog.outl(f"# shellcount.{room}\n")
    if _alone(room):
        _automodule(room)
        return
    cog.outl(f"{purpose(room)}\n")
    for name in modules(room):
        cog.outl(f"## shellcount.{name}\n")
        _automodule(name)


def _alone(room: str) -> bool:
    """Tell whether a room is described as one module."""
    return not (SRC / room).is_dir() or room in ONE_MODULE


def _automodule(name: str) -> None:
    if name in MEMBERS:
        content = f".. module:: shellcount.{name}\n\n{MEMBERS[name]}"
    else:
        content = f".. automodule:: shellcount.{name}\n   :members:"
    cog.outl(f"```{{eval-rst}}\n{content}\n```\n")
