"""Every figure is legible, harmless, the same every time, and drawn where it was asked for."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree as ET

import matplotlib as mpl
import matplotlib.image
import matplotlib.pyplot as plt
import pytest
from IPython.core.formatters import DisplayFormatter
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from drawings import diamonds, drawn, figure_of, outside, overlaps, texts, words
from quick import quick_results
from shellcount import plots
from shellcount.analysis import Parts, analyse
from shellcount.case.reading import load_case, parse_case
from shellcount.case.schema import Case
from shellcount.errors import UsageError
from shellcount.plots import plot_assumptions, plot_capacity, plot_intervals, plot_timeline, png, svg
from shellcount.posterior.posterior import Posterior
from shellcount.results.results import Results

type Plot = Callable[..., Axes]

MINIMAL = Path(__file__).parents[1] / "cases" / "good_minimal.toml"


def plot_containers(results: Results, *, ax: Axes | None = None) -> Axes:
    return plot_intervals(results, of="containers", ax=ax)


def plot_flow(results: Results, *, ax: Axes | None = None) -> Axes:
    return plot_timeline(results, of="containers", ax=ax)


PLOTS: dict[str, Plot] = {
    "intervals": plot_intervals,
    "containers": plot_containers,
    "capacity": plot_capacity,
    "timeline": plot_timeline,
    "flow": plot_flow,
    "assumptions": plot_assumptions,
}
GIVEN = ["counts", "all", "small"]
every_plot = pytest.mark.parametrize("name", [*PLOTS])
every_drawing = pytest.mark.parametrize(
    ("name", "given"), [(name, given) for name in PLOTS for given in GIVEN]
)


@pytest.fixture(scope="module")
def axes(results: Results, results_all: Results) -> dict[tuple[str, str], Axes]:
    """Each plot of each record, drawn once."""
    small = quick_results(load_case(MINIMAL))
    records = dict(zip(GIVEN, (results, results_all, small), strict=True))
    return {(name, given): plot(records[given]) for name, plot in PLOTS.items() for given in GIVEN}


# --- one module --------------------------------------------------------------------------


def test_the_public_names_are_frozen() -> None:
    assert plots.__all__ == [
        "darken",
        "pdf",
        "plot_assumptions",
        "plot_calibration",
        "plot_capacity",
        "plot_comparison",
        "plot_consistency",
        "plot_drivers",
        "plot_hedges",
        "plot_intervals",
        "plot_leave_one_out",
        "plot_prior",
        "plot_requirement",
        "plot_sensitivity",
        "plot_sweep",
        "plot_timeline",
        "plot_value_of_information",
        "png",
        "sheet",
        "svg",
    ]
    assert all(callable(getattr(plots, name)) for name in plots.__all__)


# --- where it is drawn -------------------------------------------------------------------


@every_plot
def test_a_plot_is_drawn_on_a_figure_of_its_own(name: str, axes: dict[tuple[str, str], Axes]) -> None:
    assert isinstance(axes[name, "counts"].get_figure(), Figure)
    assert len({ax.get_figure() for ax in axes.values()}) == len(axes)


@every_plot
def test_a_notebook_shows_a_plot_by_itself_and_pyplot_keeps_none(
    name: str, axes: dict[tuple[str, str], Axes]
) -> None:
    shown, _ = DisplayFormatter().format(axes[name, "counts"])  # type: ignore[no-untyped-call]
    assert shown["image/svg+xml"] == svg(axes[name, "counts"]).decode()
    assert plt.get_fignums() == []


@pytest.mark.parametrize("layout", [None, "constrained"])
@every_plot
def test_a_plot_is_drawn_where_asked(
    name: str, layout: Literal["constrained"] | None, axes: dict[tuple[str, str], Axes], results: Results
) -> None:
    figure = Figure(figsize=(9, 7), layout=layout)
    ax, other = figure.subplots(2, 1)
    ax.set_title("the reader's own")
    assert PLOTS[name](results, ax=ax) is ax
    assert diamonds(ax) == diamonds(axes[name, "counts"])
    assert ax.get_title() == "the reader's own"
    assert ax.get_title(loc="right") == ""
    assert not other.get_lines()
    assert (figure.get_layout_engine() is None) == (layout is None)


@every_plot
def test_axes_without_a_figure_are_refused(name: str, results: Results) -> None:
    ax = Figure().add_subplot()
    ax.remove()
    with pytest.raises(UsageError, match="removed from their figure"):
        PLOTS[name](results, ax=ax)


@every_plot
def test_results_without_what_figures_need_are_not_drawn(name: str, posterior: Posterior) -> None:
    bare = analyse(posterior, Parts(figures=False))
    with pytest.raises(
        UsageError, match=r"^the results of dprk-russia-2024 contain no estimates for figures"
    ):
        PLOTS[name](bare)


@every_plot
def test_unconverged_ranges_that_are_asked_for_say_so(
    name: str, axes: dict[tuple[str, str], Axes], case: Case
) -> None:
    warning = "not converged: these ranges must not be quoted"
    ax = PLOTS[name](quick_results(case, given="all"))
    assert ax.get_xlabel().endswith(warning)
    boxes, _ = drawn(ax)
    assert overlaps(boxes) == []
    assert outside(boxes, figure_of(ax).bbox) == []
    assert not any(warning in text for given in ("counts", "all") for text in words(axes[name, given]))


# --- legibility --------------------------------------------------------------------------


@every_drawing
def test_no_text_covers_another(name: str, given: str, axes: dict[tuple[str, str], Axes]) -> None:
    boxes, _ = drawn(axes[name, given])
    assert len(boxes) >= 6
    assert overlaps(boxes) == []


@every_drawing
def test_no_text_leaves_the_figure(name: str, given: str, axes: dict[tuple[str, str], Axes]) -> None:
    boxes, tight = drawn(axes[name, given])
    assert outside(boxes, tight) == []
    assert outside(boxes, figure_of(axes[name, given]).bbox) == []


@every_drawing
def test_every_axis_has_its_unit_and_every_line_is_short(
    name: str, given: str, axes: dict[tuple[str, str], Axes]
) -> None:
    ax = axes[name, given]
    assert ax.get_xlabel() or ax.get_ylabel()
    assert max(len(line) for text in words(ax) for line in text.split("\n")) <= 110


@every_drawing
def test_everything_lies_within_the_axes(name: str, given: str, axes: dict[tuple[str, str], Axes]) -> None:
    ax = axes[name, given]
    places = ax.child_axes or [ax]
    for place in places:
        (left, right), (bottom, top) = place.get_xlim(), place.get_ylim()
        found = [line for line in place.get_lines() if line.get_transform() == place.transData]
        assert found
        for line in found:
            assert all(left <= float(x) <= right for x in line.get_xdata())  # type: ignore[union-attr, arg-type]
            assert all(bottom <= float(y) <= top for y in line.get_ydata())  # type: ignore[union-attr, arg-type]


# --- SVG and PNG -------------------------------------------------------------------------


@every_plot
def test_the_drawing_is_the_same_every_time(
    name: str, axes: dict[tuple[str, str], Axes], results: Results
) -> None:
    ax = axes[name, "counts"]
    again = PLOTS[name](results)
    assert svg(ax) == svg(ax) == svg(again)
    assert png(ax) == png(again)


@every_plot
def test_settings_of_the_reader_do_not_change_a_drawing(
    name: str, axes: dict[tuple[str, str], Axes], results: Results
) -> None:
    theirs: dict[Any, Any] = {
        "axes.grid": True,
        "font.size": 20.0,
        "figure.dpi": 50.0,
        "axes.unicode_minus": False,
    }
    theirs |= {"text.parse_math": True, "lines.linewidth": 9.0, "axes.facecolor": "red"}
    with mpl.rc_context(theirs):
        assert svg(PLOTS[name](results)) == svg(axes[name, "counts"])
        assert mpl.rcParams["font.size"] == 20.0


def test_another_process_draws_the_same_and_touches_no_global_figure(
    axes: dict[tuple[str, str], Axes],
) -> None:
    code = """
