"""Draws of both engines reach ArviZ whole: names, dimensions, values, and the functions that work on them."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import math
import warnings
from collections.abc import Callable, Iterator
from itertools import product
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from building import one_claim_case
from quick import quick_posterior
from shellcount.case.changes import with_changes
from shellcount.case.flow import step_sd
from shellcount.case.schema import Case
from shellcount.engines.nuts_report import NutsReport
from shellcount.errors import ConvergenceError, UsageError
from shellcount.maths.arrays import Array
from shellcount.model.derived import data, derived_quantities
from shellcount.model.model import Model
from shellcount.model.variables import coordinate_values, free_variables
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior

if TYPE_CHECKING:
    import xarray as xr

# numpy says so where ArviZ divides by the spread of a constant: a share of the only stow.
CONSTANT = "invalid value encountered in scalar divide"
INFLUENTIAL = "Estimated shape parameter of Pareto distribution is greater than"
GROUPS = {
    "posterior",
    "prior",
    "posterior_predictive",
    "prior_predictive",
    "log_likelihood",
    "log_prior",
    "observed_data",
    "constant_data",
}
STATISTICS = {"posterior": set(), "posterior_nuts": {"sample_stats"}}  # engine smc keeps none
THIN = {"posterior": 16, "posterior_nuts": 10}
engines = pytest.mark.parametrize("engine", THIN)


@pytest.fixture(scope="module")
def az() -> Iterator[ModuleType]:
    import matplotlib as mpl

    mpl.use("Agg")
    import arviz

    yield arviz
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.fixture(scope="module")
def trees(posterior: Posterior, posterior_nuts: Posterior) -> dict[str, xr.DataTree]:
    fitted = {"posterior": posterior, "posterior_nuts": posterior_nuts}
    return {name: fitted[name].to_datatree(thin=thin) for name, thin in THIN.items()}


@pytest.fixture(scope="module")
def posteriors(posterior: Posterior, posterior_nuts: Posterior) -> dict[str, Posterior]:
    return {"posterior": posterior, "posterior_nuts": posterior_nuts}


# --- groups, dimensions and values ---------------------------------------------------------


@engines
def test_a_tree_has_the_groups_that_arviz_expects(engine: str, trees: dict[str, xr.DataTree]) -> None:
    assert set(trees[engine].children) == GROUPS | STATISTICS[engine]


def test_both_engines_have_the_same_variables(trees: dict[str, xr.DataTree]) -> None:
    one, other = trees.values()
    for group in GROUPS:
        assert {name: values.dims for name, values in one[group].data_vars.items()} == {
            name: values.dims for name, values in other[group].data_vars.items()
        }
        for dim in set(one[group].coords) - {"chain", "draw"}:
            assert_array_equal(one[group].coords[dim], other[group].coords[dim])


@engines
def test_everything_says_what_it_is_and_what_made_it(engine: str, trees: dict[str, xr.DataTree]) -> None:
    for group in GROUPS:
        found = trees[engine][group]
        assert (
            found.attrs["inference_library"]
            == {"posterior": "shellcount", "posterior_nuts": "nutpie"}[engine]
        )
        assert found.attrs["inference_library_version"]
        for name, values in found.data_vars.items():
            assert {"units", "long_name"} <= values.attrs.keys(), (group, name)
            assert "." not in str(name)
        assert [dim for dim in found.dims if "." in str(dim)] == []
    assert trees[engine]["posterior"]["rounds"].attrs["units"] == "rounds"
    assert trees[engine]["posterior"]["rate"].attrs["units"] == "containers per day"


def test_draws_of_smc_are_said_to_have_no_order(trees: dict[str, xr.DataTree]) -> None:
    assert "do not apply" in trees["posterior"]["posterior"].attrs["order_of_draws"]
    assert "order_of_draws" not in trees["posterior_nuts"]["posterior"].attrs


def dims_expected(model: Model) -> dict[str, tuple[str, ...]]:
    free = {v.name: ("chain", "draw", *([v.dim] if v.dim else [])) for v in free_variables(model)}
    return free | {d.name: ("chain", "draw", *d.dims) for d in derived_quantities(model)}


@engines
def test_variables_have_the_dimensions_of_the_model(
    engine: str, trees: dict[str, xr.DataTree], posterior: Posterior
) -> None:
    tree, model = trees[engine], posterior.model
    expected = dims_expected(model)
    for group in ("posterior", "prior"):
        assert {str(name): found.dims for name, found in tree[group].data_vars.items()} == expected
    free = [variable.name for variable in free_variables(model)]
    assert {str(name): found.dims for name, found in tree["log_prior"].data_vars.items()} == {
        name: expected[name] for name in free
    }
    for group in ("posterior_predictive", "prior_predictive", "log_likelihood"):
        found = {str(name): values.dims for name, values in tree[group].data_vars.items()}
        assert found == {"report": ("chain", "draw", "claim")}
    assert tree["observed_data"]["report"].dims == ("claim",)
    claims = [each.claim.id for each in model.fitted]
    assert tree["observed_data"].coords["claim"].to_numpy().tolist() == claims
    assert {str(name): values.dims for name, values in tree["constant_data"].data_vars.items()} == {
        each.name: each.dims for each in data(model)
    }


@engines
def test_labels_are_those_of_the_case(
    engine: str, trees: dict[str, xr.DataTree], posterior: Posterior
) -> None:
    group = trees[engine]["posterior"]
    for derived in derived_quantities(posterior.model):
        for dim, labels in zip(derived.dims, derived.labels, strict=True):
            assert_array_equal(group.coords[dim], coordinate_values(dim, labels))
    for variable in free_variables(posterior.model):
        if variable.dim is not None:
            assert_array_equal(group.coords[variable.dim], coordinate_values(variable.dim, variable.labels))
    assert group.coords["date"].dtype.kind == group.coords["step"].dtype.kind == "M"


@engines
def test_chains_and_draws_are_numbered(engine: str, trees: dict[str, xr.DataTree]) -> None:
    for group in GROUPS - {"observed_data", "constant_data"}:
        found = trees[engine][group]
        assert_array_equal(found.coords["chain"], np.arange(found.sizes["chain"]))
        assert_array_equal(found.coords["draw"], np.arange(found.sizes["draw"]))


NAMES = {
    "containers": "containers.{scope}@{date}",
    "rounds": "rounds.{scenario}@{date}",
    "capacity": "capacity.{cargo}",
    "mix": "mix.{nature}",
    "mass_kg": "{stow}.mass_kg",
    "volume_m3": "{stow}.volume_m3",
}


def written(label: Any) -> str:
    """A label as names of estimates have it."""
    return str(label.astype("datetime64[D]")) if isinstance(label, np.datetime64) else str(label)


def elements(array: Any) -> Iterator[tuple[dict[str, str], Array]]:
    """Every element of an array that has chains and draws first, with its labels by dimension."""
    dims = [str(dim) for dim in array.dims[2:]]
    for at in product(*(list(array.coords[dim].to_numpy()) for dim in dims)):
        labels = dict(zip(dims, at, strict=True))
        yield {dim: written(label) for dim, label in labels.items()}, array.sel(labels).to_numpy()


@engines
@pytest.mark.parametrize("name", NAMES)
def test_an_array_holds_the_draws_of_the_estimates_of_its_name(
    engine: str, name: str, trees: dict[str, xr.DataTree], posteriors: dict[str, Posterior]
) -> None:
    for at, element in elements(trees[engine]["posterior"][name]):
        expected = posteriors[engine].draws(NAMES[name].format(**at))
        assert_allclose(element, expected[:, :: THIN[engine]], rtol=1e-12)


@engines
def test_scalars_are_the_draws_of_their_name(
    engine: str, trees: dict[str, xr.DataTree], posteriors: dict[str, Posterior]
) -> None:
    for name in ("first_rate_per_day", "load", "munitions_share", "stowage"):
        expected = posteriors[engine].draws(name)[:, :: THIN[engine]]
        assert_array_equal(trees[engine]["posterior"][name], expected)


@engines
def test_log_likelihoods_are_those_of_the_model(
    engine: str, trees: dict[str, xr.DataTree], posteriors: dict[str, Posterior]
) -> None:
    fitted, group = posteriors[engine], trees[engine]["log_likelihood"]
    coordinates = np.stack([fitted._coordinate(name)[:, :: THIN[engine]] for name in fitted.model.informed])
    total = fitted.model.log_likelihood(coordinates.reshape(len(coordinates), -1))
    assert_allclose(group["report"].sum("claim").to_numpy().ravel(), total, rtol=1e-12)


@engines
def test_log_priors_are_scipys(engine: str, trees: dict[str, xr.DataTree], posterior: Posterior) -> None:
    tree = trees[engine]
    load, mass = posterior.model.priors["load"], posterior.model.priors["122mm-rocket.one-row.mass_kg"]
    share = tree["posterior"]["load"].to_numpy()
    logit = np.log(share / (1 - share))
    expected = stats.norm(load.mu, load.sigma).logpdf(logit) - np.log(share * (1 - share))
    assert_allclose(tree["log_prior"]["load"], expected, rtol=1e-9)
    at = {"stow": "122mm-rocket.one-row"}
    expected = stats.lognorm(mass.sigma, scale=math.exp(mass.mu)).logpdf(tree["posterior"]["mass_kg"].sel(at))
    assert_allclose(tree["log_prior"]["mass_kg"].sel(at), expected, rtol=1e-9)
    steps = tree["posterior"]["rate_step"].to_numpy()
    walk = step_sd(posterior.case)
    assert_allclose(tree["log_prior"]["rate_step"], stats.norm(0, walk).logpdf(steps), rtol=1e-9)


def log_slopes(model: Model, group: Any) -> Array:
    """Log slopes of all parameters by the scale on which they are normal, summed."""
    total: Array = np.zeros((group.sizes["chain"], group.sizes["draw"]))
    for variable in free_variables(model):
        x, kind = group[variable.name].to_numpy(), variable.priors[0].kind
        if kind != "normal":
            slope = np.log(x) if kind == "lognormal" else np.log(x) + np.log1p(-x)
            total += slope.reshape(*total.shape, -1).sum(axis=2)
    return total


def test_lp_of_nuts_is_the_log_posterior_that_it_moves_on(
    trees: dict[str, xr.DataTree], posterior_nuts: Posterior
) -> None:
    tree = trees["posterior_nuts"]
    total: Array = log_slopes(posterior_nuts.model, tree["posterior"])
    for group in ("log_prior", "log_likelihood"):
        for values in tree[group].data_vars.values():
            total += values.to_numpy().reshape(*total.shape, -1).sum(axis=2)
    assert_allclose(tree["sample_stats"]["lp"], total, rtol=1e-9)


def test_the_samplers_own_statistics_are_kept(
    trees: dict[str, xr.DataTree], posterior_nuts: Posterior
) -> None:
    group, told = trees["posterior_nuts"]["sample_stats"], posterior_nuts.sampler_report.statistics
    assert set(map(str, group.data_vars)) == {*told, "reached_max_treedepth"}
    report = posterior_nuts.sampler_report
    assert isinstance(report, NutsReport)
    assert_array_equal(group["reached_max_treedepth"], group["tree_depth"] >= report.deepest_tree)
    for name, values in told.items():
        assert_array_equal(group[name], values[:, :: THIN["posterior_nuts"]])


@engines
def test_stated_values_are_data_and_their_logarithms_observed(
    engine: str, trees: dict[str, xr.DataTree], posterior: Posterior
) -> None:
    stated = [fitted.claim.stated for fitted in posterior.model.fitted]
    assert_array_equal(trees[engine]["constant_data"]["stated"], stated)
    assert_allclose(trees[engine]["observed_data"]["report"], np.log(stated), rtol=1e-15)


@engines
def test_prior_draws_have_the_quantiles_that_the_case_states(
    engine: str, trees: dict[str, xr.DataTree], posterior: Posterior
) -> None:
    for name in ("first_rate_per_day", "load", "payload_share"):
        prior, draws = posterior.model.priors[name], trees[engine]["prior"][name].to_numpy()
        assert np.mean(draws < prior.low) == pytest.approx(0.05, abs=0.005)
        assert np.mean(draws < prior.high) == pytest.approx(0.95, abs=0.005)


@engines
@pytest.mark.parametrize("given", ["posterior", "prior"])
def test_predictive_draws_are_reports_of_the_quantity_drawn(
    engine: str, given: str, trees: dict[str, xr.DataTree], posterior: Posterior
) -> None:
    tree, model = trees[engine], posterior.model
    for fitted in model.fitted:
        claim = fitted.claim
        at = {"scope": claim.scope, "date": fitted.dates[0].isoformat()}
        quantity = tree[given]["containers"].sel(at).to_numpy()
        bias = tree[given]["bias"].sel({"claimant_quantity": f"{claim.claimant}:{claim.quantity}"}).to_numpy()
        reports = tree[f"{given}_predictive"]["report"].sel(claim=claim.id).to_numpy()
        errors = reports - np.log(quantity) - bias
        below = model.reporting[claim.id].cdf(math.exp(0.0), -errors.ravel())
        assert stats.kstest(below, "uniform").pvalue > 1e-4


@engines
def test_a_tree_says_what_made_it(
    engine: str, trees: dict[str, xr.DataTree], posteriors: dict[str, Posterior]
) -> None:
    attributes = trees[engine].attrs
    assert json.loads(attributes["run"]) == posteriors[engine].run.document()
    assert attributes["not_quotable"] == ""


def test_the_same_posterior_gives_the_same_tree(trees: dict[str, xr.DataTree], posterior: Posterior) -> None:
    assert posterior.to_datatree(thin=THIN["posterior"]).identical(trees["posterior"])


# --- thinning, and what is refused ---------------------------------------------------------


@pytest.fixture(scope="module")
def little() -> Posterior:
    return fit(one_claim_case(), runs=4, engine="smc", particles=64, allow_unconverged=True)


@pytest.mark.parametrize("thin", [1, 3, 512])
def test_thinning_keeps_every_so_many_draws_of_each_run(little: Posterior, thin: int) -> None:
    tree = little.to_datatree(thin=thin)
    expected = little.draws("load")[:, ::thin]
    assert_array_equal(tree["posterior"]["load"], expected)
    for group in GROUPS - {"observed_data", "constant_data"}:
        assert (tree[group].sizes["chain"], tree[group].sizes["draw"]) == expected.shape


@pytest.mark.parametrize("thin", [0, -1, 513, 10**9])
def test_a_thinning_that_keeps_nothing_is_refused(little: Posterior, thin: int) -> None:
    with pytest.raises(UsageError, match=f"thin must be from 1 to 512, not {thin}"):
        little.to_datatree(thin=thin)


def test_a_missing_xarray_is_named(little: Posterior, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(
        UsageError, match=r"this needs xarray: install it with pip install 'shellcount\[nuts\]'"
    ):
        little.to_datatree()


def diverged(posterior: Posterior, *, allow_unconverged: bool) -> Posterior:
    account = posterior.sampler_report
    assert isinstance(account, NutsReport)
    flags = np.zeros(posterior.shape)
    flags[1, 2] = 1
    told = NutsReport({**account.statistics, "diverging": flags}, account.deepest_tree)
    return Posterior(posterior.model, posterior.run, posterior.coordinates, told, allow_unconverged)


def test_a_run_that_diverged_gives_a_tree_only_if_allowed(posterior_nuts: Posterior) -> None:
    with pytest.raises(ConvergenceError, match=r"1 divergent trajectory; .* fit with engine=smc"):
        diverged(posterior_nuts, allow_unconverged=False).to_datatree(thin=100)
    tree = diverged(posterior_nuts, allow_unconverged=True).to_datatree(thin=100)
    assert tree.attrs["not_quotable"] == "1 divergent trajectory"


# --- PyMC reads them as its own ------------------------------------------------------------


@pytest.fixture(scope="module", params=["posterior_all", "posterior_nuts"])
def read_by_pymc(request: pytest.FixtureRequest) -> SimpleNamespace:
    """A few draws, and the same model in PyMC."""
    from shellcount.model.to_pymc import to_pymc_model

    fitted: Posterior = request.getfixturevalue(request.param)
    tree = fitted.to_datatree(thin=fitted.shape[1] // 20)  # no fewer draws than chains
    return SimpleNamespace(tree=tree, model=to_pymc_model(fitted.model), ours=fitted.model)


FAST = {"compile_kwargs": {"mode": "FAST_COMPILE"}, "progressbar": False}


def test_pymc_computes_the_same_log_likelihoods(read_by_pymc: SimpleNamespace) -> None:
    import pymc as pm

    tree = read_by_pymc.tree
    computed = pm.compute_log_likelihood(tree.copy(), model=read_by_pymc.model, **FAST)["log_likelihood"]
    assert set(computed.data_vars) == set(tree["log_likelihood"].data_vars)
    for name, values in tree["log_likelihood"].data_vars.items():
        assert_allclose(values, computed[name], rtol=1e-9, atol=1e-9)


def test_pymc_computes_the_same_log_priors(read_by_pymc: SimpleNamespace) -> None:
    import pymc as pm

    tree = read_by_pymc.tree
    computed = pm.stats.compute_log_prior(tree.copy(), model=read_by_pymc.model, **FAST)["log_prior"]
    assert set(computed.data_vars) == set(tree["log_prior"].data_vars)
    for name, values in tree["log_prior"].data_vars.items():
        assert_allclose(values, computed[name], rtol=1e-9, atol=1e-9)


def test_pymc_has_the_same_data_and_observations(read_by_pymc: SimpleNamespace) -> None:
    from pymc.backends.arviz import find_constants, find_observations

    tree, model = read_by_pymc.tree, read_by_pymc.model
    constants, observed = find_constants(model), find_observations(model)
    assert set(tree["constant_data"].data_vars) == constants.keys()
    for name, values in constants.items():
        assert_array_equal(tree["constant_data"][name], values)
    assert observed.keys() == {"report"}
    assert_allclose(tree["observed_data"]["report"], observed["report"], rtol=1e-14)


def test_pymc_computes_the_same_quantities(read_by_pymc: SimpleNamespace) -> None:
    import pymc as pm

    group = read_by_pymc.tree["posterior"].to_dataset()
    computed = pm.compute_deterministics(group, model=read_by_pymc.model, **FAST)
    assert set(computed.data_vars) == {each.name for each in derived_quantities(read_by_pymc.ours)}
    for name, values in computed.data_vars.items():
        assert group[name].dims == values.dims
        assert_allclose(group[name], values, rtol=1e-9)


# --- ArviZ's functions ---------------------------------------------------------------------


def row(name: str, at: dict[str, str]) -> str:
    """How ArviZ labels an element."""
    times = {dim: f"{label}T00:00:00" for dim, label in at.items() if dim in {"date", "step", "change"}}
    return f"{name}[{', '.join((at | times).values())}]"


@engines
def test_the_summary_of_arviz_has_every_element_under_its_own_label(
    engine: str, az: ModuleType, trees: dict[str, xr.DataTree]
) -> None:
    # ArviZ takes labels in the order of a variable's dimensions and values in that of the group's:
    # both must be the same for all variables.
    from arviz_stats.base import array_stats

    with pytest.warns(RuntimeWarning, match=CONSTANT):
        table = az.summary(trees[engine], round_to="none")
    for name, array in trees[engine]["posterior"].data_vars.items():
        if array.ndim == 2:
            assert float(table.loc[str(name), "mean"]) == pytest.approx(float(array.mean()), rel=1e-10)
            rhat = float(array_stats.rhat(array.to_numpy()))
            assert float(table.loc[str(name), "r_hat"]) == pytest.approx(rhat, rel=1e-9)
            continue
        for at, element in elements(array):
            found = table.loc[row(str(name), at)]
            assert float(found["mean"]) == pytest.approx(element.mean(), rel=1e-9, abs=1e-12), (name, at)
            assert float(found["sd"]) == pytest.approx(element.std(ddof=1), rel=1e-9, abs=1e-12), (name, at)


PLOTS: dict[str, dict[str, Any]] = {
    "plot_dist": {"var_names": ["load", "capacity"]},
    "plot_forest": {"var_names": ["containers"]},
    "plot_ppc_dist": {"num_samples": 20},
    "plot_ppc_pit": {},
    "plot_ppc_interval": {},
    "plot_ppc_tstat": {},
    "plot_loo_pit": {},
    "plot_prior_posterior": {"var_names": ["load", "munitions_share"]},
    "plot_trace_dist": {"var_names": ["load"]},
}


@engines
@pytest.mark.parametrize("plot", PLOTS)
def test_a_plot_of_arviz_is_drawn(
    engine: str, plot: str, az: ModuleType, trees: dict[str, xr.DataTree]
) -> None:
    import matplotlib.pyplot as plt

    draw: Callable[..., Any] = getattr(az, plot)
    draw(trees[engine], **PLOTS[plot])
    assert plt.get_fignums()
    assert any(axes.has_data() for number in plt.get_fignums() for axes in plt.figure(number).axes)
    plt.close("all")


@contextlib.contextmanager
def influential_claims() -> Iterator[None]:
    """Take ArviZ's warning that few claims are each of influence."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=INFLUENTIAL, category=UserWarning)
        yield


