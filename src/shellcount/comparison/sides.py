"""The two sides of a comparison: a run with its estimates, from whichever file holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.errors import ConvergenceError, UsageError
from shellcount.posterior.fitting import DEFAULTS, Settings, fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.estimate import Estimate
from shellcount.results.names import standard
from shellcount.results.numbers_file import read_numbers
from shellcount.results.run import Run
from shellcount.text import one_line

_HDF5 = b"\x89HDF\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two runs that are compared.

    Parameters
    ----------
    origin
        What to call it.
    case, run
        What was fitted, and how.
    estimates
        Estimates by name.
    """

    origin: str
    case: Case
    run: Run
    estimates: Mapping[str, Estimate]

    @classmethod
    def of(cls, posterior: Posterior, origin: str, names: Iterable[str] = ()) -> Side:
        """A posterior as a side: its standard estimates, and some by name.

        Raises
        ------
        ConvergenceError
            When the draws must not be quoted.
        UnknownNameError, UsageError
            When the case has no estimate of such a name.
        """
        estimates = {estimate.name: estimate for estimate in posterior.estimates()}
        estimates |= {name: posterior.estimate(name) for name in names if name not in estimates}
        return cls(origin, posterior.case, posterior.run, estimates)


def read_side(
    path: str | Path,
    *,
    given: str = "counts",
    settings: Settings = DEFAULTS,
    names: Iterable[str] = (),
    progress: Callable[[float], None] = lambda _: None,
) -> Side:
    """Read a side from a numbers.json, a saved posterior, or a case file, which is fitted.

    Parameters
    ----------
    path
        The file; what it is shows in its ending, or else in its first bytes.
    given, settings
        How to fit a case file, as for :func:`shellcount.fit`; the others bring their own. Numbers that
        fail the convergence gate are taken, marked, where the settings allow it.
    names
        Estimates to make besides the standard ones, where there are draws.
    progress
        Called with the share of the work done, from 0 to 1.

    Raises
    ------
    CaseError, NumbersError, SavedRunError
        When the file cannot be used.
    ConvergenceError
        When its numbers must not be quoted.
    UsageError
        When an argument makes no sense.

    Examples
    --------
    >>> read_side("missing.json")
    Traceback (most recent call last):
    ...
    shellcount.errors.NumbersError: missing.json cannot be read: No such file or directory
    """
    origin, ending = str(path), Path(path).suffix.lower()
    if origin in {"", "-"}:
        raise UsageError("name both files: neither side of a comparison can be standard input or absent")
    start = _start(Path(path))
    if ending == ".json" or (ending != ".toml" and start.lstrip()[:1] == b"{"):
        found = read_numbers(path)
        failed = [name for name, estimate in found.estimates.items() if estimate.not_quotable is not None]
        if failed and not settings["allow_unconverged"]:
            fault = one_line(str(found.estimates[failed[0]].not_quotable), 200)
            raise ConvergenceError(
                f"{failed[0]} has not converged in {one_line(origin)}: {fault}; "
                "make it anew with more draws, or allow unconverged numbers"
            )
        order = [quantity.name for quantity in standard(found.case) if quantity.name in found.estimates]
        names = dict.fromkeys((*order, *found.estimates))  # the file has them in the order of the alphabet
        return Side(origin, found.case, found.run, {name: found.estimates[name] for name in names})
    if ending == ".nc" or start == _HDF5:
        return Side.of(Posterior.load(path, allow_unconverged=settings["allow_unconverged"]), origin, names)
    posterior = fit(load_case(path), given=given, **settings, progress=progress)
    return Side.of(posterior, origin, names)


def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(len(_HDF5))
    except (OSError, ValueError):  # whoever reads it will say why
        return b""
