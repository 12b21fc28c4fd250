"""JSON is parsed as the standard says, and what readers of it let pass beyond that is refused."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.files.strict_json import DEEPEST, parse_json

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(), values, max_size=3),
    max_leaves=10,
)


@given(PLAIN)
def test_what_is_written_is_read(value: Any) -> None:
    for escaped in (True, False):
        assert parse_json(json.dumps(value, ensure_ascii=escaped).encode()) == value


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Expecting value"),
        (b"\xff", "can't decode byte"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (b"{}{}", "Extra data"),
        (b"{'a': 1}", "property name"),
        (b"NaN", "NaN is not a finite number"),
        (b"[-Infinity]", "-Infinity is not a finite number"),
        (b"1e999", "1e999 is too large a number"),
        (b"9" * 5_000, "Exceeds the limit"),
        (b'{"a": 1, "b": {"c": 1, "d": 2, "c": 3}}', "the name 'c' appears twice in a table"),
        (b'{"\x1b": 1, "\\u001b": 2}', "control character"),
        (b'{"\\u001b": 1, "\\u001b": 2}', r"the name '\\x1b' appears twice"),
        (b'["\\ud800"]', "contains half of a character"),
        (b'{"\\udfff": 1}', "contains half of a character"),
        (b"[" * 1_000_000, "nested too deeply"),
        (b'{"a":' * 1_000_000, "nested too deeply"),
    ],
)
def test_what_is_not_strictly_json_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        parse_json(content)
    assert len(str(caught.value)) < 200


def test_depth_is_limited() -> None:
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        assert parse_json(opening * (DEEPEST - 1) + b"1" + closing * (DEEPEST - 1))
        with pytest.raises(ValueError, match="nested too deeply"):
            parse_json(opening * DEEPEST + b"1" + closing * DEEPEST)


@pytest.mark.parametrize(
    ("content", "count"),
    [(b"1", 1), (b"[]", 1), (b"[1, 2]", 3), (b'{"a": 1, "b": [2, 3]}', 5), (b"[[[1]]]", 4)],
)
def test_the_number_of_values_is_limited(content: bytes, count: int) -> None:
    parse_json(content, count)
    with pytest.raises(ValueError, match=f"there are more than {count - 1} values"):
        parse_json(content, count - 1)
