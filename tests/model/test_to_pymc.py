"""The model in PyMC has the densities and quantities of the model in numpy, and can be taken apart."""

from __future__ import annotations

import datetime as dt
import importlib.util
import math
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

import shellcount
from building import case_of
from claims import with_every_form, with_many
from processes import unmeasured
from shellcount.case.changes import with_changes
from shellcount.case.flow import days_in_steps, span
from shellcount.case.schema import Case
from shellcount.errors import UnknownNameError, UsageError
from shellcount.maths.arrays import Array
from shellcount.maths.kernel import Kernel
from shellcount.model import densities, to_pymc
from shellcount.model.derived import Data, Derived, data, derived_quantities
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import Model, build_model
from shellcount.model.variables import coordinate_values, free_variables
from shellcount.posterior.fitting import fit
from shellcount.results.quantity import Quantity

FAST = {"mode": "FAST_COMPILE"}
KINDS = {"lognormal": "LogNormalRV", "normal": "NormalRV", "logitnormal": "LogitNormal"}
SETS = ("counts", "all", "every form")
every = pytest.mark.parametrize("given", SETS)
# All that the slowest engine of compilation need not see: what is compared here does not depend on it.
UNUSED = {"on_unused_input": "ignore", **FAST}


class Pair:
    """A model in numpy and in PyMC."""

    def __init__(self, case: Case, given: str) -> None:
        self.ours: Model = build_model(case, given)
        self.pymc: Any = to_pymc.to_pymc_model(self.ours)
        self.variables = free_variables(self.ours)
        self.names = [name for variable in self.variables for name in variable.coordinates]
        self._compiled: Any = None

    def point(self, z: dict[str, float], built: Any = None) -> dict[str, Any]:
        """Standard normal coordinates as PyMC's value variables, all of which are normal."""
        model = self.pymc if built is None else built
        found = {}
        for variable in self.variables:
            pairs = zip(variable.coordinates, variable.priors, strict=True)
            row = np.array([prior.mu + prior.sigma * z[name] for name, prior in pairs])
            if variable.name in {each.name for each in model.free_RVs}:
                value = model.rvs_to_values[model[variable.name]].name
                found[value] = row[0] if variable.dim is None else row
        return found

    def log_densities(self, z: dict[str, float]) -> dict[str, Array]:
        """PyMC's log density of every variable on its own scale, by name."""
        if self._compiled is None:
            densities_of = self.pymc.logp(sum=False, jacobian=False)
            self._compiled = self.pymc.compile_fn(densities_of, **UNUSED)
        names = [variable.name for variable in self.pymc.basic_RVs]
        return dict(zip(names, self._compiled(self.point(z)), strict=True))

    def random_points(self, count: int, spread: float, seed: int = 1) -> Iterator[dict[str, float]]:
        rng = np.random.default_rng(seed)
        for _ in range(count):
            values = (spread * rng.standard_normal(len(self.names))).tolist()
            yield dict(zip(self.names, values, strict=True))

    def expected(self, z: dict[str, float]) -> Array:
        """The log density of every claim, by numpy."""
        return self.ours.log_densities(evaluation_at(self.ours, z))[:, 0]


@pytest.fixture(scope="module")
def pairs(case: Case) -> dict[str, Pair]:
    cases = {"counts": (case, "counts"), "all": (case, "all"), "every form": (with_every_form(case), "all")}
    return {name: Pair(*pair) for name, pair in cases.items()}


def evaluation_at(model: Model, z: dict[str, float]) -> Evaluation[Array]:
    return Evaluation(model, lambda name: np.array([z[name]]), (1,))


def values_of(model: Any, names: list[str], point: dict[str, Any]) -> list[Array]:
    """Named quantities of a model in PyMC at the values of its parameters."""
    values = model.replace_rvs_by_values([model[name] for name in names])
    found: list[Array] = model.compile_fn(values, inputs=model.value_vars, **UNUSED)(
        {each.name: point[each.name] for each in model.value_vars}
    )
    return found


