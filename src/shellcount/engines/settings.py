"""Hold the settings of a fit: its engine, seed and sizes, with their defaults and limits.

Importing it loads no numerical library, so that the command line can show the defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from shellcount.errors import UsageError
from shellcount.results.run import ENGINES, SIZES, Engine

SEED = 1
RUNS = 16
PARTICLES = 1024  # so many that the answers of the shipped cases print the same with any seed: decision 11
SNAPSHOTS = 8  # draws of smc that each particle gives
CHAINS = 4
TUNE = 1000
DRAWS = 5000
_DEFAULTS: dict[Engine, dict[str, int]] = {
    "smc": {"runs": RUNS, "particles": PARTICLES},
    "nuts": {"runs": CHAINS, "draws": DRAWS},
}
_SIZE_OF_A_RUN: dict[Engine, str] = {"smc": "particles", "nuts": "draws"}
_FEWEST = {"runs": 4, "particles": 64, "draws": 100}
_MOST_IN_ALL = 4_000_000


class _Provenance(Protocol):
    """Provenance that settings are made from: a :class:`~shellcount.results.run.Run`, or a record of one."""

    @property
    def engine(self) -> Engine: ...

    @property
    def seed(self) -> int: ...

    @property
    def settings(self) -> Mapping[str, int]: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """Engine, seed and sizes of a fit, and whether unconverged numbers are returned.

    Parameters
    ----------
    engine
        ``smc`` or ``nuts``.
    seed
        A non-negative integer.
    runs, particles, draws
        Sizes, as for :func:`shellcount.fit`; ``None`` for the engine's default.
    allow_unconverged
        Return numbers that fail the convergence gate, marked, instead of raising.

    Examples
    --------
    >>> Settings(particles=1024).sizes()
    {'runs': 16, 'particles': 1024, 'draws': 8192}
    """

    engine: Engine = "smc"
    seed: int = SEED
    runs: int | None = None
    particles: int | None = None
    draws: int | None = None
    allow_unconverged: bool = False

    @classmethod
    def of_run(cls, run: _Provenance, *, allow_unconverged: bool = False) -> Settings:
        """Make the settings that repeat a run, with every size given.

        Examples
        --------
        >>> import shellcount
        >>> Settings.of_run(shellcount.fit(shellcount.load_case()).run).particles
        1024
        """
        sizes = {name: run.settings.get(name) for name in _DEFAULTS[run.engine]}
        return cls(
            run.engine,
            run.seed,
            sizes["runs"],
            sizes.get("particles"),
            sizes.get("draws"),
            allow_unconverged,
        )

    @property
    def given_sizes(self) -> dict[str, int]:
        """The sizes that are given, by name."""
        sizes = {"runs": self.runs, "particles": self.particles, "draws": self.draws}
        return {name: size for name, size in sizes.items() if size is not None}

    @property
    def compiles(self) -> bool:
        """True where the engine compiles the model first, for seconds, before it draws."""
        return self.engine == "nuts"

    @property
    def size_of_a_run(self) -> str:
        """Name of the size that says how much each run draws: ``particles`` or ``draws``."""
        return _SIZE_OF_A_RUN[self.engine]

    def sizes(self) -> dict[str, int]:
        """Check the settings, and return all sizes of the run: given, default and derived ones.

        Raises
        ------
        UsageError
            When the engine is unknown, or a size or the seed is not possible.
        """
        self._check()
        sizes = _DEFAULTS[self.engine] | self.given_sizes
        for name, size in sizes.items():
            if size < _FEWEST[name]:
                raise UsageError(f"{name} must be at least {_FEWEST[name]}, not {size}")
        runs, each = sizes["runs"], sizes[self.size_of_a_run]
        if runs * each > _MOST_IN_ALL:
            raise UsageError(
                f"{runs} runs of {each} {self.size_of_a_run} are more than {_MOST_IN_ALL:,} in all"
            )
        sizes |= {"draws": each * SNAPSHOTS} if self.engine == "smc" else {"tune": TUNE}
        return {name: sizes[name] for name in SIZES[self.engine]}

    def _check(self) -> None:
        if self.engine not in ENGINES:
            raise UsageError(f"engine must be {' or '.join(ENGINES)}, not {self.engine!r}")
        for name, value in {"seed": self.seed, **self.given_sizes}.items():
            if not isinstance(value, int):
                raise UsageError(f"{name} must be a whole number, not {value!r}")
        if self.seed < 0:
            raise UsageError(f"seed must be 0 or more, not {self.seed}")
        allowed = _DEFAULTS[self.engine]
        for name in self.given_sizes:
            if name not in allowed:
                raise UsageError(
                    f"{name} cannot be set for engine {self.engine}, which has {' and '.join(allowed)}"
                )

    def flags(self) -> list[str]:
        """Write the engine, the seed and the given sizes as options of the command line.

        Examples
        --------
        >>> Settings(runs=8).flags()
        ['--engine', 'smc', '--seed', '1', '--runs', '8']
        """
        values = {"engine": self.engine, "seed": self.seed, **self.given_sizes}
        return [word for name, value in values.items() for word in (f"--{name}", str(value))]


DEFAULTS = Settings()
