"""The comparison with other tools: its computations, its page, and that its scripts are of the same case."""

from __future__ import annotations

import ast
import importlib
import json
import math
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scipy import stats

import shellcount
from shellcount.case.reading import load_case
from shellcount.maths.priors import Prior
from shellcount.model.model import build_model

HERE = Path(__file__).parent / "benchmarks"
DOCS = HERE.parents[1] / "docs"
SCRIPTS = HERE / "alternatives"
Z05 = -1.6448536269514722


class Cog:
    """Collect what a generator writes."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.errors: list[str] = []

    def outl(self, text: str) -> None:
        self.lines.extend(text.splitlines())

    def error(self, text: str) -> None:
        self.errors.append(text)


@pytest.fixture
def cog(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cog]:
    found: Any = Cog()
    before = set(sys.modules)
    monkeypatch.setitem(sys.modules, "cog", found)
    for folder in (DOCS, SCRIPTS, HERE):
        monkeypatch.syspath_prepend(str(folder))
    yield found
    for name in set(sys.modules) - before:
        if Path(getattr(sys.modules[name], "__file__", None) or "/").parent in {DOCS, SCRIPTS, HERE}:
            del sys.modules[name]


@pytest.fixture
def scoring(cog: Cog) -> ModuleType:
    assert not cog.lines
    return importlib.import_module("scoring")


def test_ratios_are_taken_turn_by_turn(scoring: ModuleType) -> None:
    found = scoring.ratios([1.0, 2.0, 4.0, 1.0], [10.0, 30.0, 20.0])
    assert (found.least, found.median, found.most, found.count) == (5.0, 10.0, 15.0, 3)


def test_errors_are_relative_and_quadratic_means(scoring: ModuleType) -> None:
    reference = [1.0, 2.0, 4.0]
    fits = [[1.01, 2.0, 4.0], [1 / 1.01, 2.0, 8.0]]
    assert scoring.errors(fits, reference) == pytest.approx([math.log(1.01), 0.0, math.log(2) / math.sqrt(2)])


@pytest.mark.parametrize("size", [100, 3000])
def test_independent_draws_are_worth_their_number(scoring: ModuleType, size: int) -> None:
    rng = np.random.default_rng(1)
    z = np.array([Z05, 0.0, -Z05])
    fits = np.exp(np.quantile(rng.standard_normal((2000, size)), scoring.PROBABILITIES, axis=1).T)
    relative = scoring.errors(fits.tolist(), np.exp(z).tolist())
    assert scoring.effective_draws(relative, stats.norm.pdf(z).tolist()) == pytest.approx(size, rel=0.1)


def test_draws_needed_have_the_error_that_they_are_needed_for(scoring: ModuleType) -> None:
    density = stats.norm.pdf([Z05, 0.0, -Z05]).tolist()
    needed = scoring.draws_needed(0.01, density)
    assert needed == pytest.approx(0.05 * 0.95 / (density[0] * 0.01) ** 2)
    errors = [
        math.sqrt(p * (1 - p) / needed) / f for p, f in zip(scoring.PROBABILITIES, density, strict=True)
    ]
    assert max(errors) == pytest.approx(0.01)


def test_seconds_are_interpolated(scoring: ModuleType) -> None:
    points, seconds = [100, 200, 400], [1.0, 1.5, 3.0]
    assert [scoring.interpolated(points, seconds, at) for at in (50, 100, 150, 200, 300, 400, 800)] == [
        0.5, 1.0, 1.25, 1.5, 2.25, 3.0, 6.0,
    ]  # fmt: skip


@pytest.fixture
def parts(cog: Cog) -> ModuleType:
    assert not cog.lines
    return importlib.import_module("parts")


def test_size_for_equal_time_is_linear_in_the_size(parts: ModuleType) -> None:
    # Two seconds of tuning, and a second for each thousand draws.
    assert parts.size_for(5.0, 1000, 3.0, 4.0) == 3000
    assert parts.size_for(2.0, 1000, 3.0, 4.0) is None
    assert parts.size_for(5.0, 1024, 1.0, 2.0, powers=True) == 4096
    assert parts.size_for(5.0, 1024, 0.01, 0.02, powers=True) == parts.MOST_POINTS
    # Where twice the size was no slower, by chance, the size grows by ten times at most.
    assert parts.size_for(5.0, 1000, 2.5, 2.4) == 11_000


class Steady:
    """A server whose fits take two seconds, and one more for each thousand draws."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def fit(self, seed: int, size: int | None = None, stated: object = None) -> dict[str, Any]:
        assert (seed, stated) != (0, 0)
        self.sizes.append(size or 1000)
        return {"seconds": 2 + (size or 1000) / 1000, "size": size or 1000, "quantiles": [1.0, 2.0, 3.0]}


