"""The glossary has every verdict, every mark, every key of a case file and every field of numbers.json."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from shellcount import Results, numbers_json
from shellcount.results.mark import MEANINGS, MarkKind
from shellcount.results.verdicts import VERDICTS

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "reference" / "glossary.md").read_text(encoding="utf-8")
# Tables of numbers.json by names that the case or the run decides; the case has its own table of keys.
BY_NAME = frozenset(
    {"estimates", "supporting", "claimed", "probabilities", "probability_errors", "settings", "versions"}
)


def terms() -> set[str]:
    found: set[str] = set()
    for entries in re.findall(r"^```\{glossary\}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        found.update(line for line in entries.splitlines() if line and not line.startswith(" "))
    return found


def named_in(section: str) -> set[str]:
    """Names in the first column of the table of a section."""
    text = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    rows = [line.split(" | ")[0] for line in text.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def keys_of(schema: dict[str, Any]) -> Iterator[str]:
    """Every key of every table of a JSON Schema."""
    for table in (schema, *schema.get("$defs", {}).values()):
        yield from table.get("properties", {})


def fields_of(value: Any) -> Iterator[str]:
    """Every field of a written record, those of named members once."""
    if isinstance(value, list):
        for each in value:
            yield from fields_of(each)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            if name in BY_NAME:
                members = [member for member in inner.values() if isinstance(member, dict)]
                yield from fields_of(members)
            elif name != "case" or not isinstance(inner, dict):
                yield from fields_of(inner)


def test_every_verdict_is_a_term() -> None:
    assert set(VERDICTS) <= terms()


def test_every_mark_has_a_meaning_and_is_a_term() -> None:
    assert set(MEANINGS) == set(get_args(MarkKind.__value__))
    assert {form for forms, _ in MEANINGS.values() for form in forms.split(", ")} <= terms()


def test_every_key_of_a_case_file_is_in_the_glossary() -> None:
    schema = json.loads((DOCS / "reference" / "case.schema.json").read_text("utf-8"))
    keys = set(keys_of(schema))
    assert {"claim", "as_of", "mass_kg"} <= keys
    assert keys <= named_in("Keys of a case file")


def test_every_field_of_numbers_json_is_in_the_glossary(results: Results) -> None:
    fields = set(fields_of(numbers_json(results)))
    assert {"p05", "tail_probability", "checksum", "off"} <= fields
    assert fields <= named_in("Fields of numbers.json")


def test_no_term_is_there_twice() -> None:
    lines = PAGE.splitlines()
    assert all(lines.count(term) == 1 for term in terms())


@pytest.mark.parametrize("word", ["hedge", "claimant", "prior", "load factor", "effective draws", "k-hat"])
def test_words_that_readers_look_up_are_terms(word: str) -> None:
    assert word in terms()
