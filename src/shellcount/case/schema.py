"""The case file's types: evidence, assumptions and scenarios, parsed once and then frozen.

This is the only description of the format. The JSON Schema and the reference page are
generated from it; what a schema cannot say is in :mod:`shellcount.case.rules`.
"""

from __future__ import annotations

import datetime as dt
import html
import json
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shellcount.digest import Json, digest, without_nulls
from shellcount.maths.priors import SMALLEST, Kind, Prior
from shellcount.text import one_line
from shellcount.wording import phrases
from shellcount.wording.tables import Table

SCHEMA = "shellcount/case/1"
MAX_YEARS = 20

type Hedge = Literal["exact", "about", "more_than", "at_least", "up_to", "nearly"]
HEDGES: tuple[Hedge, ...] = get_args(Hedge.__value__)
type Grade = Literal["A", "B", "C", "D", "E", "F"]
type Certainty = Literal["A", "B", "C", "U"]
type QuantityKind = Literal["containers", "capacity", "rounds", "ratio", "comparator"]
type Use = Literal["fit", "check", "context"]

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
# Beyond these bounds arithmetic would overflow or vanish, and nothing physical lies there.
Positive = Annotated[float, Field(ge=SMALLEST, le=1e15, allow_inf_nan=False)]
Finite = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]


