"""Build the model: a case with the claims it is conditioned on, and their likelihood."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from shellcount.case.assumptions import Scenario
from shellcount.case.parameters import Parameter, bias_spreads, parameters
from shellcount.case.schema import Case
from shellcount.maths.arrays import Array
from shellcount.maths.kernel import Kernel
from shellcount.maths.priors import Prior
from shellcount.model.evaluation import Evaluation, coordinates_used
from shellcount.results.given import Conditioning, ReadClaim, fitted_claims, parse_given
from shellcount.results.names import Quantity


@dataclass(frozen=True)
class Model:
    """Case together with the claims it is conditioned on.

    Build one with :func:`build_model`. It holds no draws and nothing that changes.
    """

    case: Case
    given: Conditioning
    fitted: tuple[ReadClaim, ...]

    def __reduce__(self) -> tuple[type[Model], tuple[object, ...]]:
        """Pickle and copy by what the constructor takes: what was computed from it is computed again."""
        return type(self), (self.case, self.given, self.fitted)

    @functools.cached_property
    def parameters(self) -> dict[str, Parameter]:
        """Parameters that have an estimate, by name."""
        return {parameter.name: parameter for parameter in parameters(self.case)}

    @functools.cached_property
    def priors(self) -> dict[str, Prior]:
        """Priors of the parameters that are stated by quantiles, by name."""
        return {name: entry.prior for name, entry in self.parameters.items() if entry.assumption is not None}

    @functools.cached_property
    def scenarios(self) -> dict[str, Scenario]:
        """Scenarios by id."""
        return {scenario.id: scenario for scenario in self.case.scenario}

    @functools.cached_property
    def bias_sd(self) -> dict[str, float]:
        """Standard deviation of each claimant's bias, by claimant."""
        return bias_spreads(self.case)

    @functools.cached_property
    def informed(self) -> tuple[str, ...]:
        """Names of the coordinates that the likelihood depends on, sorted.

        All other coordinates keep their prior and are independent of these, so that they need
        no sampler. They are found by recording what the claims' locations ask for.
        """
        return coordinates_used(self, lambda evaluation: [evaluation.location(read) for read in self.fitted])

    def informs(self, quantity: Quantity) -> bool:
        """Tell whether the fitted claims inform a quantity: their likelihood and it share a coordinate.

        Examples
        --------
        >>> from shellcount.case.reading import load_case
        >>> load = Quantity("parameter", "load")
        >>> [build_model(load_case(), given).informs(load) for given in ("counts", "all")]
        [False, True]
        """
        used = coordinates_used(self, lambda evaluation: evaluation.quantity(quantity))
        return not set(used).isdisjoint(self.informed)

    @functools.cached_property
    def kernels(self) -> dict[str, Kernel]:
        """Reporting kernel of each claim, by claim."""
        kernels = {}
        for claim in self.case.claim:
            rule = self.case.hedges[claim.hedge]
            kernels[claim.id] = Kernel.of(
                sigma=rule.sigma,
                margin=rule.margin,
                value=claim.value,
                resolution=claim.resolution,
            )
        return kernels

    def log_likelihood(self, coordinates: Array, stated: Mapping[str, float] | None = None) -> Array:
        r"""Compute the log likelihood of all fitted claims together.

        .. math:: \log L(z) = \sum_c \log f_c(\log y_c - \log Q_c(z) - b_c(z))

        with the reporting kernel :math:`f_c` of each claim (:class:`~shellcount.maths.kernel.Kernel`).

        Parameters
        ----------
        coordinates
            Standard normal coordinates, shape (coordinate, particle), in the order of
            :attr:`informed`.
        stated
            Values by claim, instead of those that the case has.

        Returns
        -------
        numpy.ndarray
            Shape (particle,), in nats.
        """
        rows = dict(zip(self.informed, coordinates, strict=True))
        evaluation = Evaluation(self, rows.__getitem__)
        total = np.zeros(coordinates.shape[1])
        for read in self.fitted:
            value = read.claim.value if stated is None else stated[read.claim.id]
            total += evaluation.log_density(read, value)
        return total


def build_model(case: Case, given: str | Conditioning = "counts") -> Model:
    """Combine a case with the claims to condition on; a pure function of the two.

    Raises
    ------
    UnknownNameError, UsageError
        When ``given`` is not something that the case can be conditioned on.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> [read.claim.value for read in build_model(load_case()).fitted]
    [6700.0, 10000.0, 10000.0, 1000.0]
    """
    conditioning = parse_given(case, given) if isinstance(given, str) else given
    return Model(case, conditioning, fitted_claims(case, conditioning))
