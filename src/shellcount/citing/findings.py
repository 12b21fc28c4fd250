"""Hold the findings of an audit, and tabulate them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from shellcount.frozen import frozen
from shellcount.wording import phrases
from shellcount.wording.tables import Table

type Status = Literal["same", "earlier model", "drifted", "missing", "hidden", "unknown"]

STATUSES: tuple[Status, ...] = ("same", "earlier model", "drifted", "missing", "hidden", "unknown")


@frozen
class Audited:
    """Number or reference of a document, compared with its recomputed text.

    Parameters
    ----------
    where
        Place in the document, in words.
    name
        Name of the number, such as ``rounds.mixed@2024-06-14|headline``; empty if it is unknown.
    status
        ``same``; ``earlier model`` if an earlier version of the model made it, and this one gives another
        text; ``drifted`` if the recomputed text is another for any other reason; ``missing`` if it, or what
        marks it as a number of shellcount, is gone; ``hidden`` if readers do not see what is compared;
        ``unknown``.
    found, now
        Text in the document, empty if it was not found, and recomputed text, ``None`` if it is unknown.
    remark
        Reason of the status, and the caveats on the number.
    marks
        Short caveats that are part of the recomputed text, such as ``what-if``.
    """

    where: str
    name: str
    status: Status
    found: str
    now: str | None
    remark: str
    marks: tuple[str, ...] = ()


@frozen
class Audit:
    """Findings of an audit.

    Parameters
    ----------
    results
        One for each number, in the order of the document; those that are missing come last.
    references
        One for each reference.
    document
        Concerns about the document as a whole, and its seals.
    remarks
        Remarks on all numbers: a case or libraries that have changed since.
    """

    results: tuple[Audited, ...]
    references: tuple[Audited, ...] = ()
    document: tuple[Audited, ...] = ()
    remarks: tuple[str, ...] = ()

    def table(self) -> Table:
        """Tabulate the numbers, and whatever else is not the same."""
        others = (*self.references, *self.document)
        shown = (*self.results, *(result for result in others if result.status != "same"))
        rows = tuple(
            (result.where, result.name, result.status, result.found, result.now or "", result.remark)
            for result in shown
        )
        return Table("", ("where", "name", "status", "in the document", "now", "remark"), rows)

    @property
    def passed(self) -> bool:
        """True if everything is the same."""
        everything = (*self.results, *self.references, *self.document)
        return all(result.status == "same" for result in everything)

    @property
    def sentence(self) -> str:
        """Verdict in words."""
        parts = [_counted(self.results, "number")]
        if self.references:
            parts.append(_counted(self.references, "reference"))
        return " ".join(parts)


def moved(what: str, *, earlier: bool) -> tuple[Status, str]:
    """Tell the status of what is as it was filled in and is recomputed as another text, with the reason.

    Parameters
    ----------
    what
        A number or a reference.
    earlier
        Whether it was made by an earlier version of the model.

    Examples
    --------
    >>> moved("number", earlier=True)
    ('earlier model', 'made by an earlier model, and different in this one')
    """
    if earlier:
        return "earlier model", "made by an earlier model, and different in this one"
    return "drifted", f"the recomputed {what} is different"


def _counted(results: Sequence[Audited], noun: str) -> str:
    counts = Counter(result.status for result in results)
    found = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])
    return f"{phrases.counted(len(results), noun)}: {found or 'none found'}."
