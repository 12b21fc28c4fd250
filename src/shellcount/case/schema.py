"""Define the tables of a case file: evidence, assumptions and scenarios, parsed once and then frozen.

This is the only description of the format: the JSON Schema and the reference page are generated
from it. Rules that a schema cannot express are in :mod:`shellcount.case.rules`.
"""

# Annotations are not texts here: pydantic needs what they mean, and would compile each.

import datetime as dt
import functools
import json
import operator
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, PrivateAttr, StringConstraints

from shellcount.case.amounts import Amount, Interval, interval_of, middle, worded
from shellcount.case.assumptions import (
    Containers,
    Flow,
    Group,
    HedgeRule,
    NamedLexicon,
    Nature,
    Pause,
    Priors,
    Robustness,
    Scenario,
    Scope,
    Spread,
    Trip,
)
from shellcount.case.entries import Entries, Filled
from shellcount.case.fields import (
    FileTable,
    FirstDay,
    Grade,
    Hedge,
    Id,
    LastDay,
    Positive,
    SaidHedge,
    Text,
    Use,
)
from shellcount.case.header import Header
from shellcount.case.kinds import KINDS, ClaimKind, Of
from shellcount.digest import Json, digest
from shellcount.text import escape_html, one_line
from shellcount.wording.tables import Table

SCHEMA = "shellcount/case/1"
MAX_YEARS = 20


class Source(FileTable):
    """Document: one article or statement; several may repeat one claim."""

    id: Id = Field(description="Short name, used in the reports of claims.")
    title: Text = Field(description="Title of the document.")
    publisher: Text = Field(description="Publisher, or how it was inferred.")
    author: Text | None = Field(default=None, description="Author.")
    published: dt.date | None = Field(default=None, description="Date of publication, if stated.")
    url: Text | None = Field(default=None, description="Address of the document.")
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        default=None, description="SHA-256 of the stored copy that was read."
    )
    note: Text | None = Field(default=None, description="Remark on the copy.")


class Claimant(FileTable):
    """Person or body that made claims, with an Admiralty reliability grade."""

    id: Id = Field(description="Short name, used in claims.")
    title: Text = Field(description="Full name.")
    grade: Grade | None = Field(
        default=None, description="Admiralty reliability, from A (best) to F (cannot be judged)."
    )
    bias_sd: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] | None = Field(
        default=None, description="Standard deviation of its bias in log units, instead of a grade."
    )
    basis: Text = Field(description="Reason for the grade, or for the standard deviation.")


class Report(FileTable):
    """Wording of a claim in one source."""

    source: Id = Field(description="Id of the source.")
    value: Amount = Field(description="Value as this source states it.")
    hedge: SaidHedge | None = Field(default=None, description="Hedge as this source states it.")
    phrase: Text | None = Field(default=None, description="Words of the source that express the hedge.")


class DateRange(FileTable):
    """Range of possible dates."""

    earliest: FirstDay = Field(description="First possible date.")
    latest: LastDay = Field(description="Last possible date.")


class Reading(FileTable):
    """Interpretation of an ambiguous claim when it is fit; what it does not name stays open."""

    nature: Id | None = Field(default=None, description="Nature that the claim is taken to refer to.")
    as_of: LastDay | None = Field(default=None, description="Date that the claim is taken to refer to.")


