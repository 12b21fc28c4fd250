"""Write the explorer of a case as a notebook of marimo."""

from __future__ import annotations

from pathlib import Path

from shellcount.explore.opening import Opening

APP = Path(__file__).with_name("app.py")
_CALL = "open_case()"


def notebook_text(opening: Opening) -> str:
    """Write a notebook that opens the same case, with the same claims and edits.

    Parameters
    ----------
    opening
        What the explorer starts from.

    Examples
    --------
    >>> from shellcount.explore.opening import open_case
    >>> opening = open_case("channel-2023", day="2023-06-30")
    >>> [line for line in notebook_text(opening).splitlines() if "open_case(" in line]
    ["    opening = opening_of(mo.app_meta().request) or open_case('channel-2023', day='2023-06-30')"]
    """
    edits, given = opening.edits, str(opening.given)
    words = [repr(opening.path)] if opening.path is not None or given != "counts" else []
    if given != "counts":
        words.append(repr(given))
    if edits.changes:
        words.append(f"changes={[f'{name}={value}' for name, value in edits.changes.items()]!r}")
    words.extend(
        f"{name}={value!r}" for name, value in (("day", edits.day), ("scenario", edits.scenario)) if value
    )
    return APP.read_text("utf-8").replace(_CALL, f"open_case({', '.join(words)})", 1)
