"""The case's own nouns for what is counted and what carries it, as names of estimates begin with them."""

from __future__ import annotations

from collections.abc import Iterator

from shellcount.case.schema import Header
from shellcount.errors import Fault
from shellcount.text import shown, slug

# How names of other kinds begin: of estimates, of what a document can ask for, of what can be changed.
RESERVED = frozenset(
    {
        "capacity",
        "shipped",
        "load",
        "mix",
        "stowage",
        "claim",
        "check",
        "scenario",
        "reliability",
        "hedges",
    }
)


def noun_faults(about: Header) -> Iterator[Fault]:
    """Refuse nouns that make no names, or names that are taken.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> about = load_case().about.model_copy(update={"item": "Mix"})
    >>> print(*noun_faults(about))
    case.item: names of another kind begin with 'mix' (found 'Mix'); choose another noun
    """
    for field, noun in (("item", about.item), ("carrier", about.carrier)):
        word = slug(noun)
        if not word:
            hint = "names of estimates begin with it"
            yield Fault(f"case.{field}", "has no letter or digit", shown(noun), hint)
        if word in RESERVED:
            message = f"names of another kind begin with '{word}'"
            yield Fault(f"case.{field}", message, shown(noun), "choose another noun")
    word = slug(about.item)
    if word and word == slug(about.carrier):
        hint = "names of estimates begin with them: choose another noun for one"
        yield Fault("case.carrier", f"gives the same names as the item, '{word}'", shown(about.carrier), hint)
