"""Templates and filled documents of any shape: Markdown, HTML and plain text.

Each is filled, read or refused in plain words. What was filled is read again with the same texts, shows no
braces to its readers, and is what it was around the numbers. Numbers come from a table; no case is fitted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from hypothesis import strategies as st

from fuzzing import EXPLORING, Splice, fuzz, inputs_of_a_kind, spliced, splices_of
from shellcount.citing.documents import markup, plain
from shellcount.citing.documents.locating import find
from shellcount.citing.documents.pieces import Reading, Scan, Value
from shellcount.citing.documents.records import Place
from shellcount.digest import Json

NUMBERS = {
    "load": "0.70",
    "rounds": "2.0 million rounds (90% interval 0.9 to 3.7 million)",
    "p": "74% (likely)",
    "claim.x": "about 1,500",
}

COMMON = [
    *(
        "{{ load }}",
        "{{rounds|headline}}",
        "{{ p >= 1.5 }}",
        "{{ claim.x }}",
        "{{ load\u00a0}}",
        "\\{{",
        "{{",
        "}}",
    ),
    *(
        "{",
        "}",
        "{{ a",
        "a ",
        "word ",
        "1",
        ".",
        ",",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        " ",
        "é",
        "\ufeff",
        "\u200b",
        "\u202e",
    ),
    *(
        "{{< video a >}}",
        "{% raw %}",
        "{% endraw %}",
        "{% if %}",
        "{%",
        "{{{",
        "}}}",
        "&#123;",
        "&amp;",
        "&",
        "\x00",
    ),
    *("References\n\n[1] a\n", "[1] "),
]
HTML = [
    *(
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<span>",
        "</span>",
        "<span hidden>",
        "<span style='display:none'>",
        "<i/>",
        "<br>",
    ),
    *(
        "<!--",
        "-->",
        "<!-- a -->",
        "<![CDATA[",
        "]]>",
        "<?a",
        "?>",
        "<!DOCTYPE html>",
        "<",
        ">",
        "</",
        "<a href='",
        "'>",
    ),
    *(
        "<script>",
        "</script>",
        "<style>",
        "</style>",
        ".a{display:none}",
        "<xmp>",
        "</xmp>",
        "<title>",
        "</title>",
    ),
    *(
        "<svg>",
        "</svg>",
        "<template>",
        "</template>",
        "<select>",
        "</select>",
        "<body>",
        "</body>",
        "</html>",
        '"',
        "'",
    ),
    *(
        "<plaintext>",
        "<table><tr><td>",
        "</td></tr></table>",
        "<ul><li>",
        "<del>",
        "</del>",
        "$$",
        "\\(",
        "\\)",
    ),
    *(
        '<span data-shellcount="ab12">',
        "<span data-shellcount=ff>2</span>",
        '<li id="shellcount-abcdef-1">',
        "</li>",
    ),
    *("<!--shellcount-record {}-->", '<!--shellcount-record {"a": [1]}-->', "<b a=", " a=b", "\\"),
]
MARKDOWN = [
    *(
        "# ",
        "- ",
        "1. ",
        "> ",
        "    ",
        "```\n",
        "```{python}\n",
        "~~~\n",
        "`",
        "``",
        "*",
        "**",
        "_",
        "~~",
        "|",
        "|---|\n",
    ),
    *(
        "| a | b |\n|---|---|\n| ",
        "[",
        "](",
        "](a)",
        ")",
        "![",
        "]",
        "][",
        "]: ",
        "[^1]",
        "[^1]: ",
        "[a]: b\n",
        "\\",
    ),
    *(
        "$",
        "$$",
        "\n$$\n",
        "::: {.a}\n",
        ":::\n",
        "{#a}",
        "---\n",
        "\n---\na: b\n",
        "===\n",
        "<http://a>",
        "http://a/",
    ),
    *("[^shellcount-abcdef-1]: ", "[^shellcount-abcdef-1]", "\n\n", "\n", "  \n", "* * *\n", "+ "),
]
PIECES = {markup.MARKDOWN: COMMON + HTML + 2 * MARKDOWN, markup.HTML: COMMON + HTML, plain.PLAIN: COMMON}


@dataclass(frozen=True)
class Kind:
    """A kind of document, with its functions."""

    name: str

    def scan(self, data: bytes) -> Scan:
        return plain.scan(data) if self.name == plain.PLAIN else markup.scan(data, self.name)

    def read(self, data: bytes) -> Reading:
        return plain.read(data) if self.name == plain.PLAIN else markup.read(data, self.name)

    def fill(self, data: bytes, values: list[Value]) -> tuple[bytes, tuple[Place, ...]]:
        kept: list[tuple[Place, ...]] = []

        def record_of(places: tuple[Place, ...]) -> Json:
            kept.append(places)
            return {"record": "x", "values": {value.id: value.text for value in values}}

        notes = ["see 0.70, and a_b <i>", "the same"]
        if self.name == plain.PLAIN:
            return plain.fill(data, values, notes, record_of)[0], kept[-1]
        return markup.fill(data, self.name, values, notes, record_of), kept[-1]


def quoted(asked: str) -> Value | None:
    """The number of a table that a placeholder asks for."""
    name = re.split(r"[|>=]", asked)[0].strip()
    if name not in NUMBERS:
        return None
    return Value(f"{list(NUMBERS).index(name):x}abc", NUMBERS[name], 1 + len(name) % 2)


def fill_and_read(kind: Kind, source: str) -> None:
    """Fill a template and read it again, which must give the numbers as they were."""
    data = source.encode()
    scanned = kind.scan(data)
    values = [quoted(placeholder.text) for placeholder in scanned.placeholders]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return  # which the command refuses, with the names
    filled, places = kind.fill(data, known)
    reading = kind.read(filled)
    assert [place.text for place in places] == [value.text for value in known]
    # Every number is where the record says, and those with tags have their texts.
    spans = find(reading.text, places)
    assert [None if span is None else reading.text[slice(*span)] for span in spans] == [
        place.text for place in places
    ]
    ours = {value.id: value.text for value in known}
    tagged = [number for number in reading.tagged if number.id in ours]
    assert [number.text for number in tagged] == [ours[number.id] for number in tagged]
    if "$" not in source and "\\" not in source and kind.name != plain.PLAIN:
        assert [number.id for number in tagged] == [value.id for value in known]
    if kind.name != plain.PLAIN:
        assert {"record": "x", "values": ours} in reading.records
    if not scanned.remarks and "\\" not in source:
        assert "{{" not in reading.text
    if (
        "$" not in source and kind.name != markup.HTML
    ):  # where references stand behind maths, and tags are kept
        rest = re.split(r"\{\{[^{}\n]*\}\}|\\(?=\{\{)", source)
        assert all(piece in filled.decode() for piece in rest)


def read_damaged(kind: Kind, changes: list[Splice]) -> None:
    """Read a filled document after some changes, and fill it once more."""
    damaged = spliced(FILLED[kind.name], changes)
    reading = kind.read(damaged)
    if len(damaged) < 4 * len(FILLED[kind.name]):
        find(reading.text, PLACES[kind.name])
    assert sum(len(number.text or "") for number in reading.tagged) <= 12 * len(damaged)
    kind.scan(damaged)


TEMPLATE = {
    markup.MARKDOWN: (
        "---\ntitle: a\n---\n\n# Load {{ load }}\n\n"
        "Text *of* {{ rounds }}, $N = {{ p }}$, [a](b) `c`[^1].\n\n"
        "| a | b |\n|---|---|\n| {{ load }} | {{ claim.x }} |\n\n> - {{ p }}\n\n[^1]: Of {{ load }}.\n\n"
        "<div>{{ p }}</div>\n"
    ),
    markup.HTML: (
        "<!DOCTYPE html><html><head><title>a</title><style>.a{color:red}</style></head><body>"
        "<h1>{{ load }}</h1>"
        "<p class=a>Text <b>of</b> {{ rounds }}, \\(N = {{ p }}\\)."
        "<table><tr><td>{{ load }}<td>{{ claim.x }}</table>"
        "<script>a = 1 < 2</script><ul><li>{{ p }}</ul><!-- c --></body></html>\n"
    ),
    plain.PLAIN: "Load {{ load }}\n\nText of {{ rounds }}, {{ p }}.\n\n  {{ load }}  {{ claim.x }}\n",
}
FILLED: dict[str, bytes] = {}
PLACES: dict[str, tuple[Place, ...]] = {}
for _name, _source in TEMPLATE.items():
    _data = _source.encode()
    _values = [quoted(placeholder.text) for placeholder in Kind(_name).scan(_data).placeholders]
    FILLED[_name], PLACES[_name] = Kind(_name).fill(_data, [value for value in _values if value is not None])

kinds = pytest.mark.parametrize(
    "kind", [Kind(markup.MARKDOWN), Kind(markup.HTML), Kind(plain.PLAIN)], ids=lambda kind: kind.name
)


def sources(kind: Kind) -> st.SearchStrategy[str]:
    pieces = st.lists(st.sampled_from(PIECES[kind.name]), min_size=1, max_size=14)
    nested = st.builds(
        lambda piece, times: [piece] * times, st.sampled_from(PIECES[kind.name]), st.integers(1, 200)
    )
    shuffled = st.builds(
        lambda before, within, after: "".join([*before, *within, *after]),
        pieces,
        st.just([]) | nested,
        pieces,
    )
    template = TEMPLATE[kind.name]
    # Pieces in the midst of a document that is whole.
    inserted = st.builds(
        lambda place, new: f"{template[:place]}{''.join(new)}{template[place:]}",
        st.integers(0, len(template)),
        st.lists(st.sampled_from(PIECES[kind.name]), min_size=1, max_size=4),
    )
    return shuffled | inserted


def halves(count: int) -> int:
    return max(1, count // 2)


@kinds
@inputs_of_a_kind
def test_any_template_is_filled_and_read_again_or_refused(count: int, shard: int, kind: Kind) -> None:
    outcomes = fuzz(
        sources(kind), lambda source: fill_and_read(kind, source), count=halves(count), shard=shard
    )
    assert EXPLORING or min(outcomes["used"], outcomes["refused"]) > halves(count) / 50


@kinds
@inputs_of_a_kind
def test_any_damaged_document_is_read_or_refused(count: int, shard: int, kind: Kind) -> None:
    pieces = [piece.encode() for piece in PIECES[kind.name]]
    drawn = splices_of(len(FILLED[kind.name]), pieces)
    outcomes = fuzz(drawn, lambda changes: read_damaged(kind, changes), count=halves(count), shard=shard)
    assert EXPLORING or min(outcomes["used"], outcomes["refused"]) > halves(count) / 50
