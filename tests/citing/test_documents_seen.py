"""What an audit compares is what a reader sees, and where that is in doubt it is said."""

from __future__ import annotations

import pytest

from shellcount.citing.documents.markup import HTML, MARKDOWN, read
from shellcount.citing.documents.pieces import Tagged

OPEN = '<span data-shellcount="abc123">'
SPAN = f"{OPEN}2.0 million</span>"
HIDDEN, STRUCK = "text that a style hides", "text that is struck out"
TURNED, INSIDE = "text that is turned around", "mark-up inside the number"
INVISIBLE = "invisible characters inside the number"


def tagged(source: str, kind: str) -> Tagged:
    (number,) = read(source.encode(), kind).tagged
    return number


@pytest.mark.parametrize("kind", [MARKDOWN, HTML])
@pytest.mark.parametrize(
    ("source", "concern"),
    [
        (SPAN, ""),
        (f"<b>{SPAN}</b>", ""),
        (f"{OPEN}<b>2.0 million</b></span>", ""),
        (f"{OPEN}<!-- 9 -->2.0 million</span>", ""),
        (f"{OPEN}2&#46;0&nbsp;million</span>", ""),
        (f"<div style='color: red; background: navy'>{SPAN}</div>", ""),
        (f"<div style='background: navy'><p style='color: white'>{SPAN}</p></div>", ""),
        (f"<div style='display: none'>9</div><p>{SPAN}</p>", ""),
        (f"<p hidden>9</p><p>{SPAN}</p>", ""),
        (f"<details><summary>a</summary>{SPAN}</details>", ""),
        (f"<p hidden>{SPAN}</p>", HIDDEN),
        (f"<div hidden><p><b>{SPAN}</b></p></div>", HIDDEN),
        (f"<div style='DISPLAY:none'>{SPAN}</div>", HIDDEN),
        (f"<div style='display: none !important'>{SPAN}</div>", HIDDEN),
        (f"<div style='dis/**/play: x; display: none'>{SPAN}</div>", HIDDEN),
        (f"<div style='visibility:hidden'>{SPAN}</div>", HIDDEN),
        (f"<div style='font-size:0px'>{SPAN}</div>", HIDDEN),
        (f"<div style='opacity: 0.0'>{SPAN}</div>", HIDDEN),
        (f"<div style='mso-hide:all'>{SPAN}</div>", HIDDEN),
        (f"<div style='position:absolute; left:-9999px'>{SPAN}</div>", HIDDEN),
        (f"<div style='height: 0; overflow: hidden'>{SPAN}</div>", HIDDEN),
        (f"<div style='color: #ffffff'>{SPAN}</div>", HIDDEN),
        (f"<div style='color: navy; background-color: navy'>{SPAN}</div>", HIDDEN),
        (f"<dialog>{SPAN}</dialog>", HIDDEN),
        (f"<style>.gone {{ display: none }}</style><p class='a gone'>{SPAN}</p>", HIDDEN),
        (f"<style>@media screen {{ p #x {{ opacity: 0 }} }}</style><p id=x>{SPAN}</p>", HIDDEN),
        (f"<style>span[data-shellcount] {{ font-size: 0 }}</style><p>{SPAN}</p>", HIDDEN),
        (f"<style>div.gone {{ display: none }}</style><div>{SPAN}</div>", ""),
        (f"<style>li::before {{ content: '9' }}</style><ul><li>{SPAN}</ul>", ""),
        (f"<style>span::before {{ content: '9' }}</style><p>{SPAN}</p>", "text that a style adds"),
        (f"<del>{SPAN}</del>", STRUCK),
        (f"<s>{SPAN}</s>", STRUCK),
        (f"<bdo dir=rtl>{SPAN}</bdo>", TURNED),
        (f"a \u202e{SPAN}\u202c", TURNED),
        (f"a \u202eb\u202c {SPAN}", ""),
        (f"{OPEN}2.0 <del>3</del> million</span>", STRUCK),
        (f"{OPEN}2.0 <ins>3</ins> million</span>", INSIDE),
        (f"{OPEN}2.0<sup>3</sup> million</span>", INSIDE),
        (f"{OPEN}<b>2</b><i>.0</i> million</span>", INSIDE),
        (f"{OPEN}2.<b>0</b> million</span>", INSIDE),
        (f"{OPEN}2.0 <img alt='9'> million</span>", INSIDE),
        (f"{OPEN}<img alt='2.0 million'></span>", INSIDE),
        (f"{OPEN}2.0 million<span style='display:none'>s</span></span>", HIDDEN),
        (f"{OPEN}2.0&ZeroWidthSpace; million</span>", INVISIBLE),
        (f"{OPEN}2.0\u00ad million</span>", INVISIBLE),
        (f"{OPEN}2.0 {OPEN.replace('abc123', 'def')}</span></span>", "another number inside it"),
        (f"<p>{OPEN}2.0 million", "its tag does not close"),
    ],
)
def test_what_readers_may_not_see_is_said(source: str, concern: str, kind: str) -> None:
    number = read(source.encode(), kind).tagged[0]
    assert number.id == "abc123"
    assert concern == number.concern or (concern and concern in number.concern.split("; "))


