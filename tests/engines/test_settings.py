"""The command line and the library fit with the same settings when none are given."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from click.testing import CliRunner

from shellcount.case.schema import Case
from shellcount.cli.main import main
from shellcount.engines import settings as defaults
from shellcount.errors import UsageError
from shellcount.posterior import fitting as inference
from shellcount.posterior import settling
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
    given: dict[str, Any] = {}

    def recorded(_: object, **settings: Any) -> None:
        given.update(settings)
        raise UsageError("recorded")

    for module in (inference, settling):
        monkeypatch.setattr(module, "fit", recorded)
    CliRunner().invoke(main, [command])
    assert callable(given.pop("progress"))
    assert given == SETTINGS


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

    monkeypatch.setattr(inference, f"_{engine}", recorded)
    with pytest.raises(UsageError, match="recorded"):
        inference.fit(case, engine=engine)
    assert handed.items() >= SIZES[engine].items()


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
