"""The shipped case and its posteriors, fitted once a session; compiled code is kept with pytest's cache."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Before anything imports pytensor: tests touch no cache of the user's, and find their own warm.
os.environ["SHELLCOUNT_CACHE"] = str(Path(__file__).parents[1] / ".pytest_cache" / "shellcount")

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


@pytest.fixture(scope="session")
def posterior_nuts(case: Case) -> Posterior:
    return fit(case, engine="nuts", seed=1)


@pytest.fixture(scope="session")
def posterior_nuts_all(case: Case) -> Posterior:
    return fit(case, given="all", engine="nuts", seed=1)
