"""Name the quantities that claims speak about."""

from __future__ import annotations

from shellcount.case.kinds import KINDS
from shellcount.case.schema import Case, Claim
from shellcount.errors import UsageError
from shellcount.results.given import ReadClaim
from shellcount.results.names import unit
from shellcount.results.quantity import Quantity, QuantityKind


def quantity_of(case: Case, read: ReadClaim) -> Quantity:
    """Name the quantity that a claim speaks about; for capacity and carried, that of a single container.

    A claim of rounds or mass that names no nature, and a comparator, speak about the case's first scenario.

    Raises
    ------
    UsageError
        When the model has no such quantity.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.results.given import Conditioning, fitted_claims
    >>> case = load_case()
    >>> quantity_of(case, fitted_claims(case, Conditioning("counts"))[0].readings[0]).subject
    'munitions'
    """
    claim = read.claim
    if not KINDS[claim.quantity].known:
        raise UsageError(f"{claim.id} states a {claim.quantity}, which has no posterior to check against")
    cargo, scope = read.nature or case.scenario[0].id, claim.scope or case.scope[-1].id
    if claim.quantity == "share":
        return _share(claim, read)
    if claim.quantity in {"capacity", "carried"}:
        return Quantity("capacity" if claim.quantity == "capacity" else "shipped", cargo)
    kinds: dict[str, tuple[QuantityKind, str]] = {
        "containers": ("containers", scope),
        "rounds": ("rounds", cargo),
        "comparator": ("rounds", cargo),
        "mass": ("gross_mass", case.scenario[0].id),
        "trips": ("trip_count", f"{scope}.{claim.trip}"),
    }
    kind, subject = kinds["rounds" if claim.of == "rounds" else "containers" if claim.of else claim.quantity]
    return Quantity(kind, subject, read.day, claim.since, claim.per)


def _share(claim: Claim, read: ReadClaim) -> Quantity:
    if claim.of == "items" and read.nature is not None:
        return Quantity("item_share", read.nature)
    name = f"mix.{read.nature}" if read.nature is not None else f"{claim.scope}_share"
    return Quantity("parameter", name)


def claimed_unit(case: Case, read: ReadClaim) -> str:
    """Determine the unit of a claim's value; that of what several carriers hold is items.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.results.given import readings
    >>> case = load_case()
    >>> claims = {claim.id: claim for claim in case.claim}
    >>> claimed_unit(case, readings(claims["rok-mnd-2024-02-152mm"])[0])
    'rounds'
    """
    quantity = quantity_of(case, read)
    return case.about.item if quantity.kind in {"capacity", "shipped"} else unit(case, quantity)
