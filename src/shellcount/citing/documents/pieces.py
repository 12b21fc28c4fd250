"""Placeholders of a template, values for them, and numbers that stand in a filled document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Placeholder for a number in a template.

    Parameters
    ----------
    text
        Name in its braces.
    where
        Its place, in words.
    """

    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Value:
    """Value that replaces a placeholder.

    Parameters
    ----------
    id
        Name of the number in the record.
    text
        Text that readers see.
    note
        Number of its reference, or ``None``.
    """

    id: str
    text: str
    note: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Filled-in number, as it stands in the document now.

    Parameters
    ----------
    id
        Name of the number in the record.
    text
        Text that readers see, free of mark-up, on one line; ``None`` where it cannot be found.
    where
        Its place, in words.
    """

    id: str
    text: str | None
    where: str
