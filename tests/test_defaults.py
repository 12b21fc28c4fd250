"""The command line and the library fit with the same settings when none are given."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from click.testing import CliRunner

from shellcount import defaults, inference
from shellcount.cli import main
from shellcount.errors import UsageError

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

    monkeypatch.setattr(inference, "fit", recorded)
    CliRunner().invoke(main, [command])
    assert callable(given.pop("progress"))
    assert given == SETTINGS


@pytest.mark.parametrize("name", ["seed", "runs", "particles"])
def test_the_default_is_the_one_of_this_module(name: str) -> None:
    assert SETTINGS[name] == getattr(defaults, name.upper())


@pytest.mark.parametrize("name", ["seed", "runs", "particles"])
def test_help_states_the_default(name: str) -> None:
    shown = " ".join(CliRunner().invoke(main, ["estimate", "--help"]).output.split())
    described = shown[shown.index(f"--{name} ") :]
    assert described[described.index("[default: ") :].startswith(f"[default: {SETTINGS[name]}]")
