"""The figures of a report, each with a caption and with words for those who do not see it."""

from __future__ import annotations

from typing import Literal

from shellcount import plots
from shellcount.wording import phrases
from shellcount.checks.stated import Checks
from shellcount.model.model import Model, coordinates_used
from shellcount.posterior.posterior import Posterior
from shellcount.results.names import Quantity, parameter_names, subjects
from shellcount.report.blocks import Picture


def timeline(posterior: Posterior) -> Picture:
    """What had been sent by each day, with every claim on it."""
    case = posterior.case
    words, day = case.about, case.last_date
    made = posterior.estimate_of(Quantity("rounds", case.scenario[0].id, day))
    return Picture(
        "timeline",
        plots.svg(plots.plot_timeline(posterior)),
        f"{words.item.capitalize()} sent so far, and the figures stated for them.",
        f"{words.item.capitalize()} sent rise to {made.headline} by {phrases.date(day)}.",
    )


def container_timeline(posterior: Posterior) -> Picture:
    """What had been carried by each day, with every claim on it."""
    case = posterior.case
    words, day = case.about, case.last_date
    said = [
        f"{scope.id}: {posterior.estimate_of(Quantity('containers', scope.id, day)).headline}"
        for scope in case.scope
    ]
    return Picture(
        "containers",
        plots.svg(plots.plot_timeline(posterior, of="containers")),
        f"{words.carrier.capitalize()} sent so far, and the figures stated for them.",
        f"{words.carrier.capitalize()} sent by {phrases.date(day)}: {'; '.join(said)}.",
    )


def intervals(posterior: Posterior, checks: Checks) -> Picture:
    """Posterior ranges with every stated figure."""
    item = posterior.case.about.item
    said = [
        f"{phrases.hedged(result.stated, result.hedge)} ({result.claimant}) is {result.verdict} with "
        f"{result.estimate.headline}"
        for result in checks.leading
    ]
    return Picture(
        "intervals",
        plots.svg(plots.plot_intervals(posterior, checks)),
        f"Posterior ranges of {item} and the figures stated for them.",
        f"Posterior ranges of {item} with stated figures: {'; '.join(said)}.",
    )


def capacity(posterior: Posterior, checks: Checks) -> Picture:
    """What a full container holds."""
    words = posterior.case.about
    said = [
        f"{name}: {posterior.estimate_of(Quantity('capacity', name)).headline}"
        for name in subjects(posterior.case, "capacity")
    ]
    return Picture(
        "capacity",
        plots.svg(plots.plot_capacity(posterior, checks)),
        f"{words.item.capitalize()} that a full {phrases.singular(words.carrier)} holds, with the stated "
        f"figures divided by their {words.carrier}. The ceiling is bare {words.item} at the rated payload "
        "in a full cube.",
        f"Held at full load: {'; '.join(said)}.",
    )


def assumptions(posterior: Posterior) -> Picture:
    """Prior against posterior of each assumption."""
    moved = [name for name in parameter_names(posterior.case) if _informed(posterior.model, name)]
    finding = (
        f"The claims inform {phrases.listing(moved)}; all others keep their prior."
        if moved
        else "No claim informs any of them: all keep their prior."
    )
    return Picture(
        "assumptions",
        plots.svg(plots.plot_assumptions(posterior)),
        "Prior against posterior of each assumption, on the scale of its own prior: a posterior that lies "
        "off the grey band was moved by the claims, one narrower than it was learnt of.",
        finding,
    )


def _informed(model: Model, parameter: str) -> bool:
    """Whether a claim informs what a parameter is made of."""
    needed = coordinates_used(model, lambda evaluation: evaluation.parameter(parameter))
    return not set(model.informed).isdisjoint(needed)


def left_out(checks: Checks) -> tuple[Picture, ...]:
    """Fitted claims against what all the others predict."""
    pictures = []
    kinds: tuple[Literal["containers", "rounds"], ...] = ("containers", "rounds")
    for of in kinds:
        mine = [
            result for result in checks if result.quantity.startswith("containers.") == (of == "containers")
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
