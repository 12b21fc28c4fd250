"""Define what might be found out next: hypothetical claims and measurements, generated from a case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import Literal

from shellcount.case.hedges import lexicon_of
from shellcount.case.implied import units_of
from shellcount.case.parameters import parameters
from shellcount.case.parts import WellFormed
from shellcount.case.schema import Case, DateRange
from shellcount.frozen import frozen
from shellcount.model.measured import Tonnes
from shellcount.results.described import described
from shellcount.results.given import fitted_claims, split_given
from shellcount.results.names import name_of, subjects
from shellcount.results.quantity import Quantity
from shellcount.text import one_line
from shellcount.wording import phrases

TONNES: tuple[Tonnes, ...] = ("net_tonnes", "gross_tonnes")
_TITLE = 60  # characters of the title of a claimant
_MOST = 50  # claimants who make a further claim; of more, a user names her own
# Grade, hedge and role of the figures that a claimant who made none so far might give.
_NEW = (("C", "about", "rounds"), ("A", "exact", "containers"), ("B", "about", "containers"))


@frozen
class HypotheticalClaim:
    """Claim that nobody made so far, whatever its figure.

    Parameters
    ----------
    fields
        Its fields as in a case file, but for its id, its claimant, its figure and its sources.
    claimant
        Id of a claimant of the case; ``None`` for a new one, who belongs to no group.
    grade, bias_sd
        Grade of a new claimant, or the spread of its bias.
    """

    fields: tuple[tuple[str, object], ...]
    claimant: str | None = None
    grade: str | None = None
    bias_sd: float | None = None
    kind: Literal["claim"] = field(default="claim", init=False)

    @property
    def name(self) -> str:
        """The claim as :func:`~shellcount.insight.asked.parse_candidate` reads it."""
        source = {"claimant": self.claimant, "grade": self.grade, "bias_sd": self.bias_sd}
        words = [*self.fields, *((key, value) for key, value in source.items() if value is not None)]
        return " ".join(f"{key}={_written(value)}" for key, value in words)

    def label(self, case: Case, quantities: Sequence[Quantity]) -> str:
        """Describe the claim, which is of one of these quantities, in the words of the case."""
        hedge = str(dict(self.fields).get("hedge", "about"))
        figure = {"about": "figure", "exact": "exact figure"}.get(
            hedge, f"figure ({hedge.replace('_', ' ')})"
        )
        article = "another" if self._repeats(case) else "an" if hedge == "exact" else "a"
        meant = list(dict.fromkeys(described(case, quantity) for quantity in quantities))
        words = " or ".join([meant[0], meant[-1]][: len(meant)])
        return f"{article} {figure} from {self._source(case)} for {words}"

    def _source(self, case: Case) -> str:
        titles = {entry.id: one_line(entry.title, _TITLE) for entry in case.claimant}
        if self.claimant is not None:
            return titles[self.claimant]
        if self.grade is not None:
            return f"a new claimant of grade {self.grade}"
        return f"a new claimant with a bias of {self.bias_sd:g}"

    def _repeats(self, case: Case) -> bool:
        """Tell whether the claimant gave a figure of this kind before."""
        kind = dict(self.fields)["quantity"]
        return any(each.claimant == self.claimant and each.quantity == kind for each in case.claim)


@frozen
class HypotheticalMeasurement:
    """Measurement that was not made so far, whatever its result.

    Parameters
    ----------
    measured
        Quantity that is measured.
    precision
        Standard deviation of its relative error.
    written
        Name of the quantity.
    """

    measured: Quantity | Tonnes
    precision: float
    written: str
    kind: Literal["measurement"] = field(default="measurement", init=False)

    @property
    def name(self) -> str:
        """The measurement as :func:`~shellcount.insight.asked.parse_candidate` reads it."""
        return f"{self.written}:{100 * self.precision:g}%"

    def label(self, case: Case) -> str:
        """Describe the measurement in the words of the case."""
        if isinstance(self.measured, Quantity):
            words = described(case, self.measured)
        else:
            words = f"{self.measured.replace('_', ' ')} a {phrases.singular(case.about.carrier)}"
        return f"{words}, measured to {100 * self.precision:g}%"


type Candidate = HypotheticalClaim | HypotheticalMeasurement


def _written(value: object) -> str:
    if isinstance(value, DateRange):
        return f"{value.earliest}..{value.latest}"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def candidates_of(case: Case, given: str, asked: Quantity, precision: float) -> tuple[Candidate, ...]:
    """Generate candidates from a case: further claims by role, and a measurement of every assumption.

    Parameters
    ----------
    case
        The case.
    given
        What is conditioned on.
    asked
        Quantity whose range they are to narrow, and whose time claims are of.
    precision
        Relative error of the measurements.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> case = load_case()
    >>> found = candidates_of(case, "counts", Quantity("rounds", "mixed", case.last_date), 0.1)
    >>> found[0].name
    'quantity=rounds as_of=2024-06-14 hedge=about claimant=us-white-house'
    >>> found[-1].name
    'gross_tonnes:10%'
    """
    return (*_claims(case, given, asked), *_measurements(case, precision))


def _claims(case: Case, given: str, asked: Quantity) -> Iterator[HypotheticalClaim]:
    counted = _counted_scopes(case, given)
    for role in ("rounds", "containers"):
        for claimant in case.claimant[:_MOST]:
            scope = counted.get(claimant.id, counted[""])
            hedge = _hedge(case, "about")
            if hedge is not None:
                yield HypotheticalClaim(_fields(role, scope, hedge, asked, case), claimant=claimant.id)
    for wanted, said, role in _NEW:
        grade, hedge = _grade(case, wanted), _hedge(case, said)
        if grade is not None and hedge is not None:
            yield HypotheticalClaim(_fields(role, counted[""], hedge, asked, case), grade=grade)


def _fields(role: str, scope: str, hedge: str, asked: Quantity, case: Case) -> tuple[tuple[str, object], ...]:
    fields: dict[str, object] = {"quantity": role}
    if role == "containers":
        fields["scope"] = scope
    if asked.since is not None:
        fields["since"] = asked.since
    fields["as_of"] = asked.day or case.last_date
    return (*fields.items(), ("hedge", hedge))


def _counted_scopes(case: Case, given: str) -> dict[str, str]:
    """Map each claimant to the scope that it counted last, and the empty name to the narrowest fitted one."""
    order = [scope.id for scope in case.scope]
    dated = sorted(
        (claim for claim in case.claim if claim.scope is not None), key=lambda claim: claim.dates[-1]
    )
    counted = {claim.claimant: claim.scope for claim in dated if claim.scope is not None}
    fitted = [
        each.claim.scope for each in fitted_claims(case, split_given(given)) if each.claim.scope is not None
    ]
    return {**counted, "": max(fitted, key=order.index, default=order[-1])}


def _hedge(case: Case, wanted: str) -> str | None:
    """Give the hedge, or in its place another that is symmetric, of those that the case has a rule for."""
    if lexicon_of(case) is not None or wanted in case.hedges:
        return wanted
    return next((hedge for hedge in ("about", "exact") if hedge in case.hedges), None)


def _grade(case: Case, wanted: str) -> str | None:
    """Give the grade of those of the case that is nearest to a grade, the better of two."""
    return min(sorted(case.reliability), key=lambda grade: abs(ord(grade) - ord(wanted)), default=None)


def _measurements(case: Case, precision: float) -> Iterator[HypotheticalMeasurement]:
    listed = [Quantity("parameter", entry.name) for entry in parameters(case)]
    listed += [Quantity("capacity", subject) for subject in subjects(case, "capacity")]
    for quantity in dict.fromkeys(listed):
        yield HypotheticalMeasurement(quantity, precision, name_of(case, quantity))
    for unit in tonnes_of(case):
        yield HypotheticalMeasurement(unit, precision, unit)


def tonnes_of(case: Case) -> tuple[Tonnes, ...]:
    """List the tonnes of a carrier that a case has numbers for.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> tonnes_of(load_case()), tonnes_of(load_case("channel-2023"))
    (('net_tonnes', 'gross_tonnes'), ())
    """
    known = units_of(("priors", "load"), WellFormed.of(case))
    return tuple(unit for unit in TONNES if unit in known)
