"""Check how claims refer to each other, and find statements that are entered twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shellcount.case.parts import WellFormed
from shellcount.case.schema import Claim
from shellcount.errors import Fault, suggestion
from shellcount.text import shown

LINKS = ("derived_from", "restates", "supersedes")
# Pairs of what a claim says of itself that cannot both be true, each with the reason.
_CONTRADICTIONS = (
    ("derived_from", "restates", "a figure is computed, or repeated"),
    ("restates", "supersedes", "a figure repeats an older one, or replaces it"),
    ("supersedes", "withdrawn", "what was withdrawn replaces nothing"),
)


def link_faults(parts: WellFormed) -> Iterator[Fault]:
    """Find claims that refer to none, to themselves, to a claim of another claimant, or round in a circle.

    Parameters
    ----------
    parts
        Well-formed parts of a case file.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> list(link_faults(WellFormed.of(load_case())))
    []
    """
    known = parts.ids.get("claim", [])
    claims: dict[str, Claim] = {}
    for claim in parts.claim.values():
        claims.setdefault(claim.id, claim)
    ids = set(known)
    for index, claim in parts.claim.items():
        at = f"claim[{index}]"
        for first, second, why in _CONTRADICTIONS:
            if getattr(claim, first) is not None and getattr(claim, second):
                yield Fault(f"{at}.{second}", f"contradicts {first}", None, why)
        for link, name in _links(claim):
            path = f"{at}.{link}"
            if name not in ids:
                yield Fault(path, "no claim has this id", shown(name), suggestion(name, known))
            elif name == claim.id:
                yield Fault(path, "refers to itself", shown(name))
            elif name in claims:
                yield from _link(path, link, claim, claims[name])
    yield from _circles(parts, claims)


def _links(claim: Claim) -> Iterator[tuple[str, str]]:
    for link in LINKS:
        name = getattr(claim, link)
        if name is not None:
            yield link, name


def _link(path: str, link: str, claim: Claim, other: Claim) -> Iterator[Fault]:
    if other.claimant != claim.claimant:
        message = f"a claim of another claimant, {other.claimant}"
        hint = "only a claimant's own figures are derived, restated or replaced"
        yield Fault(path, message, shown(other.id), hint)
    if link == "derived_from" and (other.interval is not None or not other.stated > 0):
        hint = "it must state a number"
        yield Fault(path, f"no multiplier can be taken of {other.words}", shown(other.id), hint)


def _circles(parts: WellFormed, claims: Mapping[str, Claim]) -> Iterator[Fault]:
    """Find circles of references, each once, at the reference that closes it."""
    places: dict[str, int] = {}
    for index, claim in parts.claim.items():
        places.setdefault(claim.id, index)
    done: set[str] = set()
    for start in claims:
        trail: dict[str, Iterator[tuple[str, str]]] = {}
        here: str | None = start if start not in done else None
        while here is not None:
            steps = trail.setdefault(here, _links(claims[here]))
            for link, name in steps:
                if name in trail and name != here:
                    circle = [*trail][[*trail].index(name) :]
                    path = f"claim[{places[here]}].{link}"
                    yield Fault(path, "refers round in a circle", shown(", ".join([*circle, name])))
                elif name in claims and name not in done and name not in trail:
                    here = name
                    break
            else:
                done.add(here)
                del trail[here]
                here = next(reversed(trail), None)


def repetitions(parts: WellFormed) -> Iterator[Fault]:
    """Find statements entered twice, which would count twice or be both fit and checked.

    Parameters
    ----------
    parts
        Well-formed parts of a case file.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> list(repetitions(WellFormed.of(load_case())))
    []
    """
    first: dict[tuple[object, ...], int] = {}
    for index, claim in parts.claim.items():
        if claim.restates is not None:  # which is how a repetition is entered
            continue
        statement = _statement(claim)
        if statement in first:
            other = parts.claim[first[statement]]
            uses = sorted({claim.use, other.use})
            effect = f"be {' and '.join(uses)} at once" if len(uses) == 2 else "count twice"
            message = f"the same statement as claim[{first[statement]}], which would {effect}"
            yield Fault(f"claim[{index}]", message, shown(claim.id), "add a report to the other instead")
        first.setdefault(statement, index)


def _statement(claim: Claim) -> tuple[object, ...]:
    """Give what a claim says, by which a repetition is recognised."""
    return (
        claim.claimant,
        claim.quantity,
        claim.of,
        claim.per,
        claim.value if claim.interval is None else claim.interval,
        claim.since,
        claim.dates,
        claim.scope,
        frozenset(claim.natures),
        claim.containers,
        claim.trip,
    )
