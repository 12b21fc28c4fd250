"""Small fonts, made for a test: all that a machine has installed, as far as the test is concerned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import typst
from fontTools.colorLib.builder import buildCOLR, buildCPAL
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from shellcount.plots import fonts, style

Installed = typst.Fonts


def make_font(path: Path, family: str, characters: str, *, weight: int = 400, colour: bool = False) -> Path:
    """Write a font in which each of some characters is a black square."""
    names = {ord(character): f"u{ord(character):04X}" for character in characters}
    glyphs = [".notdef", *names.values()]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(glyphs)
    builder.setupCharacterMap(names)
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for corner in ((100, 700), (800, 700), (800, 0)):
        pen.lineTo(corner)
    pen.closePath()
    square = pen.glyph()
    builder.setupGlyf(dict.fromkeys(glyphs, square))
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (900, 100)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    style_name = {700: "Bold"}.get(weight, "Regular")
    post_script = f"{family.replace(' ', '')}-{weight}"
    builder.setupNameTable({"familyName": family, "styleName": style_name, "psName": post_script})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200, usWeightClass=weight)
    builder.setupPost()
    if colour:
        builder.font["COLR"] = buildCOLR({glyphs[1]: [(glyphs[1], 0)]})
        builder.font["CPAL"] = buildCPAL([[(1.0, 0.0, 0.0, 1.0)]])
    builder.save(path)
    return path


@contextmanager
def only_fonts_of(folder: Path) -> Iterator[None]:
    """Let the fonts in a folder be the only ones that are installed."""

    def installed(
        *, include_system_fonts: bool, include_embedded_fonts: bool, font_paths: list[str]
    ) -> typst.Fonts:
        assert include_system_fonts
        assert not include_embedded_fonts
        return Installed(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder), *font_paths]
        )

    with mock.patch.object(typst, "Fonts", installed):
        _forget()
        yield
    _forget()


def _forget() -> None:
    """Let what is installed be looked up again."""
    for kept in (fonts._cover, fonts._faces, fonts._regular_faces, style.extent):
        kept.cache_clear()
