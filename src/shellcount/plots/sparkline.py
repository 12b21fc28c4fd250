"""Draw the answer small, to stand beside its number: over time where the record has it, else as one range."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace

from shellcount.frozen import frozen
from shellcount.plots.style import INNER, OUTER, POSTERIOR, QUIET
from shellcount.results.estimate import Estimate
from shellcount.results.names import name_of
from shellcount.results.quantity import DatedKind, QuantityKind
from shellcount.results.results import Results
from shellcount.results.timeline import timeline_days
from shellcount.text import one_line
from shellcount.wording import phrases, rounding

WIDTH, HEIGHT = 320, 64
_LEFT, _RIGHT, _TOP, _FLOOR = 2.0, 236.0, 7.0, 48.0  # edges of what is drawn; labels stand beyond them
_LETTER = 11.0  # size of the labels, and smallest distance between two
_KINDS: dict[QuantityKind, DatedKind] = {"rounds": "rounds", "containers": "containers"}
_FEWEST = 3  # dates from which the answer is drawn over time


@frozen
class Sparkline:
    """Small drawing without frame or axes.

    Parameters
    ----------
    svg
        Drawing, with nothing in it that comes from a case file.
    alternative
        Content in words.
    """

    svg: str
    alternative: str


def sparkline(results: Results) -> Sparkline:
    """Draw the estimate that answers the question of a case.

    Where the answer is a total by a date, it is drawn from the first shipment to that date; the line is the
    median, the tints are the 50% and 90% equal-tailed intervals. Any other is drawn as one range from zero.

    Parameters
    ----------
    results
        Results of :func:`shellcount.analyse`, or read from a numbers.json.

    Examples
    --------
    >>> import shellcount
    >>> results = shellcount.analyse(shellcount.fit(shellcount.load_case(), seed=1))
    >>> sparkline(results).alternative
    'Line: median of rounds sent up to 14 June 2024; tints: 50% and 90% intervals.'
    """
    points, about = _over_time(results), results.case.about
    what = one_line(f"{about.item} {about.sent}", 60)
    if len(points) < _FEWEST:
        return Sparkline(
            _svg(_range(results.answer)), f"Line: median of {what}; tints: 50% and 90% intervals."
        )
    days = [results.case.containers.first_shipment, *points]
    drawn = _svg(_fan(days, [*points.values()]))
    return Sparkline(
        drawn,
        f"Line: median of {what} up to {phrases.date(days[-1])}; tints: 50% and 90% intervals.",
    )


def _over_time(results: Results) -> dict[dt.date, Estimate]:
    """Collect the estimates of a total at the dates up to that of the answer."""
    asked, day = results.answering, results.answering.day
    kind = _KINDS.get(asked.kind)
    if kind is None or day is None or asked.since is not None or asked.per is not None:
        return {}
    known = {**results.supporting, **results.estimates}
    dated = {
        each: known.get(name_of(results.case, replace(asked, day=each)))
        for each in timeline_days(results.case, kind, results.horizon)
        if each < day
    }
    return {each: found for each, found in dated.items() if found is not None} | {day: results.answer}


def _fan(days: list[dt.date], estimates: list[Estimate]) -> list[str]:
    """Draw the median and the intervals over time, with the last of them in figures."""
    last, length = estimates[-1], (days[-1] - days[0]).days
    most = max(estimate.p95 for estimate in estimates)
    across = [_LEFT + (_RIGHT - _LEFT) * (day - days[0]).days / length for day in days]

    def height(value: float) -> float:
        return _FLOOR - (_FLOOR - _TOP) * value / most

    def line(quantile: str) -> list[tuple[float, float]]:
        values = [0.0, *(getattr(estimate, quantile) for estimate in estimates)]
        return [(x, height(value)) for x, value in zip(across, values, strict=True)]

    bands = [
        f'<path class="{name}" fill="{tint}" d="M{_trace([*line(low), *reversed(line(high))])}z"/>'
        for name, tint, low, high in (("outer", OUTER, "p05", "p95"), ("inner", INNER, "p25", "p75"))
    ]
    return [
        *bands,
        f'<path class="median" fill="none" stroke="{POSTERIOR}" stroke-width="2" '
        f'd="M{_trace(line("p50"))}"/>',
        f'<circle class="end" fill="{POSTERIOR}" cx="{_RIGHT:g}" cy="{height(last.p50):.1f}" r="3"/>',
        _floor(_RIGHT),
        *_ends(last, height),
        _label(_LEFT, HEIGHT - 3, phrases.date(days[0]), "start"),
        _label(_RIGHT, HEIGHT - 3, phrases.date(days[-1]), "end"),
    ]


def _ends(last: Estimate, height: Callable[[float], float]) -> list[str]:
    """Label the median at the right end, and the ends of the 90% interval where there is room."""
    middle = height(last.p50)
    shown = [last.p50] + [value for value in (last.p05, last.p95) if abs(height(value) - middle) >= _LETTER]
    return [
        _label(_RIGHT + 7, height(value) + 4, text, "start")
        for value, text in zip(shown, _amounts(last, shown), strict=True)
    ]


def _range(estimate: Estimate) -> list[str]:
    """Draw one range from zero, with its median and the ends of the 90% interval in figures."""
    most = max(estimate.p95, 0.0) or 1.0
    middle = (_TOP + _FLOOR) / 2 + 4

    def along(value: float) -> float:
        return _LEFT + (WIDTH - 30 - _LEFT) * max(value, 0.0) / most

    bars = [
        f'<rect class="{name}" fill="{tint}" x="{along(low):.1f}" y="{middle - half:g}" '
        f'width="{along(high) - along(low):.1f}" height="{2 * half:g}"/>'
        for name, tint, low, high, half in (
            ("outer", OUTER, estimate.p05, estimate.p95, 6),
            ("inner", INNER, estimate.p25, estimate.p75, 10),
        )
    ]
    at = along(estimate.p50)
    ends = (estimate.p05, estimate.p95)
    names = _amounts(estimate, (estimate.p50, *ends))
    return [
        _floor(WIDTH - 2),
        *bars,
        f'<path class="median" fill="none" stroke="{POSTERIOR}" stroke-width="3" '
        f'd="M{at:.1f},{middle - 13:g}v26"/>',
        _label(at, middle - 16, names[0], "middle"),
        *(_label(along(end), HEIGHT - 3, name, "middle") for end, name in zip(ends, names[1:], strict=True)),
        *([_label(_LEFT, HEIGHT - 3, "0", "start")] if along(estimate.p05) > 40 else []),
    ]


def _amounts(estimate: Estimate, values: Iterable[float]) -> list[str]:
    """Word values of an estimate, rounded as its headline is."""
    unit = rounding.rounding_unit(estimate.range)
    return [rounding.amount(value, unit, largest=estimate.p95) for value in values]


def _trace(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _floor(end: float) -> str:
    return f'<path class="floor" fill="none" stroke="{QUIET}" d="M{_LEFT:g},{_FLOOR + 0.5:g}H{end:g}"/>'


def _label(x: float, y: float, text: str, anchor: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text class="label" fill="{QUIET}" {place}>{text}</text>'


def _svg(parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" font-family="sans-serif" font-size="{_LETTER:g}">{"".join(parts)}</svg>'
    )
