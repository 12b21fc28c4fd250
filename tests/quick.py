"""Posteriors and results of far too few draws, for tests to which the numbers are beside the point."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from building import one_claim_case
from shellcount.analysis import WHOLE, Parts, analyse
from shellcount.case.schema import Case
from shellcount.engines.nuts_report import NutsReport
from shellcount.engines.settings import TUNE
from shellcount.model.model import build_model
from shellcount.model.variables import coordinate_names
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.results import Results
from shellcount.results.run import Run, versions

FEW: dict[str, Any] = {"engine": "smc", "seed": 1, "runs": 4, "particles": 64}


def quick_posterior(case: Case, **settings: Any) -> Posterior:
    return fit(case, **{**FEW, "allow_unconverged": True, **settings})


def quick_results(case: Case, parts: Parts = WHOLE, **settings: Any) -> Results:
    return analyse(quick_posterior(case, **settings), parts)


def recorded(results: Results, changes: tuple[str, ...]) -> Results:
    """The same results, as if these what-if changes had made their case."""
    return replace(results, case=results.case.with_record_of(changes))


def of_nuts() -> Posterior:
    """A posterior as the No-U-Turn sampler would give it, of made-up draws."""
    case, shape = one_claim_case(), (4, 250)
    model = build_model(case)
    rng = np.random.default_rng(1)
    sizes = {"runs": 4, "draws": 250, "tune": TUNE}
    run = Run(case.about.id, case.digest, "counts", "nuts", 1, sizes, versions("nuts"))
    statistics: dict[str, Any] = {
        name: rng.random(shape) for name in ("energy", "lp", "step_size", "acceptance_rate")
    }
    statistics["diverging"] = rng.random(shape) < 0.01
    statistics["tree_depth"] = rng.integers(1, 11, shape, np.uint64)
    statistics["n_steps"] = rng.integers(1, 1024, shape, np.uint64)
    coordinates = {name: rng.standard_normal(shape) for name in coordinate_names(model)}
    return Posterior(model, run, coordinates, NutsReport(statistics, 10), allow_unconverged=True)
