"""Check claims one by one: their fields, uses, readings and times."""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Iterator

from shellcount.case.assumptions import Pause
from shellcount.case.figures import figure_faults
from shellcount.case.kinds import FIELDS, KINDS
from shellcount.case.parts import WellFormed
from shellcount.case.schema import MAX_YEARS, Claim
from shellcount.errors import Fault, suggestion
from shellcount.text import shown

_DAY = dt.timedelta(days=1)
_SETTLED = "no figure can inform it; leave the claim out"


def claim_faults(parts: WellFormed) -> Iterator[Fault]:
    """Find faults of single claims: figures, fields, uses, readings and times.

    Parameters
    ----------
    parts
        Well-formed parts of a case file.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> list(claim_faults(WellFormed.of(load_case())))
    []
    """
    start = parts.containers.first_shipment if parts.containers else None
    pauses = joined(pause for pause in parts.pause.values() if pause.since <= pause.as_of)
    for index, claim in parts.claim.items():
        at = f"claim[{index}]"
        yield from _fields(at, claim)
        yield from _of(at, claim)
        yield from _cargo(at, claim, parts)
        yield from _use(at, claim)
        yield from figure_faults(at, claim)
        if len(set(claim.natures)) < len(claim.natures):
            yield Fault(f"{at}.nature", "names a nature twice")
        yield from _odds(at, claim)
        yield from _reading(at, claim)
        yield from _dates(at, claim, start)
        if start is not None and KINDS[claim.quantity].dated:
            yield from _paused(at, claim, start, pauses)


# --- fields ------------------------------------------------------------------------------


def _fields(at: str, claim: Claim) -> Iterator[Fault]:
    kind = KINDS[claim.quantity]
    for name in FIELDS:
        given = getattr(claim, name) is not None
        if name in kind.needs and not given:
            yield Fault(f"{at}.{name}", f"required for a claim of {claim.quantity}")
        if given and name not in kind.needs | kind.allows:
            yield Fault(f"{at}.{name}", f"not allowed for a claim of {claim.quantity}")


def _of(at: str, claim: Claim) -> Iterator[Fault]:
    """Find a scope or nature that a rate or share lacks, or that contradicts what it is of."""
    kind = KINDS[claim.quantity]
    if claim.of is None or not kind.of:
        return
    if claim.of not in kind.of:
        known = " or ".join(kind.of)
        yield Fault(f"{at}.of", f"there is no {claim.quantity} of {claim.of}", None, f"write {known}")
        return
    what = f"a {claim.quantity} of {claim.of}"
    if claim.of == "carriers":
        if claim.nature is not None and claim.scope is not None:
            yield Fault(f"{at}.scope", f"{what} has a nature or a scope, not both", shown(claim.scope))
        if claim.nature is None and claim.scope is None:
            yield Fault(f"{at}.scope", f"{what} needs a nature or a scope")
        return
    needed, refused = {"containers": ("scope", "nature"), "items": ("nature", "scope")}.get(
        claim.of, (None, "scope")
    )
    if needed is not None and getattr(claim, needed) is None:
        yield Fault(f"{at}.{needed}", f"required for {what}")
    if getattr(claim, refused) is not None:
        yield Fault(f"{at}.{refused}", f"not allowed for {what}")


def _cargo(at: str, claim: Claim, parts: WellFormed) -> Iterator[Fault]:
    """Find scopes that a share or mass cannot be of, and masses in a case that weighs no items."""
    scopes = parts.ids.get("scope", [])
    if claim.quantity == "share" and claim.scope is not None and claim.scope == next(iter(scopes), None):
        yield Fault(
            f"{at}.scope", "the first scope is the widest, and a share of no other", shown(claim.scope)
        )
    if claim.quantity == "share":
        yield from _settled(at, claim, parts)
    if claim.quantity != "mass":
        return
    if claim.scope in scopes[:-1]:
        hint = f"masses are known of the narrowest scope, {scopes[-1]}, alone"
        yield Fault(f"{at}.scope", "no mass is known of a wider scope", shown(claim.scope), hint)
    light = [nature.id for nature in parts.nature.values() if nature.per_carrier is not None]
    if light:
        hint = "a nature that states per_carrier has no mass"
        yield Fault(f"{at}.quantity", f"the mass of {light[0]} is not known", "'mass'", hint)


def _settled(at: str, claim: Claim, parts: WellFormed) -> Iterator[Fault]:
    """Find shares that the case itself takes to be none or all, which have no logit."""
    if claim.scope is not None:
        shares = [scope.share for scope in parts.scope.values() if scope.id == claim.scope]
        if any(share is not None and share.value == 1 for share in shares):
            yield Fault(f"{at}.scope", "the case takes this share to be 1", shown(claim.scope), _SETTLED)
        return
    scenario = parts.scenario.get(0)
    mix = scenario.mix if scenario is not None and claim.of == "items" else None
    only = len(set(parts.ids.get("nature", ()))) == 1
    for name in claim.natures:
        share = 1.0 if only and mix is None else None if mix is None else mix.get(name, 0.0)
        if share in {0.0, 1.0}:
            yield Fault(f"{at}.nature", f"the case takes this share to be {share:g}", shown(name), _SETTLED)


