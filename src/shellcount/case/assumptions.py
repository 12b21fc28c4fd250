"""Define the assumptions of a case file: hedge rules, priors, the container, kinds of item and mixes."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from shellcount.case.fields import Certainty, FileTable, Finite, Id, Positive, Text
from shellcount.maths.priors import Kind, Prior

_CERTAINTY = "Support: A stated and consistent, B partial, C derived, U judged."


class HedgeRule(FileTable):
    """Meaning of a hedge: scale and one-sided margin of the log error."""

    sigma: Positive = Field(description="Scale of the symmetric part, in log units.")
    margin: Finite = Field(
        description="One-sided margin in log units, positive if reports lie below the quantity."
    )
    basis: Text = Field(description="Reason for these numbers.")
    certainty: Certainty = Field(description=_CERTAINTY)


class Constant(FileTable):
    """Number taken as known."""

    value: Positive = Field(description="Value, in the unit of its name.")
    basis: Text = Field(description="Reason for the value, with its reference.")
    certainty: Certainty = Field(description=_CERTAINTY)


class Spread(FileTable):
    """Standard deviation in log units."""

    value: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = Field(
        description="Standard deviation in log units."
    )
    basis: Text = Field(description="Reason for the value.")
    certainty: Certainty = Field(description=_CERTAINTY)


class Assumption(FileTable):
    """Prior stated by its 5% and 95% quantiles."""

    low: Finite = Field(description="5% quantile, in the unit of its name.")
    high: Finite = Field(description="95% quantile, in the unit of its name.")
    basis: Text = Field(description="Reason for these quantiles, with their reference.")
    certainty: Certainty = Field(description=_CERTAINTY)

    def prior(self, kind: Kind) -> Prior:
        """Build the prior of this kind that has these quantiles."""
        return Prior(kind, self.low, self.high)


class Scope(FileTable):
    """Cargo class; each scope is a share of the one listed before it."""

    id: Id = Field(description="Short name, used in claims and estimates.")
    title: Text = Field(description="Cargo that the scope covers.")
    share: Assumption | None = Field(
        default=None, description="Share of the next wider scope; omitted for the first and widest."
    )


class Containers(FileTable):
    """Container type, and start of the flow."""

    first_shipment: dt.date = Field(description="Start of the flow; nothing was shipped before this date.")
    first_shipment_basis: Text = Field(description="Reason for the date.")
    rated_payload_kg: Constant = Field(description="Largest payload that the container is rated for.")
    cube_m3: Constant = Field(description="Internal volume.")


class Priors(FileTable):
    """Priors that belong to no single nature or scope."""

    first_rate_per_day: Assumption = Field(description="Containers per day in the first month.")
    rate_walk_sd: Spread = Field(description="Monthly step of the log daily rate, as a standard deviation.")
    payload_share: Assumption = Field(description="Share of the rated payload that may be used.")
    stowage: Assumption = Field(description="Share of the internal volume that can be filled.")
    load: Assumption = Field(description="Load of a container, as a share of a full load.")
    mix_spread: Spread = Field(description="Spread of the cargo mix over natures.")


class Bare(FileTable):
    """Single item without packaging, which bounds the physical ceiling."""

    mass_kg: Positive = Field(description="Mass of the bare item.")
    volume_m3: Positive = Field(description="Smallest volume that it occupies.")
    basis: Text = Field(description="Reason for these numbers, with their reference.")
    certainty: Certainty = Field(description=_CERTAINTY)


class Stow(FileTable):
    """Way to pack a nature."""

    id: Id = Field(description="Short name.")
    title: Text = Field(description="Way of packing.")
    base_share: Positive = Field(description="Base share of the containers packed this way.")
    mass_kg: Assumption = Field(description="Gross mass per item.")
    volume_m3: Assumption = Field(description="Effective volume per item.")


class Nature(FileTable):
    """Kind of item, and the ways to pack it."""

    id: Id = Field(description="Short name, used in claims and estimates.")
    title: Text = Field(description="Name of the kind.")
    base_share: Positive = Field(description="Base share of the containers that carry it.")
    basis: Text = Field(description="Reason for the share.")
    certainty: Certainty = Field(description=_CERTAINTY)
    stow_spread: Spread | None = Field(
        default=None, description="Spread of the shares of its stows; required if there are several."
    )
    bare: Bare = Field(description="Bare item, for the physical ceiling.")
    stow: tuple[Stow, ...] = Field(min_length=1, description="Ways to pack it.")


class Scenario(FileTable):
    """Cargo mix."""

    id: Id = Field(description="Short name, used in estimates.")
    title: Text = Field(description="Assumption about the cargo.")
    mix: dict[Id, Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]] | None = Field(
        default=None, description="Share of containers by nature; omitted for the uncertain mix."
    )
