"""Combine the settings of a sweep: every combination, rows of a list, and points that a design samples."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Literal, get_args

from shellcount.engines.settings import whole_number
from shellcount.errors import UnknownNameError, UsageError
from shellcount.frozen import frozen
from shellcount.maths.streams import named_generator
from shellcount.studies.variation import Choices, Point, Sampled, Setting
from shellcount.text import one_line

type Kind = Literal["sobol", "lhs"]

_KINDS: tuple[Kind, ...] = get_args(Kind.__value__)
_MOST = 2**24  # points of a design


@frozen
class SpaceFilling:
    """Points that fill the space of the sampled settings evenly.

    Parameters
    ----------
    kind
        ``sobol``: a scrambled Sobol sequence (Sobol 1967; Owen 1998, *J. Complexity* 14:466). ``lhs``: a
        Latin hypercube (McKay, Beckman and Conover 1979, *Technometrics* 21:239).
    count
        Number of points; for ``sobol`` a power of two, which is what its balance needs.
    """

    kind: Kind
    count: int

    def __str__(self) -> str:
        """Write it as :func:`parse_design` reads it."""
        return f"{self.kind}:{self.count}"

    def points(self, settings: Sequence[Sampled], seed: int) -> list[Point]:
        """Sample values of settings: those of one seed are always the same.

        Examples
        --------
        >>> points = SpaceFilling("sobol", 2).points([Sampled("load", 0.5, 0.9)], seed=1)
        >>> sorted(point["load"] < 0.7 for point in points)
        [False, True]
        """
        from scipy.stats import qmc

        rng = named_generator(seed, f"sweep.{self}")
        kinds = {"sobol": qmc.Sobol, "lhs": qmc.LatinHypercube}
        shares = kinds[self.kind](len(settings), rng=rng).random(self.count)
        # A share that is 0 has no value in a prior.
        edge = 0.5 / self.count**2
        clipped = shares.clip(edge, 1 - edge).tolist()
        return [
            {setting.name: setting.at(share) for setting, share in zip(settings, row, strict=True)}
            for row in clipped
        ]


def parse_design(text: str) -> SpaceFilling:
    """Parse a design, ``KIND:COUNT``.

    Raises
    ------
    UnknownNameError, UsageError
        When there is no such kind, or the number of points is not possible.

    Examples
    --------
    >>> parse_design("sobol:256")
    SpaceFilling(kind='sobol', count=256)
    """
    name, colon, count = text.partition(":")
    kind = next((each for each in _KINDS if each == name.strip()), None)
    if kind is None:
        raise UnknownNameError("design", name, _KINDS)
    if not colon or not (count.isascii() and count.isdigit()):
        raise UsageError(f"{one_line(text, 40)!r} is not a design: write {kind}:COUNT, such as {kind}:256")
    number = whole_number("number of points", int(count), least=2, most=_MOST)
    if kind == "sobol" and number & (number - 1):
        below = 2 ** int(math.log2(number))
        raise UsageError(
            f"a Sobol design needs a power of two of points: write sobol:{below} or sobol:{2 * below}"
        )
    return SpaceFilling(kind, number)


@frozen
class Space:
    """Settings of a sweep, which it combines in every way.

    Parameters
    ----------
    settings
        Settings with their values, by distinct names.
    rows
        Rows of a list, each with values of its own for some settings; none for no list.
    design
        Design of those settings that are sampled.
    """

    settings: tuple[Setting, ...]
    rows: tuple[Point, ...] = ()
    design: SpaceFilling | None = None

    def __post_init__(self) -> None:
        """Refuse a setting that varies in two ways, and a design without what it samples, or the reverse."""
        names = [setting.name for setting in self.settings]
        listed = dict.fromkeys(name for row in self.rows for name in row)
        for name in names:
            if name in listed:
                raise UsageError(f"{name} varies twice: in the list, and on its own")
        sampled = self._sampled
        if sampled and self.design is None:
            name = sampled[0].name
            raise UsageError(
                f"{name} has no number of values: write {name}=LOW..HIGH:COUNT, or add a design, such as "
                "sobol:256"
            )
        if self.design is not None and not sampled:
            raise UsageError(
                f"{self.design} has nothing to sample: give a setting as NAME=LOW..HIGH or prior"
            )

    @property
    def _sampled(self) -> list[Sampled]:
        return [setting for setting in self.settings if isinstance(setting, Sampled)]

    @property
    def choices(self) -> list[Choices]:
        """Settings whose values are listed."""
        return [setting for setting in self.settings if isinstance(setting, Choices)]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all settings: those that vary on their own, then those of the list."""
        listed = (name for row in self.rows for name in row)
        return tuple(dict.fromkeys((*(setting.name for setting in self.settings), *listed)))

    def __len__(self) -> int:
        """Count the combinations."""
        values = math.prod(len(setting.values) for setting in self.choices)
        return values * max(1, len(self.rows)) * (1 if self.design is None else self.design.count)

    def points(self, seed: int) -> list[Point]:
        """List the combinations, the last setting varying fastest.

        Examples
        --------
        >>> space = Space((Choices("load", (0.5, 0.7)), Choices("stowage", (0.8, 0.9))))
        >>> [list(point.values()) for point in space.points(seed=1)]
        [[0.5, 0.8], [0.5, 0.9], [0.7, 0.8], [0.7, 0.9]]
        """
        factors: list[Sequence[Point]] = [list(self.rows)] if self.rows else []
        if self.design is not None:
            factors.append(self.design.points(self._sampled, seed))
        factors += [[{each.name: value} for value in each.values] for each in self.choices]
        names, points = self.names, list[Point]()
        for parts in itertools.product(*factors):
            values = {name: value for part in parts for name, value in part.items()}
            points.append({name: values[name] for name in names if name in values})
        return points
