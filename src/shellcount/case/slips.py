"""Find slips: entries of a valid case that are likely to be wrong, or to be left over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from shellcount.case.amounts import middle, worded
from shellcount.case.kinds import KINDS
from shellcount.case.schema import Case, Claim, Source
from shellcount.wording import phrases

_TOLERANCE = 1e-6  # of a step, within which a value is a multiple of its resolution


def slips(case: Case) -> tuple[str, ...]:
    """Describe the likely slips of a case, one sentence each.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> slips(load_case())
    ()
    """
    sources = {source.id: source for source in case.source}
    claims = {claim.id: claim for claim in case.claim}
    of_claims = (
        found
        for claim in case.claim
        for found in (
            _resolution(claim),
            _reports(claim),
            _restated(claim, claims),
            _dates(claim, sources),
        )
        if found is not None
    )
    return tuple(chain(of_claims, _unused(case), _repeated(case), _revised(case)))


def _resolution(claim: Claim) -> str | None:
    if claim.resolution is None or claim.interval is not None:
        return None
    steps = claim.stated / claim.resolution
    if abs(steps - round(steps)) <= _TOLERANCE * max(1.0, steps * 1e-6):
        return None
    return (
        f"The value of {claim.id}, {phrases.exact(claim.stated)}, is not a multiple of its resolution, "
        f"{phrases.exact(claim.resolution)}: one of them has a slip."
    )


def _reports(claim: Claim) -> str | None:
    """Tell whether every report states another value, even when rounded as the claim is."""
    logit = KINDS[claim.quantity].logit
    step = 0.0 if claim.resolution is None else claim.resolution / 2
    room = max(step, claim.stated * _TOLERANCE) * (1 + _TOLERANCE)
    if any(abs(middle(report.value, logit=logit) - claim.stated) <= room for report in claim.reports):
        return None
    stated = dict.fromkeys(f"{worded(report.value, None)} ({report.source})" for report in claim.reports)
    return (
        f"No report of {claim.id} states its value, {worded(claim.value, None)}; "
        f"stated: {phrases.listing([*stated])}."
    )


def _restated(claim: Claim, claims: Mapping[str, Claim]) -> str | None:
    """Tell whether a claim restates another that says something else."""
    if claim.restates is None:
        return None
    other = claims[claim.restates]
    if claim.quantity != other.quantity:
        return (
            f"{claim.id} restates {other.id}, but is a claim of {claim.quantity} and not of {other.quantity}."
        )
    if abs(claim.stated - other.stated) <= _TOLERANCE * other.stated:
        return None
    return (
        f"{claim.id} restates {other.id}, but states {worded(claim.value, None)} "
        f"and not {worded(other.value, None)}: if it replaces it, write supersedes."
    )


def _dates(claim: Claim, sources: Mapping[str, Source]) -> str | None:
    """Tell which documents appeared before the date that they are said to report."""
    first = min(claim.dates)
    earlier = dict.fromkeys(
        f"{report.source} ({source.published.isoformat()})"
        for report in claim.reports
        if (source := sources[report.source]).published is not None and source.published < first
    )
    if not earlier:
        return None
    return (
        f"{claim.id} refers to {first.isoformat()}, after the publication of "
        f"{phrases.listing([*earlier])}, where it is said to be reported."
    )


def _unused(case: Case) -> Iterator[str]:
    cited = {report.source for claim in case.claim for report in claim.reports}
    made = {claim.claimant for claim in case.claim}
    counted = {claim.trip for claim in case.claim}
    for what, known, used in (
        ("reported by the source", case.source, cited),
        ("made by the claimant", case.claimant, made),
        ("of the trip", case.trip or (), counted),
    ):
        left = [entry.id for entry in known if entry.id not in used]
        if left:
            yield f"No claim is {what}{'s' if len(left) > 1 else ''} {phrases.listing(left)}."


def _repeated(case: Case) -> Iterator[str]:
    addresses = [(source.url, source.id) for source in case.source if source.url is not None]
    copies = [(source.sha256, source.id) for source in case.source if source.sha256 is not None]
    for what, entries in (("address", addresses), ("stored copy", copies)):
        for names in _shared(entries):
            shared = f"The sources {phrases.listing(names)} have the same {what}"
            yield f"{shared}: if they are one document, join them."


def _revised(case: Case) -> Iterator[str]:
    """Tell which documents appeared after the last revision of the case that has them."""
    day = case.about.revised
    later = [
        f"{source.id} ({source.published.isoformat()})"
        for source in case.source
        if day is not None and source.published is not None and source.published > day
    ]
    if later:
        yield f"The case was revised on {day}, before the publication of {phrases.listing(later)}."


def _shared(entries: Iterable[tuple[str, str]]) -> Iterator[list[str]]:
    """List the names that share a value."""
    names: dict[str, list[str]] = {}
    for value, name in entries:
        names.setdefault(value, []).append(name)
    return (sharing for sharing in names.values() if len(sharing) > 1)
