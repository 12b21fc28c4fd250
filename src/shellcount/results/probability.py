"""Hold posterior probabilities of statements, with their Monte Carlo errors, and word them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field

from shellcount.case.schema import Case
from shellcount.frozen import frozen
from shellcount.results.described import amounting
from shellcount.results.mark import Mark, marked
from shellcount.results.names import unit
from shellcount.results.threshold import Threshold, parse_threshold
from shellcount.wording import chances
from shellcount.wording.scales import Scale, load_scale
from shellcount.wording.tables import Table

_HEAD = ("statement", "chance", "Monte Carlo error")


@frozen
class Probability:
    """Posterior probability of a statement that a quantity is at least, or at most, a threshold.

    Parameters
    ----------
    name
        Statement, such as ``rounds.mixed@2024-06-14>=3000000``.
    value
        Probability.
    mcse
        Its Monte Carlo standard error.
    not_quotable
        Reason why it must not be quoted, or ``None``.
    marks
        Caveats on the number. Two probabilities of the same numbers are equal whatever their marks.

    Examples
    --------
    >>> import shellcount
    >>> found = shellcount.fit(shellcount.load_case()).probability("rounds.mixed@2024-06-14 >= 3 million")
    >>> found.words
    '14%'
    """

    name: str
    value: float
    mcse: float
    not_quotable: str | None = None
    marks: tuple[Mark, ...] = field(default=(), compare=False)

    @property
    def words(self) -> str:
        """Probability in per cent, no finer than its Monte Carlo error allows, and never 0% or 100%."""
        return chances.words(self.value, self.mcse)

    def word(self, scale: Scale | None = None) -> str:
        """Choose the word for the printed probability on a named scale, by default that of ICD 203.

        Examples
        --------
        >>> Probability("load>=0.7", 0.634, 0.002).word()
        'likely'
        """
        return (scale or load_scale()).word(chances.printed(self.value, self.mcse))

    def __str__(self) -> str:
        """Return the statement and its probability, with the marks."""
        caveat = "" if self.not_quotable is None else f" (not converged: {self.not_quotable})"
        return f"{self.name}: {marked(self.words, self.marks)}{caveat}"


def stated(case: Case, name: str) -> str:
    """Word a statement, such as "at least 3 million rounds sent by 14 June 2024".

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> stated(load_case(), "rounds.mixed@2024-06-14>=3000000")
    'at least 3 million rounds sent by 14 June 2024'
    >>> stated(load_case(), "load<=0.5")
    'a load of at most 50%'
    """
    return worded(case, parse_threshold(case, name))


def worded(case: Case, threshold: Threshold) -> str:
    """Word a parsed statement, as :func:`stated` does.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> worded(load_case(), parse_threshold(load_case(), "load >= 0.5"))
    'a load of at least 50%'
    """
    bound = "at least" if threshold.at_least else "at most"
    measure = unit(case, threshold.quantity)
    return amounting(case, threshold.quantity, f"{bound} {chances.exact(threshold.value, measure)}")


def probabilities_table(case: Case, probabilities: Iterable[Probability]) -> Table:
    """Tabulate statements in words, with their probability and its Monte Carlo error.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> table = probabilities_table(load_case(), [Probability("load>=0.7", 0.5712, 0.001)])
    >>> table.rows
    (('a load of at least 70%', '57% (likely)', '0.1%'),)
    """
    rows = tuple(
        (
            stated(case, each.name),
            marked(f"{each.words} ({each.word()})", each.marks),
            chances.error(each.mcse),
        )
        for each in probabilities
    )
    return Table("", _HEAD, rows, numeric=(1, 2))