class _Table(BaseModel):
    """A table of the file: unknown keys are faults, values are not coerced, nothing changes later."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Confidence(_Table):
    """How well founded the analysis is: said apart from how likely anything is."""

    level: Literal["low", "moderate", "high"] = Field(
        description="Analytic confidence, as ICD 203 and the National Intelligence Council use it."
    )
    basis: Text = Field(description="What it rests on: quality, number and independence of the sources.")


class Header(_Table):
    """What the case is about."""

    format: Literal["shellcount/case/1"] = Field(alias="schema", description="Version of the format.")
    id: Id = Field(description="Short name, used in file names and citations.")
    title: Text = Field(description="Title of the report.")
    question: Text = Field(description="The question that the posterior range answers.")
    item: Text = Field(
        default="rounds", description="What is counted, in the plural; names of estimates begin with it."
    )
    carrier: Text = Field(
        default="containers",
        description="What it is carried in, in the plural; names of its numbers begin with it.",
    )
    limitations: tuple[Text, ...] = Field(
        default=(), description="What the numbers leave out, one sentence each."
    )
    confidence: Confidence | None = Field(default=None, description="Analytic confidence, with its basis.")
    prepared_by: Text | None = Field(default=None, description="Who answers for the analysis.")
    funding: Text | None = Field(default=None, description="Who paid for it.")


class Source(_Table):
    """A document: one article or statement. Several may repeat one claim."""

    id: Id = Field(description="Short name, used in reports.")
    title: Text = Field(description="The document's title.")
    publisher: Text = Field(description="Who published it, or how that was inferred.")
    author: Text | None = Field(default=None, description="Who signed it.")
    published: dt.date | None = Field(default=None, description="Date of publication, if stated.")
    url: Text | None = Field(default=None, description="Where it can be read.")
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        default=None, description="SHA-256 of the stored copy that was read."
    )
    note: Text | None = Field(default=None, description="What a reader should know of the copy.")


class Claimant(_Table):
    """Who made statements, with an Admiralty reliability grade."""

    id: Id = Field(description="Short name, used in claims.")
    title: Text = Field(description="Full name.")
    grade: Grade = Field(description="Admiralty reliability, A (best) to F (cannot be judged).")
    basis: Text = Field(description="Why this grade.")


class Report(_Table):
    """How one source worded a claim."""

    source: Id = Field(description="The source's id.")
    value: Positive = Field(description="The value as this source gives it.")
    hedge: Hedge = Field(description="The hedge as this source gives it.")
    phrase: Text | None = Field(default=None, description="The few words that carry the hedge.")


class DateRange(_Table):
    """A date that is only known to lie in a range."""

    earliest: dt.date = Field(description="First possible date.")
    latest: dt.date = Field(description="Last possible date.")


class Reading(_Table):
    """How an open claim is read when it is fit: what it leaves undecided, decided."""

    nature: Id | None = Field(default=None, description="The nature it is taken to speak of.")
    as_of: dt.date | None = Field(default=None, description="The date it is taken to speak of.")


class Claim(_Table):
    """One statement of one quantity by one claimant, however often it was repeated."""

    id: Id = Field(description="Short name.")
    claimant: Id = Field(description="Who made it.")
    summary: Text = Field(description="What was said, in our words.")
    quantity: QuantityKind = Field(description="What the value is a value of.")
    value: Positive = Field(description="The stated value.")
    resolution: Positive = Field(description="Place of the last significant digit.")
    hedge: Hedge = Field(description="How the value relates to the quantity.")
    as_of: dt.date | DateRange = Field(description="The date, or range of dates, it speaks of.")
    use: Use = Field(description="Whether it conditions the posterior, is held against it, or is shown.")
    scope: Id | None = Field(default=None, description="For containers: which cargo is meant.")
    nature: Id | Annotated[tuple[Id, ...], Field(min_length=1)] | None = Field(
        default=None, description="For rounds and capacity: the nature, several if undecided."
    )
    containers: Positive | None = Field(
        default=None, description="For capacity: the number of containers it is the capacity of."
    )
    under_all: Reading | None = Field(
        default=None, description="If present, `given=all` fits this checked claim, so read."
    )
    reports: tuple[Report, ...] = Field(min_length=1, description="Each source's own wording.")
    note: Text | None = Field(default=None, description="What a reader should know.")

    @property
    def natures(self) -> tuple[str, ...]:
        """The natures it may speak of; empty for the whole mix."""
        if self.nature is None:
            return ()
        return (self.nature,) if isinstance(self.nature, str) else self.nature

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """The date it speaks of, or both ends of the range."""
        if isinstance(self.as_of, dt.date):
            return (self.as_of,)
        return tuple(dict.fromkeys((self.as_of.earliest, self.as_of.latest)))


class HedgeRule(_Table):
    """What a hedge means: scale and one-sided margin of the log error."""

    sigma: Positive = Field(description="Scale of the symmetric part, in log units.")
    margin: Finite = Field(description="One-sided margin, positive where reports lie below.")
    basis: Text = Field(description="Why these numbers.")
    certainty: Certainty = Field(description="A stated and consistent, B partial, C derived, U judged.")


class Constant(_Table):
    """A number taken as known."""

    value: Positive = Field(description="The number, in the unit of its name.")
    basis: Text = Field(description="Why this number, with its reference.")
    certainty: Certainty = Field(description="A stated and consistent, B partial, C derived, U judged.")


class Spread(_Table):
    """A standard deviation, in log units."""

    value: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = Field(
        description="Standard deviation in log units."
    )
    basis: Text = Field(description="Why this number.")
    certainty: Certainty = Field(description="A stated and consistent, B partial, C derived, U judged.")


class Assumption(_Table):
    """A prior stated by its 5% and 95% quantiles."""

    low: Finite = Field(description="5% quantile, in the unit of its name.")
    high: Finite = Field(description="95% quantile, in the unit of its name.")
    basis: Text = Field(description="Why these quantiles, with their reference.")
    certainty: Certainty = Field(description="A stated and consistent, B partial, C derived, U judged.")

    def prior(self, kind: Kind) -> Prior:
        """Build the prior of a kind that has these quantiles."""
        return Prior(kind, self.low, self.high)


class Scope(_Table):
    """A class of cargo; each scope is a share of the one listed before it."""

    id: Id = Field(description="Short name, used in claims and estimates.")
    title: Text = Field(description="What it covers.")
    share: Assumption | None = Field(
        default=None, description="Share of the wider scope; absent for the first and widest."
    )


class Containers(_Table):
    """The container, and the flow of containers."""

    first_shipment: dt.date = Field(description="Day before which nothing moved.")
    first_shipment_basis: Text = Field(description="Why this day.")
    rated_payload_kg: Constant = Field(description="Highest payload the container is rated for.")
    cube_m3: Constant = Field(description="Internal volume.")


class Priors(_Table):
    """Assumptions that no single nature or scope owns."""

    first_rate_per_day: Assumption = Field(description="Containers a day in the first month.")
    rate_walk_sd: Spread = Field(description="Step of the log daily rate from month to month.")
    payload_share: Assumption = Field(description="Share of the rated payload that may be used.")
    stowage: Assumption = Field(description="Share of the cube that can be filled.")
    load: Assumption = Field(description="How full containers are, as a share of the full load.")
    mix_spread: Spread = Field(description="Spread of the cargo mix over natures.")


class Bare(_Table):
    """One item without packing: what bounds the physical ceiling."""

    mass_kg: Positive = Field(description="Mass of the bare item.")
    volume_m3: Positive = Field(description="Least volume that it takes up.")
    basis: Text = Field(description="Why these numbers, with their reference.")
    certainty: Certainty = Field(description="A stated and consistent, B partial, C derived, U judged.")


class Stow(_Table):
    """One way to pack a nature."""

    id: Id = Field(description="Short name.")
    title: Text = Field(description="How it is packed.")
    base_share: Positive = Field(description="Base share of the containers packed so.")
    mass_kg: Assumption = Field(description="Gross mass per round.")
    volume_m3: Assumption = Field(description="Effective volume per round.")


class Nature(_Table):
    """A kind of item and the ways to pack it."""

    id: Id = Field(description="Short name, used in claims and estimates.")
    title: Text = Field(description="What it is.")
    base_share: Positive = Field(description="Base share of the containers that carry it.")
    basis: Text = Field(description="Why this share.")
    certainty: Certainty = Field(description="A stated and consistent, B partial, C derived, U judged.")
    stow_spread: Spread | None = Field(
        default=None, description="Spread of the stow shares; needed where there are several."
    )
    bare: Bare = Field(description="The bare item, for the physical ceiling.")
    stow: tuple[Stow, ...] = Field(min_length=1, description="The ways to pack it.")


class Scenario(_Table):
    """A cargo mix."""

    id: Id = Field(description="Short name, used in estimates.")
    title: Text = Field(description="What it supposes.")
    mix: dict[Id, Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]] | None = Field(
        default=None, description="Share of containers by nature; absent for the uncertain mix."
    )


class Case(_Table):
    """The whole input of an analysis: evidence, assumptions and scenarios.

    Read one with :func:`shellcount.load_case`; change a copy with
    :func:`shellcount.with_changes`. Two equal cases have equal digests, whatever the
    layout of their files.

    Examples
    --------
    >>> import shellcount
    >>> shellcount.load_case().about.id
    'dprk-russia-2024'
    """

    about: Header = Field(alias="case", description="What the case is about.")
    source: tuple[Source, ...] = Field(min_length=1, description="The documents.")
    claimant: tuple[Claimant, ...] = Field(min_length=1, description="Who made statements.")
    claim: tuple[Claim, ...] = Field(min_length=1, description="The statements.")
    hedges: dict[Hedge, HedgeRule] = Field(description="What each hedge means.")
    reliability: dict[Grade, Spread] = Field(description="Spread of the bias of each grade.")
    scope: tuple[Scope, ...] = Field(min_length=1, description="Cargo classes, widest first.")
    containers: Containers = Field(description="The container and its flow.")
    priors: Priors = Field(description="Assumptions that no nature or scope owns.")
    nature: tuple[Nature, ...] = Field(min_length=1, description="Kinds of item.")
    scenario: tuple[Scenario, ...] = Field(min_length=1, description="Cargo mixes.")

    def document(self) -> dict[str, Json]:
        """Write the case as plain JSON values: defaults spelt out, evidence in the order of ids."""
        document: dict[str, Json] = self.model_dump(mode="json", by_alias=True)
        for name, table in (("source", self.source), ("claimant", self.claimant), ("claim", self.claim)):
            ordered = sorted(table, key=lambda entry: entry.id)
            document[name] = [entry.model_dump(mode="json", by_alias=True) for entry in ordered]
        return document

    def transcript(self) -> dict[str, Json]:
        """Write the case as plain JSON values in the file's own order, to be read back as it was."""
        written: dict[str, Json] = json.loads(self.model_dump_json(by_alias=True))
        return written

    @property
    def digest(self) -> str:
        """SHA-256 of the case's canonical JSON, without what is left open.

        So that a field which the format gains later, and which a file does not use, changes nothing.
        """
        return digest(without_nulls(self.document()))

    @property
    def last_date(self) -> dt.date:
        """The last date that a claim speaks of."""
        return max(day for claim in self.claim for day in claim.dates)

    def __repr__(self) -> str:
        """Name, sizes and digest: short enough for a prompt."""
        uses = [claim.use for claim in self.claim]
        return (
            f"<Case {self.about.id}: claims {len(self.claim)} ({uses.count('fit')} fit, "
            f"{uses.count('check')} checked), sources {len(self.source)}, "
            f"natures {len(self.nature)}, {self.digest[:15]}>"
        )

    __str__ = __repr__

    def _repr_html_(self) -> str:
        head = ("claim", "claimant", "figure", "of", "as of", "use")
        rows = tuple(
            (
                claim.id,
                claim.claimant,
                phrases.hedged(claim.value, claim.hedge),
                claim.quantity,
                " to ".join(day.isoformat() for day in claim.dates),
                claim.use,
            )
            for claim in self.claim
        )
        return f"<p>{html.escape(one_line(self.about.title))}</p>{Table('', head, rows).html()}"


def json_schema() -> Json:
    """JSON Schema (draft 2020-12) of the case file, generated from the types.

    Examples
    --------
    >>> json_schema()["title"]
    'Case'
    """
    schema: Json = Case.model_json_schema(by_alias=True)
    return schema
