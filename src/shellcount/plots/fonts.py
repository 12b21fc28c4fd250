"""Find installed fonts for characters that the standard fonts lack.

What the standard fonts have is never drawn in another, so that it looks the same on every machine.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable
from pathlib import Path

import matplotlib.font_manager
from matplotlib.ft2font import FT2Font

from shellcount.frozen import frozen

FONTS_VARIABLE = "SHELLCOUNT_FONTS"
BOX = "\N{WHITE SQUARE}"  # stands for a character that no font has
_REGULAR, _BOLD = 400, 700
_SHOWN = 3  # characters of a remark
# Their glyphs are bitmaps or layers of colour, which figures cannot draw.
_COLOURED = frozenset({b"CBDT", b"COLR", b"SVG ", b"sbix"})
_PLACEHOLDERS = ("adobe blank", "last resort", "lastresort")  # fonts that have a box for every character
_HANGUL, _KANA = (range(0x1100, 0x1200), range(0xAC00, 0xD7A4)), range(0x3040, 0x3100)


@frozen
class Face:
    """Face of an installed font.

    Parameters
    ----------
    family
        Name of its family.
    path, index
        File, and place in it.
    weight
        Weight: 400 is regular, 700 is bold.
    """

    family: str
    path: str
    index: int
    weight: int


@frozen
class Cover:
    """Fonts for some characters.

    Parameters
    ----------
    faces
        Regular faces that have them, the one that has most of them first.
    lacking
        Characters that no font has.
    """

    faces: tuple[Face, ...]
    lacking: frozenset[str]


def cover(characters: Iterable[str], *, drawn: bool = False) -> Cover:
    """Find installed fonts for characters: as few as possible, and the same ones every time.

    Parameters
    ----------
    characters
        Characters to find fonts for.
    drawn
        Whether they are drawn in a figure, where fonts in colour do not serve.

    Examples
    --------
    >>> cover("").faces
    ()
    """
    return _cover(frozenset(characters), os.environ.get(FONTS_VARIABLE, ""), drawn=drawn)


@functools.lru_cache(maxsize=4096)
def _cover(characters: frozenset[str], folders: str, *, drawn: bool) -> Cover:
    wanted = {ord(character) for character in characters}
    chosen: list[Face] = []
    while wanted:
        languages = _languages(wanted)
        ranked = [
            (-len(wanted & _characters(face.path, face.index)), _rank(face.family, languages), face)
            for face in _regular_faces(folders)
            if not (drawn and _is_coloured(face.path))
        ]
        most, _, best = min(ranked, key=lambda entry: (entry[0], entry[1]), default=(0, (), None))
        if best is None or most == 0:
            break
        chosen.append(best)
        wanted -= _characters(best.path, best.index)
    return Cover(tuple(chosen), frozenset(map(chr, wanted)))


def _languages(wanted: Iterable[int]) -> tuple[str, ...]:
    """Name the language that Chinese characters beside the others are likely to belong to."""
    if any(code in letters for letters in _HANGUL for code in wanted):
        return ("kr", "k")
    if any(code in _KANA for code in wanted):
        return ("jp", "j")
    return ("sc", "cn")


def _rank(family: str, languages: tuple[str, ...]) -> tuple[object, ...]:
    """Rank a family among those that have as many characters: what was made to be read together first."""
    words = family.lower().split()
    of_language = words[-1] in languages
    return (not of_language, words[0] != "noto", "sans" not in words, len(words), family)


@functools.lru_cache(maxsize=8)
def _regular_faces(folders: str) -> tuple[Face, ...]:
    """List the upright face of each family that is nearest to regular."""
    families: dict[str, list[Face]] = {}
    for face in _faces(folders):
        families.setdefault(face.family, []).append(face)
    return tuple(
        min(faces, key=lambda face: (abs(face.weight - _REGULAR), face.path, face.index))
        for _, faces in sorted(families.items())
    )


@functools.lru_cache(maxsize=8)
def _faces(folders: str) -> tuple[Face, ...]:
    import typst

    paths = [folder for folder in folders.split(os.pathsep) if folder]
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=paths)
    found = {
        Face(font.family, font.path, font.index, font.weight)
        for font in fonts.fonts()
        if font.path is not None
        and font.style == "normal"
        and not font.family.lower().lstrip(".").startswith(_PLACEHOLDERS)
    }
    return tuple(sorted(found, key=lambda face: (face.family, face.weight, face.path, face.index)))


@functools.lru_cache(maxsize=4096)
def _characters(path: str, index: int) -> frozenset[int]:
    try:
        return frozenset(FT2Font(path, face_index=index).get_charmap())
    except (OSError, RuntimeError):  # a file that has gone, or is of a kind that cannot be read
        return frozenset()


@functools.lru_cache(maxsize=4096)
def _is_coloured(path: str) -> bool:
    """Tell whether a font has colours, by the directory of tables that its file begins with."""
    with Path(path).open("rb") as file:
        head = file.read(12)
        tables = file.read(16 * int.from_bytes(head[4:6]))
    return any(tables[start : start + 4] in _COLOURED for start in range(0, len(tables), 16))


def files_of(faces: tuple[Face, ...]) -> tuple[str, ...]:
    """List the files of faces, and of the bold faces of their families."""
    if not faces:
        return ()
    families = {face.family for face in faces}
    bold = [face for face in _faces(os.environ.get(FONTS_VARIABLE, "")) if face.weight == _BOLD]
    return tuple(dict.fromkeys(face.path for face in (*faces, *bold) if face.family in families))


@functools.lru_cache(maxsize=256)
def family_in_figures(face: Face) -> str:
    """Make a face known to matplotlib, and give the name that it knows it by."""
    manager = matplotlib.font_manager.fontManager

    def known() -> list[str]:
        return [
            entry.name for entry in manager.ttflist if (entry.fname, entry.index) == (face.path, face.index)
        ]

    if not known():
        manager.addfont(face.path)
    return known()[0]


def remark(boxes: Iterable[str], where: str) -> str:
    """Tell that boxes stand for characters, and what to do about it.

    Examples
    --------
    >>> remark("あ", "report.pdf").partition(";")[0]
    'boxes stand for 1 character in report.pdf that no font here has (あ)'
    """
    characters = sorted(set(boxes))
    count = len(characters)
    shown = ", ".join(characters[:_SHOWN]) + (f" and {count - _SHOWN} more" if count > _SHOWN else "")
    what, them = ("character", "it") if count == 1 else ("characters", "them")
    return (
        f"boxes stand for {count} {what} in {where} that no font here has ({shown}); install a font that has "
        f"{them}, such as one of the Noto family, or name a folder of fonts with {FONTS_VARIABLE}"
    )
