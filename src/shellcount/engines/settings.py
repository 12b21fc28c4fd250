"""Hold the settings of a fit: its engine, seed and sizes, with their defaults and limits.

Importing it loads no numerical library, so that the command line can show the defaults.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol, SupportsIndex

from shellcount.errors import UsageError
from shellcount.frozen import frozen
from shellcount.results.run import ENGINES, SIZES, Engine
from shellcount.text import one_line

SEED = 1
RUNS = 16
PARTICLES = 1024  # so many that the answers of the shipped cases print the same with any seed: decision 11
SNAPSHOTS = 8  # draws of smc that each particle gives
POINTS = 2048  # so many that quantiles of the default case have errors below half a per cent: decision 38
DRAWS_PER_POINT = 1  # of is
CHAINS = 4
TUNE = 1000
DRAWS = 5000
_DEFAULTS: dict[Engine, dict[str, int]] = {
    "is": {"runs": RUNS, "points": POINTS},
    "smc": {"runs": RUNS, "particles": PARTICLES},
    "nuts": {"runs": CHAINS, "draws": DRAWS},
}
_SIZE_OF_A_RUN: dict[Engine, str] = {"is": "points", "smc": "particles", "nuts": "draws"}
_FEWEST = {"runs": 4, "points": 64, "particles": 64, "draws": 100}
_MOST = {"points": 16_384}  # of which the Sobol points of a run are even in every coordinate
_LARGEST = 2**256 - 1


def whole_number(name: str, value: object, *, least: int = 0, most: int | None = None) -> int:
    """Take a whole number of Python or numpy, and return it as one of Python.

    Parameters
    ----------
    name
        Name of the argument, for the message.
    value
        What was given.
    least, most
        Bounds; without an upper one, numbers of up to 256 bits are taken.

    Raises
    ------
    UsageError
        When it is none, or out of bounds.

    Examples
    --------
    >>> whole_number("runs", 16, least=4)
    16
    >>> whole_number("runs", 2, least=4)
    Traceback (most recent call last):
    ...
    shellcount.errors.UsageError: runs must be at least 4, not 2
    """
    number = _index(value)
    if number is None:
        raise UsageError(f"{name} must be a whole number, not {one_line(repr(value), 60)}")
    if not least <= number <= (_LARGEST if most is None else most):
        shown = f"{number}" if abs(number) < 10**20 else f"one of {number.bit_length()} bits"
        bounds = f"at least {least}" if least else "0 or more"
        if most is not None:
            bounds = f"from {least} to {most:,}"
        elif number > least:
            bounds = f"below {_LARGEST + 1:.3g}"
        raise UsageError(f"{name} must be {bounds}, not {shown}")
    return number


def _index(value: object) -> int | None:
    """Give the value of a whole number, and ``None`` for anything else, such as a truth value."""
    # By name, since truth values of older versions of numpy serve as an index as well.
    if type(value).__name__ == "bool" or not isinstance(value, SupportsIndex):
        return None
    try:
        return operator.index(value)
    except TypeError:  # an array of several numbers
        return None


class _Provenance(Protocol):
    """Provenance that settings are made from: a :class:`~shellcount.results.run.Run`, or a record of one."""

    @property
    def engine(self) -> Engine: ...

    @property
    def seed(self) -> int: ...

    @property
    def settings(self) -> Mapping[str, int]: ...


@frozen
class Settings:
    """Engine, seed and sizes of a fit, and whether unconverged numbers are returned.

    Parameters
    ----------
    engine
        ``is``, ``smc`` or ``nuts``.
    seed
        A non-negative integer.
    runs, points, particles, draws
        Sizes, as for :func:`shellcount.fit`; ``None`` for the engine's default.
    allow_unconverged
        Return numbers that fail the convergence gate, marked, instead of raising.

    Examples
    --------
    >>> Settings(points=4096).sizes()
    {'runs': 16, 'points': 4096, 'draws': 4096}
    """

    engine: Engine = "is"
    seed: int = SEED
    runs: int | None = None
    points: int | None = None
    particles: int | None = None
    draws: int | None = None
    allow_unconverged: bool = False

    def __post_init__(self) -> None:
        """Turn whole numbers of numpy into those of Python, which can be written as JSON; others stay."""
        for name in ("seed", *_FEWEST):
            number = _index(getattr(self, name))
            if number is not None:
                object.__setattr__(self, name, number)

    @classmethod
    def of_run(cls, run: _Provenance, *, allow_unconverged: bool = False) -> Settings:
        """Make the settings that repeat a run, with every size given.

        Examples
        --------
        >>> import shellcount
        >>> Settings.of_run(shellcount.fit(shellcount.load_case()).run).points
        2048
        """
        sizes = {name: run.settings.get(name) for name in _DEFAULTS[run.engine]}
        return cls(
            run.engine,
            run.seed,
            sizes["runs"],
            sizes.get("points"),
            sizes.get("particles"),
            sizes.get("draws"),
            allow_unconverged,
        )

    def in_its_place(self) -> Settings:
        """Make the settings of engine ``smc`` where ``is`` does not serve, particles in proportion to points.

        Examples
        --------
        >>> Settings("is", points=1024).in_its_place().particles
        512
        """
        points = self.points
        particles = None if points is None else max(_FEWEST["particles"], points * PARTICLES // POINTS)
        return replace(self, engine="smc", points=None, particles=particles)

    @property
    def given_sizes(self) -> dict[str, int]:
        """The sizes that are given, by name."""
        sizes: dict[str, int | None] = {name: getattr(self, name) for name in _FEWEST}
        return {name: size for name, size in sizes.items() if size is not None}

    @property
    def compiles(self) -> bool:
        """True where the engine compiles the model first, for seconds, before it draws."""
        return self.engine == "nuts"

    @property
    def size_of_a_run(self) -> str:
        """Name of the size that says how much each run draws: ``points``, ``particles`` or ``draws``."""
        return _SIZE_OF_A_RUN[self.engine]

    def sizes(self) -> dict[str, int]:
        """Check the settings, and return all sizes of the run: given, default and derived ones.

        Raises
        ------
        UsageError
            When the engine is unknown, or a size or the seed is not possible.
        """
        if self.engine not in ENGINES:
            known = f"{', '.join(ENGINES[:-1])} or {ENGINES[-1]}"
            raise UsageError(f"engine must be {known}, not {one_line(repr(self.engine), 60)}")
        whole_number("seed", self.seed)
        allowed = _DEFAULTS[self.engine]
        for name in self.given_sizes:
            if name not in allowed:
                others = " or ".join(engine for engine, sizes in _DEFAULTS.items() if name in sizes)
                raise UsageError(
                    f"{name} is a size of engine {others}; engine {self.engine} has {' and '.join(allowed)}"
                )
        sizes = {
            name: whole_number(name, size, least=_FEWEST[name], most=_MOST.get(name))
            for name, size in (allowed | self.given_sizes).items()
        }
        each = sizes[self.size_of_a_run]
        sizes |= _derived(self.engine, each)
        return {name: sizes[name] for name in SIZES[self.engine]}

    def flags(self) -> list[str]:
        """Write the engine, the seed and the given sizes as options of the command line.

        Examples
        --------
        >>> Settings(runs=8).flags()
        ['--engine', 'is', '--seed', '1', '--runs', '8']
        """
        values = {"engine": self.engine, "seed": self.seed, **self.given_sizes}
        return [word for name, value in values.items() for word in (f"--{name}", str(value))]


def _derived(engine: Engine, each: int) -> dict[str, int]:
    """Derive the sizes that cannot be given from how much each run draws."""
    if engine == "nuts":
        return {"tune": TUNE}
    if engine == "is" and each & (each - 1):
        below = 2 ** (each.bit_length() - 1)
        raise UsageError(f"points must be a power of two, such as {below} or {2 * below}, not {each}")
    return {"draws": each * (SNAPSHOTS if engine == "smc" else DRAWS_PER_POINT)}


DEFAULTS = Settings()
