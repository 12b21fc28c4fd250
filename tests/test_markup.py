"""Text appears as it is, whatever mark-up it holds."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from shellcount.text import escape_inline, escape_markdown, escape_xml, fenced, one_line

CHARACTERS = st.characters(codec="utf-8", exclude_characters="\r")


def rendered(markdown: str) -> list[Any]:
    """Tokens of a Markdown text, inline ones among them, as an independent parser reads them."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    return [part for token in tokens for part in (token, *(token.children or ()))]


def seen(markdown: str) -> str:
    """The text of a paragraph that has nothing but text."""
    tokens = rendered(markdown)
    assert {token.type for token in tokens} <= {
        *("paragraph_open", "paragraph_close", "inline", "text", "text_special")
    }
    return "".join(token.content for token in tokens if token.type.startswith("text"))


@pytest.mark.parametrize(
    "text",
    [
        "a_b_c *d* **e** `f` ~~g~~",
        "<script>alert(1)</script> <!-- x --> &lt; &#60;",
        "| a | b |",
        "[a](b) ![c](d) [e]: f <http://g> http://h.example i@j.example",
        "# a",
        "- a",
        "+ a",
        "> a",
        "1. a",
        "1) a",
        "---",
        "===",
        "    a",
        "```",
        "$x$ @user #1 :smile:",
        "back\\slash \\* \\",
    ],
)
def test_escaped_text_is_read_as_it_was(text: str) -> None:
    for before, kind in (("", "paragraph_open"), ("# ", "heading_open"), ("- ", "bullet_list_open")):
        tokens = rendered(before + escape_markdown(text) + "\n")
        assert tokens[0].type == kind
        assert "".join(token.content for token in tokens if token.type.startswith("text")) == text.strip()


def test_an_address_in_escaped_text_is_no_link_anywhere() -> None:
    for address in ("http://a.example", "www.a.example", "a@b.example"):
        assert address not in escape_markdown(f"see {address} there")


@given(st.text(CHARACTERS))
def test_escaped_text_of_any_kind_is_read_as_it_was(text: str) -> None:
    assert seen(f"x {escape_markdown(text)}") == f"x {one_line(text)}".rstrip()


# --- within a line -----------------------------------------------------------------------


@given(st.text(CHARACTERS))
def test_text_escaped_within_a_line_is_read_as_it_was(text: str) -> None:
    assert seen(f"x {escape_inline(text)} y".replace("  ", " ")) == f"x {one_line(text)} y".replace("  ", " ")


@given(st.text(CHARACTERS))
def test_text_escaped_within_a_line_is_no_mark_up_in_html_either(text: str) -> None:
    if one_line(text) == escape_xml(text):
        element = ET.fromstring(f"<i>{escape_inline(text)}</i>")  # noqa: S314  # made here
        assert element.text == (one_line(text) or None)
        assert len(element) == 0


@pytest.mark.parametrize(
    "text", ["2.0 million", "44% (unlikely)", "0.9 to 3.7 million; it's so", "한국 ministère"]
)
def test_plain_words_and_numbers_stay_as_they_are(text: str) -> None:
    assert escape_inline(text) == text


@pytest.mark.parametrize(
    "text", ["_a_", "*a*", "www.a.example", "http://a.example", "a@b.example", ":smile:"]
)
def test_nothing_that_renderers_look_for_is_left(text: str) -> None:
    assert text not in escape_inline(text)


# --- XML and code ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\ufffeb\uffff", "a\\ufffeb\\uffff"), ("a\x00\x1bb", "a\\x00\\x1bb"), ("<&>", "<&>")],
)
def test_characters_that_xml_does_not_have_are_shown_as_escapes(text: str, shown: str) -> None:
    assert escape_xml(text) == shown


@pytest.mark.parametrize("text", ["a", "``` b", "a\n````\nb", "~~~", "`"])
def test_fences_hold_what_they_are_given(text: str) -> None:
    tokens = rendered(fenced(text))
    assert [token.type for token in tokens] == ["fence"]
    assert tokens[0].content == f"{text}\n"


def test_fenced_text_cannot_steer_a_terminal() -> None:
    assert "\x1b" not in fenced("a\x1b[31m\nb")
