"""The drawing of hedges shows where the quantity lies, going by one stated figure."""

from __future__ import annotations

import math

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from drawings import drawn, outside, overlaps, points, words
from shellcount.case.hedges import load_lexicon
from shellcount.case.schema import Case
from shellcount.errors import UsageError
from shellcount.maths.kernel import Kernel
from shellcount.plots import plot_hedges, svg
from shellcount.plots.drawing import note_of


@pytest.fixture(scope="module")
def kernels(case: Case) -> dict[str, Kernel]:
    return {name: Kernel(rule.sigma, rule.margin) for name, rule in case.hedges.items()}


def tints(ax: Axes) -> list[tuple[float, float]]:
    """Left and right end of each tint, in the order of drawing: 90% and 50% of each curve."""
    boxes = [path.get_extents() for tint in ax.collections for path in tint.get_paths()]
    return [(box.x0, box.x1) for box in boxes]


def test_tints_are_the_intervals_of_the_quantity(kernels: dict[str, Kernel]) -> None:
    found = tints(plot_hedges(kernels))
    assert len(found) == 2 * len(kernels)
    for place, kernel in enumerate(kernels.values()):
        error = stats.skewnorm(kernel.shape, scale=kernel.scale)
        for (low, high), tail in zip(found[2 * place : 2 * place + 2], (0.05, 0.25), strict=True):
            assert low == pytest.approx(-error.ppf(1 - tail), abs=0.005)
            assert high == pytest.approx(-error.ppf(tail), abs=0.005)


def test_curves_peak_in_their_rows_where_the_density_does(kernels: dict[str, Kernel]) -> None:
    curves = [np.array(points(line)).T for line in plot_hedges(kernels).get_lines() if len(points(line)) > 2]
    for row, ((logs, heights), kernel) in enumerate(zip(curves, kernels.values(), strict=True)):
        peak = logs[heights.argmax()]
        assert -row < heights.max() < -row + 1
        assert kernel.log_density(-peak) == pytest.approx(kernel.log_density(-logs).max(), abs=1e-9)


def test_names_stand_beside_their_curves_and_nothing_covers_anything(kernels: dict[str, Kernel]) -> None:
    ax = plot_hedges(kernels)
    assert [label.get_text() for label in ax.get_yticklabels()] == list(kernels)
    boxes, frame = drawn(ax)
    assert overlaps(boxes) == []
    assert outside(boxes, frame) == []


@pytest.mark.parametrize(
    "kernels",
    [
        {"one": Kernel(1e-4, 0.0)},
        {"narrow": Kernel(0.01, 0.0), "wide": Kernel(1.5, 2.0)},
        {f"row {place}": Kernel(0.1, 0.1 * place) for place in range(12)},
        {"<b>&\x1b[31m" + "x" * 300: Kernel(0.1, 0.0), "\u202e$x_1$": Kernel(0.1, -0.1)},
    ],
)
def test_any_kernels_and_names_are_drawn_within_the_figure(kernels: dict[str, Kernel]) -> None:
    ax = plot_hedges(kernels)
    boxes, frame = drawn(ax)
    assert overlaps(boxes) == []
    assert outside(boxes, frame) == []
    assert all(text.replace("\n", "").isprintable() for text in words(ax))
    assert svg(ax) == svg(plot_hedges(kernels))


def test_a_shared_bias_widens_what_is_said() -> None:
    narrow, wide = Kernel(0.05, 0.15), Kernel(math.hypot(0.05, 0.3), 0.15)
    first, _, second, _ = tints(plot_hedges({"A": narrow, "D": wide}))
    assert second[0] < first[0] < first[1] < second[1]


def test_it_is_drawn_where_asked(kernels: dict[str, Kernel]) -> None:
    ax = Figure().add_subplot()
    assert plot_hedges(kernels, ax=ax) is ax
    assert ax.get_title(loc="right") == ""


def test_nothing_to_draw_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no kernel to draw"):
        plot_hedges({})


# --- two lexicons ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def measured(kernels: dict[str, Kernel]) -> dict[str, Kernel]:
    lexicon = load_lexicon("ferson-2015")
    return {name: Kernel(*lexicon.error(name, 10_000)) for name in kernels}


def test_a_second_lexicon_is_dashed_in_the_same_rows(
    kernels: dict[str, Kernel], measured: dict[str, Kernel]
) -> None:
    ax = plot_hedges(kernels, measured, legend=("shellcount", "ferson-2015"))
    dashed = [np.array(points(line)).T for line in ax.get_lines() if line.get_linestyle() == "--"]
    for row, ((logs, heights), kernel) in enumerate(zip(dashed, measured.values(), strict=True)):
        density = np.exp(kernel.log_density(-logs))
        assert heights + row == pytest.approx(0.82 * density / density.max())
    assert len(tints(ax)) == 2 * len(kernels)
    assert note_of(ax).startswith("Solid: shellcount. Dashed: ferson-2015. ")


def test_only_rows_with_a_second_kernel_have_a_second_curve(kernels: dict[str, Kernel]) -> None:
    ax = plot_hedges(kernels, {"about": Kernel(0.3, 0.0)})
    assert sum(line.get_linestyle() == "--" for line in ax.get_lines()) == 1
    low, high = ax.get_xlim()
    assert low < -0.9
    assert high > 0.9


@pytest.mark.parametrize("legend", [None, ("<b>&\x1b[31m" + "x" * 300, "\u202e$x_1$"), ("ours", "theirs")])
def test_both_lexicons_are_drawn_within_the_figure(
    kernels: dict[str, Kernel], measured: dict[str, Kernel], legend: tuple[str, str] | None
) -> None:
    ax = plot_hedges(kernels, measured, legend=legend)
    boxes, frame = drawn(ax)
    assert overlaps(boxes) == []
    assert outside(boxes, frame) == []
    assert all(text.replace("\n", "").isprintable() for text in words(ax))


def test_a_second_kernel_without_a_first_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no kernel to compare 'over' with"):
        plot_hedges({"about": Kernel(0.1, 0.0)}, {"over": Kernel(0.1, 0.1)})
