"""Posteriors and results of far too few draws, for tests to which the numbers are beside the point."""

from __future__ import annotations

from typing import Any

from shellcount.analysis import WHOLE, Parts, analyse
from shellcount.case.schema import Case
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.results import Results

FEW: dict[str, Any] = {"seed": 1, "runs": 4, "particles": 64}


def quick_posterior(case: Case, **settings: Any) -> Posterior:
    return fit(case, **{**FEW, "allow_unconverged": True, **settings})


def quick_results(case: Case, parts: Parts = WHOLE, **settings: Any) -> Results:
    return analyse(quick_posterior(case, **settings), parts)
