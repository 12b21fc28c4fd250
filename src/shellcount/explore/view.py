"""Hold what the explorer shows: the answer, its figures and sentences, as plain values for a page.

Every text stands here as it is shown, so that a page words and computes nothing; numbers are for drawing
alone.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import Literal

from shellcount.digest import Json

type Status = Literal["ready", "fitting", "fault"]
type Point = tuple[float, float]

_DIGITS = 6  # significant digits of a number that is only drawn


@dataclass(frozen=True, slots=True)
class Tick:
    """Tick of an axis.

    Parameters
    ----------
    at
        Place on the axis.
    text
        Its label; two lines may be parted by a line break.
    """

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Axis:
    """Axis of a figure.

    Parameters
    ----------
    low, high
        Ends of the axis.
    ticks
        Ticks within it.
    label
        Name of the axis, with its unit.
    """

    low: float
    high: float
    ticks: tuple[Tick, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer to the question of a case, in words.

    Parameters
    ----------
    name, described
        Name of the estimate, and the quantity in words.
    figure
        Median with its unit and its marks in brackets, as the report heads its first screen.
    median, range50, range90
        Median with its unit, and the two intervals.
    sentence
        Answer in one sentence, as the report gives it.
    drives
        What drives the range, in a sentence; empty until it is known.
    marks
        Caveats, a sentence each.
    quantiles
        The 5%, 25%, 50%, 75% and 95% quantiles, for drawing.
    """

    name: str
    described: str
    figure: str
    median: str
    range50: str
    range90: str
    sentence: str
    drives: str
    marks: tuple[str, ...]
    quantiles: tuple[float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Chance:
    """Posterior probability that the answer is at least an amount.

    Parameters
    ----------
    at
        Amount, in the unit of the answer.
    text
        The statement with its probability, such as ``P(at least 2 million) = 48%``.
    words
        The same as the report words it: statement, probability and the word for it.
    was
        Probability in the case as it was; empty where it is the same case.
    """

    at: float
    text: str
    words: str
    was: str


@dataclass(frozen=True, slots=True)
class Exceeding:
    """Posterior probabilities that the answer is at least each of many amounts, evenly apart.

    Parameters
    ----------
    step
        Distance between two amounts: the place to which the answer is rounded.
    place
        Place in ``chances`` of the amount that is chosen.
    chances
        Probabilities, the smallest amount first.
    """

    step: float
    place: int
    chances: tuple[Chance, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """Density of an answer.

    Parameters
    ----------
    label
        What the curve is of, in words.
    text
        Median and 90% interval, in words.
    median
        The median, for drawing.
    points
        Amounts and densities, the highest of all curves being 1; none where the answer has no spread.
    """

    label: str
    text: str
    median: float
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Density:
    """Densities of the answer, now and in the case.

    Parameters
    ----------
    axis
        Amounts, for all curves.
    now, case
        Curve of the edited case, and that of the case as it was; ``None`` where that has another unit.
    pins
        Curves of the pinned edits.
    """

    axis: Axis
    now: Curve
    case: Curve | None
    pins: tuple[Curve, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """Posterior range of a total on one day.

    Parameters
    ----------
    at
        Day, as a number of the axis.
    quantiles
        The 5%, 25%, 50%, 75% and 95% quantiles.
    was
        Median in the case as it was; ``None`` where it has none on that day.
    """

    at: float
    quantiles: tuple[float, float, float, float, float]
    was: float | None


@dataclass(frozen=True, slots=True)
class Stated:
    """Stated figure in a figure over time.

    Parameters
    ----------
    claim, label
        Id of the claim, and its figure with its claimant in words.
    at, value
        Where its mark stands.
    days, ends
        First and last day that it may refer to, and ends of a stated range.
    lean
        Direction in which its hedge places the quantity: 1 is above the figure, -1 below.
    kind
        Whether it is fitted, checked, only context, or a yardstick.
    """

    claim: str
    label: str
    at: float
    value: float
    days: Point
    ends: Point
    lean: int
    kind: Literal["fitted", "checked", "context", "yardstick"]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Total sent by each date, with the figures stated for it.

    Parameters
    ----------
    title, text
        What is shown, and its last range in words.
    days, amounts
        The axes.
    evidence
        Last day that a claim refers to, beyond which all is forecast, as a number of the axis.
    bands, stated
        Ranges by day, and stated figures.
    """

    title: str
    text: str
    days: Axis
    amounts: Axis
    evidence: float
    bands: tuple[Band, ...]
    stated: tuple[Stated, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Verdict on a stated figure.

    Parameters
    ----------
    claim, title, stated
        Id of the claim, its claimant, and the figure in words.
    verdict, was
        Verdict now and in the case as it was: ``fitted`` of a claim that is fit, and ``out`` of one that is
        neither fit nor checked.
    changed
        Whether the two differ.
    sentence, meaning
        Finding, and what the verdict means, in a sentence each.
    """

    claim: str
    title: str
    stated: str
    verdict: str
    was: str
    changed: bool
    sentence: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Driver of the answer.

    Parameters
    ----------
    name, title
        Name, and name in words.
    text, kind
        Share in words, and whether it is ``judgement`` or ``claims``; empty for what no driver has alone.
    share, error
        Share of the variance and its Monte Carlo error, for drawing.
    """

    name: str
    title: str
    text: str
    kind: str
    share: float
    error: float


@dataclass(frozen=True, slots=True)
class Tornado:
    """What drives the range of the answer.

    Parameters
    ----------
    finding, notes
        What matters most, and how to read the shares, in sentences.
    axis
        Shares.
    bars
        Drivers, the largest first.
    """

    finding: str
    notes: tuple[str, ...]
    axis: Axis
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class View:
    """All that the explorer shows of some edits.

    Parameters
    ----------
    serial
        Number of the edits that it answers.
    status
        ``ready``; ``fitting`` while the answer is computed; ``fault`` where the edits have none.
    message
        What is being done, or what is wrong and what to do; empty where all is well.
    fresh
        Whether the numbers are of these edits, and not of the last ones that had an answer.
    whole
        Whether nothing more follows for these edits.
    question
        Question of the case.
    answer, exceeding, density
        The answer; ``None`` where there has been none.
    timelines, verdicts, tornado
        Totals over time, of items and then of carriers; verdicts; drivers, ``None`` where nothing varies.
    changes
        What changed from the case, a clause each.
    moved
        How far the answer moved from that of the case, in a sentence.
    command
        Command that repeats the answer.
    faults
        What is wrong with an edit, by the name of its setting.
    """

    serial: int
    status: Status
    message: str = ""
    fresh: bool = False
    whole: bool = True
    question: str = ""
    answer: Answer | None = None
    exceeding: Exceeding | None = None
    density: Density | None = None
    timelines: tuple[Timeline, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    tornado: Tornado | None = None
    changes: tuple[str, ...] = ()
    moved: str = ""
    command: str = ""
    faults: tuple[tuple[str, str], ...] = ()

    def document(self) -> dict[str, Json]:
        """Write the view as plain values, its faults by name, numbers with as many digits as are drawn.

        Examples
        --------
        >>> View(3, "fault", "no claim is left to fit").document()["status"]
        'fault'
        """
        written: dict[str, Json] = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        return {**written, "faults": dict(self.faults)}


def _plain(value: object) -> Json:
    """Write a part of a view as plain values."""
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}")
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    plain: Json = value  # type: ignore[assignment]  # text, a whole number or nothing
    return plain
