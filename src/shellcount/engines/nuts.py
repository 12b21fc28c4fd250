"""The same model in PyMC, and its sampling by the No-U-Turn sampler of nutpie."""

from __future__ import annotations

import contextlib
import importlib.util
import math
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from shellcount.case.schema import Case
from shellcount.engines.compilecache import cache_folder, verified
from shellcount.errors import EvidenceError, UsageError
from shellcount.maths.arrays import Array, Tensor
from shellcount.maths.kernel import Kernel
from shellcount.model.model import Evaluation, Model, build_model
from shellcount.model.variables import (
    CLAIM,
    Derived,
    Variable,
    claim_variable,
    derived_quantities,
    free_variables,
)
from shellcount.text import one_line

if TYPE_CHECKING:
    import pymc as pm

TARGET_ACCEPTANCE = 0.95
DEEPEST_TREE = 10
MOST_CLAIMS = 200
_PATIENCE_S = 0.1
_STATISTICS = {
    "diverging": "diverging",
    "energy": "energy",
    "logp": "lp",
    "depth": "tree_depth",
    "n_steps": "n_steps",
    "step_size": "step_size",
    "mean_tree_accept": "acceptance_rate",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """Draws of the free parameters, and the sampler's statistics.

    Parameters
    ----------
    coordinates
        Standard normal coordinates by name, each of shape (chain, draw).
    statistics
        By ArviZ's names, each of shape (chain, draw).
    """

    coordinates: dict[str, Array]
    statistics: dict[str, Array]


def to_pymc(case: Case, given: str = "counts") -> pm.Model:
    """Build the model of a case in PyMC, to be extended as one likes.

    Free parameters are named LogNormal, LogitNormal and Normal variables; stated values are
    ``pm.Data`` called ``stated.CLAIM``, and each claim is one observed variable ``claim.CLAIM``
    in its own unit. Containers, rounds and capacities are deterministic, by date and scenario.

    Parameters
    ----------
    case
        Evidence and assumptions.
    given
        ``counts``, ``all``, or one of the two without a claim: ``counts-but:CLAIM``, ``all-but:CLAIM``.

    Raises
    ------
    UnknownNameError, UsageError
        When ``given`` makes no sense, or PyMC is not installed.

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
    pm, pt = _pymc()
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


def _pymc() -> tuple[Any, Any]:
    """Import PyMC, with its compile cache in our folder unless it was imported before."""
    for name in ("pymc", "nutpie"):
        if importlib.util.find_spec(name) is None:
            raise UsageError(f"this needs {name}: install it with pip install 'shellcount[nuts]'")
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


def _free(pm: Any, variable: Variable) -> Tensor:  # noqa: ANN401  # a module
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


def _evaluation(model: Model, pairs: list[tuple[Variable, Tensor]], pt: Any) -> Evaluation:  # noqa: ANN401
    """Evaluate the model's formulae on PyMC's variables."""
    values: dict[str, Tensor] = {}
    priors = {}
    for variable, whole in pairs:
        for place, (name, prior) in enumerate(zip(variable.coordinates, variable.priors, strict=True)):
            values[name] = whole if variable.dim is None else whole[place]
            priors[name] = prior

    def coordinate(name: str) -> Tensor:
        # What has no spread is no variable, and is multiplied by zero.
        return values[name] / priors[name].sigma if name in values else pt.constant(0.0)

    return Evaluation(model, coordinate, pt, scalar=values.__getitem__)


def _stacked(evaluation: Evaluation, derived: Derived, pt: Any) -> Tensor:  # noqa: ANN401
    elements = [derived.value(evaluation, at) for at in product(*derived.labels)]
    return pt.stack(elements).reshape(tuple(len(labels) for labels in derived.labels))


def _observe(name: str, location: Tensor, kernel: Kernel, stated: Tensor) -> None:
    pm, _ = _pymc()
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


def _logp(value: Tensor, location: Tensor, sigma: Tensor, margin: Tensor) -> Tensor:
    """Log density of a report in its own unit; see :class:`~shellcount.maths.kernel.Kernel`."""
    _, pt = _pymc()
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
    report: Array = np.exp(location + sigma * rng.standard_normal(shape) - margin * half_normal)
    return report


def sample(
    model: Model,
    *,
    chains: int,
    tune: int,
    draws: int,
    seed: int,
    progress: Callable[[float], None] = lambda _: None,
) -> Sample:
    """Draw from the posterior of a model by nutpie.

    Parameters
    ----------
    model
        The model.
    chains, tune, draws
        Number of chains, and of tuning steps and draws in each.
    seed
        Decides every draw, whatever the number of cores.
    progress
        Called with the share of the sampling done, from 0 to 1.

    Raises
    ------
    EvidenceError
        When the likelihood is not finite where a chain could start.
    UsageError
        For more claims than can be compiled in reasonable time.
    """
    if len(model.fitted) > MOST_CLAIMS:
        raise UsageError(
            f"engine nuts compiles a variable for each claim, at most {MOST_CLAIMS}, "
            f"and {len(model.fitted):,} are fit; use engine smc"
        )
    progress(0.0)
    pm_model = to_pymc_model(model)
    variables = free_variables(model)
    compiled = _compiled(pm_model, variables)
    try:
        tree = _sampled(compiled, chains, tune, draws, seed, progress)
    except RuntimeError as error:  # nutpie's, when the density is finite at no start it tries
        raise EvidenceError(f"no chain could start: {one_line(str(error), 200)}") from None
    # The group holds only what has a transform; a Normal is on the unconstrained scale as it is.
    found = {**tree["posterior"].dataset, **tree["unconstrained_posterior"].dataset}
    values = {v.name: found[pm_model.rvs_to_values[pm_model[v.name]].name].to_numpy() for v in variables}
    statistics = {ours: tree["sample_stats"][theirs].to_numpy() for theirs, ours in _STATISTICS.items()}
    return Sample(_coordinates(values, variables), statistics)


def _compiled(pm_model: pm.Model, variables: tuple[Variable, ...]) -> Any:  # noqa: ANN401
    import nutpie

    with _compiler():
        return nutpie.compile_pymc_model(
            pm_model,
            backend="numba",
            gradient_backend="pytensor",
            default_initialization_strategy="support_point",
            var_names=[variable.name for variable in variables],
            freeze_model=True,  # constants compile three times as fast as shared data
        )


def _sampled(
    compiled: Any,  # noqa: ANN401  # nutpie's
    chains: int,
    tune: int,
    draws: int,
    seed: int,
    progress: Callable[[float], None],
) -> Any:  # noqa: ANN401
    import nutpie

    done = [0.0]

    def remember(states: list[Any]) -> None:
        done[0] = sum(state.finished_draws for state in states) / (len(states) * (tune + draws))

    sampler = nutpie.sample(
        compiled,
        draws=draws,
        tune=tune,
        chains=chains,
        cores=min(chains, cores()),
        seed=seed,
        save_warmup=False,
        progress_bar=False,
        adaptation="diag",
        store_unconstrained=True,
        target_accept=TARGET_ACCEPTANCE,
        maxdepth=DEEPEST_TREE,
        blocking=False,
        progress_callback=remember,
    )
    tree = None
    try:
        while tree is None:
            with contextlib.suppress(TimeoutError):
                tree = sampler.wait(timeout=_PATIENCE_S)
            progress(done[0])
    finally:
        if tree is None:
            sampler.cancel()
    return tree


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@contextlib.contextmanager
def _compiler() -> Iterator[None]:
    """Set what decides the compiled code, and see that what was kept of it is whole.

    Numba's fast arithmetic reorders sums differently in code fresh from the compiler and in code
    from the cache, so that one seed would give two results.
    """
    import pytensor
    from pytensor.link.numba.cache import NUMBA_CACHE_PATH

    sources = cache_folder() / "sources"
    sources.mkdir(exist_ok=True)
    NUMBA_CACHE_PATH.mkdir(parents=True, exist_ok=True)
    flags = {"numba__fastmath": False, "generated_src_dir": str(sources)}
    kept = Path(NUMBA_CACHE_PATH)
    # Where PyMC was imported before, code is kept in a folder of the user's: not ours to remove from.
    whole = verified(kept) if kept.resolve().is_relative_to(cache_folder()) else contextlib.nullcontext()
    with pytensor.config.change_flags(**flags), whole:
        yield


def _coordinates(unconstrained: Mapping[str, Array], variables: tuple[Variable, ...]) -> dict[str, Array]:
    """Standard normal coordinates from draws on the unconstrained scale, where all are normal."""
    found: dict[str, Array] = {}
    for variable in variables:
        values = unconstrained[variable.name]
        rows = values[..., None] if variable.dim is None else values
        for place, (name, prior) in enumerate(zip(variable.coordinates, variable.priors, strict=True)):
            found[name] = (rows[..., place] - prior.mu) / prior.sigma
    return found
