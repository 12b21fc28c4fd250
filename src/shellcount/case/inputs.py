"""List the inputs of a case that can be changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from shellcount.case.assumptions import Assumption
from shellcount.case.fields import LEXICONS, USES
from shellcount.case.parameters import Fixed, Parameter, Path, entries, mix_name, stow_name
from shellcount.case.schema import Case
from shellcount.case.shape import Raw
from shellcount.frozen import frozen

LEXICON = "hedges"  # change that names a lexicon
NO_GROUP = "none"  # what takes a claimant out of its group

type Takes = Literal["number", "word", "prior", "figure", "date", "group"]


@frozen
class Input:
    """Input that can be set: keys and indices of its table, its own key, and what it takes.

    ``excludes`` is the key beside it that says the same in another way, and is left out.
    """

    table: Path
    key: str
    takes: Takes = "number"
    excludes: str | None = None


def changeable(case: Case) -> tuple[str, ...]:
    """List the names of all inputs that can be changed, besides scenarios.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> changeable(load_case())[:2]
    ('hedges', 'first_rate_per_day')
    """
    return (LEXICON, *inputs(case, case.model_dump(by_alias=True)))


def inputs(case: Case, document: Raw) -> dict[str, Input]:
    """Index the inputs that can be set by their names.

    Parameters
    ----------
    case
        The case.
    document
        Its tables.
    """
    stated = {entry.name: _of_entry(entry) for entry in entries(case) if entry.assumption is not None}
    return {
        **stated,
        **dict(_base_shares(document)),
        **dict(_evidence_inputs(document)),
        **dict(_flow_inputs(document)),
    }


def words(case: Case, name: str) -> tuple[str, ...]:
    """List the words that an input takes; none where it takes numbers, dates or texts.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> words(load_case(), "claimant.rok-mnd.group")
    ('allied-intelligence', 'none')
    """
    return words_of(case, name.rpartition(".")[2]) if name in changeable(case) else ()


def words_of(case: Case, key: str) -> tuple[str, ...]:
    """List the words that inputs of a key take, the last part of their names; none for any other key.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> words_of(load_case(), "grade")
    ('A', 'B', 'C', 'D')
    """
    from shellcount.case.amounts import lexicon
    from shellcount.case.hedges import load_lexicon

    listed: Mapping[str, Iterable[str]] = {
        "hedge": case.hedges if case.lexicon is None else load_lexicon().rules,
        LEXICON: LEXICONS,
        "use": USES,
        "grade": case.reliability,
        "group": (*(group.id for group in case.group or ()), NO_GROUP),
        "step": ("month",),
        "value": lexicon(),
    }
    return tuple(listed.get(key, ()))


def _of_entry(entry: Parameter | Fixed) -> Input:
    prior = isinstance(entry.assumption, Assumption)
    return Input(entry.place, "value", "prior" if prior else "number")


def _base_shares(document: Raw) -> Iterator[tuple[str, Input]]:
    for index, nature in enumerate(document["nature"]):
        place = ("nature", index)
        yield mix_name(nature["id"]), Input(place, "base_share")
        for number, stow in enumerate(nature["stow"]):
            name = stow_name(nature["id"], stow["id"], "base_share")
            yield name, Input((*place, "stow", number), "base_share")


def _evidence_inputs(document: Raw) -> Iterator[tuple[str, Input]]:
    for grade in document["reliability"]:
        yield f"reliability.{grade}", Input(("reliability", grade), "value")
    for hedge in document["hedges"]:
        for name in ("sigma", "margin"):
            yield f"hedges.{hedge}.{name}", Input(("hedges", hedge), name)
    for index, claimant in enumerate(document["claimant"]):
        place, stem = ("claimant", index), f"claimant.{claimant['id']}"
        yield f"{stem}.grade", Input(place, "grade", "word", excludes="bias_sd")
        yield f"{stem}.bias_sd", Input(place, "bias_sd", excludes="grade")
        if document["group"]:
            yield f"{stem}.group", Input(place, "group", "group")
    for index, claim in enumerate(document["claim"]):
        place = ("claim", index)
        yield f"claim.{claim['id']}", Input(place, "value", "figure")
        yield f"claim.{claim['id']}.value", Input(place, "value", "figure")
        for name in ("resolution", "containers"):
            yield f"claim.{claim['id']}.{name}", Input(place, name)
        for name in ("hedge", "use"):
            yield f"claim.{claim['id']}.{name}", Input(place, name, "word")
        for name in ("as_of", "since"):
            yield f"claim.{claim['id']}.{name}", Input(place, name, "date")


def _flow_inputs(document: Raw) -> Iterator[tuple[str, Input]]:
    for index, group in enumerate(document["group"] or ()):
        yield f"group.{group['id']}.correlation", Input(("group", index), "correlation")
    yield "flow.step_days", Input(("flow",), "step_days", excludes="step")
    yield "flow.step", Input(("flow",), "step", "word", excludes="step_days")
    for name in ("outlier_share", "outlier_scale"):
        yield f"robustness.{name}", Input(("robustness",), name)
