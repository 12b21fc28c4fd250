"""Walk the mark-up of a Word document once, and tell what text each paragraph has, and who sees it.

A paragraph is a row of atoms: texts, tabs, breaks, hyphens, and objects without text. Whatever enclosed them
(links, changes, fields, controls) is told by an atom, so that what fills and what reads need not look again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from shellcount.citing.documents.wordml.package import W
from shellcount.citing.documents.wordml.paragraphs import LISTED, NOTE, TAG, Atom, Control, Paragraph, Story
from shellcount.citing.documents.wordml.styles import PLAIN, Look, Styles

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_OFF = frozenset({"0", "false", "off"})
# Characters that are no text in the mark-up.
_CHARACTERS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "\N{NON-BREAKING HYPHEN}",
    f"{W}softHyphen": "",
}
# What has no text, or none of its own, and cannot stand within a placeholder or a number.
_OBJECTS = {
    **dict.fromkeys((f"{W}drawing", f"{W}pict", f"{W}object"), "a picture or shape"),
    **dict.fromkeys((f"{W}footnoteReference", f"{W}endnoteReference"), "a note"),
    **dict.fromkeys((f"{W}pgNum", f"{W}fldChar"), "a field"),
}
_UNSEEN = {
    f"{W}del": "deleted text (accept or reject the change)",
    f"{W}moveFrom": "text that was moved away (accept or reject the change)",
}
_UNFILLED = {
    f"{_M}oMath": "an equation",
    f"{_M}oMathPara": "an equation",
    f"{W}ruby": "ruby text",
}
_CONTROLS = {
    "dropDownList": "a drop-down list",
    "comboBox": "a drop-down list",
    "dataBinding": "a content control that is bound to data",
    "date": "a date control",
    "text": "a content control for plain text",
    "citation": "a citation",
}
_CODE = "the code of a field"
_OTHER_COPY = "a copy for other programs"
_ASIDE = {f"{W}delText": "deleted text", f"{W}instrText": _CODE, f"{W}delInstrText": "deleted text"}


@dataclass(slots=True)
class _Field:
    in_code: bool = True
    code: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Fields:
    """Fields that are open at a place of a story."""

    stack: list[_Field] = field(default_factory=list)
    codes: int = 0  # of which the code is not over yet


@dataclass(frozen=True, slots=True)
class _Around:
    """What encloses an element."""

    fields: _Fields
    paragraph: Paragraph | None = None
    style: str = ""
    run: Look = PLAIN
    refused: str = ""
    unseen: str = ""
    hidden: str = ""
    concern: str = ""
    control: Control | None = None
    note: str = ""
    copy: bool = False
    group: int = 0
    noteless: bool = False
    shaded: bool = False


class Walker:
    """Walk over a part, element by element.

    Parameters
    ----------
    name, place, root
        Name of the part, what it is, and its root.
    styles
        Styles of the document.
    noteless
        Whether Word allows no footnotes in it.
    concern
        Reason why readers do not see its text as that of the document, or empty.
    """

    def __init__(
        self,
        name: str,
        place: str,
        root: etree._Element,
        styles: Styles,
        *,
        noteless: bool = False,
        concern: str = "",
    ) -> None:
        self.story = Story(name, place, root)
        self._styles = styles
        self._groups = 0
        self._bookmarks: list[str] = []
        self._around = _Around(_Fields(), noteless=noteless, concern=concern)
        self._ways: dict[str, Callable[[etree._Element, _Around], _Around]] = {
            f"{W}p": self._paragraph,
            f"{W}sdt": self._sdt,
            f"{W}txbxContent": self._box,
            f"{_MC}AlternateContent": self._alternatives,
            f"{_MC}Choice": self._alternative,
            f"{_MC}Fallback": self._alternative,
            f"{W}tr": self._row,
            f"{W}tc": self._cell,
            f"{W}tbl": self._table,
            f"{_WP}anchor": self._anchor,
            f"{_WP}inline": self._anchor,
            f"{W}bdo": self._direction,
            f"{W}footnote": self._footnote,
            f"{W}endnote": self._footnote,
        }

    def walk(self) -> Story:
        """Walk over the whole part."""
        stack: list[tuple[Iterator[etree._Element], _Around]] = []
        first = self._enter(self.story.root, self._around)
        stack.append((iter(self.story.root), first))
        while stack:
            children, around = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
            elif isinstance(child.tag, str):
                within = self._enter(child, around)
                if len(child):
                    stack.append((iter(child), within))
        return self.story

    # --- what encloses others ---

    def _enter(self, element: etree._Element, around: _Around) -> _Around:
        tag = str(element.tag)
        if tag == f"{W}r":
            look = self._styles.look(element.find(f"{W}rPr"), around.style, shaded=around.shaded)
            return around if look == around.run else replace(around, run=look)
        if tag in _LEAVES:
            self._leaf(element, tag, around)
            return around
        if tag in _UNSEEN and len(element):
            return replace(around, unseen=_UNSEEN[tag])
        if tag in _UNFILLED:
            return replace(around, refused=_UNFILLED[tag])
        way = self._ways.get(tag)
        return around if way is None else way(element, around)

    def _paragraph(self, element: etree._Element, around: _Around) -> _Around:
        paragraph = Paragraph(self.story.place, around.note, around.copy, around.group, around.noteless)
        self.story.paragraphs.append(paragraph)
        self._bookmarks.clear()
        style = element.find(f"{W}pPr/{W}pStyle")
        shaded = around.shaded or element.find(f"{W}pPr/{W}shd") is not None
        named = "" if style is None else style.get(f"{W}val") or ""
        if around.control is not None and around.control.texts:
            around.control.texts.append(" ")
        return replace(around, paragraph=paragraph, style=named, shaded=shaded)

    def _sdt(self, element: etree._Element, around: _Around) -> _Around:
        properties = element.find(f"{W}sdtPr")
        tag = None if properties is None else properties.find(f"{W}tag")
        name = "" if tag is None else tag.get(f"{W}val") or ""
        kinds = {str(each.tag).rsplit("}", 1)[-1] for each in (() if properties is None else properties)}
        refused = next((_CONTROLS[kind] for kind in _CONTROLS if kind in kinds), around.refused)
        if not name.startswith(TAG):
            return replace(around, refused=refused)
        paragraph = around.paragraph
        control = Control(
            element, name.removeprefix(TAG), paragraph, 0 if paragraph is None else paragraph.shown
        )
        if "dataBinding" in kinds:
            control.concerns["bound to data, which Word shows instead"] = None
        if around.control is not None:
            around.control.concerns["another number is inside it"] = None
        self.story.controls.append(control)
        return replace(around, control=control)

    def _box(self, element: etree._Element, around: _Around) -> _Around:  # noqa: ARG002
        """Enter a text box, whose fields and paragraphs are its own."""
        inside = replace(around, fields=_Fields(), paragraph=None, noteless=True, shaded=True, refused="")
        return replace(inside, control=None, run=PLAIN)

    def _alternatives(self, element: etree._Element, around: _Around) -> _Around:  # noqa: ARG002
        if around.group:
            return around
        self._groups += 1
        return replace(around, group=self._groups)

    def _alternative(self, element: etree._Element, around: _Around) -> _Around:
        above = element.getparent()
        first = above is not None and next(above.iterchildren(f"{_MC}Choice"), None) is element
        return around if first else replace(around, copy=True)

    def _row(self, element: etree._Element, around: _Around) -> _Around:
        hidden = element.find(f"{W}trPr/{W}hidden")
        if hidden is None or (hidden.get(f"{W}val") or "1").lower() in _OFF:
            return around
        return replace(around, hidden="hidden table row")

    def _cell(self, element: etree._Element, around: _Around) -> _Around:
        shade = element.find(f"{W}tcPr/{W}shd")
        return around if shade is None else replace(around, shaded=True)

    def _table(self, element: etree._Element, around: _Around) -> _Around:
        # A style may give a background to some of the rows.
        style = element.find(f"{W}tblPr/{W}tblStyle")
        return around if style is None else replace(around, shaded=True)

    def _anchor(self, element: etree._Element, around: _Around) -> _Around:
        about = element.find(f"{_WP}docPr")
        if about is None or (about.get("hidden") or "0").lower() in {"0", "false"}:
            return around
        return replace(around, hidden="hidden shape")

    def _direction(self, element: etree._Element, around: _Around) -> _Around:
        return replace(around, concern="text in another direction") if element.get(f"{W}val") else around

    def _footnote(self, element: etree._Element, around: _Around) -> _Around:
        return replace(around, note=element.get(f"{W}id") or "", noteless=True)

    # --- what encloses nothing ---

    def _leaf(self, element: etree._Element, tag: str, around: _Around) -> None:
        if tag == f"{W}bookmarkStart":
            name = element.get(f"{W}name") or ""
            if name.startswith(NOTE):
                self._bookmarks.append(name)
            elif name.startswith(LISTED) and around.paragraph is not None:
                around.paragraph.listed = name
            return
        if tag == f"{W}fldChar":
            self._field(element.get(f"{W}fldCharType") or "", around.fields)
        elif tag == f"{W}footnoteReference" and not around.unseen:
            self._reference(element)
        text = _CHARACTERS.get(tag, "")
        if tag in TEXTS:
            text = element.text or ""
        elif tag == f"{W}sym":
            text = _symbol(element.get(f"{W}char") or "")
        if tag == f"{W}instrText" and around.fields.stack:
            around.fields.stack[-1].code.append(text)
        elif tag == f"{W}br" and (element.get(f"{W}type") or "textWrapping") != "textWrapping":
            self._atom(element, text, "a page break", around)
        else:
            self._atom(element, text, _REFUSED.get(tag, ""), around)

    def _reference(self, element: etree._Element) -> None:
        self.story.references.append(element)
        for name in self._bookmarks:
            self.story.notes[name] = element.get(f"{W}id") or ""
        self._bookmarks.clear()

    def _field(self, kind: str, fields: _Fields) -> None:
        if kind == "begin":
            fields.stack.append(_Field())
            fields.codes += 1
            self.story.codes.append(fields.stack[-1].code)
        elif kind in {"separate", "end"} and fields.stack:
            last = fields.stack[-1]
            fields.codes -= last.in_code
            last.in_code = False
            if kind == "end":
                fields.stack.pop()

    def _atom(self, element: etree._Element, text: str, refused: str, around: _Around) -> None:
        paragraph, control = around.paragraph, around.control
        if paragraph is None:
            return
        aside = _ASIDE.get(str(element.tag)) or around.unseen or (_CODE if around.fields.codes else "")
        if around.copy and not paragraph.copy:
            aside = aside or _OTHER_COPY
        if aside:
            paragraph.aside.setdefault(aside, []).append(text)
            if control is not None and text:
                control.concerns[f"{aside.partition(' (')[0]} is inside it"] = None
            return
        above = element.getparent()
        refused = refused or around.refused
        if not refused and (above is None or above.tag != f"{W}r"):
            refused = _OTHER_COPY
        shown = not around.run.unseen and not around.hidden
        paragraph.atoms.append(Atom(element, text, refused, shown, bool(around.fields.stack)))
        if shown:
            paragraph.shown += len(text)
        if control is not None:
            _note_in(control, text, refused, around)


def _note_in(control: Control, text: str, refused: str, around: _Around) -> None:
    """Add a text to the number of a control, with what disturbs its reading."""
    look = around.run
    for concern in (look.unseen, look.marked, around.concern, around.hidden):
        if concern and text.strip():
            control.concerns[concern] = None
    if refused:
        control.concerns[f"{refused} is inside it"] = None
    if not look.unseen and not around.hidden:
        control.texts.append(text)
        if text.strip():
            control.raised.add(look.raised)


def _symbol(code: str) -> str:
    """Decode a character of a symbol font, which may stand in a range of its own."""
    try:
        number = int(code, 16)
    except ValueError:
        return "\N{REPLACEMENT CHARACTER}"
    number = number - 0xF000 if 0xF020 <= number <= 0xF0FF else number
    return chr(number) if 0x20 <= number < 0xD800 else "\N{REPLACEMENT CHARACTER}"


TEXTS = frozenset({f"{W}t", f"{_M}t", *_ASIDE})
_REFUSED = {**_OBJECTS, f"{_M}t": "an equation", f"{W}sym": "a symbol"}
_LEAVES = frozenset({*TEXTS, *_CHARACTERS, *_OBJECTS, f"{W}sym", f"{W}bookmarkStart"})
