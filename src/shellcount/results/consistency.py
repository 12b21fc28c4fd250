"""Hold the findings on whether fitted claims hold together: all of them, in pairs, and without some."""

from __future__ import annotations

import dataclasses
import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shellcount.digest import Json
from shellcount.errors import require_library
from shellcount.frozen import frozen
from shellcount.results.conflict import Conflict
from shellcount.results.mark import Mark, marked
from shellcount.results.series import Series
from shellcount.wording import phrases
from shellcount.wording.rounding import significant
from shellcount.wording.tables import Table

if TYPE_CHECKING:
    import pandas as pd

JOINT_LEVEL = 0.01  # chance of figures so far apart, below which they do not hold together as a whole
PAIR_LEVEL = 0.05  # of all pairs together
_SHOWN = 10  # pairs in a table, besides those that conflict
_NAMED = 3  # pairs and sets of claims in a sentence
_HEAD = ("claims", "ratio", "expected (90%)", "chance if both\nare sound", "chance of\nbeing off", "conflict")


@frozen
class ClaimPair:
    """Comparison of two claims on what they share.

    Parameters
    ----------
    first, second
        Ids of the claims.
    ratio
        Figure of the first over that of the second; of two shares, ratio of the odds. ``None`` where the
        first says that nothing was seen.
    low, high
        Middle 90% of the ratios to be expected if both are sound.
    chance
        Chance of a ratio so far out, on either side, if both are sound; or of seeing nothing.
    mcse
        Monte Carlo error of ``chance``.
    percentile
        Probability of a lower ratio, each claim being sound or off.
    off_first, off_second
        Chance of each of being off, from the two alone; ``None`` if the model allows for none.
    conflicting
        Whether the two contradict each other, all pairs taken together.
    """

    first: str
    second: str
    ratio: float | None
    low: float | None
    high: float | None
    chance: float
    mcse: float
    percentile: float
    off_first: float | None
    off_second: float | None
    conflicting: bool


@frozen
class JointCheck:
    """Check of all claims together.

    Parameters
    ----------
    chance
        Chance of figures so far from each other and from the assumptions, if all claims are sound; ``None``
        where there are too many to tell.
    mcse
        Its Monte Carlo error.
    sound_prior, sound
        Chance that all claims are sound, before and after they are compared; ``None`` if none can be off.
    sound_mcse
        Monte Carlo error of ``sound``.
    """

    chance: float | None
    mcse: float | None
    sound_prior: float | None
    sound: float | None
    sound_mcse: float | None


@frozen
class Removal:
    """Search for the smallest sets of claims without which the others hold together.

    Parameters
    ----------
    sets
        Sets that do, all of one size, those first whose claims are off most probably. Empty if nothing has to
        be removed, or if none was found.
    tried
        Number of sets that were tried, each by a fit.
    largest
        Number of claims in the largest sets that were tried.
    complete
        Whether all sets of up to that size were considered.
    """

    sets: tuple[tuple[str, ...], ...]
    tried: int
    largest: int
    complete: bool


