"""What a report says, as sections of words, tables and figures; the templates only lay it out."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Sequence

from shellcount.checks import stated as questions
from shellcount.checks import evidence, predictive
from shellcount.wording import phrases, rounding
from shellcount.case.reading import DEFAULT_CASE, load_case, shipped_names
from shellcount.checks.stated import CONSISTENT, FAILING, STRAINED, Checks
from shellcount.results.estimate import Estimate
from shellcount.posterior.posterior import Posterior
from shellcount.results.names import answering
from shellcount.report import pictures, tables
from shellcount.report.blocks import Block, Bullets, Code, Content, Grid, Pairs, Paragraph, Section, Verdict
from shellcount.report.checklist import NOT_STATED, checklists
from shellcount.wording.scales import ICD203, load_scale
from shellcount.text import one_line

_SUMMARY = 160  # characters of what was said, on the first screen
_TITLES = {
    "ranges": "Posterior ranges",
    "checks": "Stated figures against the posterior",
    "evidence": "Evidence",
    "independence": "Reliability and independence of the sources",
    "assumptions": "Assumptions",
    "limitations": "What the numbers leave out",
    "predictive": "What reports the model expects",
    "method": "Method",
    "diagnostics": "Diagnostics",
    "checklist": "Reporting checklist",
    "reproduce": "How to reproduce",
}


def compose(
    posterior: Posterior,
    checks: Checks,
    *,
    days: tuple[dt.date, ...],
    left_out: Checks | None = None,
    command: str | None = None,
    scale: str = ICD203,
) -> Content:
    """Put a report together.

    Parameters
    ----------
    posterior
        The posterior.
    checks
        Its checks.
    days
        Dates for the tables of ranges.
    left_out
        Each fitted claim against all the others, if that was asked.
    command
        The command that makes the report; by default one on the case by its id.
    scale
        Of the probability words in the checks.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.
    """
    case = posterior.case
    grids, estimates = tables.ranges(posterior, days)
    quoted = (*estimates, *(check.estimate for check in checks))
    made = headline(posterior)
    unit = rounding.rounding_unit(made.range)
    confidence = case.about.confidence
    blocks: dict[str, tuple[Block, ...]] = {
        "ranges": (pictures.timeline(posterior), *grids, pictures.container_timeline(posterior)),
        "checks": (
            pictures.intervals(posterior, checks),
            Grid("Checks", questions.HEAD, tuple(questions.rows(checks))),
            Bullets(tuple(check.sentence for check in checks)),
            pictures.capacity(posterior, checks),
        ),
        "evidence": (
            tables.evidence(case, {read.claim.id for read in posterior.model.fitted}),
            tables.sources(case),
        ),
        "independence": (
            Bullets((*predictive.conflicts(posterior), *evidence.remarks(case))),
            tables.origins(case),
            tables.claimants(case),
        ),
        "assumptions": (pictures.assumptions(posterior), tables.assumptions(case)),
        "limitations": (Bullets(case.about.limitations or (NOT_STATED,)),),
        "predictive": _expected(posterior, left_out),
        "method": (Bullets(_method(posterior, scale)),),
        "diagnostics": (tables.diagnostics(posterior, quoted),),
        "checklist": checklists(case, _TITLES),
        "reproduce": (Code(command or _command(posterior)), Pairs(_run(posterior))),
    }
    return Content(
        title=case.about.title,
        question=case.about.question,
        banner=_banner(quoted),
        figure=one_line(f"{rounding.amount(made.p50, unit, largest=made.p95)} {made.unit}", 80),
        intervals=(
            ("90% interval", rounding.interval(made.p05, made.p95, unit)),
            ("50% interval", rounding.interval(made.p25, made.p75, unit, largest=made.p95)),
        ),
        answer=answer(posterior),
        verdicts=verdicts(posterior, checks),
        stated=_stated(posterior, checks),
        confidence=""
        if confidence is None
        else f"Analytic confidence is {confidence.level}. {confidence.basis}",
        sections=tuple(Section(name, _TITLES[name], parts) for name, parts in blocks.items()),
    )


def headline(posterior: Posterior) -> Estimate:
    """The estimate that answers the case's question."""
    return posterior.estimate_of(answering(posterior.case))


def _expected(posterior: Posterior, left_out: Checks | None) -> tuple[Block, ...]:
    """Predictive checks, and what each claim is predicted to be from all others."""
    text = (
        "Before any claim (prior predictive) and after all that were fitted (posterior predictive). A "
        "percentile near 0% or 100% after fitting means that a claim contradicts the others or the "
        "assumptions."
    )
    expected = Grid(
        "Fitted claims and the reports that the model expects: median and 90% interval",
        predictive.HEAD,
        tuple(predictive.rows(predictive.predictive_checks(posterior))),
    )
    if left_out is None:
        return Paragraph(text), expected
    return Paragraph(text), expected, *pictures.left_out(left_out), tables.left_out(left_out)


