"""Parse `given`, and resolve ambiguous claims into readings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from shellcount.case.schema import Case, Claim, Reading
from shellcount.errors import UnknownNameError, UsageError


@dataclass(frozen=True, slots=True)
class Conditioning:
    """Claims that the posterior is conditioned on.

    Parameters
    ----------
    base
        ``counts``: the claims of containers; ``all``: those, and every claim that may be fit.
    held_out
        Id of a claim that is left out all the same, or ``None``.
    """

    base: Literal["counts", "all"]
    held_out: str | None = None

    def __str__(self) -> str:
        """Write it as ``given`` does: ``all-but:ua-gur-2024``."""
        return self.base if self.held_out is None else f"{self.base}-but:{self.held_out}"


def parse_given(case: Case, text: str) -> Conditioning:
    """Parse what to condition on: ``counts``, ``all``, ``all-but:CLAIM`` or ``counts-but:CLAIM``.

    Raises
    ------
    UnknownNameError
        When the case has no such claim.
    UsageError
        When the text has no such form, or the claim would not be fit anyway.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> parse_given(load_case(), "all-but:ua-gur-2024").held_out
    'ua-gur-2024'
    """
    head, colon, name = text.partition(":")
    for base in ("counts", "all"):
        if text == base:
            return Conditioning(base)
        if head == f"{base}-but" and colon:
            if name not in {claim.id for claim in case.claim}:
                raise UnknownNameError("claim", name, (claim.id for claim in case.claim))
            if name not in {fitted.claim.id for fitted in fitted_claims(case, Conditioning(base))}:
                raise UsageError(f"{name} is not fit with given={base}, so it cannot be held out")
            return Conditioning(base, name)
    raise UsageError(f"given must be counts, all, counts-but:CLAIM or all-but:CLAIM, not {text[:60]!r}")


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """Claim, with every ambiguity resolved.

    Parameters
    ----------
    claim
        The claim.
    nature
        The nature it is read to speak of, or ``None`` for the whole mix.
    day
        The date it is read to speak of.
    """

    claim: Claim
    nature: str | None
    day: dt.date


def readings(claim: Claim) -> tuple[ReadClaim, ...]:
    """List the readings of a claim: one for each nature and each end of its dates.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> claims = {claim.id: claim for claim in load_case().claim}
    >>> [reading.nature for reading in readings(claims["rok-mnd-2024-02-122mm"])]
    ['122mm-howitzer', '122mm-rocket']
    """
    natures: tuple[str | None, ...] = claim.natures or (None,)
    # A capacity has no date of its own: the date says only when it was stated.
    days = claim.dates[:1] if claim.quantity == "capacity" else claim.dates
    return tuple(ReadClaim(claim, nature, day) for nature in natures for day in days)


def fitted_claims(case: Case, given: Conditioning) -> tuple[ReadClaim, ...]:
    """List the claims that are fit, with the reading of each, in the order of their ids.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> len(fitted_claims(load_case(), Conditioning("all")))
    8
    """
    found = []
    for claim in sorted(case.claim, key=lambda claim: claim.id):
        if claim.id == given.held_out:
            continue
        if claim.use == "fit":
            found.append(_decide(claim, Reading()))
        elif given.base == "all" and claim.under_all is not None:
            found.append(_decide(claim, claim.under_all))
    return tuple(found)


def _decide(claim: Claim, reading: Reading) -> ReadClaim:
    natures = claim.natures
    nature = reading.nature or (natures[0] if natures else None)
    # Where a fit claim leaves its date open, the earlier end is taken: less had moved by then.
    return ReadClaim(claim, nature, reading.as_of or claim.dates[0])
