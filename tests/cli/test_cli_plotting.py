"""The command that draws a figure for a slide, a page or a post: plot."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest

from commands import MINIMAL, QUICK, assert_refused, run, unwanted, values
from shellcount.cli import figures
from shellcount.cli.figures import NAMES
from shellcount.plots import findings
from shellcount.plots.sheet import SHEETS
from shellcount.results.numbers_json import numbers_json, to_json
from shellcount.results.results import Results

pytestmark = pytest.mark.usefixtures("folder")

CASE = str(MINIMAL)


@pytest.fixture
def numbers(results: Results) -> str:
    """A numbers.json with everything but the checks against the others."""
    Path("numbers.json").write_text(to_json(numbers_json(results)), "utf-8")
    return "numbers.json"


def pixels(png: bytes) -> tuple[int, int]:
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def test_a_slide_is_drawn_with_the_finding(folder: Path) -> None:
    done = run("plot", "timeline", CASE, *QUICK)
    assert done.exit_code == 0
    assert done.stdout.startswith("About ")
    assert done.stdout.splitlines()[-1] == "timeline.png"
    wide, high = pixels((folder / "timeline.png").read_bytes())
    assert wide / high == pytest.approx(16 / 9, abs=0.002)
    assert wide == pytest.approx(1920, abs=1)


def test_a_figure_of_numbers_needs_no_fit(numbers: str, results: Results, folder: Path) -> None:
    with mock.patch.object(figures, "of_request", unwanted):
        told = values(run("plot", "intervals", numbers, "-o", "a.svg", "--size", "page", "--json"))
    finding = findings.intervals_finding(results)
    assert told == {"file": "a.svg", "size": "page", "title": finding, "finding": finding}
    assert (folder / "a.svg").read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize("name", ["timeline", "containers", "capacity", "assumptions", "drivers"])
def test_each_figure_of_numbers_is_drawn(name: str, numbers: str, folder: Path) -> None:
    done = run("plot", name, numbers, "-o", "a.svg", "--size", "square")
    assert (done.exit_code, done.stderr) == (0, "")
    assert (folder / "a.svg").stat().st_size > 5_000


def test_words_of_ones_own_are_taken(numbers: str, folder: Path) -> None:
    told = values(
        run("plot", "drivers", numbers, "-o", "a.PDF", "--title", "My own", "--source", "", "--json")
    )
    assert told["title"] == "My own"
    document = (folder / "a.PDF").read_bytes()
    assert document.startswith(b"%PDF-")


def test_a_requirement_is_drawn_for_a_statement(folder: Path) -> None:
    done = run("plot", "requirement", CASE, "--statement", "load >= 60%", "-o", "need.svg", *QUICK)
    assert done.exit_code == 0
    assert "a load of a" in done.stdout.lower()
    assert (folder / "need.svg").exists()


def test_each_fitted_claim_is_drawn_against_the_others(folder: Path) -> None:
    done = run("plot", "leave-one-out", "-o", "others.svg", "--jobs", "1", *QUICK)
    assert done.exit_code == 0
    assert "fitted figures fit" in done.stdout
    assert (folder / "others.svg").exists()


def test_what_cannot_be_drawn_is_refused_before_any_fit(numbers: str) -> None:
    with mock.patch.object(figures, "of_request", unwanted):
        assert "did you mean timeline" in assert_refused(run("plot", "timelin"))
        message = assert_refused(run("plot", "timeline", "-o", "slide.gif"))
        assert message == "slide.gif must end in .png, .svg or .pdf"
        assert "belong together" in assert_refused(run("plot", "requirement"))
        assert "belong together" in assert_refused(run("plot", "drivers", "--statement", "load >= 60%"))
        message = assert_refused(run("plot", "sensitivity", numbers))
        assert message == "numbers.json holds no draws, of which this figure is computed: name a case"
        assert "leave out --seed" in assert_refused(run("plot", "timeline", numbers, "--seed", "2"))
        message = assert_refused(run("plot", "leave-one-out", numbers))
        assert message == "these numbers hold no checks of each claim against the others"


def test_a_file_that_cannot_be_written_is_refused(numbers: str) -> None:
    Path("file").write_text("", "utf-8")
    assert "file" in assert_refused(run("plot", "timeline", numbers, "-o", "file/x.svg"), 2)


def test_the_help_lists_every_figure_and_size() -> None:
    shown = " ".join(run("plot", "--help").stdout.split())
    assert all(name in shown for name in NAMES)
    assert all(size in shown and size in SHEETS for size in ("slide", "page", "square"))
