"""Describe the method of a report, and the run that it can be repeated from."""

from __future__ import annotations

from shellcount.case.flow import outlier_share, step_start
from shellcount.case.schema import Case
from shellcount.results.results import Results
from shellcount.results.run import SIZES, Run
from shellcount.results.verdicts import definitions_line
from shellcount.wording import phrases
from shellcount.wording.scales import load_scale


def method(results: Results) -> tuple[str, ...]:
    """Describe the model, the fitted claims and the rules of rounding and wording, in sentences."""
    case, words = results.case, load_scale(results.scale)
    item, carrier = case.about.item, case.about.carrier
    one, sent = phrases.singular(carrier), case.about.sent
    fitted = phrases.listing([read.claim.id for read in results.fitted])
    return (
        f"{item.capitalize()} {sent} by a date are the product of the {carrier} {sent} by that date, the "
        f"shares of the narrower scopes, the load, and the {item} that a full {one} of each nature holds, "
        "averaged over the mix.",
        f"{carrier.capitalize()} {case.about.are_sent} at a daily rate that is constant within a "
        f"{_step(case)}; the logarithm of the rate is a random walk from step to step. {_full(case)}",
        "Each prior is lognormal, logit-normal or normal, and is specified by its 5% and 95% quantiles; "
        "shares that sum to one have a logistic-normal prior.",
        "For a claim of the value y about a quantity Q, log y = log Q + bias + error. The bias is normal, is "
        "shared by all claims of one claimant about one kind of quantity, and has the standard deviation of "
        "the claimant's grade; biases of claimants in one group correlate. The error is skewed according to "
        "the hedge, or as wide as the stated range, and is wider the more the figure is rounded. "
        f"{_robust(case)}A nature or date that a claim leaves open is averaged over.",
        f"Fitted claims: {fitted}. Claims marked for checking are compared with the posterior; the others "
        "are only shown."
        if fitted
        else "No claim was fitted: the numbers are those of the priors.",
        "Intervals are equal-tailed: the 90% interval runs from the 5% to the 95% posterior quantile.",
        "All numbers of a range are rounded to the same digit, and never more finely than four Monte Carlo "
        "standard errors; numbers.json has every digit.",
        "The chance of a stated figure is the smaller tail probability of the figure under the posterior "
        f"predictive distribution. {definitions_line()}{_ceiling(case)}",
        f"Words for probabilities follow {words.title} ({words.version}; {words.source}). {words.note}",
    )


def _full(case: Case) -> str:
    """Tell what limits a full carrier."""
    one, item = phrases.singular(case.about.carrier), case.about.item
    if not any(nature.stow for nature in case.nature):
        return f"How many {item} a full {one} of each nature holds is a prior of its own."
    return f"A full {one} holds as many {item} as its payload or its volume allows, whichever is less."


def _ceiling(case: Case) -> str:
    """Tell what the physical ceiling is, if there is one."""
    if not any(nature.bare is not None for nature in case.nature):
        return ""
    of = f"bare {case.about.item} within the rated payload and volume of the {case.about.carrier}"
    return f" The physical ceiling is that of {of}."


def _step(case: Case) -> str:
    monthly = case.flow is not None and case.flow.step == "month"
    return "calendar month" if monthly else f"step of {step_start(case, 1)} days"


def _robust(case: Case) -> str:
    share = outlier_share(case)
    if share == 0:
        return ""
    return f"With a prior chance of {phrases.probability(share)} a claim is off, and its error far larger. "


def provenance(run: Run) -> tuple[tuple[str, str], ...]:
    """List what a run was computed from and with, as names and values."""
    sizes = ", ".join(f"{name} {run.settings[name]:,}" for name in SIZES[run.engine])
    first = ("shellcount", "python")
    libraries = (*first, *sorted(name for name in run.versions if name not in first))
    return (
        ("run digest", run.digest),
        ("case", f"{run.case}, {run.case_digest}"),
        ("conditioned on", run.given),
        ("engine", f"{run.engine}: {sizes}"),
        ("seed", str(run.seed)),
        ("versions", ", ".join(f"{name} {run.versions[name]}" for name in libraries)),
    )
