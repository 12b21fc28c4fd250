"""Write the tables from the numbers of the first model to those of the second, one switch at a time."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable

import cog

import shellcount
from shellcount.case.assumptions import Flow, Robustness
from shellcount.case.schema import Case, Claim, Reading
from shellcount.results.given import Conditioning, fitted_claims
from shellcount.results.names import name_of
from shellcount.results.standard import answering
from shellcount.wording import rounding

# How `all` read these claims under the first model: conversions were measurements, and a date was chosen.
FITTED_THEN = {
    "rok-mnd-2024-02-122mm": Reading(nature="122mm-rocket"),
    "rok-mnd-2024-02-152mm": Reading(),
    "rok-mnd-2024-06-capacity": Reading(),
}
DATED_THEN = {"ua-gur-2024": Reading(as_of=dt.date(2024, 2, 26))}

type Switch = Callable[[Case], Case]


def _claims(case: Case, changed: Callable[[Claim], Claim]) -> Case:
    return case.model_copy(update={"claim": tuple(map(changed, case.claim))})


def _measured(claim: Claim) -> Claim:
    reading = FITTED_THEN.get(claim.id)
    return claim if reading is None else claim.model_copy(update={"derived_from": None, "under_all": reading})


def _dated(claim: Claim) -> Claim:
    reading = DATED_THEN.get(claim.id)
    return claim if reading is None else claim.model_copy(update={"under_all": reading})


def _trusting(case: Case) -> Case:
    return case.model_copy(update={"robustness": Robustness(outlier_share=0)})


# What the second model has, each with what takes it back; in the order in which the table adds them.
SWITCHES: dict[str, Switch] = {
    "conversions are derived, not measured": lambda case: _claims(case, _measured),
    "the date of the Ukrainian total is left open": lambda case: _claims(case, _dated),
    "steps of 14 days instead of months": lambda case: case.model_copy(update={"flow": Flow(step="month")}),
    "a group of allies": lambda case: case.model_copy(update={"group": None}),
    "claims may be off": _trusting,
}


def first_edition(case: Case) -> Case:
    """Copy a case as the first model read it."""
    return functools.reduce(lambda changed, switch: switch(changed), SWITCHES.values(), case)


def editions(case: Case) -> dict[str, Case]:
    """List the case as the first model reads it, and as each model on the way to the second does."""
    found = {"the first model": first_edition(case)}
    for place, added in enumerate(SWITCHES, start=1):
        left = list(SWITCHES.values())[place:]
        found[added] = functools.reduce(lambda changed, switch: switch(changed), left, case)
    return found


@functools.cache
def _fitted(added: str, given: str) -> shellcount.Posterior:
    return shellcount.fit(editions(shellcount.load_case())[added], given=given, seed=1)


def headline() -> None:
    """Write the table of the estimate that answers the question."""
    case = shellcount.load_case()
    moved(name_of(case, answering(case)))


def moved(name: str) -> None:
    """Write an estimate under each model, for both conditionings."""
    case = shellcount.load_case()
    cog.outl(f"`{name}`, median and 90% interval, with one digit more than it should be quoted with:\n")
    cog.outl("| | given `counts` | given `all` |\n| --- | ---: | ---: |")
    before: dict[str, tuple[str, ...]] = {}
    for place, (added, edition) in enumerate(editions(case).items()):
        cells = []
        for given in ("counts", "all"):
            fits = _what_is_fit(edition, given)
            if fits == before.get(given):
                cells.append("the same")
                continue
            before[given] = fits
            cells.append(_words(added, given, name))
        cog.outl(f"| {'+ ' if place else ''}{added} | {' | '.join(cells)} |")


def _what_is_fit(case: Case, given: str) -> tuple[str, ...]:
    """Write down everything that a fit depends on."""
    base = Conditioning("all" if given == "all" else "counts")
    claims = tuple(repr(fitted) for fitted in fitted_claims(case, base))
    return (repr(case.flow), repr(case.robustness), repr(case.group), *claims)


def _words(added: str, given: str, name: str) -> str:
    return one_digit_more(_fitted(added, given).estimate(name))


def one_digit_more(estimate: shellcount.Estimate) -> str:
    """Write a median and its 90% interval with one digit more than they should be quoted with."""
    scale, word = rounding.scale_of(estimate.p95)
    low, middle, high = (
        rounding.significant(each / scale) for each in (estimate.p05, estimate.p50, estimate.p95)
    )
    return f"{middle}{word} ({low} to {high})"
