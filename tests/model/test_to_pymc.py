"""The model in PyMC has the densities and quantities of the model in numpy."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

import shellcount
from shellcount.case.schema import Case
from shellcount.errors import UnknownNameError, UsageError
from shellcount.maths.arrays import Array
from shellcount.maths.kernel import Kernel
from shellcount.model import to_pymc
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import Model, build_model
from shellcount.model.variables import claim_variable, derived_quantities, free_variables
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior

Z95 = 1.6448536269514722
FAST = {"mode": "FAST_COMPILE"}
KINDS = {"lognormal": "LogNormalRV", "normal": "NormalRV", "logitnormal": "LogitNormal"}
both = pytest.mark.parametrize("given", ["counts", "all"])


class Pair:
    """A model in numpy and in PyMC."""

    def __init__(self, case: Case, given: str) -> None:
        self.ours: Model = build_model(case, given)
        self.pymc: Any = to_pymc.to_pymc_model(self.ours)
        self.variables = free_variables(self.ours)
        self.names = [name for variable in self.variables for name in variable.coordinates]
        self._compiled: Any = None

    def point(self, z: dict[str, float]) -> dict[str, Any]:
        """Standard normal coordinates as PyMC's value variables, all of which are normal."""
        found = {}
        for variable in self.variables:
            pairs = zip(variable.coordinates, variable.priors, strict=True)
            row = np.array([prior.mu + prior.sigma * z[name] for name, prior in pairs])
            value = self.pymc.rvs_to_values[self.pymc[variable.name]].name
            found[value] = row[0] if variable.dim is None else row
        return found

    def log_densities(self, z: dict[str, float]) -> dict[str, Array]:
        """PyMC's log density of every variable on its own scale, by name."""
        if self._compiled is None:
            densities = self.pymc.logp(sum=False, jacobian=False)
            self._compiled = self.pymc.compile_fn(densities, on_unused_input="ignore", **FAST)
        names = [variable.name for variable in self.pymc.basic_RVs]
        return dict(zip(names, self._compiled(self.point(z)), strict=True))

    def random_points(self, count: int, spread: float, seed: int = 1) -> Iterator[dict[str, float]]:
        rng = np.random.default_rng(seed)
        for _ in range(count):
            values = (spread * rng.standard_normal(len(self.names))).tolist()
            yield dict(zip(self.names, values, strict=True))


@pytest.fixture(scope="module")
def pairs(case: Case) -> dict[str, Pair]:
    return {given: Pair(case, given) for given in ("counts", "all")}


def evaluation_at(model: Model, z: dict[str, float]) -> Evaluation[Array]:
    return Evaluation(model, lambda name: np.array([z[name]]))


# --- the model in PyMC ---------------------------------------------------------------------


@both
def test_free_variables_are_named_distributions_with_dimensions(given: str, pairs: dict[str, Pair]) -> None:
    pair = pairs[given]
    built = [
        (v.name, type(v.owner.op).__name__, pair.pymc.named_vars_to_dims.get(v.name))
        for v in pair.pymc.free_RVs
    ]
    assert built == [
        (v.name, KINDS[v.priors[0].kind], (v.dim,) if v.dim is not None else None) for v in pair.variables
    ]
    kinds = {name: kind for name, kind, _ in built}
    assert kinds["first_rate_per_day"] == kinds["mass_kg"] == "LogNormalRV"
    assert kinds["load"] == kinds["stowage"] == kinds["munitions_share"] == "LogitNormal"
    assert kinds["rate_step"] == kinds["bias"] == kinds["mix_score"] == "NormalRV"


@both
def test_coordinates_label_every_dimension(given: str, pairs: dict[str, Pair]) -> None:
    pair = pairs[given]
    coords = {v.dim: v.labels for v in pair.variables if v.dim is not None} | {"claim": ("stated",)}
    for derived in derived_quantities(pair.ours):
        coords |= dict(zip(derived.dims, derived.labels, strict=True))
        assert pair.pymc.named_vars_to_dims[derived.name] == derived.dims
    assert dict(pair.pymc.coords) == coords
    assert [v.name for v in pair.pymc.deterministics] == [d.name for d in derived_quantities(pair.ours)]


