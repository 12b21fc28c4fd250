"""Build the model: a case with the claims it is conditioned on, and their likelihood."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from shellcount.case.assumptions import Assumption, Scenario
from shellcount.case.biases import bias_spreads, correlations
from shellcount.case.flow import outlier_scale, outlier_share
from shellcount.case.hedges import hedge_error
from shellcount.case.kinds import KINDS
from shellcount.case.parameters import Parameter, entries, known_values, parameters
from shellcount.case.schema import Case, Claim
from shellcount.maths.arrays import Array
from shellcount.maths.kernel import Kernel
from shellcount.maths.priors import Prior
from shellcount.maths.reporting import Reporting
from shellcount.maths.streams import prior
from shellcount.model import likelihood
from shellcount.model.blocks import in_blocks, points_in_parts, points_of
from shellcount.model.coordinates import Layout
from shellcount.model.design import Design, design_of
from shellcount.model.evaluation import Evaluation, coordinates_used
from shellcount.model.gradient import slope_of_quantities, value, value_and_gradient
from shellcount.model.reports import Stated
from shellcount.model.tables import Tables
from shellcount.results.given import Conditioning, Fitted, fitted_claims, parse_given
from shellcount.results.quantity import Quantity

_TRACED = 2  # times as many arrays at once, where all are kept for their slopes


@dataclass(frozen=True)
class Model:
    """Case together with the claims it is conditioned on.

    Build one with :func:`build_model`. It holds no draws and nothing that changes.
    """

    case: Case
    given: Conditioning
    fitted: tuple[Fitted, ...]

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
    def known(self) -> dict[str, float]:
        """Values of the parameters that are taken as known, by name."""
        return known_values(self.case)

    @functools.cached_property
    def scenarios(self) -> dict[str, Scenario]:
        """Scenarios by id."""
        return {scenario.id: scenario for scenario in self.case.scenario}

    @functools.cached_property
    def tables(self) -> Tables:
        """Numbers of the case as arrays."""
        return Tables(self.case, self.priors, self.known)

    @functools.cached_property
    def bias_sd(self) -> dict[str, float]:
        """Standard deviation of each claimant's bias, by claimant."""
        return bias_spreads(self.case)

    @functools.cached_property
    def correlations(self) -> dict[str, tuple[str, float]]:
        """Group and correlation of each claimant that is in one, by claimant."""
        return correlations(self.case)

    @functools.cached_property
    def informed(self) -> tuple[str, ...]:
        """Names of the coordinates that the likelihood depends on, sorted.

        All other coordinates keep their prior and are independent of these, so that they need
        no sampler. They are found by recording what the claims' locations ask for.
        """
        if not self.fitted:
            return ()
        return coordinates_used(self, lambda evaluation: evaluation.locations(self.design.rows))

    @functools.cached_property
    def layout(self) -> Layout:
        """Rows of the coordinates that the likelihood depends on."""
        return Layout(self.informed)

    @functools.cached_property
    def claimed_direction(self) -> Array:
        """Direction among the informed coordinates in which the claimed quantities grow.

        Shape (coordinate,). Draws are put in a row along it, to be paired with coordinates that keep their
        prior.
        """
        if not self.fitted:
            return np.zeros(0)
        return slope_of_quantities(self, self.layout, self.design)

    @functools.cached_property
    def _even(self) -> dict[str, int]:
        """Place of each parameter among Sobol's coordinates, after the one that pairs draws.

        It depends on nothing but the parameters that the case names, known or not: a date, a scenario or a
        later step moves no draw.
        """
        named = [
            entry
            for entry in entries(self.case)
            if isinstance(entry, Parameter) or isinstance(entry.assumption, Assumption)
        ]
        # The first coordinates are the most even ones, and single stows matter less than all else.
        named.sort(key=lambda entry: "stow" in entry.place)
        return {entry.name: place for place, entry in enumerate(named, start=1)}

    def draw_prior(self, seed: int, name: str, shape: tuple[int, int], stream: str = "") -> Array:
        """Draw a coordinate from its prior, evenly spread together with all others.

        Parameters
        ----------
        seed
            A non-negative integer.
        name
            Name of the coordinate.
        shape
            Number of runs, and of draws in each.
        stream
            Prefix of draws that must differ from those of the same name.
        """
        return prior(seed, f"{stream}{name}", shape, self._even.get(name))

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
    def reporting(self) -> dict[str, Reporting]:
        """Distribution of the report of each claim, by claim."""
        return {claim.id: _reporting(self.case, claim) for claim in self.case.claim}

    @functools.cached_property
    def design(self) -> Design:
        """The fitted claims as arrays."""
        return design_of(self.case, self.fitted, self.reporting)

    @functools.cached_property
    def places(self) -> dict[str, int]:
        """Place of each fitted claim among them, by claim."""
        return {fitted.claim.id: place for place, fitted in enumerate(self.fitted)}

    @functools.cached_property
    def stated(self) -> dict[str, float]:
        """Stated value of each fitted claim, by claim."""
        return likelihood.stated_values(self.design)

    @functools.cached_property
    def _values(self) -> Array:
        """Stated values of the fitted claims, in their order."""
        return np.array([fitted.claim.stated for fitted in self.fitted])

    @property
    def block(self) -> int:
        """Number of points that are evaluated at once, so that no array of all components is large."""
        return points_of(len(self.design.claim_at))

    def log_densities(self, evaluation: Evaluation[Array], stated: Stated | None = None) -> Array:
        """Compute the log density of each fitted claim, shape (claim, ...), in nats.

        Parameters
        ----------
        evaluation
            Where the quantities are computed.
        stated
            Values by claim, or in the order of the claims, instead of those that the case has.
        """
        locations = evaluation.fitted_locations(self.design.rows)
        return likelihood.log_densities(self.design, locations, self._values if stated is None else stated)

    def draw_report(self, evaluation: Evaluation[Array], claim: str, rng: np.random.Generator) -> Array:
        """Draw a report of a fitted claim at each point, of a component drawn by its prior probability."""
        weights, locations = self._components(evaluation, claim)
        points = locations.shape[1:]
        chosen = rng.choice(len(weights), points, p=weights / weights.sum()) if len(weights) > 1 else 0
        at = np.take_along_axis(locations, np.broadcast_to(chosen, (1, *points)), axis=0)[0]
        return self.reporting[claim].draw(at, rng)

    def predictive_cdf(self, evaluation: Evaluation[Array], claim: str, stated: float | None = None) -> Array:
        """Compute the probability of a lower report of a fitted claim at each point, over its components.

        Parameters
        ----------
        evaluation
            Where the quantities are computed.
        claim
            Id of the claim.
        stated
            Value, instead of the one that the claim states.
        """
        at = self.stated[claim] if stated is None else stated
        weights, locations = self._components(evaluation, claim)
        below = self.reporting[claim].cdf(at, locations)
        total: Array = np.tensordot(weights, below, axes=1)
        return total

    def _components(self, evaluation: Evaluation[Array], claim: str) -> tuple[Array, Array]:
        """Compute the prior probabilities of the components of a fitted claim, and their locations."""
        own = design_of(self.case, (self.fitted[self.places[claim]],), self.reporting)
        return np.exp(own.log_prior), evaluation.locations(own.rows)

    def log_likelihood(self, coordinates: Array, stated: Stated | None = None) -> Array:
        r"""Compute the log likelihood of all fitted claims together.

        .. math:: \log L(z) = \sum_c \log f_c(\log y_c - \log Q_c(z) - b_c(z))

        with the distribution :math:`f_c` of the report of each claim
        (:class:`~shellcount.maths.reporting.Reporting`), averaged over what the claim leaves open
        (:mod:`shellcount.model.likelihood`).

        Parameters
        ----------
        coordinates
            Standard normal coordinates, shape (coordinate, particle), in the order of
            :attr:`informed`.
        stated
            Values by claim, or in the order of the claims, instead of those that the case has.

        Returns
        -------
        numpy.ndarray
            Shape (particle,), in nats.
        """
        if not self.fitted:
            return np.zeros(coordinates.shape[1])
        values = self._values if stated is None else self.design.reports.values(stated)
        (total,) = in_blocks(
            lambda block: (value(self, self.layout, self.design, values, block),),
            self._checked(coordinates),
            points_in_parts(len(self.design.claim_at)),
        )
        return total

    def log_likelihood_and_gradient(
        self, coordinates: Array, stated: Stated | None = None
    ) -> tuple[Array, Array]:
        """Compute the log likelihood and its gradient, exact to rounding, at a few times the cost.

        Parameters
        ----------
        coordinates, stated
            As for :meth:`log_likelihood`.

        Returns
        -------
        tuple
            The log likelihood, shape (particle,), and its derivatives with respect to the coordinates, shape
            (coordinate, particle). These are 0 where the likelihood is 0.
        """
        if not self.fitted:
            return np.zeros(coordinates.shape[1]), np.zeros_like(coordinates)
        values = self._values if stated is None else self.design.reports.values(stated)
        return in_blocks(
            lambda block: value_and_gradient(self, self.layout, self.design, values, block),
            self._checked(coordinates),
            points_in_parts(len(self.design.claim_at)) // _TRACED,
        )

    def _checked(self, coordinates: Array) -> Array:
        """Refuse coordinates that are not as many as the model informs."""
        if len(coordinates) != len(self.informed):
            raise ValueError(f"the likelihood takes {len(self.informed)} coordinates, not {len(coordinates)}")
        return coordinates


def _reporting(case: Case, claim: Claim) -> Reporting:
    """Build the distribution of the report of a claim from its hedge or range, and its rounding."""
    logit, resolution = KINDS[claim.quantity].logit, claim.resolution or 0.0
    kernel: Kernel | None = None
    if claim.stated > 0:
        # On the logit scale, rounding by r spreads a share p by r / (p (1 - p)).
        value = claim.stated * (1 - claim.stated) if logit else claim.stated
        sigma, margin = hedge_error(case, claim)
        kernel = Kernel.of(sigma=sigma, margin=margin, value=value, resolution=resolution)
    return Reporting(kernel, resolution, logit, outlier_share(case), outlier_scale(case))


def build_model(case: Case, given: str | Conditioning = "counts") -> Model:
    """Combine a case with the claims to condition on; a pure function of the two.

    Raises
    ------
    UnknownNameError, UsageError
        When ``given`` is not something that the case can be conditioned on.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> [fitted.claim.stated for fitted in build_model(load_case()).fitted]
    [6700.0, 10000.0, 10000.0, 1000.0]
    """
    conditioning = parse_given(case, given) if isinstance(given, str) else given
    return Model(case, conditioning, fitted_claims(case, conditioning))
