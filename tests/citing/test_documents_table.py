"""The table of format, place and outcome in the documentation is what happens, in every cell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shellcount.citing.documents import plain, text
from shellcount.citing.documents.elements import OPAQUE
from shellcount.citing.documents.pieces import Reading, Scan, Value
from shellcount.citing.documents.records import Place
from shellcount.digest import Json
from shellcount.errors import DocumentError

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "documents.md"
KINDS = {"Markdown and Quarto": text.MARKDOWN, "HTML": text.HTML, "Plain text": plain.PLAIN}
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
    return plain.scan(source.encode()) if kind == plain.PLAIN else text.scan(source.encode(), kind)


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
    data = text.fill(source.encode(), kind, values, ["see a"], record_of)
    filled = re.split(r"\n\[\^shellcount-\w+-1\]:|<section aria-label", data.decode())[0]
    return filled, kept[-1], text.read(data, kind)


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


@pytest.mark.parametrize("kind", [text.MARKDOWN, text.HTML])
@pytest.mark.parametrize("element", sorted(OPAQUE))
@pytest.mark.parametrize(
    "source", ["<{0}>{1}</{0}> b", "a\n<{0}>\n{1}\n</{0}>\nb", "<div><{0}><b>{1}</b></{0}></div>"]
)
def test_elements_that_are_no_text_are_refused(element: str, source: str, kind: str) -> None:
    with pytest.raises(DocumentError, match=r"line \d: a placeholder in ") as caught:
        scan(source.format(element, "{{ load }}"), kind)
    assert any(place in str(caught.value) for place in (f" {element} ", "a tag that does not close"))
