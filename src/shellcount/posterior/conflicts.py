"""Find the fitted claims that contradict the others or the assumptions, by the draws at hand."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from shellcount.case.biases import bias_kind
from shellcount.case.schema import Case, Claim
from shellcount.errors import ConflictWarning
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.pareto import smoothed_weights
from shellcount.model.model import Model
from shellcount.parallel.crew import Crew, start_crew
from shellcount.posterior.pointwise import Pointwise, lower, pointwise
from shellcount.results.conflict import Conflict, Conflicts, contradicted, describe

_MOST_WARNED = 5  # conflicts that a warning describes
_OWN_FILES = (str(Path(__file__).parents[1]),)


@frozen
class Assessment:
    r"""Agreement of a fitted claim with the other claims and the assumptions.

    Parameters
    ----------
    claim
        The claim.
    off
        Posterior chance that it is off; ``None`` if the model allows for none.
    left_out
        Smaller predictive tail of its figure, given the other claims.
    khat
        Shape of the tail of the weights behind ``left_out``: unreliable above 0.7, and 0 after a refit.
    bias
        Posterior mean of the bias of its claimant, in prior standard deviations; ``None`` without a bias.
    """

    claim: Claim
    off: float | None
    left_out: float
    khat: float
    bias: float | None

    def after_refit(self, left_out: float) -> Assessment:
        """Put the tail of a fit without the claim in the place of the reweighted one."""
        return replace(self, left_out=left_out, khat=0.0)


def assess(model: Model, coordinates: Mapping[str, Array]) -> tuple[Assessment, ...]:
    r"""Measure the agreement of each fitted claim with the others and the assumptions, by draws.

    The posterior without claim :math:`c` is that with it, reweighted by :math:`1 / f_c(y_c \mid z)` (Vehtari,
    Gelman and Gabry 2017, *Statistics and Computing* 27:1413). The more claims there are, the fewer draws are
    used, as :mod:`shellcount.posterior.pointwise` says.

    Parameters
    ----------
    model
        Model that was fitted.
    coordinates
        Its standard normal coordinates at the posterior draws, by name, each of shape (run, draw).

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case())
    >>> all(each.left_out > 0.005 for each in assess(posterior.model, posterior.coordinates))
    True
    """
    with start_crew() as crew:
        blocks = pointwise(model, coordinates, crew)
        return tuple(each for found in blocks for each in _assessed(model, found, crew))


def _assessed(model: Model, found: Pointwise, crew: Crew) -> Iterator[Assessment]:
    weights, khats = smoothed_weights(-found.log_density)
    below, chances = np.vecdot(weights, lower(model, found, crew)), found.off.mean(axis=1)
    biases = dict(zip(found.design.rows.biases, found.biases.mean(axis=1).tolist(), strict=True))
    for place, fitted in enumerate(found.design.fitted):
        claim, chance = fitted.claim, float(below[place])
        spread, share = model.bias_sd[claim.claimant], model.reporting[claim.id].off_share
        # No report is lower than that nothing was seen, and who is off reports that whatever was sent.
        tail = (chance - share) / (1 - share) if claim.stated == 0 else min(chance, 1 - chance)
        yield Assessment(
            claim,
            off=float(chances[place]) if share > 0 else None,
            left_out=max(0.0, tail),
            khat=float(khats[place]),
            bias=biases[claim.claimant, bias_kind(claim)] / spread if spread > 0 else None,
        )


def conflicts_of(case: Case, assessed: Iterable[Assessment]) -> Conflicts:
    """Describe the conflicts among assessed claims."""
    every = tuple(assessed)
    return Conflicts(
        describe(case, each.claim, off=each.off, left_out=each.left_out, bias=each.bias, among=len(every))
        for each in every
        if contradicted(each.off, each.left_out, each.bias, len(every))
    )


def warn_of(conflicts: Iterable[Conflict]) -> None:
    """Warn of claims in conflict, at the line outside shellcount that asked for the posterior.

    Examples
    --------
    >>> import pytest
    >>> with pytest.warns(ConflictWarning, match="claims conflict: It does"):
    ...     warn_of([Conflict("a", "It does.")])
    """
    sentences = [conflict.sentence for conflict in conflicts]
    more = len(sentences) - _MOST_WARNED
    found = " ".join([*sentences[:_MOST_WARNED], *([f"And {more} more."] if more > 0 else [])])
    if found:
        warnings.warn(f"claims conflict: {found}", ConflictWarning, skip_file_prefixes=_OWN_FILES)
