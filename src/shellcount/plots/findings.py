"""Word the finding of each figure in one sentence, and where its numbers come from."""

from __future__ import annotations

from collections.abc import Sequence

from shellcount.case.families import family_of, title_of
from shellcount.plots.labels import remark_on
from shellcount.plots.leave_one_out import checks_drawn
from shellcount.results.claim_check import Check, Checks
from shellcount.results.consistency import Consistency
from shellcount.results.drivers import Drivers
from shellcount.results.information_value import ValueOfInformation
from shellcount.results.mark import marked
from shellcount.results.names import subjects
from shellcount.results.quantity import DatedKind, Quantity, QuantityKind
from shellcount.results.requirement import Requirement
from shellcount.results.results import Results
from shellcount.results.sensitivity import Sensitivity
from shellcount.results.timeline import timeline_claims
from shellcount.text import one_line
from shellcount.version import __version__
from shellcount.wording import phrases
from shellcount.wording.times import when

_LONGEST = 90  # characters of a name or a title in a sentence
_TITLE = 44  # characters of the title of a case
_NAMED = 3  # assumptions that a sentence names
_DIGEST = 8  # characters of the digest of a run
_AMOUNTS: dict[DatedKind, frozenset[QuantityKind]] = {
    "rounds": frozenset({"rounds", "capacity", "shipped"}),
    "containers": frozenset({"containers"}),
}


def source_of(results: Results) -> str:
    """Name the case, the date of its evidence, the version and the run that numbers come from."""
    case, digest = results.case, results.run.digest.rpartition(":")[2][:_DIGEST]
    title = one_line(case.about.title, _TITLE)
    version = results.run.versions.get("shellcount", __version__)
    return f"{title}; evidence to {phrases.date(case.last_date)}; shellcount {version}, run {digest}"


def timeline_finding(results: Results, of: DatedKind = "rounds") -> str:
    """Word what had been sent by the last date, and how the figures drawn for it fit."""
    case, day = results.case, results.horizon
    drawn = {
        claim.id
        for claim in timeline_claims(case, of)
        if claim.quantity != "comparator" and not remark_on(case, claim)
    }
    fit = _fitting([check for check in results.checks.leading if check.claim in drawn])
    if of == "containers":
        return _marked(results, f"{_carriers(results)}{fit}")
    total = Quantity("rounds", results.answering.subject, day)
    middle = results.estimate_of(total).words()[0]
    sentence = f"About {middle} {_noun(case.about.item)} {case.about.sent} {when(day)}{fit}"
    return marked(f"{sentence}.", results.marks_of(total)).removesuffix(".")


def _carriers(results: Results) -> str:
    """Word how many carriers of the narrowest scope with a claim there were, and of how many in all."""
    case, day = results.case, results.horizon
    claimed = {claim.scope for claim in timeline_claims(case, "containers")}
    scopes = [scope.id for scope in case.scope]
    leading = next((scope for scope in reversed(scopes) if scope in claimed), scopes[-1])
    middle, widest = (
        results.estimate_of(Quantity("containers", scope, day)).words()[0] for scope in (leading, scopes[0])
    )
    noun = f"{_noun(case.about.carrier)}{f' ({leading})' if len(scopes) > 1 else ''} {case.about.sent}"
    out_of = f", out of {widest} ({scopes[0]})" if leading != scopes[0] else ""
    return f"About {middle} {noun} {when(day)}{out_of}"


def intervals_finding(results: Results, of: DatedKind = "rounds") -> str:
    """Word how many of the stated figures fit, and which of them is farthest out."""
    return _marked(results, _fits([each for each in results.checks.leading if each.kind in _AMOUNTS[of]]))


def capacity_finding(results: Results) -> str:
    """Word how much a full carrier holds."""
    case = results.case
    estimates = {
        subject: results.estimate_of(Quantity("capacity", subject)) for subject in subjects(case, "capacity")
    }
    titles = {part.id: part.title for part in case.scenario} | {part.id: part.title for part in case.nature}
    low, high = (choose(estimates, key=lambda each: estimates[each].p50) for choose in (min, max))
    one, item = one_line(phrases.singular(case.about.carrier), 40), _noun(case.about.item)
    amounts = f"about {estimates[low].words()[0]} {item}"
    if low != high:
        amounts = (
            f"from about {estimates[low].words()[0]} ({one_line(titles[low], _LONGEST)}) "
            f"to about {estimates[high].words()[0]} ({one_line(titles[high], _LONGEST)})"
        )
    return _marked(results, f"A full {one} holds {amounts}")