@pytest.mark.parametrize("recompiles", [False, True])
def test_sizes_for_equal_time_are_fitted(parts: ModuleType, *, recompiles: bool) -> None:
    tool, server = parts.Tool("steady", "numpy", ("steady",), recompiles=recompiles), Steady()
    found = parts._other_sizes(tool, server, {"fits": [server.fit(1)]}, 4)
    assert [fit["size"] for fit in found["equal"]] == [3000] * 4
    assert {fit["seconds"] for fit in found["equal"]} == {parts.EQUAL_SECONDS}
    assert server.sizes == [1000, *[2000] * (1 + recompiles), *[3000] * (4 + recompiles)]
    assert len(parts._refits(tool, server)) == len(parts.SIMULATED)


def test_processes_report_their_time_and_memory(cog: Cog) -> None:
    assert not cog.lines
    running = importlib.import_module("running")
    found = running.run([sys.executable, "-c", "print('done')"])
    assert found.output.strip() == "done"
    assert found.seconds > 0
    assert found.peak_mb > 1
    with pytest.raises(running.FailedError, match=r"status 3: .*too bad"):
        running.run([sys.executable, "-c", "import sys; print('too bad', file=sys.stderr); sys.exit(3)"])


def test_servers_fit_again_and_end(cog: Cog, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert not cog.lines
    running, tools = (importlib.import_module(name) for name in ("running", "tools"))
    (tmp_path / "toy.py").write_text(
        "SIZE = 10\n"
        "def prepare(word):\n"
        "    return word\n"
        "def fit(prepared, seed, size, stated=None):\n"
        "    print('noise')\n"
        "    if seed == 9:\n"
        "        raise SystemExit(f'{prepared} fails')\n"
        "    return [seed, size, stated]\n"
    )
    monkeypatch.setattr(tools.Tool, "python", sys.executable)
    monkeypatch.setattr(running, "environment", lambda: {"PYTHONPATH": str(tmp_path)})
    server = running.Server(tools.Tool("toy", "toy", ("toy", "word")))
    assert server.fit(1)["quantiles"] == [1, 10, None]
    assert server.fit(2, 20, [3.0])["quantiles"] == [2, 20, [3.0]]
    with pytest.raises(running.FailedError, match=r"(?s)toy: .*word fails"):
        server.fit(9)
    assert server.close() > 1


def test_tools_that_fail_or_are_not_built_are_left_out(
    parts: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    left_out = parts.LeftOut()
    assert left_out.built([parts.Tool("gone", "no such environment", ())]) == []

    def fail() -> None:
        raise parts.FailedError("for a reason")

    with left_out.failing("broken"):
        fail()
    assert left_out.reasons == {"gone": "its environment was not built", "broken": "it failed"}
    assert "for a reason" in capsys.readouterr().err


def test_every_part_is_known(parts: ModuleType) -> None:
    assert set(parts.ENVIRONMENTS_OF) == set(parts.PARTS) >= set(parts.DEFAULT)
    tools = importlib.import_module("tools")
    for tool in tools.ALL:
        assert (HERE / "requirements" / f"{tool.environment}.txt").exists()
        assert not tool.script or (SCRIPTS / f"{tool.script[0]}.py").exists()


@pytest.mark.usefixtures("parts")
def test_what_is_timed_as_a_process_prints_the_range() -> None:
    tools = importlib.import_module("tools")
    timed = [tool for tool in tools.ALL if tool.script and not tool.command]
    assert {tool.name for tool in timed} >= {"pymc", "numpyro", "emcee", "shellcount", "numpy", "squigglepy"}
    for tool in timed:
        text = (SCRIPTS / f"{tool.script[0]}.py").read_text("utf-8")
        assert 'if __name__ == "__main__":\n    f.show(*fit(' in text, tool.name
    done = subprocess.run(
        [sys.executable, SCRIPTS / "shellcount_forward.py"], capture_output=True, check=True, text=True
    )
    assert list(json.loads(done.stdout)) == ["p05", "p50", "p95"]


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("*.py")), ids=lambda path: path.stem)
def test_scripts_compile(script: Path) -> None:
    ast.parse(script.read_text("utf-8"))


