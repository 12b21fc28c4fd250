"""Hold one input of an explorer: its name, its present value, and what it takes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from shellcount.digest import Json
from shellcount.explore.tracks import Scale
from shellcount.frozen import frozen

type Kind = Literal["range", "number", "figure", "choice", "date", "text"]
type Field = Literal["changes", "uses", "given", "day", "scenario"]


@frozen
class Control:
    """Input that can be moved: what it is called, what it is now, and what it takes.

    Parameters
    ----------
    name
        Name of the setting, as ``--set`` takes it; ``claim:ID`` or ``claimant:ID`` for a switch; ``given``,
        ``day`` or ``scenario``.
    title
        Name in words.
    section
        Heading of the section that it stands in.
    kind
        What it takes: ``range`` a prior, as ``LOW:HIGH`` or as one number that is taken as known; ``number``
        one number; ``figure`` a number, ``LOW:HIGH`` or words; ``choice`` one of ``words``; ``date`` a day,
        or ``FIRST..LAST`` where the date is open; ``text`` a text.
    now
        Present value, as a change is written; empty if it has none.
    other
        Value to begin with in the other form of a prior: a number to be taken as known, or quantiles.
    field
        Part of :class:`~shellcount.explore.edits.Edits` that holds its value: under ``name`` in ``changes``
        and ``uses``, alone in the others.
    entry
        Title of the claim or claimant that it belongs to, under which its controls stand together; empty for
        others.
    low, high, step
        Bounds and step of its track; ``None`` where there is none. On the scale ``linear`` the step is one of
        the value, on ``log`` of its decimal logarithm. Step ``i`` of a handle is at ``low + i * step``, or at
        ``low * 10 ** (i * step)``. A handle that has not been moved keeps the text that ``now`` has.
    scale
        Scale of the track.
    digits
        Digits of a value that was moved: decimals on the scale ``linear``, significant digits on ``log``.
    unit
        Unit of its numbers; empty if they have none.
    words, labels
        Words that it takes or suggests, and how they are shown.
    folded
        Whether it is folded away at first.
    note
        Remark: the basis of an assumption, or the summary of a claim.
    """

    name: str
    title: str
    section: str
    kind: Kind
    now: str
    other: str = ""
    field: Field = "changes"
    entry: str = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    scale: Scale = "linear"
    digits: int = 0
    unit: str = ""
    words: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    folded: bool = False
    note: str = ""

    def document(self) -> dict[str, Json]:
        """Write the control as plain values."""
        plain: dict[str, Json] = {**asdict(self), "words": list(self.words), "labels": list(self.labels)}
        return plain
