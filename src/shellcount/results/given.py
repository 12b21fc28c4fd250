"""Parse `given`, and resolve ambiguous claims into readings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from shellcount.case.kinds import KINDS
from shellcount.case.schema import Case, Claim, Reading
from shellcount.errors import UnknownNameError, UsageError
from shellcount.results.names import Quantity


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
        Nature that it refers to in this reading, or ``None`` for the whole mix.
    day
        Date that it refers to in this reading.
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
    days = claim.dates if KINDS[claim.quantity].dated else claim.dates[:1]
    return tuple(ReadClaim(claim, nature, day) for nature in natures for day in days)


def quantity_of(case: Case, read: ReadClaim) -> Quantity:
    """Name the quantity that a claim speaks about; for a capacity, that of a single container.

    A claim of rounds that names no nature, and a comparator, speak about the case's first scenario.

    Raises
    ------
    UsageError
        When the model has no such quantity.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> case = load_case()
    >>> quantity_of(case, fitted_claims(case, Conditioning("counts"))[0]).subject
    'munitions'
    """
    claim = read.claim
    kind = KINDS[claim.quantity].of
    if kind is None:
        raise UsageError(f"{claim.id} states a {claim.quantity}, which has no posterior to check against")
    subject = claim.scope or read.nature or case.scenario[0].id
    return Quantity(kind, subject, None if kind == "capacity" else read.day)


def fitted_claims(case: Case, given: Conditioning) -> tuple[ReadClaim, ...]:
    """List the claims that are fit, with the reading of each, in the order of their ids.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> len(fitted_claims(load_case(), Conditioning("all")))
    8
    """
    fitted = []
    for claim in sorted(case.claim, key=lambda claim: claim.id):
        if claim.id == given.held_out:
            continue
        if claim.use == "fit":
            fitted.append(_decide(claim, Reading()))
        elif given.base == "all" and claim.under_all is not None:
            fitted.append(_decide(claim, claim.under_all))
    return tuple(fitted)


def _decide(claim: Claim, reading: Reading) -> ReadClaim:
    natures = claim.natures
    nature = reading.nature or (natures[0] if natures else None)
    # Where a fit claim leaves its date open, the earlier end is taken: less had moved by then.
    return ReadClaim(claim, nature, reading.as_of or claim.dates[0])
