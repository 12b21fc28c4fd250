"""Placeholders of a template, values for them, and what stands in a filled document."""

from __future__ import annotations

from shellcount.digest import Json
from shellcount.frozen import frozen


@frozen
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


@frozen
class Scan:
    """Placeholders of a template, and remarks on what was left alone.

    Parameters
    ----------
    placeholders
        Its placeholders, in their order.
    remarks
        What was left alone although it has braces, with its place.
    """

    placeholders: tuple[Placeholder, ...]
    remarks: tuple[str, ...] = ()


@frozen
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
    tagged
        False where no tag can enclose it: in plain text and in maths.
    """

    id: str
    text: str
    note: int | None = None
    tagged: bool = True


@frozen
class Tagged:
    """Filled-in number, as it stands in the document now.

    Parameters
    ----------
    id
        Name of the number in the record.
    text
        Text that readers see, free of mark-up, on one line; ``None`` where it cannot be found.
    where
        Its place, in words.
    concern
        Why readers do not see ``text`` as it is, such as ``hidden text``; empty if they do.
    """

    id: str
    text: str | None
    where: str
    concern: str = ""


@frozen
class Note:
    """Reference that stands in the document now.

    Parameters
    ----------
    label
        Its label, or its number, as the document has it; a label ends with a hyphen and the number.
    text
        Its text, free of mark-up, on one line.
    where
        Its place, in words.
    """

    label: str
    text: str
    where: str


@frozen
class Reading:
    """Content of a filled document, as an audit needs it.

    Parameters
    ----------
    records
        Records that it carries, as plain values that are not validated yet.
    tagged
        Numbers that are still enclosed in their tags, in the order of the document.
    notes
        References, in the order of the document.
    text
        Visible text without the references, a line (or paragraph) on each line: numbers whose tags were lost
        are sought in it by position and words.
    concerns
        Concerns about the document as a whole, in words.
    """

    records: tuple[Json, ...]
    tagged: tuple[Tagged, ...]
    notes: tuple[Note, ...]
    text: str
    concerns: tuple[str, ...] = ()
