"""Keep the edits of an explorer while it runs, and take up those of earlier runs."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from shellcount.errors import UsageError
from shellcount.explore.edits import Edits
from shellcount.explore.kept import Offer, State, keep, offered, state_name, take_up
from shellcount.explore.opening import Opening
from shellcount.results.conditioning import conditioning
from shellcount.wording import phrases

_MOST = 3  # offers that are made, the latest first
_GONE = "does not answer. Your edits are kept"
_LOST = (
    f"The server {_GONE} on this machine: load this page again, or start shellcount explore again, "
    "which offers them. Those that you make now are on this page alone."
)
_LOST_NOTEBOOK = f"The kernel {_GONE} on this page alone: copy the command before you close it."


def kept(opening: Opening, edits: Edits, started: str) -> str | None:
    """Save edits under the name of the browser that they are made in; in a notebook, nothing is saved.

    Parameters
    ----------
    opening
        What is explored.
    edits
        Edits of its case.
    started
        Id of the case that the explorer was started with.

    Returns
    -------
    str or None
        Note for the user where they cannot be kept.
    """
    if opening.browser is None:
        return None
    content, origin, given = opening.content, opening.origin, str(opening.given)
    return keep(opening.browser, State(opening.case, content, origin, edits, given, started))


def taken_up(opening: Opening) -> Opening:
    """Take up what the same browser edited before, if its page was loaded again.

    Examples
    --------
    >>> from shellcount.explore.opening import open_case
    >>> taken_up(open_case("channel-2023")).edits == Edits()
    True
    """
    if opening.browser is not None:
        with contextlib.suppress(UsageError):
            return resumed(opening, state_name(opening.browser))
    return opening


def resumed(opening: Opening, name: str) -> Opening:
    """Take up the edits of an earlier run, with the case that they were made of.

    Raises
    ------
    UsageError
        When there are none, or they cannot be used.
    """
    state = take_up(name)
    given = conditioning(state.case, state.given)
    content, origin = state.content, state.origin
    path = opening.path if state.case.digest == opening.case.digest else origin
    taken = replace(opening, path=path, content=content, origin=origin, case=state.case)
    return replace(taken, given=given, edits=state.edits)


def offers(opening: Opening) -> tuple[Offer, ...]:
    """List the latest edits of earlier runs that began with the same case; none in a notebook."""
    if opening.browser is None:
        return ()
    found, _ = offered(opening.case, opening.browser)
    return tuple(offer for offer in found if offer.changes)[:_MOST]


def worded(offer: Offer) -> str:
    """Describe an offer in a sentence."""
    saved = offer.saved.astimezone()
    case = "" if offer.is_same else f" ({offer.title})"
    edits = phrases.counted(offer.changes, "edit")
    return f"{edits}{case} of {saved.day} {saved:%B %Y}, {saved:%H:%M}, can be taken up again."


def told(opening: Opening) -> str:
    """Tell what becomes of edits when the server is gone, and what to do."""
    return _LOST_NOTEBOOK if opening.browser is None else _LOST