def assumptions_finding(results: Results) -> str:
    """Word how many assumptions the claims inform."""
    every = results.prior_comparisons
    informed = [prior.name for prior in every if prior.informed]
    if not informed:
        return _marked(results, "No claim informs any assumption: all keep their prior")
    if len(informed) == len(every):
        return _marked(results, "Claims inform every assumption")
    named = ""
    if len(informed) <= _NAMED:
        titles = (title_of(results.case, family_of(results.case, name)) for name in informed)
        named = f": {phrases.listing([f'the {title}' for title in dict.fromkeys(titles)])}"
    return _marked(results, f"Claims inform {len(informed)} of {len(every)} assumptions{named}")


def drivers_finding(found: Drivers) -> str:
    """Word what matters most for the width of a range, and how much of it is judgement."""
    first = found.drivers[0]
    share = phrases.probability(first.share)
    most = f"The {first.shown} matters most for the width of the range ({share})"
    kinds = {driver.kind for driver in found.drivers}
    if kinds == {"prior"}:
        rest = "no claim informs any of it"
    elif kinds == {"claims"}:
        rest = "claims inform all of it"
    else:
        rest = f"{phrases.probability(found.prior)} of the variance is judgement that no claim informs"
    return marked(f"{most}; {rest}.", found.marks).removesuffix(".")


def left_out_finding(checks: Checks, of: DatedKind = "containers") -> str:
    """Word how many fitted claims fit the others, and which of them is farthest out."""
    chosen = checks_drawn(checks.leading, of)
    marks = chosen[0].estimate.marks if chosen else ()
    return marked(f"{_fits(chosen, 'fitted', ' the others')}.", marks).removesuffix(".")


def requirement_finding(found: Requirement) -> str:
    """Word what a statement would take, and its chance."""
    statement = f"{found.statement[:1].upper()}{found.statement[1:]}"
    chance = f"{statement} (chance {found.probability.words})"
    if not found.movers:
        return f"{chance} would move nothing else"
    return marked(f"{chance} would take {found.movers[0].phrase}.", found.marks).removesuffix(".")


def sensitivity_finding(found: Sensitivity) -> str:
    """Word which choice moves an estimate most."""
    choices = [choice for choice in found.choices if choice.matters]
    if not choices:
        sentence = "No choice that was tried moves the median by 5%"
    else:
        first = choices[0]
        now = found.base.words()[0]
        low = first.lowest.middle if first.lowest.move < 0 else now
        high = first.highest.middle if first.highest.move > 0 else now
        sentence = f"The {first.title} moves the median most: from {low} to {high}"
    return marked(f"{sentence}.", found.base.marks).removesuffix(".")


def consistency_finding(found: Consistency) -> str:
    """Word whether the fitted claims hold together."""
    return found.sentences[0].removesuffix(".")


def information_finding(found: ValueOfInformation) -> str:
    """Word what to find out first."""
    first = found.worths[0]
    if first.is_none:
        return found.sentence.removesuffix(".")
    sentence = f"Find out first: {first.label}, for {first.words} of the variance"
    return marked(f"{sentence}.", found.estimate.marks).removesuffix(".")


def _fits(checks: Sequence[Check], kind: str = "stated", what: str = "") -> str:
    """Word how many figures fit; of those that do not, name the farthest out."""
    count = len(checks)
    if not count:
        return f"No {kind} figure was checked"
    wrong = sorted(
        (each for each in checks if each.verdict != "consistent"), key=lambda each: each.tail_probability
    )
    if not wrong and count == 1:
        return f"{_figure(checks[0])} fits{what}"
    if not wrong:
        return f"{_all(count)} {kind} figures fit{what}"
    impossible = [each for each in wrong if each.verdict == "impossible"]
    worst = (impossible or wrong)[0]
    right = count - len(wrong)
    lead = f"{right or 'None'} of {count} {kind} figures {'fits' if right == 1 else 'fit'}{what}"
    named = _figure(worst)
    farthest = f"{named} is {worst.verdict}"
    if count == 1:
        return f"{farthest[:1].upper()}{farthest[1:]}"
    return f"{lead}; {farthest if len(wrong) == 1 else f'the farthest out, {named}, is {worst.verdict}'}"


def _all(count: int) -> str:
    return "Both" if count == 2 else f"All {count}"


def _fitting(checks: Sequence[Check]) -> str:
    """Word after a comma how stated figures fit; nothing where none was checked."""
    if not checks:
        return ""
    words = _fits(checks)
    return f"; {words[:1].lower()}{words[1:]}"


def _figure(check: Check) -> str:
    """Name a stated figure and its claimant, whose abbreviation would be brackets within brackets."""
    claimant, _, abbreviation = check.title.removeprefix("the ").partition(" (")
    shown = claimant if abbreviation.endswith(")") else check.title.removeprefix("the ")
    return f"{one_line(check.words, _LONGEST)} ({one_line(shown, _LONGEST)})"


def _noun(text: str) -> str:
    return one_line(text, 40)


def _marked(results: Results, sentence: str) -> str:
    """Append the marks of a run to a sentence without its full stop."""
    return marked(f"{sentence}.", results.marks).removesuffix(".")