def reported(model: Any, point: dict[str, Any]) -> Array:
    """The log density of every claim of a model in PyMC."""
    (term,) = model.logp(vars=[model["report"]], sum=False, jacobian=False)
    found: Array = model.compile_fn(term, inputs=model.value_vars, **UNUSED)(
        {each.name: point[each.name] for each in model.value_vars}
    )
    return found


# --- the model in PyMC ---------------------------------------------------------------------


@every
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
    assert kinds["rate_step"] == kinds["bias_score"] == kinds["group_score"] == "NormalRV"


@every
def test_coordinates_label_every_dimension(given: str, pairs: dict[str, Pair]) -> None:
    pair = pairs[given]
    labels = {v.dim: v.labels for v in pair.variables if v.dim is not None}
    arrays: tuple[Data | Derived, ...] = (*data(pair.ours), *derived_quantities(pair.ours))
    for each in arrays:
        labels |= dict(zip(each.dims, each.labels, strict=True))
        assert pair.pymc.named_vars_to_dims.get(each.name, ()) == each.dims
    assert {dim: list(found) for dim, found in pair.pymc.coords.items()} == {
        dim: list(coordinate_values(dim, each)) for dim, each in labels.items()
    }
    assert np.array(pair.pymc.coords["date"]).dtype.kind == "M"
    assert pair.pymc.coords["claim"] == tuple(fitted.claim.id for fitted in pair.ours.fitted)
    assert [v.name for v in pair.pymc.deterministics] == [d.name for d in derived_quantities(pair.ours)]
    assert [v.name for v in pair.pymc.data_vars] == [each.name for each in data(pair.ours)]


@every
def test_no_name_has_a_dot(given: str, pairs: dict[str, Pair]) -> None:
    model = pairs[given].pymc
    assert [name for name in (*model.named_vars, *model.coords) if "." in name] == []


@every
def test_claims_are_one_observed_variable_of_logarithms(given: str, pairs: dict[str, Pair]) -> None:
    pair = pairs[given]
    claims = [fitted.claim for fitted in pair.ours.fitted]
    (report,) = pair.pymc.observed_RVs
    assert (report.name, pair.pymc.named_vars_to_dims["report"]) == ("report", ("claim",))
    assert_allclose(pair.pymc["stated"].get_value(), [claim.stated for claim in claims])
    observed = pair.pymc.rvs_to_values[report].eval()
    expected = [
        0.0
        if not claim.stated
        else math.log(claim.stated / (1 - claim.stated))
        if claim.quantity == "share"
        else math.log(claim.stated)
        for claim in claims
    ]
    assert_allclose(observed, expected, rtol=1e-12)
    assert pair.pymc.potentials == []


@pytest.mark.parametrize("spread", [1.0, 3.0])
@every
def test_log_densities_are_those_of_numpy(given: str, spread: float, pairs: dict[str, Pair]) -> None:
    pair = pairs[given]
    for z in pair.random_points(15, spread):
        found = pair.log_densities(z)
        for variable in pair.variables:
            each = zip(variable.coordinates, variable.priors, strict=True)
            prior_density = [float(prior.log_density(np.array(z[name]))) for name, prior in each]
            assert_allclose(np.atleast_1d(found[variable.name]), prior_density, rtol=1e-9, atol=1e-9)
        assert_allclose(found["report"], pair.expected(z), rtol=1e-8, atol=1e-8)


