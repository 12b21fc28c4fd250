"""What a report says, as words and tables; the templates only lay it out."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shellcount import checks as questions
from shellcount import evidence, predictive, wording
from shellcount.case import Assumption, Case, Constant, Spread
from shellcount.casefile import load_case
from shellcount.checks import CONSISTENT, FAILING, STRAINED, Checks
from shellcount.diagnostics import ESS_LIMIT, RHAT_LIMIT
from shellcount.posterior import Estimate, Posterior
from shellcount.quantities import Quantity, QuantityKind, subjects


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: a caption, column heads, and rows whose first cell is their head.

    Parameters
    ----------
    caption
        What the table shows.
    head
        Column heads.
    rows
        Cells, all of the length of ``head``.
    numeric
        Whether the cells after the first are numbers, to be set flush right.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a report says.

    Parameters
    ----------
    title, question, answer, verdicts
        The title, the question, and the two sentences that answer it.
    banner
        A warning that stands over everything, or ``None``.
    ranges
        Tables of posterior ranges.
    checks, findings
        The checks, and a sentence on each.
    evidence, claimants, sources, assumptions, predictive, diagnostics
        Tables.
    remarks
        Sentences on the evidence: where sources differ, and where claims contradict.
    limitations
        What the numbers leave out.
    method
        How intervals are made and rounded.
    run
        What made the numbers, as pairs.
    command
        A command that makes the same report.
    """

    title: str
    question: str
    answer: str
    verdicts: str
    banner: str | None
    ranges: tuple[Grid, ...]
    checks: Grid
    findings: tuple[str, ...]
    evidence: Grid
    claimants: Grid
    sources: Grid
    assumptions: Grid
    predictive: Grid
    diagnostics: Grid
    remarks: tuple[str, ...]
    limitations: tuple[str, ...]
    method: tuple[str, ...]
    run: tuple[tuple[str, str], ...]
    command: str


