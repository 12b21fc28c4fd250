"""Hold how much each choice weighs: an estimate with one prior, grade, hedge or claim changed at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

from shellcount.digest import Json
from shellcount.errors import require_library
from shellcount.frozen import frozen
from shellcount.results.estimate import Estimate
from shellcount.results.mark import sentences
from shellcount.results.move import MOST_ERRORS
from shellcount.results.scaled_part import ScaledPart, per_cent, scaling_table
from shellcount.text import one_line
from shellcount.wording import phrases, rounding
from shellcount.wording.tables import Table

if TYPE_CHECKING:
    import pandas as pd

type ChoiceKind = Literal[
    "prior", "width", "share", "grade", "bias", "hedges", "outliers", "correlation", "claim"
]
type Side = Literal["lower", "upper", "other"]

SCHEMA = "shellcount/sensitivity/1"
_HEAD = ("choice", "lowest median", "highest median", "width of the 90% range")
_DETAILS = ("choice", "set to", "median", "90% interval", "move", "Monte Carlo error", "width")
_LEAST = 0.05  # move of the median, from which a choice is said to matter
_TITLE = 60  # characters of a title
_NAMED = 3  # choices that the sentence names
_AS_IS = "as it is"


@frozen
class Tried:
    """Estimate with one choice changed.

    Parameters
    ----------
    choice, title
        Name of the choice, and what it is in words.
    kind
        Kind of the choice.
    side
        Whether it is set ``lower`` or narrower than in the case, ``upper`` or wider, or ``other``.
    setting
        What it is set to, in words.
    change
        The same as a what-if change, ``NAME=VALUE``, or ``without=CLAIM``.
    p05, p50, p95
        Quantiles of the estimate.
    mcse
        Monte Carlo standard error of the median.
    move, mcse_move
        Logarithm of the median over that of the case, and its Monte Carlo standard error, from the spread
        of pairs of runs with the same random numbers.
    widening, mcse_widening
        Logarithm of the width of the 90% range over that of the case, both on the log scale; and its error.
    not_quotable
        Reason why the numbers must not be quoted, or ``None``.
    """

    choice: str
    title: str
    kind: ChoiceKind
    side: Side
    setting: str
    change: str
    p05: float
    p50: float
    p95: float
    mcse: float
    move: float
    mcse_move: float
    widening: float
    mcse_widening: float
    not_quotable: str | None = None

    @property
    def matters(self) -> bool:
        """True if the median moves by 5% at least, and by more than may be chance."""
        return abs(self.move) >= max(_LEAST, MOST_ERRORS * self.mcse_move)

    @property
    def middle(self) -> str:
        """Median in words."""
        stated = rounding.Range(self.p05, self.p50, self.p95, self.mcse)
        return rounding.amount(self.p50, rounding.rounding_unit(stated))

    @property
    def moved(self) -> str:
        """Move of the median in words."""
        return per_cent(self.move, self.mcse_move)

    @property
    def error(self) -> str:
        """Monte Carlo standard error of the move, in words."""
        return f"{100 * math.exp(self.move) * self.mcse_move:.2f}%"

    @property
    def widened(self) -> str:
        """Change of the width of the 90% range in words."""
        return per_cent(self.widening, self.mcse_widening)


@frozen
class Choice:
    """Settings of one choice that were tried.

    Parameters
    ----------
    tried
        Estimates, in the order in which they were tried.
    """

    tried: tuple[Tried, ...]

    @property
    def name(self) -> str:
        """Name of the choice."""
        return self.tried[0].choice

    @property
    def title(self) -> str:
        """Choice in words."""
        return one_line(self.tried[0].title, _TITLE)

    @property
    def valued(self) -> tuple[Tried, ...]:
        """Settings to other values; of a choice that has none, to other widths."""
        return tuple(each for each in self.tried if each.kind != "width") or self.tried

    @property
    def lowest(self) -> Tried:
        """Value with the lowest median."""
        return min(self.valued, key=lambda each: each.move)

    @property
    def highest(self) -> Tried:
        """Value with the highest median."""
        return max(self.valued, key=lambda each: each.move)

    @property
    def bar(self) -> float:
        """Logarithm of the highest median over the lowest, that of the case included."""
        return max(0.0, self.highest.move) - min(0.0, self.lowest.move)

    @property
    def matters(self) -> bool:
        """True if a setting moves the median."""
        return any(each.matters for each in self.valued)

    def cells(self) -> tuple[str, ...]:
        """Word the choice for a row of a table."""
        widths = [each for each in self.tried if each.kind == "width"] or [*self.tried]
        least, most = (choose(widths, key=lambda each: each.widening).widened for choose in (min, max))
        return (
            self.title if self.title == self.name else f"{self.title}\n{self.name}",
            _cell(self.lowest) if self.lowest.move < 0 else _AS_IS,
            _cell(self.highest) if self.highest.move > 0 else _AS_IS,
            least if least == most else f"{least} to {most}",
        )


@frozen
class Sensitivity:
    """Weight of each choice behind an estimate, from :func:`shellcount.sensitivity`.

    Parameters
    ----------
    base
        Estimate as the case has it.
    described
        The estimate in words.
    tried
        The estimate with one choice changed at a time.
    scaled
        The estimate as the power of each prior and of each claim grows.
    untried
        What could not be tried, in sentences.
    """

    base: Estimate
    described: str
    tried: tuple[Tried, ...]
    scaled: tuple[ScaledPart, ...]
    untried: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name of the estimate."""
        return self.base.name

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The choices, that with the longest bar first."""
        names = dict.fromkeys(each.choice for each in self.tried)
        found = [Choice(tuple(each for each in self.tried if each.choice == name)) for name in names]
        return tuple(sorted(found, key=lambda choice: -choice.bar))

    @property
    def sentence(self) -> str:
        """Choices that weigh most, in sentences."""
        return " ".join(self._sentences())

    def _sentences(self) -> Iterator[str]:
        yield f"{self.name} is {self.base.headline}."
        listed = self.choices
        mattering = [choice for choice in listed if choice.matters]
        if not mattering:
            yield "No choice that was tried moves its median by 5%."
            return
        first, *others = mattering
        yield f"The median depends most on the {first.title}: it is {_from_to(first)}."
        named = [f"the {choice.title} ({_from_to(choice)})" for choice in others[: _NAMED - 1]]
        if named:
            yield f"Next {'is' if len(named) == 1 else 'are'} {phrases.listing(named)}."
        claims = [choice for choice in listed if choice.tried[0].kind == "claim"]
        if claims:
            largest = claims[0].tried[0]
            much = f"moves it by {largest.moved}" if largest.matters else "moves it by less than 5%"
            most = ", more than any other claim" if len(claims) > 1 and largest.matters else ""
            yield f"Leaving out {largest.title} {much}{most}."
        rest = len(listed) - len(mattering)
        if rest:
            verb = "moves" if rest == 1 else "move"
            yield f"{rest} of {phrases.counted(len(listed), 'choice')} {verb} it by less than 5%."
        yield from _pulling(self.scaled)

    def table(self) -> Table:
        """Show each choice that moves the median as a row, that with the longest bar first."""
        rows = tuple(choice.cells() for choice in self.choices if choice.matters)
        return Table(f"median of {self.name}", _HEAD, rows, numeric=(1, 2, 3))

    def details(self) -> Table:
        """Show the estimate for each setting of each choice as a row."""
        rows = tuple(
            (each.choice, each.setting, each.middle, _ends(each), each.moved, each.error, each.widened)
            for choice in self.choices
            for each in choice.tried
        )
        return Table(self.name, _DETAILS, rows, numeric=(2, 3, 4, 5, 6))

    def scaling_table(self) -> Table:
        """Show what more weight of each prior and claim does to the estimate, the most sensitive first."""
        return scaling_table(self.scaled)

    def to_dataframe(self) -> pd.DataFrame:
        """Put what was tried in a data frame of pandas, a row for each setting of each choice.

        Raises
        ------
        UsageError
            When pandas is not installed.
        """
        require_library("pandas")
        import pandas as pd

        return pd.DataFrame([asdict(each) for each in self.tried]).set_index(["choice", "setting"])

    def document(self) -> dict[str, Json]:
        """Write everything as plain values."""
        base = {key: value for key, value in asdict(self.base).items() if key != "marks"}
        return {
            "schema": SCHEMA,
            "name": self.name,
            "base": {**base, "marks": [mark.values() for mark in self.base.marks]},
            "choices": [
                {"choice": choice.name, "bar": choice.bar, "tried": [asdict(each) for each in choice.tried]}
                for choice in self.choices
            ],
            "power_scaling": [asdict(each) for each in self.scaled],
            "untried": list(self.untried),
            "sentence": self.sentence,
        }

    def __repr__(self) -> str:
        """Give the result in words."""
        return self.sentence

    def _repr_html_(self) -> str:
        caveats = f"<p>{sentences(self.base.marks)}</p>" if self.base.marks else ""
        return f"{caveats}{self.table().html()}<p>{self.sentence}</p>"


def _pulling(scaled: tuple[ScaledPart, ...]) -> Iterator[str]:
    """Name the priors that the claims pull away from, and those of which they say little."""
    for diagnosis, words in (
        ("prior-data conflict", "The claims may be in conflict with the prior of"),
        ("weak likelihood", "The claims say little about"),
    ):
        named = [f"the {one_line(each.title, _TITLE)}" for each in scaled if each.diagnosis == diagnosis]
        if named:
            yield f"{words} {phrases.listing(named)}."


def _cell(tried: Tried) -> str:
    return f"{tried.middle}\n{tried.setting}"


def _ends(tried: Tried) -> str:
    stated = rounding.Range(tried.p05, tried.p50, tried.p95, tried.mcse)
    return rounding.interval(tried.p05, tried.p95, rounding.rounding_unit(stated))


def _from_to(choice: Choice) -> str:
    """Word where the median goes: to both sides of that of the case, or to one."""
    low, high = choice.lowest, choice.highest
    if low.move < 0 < high.move:
        return f"{low.middle} if it is {low.setting}, and {high.middle} if it is {high.setting}"
    one = low if high.move <= 0 else high
    return f"{one.middle} if it is {one.setting}"
