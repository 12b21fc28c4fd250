"""What moved between two runs, by how much, and why."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace

from shellcount.comparison import attribution
from shellcount.comparison.attribution import Attribution, End, Step
from shellcount.comparison.differences import Change, difference, run_difference
from shellcount.comparison.sides import Side
from shellcount.digest import Json
from shellcount.errors import UnknownNameError
from shellcount.results.estimate import Estimate
from shellcount.results.names import parse_quantity, translated
from shellcount.text import one_line
from shellcount.wording import phrases, rounding
from shellcount.wording.tables import Table

SCHEMA = "shellcount/comparison/1"
_HEAD = ("estimate", "old: median, 90% interval", "new: median, 90% interval", "move", "Monte Carlo errors")
_CHANGES_HEAD = ("what changed", "where", "can change")
_STEPS_HEAD = ("estimate", "because", "step", "share of the move")
MOST_ERRORS = 3.0  # a move of no more combined Monte Carlo standard errors may be chance
_WORTH_TELLING = 0.05


@dataclass(frozen=True, slots=True)
class Move:
    """An estimate that both sides have.

    Parameters
    ----------
    old, new
        The estimate on either side.
    """

    old: Estimate
    new: Estimate

    @property
    def name(self) -> str:
        """The name of the estimate."""
        return self.new.name

    @property
    def relative(self) -> float | None:
        """The move of the median as a share of the old one, if that is not zero."""
        return self.new.p50 / self.old.p50 - 1 if self.old.p50 > 0 else None

    @property
    def error(self) -> float:
        """The combined Monte Carlo standard error of the two medians."""
        return math.hypot(self.old.mcse_p50, self.new.mcse_p50)

    @property
    def errors(self) -> float | None:
        """The move of the median in combined standard errors, if there is an error."""
        return (self.new.p50 - self.old.p50) / self.error if self.error > 0 else None

    @property
    def within_error(self) -> bool:
        """Whether the move may be chance: no more than three combined standard errors."""
        return abs(self.new.p50 - self.old.p50) <= MOST_ERRORS * self.error

    @property
    def not_quotable(self) -> str | None:
        """Why either must not be quoted, or ``None``."""
        return self.old.not_quotable or self.new.not_quotable

    @property
    def words(self) -> tuple[str, str, str]:
        """The two medians, with more digits if they would look alike, and the move in per cent."""
        sides = (self.old, self.new)
        ranges = [rounding.Range(side.p50, side.p50, side.p50, side.mcse_p50) for side in sides]
        largest = max(side.p50 for side in sides)
        old = new = ""
        for digits in (3, 4, 5):
            unit = max(rounding.rounding_unit(stated, digits=digits) for stated in ranges)
            old, new = (rounding.amount(side.p50, unit, largest=largest) for side in sides)
            if old != new or self.within_error:
                break
        if self.relative is None:
            return old, new, "from zero"
        scale = 100 / self.old.p50
        move = 100 * self.relative
        return (
            old,
            new,
            signed(move, rounding.rounding_unit(rounding.Range(move, move, move, scale * self.error))),
        )


def signed(per_cent: float, unit: float = 1.0) -> str:
    """A change in per cent with its sign.

    Examples
    --------
    >>> signed(12.3), signed(-0.04, 0.1), signed(0.0)
    ('+12%', '-0.04%', '0%')
    """
    sign = "+" if per_cent > 0 else "-" if per_cent < 0 else ""
    return f"{sign}{rounding.rounded(abs(per_cent), unit)}%"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs beside each other.

    Parameters
    ----------
    old, new
        The sides.
    moves
        Every estimate that both have, by name.
    changes
        What differs between the two, what cannot change a number included.
    names
        Estimates whose moves are explained.
    attribution
        How much each change explains of them.
    """

    old: Side
    new: Side
    moves: Mapping[str, Move]
    changes: tuple[Change, ...]
    names: tuple[str, ...]
    attribution: Attribution

    @property
    def added(self) -> tuple[str, ...]:
        """Names that only the new side has."""
        return tuple(name for name in self.new.estimates if name not in self.moves)

    @property
    def removed(self) -> tuple[str, ...]:
        """Names that only the old side has."""
        return tuple(name for name in self.old.estimates if name not in self.moves)

    @property
    def identical(self) -> bool:
        """Whether both are one run with the same numbers."""
        return (self.old.run, self.old.estimates) == (self.new.run, self.new.estimates)

    def share(self, name: str, step: Step) -> float | None:
        """The share of a move that a step explains, unless the move may be chance."""
        move = self.moves[name]
        if move.within_error or min(move.old.p50, move.new.p50) <= 0:
            return None
        return step.log_step / math.log(move.new.p50 / move.old.p50)

    def words(self, step: Step) -> str:
        """What a step is the step of."""
        told = {change.path: change.words for change in self.changes}
        other = "the library versions are not those of today"
        words = phrases.listing([told.get(path, other) for path in step.paths])
        return f"{words} (counted together)" if len(step.paths) > 1 else words

    def sentence(self, name: str) -> str:
        """How an estimate moved, and mostly why."""
        move = self.moves[name]
        old, new, per_cent = move.words
        caveat = "" if move.not_quotable is None else f" (Not converged: {one_line(move.not_quotable)}.)"
        if move.old.p50 == move.new.p50:
            return f"{name} did not move from {old}.{caveat}"
        if move.within_error and old == new:
            return f"{name} is {old} on both sides, within Monte Carlo error.{caveat}"
        if move.within_error:
            return f"{name} moved from {old} to {new}, which is within Monte Carlo error.{caveat}"
        verb = "rose" if move.new.p50 > move.old.p50 else "fell"
        why = "; ".join(self._reasons(name))
        return f"{name} {verb} from {old} to {new} ({per_cent}){f': {why}' if why else ''}.{caveat}"

    def _reasons(self, name: str) -> Iterator[str]:
        steps = self.attribution.steps.get(name, ())
        shares = [(self.share(name, step) or 0.0, step) for step in steps]
        told = [pair for pair in shares if abs(pair[0]) >= _WORTH_TELLING]
        ranked = sorted(told, key=lambda pair: -pair[0])
        for place, (share, step) in enumerate(ranked):
            head = ("mostly" if share >= 0.5 else "partly") if place == 0 else "also"
            because = f"{head} because" if share > 0 else "against that,"
            of_it = f"{signed(100 * share).removeprefix('+')}{' of the move' if place == 0 else ''}"
            yield f"{because} {self.words(step)}, {of_it}"

    @property
    def sentences(self) -> tuple[str, ...]:
        """What a reader must know, line by line."""
        if self.identical:
            return ("The two are the same run: nothing differs.",)
        lines = [self.sentence(name) for name in self.names]
        moved = [move for move in self.moves.values() if not move.within_error]
        lines.append(f"{len(moved)} of {len(self.moves)} estimates moved beyond Monte Carlo error.")
        if not any(change.effect == "estimates" for change in self.changes):
            lines.append("Nothing that decides a number differs.")
        for words, names in (("only in the new run", self.added), ("only in the old run", self.removed)):
            lines += [f"{words[0].upper()}{words[1:]}: {', '.join(names)}."] if names else []
        return (*lines, *(f"{remark[0].upper()}{remark[1:]}." for remark in self.attribution.remarks))

    def document(self) -> dict[str, Json]:
        """Everything as plain values."""
        return {
            "schema": SCHEMA,
            "old": {"origin": self.old.origin, "run": self.old.run.document()},
            "new": {"origin": self.new.origin, "run": self.new.run.document()},
            "identical": self.identical,
            "moves": {name: _move_values(move) for name, move in self.moves.items()},
            "added": [*sorted(self.added)],
            "removed": [*sorted(self.removed)],
            "changes": [asdict(change) for change in self.changes],
            "explained": {name: self._explained(name) for name in self.names},
            "refits": self.attribution.refits,
            "sentences": [*self.sentences],
        }

    def _explained(self, name: str) -> list[Json]:
        return [
            {**asdict(step), "share": self.share(name, step), "words": self.words(step)}
            for step in self.attribution.steps.get(name, ())
        ]

    def tables(self) -> tuple[Table, ...]:
        """Show the moves, and what changed and explains them if anything does; nothing for the same run."""
        further = (table for table in (self.changes_table(), self.steps_table()) if table.rows)
        return () if self.identical else (self.moves_table(), *further)

    def moves_table(self) -> Table:
        """Show each estimate that moved beyond Monte Carlo error, or is explained, as a row."""
        shown = [move for name, move in self.moves.items() if not move.within_error or name in self.names]
        rows = tuple(
            (
                f"{move.name}{'' if move.not_quotable is None else ' (not converged)'}",
                *(side.cell.replace("\n", ", ") for side in (move.old, move.new)),
                move.words[2],
                _errors(move),
            )
            for move in shown
        )
        return Table(f"From {self.old.origin} to {self.new.origin}", _HEAD, rows, numeric=(1, 2, 3, 4))

    def changes_table(self) -> Table:
        """Show each change as a row, with changes of wording last."""
        reach = {"estimates": "estimates", "checks": "checks only", "wording": "nothing: wording only"}
        ranked = sorted(self.changes, key=lambda change: list(reach).index(change.effect))
        rows = tuple((change.words, change.path, reach[change.effect]) for change in ranked)
        return Table("What changed", _CHANGES_HEAD, rows)

    def steps_table(self) -> Table:
        """Show each step of each explained move as a row."""
        rows: list[tuple[str, ...]] = []
        for name in self.names:
            for step in self.attribution.steps.get(name, ()):
                share = self.share(name, step)
                if share is not None:
                    moved = signed(100 * math.expm1(step.log_step), 0.1)
                    rows.append((name, self.words(step), moved, signed(100 * share).removeprefix("+")))
        return Table("Why the estimates moved", _STEPS_HEAD, tuple(rows), numeric=(2, 3))


