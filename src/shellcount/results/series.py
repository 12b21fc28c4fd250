"""Hold series of figures that a claimant computed from its own counts by one multiplier, and word them."""

from __future__ import annotations

from dataclasses import asdict

from shellcount.digest import Json
from shellcount.frozen import frozen
from shellcount.text import one_line
from shellcount.wording import phrases, rounding

_TITLE = 60  # characters of the title of a claimant
_NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@frozen
class Series:
    """Figures of one claimant that are one multiple of its own counts.

    Parameters
    ----------
    claimant, title
        Id and title of the claimant.
    claims, bases
        Ids of the figures, and of the count that each is a multiple of.
    unmarked
        Ids of those figures that the case does not mark as derived.
    multiplier
        Multiplier that all share, within what was rounded.
    low, high
        Multipliers that all figures are compatible with, as rounded.
    smallest, largest
        Smallest and largest multiplier of a figure, as stated.
    unit
        What the multiplier counts, such as "rounds a container".
    chance
        Chance that figures which nobody computed agree so closely; ``None`` where the case marks all of them.
    """

    claimant: str
    title: str
    claims: tuple[str, ...]
    bases: tuple[str, ...]
    unmarked: tuple[str, ...]
    multiplier: float
    low: float
    high: float
    smallest: float
    largest: float
    unit: str
    chance: float | None

    @property
    def sentence(self) -> str:
        """Series in words."""
        count, title = len(self.claims), one_line(self.title, _TITLE)
        number = _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"
        spread = ""
        if self.largest > self.smallest:
            ends = (rounding.significant(end) for end in (self.smallest, self.largest))
            spread = f" ({' to '.join(ends)} as stated)"
        about = f"one multiplier of about {rounding.significant(self.multiplier, 2)} {self.unit}{spread}"
        figures = f"{number.capitalize()} figures of {title}, {about}: {phrases.listing([*self.claims])}"
        if not self.unmarked:
            return f"{figures}. They were derived from its counts, so that none of them is fit."
        seldom = ""
        if self.chance is not None:
            chance = phrases.probability(self.chance)
            seldom = f": if they had been counted, the chance that they agree so closely would be {chance}"
        which = "them" if len(self.unmarked) == count else phrases.listing([*self.unmarked])
        return (
            f"{figures}. They look as if they were computed from its own counts{seldom}. If they were, mark "
            f"{which} with derived_from: a figure computed from a count adds no evidence."
        )

    def document(self) -> dict[str, Json]:
        """Write the series as plain values."""
        values: dict[str, Json] = asdict(self)
        lists: dict[str, Json] = {name: [*getattr(self, name)] for name in ("claims", "bases", "unmarked")}
        return {**values, **lists, "sentence": self.sentence}