def answer(posterior: Posterior) -> str:
    """The answer to the case's question, in one sentence.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.
    """
    case, day = posterior.case, posterior.case.last_date
    estimate = headline(posterior)
    given, carried = {
        "counts": (f"Given the reported counts of {case.about.carrier}", "them"),
        "all": ("Given all claims that the model can use", case.about.carrier),
    }[posterior.model.given.base]
    if posterior.model.given.held_out is not None:
        given += f" but {posterior.model.given.held_out}"
    unit = rounding.rounding_unit(estimate.range)
    inner = rounding.interval(estimate.p25, estimate.p75, unit, largest=estimate.p95)
    return (
        f"{given}, about {phrases.headline(estimate.range, case.about.item)} had been sent in {carried} "
        f"by {phrases.date(day)}; the middle half of the posterior is {inner}."
    )


def verdicts(posterior: Posterior, checks: Checks) -> str:
    """Where every stated figure falls, in one sentence."""
    groups: dict[str, list[str]] = {}
    for stated in _stated(posterior, checks):
        groups.setdefault(stated.verdict, []).append(f"{stated.figure} ({stated.claimant})")
    order = ("consistent", "strained", *FAILING)
    parts = [f"{verdict}: {phrases.listing(groups[verdict])}" for verdict in order if verdict in groups]
    if not parts:
        return "No stated figure was held against it."
    return f"Of the stated figures held against it, {'; '.join(parts)}."


def _stated(posterior: Posterior, checks: Checks) -> tuple[Verdict, ...]:
    """The most probable reading of every stated figure that is no yardstick."""
    claims = {claim.id: claim for claim in posterior.case.claim}
    return tuple(
        Verdict(
            phrases.hedged(check.stated, check.hedge),
            check.claimant,
            check.verdict,
            one_line(claims[check.claim].summary, _SUMMARY),
        )
        for check in checks.leading
        if claims[check.claim].quantity != "comparator"
    )


def _banner(estimates: Sequence[Estimate]) -> str | None:
    failed = [estimate for estimate in estimates if estimate.not_quotable is not None]
    if not failed:
        return None
    return (
        f"NOT CONVERGED: {len(failed)} of {len(estimates)} numbers fail the convergence gate "
        f"({failed[0].name}: {failed[0].not_quotable}). Do not quote this report."
    )


def _method(posterior: Posterior, scale: str) -> tuple[str, ...]:
    case, words = posterior.case, load_scale(scale)
    item, carrier = case.about.item, case.about.carrier
    one = phrases.singular(carrier)
    fitted = phrases.listing([read.claim.id for read in posterior.model.fitted])
    return (
        f"{item.capitalize()} sent by a day are a product: {carrier} sent by that day, the shares of the "
        f"narrower scopes, the load, and the {item} that a full {one} of each nature holds, averaged over "
        "the mix.",
        f"{carrier.capitalize()} flow at a daily rate that is constant within a calendar month and whose "
        f"logarithm walks from month to month. A full {one} holds as many {item} as its payload or its cube "
        "allows, whichever is less.",
        "Every assumption is lognormal, logit-normal or normal, pinned by its 5% and 95% quantiles; shares "
        "that sum to one are a logistic-normal composition.",
        "A claim of y about a quantity Q: log y = log Q + bias + error. The bias is normal, one for each "
        "claimant and kind of quantity, as wide as the claimant's grade says; the error is skewed as the "
        "hedge says, and widened by the rounding of the figure.",
        f"Fitted: {fitted}. All other claims are held against the posterior."
        if fitted
        else "No claim was fitted: these are the priors.",
        "Intervals are equal-tailed: the 90% interval runs from the 5% to the 95% posterior quantile.",
        "Ranges are rounded to one place, and never finer than four Monte Carlo standard errors; "
        "numbers.json has every digit.",
        f"A figure is consistent where the smaller tail of the posterior predictive of such a report is "
        f"at least {phrases.probability(CONSISTENT)}, strained from {phrases.probability(STRAINED)}, "
        "inconsistent below, and impossible where no packing of bare "
        f"{item} at the rated payload of the {carrier} could reach it.",
        f"Words for probabilities are those of {words.title} ({words.version}; {words.source}). {words.note}",
    )


def _run(posterior: Posterior) -> tuple[tuple[str, str], ...]:
    run = posterior.run
    sizes = ", ".join(f"{name} {size:,}" for name, size in run.settings.items())
    return (
        ("run digest", run.digest),
        ("case", f"{run.case}, {run.case_digest}"),
        ("conditioned on", run.given),
        ("engine", f"{run.engine}: {sizes}"),
        ("seed", str(run.seed)),
        ("versions", ", ".join(f"{name} {version}" for name, version in run.versions.items())),
    )


def _command(posterior: Posterior) -> str:
    run = posterior.run
    words = ["shellcount", "report"]
    shipped = {load_case(name).digest: name for name in shipped_names()}
    name = shipped.get(run.case_digest, f"{run.case}.toml")
    if name != DEFAULT_CASE:
        words.append(name)
    words += ["-o", "report", "--given", run.given, "--engine", run.engine, "--seed", str(run.seed)]
    for size in ("runs", "particles" if run.engine == "smc" else "draws"):
        words += [f"--{size}", str(run.settings[size])]
    return shlex.join(words)
