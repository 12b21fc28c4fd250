"""Parse `given`, and list the claims that are fit with the readings that each leaves open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Literal

from shellcount.case.kinds import KINDS
from shellcount.case.schema import Case, Claim, DateRange
from shellcount.errors import UnknownNameError, UsageError
from shellcount.frozen import frozen

type Base = Literal["counts", "all"]

BASES: tuple[Base, ...] = ("counts", "all")
_LONGEST = 100  # characters of the text that readers see
COUNTED = frozenset({"containers", "trips"})  # kinds of claims on carriers


@frozen
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

    base: Base
    without: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write it as ``given`` does: ``all-but:ua-gur-2024``, ``counts-but:a,b-and:c``."""
        but = f"-but:{','.join(self.without)}" if self.without else ""
        plus = f"-and:{','.join(self.added)}" if self.added else ""
        return f"{self.base}{but}{plus}"

    @property
    def brief(self) -> str:
        """The same for readers: where it names many claims, their number instead.

        Examples
        --------
        >>> Conditioning("counts", ("a", "b")).brief
        'counts-but:a,b'
        >>> Conditioning("counts", tuple(f"claim-{n}" for n in range(20))).brief
        'counts without 20 claims'
        """
        text = str(self)
        return text if len(text) <= _LONGEST else f"{self.base} {self.words}"

    @property
    def words(self) -> str:
        """Claims that it names, in a few words for readers; empty for ``counts`` and ``all``.

        Examples
        --------
        >>> Conditioning("all", ("a",)).words
        'without a'
        >>> Conditioning("counts", ("a", "b"), ("c",)).words
        'without 2 claims, with c'
        """
        parts = (("without", self.without), ("with", self.added))
        return ", ".join(
            f"{word} {ids[0] if len(ids) == 1 else f'{len(ids):,} claims'}" for word, ids in parts if ids
        )


def split_given(text: str) -> Conditioning:
    """Split what to condition on into its parts, whatever the case: ``BASE[-but:ID,ID][-and:ID,ID]``.

    Ids are sorted, and none is repeated, so that two spellings of one conditioning become equal.

    Raises
    ------
    UsageError
        When the text has no such form.

    Examples
    --------
    >>> split_given("counts-but:b,a,b-and:c")
    Conditioning(base='counts', without=('a', 'b'), added=('c',))
    """
    head, plus, added = text.partition("-and:")
    start, but, without = head.partition("-but:")
    for base in BASES:
        if start == base:
            return Conditioning(base, _ids(without) if but else (), _ids(added) if plus else ())
    raise UsageError(
        "given must be counts, all, or one of them followed by -but:CLAIM,CLAIM to hold claims out and "
        f"by -and:CLAIM,CLAIM to add some, not {text[:60]!r}"
    )


def _ids(text: str) -> tuple[str, ...]:
    return tuple(sorted({name.strip() for name in text.split(",")}))


def parse_given(case: Case, text: str) -> Conditioning:
    """Parse what to condition on: ``counts`` or ``all``, without some claims and with others.

    A claim that is added although it is fit anyway is not named, so that each choice has one spelling.

    Raises
    ------
    UnknownNameError
        When the case has no such claim.
    UsageError
        When the text has no such form, a claim that is held out would not be fit anyway, or one that is
        added may not be fit.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> str(parse_given(load_case(), "all-but:us-state-2024-02,ua-gur-2024"))
    'all-but:ua-gur-2024,us-state-2024-02'
    """
    given = split_given(text)
    known = {claim.id: claim for claim in case.claim}
    for name in (*given.without, *given.added):
        if name not in known:
            raise UnknownNameError("claim", name, known)
    require_distinct(given.without, given.added)
    fitted = fitted_ids(case, Conditioning(given.base))
    for name in given.without:
        if name not in fitted:
            raise UsageError(f"{name} is not fit with given={given.base}, so it cannot be held out")
    require_may_be_fit(case, given.added)
    return conditioned_on(case, given.base, (fitted - set(given.without)) | set(given.added))


