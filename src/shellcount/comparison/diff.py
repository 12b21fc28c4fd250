"""Compare two runs: which estimates moved, by how much, and why."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import asdict, replace

from shellcount.comparison import attribution
from shellcount.comparison.attribution import Attribution, Step
from shellcount.comparison.change import Change
from shellcount.comparison.differences import difference, run_difference
from shellcount.comparison.grouping import End
from shellcount.comparison.sides import Side
from shellcount.digest import Json
from shellcount.errors import UnknownNameError, UsageError
from shellcount.frozen import frozen
from shellcount.results.mark import marked, sentences
from shellcount.results.move import Move, signed
from shellcount.results.names import parse_quantity, translated
from shellcount.text import one_line
from shellcount.wording import phrases
from shellcount.wording.tables import Table

SCHEMA = "shellcount/diff/1"
_HEAD = ("estimate", "old: median, 90% interval", "new: median, 90% interval", "move", "Monte Carlo errors")
_CHANGES_HEAD = ("what changed", "where", "can change")
_STEPS_HEAD = ("estimate", "because", "step", "share of the move")
_SMALLEST_SHARE = 0.05  # of a move, to be among the reasons


@frozen
class Diff:
    """Difference between two runs.

    Parameters
    ----------
    old, new
        The sides.
    moves
        Moves of the estimates that both have, by name.
    changes
        All changes between the two, including those that cannot change a number.
    names
        Estimates whose moves are explained.
    attribution
        Share of each change in these moves.
    """

    old: Side
    new: Side
    moves: Mapping[str, Move]
    changes: tuple[Change, ...]
    names: tuple[str, ...]
    attribution: Attribution

    @property
    def added(self) -> tuple[str, ...]:
        """Names of estimates that only the new side has."""
        return tuple(name for name in self.new.estimates if name not in self.moves)

    @property
    def removed(self) -> tuple[str, ...]:
        """Names of estimates that only the old side has."""
        return tuple(name for name in self.old.estimates if name not in self.moves)

    @property
    def identical(self) -> bool:
        """True if both sides are the same run with the same numbers."""
        return (self.old.run, self.old.estimates) == (self.new.run, self.new.estimates)

    def share(self, name: str, step: Step) -> float | None:
        """Compute the share of a move that a step explains; ``None`` if the move may be chance."""
        move = self.moves[name]
        if move.within_error or min(move.old.p50, move.new.p50) <= 0:
            return None
        return step.log_step / math.log(move.new.p50 / move.old.p50)

    def words(self, step: Step) -> str:
        """Describe the changes of a step."""
        clauses = {change.path: change.words for change in self.changes}
        other = "the library versions differ from the installed ones"
        words = phrases.listing([clauses.get(path, other) for path in step.paths])
        return f"{words} (counted together)" if len(step.paths) > 1 else words

    def sentence(self, name: str) -> str:
        """Describe the move of an estimate and its main reasons."""
        move = self.moves[name]
        return move.sentence("" if move.within_error else "; ".join(self._reasons(name)))

    def _reasons(self, name: str) -> Iterator[str]:
        steps = self.attribution.steps.get(name, ())
        shares = [(self.share(name, step) or 0.0, step) for step in steps]
        large = [pair for pair in shares if abs(pair[0]) >= _SMALLEST_SHARE]
        ranked = sorted(large, key=lambda pair: -pair[0])
        for place, (share, step) in enumerate(ranked):
            head = ("mostly" if share >= 0.5 else "partly") if place == 0 else "also"
            because = f"{head} because" if share > 0 else "partly offset because"
            of_it = f"{signed(100 * share).removeprefix('+')}{' of the move' if place == 0 else ''}"
            yield f"{because} {self.words(step)}, {of_it}"

    @property
    def sentences(self) -> tuple[str, ...]:
        """Result of the comparison, one sentence a line."""
        if self.identical:
            return ("The two are the same run: nothing differs.",)
        lines = [self.sentence(name) for name in self.names]
        moved = [move for move in self.moves.values() if not move.within_error]
        lines.append(f"{len(moved)} of {len(self.moves)} estimates moved beyond Monte Carlo error.")
        if not any(change.effect == "estimates" for change in self.changes):
            lines.append("No change affects an estimate.")
        for words, names in (("only in the new run", self.added), ("only in the old run", self.removed)):
            lines += [f"{words[0].upper()}{words[1:]}: {', '.join(names)}."] if names else []
        lines += [f"{remark[0].upper()}{remark[1:]}." for remark in self.attribution.remarks]
        return (*lines, *self._caveats())

    def _caveats(self) -> Iterator[str]:
        """Spell out the marks of each side, which go with every number of it."""
        for words, side in (("old", self.old), ("new", self.new)):
            if side.results.marks:
                yield f"Every number of the {words} run is marked. {sentences(side.results.marks)}"

    def document(self) -> dict[str, Json]:
        """Write the comparison as plain values."""
        return {
            "schema": SCHEMA,
            "old": {"origin": self.old.origin, "run": self.old.run.document()},
            "new": {"origin": self.new.origin, "run": self.new.run.document()},
            "marks": {
                "old": [mark.values() for mark in self.old.results.marks],
                "new": [mark.values() for mark in self.new.results.marks],
            },
            "identical": self.identical,
            "moves": {name: move.document() for name, move in self.moves.items()},
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
        """Show the moves, the changes and the steps that explain them; no table for the same run."""
        further = (table for table in (self.changes_table(), self.steps_table()) if table.rows)
        return () if self.identical else (self.moves_table(), *further)

    def moves_table(self) -> Table:
        """Show each estimate that moved beyond Monte Carlo error, or whose move is explained, as a row."""
        shown = [move for name, move in self.moves.items() if not move.within_error or name in self.names]
        rows = tuple(
            (
                f"{marked(move.name, move.new.time_marks)}"
                f"{'' if move.not_quotable is None else ' (not converged)'}",
                *(side.measured_cell for side in (move.old, move.new)),
                move.words[2],
                move.error_words,
            )
            for move in shown
        )
        old, new = (marked(side.origin, side.results.marks) for side in (self.old, self.new))
        return Table(f"From {old} to {new}", _HEAD, rows, numeric=(1, 2, 3, 4))

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
                    move = signed(100 * math.expm1(step.log_step), 0.1)
                    rows.append((name, self.words(step), move, signed(100 * share).removeprefix("+")))
        return Table("Why the estimates moved", _STEPS_HEAD, tuple(rows), numeric=(2, 3))


def leading(old: Side, new: Side) -> tuple[str, ...]:
    """Choose the estimates that are explained by default.

    These are rounds of the first scenario and containers of each scope, at the last date that both
    sides have, and every capacity.
    """
    common = [name for name in new.estimates if name in old.estimates]
    dated = [name.rpartition("@") for name in common if "@" in name]
    last = max((day for _, _, day in dated), default="")
    kinds = {name: parse_quantity(new.case, name).kind for name in common}
    latest = [f"{stem}@{day}" for stem, _, day in dated if day == last]
    counts = [name for name in latest if kinds[name] == "containers"]
    rounds = [name for name in latest if kinds[name] == "rounds"][:1]
    return (*rounds, *counts, *(name for name in common if kinds[name] == "capacity"))


def diff(
    old: Side,
    new: Side,
    *,
    names: Iterable[str] = (),
    executor: Executor | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Diff:
    """Compare two runs: which estimates moved, by how much, and why.

    Parameters
    ----------
    old, new
        Sides, for example from :func:`~shellcount.comparison.sides.read_side`.
    names
        Estimates to explain; by default the leading ones.
    executor
        Where to refit: any :class:`concurrent.futures.Executor`, by default this process.
    progress
        Called with the share of the work done, from 0 to 1.

    Raises
    ------
    UnknownNameError
        When a side lacks an estimate that is to be explained.
    UsageError
        When the sides have no estimate in common.

    Examples
    --------
    >>> import shellcount
    >>> case = shellcount.load_case()
    >>> cases = (case, shellcount.with_changes(case, {"load": (0.5, 0.9)}))
    >>> sides = [Side("a case", shellcount.analyse(shellcount.fit(one))) for one in cases]
    >>> [change.path for change in diff(*sides).changes]
    ['priors.load']
    """
    # Two cases may call the same quantity by different nouns.
    renamed = {translated(name, old.case, new.case): estimate for name, estimate in old.estimates.items()}
    old = Side(old.origin, replace(old.results, estimates=renamed))
    moves = {
        name: Move(old.estimates[name], estimate)
        for name, estimate in new.estimates.items()
        if name in old.estimates
    }
    if not moves:
        raise _nothing_common(old, new)
    chosen = tuple(dict.fromkeys(names)) or leading(old, new)
    for name in chosen:
        if name not in moves:
            raise UnknownNameError("estimate of both sides", name, moves)
    givens = (old.run.given, new.run.given)
    changes = (*difference(old.case, new.case, givens), *run_difference(old.run, new.run))
    old_end, new_end = (
        End(side.case, side.run, {name: side.estimates[name].p50 for name in chosen}) for side in (old, new)
    )
    steps = attribution.attribute(old_end, new_end, changes, executor=executor, progress=progress)
    return Diff(old, new, moves, changes, chosen, steps)


def _nothing_common(old: Side, new: Side) -> UsageError:
    """Name the sides without estimates, or report that the sides share none."""
    sides = {side.origin: side for side in (old, new)}.values()
    lacking = [side for side in sides if not side.estimates] or sides
    origins = phrases.listing([one_line(side.origin) for side in lacking])
    contain = "contains" if len(lacking) == 1 else "contain"
    remedy = "write it" if len(lacking) == 1 else "write them"
    return UsageError(
        f"{origins} {contain} no estimates that both sides have; "
        f"{remedy} with shellcount report or estimate --json"
    )
