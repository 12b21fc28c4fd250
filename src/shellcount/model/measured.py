"""Condition a model on a measurement that was never made, besides its claims."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from shellcount.frozen import frozen
from shellcount.maths.arrays import NUMPY, Array, Namespace, Vector
from shellcount.maths.kernel import LOG_SQRT_2PI
from shellcount.maths.tape import TRACING, Traced, start, unwind
from shellcount.model.blocks import in_blocks
from shellcount.model.coordinates import Coordinates
from shellcount.model.evaluation import Evaluation, coordinates_used
from shellcount.model.model import Model
from shellcount.model.reports import Stated
from shellcount.results.quantity import Quantity

_POINTS = 1024  # evaluated at once
_KG_PER_TONNE = 1000.0

type Tonnes = Literal["net_tonnes", "gross_tonnes"]


def log_measured[T: Vector](
    evaluation: Evaluation[T], model: Model, measured: Quantity | Tonnes, xp: Namespace[T] = NUMPY
) -> T:
    r"""Compute the logarithm of a quantity that may be measured.

    Besides quantities these are the tonnes that a carrier holds on average, as the case file names them:
    ``net_tonnes``, load times usable payload, and ``gross_tonnes``, load times the mass of a full carrier's
    cargo, averaged over the mix of the first scenario.

    Parameters
    ----------
    evaluation
        Where the quantities are computed.
    model
        Its model.
    measured
        The quantity.
    xp
        Array namespace of the evaluation.
    """
    if isinstance(measured, Quantity):
        return xp.log(evaluation.quantity(measured))
    load = evaluation.log_parameter("load")
    if measured == "gross_tonnes":
        return load + xp.log(evaluation.gross_mass(model.case.scenario[0].id))
    payload = model.case.containers.rated_payload_kg
    tonnes = math.log((payload.value if payload is not None else _KG_PER_TONNE) / _KG_PER_TONNE)
    located: T = load + evaluation.log_parameter("payload_share") + tonnes
    return located


class _Tracing(Evaluation[Any]):
    """Evaluation whose sums over steps can be traced."""

    def weighed(self, days: Array, rates: Traced) -> Traced:
        """Sum the rates of each time, weighed by its days."""
        columns = days.reshape((*days.shape, *(1 for _ in self._shape)))
        return (rates[None] * columns).sum(1)


@frozen
class Measurement:
    """Value that a quantity was measured at.

    Parameters
    ----------
    measured
        The quantity.
    log_value
        Logarithm of the measured value, in the unit of the quantity.
    sd
        Standard deviation of its error, normal in the logarithm.
    """

    measured: Quantity | Tonnes
    log_value: float
    sd: float


@dataclass(frozen=True)
class MeasuredModel(Model):
    r"""Model that is conditioned on a measurement besides its claims.

    Its log likelihood is that of the claims, plus

    .. math:: -\tfrac12 \left(\frac{\log x - \log Q(z)}{s}\right)^2 - \log s - \tfrac12 \log 2\pi

    for a measured value :math:`x` of the quantity :math:`Q` with relative error :math:`s`.

    Parameters
    ----------
    measurement
        The measurement.
    """

    measurement: Measurement

    def __reduce__(self) -> tuple[type[Model], tuple[object, ...]]:
        """Pickle and copy by what the constructor takes."""
        return type(self), (self.case, self.given, self.fitted, self.measurement)

    @functools.cached_property
    def informed(self) -> tuple[str, ...]:
        """Names of the coordinates that the likelihood or the measurement depends on, sorted."""

        def ask(evaluation: Evaluation[Array]) -> None:
            if self.fitted:
                evaluation.locations(self.design.rows)
            log_measured(evaluation, self, self.measurement.measured)

        return coordinates_used(self, ask)

    def log_likelihood(self, coordinates: Array, stated: Stated | None = None) -> Array:
        """Compute the log likelihood of all fitted claims and of the measurement together."""
        (own,) = in_blocks(lambda block: (self._value(block),), coordinates, _POINTS)
        return super().log_likelihood(coordinates, stated) + own

    def log_likelihood_and_gradient(
        self, coordinates: Array, stated: Stated | None = None
    ) -> tuple[Array, Array]:
        """Compute the log likelihood and its gradient, as the model does."""
        total, slopes = super().log_likelihood_and_gradient(coordinates, stated)
        own, own_slopes = in_blocks(self._value_and_gradient, coordinates, _POINTS)
        return total + own, slopes + own_slopes

    def _value(self, coordinates: Array) -> Array:
        evaluation = Evaluation(self, Coordinates(self.layout, coordinates), coordinates.shape[1:])
        return self._density(log_measured(evaluation, self, self.measurement.measured))

    def _value_and_gradient(self, coordinates: Array) -> tuple[Array, Array]:
        traced = start(coordinates)
        evaluation = _Tracing(self, Coordinates(self.layout, traced), coordinates.shape[1:], TRACING)
        located = log_measured(evaluation, self, self.measurement.measured, TRACING)
        error = self.measurement.log_value - located.value
        located.receive(error / self.measurement.sd**2)
        unwind(traced)
        found = np.zeros_like(coordinates) if traced.slope is None else traced.slope
        return self._density(located.value), np.where(np.isfinite(found), found, 0.0)

    def _density(self, located: Array) -> Array:
        error = (self.measurement.log_value - located) / self.measurement.sd
        density: Array = -0.5 * error * error - (math.log(self.measurement.sd) + LOG_SQRT_2PI)
        return density
