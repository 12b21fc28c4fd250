"""Hold estimates of several analyses side by side: cases, what-ifs, scenarios or conditionings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from shellcount.digest import Json
from shellcount.errors import require_library
from shellcount.frozen import frozen
from shellcount.results.estimate import Estimate
from shellcount.results.mark import marked
from shellcount.results.move import Move
from shellcount.results.results import Results
from shellcount.text import one_line
from shellcount.wording import phrases

if TYPE_CHECKING:
    import pandas as pd

from shellcount.wording.tables import Table

_HEAD = ("estimate", "compared", "median", "50% interval", "90% interval", "move")
_SAME = "within error"
_LIKE = "the same within Monte Carlo error"
_OTHER = "in another unit"


@frozen
class Compared:
    """One side of a comparison: its label, its results, and the names of what is compared in them.

    Parameters
    ----------
    label
        What distinguishes this side from the others, such as ``load=0.5``.
    results
        Its results.
    names
        Names of its estimates, in the order of the comparison.
    """

    label: str
    results: Results
    names: tuple[str, ...]

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """Estimates that are compared, in order."""
        return tuple(self.results.estimate(name) for name in self.names)


@frozen
class Comparison:
    """Estimates of several analyses side by side, from :func:`shellcount.compare`.

    Parameters
    ----------
    sides
        The sides, at least two; the moves are those from the first.

    Examples
    --------
    >>> import shellcount
    >>> case = shellcount.load_case()
    >>> lighter = shellcount.with_changes(case, {"load": (0.4, 0.7)})
    >>> shellcount.compare({"as in the case": case, "lighter": lighter}).labels
    ('as in the case', 'lighter')
    """

    sides: tuple[Compared, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of the sides."""
        return tuple(side.label for side in self.sides)

    def row(self, place: int = 0) -> tuple[Estimate, ...]:
        """Return one of the estimates on each side: by default the first that was asked for."""
        return tuple(side.estimates[place] for side in self.sides)

    def moves(self, place: int = 0) -> tuple[Move | None, ...]:
        """Measure the move of an estimate from the first side to each; ``None`` if its unit is another."""
        first, *_ = row = self.row(place)
        return tuple(Move(first, other) if other.unit == first.unit else None for other in row)

    @property
    def sentence(self) -> str:
        """First estimate on each side in words."""
        first, *others = self.sides
        estimate = first.estimates[0]
        words = [f"{estimate.name} is {estimate.headline} for {one_line(first.label, 80)}."]
        pairs = list(zip(others, self.moves()[1:], strict=True))
        moved = [f"{_moved(move)} for {one_line(each.label, 80)}" for each, move in pairs if move is not None]
        if moved:
            words.append(f"Against that, the median is {phrases.listing(moved)}.")
        for each, move in pairs:
            if move is None:
                other = each.estimates[0]
                words.append(f"For {one_line(each.label, 80)}, {other.name} is {other.headline}.")
        return " ".join(words)

    def table(self) -> Table:
        """Show each estimate on each side as a row, with its move from the first side."""
        places = range(len(self.sides[0].names))
        if len(places) > 1:
            rows = tuple((name, *cells) for place in places for name, cells in self._rows(place))
            return Table("", _HEAD, rows, numeric=(2, 3, 4, 5))
        pairs = list(self._rows(0))
        names = {name for name, _ in pairs}
        if len(names) > 1:  # as in scenarios: each name stands below the label of its side
            rows = tuple((f"{label}\n{name}", *cells) for name, (label, *cells) in pairs)
            return Table("", _HEAD[1:], rows, numeric=(1, 2, 3, 4))
        return Table(names.pop(), _HEAD[1:], tuple(cells for _, cells in pairs), numeric=(1, 2, 3, 4))

    def _rows(self, place: int) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Word an estimate on each side: its name, and the other cells of its row."""
        for side, move in zip(self.sides, self.moves(place), strict=True):
            estimate = side.estimates[place]
            caveats = [mark for mark in estimate.marks if mark.kind == "conflict"]
            failed = "" if estimate.not_quotable is None else " (not converged)"
            label = f"{marked(one_line(side.label), caveats)}{failed}"
            moved = "" if side is self.sides[0] else _cell(move)
            name = marked(estimate.name, estimate.time_marks)
            yield name, (label, estimate.middle, *estimate.words()[1:], moved)

    def to_dataframe(self) -> pd.DataFrame:
        """Put the estimates in a data frame of pandas, a row for each estimate on each side.

        Raises
        ------
        UsageError
            When pandas is not installed.
        """
        require_library("pandas")
        import pandas as pd

        rows = [
            {"compared": side.label, **asdict(estimate), "marks": _short(estimate)}
            for side in self.sides
            for estimate in side.estimates
        ]
        return pd.DataFrame(rows).set_index(["name", "compared"])

    def document(self) -> dict[str, Json]:
        """Write the comparison as plain values."""
        count = len(self.sides[0].names)
        moves = [[None if move is None else move.document() for move in self.moves(k)] for k in range(count)]
        return {
            "schema": "shellcount/comparison/1",
            "sides": [
                {
                    "label": side.label,
                    "run": side.results.run.document(),
                    "marks": [mark.values() for mark in side.results.marks],
                    "estimates": [asdict(each) | {"marks": _short(each)} for each in side.estimates],
                    "moves": [moves[k][place] for k in range(count)],
                }
                for place, side in enumerate(self.sides)
            ],
            "sentence": self.sentence,
        }

    def __repr__(self) -> str:
        """Give the comparison in words."""
        return self.sentence

    def _repr_html_(self) -> str:
        return self.table().html()


def _short(estimate: Estimate) -> str:
    return ", ".join(mark.short for mark in estimate.marks)


def _cell(move: Move | None) -> str:
    if move is None:
        return _OTHER
    return _SAME if move.within_error else move.words[2]


def _moved(move: Move) -> str:
    """Word a move as what completes "the median is"."""
    if move.within_error:
        return _LIKE
    size, rises = move.words[2].lstrip("+-"), move.new.p50 > move.old.p50
    return f"{size} {'higher' if rises else 'lower'}" if move.relative is not None else "no longer zero"
