"""Tabulate the results and the case for a report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from shellcount.case.assumptions import Assumption, Constant, Spread
from shellcount.case.fields import HEDGES
from shellcount.case.flow import outlier_scale, outlier_share, step_start
from shellcount.case.hedges import hedge_error, lexicon_of
from shellcount.case.overview import grade_of
from shellcount.case.parameters import entries
from shellcount.case.schema import Case
from shellcount.maths.diagnostics import ESS_LIMIT, RHAT_LIMIT
from shellcount.results.claim_check import Checks
from shellcount.results.described import described
from shellcount.results.estimate import Estimate
from shellcount.results.mark import marked
from shellcount.results.names import parse_quantity, subjects
from shellcount.results.prediction import PredictiveCheck
from shellcount.results.quantity import Quantity, QuantityKind
from shellcount.results.results import Results
from shellcount.text import one_line
from shellcount.wording import phrases
from shellcount.wording.tables import Table


def ranges(results: Results, days: tuple[dt.date, ...]) -> tuple[tuple[Table, ...], list[Estimate]]:
    """Tabulate posterior ranges by date, and per container; return them with the estimates that they show."""
    case = results.case
    item, carrier = case.about.item, case.about.carrier
    per = f"{item} per {phrases.singular(carrier)}"
    estimates: list[Estimate] = []

    def cells(quantities: Sequence[Quantity]) -> tuple[str, ...]:
        row = [results.estimate_of(quantity) for quantity in quantities]
        estimates.extend(row)
        return tuple(estimate.cell for estimate in row)

    def _dated(day: dt.date) -> str:
        return f"{day.isoformat()}\n(forecast)" if day > case.last_date else day.isoformat()

    def dated(kind: QuantityKind, caption: str) -> Table:
        names = subjects(case, kind)
        rows = tuple((_dated(day), *cells([Quantity(kind, name, day) for name in names])) for day in days)
        return Table(caption, ("up to", *names), rows, numeric=tuple(range(1, len(names) + 1)))

    names = subjects(case, "capacity")
    capacity = tuple(
        (name, *cells([Quantity("capacity", name), Quantity("shipped", name)])) for name in names
    )
    interval = "posterior median and 90% interval"
    within, more = _within(results)
    estimates.extend(more)
    return (
        dated("rounds", f"{item.capitalize()} {case.about.sent}, by date and scenario ({interval})"),
        dated("containers", f"{carrier.capitalize()} {case.about.sent}, by date and scope ({interval})"),
        Table(
            f"{per.capitalize()} ({interval})",
            ("nature or mix", "at full load", "as loaded"),
            capacity,
            numeric=(1, 2),
        ),
        *within,
    ), estimates


def _within(results: Results) -> tuple[tuple[Table, ...], list[Estimate]]:
    """Tabulate the estimates of periods, rates, tonnes, trips and shares of items, where there are any."""
    case = results.case
    named = [(parse_quantity(case, name), estimate) for name, estimate in results.estimates.items()]
    # In one order, whichever way the results were read.
    order: tuple[QuantityKind, ...] = ("rounds", "containers", "gross_mass", "trip_count", "item_share")
    shown = sorted(
        (
            (quantity, estimate)
            for quantity, estimate in named
            if quantity.since is not None or quantity.kind in order[2:]
        ),
        key=lambda pair: (
            order.index(pair[0].kind),
            _place(subjects(case, pair[0].kind), pair[0].subject),
            pair[1].name,
        ),
    )
    rows = tuple(
        (marked(described(case, quantity), estimate.time_marks), estimate.middle, *estimate.words()[1:])
        for quantity, estimate in shown
    )
    table = Table(
        "Amounts within periods, mean rates, tonnes, trips and shares",
        ("quantity", "median", "50% interval", "90% interval"),
        rows,
        numeric=(1, 2, 3),
    )
    return ((table,) if rows else ()), [estimate for _, estimate in shown]


def _place(names: Sequence[str], name: str) -> int:
    """Find the place of a name; one that is not listed comes last."""
    return names.index(name) if name in names else len(names)


def claimants(case: Case) -> Table:
    """Tabulate the claimants with their grades."""
    rows = tuple((entry.id, entry.title, grade_of(entry), entry.basis) for entry in case.claimant)
    caption = "Claimants, with their Admiralty reliability from A (best) to F (cannot be judged)"
    return Table(caption, ("claimant", "name", "grade", "basis"), rows)


def sources(case: Case) -> Table:
    """Tabulate the documents that report the claims."""
    rows = tuple(
        (
            source.id,
            ". ".join(part.rstrip(".") for part in (source.author, source.title, source.publisher) if part),
            source.published.isoformat() if source.published else "undated",
            source.note or "",
        )
        for source in case.source
    )
    return Table("Documents", ("source", "document", "published", "note"), rows)


def assumptions(case: Case) -> Table:
    """Tabulate every prior, constant and rule with its certainty and basis."""
    start = case.containers
    rows: tuple[tuple[str, ...], ...] = (
        ("first_shipment", start.first_shipment.isoformat(), "", start.first_shipment_basis),
        *((name, _value(value), value.certainty, value.basis) for name, value in _assumptions(case)),
        *_of_the_flow(case),
    )
    rows += tuple(_hedges(case))
    rows += tuple(
        (f"{nature.id}, share of the mix", _plain(nature.base_share), nature.certainty, nature.basis)
        for nature in case.nature
    )
    rows += tuple(
        (
            f"{nature.id}, bare {phrases.singular(case.about.item)}",
            f"{_plain(nature.bare.mass_kg)} kg, {_plain(nature.bare.volume_m3)} m3",
            nature.bare.certainty,
            nature.bare.basis,
        )
        for nature in case.nature
        if nature.bare is not None
    )
    caption = (
        "All assumptions; priors are given by their 5% and 95% quantiles. Certainty: A stated and "
        "consistent, B partial, C derived, U a judgement"
    )
    return Table(caption, ("assumption", "5% to 95%, or value", "certainty", "basis"), rows)


def _hedges(case: Case) -> Iterator[tuple[str, str, str, str]]:
    """List what the hedges mean: by the rules of the case, and those that its claims need by its lexicon."""
    lexicon = lexicon_of(case)
    if lexicon is not None:
        edition = f"{lexicon.id}, version {lexicon.version}"
        yield "lexicon of hedges", edition, "", f"{lexicon.source.rstrip('.')}. {lexicon.note}"
    for hedge in HEDGES:
        errors = [hedge_error(case, claim) for claim in case.claim if claim.stated and claim.hedge == hedge]
        rule = case.hedges.get(hedge)
        if rule is not None:
            value = f"scale {rule.sigma:g}, margin {rule.margin:+g}"
            yield f"hedge: {hedge}", value, rule.certainty, rule.basis
        elif lexicon is not None and errors and hedge != "between":
            scales, margins = zip(*errors, strict=True)
            scale, margin = _over_figures(scales, ".2g"), _over_figures(margins, "+.2g")
            entry = lexicon.entry(hedge)
            yield f"hedge: {hedge}", f"scale {scale}, margin {margin}", entry.certainty, entry.basis


def _over_figures(numbers: Sequence[float], form: str) -> str:
    """Write the range of a number over the figures of a case."""
    return " to ".join(dict.fromkeys(f"{end:{form}}" for end in (min(numbers), max(numbers))))


def _assumptions(case: Case) -> Iterator[tuple[str, Assumption | Constant | Spread]]:
    for entry in entries(case):
        if entry.assumption is not None:
            yield entry.name, entry.assumption
    for grade, spread in sorted(case.reliability.items()):
        yield f"reliability {grade}, spread of the bias", spread


def _value(value: Assumption | Constant | Spread) -> str:
    if isinstance(value, Assumption) and value.low is not None and value.high is not None:
        return f"{_plain(value.low)} to {_plain(value.high)}"
    return _plain(value.value or 0.0)


def _of_the_flow(case: Case) -> Iterator[tuple[str, str, str, str]]:
    """List what the case assumes of time and of its sources, without quantiles or certainty."""
    if case.flow is not None:
        step = f"{step_start(case, 1)} days" if case.flow.step is None else "calendar month"
        yield "step of the flow", step, "", case.flow.basis or ""
    for pause in case.pause or ():
        yield "pause", f"{pause.since.isoformat()} to {pause.as_of.isoformat()}", "", pause.basis
    for group in case.group or ():
        members = f"correlation {_plain(group.correlation)} of {phrases.listing([*group.members])}"
        yield f"group {group.id}", members, "", group.basis
    basis = "" if case.robustness is None else case.robustness.basis or ""
    yield "chance that a claim is off", _plain(outlier_share(case)), "", basis
    yield "scale of the error of a claim that is off", _plain(outlier_scale(case)), "", basis


def _plain(value: float) -> str:
    return f"{value:,.6g}"


def gate(estimates: Sequence[Estimate]) -> str:
    """Tell in a sentence how many numbers pass the convergence gate."""
    passed = sum(estimate.not_quotable is None for estimate in estimates)
    share = "All" if passed == len(estimates) else f"{passed:,} of"
    return f"{share} {phrases.counted(len(estimates), 'number')} pass the convergence gate."


def diagnostics(results: Results, estimates: Sequence[Estimate]) -> Table:
    """Tabulate the diagnostics of the draws, the worst of all estimates."""
    worst = max(estimates, key=lambda estimate: estimate.rhat)
    bulk = min(estimates, key=lambda estimate: estimate.ess_bulk)
    tail = min(estimates, key=lambda estimate: estimate.ess_tail)
    error = max(estimates, key=lambda estimate: estimate.mcse_p50 / abs(estimate.p50 or 1.0))
    passed = sum(estimate.not_quotable is None for estimate in estimates)
    sizes = results.run.settings
    share = 100 * error.mcse_p50 / abs(error.p50 or 1.0)
    rows = (
        ("numbers that pass the convergence gate", f"{passed} of {len(estimates)}"),
        ("largest R-hat", f"{worst.rhat:.4f} ({worst.name}); at most {RHAT_LIMIT} passes"),
        ("smallest bulk ESS", f"{bulk.ess_bulk:,.0f} ({bulk.name}); at least {ESS_LIMIT:,.0f} passes"),
        ("smallest tail ESS", f"{tail.ess_tail:,.0f} ({tail.name}); at least {ESS_LIMIT:,.0f} passes"),
        ("largest Monte Carlo error of a median", f"{share:.2f}% ({error.name})"),
        ("draws", f"{sizes['runs']} independent runs of {sizes['draws']:,}"),
        *results.diagnostics,
    )
    return Table("Convergence, and the precision of the numbers", ("diagnostic", "value"), rows)


def origins(case: Case) -> Table:
    """Count the claims of each claimant, the documents that report them, and their repetitions."""
    rows = []
    for claimant in case.claimant:
        claims = [claim for claim in case.claim if claim.claimant == claimant.id]
        documents = {report.source for claim in claims for report in claim.reports}
        repeats = sum(len({report.source for report in claim.reports}) for claim in claims)
        if claims:
            rows.append(
                (
                    one_line(claimant.title),
                    grade_of(claimant),
                    str(len(claims)),
                    str(len(documents)),
                    str(repeats - len(claims)),
                    phrases.listing([claim.id for claim in claims]),
                )
            )
    return Table(
        "Origins: the claims of one claimant about one kind of quantity share one bias, in however many "
        "documents they are repeated",
        ("claimant", "grade", "claims", "documents", "repetitions", "its claims"),
        tuple(sorted(rows, key=lambda row: -int(row[2]))),
    )


def left_out(checks: Checks) -> Table:
    """Tabulate each fitted claim with the posterior given all the others."""
    return _held_out(checks, "Each fitted claim, predicted from all the others", "posterior without it")


def one_step_ahead(checks: Checks) -> Table:
    """Tabulate each fitted claim with the posterior given those stated before it, in that order."""
    caption = "Each fitted claim, predicted from those stated before it"
    return _held_out(checks, caption, "posterior before it")


def _held_out(checks: Checks, caption: str, posterior: str) -> Table:
    rows = tuple(
        (
            result.claim,
            f"{result.figure}\n({one_line(result.title)})",
            result.estimate.measured_cell
            + ("" if result.estimate.not_quotable is None else "\n(not converged)"),
            result.chance,
            result.passing,
            result.verdict,
        )
        for result in checks
    )
    return Table(
        caption,
        ("claim", "stated", posterior, "chance of such a figure", "would have passed", "verdict"),
        rows,
    )


def predictions(checks: Sequence[PredictiveCheck]) -> Table:
    """Tabulate each fitted claim with the reports that prior and posterior predict."""
    rows = tuple(
        (
            check.claim,
            phrases.measured(check.words, check.unit),
            check.prior.words,
            phrases.probability(check.prior.predictive_cdf),
            check.posterior.words,
            phrases.probability(check.posterior.predictive_cdf),
        )
        for check in checks
    )
    return Table(
        "Fitted claims and the reports that the model predicts: median and 90% interval",
        ("claim", "stated", "prior predictive", "percentile", "posterior predictive", "percentile"),
        rows,
    )
