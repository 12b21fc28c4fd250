"""Read hedges in other words and signs than those of the case format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from shellcount.case.fields import HEDGES, SYNONYMS, Hedge
from shellcount.case.typed.plain import plain

# Words and signs by the hedge that says the same, besides the synonyms of the case format.
_WORDS: Mapping[Hedge, tuple[str, ...]] = MappingProxyType(
    {
        "exact": ("exactly", "precisely", "equals", "="),
        "about": (
            *("approx", "approx.", "ca", "ca.", "c", "c.", "in the region of", "an estimated", "est", "est."),
            *("~", "\N{TILDE OPERATOR}", "\N{ALMOST EQUAL TO}", "\N{ASYMPTOTICALLY EQUAL TO}"),
        ),
        "more_than": ("exceeding", "upwards of", "greater than", "just over", ">"),
        "at_least": (
            *("atleast", "at minimum", "no less than", "not less than", "not fewer than", "minimum", "min"),
            *("min.", "minimum of", "a minimum of", "not below", "not under", ">=", "=>"),
            "\N{GREATER-THAN OR EQUAL TO}",
        ),
        "up_to": (
            *("upto", "atmost", "not more than", "not exceeding", "maximum", "max", "max.", "maximum of"),
            *("a maximum of", "as many as", "as much as", "not over", "not above", "<=", "=<"),
            "\N{LESS-THAN OR EQUAL TO}",
        ),
        "less_than": ("under", "<"),
        "nearly": ("just under", "just short of", "just below"),
        "between": ("range", "from to"),
    }
)
_AFTER: Mapping[Hedge, tuple[str, ...]] = MappingProxyType(
    {
        "exact": ("exactly", "precisely"),
        "about": ("or so", "approx", "approx.", "approximately", "roughly"),
        "at_least": ("+", "or more", "and more", "or over", "or above", "at least", "minimum", "min", "min."),
        "up_to": ("or less", "or fewer", "or under", "or below", "at most", "maximum", "max", "max."),
    }
)
BEFORE: Mapping[str, Hedge] = MappingProxyType(
    {
        **{hedge.replace("_", " "): hedge for hedge in HEDGES},
        **{words.replace("_", " "): hedge for words, hedge in SYNONYMS.items()},
        **{words: hedge for hedge, phrases in _WORDS.items() for words in phrases},
    }
)
AFTER: Mapping[str, Hedge] = MappingProxyType(
    {words: hedge for hedge, phrases in _AFTER.items() for words in phrases}
)


def _any_of(phrases: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(phrases, key=len, reverse=True)))


# A hedge of letters ends with a space, except before a digit; one of signs may touch what follows.
_LEADING = re.compile(rf"(?P<hedge>{_any_of(BEFORE)})(?:(?<=\W)| (?=.)|(?=\d))\s*(?P<rest>.+)")
_TRAILING = re.compile(rf"(?P<rest>.*[\w%.])(?:\s+|(?=\+))(?P<hedge>{_any_of(AFTER)})")


def hedge_named(text: str) -> Hedge | None:
    """Look up the hedge that a word, phrase or sign means; ``None`` where it means none.

    Examples
    --------
    >>> hedge_named("No more than"), hedge_named("approx."), hedge_named("not_less-than"), hedge_named("hmm")
    ('up_to', 'about', 'at_least', None)
    """
    name = " ".join(re.sub(r"[\s_-]+", " ", plain(text)).split())
    return BEFORE.get(name) or AFTER.get(name)


def split_hedge(text: str) -> tuple[tuple[Hedge, ...], str]:
    """Split a folded text into the hedges before and after a number, and the rest.

    Examples
    --------
    >>> split_hedge("up to 4.8m"), split_hedge(">10,000"), split_hedge("6,700 or more"), split_hedge("6,700")
    ((('up_to',), '4.8m'), (('more_than',), '10,000'), (('at_least',), '6,700'), ((), '6,700'))
    """
    hedges: list[Hedge] = []
    for pattern, known in ((_LEADING, BEFORE), (_TRAILING, AFTER)):
        match = pattern.fullmatch(text)
        if match is not None:
            hedges.append(known[match["hedge"]])
            text = match["rest"]
    return tuple(hedges), text
