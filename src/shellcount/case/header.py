"""Define the table that describes a case: its title and question, and the words for what it counts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

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
    """What the carriers and the items did, where they were not sent."""

    present: Text = Field(description="In the present, of several: 'arrive'.")
    past: Text = Field(description="In the past, also after 'had': 'arrived'.")


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
    prepared_by: Text | None = Field(default=None, description="Person or body responsible for the analysis.")
    funding: Text | None = Field(default=None, description="Source of funding.")

    @property
    def sent(self) -> str:
        """Words after a noun for what happened to it: "sent", or "that arrived"."""
        return "sent" if self.verb is None else f"that {one_line(self.verb.past, _WORD)}"

    @property
    def are_sent(self) -> str:
        """Words after carriers for what happens to them: "are sent", or "arrive"."""
        return "are sent" if self.verb is None else one_line(self.verb.present, _WORD)

    @property
    def had_been_sent(self) -> str:
        """Words after a noun for what had happened to it: "had been sent", or "had arrived"."""
        return "had been sent" if self.verb is None else f"had {one_line(self.verb.past, _WORD)}"
