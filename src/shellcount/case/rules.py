"""Find faults of meaning, which the types of a case file cannot express.

Every rule is a generator of faults over the parts of the file that have the right shape, so
that one run reports faults of shape and of meaning together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from shellcount.case.assumptions import Assumption, Priors
from shellcount.case.fields import LEXICONS
from shellcount.case.implied import implied_faults
from shellcount.case.nouns import noun_faults
from shellcount.case.parameters import Fixed, entries_of_parts, share_name, written
from shellcount.case.parts import WellFormed
from shellcount.case.relations import link_faults, repetitions
from shellcount.case.schema import MAX_YEARS, Claim
from shellcount.case.statements import claim_faults
from shellcount.errors import Fault, UsageError, suggestion
from shellcount.maths.priors import Kind
from shellcount.text import shown

_WIDEST_WALK = 2.0
_NAMED_TABLES = ("source", "claimant", "claim", "scope", "nature", "scenario", "group", "trip")
_GROUP = "the errors of one claimant alone correlate with no other's"


def faults(parts: WellFormed) -> list[Fault]:
    """Apply every rule, and list the faults in the order of the rules."""
    return [
        fault
        for rule in (
            _nouns,
            id_faults,
            _references,
            _claimants,
            _groups,
            claim_faults,
            link_faults,
            repetitions,
            _scopes,
            _pauses,
            _flow,
            _hedges,
            _assumptions,
            implied_faults,
            _natures,
            _box,
            _scenarios,
        )
        for fault in rule(parts)
    ]


def _nouns(parts: WellFormed) -> Iterator[Fault]:
    if parts.about is not None:
        yield from noun_faults(parts.about)


def id_faults(parts: WellFormed) -> Iterator[Fault]:
    """Find ids that several entries of a table have.

    Parameters
    ----------
    parts
        Well-formed parts of a case file.
    """
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
    ids = {table: set(names) for table, names in parts.ids.items()}
    for index, claim in parts.claim.items():
        at = f"claim[{index}]"
        for path, table, name in _named(claim):
            if name not in ids.get(table, ()):
                yield _missing(f"{at}.{path}", table, name, parts.ids.get(table, []))
        hedge = claim.hedge
        stated = not parts.hedges or hedge in parts.hedges or _has_lexicon(parts)
        if hedge is not None and not stated and _ruled(claim):
            yield Fault(f"{at}.hedge", f"[hedges.{hedge}] is missing", shown(hedge))


def _named(claim: Claim) -> Iterator[tuple[str, str, str]]:
    """List the entries of other tables that a claim names: the field, the table and the id."""
    yield "claimant", "claimant", claim.claimant
    for place, report in enumerate(claim.reports):
        yield f"reports[{place}].source", "source", report.source
    if claim.scope is not None:
        yield "scope", "scope", claim.scope
    for name in claim.natures:
        yield "nature", "nature", name
    if claim.trip is not None:
        yield "trip", "trip", claim.trip


def _ruled(claim: Claim) -> bool:
    """Tell whether the error of a claim follows from the rule of its hedge."""
    return claim.interval is None and claim.stated > 0 and claim.hedge != "between"


def _has_lexicon(parts: WellFormed) -> bool:
    return parts.lexicon is not None and parts.lexicon.hedges is not None


def _claimants(parts: WellFormed) -> Iterator[Fault]:
    for index, claimant in parts.claimant.items():
        at = f"claimant[{index}]"
        if claimant.grade is None and claimant.bias_sd is None:
            yield Fault(f"{at}.grade", "missing", None, "state a grade, or the spread of its bias as bias_sd")
        if claimant.grade is not None and claimant.bias_sd is not None:
            yield Fault(
                f"{at}.bias_sd", "contradicts the grade", f"{claimant.bias_sd:g}", "state one of them"
            )
        if (
            claimant.grade is not None
            and parts.reliability is not None
            and claimant.grade not in parts.reliability
        ):
            yield Fault(
                f"{at}.grade",
                f"[reliability.{claimant.grade}] is missing",
                shown(claimant.grade),
                "each grade in use needs its spread",
            )


def _groups(parts: WellFormed) -> Iterator[Fault]:
    known = parts.ids.get("claimant", [])
    ids = set(known)
    first: dict[str, int] = {}
    for index, group in parts.group.items():
        at = f"group[{index}].members"
        if len(set(group.members)) < 2:
            yield Fault(at, "a group needs two members", shown(", ".join(group.members)), _GROUP)
        seen: set[str] = set()
        for place, name in enumerate(group.members):
            other = first.setdefault(name, index)
            if name not in ids:
                yield _missing(f"{at}[{place}]", "claimant", name, known)
            elif other != index:
                message = f"is in group[{other}] too"
                yield Fault(f"{at}[{place}]", message, shown(name), "a claimant is in one group at most")
            elif name in seen:
                yield Fault(f"{at}[{place}]", "is named twice", shown(name))
            seen.add(name)


def _pauses(parts: WellFormed) -> Iterator[Fault]:
    start = parts.containers.first_shipment if parts.containers else None
    for index, pause in parts.pause.items():
        at = f"pause[{index}]"
        if pause.since > pause.as_of:
            yield Fault(f"{at}.since", "the pause ends before it begins", f"{pause.since} to {pause.as_of}")
        if start is None:
            continue
        shipped = f"the first shipment ({start.isoformat()})"
        if pause.since < start:
            hint = "nothing was sent by then anyway"
            yield Fault(f"{at}.since", f"before {shipped}", pause.since.isoformat(), hint)
        if pause.as_of.year - start.year > MAX_YEARS:
            message = f"more than {MAX_YEARS} years after {shipped}"
            yield Fault(f"{at}.as_of", message, pause.as_of.isoformat())


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
        if not isinstance(stated, Assumption):
            continue
        path = written(entry.place)
        if isinstance(entry, Fixed):
            yield from _known(path, entry.kind, stated)
        elif stated.low is None or stated.high is None:
            yield Fault(path, "needs low and high, its 5% and 95% quantiles, or one value taken as known")
        else:
            yield from _quantiles(path, entry.kind, stated)
        implied = stated.implies
        if implied is not None and implied.low > implied.high:
            ends = f"low = {implied.low:g}, high = {implied.high:g}"
            yield Fault(f"{path}.implies", "low must not be above high", ends)


def _quantiles(path: str, kind: Kind, stated: Assumption) -> Iterator[Fault]:
    try:
        stated.prior(kind)
    except UsageError as error:
        yield Fault(path, str(error), f"low = {stated.low:g}, high = {stated.high:g}")


def _known(path: str, kind: Kind, stated: Assumption) -> Iterator[Fault]:
    """Find faults of a value that is taken as known."""
    value = f"{stated.value:g}"
    if stated.low is not None or stated.high is not None:
        yield Fault(f"{path}.value", "contradicts low and high", value, "state quantiles, or one value")
    if kind == "logitnormal" and stated.value is not None and stated.value > 1:
        yield Fault(f"{path}.value", "a share must be at most 1", value)


def _flow(parts: WellFormed) -> Iterator[Fault]:
    if parts.priors is not None and parts.priors.rate_walk_sd.value > _WIDEST_WALK:
        yield Fault(
            "priors.rate_walk_sd.value",
            f"must be at most {_WIDEST_WALK:g}, a factor of seven from month to month",
            f"{parts.priors.rate_walk_sd.value:g}",
        )
    flow = parts.flow
    if flow is not None and flow.step is not None and flow.step_days is not None:
        yield Fault("flow.step_days", "contradicts step", f"{flow.step_days}", "state one of them")


def _hedges(parts: WellFormed) -> Iterator[Fault]:
    if parts.hedges is not None and not parts.hedges and not _has_lexicon(parts):
        hint = f'state what each hedge means, or name a lexicon: [lexicon] hedges = "{LEXICONS[0]}"'
        yield Fault("hedges", "missing", None, hint)
    if parts.hedges is not None and "between" in parts.hedges:
        yield Fault("hedges.between", "never used: a range states its own spread", None, "leave it out")


def _natures(parts: WellFormed) -> Iterator[Fault]:
    for index, nature in parts.nature.items():
        at = f"nature[{index}]"
        if nature.per_carrier is not None and nature.stow:
            yield Fault(f"{at}.per_carrier", "contradicts its stows", None, "state one or the other")
        if nature.per_carrier is None and not nature.stow:
            yield Fault(f"{at}.stow", "missing", None, "state the ways to pack it, or items per_carrier")
        if len(nature.stow) > 1 and nature.stow_spread is None:
            yield Fault(f"{at}.stow_spread", "missing", None, "several stows need the spread of their shares")
        if len(nature.stow) == 1 and nature.stow_spread is not None:
            yield Fault(f"{at}.stow_spread", "a single stow has no shares to spread")
        if not nature.stow and nature.stow_spread is not None:
            yield Fault(f"{at}.stow_spread", "there are no stows whose shares could spread")


def _box(parts: WellFormed) -> Iterator[Fault]:
    """Find numbers of the container that its stows, or bare items, need."""
    stowed = next((nature.id for nature in parts.nature.values() if nature.stow), None)
    bare = next((nature.id for nature in parts.nature.values() if nature.bare is not None), None)
    measured = stowed or bare
    needed: list[tuple[str, object, str]] = []
    if parts.containers is not None and measured is not None:
        needed += [
            ("containers.rated_payload_kg", parts.containers.rated_payload_kg, measured),
            ("containers.cube_m3", parts.containers.cube_m3, measured),
        ]
    if parts.priors is not None and stowed is not None:
        needed += [
            ("priors.payload_share", parts.priors.payload_share, stowed),
            ("priors.stowage", parts.priors.stowage, stowed),
        ]
    for path, stated, nature in needed:
        if stated is None:
            what = "bare item" if stowed is None else "stows"
            yield Fault(path, "missing", None, f"the {what} of {nature} need{'' if stowed else 's'} it")


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
