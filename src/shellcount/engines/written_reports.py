"""Describe the reports of engines as they are written: only who reads one needs its table."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, NonNegativeInt, PositiveInt

from shellcount.results.strict_tables import StrictTable

type LogEvidence = Annotated[float, Field(ge=-1e15, le=1e15)]


class SmcTable(StrictTable):
    """Report of engine smc, as written."""

    run_log_evidence: tuple[LogEvidence, ...]
    temperatures: NonNegativeInt
    moves: NonNegativeInt
    acceptance: Annotated[float, Field(ge=0, le=1)]
    correlation: Annotated[float, Field(ge=-1.001, le=1.001)]
    stuck: str | None
    instead: str | None


class ImportanceTable(StrictTable):
    """Report of engine is, as written."""

    run_log_evidence: tuple[LogEvidence, ...]
    effective_share: Annotated[float, Field(ge=0, le=1)]
    khat: Annotated[float, Field(ge=-1e3, le=1e3)]
    directions: NonNegativeInt
    rounds: NonNegativeInt
    evaluations: PositiveInt
    refusal: str | None
    more_points: str | None = None
