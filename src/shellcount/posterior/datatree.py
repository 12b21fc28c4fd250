"""Export draws to ArviZ: an xarray DataTree, with the names and dimensions of PyMC's model."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from shellcount.digest import canonical_json
from shellcount.engines.sampler_report import SamplerReport
from shellcount.errors import require_library
from shellcount.limits import require_within
from shellcount.maths import streams
from shellcount.maths.arrays import Array
from shellcount.model.evaluation import KEPT, Evaluation
from shellcount.model.model import Model
from shellcount.model.variables import (
    CLAIM,
    Derived,
    Variable,
    claim_variable,
    derived_quantities,
    free_variables,
)
from shellcount.results.run import Run

if TYPE_CHECKING:
    import xarray as xr

_SAMPLE = ("chain", "draw")
_COPIES = 4  # of an array, at the posterior and at the prior, while they are joined


def build(
    model: Model, run: Run, coordinate: Callable[[str], Array], report: SamplerReport, thin: int
) -> xr.DataTree:
    """Build the DataTree of a posterior.

    Parameters
    ----------
    model, run
        The model, and the provenance of its draws, whose seed decides prior and predictive draws.
    coordinate
        Gives draws of a standard normal coordinate by name, shape (chain, draw).
    report
        Report of the engine, with its statistics by ArviZ's names.
    thin
        Every ``thin``-th draw of each chain is exported.

    Raises
    ------
    LimitError
        When the export is forecast to need more memory than is allowed.
    UsageError
        When xarray is not installed.
    """
    require_library("xarray")
    import xarray as xr

    def posterior(name: str) -> Array:
        return coordinate(name)[:, ::thin]

    shape = run.settings["runs"], len(range(0, run.settings["draws"], thin))

    def prior(name: str) -> Array:
        return streams.prior(run.seed, f"prior.{name}", shape)

    statistics = {name: values[:, ::thin] for name, values in report.statistics.items()}
    _require_affordable(model, shape)
    at_posterior, at_prior = (Evaluation(model, source, kept=KEPT) for source in (posterior, prior))
    log_prior = _log_prior(model, posterior)
    log_likelihood = {
        claim_variable(read): at_posterior.log_density(read) - math.log(read.claim.value)
        for read in model.fitted
    }
    observed = {claim_variable(read): ((CLAIM,), [read.claim.value]) for read in model.fitted}
    total = sum((values.sum(axis=tuple(range(2, values.ndim))) for values in log_prior.values()), start=0.0)
    lp = total + sum(log_likelihood.values(), start=0.0)
    groups = {
        "posterior": _parameters(model, posterior, at_posterior),
        "prior": _parameters(model, prior, at_prior),
        "posterior_predictive": _reports(model, at_posterior, run.seed, "posterior"),
        "prior_predictive": _reports(model, at_prior, run.seed, "prior"),
        "log_likelihood": _of_reports(log_likelihood),
        "log_prior": _labelled(model, log_prior),
        "observed_data": xr.Dataset(observed, coords={CLAIM: ["stated"]}),
        "sample_stats": xr.Dataset(
            {name: (_SAMPLE, values) for name, values in {"lp": lp, **statistics}.items()}
        ),
    }
    tree = xr.DataTree.from_dict({name: _numbered(group) for name, group in groups.items()})
    tree.attrs.update(run=canonical_json(run.document()).decode(), not_quotable=report.not_quotable or "")
    return tree


def _require_affordable(model: Model, shape: tuple[int, int]) -> None:
    """Refuse an export that is forecast to need more memory than is allowed."""
    derived = sum(math.prod(map(len, each.labels)) for each in derived_quantities(model))
    arrays = _COPIES * (derived + 2 * len(model.parameters) + 3 * len(model.fitted))
    subject = f"an export of {derived:,} quantities at {shape[0]} by {shape[1]:,} draws"
    require_within("memory", 8.0 * shape[0] * shape[1] * arrays, subject)


def _numbered(group: xr.Dataset) -> xr.Dataset:
    """Add numbers to chains and draws, without which ArviZ cannot tell them from data."""
    return group.assign_coords({dim: np.arange(group.sizes[dim]) for dim in _SAMPLE if dim in group.sizes})


def _rows(variable: Variable, rows: list[Array]) -> Array:
    return rows[0] if variable.dim is None else np.stack(rows, axis=-1)


def _labelled(model: Model, values: Mapping[str, Array]) -> xr.Dataset:
    """Label arrays of the free parameters with their dimensions."""
    import xarray as xr

    variables = free_variables(model)
    return xr.Dataset(
        {v.name: ((*_SAMPLE, *([v.dim] if v.dim else [])), values[v.name]) for v in variables},
        coords={v.dim: list(v.labels) for v in variables if v.dim},
    )


def _parameters(
    model: Model, coordinate: Callable[[str], Array], evaluation: Evaluation[Array]
) -> xr.Dataset:
    values = {}
    for variable in free_variables(model):
        pairs = zip(variable.coordinates, variable.priors, strict=True)
        values[variable.name] = _rows(
            variable, [prior.from_normal(coordinate(name)) for name, prior in pairs]
        )
    labelled = _labelled(model, values)
    shape = coordinate("load").shape
    for derived in derived_quantities(model):
        named = dict(zip(derived.dims, map(list, derived.labels), strict=True))
        dims = (*_SAMPLE, *derived.dims)
        labelled = labelled.assign_coords(named).assign(
            {derived.name: (dims, _grid(derived, evaluation, shape))}
        )
    return labelled


def _grid(derived: Derived, evaluation: Evaluation[Array], shape: tuple[int, ...]) -> Array:
    elements = [np.broadcast_to(derived.value(evaluation, at), shape) for at in product(*derived.labels)]
    return np.stack(elements, axis=-1).reshape(*shape, *map(len, derived.labels))


def _log_prior(model: Model, coordinate: Callable[[str], Array]) -> dict[str, Array]:
    """Compute the log prior densities of the free parameters, each on its own scale."""
    densities = {}
    for variable in free_variables(model):
        pairs = zip(variable.coordinates, variable.priors, strict=True)
        densities[variable.name] = _rows(
            variable, [prior.log_density(coordinate(name)) for name, prior in pairs]
        )
    return densities


def _reports(model: Model, evaluation: Evaluation[Array], seed: int, given: str) -> xr.Dataset:
    """Draw the report that the model predicts for each claim."""
    draws = {}
    for read in model.fitted:
        name = claim_variable(read)
        draws[name] = evaluation.report(read, streams.named_generator(seed, f"{given} predictive.{name}"))
    return _of_reports(draws)


def _of_reports(values: Mapping[str, Array]) -> xr.Dataset:
    import xarray as xr

    arrays = {name: ((*_SAMPLE, CLAIM), array[..., None]) for name, array in values.items()}
    return xr.Dataset(arrays, coords={CLAIM: ["stated"]})
