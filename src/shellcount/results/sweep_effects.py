"""Measure how much each setting of a sweep moves an estimate."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence

from shellcount.frozen import frozen
from shellcount.wording.rounding import interval

_MOST_LEVELS = 16  # values of a setting that are levels of their own; more are put into groups
_GROUPS = 8


@frozen
class Effect:
    r"""Effect of a setting on an estimate, averaged over all other settings.

    Parameters
    ----------
    name
        Name of the setting.
    low, high
        Lowest and highest mean of the estimate over the fits with one value of the setting.
    low_at, high_at
        Those values; of a setting with many numbers, ranges that hold an eighth of them each.
    share
        Share of the variance of the estimate between fits that lies between those means, the correlation
        ratio :math:`\eta^2` (Pearson 1905): for a full grid, the first-order index of Sobol (1993).
    """

    name: str
    low: float
    low_at: str
    high: float
    high_at: str
    share: float

    @property
    def sentence(self) -> str:
        """Effect in words."""
        low, _, high = moved(self.low, self.high).partition(" to ")
        low = f"{low} {high.partition(' ')[2]}".rstrip()
        return f"{self.name} moves it most: from {low} at {self.low_at} to {high} at {self.high_at}."


def effects(
    settings: Mapping[str, Sequence[float | str | None]], values: Sequence[float | None]
) -> tuple[Effect, ...]:
    """Measure the effect of each setting that has several values, the largest first.

    Parameters
    ----------
    settings
        Values of each setting, one a fit.
    values
        Estimate of each fit; ``None`` where it failed.

    Examples
    --------
    >>> found = effects({"load": [0.5, 0.9, 0.5, 0.9], "grade": list("AABB")}, [9.0, 5.0, 10.0, 6.0])
    >>> [(each.name, each.low, each.high, round(each.share, 3)) for each in found]
    [('load', 5.5, 9.5, 0.941), ('grade', 7.0, 8.0, 0.059)]
    """
    used = [place for place, value in enumerate(values) if value is not None]
    kept = [value for value in values if value is not None]
    found = []
    for name, cells in settings.items():
        groups: dict[str, list[float]] = defaultdict(list)
        for label, value in zip(_labels([cells[place] for place in used]), kept, strict=True):
            groups[label].append(value)
        if len(groups) > 1:
            found.append(_effect(name, groups, kept))
    return tuple(sorted(found, key=lambda effect: effect.low - effect.high))


def _effect(name: str, groups: Mapping[str, Sequence[float]], values: Sequence[float]) -> Effect:
    means = {label: statistics.fmean(group) for label, group in groups.items()}
    low, high = min(means, key=lambda label: means[label]), max(means, key=lambda label: means[label])
    whole = statistics.fmean(values)
    total = math.fsum((value - whole) ** 2 for value in values)
    between = math.fsum(len(groups[label]) * (means[label] - whole) ** 2 for label in means)
    return Effect(name, means[low], low, means[high], high, min(1.0, between / total) if total > 0 else 0.0)


def _labels(cells: Sequence[float | str | None]) -> list[str]:
    """Name the level of each value, or the group of numbers that it lies in."""
    numbers = [cell for cell in cells if isinstance(cell, int | float)]
    levels = sorted(set(numbers))
    if len(numbers) < len(cells) or len(levels) <= _MOST_LEVELS:
        return ["as in the case" if cell is None else _shown(cell) for cell in cells]
    label: dict[float, str] = {}
    for group in range(_GROUPS):
        inside = levels[group * len(levels) // _GROUPS : (group + 1) * len(levels) // _GROUPS]
        label |= dict.fromkeys(inside, f"{_shown(inside[0])}..{_shown(inside[-1])}")
    return [label[number] for number in numbers]


def _shown(cell: float | str) -> str:
    return cell if isinstance(cell, str) else f"{cell:.4g}"


def moved(low: float, high: float) -> str:
    """Write the lowest and the highest of some numbers, with digits enough to tell them apart.

    Examples
    --------
    >>> moved(1_482_000, 2_611_000), moved(0.7341, 0.7344)
    ('1.5 to 2.6 million', '0.7341 to 0.7344')
    """
    if high <= 0:
        return f"{low:.4g} to {high:.4g}"
    leading = math.floor(math.log10(high))
    texts = (interval(low, high, 10.0 ** (leading - digits + 1)) for digits in (2, 3, 4, 5, 6))
    return next(filter(_differ, texts), f"{low:.6g}")


def _differ(text: str) -> bool:
    low, _, high = text.partition(" to ")
    return low != high.split()[0]
