"""HTML is taken apart as browsers do, and nothing of it is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.citing.documents.html.page import show_tokens
from shellcount.citing.documents.html.reader import Reader
from shellcount.citing.documents.html.tokens import attributes_of, tokens

PIECES = [
    *(
        "a",
        " ",
        "\n",
        "<",
        ">",
        "/",
        "=",
        '"',
        "'",
        "!",
        "-",
        "--",
        "?",
        "<b",
        "</b>",
        "<b a='",
        "<!--",
        "-->",
        "--!>",
    ),
    *(
        "<script>",
        "</script>",
        "<svg>",
        "</svg>",
        "<![CDATA[",
        "]]>",
        "<title>",
        "</title",
        "<plaintext>",
        "<xmp/>",
    ),
]


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_every_character_is_in_one_piece(text: str) -> None:
    assert "".join(text[token.start : token.end] for token in tokens(text)) == text


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("a < b", "text"),
        ("a <3 <> </", "text"),
        ("a </ >b", "text comment text"),
        ("<b/>", "start"),
        ("<b a=>c", "start text"),
        ("<b a='>'>c", "start text"),
        ("<b a=c'>'>d", "start text"),
        ("<b 'a>b'>c", "start text"),
        ('<b a = "x\ny" >c', "start text"),
        ("</b a='>'>c", "end text"),
        ("<!-->a", "comment text"),
        ("<!--->a", "comment text"),
        ("<!-- > -- a --!>b", "comment text"),
        ("<!a>b", "declaration text"),
        ("<![CDATA[a>b]]>", "declaration text"),
        ("<svg><![CDATA[a>b]]></svg>", "start declaration end"),
        ("<svg/><![CDATA[a>b]]>", "start declaration text"),
        ("<?a>b", "instruction text"),
        ("</3>b", "comment text"),
        ("<xmp><b></xmp>", "start raw end"),
        ("<svg><xmp><b></xmp>", "start start start end"),
        ("<title>a</titled></title >", "start raw end"),
        ("<script>'</script>'", "start raw end text"),
        ("<script><!--<script>a</script>b--></script>c", "start raw end text"),
        ("<script><!--a</script>b", "start raw end text"),
        ("<plaintext></plaintext>", "start raw"),
        ("<b a='", "unclosed"),
        ("<b", "unclosed"),
        ("<!--", "unclosed"),
        ("<style>a", "start unclosed"),
    ],
)
def test_pieces_are_those_of_browsers(source: str, kinds: str) -> None:
    assert " ".join(token.kind for token in tokens(source)) == kinds


def test_attributes_are_unquoted_and_the_first_of_a_name_holds() -> None:
    assert attributes_of(" A=b c='d e' f=\"g&quot;\" a=h i j = k /") == {
        "a": "b",
        "c": "d e",
        "f": 'g"',
        "i": "",
        "j": "k",
    }


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("a<object>b</span>c</object>d", "ad"),
        ("<span>a<object>b</span>c", "a"),
        ("a<svg/>b<svg>c</svg>d", "abd"),
        ("<svg></body>a", ""),
        ("<template>a<template>b</template>c</template>d", "d"),
        ("<p>a<select><option>b</select>c", "ac"),
        ("<b>a</i>b</b>c", "abc"),
    ],
)
def test_what_is_no_text_ends_where_it_ends_in_browsers(page: str, shown: str) -> None:
    reader = Reader()
    show_tokens(reader, page)
    assert "".join(reader.text.split()) == shown