class Claim(FileTable):
    """Statement of one quantity by one claimant, however often it was repeated."""

    id: Id = Field(description="Short name.")
    claimant: Id = Field(description="Id of the claimant.")
    summary: Text = Field(description="Statement in the words of the analyst.")
    quantity: ClaimKind = Field(description="Quantity that the value refers to.")
    of: Of | None = Field(
        default=None,
        description="For a rate: containers or rounds. For a share: of the items, or of the carriers.",
    )
    per: Literal["day", "week", "month"] | None = Field(default=None, description="For a rate: unit of time.")
    value: Amount = Field(
        description="Stated value: a number, a range, words such as 'several thousand', or 0 for none seen."
    )
    resolution: Positive | None = Field(
        default=None,
        description="Place value of the last significant digit; for 0, the number that is hardly missed.",
    )
    hedge: SaidHedge | None = Field(
        default=None, description="Relation of the value to the quantity; `between` for ranges and words."
    )
    since: FirstDay | None = Field(
        default=None, description="First day of the period that the claim refers to, which `as_of` ends."
    )
    as_of: LastDay | DateRange = Field(
        description="Date that the claim refers to (alone: what was sent before that day), the last day of "
        "a period, or a range of possible dates."
    )
    use: Use = Field(
        description="Role: fit conditions the posterior, check is compared with it, context is only shown."
    )
    scope: Id | None = Field(default=None, description="Cargo class that is counted.")
    nature: Id | Annotated[tuple[Id, ...], Field(min_length=1)] | None = Field(
        default=None, description="Nature that the value refers to, or several if undecided."
    )
    reading_odds: dict[Id, Positive] | None = Field(
        default=None, description="Prior odds of each nature, if undecided; equal by default."
    )
    containers: Positive | None = Field(
        default=None, description="For capacity and carried: number of containers that the value refers to."
    )
    trip: Id | None = Field(default=None, description="For trips: id of the trip that is counted.")
    derived_from: Id | None = Field(
        default=None, description="Claim from which the claimant computed this figure; never fit."
    )
    restates: Id | None = Field(default=None, description="Older claim that this one repeats; never fit.")
    supersedes: Id | None = Field(
        default=None,
        description="Older claim of the same claimant that this one replaces, and is then not fit.",
    )
    withdrawn: bool | None = Field(
        default=None, description="Whether the claimant took it back; never fit then."
    )
    outcome: bool | None = Field(
        default=None,
        description="Whether it is the outcome: the figure that settled the question; only checked.",
    )
    under_all: Reading | None = Field(
        default=None, description="If given, `given=all` fits this checked claim with this interpretation."
    )
    reports: tuple[Report, ...] = Field(min_length=1, description="Wording of each source.")
    note: Text | None = Field(default=None, description="Remark.")

    @property
    def natures(self) -> tuple[str, ...]:
        """Natures that the claim may refer to; empty for the whole mix."""
        if self.nature is None:
            return ()
        return (self.nature,) if isinstance(self.nature, str) else self.nature

    @property
    def stated(self) -> float:
        """Stated value as a number; of a range or words the middle, and 0 for none seen."""
        return middle(self.value, logit=KINDS[self.quantity].logit)

    @property
    def interval(self) -> Interval | None:
        """Range that the claim states, in figures or words; ``None`` for a number."""
        return interval_of(self.value)

    @property
    def words(self) -> str:
        """Stated value in words, with its hedge."""
        return worded(self.value, self.hedge)

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """Date that the claim refers to, or both ends of the range."""
        if isinstance(self.as_of, dt.date):
            return (self.as_of,)
        return tuple(dict.fromkeys((self.as_of.earliest, self.as_of.latest)))


