"""Read the front end of the explorer: modules of JavaScript, joined into one, and its style sheet."""

from __future__ import annotations

import re
from importlib.resources import files

# Each module after those that it imports from; the last is what a browser calls.
MODULES = (
    *("dom", "numbers", "plot", "theme", "wire", "store", "announcing"),
    *("fields", "controls", "density", "timeline", "findings", "sharing", "explorer"),
)
_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./([a-z]+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:function|const) (\w+)", re.MULTILINE)


def script() -> str:
    """Join the modules into one, each but the last in a scope of its own.

    Examples
    --------
    >>> script().count("export default")
    1
    """
    return "\n".join([*map(_scoped, MODULES[:-1]), _importing(_read(f"{MODULES[-1]}.js"))])


def style() -> str:
    """Read the style sheet.

    Examples
    --------
    >>> style().startswith(".shellcount")
    True
    """
    return _read("explorer.css")


def _scoped(name: str) -> str:
    """Write a module as a function that returns what it exports."""
    text = _read(f"{name}.js")
    exported = ", ".join(_EXPORT.findall(text))
    inside = re.sub(r"^export ", "", _importing(text), flags=re.MULTILINE)
    return f"const {name} = (() => {{\n{inside}return {{ {exported} }};\n}})();"


def _importing(text: str) -> str:
    """Take what a module imports from the scopes of the others."""
    return _IMPORT.sub(r"const \1 = \2;", text)


def _read(name: str) -> str:
    return files("shellcount.explore").joinpath("front", name).read_text("utf-8")
