"""Hold the edits that were made in an explorer, and apply them to a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from shellcount.case.schema import Case
from shellcount.digest import Json
from shellcount.errors import UsageError
from shellcount.results.given import Conditioning
from shellcount.results.quantity import Quantity
from shellcount.results.when import When
from shellcount.text import one_line

type Use = Literal["fit", "check", "out"]

USES: tuple[Use, ...] = ("fit", "check", "out")
_MOST = 2_000  # edits
_LONGEST = 2_000  # characters of a text


@dataclass(frozen=True, slots=True)
class Edits:
    """Edits of a case, as texts that nothing has checked yet.

    Parameters
    ----------
    changes
        New values of settings by name, each as ``--set`` takes it.
    uses
        Use of claims and claimants, by ``claim:ID`` and ``claimant:ID``. That of a claim counts more than
        that of its claimant.
    given
        Claims to condition on before ``uses``; ``None`` for those of the start.
    day
        Date, month or period of the answer; ``None`` for the last date of a claim.
    scenario
        Scenario of the answer; ``None`` for the first.
    """

    changes: Mapping[str, str] = field(default_factory=dict)
    uses: Mapping[str, Use] = field(default_factory=dict)
    given: str | None = None
    day: str | None = None
    scenario: str | None = None

    def document(self) -> dict[str, Json]:
        """Write the edits as plain values."""
        return {
            "changes": dict(self.changes),
            "uses": dict(self.uses),
            "given": self.given,
            "day": self.day,
            "scenario": self.scenario,
        }

    @classmethod
    def parse(cls, document: Json) -> Edits:
        """Read edits from plain values that may come from anywhere.

        Raises
        ------
        UsageError
            When they are not what :meth:`document` writes, or are too many.

        Examples
        --------
        >>> Edits.parse({"changes": {"load": "0.5:0.9"}}).changes
        {'load': '0.5:0.9'}
        """
        if not isinstance(document, dict):
            raise UsageError("edits must be a table")
        known = {"changes", "uses", "given", "day", "scenario"}
        if not document.keys() <= known:
            unknown = min(document.keys() - known)
            raise UsageError(f"edits have no field {one_line(unknown, 60)!r}")
        changes, uses = (_texts(document.get(name), name) for name in ("changes", "uses"))
        others = {name: _text(document.get(name), name) for name in ("given", "day", "scenario")}
        return cls(changes, {name: _use(name, use) for name, use in uses.items()}, **others)


def _texts(value: Json, name: str) -> dict[str, str]:
    table = {} if value is None else value
    if not isinstance(table, dict) or len(table) > _MOST:
        raise UsageError(f"{name} of edits must be a table of at most {_MOST:,} texts")
    texts = {key: _text(each, name) for key, each in table.items()}
    return {key: text for key, text in texts.items() if text is not None and len(key) <= _LONGEST}


def _text(value: Json, name: str) -> str | None:
    if value is None or (isinstance(value, str) and len(value) <= _LONGEST):
        return value
    raise UsageError(f"{name} of edits must be text of at most {_LONGEST:,} characters")


def _use(name: str, text: str) -> Use:
    for use in USES:
        if text == use:
            return use
    raise UsageError(f"{one_line(name, 60)} must be fit, check or out, not {one_line(text, 60)!r}")


@dataclass(frozen=True, slots=True)
class Applied:
    """Case with edits applied, and what could not be applied.

    Parameters
    ----------
    case
        The changed case; the one that was given if nothing changes.
    given
        Claims to condition on.
    day
        Date, month or period of the answer; ``None`` for the last date of a claim.
    answer
        Quantity that answers the question, in the scenario and at the date that were chosen.
    changes
        Changes that were made, by name, those of switches included.
    uses
        Use of every claim and claimant now, by ``claim:ID`` and ``claimant:ID``; ``mixed`` for a claimant
        whose claims differ.
    faults
        What is wrong with an edit that was left out, by the name of its control.
    """

    case: Case
    given: Conditioning
    day: When | None
    answer: Quantity
    changes: Mapping[str, str]
    uses: Mapping[str, str]
    faults: Mapping[str, str]
