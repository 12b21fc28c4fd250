"""The model in PyMC is the model in numpy, and its sampler draws from the posterior by the seed alone."""

from __future__ import annotations

import math
import os
import pickle
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from scipy import stats

import shellcount
from building import one_claim_case
from processes import digest_of_draws, digest_printed_by, small, start
from shellcount import limits
from shellcount.case.schema import Case
from shellcount.checks.components import claim_components
from shellcount.engines import nuts
from shellcount.engines.nuts_report import NutsReport
from shellcount.errors import ConvergenceError, EvidenceError, OutputError, UsageError
from shellcount.files.cache import cache_folder
from shellcount.maths.arrays import Array
from shellcount.maths.diagnostics import summarise_chains
from shellcount.maths.holm import rejected_up_to
from shellcount.model import densities
from shellcount.model.variables import free_variables
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.names import parse_quantity
from shellcount.results.standard import standard
from test_values import OFF, QUANTILES

Z95 = 1.6448536269514722
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
def little_and_code() -> tuple[Posterior, Any]:
    """What another process fits too, and what was compiled for it, which takes longer than the fit."""
    made: list[Any] = []
    compile_model = nuts._compiled

    def keep(*words: Any) -> Any:
        made.append(compile_model(*words))
        return made[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nuts, "_compiled", keep)
        return small(), made[0]


@pytest.fixture(scope="module")
def little(little_and_code: tuple[Posterior, Any]) -> Posterior:
    return little_and_code[0]


def test_one_symmetric_claim_has_its_normal_posterior(one_claim_nuts: tuple[Posterior, list[float]]) -> None:
    posterior, _ = one_claim_nuts
    rates = np.log(posterior.draws("first_rate_per_day"))
    assert_normal(rates, *log_rate((math.log(2000 / 30), REPORT_SD)))


def test_progress_rises_and_ends_at_one(one_claim_nuts: tuple[Posterior, list[float]]) -> None:
    _, shares = one_claim_nuts
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] == 1


def test_compiling_changes_no_setting_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other models in a notebook keep theirs, and the folder of the user's compiled code."""
    import pytensor

    def settings() -> tuple[object, ...]:
        config = pytensor.config
        return config.numba__fastmath, config.generated_src_dir, config.base_compiledir, config.compiledir

    seen: list[tuple[object, ...]] = []
    monkeypatch.setattr("nutpie.compile_pymc_model", lambda *_, **__: seen.append(settings()))
    before, environment = settings(), dict(os.environ)
    nuts._compiled(cast("Any", None), ())
    assert seen == [(False, str(cache_folder() / "sources"), *before[2:])]
    assert (settings(), dict(os.environ)) == (before, environment)


