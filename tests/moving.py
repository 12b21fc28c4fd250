"""Sliders of a what-if, moved to many places that are the same at every run."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from shellcount.case.changes import parse_change, with_changes
from shellcount.posterior.posterior import Posterior
from shellcount.posterior.remapping import refit
from shellcount.results.estimate import Estimate
from shellcount.results.what_if import WhatIf
from shellcount.wording.rounding import rounding_unit

_SCALES = {"million": 1e6, "billion": 1e9, "trillion": 1e12}


def places(what_if: WhatIf, count: int, *, reach: float = 0.33) -> list[tuple[int, ...]]:
    """So many places of all sliders, each up to a share of its grid away from where it is now."""
    rng = np.random.default_rng(5)
    return [_ordered(what_if, rng.uniform(-reach, reach, len(what_if.sliders))) for _ in range(count)]


def _ordered(what_if: WhatIf, shifts: np.ndarray) -> tuple[int, ...]:
    """Shift sliders by shares of their grids, so that the lower quantile stays below the upper one."""
    sliders = what_if.sliders
    last = [len(what_if.grids[slider.grid].texts) - 1 for slider in sliders]
    at = [
        min(max(0, slider.now + round(shift * end)), end)
        for slider, shift, end in zip(sliders, shifts.tolist(), last, strict=True)
    ]
    for low, high in pairwise(range(len(sliders))):
        if sliders[low].setting == sliders[high].setting:
            at[low] = min(at[low], last[low] - 1)
            at[high] = max(at[high], at[low] + 1)
    return tuple(at)


def refitted(posterior: Posterior, what_if: WhatIf, at: tuple[int, ...], name: str) -> Estimate:
    """The estimate of the case with the changes that the sliders stand for."""
    changes = dict(map(parse_change, what_if.changes(at)))
    return refit(posterior, with_changes(posterior.case, changes)).estimate(name)


def printed(words: str) -> list[float]:
    """The numbers of a text such as "0.8 to 3.6 million"."""
    *_, last = words.split()
    scale = _SCALES.get(last, 1.0)
    return [scale * float(word.replace(",", "")) for word in words.split() if word[0].isdigit()]


def units_apart(found: Estimate, expected: Estimate) -> float:
    """By how many units of the last printed digit the texts of two estimates differ at most."""
    unit = max(rounding_unit(found.range), rounding_unit(expected.range))
    pairs = zip(found.words(), expected.words(), strict=True)
    apart = [np.subtract(printed(one), printed(other)) for one, other in pairs]
    return float(np.abs(np.concatenate(apart)).max() / unit)
