"""What makes a run of the tests the same everywhere, who runs which, and posteriors fitted once a session."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.internal.conjecture import providers
from hypothesis.internal.conjecture.junkdrawer import gc_cumulative_time
from hypothesis.internal.constants_ast import Constants
from playwright.sync_api import Browser, sync_playwright
from xdist.scheduler import LoadScopeScheduling

# Before anything imports pytensor: tests touch no cache of the user's, and find their own warm.
os.environ["SHELLCOUNT_CACHE"] = str(Path(__file__).parents[1] / ".pytest_cache" / "shellcount")

# What is imported late would keep what a test has put in the place of a fit: imported here, it does not.
import shellcount.checks.leave_one_out  # noqa: F401
from browsing import FLAGS
from building import one_claim_case
from folders import filled
from redrawing import DRAW, drawn_once
from shellcount.analysis import analyse
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.checks.held_out import leave_one_out_results
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.report import pictures
from shellcount.results.results import Results

if "PYTEST_XDIST_WORKER" in os.environ:  # other workers have the other cores; the digits are the same
    pytest.MonkeyPatch().setattr("shellcount.parallel.crew.cores", lambda: 1)

collect_ignore = ["benchmarks"]  # scripts, which would run when they are searched for examples

# --- what is drawn -------------------------------------------------------------------------

# The same inputs at every run: no chance, no example stored by another run, nothing that load can change.
settings.register_profile(
    "repeatable",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")
set_hypothesis_home_dir(Path(os.environ["SHELLCOUNT_CACHE"]).with_name("hypothesis"))

# Hypothesis also tries the constants of whatever modules are loaded, which differ from worker to worker.
_NO_CONSTANTS = Constants()
pytest.MonkeyPatch().setattr(providers, "_get_local_constants", lambda: _NO_CONSTANTS)

# It times the garbage collector, for deadlines that are not set here, by a function that Python calls
# wherever it collects. At the depth where no further call is possible, which hostile cases reach, that
# function cannot be called either; and where a signal arrives within it, what the handler raises is lost.
# Both are warnings, which fail the test that happens to run.
gc_cumulative_time()
gc.callbacks[:] = [call for call in gc.callbacks if call.__module__ != gc_cumulative_time.__module__]


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays to the end, modules and tests, each time that it runs."""
    gc.collect()
    gc.freeze()


# --- which worker does what ----------------------------------------------------------------

# A file is one worker's, so that its fixtures are made once; those that fit by NUTS go together. The longest
# come first, and tests of the command, most of which share little, fill up at the end one by one.
TOGETHER = {
    *("test_datatree", "test_diagnostics", "test_faults", "test_fitting", "test_nuts"),
    *("test_run", "test_sampler_report", "test_to_pymc", "test_verification"),
}
SHARING = {"test_cli_layout"}  # of the command, but with tables that take seconds to make
LONG = ["test_report_pdf", "test_plots", "test_report", "test_calibration", "test_fuzz"]


class _ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        stem = Path(file).stem
        if stem in TOGETHER:
            return "together"
        return nodeid if stem.startswith("test_cli") and stem not in SHARING else file


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
        if stem in LONG:
            return 1 + LONG.index(stem)
        return 10 if stem.startswith("test_cli") and stem not in SHARING else 9

    items.sort(key=place)


# --- a browser -----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    chromium = shutil.which("chromium")
    assert chromium is not None, "chromium is not installed: apt-get install chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS, timeout=0)
        yield opened
        opened.close()


# --- a folder ------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that commands run in, with nothing said of colours."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path


# --- pictures ------------------------------------------------------------------------------


@pytest.fixture(scope="module", autouse=True)
def pictures_are_drawn_once(request: pytest.FixtureRequest) -> Iterator[None]:
    """Draw each picture once a session, for tests of what is about reports and not about pictures."""
    with drawn_once() if request.path.parent.name in {"cli", "report"} else contextlib.nullcontext():
        yield


@pytest.fixture
def drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw every picture, for tests of what draws."""
    monkeypatch.setattr(pictures, "_picture", DRAW)


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
def posterior_smc(case: Case) -> Posterior:
    return fit(case, engine="smc", seed=1)


@pytest.fixture(scope="session")
def posterior_nuts(case: Case) -> Posterior:
    return fit(case, engine="nuts", seed=1)


@pytest.fixture(scope="session")
def one_claim_nuts() -> tuple[Posterior, list[float]]:
    """A fit of a single claim, and the progress that it told of."""
    shares: list[float] = []
    return fit(one_claim_case(), engine="nuts", seed=3, draws=2000, progress=shares.append), shares


@pytest.fixture(scope="session")
def posterior_nuts_all(case: Case) -> Posterior:
    return fit(case, given="all", engine="nuts", seed=1)


# --- results -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def results(posterior: Posterior) -> Results:
    return analyse(posterior)


@pytest.fixture(scope="session")
def results_all(posterior_all: Posterior) -> Results:
    return analyse(posterior_all)


@pytest.fixture(scope="session")
def results_left_out(results: Results) -> Results:
    """Results with everything that they can have: each fitted claim held against the others besides."""
    return leave_one_out_results(results)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A folder with files of an earlier run, and one of somebody else's."""
    return filled(tmp_path / "out")


@pytest.fixture
def descriptors(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are opened from now on."""
    opened: list[str] = []
    real = os.open

    def count(path: Any, *arguments: Any, **named: Any) -> int:
        opened.append(os.fspath(path))
        return real(path, *arguments, **named)

    monkeypatch.setattr(os, "open", count)
    return opened
