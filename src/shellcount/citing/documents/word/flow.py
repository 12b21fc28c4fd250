"""Walk the mark-up of a Word document once, and tell what text each paragraph has, and who sees it.

A paragraph is a row of atoms: texts, tabs, breaks, hyphens, and objects without text. Whatever enclosed them
(links, changes, fields, controls) is told by an atom, so that what fills and what reads need not look again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from shellcount.citing.documents.word import elements
from shellcount.citing.documents.word.package import W, not_word
from shellcount.citing.documents.word.paragraphs import (
    LISTED,
    NOTE,
    SEPARATOR,
    TAG,
    Atom,
    Control,
    Paragraph,
    Story,
)
from shellcount.citing.documents.word.styles import PLAIN, Look, Styles
from shellcount.frozen import frozen


@dataclass(slots=True)
class _Field:
    in_code: bool = True
    code: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Fields:
    """Fields that are open at a place of a story."""

    stack: list[_Field] = field(default_factory=list)
    codes: int = 0  # of which the code is not over yet


@frozen
class _Around:
    """Surroundings of an element."""

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
    in_field: bool = False


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
        self._runs: tuple[_Around, dict[Look, _Around]] = self._around, {}
        self._ways: dict[str, Callable[[etree._Element, _Around], _Around]] = {
            f"{W}p": self._paragraph,
            f"{W}sdt": self._sdt,
            f"{W}txbxContent": self._box,
            f"{elements.MC}AlternateContent": self._alternatives,
            f"{elements.MC}Choice": self._alternative,
            f"{elements.MC}Fallback": self._alternative,
            f"{W}tr": self._row,
            f"{W}tc": self._cell,
            f"{W}tbl": self._table,
            f"{elements.WP}anchor": self._anchor,
            f"{elements.WP}inline": self._anchor,
            f"{W}bdo": self._direction,
            f"{W}fldSimple": self._simple_field,
            f"{W}footnote": self._footnote,
            f"{W}endnote": self._footnote,
        }

    def walk(self) -> Story:
        """Read the whole part."""
        stack: list[tuple[Iterator[etree._Element], _Around]] = []
        first = self._enter(self.story.root, str(self.story.root.tag), self._around)
        stack.append((iter(self.story.root), first))
        while stack:
            children, around = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                continue
            tag = child.tag
            if tag in elements.PROPERTIES or not isinstance(tag, str):
                continue
            within = self._enter(child, tag, around)
            if len(child):
                stack.append((iter(child), within))
        return self.story

    # --- what encloses others ---

    def _enter(self, element: etree._Element, tag: str, around: _Around) -> _Around:
        if tag == elements.RUN:
            return self._run(element, around)
        if tag == elements.START:
            self._bookmark(element, around)
            return around
        if tag in elements.LEAVES:
            self._leaf(element, tag, around)
            return around
        if tag in elements.UNSEEN and len(element):
            return replace(around, unseen=elements.UNSEEN[tag])
        if tag in elements.UNFILLED:
            return replace(around, refused=elements.UNFILLED[tag])
        way = self._ways.get(tag)
        return around if way is None else way(element, around)

    def _run(self, element: etree._Element, around: _Around) -> _Around:
        look = self._styles.look(element.find(elements.LOOK), around.style, shaded=around.shaded)
        if look is around.run:
            return around
        if self._runs[0] is not around:
            self._runs = around, {}
        within = self._runs[1].get(look)
        if within is None:
            within = self._runs[1][look] = replace(around, run=look)
        return within

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
        refused = next(
            (elements.CONTROLS[kind] for kind in elements.CONTROLS if kind in kinds), around.refused
        )
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
        """Start a text box, whose fields and paragraphs are its own."""
        return _Around(
            _Fields(),
            unseen=around.unseen,
            hidden=around.hidden,
            concern=around.concern,
            copy=around.copy,
            group=around.group,
            noteless=True,
            shaded=True,
        )

    def _alternatives(self, element: etree._Element, around: _Around) -> _Around:  # noqa: ARG002
        if around.group:
            return around
        self._groups += 1
        return replace(around, group=self._groups)

    def _alternative(self, element: etree._Element, around: _Around) -> _Around:
        above = element.getparent()
        first = above is not None and next(above.iterchildren(f"{elements.MC}Choice"), None) is element
        return around if first else replace(around, copy=True)

    def _row(self, element: etree._Element, around: _Around) -> _Around:
        hidden = element.find(f"{W}trPr/{W}hidden")
        if hidden is None or (hidden.get(f"{W}val") or "1").lower() in elements.OFF:
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
        about = element.find(f"{elements.WP}docPr")
        if about is None or (about.get("hidden") or "0").lower() in {"0", "false"}:
            return around
        return replace(around, hidden="hidden shape")

    def _direction(self, element: etree._Element, around: _Around) -> _Around:
        return replace(around, concern="text in another direction") if element.get(f"{W}val") else around

    def _simple_field(self, element: etree._Element, around: _Around) -> _Around:  # noqa: ARG002
        return replace(around, in_field=True)

    def _footnote(self, element: etree._Element, around: _Around) -> _Around:
        kind = element.get(f"{W}type") or "normal"
        note = (element.get(f"{W}id") or "") if kind == "normal" else SEPARATOR
        return replace(around, note=note, noteless=True)

    # --- what encloses nothing ---

    def _bookmark(self, element: etree._Element, around: _Around) -> None:
        name = element.get(f"{W}name") or ""
        if name.startswith(NOTE):
            self._bookmarks.append(name)
        elif name.startswith(LISTED) and around.paragraph is not None:
            around.paragraph.listed = name

    def _leaf(self, element: etree._Element, tag: str, around: _Around) -> None:
        if tag == elements.FIELD:
            self._field(element.get(f"{W}fldCharType") or "", around.fields)
        elif tag == elements.REFERENCE and not around.unseen:
            self._reference(element)
        text = elements.CHARACTERS.get(tag, "")
        if tag in elements.TEXTS:
            text = element.text or ""
            if len(element):
                raise not_word("there are elements within a text")
        elif tag == elements.SYMBOL:
            text = elements.symbol(element.get(f"{W}char") or "")
        if tag == elements.CODED and around.fields.stack:
            around.fields.stack[-1].code.append(text)
        elif tag == elements.BREAK and (element.get(f"{W}type") or "textWrapping") != "textWrapping":
            self._atom(element, tag, text, "a page break", around)
        else:
            self._atom(element, tag, text, elements.REFUSED.get(tag, ""), around)

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

    def _atom(self, element: etree._Element, tag: str, text: str, refused: str, around: _Around) -> None:
        paragraph, control, above = around.paragraph, around.control, element.getparent()
        in_run = above is not None and above.tag == elements.RUN
        if tag in elements.CHARACTERS and not in_run:
            return  # as Word does not write it, or in a copy for other programs
        if paragraph is None:
            self.story.stray.append(text)
            return
        paragraph.everything.append(text)
        if text and self._bookmarks:  # those of a mark stand right before it
            self._bookmarks.clear()
        aside = elements.ASIDE.get(tag) or around.unseen or (elements.CODE if around.fields.codes else "")
        if around.copy and not paragraph.copy:
            aside = aside or elements.OTHER_COPY
        if aside:
            paragraph.aside.setdefault(aside, []).append(text)
            if control is not None and text:
                control.concerns[f"{aside.partition(' (')[0]} is inside it"] = None
            return
        refused = refused or around.refused
        if not refused and not in_run:
            refused = elements.OTHER_COPY
        in_field = around.in_field or bool(around.fields.stack)
        shown = not around.run.unseen and not around.hidden
        paragraph.atoms.append(Atom(element, text, refused, shown, in_field))
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
