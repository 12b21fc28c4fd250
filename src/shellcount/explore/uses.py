"""Fit, check or leave out claims and claimants: switches over the claims of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from shellcount.case.kinds import KINDS
from shellcount.case.schema import Case, Claim
from shellcount.errors import UnknownNameError
from shellcount.results.conditioning import claims_of
from shellcount.results.given import Conditioning, conditioned_on, fitted_ids, never_fit
from shellcount.text import one_line

type Use = Literal["fit", "check", "out"]

USES: tuple[Use, ...] = ("fit", "check", "out")
MIXED = "mixed"


def claim_switch(claim: str) -> str:
    """Name the switch of a claim."""
    return f"claim:{claim}"


def claimant_switch(claimant: str) -> str:
    """Name the switch of a claimant."""
    return f"claimant:{claimant}"


def uses_now(case: Case, given: Conditioning) -> dict[str, str]:
    """Tell the use of each claim and claimant; ``mixed`` for a claimant whose claims differ.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> uses = uses_now(load_case(), Conditioning("counts"))
    >>> uses["claim:ua-gur-2024"], uses["claim:rok-mnd-2024-06"], uses["claimant:rok-mnd"]
    ('check', 'fit', 'mixed')
    """
    fitted = fitted_ids(case, given)
    found = {claim.id: _use_now(claim, fitted) for claim in case.claim}
    uses: dict[str, str] = {claim_switch(claim): use for claim, use in found.items()}
    for claimant in case.claimant:
        own = {found[claim] for claim in claims_of(case, "claimant", claimant.id)}
        if own:
            uses[claimant_switch(claimant.id)] = own.pop() if len(own) == 1 else MIXED
    return uses


def _use_now(claim: Claim, fitted: frozenset[str]) -> Use:
    if claim.id in fitted:
        return "fit"
    return "out" if claim.use == "context" else "check"


def refusals(case: Case) -> dict[str, dict[Use, str]]:
    """Tell why a claim cannot have some uses, each reason as the end of a sentence.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> refusals(load_case())["eu-deliveries-2024-06"]
    {'fit': 'cannot be fit, because it states a comparator, which is only shown'}
    """
    never = never_fit(case)
    found: dict[str, dict[Use, str]] = {}
    for claim in case.claim:
        reasons: dict[Use, str] = {}
        if claim.id in never:
            reasons["fit"] = f"cannot be fit, because it {never[claim.id]}"
        if claim.outcome:
            reasons["fit"] = "is the outcome, which judges the fit and is only checked"
            reasons["out"] = "is the outcome, which stays checked"
        if not KINDS[claim.quantity].known:
            reasons["check"] = f"states a {claim.quantity}, which has no posterior to check against"
        found[claim.id] = reasons
    return found


@dataclass(slots=True)
class Switched:
    """Claims whose use switches change.

    Parameters
    ----------
    changes
        Changes of the case, by the name of the setting.
    fitted
        Ids of the claims that are fit.
    faults
        Fault of a switch that could not be moved, by its name.
    """

    changes: dict[str, str] = field(default_factory=dict)
    fitted: set[str] = field(default_factory=set)
    faults: dict[str, str] = field(default_factory=dict)

    def given(self, case: Case, base: Conditioning) -> Conditioning:
        """Name the conditioning on the claims that are fit, by its differences from a base."""
        return conditioned_on(case, base.base, self.fitted)


def switched(case: Case, given: Conditioning, uses: Mapping[str, Use]) -> Switched:
    """Find what switches change: the claims that are fit, and those that are checked or left out.

    The switch of a claimant moves all of its claims that can be moved, but for those with a switch of their
    own. A claim is held out of the fit or added to it without a change of the case, and only the difference
    between checked and left out is one.

    Parameters
    ----------
    case
        The case.
    given
        Claims that are fit before.
    uses
        Uses by the names of switches.
    """
    found = Switched(fitted=set(fitted_ids(case, given)))
    reasons = refusals(case)
    wanted: dict[str, Use] = {}
    for name, use in sorted(uses.items(), key=lambda each: each[0].startswith("claim:")):
        table, _, entry = name.partition(":")
        known = [one.id for one in (case.claimant if table == "claimant" else case.claim)]
        if table not in {"claim", "claimant"} or entry not in known:
            found.faults[name] = str(UnknownNameError("claim or claimant", one_line(name, 60), known))
        elif table == "claim" and use in reasons[entry]:
            found.faults[name] = f"{entry} {reasons[entry][use]}"
            wanted.pop(entry, None)
        elif table == "claim":
            wanted[entry] = use
        else:
            claims = claims_of(case, "claimant", entry)
            able = [claim for claim in claims if use not in reasons[claim]]
            wanted |= dict.fromkeys(able, use)
            if claims and not able:
                found.faults[name] = f"no claim of {entry} can be so: {claims[0]} {reasons[claims[0]][use]}"
    for claim, use in wanted.items():
        _switch(case.claim[claim], use, found)
    return found


def _switch(claim: Claim, use: Use, found: Switched) -> None:
    if use == "fit":
        found.fitted.add(claim.id)
        return
    found.fitted.discard(claim.id)
    if use == "out" and claim.use != "context":
        found.changes[f"claim.{claim.id}.use"] = "context"
    elif use == "check" and claim.use == "context":
        found.changes[f"claim.{claim.id}.use"] = "check"
