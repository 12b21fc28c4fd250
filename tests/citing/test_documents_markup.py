"""Numbers stand in Markdown and HTML where they were asked for, and are found again."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from processes import work_limit
from shellcount.citing.documents.markup import HTML, MARKDOWN, fill, read, scan
from shellcount.citing.documents.pieces import Tagged, Value
from shellcount.citing.documents.placeholders import find_placeholders
from shellcount.digest import Json
from shellcount.errors import DocumentError, LimitError
from shellcount.limits import raised
from shellcount.text import one_line

KINDS = (MARKDOWN, HTML)
RECORD: Json = {"record": "x", "text": "--> <b> </script> -- \u202e ]]> {{ }}", "n": 1}
HOSTILE = {
    "mark-up": '</span><script>alert(1)</script>"><img src=x onerror=alert(1)>',
    "comment": "<!-- --> <!--shellcount-record {}-->",
    "Markdown": "_a_ *b* `c` [d](e) ![f](g) <h> | i ~~j~~ **k**",
    "block": "# a",
    "entities": "&lt;b&gt; &#60; &amp;amp;",
    "backslashes": r"\* \\* \{{ \<b\>",
    "braces": "{{ load }}",
    "control": "\x1b[31m \u202e a \u200b\u2061\u2062\u2063",
    "LaTeX": r"$x$ \input{a}",
    "links": "http://a.example www.a.example a@b.example",
    "endless": "x" * 10_000,
    "lines": "a\n\n# b\n- c",
}


def value(text: str = "2.0 million", name: str = "abc123", note: int | None = None) -> Value:
    return Value(name, text, note)


def filled(template: str, kind: str, *values: Value, notes: tuple[str, ...] = ()) -> str:
    return fill(template.encode(), kind, values or [value()], notes, lambda _: RECORD).decode()


def marks(text: str, kind: str) -> list[Tagged]:
    return list(read(text.encode(), kind).tagged)


class _Shown(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.tags.append(tag)


def shown(text: str, kind: str) -> str:
    """What a reader sees, white space folded."""
    parser = _Shown()
    parser.feed(MarkdownIt("commonmark").enable("table").render(text) if kind == MARKDOWN else text)
    parser.close()
    return " ".join("".join(parser.text).split())


# --- placeholders ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_placeholders_are_found_in_order_with_their_lines(kind: str) -> None:
    text = "a {{ load }}{{stowage}}\n\n{{ claim.x }} b\r\n {{ y | headline }}"
    found = scan(text.encode(), kind).placeholders
    assert [(place.text.strip(), place.where) for place in found] == [
        ("load", "line 1"),
        ("stowage", "line 1"),
        ("claim.x", "line 3"),
        ("y | headline", "line 4"),
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["", "no braces", r"\{{ load }}", "{ load }", "} }", "\ufeff"])
def test_a_text_may_ask_for_nothing(text: str, kind: str) -> None:
    assert scan(text.encode(), kind).placeholders == ()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "text", ["a\n{{ load", "a\n{{ load }", "a\n{{ load\n}}", "a\n{{{ load }}}", "a\n{{ a { b }}"]
)
def test_braces_that_do_not_close_are_refused_with_their_line(text: str, kind: str) -> None:
    with pytest.raises(DocumentError, match=r"line 2: braces open .*for braces as such write \\\{\{"):
        scan(text.encode(), kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("data", [b"a\xff{{ load }}", "{{ load }}".encode("utf-16"), b"\xed\xa0\x80"])
def test_what_is_not_utf_8_is_refused(data: bytes, kind: str) -> None:
    with pytest.raises(DocumentError, match=r"not UTF-8 \(byte \d\)"):
        scan(data, kind)
    with pytest.raises(DocumentError, match="not UTF-8"):
        read(data, kind)


def test_comparisons_may_be_written_as_html_has_them() -> None:
    (found,) = scan(b"<p>{{ load &gt;= 0.5 }}</p>", HTML).placeholders
    assert found.text.strip() == "load >= 0.5"
    (found,) = scan(b"<p>{{ load >= 0.5 }} &lt; 1</p>", HTML).placeholders
    assert found.text.strip() == "load >= 0.5"


def test_a_bar_in_a_table_of_markdown_may_be_escaped() -> None:
    (found,) = scan(b"| a |\n| - |\n| {{ load \\| headline }} |\n", MARKDOWN).placeholders
    assert found.text.strip() == "load | headline"


# --- where a number cannot stand ---------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        ('<p>\n<a href="{{ load }}">x</a>', "the tag a", 2),
        ('<p>\n<a title="x"\n  href="{{ load }}">x</a>', "the tag a", 3),
        ("<p>\n<b {{ load }}>x</b>", "the tag b", 2),
        ("<p>\n<img alt='{{ load }}'/>", "the tag img", 2),
        ("<html>\n<head><title>{{ load }}</title>", "title", 2),
        ("\n<script>\nlet x = {{ load }};</script>", "script", 3),
        ("<p>\n<style>a { b: {{ load }} }</style>", "style", 2),
        ("\n<!-- a\n{{ load }} -->", "a comment", 3),
        ("\n<textarea>{{ load }}</textarea>", "textarea", 2),
        ("\n<svg><text>{{ load }}</text></svg>", "svg", 2),
        ("\n<!DOCTYPE {{ load }}>", "a declaration", 2),
        ("\n<?xml {{ load }}?>", "an instruction", 2),
        ("\n<svg/><![CDATA[ {{ load }} ]]>", "a declaration", 2),
        ("\n<!-- never\n{{ load }}", "a tag that does not close", 3),
        ("\n<p title='{{ load }}", "a tag that does not close", 2),
        ("\n<script>\n{{ load }}", "a tag that does not close", 3),
    ],
)
def test_places_of_html_without_text_are_refused_with_their_line(text: str, place: str, line: int) -> None:
    with pytest.raises(
        DocumentError, match=rf"line {line}: a placeholder in {place} cannot be filled; move it"
    ):
        scan(text.encode(), HTML)


@pytest.mark.parametrize(
    "text",
    [
        '<p title="a">{{ load }}</p>',
        "<script>a</script>{{ load }}",
        "<title>x</title><p>{{ load }}",
        "<!-- x --> {{ load }}",
        "<svg></svg>{{ load }}",
        r"<title>\{{ load }}</title> {{ load }}",
        "a < b {{ load }} > c",
        "<p>a & {{ load }}",
        "<{{ load }}",
    ],
)
def test_text_of_html_beside_such_places_is_filled(text: str) -> None:
    assert [found.text for found in scan(text.encode(), HTML).placeholders] == [" load "]


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        ("a\n\n`{{ load }}`", "code", 3),
        ("a\nb {{ load }} and\n`c {{ stowage }}`", "code", 3),
        ("a\n\n```\nx\n{{ load }}\n```\n", "code", 5),
        ("a\n\n```{{load}}\nx\n```\n", "code", 3),
        ("a\n\n    {{ load }}\n", "code", 3),
        ("a\n\n- b\n\n  ~~~\n  {{ load }}\n  ~~~\n", "code", 6),
        ("a\n[b](http://c.example/{{load}})", "a link", 2),
        ('a\n\n[b](c "{{ load }}")', "a link", 3),
        ("a\n\n![b](c/{{load}}.png)", "a link", 3),
        ("a\n\n<http://b.example/{{load}}>", "a link", 3),
        ("a\n\n[b]\n\n[b]: http://c.example/{{load}}\n", "a link", 5),
        ("| a |\n| - |\n| `{{ load }}` |\n", "code", 3),
        ("a\n\n<a href='{{ load }}'>b</a>", "the tag a", 3),
        ("a\n\n<div title='{{ load }}'>\nb</div>", "the tag div", 3),
        ("a\n\n<!-- {{ load }} -->\n", "a comment", 3),
        ("a <!-- {{ load }} --> b", "a comment", 1),
        ("a\n\n<!-- never\n\n{{ load }}", "a tag that does not close", 5),
        ("a\n\n<script>\n{{ load }}\n</script>\n", "script", 4),
    ],
)
def test_places_of_markdown_without_text_are_refused_with_their_line(
    text: str, place: str, line: int
) -> None:
    with pytest.raises(DocumentError, match=rf"line {line}: a placeholder in {place} cannot be filled"):
        scan(text.encode(), MARKDOWN)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(("fence", "end"), [("---", "---"), ("---", "..."), ("+++", "+++"), ("--- ", "---")])
def test_a_placeholder_in_front_matter_is_refused(mark: str, newline: str, fence: str, end: str) -> None:
    text = mark + newline.join([fence, "a: b", 'title: "{{ load }}"', end, "", "{{ load }}", "", "---", ""])
    with pytest.raises(DocumentError, match="line 3: a placeholder in the front matter cannot be filled"):
        scan(text.encode(), MARKDOWN)


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: a\n---\n\n{{ load }}\n",
        "---\ntitle: '\\{{ a }}'\n---\n\n{{ load }}\n\n---\n",
        "---\n\n{{ load }}\n",
        "a\n\n---\n\n{{ load }}\n\n---\n",
        "---\n- `x`\n\n    code\n---\n{{ load }}",
    ],
)
def test_text_below_front_matter_and_rules_is_filled(text: str) -> None:
    assert [found.text for found in scan(text.encode(), MARKDOWN).placeholders] == [" load "]


# --- filling -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "template",
    [
        "{{ a }}",
        "{{ a }} at the start",
        "the end is {{ a }}",
        "# Heading {{ a }}",
        "- item {{ a }}\n- {{ a }} item",
        "1. {{ a }}",
        "> quoted {{ a }}\n> {{ a }}",
        "*{{ a }}* and **of {{ a }}** and _{{ a }}_",
        "| a | b |\n| - | - |\n| {{ a }} | x |\n",
        "{{ a }}{{ a }}",
        "({{ a }}), “{{ a }}”; {{ a }}.",
        "a\\\n{{ a }}  \n{{ a }}",
        "[{{ a }}](http://b.example)",
        "<div>{{ a }}</div>",
        "a <b>{{ a }}</b> c",
    ],
)
def test_readers_of_markdown_see_exactly_the_number(template: str) -> None:
    count = template.count("{{")
    text = filled(template, MARKDOWN, *[value()] * count)
    assert shown(text, MARKDOWN) == shown(template.replace("{{ a }}", "2.0 million"), MARKDOWN)
    assert [mark.text for mark in marks(text, MARKDOWN)] == ["2.0 million"] * count


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_read_as_it_was(hostile: str, kind: str) -> None:
    for template in ("a {{ x }} b", "<div>\n{{ x }}\n</div>"):
        text = filled(template, kind, value(hostile))
        assert one_line(hostile) in shown(text, kind)
        (mark,) = marks(text, kind)
        assert (mark.id, mark.text) == ("abc123", one_line(hostile))
        assert read(text.encode(), kind).records == (RECORD,)


@pytest.mark.parametrize("kind", [MARKDOWN, HTML])
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_makes_no_mark_up(hostile: str, kind: str) -> None:
    def tags(text: str) -> list[str]:
        parser = _Shown()
        parser.feed(MarkdownIt("commonmark").render(text) if kind == MARKDOWN else text)
        return parser.tags

    for template in ("a {{ x }} b", "<div>\n{{ x }}\n</div>"):
        harmless = tags(filled(template, kind, value(), notes=("see x",)))
        assert tags(filled(template, kind, value(hostile), notes=(f"see {hostile}",))) == harmless


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("kind", KINDS)
def test_hostile_references_are_read_as_they_were(hostile: str, kind: str) -> None:
    text = filled("{{ x }}", kind, value(note=1), notes=(f"see {hostile}",))
    assert f"see {one_line(hostile)}" in shown(text, kind)
    assert len(marks(text, kind)) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_escaped_braces_stay_as_braces(kind: str) -> None:
    template = r"\{{ load }} is {{ x }} and \{{"
    text = filled(template, kind)
    assert shown(text, kind).startswith("{{ load }} is 2.0 million and {{")
    assert text.count("\\{{") == 0


def test_what_stands_around_numbers_is_kept_byte_for_byte() -> None:
    for kind in KINDS:
        before, after = "\ufeffé\r\n\t x \u2028 \x0b", " \u00a0\r\n\r\n\x0c z \r\n"
        text = filled(f"{before}{{{{ x }}}}{after}", kind)
        assert text.startswith(before)
        assert after in text


@pytest.mark.parametrize("kind", KINDS)
def test_line_ends_of_windows_are_kept(kind: str) -> None:
    text = filled("a\r\n{{ x }}\r\nb", kind, value(note=1), notes=("note",))
    assert text.count("\n") == text.count("\r\n") > 3
    unix = filled("a\n{{ x }}\nb", kind, value(note=1), notes=("note",))
    assert "\r" not in unix
    assert len(marks(text, kind)) == 1
    assert read(text.encode(), kind).records == (RECORD,)


def test_references_stand_before_the_end_of_the_body() -> None:
    text = filled("<html><body>İİİ {{ x }}</BODY></html>", HTML, value(note=1), notes=("a <b>",))
    assert text.endswith("</BODY></html>")
    assert text.index("a &lt;b&gt;") < text.index("</BODY>")
    assert "İİİ <span" in text


@pytest.mark.parametrize("kind", [MARKDOWN, HTML])
def test_references_of_joined_documents_stay_apart(kind: str) -> None:
    one = fill(b"{{ x }}\n", kind, [value(note=1)], ["first"], lambda _: {"a": 1}).decode()
    other = fill(b"{{ x }}\n", kind, [value(note=1)], ["second"], lambda _: {"a": 2}).decode()
    labels = [text.split("shellcount-")[1].split("-record")[0].split("-1")[0] for text in (one, other)]
    assert labels[0] != labels[1]
    both = one + other
    for label in labels:
        assert (
            both.count(f"[^shellcount-{label}-1]:" if kind == MARKDOWN else f'id="shellcount-{label}-1"') == 1
        )


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_without_a_last_line_end_gets_one_before_what_is_added(kind: str) -> None:
    lines = filled("x {{ x }}", kind).split("\n")
    assert "million" in lines[0]
    assert "record" not in lines[0]
    assert lines[-1] == ""


# --- reading after a person's edits ------------------------------------------------------

SPAN = '<span data-shellcount="abc123">2.0 million</span>'


@pytest.mark.parametrize(
    "edit",
    [
        f"**{SPAN}**",
        SPAN.replace("2.0 million", "**2.0 million**"),
        SPAN.replace("2.0 million", "_2.0 million_"),
        SPAN.replace("2.0 million", "<b>2.0 million</b>"),
        SPAN.replace("2.0 million", "<span style='color: red'>2.0</span> million"),
        SPAN.replace(" million", "\nmillion"),
        SPAN.replace(" million", "\n> million"),
        SPAN.replace(" million", "\r\n  million"),
        SPAN.replace(" million", "&nbsp;million"),
        SPAN.replace(" million", "\u00a0million"),
        SPAN.replace(" million", "\u202fmillion"),
        SPAN.replace(" million", "<br>million"),
        SPAN.replace(" million", "<br/>\nmillion"),
        SPAN.replace('"', "'"),
        SPAN.replace('"', ""),
        SPAN.replace("span", "SPAN"),
        SPAN.replace("<span ", '<span class="x" '),
        SPAN.replace("<span ", "<span\n  "),
        SPAN.replace('">', '" style="color: red">'),
        f"<span class='x'>a {SPAN} b</span>",
        f"<span>never closed {SPAN}",
        f"</span> {SPAN}",
    ],
)
def test_a_number_is_found_after_edits_of_its_mark_up(edit: str) -> None:
    for kind in (MARKDOWN, HTML):
        if kind == HTML and any(mark in edit for mark in ("**", "_", "> million")):
            continue
        (mark,) = marks(f"one\n\ntwo {edit} three\n", kind)
        assert mark == Tagged("abc123", "2.0 million", mark.where)
        assert mark.where in {"line 3", "line 4"}


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_are_found_when_moved_copied_edited_and_joined(kind: str) -> None:
    one = filled("first {{ x }}\n\nsecond {{ y }}\n", kind, value(name="aa"), value("0.70", "bb"))
    first, gap, second, *rest = one.split("\n")
    moved = "\n".join([second, gap, first, gap, first, *rest])
    assert [(mark.id, mark.where) for mark in marks(moved, kind)] == [
        ("bb", "line 1"),
        ("aa", "line 3"),
        ("aa", "line 5"),
    ]
    edited = one.replace("2.0 million", "3.0 million")
    assert [mark.text for mark in marks(edited, kind)] == ["3.0 million", "0.70"]
    reading = read((one + one).encode(), kind)
    records, found = reading.records, reading.tagged
    assert records == (RECORD, RECORD)
    assert len(found) == 4


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_that_was_emptied_is_found_empty(kind: str) -> None:
    assert [mark.text for mark in marks(filled("{{ x }}", kind).replace("2.0 million", ""), kind)] == [""]


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_without_numbers_has_none(kind: str) -> None:
    reading = read(b"nothing <span>here</span>", kind)
    assert (reading.records, reading.tagged) == ((), ())


@pytest.mark.parametrize(
    "record",
    [
        "{",
        "{}}",
        '{"a": }',
        "{" + '"a":{' * 100_000 + "}",
        '{"a": ' + "[" * 100_000 + "}",
        '{"a": ' + "9" * 10_000 + "}",
    ],
    ids=["open", "twice", "hole", "deep", "deep list", "digits"],
)
def test_a_damaged_record_is_said_to_be(record: str) -> None:
    damaged = f"{SPAN}\n<!--shellcount-record {record}-->"
    for kind in (MARKDOWN, HTML):
        if record == "{":
            assert read(damaged.encode(), kind).records == ()  # of which nothing is left
            continue
        with pytest.raises(DocumentError, match="record of what was filled in is damaged"):
            read(damaged.encode(), kind)


SECONDS = 60  # of work: where reading takes time in proportion to the text, it needs a hundredth of them


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_document_takes_seconds(kind: str) -> None:
    words = "some words and a few more of them, to fill a line\n" * 40
    template = f"{words}\n{{{{ x }}}} a\n\n" * 500
    with work_limit(SECONDS):
        assert len(scan(template.encode(), kind).placeholders) == 500
        text = filled(template, kind, *[value()] * 500)
        assert len(marks(text, kind)) == 500
    assert len(text) > 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        "<span data-shellcount=a>" * 15_000,
        "<span " * 50_000,
        "<!-- shellcount-record {" * 5_000,
        "---\n" + "a\n" * 50_000,
        "</span>" * 50_000,
        "&" * 50_000,
        f'<span data-shellcount="a">{"`" * 200_000}x</span>',
        f"<style>{'a' * 400_000}</style>",
        f"<b style='{'a' * 400_000}'>",
        f"<style>{':a(' * 200_000}{{display:none}}</style>",
        "a <!-- " * 100_000,
        "a <a b='<a c=\"" * 50_000,
        '[a](b "c' * 50_000,
        "{% a " * 100_000,
        "{{< a " * 100_000,
    ],
)
def test_hostile_documents_are_read_in_time(text: str) -> None:
    for kind in KINDS:
        outcome: Any = None
        with work_limit(SECONDS):
            try:
                outcome = read(text.encode(), kind)
            except DocumentError as error:
                outcome = error
        assert outcome is not None


@pytest.mark.parametrize("kind", KINDS)
def test_more_numbers_than_the_limit_are_refused_before_work(kind: str) -> None:
    with raised({"numbers": 10}):
        assert len(scan(b"{{ x }} " * 10, kind).placeholders) == 10
        with pytest.raises(LimitError, match=r"this template needs 11 numbers .*--limit numbers=20"):
            scan(b"{{ x }} " * 11, kind)
        assert len(read(SPAN.encode() * 10, kind).tagged) == 10
        with pytest.raises(LimitError, match="this document needs 11 numbers"):
            read(SPAN.encode() * 11, kind)


@pytest.mark.parametrize(
    ("kind", "piece"), [(MARKDOWN, "<b>"), (MARKDOWN, "a\n"), (MARKDOWN, "*"), (HTML, "<b>")]
)
def test_more_pieces_than_the_limit_are_refused_before_work(kind: str, piece: str) -> None:
    with raised({"pieces": 10}):
        scan(piece.encode() * 10, kind)
        for use in (scan, read):
            with pytest.raises(LimitError, match=r"this document needs 11 pieces .*--limit pieces=20"):
                use(piece.encode() * 11, kind)


# --- whatever stands around --------------------------------------------------------------

PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "{{ x }}",
                "a ",
                "\n",
                "\n\n",
                "- ",
                "# ",
                "> ",
                "    ",
                "`",
                "```\n",
                "|",
                "| - |\n",
                "[",
                "](",
                ")",
            ),
            *(
                "<b>",
                "</b>",
                "<!-- ",
                " -->",
                "<p title='",
                "'>",
                "<script>",
                "</script>",
                "<",
                ">",
                "&lt;",
                "\\",
            ),
            *(
                "*",
                "_",
                "---\n",
                "<span>",
                "</span>",
                "</body>",
                "\r\n",
                "\ufeff",
                "é",
                "1. ",
            ),
        ]
    ),
    max_size=12,
)


@settings(max_examples=400)
@given(PIECES, st.sampled_from(KINDS))
def test_what_can_be_filled_is_found_again_and_the_rest_is_kept(pieces: list[str], kind: str) -> None:
    template = "".join(pieces)
    try:
        count = len(scan(template.encode(), kind).placeholders)
    except DocumentError:
        return
    text = filled(template, kind, *[value("0.70 <i>", "ab")] * count)
    reading = read(text.encode(), kind)
    records, found = reading.records, reading.tagged
    assert records == (RECORD,)
    assert [(mark.id, mark.text) for mark in found] == [("ab", "0.70 <i>")] * count
    assert len(find_placeholders(text.replace("{{ }}", ""))) <= template.count("\\{{")  # braces as such
    rest = re.split(r"\{\{ x \}\}|\\(?=\{\{)", template)
    assert all(piece in text for piece in rest if kind != HTML)
