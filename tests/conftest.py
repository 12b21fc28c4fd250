"""The shipped case and its posteriors, fitted once a session; compiled code is kept with pytest's cache."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from xdist.scheduler import LoadScopeScheduling

# Before anything imports pytensor: tests touch no cache of the user's, and find their own warm.
os.environ["SHELLCOUNT_CACHE"] = str(Path(__file__).parents[1] / ".pytest_cache" / "shellcount")

from browsing import FLAGS
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior

# --- which worker does what ----------------------------------------------------------------

# A file is one worker's, so that its fixtures are made once; those that fit by NUTS go together. The longest
# come first, and the tests of the command, which share little, fill up at the end.
TOGETHER = {"test_accounts", "test_datatree", "test_diagnostics", "test_nuts", "test_provenance"}
TOGETHER |= {"test_verification"}
LONG = ("test_report_pdf", "test_compilecache", "test_report", "test_faults", "test_calibration")


class _ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if Path(file).stem in TOGETHER:
            return "together"
        return nodeid if Path(file).stem.startswith("test_cli") else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFile:
    """Say which tests one worker does, where there are several, whatever --dist says."""
    return _ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say in what order."""

    def place(item: pytest.Item) -> int:
        stem = item.path.stem
        if stem in TOGETHER:
            return 0
        return 1 + LONG.index(stem) if stem in LONG else 10 if stem.startswith("test_cli") else 9

    items.sort(key=place)


# --- a browser -----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    chromium = shutil.which("chromium")
    assert chromium is not None, "chromium is not installed: apt-get install chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


# --- posteriors ----------------------------------------------------------------------------


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