def test_requirements_are_pinned_with_hashes() -> None:
    for path in (HERE / "requirements").glob("*.txt"):
        pins = [line for line in path.read_text("utf-8").splitlines() if not line.startswith((" ", "#"))]
        assert pins
        assert all("==" in pin for pin in pins)
        assert path.read_text("utf-8").count("--hash=sha256:") >= len(pins)
        assert "://" not in path.read_text("utf-8")


def test_figures_of_the_scripts_are_those_of_the_shipped_case(cog: Cog) -> None:
    assert not cog.lines
    figures = importlib.import_module("figures")
    model = build_model(load_case())
    reporting = model.design.reporting
    assert tuple(fitted.claim.id for fitted in model.fitted) == (
        "rok-mnd-2024-02", "rok-mnd-2024-06", "us-state-2024-02", "us-white-house-2023-10",
    )  # fmt: skip
    assert [fitted.claim.stated for fitted in model.fitted] == figures.STATED.tolist()
    assert [each.kernel.sigma for each in reporting if each.kernel] == pytest.approx(figures.SIGMA)
    assert [each.kernel.margin for each in reporting if each.kernel] == figures.MARGIN.tolist()
    assert {(each.off_share, each.off_scale) for each in reporting} == {
        (figures.OFF_SHARE, figures.OFF_SCALE)
    }
    stows: tuple[str, ...] = (
        "152mm-howitzer.complete",
        "152mm-howitzer.projectile",
        "122mm-howitzer.complete",
    )
    stows += ("122mm-rocket.one-row", "122mm-rocket.two-rows")
    expected = {
        "first_rate_per_day": figures.FIRST_RATE,
        "munitions_share": figures.MUNITIONS_SHARE,
        "artillery_share": figures.ARTILLERY_SHARE,
        "load": figures.LOAD,
        "payload_share": figures.PAYLOAD_SHARE,
        "stowage": figures.STOWAGE,
        **{f"{stow}.mass_kg": mass for stow, mass in zip(stows, figures.MASS, strict=True)},
        **{f"{stow}.volume_m3": volume for stow, volume in zip(stows, figures.VOLUME, strict=True)},
    }
    assert {name: (prior.low, prior.high) for name, prior in model.priors.items()} == expected


def test_density_in_plain_numpy_is_that_of_the_library(cog: Cog) -> None:
    assert not cog.lines
    density = importlib.import_module("numpy_density")
    model = build_model(load_case())
    steps = [f"rate_step.{step:03}" for step in range(1, 21)]
    own = [f"bias.{claimant}.containers" for claimant in ("rok-mnd", "us-state", "us-white-house")]
    order = [
        "first_rate_per_day",
        *steps,
        "munitions_share",
        "group_bias.allied-intelligence.containers",
        *own,
    ]
    assert sorted(order) == sorted(model.informed)
    z = 1.5 * np.random.default_rng(1).standard_normal((200, len(order)))
    columns = np.array([z[:, order.index(name)] for name in model.informed])
    np.testing.assert_allclose(density.log_likelihood(z), model.log_likelihood(columns), rtol=1e-9)
    # Other figures keep the rounding of the case.
    stated = [7000.0, 9000.0, 11000.0, 900.0]
    named = dict(zip((fitted.claim.id for fitted in model.fitted), stated, strict=True))
    np.testing.assert_allclose(
        density.log_likelihood(z, stated), model.log_likelihood(columns, named), rtol=1e-9
    )


def test_forward_scripts_draw_the_prior_range(cog: Cog) -> None:
    assert not cog.lines
    forward = importlib.import_module("numpy_forward")
    quantiles = forward.fit(forward.prepare(), 1, 100_000)
    without = ("rok-mnd", "us-state", "us-white-house")
    prior = shellcount.fit(load_case(), without=without).estimate("rounds.mixed@2024-06-14")
    np.testing.assert_allclose(quantiles, [prior.p05, prior.p50, prior.p95], rtol=0.03)


def test_reference_is_a_convolution(cog: Cog) -> None:
    assert not cog.lines
    reference = importlib.import_module("reference")
    rng = np.random.default_rng(1)
    containers = reference.binned(rng.normal(9.0, 0.3, 400_000), reference.LEAST_CONTAINERS)
    rounds = reference.binned(rng.normal(5.0, 0.4, 400_000), reference.LEAST_ROUNDS)
    quantiles, densities = reference.convolved(containers, rounds)
    exact = stats.norm(14.0, 0.5)
    np.testing.assert_allclose(np.log(quantiles), exact.ppf([0.05, 0.5, 0.95]), atol=0.004)
    np.testing.assert_allclose(densities, exact.pdf(exact.ppf([0.05, 0.5, 0.95])), rtol=0.02)


