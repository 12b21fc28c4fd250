"""What a template asks for, what it gets, and what of it stands in a document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """A placeholder.

    Parameters
    ----------
    text
        What stands in its braces.
    where
        Where it stands, in words.
    """

    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Value:
    """What is put in the place of a placeholder.

    Parameters
    ----------
    id
        By which the record knows it.
    text
        What readers see.
    note
        Number of its reference, or ``None``.
    """

    id: str
    text: str
    note: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A number that was filled in, as it stands in a document now.

    Parameters
    ----------
    id
        By which the record knows it.
    text
        What readers see, free of mark-up, on one line.
    where
        Where it stands, in words.
    """

    id: str
    text: str
    where: str
