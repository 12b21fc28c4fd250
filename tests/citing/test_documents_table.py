"""The table of format, place and outcome in the documentation is what happens, in every cell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shellcount.citing.documents import markup, plain
from shellcount.citing.documents.html.elements import OPAQUE
from shellcount.citing.documents.pieces import Reading, Scan, Value
from shellcount.citing.documents.records import Place
from shellcount.digest import Json
from shellcount.errors import DocumentError

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "documents.md"
KINDS = {"Markdown and Quarto": markup.MARKDOWN, "HTML": markup.HTML, "Plain text": plain.PLAIN}
DEEP = "- " * 100 + "{{ load }}"
NUMBER = "0.70 (0.40 to 0.92)"


def cells() -> list[tuple[str, str, str, str]]:
    """Kind, place, example and outcome of every row."""
    listed = []
    for section in re.split(r"(?m)^## ", PAGE.read_text("utf-8"))[1:]:
        title, _, body = section.partition("\n")
        if title not in KINDS:  # Word, whose table is tried with its documents
            continue
        for row in re.findall(r"(?m)^\| (.*) \|$", body):
            place, shown, outcome = (cell.strip() for cell in re.split(r"(?<!\\)\|", row))
            if place not in {"place", "---"}:
                listed.append((KINDS[title], place, example(shown), outcome))
    return listed


def example(shown: str) -> str:
    """The source that a cell shows as code."""
    if shown == "deep":
        return DEEP
    fence = re.match("`+", shown)
    assert fence is not None, shown
    source = shown.removeprefix(fence[0]).removesuffix(fence[0])
    if source.startswith(" ") and source.endswith(" ") and "`" in source:
        source = source[1:-1]
    return source.replace("\\|", "|").replace("⏎", "\n")


def scan(source: str, kind: str) -> Scan:
    return plain.scan(source.encode()) if kind == plain.PLAIN else markup.scan(source.encode(), kind)


def fill(source: str, kind: str) -> tuple[str, tuple[Place, ...], Reading]:
    """The filled document without what is added at its end, the places, and what is read in it."""
    kept: list[tuple[Place, ...]] = []

    def record_of(places: tuple[Place, ...]) -> Json:
        kept.append(places)
        return {"record": "x"}

    values = [Value("abc123", NUMBER, 1)] * len(scan(source, kind).placeholders)
    if kind == plain.PLAIN:
        data = plain.fill(source.encode(), values, ["see a"], record_of)[0]
        return data.decode().split("\n\nReferences")[0], kept[-1], plain.read(data)
    data = markup.fill(source.encode(), kind, values, ["see a"], record_of)
    filled = re.split(r"\n\[\^shellcount-\w+-1\]:|<section aria-label", data.decode())[0]
    return filled, kept[-1], markup.read(data, kind)


def test_the_tables_have_their_rows() -> None:
    kinds = [kind for kind, *_ in cells()]
    assert {
        kind: kinds.count(kind) > rows for kind, rows in zip(KINDS.values(), (40, 35, 3), strict=True)
    } == (dict.fromkeys(KINDS.values(), True))


@pytest.mark.parametrize(("kind", "place", "source", "outcome"), cells())
def test_every_cell_is_what_happens(kind: str, place: str, source: str, outcome: str) -> None:
    assert place
    if outcome.startswith("refused: "):
        with pytest.raises(DocumentError, match=r"^line \d+: ") as caught:
            scan(source, kind)
        assert outcome.removeprefix("refused: ") in str(caught.value)
        return
    scanned = scan(source, kind)
    filled, places, reading = fill(source, kind)
    if outcome == "left alone":
        assert scanned.placeholders == ()
        assert len(scanned.remarks) >= 1
        assert all(re.match(r"line \d+: ", remark) for remark in scanned.remarks)
        assert filled.removesuffix("\n") == source.removesuffix("\n")
        return
    assert scanned.remarks == ()
    if outcome == "braces":
        assert "{{" in filled
        assert "\\{{" not in filled
        return
    count = len(scanned.placeholders)
    assert count >= 1
    assert "{{" not in filled
    assert "}}" not in filled.replace("{}}", "")
    assert [each.text for each in places] == [NUMBER] * count
    assert reading.text.count(NUMBER) == count
    tagged = [number.text for number in reading.tagged]
    if outcome == "filled" and kind != plain.PLAIN:
        assert tagged == [NUMBER] * count
    else:
        assert (outcome, tagged) in [("filled, without a tag", []), ("filled", [])]


@pytest.mark.parametrize("kind", [markup.MARKDOWN, markup.HTML])
@pytest.mark.parametrize("element", sorted(OPAQUE))
@pytest.mark.parametrize(
    "source", ["<{0}>{1}</{0}> b", "a\n<{0}>\n{1}\n</{0}>\nb", "<div><{0}><b>{1}</b></{0}></div>"]
)
def test_elements_that_are_no_text_are_refused(element: str, source: str, kind: str) -> None:
    with pytest.raises(DocumentError, match=r"line \d: a placeholder in ") as caught:
        scan(source.format(element, "{{ load }}"), kind)
    assert any(place in str(caught.value) for place in (f" {element} ", "a tag that does not close"))


@pytest.mark.parametrize("kind", [markup.MARKDOWN, markup.HTML])
@pytest.mark.parametrize("character", ["\ufdd0", "\ufdd1"])
def test_a_character_that_is_none_is_refused(character: str, kind: str) -> None:
    for use in (markup.scan, markup.read):
        with pytest.raises(DocumentError, match=r"line 2: it has the character U\+FDD[01]"):
            use(f"a\n{{{{ load }}}}{character}".encode(), kind)


@pytest.mark.parametrize("number", ["a_b", "1 \\ 2", "$2", "{2}", "2 & 3", "2^3", "#2"])
def test_a_number_that_maths_would_take_for_a_command_is_refused(number: str) -> None:
    with pytest.raises(DocumentError, match=r"line 2: .* cannot stand in maths"):
        markup.fill(b"a\n$N = {{ load }}$", markup.MARKDOWN, [Value("abc123", number)], [], lambda _: {})


def test_several_numbers_in_maths_have_their_references_behind_it() -> None:
    source = "a $x = {{ load }} + {{ load }}$, {{ load }}\nand $$y = {{ load }}$$"
    values = [Value("abc123", "0.7", note) for note in (1, 2, 3, 1)]
    filled = markup.fill(source.encode(), markup.MARKDOWN, values, ["a", "b", "c"], lambda _: {}).decode()
    shown = re.sub(r"\[\^shellcount-\w+-(\d)\]", r"[\1]", filled.split("\n\n")[0]).replace("\u202f", " ")
    assert shown == (
        "a $x = \\text{0.7} + \\text{0.7}$ [1] [2], "
        '<span data-shellcount="abc123">0.7</span> [3]\nand $$y = \\text{0.7}$$ [1]'
    )


@pytest.mark.parametrize("kind", [markup.MARKDOWN, markup.HTML])
def test_what_is_left_alone_is_listed_up_to_twenty(kind: str) -> None:
    remarks = scan("a {{ load }}\n" + "{{< video a.mp4 >}}\n" * 25, kind).remarks
    assert len(remarks) == 21
    assert remarks[0] == "line 2: {{< video a.mp4 >}} is a shortcode and was left alone"
    assert remarks[-1] == "5 more such passages were left alone"


@pytest.mark.parametrize("kind", [markup.MARKDOWN, markup.HTML])
def test_a_raw_passage_that_does_not_end_is_refused(kind: str) -> None:
    with pytest.raises(DocumentError, match=r"line 2: \{% raw %\} does not end"):
        scan("{{ load }}\n{% raw %} a", kind)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("a <?b {{ load }}?>", "an instruction"),
        ("a <!B {{ load }}>", "a declaration"),
        ("a <![CDATA[{{ load }}]]>", "a declaration"),
    ],
)
def test_declarations_within_a_paragraph_are_refused(source: str, place: str) -> None:
    with pytest.raises(DocumentError, match=f"line 1: a placeholder in {place} cannot be filled"):
        scan(source, markup.MARKDOWN)


@pytest.mark.parametrize(
    "source", ["a <? {{ load }}", "a <!B {{ load }}", "a <![CDATA[ {{ load }}", "a <!> {{ load }}"]
)
def test_what_does_not_end_within_a_paragraph_is_text(source: str) -> None:
    assert len(scan(source, markup.MARKDOWN).placeholders) == 1
