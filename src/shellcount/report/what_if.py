"""Compose the what-if of a page: its sliders, and all that the script of the page needs."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from itertools import islice

from shellcount.frozen import frozen
from shellcount.maths.diagnostics import PROBABILITIES
from shellcount.results.drivers import Driver
from shellcount.results.results import Results
from shellcount.results.what_if import LEVELS, WhatIf
from shellcount.text import one_line
from shellcount.wording import phrases, rounding

_TITLE = 90  # characters of a title
# Options of report that estimate has too, and that decide what it computes; others, without a value.
_KEPT = frozenset(
    {
        *("--set", "--given", "--scenario", "--at", "--limit"),
        *("--engine", "--seed", "--runs", "--points", "--particles", "--draws"),
    }
)
_DROPPED = frozenset({"--leave-one-out", "--no-leave-one-out", "--one-step-ahead", "--json"})


@frozen
class Control:
    """Range input.

    Parameters
    ----------
    id
        Anchor.
    label
        Name of the number beside others of the driver.
    value
        Present value as text.
    now, last
        Present position, and the last one.
    """

    id: str
    label: str
    value: str
    now: int
    last: int


@frozen
class Fields:
    """Inputs of one driver.

    Parameters
    ----------
    title
        Name of the driver, with its share of the variance.
    controls
        Its inputs.
    """

    title: str
    controls: tuple[Control, ...]


@frozen
class Form:
    """What-if of a page.

    Parameters
    ----------
    lead
        What it is, in sentences.
    fields
        Inputs, by driver.
    middle, inner, outer
        Median with its unit, 50% and 90% interval of the run.
    command
        Command line without changes of these drivers.
    data
        All that the script needs, as JSON.
    """

    lead: str
    fields: tuple[Fields, ...]
    middle: str
    inner: str
    outer: str
    command: str
    data: str


def form_of(results: Results) -> Form | None:
    """Compose the what-if of a page; ``None`` where the results have none.

    Parameters
    ----------
    results
        The results.
    """
    what_if, drivers = results.what_if, results.drivers
    if what_if is None or drivers is None:
        return None
    drivers_by_name = {driver.name: driver for driver in drivers.drivers}
    controls = iter([_control(what_if, place) for place in range(len(what_if.sliders))])
    fields = tuple(
        Fields(_title(drivers_by_name[movable.name]), tuple(islice(controls, len(movable.sliders))))
        for movable in what_if.movables
    )
    middle, inner, outer = results.answer.words()
    measure = results.answer.measure
    command = tuple(_command(results.command))
    return Form(
        lead=_lead(what_if),
        fields=fields,
        middle=one_line(f"{middle} {measure}", 80),
        inner=inner,
        outer=outer,
        command=" ".join(text for _, text in command),
        data=json.dumps(_data(results, what_if, command), separators=(",", ":"), allow_nan=False),
    )


def _control(what_if: WhatIf, place: int) -> Control:
    slider = what_if.sliders[place]
    texts = what_if.grids[slider.grid].texts
    label = _capital(one_line(slider.label, _TITLE))
    return Control(f"what-if-{place}", label, texts[slider.now], slider.now, len(texts) - 1)


def _title(driver: Driver) -> str:
    return f"{_capital(driver.shown)}: {phrases.probability(driver.share)} of the variance"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _lead(what_if: WhatIf) -> str:
    which = "This assumption drives" if len(what_if.movables) == 1 else "These assumptions drive"
    informs = "it" if len(what_if.movables) == 1 else "them"
    return (
        f"{which} most of the width, and no claim informs {informs}. Move a slider, and the page computes "
        f"the answer again from {what_if.draws:,} draws of the run. The result is a what-if, not that of the "
        "report."
    )


def _command(command: str | None) -> Iterator[tuple[str | None, str]]:
    """Turn the command of a report into one that estimates: its words, each change with its name."""
    try:
        words = iter(shlex.split(command or "")[2:])
    except ValueError:  # a file may hold any text
        command = None
    if command is None:
        return
    yield None, "shellcount estimate"
    for word in words:
        if word in _KEPT:
            value = next(words, "")
            if word != "--scenario" or "=" in value:  # others select what is shown
                name = value.partition("=")[0] if word == "--set" else None
                yield name, f"{word} {shlex.quote(value)}"
        elif word == "--allow-unconverged" or not word.startswith("-"):
            yield None, shlex.quote(word)
        elif word not in _DROPPED:
            next(words, None)


def _data(
    results: Results, what_if: WhatIf, command: tuple[tuple[str | None, str], ...]
) -> dict[str, object]:
    """Collect what the script needs."""
    answer, program = results.answer, what_if.program
    return {
        "program": {
            "constants": program.constants,
            "steps": [[name, *operands] for name, operands in program.steps],
        },
        "draws": what_if.draws,
        "scales": what_if.scales,
        "levels": what_if.levels,
        "alphabet": LEVELS,
        "grids": [
            {"values": grid.values, "numbers": [float(f"{number:.7g}") for number in grid.numbers]}
            for grid in what_if.grids
        ],
        "sliders": [[slider.setting, slider.grid, slider.now] for slider in what_if.sliders],
        "probabilities": PROBABILITIES,
        "quantiles": [answer.p05, answer.p25, answer.p50, answer.p75, answer.p95],
        "errors": [answer.mcse_p05, answer.mcse_p50, answer.mcse_p95],
        "measure": one_line(answer.measure, 60),
        "rule": rounding.rule(),
        "command": command,
    }
