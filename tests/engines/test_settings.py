"""The command line and the library fit with the same settings when none are given."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any

import pytest
from click.testing import CliRunner

from shellcount.case.schema import Case
from shellcount.cli.main import main
from shellcount.engines import settings as defaults
from shellcount.engines.engine import load_engine
from shellcount.engines.settings import Settings
from shellcount.errors import UsageError
from shellcount.posterior import fitting as inference
from shellcount.results import run
from shellcount.results.run import Engine

SETTINGS = {
    name: parameter.default
    for name, parameter in inspect.signature(inference.fit).parameters.items()
    if parameter.kind is parameter.KEYWORD_ONLY and name != "progress"
}


@pytest.mark.parametrize("command", ["estimate", "check", "report"])
def test_a_command_without_options_fits_with_the_defaults_of_fit(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}

    def recorded(_: object, settings: Settings, *, given: str, progress: object) -> None:
        asked.update(dataclasses.asdict(settings), given=given)
        assert callable(progress)
        raise UsageError("recorded")

    monkeypatch.setattr(inference, "fit_with", recorded)
    CliRunner().invoke(main, [command])
    assert asked == SETTINGS


def test_settings_have_the_defaults_of_fit() -> None:
    assert dataclasses.asdict(Settings()) == {n: value for n, value in SETTINGS.items() if n != "given"}


def test_the_standing_seed_is_the_one_of_this_module() -> None:
    assert SETTINGS["seed"] == defaults.SEED


SIZES = {
    "smc": {"runs": defaults.RUNS, "particles": defaults.PARTICLES},
    "nuts": {"runs": defaults.CHAINS, "draws": defaults.DRAWS, "tune": defaults.TUNE},
}


@pytest.mark.parametrize("engine", SIZES)
def test_sizes_that_are_not_given_are_those_of_the_engine(
    engine: Engine, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: dict[str, int] = {}

    def recorded(_: object, __: int, sizes: dict[str, int], ___: object) -> None:
        handed.update(sizes)
        raise UsageError("recorded")

    monkeypatch.setattr(load_engine(engine), "draw", recorded)
    with pytest.raises(UsageError, match="recorded"):
        inference.fit(case, engine=engine)
    assert handed.items() >= SIZES[engine].items()
    assert tuple(handed) == run.SIZES[engine]


@pytest.mark.parametrize("name", ["runs", "particles", "draws"])
def test_a_size_that_depends_on_the_engine_is_no_default_of_fit(name: str) -> None:
    assert SETTINGS[name] is None


@pytest.mark.parametrize("command", ["estimate", "check", "report"])
@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("seed", f"{defaults.SEED}"),
        ("runs", f"{defaults.RUNS}, {defaults.CHAINS}"),
        ("particles", f"{defaults.PARTICLES}"),
        ("draws", f"{defaults.DRAWS}"),
    ],
)
def test_help_states_the_default(command: str, name: str, default: str) -> None:
    shown = " ".join(CliRunner().invoke(main, [command, "--help"]).output.split())
    described = shown[shown.index(f"--{name} ") :]
    assert described[described.index("[default: ") :].startswith(f"[default: {default}]")


# --- settings as one value ---------------------------------------------------------------

GIVEN = [
    Settings(),
    Settings("smc", 7, runs=4, particles=64),
    Settings("nuts", 3, runs=5, draws=200),
    Settings("nuts"),
]


@pytest.mark.parametrize("settings", GIVEN)
def test_settings_of_a_run_repeat_it(settings: Settings, case: Case) -> None:
    sizes = settings.sizes()
    made = run.Run(case.about.id, case.digest, "counts", settings.engine, settings.seed, sizes, {})
    again = Settings.of_run(made, allow_unconverged=True)
    assert again.sizes() == sizes
    assert (again.engine, again.seed, again.allow_unconverged) == (settings.engine, settings.seed, True)


@pytest.mark.parametrize("settings", GIVEN)
def test_flags_are_options_of_the_command_line(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Settings] = []

    def recorded(_: object, settings: Settings, **__: object) -> None:
        seen.append(settings)
        raise UsageError("recorded")

    monkeypatch.setattr(inference, "fit_with", recorded)
    CliRunner().invoke(main, ["estimate", *settings.flags()])
    assert seen == [settings]


def test_the_size_of_a_run_is_one_that_can_be_given() -> None:
    assert {engine: Settings(engine).size_of_a_run for engine in run.ENGINES} == {
        "smc": "particles",
        "nuts": "draws",
    }
