"""Word how to read the marks of stated figures: those that are drawn, and no others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shellcount.frozen import frozen
from shellcount.wording import phrases

RANGE = "Dot: median. Bars: 50% and 90% intervals."


@frozen
class Drawn:
    """Look of the mark of a stated figure.

    Parameters
    ----------
    fitted, context, remark
        Whether the posterior is conditioned on it, whether it is only shown, and why it is never fit.
    yardstick, spanning, ranging, leaning, zero
        Whether it is a yardstick, joins dates, has two ends, has an arrow, or says that none was seen.
    """

    fitted: bool = False
    context: bool = False
    remark: str = ""
    yardstick: bool = False
    spanning: bool = False
    ranging: bool = False
    leaning: bool = False
    zero: bool = False


def read_marks(drawn: Iterable[Drawn]) -> str:
    """Word how to read the marks of stated figures, each kind in a sentence.

    Examples
    --------
    >>> read_marks([Drawn(fitted=True)])
    'Open diamond: figure that the range is fitted to.'
    """
    return " ".join(_sentences(tuple(drawn)))


def _sentences(drawn: tuple[Drawn, ...]) -> Iterator[str]:
    plain = [each for each in drawn if not each.yardstick and not each.zero]
    if any(not (each.fitted or each.context or each.remark) for each in plain):
        yield "Filled diamond: figure checked against the range."
    if any(each.fitted and not each.remark for each in plain):
        yield "Open diamond: figure that the range is fitted to."
    remarks = sorted({each.remark for each in plain if each.remark})
    if remarks:
        yield f"Grey diamond: figure that is {' or '.join(remarks)}, and never fitted."
    if any(each.context and not (each.fitted or each.remark) for each in plain):
        yield "Filled grey diamond: figure shown for context."
    if any(each.yardstick for each in drawn):
        yield "Square: yardstick."
    if any(each.zero for each in drawn):
        yield "Triangle: none was seen."
    if any(each.spanning for each in drawn):
        yield "Line through a mark: possible dates."
    if any(each.ranging for each in drawn):
        yield "Line with two ends: stated range."
    if any(each.leaning for each in drawn):
        yield "Arrow: where the hedge puts the true number."


def left_out(count: int, what: str = "figure") -> str:
    """Word how many figures a drawing leaves out since they are in other units; empty for none.

    Examples
    --------
    >>> left_out(2), left_out(0)
    ('Not shown: 2 figures in other units.', '')
    """
    return f"Not shown: {phrases.counted(count, what)} in other units." if count else ""


def most_of(shown: int, count: int, what: str, which: str) -> str:
    """Word that only some rows fit on a sheet; empty if all do.

    Examples
    --------
    >>> most_of(4, 6, "rows", "the farthest out")
    'Shown: the farthest out, 4 of 6 rows.'
    """
    return f"Shown: {which}, {shown} of {count} {what}." if shown < count else ""