@pytest.mark.parametrize("kind", [MARKDOWN, HTML])
@pytest.mark.parametrize(
    ("source", "text"),
    [
        (f"{OPEN}2.0 million<span style='display:none'>s</span></span>", "2.0 million"),
        (f"<p hidden>{SPAN}</p>", "2.0 million"),
        (f"{OPEN}<img alt='2.0 million'></span>", ""),
        (f"{OPEN}2.0<!-- 9 --> million</span>", "2.0 million"),
        (f"{OPEN}2.0<script>9</script> million</span>", "2.0 million"),
        (f"{OPEN}2.0 <template>9</template>million</span>", "2.0 million"),
        (f"{OPEN}2.0&ZeroWidthSpace; million</span>", "2.0\\u200b million"),
        (f"<p>{OPEN}2.0 million</p>", "2.0 million"),
        (f"{OPEN}2.0</span> million</span>", "2.0"),
    ],
)
def test_the_text_of_a_number_is_what_is_shown(source: str, text: str, kind: str) -> None:
    assert tagged(source, kind).text == text


@pytest.mark.parametrize(
    ("source", "text", "concern"),
    [
        (f"{OPEN}**2.0 million**</span>", "2.0 million", ""),
        (f"{OPEN}**2.0** million</span>", "2.0 million", INSIDE),
        (f"{OPEN}`2.0 million`</span>", "2.0 million", ""),
        (f"{OPEN}2.0 ~~3~~ million</span>", "2.0 3 million", f"{INSIDE}; {STRUCK}"),
        (f"~~{SPAN}~~", "2.0 million", STRUCK),
        (f"**{SPAN}**", "2.0 million", ""),
        (f"[{SPAN}](b)", "2.0 million", ""),
        (f"{OPEN}2\\.0 million</span>", "2.0 million", ""),
        (f"{OPEN}2.0 ![9](b) million</span>", "2.0 9 million", INSIDE),
        ('[2.0 million]{shellcount="abc123"}', "2.0 million", ""),
        ('[2.0 million]{.a data-shellcount="abc123"}', "2.0 million", ""),
    ],
)
def test_marks_of_markdown_within_a_number_are_told_apart(source: str, text: str, concern: str) -> None:
    assert tagged(f"a {source} b", MARKDOWN) == Tagged("abc123", text, "line 1", concern)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        (f"a\n\n`{SPAN}`", "code"),
        (f"a\n\n``` a\n\n    {SPAN}", "code"),
        (f"a\n\n<!-- {SPAN} -->", "a comment"),
        (f"a\n\n\\{SPAN}", "the text, as text"),
        (f"a\n\n<template>{SPAN}</template>", "template"),
        (f"a <select>{SPAN}</select>", "select"),
        (f"a\n\n[b](c '{SPAN}')", "a link"),
    ],
)
def test_a_tag_that_encloses_nothing_a_reader_sees_is_reported(source: str, place: str) -> None:
    reading = read(source.encode(), MARKDOWN)
    assert reading.tagged == ()
    line = 1 + source.count("\n", 0, source.index("data-"))
    assert reading.concerns == (f"line {line}: the tag of a number stands in {place}",)


def test_a_tag_in_a_comment_or_a_template_of_html_is_reported() -> None:
    reading = read(f"a\n<!-- {SPAN} -->\n<template>{SPAN}</template>\n<xmp>{SPAN}</xmp>".encode(), HTML)
    assert reading.tagged == ()
    assert reading.concerns == (
        "line 2: the tag of a number stands in a comment",
        "line 3: the tag of a number stands in template",
        "line 4: the tag of a number stands in xmp",
    )


def test_the_visible_text_is_free_of_mark_up_and_of_references() -> None:
    source = (
        "# A *b*\n\nOne `c` &amp; [d](e)\nand ~~f~~ $g = \\text{0.7}$[^shellcount-abcdef-1].\n\n- h\n- i\n\n"
        "| j | k |\n|---|---|\n| l | m |\n\n[^shellcount-abcdef-1]: note\n\n<!-- n -->\n<div>o</div>\n"
    )
    reading = read(source.encode(), MARKDOWN)
    assert reading.text.split("\n") == ["A b", "One c & d and f g = 0.7.", "h", "i", "j", "k", "l", "m", "o"]
    assert [(note.label, note.text, note.where) for note in reading.notes] == [
        ("shellcount-abcdef-1", "note", "line 13")
    ]
    page = (
        "<title>a</title><h1>A <b>b</b></h1>One<br>c &amp; d<ul><li>h<li>i</ul>"
        "<ol><li id=shellcount-abcdef-1>note</ol>"
    )
    reading = read(page.encode(), HTML)
    assert reading.text.split("\n") == ["A b", "One c & d", "h", "i"]
    assert [(note.label, note.text) for note in reading.notes] == [("shellcount-abcdef-1", "note")]


def test_a_record_in_code_is_no_record() -> None:
    record = '<!--shellcount-record {"a": 1}-->'
    assert read(f"{record}\n\n```\n{record}\n```\n".encode(), MARKDOWN).records == ({"a": 1},)
    assert read(f"{record}<xmp>{record}</xmp><script>{record}</script>".encode(), HTML).records == ({"a": 1},)
