"""List the differences of two cases and two runs: in words for people, by path for programs.

A difference is a list of changes, each of one entry of the case (a claim, a prior, a stow) or of one
part of the run. :func:`~shellcount.comparison.mixing.mixed` applies any of them on its own.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic_core import to_jsonable_python

from shellcount.case.schema import Case
from shellcount.comparison.change import (
    Change,
    Effect,
    FieldChange,
    Kind,
    changed_words,
    claim_words,
    field_words,
    subject_words,
)
from shellcount.comparison.mixing import by_id
from shellcount.digest import Json
from shellcount.errors import UnknownNameError, UsageError
from shellcount.results.given import fitted_ids, parse_given, split_given
from shellcount.results.run import Run
from shellcount.text import one_line
from shellcount.wording import phrases

type Entries = dict[str, Any]  # raw, by path

SUPPORT = ("source", "claimant", "hedges", "reliability")
_ORDER = (
    "claim",
    "claimant",
    "lexicon",
    "hedges",
    "reliability",
    "scope",
    "containers",
    "flow",
    "pause",
    "group",
    "trip",
    "robustness",
    "priors",
    "nature",
    "scenario",
    "source",
    "case",
)
_ORDERED = ("scope", "nature", "scenario")
_OF_FIELDS = ("containers", "flow", "lexicon", "robustness")  # tables of single fields
_WORDING = {"basis", "certainty", "title", "summary", "note", "reports", "first_shipment_basis"}


def difference(old: Case, new: Case, givens: Iterable[str] = ("counts",)) -> tuple[Change, ...]:
    """List the differences between two cases.

    Parameters
    ----------
    old, new
        The cases.
    givens
        Conditionings of the runs: a claim that none of them fits can change no estimate.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.case.changes import with_changes
    >>> case = load_case()
    >>> [change.path for change in difference(case, with_changes(case, {"load": (0.5, 0.9)}))]
    ['priors.load']
    """
    return _Differing(old, new, tuple(givens)).changes()


def run_difference(old: Run, new: Run) -> tuple[Change, ...]:
    """List the differences between two runs besides their cases.

    Examples
    --------
    >>> import dataclasses, shellcount
    >>> run = shellcount.fit(shellcount.load_case()).run
    >>> [change.words for change in run_difference(run, dataclasses.replace(run, seed=run.seed + 1))]
    ['the seed changed (from 1 to 2)']
    """
    shared = old.versions.keys() & new.versions.keys()  # each engine has libraries of its own
    before, after = ({name: run.versions[name] for name in shared} for run in (old, new))
    parts: list[tuple[str, str, dict[str, Json], dict[str, Json]]] = [
        ("given", "the conditioning", {"": str(split_given(old.given))}, {"": str(split_given(new.given))}),
        ("engine", "the engine", {"": old.engine}, {"": new.engine}),
        ("settings", "the size of the fit", dict(old.settings), dict(new.settings)),
        ("seed", "the seed", {"": old.seed}, {"": new.seed}),
        ("versions", "the library versions", {**before}, {**after}),
        ("model_version", "the model", {"": old.model_version}, {"": new.model_version}),
    ]
    changes = []
    for name, subject, one, other in parts:
        fields = tuple(
            FieldChange(key, one.get(key), other.get(key), "estimates")
            for key in sorted(one | other)
            if one.get(key) != other.get(key)
        )
        if fields:
            words = f"{subject} changed ({field_words(fields)})"
            if name == "model_version":
                words = _model_words(old.model_version, new.model_version)
            changes.append(Change(f"run.{name}", "changed", "estimates", fields, (), (), words))
    return tuple(changes)


def _model_words(old: int, new: int) -> str:
    """Tell which of two runs was made by an earlier version of the model.

    Examples
    --------
    >>> _model_words(1, 2)
    'the old run was made by an earlier model (version 1; the new one by version 2)'
    """
    sides = ("old", "new") if old < new else ("new", "old")
    return (
        f"the {sides[0]} run was made by an earlier model (version {min(old, new)}; the {sides[1]} one by "
        f"version {max(old, new)})"
    )


def ever_fitted(cases: Iterable[Case], givens: Iterable[str]) -> set[str]:
    """Collect the ids of claims that decide what any of several conditionings fits in any of several cases.

    These are the claims that are fit, and those that supersede others. A conditioning that does not apply to
    a case fits none of its claims.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> len(ever_fitted([load_case()], ["counts", "all", "all-but:nothing"]))
    5
    """
    names: set[str] = set()
    for case, given in itertools.product(cases, givens):
        with contextlib.suppress(UnknownNameError, UsageError):
            fitted = fitted_ids(case, parse_given(case, given))
            names |= fitted | {claim.id for claim in case.claim if claim.supersedes is not None}
    return names


def _pairs(before: Any, after: Any, at: str = "") -> Iterator[tuple[str, Json, Json]]:  # noqa: ANN401  # raw
    """Find where two raw values differ, with both values; descend into tables, take a list as one value."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        if before != after:
            yield at, _plain(before), _plain(after)
        return
    for key in dict.fromkeys((*before, *after)):
        yield from _pairs(before.get(key), after.get(key), f"{at}.{key}".strip("."))


def _plain(value: Any) -> Json:  # noqa: ANN401  # raw
    plain: Json = to_jsonable_python(value)
    return plain


