"""Figures for a dark background: every pixel is turned, and every text can be read."""

from __future__ import annotations

import colorsys
import io
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from commands import MINIMAL, QUICK, run
from drawings import figure_of, texts
from shellcount import plots
from shellcount.cli.figures import NAMES
from shellcount.maths.arrays import Array
from shellcount.plots.dark import darken, turned
from shellcount.plots.style import CEILING, INK, POSTERIOR, QUIET, STATED, STATED_TEXT
from shellcount.results.results import Results

LEAST = 4.5  # contrast of text, by WCAG 2.2


def pixels(drawn: Axes | Figure) -> Array:
    image = Image.open(io.BytesIO(plots.png(drawn))).convert("RGB")
    return np.asarray(image, dtype=float) / 255


def luminance(rgb: Array) -> Array:
    """Relative luminance, as WCAG defines it."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    shade: Array = linear @ np.array((0.2126, 0.7152, 0.0722))
    return shade


def contrast(one: Array, other: Array) -> float:
    low, high = sorted((float(luminance(one)), float(luminance(other))))
    return (high + 0.05) / (low + 0.05)


def flat(image: Array) -> Array:
    """Where pixels have the colour of all around them, and no edge is smoothed."""
    same = np.ones(image.shape[:2], dtype=bool)
    for axis in (0, 1):
        for step in (-1, 1):
            same &= (np.roll(image, step, axis=axis) == image).all(axis=2)
    return same


def test_light_is_dark_and_dark_is_light() -> None:
    greys = turned([(grey, grey, grey) for grey in np.linspace(0, 1, 21)])[:, :3]
    assert np.ptp(greys, axis=1).max() < 0.002  # still grey
    assert (np.diff(luminance(greys)) < 0).all()
    assert contrast(greys[0], greys[-1]) > 15


@pytest.mark.parametrize("colour", [POSTERIOR, STATED, STATED_TEXT, "#007A5A", "#8C4673"])
def test_a_hue_stays(colour: str) -> None:
    before, after = (
        colorsys.rgb_to_hsv(*each) for each in (tuple(_rgb(colour)), tuple(turned(colour)[0, :3]))
    )
    away = abs(before[0] - after[0])
    assert min(away, 1 - away) < 0.06  # of a circle


def _rgb(colour: str) -> list[float]:
    return [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]


@pytest.mark.parametrize("colour", [INK, CEILING, QUIET, STATED_TEXT, POSTERIOR])
def test_colours_of_text_can_be_read_on_the_ground(colour: str) -> None:
    assert contrast(turned(colour)[0, :3], turned("white")[0, :3]) >= LEAST


def test_opacity_stays_and_what_is_not_seen_is_not() -> None:
    assert turned([(1, 1, 1, 0.65), "none"])[:, 3].tolist() == [0.65, 0.0]


@pytest.mark.parametrize("name", ["plot_timeline", "plot_intervals", "plot_assumptions", "plot_capacity"])
def test_every_pixel_is_turned(name: str, results: Results) -> None:
    plot = getattr(plots, name)
    light, dark = pixels(plot(results, title="A title")), pixels(darken(plot(results, title="A title")))
    assert light.shape == dark.shape
    plain = flat(light)
    colours, places = np.unique(light[plain], axis=0, return_inverse=True)
    expected = turned(colours)[places.ravel(), :3]
    # What is drawn half transparent is mixed after it was turned.
    assert np.quantile(np.abs(expected - dark[plain]).max(axis=1), 0.995) < 0.01


def grounds(drawn: Axes, written: list[Text]) -> list[tuple[Text, Array]]:
    """Texts with the colour that most of their ground has."""
    figure = figure_of(drawn)
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]  # of Agg
    boxes = [text.get_window_extent(renderer) for text in written]
    colours = [text.get_color() for text in written]
    for text in written:
        text.set_color("none")
    image = np.asarray(pixels(drawn))
    for text, colour in zip(written, colours, strict=True):
        text.set_color(colour)
    high = image.shape[0]
    scale = high / float(figure.get_size_inches()[1] * figure.dpi)
    found = []
    for text, box in zip(written, boxes, strict=True):
        left, right = (max(0, round(edge * scale)) for edge in (box.x0, box.x1))
        top, bottom = (max(0, high - round(edge * scale)) for edge in (box.y1, box.y0))
        below = image[top : max(bottom, top + 1), left : max(right, left + 1)].reshape(-1, 3)
        shades, counts = np.unique(below, axis=0, return_counts=True)
        if len(counts):
            found.append((text, shades[counts.argmax()]))
    return found


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", NAMES)
def test_every_text_of_a_dark_figure_can_be_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Axes] = []
    png = plots.png

    def noted(drawn: Axes) -> bytes:
        seen.append(drawn)
        return png(drawn)

    monkeypatch.setattr(plots, "png", noted)
    case = () if name in {"leave-one-out", "consistency"} else (str(MINIMAL),)  # of one fitted claim
    statement = ("--statement", "load >= 60%") if name == "requirement" else ()
    done = run("plot", name, *case, "--dark", "-o", "a.png", "--jobs", "1", *statement, *QUICK)
    assert done.exit_code == 0, done.stderr
    assert Path("a.png").stat().st_size > 5_000
    (drawn,) = seen
    written = texts(drawn)
    assert len(written) > 5
    monkeypatch.undo()
    from matplotlib.colors import to_rgb

    for text, ground in grounds(drawn, written):
        assert contrast(np.array(to_rgb(text.get_color())), ground) >= LEAST, text.get_text()
