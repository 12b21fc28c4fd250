"""Numbers in plain text are found where they stood, moved with their words, or edited among them; or not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processes import work_limit
from shellcount.citing.documents.locating import find
from shellcount.citing.documents.pieces import Note, Value
from shellcount.citing.documents.plain import fill, read, scan
from shellcount.citing.documents.records import CONTEXT, Place
from shellcount.digest import Json
from shellcount.errors import DocumentError
from shellcount.text import one_line

HOSTILE = {
    "expression": r"(.*)[a-z]+? \b ^$ {2} |",
    "braces": r"{{ load }} \{{ a",
    "control": "\x1b[31m \u202e a \u200b\u2061",
    "endless": "x" * 10_000,
    "lines": "a\n\n# b\r\n- c",
    "spaces": "  2.0 \u00a0 million ",
}


def value(text: str = "2.0 million", name: str = "abc123", note: int | None = None) -> Value:
    return Value(name, text, note)


def filled(template: str, *values: Value, notes: tuple[str, ...] = ()) -> tuple[str, tuple[Place, ...]]:
    kept: list[tuple[Place, ...]] = []

    def record_of(places: tuple[Place, ...]) -> Json:
        kept.append(places)
        return "the record"

    data, record = fill(template.encode(), values or [value()], notes, record_of)
    assert record == "the record"
    (places,) = kept
    return data.decode(), places


def texts(text: str, places: tuple[Place, ...]) -> list[str | None]:
    seen = read(text.encode()).text
    return [None if span is None else one_line(seen[slice(*span)]) for span in find(seen, places)]


def where(text: str, places: tuple[Place, ...]) -> list[int | None]:
    """The line of each number that is found."""
    seen = read(text.encode()).text
    return [None if span is None else seen.count("\n", 0, span[0]) + 1 for span in find(seen, places)]


# --- filling -----------------------------------------------------------------------------


def test_placeholders_are_listed() -> None:
    assert [place.text.strip() for place in scan(b"a {{ load }}\n{{ x | y }}").placeholders] == [
        "load",
        "x | y",
    ]
    with pytest.raises(DocumentError, match=r"not UTF-8 \(byte 1\)"):
        scan(b"\xff")


def test_the_text_is_what_a_reader_sees_and_nothing_else() -> None:
    text, _ = filled("a {{ x }} b\n")
    assert text == "a 2.0 million b\n"


def test_references_are_listed_at_the_end() -> None:
    text, places = filled("{{ x }}, {{ y }}", value(note=1), value("0.70", "bb", note=2), notes=("a", "b\nc"))
    assert text == "2.0 million [1], 0.70 [2]\n\nReferences\n\n[1] a\n[2] b c\n"
    assert texts(text, places) == ["2.0 million", "0.70"]


def test_what_stands_around_numbers_is_kept_byte_for_byte() -> None:
    before, after = "\ufeffé\r\n\t x \u2028 \x0b", " \u00a0\r\n\r\n\x0c z \r\n"
    text, places = filled(f"{before}{{{{ x }}}}{after}")
    assert text == f"{before}2.0 million{after}"
    assert texts(text, places) == ["2.0 million"]


def test_line_ends_of_windows_are_kept() -> None:
    text, places = filled("a\r\n{{ x }}\r\nb", value(note=1), notes=("note",))
    assert text.count("\n") == text.count("\r\n") > 3
    assert (texts(text, places), where(text, places)) == (["2.0 million"], [2])
    assert read(text.encode()).notes == (Note("1", "note", "line 7"),)
    assert texts(text.replace("\r\n", "\n"), places) == ["2.0 million"]


def test_escaped_braces_stay_as_braces() -> None:
    assert filled(r"\{{ load }} is {{ x }} and \{{")[0] == "{{ load }} is 2.0 million and {{"


def test_a_place_is_counted_from_one_and_has_its_words() -> None:
    _, places = filled("\ufeff{{ x }}\nit was {{ y }}, so.", value("0.70", "aa"), value("0.80", "bb", note=1))
    first, second = places
    assert (first.line, first.column, first.before, first.after) == (1, 1, "", "")
    assert (second.line, second.column, second.before, second.after) == (2, 8, "it was ", " [1], so.")
    assert (second.from_line_start, second.to_line_end) == (True, True)
    (cut,) = filled(f"{'b' * 99}{{{{ x }}}}{'a' * 99}")[1]
    assert (len(cut.before), len(cut.after)) == (CONTEXT, CONTEXT)
    assert not cut.from_line_start
    assert not cut.to_line_end


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_found_as_it_was(hostile: str) -> None:
    for template in ("a {{ x }} b", "{{ x }}", f"one\n{hostile} {{{{ x }}}} {hostile}"):
        text, places = filled(template.replace("{{ load }}", ""), value(hostile))
        assert texts(text, places) == [one_line(hostile)]
        assert texts(f"new\n{text}", places) == [one_line(hostile)]


# --- finding after a person's edits ------------------------------------------------------

TEMPLATE = """A headline

