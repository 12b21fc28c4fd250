"""Each engine gives its own report; evidences of runs are averaged, whichever engine they are of."""

from __future__ import annotations

import math

import numpy as np
import pytest

from shellcount.engines.importance_report import ImportanceReport
from shellcount.engines.nuts_report import NutsReport
from shellcount.engines.sampler_report import RunsReport, SamplerReport, require_of_runs
from shellcount.engines.smc_report import SmcReport
from shellcount.posterior.posterior import Posterior

NUTS_KEEPS = {"diverging", "energy", "lp", "tree_depth", "n_steps", "step_size", "acceptance_rate"}


def reports(*run_log_evidence: float) -> list[SamplerReport]:
    """Reports of the engines that estimate the evidence."""
    return [
        SmcReport(run_log_evidence, temperatures=5, moves=60, acceptance=0.31, correlation=0.051),
        ImportanceReport(run_log_evidence, 0.423, 0.31, directions=7, rounds=5, evaluations=28_672),
    ]


def test_evidences_are_averaged_before_the_logarithm() -> None:
    mean, error = RunsReport((math.log(1), math.log(2), math.log(3), math.log(6))).log_evidence
    assert mean == pytest.approx(math.log(3), rel=1e-14)
    assert error == pytest.approx(np.std([1, 2, 3, 6], ddof=1) / 2 / 3, rel=1e-14)


@pytest.mark.parametrize("shift", [-5000.0, 5000.0])
def test_evidences_beyond_all_floats_are_averaged_all_the_same(shift: float) -> None:
    here = RunsReport((-1.0, -1.5, -1.2)).log_evidence
    there = RunsReport((-1.0 + shift, -1.5 + shift, -1.2 + shift)).log_evidence
    assert there[0] - shift == pytest.approx(here[0], abs=1e-9)
    assert there[1] == pytest.approx(here[1], rel=1e-9)


def test_each_engine_averages_evidences_alike() -> None:
    assert {report.log_evidence for report in reports(-2.5, -2.6, -2.4)} == {
        RunsReport((-2.5, -2.6, -2.4)).log_evidence
    }


def test_a_report_with_statistics_or_on_other_runs_is_refused() -> None:
    require_of_runs((-2.5, -2.6), {}, 2)
    with pytest.raises(ValueError, match="statistics that its engine does not keep"):
        require_of_runs((-2.5, -2.6), {"energy": np.zeros((2, 4))}, 2)
    with pytest.raises(ValueError, match="the log evidence of each run"):
        require_of_runs((-2.5, -2.6), {}, 3)


def test_errors_of_runs_have_that_of_the_grid_which_their_prior_draws_share() -> None:
    """The median of uniform draws is on a grid of 2^14 places; the share up to it errs by their offset."""
    rows = np.tile((np.arange(64) + 0.5) / 64, (4, 1))
    report = RunsReport((-2.5,) * 4)
    (even,), (odd,) = report.summarise(rows[None]), report.summarise(rows[None, :, :63])
    place, draw = 1 / 2**14 / math.sqrt(6), 1 / 256 / math.sqrt(3)
    assert even.mcse_quantiles[2] == pytest.approx(math.hypot(place, draw), rel=0.02)
    assert even.mcse_mean == pytest.approx(63 / 64 / 2**14 / math.sqrt(12), rel=1e-12)
    assert odd.mcse_mean == pytest.approx(0.0, abs=1e-12)
    true = np.stack([rows <= 0.5, rows <= 1, rows > 1])
    assert report.errors_of_shares(true).tolist() == pytest.approx([place, 0, 0])
    assert report.errors_of_shares(true[:, :, :63]).tolist() == pytest.approx([0, 0, 0], abs=1e-12)


def test_each_engine_gives_its_own_account(
    posterior: Posterior, posterior_smc: Posterior, posterior_nuts: Posterior
) -> None:
    assert isinstance(posterior.sampler_report, ImportanceReport)
    assert isinstance(posterior_smc.sampler_report, SmcReport)
    assert isinstance(posterior_nuts.sampler_report, NutsReport)
    assert posterior_nuts.sampler_report.statistics.keys() == NUTS_KEEPS
    assert {values.shape for values in posterior_nuts.sampler_report.statistics.values()} == {
        posterior_nuts.shape
    }
