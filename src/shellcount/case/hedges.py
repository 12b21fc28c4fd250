"""Read the lexicons of hedges, and give the error that the hedge or range of a claim stands for."""

from __future__ import annotations

import functools
import math
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from statistics import NormalDist
from types import MappingProxyType
from typing import Literal

from shellcount.case.assumptions import HedgeRule
from shellcount.case.fields import LEXICONS
from shellcount.case.kinds import KINDS
from shellcount.case.schema import Case, Claim
from shellcount.errors import UnknownNameError
from shellcount.frozen import frozen
from shellcount.maths.widths import Width, one_sided, two_sided, written

PER_CENT = 100.0  # people read a share as a percentage


@frozen
class Measured:
    """Hedge whose width was measured on people.

    Parameters
    ----------
    words
        Words of the survey that it stands for.
    width
        Width of the range that people read into it.
    side
        Where the quantity lies, seen from the figure.
    basis, certainty
        As in a :class:`~shellcount.case.assumptions.HedgeRule`.
    """

    words: tuple[str, ...]
    width: Width
    side: Literal["both", "above", "below"]
    basis: str
    certainty: str


@frozen
class Lexicon:
    """Named and versioned meaning of every hedge.

    Parameters
    ----------
    id, title, version
        Name and edition.
    source, url
        Where it is published.
    note
        What the numbers are, and what they are not.
    rules
        Scale and margin of hedges, whatever the figure.
    measured
        Hedges whose scale and margin depend on the figure.
    survey
        Regressions of the words of the survey behind them.
    level
        Probability of a measured range.
    """

    id: str
    title: str
    version: int
    source: str
    url: str | None
    note: str
    rules: Mapping[str, HedgeRule]
    measured: Mapping[str, Measured]
    survey: Mapping[str, Width]
    level: float

    def error(self, hedge: str, value: float, *, logit: bool = False) -> tuple[float, float]:
        r"""Give the scale and margin of the error of a hedged figure, but for its rounding.

        A measured width is that of what the hedge adds to a plain figure. On both sides of the figure it
        widens the scale, :math:`\sigma^2 = \sigma_{\text{exact}}^2 + \sigma_w^2`; on one side it is the
        margin.

        Parameters
        ----------
        hedge
            The hedge.
        value
            Stated value.
        logit
            Whether the value is a share, whose error is that of its logit.

        Examples
        --------
        >>> load_lexicon("shellcount").error("about", 6700)
        (0.08, 0.0)
        >>> [round(part, 3) for part in load_lexicon("ferson-2015").error("at_least", 10_000)]
        [0.02, 0.125]
        """
        measured = self.measured.get(hedge)
        if measured is None:
            rule = self.rules[hedge]
            return rule.sigma, rule.margin
        figure = written(PER_CENT * value if logit else value)
        width = measured.width.averaged(figure, self.level) * figure.unit
        # A share p differs by the width over p (1 - p) in its logit, and a value y by the width over y.
        relative = width / (PER_CENT * value * (1 - value) if logit else value)
        plain = self.rules["exact"].sigma
        if measured.side == "both":
            return math.hypot(plain, two_sided(relative, self.level)), 0.0
        margin = one_sided(relative, self.level)
        return plain, margin if measured.side == "above" else -margin

    def entry(self, hedge: str) -> HedgeRule | Measured:
        """Find a hedge."""
        return self.measured.get(hedge) or self.rules[hedge]


@functools.cache
def load_lexicon(name: str = LEXICONS[0]) -> Lexicon:
    """Read one of the lexicons of hedges shipped with shellcount.

    Raises
    ------
    UnknownNameError
        When no lexicon has this name.

    Examples
    --------
    >>> load_lexicon("ferson-2015").measured["up_to"].words
    ('at most', 'no more than')
    """
    if name not in LEXICONS:
        raise UnknownNameError("lexicon of hedges", name, LEXICONS)
    content = files("shellcount").joinpath("data", "hedges", f"{name}.toml").read_text(encoding="utf-8")
    document = tomllib.loads(content)
    otherwise = document.get("otherwise")
    rules = {hedge: HedgeRule.model_validate(rule) for hedge, rule in document.get("rules", {}).items()}
    widths = {
        word: Width(tuple(entry["width"]), entry["sd"]) for word, entry in document.get("word", {}).items()
    }
    measured = {
        hedge: Measured(
            tuple(entry["words"]),
            Width.mean(*(widths[word] for word in entry["words"])),
            entry["side"],
            entry["basis"],
            entry["certainty"],
        )
        for hedge, entry in document.get("measured", {}).items()
    }
    return Lexicon(
        id=name,
        **{key: document[key] for key in ("title", "version", "source", "note")},
        url=document.get("url"),
        rules=MappingProxyType(rules if otherwise is None else {**load_lexicon(otherwise).rules, **rules}),
        measured=MappingProxyType(measured),
        survey=MappingProxyType(widths),
        level=document.get("level", 1.0),
    )


def lexicon_of(case: Case) -> Lexicon | None:
    """Give the lexicon that a case names for its hedges, or ``None``.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> lexicon_of(load_case()) is None
    True
    """
    return None if case.lexicon is None or case.lexicon.hedges is None else load_lexicon(case.lexicon.hedges)


def hedge_error(case: Case, claim: Claim) -> tuple[float, float]:
    """Give the scale and margin of the error of a claim, but for its rounding: of its range or hedge.

    A rule of the case comes before the lexicon that it names.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> case = load_case()
    >>> hedge_error(case, case.claim[0])
    (0.05, 0.15)
    """
    interval, logit = claim.interval, KINDS[claim.quantity].logit
    if interval is not None:
        ends = [math.log(end) for end in (interval.low, interval.high)]
        if logit:
            ends = [end - math.log1p(-math.exp(end)) for end in ends]
        return (ends[1] - ends[0]) / (2 * NormalDist().inv_cdf((1 + interval.level) / 2)), 0.0
    hedge = claim.hedge or "exact"
    lexicon = lexicon_of(case)
    if lexicon is None or hedge in case.hedges:
        rule = case.hedges[hedge]
        return rule.sigma, rule.margin
    return lexicon.error(hedge, claim.stated, logit=logit)
