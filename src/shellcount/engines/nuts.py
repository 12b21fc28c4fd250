"""Sample the model in PyMC by the No-U-Turn sampler of nutpie."""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shellcount.engines.contradictions import explanation
from shellcount.engines.nuts_report import NutsReport
from shellcount.errors import EvidenceError, OutputError
from shellcount.files.cache import cache_folder
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.streams import named_generator
from shellcount.model.model import Model
from shellcount.model.to_pymc import to_pymc_model
from shellcount.model.variables import Variable, free_variables
from shellcount.parallel.executors import cores
from shellcount.parallel.process import alone
from shellcount.text import one_line

if TYPE_CHECKING:
    import pymc as pm

TARGET_ACCEPTANCE = 0.95
DEEPEST_TREE = 10
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


read_report = NutsReport.from_document


def draw(
    model: Model, seed: int, sizes: Mapping[str, int], progress: Callable[[float], None]
) -> tuple[dict[str, Array], NutsReport]:
    """Draw all coordinates of a model, and report on the work."""
    result = sample(
        model,
        chains=sizes["runs"],
        tune=sizes["tune"],
        draws=sizes["draws"],
        seed=int(named_generator(seed, "nuts").integers(2**63)),
        progress=progress,
    )
    return result.coordinates, NutsReport(result.statistics, DEEPEST_TREE)


@frozen
class Sample:
    """Draws of the free parameters, and statistics of the sampler.

    Parameters
    ----------
    coordinates
        Standard normal coordinates by name, each of shape (chain, draw).
    statistics
        By ArviZ's names, each of shape (chain, draw).
    """

    coordinates: dict[str, Array]
    statistics: dict[str, Array]


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
    OutputError
        When compiled code that was kept from earlier is damaged.
    """
    progress(0.0)
    with alone():  # PyMC, pytensor, numba and nutpie keep flags and warning filters for the whole process
        return _sample(model, chains, tune, draws, seed, progress)


def _sample(
    model: Model, chains: int, tune: int, draws: int, seed: int, progress: Callable[[float], None]
) -> Sample:
    pm_model = to_pymc_model(model)
    variables = free_variables(model)
    try:
        tree = sampled(
            pm_model,
            [variable.name for variable in variables],
            chains=chains,
            tune=tune,
            draws=draws,
            seed=seed,
            progress=progress,
        )
    except RuntimeError as error:  # nutpie's, when the density is finite at no start it tries
        reason = f"no chain could start: {one_line(str(error), 200)}"
        raise EvidenceError(explanation(model, reason)) from None
    # The group holds only what has a transform; a Normal is on the unconstrained scale as it is.
    values_of = {**tree["posterior"].dataset, **tree["unconstrained_posterior"].dataset}
    values = {v.name: values_of[pm_model.rvs_to_values[pm_model[v.name]].name].to_numpy() for v in variables}
    statistics = {ours: tree["sample_stats"][theirs].to_numpy() for theirs, ours in _STATISTICS.items()}
    return Sample(_coordinates(values, variables), statistics)


def sampled(
    pm_model: pm.Model,
    names: Sequence[str],
    *,
    chains: int,
    tune: int,
    draws: int,
    seed: int,
    progress: Callable[[float], None] = lambda _: None,
) -> Any:  # noqa: ANN401  # nutpie's
    """Sample any model of PyMC, with the flags and settings that decide the digits of this engine.

    Parameters
    ----------
    pm_model
        The model.
    names
        Names of the variables to keep.
    chains, tune, draws, seed, progress
        As for :func:`sample`.

    Raises
    ------
    OutputError
        When compiled code that was kept from earlier is damaged.
    RuntimeError
        When the density is finite at no start.
    """
    return _drawn(_compiled(pm_model, names), chains, tune, draws, seed, progress)


def _compiled(pm_model: pm.Model, names: Sequence[str]) -> Any:  # noqa: ANN401
    import nutpie
    import pytensor

    try:
        with pytensor.config.change_flags(**_flags()):
            return nutpie.compile_pymc_model(
                pm_model,
                backend="numba",
                gradient_backend="pytensor",
                default_initialization_strategy="support_point",
                var_names=list(names),
                freeze_model=True,  # what only data decide is computed once, before it is compiled
            )
    except (EOFError, UnicodeDecodeError, pickle.UnpicklingError):  # Numba's, of a file of its cache
        folder = one_line(str(pytensor.config.compiledir))
        raise OutputError(f"the compiled code in {folder} is damaged; remove that folder") from None


def _drawn(
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


def _flags() -> Mapping[str, object]:
    """List the flags that decide the compiled code, and where its sources go.

    Numba's fast arithmetic reorders sums differently in code fresh from the compiler and in code
    from the cache, so that one seed would give two results.
    """
    sources = cache_folder() / "sources"
    sources.mkdir(exist_ok=True)
    return {"numba__fastmath": False, "generated_src_dir": str(sources)}


def _coordinates(unconstrained: Mapping[str, Array], variables: tuple[Variable, ...]) -> dict[str, Array]:
    """Compute standard normal coordinates from draws on the unconstrained scale, where all are normal."""
    coordinates: dict[str, Array] = {}
    for variable in variables:
        values = unconstrained[variable.name]
        rows = values[..., None] if variable.dim is None else values
        for place, (name, prior) in enumerate(zip(variable.coordinates, variable.priors, strict=True)):
            coordinates[name] = (rows[..., place] - prior.mu) / prior.sigma
    return coordinates
