"""Tell apart the elements of Word's mark-up: what they show, and what stands in the way of a number."""

from __future__ import annotations

from shellcount.citing.documents.word.package import W

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
OFF = frozenset({"0", "false", "off"})
RUN, LOOK, FIELD = f"{W}r", f"{W}rPr", f"{W}fldChar"
CODED, BREAK, REFERENCE = f"{W}instrText", f"{W}br", f"{W}footnoteReference"
START, SYMBOL = f"{W}bookmarkStart", f"{W}sym"
# Elements that describe others, and have no text.
PROPERTIES = frozenset(
    f"{W}{name}"
    for name in (
        *("rPr", "pPr", "sdtPr", "sdtEndPr", "sectPr", "tblPr", "tblGrid", "tblPrEx", "trPr", "tcPr"),
        *("rubyPr", "smartTagPr", "customXmlPr"),
    )
)
# Characters that are elements of their own, and not text, in the mark-up.
CHARACTERS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "\N{NON-BREAKING HYPHEN}",
    f"{W}softHyphen": "",
}
# Elements without text of their own, which cannot stand within a placeholder or a number.
OBJECTS = {
    **dict.fromkeys((f"{W}drawing", f"{W}pict", f"{W}object"), "a picture or shape"),
    **dict.fromkeys((f"{W}footnoteReference", f"{W}endnoteReference"), "a note"),
    **dict.fromkeys((f"{W}pgNum", f"{W}fldChar"), "a field"),
}
UNSEEN = {
    f"{W}del": "deleted text (accept or reject the change)",
    f"{W}moveFrom": "text that was moved away (accept or reject the change)",
}
UNFILLED = {
    f"{M}oMath": "an equation",
    f"{M}oMathPara": "an equation",
    f"{W}ruby": "ruby text",
}
CONTROLS = {
    "dropDownList": "a drop-down list",
    "comboBox": "a drop-down list",
    "dataBinding": "a content control that is bound to data",
    "date": "a date control",
    "text": "a content control for plain text",
    "citation": "a citation",
}
CODE = "the code of a field"
OTHER_COPY = "a copy for other programs"
ASIDE = {f"{W}delText": "deleted text", f"{W}instrText": CODE, f"{W}delInstrText": "deleted text"}
TEXTS = frozenset({f"{W}t", f"{M}t", *ASIDE})
REFUSED = {**OBJECTS, f"{M}t": "an equation", f"{W}sym": "a symbol"}
LEAVES = frozenset({*TEXTS, *CHARACTERS, *OBJECTS, f"{W}sym"})


def symbol(code: str) -> str:
    """Decode a character of a symbol font, which may stand in a range of its own.

    Examples
    --------
    >>> symbol("F033")
    '3'
    """
    try:
        number = int(code, 16)
    except ValueError:
        return "\N{REPLACEMENT CHARACTER}"
    number = number - 0xF000 if 0xF020 <= number <= 0xF0FF else number
    return chr(number) if 0x20 <= number < 0xD800 else "\N{REPLACEMENT CHARACTER}"