@pytest.mark.parametrize("error", [EOFError("Ran out of input"), pickle.UnpicklingError("truncated")])
def test_damaged_code_in_the_cache_is_said_to_be_so(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compile_model(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("nutpie.compile_pymc_model", compile_model)
    with pytest.raises(OutputError, match=r"the compiled code in \S+ is damaged; remove that folder"):
        nuts._compiled(cast("Any", None), ())


def test_an_expert_adds_an_observation_and_a_compiled_model_takes_other_data() -> None:
    import nutpie
    import pymc as pm
    from pymc.model.transform.optimization import freeze_dims_and_data

    with shellcount.to_pymc(one_claim_case()) as model:
        counted = pm.math.log(model["containers"][0, 0])
        pm.Normal("recount", counted, 0.05, observed=math.log(2600))
    others = [data.name for data in model.data_vars if data.name != "stated"]
    frozen = freeze_dims_and_data(model, data=others)  # compiled in less time
    compiled = nutpie.compile_pymc_model(frozen, var_names=["first_rate_per_day", "rounds"])
    for value in (2000.0, 3000.0):
        tree = nutpie.sample(
            compiled.with_data(stated=np.array([value])),
            draws=1000,
            tune=500,
            chains=2,
            cores=1,
            seed=1,
            progress_bar=False,
        )
        rates = np.log(tree["posterior"]["first_rate_per_day"].to_numpy())
        expected = log_rate((math.log(value / 30), REPORT_SD), (math.log(2600 / 30), 0.05))
        assert_normal(rates, *expected)
        assert "rounds" in tree["posterior"]


def test_a_fit_that_is_stopped_leaves_the_next_one_as_it_would_be(
    little_and_code: tuple[Posterior, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    little, code = little_and_code
    monkeypatch.setattr(nuts, "_compiled", lambda *_: code)

    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with limits.raised({"memory": 1e10, "work": 1e11}), pytest.raises(KeyboardInterrupt):
        fit(one_claim_case(), engine="nuts", draws=900_000, progress=stop)
    assert digest_of_draws(small()) == digest_of_draws(little)


def test_claims_under_which_no_chain_can_start_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    density = densities.log_density
    monkeypatch.setattr(densities, "log_density", lambda *words: density(*words) - math.inf)
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


def test_values_are_those_computed_independently(fitted: Posterior) -> None:
    given = str(fitted.model.given)
    for name, expected in QUANTILES[given].items():
        estimate = fitted.estimate(name)
        assert (estimate.p05, estimate.p50, estimate.p95) == pytest.approx(expected, rel=0.02), name
    found = {each.claim: each.off for each in claim_components(fitted)}
    assert found == pytest.approx(OFF[given], abs=0.01)


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
    # All together, as by decision 8: with other versions of libraries other draws are compared.
    chances = {name: 2 * float(stats.t.sf(errors, smc.shape[0] - 1)) for name, errors in apart.items()}
    limit = rejected_up_to([*chances.values()], 0.01)
    assert {name: apart[name] for name, chance in chances.items() if chance <= limit} == {}
    assert math.sqrt(sum(errors**2 for errors in apart.values()) / len(apart)) < 1.3


# --- the seed decides every digit ----------------------------------------------------------


@pytest.mark.slow  # `make verify` shows the same
def test_an_empty_cache_and_a_filled_one_give_the_same_digits(tmp_path: Path) -> None:
    empty, filled = (digest_printed_by(start("least", tmp_path / "cache")) for _ in range(2))
    assert empty == filled
    assert any((tmp_path / "cache" / "pytensor").rglob("*.nbc"))


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


@pytest.mark.slow  # `make verify` shows the same
@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores cannot be chosen here")
def test_a_process_on_one_core_gives_the_same_digits(little: Posterior) -> None:
    process = start("small", cache_folder(), one_core=True)
    assert digest_printed_by(process) == digest_of_draws(little)


def test_another_seed_gives_other_draws(
    little: Posterior, one_claim_nuts: tuple[Posterior, list[float]]
) -> None:
    first = little.coordinates["first_rate_per_day"]
    other = one_claim_nuts[0].coordinates["first_rate_per_day"][:, :100]
    assert not np.isin(first, other).any()


# --- what is refused -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"engine": "nuts", "particles": 64},
            "particles is a size of engine smc; engine nuts has runs and draws",
        ),
        (
            {"engine": "smc", "draws": 100},
            "draws is a size of engine nuts; engine smc has runs and particles",
        ),
        ({"engine": "nuts", "draws": 99}, "draws must be at least 100, not 99"),
        ({"engine": "nuts", "runs": 3}, "runs must be at least 4, not 3"),
        ({"engine": "nuts", "seed": -1}, "seed must be 0 or more, not -1"),
        ({"engine": "nuts", "draws": 1e3}, "draws must be a whole number, not 1000.0"),
        ({"engine": "NUTS"}, "engine must be is, smc or nuts, not 'NUTS'"),
    ],
    ids=str,
)
def test_settings_that_make_no_sense_are_refused(case: Case, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        fit(case, **arguments)
    assert str(caught.value) == message


def test_a_posterior_with_divergences_gives_no_number(one_claim_nuts: tuple[Posterior, list[float]]) -> None:
    posterior, _ = one_claim_nuts
    assert isinstance(posterior.sampler_report, NutsReport)
    flags = np.zeros(posterior.shape)
    flags[0, 0] = 1
    account = NutsReport({**posterior.sampler_report.statistics, "diverging": flags}, nuts.DEEPEST_TREE)
    quantity = parse_quantity(posterior.case, "load")
    diverged = Posterior(posterior.model, posterior.run, posterior.coordinates, account)
    with pytest.raises(
        ConvergenceError, match="load has not converged: 1 divergent trajectory; no claim lies over 3"
    ):
        diverged.estimate_of(quantity)
    allowed = Posterior(
        posterior.model, posterior.run, posterior.coordinates, account, allow_unconverged=True
    )
    assert allowed.estimate_of(quantity).not_quotable == "1 divergent trajectory"
