"""Draw the figures of a report, each with a caption and an alternative text."""

from __future__ import annotations

from shellcount import plots
from shellcount.plots.leave_one_out import checks_drawn
from shellcount.report.blocks import Picture
from shellcount.results.claim_check import Checks
from shellcount.results.drivers import Drivers
from shellcount.results.mark import marked
from shellcount.results.names import subjects
from shellcount.results.quantity import DatedKind, Quantity
from shellcount.results.results import Results
from shellcount.text import one_line
from shellcount.wording import phrases


def timeline(results: Results) -> Picture:
    """Draw the total sent by each date, with the claims of it."""
    case = results.case
    words, day = case.about, results.horizon
    total = Quantity("rounds", case.scenario[0].id, day)
    return Picture(
        "timeline",
        plots.svg(plots.plot_timeline(results)),
        f"Cumulative {words.item} {words.sent}, and the figures stated for them.{_shaded(results)}",
        marked(
            f"{words.item.capitalize()} {words.sent} rise to {results.estimate_of(total).headline} by "
            f"{phrases.date(day)}.",
            results.marks_of(total),
        ),
    )


def container_timeline(results: Results) -> Picture:
    """Draw the containers sent by each date, with the claims of them."""
    case = results.case
    words, day = case.about, results.horizon
    totals = [
        f"{scope.id}: {results.estimate_of(Quantity('containers', scope.id, day)).headline}"
        for scope in case.scope
    ]
    return Picture(
        "containers",
        plots.svg(plots.plot_timeline(results, of="containers")),
        f"Cumulative {words.carrier} {words.sent}, and the figures stated for them.{_shaded(results)}",
        f"{words.carrier.capitalize()} {words.sent} by {phrases.date(day)}: {'; '.join(totals)}.",
    )


def _shaded(results: Results) -> str:
    """Describe the shade of a forecast, if there is one."""
    last = results.case.last_date
    if results.horizon <= last:
        return ""
    return f" The shaded part is a forecast: no claim refers to a date after {phrases.date(last)}."


def drivers(found: Drivers) -> Picture:
    """Draw the share of the variance of the answer that each driver has."""
    shares = [f"{each.shown}: {phrases.percent(each.share, each.mcse)}" for each in found.drivers]
    return Picture(
        "drivers",
        plots.svg(plots.plot_drivers(found)),
        "Share of the variance that each assumption has, and what the claims inform. Grey: assumptions that "
        "no claim informs. Blue: what claims inform. Open: what none has alone.",
        f"Shares of the variance: {'; '.join(shares)}.",
    )


def intervals(results: Results) -> Picture:
    """Draw the posterior ranges with every stated figure."""
    item = results.case.about.item
    verdicts = [
        f"{one_line(result.words)} ({one_line(result.title)}): {result.verdict}, "
        f"posterior {result.estimate.headline}"
        for result in results.checks.leading
    ]
    return Picture(
        "intervals",
        plots.svg(plots.plot_intervals(results)),
        f"Posterior ranges of {item} and the figures stated for them.",
        f"Posterior ranges of {item} with stated figures: {'; '.join(verdicts)}.",
    )


def capacity(results: Results) -> Picture:
    """Draw the capacity of a full container."""
    words = results.case.about
    capacities = [
        f"{name}: {results.estimate_of(Quantity('capacity', name)).headline}"
        for name in subjects(results.case, "capacity")
    ]
    bare = any(nature.bare is not None for nature in results.case.nature)
    ceiling = f" The ceiling is the most bare {words.item} that the rated payload and the volume allow."
    return Picture(
        "capacity",
        plots.svg(plots.plot_capacity(results)),
        f"{words.item.capitalize()} that a full {phrases.singular(words.carrier)} holds, with the stated "
        f"figures per {phrases.singular(words.carrier)}.{ceiling if bare else ''}",
        f"Capacity at full load: {'; '.join(capacities)}.",
    )


def assumptions(results: Results) -> Picture:
    """Draw the prior and the posterior of each assumption."""
    informed = [prior.name for prior in results.prior_comparisons if prior.informed]
    finding = (
        f"The claims inform {phrases.listing(informed)}; all others keep their prior."
        if informed
        else "No claim informs any assumption: all keep their prior."
    )
    return Picture(
        "assumptions",
        plots.svg(plots.plot_assumptions(results)),
        "Prior and posterior of each assumption, on the scale of its own prior. A posterior that is shifted "
        "from the grey band, or narrower than it, was informed by the claims.",
        finding,
    )


def left_out(checks: Checks) -> tuple[Picture, ...]:
    """Draw each fitted claim against the posterior given all the others."""
    pictures = []
    kinds: tuple[DatedKind, ...] = ("containers", "rounds")
    for of in kinds:
        chosen = checks_drawn(checks, of)
        if chosen:
            pictures.append(
                Picture(
                    f"left-out-{of}",
                    plots.svg(plots.plot_leave_one_out(checks, of=of)),
                    "Each fitted claim against the posterior range given all the other claims.",
                    " ".join(result.sentence for result in chosen),
                )
            )
    return tuple(pictures)
