"""Export what an explorer found: the numbers, the brief, and the figure, as reports have them."""

from __future__ import annotations

import threading
from typing import Literal

from shellcount.plots import png
from shellcount.plots.findings import source_of, timeline_finding
from shellcount.plots.sheet import sheet
from shellcount.plots.timeline import plot_timeline
from shellcount.report.brief import compose_brief
from shellcount.report.pdf import render_brief
from shellcount.results.numbers_json import numbers_json, to_json
from shellcount.results.results import Results

type Form = Literal["numbers.json", "brief.pdf", "timeline.png"]

FORMS: tuple[Form, ...] = ("numbers.json", "brief.pdf", "timeline.png")
_drawing = threading.Lock()  # the style of figures is one for the process


def export(results: Results, form: Form) -> bytes:
    """Write results as a file.

    Parameters
    ----------
    results
        Results, with what figures need.
    form
        File: ``numbers.json`` and ``brief.pdf``, as ``shellcount report`` writes them, or ``timeline.png``,
        as ``shellcount plot timeline`` does.

    Raises
    ------
    OutputError
        When a PDF cannot be set.

    Examples
    --------
    >>> import shellcount
    >>> results = shellcount.analyse(shellcount.load_case())
    >>> export(results, "timeline.png")[1:4]
    b'PNG'
    """
    if form == "numbers.json":
        return f"{to_json(numbers_json(results))}\n".encode()
    with _drawing:
        if form == "brief.pdf":
            return render_brief(compose_brief(results)).content
        with sheet("slide"):
            source = f"Source: {source_of(results)}."
            return png(plot_timeline(results, title=timeline_finding(results), source=source))