import hashlib, sys, shellcount
from shellcount.plots import plot_assumptions, plot_capacity, plot_intervals, plot_timeline, svg
results = shellcount.analyse(shellcount.fit(shellcount.load_case(), seed=1))
found = [
    plot_intervals(results), plot_intervals(results, of="containers"), plot_capacity(results),
    plot_timeline(results), plot_timeline(results, of="containers"), plot_assumptions(results),
]
for ax in found:
    print(hashlib.sha256(svg(ax)).hexdigest())
sys.exit("matplotlib.pyplot" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.split() == [hash_of(axes[name, "counts"]) for name in PLOTS]
    assert not done.stderr


def hash_of(ax: Axes) -> str:
    return hashlib.sha256(svg(ax)).hexdigest()


@every_plot
def test_a_png_has_two_hundred_dots_an_inch(name: str, axes: dict[tuple[str, str], Axes]) -> None:
    ax = axes[name, "counts"]
    height, width, _ = matplotlib.image.imread(io.BytesIO(png(ax)), format="png").shape
    wide, high = figure_of(ax).get_size_inches()
    assert abs(width / 200 - wide) < 0.5
    assert abs(height / 200 - high) < 0.5


@pytest.mark.parametrize("render", [svg, png])
def test_axes_without_a_figure_cannot_be_rendered(
    render: Callable[[Axes | Figure], bytes], results: Results
) -> None:
    ax = plot_containers(results)
    ax.remove()
    with pytest.raises(UsageError, match="removed from their figure"):
        render(ax)


@pytest.mark.parametrize("render", [svg, png])
def test_a_figure_is_rendered_as_its_axes(
    render: Callable[[Axes | Figure], bytes], axes: dict[tuple[str, str], Axes]
) -> None:
    ax = axes["capacity", "counts"]
    assert render(figure_of(ax)) == render(ax)


# --- hostile text ------------------------------------------------------------------------

HOSTILE = {
    "mathematics": r"$x$ $\\frac{$",
    "mark-up": "<script>alert(1)</script> &amp;]]>",
    "endless": "x" * 10_000,
    "widest": "W" * 10_000,
    "control characters": r"a\u202eb\u200f\u2067c\u001b[31m\u009b1m",
    "lines": r"a\n\n\n" * 50 + "b",
    "another script": "곡사포탄 🚀",
}


@pytest.fixture(scope="module", params=[*HOSTILE.values()], ids=[*HOSTILE])
def hostile(request: pytest.FixtureRequest) -> Results:
    """Results of the small case with some hostile text for everything that figures write."""
    content = MINIMAL.read_text("utf-8")
    for old in (
        'item = "parcels"',
        'carrier = "trucks"',
        'title = "food parcels"',
        'title = "both, in unknown shares"',
    ):
        assert content.count(old) == 1
        # The nouns must differ, since names of estimates begin with them.
        noun = {"item": "parcels ", "carrier": "trucks "}.get(old.partition(" = ")[0], "")
        content = content.replace(old, f'{old.partition(" = ")[0]} = "{noun}{request.param}"')
    return quick_results(parse_case(content.encode(), origin="hostile"))


@every_plot
def test_hostile_text_is_drawn_harmlessly(name: str, hostile: Results) -> None:
    ax = PLOTS[name](hostile)
    drawing = svg(ax)
    root = ET.fromstring(drawing)  # noqa: S314  # our own
    assert {element.tag.rpartition("}")[2] for element in root.iter()}.isdisjoint({"script", "text"})
    assert b"<script" not in drawing
    assert len(drawing) < 300_000
    lines = [label.get_text().split("\n") for label in texts(ax)]
    assert max(len(label) for label in lines) <= 4
    assert all(line.isprintable() and len(line) <= 110 for label in lines for line in label)
    boxes, tight = drawn(ax)
    assert overlaps(boxes) == []
    assert outside(boxes, tight) == []


@pytest.mark.parametrize("hostile", [HOSTILE["widest"]], ids=["widest"], indirect=True)
@every_plot
def test_hostile_text_is_drawn_harmlessly_on_axes_of_ones_own(name: str, hostile: Results) -> None:
    ax = PLOTS[name](hostile, ax=Figure(figsize=(8, 5)).add_subplot())
    assert len(svg(ax)) < 300_000