def fitted(seconds: float, factor: float = 1.0) -> dict[str, Any]:
    return {"seconds": seconds, "size": 1024, "quantiles": [0.9e6 * factor, 2e6 * factor, 4e6 * factor]}


DATA: dict[str, dict[str, Any]] = {
    "start": {
        "rows": {
            "default": {"seconds": [0.4, 0.5, 0.45], "peak_mb": [100.0, 101.0, 102.0]},
            "pymc": {"seconds": [12.0, 15.0], "peak_mb": [500.0, 510.0]},
            "pymc_cold": {"seconds": [20.0], "peak_mb": [500.0]},
        },
        "left_out": {"emcee": "its environment was not built"},
    },
    "fits": {
        "tools": {
            "is": {"fits": [fitted(0.1, 1.001), fitted(0.2, 0.999)], "equal": [fitted(5.0, 1.0001)]},
            "pymc": {
                "fits": [fitted(2.0, 1.01), fitted(3.0, 0.98)],
                "refits": [fitted(4.0)],
                "first_answer_seconds": 9.0,
            },
            "pocomc": {"fits": [fitted(90.0, 1.03)], "first_answer_seconds": 95.0, "peak_mb": 400.0},
        },
        "own": {
            "counts": {"seconds": [0.04, 0.045, 0.06], "log_evidence": [-2.5, -2.49, -2.51]},
            "all": {"seconds": [0.3], "log_evidence": [-2.7]},
        },
        "left_out": {},
    },
    "forward": {
        "rows": {name: {"seconds": [0.3], "peak_mb": [90.0]} for name in ("shellcount", "numpy")},
        "warm": {"shellcount": [fitted(0.1)], "numpy": [fitted(0.08)]},
        "left_out": {},
    },
    "refits": {
        "refits": 1000, "seconds": 20.0, "jobs": 2, "few_refits": 400,
        "one_worker": [19.0], "two_workers": [10.0], "two_processes": [20.0],
        "sweeps": {}, "left_out": {"sweep": "it failed"},
    },
    "limit": {"rows": [{"points": n, "shellcount": [n / 1e6], "numpy": [n / 2e6]} for n in (1000, 100_000)]},
    "profile": {
        "steps": ["interpreter", "fit", "end"],
        "seconds": [[0.011, 0.009, 0.010], [0.06, 0.09, 0.07], [0.004, 0.005, 0.006]],
        "cpu": [[0.01, 0.01, 0.01], [0.11, 0.12, 0.13], [0.0, 0.0, 0.0]],
        "mb": [[9.6, 9.5, 9.4], [30.0, 35.4, 32.0], [0.0, 0.0, 0.0]],
    },
    "explorer": {
        "moves": {
            "kept": {"answer": [90.0, 120.0, 100.0], "whole": [150.0, 160.0, 170.0]},
            "refitted": {"answer": [600.0], "whole": [700.0]},
        },
        "with": {"marimo": "0.25.2", "anywidget": "0.9"},
    },
    "growth": {
        "rows": {
            "claims": [
                {"size": 300, "engine": "is", "refused": None, "fit_s": 0.5, "bytes": 1e8},
                {"size": 10_000, "engine": "is", "refused": None, "fit_s": 11.0, "bytes": 1e9},
                {"size": 100_000, "engine": None, "refused": "too much", "fit_s": None, "bytes": None},
            ]
        }
    },
    "reference": {
        "draws": 1e8, "effective": 7e5, "quantiles": [0.9e6, 2e6, 4e6], "log_density": [0.17, 0.94, 0.31],
        "relative_error": [2e-4, 2e-4, 2e-4], "log_evidence": -2.5,
    },
}  # fmt: skip


