"""Define the assumptions of a case file: hedge rules, priors, the container, kinds of item and mixes."""

# Annotations are not texts here: pydantic needs what they mean, and would compile each.

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from shellcount.case.entries import Entries
from shellcount.case.fields import (
    Certainty,
    FileTable,
    Finite,
    FirstDay,
    Id,
    LastDay,
    LexiconName,
    Positive,
    Text,
)
from shellcount.errors import UsageError
from shellcount.maths.priors import SMALLEST, Kind, Prior

_CERTAINTY = "Support: A stated and consistent, B partial, C derived, U judged."


class HedgeRule(FileTable):
    """Meaning of a hedge: scale and one-sided margin of the log error."""

    sigma: Positive = Field(description="Scale of the symmetric part, in log units.")
    margin: Finite = Field(
        description="One-sided margin in log units, positive if reports lie below the quantity."
    )
    basis: Text = Field(description="Reason for these numbers.")
    certainty: Certainty = Field(description=_CERTAINTY)


class NamedLexicon(FileTable):
    """Lexicon by name, instead of rules of the case."""

    hedges: LexiconName | None = Field(
        default=None, description="Lexicon of hedges, for those that the case has no rule for."
    )


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


class Implied(FileTable):
    """Figure that the basis of a prior cites, in its own unit."""

    unit: Literal["net_tonnes", "gross_tonnes", "items", "per_day"] = Field(
        description="Unit of the figure, per carrier where it is a mass or a number of items."
    )
    low: Positive = Field(description="Lower end of the cited range.")
    high: Positive = Field(description="Upper end of the cited range.")


class Assumption(FileTable):
    """Prior stated by its 5% and 95% quantiles, or one value taken as known."""

    low: Finite | None = Field(default=None, description="5% quantile, in the unit of its name.")
    high: Finite | None = Field(default=None, description="95% quantile, in the unit of its name.")
    value: Positive | None = Field(
        default=None, description="Value taken as known, in the unit of its name, instead of quantiles."
    )
    implies: Implied | None = Field(
        default=None, description="Figure that the basis cites, which the prior is compared with."
    )
    basis: Text = Field(description="Reason for these quantiles, with their reference.")
    certainty: Certainty = Field(description=_CERTAINTY)

    def prior(self, kind: Kind) -> Prior:
        """Build the prior of this kind that has these quantiles.

        Raises
        ------
        UsageError
            When the quantiles are missing, or no prior of this kind can have them.
        """
        if self.low is None or self.high is None:
            raise UsageError("needs low and high, its 5% and 95% quantiles, or one value taken as known")
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
    rated_payload_kg: Constant | None = Field(
        default=None, description="Largest payload that the container is rated for; needed by stows."
    )
    cube_m3: Constant | None = Field(default=None, description="Internal volume; needed by stows.")


class Priors(FileTable):
    """Priors that belong to no single nature or scope."""

    first_rate_per_day: Assumption = Field(description="Containers per day in the first step of the flow.")
    rate_walk_sd: Spread = Field(
        description="Standard deviation by which the log daily rate changes in a month."
    )
    payload_share: Assumption | None = Field(
        default=None, description="Share of the rated payload that may be used; needed by stows."
    )
    stowage: Assumption | None = Field(
        default=None, description="Share of the internal volume that can be filled; needed by stows."
    )
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
    bare: Bare | None = Field(default=None, description="Bare item, for the physical ceiling.")
    stow: Entries[Stow] = Field(default=Entries(), description="Ways to pack it.")
    per_carrier: Assumption | None = Field(
        default=None, description="Items in a full carrier, instead of stows."
    )


class Scenario(FileTable):
    """Cargo mix."""

    id: Id = Field(description="Short name, used in estimates.")
    title: Text = Field(description="Assumption about the cargo.")
    mix: dict[Id, Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]] | None = Field(
        default=None, description="Share of containers by nature; omitted for the uncertain mix."
    )


class Flow(FileTable):
    """Steps in which the flow may change."""

    step_days: Annotated[int, Field(ge=1, le=366)] | None = Field(
        default=None, description="Length of a step in days, from the first shipment; 14 by default."
    )
    step: Literal["month"] | None = Field(
        default=None, description="Calendar months as steps, instead of a number of days."
    )
    basis: Text | None = Field(default=None, description="Reason for the length of a step.")


class Robustness(FileTable):
    """Chance that a claim is off, and how far it may then lie."""

    outlier_share: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)] | None = Field(
        default=None, description="Prior chance that a claim is off; 0.05 by default."
    )
    outlier_scale: Annotated[float, Field(ge=SMALLEST, le=10, allow_inf_nan=False)] | None = Field(
        default=None, description="Scale of the log error of a claim that is off; 0.5 by default."
    )
    basis: Text | None = Field(default=None, description="Reason for these numbers.")


class Group(FileTable):
    """Claimants whose errors correlate, because they share sources."""

    id: Id = Field(description="Short name.")
    members: tuple[Id, ...] = Field(description="Ids of the claimants; a claimant is in one group at most.")
    correlation: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)] = Field(
        description="Correlation of the biases of two members on one kind of quantity."
    )
    basis: Text = Field(description="Reason for the group and its correlation.")


class Pause(FileTable):
    """Time in which nothing was sent; both dates included."""

    since: FirstDay = Field(description="First day of the pause.")
    as_of: LastDay = Field(description="Last day of the pause.")
    basis: Text = Field(description="Reason for the pause.")


class Trip(FileTable):
    """Voyage, train or convoy, and how many carriers one takes."""

    id: Id = Field(description="Short name, used in claims of trips.")
    carriers: Assumption = Field(description="Carriers a trip, on average over trips.")
