"""Find the fitted claims that contradict the others or the assumptions, by the draws at hand."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

from shellcount.errors import ConflictWarning
from shellcount.maths.arrays import Array
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import Model
from shellcount.results.conflict import Conflict


def find_conflicts(model: Model, evaluation: Evaluation[Array]) -> tuple[Conflict, ...]:
    """Find the fitted claims that contradict the others or the assumptions.

    Parameters
    ----------
    model
        Model that was fitted.
    evaluation
        Its quantities at the posterior draws.
    """
    return ()


def warn_of(conflicts: Sequence[Conflict]) -> None:
    """Warn of claims in conflict, at the line outside shellcount that asked for the posterior.

    Examples
    --------
    >>> import pytest
    >>> with pytest.warns(ConflictWarning, match="claims conflict: It does"):
    ...     warn_of([Conflict("a", "It does.")])
    """
    if conflicts:
        found = " ".join(conflict.sentence for conflict in conflicts)
        warnings.warn(f"claims conflict: {found}", ConflictWarning, skip_file_prefixes=_OWN)


_OWN = (str(Path(__file__).parents[1]),)