@both
def test_each_claim_is_one_observed_variable_and_its_value_is_data(
    given: str, pairs: dict[str, Pair]
) -> None:
    pair = pairs[given]
    claims = [read.claim for read in pair.ours.fitted]
    assert [v.name for v in pair.pymc.observed_RVs] == [f"claim.{claim.id}" for claim in claims]
    assert [v.name for v in pair.pymc.data_vars] == [f"stated.{claim.id}" for claim in claims]
    for claim in claims:
        assert pair.pymc[f"stated.{claim.id}"].get_value().tolist() == [claim.value]
        assert pair.pymc.named_vars_to_dims[f"claim.{claim.id}"] == ("claim",)
    assert pair.pymc.potentials == []


@both
def test_hedges_without_a_margin_are_log_normal(given: str, pairs: dict[str, Pair]) -> None:
    pair = pairs[given]
    kinds = {v.name: type(v.owner.op).__name__ for v in pair.pymc.observed_RVs}
    for read in pair.ours.fitted:
        kind = kinds[claim_variable(read)]
        one_sided = pair.ours.kernels[read.claim.id].margin != 0
        assert kind.startswith("CustomDist") if one_sided else kind == "LogNormalRV"


@pytest.mark.parametrize("spread", [1.0, 5.0])
@both
def test_log_densities_are_those_of_numpy(given: str, spread: float, pairs: dict[str, Pair]) -> None:
    pair = pairs[given]
    for z in pair.random_points(25, spread):
        found, evaluation = pair.log_densities(z), evaluation_at(pair.ours, z)
        for variable in pair.variables:
            densities = zip(variable.coordinates, variable.priors, strict=True)
            prior_density = [float(prior.log_density(np.array(z[name]))) for name, prior in densities]
            assert_allclose(np.atleast_1d(found[variable.name]), prior_density, rtol=1e-9, atol=1e-9)
        for read in pair.ours.fitted:
            expected = evaluation.log_density(read) - math.log(read.claim.value)
            assert_allclose(found[claim_variable(read)], expected, rtol=1e-9, atol=1e-9)


@both
def test_the_whole_log_density_is_prior_slope_and_likelihood(given: str, pairs: dict[str, Pair]) -> None:
    # On the scale on which every parameter is normal, as the sampler sees it.
    pair = pairs[given]
    terms = pair.pymc.compile_fn(pair.pymc.logp(sum=False, jacobian=True), **FAST)
    sigmas = [prior.sigma for variable in pair.variables for prior in variable.priors]
    for z in pair.random_points(10, 2.0, seed=2):
        normal = sum(stats.norm.logpdf(list(z.values()))) - sum(map(math.log, sigmas))
        informed = np.array([[z[name]] for name in pair.ours.informed])
        units = sum(math.log(read.claim.value) for read in pair.ours.fitted)
        expected = normal + pair.ours.log_likelihood(informed)[0] - units
        whole = sum(float(term.sum()) for term in terms(pair.point(z)))
        assert whole == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    "kernel", [Kernel(0.05, 0.4), Kernel(0.05, -0.4), Kernel(0.001, 2.0), Kernel(0.3, 0.01)]
)
def test_one_sided_densities_and_their_slopes_hold_far_in_both_tails(kernel: Kernel) -> None:
    import pytensor
    import pytensor.tensor as pt

    value, location = pt.vector("value"), pt.scalar("location")
    density = to_pymc._logp(value, location, pt.constant(kernel.sigma), pt.constant(kernel.margin))
    slope = pytensor.grad(density.sum(), value)
    compute = pytensor.function([value, location], [density, slope], **FAST)
    errors = kernel.scale * np.concatenate([np.linspace(-60, 60, 2001), [-1e-9, 0.0, 1e-9]])
    stated = np.exp(0.3 + errors)
    errors = np.log(stated) - 0.3
    found, slopes = compute(stated, 0.3)
    assert_allclose(found, kernel.log_density(errors) - np.log(stated), rtol=1e-9, atol=1e-9)
    step = 1e-6 * kernel.sigma
    rise = (kernel.log_density(errors + step) - kernel.log_density(errors - step)) / (2 * step)
    assert np.isfinite(slopes).all()
    assert_allclose(slopes * stated + 1, rise, rtol=1e-4, atol=1e-3 / kernel.scale)


