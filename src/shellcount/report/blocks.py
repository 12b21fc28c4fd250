"""Blocks of a report: one tree for all formats, each of which has a template that lays it out."""

from __future__ import annotations

from dataclasses import dataclass

from shellcount.wording.tables import Table


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Paragraph.

    Parameters
    ----------
    text
        Text of the paragraph.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """Bulleted list.

    Parameters
    ----------
    items
        Sentences of the list.
    """

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Figure in two drawings, with the text that a page shows around it.

    Parameters
    ----------
    name
        File name without its ending.
    title
        Finding of the figure, in one sentence.
    note
        How to read the figure: every mark that is drawn, explained.
    source
        Origin of the numbers.
    alternative
        Content of the figure in words, for readers who cannot see it.
    wide, portrait
        Drawings as SVG: one as wide as the text of a page, and one for narrow screens.
    """

    name: str
    title: str
    note: str
    source: str
    alternative: str
    wide: str
    portrait: str


@dataclass(frozen=True, slots=True)
class Code:
    """Command line to copy.

    Parameters
    ----------
    text
        Command line.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """List of names and values.

    Parameters
    ----------
    items
        Pairs of a name and a value.
    """

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Definitions:
    """Words with their meaning, which every use of the words in a page links to.

    Parameters
    ----------
    id
        Anchor.
    items
        Pairs of words and their meaning.
    """

    id: str
    items: tuple[tuple[str, str], ...]


type Block = Paragraph | Bullets | Table | Picture | Code | Pairs | Definitions


def layout_of(block: Block) -> str:
    """Name the layout that a template has for a block."""
    return type(block).__name__.lower()


@dataclass(frozen=True, slots=True)
class Section:
    """Section of a report.

    Parameters
    ----------
    id, title
        Anchor and heading.
    blocks
        Blocks, from top to bottom.
    """

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Stated figure and its verdict, for the first screen.

    Parameters
    ----------
    figure, claimant, verdict
        Figure with its hedge, name of the claimant, and verdict.
    summary
        Summary of the claim.
    """

    figure: str
    claimant: str
    verdict: str
    summary: str


@dataclass(frozen=True, slots=True)
class Content:
    """Content of a report, the same for all formats.

    Parameters
    ----------
    title, question
        Title and question of the case.
    banner
        Warning at the top of the report, or ``None``.
    conflicts
        Sentences on fitted claims that contradict each other or the assumptions, for the top of the report.
    marks
        Further caveats on the answer in sentences, such as a what-if change; empty if there are none.
    figure
        Headline number with its unit.
    intervals
        Names and texts of its intervals.
    answer, verdicts
        Two sentences that answer the question.
    drives
        Sentence on what drives the range of the answer; empty where that is not known.
    stated
        Stated figures that were checked, with their verdicts.
    meaning
        Line that defines the verdicts, for formats without links; empty where there are none.
    confidence
        Paragraph on analytic confidence; empty if the case states none.
    sections
        Sections, from top to bottom.
    """

    title: str
    question: str
    banner: str | None
    conflicts: tuple[str, ...]
    marks: str
    figure: str
    intervals: tuple[tuple[str, str], ...]
    answer: str
    drives: str
    verdicts: str
    stated: tuple[Verdict, ...]
    meaning: str
    confidence: str
    sections: tuple[Section, ...]

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Figures of all sections, in order."""
        return tuple(
            block for section in self.sections for block in section.blocks if isinstance(block, Picture)
        )
