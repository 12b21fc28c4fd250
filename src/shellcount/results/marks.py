"""Mark numbers that readers must not take for plain findings: caveats that go wherever a number is quoted.

A mark has a kind, a few words for running text, and a sentence for footnotes. A further kind is a function
that gives its marks, called by :attr:`shellcount.results.results.Results.marks` or by what quotes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from shellcount.case.schema import Case
from shellcount.digest import Json
from shellcount.results.estimate import Estimate
from shellcount.results.given import split_given
from shellcount.results.quantity import Quantity
from shellcount.text import one_line

type MarkKind = Literal["what-if", "scenario", "given", "unconverged"]

DEFAULT_GIVEN = "counts"
_LONGEST = 300  # characters of a sentence
_SHORTEST = 40  # characters of what stands in running text


@dataclass(frozen=True, slots=True)
class Mark:
    """Caveat on a number.

    Parameters
    ----------
    kind
        Kind, for programs.
    short
        A few words for brackets behind the number, such as ``what-if``.
    long
        Sentence without its full stop, for footnotes and first screens.
    """

    kind: MarkKind
    short: str
    long: str

    def values(self) -> dict[str, Json]:
        """Convert the mark to plain values."""
        return {"kind": self.kind, "short": self.short, "long": self.long}


def of_run(case: Case, given: str, changes: Iterable[str]) -> tuple[Mark, ...]:
    """Mark all numbers of a run, if the case was changed or the conditioning is not the default.

    A scenario that was added changes only its own numbers, which :func:`of_quantity` marks.

    Parameters
    ----------
    case
        Case of the run, with its changes.
    given
        What was conditioned on.
    changes
        What-if changes, as ``NAME=VALUE``.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> [mark.short for mark in of_run(load_case(), "all", ["load=0.9:0.99"])]
    ['what-if', 'given all']
    """
    base = _scenario_name(case.scenario[0].id)
    moving = [change for change in changes if _name(change) == base or not _adds_scenario(change)]
    return (*_of_changes(moving), *_of_given(given))


def of_quantity(case: Case, quantity: Quantity, changes: Iterable[str] = ()) -> tuple[Mark, ...]:
    """Mark a quantity of another cargo mix than that of the first scenario.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.results.names import parse_quantity
    >>> case = load_case()
    >>> (mark,) = of_quantity(case, parse_quantity(case, "rounds.all-122mm-rocket@2024-06-14"))
    >>> mark.kind, mark.short
    ('scenario', 'what-if')
    """
    base = case.scenario[0].id
    natures = {nature.id for nature in case.nature}
    if quantity.subject == base or quantity.kind not in {"rounds", "gross_mass", "capacity", "shipped"}:
        return ()
    titles = {scenario.id: scenario.title for scenario in case.scenario}
    if quantity.kind == "rounds" and quantity.subject not in titles:
        what = f"as if every {one_line(case.about.carrier, 40)} carried {quantity.subject}"
    elif quantity.subject in natures:
        return ()  # of a container of that nature, whatever the mix
    else:
        what = f"scenario {quantity.subject} ({one_line(titles[quantity.subject], 100)})"
    own = [change for change in changes if _name(change) == _scenario_name(quantity.subject)]
    given = f", given as {', '.join(own)}" if own else ""
    return (_mark("scenario", "what-if", f"what-if, {what}, not {base}{given}"),)


def of_estimate(estimate: Estimate | None) -> tuple[Mark, ...]:
    """Mark an estimate that has not converged."""
    if estimate is None or estimate.not_quotable is None:
        return ()
    return (_mark("unconverged", "not converged", f"not converged: {estimate.not_quotable}"),)


def of_claim(claim: str, changes: Iterable[str]) -> tuple[Mark, ...]:
    """Mark a stated figure if the claim itself was changed.

    Examples
    --------
    >>> of_claim("a", ["load=0.9:0.99", "claim.ab=3"])
    ()
    >>> [mark.long for mark in of_claim("a", ["claim.a=3", "claim.a.hedge=exact"])]
    ['what-if, with claim.a=3, claim.a.hedge=exact']
    """
    own = f"claim.{claim}"
    return _of_changes([change for change in changes if f"{_name(change)}.".startswith(f"{own}.")])


def marked(text: str, marks: Iterable[Mark]) -> str:
    """Append marks to a text, in brackets before its full stop.

    Examples
    --------
    >>> marks = of_claim("a", ["claim.a=3"])
    >>> marked("2.8 million", marks)
    '2.8 million (what-if)'
    >>> marked("It is unlikely.", marks)
    'It is unlikely (what-if).'
    >>> marked("2.0 million", [])
    '2.0 million'
    """
    words = ", ".join(dict.fromkeys(mark.short for mark in marks))
    if not words:
        return text
    end = "." if text.endswith(".") else ""
    return f"{text.removesuffix('.')} ({words}){end}"


def sentences(marks: Iterable[Mark]) -> str:
    """Word marks in full, as sentences.

    Examples
    --------
    >>> sentences(of_claim("a", ["claim.a=3"]))
    'What-if, with claim.a=3.'
    """
    return " ".join(f"{mark.long[:1].upper()}{mark.long[1:]}." for mark in marks)


def _of_changes(changes: list[str]) -> tuple[Mark, ...]:
    return (_mark("what-if", "what-if", f"what-if, with {', '.join(changes)}"),) if changes else ()


def _of_given(given: str) -> tuple[Mark, ...]:
    if given == DEFAULT_GIVEN:
        return ()
    chosen = split_given(given)
    base = "" if chosen.base == DEFAULT_GIVEN else f"given {chosen.base}"
    short = ", ".join(filter(None, (base, chosen.words)))
    return (_mark("given", short, f"given {chosen.brief}, not {DEFAULT_GIVEN}, which is the default"),)


def _mark(kind: MarkKind, short: str, long: str) -> Mark:
    return Mark(kind, one_line(short, _SHORTEST), one_line(long.rstrip("."), _LONGEST))


def _name(change: str) -> str:
    return change.partition("=")[0].strip()


def _scenario_name(scenario: str) -> str:
    return f"scenario.{scenario}"


def _adds_scenario(change: str) -> bool:
    return _name(change).startswith(_scenario_name(""))
