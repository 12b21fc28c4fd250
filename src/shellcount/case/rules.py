"""Find faults of meaning, which the types of a case file cannot express.

Every rule is a generator of faults over the parts of the file that have the right shape, so
that one run reports faults of shape and of meaning together.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

from shellcount.case.assumptions import Assumption, Priors
from shellcount.case.kinds import FIELDS, KINDS
from shellcount.case.nouns import noun_faults
from shellcount.case.parameters import Parameter, entries_of_parts, share_name
from shellcount.case.parts import WellFormed
from shellcount.case.schema import MAX_YEARS, Claim
from shellcount.errors import Fault, UsageError, suggestion
from shellcount.text import shown

_WIDEST_WALK = 2.0
_NAMED_TABLES = ("source", "claimant", "claim", "scope", "nature", "scenario")


def faults(parts: WellFormed) -> list[Fault]:
    """Apply every rule, and list the faults in the order of the rules."""
    return [
        fault
        for rule in (
            _nouns,
            _ids,
            _references,
            _grades,
            _claims,
            _repetitions,
            _scopes,
            _flow,
            _assumptions,
            _natures,
            _scenarios,
        )
        for fault in rule(parts)
    ]


def _nouns(parts: WellFormed) -> Iterator[Fault]:
    if parts.about is not None:
        yield from noun_faults(parts.about)


def _ids(parts: WellFormed) -> Iterator[Fault]:
    for table in _NAMED_TABLES:
        first: dict[str, int] = {}
        for index, name in enumerate(parts.ids.get(table, ())):
            if name in first:
                yield Fault(
                    f"{table}[{index}].id",
                    "this id is taken",
                    shown(name),
                    f"{table}[{first[name]}] has it; choose another",
                )
            first.setdefault(name, index)
    natures = set(parts.ids.get("nature", ()))
    for index, scenario in parts.scenario.items():
        if scenario.id in natures:
            yield Fault(
                f"scenario[{index}].id",
                "a nature has this id",
                shown(scenario.id),
                f"call it all-{scenario.id}",
            )
    for index, nature in parts.nature.items():
        first = {}
        for place, stow in enumerate(nature.stow):
            if stow.id in first:
                yield Fault(
                    f"nature[{index}].stow[{place}].id",
                    "this id is taken",
                    shown(stow.id),
                    f"stow[{first[stow.id]}] has it; choose another",
                )
            first.setdefault(stow.id, place)


def _missing(path: str, kind: str, name: str, known: list[str]) -> Fault:
    return Fault(path, f"no {kind} has this id", shown(name), suggestion(name, known))


def _references(parts: WellFormed) -> Iterator[Fault]:
    ids = parts.ids
    for index, claim in parts.claim.items():
        at = f"claim[{index}]"
        if claim.claimant not in ids.get("claimant", ()):
            yield _missing(f"{at}.claimant", "claimant", claim.claimant, ids.get("claimant", []))
        for place, report in enumerate(claim.reports):
            if report.source not in ids.get("source", ()):
                yield _missing(
                    f"{at}.reports[{place}].source", "source", report.source, ids.get("source", [])
                )
        if claim.scope is not None and claim.scope not in ids.get("scope", ()):
            yield _missing(f"{at}.scope", "scope", claim.scope, ids.get("scope", []))
        for name in claim.natures:
            if name not in ids.get("nature", ()):
                yield _missing(f"{at}.nature", "nature", name, ids.get("nature", []))
        if claim.hedge not in {None, "between"} and parts.hedges is not None and claim.hedge not in parts.hedges:
            yield Fault(f"{at}.hedge", f"[hedges.{claim.hedge}] is missing", shown(claim.hedge))


def _grades(parts: WellFormed) -> Iterator[Fault]:
    for index, claimant in parts.claimant.items():
        if claimant.grade is not None and parts.reliability is not None and claimant.grade not in parts.reliability:
            yield Fault(
                f"claimant[{index}].grade",
                f"[reliability.{claimant.grade}] is missing",
                shown(claimant.grade),
                "each grade in use needs its spread",
            )


def _claims(parts: WellFormed) -> Iterator[Fault]:
    start = parts.containers.first_shipment if parts.containers else None
    for index, claim in parts.claim.items():
        at = f"claim[{index}]"
        yield from _fields(at, claim)
        yield from _use(at, claim)
        if claim.resolution is not None and claim.resolution > claim.stated > 0:
            yield Fault(
                f"{at}.resolution", "coarser than the value", f"{claim.resolution:g} for {claim.stated:g}"
            )
        if len(set(claim.natures)) < len(claim.natures):
            yield Fault(f"{at}.nature", "names a nature twice")
        yield from _reading(at, claim)
        yield from _dates(at, claim, start)


def _fields(at: str, claim: Claim) -> Iterator[Fault]:
    kind = KINDS[claim.quantity]
    for name in FIELDS:
        given = getattr(claim, name) is not None
        if name in kind.needs and not given:
            yield Fault(f"{at}.{name}", f"required for a claim of {claim.quantity}")
        if given and name not in kind.needs | kind.allows:
            yield Fault(f"{at}.{name}", f"not allowed for a claim of {claim.quantity}")


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


def _dates(at: str, claim: Claim, start: dt.date | None) -> Iterator[Fault]:
    days = claim.dates
    if days != tuple(sorted(days)):
        yield Fault(f"{at}.as_of", "earliest is after latest", " and ".join(day.isoformat() for day in days))
    if start is None:
        return
    for day in days:
        if day <= start:
            yield Fault(
                f"{at}.as_of",
                f"not after the first shipment ({start.isoformat()})",
                day.isoformat(),
                "nothing was shipped by then",
            )
        elif day.year - start.year > MAX_YEARS:
            yield Fault(
                f"{at}.as_of",
                f"more than {MAX_YEARS} years after the first shipment ({start.isoformat()})",
                day.isoformat(),
            )


def _repetitions(parts: WellFormed) -> Iterator[Fault]:
    """Find statements entered twice, which would count twice or be both fit and checked."""
    first: dict[tuple[object, ...], int] = {}
    for index, claim in parts.claim.items():
        statement = (
            claim.claimant,
            claim.quantity,
            claim.value if isinstance(claim.value, str | float) else claim.interval,
            claim.since,
            claim.dates,
            claim.scope,
            frozenset(claim.natures),
            claim.containers,
        )
        if statement in first:
            other = parts.claim[first[statement]]
            uses = sorted({claim.use, other.use})
            effect = f"be {' and '.join(uses)} at once" if len(uses) == 2 else "count twice"
            message = f"the same statement as claim[{first[statement]}], which would {effect}"
            yield Fault(f"claim[{index}]", message, shown(claim.id), "add a report to the other instead")
        first.setdefault(statement, index)


def _scopes(parts: WellFormed) -> Iterator[Fault]:
    for index, scope in parts.scope.items():
        if index == 0 and scope.share is not None:
            yield Fault("scope[0].share", "the first scope is the widest and has no share")
        name = share_name(scope.id)
        if name in Priors.model_fields:
            yield Fault(f"scope[{index}].id", f"a prior is called {name}", shown(scope.id), "choose another")
        if index > 0 and scope.share is None:
            yield Fault(f"scope[{index}].share", "missing", None, "state its share of the scope before it")


def _assumptions(parts: WellFormed) -> Iterator[Fault]:
    for entry in entries_of_parts(parts):
        stated = entry.assumption
        if isinstance(entry, Parameter) and isinstance(stated, Assumption):
            try:
                stated.prior(entry.kind)
            except UsageError as error:
                yield Fault(entry.path, str(error), f"low = {stated.low}, high = {stated.high}")


def _flow(parts: WellFormed) -> Iterator[Fault]:
    if parts.priors is not None and parts.priors.rate_walk_sd.value > _WIDEST_WALK:
        yield Fault(
            "priors.rate_walk_sd.value",
            f"must be at most {_WIDEST_WALK:g}, a factor of seven from month to month",
            f"{parts.priors.rate_walk_sd.value:g}",
        )


def _natures(parts: WellFormed) -> Iterator[Fault]:
    for index, nature in parts.nature.items():
        if len(nature.stow) > 1 and nature.stow_spread is None:
            yield Fault(
                f"nature[{index}].stow_spread",
                "missing",
                None,
                "several stows need the spread of their shares",
            )
        if len(nature.stow) == 1 and nature.stow_spread is not None:
            yield Fault(f"nature[{index}].stow_spread", "a single stow has no shares to spread")


def _scenarios(parts: WellFormed) -> Iterator[Fault]:
    known = parts.ids.get("nature", [])
    for index, scenario in parts.scenario.items():
        if scenario.mix is None:
            continue
        for name in scenario.mix:
            if name not in known:
                yield _missing(f"scenario[{index}].mix.{name}", "nature", name, known)
        total = math.fsum(scenario.mix.values())
        if not math.isclose(total, 1.0, abs_tol=1e-9):
            yield Fault(f"scenario[{index}].mix", "the shares must sum to 1", f"{total:g}")
