"""The command that tells what drives a range: drivers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import MINIMAL, assert_refused, run
from shellcount.case.reading import load_case
from shellcount.insight.drivers import drivers
from shellcount.posterior.fitting import fit

pytestmark = pytest.mark.usefixtures("folder")

CASE = str(MINIMAL)
FEW = ("--points", "512", "--allow-unconverged")


def test_drivers_prints_the_table_and_the_sentence() -> None:
    done = run("drivers", *FEW)
    found = drivers(fit(load_case(), seed=1, points=512, allow_unconverged=True))
    assert (done.exit_code, done.stderr) == (0, "")
    assert found.caption in " ".join(done.stdout.split())
    assert found.sentence in done.stdout
    assert all(note in done.stdout for note in found.notes)
    assert "together: what no driver" in done.stdout


def test_json_is_what_python_gives() -> None:
    done = run("drivers", "--given", "all", "--shapley", "--estimate", "shipped.mixed", "--json", *FEW)
    posterior = fit(load_case(), given="all", seed=1, points=512, allow_unconverged=True)
    found = drivers(posterior, "shipped.mixed", shapley=True)
    assert json.loads(done.stdout) == {**json.loads(json.dumps(found.document())), "files": []}


def test_the_figure_is_written(folder: Path) -> None:
    done = run("drivers", CASE, "--figure", "drivers.svg", *FEW)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == "drivers.svg"
    assert (folder / "drivers.svg").read_bytes().startswith(b"<?xml")


def test_caveats_are_printed() -> None:
    done = run("drivers", CASE, "--set", "load=0.5", *FEW)
    assert "Taken as known, and so not a driver: load of a " in done.stdout
    assert "(what-if)" in done.stdout
    assert "What-if, with load=0.5." in done.stdout


def test_what_cannot_be_done_is_refused() -> None:
    assert "load" in assert_refused(run("drivers", CASE, "--estimate", "lod", *FEW))
    Path("file").write_text("", "utf-8")
    assert "file" in assert_refused(run("drivers", CASE, "--figure", "file/x.svg", *FEW))
