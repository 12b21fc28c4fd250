"""Check the nouns of a case for items and carriers, with which names of estimates begin."""

from __future__ import annotations

from collections.abc import Iterator

from shellcount.case.header import Header
from shellcount.errors import Fault
from shellcount.text import shown, slug

# First words of other names: of estimates, of quotations in documents, and of what-if changes.
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
        "claimant",
        "group",
        "flow",
        "robustness",
    }
)


def noun_faults(about: Header) -> Iterator[Fault]:
    """Find nouns that give no name, or a name that is reserved, and verbs without a word.

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
    for form in ("present", "past"):
        verb = getattr(about.verb, form, None)
        if verb is not None and not slug(verb):
            hint = "write 'arrive' and 'arrived', or leave it out"
            yield Fault(f"case.verb.{form}", "has no letter or digit", shown(verb), hint)
    word = slug(about.item)
    if word and word == slug(about.carrier):
        hint = "names of estimates begin with them: choose another noun for one"
        yield Fault("case.carrier", f"gives the same names as the item, '{word}'", shown(about.carrier), hint)