def _use(at: str, claim: Claim) -> Iterator[Fault]:
    kind = KINDS[claim.quantity]
    if claim.use == "fit" and not kind.fit:
        use = "check" if kind.known else "context"
        yield Fault(f"{at}.use", f"a {claim.quantity} is never fit", "'fit'", f"write use = '{use}'")
    if claim.use == "check" and not kind.known:
        message = f"a {claim.quantity} has no posterior to check against"
        yield Fault(f"{at}.use", message, "'check'", "write use = 'context'")
    if claim.under_all is not None and claim.use != "check":
        yield Fault(f"{at}.under_all", "only a checked claim can be fit with given=all")
    yield from _outcome(at, claim)
    why = _never_fit(claim)
    if why is not None and claim.use == "fit":
        yield Fault(f"{at}.use", f"a claim that {why} is never fit", "'fit'", "write use = 'check'")
    if why is not None and claim.under_all is not None:
        yield Fault(f"{at}.under_all", f"a claim that {why} is never fit", None, "leave it out")


def _outcome(at: str, claim: Claim) -> Iterator[Fault]:
    """Find outcomes that would inform the posterior that they are to judge, or that nobody states."""
    if not claim.outcome:
        return
    if claim.use != "check":
        yield Fault(f"{at}.outcome", "only a checked claim can be the outcome", None, "write use = 'check'")
    if claim.under_all is not None:
        yield Fault(f"{at}.under_all", "the outcome is not fit", None, "leave it out")
    why = "is a yardstick" if claim.quantity == "comparator" else _never_fit(claim)
    if why is not None:
        yield Fault(f"{at}.outcome", f"a claim that {why} is no outcome", None, "leave it out")


def _never_fit(claim: Claim) -> str | None:
    """Tell why a claim is never fit, if it says so itself."""
    if claim.derived_from is not None:
        return "was derived from another"
    if claim.restates is not None:
        return "restates another"
    return "was withdrawn" if claim.withdrawn else None


# --- readings ----------------------------------------------------------------------------


def _odds(at: str, claim: Claim) -> Iterator[Fault]:
    odds = claim.reading_odds
    if odds is None:
        return
    if len(claim.natures) < 2:
        yield Fault(f"{at}.reading_odds", "only a claim of several natures leaves one open")
        return
    for name in odds:
        if name not in claim.natures:
            hint = suggestion(name, claim.natures)
            yield Fault(f"{at}.reading_odds.{name}", "not one of the natures of the claim", None, hint)
    for name in dict.fromkeys(claim.natures):
        if name not in odds:
            yield Fault(f"{at}.reading_odds.{name}", "missing", None, "give the odds of each nature")


def _reading(at: str, claim: Claim) -> Iterator[Fault]:
    reading = claim.under_all
    if reading is None:
        return
    if reading.nature is not None and reading.nature not in claim.natures:
        yield Fault(
            f"{at}.under_all.nature",
            "not one of the natures of the claim",
            shown(reading.nature),
            suggestion(reading.nature, claim.natures),
        )
    days = claim.dates
    if reading.as_of is not None and not min(days) <= reading.as_of <= max(days):
        yield Fault(f"{at}.under_all.as_of", "outside the dates of the claim", reading.as_of.isoformat())


# --- times -------------------------------------------------------------------------------


def _dates(at: str, claim: Claim, start: dt.date | None) -> Iterator[Fault]:
    days = claim.dates
    if days != tuple(sorted(days)):
        yield Fault(f"{at}.as_of", "earliest is after latest", " and ".join(day.isoformat() for day in days))
    since = claim.since
    if since is not None and since > min(days):
        may = "ends" if since > max(days) else "may end"
        yield Fault(f"{at}.since", f"the period {may} before it begins", f"{since} to {min(days)}")
    if start is None:
        return
    shipped = f"the first shipment ({start.isoformat()})"
    for day in days:
        if since is None and day <= start:
            yield Fault(f"{at}.as_of", f"not after {shipped}", day.isoformat(), "nothing was shipped by then")
        elif day < start:
            yield Fault(f"{at}.as_of", f"the period ends before {shipped}", day.isoformat())
        elif day.year - start.year > MAX_YEARS:
            yield Fault(f"{at}.as_of", f"more than {MAX_YEARS} years after {shipped}", day.isoformat())
    if since is not None and start.year - since.year > MAX_YEARS:
        yield Fault(f"{at}.since", f"more than {MAX_YEARS} years before {shipped}", since.isoformat())


def _paused(at: str, claim: Claim, start: dt.date, pauses: list[tuple[dt.date, dt.date]]) -> Iterator[Fault]:
    """Find times in which nothing was sent by the case's own account."""
    end = min(claim.dates) - (_DAY if claim.since is None else dt.timedelta())
    begin = start if claim.since is None else max(start, claim.since)
    place = bisect.bisect_right(pauses, (begin, dt.date.max)) - 1  # the last pause to begin by then
    if begin <= end and place >= 0 and end <= pauses[place][1]:
        hint = "nothing is sent in a pause, so that no figure can be of it"
        yield Fault(f"{at}.as_of", "its time lies in pauses", f"{begin} to {end}", hint)


def joined(pauses: Iterator[Pause]) -> list[tuple[dt.date, dt.date]]:
    """Join pauses that overlap or adjoin: the first and last day of each.

    Parameters
    ----------
    pauses
        Pauses that end after they begin.

    Examples
    --------
    >>> joined(iter(()))
    []
    """
    spans: list[tuple[dt.date, dt.date]] = []
    for first, last in sorted((pause.since, pause.as_of) for pause in pauses):
        if spans and first <= spans[-1][1] + _DAY:
            spans[-1] = spans[-1][0], max(spans[-1][1], last)
        else:
            spans.append((first, last))
    return spans
