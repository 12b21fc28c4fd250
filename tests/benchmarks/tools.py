"""What is compared: each tool with its environment, its script and how often it is run."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SCRIPTS = HERE / "alternatives"
ENVIRONMENTS = ROOT / ".venv-bench"
CACHE = ENVIRONMENTS / "cache"


@dataclass(frozen=True, slots=True)
class Tool:
    """A way to the range of the headline.

    Parameters
    ----------
    name
        Its name in the data.
    environment
        Folder of its environment, and name of its requirements.
    script
        Module of its script, with what :func:`prepare` of it takes.
    command
        What follows the interpreter where the whole process is not that script.
    starts, fits
        How often its whole process is run, and how many fits in a warm process are counted.
    variable
        False where no size of a fit is given, or a fit takes longer than the comparison at equal time.
    recompiles
        True where another size of a fit is compiled anew.
    """

    name: str
    environment: str
    script: tuple[str, ...]
    command: tuple[str, ...] = ()
    starts: int = 3
    fits: int = 5
    variable: bool = True
    recompiles: bool = False

    @property
    def python(self) -> str:
        """The interpreter of its environment."""
        return str(ENVIRONMENTS / self.environment / "bin" / "python")

    @property
    def whole(self) -> list[str]:
        """Command of the whole process."""
        return [self.python, *(self.command or (str(SCRIPTS / f"{self.script[0]}.py"),))]

    @property
    def server(self) -> list[str]:
        """Command of a process that fits again and again."""
        return [self.python, str(SCRIPTS / "serve.py"), *self.script]

    @property
    def is_built(self) -> bool:
        """True where its environment is there."""
        return Path(self.python).exists()


def _engine(name: str, starts: int, fits: int) -> Tool:
    command = ("-m", "shellcount", "estimate", "--json", "--engine", name)
    return Tool(name, "shellcount", ("shellcount_fit", name), command, starts, fits)


_NUMPY = "import numpy; print(numpy.quantile([1.0, 2.0, 4.0], [0.05, 0.5, 0.95]))"

LIMITS = (
    Tool("interpreter", "numpy", (), ("-c", "print(1.0, 2.0, 4.0)"), starts=10),
    Tool("numpy", "numpy", (), ("-c", _NUMPY), starts=10),
)
ENGINES = (
    Tool("default", "shellcount", (), ("-m", "shellcount", "estimate", "--json"), starts=10),
    _engine("is", 5, 20),
    _engine("smc", 5, 10),
    _engine("nuts", 3, 4),
)
ALTERNATIVES = (
    Tool("pymc", "pymc", ("pymc_nuts",)),
    Tool("numpyro", "numpyro", ("numpyro_nuts",), recompiles=True),
    Tool("emcee", "emcee", ("emcee_ensemble",)),
    Tool("pymc_smc", "pymc", ("pymc_smc",), starts=1, fits=1, variable=False),
    Tool("pocomc", "pocomc", ("pocomc_flow",), starts=0, fits=1, variable=False),
)
FORWARD = (
    Tool("shellcount", "shellcount", ("shellcount_forward",), starts=5, fits=10),
    Tool("numpy", "numpy", ("numpy_forward",), starts=5, fits=10),
    Tool("squigglepy", "squigglepy", ("squigglepy_forward",), starts=5, fits=10),
)
ALL = (*LIMITS, *ENGINES, *ALTERNATIVES, *FORWARD)


def at_most(most: int, listed: Iterable[Tool]) -> list[Tool]:
    """Run and fit every tool at most so often."""
    return [replace(tool, starts=min(tool.starts, most), fits=min(tool.fits, most)) for tool in listed]


def progress(text: str) -> None:
    """Show what is being measured."""
    print(text, file=sys.stderr, flush=True)