def conditioned_on(case: Case, base: Base, claims: AbstractSet[str]) -> Conditioning:
    """Name the conditioning on some claims by its differences from a base.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> len(conditioned_on(load_case(), "counts", {"us-state-2024-02"}).without)
    3
    """
    fitted = fitted_ids(case, Conditioning(base))
    return Conditioning(base, tuple(sorted(fitted - claims)), tuple(sorted(claims - fitted)))


def require_distinct(without: Iterable[str], added: Iterable[str]) -> None:
    """Refuse claims that are both held out and added.

    Raises
    ------
    UsageError
        When there is one.
    """
    both = sorted(set(without) & set(added))
    if both:
        raise UsageError(f"{both[0]} is both held out and added: leave out one of the two")


def require_may_be_fit(case: Case, claims: Iterable[str]) -> None:
    """Refuse to add claims that may not be fit, and say why.

    Raises
    ------
    UsageError
        When there is one.
    """
    reasons = never_fit(case)
    for name in claims:
        if name in reasons:
            raise UsageError(f"{name} cannot be fit, because it {reasons[name]}")


@frozen
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


@frozen
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
    """Give the readings that a claim leaves open when it is fit; ``under_all`` may exclude some."""
    pin = claim.under_all if pinned else None
    natures: tuple[str | None, ...] = claim.natures or (None,)
    if pin is not None and pin.nature is not None:
        natures = (pin.nature,)
    return Fitted(claim, natures, claim.as_of if pin is None or pin.as_of is None else pin.as_of)


def never_fit(case: Case) -> dict[str, str]:
    """List the claims that may not be fit at all, each with the reason, as the end of a sentence.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> never_fit(load_case())["eu-deliveries-2024-06"]
    'states a comparator, which is only shown'
    """
    newer = {claim.supersedes: claim.id for claim in case.claim if claim.supersedes is not None}
    reasons = {}
    for claim in case.claim:
        if claim.withdrawn:
            reasons[claim.id] = "was withdrawn"
        elif claim.id in newer:
            reasons[claim.id] = f"was superseded by {newer[claim.id]}"
        elif claim.restates is not None:
            reasons[claim.id] = f"restates {claim.restates}"
        elif claim.derived_from is not None:
            reasons[claim.id] = f"was derived from {claim.derived_from}"
        elif not KINDS[claim.quantity].fit:
            reasons[claim.id] = f"states a {claim.quantity}, which is only shown"
    return reasons


def replaced(case: Case) -> frozenset[str]:
    """Find the claims that a later claim of the same claimant supersedes."""
    return frozenset(claim.supersedes for claim in case.claim if claim.supersedes is not None)


def _counted(claim: Claim) -> bool:
    return claim.quantity in COUNTED or (claim.quantity == "rate" and claim.of == "containers")


def fitted_ids(case: Case, given: Conditioning) -> frozenset[str]:
    """Collect the ids of the claims that are fit.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> "us-state-2024-02" in fitted_ids(load_case(), Conditioning("counts"))
    True
    """
    chosen, without = set(given.added), set(given.without)
    for claim in case.claim:
        fit = claim.use == "fit" and _counted(claim)
        if given.base == "all":
            fit = claim.use == "fit" or (claim.use == "check" and claim.under_all is not None)
        if fit and claim.id not in without:
            chosen.add(claim.id)
    return frozenset(chosen - never_fit(case).keys())


def fitted_claims(case: Case, given: Conditioning) -> tuple[Fitted, ...]:
    """List the claims that are fit, with the readings of each, in the order of their ids.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> [fitted.claim.id for fitted in fitted_claims(load_case(), Conditioning("counts"))][0]
    'rok-mnd-2024-02'
    """
    fitted = fitted_ids(case, given)
    claims = sorted(case.claim, key=lambda claim: claim.id)
    return tuple(as_fitted(claim) for claim in claims if claim.id in fitted)
