"""Export draws to ArviZ: an xarray DataTree, with the names and dimensions of PyMC's model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from shellcount.case.kinds import KINDS
from shellcount.digest import canonical_json
from shellcount.engines.nuts_report import NutsReport
from shellcount.engines.sampler_report import SamplerReport
from shellcount.errors import require_library
from shellcount.limits import require_within
from shellcount.maths.arrays import Array
from shellcount.maths.streams import named_generator
from shellcount.model.derived import Data, Derived, data, derived_quantities
from shellcount.model.evaluation import KEPT, Evaluation
from shellcount.model.model import Model
from shellcount.model.variables import CLAIM, REPORT, Labels, Variable, coordinate_values, free_variables
from shellcount.results.run import Engine, Run

if TYPE_CHECKING:
    import xarray as xr

type _Arrays = Mapping[str, tuple[tuple[str, ...], NDArray[Any], Mapping[str, str]]]

_SAMPLE = ("chain", "draw")
_COPIES = 4  # of an array, at the posterior and at the prior, while they are joined
_LIBRARIES: Mapping[Engine, str] = MappingProxyType(
    {"is": "shellcount", "smc": "shellcount", "nuts": "nutpie"}
)
_UNORDERED = (
    "the draws of a run come in no order, so that effective sample sizes and Monte Carlo errors from "
    "autocorrelations, as ArviZ computes them, do not apply; those of the estimates come from the spread "
    "between runs"
)
_REPORTED: Mapping[str, str] = MappingProxyType(
    {
        "units": "1",
        "long_name": "log of the value of a claim, of a share the logit; of none seen 0, of something seen 1",
    }
)


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
        return model.draw_prior(run.seed, name, shape, "prior.")

    _require_affordable(model, shape)
    at_posterior, at_prior = (Evaluation(model, source, shape, kept=KEPT) for source in (posterior, prior))
    groups = {
        "posterior": _parameters(model, posterior, at_posterior),
        "prior": _parameters(model, prior, at_prior),
        "log_prior": _log_prior(model, posterior),
        "constant_data": _constants(model),
        **_of_claims(model, run.seed, at_posterior, at_prior),
        **_statistics(report, thin),
    }
    for group in groups.values():
        library = _LIBRARIES[run.engine]
        group.attrs.update(inference_library=library, inference_library_version=run.versions[library])
    if run.engine != "nuts":
        groups["posterior"].attrs["order_of_draws"] = _UNORDERED
    tree = xr.DataTree.from_dict({name: _numbered(group) for name, group in groups.items()})
    tree.attrs.update(run=canonical_json(run.document()).decode(), not_quotable=report.not_quotable or "")
    return tree


def _require_affordable(model: Model, shape: tuple[int, int]) -> None:
    """Refuse an export that is forecast to need more memory than is allowed."""
    derived = sum(each.size for each in derived_quantities(model))
    arrays = _COPIES * (derived + 2 * len(model.parameters) + 3 * len(model.fitted))
    subject = f"an export of {derived:,} quantities at {shape[0]} by {shape[1]:,} draws"
    require_within("memory", 8.0 * shape[0] * shape[1] * arrays, subject)


def _numbered(group: xr.Dataset) -> xr.Dataset:
    """Add numbers to chains and draws, without which ArviZ cannot tell them from data."""
    return group.assign_coords({dim: np.arange(group.sizes[dim]) for dim in _SAMPLE if dim in group.sizes})


def _dataset(arrays: _Arrays, labels: Mapping[str, Labels]) -> xr.Dataset:
    """Label arrays along their dimensions."""
    import xarray as xr

    return xr.Dataset(
        {name: (dims, values, dict(attributes)) for name, (dims, values, attributes) in arrays.items()},
        coords={dim: coordinate_values(dim, each) for dim, each in labels.items()},
    )


def _labels(arrays: tuple[Variable | Data | Derived, ...]) -> dict[str, Labels]:
    """Collect the labels of all dimensions."""
    labels: dict[str, Labels] = {}
    for each in arrays:
        if isinstance(each, Variable):
            labels |= {each.dim: each.labels} if each.dim is not None else {}
        else:
            labels |= dict(zip(each.dims, each.labels, strict=True))
    return labels


def _described(each: Variable | Data | Derived) -> dict[str, str]:
    return {"units": each.units, "long_name": each.long_name}


# --- parameters and what they determine --------------------------------------------------


def _free(
    model: Model, value: Callable[[Any, Array], Array], coordinate: Callable[[str], Array]
) -> dict[str, tuple[tuple[str, ...], Array, dict[str, str]]]:
    """Compute arrays of the free parameters from their priors and coordinates."""
    arrays = {}
    for variable in free_variables(model):
        pairs = zip(variable.coordinates, variable.priors, strict=True)
        rows = [value(prior, coordinate(name)) for name, prior in pairs]
        dims = (*_SAMPLE, *([variable.dim] if variable.dim is not None else []))
        whole = rows[0] if variable.dim is None else np.stack(rows, axis=-1)
        arrays[variable.name] = dims, whole, _described(variable)
    return arrays


def _parameters(
    model: Model, coordinate: Callable[[str], Array], evaluation: Evaluation[Array]
) -> xr.Dataset:
    arrays = _free(model, lambda prior, z: prior.from_normal(z), coordinate)
    named = {each.name: each.values for each in data(model)}
    quantities = derived_quantities(model)
    for derived in quantities:
        named[derived.name] = derived.value(evaluation, named)
        values = np.moveaxis(named[derived.name], (-2, -1), (0, 1))
        arrays[derived.name] = (*_SAMPLE, *derived.dims), values, _described(derived)
    return _dataset(arrays, _labels((*free_variables(model), *quantities)))


def _log_prior(model: Model, coordinate: Callable[[str], Array]) -> xr.Dataset:
    """Compute the log prior densities of the free parameters, each on its own scale."""
    arrays = _free(model, lambda prior, z: prior.log_density(z), coordinate)
    described = {name: (dims, values, _density(attrs)) for name, (dims, values, attrs) in arrays.items()}
    return _dataset(described, _labels(free_variables(model)))


def _density(attributes: Mapping[str, str]) -> dict[str, str]:
    return {"units": "nat", "long_name": f"log prior density: {attributes['long_name']}"}


def _constants(model: Model) -> xr.Dataset:
    """Collect the numbers of the case that are data of the model."""
    arrays = data(model)
    return _dataset(
        {each.name: (each.dims, each.values, _described(each)) for each in arrays}, _labels(arrays)
    )


# --- claims ------------------------------------------------------------------------------


def _of_claims(
    model: Model, seed: int, at_posterior: Evaluation[Array], at_prior: Evaluation[Array]
) -> dict[str, xr.Dataset]:
    """Compute the groups that have one value a claim; none where nothing is fit."""
    if not model.fitted:
        return {}
    labels = {CLAIM: tuple(fitted.claim.id for fitted in model.fitted)}

    def by_draw(values: Array, attributes: Mapping[str, str] = _REPORTED) -> xr.Dataset:
        return _dataset({REPORT: ((*_SAMPLE, CLAIM), np.moveaxis(values, 0, -1), attributes)}, labels)

    density = {"units": "nat", "long_name": "log density of a report"}
    stated = np.array([_reported(model, name, np.array(model.stated[name])) for name in labels[CLAIM]])
    return {
        "posterior_predictive": by_draw(_reports(model, at_posterior, seed, "posterior")),
        "prior_predictive": by_draw(_reports(model, at_prior, seed, "prior")),
        "log_likelihood": by_draw(model.log_densities(at_posterior), density),
        "observed_data": _dataset({REPORT: ((CLAIM,), stated, _REPORTED)}, labels),
    }


def _reports(model: Model, evaluation: Evaluation[Array], seed: int, given: str) -> Array:
    """Draw the report that the model predicts for each claim; shape (claim, chain, draw)."""
    drawn = []
    for fitted in model.fitted:
        name = fitted.claim.id
        rng = named_generator(seed, f"{given} predictive.claim.{name}")
        drawn.append(_reported(model, name, model.draw_report(evaluation, name, rng)))
    return np.stack(drawn)


def _reported(model: Model, claim: str, values: Array) -> Array:
    """Write values of a claim as its reports are: logarithms, and logits of shares."""
    reporting = model.reporting[claim]
    if reporting.kernel is None:
        return values
    logs: Array = np.log(values)
    return logs - np.log1p(-values) if KINDS[model.fitted[model.places[claim]].claim.quantity].logit else logs


def _statistics(report: SamplerReport, thin: int) -> dict[str, xr.Dataset]:
    """Collect the statistics of the sampler, by ArviZ's names; no group where it keeps none."""
    kept: dict[str, NDArray[Any]] = {name: values[:, ::thin] for name, values in report.statistics.items()}
    if isinstance(report, NutsReport):
        kept["reached_max_treedepth"] = kept["tree_depth"] >= report.deepest_tree
    if not kept:
        return {}
    return {"sample_stats": _dataset({name: (_SAMPLE, values, {}) for name, values in kept.items()}, {})}
