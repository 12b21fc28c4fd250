"""List the biases of claimants: how wide they are, what they share, and their free parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shellcount.case.kinds import ClaimKind
from shellcount.case.parameters import Parameter
from shellcount.case.schema import Case, Claim

BIAS = "bias_score"
GROUP = "group_score"


def bias_kind(claim: Claim) -> str:
    """Name the kind of quantity on which a claimant has one bias: what it counts, however it puts it."""
    if claim.quantity == "rate":
        return claim.of or "containers"
    same: dict[ClaimKind, str] = {"carried": "capacity", "comparator": "rounds"}
    return same.get(claim.quantity, claim.quantity)


def bias_name(claimant: str, quantity: str) -> str:
    """Name a claimant's own part of its bias on a kind of quantity."""
    return f"bias.{claimant}.{quantity}"


def group_bias_name(group: str, quantity: str) -> str:
    """Name the part of the bias on a kind of quantity that the claimants of a group share."""
    return f"group_bias.{group}.{quantity}"


def bias_spreads(case: Case) -> dict[str, float]:
    """Map each claimant to the standard deviation of its bias."""
    spread = {grade: rule.value for grade, rule in case.reliability.items()}
    return {
        claimant.id: spread[claimant.grade] if claimant.grade is not None else claimant.bias_sd or 0.0
        for claimant in case.claimant
    }


def correlations(case: Case) -> dict[str, tuple[str, float]]:
    """Map each claimant of a group to the group and its correlation."""
    return {
        member: (group.id, group.correlation)
        for group in case.group or ()
        for member in group.members
        if group.correlation > 0
    }


def bias_covariance(
    spreads: Mapping[str, float], groups: Mapping[str, tuple[str, float]], one: Claim, other: Claim
) -> float:
    """Compute the covariance of the biases of two claims: what a claimant, or its group, says of one kind.

    Parameters
    ----------
    spreads, groups
        Those of :func:`bias_spreads` and :func:`correlations`.
    one, other
        The claims; of a claim with itself it is the variance.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> case = load_case()
    >>> first, second = case.claim[0], case.claim[1]
    >>> round(bias_covariance(bias_spreads(case), correlations(case), first, first) ** 0.5, 3)
    0.1
    """
    if bias_kind(one) != bias_kind(other):
        return 0.0
    product = spreads[one.claimant] * spreads[other.claimant]
    if one.claimant == other.claimant:
        return product
    (group, shared), (others, _) = (groups.get(claim.claimant, (None, 0.0)) for claim in (one, other))
    return shared * product if group is not None and group == others else 0.0


def biases(case: Case, spoken: Iterable[tuple[str, str]]) -> tuple[Parameter, ...]:
    """List the standard normal parts of claimants' biases, those without spread left out.

    Parameters
    ----------
    case
        The case.
    spoken
        Pairs of a claimant and a kind of quantity, which may come more than once.
    """
    spreads, groups = bias_spreads(case), correlations(case)
    pairs = [pair for pair in dict.fromkeys(spoken) if spreads[pair[0]] > 0]
    places = {claimant.id: index for index, claimant in enumerate(case.claimant)}
    own = [
        Parameter(
            bias_name(claimant, quantity),
            ("claimant", places[claimant]),
            BIAS,
            "claimant_quantity",
            f"{claimant}:{quantity}",
        )
        for claimant, quantity in pairs
    ]
    shared = dict.fromkeys(
        (groups[claimant][0], quantity) for claimant, quantity in pairs if claimant in groups
    )
    common = [
        Parameter(
            group_bias_name(group, quantity), ("group",), GROUP, "group_quantity", f"{group}:{quantity}"
        )
        for group, quantity in shared
    ]
    return (*own, *common)
