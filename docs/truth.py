"""Write which forms of claim the Channel case needs, and where its outcomes lie in the ranges."""

from __future__ import annotations

import functools
from collections.abc import Callable

import cog

import shellcount
from shellcount.case.amounts import StatedRange
from shellcount.case.schema import Case, Claim
from shellcount.results.given import Conditioning, fitted_claims
from shellcount.results.outcome import outcomes
from shellcount.wording import phrases

NAME = "channel-2023"
FORMS: dict[str, Callable[[Claim], bool]] = {
    "boats by a date": lambda claim: claim.quantity == "containers" and claim.since is None,
    "boats in a period": lambda claim: claim.quantity == "containers" and claim.since is not None,
    "people in a period": lambda claim: claim.quantity == "rounds" and claim.since is not None,
    "people that a number of boats carried": lambda claim: claim.quantity == "carried",
    "none seen": lambda claim: claim.value == 0,
    "a range": lambda claim: isinstance(claim.value, StatedRange),
    "words": lambda claim: isinstance(claim.value, str),
    "a date that nobody states": lambda claim: len(claim.dates) > 1,
    "a quarter that nobody states": lambda claim: len(claim.natures) > 1,
    "a repetition": lambda claim: claim.restates is not None,
    "a correction": lambda claim: claim.supersedes is not None,
    "an outcome": lambda claim: bool(claim.outcome),
}


@functools.cache
def _fitted(given: str) -> shellcount.Posterior:
    # Fewer particles than by default, which print the same: every check of the pages fits this case twice.
    return shellcount.fit(shellcount.load_case(NAME), given=given, seed=1, engine="smc", particles=256)


def forms() -> None:
    """Write a table of the forms of claim, with the number of claims that have each and one of them."""
    case = shellcount.load_case(NAME)
    cog.outl("| form | claims | one of them |\n| --- | ---: | --- |")
    for form, has in FORMS.items():
        found = [claim for claim in case.claim if has(claim)]
        cog.outl(f"| {form} | {len(found)} | `{found[0].id}`: {found[0].summary} |")


def evidence() -> None:
    """Write how many claims are fit under each conditioning, and from how many documents."""
    case = shellcount.load_case(NAME)
    counts, everything = (len(fitted_claims(case, Conditioning(given))) for given in ("counts", "all"))
    cog.outl(
        f"{len(case.claim)} claims from {len(case.source)} documents: {counts} are fit under `counts`, "
        f"{everything} under `all`."
    )


def said(given: str) -> None:
    """Write the answer and the place of each outcome, given a set of claims."""
    posterior = _fitted(given)
    case = posterior.case
    settled = tuple(claim.id for claim in case.claim if claim.outcome)
    cog.outl("\n>\n".join(f"> {found}" for found in outcomes(case, shellcount.check(posterior, settled))))


def table() -> None:
    """Write the range of people under each conditioning, beside the outcome."""
    case = shellcount.load_case(NAME)
    total = next(claim for claim in case.claim if claim.outcome)
    cog.outl(
        "| given | median | 50% interval | 90% interval | outcome |\n| --- | ---: | ---: | ---: | ---: |"
    )
    for given in ("counts", "all"):
        middle, inner, outer = _range(given, case)
        cog.outl(f"| `{given}` | {middle} | {inner} | {outer} | {phrases.exact(total.stated)} |")


def _range(given: str, case: Case) -> tuple[str, str, str]:
    return _fitted(given).estimate(f"people.{case.scenario[0].id}@{case.last_date.isoformat()}").words()
