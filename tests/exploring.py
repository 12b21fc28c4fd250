"""Cases to explore with their controls, moves of these, and command lines as the command reads them."""

from __future__ import annotations

import datetime as dt
import functools
import random
import shlex
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

from building import one_claim_case
from quick import quick_posterior
from shellcount.analysis import Parts, analyse
from shellcount.case.reading import case_content, load_case, shipped_names
from shellcount.case.schema import Case
from shellcount.cli.main import main
from shellcount.cli.reporting import report
from shellcount.cli.requests import FitRequest, parse_dates
from shellcount.errors import ConflictWarning
from shellcount.explore.control import Control
from shellcount.explore.controls import controls
from shellcount.explore.edits import Edits
from shellcount.explore.tracks import Track
from shellcount.insight.drivers import drivers_of
from shellcount.results.quantity import Quantity
from shellcount.results.results import Results
from shellcount.results.standard import answering
from shellcount.results.when import When

CASES = Path(__file__).parent / "cases"
ONE_NATURE = "one-claim"  # with one nature, one scope and one scenario
NAMES = (*shipped_names(), str(CASES / "good_minimal.toml"), str(CASES / "good_ledger.toml"), ONE_NATURE)


@functools.cache
def case_of(name: str) -> Case:
    return one_claim_case() if name == ONE_NATURE else load_case(name)


def content_of(name: str) -> bytes:
    return case_content(name)[0]


def results_of(name: str, given: str = "counts") -> Results:
    return _results(name, given)


@functools.cache
def _results(name: str, given: str) -> Results:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConflictWarning)
        posterior = quick_posterior(case_of(name), given=given)
    # Without figures no claim is left out in turn, each of which is a fit.
    results = analyse(posterior, Parts(quantities=(), checks=(), figures=False))
    drivers = drivers_of(posterior, answering(case_of(name)))
    return replace(results, drivers=drivers)


def controls_of(name: str, given: str = "counts") -> tuple[Control, ...]:
    return _controls(name, given)


@functools.cache
def _controls(name: str, given: str) -> tuple[Control, ...]:
    return controls(_results(name, given))


def chance(seed: int) -> random.Random:
    """A source of the same moves at every run."""
    return random.Random(seed)  # noqa: S311  # nothing is kept secret


def track_of(control: Control) -> Track | None:
    if control.low is None or control.high is None or control.step is None:
        return None
    return Track(control.low, control.high, control.step, control.scale, control.digits)


def moved(control: Control, draw: random.Random) -> str:
    """A value that a browser may send for a control."""
    track = track_of(control)
    if control.words and (track is None or draw.random() < 0.2):
        return draw.choice(control.words)
    if track is not None:
        first, second = sorted(draw.sample(range(track.steps + 1), 2))
        ranged = control.kind == "range" and draw.random() < 0.8
        return f"{track.at(first)}:{track.at(second)}" if ranged else track.at(second)
    if control.kind == "date":
        day = dt.date.fromisoformat(control.now[:10])
        days = [day + dt.timedelta(days=draw.randint(-40, 40)) for _ in control.now.split("..")]
        return "..".join(map(str, sorted(days)))
    if control.kind == "text":
        natures = control.now.partition(":")[0]
        return f"{natures}:1" if natures else ""
    return f"{draw.uniform(0.05, 0.5):.2f}"


def edits_of(found: tuple[Control, ...], draw: random.Random, count: int) -> Edits:
    """Edits of some of the controls."""
    values: dict[str, Any] = {"changes": {}, "uses": {}}
    for control in draw.sample(found, min(count, len(found))):
        value = moved(control, draw)
        if control.field in {"changes", "uses"}:
            values[control.field][control.name] = value
        else:
            values[control.field] = value
    return Edits(**values)


def asked_for(line: str) -> tuple[Case, str, tuple[When, ...], Quantity]:
    """Case, claims, dates and answer that a command line asks `shellcount report` for, which is not run."""
    program, name, *words = shlex.split(line)
    assert (program, name) == ("shellcount", "report")
    with mock.patch.object(report, "callback") as called:
        # By way of the group: a command keeps the option of help that it has when it is first called.
        main([name, *words], prog_name=program, standalone_mode=False)
    request: FitRequest = called.call_args.kwargs["request"]
    case = request.case(selecting=True)
    days = parse_dates(case, called.call_args.kwargs["dates"])
    asked = request.answer(case, days) or answering(case, days)
    return case, str(request.given.conditioning(case)), days, asked
