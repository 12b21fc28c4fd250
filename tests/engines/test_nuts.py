"""The model in PyMC is the model in numpy, and its sampler draws from the posterior by the seed alone."""

from __future__ import annotations

import importlib.util
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

import shellcount
from building import one_claim_case, with_claims
from processes import digest_of_draws, digest_printed_by, small, start
from shellcount.case.schema import Case
from shellcount.engines import nuts
from shellcount.engines.compilecache import FOLDER_VARIABLE, cache_folder
from shellcount.engines.sampler_report import NutsReport
from shellcount.errors import ConvergenceError, EvidenceError, UnknownNameError, UsageError
from shellcount.maths.arrays import Array
from shellcount.maths.diagnostics import summarise_chains
from shellcount.maths.kernel import Kernel
from shellcount.model.model import Evaluation, Model, build_model
from shellcount.model.variables import claim_variable, derived_quantities, free_variables
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.names import parse_quantity, standard

Z95 = 1.6448536269514722
FAST = {"mode": "FAST_COMPILE"}
KINDS = {"lognormal": "LogNormalRV", "normal": "NormalRV", "logitnormal": "LogitNormal"}
both = pytest.mark.parametrize("given", ["counts", "all"])


class Pair:
    """A model in numpy and in PyMC."""

    def __init__(self, case: Case, given: str) -> None:
        self.ours: Model = build_model(case, given)
        self.pymc: Any = nuts.to_pymc_model(self.ours)
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


def evaluation_at(model: Model, z: dict[str, float]) -> Evaluation:
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
    density = nuts._logp(value, location, pt.constant(kernel.sigma), pt.constant(kernel.margin))
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


# --- one claim: log M = log 30 + log rate, in closed form ----------------------------------

RATE_MEAN = (math.log(10) + math.log(100)) / 2
RATE_SD = (math.log(100) - math.log(10)) / (2 * Z95)
REPORT_SD = math.hypot(0.08, 0.10, 1 / 2000 / math.sqrt(12))


def log_rate(*observed: tuple[float, float]) -> tuple[float, float]:
    """Mean and deviation of the log rate after observations of it with normal errors."""
    terms = [(RATE_MEAN, RATE_SD), *observed]
    precision = sum(1 / sd**2 for _, sd in terms)
    return sum(mean / sd**2 for mean, sd in terms) / precision, precision**-0.5


def assert_normal(draws: Array, mean: float, sd: float) -> None:
    summary = summarise_chains(draws)
    expected = [mean + sd * z for z in stats.norm.ppf([0.05, 0.25, 0.5, 0.75, 0.95])]
    for found, error, exact in zip(summary.quantiles, summary.mcse_quantiles, expected, strict=True):
        assert abs(found - exact) < 4 * error


@pytest.fixture(scope="module")
def one_claim() -> tuple[Posterior, list[float]]:
    """A fit of a single claim, and the progress that it told of."""
    shares: list[float] = []
    return fit(one_claim_case(), engine="nuts", seed=3, draws=2000, progress=shares.append), shares


@pytest.fixture(scope="module")
def little() -> Posterior:
    """What another process fits too."""
    return small()


def test_one_symmetric_claim_has_its_normal_posterior(one_claim: tuple[Posterior, list[float]]) -> None:
    posterior, _ = one_claim
    rates = np.log(posterior.draws("first_rate_per_day"))
    assert_normal(rates, *log_rate((math.log(2000 / 30), REPORT_SD)))


def test_progress_rises_and_ends_at_one(one_claim: tuple[Posterior, list[float]]) -> None:
    _, shares = one_claim
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] == 1