In all, {{ a }} rounds were sent, of which {{ b }} were rockets.
The load was {{ c }}.

{{ d }}
"""
NUMBERS = ("2.0 million", "0.5 million", "0.70", "0.70")


@pytest.fixture
def briefing() -> tuple[str, tuple[Place, ...]]:
    """A text of four numbers, two of them alike, with references."""
    values = [value(text, f"id{place}", note=place + 1) for place, text in enumerate(NUMBERS)]
    return filled(TEMPLATE, *values, notes=("2.0 million rounds", "0.5 million", "0.70", "0.70"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A headline", "Another headline\nof two lines"),
        ("A headline\n\n", ""),
        ("In all,", "Altogether, as far as is known,"),
        (" rounds were sent, of which", "\nrounds were\n   sent, of which"),
        ("2.0 million", "2.0\n  million"),
        ("2.0 million", "2.0\u00a0million"),
        (" [1]", ""),
        (" [3].", " (see below)!"),
        ("The load was", "The average load has been"),
    ],
)
def test_numbers_are_found_when_words_around_them_change(
    old: str, new: str, briefing: tuple[str, tuple[Place, ...]]
) -> None:
    text, places = briefing
    assert text.count(old) >= 1
    assert texts(text.replace(old, new, 1), places) == list(NUMBERS)


def test_numbers_are_found_when_lines_and_paragraphs_change_places(
    briefing: tuple[str, tuple[Place, ...]],
) -> None:
    text, places = briefing
    head, body, alone, *references = text.split("\n\n")
    first, second = body.split("\n")
    for parts in (
        (head, f"{second}\n{first}", alone, *references),
        (f"{second}\n{first}", head, alone, *references),
        (head, alone, body, *references),
        (head, alone, *references, body),
    ):
        assert texts("\n\n".join(parts), places) == list(NUMBERS)


@pytest.mark.parametrize(
    ("old", "new", "index", "found"),
    [
        ("all, 2.0 million", "all, 3.0 million", 0, "3.0 million"),
        ("all, 2.0 million", "all, 2.0 millions", 0, "2.0 millions"),
        ("all, 2.0 million", "all, 12.0 million", 0, "12.0 million"),
        ("all, 2.0 million", "all, ", 0, ""),
        ("which 0.5 million", "which half a million", 1, "half a million"),
        ("was 0.70", "was 0.705", 2, "0.705"),
        ("was 0.70", "was 70%", 2, "70%"),
        ("was 0.70", "was 0.70%", 2, "0.70%"),
        ("\n0.70 [4]", "\n0.75 [4]", 3, "0.75"),
    ],
)
def test_a_number_that_was_edited_is_found_as_it_is(
    old: str, new: str, index: int, found: str, briefing: tuple[str, tuple[Place, ...]]
) -> None:
    text, places = briefing
    assert text.count(old) == 1
    expected: list[str | None] = list(NUMBERS)
    expected[index] = found
    assert texts(text.replace(old, new), places) == expected
    assert texts(f"moved\n\n{text.replace(old, new)}", places) == expected


@pytest.mark.parametrize(
    ("pattern", "new", "index"),
    [
        (r"In all.*\n", "", 0),
        (r"The load.*\n", "Nothing is known of the load.\n", 2),
        (r"In all, 2\.0 million \[1\] rounds were sent, of which", "We count 3 million shells, and", 0),
    ],
)
def test_a_number_that_is_gone_is_not_found_elsewhere(
    pattern: str, new: str, index: int, briefing: tuple[str, tuple[Place, ...]]
) -> None:
    text, places = briefing
    changed, count = re.subn(pattern, new, text)
    assert count == 1
    assert texts(changed, places)[index] is None
    assert texts(changed, places)[3] == "0.70"


def test_a_number_that_stands_alone_and_was_edited_is_not_found() -> None:
    text, places = filled("a\n{{ x }}\nb")
    assert texts(text.replace("2.0", "3.0"), places) == [None]
    assert texts("", places) == [None]


def test_of_numbers_in_the_same_words_each_is_found_once() -> None:
    template = "- sent {{ x }} rounds\n" * 3
    text, places = filled(template, value("1", "a"), value("2", "b"), value("1", "c"))
    for changed in (text, f"title\n\n{text}"):
        assert len(set(where(changed, places))) == 3
        assert texts(changed, places) == ["1", "2", "1"]
    gone = text.replace("- sent 2 rounds\n", "")
    assert texts(gone, places) == ["1", None, "1"]


def test_a_part_of_another_number_is_not_taken_for_one() -> None:
    _, places = filled("was {{ x }} or so", value("0.7"))
    for other in ("then 10.7 of it", "then 0.75 of it", "then 0.7% of it", "then -0.7 of it", "then 0.7.1"):
        assert texts(other, places) == [None]
    assert texts("then 0.7, of it", places) == ["0.7"]


# --- whatever it is ----------------------------------------------------------------------

SECONDS = 60  # of work: where reading takes time in proportion to the text, it needs a hundredth of them


def test_a_large_text_takes_seconds() -> None:
    words = "some words and a few more of them, to fill a line\n" * 40
    template = f"{words}\n{{{{ x }}}} a\n\n" * 500
    with work_limit(SECONDS):
        text, places = filled(template, *[value()] * 500)
        assert texts(text, places) == ["2.0 million"] * 500
        assert texts(f"moved\n{text}", places) == ["2.0 million"] * 500
        assert texts(text.replace("2.0", "3.0", 1), places)[:2] == ["3.0 million", "2.0 million"]
    assert len(text) > 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        "2.0 " * 50_000,
        "was " * 50_000,
        " " * 200_000,
        "\n" * 200_000,
        "was" + " " * 200_000,
        "2.0\n" * 50_000,
    ],
    ids=range(6),
)
@pytest.mark.parametrize("template", ["was {{ x }} so", "  {{ x }}", "was {{ x }}", "{{ x }} so"])
def test_hostile_texts_are_read_in_time(text: str, template: str) -> None:
    _, places = filled(template)
    with work_limit(SECONDS):
        assert len(texts(text, places)) == 1


@pytest.mark.parametrize("mark", ["^[1]^", "^ [^^]^", "\x01 [2]", " [12]"])
def test_a_mark_of_a_reference_in_another_form_is_no_part_of_a_number(mark: str) -> None:
    _, places = filled("It is {{ x }} so.")
    assert texts(f"Title\n\nIt is 2.0 million{mark} so.", places) == ["2.0 million"]


@pytest.mark.parametrize("more", [" [a]", " (1)", " 1", "%", " [1] more", "[1.5]"])
def test_what_else_is_put_behind_a_number_is_a_part_of_it(more: str) -> None:
    _, places = filled("It is {{ x }} so.")
    assert texts(f"Title\n\nIt is 2.0 million{more} so.", places) == [f"2.0 million{more}"]


PIECES = st.lists(
    st.sampled_from(
        [
            *("{{ x }}", "a ", "2.0 million", "\n", "\n\n", " ", "\r\n", "\ufeff", "é", "\\", "[1] "),
            "References",
        ]
    ),
    max_size=12,
)


@settings(max_examples=300)
@given(PIECES, st.sampled_from(["", "x ", "title\n", "\n\n"]))
def test_what_can_be_filled_is_found_again_wherever_it_moves(pieces: list[str], above: str) -> None:
    template = "".join(pieces)
    try:
        count = len(scan(template.encode()).placeholders)
    except DocumentError:
        return
    text, places = filled(template, *[value()] * max(count, 1))
    assert len(places) == count
    assert texts(text, places) == ["2.0 million"] * count
    assert set(texts(f"{above}{text}", places)) <= {
        "2.0 million",
        None,
        *("2.0 million" * 0,),
    }
