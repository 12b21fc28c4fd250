"""Read whole numbers and words of a command line, and tell what is wrong with those that are refused."""

from __future__ import annotations

import click

from shellcount.errors import suggestion
from shellcount.text import one_line

_SHOWN = 40  # characters of a value that is refused


class Whole(click.ParamType):  # type: ignore[type-arg]  # generic in later versions of click alone
    """Whole number, with a hint where it is written in another form.

    Parameters
    ----------
    least, most
        Bounds; ``None`` where there is none, or where what the number is used for tells of them.
    """

    name = "integer"

    def __init__(self, least: int | None = None, most: int | None = None) -> None:
        self.least, self.most = least, most

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Convert the text of an option."""
        try:
            number = int(value)
        except ValueError:
            from shellcount.case.hints import number_hint

            hint = number_hint(str(value))
            more = "" if hint is None or "." in hint else f"; {hint}"
            self.fail(f"{one_line(str(value), _SHOWN)!r} is not a whole number{more}", param, ctx)
        shown = one_line(str(value), _SHOWN)
        if self.least is not None and number < self.least:
            self.fail(f"{shown} is less than {self.least}", param, ctx)
        if self.most is not None and number > self.most:
            self.fail(f"{shown} is more than {self.most}", param, ctx)
        return number


class Word(click.Choice):  # type: ignore[type-arg]  # generic in later versions of click alone
    """One of some words, which are told where it is none of them."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Convert the text of an option."""
        if value not in self.choices:
            known = suggestion(value, tuple(self.choices))
            self.fail(f"{one_line(value, _SHOWN)!r} is unknown; {known}", param, ctx)
        return value


WHOLE = Whole()
