"""Parse how the settings of a sweep vary: lists of values, evenly spaced ones, ranges and priors."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from statistics import NormalDist

import numpy as np

from shellcount.case.changes import Change, parse_change
from shellcount.case.dates import parse_date
from shellcount.case.inputs import changeable
from shellcount.case.parameters import parameters
from shellcount.case.schema import Case
from shellcount.engines.settings import whole_number
from shellcount.errors import UnknownNameError, UsageError
from shellcount.frozen import frozen
from shellcount.maths.priors import Prior
from shellcount.results.given import BASES
from shellcount.text import one_line

# Settings of a fit that are no inputs of the case.
CONDITIONING = ("given", "without", "with")
OF_A_FIT = (*CONDITIONING, "seed")
NOTHING = "none"  # value of ``without`` and ``with`` that names no claim
_PRIOR = "prior"
SCENARIO = "scenario."
# The comma before another conditioning, and not between the claims of one.
_NEXT_GIVEN = rf",(?=\s*(?:{'|'.join(BASES)})(?:-but:|-and:|\s*(?:,|$)))"
_MOST_VALUES = 1_000_000
_DIGITS = 12  # of evenly spaced values, so that 0.7 is not 0.7000000000000001


@frozen
class Choices:
    """Setting that takes each of some values.

    Parameters
    ----------
    name
        Name of the setting.
    values
        Its values, in order.
    """

    name: str
    values: tuple[Value, ...]


@frozen
class Sampled:
    """Setting whose values a design samples, from a uniform distribution or a prior.

    Parameters
    ----------
    name
        Name of the setting.
    low, high
        Ends of the uniform distribution.
    prior
        Prior to sample instead.
    """

    name: str
    low: float = 0.0
    high: float = 1.0
    prior: Prior | None = None

    @property
    def words(self) -> str:
        """Distribution, as :func:`setting` reads it; a prior with its quantiles."""
        if self.prior is None:
            return f"{self.low!r}..{self.high!r}"
        return f"prior, 90% from {self.prior.low!r} to {self.prior.high!r}"

    def at(self, share: float) -> float:
        """Give the value below which a share of the distribution lies.

        Examples
        --------
        >>> Sampled("load", 0.5, 0.9).at(0.25)
        0.6
        >>> round(Sampled("load", prior=Prior("logitnormal", 0.4, 0.92)).at(0.95), 6)
        0.92
        """
        if self.prior is None:
            return _trimmed(self.low + share * (self.high - self.low))
        return _trimmed(float(self.prior.from_normal(np.array(NormalDist().inv_cdf(share)))))


type Setting = Choices | Sampled
type Value = Change | int
type Point = Mapping[str, Value]  # values of settings, by their names


def settings_of(texts: Iterable[str]) -> dict[str, str]:
    """Split settings of a command line, ``NAME=VALUES``, into names and texts of values.

    Raises
    ------
    UsageError
        When one does not have this form, or two are of one name.

    Examples
    --------
    >>> settings_of(["load=0.5..0.9:3", "given=counts,all"])
    {'load': '0.5..0.9:3', 'given': 'counts,all'}
    """
    found: dict[str, str] = {}
    for text in texts:
        name, equals, values = (part.strip() for part in text.partition("="))
        if not equals or not name:
            raise UsageError(
                f"{one_line(text, 60)!r} must have the form NAME=VALUES, such as load=0.5..0.9:5"
            )
        if name in found:
            raise UsageError(f"{one_line(name, 60)} varies twice; give all of its values together")
        found[name] = values
    return found


def setting(case: Case, name: str, values: str | Iterable[Value]) -> Setting:
    """Make a setting of a list of values, or of a text that says which.

    Parameters
    ----------
    case
        Case whose settings vary.
    name
        Name that :func:`shellcount.with_changes` takes, or ``given``, ``without``, ``with`` or ``seed``.
    values
        Values as ``with_changes`` takes them. Or a text: values as ``--set`` takes them, separated by commas,
        or by semicolons where they contain commas; ``LOW..HIGH:COUNT`` for evenly spaced numbers or dates;
        ``prior:COUNT`` for equally probable values of the prior; ``LOW..HIGH`` or ``prior`` for values that a
        design samples.

    Raises
    ------
    UnknownNameError, UsageError
        When there is no such setting, or the values cannot be read.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> setting(load_case(), "claimant.rok-mnd.grade", "A,B,C").values
    ('A', 'B', 'C')
    >>> setting(load_case(), "load", [0.7, (0.5, 0.9)]).values
    (0.7, (0.5, 0.9))
    """
    require_known(case, [name])
    if not isinstance(values, str):
        return _choices(name, map(_plain, values))
    text = values.strip()
    if text.partition(":")[0].strip() == _PRIOR:
        return _of_prior(case, name, text)
    spaced = None if name in OF_A_FIT or name.startswith(SCENARIO) else _spaced(name, text)
    return _choices(name, _listed(name, text)) if spaced is None else spaced


def _listed(name: str, text: str) -> Iterator[Value]:
    if name == "seed":
        yield from _seeds(text)
    else:
        yield from (parse_value(name, part) for part in split_values(name, text))


def require_known(case: Case, names: Iterable[str]) -> None:
    """Refuse names of settings that a case does not have.

    Raises
    ------
    UnknownNameError
        When there is no such setting; close names are suggested.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> require_known(load_case(), ["laod"])
    Traceback (most recent call last):
    ...
    shellcount.errors.UnknownNameError: no setting is called 'laod'; did you mean load?
    """
    known = {*changeable(case), *OF_A_FIT}
    for name in names:
        if name not in known and not name.startswith(SCENARIO):
            raise UnknownNameError("setting", name, sorted(known))


def parse_value(name: str, text: str) -> Value:
    """Parse one value of a setting, as ``--set`` reads it; a seed is a whole number.

    Raises
    ------
    UsageError
        When it cannot be read.

    Examples
    --------
    >>> parse_value("load", "0.5:0.9"), parse_value("given", "all")
    ((0.5, 0.9), 'all')
    """
    text = text.strip()
    if name == "seed":
        if not (text.isascii() and text.isdigit()):
            raise UsageError(f"{one_line(text, 40)!r} is not a seed: write a whole number, 0 or more")
        return int(text)
    return text if name in CONDITIONING else parse_change(f"{name}={text}")[1]


def _choices(name: str, values: Iterable[Value]) -> Choices:
    listed = tuple(itertools.islice(values, _MOST_VALUES + 1))
    if not listed:
        raise UsageError(f"{name} has no values to try")
    if len(listed) > _MOST_VALUES:
        raise UsageError(f"{name} has more than {_MOST_VALUES:,} values")
    return Choices(name, listed)


def _plain(value: Value | np.generic) -> Value:
    """Turn numbers of numpy into those of Python."""
    return value.item() if isinstance(value, np.generic) else value


def split_values(name: str, text: str) -> list[str]:
    """Split values of a setting at semicolons, or if there are none at commas between values.

    Examples
    --------
    >>> split_values("load", "0.5, 0.7"), split_values("given", "counts-but:a,b,all")
    (['0.5', '0.7'], ['counts-but:a,b', 'all'])
    """
    separator = ","
    if ";" in text or name.startswith(SCENARIO):  # shares of a scenario contain commas
        separator = ";"
    elif name == "given":
        separator = _NEXT_GIVEN
    return [part.strip() for part in re.split(separator, text) if part.strip()]


def _seeds(text: str) -> Iterator[int]:
    """List seeds: ``1,2,5`` or ``1..20``."""
    for part in split_values("seed", text):
        first, dots, last = part.partition("..")
        ends = [int(str(parse_value("seed", end))) for end in ((first, last) if dots else (first,))]
        if ends[-1] < ends[0]:
            raise _reversed("seed", last, first)
        yield from range(ends[0], ends[-1] + 1)


def _spaced(name: str, text: str) -> Setting | None:
    """Read ``LOW..HIGH:COUNT`` or ``LOW..HIGH``; ``None`` for other texts, such as a date that is open."""
    ends, colon, count = text.partition(":")
    low, dots, high = (part.strip() for part in ends.partition(".."))
    if not dots:
        return None
    numbers = [_number(end) for end in (low, high)]
    if None not in numbers:
        lowest, highest = (number for number in numbers if number is not None)
        if not lowest < highest:
            raise _reversed(name, high, low)
        if not colon:
            return Sampled(name, lowest, highest)
        steps = _steps(name, count)
        return Choices(name, tuple(_trimmed(lowest + step * (highest - lowest)) for step in steps))
    if not colon:
        return None
    first, last = (parse_date(end) for end in (low, high))
    if not first < last:
        raise _reversed(name, high, low)
    days = [first + dt.timedelta(days=round(step * (last - first).days)) for step in _steps(name, count)]
    return _choices(name, (day.isoformat() for day in days))


def _of_prior(case: Case, name: str, text: str) -> Setting:
    """Read ``prior`` or ``prior:COUNT``."""
    priors = {parameter.name: parameter for parameter in parameters(case) if parameter.assumption is not None}
    if name not in priors:
        raise UsageError(f"{name} has no prior in this case: give a range, such as {name}=LOW..HIGH")
    sampled = Sampled(name, prior=priors[name].prior)
    _, colon, count = text.partition(":")
    if not colon:
        return sampled
    number = _count(name, count)
    return Choices(name, tuple(sampled.at((place + 0.5) / number) for place in range(number)))


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _steps(name: str, count: str) -> list[float]:
    """Give evenly spaced steps from 0 to 1."""
    number = _count(name, count)
    if number < 2:
        raise UsageError(f"{name} needs at least 2 values between two ends, not {number}")
    return [step / (number - 1) for step in range(number)]


def _count(name: str, text: str) -> int:
    if not (text.strip().isascii() and text.strip().isdigit()):
        shown = one_line(text, 40)
        raise UsageError(f"{shown!r} is not a number of values for {name}; write {name}=0.5..0.9:5")
    return whole_number(f"number of values of {name}", int(text), least=1, most=_MOST_VALUES)


def _reversed(name: str, low: str, high: str) -> UsageError:
    low, high = one_line(low, 40), one_line(high, 40)
    return UsageError(f"{name} ends before it begins; write {name}={low}..{high}")


def _trimmed(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
