"""Every plot takes words of one's own, fits its sheet, and keeps apart from others in one figure."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping

import matplotlib.pyplot as plt
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from drawings import drawn, figure_of, outside, overlaps, words
from quick import quick_results
from shellcount import plots
from shellcount.case.reading import load_case
from shellcount.errors import UsageError
from shellcount.plots.drawing import note_of
from shellcount.plots.sheet import SHEETS, Form, sheet
from shellcount.results.results import Results

TITLE, SUBTITLE, SOURCE = "A finding", "in a few words", "Source: a ledger"


def figures(results: Results) -> Mapping[str, Callable[..., Axes]]:
    """The figures of results, each as a function of what all plots take."""
    drivers, left_out = results.drivers, results.left_out
    assert drivers is not None
    found: dict[str, Callable[..., Axes]] = {
        "timeline": lambda **words: plots.plot_timeline(results, **words),
        "containers": lambda **words: plots.plot_timeline(results, of="containers", **words),
        "drivers": lambda **words: plots.plot_drivers(drivers, **words),
        "intervals": lambda **words: plots.plot_intervals(results, **words),
        "counts": lambda **words: plots.plot_intervals(results, of="containers", **words),
        "capacity": lambda **words: plots.plot_capacity(results, **words),
        "assumptions": lambda **words: plots.plot_assumptions(results, **words),
    }
    if left_out is not None:
        found["left-out"] = lambda **words: plots.plot_leave_one_out(left_out, **words)
    return found


def public() -> list[str]:
    return [name for name in plots.__all__ if name.startswith("plot_")]


# --- words of one's own ------------------------------------------------------------------


@pytest.mark.parametrize("name", public())
def test_every_plot_takes_axes_and_words(name: str) -> None:
    parameters = inspect.signature(getattr(plots, name)).parameters
    for word in ("ax", "title", "subtitle", "source"):
        assert parameters[word].kind is inspect.Parameter.KEYWORD_ONLY
        assert parameters[word].default is None


def test_the_words_are_written_above_and_below(results: Results) -> None:
    for draw in figures(results).values():
        ax = draw(title=TITLE, subtitle=SUBTITLE, source=SOURCE)
        boxes, _ = drawn(ax)
        placed = {text.get_text(): box for text, box in boxes.items()}
        assert placed[TITLE].y0 > placed[SUBTITLE].y1 - 1
        assert placed[SUBTITLE].y0 > ax.get_window_extent().y1 - 1
        assert placed[SOURCE].y1 < ax.get_window_extent().y0
        assert placed[TITLE].x0 == pytest.approx(placed[SOURCE].x0, abs=2)


def test_a_long_title_is_broken_and_hostile_words_are_harmless(results: Results) -> None:
    ax = plots.plot_capacity(results, title="word " * 60, subtitle="$x$ \u202e <b>", source="x" * 900)
    boxes, _ = drawn(ax)
    assert overlaps(boxes) == []
    assert outside(boxes, figure_of(ax).bbox) == []


def test_without_words_a_figure_has_its_note_alone(results: Results) -> None:
    ax = plots.plot_capacity(results)
    assert " ".join(" ".join(words(ax)).split()).endswith(note_of(ax))
    assert note_of(Figure().add_subplot()) == ""


# --- sheets ------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [*SHEETS])
@pytest.mark.parametrize("name", ["timeline", "containers", "drivers", "capacity", "assumptions"])
def test_a_figure_fits_its_sheet(form: Form, name: str, results: Results) -> None:
    with sheet(form):
        ax = figures(results)[name](title=TITLE, source=SOURCE)
    size = SHEETS[form]
    wide, high = figure_of(ax).get_size_inches()
    assert wide == pytest.approx(size.width)
    assert size.height is None or high == pytest.approx(size.height)
    boxes, _ = drawn(ax)
    assert outside(boxes, figure_of(ax).bbox) == []
    shown = " ".join(" ".join(words(ax)).split())
    assert (note_of(ax) in shown) == size.noted
    assert min(float(text.get_fontsize()) for text in boxes) >= 8.0


def test_letters_are_large_on_a_slide_and_legible_on_a_telephone() -> None:
    slide, portrait = SHEETS["slide"], SHEETS["portrait"]
    assert slide.height is not None
    assert (slide.scale * slide.width, slide.scale * slide.height) == pytest.approx((40 / 3, 7.5), rel=1e-4)
    assert (int(slide.dots * slide.width), int(slide.dots * slide.height)) == (1920, 1080)
    assert slide.scale * 8.0 >= 18.0  # points
    assert portrait.width * 96 == pytest.approx(330)  # pixels
    assert 8.0 * 96 / 72 >= 10.0


def test_a_sheet_of_another_name_is_refused() -> None:
    with pytest.raises(UsageError, match=r"^no sheet is called 'slid'; did you mean slide"), sheet("slid"):  # type: ignore[arg-type]
        pass


def test_a_sheet_is_left_again(results: Results) -> None:
    with pytest.raises(RuntimeError), sheet("slide"):
        raise RuntimeError
    assert figure_of(plots.plot_capacity(results)).get_size_inches()[0] == SHEETS["figure"].width


def test_what_does_not_fit_on_a_slide_is_told(results: Results) -> None:
    with sheet("slide"):
        ax = plots.plot_assumptions(results, title=TITLE)
    assert "Shown: those that moved most, " in note_of(ax)
    assert "Shown:" not in note_of(plots.plot_assumptions(results))


def test_a_square_has_as_many_dots_as_a_post_and_a_pdf_has_words(results: Results) -> None:
    with sheet("square"):
        ax = plots.plot_capacity(results)
    assert plots.png(ax)[16:24] == (1080).to_bytes(4) * 2
    document = plots.pdf(ax, title="Title", alternative="What it shows")
    assert document.startswith(b"%PDF-")
    assert document == plots.pdf(ax, title="Title", alternative="What it shows")


# --- together in one figure --------------------------------------------------------------


def by_axes(figure: Figure) -> list[dict[Text, Bbox]]:
    """The texts of each axes, panels within them included, with their boxes."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    return [
        {
            text: Text.get_window_extent(text, renderer)
            for text in ax.findobj(Text)
            if text.get_visible() and text.get_text().strip()
        }
        for ax in figure.axes
    ]


