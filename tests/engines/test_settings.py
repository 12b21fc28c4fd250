"""The command line and the library fit with the same settings when none are given."""

from __future__ import annotations

import dataclasses
import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import shellcount
from shellcount.case.schema import Case
from shellcount.cli.main import main
from shellcount.engines import settings as defaults
from shellcount.engines.engine import load_engine
from shellcount.engines.settings import Settings
from shellcount.errors import UsageError
from shellcount.posterior import fitting as inference
from shellcount.results import run
from shellcount.results.conditioning import conditioning
from shellcount.results.given import Conditioning
from shellcount.results.run import Engine
from shellcount.studies.verification import verify

ARGUMENTS = {
    name: parameter.default
    for name, parameter in inspect.signature(inference.fit).parameters.items()
    if parameter.kind is parameter.KEYWORD_ONLY and name != "progress"
}
CLAIMS = {name: ARGUMENTS[name] for name in ("given", "without", "with_")}
SETTINGS = {name: default for name, default in ARGUMENTS.items() if name not in CLAIMS}


@pytest.mark.parametrize("command", ["estimate", "check", "report"])
def test_a_command_without_options_fits_with_the_defaults_of_fit(
    command: str, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}

    def recorded(_: object, settings: Settings, *, given: Conditioning, progress: object) -> None:
        asked.update(dataclasses.asdict(settings), given=given)
        assert callable(progress)
        raise UsageError("recorded")

    monkeypatch.setattr(inference, "fit_with", recorded)
    CliRunner().invoke(main, [command])
    given = conditioning(case, CLAIMS["given"], CLAIMS["without"], CLAIMS["with_"])
    assert asked == {**SETTINGS, "given": given}


def test_settings_have_the_defaults_of_fit() -> None:
    assert dataclasses.asdict(Settings()) == SETTINGS


def test_the_standing_seed_is_the_one_of_this_module() -> None:
    assert SETTINGS["seed"] == defaults.SEED


SIZES = {
    "is": {"runs": defaults.RUNS, "points": defaults.POINTS},
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


@pytest.mark.parametrize("name", ["runs", "points", "particles", "draws"])
def test_a_size_that_depends_on_the_engine_is_no_default_of_fit(name: str) -> None:
    assert SETTINGS[name] is None


@pytest.mark.parametrize("command", ["estimate", "check", "report"])
@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("seed", f"{defaults.SEED}"),
        ("runs", f"{defaults.RUNS} runs, {defaults.CHAINS} chains"),
        ("points", f"{defaults.POINTS}"),
        ("particles", f"{defaults.PARTICLES}"),
        ("draws", f"{defaults.DRAWS}"),
    ],
)
def test_help_states_the_default(command: str, name: str, default: str) -> None:
    shown = " ".join(CliRunner().invoke(main, [command, "--help"]).output.split())
    described = shown[shown.index(f"--{name} ") :]
    assert described[described.index("[default: ") :].startswith(f"[default: {default}]")


# --- whole numbers -----------------------------------------------------------------------


class Counted:
    """What can serve as an index is a whole number."""

    def __index__(self) -> int:
        return 65


@pytest.mark.parametrize("number", [np.int64(65), np.uint8(65), np.array(65), Counted()])
def test_whole_numbers_of_any_kind_are_taken_as_those_of_python(number: Any) -> None:
    settings = Settings("smc", seed=number, runs=number, particles=number)
    assert settings == Settings("smc", seed=65, runs=65, particles=65)
    assert {type(size) for size in (settings.seed, *settings.sizes().values())} == {int}


NO_NUMBERS: list[Any] = [
    *(True, np.True_, 1.0, np.float64(4), "100", b"100", "\x1b[31m", math.nan, 100j),
    *([100], (100,), {}, np.array([100, 101]), np.array(100.0), NotImplemented, Settings),
]


@pytest.mark.parametrize("value", [None, *NO_NUMBERS], ids=repr)
def test_a_seed_that_is_no_whole_number_is_refused(value: Any) -> None:
    with pytest.raises(UsageError, match=r"^seed must be a whole number, not [^\x1b]+$"):
        Settings(seed=value).sizes()