def compose(
    posterior: Posterior, checks: Checks, *, days: tuple[dt.date, ...], command: str | None = None
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
    command
        The command that makes the report; by default one on the case by its id.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.
    """
    case = posterior.case
    grids, estimates = _ranges(posterior, days)
    quoted = (*estimates, *(check.estimate for check in checks))
    return Content(
        title=case.case.title,
        question=case.case.question,
        answer=answer(posterior),
        verdicts=verdicts(posterior, checks),
        banner=_banner(quoted),
        ranges=grids,
        checks=Grid("Checks", questions.HEAD, tuple(questions.rows(checks))),
        findings=tuple(check.sentence for check in checks),
        evidence=_evidence(case, {read.claim.id for read in posterior.model.fitted}),
        claimants=_claimants(case),
        sources=_sources(case),
        assumptions=_assumptions(case),
        predictive=Grid(
            "Fitted claims and the reports that the model expects: median and 90% interval",
            predictive.HEAD,
            tuple(predictive.rows(predictive.predictive_checks(posterior))),
        ),
        diagnostics=_diagnostics(posterior, quoted),
        remarks=(*predictive.conflicts(posterior), *evidence.remarks(case)),
        limitations=case.case.limitations,
        method=_method(posterior),
        run=_run(posterior),
        command=command or _command(posterior),
    )


def answer(posterior: Posterior) -> str:
    """The answer to the case's question, in one sentence.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.
    """
    case, day = posterior.case, posterior.case.last_date
    estimate = posterior.estimate_of(Quantity("rounds", case.scenario[0].id, day))
    given = {
        "counts": f"Given the reported counts of {case.case.carrier}",
        "all": "Given all claims that the model can use",
    }[posterior.model.given.base]
    if posterior.model.given.held_out is not None:
        given += f" but {posterior.model.given.held_out}"
    unit = wording.rounding_unit(estimate.range)
    inner = wording.interval(estimate.p25, estimate.p75, unit)
    return (
        f"{given}, about {wording.headline(estimate.range, case.case.item)} had been sent in them "
        f"by {wording.date(day)}; the middle half of the posterior is {inner}."
    )


def verdicts(posterior: Posterior, checks: Checks) -> str:
    """Where every stated figure falls, in one sentence."""
    case = posterior.case
    groups: dict[str, list[str]] = {}
    for check in checks.leading:
        claim = next(claim for claim in case.claim if claim.id == check.claim)
        if claim.quantity == "comparator":
            continue
        what = f"{wording.hedged(check.stated, check.hedge)} ({check.claimant})"
        groups.setdefault(check.verdict, []).append(what)
    order = ("consistent", "strained", *FAILING)
    parts = [f"{verdict}: {wording.listing(groups[verdict])}" for verdict in order if verdict in groups]
    if not parts:
        return "No stated figure was held against it."
    return f"Of the stated figures held against it, {'; '.join(parts)}."


def _banner(estimates: Sequence[Estimate]) -> str | None:
    failed = [estimate for estimate in estimates if estimate.fault is not None]
    if not failed:
        return None
    return (
        f"NOT CONVERGED: {len(failed)} of {len(estimates)} numbers fail the convergence gate "
        f"({failed[0].name}: {failed[0].fault}). Do not quote this report."
    )


def _ranges(posterior: Posterior, days: tuple[dt.date, ...]) -> tuple[tuple[Grid, ...], list[Estimate]]:
    case = posterior.case
    item, carrier = case.case.item, case.case.carrier
    per = f"{item} per {wording.singular(carrier)}"
    estimates: list[Estimate] = []

    def cells(quantities: Sequence[Quantity]) -> tuple[str, ...]:
        made = [posterior.estimate_of(quantity) for quantity in quantities]
        estimates.extend(made)
        return tuple(estimate.cell for estimate in made)

    def dated(kind: QuantityKind, caption: str) -> Grid:
        names = subjects(case, kind)
        rows = tuple((day.isoformat(), *cells([Quantity(kind, name, day) for name in names])) for day in days)
        return Grid(caption, ("by the end of", *names), rows, numeric=True)

    names = subjects(case, "capacity")
    capacity = tuple(
        (name, *cells([Quantity("capacity", name), Quantity("shipped", name)])) for name in names
    )
    interval = "posterior median, 90% interval beneath"
    return (
        dated("rounds", f"{item.capitalize()} sent, by date and scenario ({interval})"),
        dated("containers", f"{carrier.capitalize()} sent, by date and scope ({interval})"),
        Grid(
            f"{per.capitalize()} ({interval})",
            ("nature or mix", "at full load", "as loaded"),
            capacity,
            numeric=True,
        ),
    ), estimates


def _evidence(case: Case, fitted: set[str]) -> Grid:
    rows = tuple(evidence.rows(case, fitted))
    return Grid("Every claim, who made it, and how it is used", evidence.HEAD, rows)


def _claimants(case: Case) -> Grid:
    rows = tuple((entry.id, entry.title, entry.grade, entry.basis) for entry in case.claimant)
    caption = "Claimants, with their Admiralty reliability from A (best) to F (cannot be judged)"
    return Grid(caption, ("claimant", "name", "grade", "basis"), rows)


def _sources(case: Case) -> Grid:
    rows = tuple(
        (
            source.id,
            ". ".join(part.rstrip(".") for part in (source.author, source.title, source.publisher) if part),
            source.published.isoformat() if source.published else "undated",
            source.note or "",
        )
        for source in case.source
    )
    return Grid("Documents", ("source", "document", "published", "note"), rows)


def _assumptions(case: Case) -> Grid:
    def stated(value: Assumption | Constant | Spread) -> str:
        if isinstance(value, Assumption):
            return f"{_plain(value.low)} to {_plain(value.high)}"
        return _plain(value.value)

    start = case.containers
    rows: tuple[tuple[str, ...], ...] = (
        ("first_shipment", start.first_shipment.isoformat(), "", start.first_shipment_basis),
        *((name, stated(value), value.certainty, value.basis) for name, value in _assumed(case)),
    )
    rows += tuple(
        (f"hedge: {name}", f"scale {rule.sigma:g}, margin {rule.margin:+g}", rule.certainty, rule.basis)
        for name, rule in case.hedges.items()
    )
    rows += tuple(
        (f"{nature.id}, share of the mix", _plain(nature.base_share), nature.certainty, nature.basis)
        for nature in case.nature
    )
    rows += tuple(
        (
            f"{nature.id}, bare round",
            f"{_plain(nature.bare.mass_kg)} kg, {_plain(nature.bare.volume_m3)} m3",
            nature.bare.certainty,
            nature.bare.basis,
        )
        for nature in case.nature
    )
    caption = (
        "Every assumption: priors by their 5% and 95% quantiles. Certainty: A stated and consistent, "
        "B partial, C derived, U a judgement"
    )
    return Grid(caption, ("assumption", "5% to 95%, or value", "certainty", "basis"), rows)


def _assumed(case: Case) -> Iterator[tuple[str, Assumption | Constant | Spread]]:
    priors = case.priors
    yield "first_rate_per_day", priors.first_rate_per_day
    yield "rate_walk_sd", priors.rate_walk_sd
    for scope in case.scope:
        if scope.share is not None:
            yield f"{scope.id}_share", scope.share
    yield "load", priors.load
    yield "rated_payload_kg", case.containers.rated_payload_kg
    yield "payload_share", priors.payload_share
    yield "cube_m3", case.containers.cube_m3
    yield "stowage", priors.stowage
    yield "mix_spread", priors.mix_spread
    for nature in case.nature:
        if nature.stow_spread is not None:
            yield f"{nature.id}.stow_spread", nature.stow_spread
        for stow in nature.stow:
            yield f"{nature.id}.{stow.id}.mass_kg", stow.mass_kg
            yield f"{nature.id}.{stow.id}.volume_m3", stow.volume_m3
    for grade, spread in case.reliability.items():
        yield f"reliability {grade}, spread of the bias", spread


def _plain(value: float) -> str:
    return f"{value:,.6g}"


def _diagnostics(posterior: Posterior, estimates: Sequence[Estimate]) -> Grid:
    worst = max(estimates, key=lambda estimate: estimate.rhat)
    bulk = min(estimates, key=lambda estimate: estimate.ess_bulk)
    tail = min(estimates, key=lambda estimate: estimate.ess_tail)
    error = max(estimates, key=lambda estimate: estimate.mcse_p50 / abs(estimate.p50 or 1.0))
    runs, draws = posterior.shape
    share = 100 * error.mcse_p50 / abs(error.p50 or 1.0)
    rows = (
        ("numbers that pass the gate", f"{sum(e.fault is None for e in estimates)} of {len(estimates)}"),
        ("largest R-hat", f"{worst.rhat:.4f} ({worst.name}); the gate is {RHAT_LIMIT}"),
        ("smallest bulk ESS", f"{bulk.ess_bulk:,.0f} ({bulk.name}); the gate is {ESS_LIMIT:,.0f}"),
        ("smallest tail ESS", f"{tail.ess_tail:,.0f} ({tail.name}); the gate is {ESS_LIMIT:,.0f}"),
        ("largest Monte Carlo error of a median", f"{share:.2f}% ({error.name})"),
        ("draws", f"{runs} independent runs of {draws:,}"),
        *posterior.account.facts,
    )
    return Grid("Diagnostics", ("diagnostic", "value"), rows)


def _method(posterior: Posterior) -> tuple[str, ...]:
    case = posterior.case
    return (
        "Intervals are equal-tailed: the 90% interval runs from the 5% to the 95% posterior quantile.",
        "Ranges are rounded to one place, and never finer than four Monte Carlo standard errors; "
        "numbers.json has every digit.",
        f"A figure is consistent where the smaller tail of the posterior predictive of such a report is "
        f"at least {wording.probability(CONSISTENT)}, strained from {wording.probability(STRAINED)}, "
        "inconsistent below, and impossible where no packing of bare "
        f"{case.case.item} at the rated payload of the {case.case.carrier} could reach it.",
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
    if run.case_digest != load_case().digest:  # not the shipped case, which needs no name
        words.append(f"{run.case}.toml")
    words += ["-o", "report", "--given", run.given, "--engine", run.engine, "--seed", str(run.seed)]
    for size in ("runs", "particles" if run.engine == "smc" else "draws"):
        words += [f"--{size}", str(run.settings[size])]
    return shlex.join(words)
