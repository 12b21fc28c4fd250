"""Hold what would have to be true for a statement to hold, and word it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from shellcount.digest import Json
from shellcount.errors import require_library
from shellcount.frozen import frozen
from shellcount.results.estimate import Estimate
from shellcount.results.mark import Mark, marked, sentences
from shellcount.results.numbers_json import estimate_values
from shellcount.results.probability import Probability
from shellcount.text import escape_html
from shellcount.wording import chances, phrases
from shellcount.wording.tables import Table

if TYPE_CHECKING:
    import pandas as pd

type Place = Literal["very unusual", "unusual", ""]

VERY_UNUSUAL, UNUSUAL = 0.01, 0.05  # of a posterior, that lies as far out
_NAMED = 4  # movers that a sentence names
_HEAD = ("what moves", "now", "required", "shift in sd", "place now")


@frozen
class Mover:
    r"""Quantity that a statement moves.

    Parameters
    ----------
    name
        Name of its estimate.
    group
        Quantities of one group say the same; a sentence names one of them.
    before, after
        Estimates as they are, and given the statement.
    shift, mcse
        Shift in standard deviations, as :func:`shellcount.require` defines it, and its Monte Carlo error.
    percentile, prior_percentile
        Place of the required median in the distribution as it is, and in the prior.
    phrase
        What it would be, such as "16,000 munitions containers (now 12,000)".
    """

    name: str
    group: str
    before: Estimate
    after: Estimate
    shift: float
    mcse: float
    percentile: float
    prior_percentile: float
    phrase: str

    @property
    def place(self) -> Place:
        """Words for how far out the required median lies in the distribution as it is."""
        return place_of(self.percentile)

    def cells(self) -> tuple[str, str, str, str, str]:
        """Word the mover for a row of a table."""
        place = f"{percentile_words(self.percentile)}{f', {self.place}' if self.place else ''}"
        name = f"{self.name}\n{self.before.measure}" if self.before.measure else self.name
        return (name, self.before.cell, self.after.cell, f"{self.shift:+.1f}", place)


@frozen
class MovedChance:
    r"""Chance that a statement moves: of a claim of being off, or of a nature that a claim leaves open.

    Parameters
    ----------
    name
        Such as ``CLAIM is off``, or ``CLAIM means NATURE``.
    before, after
        The chance as it is, and given the statement.
    shift
        :math:`(p_S - p) / \sqrt{p (1 - p)}`, in standard deviations of what it is the chance of.
    """

    name: str
    before: float
    after: float
    shift: float

    def cells(self) -> tuple[str, str, str, str, str]:
        """Word the chance for a row of a table."""
        words = (phrases.probability(self.before), phrases.probability(self.after))
        return (self.name, *words, f"{self.shift:+.1f}", "")


@frozen
class Requirement:
    """Requirement of a statement: what would have to be true for it, from :func:`shellcount.require`.

    Parameters
    ----------
    statement
        Statement in words, such as "at least 4.8 million rounds sent by 14 June 2024".
    probability
        Its probability.
    subject
        Its quantity as it is, and given the statement.
    movers
        Quantities that it moves, those that it moves most first.
    chances
        Chances that it moves, in the same order.
    unmoved
        Names of the quantities and chances that it does not move.
    route
        ``reweighted`` where draws were kept that satisfy it, ``refitted`` where an engine drew within it.
    effective
        Effective number of the draws given the statement.
    khat
        Pareto shape of the largest weights; ``None`` where the engine has none.
    run_digest
        Digest of the run.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
    >>> found = shellcount.require(posterior, "rounds.mixed@2024-06-14 >= 3 million")
    >>> found.probability.words, found.movers[0].shift > 0
    ('14%', True)
    """

    statement: str
    probability: Probability
    subject: tuple[Estimate, Estimate]
    movers: tuple[Mover, ...]
    chances: tuple[MovedChance, ...]
    unmoved: tuple[str, ...]
    route: Literal["reweighted", "refitted"]
    effective: float
    khat: float | None
    run_digest: str

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Caveats on all numbers."""
        return self.probability.marks

    @property
    def leading(self) -> tuple[Mover, ...]:
        """Movers that a sentence names: the first of each group, and of those that are the same."""
        named: list[Mover] = []
        for mover in self.movers:
            said = any(mover.group == each.group or math.isclose(mover.shift, each.shift) for each in named)
            alike = mover.before.middle == mover.after.middle  # as rounded
            named += [] if said or alike else [mover]
        return tuple(named[:_NAMED])

    @property
    def sentence(self) -> str:
        """Tell what the statement would mean, how probable it is, and what of it is very unusual."""
        chance = f"the chance is {self.probability.words}"
        named = [mover.phrase for mover in self.leading]
        head = f"{self.statement[:1].upper()}{self.statement[1:]}"
        if not named:
            return marked(f"{head} would move nothing else; {chance}.", self.marks)
        means = marked(f"{head} would typically mean {phrases.listing(named)}; {chance}.", self.marks)
        return f"{means} {self._unusual()}"

    def _unusual(self) -> str:
        """Tell which of the movers are very unusual, taken alone."""
        far = [mover for mover in self.leading if mover.place == "very unusual"]
        if not far:
            return "None of these is very unusual by itself."
        names = [f"{mover.name} ({percentile_words(mover.percentile)} of its range now)" for mover in far]
        return f"Very unusual by itself: {phrases.listing(names)}."

    def table(self) -> Table:
        """Tabulate what the statement moves, each as it is and as required."""
        return Table(
            self._caption(), _HEAD, tuple(each.cells() for each in self._sorted()), numeric=(1, 2, 3)
        )

    def _sorted(self) -> Iterator[Mover | MovedChance]:
        every: list[Mover | MovedChance] = [*self.movers, *self.chances]
        yield from sorted(every, key=lambda each: -abs(each.shift))

    def _caption(self) -> str:
        probability = self.probability
        chance = f"chance {probability.words}, Monte Carlo error {chances.error(probability.mcse)}"
        return marked(f"For {self.statement}: {chance}", self.marks)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences on what is not in the table, and on the draws that it rests on."""
        count = len(self.unmoved)
        how = "the draws that satisfy it" if self.route == "reweighted" else "draws made under this condition"
        rest = (
            f"{phrases.counted(count, 'other quantity')} or chance hardly moves"
            if count == 1
            else (f"{count} other quantities and chances hardly move")
        )
        base = f"Based on {how}, of which {self.effective:,.0f} are effective."
        caveat = self.probability.not_quotable
        return (
            *((f"{rest[:1].upper()}{rest[1:]}.",) if count else ()),
            base,
            *((f"Not converged: {caveat}.",) if caveat else ()),
        )

    def document(self) -> dict[str, Json]:
        """Write the requirement as plain values."""
        before, after = self.subject
        return {
            "schema": "shellcount/requirement/1",
            "statement": self.probability.name,
            "words": self.statement,
            "probability": self.probability.value,
            "mcse": self.probability.mcse,
            "not_quotable": self.probability.not_quotable,
            "quantity": {
                "name": before.name,
                "before": estimate_values(before),
                "after": estimate_values(after),
            },
            "moved": [_values(mover) for mover in self.movers],
            "chances": [
                {"name": each.name, "before": each.before, "after": each.after, "shift": each.shift}
                for each in self.chances
            ],
            "unmoved": list(self.unmoved),
            "route": self.route,
            "effective_draws": self.effective,
            "khat": self.khat,
            "marks": [mark.values() for mark in self.marks],
            "run": self.run_digest,
            "sentence": self.sentence,
        }

    def to_dataframe(self) -> pd.DataFrame:
        """Put what the statement moves in a data frame of pandas, one quantity or chance to a row.

        Raises
        ------
        UsageError
            When pandas is not installed.
        """
        require_library("pandas")
        import pandas as pd

        return pd.DataFrame([_row(each) for each in self._sorted()])

    def __repr__(self) -> str:
        """Give the sentence."""
        return self.sentence

    def _repr_html_(self) -> str:
        caveats = f"<p><strong>{escape_html(sentences(self.marks))}</strong></p>" if self.marks else ""
        return f"{caveats}{self.table().html()}<p>{escape_html(self.sentence)}</p>"


def place_of(percentile: float) -> Place:
    """Choose the words for how far out a value lies.

    Examples
    --------
    >>> place_of(0.995), place_of(0.03), place_of(0.5)
    ('very unusual', 'unusual', '')
    """
    tail = min(percentile, 1.0 - percentile)
    return "very unusual" if tail < VERY_UNUSUAL else "unusual" if tail < UNUSUAL else ""


def percentile_words(percentile: float) -> str:
    """Word a place in a distribution.

    Examples
    --------
    >>> percentile_words(0.982), percentile_words(0.9997), percentile_words(0.214)
    ('above 98%', 'above 99%', 'below 79%')
    """
    side, share = ("above", percentile) if percentile >= 0.5 else ("below", 1.0 - percentile)
    return f"{side} {min(99, round(100 * share))}%"


def _values(mover: Mover) -> dict[str, Json]:
    return {
        "name": mover.name,
        "before": estimate_values(mover.before),
        "after": estimate_values(mover.after),
        "shift": mover.shift,
        "shift_mcse": mover.mcse,
        "percentile": mover.percentile,
        "prior_percentile": mover.prior_percentile,
    }


def _row(each: Mover | MovedChance) -> dict[str, str | float]:
    if isinstance(each, MovedChance):
        before = after = (math.nan, math.nan)
        middles, unit, places = (each.before, each.after), "probability", (math.nan, math.nan)
    else:
        before, after = ((side.p05, side.p95) for side in (each.before, each.after))
        middles, unit = (each.before.p50, each.after.p50), each.before.unit
        places = (each.percentile, each.prior_percentile)
    return {
        "name": each.name,
        "unit": unit,
        "p50_before": middles[0],
        "p50_after": middles[1],
        "p05_before": before[0],
        "p95_before": before[1],
        "p05_after": after[0],
        "p95_after": after[1],
        "shift": each.shift,
        "percentile": places[0],
        "prior_percentile": places[1],
    }
