"""Hold what the explorer shows: the answer, its figures and sentences, as plain values for a page.

Every text stands here as it is shown, so that a page words and computes nothing; numbers are for drawing
alone.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Literal

from shellcount.digest import Json
from shellcount.explore.drawn import Density, Timeline, Tornado
from shellcount.frozen import frozen

type Status = Literal["ready", "fitting", "stopped", "fault"]

_DIGITS = 6  # significant digits of a number that is only drawn


@frozen
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


@frozen
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
        Probability in the base case; empty where the answer is the same.
    """

    at: float
    text: str
    words: str
    was: str


@frozen
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


@frozen
class Verdict:
    """Verdict on a stated figure.

    Parameters
    ----------
    claim, title, stated
        Id of the claim, its claimant, and the figure in words.
    verdict, was
        Verdict now and in the base case: ``fitted`` of a claim that is fit, and ``out`` of one that is
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


@frozen
class View:
    """Answer to some edits, as the explorer shows it.

    Parameters
    ----------
    serial
        Number of the edits that it answers.
    status
        ``ready``; ``fitting`` while the answer is computed; ``stopped`` where the user ended that;
        ``fault`` where the edits have none.
    message
        What is being done, or what is wrong and what to do; empty where all is well.
    waited
        Time that a long fit has taken so far, in words; empty where there is none.
    fresh
        Whether the numbers are of these edits, and not of the last ones that had an answer.
    whole
        Whether nothing more follows for these edits. The answer comes first: timelines, verdicts and drivers
        are empty until they follow.
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
    waited: str = ""
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
