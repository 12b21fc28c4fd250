"""Reading a document takes work in proportion to its length, whatever it is made of: calls are counted."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest

from counting import calls
from shellcount.citing.documents.markup import HTML, MARKDOWN, fill, read, scan
from shellcount.citing.documents.pieces import Value
from shellcount.errors import ShellcountError

SPAN = '<span data-shellcount="abc123">'
SMALL = 30

# Of a number: a document of so many pieces.
HOSTILE: dict[str, Callable[[int], str]] = {
    "backticks in a number": lambda n: f"{SPAN}{'`' * 4 * n}x</span>",
    "backticks of every length": lambda n: " ".join("`" * (1 + k % 40) for k in range(n)),
    "nested numbers": lambda n: f"{SPAN * n}x{'</span>' * n}",
    "nested numbers with text": lambda n: f"{(SPAN + 'ab ') * n}x{'</span>' * n}",
    "numbers that do not close": lambda n: f"{SPAN}2.0 " * n,
    "tags within a number": lambda n: SPAN + "<b> " * n,
    "tags": lambda n: "<b>x</b>" * n,
    "tags that do not end": lambda n: "a <a b='" * n,
    "tags within quotes of tags": lambda n: "a <a b='<a b=\"" * n,
    "tags with many attributes": lambda n: f"a <a {'b=1 ' * n}>",
    "ends of nothing": lambda n: "</b>" * n,
    "wrong nesting": lambda n: "<b><i>" * n + "</b></i>" * n,
    "paragraphs": lambda n: "<p>a" * n,
    "comments that do not end": lambda n: "<!-- " * n,
    "comments within a paragraph": lambda n: "a <!-- " * n,
    "instructions": lambda n: "a <?" * n,
    "CDATA": lambda n: "a <![CDATA[" * n,
    "raw elements": lambda n: "<xmp>" * n,
    "scripts": lambda n: "<script><!--<script>" * n,
    "drawings": lambda n: "<svg>" * n,
    "style sheets": lambda n: "<style>.a { display: none }</style>" * n + f"{SPAN}2</span>" * n,
    "style without end": lambda n: f"<style>{'a:' * n}</style><b style='{'a' * n}'>x</b>",
    "rules": lambda n: f"<style>{'.a, ' * n} {{ display: none }}</style>" + "<b class='a'>x</b>" * n,
    "brackets": lambda n: "[" * n + "]" * n,
    "pictures in pictures": lambda n: "![" * n + "a" + "](b)" * n,
    "links that do not end": lambda n: '[a](b "c' * n,
    "targets": lambda n: "[a](<b" * n,
    "definitions": lambda n: "[a]: b\n" * n,
    "emphasis": lambda n: "*a **b _c ~~d " * n,
    "emphasis, paired": lambda n: "**a** *_" * n,
    "quotes": lambda n: ">" * n + " a",
    "lists": lambda n: "- " * n + "a",
    "quotes over lines": lambda n: "> a\n" * n,
    "items": lambda n: "- a\n" * n,
    "dollars": lambda n: "$a " * n,
    "dollars, escaped": lambda n: "$a\\" * n,
    "maths": lambda n: "$$\na\n" * n,
    "tables": lambda n: "| a |\n|---|\n" + "| b |\n" * n,
    "metadata": lambda n: "\n---\na: b\n" * n,
    "shortcodes that do not end": lambda n: "{{< a " * n,
    "shortcodes": lambda n: "{{< a >}} " * n,
    "tags of Jinja": lambda n: "{% a " * n,
    "raw passages": lambda n: "{% raw %}" * n,
    "braces": lambda n: "{" * n,
    "placeholders": lambda n: "{{ load }} " * n,
    "placeholders on lines of their own": lambda n: "{{ load }}\n\n" * n,
    "placeholders in maths": lambda n: "$a={{ load }}$ " * n,
    "split placeholders": lambda n: "{<b>{ load }</b>} " * n,
    "records": lambda n: '<!--shellcount-record {"a": 1}-->\n\n' * n,
    "records that do not end": lambda n: "<!-- shellcount-record {" * n,
    "references": lambda n: "[^shellcount-abcdef-1]: a\n\n<li id=shellcount-abcdef-1>a\n\n" * n,
    "unknown numbers": lambda n: "".join(f'<span data-shellcount="{k:x}">2</span> ' for k in range(n)),
}


def use(source: str, kind: str) -> None:
    """Read a document, and fill it if it can be."""
    data = source.encode()
    try:
        read(data, kind)
        count = len(scan(data, kind).placeholders)
        fill(data, kind, [Value("abc", "2.0 million", 1)] * count, ["note"], lambda _: {"a": 1})
    except ShellcountError:
        pass


@pytest.mark.parametrize("kind", [MARKDOWN, HTML])
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] * (place % 4 > 0)) for place, name in enumerate(HOSTILE)],
)
def test_work_grows_as_the_document_does(name: str, kind: str) -> None:
    use(HOSTILE[name](10), kind)  # so that what is computed once is not counted
    small, large = (calls(functools.partial(use, HOSTILE[name](times * SMALL), kind)) for times in (1, 3))
    assert large <= 3.3 * small + 1_000


@pytest.mark.parametrize("kind", [MARKDOWN, HTML])
def test_no_passage_is_copied_for_each_number_around_it(kind: str) -> None:
    source = HOSTILE["nested numbers with text"](2_000)
    numbers = read(source.encode(), kind).tagged
    assert len(numbers) == 2_000
    assert sum(len(number.text or "") for number in numbers) < len(source)
