"""Estimate the posterior density of a quantity from draws."""

from __future__ import annotations

from shellcount.maths.density import density
from shellcount.posterior.estimating import Estimating
from shellcount.results.density import Density
from shellcount.results.quantity import Quantity


def density_of(posterior: Estimating, quantity: Quantity) -> Density:
    """Estimate the posterior density of a quantity, as :func:`shellcount.maths.density.density` does.

    Parameters
    ----------
    posterior
        The posterior.
    quantity
        The quantity.

    Raises
    ------
    ConvergenceError
        When its draws must not be quoted.

    Examples
    --------
    >>> import shellcount
    >>> from shellcount.results.standard import answering
    >>> posterior = shellcount.fit(shellcount.load_case())
    >>> found = density_of(posterior, answering(posterior.case))
    >>> found.unit, found.highest > 0
    ('rounds', True)
    """
    estimate = posterior.estimate_of(quantity)  # the gate of what is shown
    at, heights = density(posterior.draws_of(quantity))
    return Density(estimate.name, estimate.unit, tuple(zip(at.tolist(), heights.tolist(), strict=True)))