@engines
def test_every_claim_is_left_out_under_its_name(
    engine: str, az: ModuleType, trees: dict[str, xr.DataTree], posterior: Posterior
) -> None:
    tree, claims = trees[engine], [fitted.claim.id for fitted in posterior.model.fitted]
    with influential_claims():
        found, percentiles = az.loo(tree, pointwise=True), az.loo_pit(tree)
    assert (found.n_data_points, found.n_samples) == (len(claims), tree["posterior"]["load"].size)
    assert found.elpd_i.coords["claim"].to_numpy().tolist() == claims
    # Of each report: below its best density, above that of the worst draw.
    held = tree["log_likelihood"]["report"]
    assert (held.min(("chain", "draw")) < found.elpd_i).all()
    assert (found.elpd_i < held.max(("chain", "draw"))).all()
    assert percentiles["report"].coords["claim"].to_numpy().tolist() == claims
    assert ((percentiles["report"] > 0) & (percentiles["report"] < 1)).all()


def test_two_models_of_the_same_claims_are_compared(
    az: ModuleType, trees: dict[str, xr.DataTree], case: Case
) -> None:
    wider = fit(with_changes(case, {"reliability.B": 0.2}), seed=1, runs=4, engine="smc", particles=256)
    with influential_claims():
        table = az.compare({"as it is": trees["posterior"], "wider": wider.to_datatree(thin=4)})
    assert set(table.index) == {"as it is", "wider"}
    assert np.isfinite(table["elpd"]).all()


