"""Define the columns of a ledger, which reading, writing, the template and the documentation share."""

from __future__ import annotations

from typing import Literal

from shellcount.frozen import frozen

type Takes = Literal["id", "name", "text", "amount", "number", "hedge", "date", "word", "yes or no", "odds"]


@frozen
class Column:
    """Column of a ledger.

    Parameters
    ----------
    name
        Header, as shellcount writes it.
    key
        Key of a claim that it fills; within a table or list, as ``as_of.earliest`` or ``reports.hedge``.
    takes
        Sort of cell that it takes.
    says
        What its cells say.
    example
        A cell.
    also
        Other headers that mean the same.
    needed
        Whether a ledger must have it, or another column of the same key.
    """

    name: str
    key: str
    takes: Takes
    says: str
    example: str
    also: tuple[str, ...] = ()
    needed: bool = False


COLUMNS: tuple[Column, ...] = (
    Column(
        "id",
        "id",
        "id",
        "Short name of the claim, in lower case; made from claimant and date if empty.",
        "un-2023-07-ships",
        also=("claim id", "ref", "reference", "key"),
    ),
    Column(
        "claimant",
        "claimant",
        "name",
        "Who made the statement: id or title of a claimant of the case.",
        "un",
        also=("who", "source says", "said by", "stated by", "claimed by", "speaker", "according to"),
        needed=True,
    ),
    Column(
        "summary",
        "summary",
        "text",
        "Statement in your words.",
        "Ships had made 1,003 voyages.",
        also=("statement", "what was said", "claim text", "description", "text"),
        needed=True,
    ),
    Column(
        "quantity",
        "quantity",
        "word",
        "Quantity that the value refers to: containers, rounds, rate, capacity, carried, share, mass, trips, "
        "ratio or comparator. The nouns of the case stand for containers and rounds.",
        "containers",
        also=("kind of claim", "what", "measure", "kind"),
        needed=True,
    ),
    Column(
        "of",
        "of",
        "word",
        "For a rate: containers or rounds. For a share: of the items, or of the carriers.",
        "containers",
        also=("rate of", "share of"),
    ),
    Column("per", "per", "word", "For a rate: day, week or month.", "week", also=("each", "unit of time")),
    Column(
        "value",
        "value",
        "amount",
        "Stated value: a number, a range, words of the lexicon or 0 for none seen, also with its hedge.",
        "about 6,700",
        also=("number", "figure", "amount", "count", "how many", "how much", "stated value"),
        needed=True,
    ),
    Column(
        "low",
        "value.low",
        "number",
        "Lower end of a range, instead of a value.",
        "4.2 million",
        also=("lower", "minimum", "min", "low end", "lower end", "lowest", "value low"),
    ),
    Column(
        "high",
        "value.high",
        "number",
        "Upper end of a range, instead of a value.",
        "5.8 million",
        also=("upper", "maximum", "max", "high end", "upper end", "highest", "value high"),
    ),
    Column(
        "level",
        "value.level",
        "number",
        "Probability of the range; 0.9 if empty.",
        "0.9",
        also=("probability", "value level"),
    ),
    Column(
        "resolution",
        "resolution",
        "number",
        "Place value of the last significant digit; taken from the value as written if empty. For 0: the "
        "number that would hardly have been missed.",
        "100",
        also=("rounded to", "rounding", "precision", "place value", "to the nearest"),
    ),
    Column(
        "hedge",
        "hedge",
        "hedge",
        "Relation of the value to the quantity, unless it stands before the value.",
        "at least",
        also=("hedge word", "qualifier"),
    ),
    Column(
        "since",
        "since",
        "date",
        "First day of the period that the value refers to; a month stands for its first day.",
        "1 June 2023",
        also=(
            "from",
            "start",
            "begin",
            "beginning",
            "first day",
            "start date",
            "period from",
            "period start",
        ),
    ),
    Column(
        "as of",
        "as_of",
        "date",
        "Date that the value refers to, or last day of its period; a month stands for its last day.",
        "15 July 2023",
        also=(
            *("date", "by", "to", "until", "till", "end", "on", "as at", "last day", "end date"),
            *("period to", "period end"),
        ),
        needed=True,
    ),
    Column(
        "earliest",
        "as_of.earliest",
        "date",
        "First possible date, instead of a date.",
        "2023-07-01",
        also=("earliest date", "not before", "as of earliest"),
    ),
    Column(
        "latest",
        "as_of.latest",
        "date",
        "Last possible date, instead of a date.",
        "2023-07-15",
        also=("latest date", "not after", "as of latest"),
    ),
    Column(
        "use",
        "use",
        "word",
        "Role: fit conditions the posterior, check is compared with it, context is only shown.",
        "fit",
        also=("role",),
        needed=True,
    ),
    Column(
        "scope",
        "scope",
        "name",
        "Cargo class that is counted: id or title.",
        "initiative",
        also=("cargo", "cargo class", "class"),
    ),
    Column(
        "nature",
        "nature",
        "name",
        "Nature that the value refers to: id or title; several, separated by semicolons, if undecided.",
        "maize; wheat",
        also=("natures", "item", "kind of item", "type of item"),
    ),
    Column(
        "reading odds",
        "reading_odds",
        "odds",
        "Prior odds of several natures; equal if empty.",
        "maize = 3; wheat = 1",
        also=("odds",),
    ),
    Column(
        "containers",
        "containers",
        "number",
        "For capacity and carried: number of containers that the value refers to.",
        "1",
        also=("carriers", "number of containers", "number of carriers", "in containers", "in carriers"),
    ),
    Column("trip", "trip", "id", "For trips: id of the trip that is counted.", "voyage", also=("voyage",)),
    Column(
        "derived from",
        "derived_from",
        "id",
        "Id of the claim from which the claimant computed this figure.",
        "ships-1",
        also=("computed from", "calculated from"),
    ),
    Column(
        "restates",
        "restates",
        "id",
        "Id of the older claim that this one repeats.",
        "ships-1",
        also=("repeats",),
    ),
    Column(
        "supersedes",
        "supersedes",
        "id",
        "Id of the older claim of the same claimant that this one replaces.",
        "ships-1",
        also=("replaces", "corrects", "revises"),
    ),
    Column(
        "withdrawn",
        "withdrawn",
        "yes or no",
        "Whether the claimant took it back.",
        "yes",
        also=("retracted",),
    ),
    Column(
        "outcome",
        "outcome",
        "yes or no",
        "Whether it is the figure that settled the question, which is only checked.",
        "yes",
        also=("final", "final figure", "truth"),
    ),
    Column(
        "under all",
        "under_all",
        "yes or no",
        "Whether given=all fits this checked claim.",
        "yes",
        also=("fit under all",),
    ),
    Column(
        "under all nature", "under_all.nature", "name", "Nature that given=all takes it to refer to.", "maize"
    ),
    Column(
        "under all as of",
        "under_all.as_of",
        "date",
        "Date that given=all takes it to refer to.",
        "2023-07-15",
        also=("under all date",),
    ),
    Column("note", "note", "text", "Remark.", "Not voyages.", also=("notes", "remark", "remarks", "comment")),
    Column(
        "source",
        "reports.source",
        "name",
        "Document that reports the claim: id, title or address of a source of the case. Several that word it "
        "as the claim does may be separated by semicolons.",
        "un-2023-07",
        also=("document", "sources", "documents", "reported by", "reported in", "published in"),
        needed=True,
    ),
    Column(
        "source value",
        "reports.value",
        "amount",
        "Value as this source states it; that of the claim if empty.",
        "nearly 7,000",
        also=("document value", "source number", "source figure"),
    ),
    Column(
        "source low",
        "reports.value.low",
        "number",
        "Lower end of a range that this source states.",
        "4 million",
        also=("document low",),
    ),
    Column(
        "source high",
        "reports.value.high",
        "number",
        "Upper end of a range that this source states.",
        "6 million",
        also=("document high",),
    ),
    Column(
        "source level",
        "reports.value.level",
        "number",
        "Probability of that range; 0.9 if empty.",
        "0.9",
        also=("document level",),
    ),
    Column(
        "source hedge",
        "reports.hedge",
        "hedge",
        "Hedge as this source states it; that of the claim if it and the value are empty.",
        "up to",
        also=("document hedge",),
    ),
    Column(
        "source phrase",
        "reports.phrase",
        "text",
        "Words of the source that express the hedge.",
        "as many as",
        also=("phrase", "wording", "words", "quote", "source words", "source wording", "document phrase"),
    ),
)
