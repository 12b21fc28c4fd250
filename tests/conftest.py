"""The shipped case and its posteriors, fitted once a session."""

from __future__ import annotations

import pytest

from shellcount.case import Case
from shellcount.casefile import load_case
from shellcount.inference import fit
from shellcount.posterior import Posterior


@pytest.fixture(scope="session")
def case() -> Case:
    return load_case()


@pytest.fixture(scope="session")
def posterior(case: Case) -> Posterior:
    return fit(case, seed=1)


@pytest.fixture(scope="session")
def posterior_all(case: Case) -> Posterior:
    return fit(case, given="all", seed=1)
