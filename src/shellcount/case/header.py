"""Define the table that describes a case: its title and question, and the words for what it counts."""

# Annotations are not texts here: pydantic needs what they mean, and would compile each.

import datetime as dt
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from shellcount.case.fields import FileTable, Id, Text
from shellcount.text import one_line

_WORD = 32  # characters of a verb


class Confidence(FileTable):
    """Analytic confidence: how well founded the analysis is, apart from how likely anything is."""

    level: Literal["low", "moderate", "high"] = Field(
        description="Level of confidence, as defined by ICD 203 and the National Intelligence Council."
    )
    basis: Text = Field(description="Basis of the level: quality, number and independence of the sources.")


class Verb(FileTable):
    """Verb for what carriers and items did, if they were not sent."""

    present: Text = Field(description="In the present, of several: 'arrive'.")
    past: Text = Field(description="In the past, also after 'had': 'arrived'.")


class Person(FileTable):
    """Name of a person, in the parts by which bibliographies sort and shorten it."""

    family: Text = Field(description="Family name, by which a bibliography sorts.")
    given: Text = Field(description="Given names or initials.")


def _form_of_one(value: object) -> str:
    """Tell in which form an author is written, so that a fault is one of that form alone."""
    return "table" if isinstance(value, Person | dict) else "text"


def _form(value: object) -> str:
    """Tell in which form authors are written."""
    return "list" if isinstance(value, tuple | list) else _form_of_one(value)


_Whole = Annotated[Text, Tag("text")]
_InParts = Annotated[Person, Tag("table")]
Author = Annotated[_Whole | _InParts, Discriminator(_form_of_one)]
Authors = Annotated[
    _Whole | _InParts | Annotated[tuple[Author, ...], Field(min_length=1), Tag("list")], Discriminator(_form)
]


class Header(FileTable):
    """Description of the case."""

    format: Literal["shellcount/case/1"] = Field(alias="schema", description="Version of the format.")
    id: Id = Field(description="Short name, used in file names and citations.")
    title: Text = Field(description="Title of the report.")
    question: Text = Field(description="Question that the posterior range answers.")
    item: Text = Field(
        default="rounds", description="Plural noun for what is counted; names of estimates begin with it."
    )
    carrier: Text = Field(
        default="containers",
        description="Plural noun for what carries it; names of container estimates begin with it.",
    )
    verb: Verb | None = Field(
        default=None, description="What carriers and items did; by default they were sent."
    )
    limitations: tuple[Text, ...] = Field(
        default=(), description="Limitations of the numbers, one sentence each."
    )
    confidence: Confidence | None = Field(default=None, description="Analytic confidence and its basis.")
    prepared_by: Authors | None = Field(
        default=None,
        description="Those responsible for the analysis, and authors of its references: a name, which is "
        "printed as it is; a person by `family` and `given` name; or a list of these.",
    )
    revised: dt.date | None = Field(
        default=None, description="Day of the last revision, for references; else that of the last evidence."
    )
    funding: Text | None = Field(default=None, description="Source of funding.")

    @property
    def authors(self) -> tuple[str | Person, ...]:
        """Authors of the case, each a person or a name that is printed as it is; often none."""
        if self.prepared_by is None:
            return ()
        return self.prepared_by if isinstance(self.prepared_by, tuple) else (self.prepared_by,)

    @property
    def done(self) -> str:
        """Word for what happened: "sent", or "arrived"."""
        return "sent" if self.verb is None else one_line(self.verb.past, _WORD)

    @property
    def sent(self) -> str:
        """Words after a noun for what happened to it: "sent", or "that arrived"."""
        return self.done if self.verb is None else f"that {self.done}"

    @property
    def are_sent(self) -> str:
        """Words after carriers for what happens to them: "are sent", or "arrive"."""
        return "are sent" if self.verb is None else one_line(self.verb.present, _WORD)

    @property
    def had_been_sent(self) -> str:
        """Words after a noun for what had happened to it: "had been sent", or "had arrived"."""
        return f"had been {self.done}" if self.verb is None else f"had {self.done}"
