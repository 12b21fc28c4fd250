"""Read the candidates that a user asks about: hypothetical claims and measurements, as text."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping

from shellcount.case.dates import parse_date
from shellcount.case.fields import is_month
from shellcount.case.forms import CELL, DateForm
from shellcount.case.kinds import KINDS
from shellcount.case.parameters import known_values
from shellcount.case.schema import Case, DateRange
from shellcount.errors import UnknownNameError, UsageError, suggestion
from shellcount.insight.candidates import (
    TONNES,
    Candidate,
    HypotheticalClaim,
    HypotheticalMeasurement,
    tonnes_of,
)
from shellcount.insight.hypothetical import require_possible
from shellcount.model.measured import Tonnes
from shellcount.results.names import name_of, parameter_names, parse_quantity
from shellcount.text import one_line, slug

_NUMBERS = ("containers", "resolution", "bias_sd")
_FIELDS = (
    *("quantity", "of", "per", "scope", "nature", "containers", "trip"),
    *("since", "as_of", "hedge", "resolution"),
)
_SOURCES = ("claimant", "grade", "bias_sd")
_KEYS = (*_FIELDS, *_SOURCES)
_FINEST, _COARSEST = 0.001, 10.0
_LONGEST = 60
_DAY_OR_MONTH = DateForm("{month}")


def parse_candidates(case: Case, texts: Iterable[str], precision: float) -> tuple[Candidate, ...]:
    """Read candidates, each once.

    Raises
    ------
    CaseError, UnknownNameError, UsageError
        When there is none, or one cannot be used.
    """
    found = tuple(dict.fromkeys(parse_candidate(case, text, precision) for text in texts))
    if not found:
        raise UsageError(
            "there is no candidate: name a claim such as 'quantity=rounds grade=C', or a measurement such as "
            "'load:10%', or leave candidates out for those that follow from the case"
        )
    return found


def parse_candidate(case: Case, text: str, precision: float = 0.1) -> Candidate:
    """Read a candidate: a claim as ``KEY=VALUE KEY=VALUE``, or a measurement as ``NAME[:PRECISION%]``.

    Parameters
    ----------
    case
        The case.
    text
        Keys of a claim are those of the case file, and ``claimant``, ``grade`` or ``bias_sd`` tell who makes
        it. What is measured is an estimate by its name, ``net_tonnes`` or ``gross_tonnes`` of a carrier.
    precision
        Relative error of a measurement that states none.

    Raises
    ------
    CaseError, UnknownNameError, UsageError
        When it cannot be used.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> parse_candidate(load_case(), "load:5%").precision
    0.05
    >>> claim = parse_candidate(load_case(), "quantity=containers scope=munitions hedge=exact grade=A")
    >>> claim.name
    'quantity=containers scope=munitions as_of=2024-06-14 hedge=exact grade=A'
    """
    return _claim(case, text) if "=" in text else _measurement(case, text, precision)


def require_each(claims: Iterable[str], measured: Iterable[str]) -> tuple[str, ...]:
    """Join claims and measurements, and refuse one in the place of the other.

    Raises
    ------
    UsageError
        When a claim has no key, or a measurement has one.

    Examples
    --------
    >>> require_each(["quantity=rounds grade=C"], ["load:10%"])
    ('quantity=rounds grade=C', 'load:10%')
    """
    texts = tuple(claims), tuple(measured)
    for text in texts[0]:
        if "=" not in text:
            raise UsageError(
                f"{one_line(text, _LONGEST)!r} is not a claim such as 'quantity=rounds grade=C'; a "
                "measurement is asked for with --measure"
            )
    for text in texts[1]:
        if "=" in text:
            raise UsageError(
                f"{one_line(text, _LONGEST)!r} is not a measurement such as load:10%; a claim is asked for "
                "with --claim"
            )
    return (*texts[0], *texts[1])


# --- measurements ------------------------------------------------------------------------


def _measurement(case: Case, text: str, precision: float) -> HypotheticalMeasurement:
    name, colon, written = text.strip().rpartition(":")
    if not colon:
        name, written = text.strip(), ""
    error = parse_precision(written) if colon else require_precision(precision)
    name = name.strip()
    unit: Tonnes | None = next((each for each in TONNES if each == name), None)
    if unit is not None:
        if unit not in tonnes_of(case):
            raise UsageError(
                f"{name} of a carrier follow from stows, which not all natures of this case have"
            )
        return HypotheticalMeasurement(unit, error, unit)
    known = known_values(case)
    if name in known:
        raise UsageError(f"{name} is taken as known, {known[name]:g}: nothing is left to measure")
    try:
        quantity = parse_quantity(case, name)
    except UnknownNameError as unknown:
        raise UnknownNameError("estimate", name, (*parameter_names(case), *TONNES, *unknown.known)) from None
    return HypotheticalMeasurement(quantity, error, name_of(case, quantity))


def parse_precision(text: str) -> float:
    """Read a relative error: ``10%`` or ``0.1``.

    Raises
    ------
    UsageError
        When it is none.

    Examples
    --------
    >>> parse_precision("10%"), parse_precision("0.05")
    (0.1, 0.05)
    """
    number = text.strip()
    try:
        value = float(number.removesuffix("%")) / (100 if number.endswith("%") else 1)
    except ValueError:
        raise UsageError(f"{one_line(text, 40)!r} is not a precision: write 10% or 0.1") from None
    return require_precision(value)


def require_precision(value: float) -> float:
    """Refuse a relative error that no measurement has, or that is too fine to be told from none.

    Raises
    ------
    UsageError
        When it is out of bounds.
    """
    if not _FINEST <= value <= _COARSEST:
        raise UsageError(
            f"a precision must be from {100 * _FINEST:g}% to {100 * _COARSEST:g}%, not {100 * value:g}%; "
            "of a perfect measurement, the column of limits tells the value"
        )
    return float(value)


# --- claims ------------------------------------------------------------------------------


def _claim(case: Case, text: str) -> HypotheticalClaim:
    words = _words(text)
    fields = {key: _value(key, value) for key, value in words.items() if key not in _SOURCES}
    if "quantity" not in fields:
        raise UsageError(
            f"a claim needs a quantity: {one_line(text, _LONGEST)!r} has none, write quantity=rounds"
        )
    roles = {slug(case.about.item): "rounds", slug(case.about.carrier): "containers"}
    for key in ("quantity", "of"):
        if key in fields:
            fields[key] = roles.get(str(fields[key]), fields[key])
    quantity = fields["quantity"]
    kind = next((kind for name, kind in KINDS.items() if name == quantity), None)
    if kind is not None and not kind.fit:
        raise UsageError(f"a claim of a {quantity} is never fit, and would tell nothing")
    if fields.get("hedge") == "between":
        raise UsageError("a figure that is not known yet has no range: write hedge=about, or measure it")
    fields = {"as_of": case.last_date, "hedge": "about", **fields}
    ordered = tuple((key, fields[key]) for key in _FIELDS if key in fields)
    claim = HypotheticalClaim(ordered, *_source(case, words))
    require_possible(case, claim, f"candidate {one_line(text, 2 * _LONGEST)!r}")
    return claim


def _words(text: str) -> dict[str, str]:
    """Split a claim into its keys and values."""
    try:
        parts = shlex.split(text)
    except ValueError:
        raise UsageError(f"{one_line(text, _LONGEST)!r} has a quotation mark that is not closed") from None
    words: dict[str, str] = {}
    for part in parts:
        key, equals, value = part.partition("=")
        if not equals or not value:
            raise UsageError(
                f"{one_line(part, _LONGEST)!r} must have the form KEY=VALUE, as in quantity=rounds"
            )
        if key == "value":
            raise UsageError("the value of a claim that nobody made is simulated: leave value out")
        if key not in _KEYS:
            raise UsageError(f"a claim has no key {one_line(key, 40)!r} here; {suggestion(key, _KEYS)}")
        if key in words:
            raise UsageError(f"{key} is given twice in {one_line(text, _LONGEST)!r}")
        words[key] = value
    return words


def _value(key: str, text: str) -> object:
    if key in _NUMBERS:
        return _number(key, text)
    if key == "nature":
        names = tuple(name.strip() for name in text.split(","))
        return names if len(names) > 1 else names[0]
    if key == "as_of" and ".." in text:
        earliest, _, latest = text.partition("..")
        days = {"earliest": _day(earliest, _DAY_OR_MONTH), "latest": _day(latest, _DAY_OR_MONTH)}
        return DateRange.model_validate(days)
    if key in {"since", "as_of"}:
        return _day(text, CELL if key == "as_of" else _DAY_OR_MONTH)
    return text


def _number(key: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"{key} must be a number, not {one_line(text, 40)!r}") from None


def _day(text: str, form: DateForm) -> object:
    return text.strip() if is_month(text.strip()) else parse_date(text.strip(), form)


def _source(case: Case, words: Mapping[str, str]) -> tuple[str | None, str | None, float | None]:
    """Read who makes a claim: a claimant of the case, or a new one of some grade or spread of bias."""
    named = [key for key in _SOURCES if key in words]
    if len(named) != 1:
        both = f", not {' and '.join(named)}" if named else ""
        raise UsageError(f"a claim needs a claimant of the case, or the grade or bias_sd of a new one{both}")
    claimant, grade = words.get("claimant"), words.get("grade")
    ids = [entry.id for entry in case.claimant]
    if claimant is not None and claimant not in ids:
        raise UnknownNameError("claimant", claimant, ids)
    if grade is not None and grade not in case.reliability:
        raise UsageError(
            f"the case has no grade {one_line(grade, 20)!r}; {suggestion(grade, sorted(case.reliability))}, "
            "or state the spread of its bias as bias_sd"
        )
    return claimant, grade, _number("bias_sd", words["bias_sd"]) if "bias_sd" in words else None
