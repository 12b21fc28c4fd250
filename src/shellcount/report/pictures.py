"""Draw the figures of a report, each in two forms, with the text around it."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.axes import Axes

from shellcount import plots
from shellcount.plots import findings
from shellcount.plots.drawing import note_of
from shellcount.plots.leave_one_out import checks_drawn
from shellcount.plots.sheet import Form, sheet
from shellcount.report.blocks import Picture
from shellcount.results.claim_check import Checks
from shellcount.results.drivers import Drivers
from shellcount.results.mark import marked
from shellcount.results.names import subjects
from shellcount.results.quantity import DatedKind, Quantity
from shellcount.results.results import Results
from shellcount.text import one_line
from shellcount.wording import phrases

__all__ = [
    "Picture",
    "assumptions",
    "capacity",
    "container_timeline",
    "drivers",
    "intervals",
    "left_out",
    "timeline",
]


def _picture(
    name: str,
    results: Results,
    draw: Callable[[], Axes],
    finding: str,
    alternative: str,
    *,
    portrait: bool = True,
) -> Picture:
    """Draw a figure in both forms, or for paper in the wide one alone."""

    def drawn(form: Form) -> Axes:
        with sheet(form):
            return draw()

    wide = drawn("wide")
    return Picture(
        name,
        finding,
        note_of(wide),
        f"Source: {findings.source_of(results)}.",
        alternative,
        plots.svg(wide).decode(),
        plots.svg(drawn("portrait")).decode() if portrait else "",
    )


def timeline(results: Results, *, portrait: bool = True) -> Picture:
    """Draw the total sent by each date, with the claims of it."""
    case = results.case
    words, day = case.about, results.horizon
    total = Quantity("rounds", results.answering.subject, day)
    sentence = (
        f"{words.item.capitalize()} {words.sent} rise to {results.estimate_of(total).headline} by "
        f"{phrases.date(day)}."
    )
    return _picture(
        "timeline",
        results,
        lambda: plots.plot_timeline(results),
        findings.timeline_finding(results),
        marked(sentence, results.marks_of(total)),
        portrait=portrait,
    )


def container_timeline(results: Results) -> Picture:
    """Draw the containers sent by each date, with the claims of them."""
    case = results.case
    words, day = case.about, results.horizon
    totals = [
        f"{scope.id}: {results.estimate_of(Quantity('containers', scope.id, day)).headline}"
        for scope in case.scope
    ]
    return _picture(
        "containers",
        results,
        lambda: plots.plot_timeline(results, of="containers"),
        findings.timeline_finding(results, "containers"),
        f"{words.carrier.capitalize()} {words.sent} by {phrases.date(day)}: {'; '.join(totals)}.",
    )


def drivers(results: Results, found: Drivers, *, portrait: bool = True) -> Picture:
    """Draw the share of the variance of the answer that each driver has."""
    shares = [f"{each.shown}: {phrases.percent(each.share, each.mcse)}" for each in found.drivers]
    return _picture(
        "drivers",
        results,
        lambda: plots.plot_drivers(found),
        findings.drivers_finding(found),
        f"Shares of the variance: {'; '.join(shares)}.",
        portrait=portrait,
    )


def intervals(results: Results) -> Picture:
    """Draw the posterior ranges with every stated figure."""
    item = results.case.about.item
    verdicts = [
        f"{one_line(result.words)} ({one_line(result.title)}): {result.verdict}, "
        f"posterior {result.estimate.headline}"
        for result in results.checks.leading
    ]
    return _picture(
        "intervals",
        results,
        lambda: plots.plot_intervals(results),
        findings.intervals_finding(results),
        f"Posterior ranges of {item} with stated figures: {'; '.join(verdicts)}.",
    )


def capacity(results: Results) -> Picture:
    """Draw the capacity of a full container."""
    capacities = [
        f"{name}: {results.estimate_of(Quantity('capacity', name)).headline}"
        for name in subjects(results.case, "capacity")
    ]
    return _picture(
        "capacity",
        results,
        lambda: plots.plot_capacity(results),
        findings.capacity_finding(results),
        f"Capacity at full load: {'; '.join(capacities)}.",
    )


def assumptions(results: Results, *, portrait: bool = True) -> Picture:
    """Draw the prior and the posterior of each assumption."""
    informed = [prior.name for prior in results.prior_comparisons if prior.informed]
    alternative = (
        f"The claims inform {phrases.listing(informed)}; all others keep their prior."
        if informed
        else "No claim informs any assumption: all keep their prior."
    )
    return _picture(
        "assumptions",
        results,
        lambda: plots.plot_assumptions(results),
        findings.assumptions_finding(results),
        alternative,
        portrait=portrait,
    )


def left_out(results: Results, checks: Checks) -> tuple[Picture, ...]:
    """Draw each fitted claim against the posterior given all the others."""
    kinds: tuple[DatedKind, ...] = ("containers", "rounds")
    return tuple(_left_out_of(results, checks, of) for of in kinds if checks_drawn(checks, of))


def _left_out_of(results: Results, checks: Checks, of: DatedKind) -> Picture:
    return _picture(
        f"left-out-{of}",
        results,
        lambda: plots.plot_leave_one_out(checks, of=of),
        findings.left_out_finding(checks, of),
        " ".join(result.sentence for result in checks_drawn(checks, of)),
    )
