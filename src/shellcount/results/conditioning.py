"""Resolve the names of claims, claimants and groups that are held out or added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Literal

from shellcount.case.schema import Case
from shellcount.case.titles import claimant_alike, claimant_by_title, folded, titled
from shellcount.errors import UnknownNameError, UsageError
from shellcount.results.given import (
    Conditioning,
    conditioned_on,
    fitted_ids,
    never_fit,
    parse_given,
    require_distinct,
    require_may_be_fit,
)
from shellcount.text import one_line
from shellcount.wording import phrases

type Table = Literal["claim", "claimant", "group"]

TABLES: tuple[Table, ...] = ("claim", "claimant", "group")
_LONGEST = 200  # characters of a name that are compared with ids


def conditioning(
    case: Case,
    given: str | Conditioning = "counts",
    without: Iterable[str] = (),
    with_: Iterable[str] = (),
) -> Conditioning:
    """Hold claims out of what is conditioned on, and add others.

    Parameters
    ----------
    case
        Evidence and assumptions.
    given
        Where to start from: ``counts``, ``all``, or the text of any conditioning.
    without
        Names of what is held out: claims, and claimants and groups with all of their claims that are fit.
        A name is an id, or a part of the title of exactly one claimant, whatever its capitals; where two
        tables use an id, ``claim:ID``, ``claimant:ID`` or ``group:ID``.
    with_
        Names of what is fit besides: claims, and claimants and groups with all of their claims that may be
        fit. A claim that is named itself counts more than the claimant or group of another name.

    Raises
    ------
    UnknownNameError
        When the case has no such claim, claimant or group.
    UsageError
        When a name may mean several things, what is held out is not fit, what is added may not be fit, or
        both are asked of one claim.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> str(conditioning(load_case(), without=["South Korea"], with_=["ua-gur-2024"]))
    'counts-but:rok-mnd-2024-02,rok-mnd-2024-06-and:ua-gur-2024'
    """
    start = parse_given(case, given) if isinstance(given, str) else given
    without, with_ = _listed(without, "without"), _listed(with_, "with_")
    if not without and not with_:
        return start
    fitted = fitted_ids(case, start)
    out, plus = _Chosen(), _Chosen()
    for name in without:
        _hold_out(case, name, out, fitted, start)
    for name in with_:
        _add(case, name, plus)
    require_distinct(out.named, plus.named)
    require_distinct(out.implied - plus.named, plus.implied - out.named)
    for claim in sorted(out.named - fitted - plus.implied):
        raise UsageError(f"{claim} is not fit with given={start.brief}, so it cannot be held out")
    left = fitted - (out.named | (out.implied - plus.named))
    return conditioned_on(case, start.base, left | plus.named | (plus.implied - out.named))


@dataclass(slots=True)
class _Chosen:
    """Ids of claims that were named themselves, and of those that a claimant or group implies."""

    named: set[str] = field(default_factory=set)
    implied: set[str] = field(default_factory=set)


def _listed(names: Iterable[str], keyword: str) -> tuple[str, ...]:
    """List names; a single text is one name, and not many of one letter."""
    listed = (names,) if isinstance(names, str) else tuple(names)
    for name in listed:
        if not isinstance(name, str):
            raise UsageError(
                f"{keyword} takes names of claims, claimants and groups, not {one_line(repr(name), 60)}"
            )
    return listed


def _hold_out(case: Case, name: str, chosen: _Chosen, fitted: frozenset[str], start: Conditioning) -> None:
    table, entry = resolve(case, name)
    if table == "claim":
        chosen.named.add(entry)
        return
    claims = claims_of(case, table, entry)
    if fitted.isdisjoint(claims):
        raise UsageError(f"no claim of {entry} is fit with given={start.brief}, so none can be held out")
    chosen.implied |= fitted.intersection(claims)


def _add(case: Case, name: str, chosen: _Chosen) -> None:
    table, entry = resolve(case, name)
    if table == "claim":
        require_may_be_fit(case, (entry,))
        chosen.named.add(entry)
        return
    claims, reasons = claims_of(case, table, entry), never_fit(case)
    able = [claim for claim in claims if claim not in reasons]
    if not able:
        listed = phrases.listing(phrases.shortened([f"{claim} {reasons[claim]}" for claim in claims]))
        raise UsageError(
            f"no claim of {entry} can be fit{f': {listed}' if listed else ', because it made none'}"
        )
    chosen.implied |= set(able)


def claims_of(case: Case, table: Table, entry: str) -> tuple[str, ...]:
    """List the ids of the claims that a claim, claimant or group stands for.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> claims_of(load_case(), "claimant", "ua-gur")
    ('ua-gur-2024',)
    """
    if table == "claim":
        return (entry,)
    members = {entry}
    if table == "group":
        members = {member for group in case.group or () if group.id == entry for member in group.members}
    return tuple(claim.id for claim in case.claim if claim.claimant in members)


def names_to_hold_out(case: Case, given: Conditioning) -> tuple[str, ...]:
    """List the names by which claims can be held out.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> "rok-mnd" in names_to_hold_out(load_case(), Conditioning("counts"))
    True
    """
    return _names_of(case, fitted_ids(case, given))


def names_to_add(case: Case, given: Conditioning) -> tuple[str, ...]:
    """List the names by which claims can be added that are not fit.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> "ua-gur" in names_to_add(load_case(), Conditioning("counts"))
    True
    """
    able = {claim.id for claim in case.claim} - never_fit(case).keys()
    return _names_of(case, able - fitted_ids(case, given))


def _names_of(case: Case, claims: AbstractSet[str]) -> tuple[str, ...]:
    """List the claimants, groups and claims that stand for any of some claims, each by a name of its own."""
    ids = _ids(case)
    uses = Counter(entry for table in TABLES for entry in ids[table])
    found = [
        entry if uses[entry] == 1 else f"{table}:{entry}"
        for table in TABLES
        for entry in ids[table]
        if not claims.isdisjoint(claims_of(case, table, entry))
    ]
    return tuple(sorted(found))


def resolve(case: Case, name: str) -> tuple[Table, str]:
    """Find the claim, claimant or group that a name means: its table and id.

    Raises
    ------
    UnknownNameError
        When there is none; close ids and titles are suggested.
    UsageError
        When the name may mean several, or is blank.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> resolve(load_case(), "gur"), resolve(load_case(), "claim:ua-gur-2024")
    (('claimant', 'ua-gur'), ('claim', 'ua-gur-2024'))
    """
    ids = _ids(case)
    prefix, colon, rest = name.partition(":")
    tables = tuple(table for table in TABLES if colon and table == prefix.strip()) or TABLES
    meant = rest if len(tables) == 1 else name
    wanted = folded(meant)
    if not wanted:
        raise UsageError("a blank name holds out or adds nothing: name a claim, claimant or group")
    matches = [table for table in tables if wanted in ids[table]]
    if len(matches) > 1:
        spelled = " or ".join(f"{table}:{wanted}" for table in matches)
        raise UsageError(f"{wanted} is the id of a {' and of a '.join(matches)}: write {spelled}")
    if matches:
        return matches[0], wanted
    if "claimant" in tables:
        found = claimant_by_title(case, meant)
        if found is not None:
            return "claimant", found
    raise _unknown(case, tables, name.strip(), meant)


def _ids(case: Case) -> Mapping[Table, tuple[str, ...]]:
    return {
        "claim": tuple(claim.id for claim in case.claim),
        "claimant": tuple(claimant.id for claimant in case.claimant),
        "group": tuple(group.id for group in case.group or ()),
    }


def _unknown(case: Case, tables: tuple[Table, ...], name: str, meant: str) -> UnknownNameError:
    import difflib  # only mistakes need it

    ids = _ids(case)
    known = [entry for table in ("claimant", "group", "claim") if table in tables for entry in ids[table]]
    kind = "claim, claimant or group" if len(tables) > 1 else tables[0]
    close = difflib.get_close_matches(folded(name)[:_LONGEST], known, n=1)
    alike = None if close or "claimant" not in tables else claimant_alike(case, meant)
    return UnknownNameError(kind, name, known, meant=None if alike is None else titled(case, alike))