@dataclass(frozen=True, eq=False, repr=False)
class Consistency:
    """Findings on whether fitted claims hold together.

    :func:`shellcount.insight.consistency.consistency` returns them.

    Parameters
    ----------
    run_digest, given
        Run, and the claims that it fits.
    figures
        Each fitted claim in words, by id.
    off
        Chance of each of being off given all of them, by id; ``None`` if the model allows for none.
    joint
        Check of all together.
    pairs
        Pairs, the least compatible first.
    compared
        Ids of the claims that were compared in pairs.
    conflicts
        Conflicts of single claims with all others or the assumptions.
    removal
        Smallest sets without which the others hold together; ``None`` where all do.
    series
        Figures that a claimant computed from its own counts.
    undecided
        Number of claims of which draws alone cannot tell whether the others agree, and that are too many to
        fit without each.
    marks
        Caveats on the run, conflicts aside.
    """

    run_digest: str
    given: str
    figures: dict[str, str]
    off: dict[str, float | None]
    joint: JointCheck
    pairs: tuple[ClaimPair, ...]
    compared: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    removal: Removal | None
    series: tuple[Series, ...]
    undecided: int = 0
    marks: tuple[Mark, ...] = ()

    @property
    def conflicting(self) -> tuple[ClaimPair, ...]:
        """Pairs that contradict each other."""
        return tuple(pair for pair in self.pairs if pair.conflicting)

    @property
    def hold_together(self) -> bool:
        """True if no claim and no pair conflicts, and the claims hold together as a whole."""
        chance = self.joint.chance
        return not self.conflicts and not self.conflicting and (chance is None or chance >= JOINT_LEVEL)

    @property
    def sentence(self) -> str:
        """Finding in words."""
        return " ".join(self.sentences)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Findings in words: whether the claims hold together, why not, and what would mend it."""
        count = phrases.counted(len(self.figures), "fitted claim")
        if self.hold_together:
            first = f"The {count} hold together: none contradicts the others or the assumptions"
            first += ", and no two contradict each other." if self.pairs else "."
        else:
            first = f"The {count} do not hold together."
        found = (
            marked(first, self.marks),
            *self._reasons(),
            *self._joint(),
            *self._mended(),
            *self._bounds(),
        )
        return tuple(sentence for sentence in found if sentence)

    def _reasons(self) -> list[str]:
        """Describe the pairs that conflict, and claims in conflict that are in none of these."""
        pairs = self.conflicting
        said = [self._pair(pair) for pair in pairs[:_NAMED]]
        if len(pairs) > _NAMED:
            said.append(f"And {phrases.counted(len(pairs) - _NAMED, 'more pair')} of claims.")
        paired = {name for pair in pairs for name in (pair.first, pair.second)}
        return [*said, *(each.sentence for each in self.conflicts if each.claim not in paired)]

    def _pair(self, pair: ClaimPair) -> str:
        first, second = self.figures[pair.first], self.figures[pair.second]
        chance = phrases.chance(pair.chance)
        if pair.ratio is None or pair.low is None or pair.high is None:
            return (
                f"{_capital(first)} contradicts {second}: if both were sound, there would be {chance} that "
                "nothing was seen."
            )
        return (
            f"{_capital(first)} and {second} contradict each other: their ratio is "
            f"{significant(pair.ratio)}; if both were sound, it would be {significant(pair.low)} to "
            f"{significant(pair.high)} (90% interval), with {chance} of one so far out."
        )

    def _joint(self) -> list[str]:
        joint, found = self.joint, []
        if joint.chance is not None:
            found.append(
                f"If all are sound, the chance of figures so far from each other and from the assumptions is "
                f"{phrases.probability(joint.chance)}."
            )
        if joint.sound is not None and joint.sound_prior is not None:
            found.append(
                f"The chance that all are sound is {phrases.probability(joint.sound)}; before they were "
                f"compared it was {phrases.probability(joint.sound_prior)}."
            )
        return found

    def _mended(self) -> list[str]:
        removal = self.removal
        if removal is None:
            return []
        sets = [phrases.listing([self.figures[name] for name in names]) for names in removal.sets]
        if not sets:
            size = phrases.counted(removal.largest, "claim")
            tried = phrases.counted(removal.tried, "fit")
            rest = "" if removal.complete else ", though not all such sets were tried"
            return [
                f"No set of up to {size} was found without which the others hold together ({tried}{rest})."
            ]
        if len(sets) == 1:
            return [f"Without {sets[0]}, the others hold together; no smaller set would do."]
        shown = "; or without ".join(sets[:_NAMED])
        more = len(sets) - _NAMED
        others = f"; and {phrases.counted(more, 'more set')} would do" if more > 0 else ""
        return [f"The others hold together without {shown}{others}. No smaller set would do."]

    def _bounds(self) -> list[str]:
        """Describe what was left out, where there are too many claims for it."""
        found, count = [], len(self.figures)
        if len(self.compared) < count:
            found.append(
                f"Pairs were compared among the {len(self.compared)} claims that are off most probably, of "
                f"{count:,}: the others have too many pairs."
            )
        if self.joint.chance is None:
            found.append(f"{count:,} claims are too many to check how far all are from each other.")
        if self.undecided:
            found.append(
                f"Of {phrases.counted(self.undecided, 'claim')} the draws alone cannot tell whether the "
                "others agree; that is too many for a fit without each."
            )
        return found

    def table(self) -> Table:
        """Show the pairs that conflict, and the ten least compatible others, as rows."""
        shown = [*self.conflicting, *[pair for pair in self.pairs if not pair.conflicting][:_SHOWN]]
        rows = tuple(
            (
                f"{pair.first}\n{pair.second}",
                "" if pair.ratio is None else significant(pair.ratio),
                ""
                if pair.low is None or pair.high is None
                else f"{significant(pair.low)} to {significant(pair.high)}",
                phrases.probability(pair.chance),
                _both(pair),
                "yes" if pair.conflicting else "no",
            )
            for pair in shown
        )
        more = len(self.pairs) - len(shown)
        caption = "Fitted claims in pairs, the least compatible first"
        caption += f"; {phrases.counted(more, 'more pair')} not shown" if more else ""
        return Table(caption, _HEAD, rows, numeric=(1, 2, 3, 4))

    def to_dataframe(self) -> pd.DataFrame:
        """Put all pairs in a data frame of pandas, one to a row.

        Raises
        ------
        UsageError
            When pandas is not installed.
        """
        require_library("pandas")
        import pandas as pd

        names = [field.name for field in dataclasses.fields(ClaimPair)]
        return pd.DataFrame([dataclasses.astuple(pair) for pair in self.pairs], columns=names)

    def document(self) -> dict[str, Json]:
        """Write the findings as plain values."""
        removal: Json = None
        if self.removal is not None:
            sets: list[Json] = [[*names] for names in self.removal.sets]
            removal = {**dataclasses.asdict(self.removal), "sets": sets}
        return {
            "schema": "shellcount/consistency/1",
            "run_digest": self.run_digest,
            "given": self.given,
            "hold_together": self.hold_together,
            "sentences": [*self.sentences],
            "claims": {
                name: {"figure": figure, "off": self.off[name]} for name, figure in self.figures.items()
            },
            "joint": dataclasses.asdict(self.joint),
            "compared": [*self.compared],
            "pairs": [dataclasses.asdict(pair) for pair in self.pairs],
            "conflicts": [dataclasses.asdict(conflict) for conflict in self.conflicts],
            "removal": removal,
            "series": [each.document() for each in self.series],
        }

    def __repr__(self) -> str:
        """Give the finding in words."""
        return self.sentence

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in self.sentences)
        return said + self.table().html()


def _both(pair: ClaimPair) -> str:
    if pair.off_first is None or pair.off_second is None:
        return ""
    return f"{phrases.probability(pair.off_first)}\n{phrases.probability(pair.off_second)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