@pytest.mark.parametrize("ours", [True, False])
def test_code_is_removed_from_no_folder_but_our_own(
    *, ours: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PyMC that was imported before keeps code of its own, where the user wants it."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "ours"))
    folder = (tmp_path / "ours" if ours else tmp_path / "of the user") / "numba"
    folder.mkdir(parents=True)
    kept = folder / "compiled elsewhere.nbc"
    kept.write_bytes(b"code")
    monkeypatch.setattr("pytensor.link.numba.cache.NUMBA_CACHE_PATH", folder)
    monkeypatch.setattr("nutpie.compile_pymc_model", lambda *_, **__: "compiled")
    assert nuts._compiled(cast("Any", None), ()) == "compiled"
    assert kept.exists() is not ours
    assert [path.name for path in folder.iterdir()] == (["checksums.json"] if ours else [kept.name])


def test_a_compiled_model_takes_other_data() -> None:
    import nutpie

    compiled = nutpie.compile_pymc_model(shellcount.to_pymc(one_claim_case()))
    for value in (2000.0, 3000.0):
        tree = nutpie.sample(
            compiled.with_data(**{"stated.only": np.array([value])}),
            draws=1000,
            tune=500,
            chains=2,
            cores=1,
            seed=1,
            progress_bar=False,
        )
        rates = np.log(tree["posterior"]["first_rate_per_day"].to_numpy())
        assert_normal(rates, *log_rate((math.log(value / 30), REPORT_SD)))


def test_an_expert_adds_an_observation() -> None:
    import pymc as pm

    with shellcount.to_pymc(one_claim_case()) as model:
        counted = pm.math.log(model["containers"][0, 0])
        pm.Normal("recount", counted, 0.05, observed=math.log(2600))
        tree = pm.sample(
            draws=1000,
            tune=500,
            chains=2,
            cores=1,
            random_seed=1,
            nuts_sampler="nutpie",
            progressbar=False,
        )
    rates = np.log(tree["posterior"]["first_rate_per_day"].to_numpy())
    expected = log_rate((math.log(2000 / 30), REPORT_SD), (math.log(2600 / 30), 0.05))
    assert_normal(rates, *expected)
    assert "rounds" in tree["posterior"]


def test_a_fit_that_is_stopped_leaves_the_next_one_as_it_would_be(little: Posterior) -> None:
    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(one_claim_case(), engine="nuts", draws=900_000, progress=stop)
    assert digest_of_draws(small()) == digest_of_draws(little)


def test_claims_under_which_no_chain_can_start_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    observe = nuts._observe

    def impossible(name: str, location: Any, kernel: Kernel, stated: Any) -> None:
        observe(name, location - math.inf, kernel, stated)

    monkeypatch.setattr(nuts, "_observe", impossible)
    with pytest.raises(EvidenceError, match=r"cannot be reconciled \(.*\): only; check their values"):
        fit(one_claim_case(), engine="nuts", draws=100)


# --- the shipped case ----------------------------------------------------------------------


@pytest.fixture(
    scope="module", params=["posterior_nuts", pytest.param("posterior_nuts_all", marks=pytest.mark.slow)]
)
def fitted(request: pytest.FixtureRequest) -> Posterior:
    found: Posterior = request.getfixturevalue(request.param)
    return found


def test_no_trajectory_diverges_and_none_is_cut_off(fitted: Posterior) -> None:
    account = fitted.sampler_report
    assert isinstance(account, NutsReport)
    assert account.divergences == 0
    assert account.bfmi > 0.8
    assert account.statistics["tree_depth"].max() < account.deepest_tree


def test_every_coordinate_and_every_estimate_converges(fitted: Posterior) -> None:
    from arviz_stats.base import array_stats

    assert {values.shape for values in fitted.coordinates.values()} == {(4, 5000)}
    assert max(float(array_stats.rhat(values)) for values in fitted.coordinates.values()) < 1.01
    assert [estimate.name for estimate in fitted.estimates() if estimate.not_quotable is not None] == []


def test_chains_move_and_differ(fitted: Posterior) -> None:
    for values in fitted.coordinates.values():
        assert len(np.unique(values)) > 0.9 * values.size


def test_sampled_are_the_coordinates_of_the_free_variables(fitted: Posterior) -> None:
    names = {name for variable in free_variables(fitted.model) for name in variable.coordinates}
    assert fitted.coordinates.keys() == names


def test_coordinates_that_no_claim_informs_keep_their_prior(fitted: Posterior) -> None:
    for name in fitted.coordinates.keys() - set(fitted.model.informed):
        assert_normal(fitted.coordinates[name], 0.0, 1.0)


@pytest.mark.parametrize("given", ["counts", pytest.param("all", marks=pytest.mark.slow)])
def test_both_engines_agree(given: str, request: pytest.FixtureRequest) -> None:
    suffix = "" if given == "counts" else "_all"
    smc: Posterior = request.getfixturevalue(f"posterior{suffix}")
    ours: Posterior = request.getfixturevalue(f"posterior_nuts{suffix}")
    apart = {
        f"{quantity} {quantile}": abs(getattr(here, quantile) - getattr(there, quantile))
        / math.hypot(getattr(here, f"mcse_{quantile}"), getattr(there, f"mcse_{quantile}"))
        for quantity in standard(smc.case)
        for here, there in [(ours.estimate_of(quantity), smc.estimate_of(quantity))]
        for quantile in ("p05", "p50", "p95")
    }
    assert len(apart) > 150
    assert {name: errors for name, errors in apart.items() if errors >= 3} == {}


# --- the seed decides every digit ----------------------------------------------------------


@pytest.mark.slow  # `make verify` shows the same
def test_a_process_with_an_empty_cache_gives_the_same_digits(
    posterior_nuts: Posterior, tmp_path: Path
) -> None:
    scratch, cache = tmp_path / "scratch", tmp_path / "cache"
    scratch.mkdir()
    process = start("shipped", cache, TMPDIR=str(scratch))
    assert digest_printed_by(process) == digest_of_draws(posterior_nuts)
    assert list(scratch.iterdir()) == []
    assert any((cache / "sources").iterdir())
    assert any((cache / "pytensor").rglob("*.nbc"))


@pytest.mark.slow  # `make verify` shows the same
@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores cannot be chosen here")
def test_a_process_on_one_core_gives_the_same_digits(little: Posterior) -> None:
    process = start("small", cache_folder(), one_core=True)
    assert digest_printed_by(process) == digest_of_draws(little)


def test_another_seed_gives_other_draws(little: Posterior, one_claim: tuple[Posterior, list[float]]) -> None:
    first = little.coordinates["first_rate_per_day"]
    other = one_claim[0].coordinates["first_rate_per_day"][:, :100]
    assert not np.isin(first, other).any()


# --- what is refused -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"engine": "nuts", "particles": 64},
            "particles cannot be set for engine nuts, which has runs and draws",
        ),
        ({"engine": "smc", "draws": 100}, "draws cannot be set for engine smc, which has runs and particles"),
        ({"engine": "nuts", "draws": 99}, "draws must be at least 100, not 99"),
        ({"engine": "nuts", "runs": 3}, "runs must be at least 4, not 3"),
        ({"engine": "nuts", "draws": 10**9}, "4 runs of 1000000000 draws are more than 4,000,000 in all"),
        ({"engine": "nuts", "seed": -1}, "seed must be 0 or more, not -1"),
        ({"engine": "nuts", "draws": 1e3}, "draws must be a whole number, not 1000.0"),
        ({"engine": "NUTS"}, "engine must be smc or nuts, not 'NUTS'"),
    ],
    ids=str,
)
def test_settings_that_make_no_sense_are_refused(case: Case, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        fit(case, **arguments)
    assert str(caught.value) == message


def many_claims(count: int) -> Case:
    case = one_claim_case()
    (claim,) = case.claim
    return with_claims(case, tuple(claim.model_copy(update={"id": f"c{place}"}) for place in range(count)))


def test_more_claims_than_can_be_compiled_are_refused_before_anything_is_built(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(nuts, "to_pymc_model", None)
    with pytest.raises(UsageError, match="at most 200, and 201 are fit; use engine smc"):
        fit(many_claims(nuts.MOST_CLAIMS + 1), engine="nuts")
    with pytest.raises(TypeError):  # as many as that are built
        fit(many_claims(nuts.MOST_CLAIMS), engine="nuts")


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


def test_a_posterior_with_divergences_gives_no_number(one_claim: tuple[Posterior, list[float]]) -> None:
    posterior, _ = one_claim
    assert isinstance(posterior.sampler_report, NutsReport)
    flags = np.zeros(posterior.shape)
    flags[0, 0] = 1
    account = NutsReport({**posterior.sampler_report.statistics, "diverging": flags}, nuts.DEEPEST_TREE)
    quantity = parse_quantity(posterior.case, "load")
    diverged = Posterior(posterior.model, posterior.run, posterior.coordinates, account)
    with pytest.raises(
        ConvergenceError, match="load has not converged: 1 divergent trajectory; look for claims"
    ):
        diverged.estimate_of(quantity)
    allowed = Posterior(
        posterior.model, posterior.run, posterior.coordinates, account, allow_unconverged=True
    )
    assert allowed.estimate_of(quantity).not_quotable == "1 divergent trajectory"
