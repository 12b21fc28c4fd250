"""List other values for each choice behind a fit: priors, grades, hedges, allowances and claims."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence

import numpy as np

from shellcount.case.assumptions import Spread
from shellcount.case.changes import Change
from shellcount.case.fields import LEXICONS
from shellcount.case.flow import OUTLIER_SHARE, outlier_share
from shellcount.case.hedges import lexicon_of
from shellcount.case.parameters import Fixed, Parameter, entries, mix_name, stow_name
from shellcount.case.schema import Case, Claimant
from shellcount.frozen import frozen
from shellcount.maths.priors import Z95
from shellcount.results.sensitivity import ChoiceKind, Side
from shellcount.wording import phrases

_HIGH = 0.9  # correlation of claimants that share nearly all of their sources
_DIGITS = 12  # of values, so that they can be written
_WIDTHS: tuple[tuple[Side, float, str], ...] = (
    ("lower", 0.5, "half as wide"),
    ("upper", 2.0, "twice as wide"),
)


@frozen
class Alternative:
    """Another value of one choice, all others staying as they are.

    Parameters
    ----------
    choice
        Name of the choice: as a what-if change has it, or ``claim.ID`` for a claim that is fitted.
    kind
        Kind of the choice.
    side
        Whether the value is ``lower`` or narrower than that of the case, ``upper`` or wider, or ``other``.
    setting
        The value in words.
    changes
        What-if changes, as name and value.
    without
        Id of a claim that is left out.
    """

    choice: str
    kind: ChoiceKind
    side: Side
    setting: str
    changes: tuple[tuple[str, Change], ...] = ()
    without: str | None = None


def alternatives(case: Case, claims: Sequence[str]) -> tuple[Alternative, ...]:
    """List the alternatives to every choice of a case.

    A prior is known at its 5% and at its 95% point, and half and twice as wide on the scale on which it is
    normal. Spreads are halved and doubled, and base shares are where the score of their part is at its 5% and
    95% point. The grade of each claimant is one better and one worse; all hedges are read by each other
    lexicon; the chance that a claim is off is 0 and doubled; claimants of a group do not correlate, and do at
    0.9; and each claim is left out.

    Parameters
    ----------
    case
        The case.
    claims
        Ids of the fitted claims that are left out in turn, and whose claimants are graded otherwise.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> listed = alternatives(load_case(), ["us-state-2024-02"])
    >>> [each.setting for each in listed if each.choice == "load"]
    ['known to be 0.4', 'known to be 0.92', 'half as wide', 'twice as wide']
    >>> [each.setting for each in listed if each.choice == "claimant.us-state.grade"]
    ['A instead of B', 'C instead of B']
    """
    return (*_of_assumptions(case), *_of_evidence(case, claims), *_of_claims(claims))


def _of_assumptions(case: Case) -> Iterator[Alternative]:
    for entry in entries(case):
        if isinstance(entry, Fixed):
            if isinstance(entry.assumption, Spread):
                yield from _of_spread(entry.name, entry.assumption.value)
        elif entry.assumption is not None:
            yield from _of_prior(entry)
        else:
            yield from _of_share(case, entry)


def _of_prior(entry: Parameter) -> Iterator[Alternative]:
    name, prior = entry.name, entry.prior
    ends: tuple[tuple[Side, float], ...] = (("lower", prior.low), ("upper", prior.high))
    for side, value in ends:
        yield Alternative(name, "prior", side, f"known to be {value:.3g}", ((name, value),))
    for side, factor, words in _WIDTHS:
        low, high = prior.from_normal(np.array([-factor * Z95, factor * Z95])).tolist()
        yield Alternative(name, "width", side, words, ((name, (_written(low), _written(high))),))


def _of_spread(name: str, value: float) -> Iterator[Alternative]:
    """List a spread halved and doubled; one of zero has no width."""
    for side, factor, words in _WIDTHS if value > 0 else ():
        yield Alternative(name, "width", side, words, ((name, _written(factor * value)),))


def _of_share(case: Case, entry: Parameter) -> Iterator[Alternative]:
    """Move the base share of a part of a composition as its score varies; of two, one tells all."""
    nature = case.nature[int(entry.place[1])]
    if entry.nature is None:
        name, base, spread = mix_name(nature.id), nature.base_share, case.priors.mix_spread.value
        whole = sum(each.base_share for each in case.nature)
        other_of_two = len(case.nature) == 2 and nature == case.nature[1]
    else:
        stow = nature.stow[int(entry.place[3])]
        name, base = stow_name(nature.id, stow.id, "base_share"), stow.base_share
        spread = nature.stow_spread.value if nature.stow_spread is not None else 0.0
        whole = sum(each.base_share for each in nature.stow)
        other_of_two = len(nature.stow) == 2 and stow == nature.stow[1]
    if other_of_two or spread == 0:
        return
    sides: tuple[tuple[Side, float], ...] = (("lower", -Z95), ("upper", Z95))
    for side, score in sides:
        value = _written(base * math.exp(score * spread))
        # Base shares are weights, of which people read the share.
        words = f"{value / (whole - base + value):.0%} instead of {base / whole:.0%}"
        yield Alternative(name, "share", side, words, ((name, value),))


def _of_evidence(case: Case, claims: Collection[str]) -> Iterator[Alternative]:
    speaking = {claim.claimant for claim in case.claim if claim.id in claims}
    for claimant in case.claimant:
        if claimant.id in speaking:
            yield from _of_claimant(case, claimant)
    own = lexicon_of(case)
    for lexicon in LEXICONS:
        if case.hedges or own is None or own.id != lexicon:
            yield Alternative("hedges", "hedges", "other", f"that of {lexicon}", (("hedges", lexicon),))
    yield from _of_outliers(case)
    for group in case.group or ():
        name, instead = f"group.{group.id}.correlation", f" instead of {group.correlation:.3g}"
        if group.correlation > 0:
            yield Alternative(name, "correlation", "lower", f"0{instead}", ((name, 0.0),))
        if group.correlation < _HIGH:
            yield Alternative(name, "correlation", "upper", f"{_HIGH}{instead}", ((name, _HIGH),))


def _of_claimant(case: Case, claimant: Claimant) -> Iterator[Alternative]:
    if claimant.grade is None:
        yield from _of_spread(f"claimant.{claimant.id}.bias_sd", claimant.bias_sd or 0.0)
        return
    name, grades = f"claimant.{claimant.id}.grade", sorted(case.reliability)
    place = grades.index(claimant.grade)
    others: tuple[tuple[Side, int], ...] = (("lower", place - 1), ("upper", place + 1))
    for side, other in others:
        if 0 <= other < len(grades):
            yield Alternative(
                name, "grade", side, f"{grades[other]} instead of {grades[place]}", ((name, grades[other]),)
            )


def _of_outliers(case: Case) -> Iterator[Alternative]:
    name, share = "robustness.outlier_share", outlier_share(case)
    sides: list[tuple[Side, float]] = [("lower", 0.0)] if share > 0 else []
    if 2 * share < 1:
        sides.append(("upper", _written(2 * share) or OUTLIER_SHARE))
    for side, value in sides:
        yield Alternative(name, "outliers", side, f"{value:.3g} instead of {share:.3g}", ((name, value),))


def _of_claims(claims: Sequence[str]) -> Iterator[Alternative]:
    for claim in claims:
        yield Alternative(f"claim.{claim}", "claim", "other", "left out", without=claim)


def _written(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def untried(case: Case) -> tuple[str, ...]:
    """Tell which choices of a case have no alternative: what is known, and what has no width.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> untried(load_case())
    ('rated_payload_kg and cube_m3 are taken as known, so that there is no prior to vary.',)
    """
    fixed = [entry for entry in entries(case) if isinstance(entry, Fixed)]
    flat = [
        entry.name for entry in fixed if isinstance(entry.assumption, Spread) and entry.assumption.value == 0
    ]
    known = [entry.name for entry in fixed if not isinstance(entry.assumption, Spread)]
    flat += [
        f"claimant.{each.id}.bias_sd" for each in case.claimant if each.grade is None and not each.bias_sd
    ]
    return (
        *_said(known, "taken as known, so that there is no prior to vary"),
        *_said(flat, "0, so that there is no width to change"),
    )


def _said(names: list[str], what: str) -> Iterator[str]:
    if names:
        yield f"{phrases.listing(names)} {'is' if len(names) == 1 else 'are'} {what}."
