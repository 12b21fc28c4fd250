r"""List the sliders that move an assumption, and how its coordinates follow.

A parameter is a transform of a standard normal :math:`z`, and so is one with another prior: at
:math:`z' = t + s z` instead of :math:`z`, the formula of the model gives the parameter under the other prior.
Draws of a coordinate that no claim informs therefore stay as they are when its prior moves.

A slider stands on a grid, which lists all values that it takes: few digits are enough for a page that has no
field to type others into.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from shellcount.case.families import Family
from shellcount.case.parameters import Parameter, mix_name, stow_name
from shellcount.case.schema import Case
from shellcount.frozen import frozen
from shellcount.maths import priors
from shellcount.maths.priors import Kind, Prior
from shellcount.maths.program import Operand, Recorded, parameter
from shellcount.results.what_if import Grid, Movable, Slider
from shellcount.text import one_line

_TITLE = 48  # characters of the title of a nature
_LOW, _HIGH = "5% quantile", "95% quantile"
_BEYOND = 4.0  # times beyond its quantiles that an assumption can be moved to
_WIDER = 3.0  # times its present value that a spread can be moved to
_STEPS = 60  # of a spread, about
_FEWEST = Decimal("0.01")  # step of a share
_CLOSE = Decimal("0.02")  # to 0 or 1, where shares have smaller steps
_MOST = 8  # sliders of one assumption


class Sliders:
    """Sliders of assumptions, numbered as they are added.

    Parameters
    ----------
    case
        The case.
    parameters
        Parameters by name.

    Attributes
    ----------
    movables, grids
        What has been added.
    count
        Number of sliders.
    """

    def __init__(self, case: Case, parameters: dict[str, Parameter]) -> None:
        self._case = case
        self._parameters = parameters
        self.movables: list[Movable] = []
        self.grids: list[Grid] = []
        self.count = 0
        self._remaps: dict[str, tuple[Operand, Operand]] = {}
        self._listed: list[Slider] = []

    def add(self, family: Family) -> bool:
        """Add the sliders of an assumption, and tell whether it has any, and not too many."""
        kept = self.grids, self._remaps, self.count
        self.grids, self._remaps, self._listed = [*self.grids], {**self._remaps}, []
        self._move(family)
        if 0 < len(self._listed) <= _MOST:
            self.movables.append(Movable(family.name, tuple(self._listed)))
            return True
        self.grids, self._remaps, self.count = kept
        return False

    def remapped(self, name: str, z: Recorded) -> Operand:
        """Give the coordinate at which the formula of the model gives the parameter under the moved prior."""
        factor, shift = self._remaps.get(name, (1.0, 0.0))
        return z * factor + shift

    def _move(self, family: Family) -> None:
        """Add sliders for all coordinates of an assumption."""
        shares: dict[str, list[Parameter]] = {}
        for name in family.coordinates:
            entry = self._parameters.get(name)
            if entry is None:
                continue  # a step of the rate, whose spread is also that of steps that claims inform
            if entry.assumption is None:
                shares.setdefault(entry.nature or "", []).append(entry)
            else:
                self._add_prior(entry)
        for nature, entries in shares.items():
            self._add_shares(nature, entries)

    def _add_prior(self, entry: Parameter) -> None:
        prior = entry.prior
        grid = self._grid(prior.kind, _positions(prior), (prior.low, prior.high))
        low, high = (self._slider(entry.name, *end, grid) for end in ((_LOW, prior.low), (_HIGH, prior.high)))
        middle, spread = priors.location(low, high), priors.spread(low, high)
        self._remaps[entry.name] = spread / prior.sigma, (middle - prior.mu) / prior.sigma

    def _add_shares(self, nature: str, entries: list[Parameter]) -> None:
        """Add the base shares of a composition, and their spread."""
        composition = _composition(self._case, nature)
        spread = composition.spread
        if spread <= 0:
            return  # the coordinates are multiplied by 0
        bases = [base for _, _, base in composition.parts.values()]
        grid = self._grid("lognormal", _weights(min(bases), max(bases)), bases)
        shifts = {}
        for entry in entries:
            setting, title, base = composition.parts[entry.name]
            now = self._slider(setting, f"base share: {one_line(title, _TITLE)}", base, grid)
            shifts[entry.name] = (now - math.log(base)) / spread
        grid = self._grid("normal", _even(0.0, _WIDER * spread), (spread,))
        factor = self._slider(composition.setting, "spread of the shares", spread, grid) / spread
        self._remaps |= {name: (factor, shift) for name, shift in shifts.items()}

    def _grid(self, kind: Kind, positions: Iterable[Decimal], present: Iterable[float]) -> int:
        """Add a grid with the present values on it, and return its place."""
        values = sorted({*positions, *map(_exact, present)})
        self.grids.append(Grid(kind, " ".join(map(_text, values))))
        return len(self.grids) - 1

    def _slider(self, setting: str, label: str, now: float, grid: int) -> Any:  # noqa: ANN401  # of a formula
        """Add a slider, and return the parameter that stands for its value."""
        place = self.grids[grid].texts.index(_text(_exact(now)))
        self._listed.append(Slider(setting, label, grid, place))
        self.count += 1
        return parameter(self.count - 1)


@frozen
class _Composition:
    """Setting and value of a spread; by coordinate the setting, the title and the base share of a part."""

    setting: str
    spread: float
    parts: Mapping[str, tuple[str, str, float]]


def _composition(case: Case, nature: str) -> _Composition:
    """Describe the mix, or the ways in which a nature is packed."""
    for each in case.nature:
        if each.id == nature:
            stows = {
                stow_name(nature, stow.id, "share"): (
                    stow_name(nature, stow.id, "base_share"),
                    f"{each.title}, {stow.id}",
                    stow.base_share,
                )
                for stow in each.stow
            }
            spread = 0.0 if each.stow_spread is None else each.stow_spread.value
            return _Composition(f"{nature}.stow_spread", spread, stows)
    parts = {mix_name(each.id): (mix_name(each.id), each.title, each.base_share) for each in case.nature}
    return _Composition("mix_spread", case.priors.mix_spread.value, parts)


def _exact(value: float) -> Decimal:
    """Give the number that is written, not the binary one that is nearest to it."""
    return Decimal(repr(float(value)))


def _text(value: Decimal) -> str:
    """Write a number as a change of the case is written: in full, without zeros at its end."""
    return f"{value.normalize():f}"


# --- positions ---------------------------------------------------------------------------


def _positions(prior: Prior) -> Iterator[Decimal]:
    if prior.kind == "logitnormal":
        yield from _shares(prior.low, prior.high)
    elif prior.kind == "lognormal":
        yield from _two_digits(prior.low / _BEYOND, prior.high * _BEYOND)
    else:
        yield from _even(prior.low - (prior.high - prior.low), prior.high + (prior.high - prior.low))


def _shares(low: float, high: float) -> Iterator[Decimal]:
    """List every hundredth, and smaller steps towards 0 or 1 where present shares are close to it."""
    yield from (place * _FEWEST for place in range(1, 100))
    if low < _CLOSE:
        yield from (each for each in _two_digits(low / _BEYOND, float(_CLOSE)) if each < _CLOSE)
    if high > 1 - _CLOSE:
        yield from (1 - each for each in _two_digits((1 - high) / _BEYOND, float(_CLOSE)) if each < _CLOSE)


def _weights(low: float, high: float) -> Iterator[Decimal]:
    """List base shares, which are scaled to sum to one and may be above it."""
    yield from _shares(low, high) if high < float(1 - _CLOSE) else _two_digits(low / _BEYOND, high * _BEYOND)


def _two_digits(low: float, high: float) -> Iterator[Decimal]:
    """List the numbers of two digits between two positive ones."""
    first, last = math.floor(math.log10(low)), math.floor(math.log10(high))
    for decade in range(first, last + 1):
        for digits in range(10, 100):
            value = Decimal(digits).scaleb(decade - 1)
            if low <= value <= high:
                yield value


def _even(low: float, high: float) -> Iterator[Decimal]:
    """List multiples of a round step between two numbers."""
    rough = (high - low) / _STEPS
    decade = math.floor(math.log10(rough))
    step = next(
        Decimal(times).scaleb(decade) for times in (1, 2, 5, 10) if times * 10.0**decade >= rough * (1 - 1e-9)
    )
    for place in range(math.ceil(Decimal(low) / step), math.floor(Decimal(high) / step) + 1):
        yield place * step
