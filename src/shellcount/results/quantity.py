"""Define the quantities that the model gives a distribution to."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from shellcount.frozen import frozen

type DatedKind = Literal["containers", "rounds"]
type QuantityKind = (
    DatedKind | Literal["gross_mass", "trip_count", "capacity", "shipped", "item_share", "parameter"]
)
type Per = Literal["day", "week", "month"]


@frozen
class Quantity:
    """Quantity that the model gives a distribution to.

    Parameters
    ----------
    kind
        One of the roles ``containers`` and ``rounds``, ``gross_mass`` in tonnes, or ``trip_count``, all sent
        up to a day or within a period; ``capacity`` at full load and ``shipped`` as loaded, in rounds per
        container; the ``item_share`` of a nature; or a ``parameter``.
    subject
        A scope, a scenario, a nature or scenario, a scope and a trip (``munitions.voyage``), or the name of
        the parameter.
    day
        The date for what was sent before it, or the last day of a period; ``None`` where time plays no part.
    since
        First day of the period; ``None`` for all that was sent before the date.
    per
        Unit of time of a mean rate over that time; ``None`` for a total.
    """

    kind: QuantityKind
    subject: str
    day: dt.date | None = None
    since: dt.date | None = None
    per: Per | None = None
