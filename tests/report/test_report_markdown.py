"""The report as Markdown can be pasted into a mail: it has no escapes but where mark-up would be read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from shellcount.plots.sparkline import Sparkline
from shellcount.report.blocks import Bullets, Content, Definitions, Pairs, Paragraph, Section
from shellcount.report.content import compose
from shellcount.report.markdown import escape, render_markdown, rows
from shellcount.results.results import Results
from shellcount.text import one_line
from shellcount.wording.tables import Table

CHARACTERS = st.characters(codec="utf-8", exclude_characters="\r")
MARK_UP = st.text(st.sampled_from("\\`*_[]()<>{}#+-!|~$&:;@=.\"'/^%19 ab\n"), max_size=10).filter(str.strip)
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@pytest.fixture(scope="module")
def content(results_left_out: Results) -> Content:
    return compose(results_left_out)


def read(markdown: str) -> tuple[list[str], list[str]]:
    """Blocks of a Markdown text, and the words of each, as an independent parser reads them."""
    tokens = READER.parse(markdown)
    lines = [token.children or () for token in tokens if token.type == "inline"]
    kinds = [token.type for token in (*tokens, *(part for line in lines for part in line))]
    return [kind for kind in kinds if kind not in {"text", "text_special"}], [*map(words, lines)]


def words(line: Any) -> str:
    return "".join(
        words(token.children) if token.type == "image" else token.content
        for token in line
        if token.type in {"text", "text_special", "image"}
    )


# --- escapes -----------------------------------------------------------------------------


def test_the_report_of_the_shipped_case_has_no_backslash(content: Content) -> None:
    assert "\\" not in render_markdown(content)


@pytest.mark.parametrize(
    "text",
    [
        "about 1.5 million (GUR): 27% (that high); 0.98 to 3.5 million",
        "containers.military@2024-06-14 >= 10,000",
        "first_rate_per_day = 17 to 60",
        "-2.50 ± 0.00 nats",
        "2 * 3 > 5 & 4 < 5, a + b - c, 5% [sic] {x} | #3",
        "US$5 and US$6 at 12:30, ~5",
        "“as many as” 6,700! it's 'so'",
        "1,000. 2024-06-14. 3.5) x",
    ],
)
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1. a", r"1\. a"),
        ("1) a", r"1\) a"),
        ("- a", r"\- a"),
        ("> a", r"\> a"),
        ("# a", r"\# a"),
        ("a #", r"a \#"),
        ("---", r"\---"),
        ("_a_ *b* `c`", r"\_a\_ \*b\* \`c\`"),
        ("[a](b) [c]: d", r"\[a\](b) [c]: d"),
        ("<b> <!-- c --> </d>", r"\<b> \<!-- c --> \</d>"),
        ("&lt; &#60; & b;", r"\&lt; \&#60; & b;"),
        ("~~a~~ $b$", r"~\~a\~\~ $b\$"),
        ("http://a.example www.b.example c@d.example @e :smile:", None),
        ("a\\", r"a\\"),
        (r"a\*b c\d", r"a\\\*b c\d"),
    ],
)
def test_what_would_be_read_as_mark_up_is_escaped(text: str, written: str | None) -> None:
    escaped = escape(text)
    assert escaped == written or written is None
    assert read(escaped) == (["paragraph_open", "inline", "paragraph_close"], [text])


def test_an_address_in_text_is_no_link_anywhere() -> None:
    linking = MarkdownIt("gfm-like")
    assert linking.linkify is not None
    linking.linkify.set({"fuzzy_link": False})  # names without www are links for hardly any reader
    for address in ("http://a.example", "https://a.example/b", "www.a.example", "a.b@c.example"):
        assert address not in escape(f"see {address} there")
        assert "<a" not in linking.render(escape(f"see {address} there"))
    assert escape("see @user") == r"see \@user"


@given(st.text(CHARACTERS))
def test_text_of_any_kind_is_read_as_it_was(text: str) -> None:
    for before, after in (("", ""), ("# ", ""), ("> - ", ""), ("**", "**: x")):
        _, said = read(f"{before}{escape(text)}{after}" if text.strip() else "")
        assert said == ([one_line(text) + after.strip("*")] if text.strip() else [])


@settings(max_examples=50)
@given(MARK_UP)
def test_text_of_any_kind_is_read_as_it_was_wherever_a_report_has_text(text: str) -> None:
    text = one_line(text)
    kinds, said = read(written(text))
    plain_kinds, plain = read(written("plain"))
    assert kinds == plain_kinds
    assert said == [line.replace("plain", text) for line in plain]


def written(text: str) -> str:
    """A report that has a text wherever it has text, in tables of either form."""
    small = Table(text, (text, text), ((text, text), (f"{text}\nso {text}", text)), numeric=(1,))
    long = f"{text} {'and so forth, ' * 8}"
    large = Table(text, (text, text, text), ((text, long, text), (text, long, long)))
    inline = Table(text, (text, text, text), ((text, long, text),))
    pairs = Table(text, (text, text), ((text, long),))
    blocks = (
        *(Paragraph(text), Bullets((text, text)), Pairs(((text, text),)), Definitions("a", ((text, text),))),
        *(small, large, inline, pairs),
    )
    (section,) = (Section("a", text, blocks),)
    return render_markdown(
        Content(
            title=text,
            question=text,
            banner=text,
            conflicts=(text,),
            marks=text,
            opening=text,
            figure=text,
            closing=text,
            sparkline=Sparkline("", ""),
            intervals=((text, text),),
            answer=text,
            outcomes=(),
            drives=text,
            verdicts=text,
            stated=(),
            tally="",
            meaning=text,
            confidence=text,
            sections=(section,),
            what_if=None,
        )
    )


# --- tables ------------------------------------------------------------------------------


def test_no_table_is_wider_than_a_mail(content: Content) -> None:
    lines = [line for line in render_markdown(content).splitlines() if line.startswith("|")]
    assert lines
    assert max(map(len, lines)) <= 100


def test_a_table_that_fits_is_set_in_columns() -> None:
    table = Table("", ("up to", "rounds"), (("May", "2 million\n1 to 3 million"), ("a|b", "5")), numeric=(1,))
    assert rows(table).splitlines() == [
        "| up to |                     rounds |",
        "| ----- | -------------------------: |",
        "| May   | 2 million (1 to 3 million) |",
        r"| a\|b  |                          5 |",
    ]


def test_a_table_that_does_not_fit_is_a_list() -> None:
    long = "x" * 100
    assert rows(Table("", ("a", "b"), (("load", long),))) == f"- **load**: {long}"
    assert rows(Table("", ("a", "b", "c"), (("load\n(it)", long, ""),))) == f"- **load (it)**: b: {long}"
    assert rows(Table("", ("a", "b", "c"), (("load", long * 3, "5"), ("mix", "6", "")))).splitlines() == [
        *("- **load**", f"  - b: {long * 3}", "  - c: 5", "- **mix**: b: 6")
    ]


def test_every_cell_is_in_the_markdown(content: Content) -> None:
    _, said = read(render_markdown(content))
    text = " ".join(said)
    for table in (block for section in content.sections for block in section.unfolded):
        if isinstance(table, Table):
            cells = [part for row in table.rows for cell in row for part in cell.split("\n")]
            assert [part for part in cells if part not in text] == []


def test_a_report_without_captions_has_no_empty_ones(content: Content) -> None:
    table = Table("", ("a",), (("b",),))
    markdown = render_markdown(replace(content, sections=(Section("a", "A", (table,)),)))
    assert markdown.endswith("## A\n\n| a   |\n| --- |\n| b   |\n")