@pytest.mark.parametrize("layout", ["constrained", pytest.param("tight", marks=pytest.mark.slow)])
def test_all_figures_share_one_without_a_collision(results_left_out: Results, layout: str) -> None:
    figure, axes = plt.subplots(4, 2, layout=layout, figsize=(15, 24))
    try:
        for place, draw in zip(axes.flat, figures(results_left_out).values(), strict=True):
            assert draw(ax=place, title=TITLE, subtitle=SUBTITLE, source=SOURCE) is place
        found = by_axes(figure)
        assert len(found) == 8
        for one, texts in enumerate(found):
            assert {TITLE, SUBTITLE, SOURCE} <= {text.get_text() for text in texts}
            assert outside(texts, figure.bbox) == []
            for other in found[one + 1 :]:
                mixed = overlaps(texts | other)
                assert [pair for pair in mixed if pair not in overlaps(texts) + overlaps(other)] == []
    finally:
        plt.close(figure)


def test_labels_follow_axes_that_move(results: Results) -> None:
    figure = Figure(figsize=(12, 8), layout="constrained")
    ax, other = figure.subplots(1, 2)
    plots.plot_intervals(results, ax=ax)
    plots.plot_timeline(results, ax=other)
    boxes, _ = drawn(ax)
    assert overlaps(boxes) == []
    count = len(ax.texts)
    figure.set_size_inches(20, 6)
    boxes, _ = drawn(ax)
    assert overlaps(boxes) == []
    assert len(ax.texts) == count
    ax.clear()
    drawn(other)
    assert not ax.texts
    other.remove()
    drawn(ax)


# --- several results ---------------------------------------------------------------------


def test_several_results_are_told_apart_by_more_than_colour(results: Results, results_all: Results) -> None:
    ax = plots.plot_timeline({"counts": results, "all claims": results_all})
    legend = ax.get_legend()
    assert legend is not None
    shown = [text.get_text() for text in legend.get_texts()]
    for name, each in (("counts", results), ("all claims", results_all)):
        middle, _, outer = each.answer.words()
        assert f"{name}: {middle} (90%: {outer})" in shown
    lines = legend.get_lines()
    for look in ("get_color", "get_linestyle", "get_marker"):
        assert len({str(getattr(line, look)()) for line in lines}) == 2
    assert len({str(line._dash_pattern) for line in lines}) == 2  # type: ignore[attr-defined]
    boxes, _ = drawn(ax)
    assert overlaps(boxes) == []
    assert "Thick lines with a mark at the end: posterior medians." in note_of(ax)


def test_several_results_of_containers_share_each_panel(results: Results, results_all: Results) -> None:
    ax = plots.plot_timeline({"counts": results, "all": results_all}, of="containers")
    for panel in ax.child_axes:
        marked = [line.get_marker() for line in panel.get_lines()]
        assert marked.count("o") == marked.count("s") == 1
        (heading,) = (text.get_text() for text in panel.texts if "●" in text.get_text())
        assert [line[:4] for line in heading.split("\n")[1:]] == ["● co", "■ al"]


def test_what_cannot_share_axes_is_refused(results: Results) -> None:
    with pytest.raises(UsageError, match=r"^a figure tells 1 to 5 curves apart, and 6 were given"):
        plots.plot_timeline({str(number): results for number in range(6)})
    with pytest.raises(UsageError, match="and 0 were given"):
        plots.plot_timeline({})
    grain = quick_results(load_case("black-sea-grain-2022"))
    with pytest.raises(UsageError, match=r"^one axis cannot show rounds and tonnes: "):
        plots.plot_timeline({"one": results, "other": grain})
