"""Write titles of quotations: what was estimated, of when, under which mix, and the number."""

from __future__ import annotations

from shellcount.case.families import title_of
from shellcount.case.parameters import MIX, parameters
from shellcount.case.schema import Case
from shellcount.citing.quotation import Quotation, Quoted
from shellcount.results.described import timed
from shellcount.results.mark import marked
from shellcount.results.names import unit
from shellcount.results.quantity import Quantity
from shellcount.results.results import Results
from shellcount.results.threshold import Threshold
from shellcount.text import one_line
from shellcount.wording import chances, phrases
from shellcount.wording.scales import load_scale

_MEASURED = {
    "mass_kg": "gross mass per item",
    "volume_m3": "effective volume per item",
    "base_share": "share of the packing",
}


def title(results: Results, quotation: Quotation, quoted: Quoted) -> str:
    """Write the title of a quotation for a bibliography, with its number and its caveats.

    Parameters
    ----------
    results
        Results that it was quoted from.
    quotation
        The quotation.
    quoted
        Its text: of an estimate the headline, otherwise the sentence or the figure as stated.

    Examples
    --------
    >>> import shellcount
    >>> from shellcount.citing.quotation import parse_quotation, quote
    >>> results = shellcount.analyse(shellcount.fit(shellcount.load_case(), seed=1))
    >>> quotation = parse_quotation(results.case, "claim.ua-gur-2024")
    >>> title(results, quotation, quote(results, quotation))
    'North Korea had handed over one and a half million rounds: about 1.5 million'
    """
    case = results.case
    if quotation.kind == "claim":
        claim = next(claim for claim in case.claim if claim.id == quotation.claim)
        return _begun(f"{claim.summary.rstrip('.')}: {quoted.text}")
    if quotation.kind == "check":
        return _begun(marked(_checked(results, str(quotation.claim)), quoted.marks))
    quantity = quotation.quantity
    if quotation.threshold is not None:
        probability = results.probability_of(quotation.threshold)
        scale = load_scale(results.scale)
        chance = f"{probability.words} ({probability.word(scale)}; {scale.title})"
        return _begun(marked(f"probability {_event(case, quotation.threshold)}: {chance}", quoted.marks))
    if quantity is None or quoted.estimate is None:
        return _begun(quoted.text)
    number = phrases.headline(quoted.estimate.range, _unit_unsaid(case, quantity))
    return _begun(marked(f"{_subject(case, quantity)}: {number}", quoted.marks))


def _begun(text: str) -> str:
    """Write a title on one line, with a capital letter at its beginning."""
    line = one_line(text)
    return f"{line[:1].upper()}{line[1:]}"


def _checked(results: Results, claim: str) -> str:
    """Tell how a stated figure compares with the posterior."""
    check = results.check_of(claim)
    words = next(entry.words for entry in results.case.claim if entry.id == claim)
    chance = phrases.probability(check.tail_probability)
    return (
        f"figure of {words} stated by {check.title}, compared with the posterior: {check.verdict} "
        f"(tail probability {chance})"
    )


def _event(case: Case, threshold: Threshold) -> str:
    """Word a statement after "probability"."""
    quantity, measure = threshold.quantity, unit(case, threshold.quantity)
    amount = f"{'at least' if threshold.at_least else 'at most'} {chances.exact(threshold.value, measure)}"
    if quantity.kind in {"parameter", "item_share"}:
        return f"that the {_subject(case, quantity)} is {amount} {_unit_unsaid(case, quantity)}".rstrip()
    return f"of {amount} {_subject(case, quantity)}"


def _unit_unsaid(case: Case, quantity: Quantity) -> str:
    """Give the unit of a number whose subject does not say it."""
    measure = unit(case, quantity)
    return one_line(measure) if quantity.kind == "parameter" and measure != "share" else ""


def _subject(case: Case, quantity: Quantity) -> str:
    """Describe a quantity: item or carrier, date or period, and the cargo by its title."""
    item, carrier = one_line(case.about.item), one_line(case.about.carrier)
    if quantity.kind == "parameter":
        return _of_parameter(case, quantity.subject)
    if quantity.kind == "item_share":
        return f"share of {_natures(case)[quantity.subject]} among the {item}"
    if quantity.kind == "capacity":
        return _of(f"{item} in a full {phrases.singular(carrier)}", _cargo(case, quantity))
    if quantity.kind == "shipped":
        return _of(f"{item} in a {phrases.singular(carrier)} on average", _cargo(case, quantity))
    if quantity.kind == "trip_count":
        trips = phrases.plural(quantity.subject.partition(".")[2].replace("-", " "))
        return _of(f"{trips} made {timed(case, quantity)}", _cargo(case, quantity))
    what = {"containers": carrier, "rounds": item, "gross_mass": "tonnes of cargo"}[quantity.kind]
    return _of(f"{what} {case.about.sent} {timed(case, quantity)}", _cargo(case, quantity))


def _of(what: str, cargo: str) -> str:
    """Add the cargo to what was sent, unless that says it."""
    return what if cargo.casefold() in what.casefold() else f"{what}, {cargo}"


def _cargo(case: Case, quantity: Quantity) -> str:
    """Name the scope, the scenario or the nature of a quantity by its title."""
    subject = quantity.subject.partition(".")[0]
    if quantity.kind in {"containers", "trip_count"}:
        return next(one_line(scope.title) for scope in case.scope if scope.id == subject)
    scenarios = {scenario.id: one_line(scenario.title) for scenario in case.scenario}
    if subject in scenarios:
        return scenarios[subject]
    nature = _natures(case)[subject]
    if quantity.kind in {"rounds", "gross_mass"}:  # of a nature alone, it is a scenario too
        return f"as if every {phrases.singular(one_line(case.about.carrier))} carried {nature}"
    return nature


def _natures(case: Case) -> dict[str, str]:
    return {nature.id: one_line(nature.title) for nature in case.nature}


def _of_parameter(case: Case, name: str) -> str:
    """Name a parameter in words, with its nature and way of packing where it has them."""
    parameter = next(entry for entry in parameters(case) if entry.name == name)
    place = parameter.place
    if place[0] != "nature":
        return title_of(case, name)
    nature = case.nature[int(place[1])]
    if parameter.variable == MIX:
        return f"share of {one_line(nature.title)} in the mix"
    if place[2] != "stow":
        return title_of(case, name)
    stow = nature.stow[int(place[3])]
    return f"{_MEASURED[str(place[-1])]}, {one_line(nature.title)}, {one_line(stow.title)}"
