"""What a report is made of: the same tree for every format, laid out by a template of each."""

from __future__ import annotations

from dataclasses import dataclass

from shellcount.wording.tables import Table


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph.

    Parameters
    ----------
    text
        What it says.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences.

    Parameters
    ----------
    items
        The sentences.
    """

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure.

    Parameters
    ----------
    name
        File name without ending.
    svg
        The drawing.
    caption
        What it shows, and how it is read.
    alt
        What it finds, for those who do not see it.
    """

    name: str
    svg: bytes
    caption: str
    alt: str


@dataclass(frozen=True, slots=True)
class Code:
    """Something to type.

    Parameters
    ----------
    text
        The command.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names and values.

    Parameters
    ----------
    items
        The pairs.
    """

    items: tuple[tuple[str, str], ...]


type Block = Paragraph | Bullets | Table | Picture | Code | Pairs


def layout_of(block: Block) -> str:
    """Name the layout that a template has for a block."""
    return type(block).__name__.lower()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report.

    Parameters
    ----------
    id, title
        Its anchor and its heading.
    blocks
        What stands in it.
    """

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A stated figure and how it fares, for the first screen.

    Parameters
    ----------
    figure, claimant, verdict
        The figure with its hedge, who stated it, and the verdict.
    summary
        What was said, in a sentence.
    """

    figure: str
    claimant: str
    verdict: str
    summary: str


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a report says.

    Parameters
    ----------
    title, question
        Of the case.
    banner
        A warning that stands over everything, or ``None``.
    figure
        The headline number, with its unit.
    intervals
        Its intervals, each with its name.
    answer, verdicts
        The two sentences that answer the question.
    stated
        Every stated figure that was checked, with its verdict.
    confidence
        Analytic confidence, in a paragraph of its own; empty where the case gives none.
    sections
        The parts.
    """

    title: str
    question: str
    banner: str | None
    figure: str
    intervals: tuple[tuple[str, str], ...]
    answer: str
    verdicts: str
    stated: tuple[Verdict, ...]
    confidence: str
    sections: tuple[Section, ...]

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Every figure, in order."""
        return tuple(
            block for section in self.sections for block in section.blocks if isinstance(block, Picture)
        )
