"""Set documents with typst: the same bytes for the same content and fonts.

Typst has fonts for Latin, Greek and Cyrillic. Other characters are set in installed fonts; where none has a
character, a box stands for it.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shellcount.errors import OutputError
from shellcount.frozen import frozen
from shellcount.plots import fonts
from shellcount.report.blocks import Picture
from shellcount.text import one_line, printable

# Loaded where it is used, so that reports in other formats do without it.
if TYPE_CHECKING:
    import typst

_LONGEST = 4000  # characters of a text; longer ones take seconds to set
_UNSET = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_JOINED = range(0x0590, 0x1E00)  # scripts between Cyrillic and further Latin, whose letters join or combine
_ROUNDS = 3  # of setting a document again, with boxes for characters that could not be set
_SHARED = "common.typ"  # what templates have in common
# One character a paragraph, so that each is set on its own.
_TRIAL = b"""
#set document(title: "trial")
#set text(font: "Libertinus Serif")
#for character in json(bytes(sys.inputs.content)) { par(character) }
"""


@frozen
class Pdf:
    """PDF.

    Parameters
    ----------
    content
        Bytes of the file.
    boxes
        Characters for which it shows boxes.
    """

    content: bytes
    boxes: frozenset[str] = frozenset()


def typeset(template: str, document: Mapping[str, Any], pictures: Iterable[Picture]) -> Pdf:
    """Set a document by a template.

    Parameters
    ----------
    template
        Name of the template and of the file to write, without their endings.
    document
        Plain values for the template, made harmless.
    pictures
        Figures that the template shows.

    Raises
    ------
    OutputError
        When the document cannot be set.
    """
    folder = files("shellcount.report").joinpath("templates")
    inputs = {
        "main.typ": folder.joinpath(f"{template}.typ").read_bytes(),
        _SHARED: folder.joinpath(_SHARED).read_bytes(),
        **{f"{picture.name}.svg": picture.wide.encode() for picture in pictures},
    }
    characters = sorted(_characters(document))
    without = _without_glyphs(characters)
    # Typst has letters of other scripts as well, but sets them one by one.
    found = fonts.cover(without.union(character for character in characters if ord(character) in _JOINED))
    try:
        return _set_in(found.faces, inputs, document, found.lacking & without, template)
    except OutputError:
        if not found.faces:
            raise
    return _set_in((), inputs, document, without, template)  # a font that was found may be damaged


def _set_in(
    faces: tuple[fonts.Face, ...],
    inputs: Mapping[str, bytes],
    document: Mapping[str, Any],
    lacking: frozenset[str],
    name: str,
) -> Pdf:
    """Set a document in the fonts of typst and some faces, with boxes for characters that are lacking."""
    import typst

    boxes = set(lacking)
    families = [face.family for face in faces]
    with _folder(fonts.files_of(faces)) as folder:
        for _ in range(_ROUNDS):
            values = {**_boxed(document, boxes), "fonts": families, "boxes": len(boxes)}
            try:
                return Pdf(_compiled(inputs, values, folder, "ua-1"), frozenset(boxes))
            except typst.TypstError as error:
                left = _named(error) - boxes
                if not left:
                    break
                boxes |= left
        # Where the rules for screen readers cannot be met, the document is still of use to other readers.
        try:
            return Pdf(_compiled(inputs, values, folder, None), frozenset(boxes))
        except typst.TypstError as error:
            raise OutputError(f"{name}.pdf cannot be set: {one_line(str(error.message), 200)}") from None


def _compiled(inputs: Mapping[str, bytes], content: Any, folder: str | None, standard: Any) -> bytes:  # noqa: ANN401  # typst's
    import typst

    pdf: bytes = typst.compile(
        dict(inputs),  # type: ignore[call-overload]  # files by name are documented, but not typed
        ignore_system_fonts=True,
        font_paths=[] if folder is None else [folder],
        pdf_standards=[] if standard is None else standard,
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
    )
    return pdf


def _without_glyphs(characters: Iterable[str]) -> frozenset[str]:
    """Find the characters that the fonts of typst lack, by setting each of them."""
    import typst

    wanted = [character for character in characters if not character.isascii()]
    if not wanted:
        return frozenset()
    try:
        _compiled({"main.typ": _TRIAL}, wanted, None, "ua-1")
    except typst.TypstError as error:
        return frozenset(_named(error))
    return frozenset()


def _named(error: typst.TypstError) -> set[str]:
    """Collect the characters that an error of typst says it could not set."""

    def read(escape: re.Match[str]) -> str:
        return chr(int(escape[1], 16)) if escape[1] else str(escape[2])

    texts = [_ESCAPE.sub(read, text) for text in _UNSET.findall(str(error.diagnostic))]
    return {character for character in "".join(texts) if not character.isascii()}


@contextlib.contextmanager
def _folder(paths: Iterable[str]) -> Iterator[str | None]:
    """Gather font files in a folder, since typst takes fonts by the folder."""
    paths = tuple(paths)
    if not paths:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="shellcount-fonts-") as folder:
        for place, path in enumerate(paths):
            name = Path(folder, f"{place:03d}{Path(path).suffix}")
            try:
                name.symlink_to(path)
            except OSError:  # not every system allows links
                shutil.copyfile(path, name)
        yield folder


def _characters(value: Any) -> set[str]:  # noqa: ANN401  # plain values, nested
    if isinstance(value, str):
        return set(value)
    if isinstance(value, dict):
        return set().union(*(_characters(inner) for name, inner in value.items() if name not in _UNSEEN))
    return set().union(*map(_characters, value)) if isinstance(value, list) else set()


# Parts of the document that are not text on paper, and need no glyphs.
_UNSEEN = frozenset({"alternative", "kind", "name"})


def _boxed(value: Any, boxes: Iterable[str]) -> Any:  # noqa: ANN401  # plain values, nested
    """Put boxes in the place of characters."""
    table = dict.fromkeys(map(ord, boxes), fonts.BOX)
    if not table:
        return value
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, dict):
        return {name: inner if name in _UNSEEN else _boxed(inner, boxes) for name, inner in value.items()}
    return [_boxed(inner, boxes) for inner in value] if isinstance(value, list) else value


def harmless(value: Any) -> Any:  # noqa: ANN401  # plain values, nested
    """Make every text of plain values harmless, and cut endless ones."""
    if isinstance(value, str):
        text = "\n".join(one_line(line) for line in printable(value).split("\n"))
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    if isinstance(value, dict):
        return {name: harmless(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [harmless(inner) for inner in value]
    return value
