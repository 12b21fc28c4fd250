"""Add claims that nobody made to a case, as that claimant or a new one would make them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from shellcount.case.reading import build_case
from shellcount.case.schema import Case, DateRange
from shellcount.case.shape import Raw
from shellcount.errors import CaseError, Fault
from shellcount.insight.candidates import HypotheticalClaim
from shellcount.results.given import Conditioning

_BASIS = "a claimant who made no claim so far"
_STEM = "hypothetical"
_UNROUNDED = 1e-6  # resolution over the figure, of a claim that states none


def with_claims(
    case: Case, claims: Sequence[tuple[HypotheticalClaim, float]]
) -> tuple[Case, tuple[str, ...]]:
    """Copy a case with further claims, and give their ids.

    Parameters
    ----------
    case
        The case; it stays unchanged.
    claims
        Claims, each with its figure.

    Raises
    ------
    CaseError
        When a claim cannot be used, with every fault.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> fields = (("quantity", "rounds"), ("as_of", load_case().last_date), ("hedge", "about"))
    >>> case, ids = with_claims(load_case(), [(HypotheticalClaim(fields, grade="C"), 2e6)])
    >>> case.claim[-1].id, case.claim[-1].claimant, case.claim[-1].use
    ('hypothetical-1', 'hypothetical-1', 'check')
    """
    document = case.model_dump(by_alias=True)
    taken = {claim.id for claim in case.claim} | {claimant.id for claimant in case.claimant}
    source = case.source[0].id
    ids = []
    for claim, figure in claims:
        name = _free(taken)
        taken.add(name)
        ids.append(name)
        if claim.claimant is None:
            document["claimant"] += (_claimant(name, claim),)
        document["claim"] += (_claim(name, claim, figure, source),)
    return build_case(document, origin=f"{case.about.id} with hypothetical claims"), tuple(ids)


def require_possible(case: Case, claim: HypotheticalClaim, origin: str) -> None:
    """Refuse a claim that the case could not have.

    Parameters
    ----------
    case, claim
        The case, and the claim.
    origin
        Text of the claim, for the message.

    Raises
    ------
    CaseError
        With every fault, by the field of the claim.
    """
    try:
        with_claims(case, [(claim, likely_figure(claim))])
    except CaseError as error:
        raise CaseError(origin, dict.fromkeys(map(_of_the_claim, error.faults))) from None


def likely_figure(claim: HypotheticalClaim) -> float:
    """Give a figure that a claim of its kind may have, before any is known.

    Examples
    --------
    >>> likely_figure(HypotheticalClaim((("quantity", "share"), ("of", "items"))))
    0.5
    """
    fields = dict(claim.fields)
    resolution = fields.get("resolution")
    if fields["quantity"] == "share":
        return 0.5
    return 1000.0 * resolution if isinstance(resolution, float) else 1000.0


def _of_the_claim(fault: Fault) -> Fault:
    """Name the field of the claim alone: it is the only new one."""
    return dataclasses.replace(fault, path=fault.path.rpartition(".")[2], entry=None)


def and_claims(given: Conditioning, ids: Iterable[str]) -> Conditioning:
    """Add claims to what is conditioned on."""
    return dataclasses.replace(given, added=tuple(sorted({*given.added, *ids})))


def _free(taken: set[str]) -> str:
    """Find an id that no claim and no claimant has."""
    count = 1
    while f"{_STEM}-{count}" in taken:
        count += 1
    return f"{_STEM}-{count}"


def _claimant(name: str, claim: HypotheticalClaim) -> Raw:
    return {"id": name, "title": name, "grade": claim.grade, "bias_sd": claim.bias_sd, "basis": _BASIS}


def _claim(name: str, claim: HypotheticalClaim, figure: float, source: str) -> Raw:
    fields = {
        key: value.model_dump() if isinstance(value, DateRange) else value for key, value in claim.fields
    }
    return {
        "resolution": _UNROUNDED * figure,
        **fields,
        "id": name,
        "claimant": claim.claimant or name,
        "summary": _BASIS,
        "value": figure,
        "use": "check",
        "reports": ({"source": source, "value": figure, "hedge": fields["hedge"]},),
    }
