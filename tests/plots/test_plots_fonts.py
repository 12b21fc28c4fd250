"""Characters that the standard fonts lack are set in installed fonts, or else in boxes that are told of."""

from __future__ import annotations

from pathlib import Path

import matplotlib.style
import pytest

from lettering import make_font, only_fonts_of
from shellcount.plots import fonts
from shellcount.plots.canvas import canvas
from shellcount.plots.drawing import png, svg
from shellcount.plots.fonts import cover, remark
from shellcount.plots.style import extent, harmless, noting_boxes

KOREAN = "국방부컨테이너"


def families(characters: str, *, drawn: bool = False) -> list[str]:
    return [face.family for face in cover(characters, drawn=drawn).faces]


# --- which font --------------------------------------------------------------------------


def test_a_font_that_has_the_characters_is_found(tmp_path: Path) -> None:
    make_font(tmp_path / "a.ttf", "Korea", KOREAN)
    with only_fonts_of(tmp_path):
        found = cover("국中")
    assert [face.family for face in found.faces] == ["Korea"]
    assert found.lacking == {"中"}


def test_without_fonts_everything_is_lacking(tmp_path: Path) -> None:
    with only_fonts_of(tmp_path):
        assert cover("국中") == fonts.Cover((), frozenset("국中"))


def test_as_few_fonts_as_possible_are_taken(tmp_path: Path) -> None:
    make_font(tmp_path / "a.ttf", "A", "国방")
    make_font(tmp_path / "b.ttf", "B", "국방부")
    make_font(tmp_path / "c.ttf", "C", "国")
    with only_fonts_of(tmp_path):
        assert families("국방부") == ["B"]
        assert families("국방부国") == ["B", "A"]


@pytest.mark.parametrize(
    ("characters", "family"),
    [("中", "Noto Sans Han SC"), ("中국", "Noto Sans Han KR"), ("中の", "Noto Sans Han JP")],
)
def test_chinese_characters_take_the_form_of_the_letters_beside_them(
    tmp_path: Path, characters: str, family: str
) -> None:
    for language in ("JP", "KR", "SC", "TC"):
        make_font(tmp_path / f"{language}.ttf", f"Noto Sans Han {language}", "中국の")
    make_font(tmp_path / "other.ttf", "Aardvark", "中국の")
    with only_fonts_of(tmp_path):
        assert families(characters) == [family]


def test_a_variable_names_a_folder_of_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "none").mkdir()
    make_font(tmp_path / "mine" / "a.ttf", "Mine", "국")
    monkeypatch.setenv(fonts.FONTS_VARIABLE, str(tmp_path / "mine"))
    with only_fonts_of(tmp_path / "none"):
        assert families("국") == ["Mine"]


def test_what_is_no_font_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.ttf").write_bytes(b"no font")
    whole = make_font(tmp_path / "b.ttf", "Whole", "국").read_bytes()
    (tmp_path / "c.ttf").write_bytes(whole[: len(whole) // 2])
    monkeypatch.setenv(fonts.FONTS_VARIABLE, str(tmp_path / "missing"))
    with only_fonts_of(tmp_path):
        assert families("국") == ["Whole"]


def test_a_font_of_placeholders_is_passed_over(tmp_path: Path) -> None:
    make_font(tmp_path / "a.ttf", ".LastResort", "국")
    make_font(tmp_path / "b.ttf", "Adobe Blank", "국")
    with only_fonts_of(tmp_path):
        assert cover("국").faces == ()


def test_a_font_in_colour_is_not_for_figures(tmp_path: Path) -> None:
    make_font(tmp_path / "a.ttf", "Colours", "🚢", colour=True)
    with only_fonts_of(tmp_path):
        assert families("🚢") == ["Colours"]
        assert cover("🚢", drawn=True).lacking == {"🚢"}


def test_files_are_those_of_regular_and_bold(tmp_path: Path) -> None:
    regular, bold = (
        make_font(tmp_path / f"{weight}.ttf", "Korea", "국", weight=weight) for weight in (400, 700)
    )
    make_font(tmp_path / "300.ttf", "Korea", "국", weight=300)
    with only_fonts_of(tmp_path):
        found = cover("국").faces
        assert [face.weight for face in found] == [400]
        assert fonts.files_of(found) == (str(regular), str(bold))


# --- in figures --------------------------------------------------------------------------


def drawn(label: str) -> bytes:
    """A figure with a label on its axis and on a tick."""
    with canvas(None, 1.0) as page:
        page.axes.set_xlabel(harmless(label), parse_math=False)
        page.axes.set_yticks([0.0, 1.0], [harmless(label), "plain"], parse_math=False)
        page.lay_out()
    assert png(page.axes)
    return svg(page.axes)


def test_a_figure_is_drawn_in_an_installed_font(tmp_path: Path) -> None:
    make_font(tmp_path / "a.ttf", "Korea in figures", KOREAN)
    with only_fonts_of(tmp_path), noting_boxes() as boxes:
        drawing = drawn("국방부 ships")
        assert drawing == drawn("국방부 ships")
        assert harmless("국방부") == "국방부"
        assert extent("국방부", 8.0)[0] > 3 * 0.8 * 8.0
    assert boxes == set()


def test_a_figure_shows_boxes_and_they_are_noted(tmp_path: Path) -> None:
    with only_fonts_of(tmp_path):
        with noting_boxes() as boxes:
            drawn("국방 ships")
        assert harmless("국방 ships") == "□□ ships"
    assert boxes == set("국방")


def test_what_the_standard_font_has_looks_the_same_everywhere(tmp_path: Path) -> None:
    label = "Ящики – boîtes"
    (tmp_path / "none").mkdir()
    (tmp_path / "some").mkdir()
    make_font(tmp_path / "some" / "a.ttf", "Noto Sans Everything", label + KOREAN)
    with only_fonts_of(tmp_path / "none"):
        before = drawn(label)
    with only_fonts_of(tmp_path / "some"):
        assert drawn(label) == before


def test_text_of_the_caller_keeps_its_font(tmp_path: Path) -> None:
    make_font(tmp_path / "a.ttf", "Korea of others", KOREAN)
    with only_fonts_of(tmp_path), matplotlib.style.context("default"):
        from matplotlib.figure import Figure

        axes = Figure().add_subplot()
        text = axes.set_title("é", fontfamily="serif")
        with canvas(axes, 1.0) as page:
            page.axes.set_xlabel(harmless("국"))
        assert text.get_fontfamily() == ["serif"]
        assert axes.xaxis.label.get_fontfamily()[0] == "sans-serif"
        assert "Korea of others" in axes.xaxis.label.get_fontfamily()


# --- what is said ------------------------------------------------------------------------


def test_a_remark_counts_and_shows_a_few() -> None:
    said = remark("bca" * 2, "the figures")
    assert said.startswith("boxes stand for 3 characters in the figures that no font here has (a, b, c); ")
    assert "install a font that has them" in said
    assert "(a, b, c and 2 more)" in remark("abcde", "x")
