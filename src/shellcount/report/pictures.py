"""The figures of a report, each with a caption and with words for those who do not see it."""

from __future__ import annotations

from typing import Literal

from shellcount import plots
from shellcount.report.blocks import Picture
from shellcount.results.claim_check import Checks
from shellcount.results.names import Quantity, subjects
from shellcount.results.results import Results
from shellcount.wording import phrases


def timeline(results: Results) -> Picture:
    """What had been sent by each day, with every claim on it."""
    case = results.case
    words, day = case.about, case.last_date
    made = results.estimate_of(Quantity("rounds", case.scenario[0].id, day))
    return Picture(
        "timeline",
        plots.svg(plots.plot_timeline(results)),
        f"{words.item.capitalize()} sent so far, and the figures stated for them.",
        f"{words.item.capitalize()} sent rise to {made.headline} by {phrases.date(day)}.",
    )


def container_timeline(results: Results) -> Picture:
    """What had been carried by each day, with every claim on it."""
    case = results.case
    words, day = case.about, case.last_date
    said = [
        f"{scope.id}: {results.estimate_of(Quantity('containers', scope.id, day)).headline}"
        for scope in case.scope
    ]
    return Picture(
        "containers",
        plots.svg(plots.plot_timeline(results, of="containers")),
        f"{words.carrier.capitalize()} sent so far, and the figures stated for them.",
        f"{words.carrier.capitalize()} sent by {phrases.date(day)}: {'; '.join(said)}.",
    )


def intervals(results: Results) -> Picture:
    """Posterior ranges with every stated figure."""
    item = results.case.about.item
    said = [
        f"{phrases.hedged(result.stated, result.hedge)} ({result.claimant}) is {result.verdict} with "
        f"{result.estimate.headline}"
        for result in results.checks.leading
    ]
    return Picture(
        "intervals",
        plots.svg(plots.plot_intervals(results)),
        f"Posterior ranges of {item} and the figures stated for them.",
        f"Posterior ranges of {item} with stated figures: {'; '.join(said)}.",
    )


def capacity(results: Results) -> Picture:
    """What a full container holds."""
    words = results.case.about
    said = [
        f"{name}: {results.estimate_of(Quantity('capacity', name)).headline}"
        for name in subjects(results.case, "capacity")
    ]
    return Picture(
        "capacity",
        plots.svg(plots.plot_capacity(results)),
        f"{words.item.capitalize()} that a full {phrases.singular(words.carrier)} holds, with the stated "
        f"figures divided by their {words.carrier}. The ceiling is bare {words.item} at the rated payload "
        "in a full cube.",
        f"Held at full load: {'; '.join(said)}.",
    )


def assumptions(results: Results) -> Picture:
    """Prior against posterior of each assumption."""
    moved = [prior.name for prior in results.prior_comparisons if prior.informed]
    finding = (
        f"The claims inform {phrases.listing(moved)}; all others keep their prior."
        if moved
        else "No claim informs any of them: all keep their prior."
    )
    return Picture(
        "assumptions",
        plots.svg(plots.plot_assumptions(results)),
        "Prior against posterior of each assumption, on the scale of its own prior: a posterior that lies "
        "off the grey band was moved by the claims, one narrower than it was learnt of.",
        finding,
    )


def left_out(checks: Checks) -> tuple[Picture, ...]:
    """Fitted claims against what all the others predict."""
    pictures = []
    kinds: tuple[Literal["containers", "rounds"], ...] = ("containers", "rounds")
    for of in kinds:
        mine = [
            result for result in checks if (result.kind == "containers") == (of == "containers")
        ]
        if mine:
            pictures.append(
                Picture(
                    f"left-out-{of}",
                    plots.svg(plots.plot_leave_one_out(checks, of=of)),
                    "Fitted claims against the range that all the other claims give.",
                    " ".join(result.sentence for result in mine),
                )
            )
    return tuple(pictures)
