"""Recognise series: figures of a claimant that are one multiple of its own counts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from shellcount.case.schema import Case, Claim
from shellcount.checks.tensions import MOST_COMPARED
from shellcount.frozen import frozen
from shellcount.results.given import replaced
from shellcount.results.series import Series
from shellcount.wording import phrases

FEWEST = 3  # figures that look derived, of as many counts
CHANCE = 0.05  # of so close an agreement by chance, above which nothing is said
SCATTER = 0.10  # log units: by how much what carriers hold differs from count to count, if it is counted
VARIED = 1.2  # times the smallest count: without a larger one, a constant multiple is no news
NEAREST_DAYS = 31  # between a figure and the count that it may be a multiple of
_ITEMS = frozenset({"rounds", "capacity", "carried"})


@frozen
class _Multiple:
    """Figure with the count that it may be a multiple of.

    Parameters
    ----------
    claim, base
        Figure and count.
    ratio
        Figure over count.
    low, high
        Ratios that both are compatible with, as rounded.
    """

    claim: Claim
    base: Claim
    ratio: float
    low: float
    high: float


def series(case: Case) -> tuple[Series, ...]:
    r"""Find figures that a claimant computed from its own counts by one multiplier.

    In a case of more than 500 claims only marked figures are looked at.

    The figures that the case marks as derived form a series where one multiplier gives them all, within what
    was rounded. Figures without that mark look derived where at least three, of counts that differ by a fifth
    or more, have such a multiplier, and where so close an agreement has by chance a probability below 5%: if
    what a carrier holds scatters by a tenth, two multipliers agree within :math:`w` with the probability
    :math:`w / (0.1 \sqrt{\pi})`. Each figure is compared with the claimant's count of the same time, or
    else the nearest within a month.

    Parameters
    ----------
    case
        The case.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> [(found.claims, round(found.multiplier)) for found in series(load_case())]
    [(('rok-mnd-2024-02-152mm', 'rok-mnd-2024-02-sent', 'rok-mnd-2024-06-capacity'), 456)]
    """
    old = replaced(case)
    current: dict[str, list[Claim]] = {}
    for claim in case.claim:
        if claim.restates is None and not claim.withdrawn and claim.id not in old and claim.stated > 0:
            current.setdefault(claim.claimant, []).append(claim)
    by_id = {claim.id: claim for claim in case.claim}
    return tuple(found for own in current.values() for found in _of_claimant(case, own, by_id))


def _of_claimant(case: Case, own: Sequence[Claim], by_id: Mapping[str, Claim]) -> Iterator[Series]:
    """Find the series among the figures of one claimant."""
    marked = [
        _multiple(claim, by_id[claim.derived_from])
        for claim in own
        if claim.derived_from is not None and claim.quantity in _ITEMS
    ]
    group = _agreeing(marked)
    while len(group) >= 2:
        yield _series(case, group, None)
        marked = [each for each in marked if each not in group]
        group = _agreeing(marked)
    if len(case.claim) > MOST_COMPARED:
        return
    for multiples in _unmarked(case, own, by_id):
        group = _agreeing(multiples)
        counts = [each.base.stated for each in group]
        chance = _chance(group)
        if (
            len({each.base.id for each in group}) >= FEWEST
            and max(counts) >= VARIED * min(counts)
            and chance < CHANCE
            and any(each.claim.derived_from is None for each in group)
        ):
            yield _series(case, group, chance)


def _unmarked(case: Case, own: Sequence[Claim], by_id: Mapping[str, Claim]) -> Iterator[list[_Multiple]]:
    """List figures of one kind and nature, each with the count of one scope that it may come from."""
    counts = [claim for claim in own if claim.quantity == "containers"]
    figures = [claim for claim in own if claim.quantity in _ITEMS and claim.interval is None]
    for scope in (entry.id for entry in case.scope):
        within = [claim for claim in counts if claim.scope == scope and claim.interval is None]
        for key in dict.fromkeys(_what(claim) for claim in figures):
            pairs = [
                (claim, by_id[claim.derived_from] if claim.derived_from else _nearest(claim, within))
                for claim in figures
                if _what(claim) == key
            ]
            yield [_multiple(claim, base) for claim, base in pairs if base and base.scope == scope]


def _what(claim: Claim) -> tuple[str, tuple[str, ...]]:
    return claim.quantity, claim.natures


def _nearest(claim: Claim, counts: Iterable[Claim]) -> Claim | None:
    """Find the count that a figure may be a multiple of: of as many carriers, or of the nearest time."""
    if claim.containers is not None:
        same = [count for count in counts if count.stated == claim.containers]
    else:
        same = [
            count
            for count in counts
            if count.since == claim.since and (claim.since is None or count.dates == claim.dates)
        ]
    nearest = min(same, key=lambda count: (_apart(claim, count), count.id), default=None)
    return nearest if nearest is not None and _apart(claim, nearest) <= NEAREST_DAYS else None


def _apart(one: Claim, other: Claim) -> int:
    return max(abs((one.dates[end] - other.dates[end]).days) for end in (0, -1))


def _multiple(claim: Claim, base: Claim) -> _Multiple:
    (low, high), (fewest, most) = _rounded(claim), _rounded(base)
    return _Multiple(claim, base, claim.stated / base.stated, low / most, high / fewest)


def _rounded(claim: Claim) -> tuple[float, float]:
    """Give the values that round to a figure, or the ends of a range."""
    if claim.interval is not None:
        return claim.interval.low, claim.interval.high
    half = min((claim.resolution or 0.0) / 2, claim.stated / 2)
    return claim.stated - half, claim.stated + half


def _agreeing(multiples: Sequence[_Multiple]) -> list[_Multiple]:
    """Find the most figures that one multiplier gives: those whose intervals share a point."""
    best: list[_Multiple] = []
    for start in multiples:
        here = [each for each in multiples if each.low <= start.low <= each.high]
        if len(here) > len(best):
            best = here
    return best


def _chance(group: Sequence[_Multiple]) -> float:
    """Bound the probability that figures which nobody computed have one multiplier, as rounded."""
    widths = [math.log(each.high / each.low) / 2 for each in group]
    first, *others = sorted(widths) or [0.0]
    density = 1 / (2 * SCATTER * math.sqrt(math.pi))  # of the difference of two logs, at 0
    return math.prod(min(1.0, 2 * (first + width) * density) for width in others)


def _series(case: Case, group: Sequence[_Multiple], chance: float | None) -> Series:
    claimant = group[0].claim.claimant
    low, high = max(each.low for each in group), min(each.high for each in group)
    told = [each.ratio for each in group if each.claim.interval is None] or [each.ratio for each in group]
    return Series(
        claimant=claimant,
        title=next(entry.title for entry in case.claimant if entry.id == claimant),
        claims=tuple(each.claim.id for each in group),
        bases=tuple(each.base.id for each in group),
        unmarked=tuple(each.claim.id for each in group if each.claim.derived_from is None),
        multiplier=math.sqrt(low * high),
        low=low,
        high=high,
        smallest=min(told),
        largest=max(told),
        unit=f"{case.about.item} a {phrases.singular(case.about.carrier)}",
        chance=chance,
    )