@engines
def test_the_sensitivity_to_one_claim_is_asked_for_by_its_name(
    engine: str, az: ModuleType, trees: dict[str, xr.DataTree], posterior: Posterior
) -> None:
    def moved(claim: str) -> float:
        found = az.psense(
            trees[engine], var_names=["containers"], group="likelihood", group_coords={"claim": [claim]}
        )
        return float(found["containers"].sel(date="2024-06-14", scope="munitions"))

    by_claim = {fitted.claim.id: moved(fitted.claim.id) for fitted in posterior.model.fitted}
    # What Seoul counts last counts most, and what Washington counted first hardly.
    assert max(by_claim, key=by_claim.__getitem__) == "rok-mnd-2024-06"
    assert min(by_claim.values()) < 0.5 * max(by_claim.values())


@engines
def test_the_sensitivity_of_arviz_tells_priors_from_claims(
    engine: str, az: ModuleType, trees: dict[str, xr.DataTree], caplog: pytest.LogCaptureFixture
) -> None:
    containers = trees[engine]["posterior"]["containers"]
    table = az.psense_summary(trees[engine], var_names=["load", "containers"])
    assert "We detected potential issues" in caplog.text
    # No count of containers says how full they are; the claims do say how many there were.
    assert float(table.loc["load", "prior"]) > 0.05 > float(table.loc["load", "likelihood"])
    (label,) = (
        row("containers", at)
        for at, _ in elements(containers)
        if at == {"scope": "military", "date": "2024-06-14"}
    )
    assert float(table.loc[label, "likelihood"]) > 0.05