@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
@pytest.mark.parametrize(
    ("engine", "name"), [("smc", "runs"), ("is", "points"), ("smc", "particles"), ("nuts", "draws")]
)
def test_a_size_that_is_no_whole_number_is_refused(engine: Engine, name: str, value: Any) -> None:
    with pytest.raises(UsageError, match=f"^{name} must be a whole number, not "):
        dataclasses.replace(Settings(engine), **{name: value}).sizes()


@pytest.mark.parametrize(
    ("seed", "said"),
    [
        (-1, "0 or more, not -1"),
        (-(10**5000), "0 or more, not one of "),
        (10**5000, "below 1.16e.77, not one"),
    ],
    ids=["negative", "very negative", "huge"],
)
def test_a_seed_out_of_bounds_is_refused(seed: int, said: str) -> None:
    with pytest.raises(UsageError, match=f"^seed must be {said}"):
        Settings(seed=seed).sizes()


@pytest.mark.parametrize("seed", [None, True, 1.0, "1", -1, 10**5000], ids=range(6))
@pytest.mark.parametrize(
    "use",
    [
        lambda case, seed: shellcount.fit(case, seed=seed),
        lambda case, seed: shellcount.analyse(case, settings=Settings(seed=seed)),
        lambda case, seed: shellcount.leave_one_out(case, settings=Settings(seed=seed)),
        lambda case, seed: shellcount.calibrate(case, refits=10, seed=seed),
        lambda case, seed: next(verify(case, refits=10, seed=seed)),
    ],
    ids=["fit", "analyse", "leave_one_out", "calibrate", "verify"],
)
def test_every_function_with_a_seed_refuses_one_that_is_none(
    case: Case, use: Callable[[Case, Any], object], seed: Any
) -> None:
    with pytest.raises(UsageError, match=r"^seed must be "):
        use(case, seed)


@pytest.mark.parametrize("refits", [None, 10.0, True, "10"])
def test_refits_that_are_no_whole_number_are_refused(case: Case, refits: Any) -> None:
    with pytest.raises(UsageError, match=r"^refits must be a whole number"):
        shellcount.calibrate(case, refits=refits)


def test_a_run_of_numbers_of_numpy_is_the_run_of_those_of_python(case: Case) -> None:
    made = shellcount.fit(case, seed=np.int64(7), runs=np.int32(4), points=np.uint16(64))  # type: ignore[arg-type]
    assert made.digest == shellcount.fit(case, seed=7, runs=4, points=64).digest


def test_an_unknown_engine_is_named_on_one_line() -> None:
    with pytest.raises(UsageError, match=r"^engine must be is, smc or nuts, not [^\n]{1,60}$"):
        Settings("\n" * 1000).sizes()  # type: ignore[arg-type]


# --- settings as one value ---------------------------------------------------------------

GIVEN = [
    Settings(),
    Settings("is", 7, runs=4, points=128),
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
        "is": "points",
        "smc": "particles",
        "nuts": "draws",
    }


# --- sizes of another engine, and points that are no power of two --------------------------


@pytest.mark.parametrize(
    ("engine", "sizes", "said"),
    [
        ("is", {"particles": 512}, "particles is a size of engine smc; engine is has runs and points"),
        ("is", {"draws": 500}, "draws is a size of engine nuts; engine is has runs and points"),
        ("smc", {"points": 512}, "points is a size of engine is; engine smc has runs and particles"),
        ("nuts", {"points": 512}, "points is a size of engine is; engine nuts has runs and draws"),
        ("is", {"points": 1000}, "points must be a power of two, such as 512 or 1024, not 1000"),
        ("is", {"points": 65}, "points must be a power of two, such as 64 or 128, not 65"),
        ("is", {"points": 32}, "points must be from 64 to 16,384, not 32"),
        ("is", {"points": 0}, "points must be from 64 to 16,384, not 0"),
        ("is", {"points": -64}, "points must be from 64 to 16,384, not -64"),
        ("is", {"points": 2**15}, "points must be from 64 to 16,384, not 32768"),
    ],
)
def test_sizes_that_an_engine_does_not_take_are_refused_with_those_it_takes(
    engine: Engine, sizes: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=f"^{said}$"):
        dataclasses.replace(Settings(engine), **sizes).sizes()


@pytest.mark.parametrize("points", [64, 4096, 2**14])
def test_any_power_of_two_is_a_number_of_points(points: int) -> None:
    assert Settings("is", points=points).sizes()["points"] == points
