"""Write the generated parts of the page that compares the lexicons of hedges."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator

import cog
import numpy as np
from editions import one_digit_more
from scipy import stats

import shellcount
from shellcount.case.fields import LEXICONS
from shellcount.case.hedges import hedge_error, load_lexicon
from shellcount.case.schema import Case
from shellcount.maths.kernel import Kernel
from shellcount.maths.widths import Written, two_sided, widening
from shellcount.results.names import name_of
from shellcount.results.standard import answering
from shellcount.wording import phrases, rounding

OURS, MEASURED = (load_lexicon(name) for name in LEXICONS)
FIGURES = (1_000, 10_000, 1_000_000)
TAILS = (0.05, 0.95)  # of the 90% range that a figure implies


@functools.cache
def _case(lexicon: str | None) -> Case:
    case = shellcount.load_case()
    return case if lexicon is None else shellcount.with_changes(case, {"hedges": lexicon})


@functools.cache
def _results(lexicon: str | None, given: str) -> shellcount.Results:
    return shellcount.analyse(shellcount.fit(_case(lexicon), given=given, seed=1))


def editions() -> None:
    """Write what each lexicon is."""
    for lexicon in (OURS, MEASURED):
        source = lexicon.source if lexicon.url is None else f"[{lexicon.source}]({lexicon.url})"
        cog.outl(f"- `{lexicon.id}`, version {lexicon.version}: {source.removesuffix('.')}. {lexicon.note}")


def words() -> None:
    """Write a table of the words of the survey behind each hedge, and of how much people differ."""
    cog.outl(
        "| hedge | words of the survey | the quantity lies | sd of log10 width | times the median width |"
    )
    cog.outl("| --- | --- | --- | ---: | ---: |")
    for hedge, entry in MEASURED.measured.items():
        side = {"both": "on both sides", "above": "above", "below": "below"}[entry.side]
        times = rounding.significant(widening(entry.width.sd, MEASURED.level), 2)
        cog.outl(f"| `{hedge}` | {', '.join(entry.words)} | {side} | {entry.width.sd:.2f} | {times} |")
    others = ", ".join(f"`{hedge}`" for hedge in MEASURED.rules if hedge not in MEASURED.measured)
    cog.outl(f"\nNot measured, and as in `{OURS.id}`: {others}.")


def widths() -> None:
    """Write what a hedged figure implies by each lexicon, for figures of several sizes."""
    heads = [f"`{OURS.id}`, any figure", *(f"`{MEASURED.id}`, {phrases.exact(value)}" for value in FIGURES)]
    cog.outl(f"| hedge | {' | '.join(heads)} |")
    cog.outl(f"| --- | ---: |{' ---: |' * len(FIGURES)}")
    for hedge in OURS.rules:
        cells = [_implied(OURS.error(hedge, FIGURES[0]))]
        cells += [_implied(MEASURED.error(hedge, value)) for value in FIGURES]
        cog.outl(f"| `{hedge}` | {' | '.join(cells)} |")
    digits = Written(math.log10(FIGURES[-1]), round(math.log10(FIGURES[-1])), five=False, unit=1.0)
    width = MEASURED.measured["about"].width.averaged(digits, MEASURED.level) / FIGURES[-1]
    scale = two_sided(width, MEASURED.level)
    cog.outl(
        f'\nRead in digits, "about {FIGURES[-1]:,}" would have a scale of {scale:.2g} beside that of `exact`.'
    )


def _implied(error: tuple[float, float]) -> str:
    """Write the 90% range of quantity over figure, with the scale and the margin behind it."""
    kernel = Kernel(*error)
    # The quantity is low where the error is high.
    low, high = np.exp(stats.skewnorm(-kernel.shape, scale=kernel.scale).ppf(TAILS))
    return f"{low:.2f} to {high:.2f} ({error[0]:.2g}, {error[1]:+.2g})"


def claims() -> None:
    """Write the scale and margin of every fitted or checked claim of the shipped case by each lexicon."""
    cog.outl(f"| claim | figure | `{OURS.id}` | `{MEASURED.id}` |\n| --- | --- | ---: | ---: |")
    for claim in _case(None).claim:
        if claim.interval is not None or claim.use == "context":
            continue
        cells = []
        for name in LEXICONS:
            scale, margin = hedge_error(_case(name), claim)
            cells.append(f"{scale:.2g}, {margin:+.2g}" if margin else f"{scale:.2g}")
        cog.outl(f"| `{claim.id}` | {claim.words} | {' | '.join(cells)} |")


def headline() -> None:
    """Write the estimate that answers the question by each lexicon, for both conditionings."""
    name = name_of(_case(None), answering(_case(None)))
    cog.outl(f"`{name}`, median and 90% interval, with one digit more than it should be quoted with:\n")
    cog.outl("| hedges | given `counts` | given `all` |\n| --- | ---: | ---: |")
    for lexicon in (None, MEASURED.id):
        cells = [one_digit_more(_results(lexicon, given).estimate(name)) for given in ("counts", "all")]
        cog.outl(f"| {_named(lexicon)} | {' | '.join(cells)} |")


def _named(lexicon: str | None) -> str:
    return "rules of the case" if lexicon is None else f"`{lexicon}`"


def verdicts() -> None:
    """Write the verdict on every checked figure by each lexicon, and which of them differ."""
    heads = " | ".join(_named(lexicon) for lexicon in (None, MEASURED.id))
    for given in ("counts", "all"):
        cog.outl(f"Given `{given}`:\n\n| figure | {heads} |\n| --- | --- | --- |")
        before, after = (list(_results(lexicon, given).checks) for lexicon in (None, MEASURED.id))
        moved = []
        for one, other in _pairs(before, after):
            reading = "" if one.reading is None else f", {one.reading}"
            cog.outl(f"| {one.words} (`{one.claim}`{reading}) | {_verdict(one)} | {_verdict(other)} |")
            if one.verdict != other.verdict:
                moved.append(f"`{one.claim}` ({one.verdict}, {other.verdict})")
        cog.outl(f"\nVerdicts that differ: {phrases.listing(moved) or 'none'}.\n")


def _pairs(
    before: list[shellcount.Check], after: list[shellcount.Check]
) -> Iterator[tuple[shellcount.Check, shellcount.Check]]:
    others = {(check.claim, check.nature, check.day): check for check in after}
    for check in before:
        yield check, others[check.claim, check.nature, check.day]


def _verdict(check: shellcount.Check) -> str:
    return f"{check.verdict}, {phrases.probability(check.tail_probability)}"


def convergence() -> None:
    """Write how well the fits by the measured hedges converged, at the default size."""
    cog.outl(
        "| given | largest R-hat | smallest bulk ESS | smallest tail ESS |\n| --- | ---: | ---: | ---: |"
    )
    for given in ("counts", "all"):
        estimates = _results(MEASURED.id, given).estimates.values()
        rhat = max(estimate.rhat for estimate in estimates)
        bulk, tail = (
            min(sizes) for sizes in zip(*((one.ess_bulk, one.ess_tail) for one in estimates), strict=True)
        )
        cells = (f"{rhat:.3f}", *(rounding.significant(size, 2) for size in (bulk, tail)))
        cog.outl(f"| `{given}` | {' | '.join(cells)} |")


def reach() -> None:
    """Write the smallest and the largest hedged figure of the shipped case."""
    claims = [
        claim for claim in _case(None).claim if claim.hedge in MEASURED.measured and claim.use != "context"
    ]
    ends = [end(claims, key=lambda claim: claim.stated).words for end in (min, max)]
    cog.outl(f'from "{ends[0]}" to "{ends[1]}",')