def test_every_derived_quantity_is_that_of_numpy(pairs: dict[str, Pair]) -> None:
    pair = pairs["all"]
    deterministics = [pair.pymc[derived.name] for derived in derived_quantities(pair.ours)]
    values = pair.pymc.replace_rvs_by_values(deterministics)
    compute = pair.pymc.compile_fn(values, inputs=pair.pymc.value_vars, on_unused_input="ignore", **FAST)
    for z in pair.random_points(3, 1.5, seed=3):
        evaluation = evaluation_at(pair.ours, z)
        for derived, found in zip(derived_quantities(pair.ours), compute(pair.point(z)), strict=True):
            assert found.shape == tuple(map(len, derived.labels))
            for place in np.ndindex(found.shape):
                at = tuple(labels[i] for labels, i in zip(derived.labels, place, strict=True))
                assert_allclose(found[place], derived.value(evaluation, at), rtol=1e-9)


def test_prior_predictive_draws_are_distributed_as_ours(
    pairs: dict[str, Pair], posterior_all: Posterior
) -> None:
    import pymc as pm

    theirs = pm.sample_prior_predictive(
        draws=2000, model=pairs["all"].pymc, random_seed=1, compile_kwargs=FAST
    )
    ours = posterior_all.to_datatree(thin=4)
    compared = 0
    for group in ("prior", "prior_predictive"):
        assert set(theirs[group].data_vars) == set(ours[group].data_vars)
        for name, array in ours[group].data_vars.items():
            assert theirs[group][name].dims == array.dims
            drawn = theirs[group][name].to_numpy().reshape(2000, -1)
            for found, expected in zip(drawn.T, array.to_numpy().reshape(-1, drawn.shape[1]).T, strict=True):
                compared += 1
                if np.ptp(expected) == 0:
                    assert_array_equal(found, expected[0])
                else:
                    assert stats.ks_2samp(found, expected, method="asymp").pvalue > 1e-4, name
    assert compared > 60


def test_a_stated_value_is_changed_without_building_anew(case: Case) -> None:
    pair = Pair(case, "counts")
    z = next(pair.random_points(1, 1.0))
    stated = {read.claim.id: read.claim.value for read in pair.ours.fitted}
    informed = np.array([[z[name]] for name in pair.ours.informed])

    def likelihood() -> float:
        found = pair.log_densities(z)
        return sum(float(found[f"claim.{name}"][0]) + math.log(value) for name, value in stated.items())

    before = likelihood()
    assert before == pytest.approx(pair.ours.log_likelihood(informed)[0], rel=1e-9)
    for name, value in {"us-state-2024-02": 25_000.0, "rok-mnd-2024-02": 5_500.0}.items():
        stated[name] = value
        pair.pymc.set_data(f"stated.{name}", [value])
    after = likelihood()
    assert after == pytest.approx(pair.ours.log_likelihood(informed, stated)[0], rel=1e-9)
    assert abs(after - before) > 0.1


@pytest.mark.parametrize("given", ["everything", "all-but:ua-gur"])
def test_what_cannot_be_given_is_refused_by_the_builder(case: Case, given: str) -> None:
    with pytest.raises((UsageError, UnknownNameError)):
        shellcount.to_pymc(case, given)


def test_the_public_builder_is_the_same_model(case: Case, pairs: dict[str, Pair]) -> None:
    model = shellcount.to_pymc(case)
    assert [v.name for v in model.basic_RVs] == [v.name for v in pairs["counts"].pymc.basic_RVs]


@pytest.mark.parametrize("missing", ["pymc", "nutpie"])
def test_a_missing_library_is_named_with_the_way_to_install_it(
    missing: str, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else find(name))
    message = rf"^this needs {missing}: install it with pip install 'shellcount\[nuts\]'$"
    with pytest.raises(UsageError, match=message):
        fit(case, engine="nuts")
    with pytest.raises(UsageError, match=message):
        shellcount.to_pymc(case)