def test_the_whole_log_density_is_prior_slope_and_likelihood(pairs: dict[str, Pair]) -> None:
    # On the scale on which every parameter is normal, as the sampler sees it.
    pair = pairs["all"]
    terms = pair.pymc.compile_fn(pair.pymc.logp(sum=False, jacobian=True), **FAST)
    sigmas = [prior.sigma for variable in pair.variables for prior in variable.priors]
    for z in pair.random_points(5, 2.0, seed=2):
        normal = sum(stats.norm.logpdf(list(z.values()))) - sum(map(math.log, sigmas))
        informed = np.array([[z[name]] for name in pair.ours.informed])
        expected = normal + pair.ours.log_likelihood(informed)[0]
        whole = sum(float(term.sum()) for term in terms(pair.point(z)))
        assert whole == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_densities_and_slopes_are_finite_far_from_every_claim(pairs: dict[str, Pair]) -> None:
    """At errors up to 20, each way: a claim that is so far off is not thought sound, but has a slope."""
    import pytensor
    import pytensor.tensor as pt

    at, log_prior = densities.padded(pairs["every form"].ours.design)
    count = len(at)
    location = pt.matrix("location")
    sigma, margin = np.full(count, 0.05), np.linspace(-0.4, 0.4, count)
    none = np.arange(count) % 5 == 0
    for share in (0.05, 0.0):
        density = densities.log_density(
            np.zeros(count),
            location,
            log_prior,
            sigma,
            margin,
            np.full(count, 50.0),
            none,
            pt.constant(share),
            pt.constant(0.5),
        )
        compute = pytensor.function([location], [density, pytensor.grad(density.sum(), location)], **FAST)
        for error in (-20.0, -3.0, 0.0, 3.0, 20.0):
            found, slopes = compute(np.full(at.shape, -error))
            assert np.isfinite(found).all(), (share, error)
            assert np.isfinite(slopes).all(), (share, error)


@pytest.mark.parametrize(
    "kernel", [Kernel(0.05, 0.4), Kernel(0.05, -0.4), Kernel(0.001, 2.0), Kernel(0.3, 0.01), Kernel(0.1, 0.0)]
)
def test_one_sided_densities_and_their_slopes_hold_far_in_both_tails(kernel: Kernel) -> None:
    import pytensor
    import pytensor.tensor as pt

    error = pt.vector("error")
    density = densities.skew_normal(error, pt.constant(kernel.sigma), pt.constant(kernel.margin))
    compute = pytensor.function([error], [density, pytensor.grad(density.sum(), error)], **FAST)
    errors = kernel.scale * np.concatenate([np.linspace(-60, 60, 2001), [-1e-9, 0.0, 1e-9]])
    found, slopes = compute(errors)
    assert_allclose(found, kernel.log_density(errors), rtol=1e-9, atol=1e-9)
    step = 1e-6 * kernel.sigma
    rise = (kernel.log_density(errors + step) - kernel.log_density(errors - step)) / (2 * step)
    assert np.isfinite(slopes).all()
    assert_allclose(slopes, rise, rtol=1e-4, atol=1e-3 / kernel.scale)


@every
def test_every_derived_quantity_is_that_of_numpy(given: str, pairs: dict[str, Pair]) -> None:
    pair = pairs[given]
    quantities = derived_quantities(pair.ours)
    for z in pair.random_points(1, 1.5, seed=3):
        found = values_of(pair.pymc, [derived.name for derived in quantities], pair.point(z))
        evaluation, named = evaluation_at(pair.ours, z), {each.name: each.values for each in data(pair.ours)}
        for derived, values in zip(quantities, found, strict=True):
            named[derived.name] = derived.value(evaluation, named)
            assert values.shape == tuple(map(len, derived.labels))
            assert_allclose(values, named[derived.name][..., 0], rtol=1e-9, err_msg=derived.name)