class _Differing:
    """Two cases side by side, entry by entry."""

    def __init__(self, old: Case, new: Case, givens: tuple[str, ...]) -> None:
        self._old, self._new = (dict(_entries(case)) for case in (old, new))
        self._order = (dict(_orders(old)), dict(_orders(new)))
        self._fitted = ever_fitted((old, new), givens)
        self._lexicon = old.lexicon is not None or new.lexicon is not None
        self._used = {
            one
            for entries in (self._old, self._new)
            for name in self._fitted
            for one in _references(f"claim.{name}", entries.get(f"claim.{name}"), entries)
        }

    def changes(self) -> tuple[Change, ...]:
        changes = []
        covered: set[str] = set()
        for path in self._paths():
            if self._old.get(path) == self._new.get(path) or path in covered:
                continue
            brings = self._company(path, self._new, self._old, covered) if path.startswith("claim.") else ()
            takes = self._company(path, self._old, self._new, covered) if path.startswith("claim.") else ()
            covered |= {*brings, *takes}
            changes.append(self._change(path, brings, takes))
        return (*changes, *self._reordered())

    def _paths(self) -> list[str]:
        """List the paths of both cases, in the order of a report; a nature comes and goes as a whole."""
        paths = dict.fromkeys((*self._old, *self._new))
        whole = {path for path in paths if (path in self._old) != (path in self._new)}
        listed = [path for path in paths if path.partition(".stow.")[0] not in whole - {path}]
        return sorted(listed, key=lambda path: _ORDER.index(path.partition(".")[0]))

    def _company(self, path: str, here: Entries, there: Entries, covered: set[str]) -> tuple[str, ...]:
        """List the entries that a claim refers to and only its own side has."""
        references = dict.fromkeys(_references(path, here.get(path), here))
        own = (one for one in references if one in here and one not in there and one not in covered)
        return tuple(one for one in own if not self._left_to_a_lexicon(one))

    def _left_to_a_lexicon(self, path: str) -> bool:
        """Tell whether a lexicon may have the meaning of a hedge where the case has no rule for it."""
        return self._lexicon and path.startswith("hedges.")

    def _change(self, path: str, brings: tuple[str, ...], takes: tuple[str, ...]) -> Change:
        before, after = self._old.get(path), self._new.get(path)
        subject = subject_words(path)
        company = [subject_words(one) for one in (*brings, *takes)]
        along = f", with {phrases.listing(company)}" if company else ""
        here = before if after is None else after
        if before is None or after is None:
            kind: Kind = "added" if before is None else "removed"
            support = path.partition(".")[0] in SUPPORT and not self._left_to_a_lexicon(path)
            effect: Effect = "wording" if support else self._reach(path, "")
            entries = self._old if after is None else self._new
            summary = _claim_words(here, entries) if path.startswith("claim.") else ""
            summary += f" ({here})" if path.startswith("lexicon.") else ""
            words = f"{subject} was {kind}{summary}{along}"
            return Change(path, kind, effect, (), brings, takes, words)
        fields = tuple(
            FieldChange(name, one, other, self._reach(path, name))
            for name, one, other in _pairs(before, after)
        )
        effects = {field.effect for field in fields}
        effect = next(one for one in ("estimates", "checks", "wording") if one in effects)
        words = f"{subject} {changed_words(fields)}{along}"
        return Change(path, "changed", effect, fields, brings, takes, words)

    def _reach(self, path: str, field: str) -> Effect:
        """Tell the widest effect of a field of an entry, or of the entry as a whole."""
        table, _, name = path.partition(".")
        leaf = name if table in _OF_FIELDS and not field else field.rpartition(".")[2]
        if table in {"case", "source"} or (leaf in _WORDING and not field.startswith("mix.")):
            return "wording"
        if field.startswith("bare."):
            return "checks"
        if table == "claim":
            return "estimates" if name in self._fitted else "checks"
        if table in SUPPORT:
            return "estimates" if path in self._used else "checks"
        return "estimates"

    def _reordered(self) -> Iterator[Change]:
        old, new = self._order
        for path in filter(new.__contains__, old):
            before = [name for name in old[path] if name in new[path]]
            after = [name for name in new[path] if name in old[path]]
            if before != after:
                field = FieldChange("", list(before), list(after), "estimates")
                subject = f"stows of nature {path.split('.')[1]}" if "." in path else f"{path}s"
                words = f"the order of the {subject} changed (to {', '.join(after)})"
                yield Change(path, "reordered", "estimates", (field,), (), (), words)


def _entries(case: Case) -> Iterator[tuple[str, Any]]:
    """List the entries of a case by path: each is added, removed or changed as one."""
    document = case.model_dump(by_alias=True)
    for table in _ORDER:
        for name, entry in by_id(document[table]).items():
            if table == "nature":
                yield f"nature.{name}", {key: value for key, value in entry.items() if key != "stow"}
                for stow in entry["stow"]:
                    yield f"nature.{name}.stow.{stow['id']}", stow
            else:
                yield f"{table}.{name}", entry


def _orders(case: Case) -> Iterator[tuple[str, list[str]]]:
    """List the ids of the tables whose order matters."""
    for table in _ORDERED:
        yield table, [entry.id for entry in getattr(case, table)]
    for nature in case.nature:
        yield f"nature.{nature.id}.stow", [stow.id for stow in nature.stow]


def _references(path: str, entry: Any, entries: Entries) -> Iterator[str]:  # noqa: ANN401  # raw
    """List the supporting entries that an entry needs, and those that they need."""
    if entry is None:
        return
    if path.startswith("claimant.") and entry["grade"] is not None:
        yield f"reliability.{entry['grade']}"
    if path.startswith("claim."):
        claimant = f"claimant.{entry['claimant']}"
        yield claimant
        yield from _references(claimant, entries.get(claimant), entries)
        if entry["hedge"] is not None:
            yield f"hedges.{entry['hedge']}"
        yield from (f"source.{report['source']}" for report in entry["reports"])


def _claim_words(claim: Any, entries: Mapping[str, Any]) -> str:  # noqa: ANN401  # raw
    return claim_words(claim, one_line(entries[f"claimant.{claim['claimant']}"]["title"]))
