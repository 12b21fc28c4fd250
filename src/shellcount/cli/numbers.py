"""Read whole numbers of a command line, and tell how to write those that are in another form."""

from __future__ import annotations

import click

from shellcount.text import one_line


class _Whole(click.ParamType):  # type: ignore[type-arg]  # generic in later versions of click alone
    """Whole number, with a hint where it is written in another form."""

    name = "integer"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Convert the text of an option."""
        try:
            return int(value)
        except ValueError:
            from shellcount.case.hints import number_hint

            hint = number_hint(str(value))
            more = "" if hint is None or "." in hint else f"; {hint}"
            self.fail(f"{one_line(str(value), 40)!r} is not a whole number{more}", param, ctx)


WHOLE = _Whole()
