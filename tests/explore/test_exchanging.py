"""Values are replaced where they stand in a text, and nothing else of it changes."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from shellcount.case.raw import frozen
from shellcount.explore.exchanging import UnchangeableError, exchanged

TEXT = """\
# head
top = 1  # of all

[case] # the case
id = "a"
words = [
  "one", # a word
  "two",
]

[[claim]]
id = "first"
value = { low = 1, high = 2_000 } # a range
note = \"\"\"
[[claim]] # no header
id = "no key"
\"\"\"

# about the second
[[claim]]
"id" = "second"
value = 1_000

[claim.odds]
x = 1

# --- the end of claims ---
[nature.'a b'.c]
y = 2
"""


def read(text: str) -> dict[str, Any]:
    document: dict[str, Any] = frozen(tomllib.loads(text))
    return document


def changed(text: str = TEXT, **changes: Any) -> str:
    """The text with some of its tables replaced, which must be read as these and keep every comment."""
    old = read(text)
    new = {name: value for name, value in {**old, **changes}.items() if value is not None}
    found = exchanged(text, old, new)
    assert read(found) == new
    assert found.count("#") == text.count("#")
    return found


def moves(text: str, before: str = TEXT) -> tuple[list[str], list[str]]:
    """Lines that are gone and lines that have come."""
    old, new = before.splitlines(), text.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def claims(**changes: Any) -> tuple[Any, ...]:
    first, second = read(TEXT)["claim"]
    return {**first, **changes}, second


def test_without_a_difference_the_text_stays() -> None:
    assert changed() == TEXT


def test_a_value_keeps_the_remark_behind_it() -> None:
    assert moves(changed(top=2.5)) == (["top = 1  # of all"], ["top = 2.5  # of all"])


def test_a_value_within_a_value_is_replaced_there() -> None:
    found = changed(claim=claims(value={"low": 1, "high": 3.0}))
    assert moves(found) == (
        ["value = { low = 1, high = 2_000 } # a range"],
        ["value = { low = 1, high = 3 } # a range"],
    )


def test_what_is_new_stands_in_the_place_of_what_is_gone() -> None:
    case = read(TEXT)["case"]
    found = changed(case={"words": case["words"], "title": "b"})
    assert 'the case\ntitle = "b"\nwords' in found


def test_what_is_new_comes_last_in_its_table() -> None:
    first, second = read(TEXT)["claim"]
    found = changed(claim=(first, {**second, "odds": {"x": 1, "z": 2}}))
    assert "x = 1\nz = 2\n\n# --- the end of claims ---" in found
    found = changed(claim=(first, {**second, "use": "fit"}))
    assert 'value = 1_000\nuse = "fit"\n\n[claim.odds]' in found


def test_an_entry_is_added_after_the_last_and_its_tables() -> None:
    found = changed(claim=(*read(TEXT)["claim"], {"id": "third", "odds": {"x": 2}}))
    assert 'x = 1\n\n[[claim]]\nid = "third"\nodds = { x = 2 }\n\n# --- the end of claims ---' in found


def test_an_entry_is_removed_but_for_its_comments() -> None:
    found = changed(claim=claims()[:1])
    gone, come = moves(found)
    assert come == []
    assert gone == ['"id" = "second"', "value = 1_000", "[claim.odds]", "x = 1"]


def test_tables_are_removed_and_added() -> None:
    assert moves(changed(nature=None)) == (["[nature.'a b'.c]", "y = 2"], [])
    assert changed(flow={"step": "month"}).endswith('\n[flow]\nstep = "month"\n')
    assert "y = 3" in changed(nature={"a b": {"c": {"y": 3}}})


def test_lists_of_tables_within_a_value_are_changed_there() -> None:
    text = 'claim = [ { id = "a", value = 1_0 }, { id = "b" }, { id = "c" } ] # all\n'
    entries = ({"id": "a", "value": 20, "more": 1}, {"id": "c"}, {"id": "d"})
    found = changed(text, claim=entries)
    assert found.endswith("# all\n")
    assert "1_0" not in found


def test_the_ends_of_lines_stay_and_a_missing_one_is_made() -> None:
    found = changed(TEXT.replace("\n", "\r\n"), top=2, flow={"step": 1})
    assert found.count("\r\n") == found.count("\n")
    assert changed("a = 1", flow={"step": 1}) == "a = 1\n\n[flow]\nstep = 1\n"


def test_the_last_of_several_dotted_keys_of_a_table_is_replaced() -> None:
    text = "load.low = 1\nload.high = 2\n"
    assert changed(text, load={"low": 1, "high": 3}) == "load.low = 1\nload.high = 3\n"


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("[priors.load]\nlow = 1\n", {"priors": {"load": {"low": 1}, "stowage": 3}}),
        ("a = 1\n", {"b": 2}),
        (f"a = [{'\n1,' * 250}]\n", {"a": (1,)}),
    ],
    ids=["a table without a header", "a key above all tables", "a very long value"],
)
def test_what_cannot_be_replaced_where_it_stands_is_refused(text: str, changes: dict[str, Any]) -> None:
    old = read(text)
    with pytest.raises(UnchangeableError):
        exchanged(text, old, {**old, **changes})