def test_prior_predictive_draws_are_distributed_as_ours(pairs: dict[str, Pair]) -> None:
    import pymc as pm

    pair, count = pairs["every form"], 1000
    theirs = pm.sample_prior_predictive(
        draws=count, model=pair.pymc, var_names=["report"], random_seed=1, compile_kwargs=FAST
    )["prior_predictive"]["report"].to_numpy()[0]
    rng = np.random.default_rng(2)
    drawn: dict[str, Array] = {}
    evaluation = Evaluation(pair.ours, lambda n: drawn.setdefault(n, rng.standard_normal(count)), (count,))
    for place, fitted in enumerate(pair.ours.fitted):
        reports = pair.ours.draw_report(evaluation, fitted.claim.id, rng)
        reporting = pair.ours.reporting[fitted.claim.id]
        if reporting.kernel is None:
            assert set(theirs[:, place]) <= {0.0, 1.0}
            assert theirs[:, place].mean() == pytest.approx(reports.mean(), abs=0.06)
            continue
        ours = np.log(reports) - (np.log1p(-reports) if reporting.logit else 0.0)
        assert stats.ks_2samp(theirs[:, place], ours, method="asymp").pvalue > 1e-4, fitted.claim.id


# --- what is changed moves what depends on it ------------------------------------------------


def doubled(name: str, values: Array) -> Array:
    return np.sqrt(values) if name == "load" else 2 * values


@pytest.mark.parametrize(
    ("name", "moves"),
    [
        ("load", {"rounds": "sqrt"}),
        ("capacity", {"rounds": "double"}),
        ("containers", {"rounds": "double"}),
        ("rate", {"rounds": "double", "containers": "double"}),
    ],
)
def test_an_intervention_moves_rounds_and_the_claims(
    name: str, moves: dict[str, str], pairs: dict[str, Pair]
) -> None:
    import pymc as pm

    pair = pairs["all"]
    (z,) = pair.random_points(1, 0.5, seed=5)
    point = pair.point(z)
    names = [name, *moves]
    before = dict(zip(names, values_of(pair.pymc, names, point), strict=True))
    changed = pm.do(pair.pymc, {name: doubled(name, before[name])})
    after = dict(zip(moves, values_of(changed, list(moves), pair.point(z, changed)), strict=True))
    for moved, how in moves.items():
        factor = 2.0 if how == "double" else before["load"] ** -0.5
        assert_allclose(after[moved], before[moved] * factor, rtol=1e-9)
    densities_before = reported(pair.pymc, point)
    densities_after = reported(changed, pair.point(z, changed))
    claims = [fitted.claim for fitted in pair.ours.fitted]
    for claim, one, other in zip(claims, densities_before, densities_after, strict=True):
        concerned = (
            claim.quantity == "rounds" if name in {"load", "capacity"} else claim.quantity == "containers"
        )
        if concerned:
            assert abs(one - other) > 1e-3, claim.id
        elif name in {"load", "capacity"}:
            assert other == pytest.approx(one, rel=1e-12), claim.id


def test_a_new_prior_of_the_load_is_in_the_density_of_rounds(pairs: dict[str, Pair]) -> None:
    import pymc as pm

    pair = pairs["counts"]
    with pair.pymc.copy() as model:
        measured = pm.Beta("measured_load", 30, 10)
    changed = pm.do(model, {"load": measured})
    assert "load" not in {variable.name for variable in changed.free_RVs}
    load, rounds, measured_load = pm.draw(
        [changed["load"], changed["rounds"], changed["measured_load"]], draws=20, random_seed=1, **FAST
    )
    assert_allclose(load, measured_load)
    assert rounds.std() > 0


def test_days_on_another_date_give_the_containers_by_then(pairs: dict[str, Pair]) -> None:
    pair, day = pairs["counts"], dt.date(2024, 4, 30)
    (z,) = pair.random_points(1, 1.0, seed=6)
    days = days_in_steps(pair.ours.case, span(pair.ours.case, None, day))
    (rate,) = values_of(pair.pymc, ["rate"], pair.point(z))
    sent = (days * rate[: len(days)]).sum()
    expected = evaluation_at(pair.ours, z).quantity(Quantity("containers", "military", day))
    assert_allclose(sent, expected[0], rtol=1e-12)


