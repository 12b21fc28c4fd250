"""Build the same model in PyMC."""

from __future__ import annotations

import math
import os
import sys
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from shellcount.case.schema import Case
from shellcount.errors import require_library
from shellcount.files.cache import cache_folder
from shellcount.maths.arrays import Array
from shellcount.maths.kernel import Kernel
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import Model, build_model
from shellcount.model.variables import (
    CLAIM,
    Derived,
    Variable,
    claim_variable,
    derived_quantities,
    free_variables,
)

if TYPE_CHECKING:
    import pymc as pm

# PyMC and pytensor have no types.
type _Module = Any
type _Expression = Any


def to_pymc(case: Case, given: str = "counts") -> pm.Model:
    """Build the model of a case in PyMC, for users to extend.

    Free parameters are named LogNormal, LogitNormal and Normal variables; stated values are
    ``pm.Data`` called ``stated.CLAIM``, and each claim is one observed variable ``claim.CLAIM``
    in its own unit. Containers, rounds and capacities are deterministic, by date and scenario.

    Parameters
    ----------
    case
        Evidence and assumptions.
    given
        ``counts``, ``all``, or the text of another conditioning, such as ``all-but:CLAIM,CLAIM``.

    Raises
    ------
    UnknownNameError, UsageError
        When ``given`` is invalid, or PyMC is not installed.

    Examples
    --------
    >>> import shellcount
    >>> model = shellcount.to_pymc(shellcount.load_case())
    >>> [variable.name for variable in model.observed_RVs][0]
    'claim.rok-mnd-2024-02'
    """
    return to_pymc_model(build_model(case, given))


def to_pymc_model(model: Model) -> pm.Model:
    """Build a model in PyMC."""
    pm, pt = load_pymc()
    variables, quantities = free_variables(model), derived_quantities(model)
    coords = {v.dim: v.labels for v in variables if v.dim is not None} | {CLAIM: ("stated",)}
    for derived in quantities:
        coords |= dict(zip(derived.dims, derived.labels, strict=True))
    with pm.Model(coords=coords) as built:
        evaluation = _evaluation(model, [(v, _free(pm, v)) for v in variables], pt)
        for derived in quantities:
            pm.Deterministic(derived.name, _stacked(evaluation, derived, pt), dims=derived.dims)
        for read in model.fitted:
            kernel, name = model.kernels[read.claim.id], claim_variable(read)
            stated = pm.Data(f"stated.{read.claim.id}", [read.claim.value], dims=CLAIM)
            _observe(name, evaluation.location(read), kernel, stated)
    return built


def load_pymc() -> tuple[_Module, _Module]:
    """Import PyMC, with its compile cache in shellcount's folder unless it was imported before."""
    require_library("pymc")
    require_library("nutpie")
    if "pytensor" in sys.modules:
        import pymc as pm
        import pytensor.tensor as pt

        return pm, pt
    before = os.environ.get("PYTENSOR_FLAGS")
    ours = f"base_compiledir={cache_folder() / 'pytensor'}"
    os.environ["PYTENSOR_FLAGS"] = ours if before is None else f"{ours},{before}"
    try:
        import pymc as pm
        import pytensor.tensor as pt
    finally:
        if before is None:
            del os.environ["PYTENSOR_FLAGS"]
        else:
            os.environ["PYTENSOR_FLAGS"] = before
    return pm, pt


def _free(pm: _Module, variable: Variable) -> _Expression:
    mu = np.array([prior.mu for prior in variable.priors])
    sigma = np.array([prior.sigma for prior in variable.priors])
    if variable.dim is None:
        mu, sigma = mu[0], sigma[0]
    kind = variable.priors[0].kind
    if kind == "lognormal":
        return pm.LogNormal(variable.name, mu, sigma, dims=variable.dim)
    if kind == "normal":
        return pm.Normal(variable.name, mu, sigma, dims=variable.dim)
    # Without a transform of its own PyMC's LogitNormal is sampled on (0, 1), between hard walls,
    # where trajectories diverge; on the logit scale it is normal.
    logit = pm.distributions.transforms.logodds
    return pm.LogitNormal(variable.name, mu, sigma, dims=variable.dim, default_transform=logit)


def _evaluation(
    model: Model, pairs: list[tuple[Variable, _Expression]], pt: _Module
) -> Evaluation[_Expression]:
    """Evaluate the model's formulae on PyMC's variables."""
    values: dict[str, _Expression] = {}
    priors = {}
    for variable, whole in pairs:
        for place, (name, prior) in enumerate(zip(variable.coordinates, variable.priors, strict=True)):
            values[name] = whole if variable.dim is None else whole[place]
            priors[name] = prior

    def coordinate(name: str) -> _Expression:
        # Zero-spread priors get no PyMC variable; their coordinate only enters multiplied by 0.
        return values[name] / priors[name].sigma if name in values else pt.constant(0.0)

    return Evaluation(model, coordinate, pt, scalar=values.__getitem__)


def _stacked(evaluation: Evaluation[_Expression], derived: Derived, pt: _Module) -> _Expression:
    elements = [derived.value(evaluation, at) for at in product(*derived.labels)]
    return pt.stack(elements).reshape(tuple(len(labels) for labels in derived.labels))


def _observe(name: str, location: _Expression, kernel: Kernel, stated: _Expression) -> None:
    pm, _ = load_pymc()
    if kernel.margin == 0.0:
        pm.LogNormal(name, location, kernel.sigma, observed=stated, dims=CLAIM)
    else:
        pm.CustomDist(
            name,
            location,
            kernel.sigma,
            kernel.margin,
            logp=_logp,
            random=_random,
            observed=stated,
            dims=CLAIM,
        )


def _logp(value: _Expression, location: _Expression, sigma: _Expression, margin: _Expression) -> _Expression:
    """Compute the log density of a report in its own unit; see :class:`~shellcount.maths.kernel.Kernel`."""
    _, pt = load_pymc()
    scale = pt.sqrt(sigma**2 + margin**2)
    u = (pt.log(value) - location) / scale
    x = -margin / sigma * u
    # log of the normal distribution function, each branch kept where its gradient is finite too
    low, high = pt.minimum(x, -1.0), pt.maximum(x, -1.0)
    tail = pt.log(pt.erfcx(-low / math.sqrt(2)) / 2) - low * low / 2
    log_ndtr = pt.switch(pt.lt(x, -1.0), tail, pt.log1p(-pt.erfc(high / math.sqrt(2)) / 2))
    return math.log(2 / math.sqrt(2 * math.pi)) - pt.log(scale) - u * u / 2 + log_ndtr - pt.log(value)


def _random(
    location: Array,
    sigma: Array,
    margin: Array,
    rng: np.random.Generator,
    size: tuple[int, ...] | None = None,
) -> Array:
    shape = np.shape(location) if size is None else size
    half_normal = np.abs(rng.standard_normal(shape))
    return np.exp(location + sigma * rng.standard_normal(shape) - margin * half_normal)