def _errors(move: Move) -> str:
    if move.errors is None:
        return "none"
    size = abs(move.errors)
    return rounding.rounded(size, 1.0 if size >= 10 else 0.1)


def _move_values(move: Move) -> dict[str, Json]:
    sides = {"old": move.old, "new": move.new}
    numbers = ("p05", "p50", "p95", "mcse_p50")
    values: dict[str, Json] = {
        side: {name: getattr(estimate, name) for name in numbers} for side, estimate in sides.items()
    }
    return {
        **values,
        "unit": move.new.unit,
        "relative": move.relative,
        "errors": move.errors,
        "within_error": move.within_error,
        "not_quotable": move.not_quotable,
    }


def leading(old: Side, new: Side) -> tuple[str, ...]:
    """The estimates that are explained by default.

    Containers of each scope and rounds of the first scenario, at the last date that both sides
    have, and what containers hold.
    """
    common = [name for name in new.estimates if name in old.estimates]
    dated = [name.rpartition("@") for name in common if "@" in name]
    last = max((day for _, _, day in dated), default="")
    kinds = {name: parse_quantity(new.case, name).kind for name in common}
    latest = [f"{stem}@{day}" for stem, _, day in dated if day == last]
    counts = [name for name in latest if kinds[name] == "containers"]
    rounds = [name for name in latest if kinds[name] == "rounds"][:1]
    return (*rounds, *counts, *(name for name in common if kinds[name] == "capacity"))


