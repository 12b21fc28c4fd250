r"""Hold a likelihood together with the bound that a statement sets, as a target for the engines.

Where a quantity :math:`Q` must be at least :math:`t`, the target is

.. math:: L(z)\, \Phi\left(\frac{g(Q(z)) - g(t)}{s}\right)

with the logit :math:`g` for shares and the logarithm for all else, over the coordinates that the claims
inform and those that the quantity depends on. With a small width :math:`s` that is nearly the likelihood
within the bound, but smooth, so that an engine finds its way there from anywhere; weights
:math:`1\{Q \ge t\} / \Phi`, which are at most 2, make of it the bound itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from shellcount.engines.walk import blocks
from shellcount.maths.arrays import Array
from shellcount.maths.normal import log_normal_cdf, normal_mills
from shellcount.maths.tape import TRACING, Traced, start, unwind
from shellcount.model.coordinates import Coordinates, Layout
from shellcount.model.evaluation import Evaluation, coordinates_used
from shellcount.model.model import Model
from shellcount.results.names import unit
from shellcount.results.threshold import Threshold


class Constrained:
    """Likelihood of a model within a bound on one of its quantities.

    Parameters
    ----------
    model
        The model.
    threshold
        The statement, of an amount above 0.
    width
        Width of the smooth bound, on the scale of :func:`linked`.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> from shellcount.results.threshold import parse_threshold
    >>> case = load_case()
    >>> target = Constrained(build_model(case), parse_threshold(case, "load >= 0.9"), 0.01)
    >>> target.names[-1], len(target.names)
    ('load', 27)
    """

    def __init__(self, model: Model, threshold: Threshold, width: float) -> None:
        used = coordinates_used(model, lambda evaluation: evaluation.quantity(threshold.quantity))
        self.names = (*model.informed, *(name for name in used if name not in model.informed))
        self._model, self._threshold, self._layout = model, threshold, Layout(self.names)
        self._slope = (1.0 if threshold.at_least else -1.0) / width
        self._share = is_share(model, threshold)
        self._bound = float(linked(np.asarray(threshold.value), share=self._share))

    def log_likelihood(self, z: Array) -> Array:
        """Compute the log of the target, shape (point,), at coordinates of shape (coordinate, point)."""
        return self._model.log_likelihood(self._informed(z)) + log_normal_cdf(self.excess(z))

    def log_likelihood_and_gradient(self, z: Array) -> tuple[Array, Array]:
        """Compute the log of the target and its gradient, shapes (point,) and (coordinate, point)."""
        log_l, slopes = self._model.log_likelihood_and_gradient(self._informed(z))
        parts = [self._excess_and_gradient(z[:, block]) for block in blocks(z.shape[1])]
        excess = np.concatenate([part[0] for part in parts])
        gradient = normal_mills(excess) * np.concatenate([part[1] for part in parts], axis=1)
        gradient[: len(slopes)] += slopes
        return log_l + log_normal_cdf(excess), gradient

    def weights(self, z: Array) -> Array:
        """Compute the weights that make the target exact: 0 outside the bound, and at most 2 within."""
        excess = self.excess(z)
        weights: Array = np.where(excess >= 0, np.exp(-log_normal_cdf(np.maximum(excess, 0.0))), 0.0)
        return weights

    def excess(self, z: Array) -> Array:
        """Compute how far the quantity lies within the bound, in widths, shape (point,)."""
        parts = [self._excess(z[:, block]) for block in blocks(z.shape[1])]
        return np.concatenate(parts)

    def _excess(self, z: Array) -> Array:
        evaluation = Evaluation(self._model, Coordinates(self._layout, z), z.shape[1:])
        return self._scaled(evaluation.quantity(self._threshold.quantity))

    def _excess_and_gradient(self, z: Array) -> tuple[Array, Array]:
        traced = start(z)
        evaluation = _Tracing(self._model, Coordinates(self._layout, traced), z.shape[1:], TRACING)
        quantity: Traced = evaluation.quantity(self._threshold.quantity)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = quantity.value
            quantity.receive(self._slope / (value * (1.0 - value) if self._share else value))
            unwind(traced)
        slope = np.zeros_like(z) if traced.slope is None else traced.slope
        return self._scaled(quantity.value), slope

    def _scaled(self, quantity: Array) -> Array:
        scaled: Array = self._slope * (linked(quantity, share=self._share) - self._bound)
        return scaled

    def _informed(self, z: Array) -> Array:
        return z[: len(self._model.informed)]


def is_share(model: Model, threshold: Threshold) -> bool:
    """Tell whether the quantity of a statement is a share."""
    return unit(model.case, threshold.quantity) == "share"


def linked(values: Array, *, share: bool) -> Array:
    """Compute the logit of shares, and the logarithm of all else; finite also where digits end.

    Examples
    --------
    >>> linked(np.array([0.5, 1.0]), share=True).round(1).tolist()
    [0.0, 36.7]
    """
    if not share:
        logs: Array = np.log(np.maximum(values, np.finfo(float).tiny))
        return logs
    inside = np.clip(values, np.finfo(float).tiny, 1.0 - np.finfo(float).epsneg)
    logits: Array = np.log(inside) - np.log1p(-inside)
    return logits


class _Tracing(Evaluation[Traced]):
    """Evaluation whose operations are recorded one by one."""

    def weighed(self, days: Array, rates: Any) -> Any:  # noqa: ANN401  # as in the class that it extends
        """Sum the rates of each time, weighed by its days."""
        return self._xp.stack([(self._column(row) * rates).sum(0) for row in days])
