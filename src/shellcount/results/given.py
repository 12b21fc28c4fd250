"""Parse `given`, and list the claims that are fit with the readings that each leaves open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from shellcount.case.kinds import KINDS
from shellcount.case.schema import Case, Claim, DateRange
from shellcount.errors import UnknownNameError, UsageError
from shellcount.results.names import Quantity, unit

COUNTED = frozenset({"containers", "trips"})  # kinds of claims on carriers


@dataclass(frozen=True, slots=True)
class Conditioning:
    """Claims that the posterior is conditioned on.

    Parameters
    ----------
    base
        ``counts``: the claims of carriers that the case marks ``fit``; ``all``: every claim that it marks so,
        and checked claims with ``under_all``.
    without
        Ids of claims that are left out all the same, sorted.
    added
        Ids of claims that are fit besides, sorted.
    """

    base: Literal["counts", "all"]
    without: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write it as ``given`` does: ``all-but:ua-gur-2024``, ``counts-but:a,b-and:c``."""
        but = f"-but:{','.join(self.without)}" if self.without else ""
        plus = f"-and:{','.join(self.added)}" if self.added else ""
        return f"{self.base}{but}{plus}"


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
    >>> parse_given(load_case(), "all-but:ua-gur-2024").without
    ('ua-gur-2024',)
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
            return Conditioning(base, (name,))
    raise UsageError(f"given must be counts, all, counts-but:CLAIM or all-but:CLAIM, not {text[:60]!r}")


@dataclass(frozen=True, slots=True)
class Fitted:
    """Claim that is fit, with the readings that it leaves open.

    Parameters
    ----------
    claim
        The claim.
    natures
        Natures that it may refer to; ``(None,)`` for the whole mix.
    as_of
        Date that it refers to, or range of possible dates.
    """

    claim: Claim
    natures: tuple[str | None, ...]
    as_of: dt.date | DateRange

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """Date that it refers to, or both ends of the range."""
        if isinstance(self.as_of, dt.date):
            return (self.as_of,)
        return tuple(dict.fromkeys((self.as_of.earliest, self.as_of.latest)))

    @property
    def readings(self) -> tuple[ReadClaim, ...]:
        """Each reading: a nature and an end of its dates."""
        days = self.dates if KINDS[self.claim.quantity].dated else self.dates[:1]
        return tuple(ReadClaim(self.claim, nature, day) for nature in self.natures for day in days)


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
        Date that it refers to in this reading: the last day of a period.
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
    return as_fitted(claim, pinned=False).readings


def as_fitted(claim: Claim, *, pinned: bool = True) -> Fitted:
    """Give the readings that a claim leaves open when it is fit, as far as ``under_all`` does not pin them."""
    pin = claim.under_all if pinned else None
    natures: tuple[str | None, ...] = claim.natures or (None,)
    if pin is not None and pin.nature is not None:
        natures = (pin.nature,)
    return Fitted(claim, natures, claim.as_of if pin is None or pin.as_of is None else pin.as_of)


def quantity_of(case: Case, read: ReadClaim) -> Quantity:
    """Name the quantity that a claim speaks about; for capacity and carried, that of a single container.

    A claim of rounds or mass that names no nature, and a comparator, speak about the case's first scenario.

    Raises
    ------
    UsageError
        When the model has no such quantity.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> case = load_case()
    >>> quantity_of(case, fitted_claims(case, Conditioning("counts"))[0].readings[0]).subject
    'munitions'
    """
    claim = read.claim
    if not KINDS[claim.quantity].known:
        raise UsageError(f"{claim.id} states a {claim.quantity}, which has no posterior to check against")
    cargo = read.nature or case.scenario[0].id
    scope = claim.scope or case.scope[-1].id
    if claim.quantity == "containers":
        return Quantity("containers", scope, read.day, claim.since)
    if claim.quantity in {"rounds", "comparator"}:
        return Quantity("rounds", cargo, read.day, claim.since)
    if claim.quantity == "rate":
        kind: Literal["containers", "rounds"] = "rounds" if claim.of == "rounds" else "containers"
        return Quantity(kind, cargo if kind == "rounds" else scope, read.day, claim.since, claim.per)
    if claim.quantity == "mass":
        return Quantity("gross_mass", case.scenario[0].id, read.day, claim.since)
    if claim.quantity == "trips":
        return Quantity("trip_count", f"{scope}.{claim.trip}", read.day, claim.since)
    if claim.quantity == "share":
        return _share(claim, read)
    return Quantity("capacity" if claim.quantity == "capacity" else "shipped", cargo)


def _share(claim: Claim, read: ReadClaim) -> Quantity:
    if claim.of == "items" and read.nature is not None:
        return Quantity("item_share", read.nature)
    name = f"mix.{read.nature}" if read.nature is not None else f"{claim.scope}_share"
    return Quantity("parameter", name)


def may_be_fit(claim: Claim) -> bool:
    """Tell whether a claim may be fit at all: not if it was derived, restated, superseded or withdrawn.

    A claim that another one supersedes is found among the claims of its case, by :func:`replaced`.
    """
    stale = claim.derived_from is not None or claim.restates is not None or bool(claim.withdrawn)
    return KINDS[claim.quantity].fit and not stale


def replaced(case: Case) -> frozenset[str]:
    """Find the claims that a later claim of the same claimant supersedes."""
    return frozenset(claim.supersedes for claim in case.claim if claim.supersedes is not None)


def _counted(claim: Claim) -> bool:
    return claim.quantity in COUNTED or (claim.quantity == "rate" and claim.of == "containers")


def fitted_claims(case: Case, given: Conditioning) -> tuple[Fitted, ...]:
    """List the claims that are fit, with the readings of each, in the order of their ids.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> [fitted.claim.id for fitted in fitted_claims(load_case(), Conditioning("counts"))][0]
    'rok-mnd-2024-02'
    """
    old = replaced(case)
    fitted = []
    for claim in sorted(case.claim, key=lambda claim: claim.id):
        base = claim.use == "fit" and _counted(claim)
        if given.base == "all":
            base = claim.use == "fit" or (claim.use == "check" and claim.under_all is not None)
        chosen = (base and claim.id not in given.without) or claim.id in given.added
        if chosen and may_be_fit(claim) and claim.id not in old:
            fitted.append(as_fitted(claim))
    return tuple(fitted)


def claimed_unit(case: Case, read: ReadClaim) -> str:
    """Determine the unit of a claim's value: what is said of so many carriers is in items, not in items a carrier.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> case = load_case()
    >>> [claimed_unit(case, readings(claim)[0]) for claim in case.claim if claim.id == "rok-mnd-2024-02-152mm"]
    ['rounds']
    """
    quantity = quantity_of(case, read)
    return case.about.item if quantity.kind in {"capacity", "shipped"} else unit(case, quantity)
