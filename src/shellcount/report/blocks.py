"""Blocks of a report: one tree for all formats, each of which has a template that lays it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from shellcount.frozen import frozen
from shellcount.plots.sparkline import Sparkline
from shellcount.report.what_if import Form
from shellcount.results.verdicts import FAILING
from shellcount.wording.tables import Table

_MOST_STATED = 8  # stated figures on the first screen


@frozen
class Paragraph:
    """Paragraph.

    Parameters
    ----------
    text
        Text of the paragraph.
    """

    text: str


@frozen
class Bullets:
    """Bulleted list.

    Parameters
    ----------
    items
        Sentences of the list.
    """

    items: tuple[str, ...]


@frozen
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


@frozen
class Code:
    """Command line to copy.

    Parameters
    ----------
    text
        Command line.
    """

    text: str


@frozen
class Pairs:
    """List of names and values.

    Parameters
    ----------
    items
        Pairs of a name and a value.
    """

    items: tuple[tuple[str, str], ...]


@frozen
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


@frozen
class Fold:
    """Blocks that a page shows on demand; other formats show them as if there were no fold.

    Parameters
    ----------
    id
        Anchor.
    title
        Content and its size, such as "Assumptions (34)".
    blocks
        Blocks, from top to bottom.
    keyed
        Whether each row of its tables has an anchor: ``id``, a hyphen, and the text of the first cell.
    """

    id: str
    title: str
    blocks: tuple[Block, ...]
    keyed: bool = False


type Block = Paragraph | Bullets | Table | Picture | Code | Pairs | Definitions | Fold


def unfolded(blocks: Iterable[Block]) -> Iterator[Block]:
    """Replace each fold by its blocks.

    Examples
    --------
    >>> [block.text for block in unfolded([Paragraph("a"), Fold("more", "More (1)", (Paragraph("b"),))])]
    ['a', 'b']
    """
    for block in blocks:
        if isinstance(block, Fold):
            yield from unfolded(block.blocks)
        else:
            yield block


def layout_of(block: Block) -> str:
    """Name the layout that a template has for a block."""
    return type(block).__name__.lower()


@frozen
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

    @property
    def unfolded(self) -> tuple[Block, ...]:
        """Blocks, with those of folds in their place."""
        return tuple(unfolded(self.blocks))


@frozen
class Verdict:
    """Stated figure and its verdict, for the first screen.

    Parameters
    ----------
    claim
        Id of the claim.
    figure, claimant, verdict
        Figure with its hedge, name of the claimant, and verdict.
    summary
        Summary of the claim.
    meaning
        Definition of the verdict.
    finding
        Sentence on the check.
    """

    claim: str
    figure: str
    claimant: str
    verdict: str
    summary: str
    meaning: str
    finding: str


@frozen
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
    opening, figure, closing
        Answer in three parts: what the number is conditioned on, the headline number with its unit, and what
        was sent until when.
    sparkline
        Small drawing of the answer.
    intervals
        Names and texts of its intervals.
    answer
        Answer in one sentence, with its intervals and outcomes.
    outcomes
        Sentences on figures that settled the question.
    verdicts
        Sentence that lists the stated figures by their verdicts.
    drives
        Sentence on what drives the range of the answer; empty where that is not known.
    stated
        Stated figures that were checked, with their verdicts.
    tally
        Number of stated figures with each verdict, in words; empty where there are none.
    meaning
        Line that defines the verdicts, for formats without links; empty where there are none.
    confidence
        Paragraph on analytic confidence; empty if the case states none.
    sections
        Sections, from top to bottom.
    what_if
        What-if that a page offers; ``None`` where no assumption can be moved.
    """

    title: str
    question: str
    banner: str | None
    conflicts: tuple[str, ...]
    marks: str
    opening: str
    figure: str
    closing: str
    sparkline: Sparkline
    intervals: tuple[tuple[str, str], ...]
    answer: str
    outcomes: tuple[str, ...]
    drives: str
    verdicts: str
    stated: tuple[Verdict, ...]
    tally: str
    meaning: str
    confidence: str
    sections: tuple[Section, ...]
    what_if: Form | None

    @property
    def first_stated(self) -> tuple[Verdict, ...]:
        """Stated figures for the first screen: of many, each verdict on each claimant, the worst first."""
        if len(self.stated) <= _MOST_STATED:
            return self.stated
        order = (*FAILING, "high", "low", "consistent")
        seen: Counter[tuple[str, str]] = Counter()
        places = []
        for place, each in enumerate(self.stated):
            seen[each.verdict, each.claimant] += 1
            places.append((seen[each.verdict, each.claimant], order.index(each.verdict), place))
        return tuple(self.stated[place] for *_, place in sorted(places)[:_MOST_STATED])

    @property
    def further_stated(self) -> tuple[Verdict, ...]:
        """Stated figures that the first screen leaves out."""
        first = self.first_stated
        return tuple(each for each in self.stated if each not in first)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Figures of all sections, in order."""
        return tuple(
            block for section in self.sections for block in section.unfolded if isinstance(block, Picture)
        )