CHANGED = {
    "counts": {"us-state-2024-02": 25_000.0, "rok-mnd-2024-02": 5_500.0},
    "every form": {"share": 0.2, "mass": 90_000.0, "month": 700.0},
}


@pytest.mark.parametrize("given", CHANGED)
def test_setting_a_stated_value_equals_the_change_of_the_case(given: str, case: Case) -> None:
    pair = Pair(
        with_every_form(case) if given == "every form" else case, "counts" if given == "counts" else "all"
    )
    (z,) = pair.random_points(1, 0.7)
    before = pair.log_densities(z)["report"]
    stated = pair.pymc["stated"].get_value()
    for name, value in CHANGED[given].items():
        stated[pair.ours.places[name]] = value
    pair.pymc.set_data("stated", stated)
    changes = {f"claim.{name}": value for name, value in CHANGED[given].items()}
    changed = build_model(with_changes(pair.ours.case, changes), str(pair.ours.given))
    expected = changed.log_densities(evaluation_at(changed, z))[:, 0]
    found = pair.log_densities(z)["report"]
    assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    moved = {
        fitted.claim.id
        for fitted, one, other in zip(pair.ours.fitted, before, found, strict=True)
        if one != other
    }
    assert moved == set(CHANGED[given])


def test_hedges_spreads_and_the_chance_of_being_off_are_data(case: Case) -> None:
    pair = Pair(case, "counts")
    (z,) = pair.random_points(1, 0.7)
    pair.log_densities(z)
    changed = build_model(
        with_changes(case, {"reliability.B": 0.3, "robustness.outlier_share": 0.0, "hedges.about.sigma": 0.2})
    )
    for each in data(changed):
        pair.pymc.set_data(each.name, each.values)
    expected = changed.log_densities(evaluation_at(changed, z))[:, 0]
    assert_allclose(pair.log_densities(z)["report"], expected, rtol=1e-9, atol=1e-9)


# --- its size, and what building it leaves alone ---------------------------------------------


def operations(model: Any) -> int:
    """Operations of the log density and its gradient, each of which is compiled."""
    from pytensor.graph.traversal import apply_ancestors

    return len(set(apply_ancestors([model.logp(), model.dlogp()])))


def test_the_model_does_not_grow_with_its_claims(case: Case) -> None:
    few, many = (operations(to_pymc.to_pymc_model(build_model(with_many(case, n)))) for n in (4, 300))
    assert many == few


BUILD = """
import os, sys
before = dict(os.environ)
import pytensor
flags = {name: getattr(pytensor.config, name) for name in
         ("base_compiledir", "compiledir", "numba__fastmath", "generated_src_dir", "mode", "linker")}
import shellcount
shellcount.to_pymc(shellcount.load_case())
assert dict(os.environ) == before
assert {name: getattr(pytensor.config, name) for name in flags} == flags
print(os.path.isdir(os.environ["SHELLCOUNT_CACHE"]))
"""


def test_building_changes_nothing_of_the_process(tmp_path: Any) -> None:
    environment = unmeasured(
        SHELLCOUNT_CACHE=str(tmp_path / "cache"), PYTENSOR_FLAGS=f"base_compiledir={tmp_path}"
    )
    done = subprocess.run(
        [sys.executable, "-c", BUILD], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "False", "")


# --- what is refused -----------------------------------------------------------------------


@pytest.mark.parametrize("given", ["everything", "all-but:ua-gur"])
def test_what_cannot_be_given_is_refused_by_the_builder(case: Case, given: str) -> None:
    with pytest.raises((UsageError, UnknownNameError)):
        shellcount.to_pymc(case, given)


def test_a_case_without_claims_has_only_priors() -> None:
    model = shellcount.to_pymc(case_of({"use": "check", "id": "only"}))
    assert model.observed_RVs == []
    assert "rounds" in {variable.name for variable in model.deterministics}


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
