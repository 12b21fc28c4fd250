"""A side is what its file holds, whichever of the three it is; other files are refused in one message."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from shellcount.analysis import Parts, analyse
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.comparison.sides import Side, read_side
from shellcount.engines.settings import Settings
from shellcount.errors import (
    CaseError,
    ConvergenceError,
    NumbersError,
    SavedRunError,
    ShellcountError,
    UnknownNameError,
    UsageError,
)
from shellcount.posterior.fitting import fit_with
from shellcount.posterior.posterior import Posterior
from shellcount.results.numbers_json import numbers_json, to_json

MINIMAL = Path(__file__).parents[1] / "cases" / "good_minimal.toml"
STANDARD = Parts(checks=(), figures=False)
QUICK = Settings(engine="smc", particles=64, runs=4, allow_unconverged=True)


@pytest.fixture(scope="module")
def small() -> Posterior:
    return fit_with(load_case(MINIMAL), QUICK)


@pytest.fixture
def folder(small: Posterior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same run in each of its forms."""
    monkeypatch.chdir(tmp_path)
    Path("numbers.json").write_text(to_json(numbers_json(analyse(small, STANDARD))), "utf-8")
    small.save("run.npz")
    Path("case.toml").write_bytes(MINIMAL.read_bytes())
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ["numbers.json", "run.npz", "case.toml"])
def test_each_kind_of_file_gives_the_same_side(name: str, small: Posterior) -> None:
    found = read_side(name, settings=QUICK)
    assert (found.origin, found.case, found.run) == (name, small.case, small.run)
    assert list(found.estimates.items()) == [(made.name, made) for made in small.estimates()]


@pytest.mark.parametrize("name", ["numbers.json", "run.npz", "case.toml"])
def test_a_file_is_known_by_its_content_whatever_it_is_called(
    name: str, folder: Path, small: Posterior
) -> None:
    (folder / name).rename(folder / "side")
    assert read_side(folder / "side", settings=QUICK).run == small.run


@pytest.mark.usefixtures("folder")
def test_other_estimates_may_be_asked_for_where_there_are_draws(small: Posterior) -> None:
    name = "parcels.mixed@2025-03-31"
    for path in ("run.npz", "case.toml"):
        assert read_side(path, names=[name, "load"], settings=QUICK).estimates[name] == small.estimate(name)
    assert name not in read_side("numbers.json", names=[name], settings=QUICK).estimates


@pytest.mark.usefixtures("folder")
def test_a_case_file_is_fitted_as_asked() -> None:
    shares: list[float] = []
    run = read_side(
        "case.toml", given="all", settings=dataclasses.replace(QUICK, seed=8), progress=shares.append
    ).run
    assert (run.given, run.seed, run.settings["particles"]) == ("all", 8, 64)
    assert shares[-1] == 1.0


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ["numbers.json", "run.npz", "case.toml"])
def test_numbers_that_have_not_converged_are_refused(name: str) -> None:
    with pytest.raises(ConvergenceError, match="has not converged"):
        read_side(name, settings=dataclasses.replace(QUICK, allow_unconverged=False))


@pytest.mark.usefixtures("folder")
def test_a_name_that_the_case_does_not_know_is_refused() -> None:
    with pytest.raises(UnknownNameError):
        read_side("run.npz", names=["loda"], settings=QUICK)


@pytest.mark.parametrize("name", ["-", ""])
def test_standard_input_is_no_side(name: str) -> None:
    with pytest.raises(UsageError, match="name both files"):
        read_side(name)


BAD: list[tuple[str, bytes, type[ShellcountError]]] = [
    ("truncated.json", b'{"schema": "shellcount/numbers/1", "run"', NumbersError),
    ("truncated", b'  {"schema": "shellcount/numbers/1", "run"', NumbersError),
    ("text.json", b"schema = 1", NumbersError),
    ("other.json", b'{"schema": "shellcount/calibration/1"}', NumbersError),
    ("brackets.json", b"[" * 1_000_000, NumbersError),
    ("empty.json", b"", NumbersError),
    ("text.npz", b"schema = 1", SavedRunError),
    ("cut", b"\x89HDF\r\n\x1a\nand no more", SavedRunError),
    ("binary", b"\x00\x01\x02", CaseError),
    ("brackets", b"[" * 1_000_000, CaseError),
    ("case.toml", b"{}", CaseError),
    ("empty", b"", CaseError),
]


@pytest.mark.parametrize(("name", "content", "kind"), BAD, ids=[bad[0] for bad in BAD])
def test_a_file_that_cannot_be_used_is_refused(
    name: str, content: bytes, kind: type[ShellcountError], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(kind) as caught:
        read_side(path)
    assert caught.value.exit_status == 2
    assert name in str(caught.value)


@pytest.mark.parametrize("name", ["missing", "missing.json", "missing.npz", "missing.toml", ".", "a\0b"])
def test_a_file_that_cannot_be_read_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ShellcountError, match="cannot be read") as caught:
        read_side(name)
    assert caught.value.exit_status == 2


def test_a_side_is_a_frozen_value(posterior: Posterior, case: Case) -> None:
    side = Side("mine", analyse(posterior, STANDARD))
    assert side.case is case
    with pytest.raises(dataclasses.FrozenInstanceError):
        side.origin = "yours"  # type: ignore[misc]