def compare(
    old: Side,
    new: Side,
    *,
    names: Iterable[str] = (),
    executor: Executor | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Comparison:
    """Say which estimates moved between two runs, by how much, and why.

    Parameters
    ----------
    old, new
        The sides, as from :func:`~shellcount.comparison.sides.read_side`.
    names
        Estimates to explain; by default the leading ones.
    executor
        Where to refit: any :class:`concurrent.futures.Executor`, by default this process.
    progress
        Called with the share of the work done, from 0 to 1.

    Raises
    ------
    UnknownNameError
        When not both sides have an estimate that is to be explained.

    Examples
    --------
    >>> import shellcount
    >>> case = shellcount.load_case()
    >>> cases = (case, shellcount.with_changes(case, {"load": (0.5, 0.9)}))
    >>> sides = [Side("a case", shellcount.analyse(shellcount.fit(one))) for one in cases]
    >>> [change.path for change in compare(*sides).changes]
    ['priors.load']
    """
    # What one case calls rounds and the other shells is the same.
    renamed = {translated(name, old.case, new.case): found for name, found in old.estimates.items()}
    old = Side(old.origin, replace(old.results, estimates=renamed))
    moves = {
        name: Move(old.estimates[name], estimate)
        for name, estimate in new.estimates.items()
        if name in old.estimates
    }
    chosen = tuple(dict.fromkeys(names)) or leading(old, new)
    for name in chosen:
        if name not in moves:
            raise UnknownNameError("estimate of both sides", name, moves)
    givens = (old.run.given, new.run.given)
    changes = (*difference(old.case, new.case, givens), *run_difference(old.run, new.run))
    old_end, new_end = (
        End(side.case, side.run, {name: side.estimates[name].p50 for name in chosen}) for side in (old, new)
    )
    found = attribution.attribute(old_end, new_end, changes, executor=executor, progress=progress)
    return Comparison(old, new, moves, changes, chosen, found)