@pytest.fixture
def page(cog: Cog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    assert not cog.lines
    module = importlib.import_module("benchmarked")
    known = {
        "cores": 2,
        "load": 0.1,
        "measured": "2026-01-01",
        "memory_gb": 8,
        "processor": "x",
        "system": "y",
    }
    for part, document in DATA.items():
        text = json.dumps(
            {**document, "machine": known, "versions": {"numpy": {"python": "3.12", "numpy": "2.5"}}}
        )
        (tmp_path / f"{part}.json").write_text(text)
    monkeypatch.setattr(importlib.import_module("measured"), "FOLDER", tmp_path)
    monkeypatch.setattr(importlib.import_module("drawn"), "FOLDER", tmp_path)
    return module


def cells(lines: list[str], title: str) -> list[str]:
    (line,) = (line for line in lines if line.startswith(f"| {title} |"))
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def test_page_shows_ratios_of_whole_processes(page: ModuleType, cog: Cog) -> None:
    page.started()
    assert cells(cog.lines, "PyMC with nutpie") == [
        "13.5 s", "12.0 s to 15.0 s", "2", "30", "30 to 30", "510 MB",
    ]  # fmt: skip
    assert cells(cog.lines, "pocoMC") == ["95.0 s", "", "1", "211", "", "400 MB"]


def test_page_shows_errors_and_what_draws_are_worth(page: ModuleType, cog: Cog) -> None:
    page.fitted()
    found = cells(cog.lines, "PyMC with nutpie")
    assert found[:5] == ["2.5 s", "2.0 s to 3.0 s", "2", "18", "1.6%"]
    worth = importlib.import_module("scoring").effective_draws(
        [math.sqrt((math.log(1.01) ** 2 + math.log(0.98) ** 2) / 2)] * 3, [0.17, 0.94, 0.31]
    )
    assert float(found[5].replace(",", "")) == pytest.approx(worth, rel=0.06)


def test_page_shows_the_default_where_equal_time_is_too_short(page: ModuleType, cog: Cog) -> None:
    page.equal_time()
    assert cells(cog.lines, "shellcount, engine `is`")[:3] == ["5.0 s", "1,024 points a run", "0.01%"]
    assert cells(cog.lines, "pocoMC")[0] == "90.0 s, its default"


def test_page_sets_workers_beside_processes_that_share_nothing(page: ModuleType, cog: Cog) -> None:
    page.processes()
    (said,) = cog.lines
    assert "Two workers are 1.90 times as fast as one." in said
    assert "do 1.90 times the work of one" in said  # two in 20 seconds, where one takes 19


def test_page_scales_refits(page: ModuleType, cog: Cog) -> None:
    page.refits()
    assert cells(cog.lines, "PyMC with nutpie") == ["1.1 hours", "scaled from 1, in a warm process", "200"]


def test_page_interpolates_the_limit(page: ModuleType, cog: Cog) -> None:
    page.limit()
    needed = max(
        0.05 * 0.95 / (0.17 * 0.01) ** 2, 0.25 / (0.94 * 0.01) ** 2, 0.05 * 0.95 / (0.31 * 0.01) ** 2
    )
    assert cells(cog.lines, "1%") == [
        page.count(needed),
        page.seconds(needed / 1e6),
        page.seconds(needed / 2e6),
    ]


def test_page_adds_the_steps_of_a_process_up(page: ModuleType, cog: Cog) -> None:
    page.profile()
    assert cells(cog.lines, "start Python") == ["10 ms", "10 ms", "10 MB"]
    assert cells(cog.lines, "fit, marks of conflicts included") == ["70 ms", "120 ms", "35 MB"]
    assert cells(cog.lines, "**all**") == ["85 ms", "130 ms", "45 MB"]


def test_page_has_the_median_of_moves_in_the_explorer(page: ModuleType, cog: Cog) -> None:
    page.explorer()
    kept = "an assumption that keeps its prior, until the answer"
    assert cells(cog.lines, kept) == ["0.10 s", "90 ms to 0.12 s", "3"]
    assert cog.lines[-1] == "With anywidget 0.9, marimo 0.25.2."


def test_moves_are_timed_in_a_browser(parts: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    running, commands = importlib.import_module("running"), []

    def run(command: list[str]) -> object:
        commands.append(command)
        return running.Finished(1.0, 1.0, 1.0, '{"moves": {}}')

    monkeypatch.setattr(parts, "run", run)
    assert parts.explorer(1000) == {"moves": {}}
    assert [command[-1] for command in commands] == [str(parts.MOVES)]


def test_steps_of_a_process_begin_with_it_and_end_with_it(parts: ModuleType) -> None:
    steps = [
        {"step": "interpreter", "at": 100.25, "cpu": 0.2, "peak_mb": 10.0},
        {"step": "fit", "at": 101.0, "cpu": 1.5, "peak_mb": 40.0},
    ]
    output = json.dumps({"started": 100.0, "steps": steps})
    running = importlib.import_module("running")
    assert parts.steps_of(running.Finished(1.5, 1.75, 41.0, output)) == {
        "interpreter": {"seconds": 0.25, "cpu": 0.2, "mb": 10.0},
        "fit": {"seconds": 0.75, "cpu": 1.3, "mb": 30.0},
        "end": {"seconds": 0.5, "cpu": 0.25, "mb": 0.0},
    }


def test_every_step_of_a_process_has_its_words(page: ModuleType) -> None:
    script = ast.parse((SCRIPTS / "own_start.py").read_text("utf-8"))
    calls = [each for each in ast.walk(script) if isinstance(each, ast.Call)]
    named = [
        each.args[0].value
        for each in calls
        if isinstance(each.func, ast.Name)
        and each.func.id == "done"
        and isinstance(each.args[0], ast.Constant)
    ]
    assert {*named, "end"} == set(page.STEPS)


def test_marks_are_held_against_the_data(page: ModuleType, cog: Cog) -> None:
    page.kept()
    verdicts = {line.split("|")[1].strip(): line.split("|")[-2].strip() for line in cog.lines[2:]}
    assert verdicts == {
        "`shellcount estimate --json`, whole process": "kept",
        "its peak memory": "kept",
        "the PyMC script with a warm cache, times as long": "kept",
        "the PyMC script with a cold cache, times as long": "**missed**",
        "`fit` given `counts`, conflicts included": "kept",
        "`fit` given `all`, conflicts included": "**missed**",
        "explorer: a move that needs no fit, until the answer is drawn": "kept",
        "explorer: a move with a fit, until the answer is drawn": "**missed**",
        "quantiles of the headline: largest error of any fit": "kept",
        "log evidence given `counts`: largest distance from -2.50": "kept",
        "log evidence given `all`: largest distance from -2.74": "kept",
        "1,000 calibration refits given `counts`, 2 cores": "kept",
        "two workers, times as fast as one": "kept",
        "10,000 fits of a sweep over what moves the likelihood, 2 cores": "not measured",
        "10,000 fits of a sweep over what no claim informs, 2 cores": "not measured",
        "300 claims of 30 claimants": "kept",
        "10,000 claims of 50 claimants": "**missed**",
        "100,000 claims of 50 claimants": "**missed**",
        "their peak memory": "**missed**",
    }


def test_page_says_what_was_not_measured(page: ModuleType, cog: Cog, tmp_path: Path) -> None:
    (tmp_path / "fits.json").unlink()
    page.started()
    assert cog.lines == ["Not measured yet: `fits`."]
    page.kept()
    assert "| `fit` given `counts`, conflicts included | at most 50 ms |  | not measured |" in cog.lines


def test_page_says_what_was_left_out(page: ModuleType, cog: Cog) -> None:
    page.left_out()
    assert cog.lines == [
        "Left out: emcee (`start`): its environment was not built; sweep (`refits`): it failed."
    ]


@pytest.mark.parametrize("name", ["figure_of_starts", "figure_of_errors"])
def test_figures_are_drawn_and_told(page: ModuleType, cog: Cog, name: str, tmp_path: Path) -> None:
    assert page.TITLES
    getattr(importlib.import_module("pictured"), name)()
    (line,) = cog.lines
    assert "PyMC with nutpie" in line
    (drawing,) = tmp_path.glob("*.svg")
    assert drawing.name in line
    assert not cog.errors


def test_page_writes_its_other_parts(page: ModuleType, cog: Cog) -> None:
    for write in (page.machine, page.versions, page.reference, page.forward, page.history):
        write()
    text = "\n".join(cog.lines)
    assert "| cores | 2 | 2 | 2 | 2 | 2 |" in text
    assert "- `numpy`: Python 3.12, numpy 2.5." in text
    assert "0.9000, 2.0000 and 4.0000 million rounds" in text
    assert "| plain NumPy | 0.30 s |" in text
    assert "No times were saved yet." in text


def test_numbers_are_rounded_in_the_data(cog: Cog) -> None:
    assert not cog.lines
    bench = importlib.import_module("bench")
    assert bench.rounded({"a": [1.23456789, 2], "b": "text"}) == {"a": [1.23457, 2], "b": "text"}


def test_priors_are_pinned_as_the_library_pins_them(cog: Cog) -> None:
    assert not cog.lines
    figures = importlib.import_module("figures")
    load, rate = Prior("logitnormal", *figures.LOAD), Prior("lognormal", *figures.FIRST_RATE)
    assert figures.logit_pinned(*figures.LOAD) == pytest.approx((load.mu, load.sigma))
    assert figures.log_pinned(*figures.FIRST_RATE) == pytest.approx((rate.mu, rate.sigma))
