"""Read the two sides of a comparison: results with a name for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from shellcount.analysis import Parts, read_results
from shellcount.case.changes import Change
from shellcount.case.schema import Case
from shellcount.errors import UsageError
from shellcount.frozen import frozen
from shellcount.results.estimate import Estimate
from shellcount.results.results import Results
from shellcount.results.run import Run

if TYPE_CHECKING:
    from shellcount.engines.settings import Settings


@frozen
class Side:
    """Side of a comparison.

    Parameters
    ----------
    origin
        Name of the side, such as the path of its file.
    results
        Results of its run.
    """

    origin: str
    results: Results

    @property
    def case(self) -> Case:
        """Case that was fitted."""
        return self.results.case

    @property
    def run(self) -> Run:
        """Run that fitted it."""
        return self.results.run

    @property
    def estimates(self) -> Mapping[str, Estimate]:
        """Estimates by name."""
        return self.results.estimates


def read_side(
    path: str | Path,
    *,
    given: str = "counts",
    without: Iterable[str] = (),
    with_: Iterable[str] = (),
    settings: Settings | None = None,
    changes: Mapping[str, Change] | None = None,
    names: Iterable[str] = (),
    progress: Callable[[float], None] = lambda _: None,
) -> Side:
    """Read a side from a numbers.json, a saved posterior, or a case file, which is fitted.

    Parameters
    ----------
    path
        The file.
    given, without, with_, settings, changes
        How to fit a case file, as for :func:`shellcount.analysis.read_results`.
    names
        Estimates to add to the standard ones, where there are draws.
    progress
        Called with the share of the work done, from 0 to 1.

    Raises
    ------
    CaseError, NumbersError, SavedRunError
        When the file cannot be used.
    ConvergenceError
        When its numbers must not be quoted.
    UsageError
        When an argument is invalid.

    Examples
    --------
    >>> read_side("missing.json")
    Traceback (most recent call last):
    ...
    shellcount.errors.NumbersError: missing.json cannot be read: No such file or directory
    """
    origin = str(path)
    if origin in {"", "-"}:
        raise UsageError("name both files: neither side of a comparison can be standard input or missing")
    parts = Parts(names=tuple(names), checks=(), figures=False)
    results = read_results(
        path,
        parts,
        given=given,
        without=without,
        with_=with_,
        settings=settings,
        changes=changes,
        earlier=True,
        progress=progress,
    )
    return Side(origin, results)
