"""The drawing of a calibration shows every quantity, and names those that leave their band."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from drawings import drawn, figure_of, outside, overlaps, points, words
from shellcount.maths.arrays import Array
from shellcount.plots import plot_calibration, png, svg
from shellcount.results.calibration import Calibration
from shellcount.results.run import Run

REFITS = 200
RUN = Run("made-up", "sha256:0", "counts", "smc", 1, {"runs": 2}, {})


def made_up(powers: list[float], prefix: str = "quantity-") -> Calibration:
    """Ranks as even as can be, to a power each: of another than 1 they are not uniform."""
    even = (np.arange(REFITS) + 0.5) / REFITS
    names = tuple(f"{prefix}{place}" for place in range(len(powers)))
    found = Calibration(RUN, names, np.column_stack([even**power for power in powers]), ())
    points = np.linspace(0, 1, 101)
    half = 3.3 * np.sqrt(points * (1 - points) / REFITS)  # near enough; ArviZ takes seconds to simulate it
    found.__dict__["band"] = (points, points - half, points + half)
    return found


def lines(ax: Axes) -> list[list[tuple[float, float]]]:
    return [points(line) for line in ax.get_lines() if len(points(line)) > 2]


def bold(ax: Axes) -> list[tuple[str, str]]:
    """Colour and dashes of the lines that stand out."""
    return [
        (str(line.get_color()), str(line.get_linestyle()))
        for line in ax.get_lines()
        if line.get_linewidth() > 1.5
    ]


def expected(ranks: Array, at: Array) -> Array:
    ecdf: Array = (ranks[None, :] <= at[:, None]).mean(axis=1)
    return ecdf - at


def test_every_quantity_is_a_line_in_one_band() -> None:
    calibration = made_up([1.0, 1.05, 0.95])
    ax = plot_calibration(calibration)
    at, low, high = calibration.band
    found = lines(ax)
    assert len(found) == 3
    for line, ranks in zip(found, calibration.ranks.T, strict=True):
        np.testing.assert_allclose(line, np.column_stack([at, expected(ranks, at)]), atol=1e-12)
    (band,) = ax.collections
    box = band.get_datalim(ax.transData)
    assert (box.y0, box.y1) == pytest.approx(((low - at).min(), (high - at).max()))
    assert bold(ax) == []


def test_those_outside_stand_out_with_their_name_on_the_line() -> None:
    calibration = made_up([1.0, 2.0, 1.0, 0.5])
    ax = plot_calibration(calibration)
    assert len(lines(ax)) == 4
    assert len(set(bold(ax))) == 2
    labels = {text.get_text(): text for text in ax.texts}
    assert {"quantity-1", "quantity-3"} <= set(labels)
    assert not {"quantity-0", "quantity-2"} & set(labels)
    at, _, _ = calibration.band
    for place in (1, 3):
        less = expected(calibration.ranks[:, place], at)
        peak = int(np.abs(less).argmax())
        label = labels[f"quantity-{place}"]
        assert label.xy == pytest.approx((at[peak], less[peak]))  # type: ignore[attr-defined]


def test_the_number_of_quantities_is_said() -> None:
    (said,) = (text for text in words(plot_calibration(made_up([1.0, 2.0]))) if "quantities" in text)
    assert said == "2 quantities, 200 refits\n1 outside their own 99% band or bounds"


def test_of_many_that_fail_the_farthest_are_named() -> None:
    ax = plot_calibration(made_up([1.5 + 0.05 * place for place in range(24)]))
    named = {text.get_text() for text in ax.texts if text.get_text().startswith("quantity-")}
    assert named == {f"quantity-{place}" for place in range(16, 24)}
    assert len(set(bold(ax))) == 8
    assert "24 outside their own 99% band or bounds\nthe 8 farthest are named" in " ".join(words(ax))
    boxes, _ = drawn(ax)
    assert overlaps(boxes) == []


@pytest.mark.parametrize(
    "prefix", ["q", "<script>$x$\u200f", "x" * 10_000], ids=["plain", "hostile", "endless"]
)
def test_it_is_legible_and_harmless(prefix: str) -> None:
    ax = plot_calibration(made_up([1.0, 1.6, 0.6, 2.0, 1.0], prefix))
    boxes, tight = drawn(ax)
    assert overlaps(boxes) == []
    assert outside(boxes, tight) == []
    assert outside(boxes, figure_of(ax).bbox) == []
    assert b"<script" not in svg(ax)
    assert len(svg(ax)) < 300_000


def test_it_is_drawn_where_asked_the_same_every_time() -> None:
    calibration = made_up([1.0, 2.0])
    ax = Figure().add_subplot()
    assert plot_calibration(calibration, ax=ax) is ax
    assert lines(ax) == lines(plot_calibration(calibration))
    assert svg(plot_calibration(calibration)) == svg(plot_calibration(calibration))
    assert png(plot_calibration(calibration)) == png(plot_calibration(calibration))