class Case(FileTable):
    """Input of an analysis: evidence, assumptions and scenarios.

    Read a case with :func:`shellcount.load_case`; change a copy with
    :func:`shellcount.with_changes`. Equal cases have equal digests, whatever the layout of
    their files.

    Examples
    --------
    >>> import shellcount
    >>> shellcount.load_case().about.id
    'dprk-russia-2024'
    """

    model_config = ConfigDict(
        json_schema_extra={"description": "Input of an analysis: evidence, assumptions and scenarios."},
        defer_build=False,
    )

    about: Header = Field(alias="case", description="Description of the case.")
    source: Filled[Source] = Field(description="Documents.")
    claimant: Filled[Claimant] = Field(description="People and bodies that made claims.")
    claim: Filled[Claim] = Field(description="Claims.")
    hedges: dict[Hedge, HedgeRule] = Field(
        default_factory=dict, description="Meaning of each hedge; may be left to a lexicon."
    )
    reliability: dict[Grade, Spread] = Field(description="Spread of the bias of each grade.")
    scope: Filled[Scope] = Field(description="Cargo classes, widest first.")
    containers: Containers = Field(description="Container type, and start of the flow.")
    priors: Priors = Field(description="Priors that belong to no single nature or scope.")
    nature: Filled[Nature] = Field(description="Kinds of item.")
    scenario: Filled[Scenario] = Field(description="Cargo mixes.")
    lexicon: NamedLexicon | None = Field(default=None, description="Lexicon of hedges.")
    flow: Flow | None = Field(default=None, description="Steps in which the flow may change.")
    robustness: Robustness | None = Field(default=None, description="Allowance for claims that are off.")
    group: Entries[Group] | None = Field(default=None, description="Claimants that share sources.")
    pause: tuple[Pause, ...] | None = Field(default=None, description="Times in which nothing was sent.")
    trip: Entries[Trip] | None = Field(default=None, description="Voyages, trains or convoys.")

    # Of the copy and not of its content: no part of the digest.
    _changes: tuple[str, ...] = PrivateAttr(default=())

    @property
    def changes(self) -> tuple[str, ...]:
        """What-if changes that this case was copied with, as ``NAME=VALUE``."""
        return self._changes

    def with_record_of(self, changes: Iterable[str]) -> Self:
        """Copy the case, with a record of the what-if changes that made it."""
        copy = self.model_copy()
        copy._changes = tuple(changes)  # noqa: SLF001  # of its own class
        return copy

    def document(self) -> dict[str, Json]:
        """Write the case as plain JSON values, with defaults spelt out and evidence ordered by id."""
        return _ordered(self.model_dump(mode="json", by_alias=True))

    def transcript(self) -> dict[str, Json]:
        """Write the case as plain JSON values in the order of the file, from which it can be read again."""
        document: dict[str, Json] = json.loads(self.model_dump_json(by_alias=True))
        return document

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy the case; what was computed from its values is computed again."""
        copy = super().model_copy(update=update, deep=deep)
        for name in ("digest", "last_date"):
            copy.__dict__.pop(name, None)
        return copy

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of the case, without fields that are not given.

        A field that is added to the format later therefore changes no digest of a file without it.
        """
        return digest(_ordered(self.model_dump(mode="json", by_alias=True, exclude_none=True)))

    @functools.cached_property
    def last_date(self) -> dt.date:
        """Last date that a claim refers to."""
        return max(day for claim in self.claim for day in claim.dates)

    def __repr__(self) -> str:
        """Give the name, sizes and digest, short enough for a prompt."""
        uses = [claim.use for claim in self.claim]
        return (
            f"<Case {self.about.id}: claims {len(self.claim)} ({uses.count('fit')} fit, "
            f"{uses.count('check')} checked), sources {len(self.source)}, "
            f"natures {len(self.nature)}, {self.digest[:15]}>"
        )

    __str__ = __repr__

    def _repr_html_(self) -> str:
        head = ("claim", "claimant", "figure", "of", "as of", "use")
        titles = {entry.id: entry.title for entry in self.claimant}
        rows = tuple(
            (
                claim.id,
                titles[claim.claimant],
                claim.words,
                claim.quantity,
                " to ".join(day.isoformat() for day in claim.dates),
                claim.use,
            )
            for claim in self.claim
        )
        return f"<p>{escape_html(one_line(self.about.title))}</p>{Table('', head, rows).html()}"


def _ordered(document: dict[str, Any]) -> dict[str, Json]:
    """Order the evidence of a written case by id."""
    for table in ("source", "claimant", "claim"):
        document[table].sort(key=operator.itemgetter("id"))
    return document


def json_schema() -> Json:
    """Generate the JSON Schema (draft 2020-12) of the case file from its types.

    Examples
    --------
    >>> json_schema()["title"]
    'Case'
    """
    schema: Json = Case.model_json_schema(by_alias=True)
    return schema
