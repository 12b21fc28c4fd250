"""Choose the sheet that figures are drawn on: its size, and whether it has a note on how to read them."""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator, Mapping
from typing import Literal

from shellcount.errors import UsageError, suggestion
from shellcount.frozen import frozen
from shellcount.text import one_line

type Form = Literal["figure", "wide", "portrait", "slide", "page", "square"]

_NARROW = 4.6  # inches, below which labels stand above their rows


@frozen
class Sheet:
    """Sheet for a new figure.

    Parameters
    ----------
    width, height
        Inches at which letters have their nominal size; without a height, as high as what is drawn.
    margin
        Inches around everything.
    noted
        Whether the note on how to read a figure is drawn; otherwise the page around it has the note.
    scale
        Factor by which it is shown larger.
    dots
        Dots per inch of a PNG, before scaling.
    letters
        Points of the letters of an axis.
    """

    width: float
    height: float | None
    margin: float
    noted: bool
    scale: float = 1.0
    dots: float = 200.0
    letters: float = 10.0


@frozen
class Words:
    """Words around the axes of a figure.

    Parameters
    ----------
    title, subtitle, source
        Words above and below; ``None`` for none.
    """

    title: str | None = None
    subtitle: str | None = None
    source: str | None = None


# The smallest letters, of 8 points, have 18 points on a slide of 13.33 by 7.5 inches.
SHEETS: Mapping[Form, Sheet] = {
    "figure": Sheet(7.6, None, 0.08, noted=True),
    "wide": Sheet(7.6, None, 0.02, noted=False),
    "portrait": Sheet(330 / 96, None, 0.02, noted=False, letters=8.0),
    "slide": Sheet(13.334 / 2.25, 7.5 / 2.25, 0.12, noted=True, scale=2.25, dots=324.0, letters=8.0),
    "page": Sheet(6.69, None, 0.02, noted=True, dots=300.0, letters=9.0),
    "square": Sheet(4.5, 4.5, 0.12, noted=True, scale=2.5, dots=240.0, letters=8.0),
}
_form: contextvars.ContextVar[Form] = contextvars.ContextVar("form", default="figure")


@contextlib.contextmanager
def sheet(form: Form) -> Iterator[None]:
    """Draw new figures on another sheet.

    Parameters
    ----------
    form
        ``slide`` (16:9), ``page`` (as wide as the text of A4) or ``square``; ``wide`` or ``portrait`` for a
        page that has the note on how to read the figure beside it; or ``figure``, as without this.

    Raises
    ------
    UsageError
        When there is no such form.

    Examples
    --------
    >>> with sheet("slide"):
    ...     current_sheet().width > current_sheet().height
    True
    """
    if form not in SHEETS:
        raise UsageError(f"no sheet is called {one_line(form, 40)!r}; {suggestion(form, SHEETS)}")
    token = _form.set(form)
    try:
        yield
    finally:
        _form.reset(token)


def current_sheet() -> Sheet:
    """Look up the sheet that a new figure is drawn on."""
    return SHEETS[_form.get()]


def is_narrow(width: float) -> bool:
    """Tell whether axes of a width in inches are too narrow for labels beside their rows."""
    return width < _NARROW