def test_energy_is_plotted_for_the_engine_that_has_one(
    az: ModuleType, trees: dict[str, xr.DataTree], posterior_nuts: Posterior
) -> None:
    found = az.bfmi(trees["posterior_nuts"])
    assert float(found["energy"].min()) > 0.3
    whole = az.bfmi(posterior_nuts.to_datatree())
    account = posterior_nuts.sampler_report
    assert isinstance(account, NutsReport)
    assert float(whole["energy"].min()) == pytest.approx(account.bfmi, rel=1e-10)


def test_a_tree_survives_a_file(trees: dict[str, xr.DataTree], tmp_path: Any, case: Case) -> None:
    import xarray as xr

    for name, tree in trees.items():
        tree.to_netcdf(tmp_path / f"{name}.nc", engine="h5netcdf")
        with xr.open_datatree(tmp_path / f"{name}.nc", engine="h5netcdf") as read:
            assert_array_equal(read["posterior"]["rounds"], tree["posterior"]["rounds"])
            assert json.loads(read.attrs["run"])["case"] == case.about.id


def test_a_summary_of_ours_has_the_columns_of_arviz(az: ModuleType) -> None:
    few = az.from_dict({"posterior": {"load": np.random.default_rng(1).random((4, 100))}})
    of_arviz = [
        name
        for kind in ("all", "all_median")
        for name in az.summary(few, kind=kind, ci_prob=0.9, ci_kind="eti").columns
    ]
    ours = quick_posterior(one_claim_case()).summary()
    assert set(of_arviz) - set(ours.columns) == {"mad", "mcse_sd", "ess_median"}
    assert set(ours.columns) - set(of_arviz) == {"unit", "remark"}
