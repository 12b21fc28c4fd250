"""Test many hypotheses at once by Holm's procedure, with the error rate of a single test."""

from __future__ import annotations

from collections.abc import Sequence


def rejected_up_to(p_values: Sequence[float], level: float) -> float:
    """Find the largest p-value that is rejected when all are taken together; -1 if no test is rejected.

    Holm (1979, *Scand. J. Statist.* 6:65): of ``m`` tests the smallest p-value is compared with
    ``level / m``, the next with ``level / (m - 1)`` and so on, until one is not below. However the
    tests depend on each other, a true hypothesis is rejected with at most the probability ``level``.

    Examples
    --------
    >>> rejected_up_to([0.5, 0.001, 0.004], 0.01)
    0.004
    >>> rejected_up_to([0.02, 0.5], 0.01)
    -1.0
    """
    limit = -1.0
    for place, p_value in enumerate(sorted(p_values)):
        if p_value > level / (len(p_values) - place):
            break
        limit = p_value
    return limit
